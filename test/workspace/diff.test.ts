import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIMITS, random } from '../../src/base/index.ts';
import { type Files, Project, temporaryFolder, value } from './repository.ts';
import { check, hashOf } from './views.ts';

const LINES = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');

/** The diff that turns a tree into what `change` makes of it, by git. */
function diffOf(head: Files, change: (made: Project) => unknown, ...options: string[]): string {
  const made = new Project(head).init();
  change(made);
  made.git('add', '--all');
  return made.git('diff', '--cached', '-M', ...options, 'HEAD');
}

interface Case {
  readonly why: string;
  readonly head: Files;
  change(made: Project): unknown;
  readonly options?: readonly string[];
  readonly expected: readonly string[];
}

const CASES: readonly Case[] = [
  {
    why: 'changes, additions, deletions',
    head: { 'a.ts': LINES, 'gone.ts': 'x\n' },
    change: (made) => made.write({ 'a.ts': LINES.replace('line 3', 'changed'), 'd/new.ts': 'n\n' }).remove('gone.ts'),
    expected: ['modified a.ts [changed\n]', 'added d/new.ts [n\n]', 'deleted gone.ts'],
  },
  {
    why: 'renames with and without a change',
    head: { 'a.ts': LINES, 'b.ts': `${LINES}b\n` },
    change: (made) => made.remove('a.ts', 'b.ts').write({ 'c.ts': LINES, 'd.ts': `${LINES}b\nd\n` }),
    expected: ['renamed a.ts → c.ts', 'renamed b.ts → d.ts [d\n]'],
  },
  {
    why: 'copies',
    head: { 'a.ts': LINES },
    change: (made) => made.write({ 'c.ts': LINES }),
    options: ['-C', '--find-copies-harder'],
    expected: [`added c.ts [${LINES}]`],
  },
  {
    why: 'no context',
    head: { 'a.ts': LINES },
    change: (made) => made.write({ 'a.ts': LINES.replace('line 3', 'changed').replace('line 9\n', '') }),
    options: ['-U0'],
    expected: ['modified a.ts [changed\n]'],
  },
  {
    why: 'empty files',
    head: { 'a.ts': '', 'b.ts': '' },
    change: (made) => made.remove('b.ts').write({ 'c.ts': 'c', 'a.ts': 'a\n' }),
    expected: ['modified a.ts [a\n]', 'deleted b.ts', 'added c.ts [c]'],
  },
  {
    why: 'modes',
    head: { 'a.sh': 'x\n', 'b.sh': 'x\n' },
    change: (made) => made.write({ 'b.sh': 'y\n', 'c.sh': 'c\n' }).chmod('a.sh', 0o755).chmod('c.sh', 0o755),
    expected: ['modified a.sh', 'modified b.sh [y\n]', 'added c.sh [c\n]'],
  },
  {
    why: 'secrets, without text',
    head: { '.env': 'A=1\n' },
    change: (made) => made.write({ '.env': 'A=2\n', 'k.pem': 'x\n' }),
    expected: ['modified .env (secret: environment file)', 'added k.pem (secret: private key or key store)'],
  },
  {
    why: 'odd names',
    head: { 'a "b" é.ts': '1\n' },
    change: (made) => made.write({ 'a "b" é.ts': '2\n', 'new\nline.ts': 'n\n' }),
    expected: ['modified a "b" é.ts [2\n]', 'added new\nline.ts [n\n]'],
  },
  {
    why: 'a file in the place of a folder',
    head: { 'd/a.ts': '1\n' },
    change: (made) => made.remove('d').write({ d: '2\n' }),
    expected: ['added d [2\n]', 'deleted d/a.ts'],
  },
  { why: 'nothing', head: { 'a.ts': '' }, change: () => {}, expected: [] },
];

describe('a diff', () => {
  for (const { why, head, change, options = [], expected } of CASES) {
    it(`of ${why} is laid out on HEAD, or taken in place where the working tree is that already`, async () => {
      const diff = diffOf(head, change, ...options);
      const done = new Project(head).init();
      change(done);
      const hash = await hashOf(done.root);
      const made = new Project(head).init().write({ 'untracked.ts': '' });
      const aside = await check(made, { kind: 'diff', diff }, async (view) => {
        expect([view.base, view.head, view.inPlace]).toEqual(['HEAD', 'diff', false]);
        expect([view.treeHash, await hashOf(view.root)]).toEqual([hash, hash]);
        for (const path of ['a.sh', 'c.sh']) {
          const stats = lstatSync(join(view.root, path), { throwIfNoEntry: false });
          if (stats) expect(stats.mode & 0o111).not.toBe(0);
        }
      });
      expect(aside.result.issues).toEqual([]);
      expect(aside.short).toEqual(expected);
      const inPlace = await check(done, { kind: 'diff', diff }, (view) => {
        expect([view.base, view.head, view.inPlace]).toEqual(['HEAD', 'diff', true]);
      });
      expect(inPlace.short).toEqual(expected);
    });

    it(`of ${why} applies without git and before the first commit too`, async () => {
      const diff = diffOf(head, change, ...options);
      const plain = new Project({ ...head, 'package.json': '{}' });
      const fresh = new Project({ ...head, 'package.json': '{}' });
      fresh.repository();
      for (const made of [plain, fresh]) {
        const { short } = await check(made, { kind: 'diff', diff }, async (view) => {
          expect([view.base, view.inPlace]).toEqual(['working tree', false]);
          expect(view.treeHash).toBe(await hashOf(view.root));
        });
        expect(short).toEqual(expected);
      }
    });
  }

  const BINARY: Files = { 'a.ts': 'a\n', 'old.png': Uint8Array.of(0, 1), 'gone.png': Uint8Array.of(0, 2) };
  const drawn = (made: Project) =>
    made
      .write({ 'a.ts': 'b\n', 'old.png': Uint8Array.of(0, 3), 'new.png': Uint8Array.of(0, 4) })
      .remove('gone.png')
      .git('add', '--all');
  for (const options of [[], ['--binary']]) {
    it(`with binary files is taken where their content is in the tree, or in the repository: ${options}`, async () => {
      const made = new Project(BINARY).init();
      drawn(made);
      const diff = made.git('diff', '--cached', ...options, 'HEAD');
      const hash = await hashOf(made.root);
      const inPlace = await check(made, { kind: 'diff', diff }, (view) => expect(view.inPlace).toBe(true));
      made.git('reset', '--quiet', '--hard');
      const aside = await check(made, { kind: 'diff', diff }, async (view) => {
        expect([view.base, view.inPlace, view.treeHash]).toEqual(['HEAD', false, hash]);
      });
      for (const { result, short } of [inPlace, aside]) {
        expect(result.issues).toEqual([]);
        expect(short.map((one) => one.replace(/ \(.*/, ''))).toEqual([
          'modified a.ts [b\n]',
          'deleted gone.png binary',
          'added new.png binary',
          'modified old.png binary',
        ]);
      }
      made.write({ 'old.png': Uint8Array.of(0, 5) }).commit('another');
      const { result } = await check(made, { kind: 'diff', diff });
      expect(result.issues.map(({ code }) => code)).toContain('diff/no-match');
    });
  }

  it('that applies to the working tree only is laid out on it, other changes included', async () => {
    const made = new Project({ 'a.ts': LINES, 'b.ts': 'b\n' }).init();
    made.write({ 'a.ts': LINES.replace('line 3', 'mine'), 'b.ts': 'dirty\n', 'u.ts': 'u\n', l: { link: 'b.ts' } });
    const diff = diffOf({ 'a.ts': made.read('a.ts') }, (other) =>
      other.write({ 'a.ts': LINES.replace('line 3', 'theirs') }),
    );
    const { short } = await check(made, { kind: 'diff', diff }, async (view) => {
      expect([view.base, view.inPlace]).toEqual(['working tree', false]);
      const laid = new Project({}, view.root);
      expect([laid.read('b.ts'), laid.read('u.ts'), laid.read('l')]).toEqual(['dirty\n', 'u\n', 'dirty\n']);
      expect(view.treeHash).toBe(await hashOf(view.root));
    });
    expect(short).toEqual(['modified a.ts [theirs\n]']);
  });

  it('is not in place where the working tree has anything beside it', async () => {
    const head = { 'a.ts': LINES, 'b.ts': '1\n' };
    const change = (made: Project) => made.write({ 'a.ts': LINES.replace('line 3', 'changed') });
    const diff = diffOf(head, change);
    const besides: readonly ((made: Project) => unknown)[] = [
      (made) => made.write({ 'b.ts': '2\n' }),
      (made) => made.write({ 'c.ts': '' }),
      (made) => made.remove('b.ts'),
      (made) => made.chmod('a.ts', 0o755),
      (made) => made.write({ 'a.ts': `${made.read('a.ts')}more\n` }),
    ];
    for (const [index, beside] of besides.entries()) {
      const made = new Project(head).init();
      change(made);
      beside(made);
      const { short } = await check(made, { kind: 'diff', diff }, ({ inPlace }) =>
        expect(inPlace, `${index}`).toBe(false),
      );
      expect(short).toEqual(['modified a.ts [changed\n]']);
    }
  });

  it('in LF applies to a checkout in CR LF', async () => {
    const made = new Project({ 'a.ts': '1\r\n2\r\n3\r\n' }).init('core.autocrlf=true');
    const diff = diffOf({ 'a.ts': '1\n2\n3\n' }, (other) => other.write({ 'a.ts': '1\nx\n3\n' }));
    made.write({ 'b.ts': '' });
    expect((await check(made, { kind: 'diff', diff })).short).toEqual(['modified a.ts [x\r\n]']);
    made.remove('b.ts').write({ 'a.ts': '1\r\nx\r\n3\r\n' });
    const { short } = await check(made, { kind: 'diff', diff }, ({ inPlace }) => expect(inPlace).toBe(true));
    expect(short).toEqual(['modified a.ts [x\r\n]']);
  });

  it('of several commits counts as a whole', async () => {
    const made = new Project({ 'a.ts': LINES, 'k.ts': '1\n' }).init();
    const start = made.git('rev-parse', 'HEAD').trim();
    made.write({ 'a.ts': LINES.replace('line 3', 'x') }).commit('1');
    made
      .write({ 'b.ts': made.read('a.ts'), 't.ts': 'temporary\n' })
      .remove('a.ts')
      .commit('2');
    made
      .write({ 'b.ts': made.read('b.ts').replace('line 9', 'y'), 'k.ts': '2\n' })
      .remove('t.ts')
      .commit('3');
    made.write({ 'k.ts': '1\n' }).commit('4');
    const diff = made.git('format-patch', '--stdout', '-M', start);
    made.git('reset', '--quiet', '--hard', start);
    expect((await check(made, { kind: 'diff', diff })).short).toEqual(['renamed a.ts → b.ts [x\n] [y\n]']);
  });

  it('agrees with git apply on random changes', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const next = random(seed);
      const lines = (count: number) => Array.from({ length: count }, () => `${next.below(30)}`);
      const names = ['a.ts', 'b.ts', 'd/c.ts'];
      const texts = names.map(() => lines(30 + next.below(30)));
      const end = () => (next.below(4) === 0 ? '' : '\n');
      const head = Object.fromEntries(names.map((name, i) => [name, texts[i]!.join('\n') + end()]));
      const diff = diffOf(head, (other) => {
        for (const [i, name] of names.entries()) {
          for (let edits = next.below(4); edits > 0; edits--) {
            texts[i]!.splice(next.below(texts[i]!.length), next.below(4), ...lines(next.below(4)));
          }
          other.write({ [name]: texts[i]!.join('\n') + end() });
        }
      });
      const made = new Project(head).init();
      await check(made, { kind: 'diff', diff }, async (view) => {
        const applied = new Project(head).init();
        if (diff !== '') applied.gitWith({ input: diff }, 'apply', '--unidiff-zero');
        expect(view.treeHash, `seed ${seed}`).toBe(await hashOf(applied.root));
      });
    }
  });
});

describe('a diff that cannot be taken', () => {
  const head: Files = {
    'a.ts': 'one\ntwo\n',
    'bin.dat': Uint8Array.of(0, 1, 2),
    'latin.ts': Uint8Array.of(0x61, 0xff, 0x0a),
    'big.txt': new Uint8Array(LIMITS.fileBytes).fill(0x61),
    l: { link: 'a.ts' },
    d: { link: '/tmp' },
  };
  const made = new Project(head).init();
  const patch = (path: string, body: string) => `--- a/${path}\n+++ b/${path}\n${body}`;
  const EDIT = '@@ -1,2 +1,2 @@\n-one\n+ONE\n two\n';
  const CASES: readonly (readonly [why: string, diff: string, ...codes: string[]])[] = [
    [
      'whose lines are not there',
      patch('a.ts', EDIT.replace('two', 'three')),
      'workspace/diff-does-not-apply',
      'diff/no-match',
      'diff/no-match',
    ],
    [
      'of a file that is not there',
      patch('b.ts', EDIT),
      'workspace/diff-does-not-apply',
      'workspace/diff-missing',
      'workspace/diff-missing',
    ],
    [
      'that makes a file which is there',
      '--- /dev/null\n+++ b/a.ts\n@@ -0,0 +1 @@\n+x\n',
      'workspace/diff-does-not-apply',
      'workspace/diff-exists',
      'workspace/diff-exists',
    ],
    [
      'of a binary file whose content is nowhere',
      'diff --git a/bin.dat b/bin.dat\nindex 12341234..23452345 100644\nBinary files a/bin.dat and b/bin.dat differ\n',
      'workspace/diff-binary',
    ],
    [
      'of a file that is not UTF-8',
      patch('latin.ts', EDIT),
      'workspace/diff-does-not-apply',
      'text/not-utf8',
      'text/not-utf8',
    ],
    [
      'of a file of 50 MB',
      patch('big.txt', EDIT),
      'workspace/diff-does-not-apply',
      'workspace/too-large',
      'workspace/too-large',
    ],
    [
      'of a link',
      patch('l', '@@ -1 +1 @@\n-a.ts\n+b.ts\n'),
      'workspace/diff-does-not-apply',
      'workspace/diff-kind',
      'workspace/diff-kind',
    ],
    [
      'that makes a link',
      'diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n',
      'workspace/diff-does-not-apply',
      'workspace/diff-kind',
      'workspace/diff-kind',
    ],
    ['through a link', '--- /dev/null\n+++ b/d/assay-escaped.ts\n@@ -0,0 +1 @@\n+x\n', 'workspace/link'],
    ['of what lies outside', patch('../x.ts', EDIT), 'diff/outside'],
    ["of git's own files", patch('.git/config', EDIT), 'workspace/diff-outside'],
    ['of installed packages', patch('node_modules/p/index.js', EDIT), 'workspace/diff-outside'],
    ['that is none', 'hello\n', 'diff/malformed'],
    [
      'in which one of two files does not apply',
      patch('a.ts', EDIT) + patch('b.ts', EDIT),
      'workspace/diff-does-not-apply',
      'workspace/diff-missing',
      'workspace/diff-missing',
    ],
  ];
  for (const [why, diff, ...codes] of CASES) {
    it(`${why}: ${codes.join(', ')}`, async () => {
      const { result } = await check(made, { kind: 'diff', diff });
      expect(result.issues.map(({ code }) => code)).toEqual(codes);
      expect(existsSync('/tmp/assay-escaped.ts')).toBe(false);
    });
  }

  it('since the working tree holds it already: what to do is said', async () => {
    const done = new Project({ 'a.ts': LINES, 'b.ts': LINES }).init();
    const diff = diffOf({ 'a.ts': LINES, 'b.ts': LINES }, (other) =>
      other.write({ 'a.ts': `${LINES}x\n` }).remove('b.ts'),
    );
    done
      .write({ 'a.ts': `${LINES}x\n` })
      .remove('b.ts')
      .commit('applied');
    const { result } = await check(done, { kind: 'diff', diff });
    expect(result.issues[0]).toMatchObject({
      code: 'workspace/diff-does-not-apply',
      message: expect.stringContaining('neither to HEAD nor to the working tree'),
      suggestion: expect.stringContaining('already holds this change'),
    });
  });

  it('leaves nothing behind in the temporary folder', async () => {
    const folder = temporaryFolder();
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      for (const [, diff] of CASES) await (await made.open()).change({ kind: 'diff', diff });
      const view = value(await (await made.open()).change({ kind: 'diff', diff: patch('a.ts', EDIT) }));
      await view.close();
      const { readdirSync } = await import('node:fs');
      expect(readdirSync(folder).filter((name) => name.startsWith('assay-tree'))).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
});
