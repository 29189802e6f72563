import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LIMITS, type RepoPath, sha256, span } from '../../src/base/index.ts';
import type { Draft, FileEdit } from '../../src/draft/index.ts';
import { integrate, recover, undo } from '../../src/integrate/index.ts';
import { ChangeSet } from '../../src/text/index.ts';
import {
  draftOf,
  FAST,
  type Files,
  isOpen,
  makePlace,
  modeOf,
  type Place,
  readTree,
  scenario,
  scenarioTrees,
  treeOf,
} from './support.ts';

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});
function place(files: Files): Place {
  const made = makePlace(files, FAST);
  roots.push(made.root);
  return made;
}
const codes = (issues: readonly { code: string; path?: string }[]) =>
  issues.map((i) => `${i.code} ${i.path ?? ''}`.trim());

/** A refusal: its codes, the tree as it was to the byte, no journal left open. */
function refused(made: Place, proposed: Draft, expected: readonly string[]): void {
  const tree = readTree(made.root);
  const done = integrate(made.root, made.store, proposed, { waitMs: 0 });
  expect(done.ok).toBe(false);
  expect(codes(done.issues)).toEqual(expected);
  expect(readTree(made.root)).toEqual(tree);
  expect(isOpen(made)).toBe(false);
}

describe('integrate', () => {
  it('writes, says what it wrote, and undo gives every byte and folder back', () => {
    for (let seed = 0; seed < 40; seed++) {
      const made = scenario(seed, 3 + (seed % 9));
      const trees = scenarioTrees(made);
      const { root, store } = place(made.before);
      const done = integrate(root, store, made.draft);
      expect(done.issues).toEqual([]);
      expect(readTree(root), `seed ${seed}`).toEqual(trees.after);
      const hash = (text: string | undefined) => (text === undefined ? null : sha256(text));
      expect(done.value!.files).toEqual(
        made.draft.edits.map(({ path }) => ({ path, before: hash(made.before[path]), after: hash(made.after[path]) })),
      );
      const back = undo(root, store);
      expect(back.issues).toEqual([]);
      expect(back.value!.files.map(({ before, after }) => [after, before])).toEqual(
        done.value!.files.map(({ before, after }) => [before, after]),
      );
      expect(readTree(root), `seed ${seed}`).toEqual(trees.before);
    }
  });

  it('keeps byte order marks, CR LF, and bytes far from the edit', () => {
    const text = '\uFEFFone\r\ntwo – “x” \u00a0\r\nthree\rfour';
    const made = place({ 'a.ts': text });
    const at = text.indexOf('three');
    const change = ChangeSet.of(text.length, [{ span: span(at, at + 5), insert: '3' }]);
    const path = 'a.ts' as RepoPath;
    expect(integrate(made.root, made.store, { edits: [{ path, baseHash: sha256(text), change }] }).ok).toBe(true);
    expect(readFileSync(join(made.root, path))).toEqual(Buffer.from(text.replace('three', '3')));
  });

  it('empties a file, fills an empty one, makes an empty one', () => {
    const made = place({ full: 'x\n', empty: '' });
    const proposed = draftOf({ full: ['x\n', ''], empty: ['', 'y'], fresh: [null, ''] });
    expect(integrate(made.root, made.store, proposed).ok).toBe(true);
    expect(readTree(made.root)).toEqual({ empty: 'y', fresh: '', full: '' });
  });

  it('takes an edit that changes nothing', () => {
    const made = place({ a: 'x' });
    expect(
      integrate(made.root, made.store, {
        edits: [{ path: 'a' as RepoPath, baseHash: sha256('x'), change: ChangeSet.empty(1) }],
      }).ok,
    ).toBe(true);
    expect(readTree(made.root)).toEqual({ a: 'x' });
    expect(undo(made.root, made.store).ok).toBe(true);
  });

  it('deletes a file that is not text, and undo brings it back', () => {
    const made = place({ a: 'x' });
    const bytes = Buffer.from([0, 255, 1, 254]);
    writeFileSync(join(made.root, 'b.bin'), bytes);
    const edit: FileEdit = { path: 'b.bin' as RepoPath, baseHash: sha256(bytes), change: 'delete' };
    expect(integrate(made.root, made.store, { edits: [edit] }).ok).toBe(true);
    expect(existsSync(join(made.root, 'b.bin'))).toBe(false);
    expect(undo(made.root, made.store).ok).toBe(true);
    expect(readFileSync(join(made.root, 'b.bin'))).toEqual(bytes);
  });

  it('works where the root is given by a link, and the store lies elsewhere', () => {
    const made = place({ 'a.ts': 'x' });
    const other = place({});
    symlinkSync(made.root, join(other.root, 'link'));
    const root = join(other.root, 'link');
    const store = join(other.root, 'store');
    expect(integrate(root, store, draftOf({ 'a.ts': ['x', 'y'] })).ok).toBe(true);
    expect(readTree(made.root)).toEqual({ 'a.ts': 'y' });
    expect(undo(root, store).ok).toBe(true);
    expect(readTree(made.root)).toEqual({ 'a.ts': 'x' });
  });

  it('leaves git alone and gives it what git itself would have written', () => {
    const made = place({ 'a.ts': 'one\n' });
    const git = (...args: string[]) => execFileSync('git', args, { cwd: made.root, encoding: 'utf8' });
    git('init', '-q');
    git('add', 'a.ts');
    const head = readFileSync(join(made.root, '.git/index'));
    expect(integrate(made.root, made.store, draftOf({ 'a.ts': ['one\n', 'two\n'], 'b.ts': [null, 'b\n'] })).ok).toBe(
      true,
    );
    expect(readFileSync(join(made.root, '.git/index'))).toEqual(head);
    expect(git('status', '--porcelain', '--', '.', ':!.assay').trim().split('\n')).toEqual(['AM a.ts', '?? b.ts']);
  });
});

describe('integrate refuses, with nothing changed (D7): ', () => {
  const files = { 'a.ts': 'a\n', 'b.ts': 'b\n', 'dir/c.ts': 'c\n' };
  const cases: readonly [name: string, proposed: Draft, expected: string[]][] = [
    ['another base', draftOf({ 'a.ts': ['a\n', 'A\n'], 'b.ts': ['not b\n', 'B\n'] }), ['draft/wrong-base b.ts']],
    [
      'every wrong base at once',
      draftOf({ 'a.ts': ['x', 'A\n'], 'b.ts': ['y', null], 'n.ts': ['z', 'Z'] }),
      ['draft/wrong-base b.ts', 'draft/wrong-base a.ts', 'draft/wrong-base n.ts'],
    ],
    ['a new file that is there', draftOf({ 'new.ts': [null, 'n'], 'b.ts': [null, 'B\n'] }), ['draft/wrong-base b.ts']],
    [
      'the deletion of what is gone',
      draftOf({ 'a.ts': ['a\n', 'A'], 'gone.ts': ['x', null] }),
      ['draft/wrong-base gone.ts'],
    ],
    ['a folder in the place of a file', draftOf({ dir: [null, 'x'] }), ['integrate/not-a-file dir']],
    ['a file in the place of a folder', draftOf({ 'a.ts/x/y': [null, 'x'] }), ['integrate/not-a-file a.ts/x/y']],
    ['an empty draft', { edits: [] }, ['integrate/nothing']],
    [
      'a draft that was never checked',
      { edits: [{ path: '../x' as RepoPath, baseHash: null, change: ChangeSet.empty(0) }] },
      ['draft/path ../x'],
    ],
    [
      'git itself',
      { edits: [{ path: '.git/config' as RepoPath, baseHash: null, change: ChangeSet.empty(0) }] },
      ['draft/git .git/config'],
    ],
    [
      'its own store',
      draftOf({ '.assay/x': [null, 'x'], '.assay/integrations/000001-00000000.open/plan.json': [null, '{}'] }),
      ['integrate/store .assay/x', 'integrate/store .assay/integrations/000001-00000000.open/plan.json'],
    ],
    [
      'a name no file system takes',
      draftOf({ [`dir/${'x'.repeat(300)}`]: [null, 'x'] }),
      [`integrate/path dir/${'x'.repeat(300)}`],
    ],
  ];
  it.each(cases)('%s', (_name, proposed, expected) => refused(place(files), proposed, expected));

  it('what is not text, or too large', () => {
    const made = place(files);
    writeFileSync(join(made.root, 'bin'), Buffer.from([97, 0xff]));
    writeFileSync(join(made.root, 'large'), Buffer.alloc(LIMITS.fileBytes, 97));
    const binary: FileEdit = {
      path: 'bin' as RepoPath,
      baseHash: sha256(Buffer.from([97, 0xff])),
      change: ChangeSet.empty(2),
    };
    refused(made, { edits: [binary] }, ['text/not-utf8 bin']);
    refused(made, { edits: [{ path: 'large' as RepoPath, baseHash: sha256('x'), change: 'delete' }] }, [
      'integrate/too-large large',
    ]);
  });

  it('links that lead outside, nowhere, into .git or to one file twice', () => {
    const made = place({ ...files, '.git/config': '[core]\n' });
    const outside = place({ 'x.ts': 'x' });
    symlinkSync(outside.root, join(made.root, 'out'));
    symlinkSync(join(outside.root, 'x.ts'), join(made.root, 'out.ts'));
    symlinkSync('nowhere', join(made.root, 'broken'));
    symlinkSync('loop', join(made.root, 'loop'));
    symlinkSync('.git', join(made.root, 'g'));
    symlinkSync('.assay', join(made.root, 's'));
    symlinkSync('dir', join(made.root, 'alias'));
    symlinkSync('a.ts', join(made.root, 'a-link.ts'));
    mkdirSync(made.store);
    const one = (name: string, before: string | null, after: string | null, code: string) =>
      refused(made, draftOf({ [name]: [before, after] }), [`${code} ${name}`]);
    one('out/x.ts', 'x', 'y', 'integrate/outside');
    one('out/new/y.ts', null, 'y', 'integrate/outside');
    one('out.ts', 'x', 'y', 'integrate/outside');
    one('out.ts', null, 'y', 'integrate/outside');
    one('broken', null, 'y', 'integrate/broken-link');
    one('loop/x', null, 'y', 'integrate/broken-link');
    one('g/config', '[core]\n', 'y', 'integrate/git');
    one('g/hooks/pre-commit', null, 'y', 'integrate/git');
    one('s/x', null, 'y', 'integrate/store');
    one('a-link.ts', 'a\n', null, 'integrate/link');
    refused(made, draftOf({ 'dir/c.ts': ['c\n', 'C'], 'alias/c.ts': ['c\n', 'D'] }), [
      'integrate/same-file alias/c.ts',
    ]);
    expect(readTree(outside.root)).toEqual({ 'x.ts': 'x' });
  });

  it('what is no regular file', () => {
    const made = place(files);
    execFileSync('mkfifo', [join(made.root, 'pipe')]);
    const done = integrate(made.root, made.store, draftOf({ pipe: [null, 'x'] }));
    expect(codes(done.issues)).toEqual(['integrate/not-a-file pipe']);
  });

  it('a root that is not there, and makes none', () => {
    const made = place({});
    const root = join(made.root, 'gone');
    const done = integrate(root, join(root, '.assay'), draftOf({ a: [null, 'x'] }));
    expect(codes(done.issues)).toEqual(['integrate/io']);
    expect(existsSync(root)).toBe(false);
  });
});

describe('links that stay inside', () => {
  it('are written through and stay links', () => {
    const made = place({ 'real/a.ts': 'a\n' });
    symlinkSync('real', join(made.root, 'alias'));
    symlinkSync('real/a.ts', join(made.root, 'a.ts'));
    expect(
      integrate(made.root, made.store, draftOf({ 'a.ts': ['a\n', 'A\n'], 'alias/n/b.ts': [null, 'b\n'] })).ok,
    ).toBe(true);
    expect(readTree(made.root)).toEqual({
      'a.ts': '-> real/a.ts',
      alias: '-> real',
      'real/': null,
      'real/a.ts': 'A\n',
      'real/n/': null,
      'real/n/b.ts': 'b\n',
    });
    expect(undo(made.root, made.store).ok).toBe(true);
    expect(readTree(made.root)).toEqual({
      'a.ts': '-> real/a.ts',
      alias: '-> real',
      'real/': null,
      'real/a.ts': 'a\n',
    });
  });
  it('hard links part: the other name keeps the old content', () => {
    const made = place({ a: 'a' });
    linkSync(join(made.root, 'a'), join(made.root, 'b'));
    expect(integrate(made.root, made.store, draftOf({ a: ['a', 'A'] })).ok).toBe(true);
    expect(readTree(made.root)).toEqual({ a: 'A', b: 'a' });
  });
});

describe('modes and owners', () => {
  const withUmask = <T>(mask: number, body: () => T): T => {
    const old = process.umask(mask);
    try {
      return body();
    } finally {
      process.umask(old);
    }
  };
  it.each([0o000, 0o022, 0o077, 0o777])('stay, and follow the folder for new files, under umask %o', (mask) => {
    const made = place({ 'run.sh': '1', secret: '2', plain: '3', 'gone.sh': '4', 'shared/x': '', 'closed/x': '' });
    const modes = { 'run.sh': 0o755, secret: 0o600, plain: 0o664, 'gone.sh': 0o750 };
    for (const [name, mode] of Object.entries(modes)) chmodSync(join(made.root, name), mode);
    chmodSync(made.root, 0o755);
    chmodSync(join(made.root, 'shared'), 0o2777);
    chmodSync(join(made.root, 'closed'), 0o700);
    const proposed = draftOf({
      'run.sh': ['1', '11'],
      secret: ['2', '22'],
      plain: ['3', '33'],
      'gone.sh': ['4', null],
      'new.ts': [null, 'n'],
      'shared/deep/new.ts': [null, 'n'],
      'closed/deep/new.ts': [null, 'n'],
    });
    expect(withUmask(mask, () => integrate(made.root, made.store, proposed)).issues).toEqual([]);
    const found = (name: string) => modeOf(join(made.root, name)).toString(8);
    expect(['run.sh', 'secret', 'plain'].map(found)).toEqual(['755', '600', '664']);
    expect(['new.ts', 'shared/deep', 'shared/deep/new.ts', 'closed/deep', 'closed/deep/new.ts'].map(found)).toEqual([
      '644',
      '2775',
      '664',
      '700',
      '600',
    ]);
    expect(withUmask(mask, () => undo(made.root, made.store)).issues).toEqual([]);
    expect(Object.keys(modes).map(found)).toEqual(['755', '600', '664', '750']);
    expect(existsSync(join(made.root, 'shared/deep'))).toBe(false);
  });
  it.skipIf(process.getuid?.() !== 0)('the owner stays when root writes (needs root)', () => {
    const made = place({ a: 'a' });
    chownSync(join(made.root, 'a'), 1234, 2345);
    expect(integrate(made.root, made.store, draftOf({ a: ['a', 'A'] })).ok).toBe(true);
    const { uid, gid } = statSync(join(made.root, 'a'));
    expect([uid, gid]).toEqual([1234, 2345]);
  });
  it('the store’s copies are for the owner alone', () => {
    const made = place({ a: 'a' });
    expect(integrate(made.root, made.store, draftOf({ a: ['a', 'A'] })).ok).toBe(true);
    expect(modeOf(join(made.store, 'integrations')).toString(8)).toBe('700');
  });
});

describe('undo', () => {
  const change = (made: Place, before: string | null, after: string | null, name = 'a') => {
    const done = integrate(made.root, made.store, draftOf({ [name]: [before, after] }));
    expect(done.issues).toEqual([]);
    return done.value!.id;
  };
  it('goes back one integration at a time', () => {
    const made = place({ a: '1' });
    change(made, '1', '2');
    change(made, '2', '3');
    expect([undo(made.root, made.store).ok, readTree(made.root)]).toEqual([true, { a: '2' }]);
    change(made, '2', '4');
    expect([undo(made.root, made.store).ok, readTree(made.root)]).toEqual([true, { a: '2' }]);
    expect([undo(made.root, made.store).ok, readTree(made.root)]).toEqual([true, { a: '1' }]);
    expect(codes(undo(made.root, made.store).issues)).toEqual(['integrate/nothing']);
  });
  it('takes back an earlier one by its id, where its files still stand', () => {
    const made = place({ a: '1', b: '1' });
    const first = change(made, '1', '2', 'a');
    const second = change(made, '1', '2', 'b');
    expect(undo(made.root, made.store, first).ok).toBe(true);
    expect(readTree(made.root)).toEqual({ a: '1', b: '2' });
    expect(codes(undo(made.root, made.store, first).issues)).toEqual(['integrate/undone']);
    const back = undo(made.root, made.store, second).value!;
    expect(codes(undo(made.root, made.store, back.id).issues)).toEqual(['integrate/unknown']);
    expect(codes(undo(made.root, made.store, 'nonsense').issues)).toEqual(['integrate/unknown']);
    expect(codes(undo(made.root, made.store, '../../x').issues)).toEqual(['integrate/unknown']);
  });
  it('refuses where a file has changed since, names each, and changes nothing', () => {
    const made = place({ a: '1', b: '1', c: '1', d: '1' });
    expect(
      integrate(made.root, made.store, draftOf({ a: ['1', '2'], b: ['1', '2'], c: ['1', null], d: ['1', '2'] })).ok,
    ).toBe(true);
    writeFileSync(join(made.root, 'a'), 'mine');
    rmSync(join(made.root, 'b'));
    writeFileSync(join(made.root, 'c'), 'back');
    const tree = readTree(made.root);
    const back = undo(made.root, made.store);
    expect(back.ok).toBe(false);
    expect(codes(back.issues)).toEqual([
      'integrate/changed-since a',
      'integrate/changed-since b',
      'integrate/changed-since c',
    ]);
    expect(back.issues[0]!.message).toMatch(/^expected a as integration 000001-\w+ left it, found it changed$/);
    expect(readTree(made.root)).toEqual(tree);
  });
  it('leaves folders that hold something else by now', () => {
    const made = place({});
    change(made, null, 'x', 'new/deep/a.ts');
    writeFileSync(join(made.root, 'new/mine.ts'), 'mine');
    expect(undo(made.root, made.store).ok).toBe(true);
    expect(readTree(made.root)).toEqual({ 'new/': null, 'new/mine.ts': 'mine' });
  });
  it('makes folders again that are gone', () => {
    const made = place({ 'dir/sub/a.ts': 'x' });
    change(made, 'x', null, 'dir/sub/a.ts');
    rmSync(join(made.root, 'dir'), { recursive: true });
    expect(undo(made.root, made.store).ok).toBe(true);
    expect(readTree(made.root)).toEqual(treeOf({ 'dir/sub/a.ts': 'x' }));
  });
  it('refuses a store whose copy was changed', () => {
    const made = place({ a: '1' });
    const id = change(made, '1', '2');
    writeFileSync(join(made.store, 'integrations', id, 'before/0'), 'evil');
    expect(codes(undo(made.root, made.store).issues)).toEqual(['integrate/damaged a']);
    expect(readTree(made.root)).toEqual({ a: '2' });
  });
  it('keeps a hundred integrations, and numbers go on', () => {
    const made = place({ a: '0' });
    for (let i = 0; i < 103; i++) change(made, `${i}`, `${i + 1}`);
    const kept = Object.keys(readTree(join(made.store, 'integrations'))).filter((path) => /^[^/]*\/$/.test(path));
    expect(kept).toHaveLength(100);
    expect(kept[0]).toMatch(/^000004-/);
    for (let i = 0; i < 100; i++) expect(undo(made.root, made.store).ok, `undo ${i}`).toBe(true);
    expect(readTree(made.root)).toEqual({ a: '3' });
    expect(codes(undo(made.root, made.store).issues)).toEqual(['integrate/nothing']);
  });
  it('has nothing to do before the first integration', () => {
    const made = place({ a: '1' });
    expect(codes(undo(made.root, made.store).issues)).toEqual(['integrate/nothing']);
    expect(recover(made.root, made.store).value).toEqual({ finished: [], rolledBack: [] });
    renameSync(made.store, `${made.store}-away`);
    expect(recover(made.root, made.store).ok).toBe(true);
    expect(existsSync(made.store)).toBe(false);
  });
});
