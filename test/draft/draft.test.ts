import { describe, expect, it } from 'vitest';
import { type Hash, random, sha256, span } from '../../src/base/index.ts';
import { applyDraft, DRAFT_FILES, draft, draftFromPatches, type FileEdit, invertDraft } from '../../src/draft/index.ts';
import { ChangeSet, encodeText, parseUnifiedDiff } from '../../src/text/index.ts';
import { bytesOutsideUnchanged, randomChanges, randomText } from '../text/laws.ts';
import { path, reader } from './files.ts';

const insertion = (text: string): ChangeSet => ChangeSet.of(0, [{ span: span(0, 0), insert: text }]);
const create = (name: string, text = 'x'): FileEdit => ({ path: path(name), baseHash: null, change: insertion(text) });
const remove = (name: string, text: string): FileEdit => ({
  path: path(name),
  baseHash: sha256(text),
  change: 'delete',
});
const codes = (issues: readonly { code: string; path?: string }[]) =>
  issues.map((i) => `${i.code} ${i.path ?? ''}`.trim());

describe('draft refuses', () => {
  const bad = 'ABC' as Hash;
  const cases: readonly [name: string, edits: FileEdit[], expected: string[]][] = [
    ['a path that leaves', [create('../a')], ['draft/path ../a']],
    ['an absolute path', [create('/etc/passwd')], ['draft/path /etc/passwd']],
    [
      'a path not normal',
      [create('src/./a'), create('src//b'), create('c/'), create('')],
      ['draft/path src/./a', 'draft/path src//b', 'draft/path c/', 'draft/path'],
    ],
    ['a lone surrogate in a path', [create('a\ud800')], ['draft/path a\ud800']],
    [
      'git itself',
      [create('.git/config'), create('sub/.GIT/hooks/x')],
      ['draft/git .git/config', 'draft/git sub/.GIT/hooks/x'],
    ],
    ['two edits of one path', [create('a'), create('a')], ['draft/twice a']],
    ['a file that is a folder', [create('a/b/c'), create('a')], ['draft/folder a']],
    ['the deletion of a file it needs as a folder', [remove('a', 'x'), create('a/b')], ['draft/folder a']],
    ['a hash that is none', [{ path: path('a'), baseHash: bad, change: insertion('') }], ['draft/base a']],
    [
      'a new file with a base text',
      [{ path: path('a'), baseHash: null, change: ChangeSet.empty(3) }],
      ['draft/base a'],
    ],
    ['the deletion of nothing', [{ path: path('a'), baseHash: null, change: 'delete' }], ['draft/base a']],
    [
      'every fault at once',
      [create('../a'), create('.git/x'), create('b'), create('b')],
      ['draft/path ../a', 'draft/git .git/x', 'draft/twice b'],
    ],
  ];
  it.each(cases)('%s', (_name, edits, expected) => {
    const made = draft(edits);
    expect(made.ok).toBe(false);
    expect(codes(made.issues)).toEqual(expected.map((code) => code.trim()));
  });
  it('as many files as its limit', () => {
    const edits = Array.from({ length: DRAFT_FILES }, (_, i) => create(`f${i}`));
    expect(draft(edits).issues[0]!.message).toBe(`expected fewer than ${DRAFT_FILES} files, found ${DRAFT_FILES}`);
    expect(draft(edits.slice(1)).ok).toBe(true);
  });
  it('nothing about names that only look like git', () => {
    expect(draft([create('.gitignore'), create('.github/x.yml'), create('git/x'), create('a..b')]).ok).toBe(true);
    expect(draft([]).value).toEqual({ edits: [] });
  });
});

describe('applyDraft', () => {
  const files = { 'a.ts': 'one\n', 'b.ts': 'two\n' };
  const edit = (name: string, base: string): FileEdit => ({
    path: path(name),
    baseHash: sha256(base),
    change: ChangeSet.of(base.length, [{ span: span(0, 0), insert: '// ' }]),
  });
  const cases: readonly [name: string, edits: FileEdit[], expected: string[]][] = [
    ['another base', [edit('a.ts', 'old\n')], ['draft/wrong-base a.ts']],
    ['a file that is gone', [edit('c.ts', 'x')], ['draft/wrong-base c.ts']],
    ['a file that is there already', [create('a.ts')], ['draft/wrong-base a.ts']],
    [
      'each wrong base, not the first alone',
      [edit('a.ts', 'x'), edit('b.ts', 'two\n'), remove('c.ts', '')],
      ['draft/wrong-base a.ts', 'draft/wrong-base c.ts'],
    ],
    [
      'a change for another length',
      [{ path: path('a.ts'), baseHash: sha256('one\n'), change: ChangeSet.empty(9) }],
      ['text/wrong-length a.ts'],
    ],
  ];
  it.each(cases)('refuses %s', (_name, edits, expected) => {
    const result = applyDraft(draft(edits).value!, reader(files));
    expect(result.ok).toBe(false);
    expect(result.value).toBeUndefined();
    expect(codes(result.issues)).toEqual(expected);
  });

  it('refuses a split surrogate pair', () => {
    const text = '😀';
    const change = ChangeSet.of(2, [{ span: span(0, 1), insert: '' }]);
    const made = draft([{ path: path('a'), baseHash: sha256(text), change }]).value!;
    expect(codes(applyDraft(made, reader({ a: text })).issues)).toEqual(['text/split-character a']);
  });

  it('passes on why a base cannot be read, and does not take it for absent', () => {
    const issue = { code: 'workspace/unreadable', message: 'no', severity: 'error' as const, path: 'a' };
    const made = draft([create('a')]).value!;
    expect(applyDraft(made, () => ({ ok: false, issues: [issue] })).issues).toEqual([issue]);
  });

  it('gives texts, hashes and deletions', () => {
    const made = draft([edit('a.ts', 'one\n'), remove('b.ts', 'two\n'), create('n/c.ts', '')]).value!;
    const result = applyDraft(made, reader(files)).value!;
    expect(result.get(path('a.ts'))).toEqual({ path: 'a.ts', text: '// one\n', hash: sha256('// one\n') });
    expect(result.get(path('b.ts'))).toBeNull();
    expect(result.get(path('n/c.ts'))!.text).toBe('');
  });

  it('empties a file (D5)', () => {
    const made = draft([
      { path: path('a.ts'), baseHash: sha256('one\n'), change: ChangeSet.of(4, [{ span: span(0, 4), insert: '' }]) },
    ]);
    expect(applyDraft(made.value!, reader(files)).value!.get(path('a.ts'))!.text).toBe('');
  });
});

describe('laws of drafts', () => {
  const SEED = 5_077;
  it(`no byte outside the spans changes, and the inverse takes all back (seed ${SEED})`, () => {
    for (let round = 0; round < 1_500; round++) {
      const rng = random(SEED + round);
      const before: Record<string, string> = {};
      const edits: FileEdit[] = [];
      for (const name of ['a.ts', 'dir/b.ts', 'dir/ü c.ts', 'd']) {
        const text = randomText(rng, 25);
        const roll = rng.below(4);
        if (roll === 0) edits.push(create(name, text));
        else {
          before[name] = text;
          const change = ChangeSet.of(text.length, randomChanges(rng, text));
          if (roll === 1) edits.push(remove(name, text));
          else edits.push({ path: path(name), baseHash: sha256(text), change });
        }
      }
      const made = draft(edits).value!;
      const after = applyDraft(made, reader(before)).value!;
      for (const { path, change } of made.edits) {
        if (change === 'delete') continue;
        bytesOutsideUnchanged(before[path] ?? '', change.changes, encodeText(after.get(path)!.text));
      }
      const texts = Object.fromEntries(
        [...after].flatMap(([path, source]) => (source === null ? [] : [[path, source.text]])),
      );
      const inverse = invertDraft(made, reader(before)).value!;
      const back = applyDraft(inverse, reader(texts)).value!;
      for (const { path } of made.edits) expect(back.get(path)?.text, `seed ${SEED + round}`).toBe(before[path]);
    }
  });
  it('an inverse needs the right base too', () => {
    const made = draft([remove('a', 'x')]).value!;
    expect(codes(invertDraft(made, reader({ a: 'y' })).issues)).toEqual(['draft/wrong-base a']);
  });
});

describe('draftFromPatches', () => {
  const files = { 'a.ts': '1\n2\n3\n', 'b.ts': 'x\ny\nz\n', 'c.ts': '1\n2\n3\n' };
  const made = (diff: string) => draftFromPatches(parseUnifiedDiff(diff).value!, reader(files));
  const change = (name: string, old: string, fresh: string): string =>
    `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -2 +2 @@\n-${old}\n+${fresh}\n`;

  it('makes one edit a file', () => {
    const result = applyDraft(made(change('a.ts', '2', 'two') + change('b.ts', 'y', 'Y')).value!, reader(files)).value!;
    expect([...result].map(([name, source]) => [name, source?.text])).toEqual([
      ['a.ts', '1\ntwo\n3\n'],
      ['b.ts', 'x\nY\nz\n'],
    ]);
  });
  it('takes none where one hunk fails, and tries no other file (D5)', () => {
    // The failing hunk of b.ts would fit a.ts and c.ts.
    const result = made(change('a.ts', '2', 'two') + change('b.ts', '2', 'two'));
    expect(result.ok).toBe(false);
    expect(codes(result.issues)).toEqual(['diff/no-match b.ts']);
  });
  it('turns a rename into a deletion and a new file, a swap into two edits', () => {
    const rename = (from: string, to: string): string =>
      `diff --git a/${from} b/${to}\nrename from ${from}\nrename to ${to}\n`;
    const one = applyDraft(made(rename('a.ts', 'd/e.ts')).value!, reader(files)).value!;
    expect([...one].map(([name, source]) => [name, source?.text])).toEqual([
      ['d/e.ts', '1\n2\n3\n'],
      ['a.ts', undefined],
    ]);
    const swap = made(rename('a.ts', 'b.ts') + rename('b.ts', 'a.ts')).value!;
    expect(swap.edits.map(({ path, baseHash }) => [path, baseHash])).toEqual([
      ['b.ts', sha256(files['b.ts'])],
      ['a.ts', sha256(files['a.ts'])],
    ]);
    const swapped = applyDraft(swap, reader(files)).value!;
    expect([swapped.get(path('a.ts'))!.text, swapped.get(path('b.ts'))!.text]).toEqual([files['b.ts'], files['a.ts']]);
  });
  it('copies without removing', () => {
    const copy = made('diff --git a/a.ts b/d.ts\ncopy from a.ts\ncopy to d.ts\n').value!;
    expect(copy.edits.map(({ path, baseHash }) => [path, baseHash])).toEqual([['d.ts', null]]);
  });
  const refused: readonly [name: string, diff: string, expected: string[]][] = [
    [
      'a symbolic link',
      'diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n',
      ['draft/mode l'],
    ],
    [
      'a submodule',
      'diff --git a/s b/s\nindex 1..2 160000\n--- a/s\n+++ b/s\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n',
      ['draft/mode s'],
    ],
    ['a missing file', change('gone.ts', '2', '3'), ['draft/wrong-base gone.ts']],
    ['a binary change', 'diff --git a/a.ts b/a.ts\nBinary files a/a.ts and b/a.ts differ\n', ['diff/binary a.ts']],
    ['one file twice', change('a.ts', '2', 'x') + change('a.ts', '2', 'y'), ['draft/twice a.ts']],
    [
      'git itself',
      '--- /dev/null\n+++ b/.git/hooks/pre-commit\n@@ -0,0 +1 @@\n+x\n',
      ['draft/git .git/hooks/pre-commit'],
    ],
  ];
  it.each(refused)('refuses %s', (_name, diff, expected) => {
    expect(codes(made(diff).issues)).toEqual(expected);
  });
  it('warns of what it leaves out and of hunks that moved', () => {
    const mode = made('diff --git a/a.ts b/a.ts\nold mode 100644\nnew mode 100755\n');
    expect([mode.ok, codes(mode.issues), mode.value!.edits]).toEqual([true, ['draft/mode-ignored a.ts'], []]);
    const moved = made('--- a/a.ts\n+++ b/a.ts\n@@ -3 +3 @@\n-1\n+one\n');
    expect([moved.ok, codes(moved.issues)]).toEqual([true, ['diff/moved-hunk a.ts']]);
  });
});
