import { lstatSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import type { ChangeRequest } from '../../src/workspace/index.ts';
import { type Files, Project, value } from './repository.ts';
import { check, inShort } from './views.ts';

interface Case {
  readonly why: string;
  readonly head: Files;
  /** Settings of the repository. */
  readonly config?: readonly string[];
  change(made: Project): unknown;
  readonly expected: readonly string[];
}

/** Writes a text of the same length and puts the time of change back, as far as a program can. */
function rewrite(made: Project, path: string, text: string): void {
  const place = join(made.root, path);
  const { atime, mtime } = lstatSync(place);
  made.write({ [path]: text });
  utimesSync(place, atime, mtime);
}

/** What Git LFS keeps of a file, as `printf` takes it. */
const POINTER = `version https://git-lfs.github.com/spec/v1\\noid sha256:${sha256('content')}\\nsize 7\\n`;

/** Bits and times in git's index, and conversions, under which git takes what is on disk for what it has. */
const HIDDEN: readonly Case[] = [
  {
    why: 'a file that git is told to assume unchanged',
    head: { 'a.ts': '1\n', 'b.ts': '1\n' },
    change: (made) => {
      made.git('update-index', '--assume-unchanged', 'a.ts');
      made.write({ 'a.ts': '2\n', 'b.ts': '2\n' });
    },
    expected: ['modified a.ts [2\n]', 'modified b.ts [2\n]'],
  },
  {
    why: 'all files assumed unchanged by the configuration, nothing changed',
    head: { 'a.ts': '1\n' },
    config: ['core.ignoreStat=true'],
    change: () => {},
    expected: [],
  },
  {
    why: 'a file that is assumed unchanged and is',
    head: { 'a.ts': '1\n' },
    change: (made) => made.git('update-index', '--assume-unchanged', 'a.ts'),
    expected: [],
  },
  {
    why: 'a file of which git is told to skip the working tree',
    head: { 'a.ts': '1\n', 'b.ts': '1\n' },
    change: (made) => {
      made.git('update-index', '--skip-worktree', 'a.ts');
      made.write({ 'a.ts': '2\n' });
    },
    expected: ['modified a.ts [2\n]'],
  },
  {
    why: 'deletions under both bits',
    head: { 'a.ts': '1\n', 'b.ts': '1\n', 'c.ts': '1\n' },
    change: (made) => {
      made.git('update-index', '--skip-worktree', 'a.ts');
      made.git('update-index', '--assume-unchanged', 'b.ts');
      made.remove('a.ts', 'b.ts');
    },
    expected: ['deleted a.ts', 'deleted b.ts'],
  },
  {
    why: 'what a sparse checkout leaves out',
    head: { 'in/a.ts': '1\n', 'out/b.ts': '1\n' },
    change: (made) => {
      made.git('sparse-checkout', 'set', 'in');
      made.write({ 'in/a.ts': '2\n' });
    },
    expected: ['modified in/a.ts [2\n]'],
  },
  {
    why: 'what stands where a sparse checkout leaves out',
    head: { 'in/a.ts': '1\n', 'out/b.ts': '1\n', 'out/c.ts': '1\n' },
    config: ['sparse.expectFilesOutsideOfPatterns=true'],
    change: (made) => {
      made.git('sparse-checkout', 'set', 'in');
      made.write({ 'out/b.ts': '2\n' });
    },
    expected: ['modified out/b.ts [2\n]'],
  },
  {
    why: 'a text of the same length, of which git compares no time that tells',
    head: { 'a.ts': '1\n' },
    config: ['core.trustctime=false', 'core.checkStat=minimal'],
    change: (made) => {
      const place = join(made.root, 'a.ts');
      utimesSync(place, 1_000_000_000, 1_000_000_000);
      made.git('update-index', '--refresh');
      rewrite(made, 'a.ts', '2\n');
    },
    expected: ['modified a.ts [2\n]'],
  },
  {
    why: 'an index that was told another text of a file than it holds',
    head: { 'a.ts': '1\n', 'b.ts': '1\n' },
    change: (made) => {
      made.write({ 'a.ts': '2\n', '.git/info/attributes': 'a.ts filter=x\n' });
      utimesSync(join(made.root, 'a.ts'), 1_000_000_000, 1_000_000_000);
      made.git('-c', 'filter.x.clean=git cat-file blob HEAD:a.ts', 'add', 'a.ts');
      made.remove('.git/info/attributes');
    },
    expected: ['modified a.ts [2\n]'],
  },
  {
    why: 'a filter that gives git what it has',
    head: { 'a.ts': '1\n2\n3\n' },
    config: ['filter.x.clean=git cat-file blob HEAD:a.ts'],
    change: (made) => made.write({ 'a.ts': '1\r\nx\r\n3\r\n', '.git/info/attributes': 'a.ts filter=x\n' }),
    expected: ['modified a.ts [1\r\nx\r\n3\r\n]'],
  },
  {
    why: 'a filter that cannot write what git has',
    head: { 'a.ts': '1\n' },
    config: ['filter.x.clean=git cat-file blob HEAD:a.ts', 'filter.x.smudge=false', 'filter.x.required=true'],
    change: (made) => made.write({ 'a.ts': '2\n', '.git/info/attributes': 'a.ts filter=x\n' }),
    expected: ['modified a.ts [2\n] (unreadable: ENOENT)'],
  },
  {
    why: 'a filter both ways, as files are kept encrypted',
    head: { 'a.ts': 'one\n', 'b.ts': 'one\n', '.gitattributes': '*.ts filter=x\n' },
    config: ['filter.x.clean=tr a-z b-za', 'filter.x.smudge=tr b-za a-z'],
    change: (made) => made.write({ 'b.ts': 'two\n' }),
    expected: ['modified b.ts [two\n]'],
  },
  {
    why: 'code in what git keeps as an id',
    head: { '.gitattributes': '*.ts ident\n', 'a.ts': '// $Id$\n1\n' },
    change: (made) => made.write({ 'a.ts': '// $Id: \u2028evil() $\n1\n' }),
    expected: ['modified a.ts [// $Id: \u2028evil() $\n]'],
  },
  {
    why: 'an id as a checkout of a commit before wrote it',
    head: { '.gitattributes': '*.ts ident\n', 'a.ts': '// $Id$\n1\n' },
    change: (made) => {
      made.remove('a.ts').git('checkout', '--', 'a.ts');
      made.write({ 'a.ts': made.read('a.ts').replace('\n1', '\n2') }).commit('second');
    },
    expected: [],
  },
  {
    why: 'another encoding in the working tree',
    head: { '.gitattributes': '*.txt working-tree-encoding=UTF-16LE\n', 'a.txt': Buffer.from('one\n', 'utf16le') },
    change: (made) => made.write({ 'b.ts': '1\n' }),
    expected: ['added b.ts [1\n]'],
  },
  {
    why: 'a file whose content lies in Git LFS',
    head: {
      '.gitattributes': 'a.bin filter=lfs\n',
      'a.bin': 'content',
    },
    config: [`filter.lfs.clean=printf '${POINTER}'`, 'filter.lfs.smudge=false'],
    change: (made) => made.write({ 'b.ts': '1\n' }),
    expected: ['added b.ts [1\n]'],
  },
  {
    why: 'tracked files among installed packages, without text',
    head: { 'a.ts': '1\n', 'src/node_modules/p/i.js': '1\n', 'node_modules/q/i.js': '1\n', 'node_modules/r.js': '1\n' },
    change: (made) => {
      made.git('update-index', '--assume-unchanged', 'src/node_modules/p/i.js');
      made.write({ 'src/node_modules/p/i.js': '2\n', 'src/node_modules/p/new.js': '1\n' }).remove('node_modules/r.js');
    },
    expected: [
      'deleted node_modules/r.js (among installed packages)',
      'modified src/node_modules/p/i.js (among installed packages)',
    ],
  },
  {
    why: 'a tracked file that is moved out from among installed packages',
    head: { 'a.ts': '1\n', 'node_modules/p.js': 'export const p = 1;\n' },
    change: (made) => made.git('mv', 'node_modules/p.js', 'p.js'),
    expected: ['added p.js [export const p = 1;\n]', 'deleted node_modules/p.js (among installed packages)'],
  },
];

describe('a change of the working tree holds what is on disk', () => {
  it.each(HIDDEN)('$why', async ({ head, config = [], change, expected }) => {
    const made = new Project(head).init(...config);
    change(made);
    const { short } = await check(made, { kind: 'working-tree' });
    expect(short).toEqual(expected);
  });
});

const UNSEEN: readonly { readonly why: string; change(made: Project): unknown; readonly told: readonly string[] }[] = [
  {
    why: 'code that only the user’s own rules ignore',
    change: (made) => made.write({ '.git/info/exclude': '*.d.ts\n', 'b.d.ts': '', 'c.ts': '' }),
    told: ['b.d.ts excluded by .git/info/exclude or core.excludesFile'],
  },
  {
    why: 'much of it',
    change: (made) => made.write({ '.git/info/exclude': '?.js\n', 'a.js': '', 'b.js': '', 'x/c.js': '', 'x/d.js': '' }),
    told: ['a.js, b.js, x/c.js and 1 file more excluded by .git/info/exclude or core.excludesFile'],
  },
  {
    why: 'nothing that the repository ignores, that is no code or that is installed',
    change: (made) =>
      made.write({
        '.git/info/exclude': 'notes.txt\nout\n',
        'notes.txt': '',
        'out/a.js': '',
        'node_modules/p/i.js': '',
        '.assay/a.js': '',
      }),
    told: [],
  },
  {
    why: 'what a sparse checkout leaves out',
    change: (made) => made.git('sparse-checkout', 'set', 'in'),
    told: ['1 file left out by a sparse checkout'],
  },
];

describe('files that are part of no change for no reason of the repository are told', () => {
  it.each(UNSEEN)('$why', async ({ change, told }) => {
    const made = new Project({ '.gitignore': 'out\n', 'a.ts': '1\n', 'in/a.ts': '1\n', 'far/a.ts': '1\n' }).init();
    change(made);
    const { result } = await check(made, { kind: 'working-tree' });
    expect(result.issues.map(({ message }) => /found (.*): part/.exec(message)?.[1])).toEqual(told);
  });
});

interface Judged {
  readonly why: string;
  change(made: Project): unknown;
  readonly request: ChangeRequest;
  readonly expected: readonly string[];
}

const LAST: ChangeRequest = { kind: 'range', base: 'HEAD~1', head: 'HEAD' };

/** What is judged is what the commit or the index holds, though git says that the working tree holds the same. */
const JUDGED: readonly Judged[] = [
  {
    why: 'a commit, another text on disk that is assumed unchanged',
    change: (made) => {
      made.write({ 'a.ts': '2\n' }).commit('second').git('update-index', '--assume-unchanged', 'a.ts');
      made.write({ 'a.ts': '3\n' });
    },
    request: LAST,
    expected: ['modified a.ts [2\n]', 'aside'],
  },
  {
    why: 'a commit, a file gone of which git skips the working tree',
    change: (made) => {
      made.write({ 'a.ts': '2\n' }).commit('second').git('update-index', '--skip-worktree', 'b.ts');
      made.remove('b.ts');
    },
    request: LAST,
    expected: ['modified a.ts [2\n]', 'aside'],
  },
  {
    why: 'a commit, another text on disk that a filter gives back',
    change: (made) => {
      made.write({ 'a.ts': '2\n' }).commit('second');
      made.git('config', 'filter.x.clean', 'git cat-file blob HEAD:a.ts');
      made.write({ 'a.ts': '3\n', '.git/info/attributes': 'a.ts filter=x\n' });
    },
    request: LAST,
    expected: ['modified a.ts [2\n]', 'aside'],
  },
  {
    why: 'a commit that the working tree is, bits or not',
    change: (made) => {
      made.write({ 'a.ts': '2\n' }).commit('second').git('update-index', '--assume-unchanged', 'a.ts');
      made.git('update-index', '--skip-worktree', 'b.ts');
    },
    request: LAST,
    expected: ['modified a.ts [2\n]', 'in place'],
  },
  {
    why: 'what is staged, another text on disk that is assumed unchanged',
    change: (made) => {
      made.write({ 'a.ts': '2\n' }).git('add', '--all');
      made.git('update-index', '--assume-unchanged', 'a.ts');
      made.write({ 'a.ts': '3\n' });
    },
    request: { kind: 'staged' },
    expected: ['modified a.ts [2\n]', 'aside'],
  },
  {
    why: 'what is staged and on disk',
    change: (made) => made.write({ 'a.ts': '2\n' }).git('add', '--all'),
    request: { kind: 'staged' },
    expected: ['modified a.ts [2\n]', 'in place'],
  },
];

describe('a commit, and what is staged, is judged in the working tree only where that holds it', () => {
  it.each(JUDGED)('$why', async ({ change, request, expected }) => {
    const made = new Project({ 'a.ts': '1\n', 'b.ts': '1\n' }).init();
    change(made);
    const view = value(await (await made.open()).change(request));
    expect([...view.files.map(inShort), view.inPlace ? 'in place' : 'aside']).toEqual(expected);
    await view.close();
  });
});

describe('an id names the object that it is the hash of', () => {
  it('though the repository holds another in its place', async () => {
    const made = new Project({ 'a.ts': '1\n', 'b.ts': '1\n' }).init();
    const first = made.git('rev-parse', 'HEAD').trim();
    made.write({ 'a.ts': '2\n' }).commit('second');
    const second = made.git('rev-parse', 'HEAD').trim();
    made.git('reset', '--quiet', '--hard', first);
    made.git('replace', first, second);
    made.git('reset', '--quiet', '--hard');
    const { short } = await check(made, { kind: 'working-tree' });
    expect(short).toEqual(['modified a.ts [2\n]']);
  });

  it('and has its own parents, whatever is grafted', async () => {
    const made = new Project({ 'a.ts': '1\n' }).init();
    const first = made.git('rev-parse', 'HEAD').trim();
    made.write({ 'a.ts': '2\n' }).commit('second');
    made.git('branch', 'side', first);
    const head = made.git('rev-parse', 'HEAD').trim();
    made.git('checkout', '--quiet', 'side');
    made.write({ 'b.ts': '1\n' }).commit('third');
    const third = made.git('rev-parse', 'HEAD').trim();
    made.write({ '.git/info/grafts': `${third} ${head}\n` });
    const { short } = await check(made, { kind: 'range', base: 'main' });
    expect(short).toEqual(['added b.ts [1\n]']);
  });
});
