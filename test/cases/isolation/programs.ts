/** Hostile programs, and what has to be seen of each from outside of it. Those of `test/sandbox/contract.ts` come beside. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { IsolationLevel, Observation } from '../../../src/sandbox/index.ts';
import { asRoot, type Case, ended, HOME_SECRETS, killed, onLinux, SECRET, text, type World } from '../../sandbox/world.ts';

const MB = 1024 * 1024;
const READING = /^Reading:/;
const WRITING = /^Writing:/;
const NETWORK = /^The network:/;
const PROCESSES = /^Other processes:/;

type Check = Case['check'];

const saysNothing: Check = (seen) => expect(text(seen.stdout)).toBe('');
const saysSecret: Check = (seen) => expect(text(seen.stdout)).toContain(SECRET);

/** Nobody reached a server of the world; or somebody did, where that is the level's word. */
const reached =
  (times: number): Check =>
  async (_seen, world) => {
    await sleep(50);
    expect(world.connections).toBe(times);
  };
const calls = (name: string, program: string, more: Partial<Case> = {}): Case => ({
  name,
  kind: 'network',
  program,
  check: reached(0),
  escapes: { sentence: NETWORK, check: reached(1) },
  ...more,
});

const shared = (world: World): string => readFileSync(join(world.shared, 'note.txt'), 'utf8');
const writes = (name: string, script: string, changed: (world: World) => boolean, more: Partial<Case> = {}): Case => ({
  name,
  kind: 'writing',
  program: ['sh', '-c', script],
  check: (_seen, world) => expect(changed(world)).toBe(false),
  escapes: { sentence: WRITING, check: (_seen, world) => expect(changed(world)).toBe(true) },
  ...more,
});

const notAtRestricted =
  (why: string) =>
  (level: IsolationLevel): string | undefined =>
    level === 'restricted' ? why : onLinux();

const stops: (seen: Observation, world: World) => Promise<void> = async (_seen, world) => {
  const beat = readFileSync(join(world.tree, 'beat'), 'utf8');
  await sleep(100);
  expect(readFileSync(join(world.tree, 'beat'), 'utf8')).toBe(beat);
};

export const PROGRAMS: readonly Case[] = [
  // Time, memory, disk, output.
  { name: 'sleeps for ever', kind: 'resources', program: ['sleep', 'infinity'], limits: { ms: 300 }, check: (seen) => killed(seen, 'ms', 300) },
  {
    name: 'stops itself, deaf to what asks it to end',
    kind: 'resources',
    program: ['sh', '-c', 'kill -STOP $$'],
    limits: { ms: 300 },
    check: (seen) => killed(seen, 'ms', 300),
  },
  {
    name: 'fills memory by WebAssembly',
    kind: 'resources',
    program:
      'const all = []; for (let i = 0; i < 20; i++) { const m = new WebAssembly.Memory({ initial: 1600 }); new Uint8Array(m.buffer).fill(1); all.push(m); } setInterval(() => {}, 1000)',
    limits: { memoryBytes: 300 * MB },
    check: (seen) => killed(seen, 'memoryBytes', 300 * MB),
  },
  {
    name: 'fills memory by many processes, each of them small',
    kind: 'resources',
    program: ['sh', '-c', 'for i in $(seq 12); do head -c 40000000 /dev/zero | tail | sleep 5 & done; wait; sleep 5'],
    limits: { memoryBytes: 200 * MB },
    check: (seen) => killed(seen, 'memoryBytes', 200 * MB),
  },
  {
    name: 'starts threads without end',
    kind: 'resources',
    program:
      'const { Worker } = require("worker_threads"); for (let i = 0; i < 40; i++) new Worker("setInterval(() => {}, 1000)", { eval: true })',
    limits: { processes: 40 },
    check: (seen) => killed(seen, 'processes', 40),
  },
  {
    name: 'makes a file of 1 TB with nothing in it',
    kind: 'resources',
    program: ['sh', '-c', 'truncate -s 1T sparse; echo $?'],
    limits: { fileBytes: 8 * MB },
    check: (_seen, world) => {
      const path = join(world.tree, 'sparse');
      expect(existsSync(path) ? statSync(path).size : 0).toBeLessThanOrEqual(8 * MB);
    },
  },
  {
    name: 'opens every descriptor it can',
    kind: 'resources',
    program: 'const fs = require("fs"); try { for (;;) fs.openSync("/dev/null"); } catch (error) { console.log(error.code) }',
    check: (seen) => {
      ended(seen, 0);
      expect(text(seen.stdout)).toBe('EMFILE\n');
    },
  },
  {
    name: 'makes folders deeper than a path may be',
    kind: 'resources',
    program:
      'for (let i = 0; i < 40; i++) { require("fs").mkdirSync("d".repeat(200)); process.chdir("d".repeat(200)); } require("fs").writeFileSync("f", "")',
    // The world removes its tree afterwards, as assay does, and says so if that fails.
    check: (seen) => ended(seen, 0),
  },
  {
    name: 'makes deep folders in its HOME and locks them',
    kind: 'resources',
    program: ['sh', '-c', 'cd "$HOME"; for i in $(seq 30); do mkdir x$i; cd x$i; done; echo x > y; chmod 0 "$HOME/x1"; echo done'],
    check: (seen) => expect(text(seen.stdout)).toBe('done\n'),
  },
  {
    name: 'writes names that are no text',
    kind: 'resources',
    program:
      'const fs = require("fs"); for (const name of ["a\\n\\u001b]0;x\\u0007", "x".repeat(255)]) fs.writeFileSync(name, ""); fs.writeFileSync(Buffer.from([0x66, 0xff, 0xfe]), "")',
    check: (seen, world) => {
      ended(seen, 0);
      expect(readdirSync(world.tree)).toHaveLength(4);
    },
  },
  {
    name: 'floods both outputs',
    kind: 'resources',
    program: ['sh', '-c', 'head -c 20000000 /dev/zero & head -c 20000000 /dev/zero >&2; wait'],
    limits: { outputBytes: 1000 },
    check: (seen) => {
      expect(seen).toMatchObject({ exitCode: 0, stdoutBytes: 20_000_000, stderrBytes: 20_000_000 });
      expect([seen.stdout.length, seen.stderr.length]).toEqual([1000, 1000]);
    },
  },
  // What assay takes for its own.
  {
    name: 'answers for the isolation on every descriptor it finds',
    kind: 'report',
    program: [
      'sh',
      '-c',
      'for fd in 3 4 5 6 7 8 9; do for word in no-program no-folder started; do eval "echo $word >&$fd"; done; done 2>/dev/null; exit 3',
    ],
    check: (seen) => ended(seen, 3),
  },
  {
    name: 'has inherited no descriptor of assay',
    kind: 'report',
    program: ['sh', '-c', 'ls -l /proc/$$/fd'],
    skip: onLinux,
    check: (seen) => {
      const open = [...text(seen.stdout).matchAll(/ (\d+) -> (.*)/g)].filter(([, fd]) => Number(fd) > 2);
      // The shell's own look at the folder, or its own script.
      expect(open.filter(([, , to]) => !/^\/proc\/|^\/dev\/null$|\/scripts\/\d+\.sh$/.test(to!)).map(([line]) => line)).toEqual([]);
    },
  },
  {
    name: 'writes to the terminal of the user',
    kind: 'report',
    program: ['sh', '-c', 'printf owned > /dev/tty && echo written'],
    check: saysNothing,
  },
  {
    name: 'ends its whole process group',
    kind: 'processes',
    program: ['sh', '-c', 'kill -9 0'],
    check: (seen, world) => {
      expect([seen.exitCode, seen.issue]).toEqual([null, undefined]);
      expect(world.victimLives()).toBe(true);
    },
  },
  // Reading.
  {
    name: 'reads keys and tokens of a home folder',
    kind: 'reading',
    program: ['sh', '-c', `cd "$OUTSIDE"; cat ${HOME_SECRETS.join(' ')}`],
    check: saysNothing,
    escapes: { sentence: READING, check: saysSecret },
  },
  {
    name: 'reads passwords of the machine',
    kind: 'reading',
    program: ['sh', '-c', 'wc -c < /etc/shadow'],
    skip: asRoot,
    check: saysNothing,
    escapes: { sentence: READING, check: (seen) => expect(text(seen.stdout)).toMatch(/^\d+\n$/) },
  },
  {
    name: 'reads through the roots and folders of other processes',
    kind: 'reading',
    program: ['sh', '-c', 'for p in /proc/[0-9]*; do for at in root cwd; do cat "$p/$at$OUTSIDE/secret.txt"; done; done; cat "/proc/$TEST_PID/root$OUTSIDE/secret.txt"'],
    skip: onLinux,
    check: saysNothing,
    escapes: { sentence: READING, check: saysSecret },
  },
  {
    name: 'reads secrets of other processes',
    kind: 'reading',
    program:
      'const fs = require("fs"); for (const name of ["mem", "environ", "cmdline", "maps"]) try { fs.closeSync(fs.openSync("/proc/" + process.env.VICTIM + "/" + name)); console.log(name); } catch {}',
    skip: asRoot,
    check: saysNothing,
    escapes: { sentence: PROCESSES, check: (seen) => expect(text(seen.stdout)).toBe('mem\nenviron\ncmdline\nmaps\n') },
  },
  {
    name: 'makes a device of the disk and reads it',
    kind: 'reading',
    program: ['sh', '-c', 'mknod disk b 8 0; mknod disk2 b 254 0; mknod memory c 1 1; cat disk disk2 memory 2>/dev/null | head -c 16 | wc -c'],
    skip: notAtRestricted('root may read devices there: it is every file that the user can read'),
    check: (seen) => expect(text(seen.stdout).trim()).toBe('0'),
  },
  // Writing.
  writes(
    'leaves a command in files that the user will run',
    'cd "$OUTSIDE"; for f in .bashrc .git/hooks/pre-commit; do echo owned >> $f; done',
    (world) => readFileSync(join(world.outside, '.bashrc'), 'utf8') !== SECRET,
  ),
  writes('writes through another name of a file', 'ln "$SHARED/note.txt" hard && echo changed > hard', (world) => shared(world) !== 'shared'),
  writes('puts another file in the place of one', 'echo changed > new; mv -f new "$SHARED/note.txt"', (world) => shared(world) !== 'shared'),
  writes('changes who may write a file', 'chmod 777 "$SHARED/note.txt"', (world) => (statSync(join(world.shared, 'note.txt')).mode & 0o777) === 0o777),
  writes('changes when a file was written', 'touch -d @1 "$SHARED/note.txt"', (world) => statSync(join(world.shared, 'note.txt')).mtimeMs === 1000),
  {
    ...writes(
      'leaves files in the memory of the machine',
      'echo x > /dev/shm/assay-left; echo x > /run/assay-left',
      () => ['/dev/shm/assay-left', '/run/assay-left'].some((path) => existsSync(path)),
      { skip: onLinux },
    ),
    escapes: {
      sentence: WRITING,
      check: () => {
        expect(existsSync('/dev/shm/assay-left')).toBe(true);
        for (const path of ['/dev/shm/assay-left', '/run/assay-left']) rmSync(path, { force: true });
      },
    },
  },
  // The network and servers of this machine.
  calls('sends a datagram', 'require("dgram").createSocket("udp4").send("x", Number(process.env.DATAGRAM_PORT), "127.0.0.1", () => process.exit())'),
  calls(
    'asks a name server',
    'const { Resolver } = require("dns"); const r = new Resolver({ timeout: 200, tries: 1 }); r.setServers(["127.0.0.1:" + process.env.DATAGRAM_PORT]); r.resolve("secret.example.org", () => process.exit())',
  ),
  calls('connects to a socket in a folder that it may not reach', 'require("net").connect(process.env.OUTSIDE + "/socket").on("error", () => {})'),
  calls('connects to a socket with an abstract name', 'require("net").connect("\\0" + process.env.ABSTRACT).on("error", () => {})', { skip: onLinux }),
  {
    name: 'opens a server that others can call',
    kind: 'network',
    program: 'require("net").createServer((s) => s.end("in")).listen(Number(process.env.FREE_PORT), "127.0.0.1", () => { require("fs").writeFileSync("up", ""); setTimeout(() => process.exit(0), 600) })',
    during: async (world) => {
      while (!existsSync(join(world.tree, 'up'))) await sleep(10);
      await new Promise<void>((resolve) => {
        connect(world.freePort, '127.0.0.1')
          .on('connect', () => {
            world.connections += 1;
          })
          .resume()
          .on('error', () => resolve())
          .on('close', () => resolve());
      });
    },
    check: reached(0),
    escapes: { sentence: NETWORK, check: reached(1) },
  },
  // Other processes, the machine.
  {
    name: 'kills its parent',
    kind: 'processes',
    program: 'process.kill(process.ppid, "SIGKILL"); setTimeout(() => process.exit(0), 200)',
    skip: notAtRestricted('its parent there is the test itself: shown in sandbox.test.ts'),
    check: (_seen, world) => expect(world.victimLives()).toBe(true),
  },
  {
    name: 'has another process chosen when memory runs out',
    kind: 'processes',
    program: ['sh', '-c', 'echo 1000 > /proc/$VICTIM/oom_score_adj'],
    skip: onLinux,
    check: (_seen, world) => expect(oomScore(world)).not.toBe('1000'),
    escapes: { sentence: PROCESSES, check: (_seen, world) => expect(oomScore(world)).toBe('1000') },
  },
  {
    name: 'leaves a daemon behind that has lost parent, session and environment',
    kind: 'processes',
    program: `const { spawn } = require("child_process");
      const beat = 'const end = Date.now() + 5000; setInterval(() => { require("fs").writeFileSync("beat", String(Date.now())); if (Date.now() > end) process.exit(); }, 20)';
      const middle = 'require("child_process").spawn(process.execPath, ["-e", ' + JSON.stringify(beat) + '], { detached: true, stdio: "ignore", env: {} }).unref()';
      spawn(process.execPath, ["-e", middle], { detached: true, stdio: "ignore", env: {} }).unref();
      const wait = setInterval(() => { if (require("fs").existsSync("beat")) process.exit(0); }, 5);`,
    skip: notAtRestricted('whether one gets away is a race'),
    limits: { ms: 20_000 },
    check: stops,
  },
  {
    name: 'calls itself something else',
    kind: 'processes',
    program: `process.title = "sshd"; require("child_process").spawn("sh", ["-c", "exec -a cron sleep 1000.25"], { detached: true, stdio: "ignore" }).unref(); setTimeout(() => process.exit(0), 300)`,
    skip: onLinux,
    check: (seen) => {
      ended(seen, 0);
      expect(execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })).not.toContain('1000.25');
    },
  },
  {
    name: 'leaves shared memory behind',
    kind: 'machine',
    program: ['sh', '-c', 'ipcmk -M 4096 > /dev/null'],
    skip: notAtRestricted('it is memory in a file that no process has mapped'),
    check: (seen) => {
      ended(seen, 0);
      expect(readFileSync('/proc/sysvipc/shm', 'utf8').split('\n').filter((line) => /\s4096\s/.test(line))).toEqual([]);
    },
  },
  {
    name: 'names the machine',
    kind: 'machine',
    // As it is called.
    program: ['sh', '-c', 'n=$(cat /proc/sys/kernel/hostname); echo "$n" > /proc/sys/kernel/hostname && echo written; hostname owned'],
    skip: (level) => asRoot() ?? (level === 'restricted' ? 'it would rename this machine' : undefined),
    check: (_seen) => expect(hostname()).not.toBe('owned'),
  },
  {
    name: 'sets the clock',
    kind: 'machine',
    program: ['sh', '-c', 'date -s "2001-01-01"'],
    skip: notAtRestricted('it would set the clock of this machine'),
    check: () => expect(new Date().getFullYear()).toBeGreaterThan(2001),
  },
  {
    name: 'makes itself more than it is',
    kind: 'machine',
    program: ['sh', '-c', 'for c in "unshare --user --map-root-user true" "su -c true" "setpriv --reuid 12345 --clear-groups true"; do $c 2>/dev/null < /dev/null && echo "$c"; done; true'],
    skip: notAtRestricted('root may do so there'),
    check: (seen) => expect(text(seen.stdout)).toBe(''),
  },
  {
    name: 'reads what the kernel says',
    kind: 'machine',
    program: ['sh', '-c', 'dmesg | head -c 10; head -c 10 /dev/kmsg'],
    skip: notAtRestricted('what root may read there depends on the machine'),
    check: saysNothing,
  },
];

const oomScore = (world: World): string => readFileSync(`/proc/${world.victim.pid}/oom_score_adj`, 'utf8').trim();
