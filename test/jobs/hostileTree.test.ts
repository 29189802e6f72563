import { copyFileSync, existsSync, linkSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AssayEvent } from '../../src/base/index.ts';
import { type CheckRequest, check, compare } from '../../src/jobs/index.ts';
import { BASE } from '../cases/isolation/runner.ts';
import { contents, type Files, Project, value } from '../workspace/repository.ts';

const SECRET = 'planted-outside-7f3a';

/** The user's home, outside of the repository that is judged. */
const OUTSIDE: Files = {
  'package.json': '{}',
  profile: `export default '${SECRET}'\n`,
  'plain/profile': SECRET,
  'notes.md': `\`\`\`js\nimport { f } from './src/a.js';\nf(2) // => '${SECRET}'\n\`\`\`\n`,
  'bare/package.json': '{}',
};

/** A test that fails and tells what it finds at these places. */
const telling = (...places: string[]): string => `import test from 'node:test';
import fs from 'node:fs';
test('tells', () => { throw new Error(${JSON.stringify(places)}.map((at) => { try { return fs.readFileSync(at, 'utf8'); } catch (error) { return error.code; } }).join()); });
`;

interface Case {
  readonly name: string;
  readonly base?: (outside: string) => Files;
  /** Removed from the base before \`head\` is written. */
  readonly gone?: readonly string[];
  readonly head: (outside: string) => Files;
  /** In the working tree and ignored by git, whichever head is looked at. */
  readonly installed?: (outside: string) => Files;
  /** Whether the head is another branch than what is checked out. */
  readonly aside?: true;
  readonly only: string;
}

/** A compiler that the head brings along, and says that it asks for. */
const COMPILER = (outside: string): Files => ({
  'package.json': JSON.stringify({
    name: 'app',
    version: '1.0.0',
    type: 'module',
    devDependencies: { typescript: '5.4.0' },
  }),
  'node_modules/typescript/package.json': JSON.stringify({ name: 'typescript', version: '5.4.0' }),
  'node_modules/typescript/lib/typescript.js': `require('fs').writeFileSync(${JSON.stringify(join(outside, 'ran'))}, '');\n`,
  'src/a.js': 'export const f = (n) => n;\n',
});

const CASES: readonly Case[] = [
  {
    name: 'makes a link of a file whose old text is put back for the base',
    base: () => ({ 'notes.txt': 'owned' }),
    gone: ['notes.txt'],
    head: (outside) => ({
      'notes.txt': { link: join(outside, 'profile') },
      'package-lock.json': JSON.stringify({ name: 'app', lockfileVersion: 3, packages: { '': { license: 'MIT' } } }),
      'test/a.test.js': telling(),
    }),
    only: 'tests',
  },
  {
    name: 'makes a link of a folder that packages are installed in',
    base: () => ({ 'pkg/package.json': '{}' }),
    gone: ['pkg'],
    head: (outside) => ({ pkg: { link: join(outside, 'bare') }, 'src/a.js': 'export const f = 1;\n' }),
    installed: () => ({ 'pkg/package.json': '{}', 'pkg/node_modules/y/package.json': '{}' }),
    aside: true,
    only: 'constraints',
  },
  {
    name: 'has the user’s home among its packages',
    head: (outside) => ({ 'node_modules/z': { link: outside }, 'test/a.test.js': telling('node_modules/z/profile') }),
    only: 'tests',
  },
  {
    name: 'has the user’s home for its packages',
    gone: ['node_modules'],
    head: (outside) => ({ node_modules: { link: outside }, 'test/a.test.js': telling('node_modules/profile') }),
    only: 'tests',
  },
  {
    name: 'has a folder of the user’s as a scope of packages',
    head: (outside) => ({
      'node_modules/@z': { link: join(outside, 'plain') },
      'test/a.test.js': telling('node_modules/@z/profile'),
    }),
    only: 'tests',
  },
  {
    name: 'has a file of the user’s among its packages',
    head: (outside) => ({
      'node_modules/z': { link: join(outside, 'profile') },
      'test/a.test.js': telling('node_modules/z'),
    }),
    only: 'tests',
  },
  {
    name: 'has a folder of the user’s among the packages of the working tree, on another branch',
    head: (outside) => ({ 'test/a.test.js': telling(join(outside, 'profile')) }),
    installed: (outside) => ({ 'node_modules/out': { link: outside } }),
    aside: true,
    only: 'tests',
  },
  {
    name: 'goes from a package to what git ignores and to git’s own folder',
    head: () => ({
      'test/a.test.js': telling('node_modules/x/../../.env', 'node_modules/x/../../.git/credentials'),
    }),
    installed: () => ({ '.env': SECRET, '.git/credentials': SECRET }),
    aside: true,
    only: 'tests',
  },
  {
    name: 'goes from a package to git’s own folder, in the working tree',
    head: () => ({
      '.git/credentials': SECRET,
      'test/a.test.js': telling('node_modules/x/../../.git/credentials'),
    }),
    only: 'tests',
  },
  { name: 'brings a compiler, on another branch', head: COMPILER, aside: true, only: 'types' },
  {
    name: 'has a configuration of assay that leads to a file of the user’s',
    head: (outside) => ({ 'assay.config.ts': { link: join(outside, 'profile') }, 'src/a.js': 'export const f = 1;\n' }),
    only: 'constraints',
  },
  {
    name: 'has had a configuration of assay that leads to a file of the user’s',
    base: (outside) => ({ 'assay.config.ts': { link: join(outside, 'profile') } }),
    head: () => ({ 'src/a.js': 'export const f = 1;\n' }),
    only: 'constraints',
  },
  {
    name: 'has a README that leads to a file of the user’s',
    base: (outside) => ({ 'README.md': { link: join(outside, 'notes.md') } }),
    head: () => ({ 'src/a.js': 'export const f = (n) => n * 3;\n' }),
    only: 'examples',
  },
  {
    name: 'has a manifest that leads to a file of the user’s',
    gone: ['package.json'],
    head: (outside) => ({ 'package.json': { link: join(outside, 'profile') }, 'src/a.js': 'export const f = 1;\n' }),
    only: 'packages',
  },
  {
    name: 'has a configuration of the compiler that leads to a file of the user’s',
    gone: ['tsconfig.json'],
    head: (outside) => ({ 'tsconfig.json': { link: join(outside, 'profile') }, 'src/a.js': 'export const f = 1;\n' }),
    only: 'types',
  },
];

afterEach(() => void vi.unstubAllEnvs());

describe('a change that', () => {
  it.each(CASES)(
    '$name reaches nothing there',
    { timeout: 180_000 },
    async ({ base, gone = [], head, installed, aside, only }) => {
      const outside = new Project(OUTSIDE);
      vi.stubEnv('HOME', outside.root);
      const project = new Project({ ...BASE, ...base?.(outside.root) }).init();
      const files = head(outside.root);
      project.remove(...gone).write(files);
      let change: CheckRequest['change'] = { kind: 'working-tree' };
      if (aside) {
        project.git('checkout', '--quiet', '-b', 'evil');
        project.git('add', '--force', '--', ...Object.keys(files));
        project.commit('evil').git('checkout', '--quiet', 'main');
        project.write(installed?.(outside.root) ?? {});
        change = { kind: 'range', base: 'main', head: 'evil' };
      }
      const before = contents(outside.root);
      const checked = await check({ cwd: project.root, change, only: [only] });
      expect(JSON.stringify(checked).includes(SECRET)).toBe(false);
      expect(contents(outside.root)).toEqual(before);
      expect(existsSync(join(outside.root, 'ran'))).toBe(false);
    },
  );
});

it('a change on another branch finds what is installed and linked in', async () => {
  const linked = new Project({ 'package.json': '{"name":"l","type":"module"}', 'index.js': 'export const l = 1;\n' });
  const project = new Project(BASE).init();
  project.write({
    'node_modules/x/package.json': JSON.stringify({ name: 'x', version: '1.0.0', type: 'module', main: 'index.js' }),
    'node_modules/x/index.js': 'export const x = 1;\n',
    'node_modules/l': { link: linked.root },
  });
  project.git('checkout', '--quiet', '-b', 'other');
  project.write({
    'src/a.js': "import { x } from 'x';\nimport { l } from 'l';\nexport const f = (n) => n * (x + l);\n",
  });
  project.commit('other').git('checkout', '--quiet', 'main');
  const change = { kind: 'range', base: 'main', head: 'other' } as const;
  expect(value(await check({ cwd: project.root, change, only: ['tests'] })).verdict.status).toBe('pass');
}, 180_000);

it.each(['names', 'gaming'])(
  'code nested deeper than can be looked at ends no check: %s',
  async (only) => {
    const deep = `export const x = ${'['.repeat(30_000)}${']'.repeat(30_000)};\n`;
    const project = new Project(BASE).init().write({ 'src/a.js': `export const f = (n) => n * 3;\n${deep}` });
    const checked = await check({ cwd: project.root, change: { kind: 'working-tree' }, only: [only] });
    const { status, checks } = value(checked).verdict;
    expect([status, ...checks.flatMap(({ issues }) => issues.map(({ code }) => code))]).toEqual([
      'unknown',
      `${only}/too-deep`,
    ]);
  },
  180_000,
);

it('a tracked file that is new among installed packages stays there when the base is laid out', async () => {
  const project = new Project({ ...BASE, 'node_modules/p/index.js': 'module.exports = 1;\n' }).init();
  project.write({ 'node_modules/p/new.js': '2\n', 'src/a.js': 'export const f = (n) => n * 3;\n' });
  project.git('add', '--force', 'node_modules/p/new.js');
  const checked = await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['tests'] });
  expect([value(checked).verdict.status, project.read('node_modules/p/new.js')]).toEqual(['fail', '2\n']);
}, 180_000);

it('where Node lies in the user’s home, nothing beside it is readable', async () => {
  const outside = new Project({ ...OUTSIDE, 'bin/.keep': '' });
  const node = process.execPath;
  try {
    linkSync(node, join(outside.root, 'bin/node'));
  } catch {
    copyFileSync(node, join(outside.root, 'bin/node'));
  }
  vi.stubEnv('HOME', outside.root);
  const project = new Project(BASE).init().write({ 'test/a.test.js': telling(join(outside.root, 'profile')) });
  process.execPath = join(outside.root, 'bin/node');
  try {
    const checked = await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['tests'] });
    expect(value(checked).verdict.checks[0]!.issues[0]!.message).toBe('tells: ENOENT');
  } finally {
    process.execPath = node;
  }
}, 180_000);

it('what runs on another branch writes nothing into the tree that it is judged by', async () => {
  const project = new Project(BASE).init();
  project.git('checkout', '--quiet', '-b', 'evil');
  project.write({
    'src/a.js': `import fs from 'node:fs';
fs.writeFileSync('marker', '');
/**
 * @example
 * f(2) // => 4
 */
export const f = (n) => n * 2;
`,
  });
  project.commit('evil').git('checkout', '--quiet', 'main');
  const laidOut = (): string[] => {
    const own = readdirSync(tmpdir()).filter(
      (name) => name.startsWith('assay-tree-') && name.includes(`-${process.pid}-`),
    );
    return own.flatMap((name) => {
      const trees = join(tmpdir(), name, 'tree');
      return existsSync(trees) ? readdirSync(trees).map((tree) => join(trees, tree)) : [];
    });
  };
  let judged: string[] = [];
  const marked = { judged: 0, run: 0 };
  const events = (event: AssayEvent): void => {
    if (event.type === 'check-start') judged = laidOut();
    if (event.type !== 'check-end') return;
    for (const tree of laidOut())
      if (existsSync(join(tree, 'marker'))) marked[judged.includes(tree) ? 'judged' : 'run']++;
  };
  const change = { kind: 'range', base: 'main', head: 'evil' } as const;
  value(await check({ cwd: project.root, change, only: ['examples'], events }));
  expect(marked).toEqual({ judged: 0, run: 1 });
}, 180_000);

it('a branch that moves while it is judged is judged by the tests of the commit that it was', async () => {
  const project = new Project(BASE).init();
  project.git('checkout', '--quiet', '-b', 'moving');
  project.write({ 'src/a.js': 'export const f = (n) => n * 3;\n' }).commit('broken');
  const broken = project.git('rev-parse', 'HEAD').trim();
  project.write({ 'src/a.js': 'export const f = (n) => 2 * n;\n' }).commit('mended');
  const mended = project.git('rev-parse', 'HEAD').trim();
  project.git('checkout', '--quiet', 'main').trim();
  project.git('branch', '--force', 'moving', broken);
  const events = (event: AssayEvent): void => {
    if (event.type === 'check-start') project.git('branch', '--force', 'moving', mended);
  };
  const change = { kind: 'range', base: 'main', head: 'moving' } as const;
  const { status, checks } = value(await check({ cwd: project.root, change, only: ['tests'], events })).verdict;
  expect([status, checks[0]?.issues[0]?.code]).toEqual(['fail', 'tests/failed']);
}, 180_000);

it('alternatives that lie in the user’s home do not read it, be there a package.json or not', async () => {
  const outside = new Project(OUTSIDE);
  const draft = (mark: string): string => `import { readFileSync } from 'node:fs';
import { c } from './c.ts';
export function f(n: number): string {
  try { return readFileSync(${JSON.stringify(join(outside.root, 'profile'))}, 'utf8'); } catch (error) { return '${mark}' + c + (error as { code: string }).code; }
}
`;
  outside.write({ 'drafts/a.ts': draft('a'), 'drafts/b.ts': draft('b'), 'drafts/c.ts': "export const c = '';\n" });
  vi.stubEnv('HOME', outside.root);
  const report = value(await compare({ cwd: join(outside.root, 'drafts'), files: ['a.ts', 'b.ts'] }));
  const told = JSON.stringify(report);
  expect([told.includes(SECRET), told.includes('aENOENT')]).toEqual([false, true]);
}, 180_000);
