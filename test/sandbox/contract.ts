import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { asRoot, type Case, ended, killed, onLinux, outline, SECRET, text } from './world.ts';

const READING = /^Reading:/;
const WRITING = /^Writing:/;
const MB = 1024 * 1024;

/** Hostile and awkward programs, and what has to be seen of each from outside. */
export const CASES: readonly Case[] = [
  { name: 'does nothing', program: '', check: (seen) => ended(seen, 0) },
  {
    name: 'takes its arguments as they are',
    program: ['node', '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', "a'b", '$HOME `id`', '', 'x\ny', '*'],
    check: (seen) => {
      ended(seen, 0);
      expect(JSON.parse(text(seen.stdout))).toEqual(["a'b", '$HOME `id`', '', 'x\ny', '*']);
    },
  },
  {
    name: 'says that all passed and fails',
    kind: 'report',
    program: 'console.log("10 passed"); process.exitCode = 1',
    check: (seen) => {
      ended(seen, 1);
      expect(text(seen.stdout)).toBe('10 passed\n');
    },
  },
  { name: 'ends with a status', program: 'process.exit(42)', check: (seen) => ended(seen, 42) },
  ...(['SIGTERM', 'SIGSEGV', 'SIGABRT'] as const).map(
    (signal): Case => ({
      name: `ends by ${signal}`,
      program: ['sh', '-c', `kill -${signal.slice(3)} $$; sleep 10`],
      check: (seen) => {
        expect(outline(seen)).toEqual({ exitCode: null, signal, limits: [], issue: undefined, stderr: '' });
      },
    }),
  ),
  {
    name: 'loops for ever',
    kind: 'resources',
    program: 'for (;;);',
    limits: { ms: 700 },
    check: (seen) => killed(seen, 'ms', 700),
  },
  {
    name: 'tidies up when it is asked to end',
    program:
      'process.on("SIGTERM", () => { require("fs").writeFileSync("tidied", ""); process.exit(0); }); setInterval(() => {}, 1000); console.log("up")',
    limits: { ms: 3000 },
    check: (seen, world) => {
      expect(seen.limits).toMatchObject([{ limit: 'ms' }]);
      expect(existsSync(join(world.tree, 'tidied'))).toBe(true);
    },
  },
  {
    name: 'will not end when it is asked to',
    kind: 'resources',
    program: ['sh', '-c', 'trap "" TERM; while :; do sleep 1000; done'],
    limits: { ms: 300 },
    check: (seen) => {
      killed(seen, 'ms', 300);
      expect(seen.signal).toBe('SIGKILL');
    },
  },
  {
    name: 'is a fork bomb',
    kind: 'resources',
    // 511 processes, were it let.
    program: ['sh', '-c', 'f() { [ $1 = 0 ] || { f $(($1 - 1)) & f $(($1 - 1)) & }; sleep 60; }; f 8'],
    limits: { processes: 64 },
    check: (seen) => killed(seen, 'processes', 64),
  },
  {
    name: 'fills memory',
    kind: 'resources',
    // 4 GB, were it let.
    program:
      'const all = []; for (let i = 0; i < 200; i++) all.push(Buffer.alloc(2e7, 1)); setInterval(() => {}, 1000)',
    limits: { memoryBytes: 300 * MB },
    check: (seen) => {
      killed(seen, 'memoryBytes', 300 * MB);
      expect(seen.signal).toBe('SIGKILL');
    },
  },
  {
    name: 'fills memory with files',
    kind: 'resources',
    program: ['sh', '-c', 'head -c 300000000 /dev/zero > /dev/shm/assay-fill; sleep 5; rm -f /dev/shm/assay-fill'],
    limits: { memoryBytes: 200 * MB },
    skip: onLinux,
    check: (seen) => killed(seen, 'memoryBytes', 200 * MB),
    escapes: {
      sentence: /memory in files/,
      check: (seen) => {
        rmSync('/dev/shm/assay-fill', { force: true });
        ended(seen, 0);
      },
    },
  },
  {
    name: 'writes a file without end',
    kind: 'resources',
    program: ['sh', '-c', 'exec cat /dev/zero > big'],
    limits: { fileBytes: 8 * MB },
    check: (seen, world) => {
      expect(seen).toMatchObject({
        exitCode: null,
        signal: 'SIGXFSZ',
        limits: [{ limit: 'fileBytes', value: 8 * MB }],
      });
      expect(statSync(join(world.tree, 'big')).size).toBeLessThanOrEqual(8 * MB);
    },
  },
  {
    name: 'writes a file without end, deaf to the signal',
    kind: 'resources',
    program: 'const fs = require("fs"), b = Buffer.alloc(1e6); for (;;) fs.appendFileSync("big", b)',
    limits: { fileBytes: 8 * MB },
    check: (seen, world) => {
      expect(seen.exitCode).toBe(1);
      expect(statSync(join(world.tree, 'big')).size).toBeLessThanOrEqual(8 * MB);
    },
  },
  {
    name: 'prints 50 MB',
    kind: 'resources',
    program:
      'const b = Buffer.alloc(1e6, 120); let n = 0; (function go() { if (n++ < 50) process.stdout.write(b, go); })()',
    limits: { outputBytes: 1000 },
    check: (seen) => {
      expect(seen).toMatchObject({ exitCode: 0, stdoutBytes: 50_000_000 });
      expect(text(seen.stdout)).toBe('x'.repeat(1000));
      expect(seen.limits).toEqual([{ limit: 'outputBytes', value: 1000, found: 50_000_000 }]);
    },
  },
  {
    name: 'prints what is not UTF-8',
    program: 'process.stdout.write(Buffer.from([0xff, 0xc3, 0x28, 0x00, 0x0a]))',
    check: (seen) => {
      ended(seen, 0);
      expect([...seen.stdout]).toEqual([0xff, 0xc3, 0x28, 0x00, 0x0a]);
    },
  },
  {
    name: 'waits on standard input',
    program: ['cat'],
    check: (seen) => ended(seen, 0),
  },
  {
    name: 'is given standard input',
    program: ['cat'],
    stdin: 'given',
    check: (seen) => {
      ended(seen, 0);
      expect(text(seen.stdout)).toBe('given');
    },
  },
  {
    name: 'does not read its standard input',
    program: '',
    stdin: new Uint8Array(MB),
    check: (seen) => ended(seen, 0),
  },
  {
    name: 'is not there',
    program: ['no-such-program-here'],
    check: (seen) => {
      expect(seen).toMatchObject({ exitCode: null, signal: null, issue: { code: 'sandbox/start' } });
      expect(seen.issue?.message).toBe('no-such-program-here was not found');
    },
  },
  {
    name: 'is a file that may not be executed',
    program: ['./link.txt'],
    check: (seen) => expect(seen.issue?.message).toBe('./link.txt was not found'),
  },
  {
    name: 'has one argument of 200 kB',
    program: ['true', 'x'.repeat(200_000)],
    check: (seen) => expect(seen.issue?.message).toMatch(/one argument or variable has 200000 bytes/),
  },
  {
    name: 'has an environment of 4 MB',
    program: ['true'],
    env: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`BIG_${i}`, 'x'.repeat(100_000)])),
    check: (seen) => expect(seen.issue?.message).toMatch(/too much to start true with/),
  },
  {
    name: 'has 1 MB of arguments',
    program: ['node', '-p', 'process.argv.length', ...Array.from({ length: 10 }, () => 'x'.repeat(100_000))],
    check: (seen) => {
      ended(seen, 0);
      expect(text(seen.stdout)).toBe('11\n');
    },
  },
  {
    name: 'looks at its environment',
    kind: 'reading',
    program: 'console.log(JSON.stringify(process.env))',
    check: (seen, world) => {
      const env = JSON.parse(text(seen.stdout)) as Record<string, string>;
      const marks = seen.isolation === 'restricted' ? ['ASSAY_COMMAND'] : [];
      expect(Object.keys(env).sort()).toEqual(
        ['HOME', 'LANG', 'LC_ALL', 'PATH', 'TMPDIR', ...marks, ...Object.keys(world.env())].sort(),
      );
      expect(env.HOME).not.toBe(homedir());
    },
  },
  {
    name: 'uses its own HOME and TMPDIR',
    program: `const fs = require("fs"), { HOME, TMPDIR } = process.env;
      console.log(fs.readdirSync(HOME).length);
      for (const f of [HOME, TMPDIR]) fs.writeFileSync(f + "/x", "");`,
    check: (seen) => {
      ended(seen, 0);
      expect(text(seen.stdout)).toBe('0\n');
    },
  },
  {
    name: 'reads and writes where it may',
    program: 'const fs = require("fs"); fs.writeFileSync("copy", fs.readFileSync(process.env.SHARED + "/note.txt"))',
    check: (seen, world) => {
      ended(seen, 0);
      expect(readFileSync(join(world.tree, 'copy'), 'utf8')).toBe('shared');
    },
  },
  {
    name: 'talks to a server of its own',
    program: `const net = require("net"), server = net.createServer((s) => s.end("hello")).listen(0, "127.0.0.1", () =>
      net.connect(server.address().port, "127.0.0.1").on("data", (d) => { console.log(String(d)); process.exit(0); }));`,
    skip: (level) =>
      level === 'namespaces' && !['/sbin/ip', '/usr/sbin/ip', '/sbin/ifconfig', '/usr/sbin/ifconfig'].some(existsSync)
        ? 'neither ip nor ifconfig is installed'
        : level === 'strong' && process.platform === 'darwin'
          ? 'Seatbelt opens the host loopback or none'
          : undefined,
    check: (seen) => {
      ended(seen, 0);
      expect(text(seen.stdout)).toBe('hello\n');
    },
  },
  {
    name: 'reads a secret',
    kind: 'reading',
    program: 'console.log(require("fs").readFileSync(process.env.OUTSIDE + "/secret.txt", "utf8"))',
    check: (seen) => {
      expect(seen.exitCode).toBe(1);
      expect(text(seen.stdout)).toBe('');
    },
    escapes: { sentence: READING, check: (seen) => expect(text(seen.stdout)).toContain(SECRET) },
  },
  {
    name: 'reads a secret through a link',
    kind: 'reading',
    program: 'console.log(require("fs").readFileSync("link.txt", "utf8"))',
    check: (seen) => {
      expect(seen.exitCode).toBe(1);
      expect(text(seen.stdout)).toBe('');
    },
    escapes: { sentence: READING, check: (seen) => expect(text(seen.stdout)).toContain(SECRET) },
  },
  {
    name: 'makes a link and reads a secret through it',
    kind: 'reading',
    program: ['sh', '-c', 'ln -s "$OUTSIDE" own; cat own/secret.txt; ln own/secret.txt hard; cat hard'],
    check: (seen) => {
      expect(seen.exitCode).toBe(1);
      expect(text(seen.stdout)).toBe('');
    },
    escapes: { sentence: READING, check: (seen) => expect(text(seen.stdout)).toContain(SECRET) },
  },
  {
    name: 'lists the home folder',
    kind: 'reading',
    program: 'console.log(require("fs").readdirSync(process.env.REAL_HOME).join())',
    skip: () => (readdirSync(homedir()).length === 0 ? 'the home folder is empty' : undefined),
    check: (seen) => expect(text(seen.stdout).trim()).toBe(''),
    escapes: { sentence: READING, check: (seen) => expect(text(seen.stdout).trim()).not.toBe('') },
  },
  {
    name: 'runs in a folder it may not read',
    kind: 'reading',
    program: ['cat', 'secret.txt'],
    cwd: (world) => world.outside,
    check: (seen) => expect(seen.issue?.message).toMatch(/not among what the sandbox may read/),
    escapes: { sentence: READING, check: (seen) => expect(text(seen.stdout)).toBe(SECRET) },
  },
  {
    name: 'reads the environment of every process',
    kind: 'reading',
    program: `const fs = require("fs"); for (const pid of fs.readdirSync("/proc").filter((n) => /^\\d+$/.test(n)))
      try { if (fs.readFileSync("/proc/" + pid + "/environ", "latin1").includes("token-of-the-" + "parent")) console.log("found"); } catch {}`,
    skip: onLinux,
    check: (seen) => {
      ended(seen, 0);
      expect(text(seen.stdout)).toBe('');
    },
    escapes: { sentence: /^Other processes:/, check: (seen) => expect(text(seen.stdout)).toContain('found') },
  },
  {
    name: 'kills a process of the user',
    kind: 'processes',
    program: 'process.kill(Number(process.env.VICTIM), "SIGKILL")',
    check: async (_seen, world) => {
      await sleep(50);
      expect(world.victimLives()).toBe(true);
    },
    escapes: {
      sentence: /^Other processes:/,
      check: async (_seen, world) => {
        await sleep(50);
        expect(world.victimLives()).toBe(false);
      },
    },
  },
  {
    name: 'kills every process it can',
    kind: 'processes',
    program: ['sh', '-c', 'kill -9 -1; echo on'],
    skip: (level) => (level === 'restricted' ? 'it would end every process of the user' : undefined),
    check: (seen, world) => {
      expect(seen.issue).toBeUndefined();
      expect(world.victimLives()).toBe(true);
    },
  },
  {
    name: 'calls out',
    kind: 'network',
    program: `require("net").connect(Number(process.env.PORT), "127.0.0.1").on("connect", () => process.exit(0))`,
    check: async (seen, world) => {
      expect(seen.exitCode).toBe(1);
      await sleep(50);
      expect(world.connections).toBe(0);
    },
    escapes: {
      sentence: /^The network:/,
      check: async (_seen, world) => {
        await sleep(50);
        expect(world.connections).toBe(1);
      },
    },
  },
  {
    name: 'writes outside',
    kind: 'writing',
    program: 'require("fs").writeFileSync(process.env.OUTSIDE + "/secret.txt", "changed")',
    check: (_seen, world) => expect(world.secret()).toBe(SECRET),
    escapes: { sentence: WRITING, check: (_seen, world) => expect(world.secret()).toBe('changed') },
  },
  {
    name: 'writes through a link',
    kind: 'writing',
    program: 'require("fs").writeFileSync("link.txt", "changed")',
    check: (_seen, world) => expect(world.secret()).toBe(SECRET),
    escapes: { sentence: WRITING, check: (_seen, world) => expect(world.secret()).toBe('changed') },
  },
  {
    name: 'deletes files outside',
    kind: 'writing',
    program: ['sh', '-c', 'rm -rf "$OUTSIDE"'],
    check: (_seen, world) => expect(world.secret()).toBe(SECRET),
    escapes: { sentence: WRITING, check: (_seen, world) => expect(world.secret()).toBeUndefined() },
  },
  {
    name: 'writes where it may only read',
    kind: 'writing',
    program: 'require("fs").writeFileSync(process.env.SHARED + "/note.txt", "changed")',
    check: (seen, world) => {
      expect(seen.exitCode).toBe(1);
      expect(readFileSync(join(world.shared, 'note.txt'), 'utf8')).toBe('shared');
    },
    escapes: {
      sentence: WRITING,
      check: (_seen, world) => expect(readFileSync(join(world.shared, 'note.txt'), 'utf8')).toBe('changed'),
    },
  },
  {
    name: 'mounts its way out',
    kind: 'machine',
    program: [
      'sh',
      '-c',
      // What is mounted is the folder that all shared ones are in.
      `m=$(dirname "$SHARED")
      mount -o remount,rw,bind "$m"
      echo changed > "$SHARED/note.txt"
      unshare --user --map-root-user --mount sh -c 'mount -o remount,rw,bind "$0"; echo changed > "$SHARED/note.txt"' "$m"
      umount -l "$m"; umount -l /tmp; umount -l /proc/sys; cat "$OUTSIDE/secret.txt"`,
    ],
    skip: (level) => (level === 'restricted' ? 'it has no mounts to begin with' : onLinux()),
    check: (seen, world) => {
      expect(readFileSync(join(world.shared, 'note.txt'), 'utf8')).toBe('shared');
      expect(text(seen.stdout)).toBe('');
    },
  },
  {
    name: 'changes a setting of the machine',
    kind: 'machine',
    // To what it is.
    program: ['sh', '-c', 'p=/proc/sys/kernel/core_pattern; v=$(cat $p); echo "$v" > $p && echo written'],
    skip: asRoot,
    check: (seen) => expect(text(seen.stdout)).toBe(''),
    escapes: { sentence: /^The machine:/, check: (seen) => expect(text(seen.stdout)).toBe('written\n') },
  },
  {
    name: 'leaves a process behind that holds its output open',
    kind: 'processes',
    program: ['sh', '-c', 'sleep 1000 & echo done'],
    limits: { ms: 20_000 },
    check: (seen) => {
      ended(seen, 0);
      expect(text(seen.stdout)).toBe('done\n');
    },
  },
  {
    name: 'leaves a daemon behind',
    kind: 'processes',
    program: `const { spawn } = require("child_process");
      const beat = 'setInterval(() => require("fs").writeFileSync("beat", String(Date.now())), 20)';
      const middle = 'require("child_process").spawn(process.execPath, ["-e", ' + JSON.stringify(beat) + '], { detached: true, stdio: "ignore" }).unref()';
      spawn(process.execPath, ["-e", middle], { detached: true, stdio: "ignore" }).unref();
      const wait = setInterval(() => { if (require("fs").existsSync("beat")) process.exit(0); }, 5);`,
    limits: { ms: 20_000 },
    check: async (seen, world) => {
      ended(seen, 0);
      const beat = readFileSync(join(world.tree, 'beat'), 'utf8');
      await sleep(100);
      expect(readFileSync(join(world.tree, 'beat'), 'utf8')).toBe(beat);
    },
  },
];
