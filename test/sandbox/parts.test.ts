import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { openingOf, resolveAccess } from '../../src/sandbox/access.ts';
import { parseMounts } from '../../src/sandbox/mounts.ts';
import { quote, tooLong } from '../../src/sandbox/script.ts';
import { type Process, ProcessTree, processesFromProc, processesFromPs, treeUse } from '../../src/sandbox/tree.ts';
import { newBase, World } from './world.ts';

const onLinux = process.platform === 'linux';

describe('quote', () => {
  it('gives a shell back what it was given (law)', () => {
    const seed = 20_260_101;
    const numbers = random(seed);
    const alphabet = [...'ab \'"`$\\\n\t*?[]{}()<>|&;#~!=-é🦀\r'];
    const texts = Array.from({ length: 300 }, () =>
      Array.from({ length: numbers.below(20) }, () => numbers.pick(alphabet)).join(''),
    );
    const script = `printf '%s\\0' ${texts.map(quote).join(' ')}`;
    const printed = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
    expect(printed.split('\0').slice(0, -1), `seed ${seed}`).toEqual(texts);
  });
});

describe.runIf(onLinux)('tooLong', () => {
  const starts = (args: readonly string[]): boolean => {
    try {
      execFileSync('/bin/true', [...args], { env: {} });
      return true;
    } catch {
      return false;
    }
  };
  it.each([
    [131_070, true],
    [131_071, true],
    [131_072, false],
  ])('agrees with the kernel about one argument of %d bytes', (length, fits) => {
    const args = ['x'.repeat(length)];
    expect(starts(args)).toBe(fits);
    expect(tooLong(args, {}) === undefined).toBe(fits);
  });

  it('lets through nothing that the kernel refuses', () => {
    const args = Array.from({ length: 15 }, () => 'x'.repeat(131_000));
    expect(tooLong(args, {})).toBeUndefined();
    expect(starts(args)).toBe(true);
    expect(tooLong([...args, ...args], {})).toMatch(/arguments and variables have/);
    expect(starts([...args, ...args])).toBe(false);
  });
});

describe('parseMounts', () => {
  it('reads what proc(5) describes', () => {
    const text = [
      '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue',
      '40 36 0:5 / /a\\040b\\134c\\012d ro,nosuid shared:2 propagate_from:1 - tmpfs tmpfs rw',
      '41 36 0:6 / /\xc3\xa9 rw - proc proc rw',
      '',
    ].join('\n');
    expect(parseMounts(text)).toEqual([
      { device: '98:0', path: '/mnt2', options: ['rw', 'noatime'], type: 'ext3' },
      { device: '0:5', path: '/a b\\c\nd', options: ['ro', 'nosuid'], type: 'tmpfs' },
      { device: '0:6', path: '/é', options: ['rw'], type: 'proc' },
    ]);
  });

  it.runIf(onLinux)('finds the root and /proc of this machine', () => {
    const mounts = parseMounts(readFileSync('/proc/self/mountinfo', 'latin1'));
    expect(mounts.map(({ path }) => path)).toEqual(expect.arrayContaining(['/', '/proc']));
    expect(mounts.find(({ path }) => path === '/proc')?.type).toBe('proc');
  });
});

describe('the process tree', () => {
  it.runIf(onLinux)('is the same from /proc and from ps', () => {
    const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    const of = (all: readonly { readonly pid: number }[]) => all.find(({ pid }) => pid === child.pid);
    const expected = { pid: child.pid, parent: process.pid, group: child.pid, zombie: false };
    expect(of(processesFromProc())).toMatchObject({ ...expected, session: child.pid });
    expect(of(processesFromPs())).toMatchObject(expected);
    child.kill('SIGKILL');
  });

  it('has what is below its root, and not its root’s parent or sisters', async () => {
    const sister = spawn('sleep', ['1000'], { stdio: 'ignore' });
    const root = spawn('sh', ['-c', 'sleep 1000 & echo; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => root.stdout.once('data', resolve));
    const members = new ProcessTree(root.pid!).members();
    expect(members.map(({ parent }) => parent).sort()).toEqual([process.pid, root.pid!].sort());
    expect(treeUse(members).processes).toBe(2);
    for (const { pid } of [...members, { pid: sister.pid! }]) process.kill(pid, 'SIGKILL');
  });

  it('follows a process that loses its parent after it was seen', async () => {
    const root = spawn('sh', ['-c', 'setsid sleep 1000 & echo; read -r go'], { stdio: ['pipe', 'pipe', 'ignore'] });
    await new Promise((resolve) => root.stdout.once('data', resolve));
    const tree = new ProcessTree(root.pid!);
    while (tree.members().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const gone = new Promise((resolve) => root.once('exit', resolve));
    root.stdin.end('\n');
    await gone;
    const left = tree.members();
    expect(left).toHaveLength(1);
    process.kill(left[0]!.pid, 'SIGKILL');
  });

  describe('over tables of processes', () => {
    const at = (pid: number, parent: number, session: number, started = String(pid)): Process => ({
      pid,
      parent,
      group: session,
      session,
      started,
      zombie: false,
    });
    const self = at(process.pid, 1, process.pid);
    const pids = (members: readonly Process[]): number[] => members.map(({ pid }) => pid).sort((a, b) => a - b);
    const [root, child, other] = [1_000_001, 1_000_002, 1_000_003];
    const start = (): ProcessTree => {
      const tree = new ProcessTree(root, at(root, self.pid, root));
      expect(pids(tree.members(undefined, [self, at(root, self.pid, root), at(child, root, root)]))).toEqual([
        root,
        child,
      ]);
      return tree;
    };

    it('keeps an orphan of its session, though it was not seen before', () => {
      expect(pids(start().members(undefined, [self, at(other, 1, root)]))).toEqual([other]);
    });

    it('keeps an orphan that has a session of its own, if it was seen', () => {
      expect(pids(start().members(undefined, [self, at(child, 1, child), at(other, 1, child)]))).toEqual([
        child,
        other,
      ]);
    });

    it('does not take a process that was given the id of one it saw', () => {
      const tree = start();
      expect(tree.members(undefined, [self])).toEqual([]);
      expect(tree.members(undefined, [self, at(child, 1, child, 'later')])).toEqual([]);
    });

    it('does not take a session that was given the id of one that ended', () => {
      const tree = start();
      expect(tree.members(undefined, [self])).toEqual([]);
      expect(tree.members(undefined, [self, at(root, 1, root, 'later'), at(other, root, root)])).toEqual([]);
    });

    it('never takes the process that watches', () => {
      expect(start().members((pid) => pid === self.pid, [self])).toEqual([]);
    });

    it('takes nothing for a root that is gone, or is no child', () => {
      expect(new ProcessTree(root, undefined).members(undefined, [self, at(root, 1, root)])).toEqual([]);
      const stranger = at(root, 1, root);
      expect(new ProcessTree(root, stranger).members(undefined, [self, stranger])).toEqual([]);
    });
  });

  it('measures memory that is used, not what is reserved', async () => {
    const program = 'globalThis.kept = Buffer.alloc(2e8, 1); console.log(); setInterval(() => {}, 1000)';
    const root = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => root.stdout.once('data', resolve));
    const { memoryBytes } = treeUse(new ProcessTree(root.pid!).members());
    root.kill('SIGKILL');
    expect(memoryBytes).toBeGreaterThan(2e8);
    expect(memoryBytes).toBeLessThan(4e8);
  });
});

describe('resolveAccess', () => {
  let world: World;
  beforeAll(async () => {
    world = await new World(newBase()).open();
  });
  afterAll(async () => {
    await world.close();
    rmSync(world.base, { recursive: true });
  });

  it('keeps what adds nothing out, and lets the inner path decide', () => {
    const { base: root, tree, shared, outside } = world;
    const resolved = resolveAccess({ read: [shared, root, `${tree}/`, root], write: [tree], network: false });
    if (!resolved.ok) throw new Error('refused');
    expect(resolved.value.paths).toEqual([
      { path: root, writable: false, folder: true },
      { path: tree, writable: true, folder: true },
    ]);
    expect(openingOf(resolved.value, outside)).toMatchObject({ path: root });
    expect(openingOf(resolved.value, `${tree}/a/b`)).toMatchObject({ path: tree, writable: true });
    expect(openingOf(resolved.value, `${root}-other`)).toBeUndefined();
  });

  it('resolves links and notes them', () => {
    const { tree, outside } = world;
    const resolved = resolveAccess({ read: [`${tree}/link.txt`], write: [], network: false });
    expect(resolved).toMatchObject({
      ok: true,
      value: {
        paths: [{ path: `${outside}/secret.txt`, writable: false, folder: false }],
        links: [{ path: `${tree}/link.txt`, target: `${outside}/secret.txt` }],
      },
    });
  });
});
