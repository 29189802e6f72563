import { afterAll, expect, it } from 'vitest';
import type { RepoPath } from '../../src/base/index.ts';
import { type LanguageService, openLanguage, openPackages } from '../../src/lang/index.ts';
import type { CheckContext } from '../../src/verify/context.ts';
import { detectRunner, homeOf } from '../../src/verify/tests/detect.ts';
import { openWorkspace } from '../../src/workspace/index.ts';
import { Project, value } from '../workspace/repository.ts';

const opened: LanguageService[] = [];
afterAll(() => {
  for (const one of opened) one.close();
});

/**
 * What `vitest related` is asked of where src/deep.ts changed, by the version installed. The old ones are not at hand here: the
 * command is what a case can stand on.
 */
const CASES: readonly (readonly [version: string, related: readonly string[]])[] = [
  ['0.34.6', ['src/deep.ts', 'src/index.ts', 'test/deep.test.ts']],
  ['1.0.0', ['src/deep.ts', 'src/index.ts', 'test/deep.test.ts']],
  ['2.0.0', ['src/deep.ts']],
  ['5.1.1', ['src/deep.ts']],
];

it.each(CASES)('vitest %s is asked of %j', async (version, expected) => {
  const project = new Project({
    'package.json': JSON.stringify({ name: 'app', type: 'module', scripts: { test: 'vitest run' } }),
    'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [] } }),
    'node_modules/vitest/package.json': JSON.stringify({ name: 'vitest', version, bin: './vitest.mjs' }),
    'src/deep.ts': 'export const deep = 1;\n',
    'src/index.ts': "export { deep } from './deep';\n",
    'src/other.ts': 'export const other = 1;\n',
    'test/deep.test.ts': "import { deep } from '../src';\nvoid deep;\n",
    'test/other.test.ts': "import { other } from '../src/other';\nvoid other;\n",
  }).init();
  project.write({ 'src/deep.ts': 'export const deep = 2;\n' });
  const workspace = value(await openWorkspace(project.root));
  const change = value(await workspace.change({ kind: 'working-tree' }));
  const language = value(openLanguage({ root: project.root }));
  opened.push(language);
  const packages = openPackages(project.root);
  // Nothing else of a context is looked at.
  const detected = detectRunner({ change, language, packages } as unknown as CheckContext, '');
  const argv = ('runner' in detected && detected.runner.command('/b', '/r', ['src/deep.ts' as RepoPath])) || [];
  const asked = argv.flatMap((word) =>
    word.startsWith('/b/') && !word.includes('node_modules') ? [word.slice(3)] : [],
  );
  expect([...asked].sort()).toEqual(expected);
});

const manifest = (more: object): string => JSON.stringify({ name: 'x', version: '1.0.0', ...more });
const LIBRARY = { dependencies: { other: '*' } };

/** To which package a file of `packages/a` belongs for its tests. */
const HOMES: readonly (readonly [name: string, root: object, own: object | undefined, home: string])[] = [
  ['one with a script of its own', { scripts: { test: 'vitest run' } }, { scripts: { test: 'mocha' } }, 'packages/a'],
  ['one that declares a runner', { scripts: { test: 'vitest run' } }, { devDependencies: { jest: '*' } }, 'packages/a'],
  [
    'one that says nothing, below one that runs all',
    { scripts: { test: 'npm run all', all: 'vitest run' } },
    LIBRARY,
    '',
  ],
  [
    'one that says nothing, below one that only hands on',
    { scripts: { test: 'turbo run test' } },
    LIBRARY,
    'packages/a',
  ],
  ['one that says nothing, below one that says nothing', {}, LIBRARY, 'packages/a'],
  ['none', { scripts: { test: 'vitest run' } }, {}, ''],
];
it.each(HOMES)('for its tests a file belongs to %s', (_, root, own, home) => {
  const project = new Project({
    'package.json': manifest(root),
    ...(own ? { 'packages/a/package.json': manifest(own) } : {}),
    'packages/a/src/deep.ts': 'export const deep = 1;\n',
  });
  const context = { change: { root: project.root }, packages: openPackages(project.root) };
  expect(homeOf(context as unknown as CheckContext, 'packages/a/src/deep.ts' as RepoPath)).toBe(home);
});
