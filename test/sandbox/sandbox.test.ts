import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { release } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AssayEvent } from '../../src/base/index.ts';
import {
  type Access,
  type Command,
  type IsolationLevel,
  type IsolationSupport,
  openSandbox,
  type Sandbox,
  support,
} from '../../src/sandbox/index.ts';
import { newBase, processesWith, SECRET, text, World } from './world.ts';

const LEVELS = ['strong', 'namespaces', 'restricted'] as const;

const base = newBase();
const temporary = join(base, 'tmp');
let world: World;
let given: readonly IsolationSupport[];
beforeAll(async () => {
  mkdirSync(temporary);
  chmodSync(temporary, 0o1777);
  world = await new World(base).open();
  given = await support();
});
afterAll(async () => {
  await world.close();
  rmSync(base, { recursive: true, force: true });
});

const access = (rest: Partial<Access> = {}): Access => ({
  read: [world.shared],
  write: [world.tree],
  network: false,
  ...rest,
});

async function open(level: IsolationLevel, rest: Partial<Access> = {}): Promise<Sandbox> {
  const sandbox = await openSandbox({ access: access(rest), levels: [level] });
  if (!sandbox.ok) throw new Error(sandbox.issues.map(({ message }) => message).join('\n'));
  return sandbox.value;
}

interface Skips {
  skip(note?: string): void;
}

/** Skips, saying why, where the machine does not give the level. */
function need(level: IsolationLevel, context: Skips): void {
  const one = given.find((other) => other.level === level);
  if (one?.available) return;
  console.warn(`skipped: ${level}: ${one?.reason}`);
  context.skip(one?.reason);
}

describe('support', () => {
  it('tells of every level, strongest first, with what it does not contain', () => {
    expect(given.map(({ level }) => level)).toEqual(LEVELS);
    for (const one of given) {
      expect(one.reason).not.toBe('');
      expect(one.doesNotContain.length).toBeGreaterThan(0);
    }
  });

  it('gives namespaces where unshare works', (context) => {
    try {
      execFileSync('unshare', ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--mount-proc', 'true']);
    } catch {
      context.skip(`unshare does not work on ${release()}`);
    }
    expect(given.find(({ level }) => level === 'namespaces')).toMatchObject({ available: true });
  });
});

describe('openSandbox', () => {
  it.each([
    ['a relative path', { read: ['src'] }, /"src": it is relative/],
    ['a path where nothing is', { write: ['/no/such/folder'] }, /write .*"\/no\/such\/folder": nothing is there/],
    ['the whole file system', { read: ['/'] }, /the whole file system/],
    ['a NUL byte', { read: ['/a\0b'] }, /NUL byte/],
  ] as const)('refuses %s', async (_name, rest, message) => {
    const sandbox = await openSandbox({ access: access(rest), levels: ['restricted'] });
    expect(sandbox).toMatchObject({ ok: false, issues: [{ code: 'sandbox/access', severity: 'error' }] });
    expect(sandbox.issues[0]!.message).toMatch(message);
  });

  it('reports every wrong path', async () => {
    const sandbox = await openSandbox({ access: access({ read: ['a', 'b'], write: ['c'] }), levels: ['restricted'] });
    expect(sandbox.issues.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
  });

  it('does not give commands the level of trusted tools', async () => {
    const sandbox = await openSandbox({ access: access(), levels: ['none'] });
    expect(sandbox).toMatchObject({ ok: false, issues: [{ code: 'sandbox/no-isolation' }, { code: 'sandbox/none' }] });
  });

  it('fails where no level is acceptable', async () => {
    const sandbox = await openSandbox({ access: access(), levels: [] });
    expect(sandbox).toMatchObject({ ok: false, issues: [{ code: 'sandbox/no-isolation', severity: 'error' }] });
  });

  it('takes the first level it is given, and tells of the ones passed over', async () => {
    const sandbox = await openSandbox({ access: access({ network: true }), levels: ['strong', 'restricted'] });
    if (!sandbox.ok) throw new Error('not open');
    expect(sandbox.value.level).toBe('restricted');
    expect(sandbox.issues).toMatchObject([{ severity: 'info' }]);
    await sandbox.value.close();
  });

  it('is not strong where it would leave placeholders in the working folder of assay', async (context) => {
    need('strong', context);
    const sandbox = await openSandbox({ access: access({ write: [process.cwd()] }), levels: ['strong'] });
    expect(sandbox).toMatchObject({ ok: false });
    expect(sandbox.issues[1]?.message).toMatch(/placeholder files/);
  });
});

describe.concurrent.each(LEVELS)('%s', (level) => {
  it('keeps sandboxes that are open at once apart', async (context) => {
    need(level, context);
    const other = await new World(base).open();
    try {
      const sandboxes = await Promise.all([open(level), open(level, { read: [other.shared], write: [other.tree] })]);
      const script = `for f in "$0"/note.txt "$1"/note.txt; do cat "$f"; echo; done; echo mine > mine`;
      const seen = await Promise.all(
        [world, other].map((own, index) =>
          sandboxes[index]!.run({ argv: ['sh', '-c', script, world.shared, other.shared], cwd: own.tree }),
        ),
      );
      expect(seen.map((one) => text(one.stdout))).toEqual(
        level === 'restricted' ? ['shared\nshared\n', 'shared\nshared\n'] : ['shared\n\n', '\nshared\n'],
      );
      expect(seen.map(({ exitCode, limits, stderr }) => [exitCode, limits, text(stderr)])).toEqual(
        level === 'restricted'
          ? [
              [0, [], ''],
              [0, [], ''],
            ]
          : seen.map(() => [0, [], expect.any(String)]),
      );
      for (const own of [world, other]) expect(readFileSync(join(own.tree, 'mine'), 'utf8')).toBe('mine\n');
      await Promise.all(sandboxes.map((one) => one.close()));
    } finally {
      await other.close();
    }
  });

  it('runs commands side by side without ending each other', async (context) => {
    need(level, context);
    const sandbox = await open(level);
    const seen = await Promise.all(
      [0, 1, 2].map((n) => sandbox.run({ argv: ['sh', '-c', `sleep 0.${n}5; exit ${n}`], cwd: world.tree })),
    );
    expect(seen.map(({ exitCode }) => exitCode)).toEqual([0, 1, 2]);
    await sandbox.close();
  });

  it('ends what runs when it is closed, and starts nothing after', async (context) => {
    need(level, context);
    const sandbox = await open(level);
    const up = join(world.tree, `up-${level}`);
    const running = sandbox.run({ argv: ['sh', '-c', 'echo up > "$0"; sleep 1000', up], cwd: world.tree });
    while (!existsSync(up)) await sleep(10);
    const beginning = sandbox.run({ argv: ['sleep', '1000'], cwd: world.tree });
    await sandbox.close();
    for (const seen of await Promise.all([running, beginning])) expect(seen.exitCode).toBeNull();
    expect(await sandbox.run({ argv: ['true'], cwd: world.tree })).toMatchObject({
      issue: { message: 'the sandbox is closed' },
    });
  });

  it('tells what it does as events', async (context) => {
    need(level, context);
    const events: AssayEvent[] = [];
    const sandbox = await openSandbox({ access: access(), levels: [level], events: (event) => events.push(event) });
    if (!sandbox.ok) throw new Error('not open');
    await sandbox.value.run({ argv: ['sleep', '100'], cwd: world.tree, limits: { ms: 100 } });
    await sandbox.value.close();
    expect(events).toMatchObject([
      { type: 'command-start', command: ['sleep', '100'], isolation: level },
      { type: 'limit-hit', limit: 'ms', value: 100 },
      { type: 'command-end', command: ['sleep', '100'], exitCode: null },
    ]);
  });

  it('reaches what was named through a link by both names', async (context) => {
    need(level, context);
    const link = join(base, `link-${level}`);
    symlinkSync(world.shared, link);
    const sandbox = await open(level, { read: [link] });
    const seen = await sandbox.run({ argv: ['cat', `${link}/note.txt`, `${world.shared}/note.txt`], cwd: world.tree });
    expect(text(seen.stdout)).toBe('sharedshared');
    await sandbox.close();
  });

  it('takes names with blanks, quotes and patterns in them', async (context) => {
    need(level, context);
    const folder = join(base, `a b'"\\$*[x]#é ${level}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'in'), 'text');
    const sandbox = await open(level, { write: [folder] });
    const seen = await sandbox.run({ argv: ['sh', '-c', 'cat in; echo out > out'], cwd: folder });
    expect(text(seen.stdout)).toBe('text');
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('out\n');
    await sandbox.close();
  });

  it('lets the inner of two paths decide', async (context) => {
    need(level, context);
    const folder = join(base, `nested-${level}`);
    // Readable and writable in turn, beginning with either.
    const paths = ['w', 'w/r', 'w/r/w', 'r', 'r/w', 'r/w/r'];
    for (const path of paths) mkdirSync(join(folder, path), { recursive: true });
    const named = (kind: string): string[] =>
      paths.filter((path) => path.endsWith(kind)).map((path) => join(folder, path));
    const sandbox = await open(level, { read: named('r'), write: named('w') });
    const script = `for f in ${paths.join(' ')}; do echo x > ../$f/x; done`;
    await sandbox.run({ argv: ['sh', '-c', script], cwd: join(folder, 'w') });
    await sandbox.close();
    const written = paths.filter((path) => existsSync(join(folder, path, 'x')));
    expect(written).toEqual(level === 'restricted' ? paths : ['w', 'w/r/w', 'r/w']);
  });

  it('outlives a command that kills its parent, but for restricted', async (context) => {
    need(level, context);
    const program = 'process.kill(process.ppid, "SIGKILL"); setTimeout(() => console.log("on"), 300)';
    const { signal, stdout } = await harness(level, { argv: ['node', '-e', program], cwd: world.tree });
    if (level === 'restricted') expect(signal).toBe('SIGKILL');
    else expect(JSON.parse(stdout)).toMatchObject({ isolation: level });
  });

  it('takes its commands with it when assay is killed, but for restricted', async (context) => {
    need(level, context);
    const mark = `1000.${process.pid}${LEVELS.indexOf(level)}`;
    const running = harness(level, { argv: ['sleep', mark], cwd: world.tree }, async (pid) => {
      while (processesWith(`sleep ${mark}`).length === 0) await sleep(20);
      process.kill(pid, 'SIGKILL');
    });
    expect((await running).signal).toBe('SIGKILL');
    await sleep(300);
    const left = processesWith(`sleep ${mark}`);
    for (const line of left) process.kill(Number.parseInt(line, 10), 'SIGKILL');
    expect(left).toHaveLength(level === 'restricted' ? 1 : 0);
  });

  // At restricted the kernel would count all processes of the user together.
  it.for(level === 'restricted' ? [] : [level])(
    'refuses an ordinary user’s processes in the kernel too',
    async (_level, context) => {
      need(level, context);
      const user = ordinaryUser(context);
      const own = await new World(base).open();
      chmodSync(base, 0o755);
      chownSync(own.tree, user, user);
      // The limit as the kernel has it (-u in bash, -p in dash), then what it does.
      const script =
        '(ulimit -u || ulimit -p) 2>/dev/null; i=0; while [ $i -lt 400 ]; do sleep 60 & i=$((i + 1)); done; wait';
      const { stdout } = await harness(
        level,
        { argv: ['sh', '-c', script], cwd: own.tree, limits: { processes: 30 } },
        undefined,
        { user, access: { read: [own.shared], write: [own.tree], network: false } },
      );
      const seen = JSON.parse(stdout);
      expect(seen.stdout).toBe('94\n');
      // Whichever comes first: it is refused a process and gives up, or is seen and ended; or both at once.
      expect([
        [2, undefined],
        [null, 'processes'],
        [2, 'processes'],
      ]).toContainEqual([seen.exitCode, seen.limits[0]?.limit]);
      await own.close();
    },
  );

  it('works for an ordinary user', async (context) => {
    need(level, context);
    const NOBODY = ordinaryUser(context);
    const own = await new World(base).open();
    chmodSync(base, 0o755);
    chownSync(own.tree, NOBODY, NOBODY);
    const script = 'id -u; cat note; echo x > x; cat "$0"; echo x > "$1"';
    const { stdout } = await harness(
      level,
      { argv: ['sh', '-c', script, join(own.outside, 'secret.txt'), join(own.shared, 'x')], cwd: own.tree },
      undefined,
      { user: NOBODY, access: { read: [own.shared], write: [own.tree], network: false } },
    );
    const seen = JSON.parse(stdout);
    expect(seen.issues ?? seen.issue).toBeUndefined();
    expect(seen.stdout).toBe(level === 'restricted' ? `${NOBODY}\n${SECRET}` : `${NOBODY}\n`);
    expect(readFileSync(join(own.tree, 'x'), 'utf8')).toBe('x\n');
    expect(existsSync(join(own.shared, 'x'))).toBe(false);
    await own.close();
  });

  it('ends a command that leaves too little of the disk', async (context) => {
    need(level, context);
    const disk = join(base, `disk-${level}`);
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=560m', 'assay-test', disk], { stdio: 'ignore' });
    } catch {
      return context.skip('only root can make a small disk');
    }
    try {
      const sandbox = await open(level, { write: [disk] });
      const script = 'for i in $(seq 9); do head -c 10000000 /dev/zero > $i; done; sleep 20; echo end > end';
      const seen = await sandbox.run({ argv: ['sh', '-c', script], cwd: disk });
      await sandbox.close();
      expect(seen).toMatchObject({ exitCode: null, limits: [{ limit: 'diskFreeBytes', value: 512 * 1024 * 1024 }] });
      expect(existsSync(join(disk, 'end'))).toBe(false);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

describe('Unix domain sockets in a folder that may be read', () => {
  it.for([
    ['strong', 0],
    ['namespaces', 1],
    ['restricted', 1],
  ] as const)('at %s: %d connections', async ([level, expected], context) => {
    need(level, context);
    if (process.platform !== 'linux') return context.skip('documented for Linux');
    const path = join(world.shared, `socket-${level}`);
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const sandbox = await open(level);
    const program = `require("net").connect(process.argv[1]).on("error", () => {})`;
    await sandbox.run({ argv: ['node', '-e', program, path], cwd: world.tree });
    await sandbox.close();
    await sleep(50);
    server.close();
    expect(connections).toBe(expected);
  });
});

describe('strong', () => {
  // What sandbox-runtime opens for every program that uses it.
  const SHARED = '/tmp/claude';

  it.for([
    ['is closed', SHARED, false],
    ['is open to one that was given a part of it', `${SHARED}/part`, true],
  ] as const)('the folder of sandbox-runtime %s', async ([_name, tree, granted], context) => {
    need('strong', context);
    if (existsSync(SHARED)) return context.skip(`${SHARED} exists and is not ours to try`);
    mkdirSync(`${SHARED}/part`, { recursive: true });
    try {
      writeFileSync(`${SHARED}/secret`, SECRET);
      const sandbox = await open('strong', granted ? { write: [tree] } : {});
      const script = `cat ${SHARED}/secret; echo x > ${SHARED}/x; echo x > ${SHARED}/part/x`;
      const seen = await sandbox.run({ argv: ['sh', '-c', script], cwd: granted ? tree : world.tree });
      await sandbox.close();
      expect(text(seen.stdout)).toBe('');
      expect([`${SHARED}/x`, `${SHARED}/part/x`].map((path) => existsSync(path))).toEqual([false, granted]);
    } finally {
      rmSync(SHARED, { recursive: true });
    }
  });
});

describe('namespaces', () => {
  it('opens the network where it is asked to', async (context) => {
    need('namespaces', context);
    const sandbox = await open('namespaces', { network: true });
    const program = `require("net").connect(${world.port}, "127.0.0.1").on("connect", () => process.exit(3))`;
    expect((await sandbox.run({ argv: ['node', '-e', program], cwd: world.tree })).exitCode).toBe(3);
    await sandbox.close();
  });

  it('keeps a mount below a readable folder read-only', async (context) => {
    need('namespaces', context);
    const inner = join(world.shared, 'inner');
    mkdirSync(inner);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'noexec', 'assay-test', inner], { stdio: 'ignore' });
    } catch {
      return context.skip('only root can mount');
    }
    try {
      writeFileSync(join(inner, 'note'), 'inner');
      const sandbox = await open('namespaces');
      const seen = await sandbox.run({ argv: ['sh', '-c', `cat ${inner}/note; echo x > ${inner}/x`], cwd: world.tree });
      await sandbox.close();
      expect({ issue: seen.issue, out: text(seen.stdout) }).toEqual({ issue: undefined, out: 'inner' });
      expect(existsSync(join(inner, 'x'))).toBe(false);
    } finally {
      execFileSync('umount', [inner]);
    }
  });
});

/** The id of a user who may do little: nobody where the tests run as root, else who runs them. */
function ordinaryUser(context: Skips): number {
  if (process.getuid?.() !== 0) return process.getuid!();
  const NOBODY = 65534;
  try {
    execFileSync(process.execPath, ['--version'], { uid: NOBODY, gid: NOBODY });
    execFileSync('cat', [join(import.meta.dirname, 'harness.ts')], { uid: NOBODY, gid: NOBODY });
  } catch {
    context.skip('an ordinary user may not read this repository');
  }
  return NOBODY;
}

interface HarnessEnd {
  readonly signal: string | null;
  readonly stdout: string;
}

/** Opens a sandbox in another process and runs a command there; `meanwhile` gets that process's id once it is open. */
async function harness(
  level: IsolationLevel,
  command: Command,
  meanwhile?: (pid: number) => Promise<void>,
  as: { readonly user?: number; readonly access?: Access } = {},
): Promise<HarnessEnd> {
  const request = JSON.stringify({ options: { access: as.access ?? access(), levels: [level] }, command });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'harness.ts'), request], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // What a killed process leaves behind goes with the base.
    env: { PATH: process.env.PATH, TMPDIR: temporary },
    ...(as.user === undefined ? {} : { uid: as.user, gid: as.user }),
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.once('data', () => void meanwhile?.(child.pid!));
  const signal = await new Promise<string | null>((resolve) => child.once('close', (_code, by) => resolve(by)));
  return { signal, stdout };
}
