import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { integrate, recover } from '../../src/integrate/index.ts';
import { takeLock } from '../../src/integrate/lock.ts';
import { withFault } from './faults.ts';
import { draftOf, FAST, type Files, makePlace, type Place, readTree } from './support.ts';

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});
function place(files: Files): Place {
  const made = makePlace(files, FAST);
  roots.push(made.root);
  return made;
}

/** Runs child.ts and gives its output once it ends. */
function child(task: string, { root, store }: Place, ...rest: string[]): Promise<string> {
  const argv = [
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'child.ts'),
    task,
    root,
    store,
    ...rest,
  ];
  const started = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  started.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  started.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  return new Promise((resolve, reject) => {
    started.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${code}: ${errors}`))));
  });
}

const owner = (made: Place): Record<string, unknown> =>
  JSON.parse(readFileSync(join(made.store, 'locks/held/owner.json'), 'utf8')) as Record<string, unknown>;

/** A lock as another process would have left it. */
function leave(made: Place, change: (own: Record<string, unknown>) => unknown): void {
  const lock = takeLock(made.store, 0);
  expect(lock.ok).toBe(true);
  const own = owner(made);
  lock.value!();
  mkdirSync(join(made.store, 'locks/held'));
  writeFileSync(join(made.store, 'locks/held/owner.json'), JSON.stringify(change(own)));
}

const attempt = (made: Place) => integrate(made.root, made.store, draftOf({ a: ['1', '2'] }), { waitMs: 60 });

/** Field 22 of proc(5) stat. */
const startOf = (pid: number | 'self'): string | undefined =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\)\s/s, '')
    .split(' ')[19];

/** A process that has ended, and the number it had. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '0']).pid;

describe('a lock', () => {
  const dead: readonly [name: string, change: (own: Record<string, unknown>) => unknown][] = [
    ['of a process that has ended', (own) => ({ ...own, pid: deadPid(), token: 'x' })],
    ['of a process whose number another has now', (own) => ({ ...own, pid: process.ppid, start: '1', token: 'x' })],
    ['from before the machine was started', (own) => ({ ...own, boot: 'other', namespace: 'other', token: 'x' })],
    ['that this process failed to let go of', (own) => own],
  ];
  it.skipIf(process.platform !== 'linux').each(dead)('%s is broken at once (needs /proc)', (_name, change) => {
    const made = place({ a: '1' });
    leave(made, change);
    expect(attempt(made).issues).toEqual([]);
    expect(readTree(made.root)).toEqual({ a: '2' });
    expect(readdirSync(join(made.store, 'locks'))).not.toContain('held');
  });

  const alive: readonly [name: string, change: (own: Record<string, unknown>) => unknown, who: string][] = [
    [
      'of a running process',
      (own) => ({
        ...own,
        pid: 1,
        start: startOf(1),
      }),
      `process 1 on ${hostname()}`,
    ],
    ['of another thread of this process', (own) => ({ ...own, thread: 99 }), `process ${process.pid} on ${hostname()}`],
    ['of another machine', (own) => ({ ...own, host: 'elsewhere', pid: deadPid() }), 'on elsewhere'],
    ['of another container', (own) => ({ ...own, namespace: 'pid:[1]', pid: deadPid() }), 'process'],
    ['that cannot be read', () => ({ token: '../../x' }), 'a lock that cannot be read'],
    ['of no form at all', () => null, 'a lock that cannot be read'],
  ];
  it.skipIf(process.platform !== 'linux').each(alive)(
    '%s is respected, and named (needs /proc)',
    (_name, change, who) => {
      const made = place({ a: '1' });
      leave(made, change);
      const done = attempt(made);
      expect(done.issues).toMatchObject([
        { code: 'integrate/locked', suggestion: expect.stringContaining('locks/held') },
      ]);
      expect(done.issues[0]!.message).toContain('expected to be the only writer within 60 ms, found ');
      expect(done.issues[0]!.message).toContain(who);
      expect(readTree(made.root)).toEqual({ a: '1' });
      // Nothing of the attempt stays, and the lock does.
      expect(readdirSync(join(made.store, 'locks'))).toEqual(['held']);
      rmSync(join(made.store, 'locks/held'), { recursive: true });
      expect(attempt(made).ok).toBe(true);
    },
  );

  it.skipIf(process.platform !== 'linux')('found dead by two is broken by one alone (needs /proc)', () => {
    const made = place({ a: '1' });
    leave(made, (own) => ({ ...own, pid: deadPid(), token: 'dead' }));
    const locks = join(made.store, 'locks');
    // Right before this process moves the dead lock away, another one has done so and taken the lock.
    const other = { ...owner(made), pid: process.pid, token: 'other', thread: 99, start: startOf('self') };
    const meddle = (): void => {
      renameSync(join(locks, 'held'), join(locks, 'broken-dead'));
      mkdirSync(join(locks, 'held'));
      writeFileSync(join(locks, 'held/owner.json'), JSON.stringify(other));
    };
    const at = (name: string, args: readonly unknown[]): boolean =>
      name === 'renameSync' && String(args[0]).endsWith('/held') && owner(made).token === 'dead';
    const { result } = withFault({ at, kind: 'meddle', meddle }, () => attempt(made));
    expect(result!.issues).toMatchObject([{ code: 'integrate/locked' }]);
    expect(owner(made).token).toBe('other');
    expect(readTree(made.root)).toEqual({ a: '1' });
  });

  it('is let go of after success and refusal alike', () => {
    const made = place({ a: '1' });
    expect(attempt(made).ok).toBe(true);
    expect(attempt(made).ok).toBe(false);
    expect(readdirSync(join(made.store, 'locks'))).toEqual([]);
  });

  it('that is left half made is swept after an hour', () => {
    const made = place({ a: '1' });
    for (const name of ['1-old', '2-new']) mkdirSync(join(made.store, 'locks', name), { recursive: true });
    const old = new Date(Date.now() - 3_700_000);
    utimesSync(join(made.store, 'locks/1-old'), old, old);
    expect(attempt(made).ok).toBe(true);
    expect(readdirSync(join(made.store, 'locks'))).toEqual(['2-new']);
  });

  it('is not asked for by a recovery that has nothing to do', () => {
    const made = place({ a: '1' });
    leave(made, (own) => ({ ...own, thread: 99 }));
    expect(recover(made.root, made.store, { waitMs: 0 }).ok).toBe(true);
  });
});

describe('processes side by side', () => {
  it('count right, from a dead lock on', async () => {
    const made = place({ counter: '0' });
    leave(made, (own) => ({ ...own, pid: deadPid(), token: 'x' }));
    await Promise.all([1, 2, 3, 4].map(() => child('count', made, '20')));
    expect(readFileSync(join(made.root, 'counter'), 'utf8')).toBe('80');
  });

  it('one alone changes a file from one base; drafts of other files all get in', async () => {
    const made = place({ a: '1' });
    const same = ['x', 'y', 'z'].map((text) => child('once', made, 'a', '1', text));
    const others = ['b', 'c'].map((path) => child('once', made, path, '', path));
    const results = (await Promise.all([...same, ...others])).map(
      (text) => JSON.parse(text) as { ok: boolean; codes: string[] },
    );
    expect(results.slice(0, 3).filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.slice(0, 3).flatMap(({ codes }) => codes)).toEqual(['draft/wrong-base', 'draft/wrong-base']);
    expect(results.slice(3)).toEqual([
      { ok: true, codes: [] },
      { ok: true, codes: [] },
    ]);
    const winner = ['x', 'y', 'z'][results.findIndex(({ ok }) => ok)];
    expect(readTree(made.root)).toEqual({ a: winner, b: 'b', c: 'c' });
  });
});
