import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIMITS, type Random, random } from '../../src/base/index.ts';
import { copyFiles, listTree } from '../../src/workspace/checkOut.ts';
import { fileChanges } from '../../src/workspace/fileChanges.ts';
import { openGit } from '../../src/workspace/git.ts';
import { type Files, Project, temporaryFolder, value } from './repository.ts';
import { check, inShort } from './views.ts';

const LINES = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');

interface Case {
  readonly why: string;
  readonly head: Files;
  /** Settings of the repository. */
  readonly config?: readonly string[];
  change(made: Project): unknown;
  readonly expected: readonly string[];
}

const CASES: readonly Case[] = [
  { why: 'nothing', head: { 'a.ts': 'a\n' }, change: () => {}, expected: [] },
  {
    why: 'whole changed lines',
    head: { 'a.ts': 'one\ntwo\nthree\n' },
    change: (made) => made.write({ 'a.ts': 'one\ntwo!\nthree\n' }),
    expected: ['modified a.ts [two!\n]'],
  },
  {
    why: 'lines inserted and removed apart',
    head: { 'a.ts': '1\n2\n3\n4\n5\n6\n' },
    change: (made) => made.write({ 'a.ts': '1\nx\n2\n3\n5\n6\ny\n' }),
    expected: ['modified a.ts [x\n] [y\n]'],
  },
  {
    why: 'a pure deletion of lines',
    head: { 'a.ts': '1\n2\n3\n' },
    change: (made) => made.write({ 'a.ts': '1\n3\n' }),
    expected: ['modified a.ts'],
  },
  {
    why: 'the last line break',
    head: { 'a.ts': '1\n2\n' },
    change: (made) => made.write({ 'a.ts': '1\n2' }),
    expected: ['modified a.ts [2]'],
  },
  {
    why: 'untracked files',
    head: { 'a.ts': 'a\n' },
    change: (made) => made.write({ 'b.ts': 'b\n', 'empty.ts': '', 'd/e.ts': 'e' }),
    expected: ['added b.ts [b\n]', 'added d/e.ts [e]', 'added empty.ts'],
  },
  {
    why: 'staged, half staged and unstaged alike',
    head: { 'a.ts': '1\n', 'b.ts': '1\n', 'c.ts': '1\n' },
    change: (made) => {
      made.write({ 'a.ts': '2\n', 'b.ts': '2\n', 'new.ts': 'n\n' }).git('add', '--all');
      made.write({ 'b.ts': '3\n', 'c.ts': '2\n', 'new.ts': 'm\n' });
    },
    expected: ['modified a.ts [2\n]', 'modified b.ts [3\n]', 'modified c.ts [2\n]', 'added new.ts [m\n]'],
  },
  {
    why: 'staged and taken back on disk',
    head: { 'a.ts': '1\n' },
    change: (made) => {
      made.write({ 'a.ts': '2\n' }).git('add', '--all');
      made.write({ 'a.ts': '1\n' });
    },
    expected: [],
  },
  {
    why: 'only touched',
    head: { 'a.ts': '1\n' },
    change: (made) => made.remove('a.ts').write({ 'a.ts': '1\n' }),
    expected: [],
  },
  {
    why: 'a deletion',
    head: { 'a.ts': '1\n', 'b.ts': '1\n' },
    change: (made) => made.remove('a.ts').git('rm', '--quiet', 'b.ts'),
    expected: ['deleted a.ts', 'deleted b.ts'],
  },
  {
    why: 'removed from the index only',
    head: { 'a.ts': '1\n', 'b.ts': '1\n' },
    change: (made) => {
      made.git('rm', '--quiet', '--cached', 'a.ts', 'b.ts');
      made.write({ 'b.ts': '2\n' });
    },
    expected: ['modified b.ts [2\n]'],
  },
  {
    why: 'a rename that git was not told of',
    head: { 'a.ts': LINES, 'c.ts': '' },
    change: (made) => made.remove('a.ts').write({ 'd/b.ts': `${LINES}more\n` }),
    expected: ['renamed a.ts → d/b.ts [more\n]'],
  },
  {
    why: 'a rename by git mv',
    head: { 'a.ts': LINES },
    change: (made) => made.git('mv', 'a.ts', 'b.ts'),
    expected: ['renamed a.ts → b.ts'],
  },
  {
    why: 'an intent to add',
    head: { 'a.ts': '' },
    change: (made) => made.write({ 'b.ts': 'b\n' }).git('add', '--intent-to-add', 'b.ts'),
    expected: ['added b.ts [b\n]'],
  },
  {
    why: 'not what is ignored; but what is tracked and ignored',
    head: { '.gitignore': 'dist\nout.js\n', 'a.ts': '' },
    change: (made) => made.write({ 'dist/x.js': '', 'out.js': '1\n' }).git('add', '--force', 'out.js'),
    expected: ['added out.js [1\n]'],
  },
  {
    why: 'not installed packages and the like, though nothing ignores them',
    head: { 'a.ts': '' },
    change: (made) => made.write({ 'node_modules/p/i.js': '', 'x/node_modules/p/i.js': '', '.assay/x': '' }),
    expected: [],
  },
  {
    why: 'binary, not UTF-8 and large files, without text',
    head: { nul: 'text', latin: 'text', big: 'text' },
    change: (made) =>
      made.write({
        nul: Uint8Array.of(0, 1),
        latin: Uint8Array.of(0x61, 0xff),
        big: new Uint8Array(50 * 1024 * 1024).fill(0x61),
        wide: Uint8Array.of(0xff, 0xfe, 0x61, 0),
      }),
    expected: [
      'modified big (too large: 52428800 bytes)',
      'modified latin binary (expected UTF-8, found byte 0xff at byte 1, which cannot stand there)',
      'modified nul binary (expected text, found a NUL byte at byte 0)',
      'added wide binary (expected UTF-8, found a UTF-16 LE byte order mark at byte 0)',
    ],
  },
  {
    why: 'binary before',
    head: { a: Uint8Array.of(0, 1), gone: Uint8Array.of(0) },
    change: (made) => made.write({ a: 'text\n' }).remove('gone'),
    expected: [
      'modified a [text\n] binary (expected text, found a NUL byte at byte 0)',
      'deleted gone binary (expected text, found a NUL byte at byte 0)',
    ],
  },
  {
    why: 'secrets, without text',
    head: { '.env': 'A=1\n', '.npmrc': 'save-exact=true\n' },
    change: (made) => made.write({ '.env': 'A=2\n', 'key.pem': 'x', '.npmrc': '//r/:_authToken=abc\n' }),
    expected: [
      'modified .env (secret: environment file)',
      'modified .npmrc (secret: registry token)',
      'added key.pem (secret: private key or key store)',
    ],
  },
  {
    why: 'links, without text',
    head: { 'a.ts': 'a\n', l: { link: 'a.ts' }, m: { link: 'a.ts' } },
    change: (made) => made.remove('l', 'm').write({ l: { link: '/etc/passwd' }, m: 'text\n', n: { link: '..' } }),
    expected: ['modified l (symbolic link)', 'modified m [text\n] (symbolic link)', 'added n (symbolic link)'],
  },
  {
    why: 'a file that became a folder',
    head: { a: 'a\n' },
    change: (made) => made.remove('a').write({ 'a/b': 'b\n' }),
    expected: ['deleted a', 'added a/b [b\n]'],
  },
  {
    why: 'a mode',
    head: { 'run.sh': 'x\n' },
    change: (made) => made.chmod('run.sh', 0o755),
    expected: ['modified run.sh'],
  },
  {
    why: 'odd names',
    head: { 'new\nline.ts': '1\n', '"q" \\ é.ts': '1\n', ' lead.ts': '1\n', ':(glob)*.ts': '1\n' },
    change: (made) =>
      made.write({
        'new\nline.ts': '2\n',
        '"q" \\ é.ts': '2\n',
        ' lead.ts': '2\n',
        ':(glob)*.ts': '2\n',
        'tab\t.ts': '1\n',
      }),
    expected: [
      'modified  lead.ts [2\n]',
      'modified "q" \\ é.ts [2\n]',
      'modified :(glob)*.ts [2\n]',
      'modified new\nline.ts [2\n]',
      'added tab\t.ts [1\n]',
    ],
  },
  {
    why: 'CR LF on disk where git keeps LF: only what changed',
    head: { 'a.ts': '1\r\n2\r\n3\r\n', 'b.ts': '1\r\n2\r\n' },
    config: ['core.autocrlf=true'],
    change: (made) => made.write({ 'a.ts': '1\r\nx\r\n3\r\n' }),
    expected: ['modified a.ts [x\r\n]'],
  },
  {
    why: 'LF on disk where a checkout would write CR LF: only what changed',
    head: { 'a.ts': '1\r\n2\r\n3\r\n', 'b.ts': '1\r\n2\r\n' },
    config: ['core.autocrlf=true'],
    change: (made) => made.write({ 'a.ts': '1\nx\n3\n', 'b.ts': '1\n2\n' }),
    expected: ['modified a.ts [x\n]'],
  },
  {
    why: 'mixed line ends on disk: only what changed',
    head: { 'a.ts': '1\r\n2\r\n3\r\n4\r\n' },
    config: ['core.autocrlf=true'],
    change: (made) => made.write({ 'a.ts': '1\r\n2\n3\r\nx\n' }),
    expected: ['modified a.ts [x\n]'],
  },
  {
    why: 'CR LF on disk where git takes it for LF: only what changed',
    head: { 'a.ts': '1\n2\n3\n', 'b.ts': '1\n2\n' },
    config: ['core.autocrlf=input'],
    change: (made) => made.write({ 'a.ts': '1\r\n2\r\nx\r\n', 'b.ts': '1\r\n2\r\n' }),
    expected: ['modified a.ts [x\r\n]'],
  },
  {
    why: 'line ends by attributes, in a renamed file too',
    head: { '.gitattributes': '*.ts text eol=crlf\n', 'a.ts': LINES.replaceAll('\n', '\r\n') },
    change: (made) => made.remove('a.ts').write({ 'b.ts': LINES.replace('line 3', 'line x') }),
    expected: ['renamed a.ts → b.ts [line x\n]'],
  },
  {
    why: 'line ends that are a change: every line',
    head: { 'a.ts': '1\n2\n' },
    config: ['core.autocrlf=false'],
    change: (made) => made.write({ 'a.ts': '1\r\n2\r\n' }),
    expected: ['modified a.ts [1\r\n2\r\n]'],
  },
  {
    why: "no settings of the user's: prefixes, order, renames, colours, relative, external diff",
    head: { 'b.ts': LINES, 'a.ts': '1\r\n' },
    config: [
      'diff.noprefix=true',
      'diff.renames=false',
      'color.ui=always',
      'diff.relative=true',
      'diff.external=false',
      'diff.mnemonicPrefix=true',
      'core.quotePath=true',
      'core.autocrlf=true',
      'diff.interHunkContext=9',
    ],
    change: (made) => made.remove('b.ts').write({ 'c.ts': LINES, 'a.ts': '1\n2\n' }),
    expected: ['modified a.ts [2\n]', 'renamed b.ts → c.ts'],
  },
];

describe('the working tree', () => {
  for (const { why, head, config = [], change, expected } of CASES) {
    it(`differs by: ${why}`, async () => {
      const made = new Project(head).init(...config);
      change(made);
      const { result, short } = await check(made, { kind: 'working-tree' }, (view) => {
        expect([view.base, view.head, view.inPlace]).toEqual(['HEAD', 'working tree', true]);
      });
      expect(result.issues).toEqual([]);
      expect(short).toEqual(expected);
    });
  }

  it('before the first commit is all new', async () => {
    const made = new Project({ 'a.ts': 'a\n', 'd/b.ts': 'b\n', '.gitignore': 'x\n', x: '' });
    made.repository();
    const expected = ['added .gitignore [x\n]', 'added a.ts [a\n]', 'added d/b.ts [b\n]'];
    const view = () => check(made, { kind: 'working-tree' }, ({ base }) => expect(base).toBe('nothing'));
    expect((await view()).short).toEqual(expected);
    made.git('add', 'a.ts');
    expect((await view()).short).toEqual(expected);
  });

  it('works in a repository of SHA-256 objects', async () => {
    const made = new Project({ 'a.ts': LINES });
    made.git('init', '--quiet', '--object-format=sha256');
    made.commit('x').remove('a.ts').write({ 'b.ts': LINES });
    expect((await check(made, { kind: 'working-tree' })).short).toEqual(['renamed a.ts → b.ts']);
  });

  it('in the middle of a merge is what is on disk, conflict markers and all', async () => {
    const made = new Project({ 'a.ts': '1\n', 'gone.ts': '1\n' }).init();
    made.git('checkout', '--quiet', '-b', 'other');
    made.write({ 'a.ts': '2\n', 'gone.ts': '2\n', 'theirs.ts': 't\n' }).commit('other');
    made.git('checkout', '--quiet', 'main');
    made.write({ 'a.ts': '3\n' }).remove('gone.ts').commit('main');
    made.gitWith({ fails: true }, 'merge', 'other');
    const { short } = await check(made, { kind: 'working-tree' });
    expect(short).toEqual([
      'modified a.ts [<<<<<<< HEAD\n] [=======\n2\n>>>>>>> other\n]',
      'added gone.ts [2\n]',
      'added theirs.ts [t\n]',
    ]);
  });

  it('names a file whose name is not UTF-8 in a warning', async () => {
    const made = new Project({ 'a.ts': '' }).init();
    made.git('config', 'core.precomposeUnicode', 'false');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(Buffer.concat([Buffer.from(`${made.root}/x`), Buffer.of(0xff)]), '');
    const { result, short } = await check(made, { kind: 'working-tree' });
    expect(short).toEqual([]);
    expect(result.issues).toEqual([
      expect.objectContaining({ code: 'workspace/name', severity: 'warning', path: 'x\\xff' }),
    ]);
  });

  it('starts no hook and no monitor', async () => {
    const made = new Project({ 'a.ts': '1\n' }).init();
    const witness = join(temporaryFolder(), 'ran');
    const script = `#!/bin/sh\ntouch ${witness}\n`;
    for (const hook of ['post-index-change', 'post-checkout', 'fsmonitor-watchman', 'pre-commit']) {
      made.write({ [`.git/hooks/${hook}`]: script }).chmod(`.git/hooks/${hook}`, 0o755);
    }
    made.git('config', 'core.fsmonitor', '.git/hooks/fsmonitor-watchman');
    made.write({ 'a.ts': '2\n', 'b.ts': '' });
    await check(made, { kind: 'working-tree' });
    await check(made, { kind: 'range', base: 'HEAD', head: 'HEAD' });
    expect(existsSync(witness)).toBe(false);
  });

  it('shows what was written just after the index, of the same size', async () => {
    const made = new Project({ 'a.ts': '0\n' }).init();
    for (let round = 1; round <= 8; round++) {
      made.write({ 'a.ts': `${round}\n` });
      const staged = round % 2 === 0;
      if (staged) made.write({ 'new.ts': 'n\n' });
      const { short } = await check(made, { kind: 'working-tree' });
      expect(short).toEqual([`modified a.ts [${round}\n]`, ...(staged ? ['added new.ts [n\n]'] : [])]);
      if (staged) made.remove('new.ts');
      made.commit(`${round}`);
    }
  });

  it('holds a law on random trees: the files are those git tells once it is told all', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const next = random(seed);
      const made = new Project(
        Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`f${i}.ts`, text(next)])),
      ).init();
      for (let i = 0; i < 6; i++) edit(made, next);
      const { result, short } = await check(made, { kind: 'working-tree' });
      made.git('add', '--all');
      const told = made.git('diff', '--cached', '--name-status', '-M', '-z', 'HEAD').split('\0').filter(Boolean);
      const names = value(result).files.flatMap(({ kind, path, from }) => [kind[0], ...(from ? [from] : []), path]);
      expect(names, `seed ${seed}`).toEqual(
        told.map((part) => ({ A: 'a', D: 'd', M: 'm' })[part] ?? part.replace(/^R\d+$/, 'r')),
      );
      expect(short.length, `seed ${seed}`).toBeGreaterThan(0);
    }
  });
});

const text = (next: Random): string =>
  Array.from({ length: 5 + next.below(30) }, () => `${next.below(1000)}\n`).join('');

/** One random edit of a tree: lines, whole files, moves. */
function edit(made: Project, next: Random): void {
  const files = made
    .git('ls-files', '-z', '--cached', '--others')
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(made.root, path)));
  const path = next.pick(files);
  const name = `${next.pick(['', 'd/', 'd/e/'])}n${next.below(1000)}.ts`;
  switch (next.below(5)) {
    case 0:
      made.write({ [name]: text(next) });
      break;
    case 1:
      if (files.length > 1) made.remove(path);
      break;
    case 2:
      made.write({ [name]: made.read(path) }).remove(path);
      break;
    default: {
      const lines = made.read(path).split('\n');
      lines.splice(
        next.below(lines.length),
        next.below(3),
        ...Array.from({ length: next.below(3) }, () => `${next.below(1000)}`),
      );
      made.write({ [path]: lines.join('\n') });
    }
  }
}

describe('without git', () => {
  it('nothing can be compared, and what to do is said', async () => {
    const made = new Project({ 'package.json': '{}' });
    for (const request of [{ kind: 'working-tree' }, { kind: 'range', base: 'main' }] as const) {
      expect((await check(made, request)).result.issues).toEqual([
        expect.objectContaining({ code: 'workspace/no-git', suggestion: expect.stringContaining('git init') }),
      ]);
    }
  });
});

describe('limits of a change', () => {
  it('are kept by the list of a tree, the copy of files and the texts of a change, and said', async () => {
    const made = new Project({ 'a.ts': 'a\n', 'b.ts': 'b\n', 'c.ts': 'c\n' }).init();
    const git = value(await openGit(made.root));
    const listing = value(await listTree(git, 'HEAD', 4));
    expect(listing.names).toEqual(['a.ts', 'b.ts', 'c.ts']);
    expect((await listTree(git, 'HEAD', 3)).issues[0]).toMatchObject({ code: 'workspace/too-many-files' });
    const copies = temporaryFolder();
    expect((await copyFiles(made.root, listing, copies, 6)).issues[0]).toMatchObject({ code: 'workspace/too-large' });
    expect(existsSync(join(copies, 'c.ts'))).toBe(false);
    expect((await copyFiles(made.root, listing, temporaryFolder(), 7)).issues).toEqual([]);
    const entries = listing.names.map((name) => ({
      status: 'added' as const,
      fromMode: '000000',
      toMode: '100644',
      from: name,
      name,
    }));
    const gitFolder = join(made.root, '.git');
    const compared = { git, gitFolder, base: 'HEAD', entries, root: made.root };
    expect(value(await fileChanges(compared, 4)).map(inShort)).toEqual([
      'added a.ts [a\n]',
      'added b.ts [b\n]',
      'added c.ts (limit: the files before hold 4 characters or more)',
    ]);
  });

  it('the size of a file is one: at the limit there is no text, below there is', async () => {
    const made = new Project({ a: '', b: '' }).init();
    made.write({ a: 'a'.repeat(LIMITS.fileBytes), b: 'b'.repeat(LIMITS.fileBytes - 1) });
    const view = value((await check(made, { kind: 'working-tree' })).result);
    expect(view.files.map(({ after, withheld }) => [after?.text.length, withheld])).toEqual([
      [undefined, `too large: ${LIMITS.fileBytes} bytes`],
      [LIMITS.fileBytes - 1, undefined],
    ]);
  });
});
