import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { random, sha256 } from '../../src/base/index.ts';
import { integrate, recover, undo } from '../../src/integrate/index.ts';
import { type Fault, withFault } from './faults.ts';
import { killTrials } from './kill.ts';
import { draftOf, FAST, isCommitted, isOpen, makePlace, type Place, putFiles, readTree, sameTree } from './support.ts';

const BEFORE = { 'a.ts': 'a old\n', 'src/b.ts': 'b old\r\n', 'src/c.ts': 'c old', 'src/d.ts': 'other\n' };
const DRAFT = draftOf({
  'a.ts': ['a old\n', 'a new\n'],
  'src/b.ts': ['b old\r\n', null],
  'src/c.ts': ['c old', 'c new'],
  'new/deep/e.ts': [null, 'e new\n'],
});
const OLD = { 'a.ts': 'a old\n', 'src/': null, 'src/b.ts': 'b old\r\n', 'src/c.ts': 'c old', 'src/d.ts': 'other\n' };
const NEW = {
  'a.ts': 'a new\n',
  'new/': null,
  'new/deep/': null,
  'new/deep/e.ts': 'e new\n',
  'src/': null,
  'src/c.ts': 'c new',
  'src/d.ts': 'other\n',
};

const places: string[] = [];
afterAll(() => {
  for (const root of places) rmSync(root, { recursive: true, force: true });
});
function place(files: Readonly<Record<string, string>> = BEFORE): Place {
  const made = makePlace(files, FAST);
  places.push(made.root);
  return made;
}

/** Work to break at each of its calls: what the tree is before it, after it, and what to do. */
const WORKS = {
  integrate: { from: OLD, to: NEW, setUp: place, run: ({ root, store }: Place) => integrate(root, store, DRAFT) },
  undo: {
    from: NEW,
    to: OLD,
    setUp: () => {
      const made = place();
      expect(integrate(made.root, made.store, DRAFT).ok).toBe(true);
      return made;
    },
    run: ({ root, store }: Place) => undo(root, store),
  },
} as const;

/** Each file is one side's, whole. Temporary files may be there, before recovery. */
function expectWhole(root: string, from: object, to: object): void {
  const sides = [from, to] as Record<string, string | null>[];
  const found = Object.entries(readTree(root)).filter(([path]) => !path.endsWith('.tmp') && !path.endsWith('/'));
  for (const [path, text] of found)
    expect(
      sides.map((side) => side[path]),
      path,
    ).toContain(text);
}

function expectRecovered(made: Place, from: object, to: object): 'from' | 'to' {
  const report = recover(made.root, made.store);
  expect(report.issues).toEqual([]);
  expect(report.ok).toBe(true);
  expect(isOpen(made)).toBe(false);
  const tree = readTree(made.root);
  expect([from, to]).toContainEqual(tree);
  return sameTree(tree, from as Record<string, string>) ? 'from' : 'to';
}

describe.each(['integrate', 'undo'] as const)('a crash at any call of %s', (name) => {
  const { from, to, setUp, run } = WORKS[name];
  const first = setUp();
  const calls = withFault(undefined, () => run(first)).calls;

  it('leaves each file whole, and recovery makes all old or all new', () => {
    expect(calls).toBeGreaterThan(30);
    const ends = { from: 0, to: 0 };
    for (let at = 0; at < calls; at++) {
      const made = setUp();
      expect(withFault({ at, kind: 'crash' }, () => run(made)).crashed, `call ${at}`).toBe(true);
      expectWhole(made.root, from, to);
      ends[expectRecovered(made, from, to)]++;
      // And the tool goes on working.
      const next = sameTree(readTree(made.root), OLD)
        ? integrate(made.root, made.store, DRAFT)
        : undo(made.root, made.store);
      expect(next.ok, `call ${at}`).toBe(true);
    }
    expect(ends.from).toBeGreaterThan(10);
    expect(ends.to).toBeGreaterThan(5);
  });

  it('may be followed by a crash of the recovery (seed 3)', () => {
    const rng = random(3);
    let second = 0;
    for (let round = 0; round < 40; round++) {
      const made = setUp();
      withFault({ at: rng.below(calls), kind: 'crash' }, () => run(made));
      for (let again = 0; again < 3; again++) {
        if (withFault({ at: rng.below(20), kind: 'crash' }, () => recover(made.root, made.store)).crashed) second++;
        expectWhole(made.root, from, to);
      }
      expectRecovered(made, from, to);
    }
    expect(second).toBeGreaterThan(15);
  });

  const faults: readonly [kind: Fault['kind'], lasting: boolean][] = [
    ['ENOSPC', false],
    ['ENOSPC', true],
    ['EIO', false],
    ['EROFS', true],
  ];
  it.each(faults)('%s (lasting: %s) at any call gives one side or the other, and says which', (kind, lasting) => {
    for (let at = 0; at < calls; at++) {
      const made = setUp();
      const { result } = withFault({ at, kind, lasting }, () => run(made));
      const seen = `call ${at}: ${JSON.stringify(result)}`;
      const open = result!.issues.some(({ message }) => message.includes('is still open'));
      if (result!.ok) expect(readTree(made.root), seen).toEqual(to);
      else if (!open) expect(readTree(made.root), seen).toEqual(from);
      // One cause, told once, or once for each file that cannot be read.
      if (!open) expect(new Set(result!.issues.map(({ code }) => code)).size, seen).toBe(result!.ok ? 0 : 1);
      expectWhole(made.root, from, to);
      const end = expectRecovered(made, from, to);
      if (!open) expect(end, seen).toBe(result!.ok ? 'to' : 'from');
    }
  });
});

describe('what was reported as not integrated', () => {
  /** Two things fail, so that an entry stays open; then the trouble is over. */
  const broken = (at: (name: string, args: readonly unknown[]) => boolean): void => {
    const made = place();
    const { result } = withFault({ at, kind: 'EIO' }, () => integrate(made.root, made.store, DRAFT));
    expect(result!.ok).toBe(false);
    expect(result!.issues.some(({ message }) => message.includes('is still open'))).toBe(true);
    expect(isOpen(made)).toBe(true);
    expect(expectRecovered(made, OLD, NEW)).toBe('from');
  };
  it('is not finished later, where the commit mark and the sweeping failed', () => {
    let marking = false;
    broken((name, args) => {
      if (name === 'openSync') marking = String(args[0]).endsWith('/commit');
      return (name === 'fsyncSync' && marking) || (name === 'unlinkSync' && String(args[0]).endsWith('.tmp'));
    });
  });
  it('is not finished later, where a rename and the way back failed', () => {
    let renames = false;
    broken((name, args) => {
      if (name === 'renameSync' && String(args[1]).endsWith('src/c.ts')) renames = true;
      else if (!renames) return false;
      return name === 'renameSync' || (name === 'openSync' && String(args[0]).endsWith('.tmp'));
    });
  });
});

describe('someone else’s change', () => {
  it.each(['a.ts', 'src/b.ts', 'new/deep/e.ts'])('to %s at any moment of an integration is not lost', (path) => {
    const ends = { done: 0, refused: 0, window: 0 };
    for (let at = 0; at < 200; at++) {
      const made = place();
      const target = join(made.root, path);
      const untouched = path === 'a.ts' ? 'src/c.ts' : 'a.ts';
      const inode = statSync(join(made.root, untouched)).ino;
      let onTarget = false;
      let meddled = false;
      let committed = false;
      const meddle = (name: string, args: readonly unknown[]): void => {
        // The one moment that cannot be watched: between the last look at a file and the call that replaces it.
        onTarget = (name === 'renameSync' && args[1] === target) || (name === 'unlinkSync' && args[0] === target);
        meddled = existsSync(dirname(target)) && !onTarget;
        // From the mark on: the look at all files comes right before it.
        committed = isCommitted(made) || (name === 'openSync' && String(args[0]).endsWith('/commit'));
        if (meddled) writeFileSync(target, 'mine, and longer');
      };
      const { result, calls } = withFault({ at, kind: 'meddle', meddle }, () =>
        integrate(made.root, made.store, DRAFT),
      );
      if (at >= calls) break;
      if (!meddled) {
        ends.window += onTarget ? 1 : 0;
        continue;
      }
      const tree = readTree(made.root);
      const seen = `call ${at}: ${JSON.stringify(result)}`;
      expect(tree[path], seen).toBe('mine, and longer');
      const folders = path.startsWith('new/') ? { 'new/': null, 'new/deep/': null } : {};
      expect(tree, seen).toEqual({ ...(result!.ok ? NEW : { ...OLD, ...folders }), [path]: 'mine, and longer' });
      expect(isOpen(made), seen).toBe(false);
      // What is seen before the commit mark stops the work before any other file is touched.
      if (!result!.ok && !committed) expect(statSync(join(made.root, untouched)).ino, seen).toBe(inode);
      ends[result!.ok ? 'done' : 'refused']++;
    }
    expect(ends.window).toBe(1);
    expect(ends.done).toBeGreaterThan(5);
    expect(ends.refused).toBeGreaterThan(5);
  });

  const firstCall = new Map<number, number>();

  /** An integration that crashed with so many of its files written. */
  function crashed(written: number): Place {
    for (let at = firstCall.get(written) ?? 0; at < 200; at++) {
      const made = place();
      withFault({ at, kind: 'crash' }, () => integrate(made.root, made.store, DRAFT));
      const tree = readTree(made.root);
      const done = [tree['a.ts'] === 'a new\n', tree['src/b.ts'] === undefined, tree['src/c.ts'] === 'c new'];
      if (done.filter(Boolean).length === written && isCommitted(made)) {
        firstCall.set(written, at);
        return made;
      }
    }
    throw new Error(`no call has ${written} files written before it`);
  }

  const planOf = ({ store }: Place): string => {
    const [entry] = readdirSync(join(store, 'integrations'));
    return join(store, 'integrations', entry!, 'plan.json');
  };

  it('between crash and recovery stays; the other files are taken back, and a warning names it', () => {
    const made = crashed(2);
    expect(readTree(made.root)['a.ts']).toBe('a new\n');
    writeFileSync(join(made.root, 'src/c.ts'), 'mine');
    const report = recover(made.root, made.store);
    expect(report.value).toEqual({ finished: [], rolledBack: [expect.stringMatching(/^000001-/)] });
    expect(report.issues).toMatchObject([{ code: 'integrate/left-alone', severity: 'warning', path: 'src/c.ts' }]);
    expect(readTree(made.root)).toEqual({ ...OLD, 'src/c.ts': 'mine' });
    expect(isOpen(made)).toBe(false);
  });

  it('to a file that is written already stays too', () => {
    const made = crashed(2);
    writeFileSync(join(made.root, 'a.ts'), 'mine');
    const report = recover(made.root, made.store);
    expect(report.issues).toMatchObject([{ code: 'integrate/left-alone', path: 'a.ts' }]);
    expect(readTree(made.root)).toEqual({ ...OLD, 'a.ts': 'mine' });
  });

  it('lost temporary files are no obstacle: everything is taken back', () => {
    const made = crashed(1);
    for (const path of Object.keys(readTree(made.root))) if (path.endsWith('.tmp')) rmSync(join(made.root, path));
    expect(recover(made.root, made.store).value!.rolledBack).toHaveLength(1);
    expect(readTree(made.root)).toEqual(OLD);
  });

  it('nor are damaged ones', () => {
    const made = crashed(1);
    for (const path of Object.keys(readTree(made.root))) {
      if (path.endsWith('.tmp')) writeFileSync(join(made.root, path), 'half');
    }
    expect(recover(made.root, made.store).value!.rolledBack).toHaveLength(1);
    expect(readTree(made.root)).toEqual(OLD);
  });

  it('the next integration recovers first', () => {
    const made = crashed(2);
    const done = integrate(made.root, made.store, draftOf({ 'src/d.ts': ['other\n', 'D\n'] }));
    expect(done.ok).toBe(true);
    expect(readTree(made.root)).toEqual({ ...NEW, 'src/d.ts': 'D\n' });
    expect(undo(made.root, made.store).ok).toBe(true);
    expect(undo(made.root, made.store).ok).toBe(true);
    expect(readTree(made.root)).toEqual(OLD);
  });

  it.each([
    ['../x.ts', 'integrate/damaged'],
    ['/x.ts', 'integrate/damaged'],
    ['a/../../x.ts', 'integrate/damaged'],
    ['.git/hooks/x', 'integrate/left-alone'],
    ['out/x.ts', 'integrate/left-alone'],
    ['.assay/locks/x', 'integrate/left-alone'],
  ])('a store that was tampered with writes nothing outside: %s', (path, code) => {
    const made = crashed(2);
    const outside = place({ 'x.ts': 'keep' });
    putFiles(made.root, { '.git/hooks/x': 'keep', '.assay/locks/x': 'keep' });
    symlinkSync(outside.root, join(made.root, 'out'));
    const tree = readTree(made.root);
    const plan = JSON.parse(readFileSync(planOf(made), 'utf8')) as { files: object[] };
    plan.files = [{ path, before: 'a'.repeat(64), after: sha256('keep'), mode: 0o644 }];
    writeFileSync(planOf(made), JSON.stringify(plan));
    expect(recover(made.root, made.store).issues).toMatchObject([{ code }]);
    expect(readTree(outside.root)).toEqual({ 'x.ts': 'keep' });
    expect(readTree(made.root)).toMatchObject({ '.git/hooks/x': 'keep', 'a.ts': tree['a.ts'], 'src/c.ts': 'c old' });
    expect(readFileSync(join(made.store, 'locks/x'), 'utf8')).toBe('keep');
  });

  it('a store that was tampered with removes no folder outside', () => {
    const made = crashed(2);
    const outside = place({});
    mkdirSync(join(outside.root, 'empty'));
    symlinkSync(outside.root, join(made.root, 'out'));
    const plan = JSON.parse(readFileSync(planOf(made), 'utf8')) as object;
    writeFileSync(planOf(made), JSON.stringify({ ...plan, removed: ['out/empty'] }));
    expect(recover(made.root, made.store).value!.finished).toHaveLength(1);
    expect(existsSync(join(outside.root, 'empty'))).toBe(true);
  });

  it('a broken plan is told, not guessed at', () => {
    const made = crashed(2);
    const tree = readTree(made.root);
    writeFileSync(planOf(made), '{');
    const report = recover(made.root, made.store);
    expect(report.issues).toMatchObject([{ code: 'integrate/damaged', suggestion: expect.stringContaining('.open') }]);
    expect(readTree(made.root)).toEqual(tree);
  });
});

describe('SIGKILL', () => {
  it('at random instants leaves each file whole; recovery makes all old or all new (seed 900)', async () => {
    // Where a kill falls is up to the machine, so there are more of them until some fell in the middle of a write.
    let inside = 0;
    for (let batch = 0; batch < 6 && inside < 3; batch++) {
      const report = await killTrials(10, 900 + 10 * batch, FAST);
      expect(report.finished + report.rolledBack).toBe(report.inside);
      inside += report.inside;
    }
    expect(inside).toBeGreaterThanOrEqual(3);
  });
});
