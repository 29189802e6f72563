import type { Tree } from '../tree.ts';

/**
 * Trees as people have them. Every file in `files` is right, and no compiler may say otherwise; `wrong` breaks one of
 * them, and must be told.
 */
export interface ProjectCase {
  readonly title: string;
  readonly tree: Tree;
  /** Path to the configuration that holds it (null for none of the user's) and the engine that it gets by itself. */
  readonly files: Readonly<Record<string, readonly [config: string | null, engine: 'native' | 'service']>>;
  readonly wrong: { readonly path: string; readonly text: string; readonly code: number };
}

const json = (value: unknown): string => JSON.stringify(value);
const config = (compilerOptions: Record<string, unknown>, rest: Record<string, unknown> = {}): string =>
  json({ compilerOptions: { strict: true, lib: ['es2022'], types: [], noEmit: true, ...compilerOptions }, ...rest });

export const PROJECT_CASES: readonly ProjectCase[] = [
  {
    title: 'baseUrl',
    tree: {
      'tsconfig.json': config({ baseUrl: 'src', module: 'esnext', moduleResolution: 'bundler' }),
      'src/lib/one.ts': 'export const one = 1;\n',
      'src/main.ts': "import { one } from 'lib/one';\nexport const two: number = one + 1;\n",
    },
    files: { 'src/main.ts': ['tsconfig.json', 'service'] },
    wrong: { path: 'src/main.ts', text: "import { one } from 'lib/two';\nvoid one;\n", code: 2307 },
  },
  {
    title: 'paths',
    tree: {
      'tsconfig.json': config({ module: 'preserve', paths: { '@/*': ['./src/*'], data: ['./src/data/index.ts'] } }),
      'src/data/index.ts': 'export const data = [1];\n',
      'src/main.ts':
        "import { data } from 'data';\nimport * as again from '@/data';\nexport const n: number = data.length + again.data.length;\n",
    },
    files: { 'src/main.ts': ['tsconfig.json', 'native'], 'src/data/index.ts': ['tsconfig.json', 'native'] },
    wrong: { path: 'src/main.ts', text: "import { dat } from 'data';\nvoid dat;\n", code: 2724 },
  },
  {
    title: 'moduleResolution node, target ES5',
    tree: {
      'tsconfig.json': config({ module: 'commonjs', moduleResolution: 'node', target: 'es5', lib: ['es2015'] }),
      'node_modules/old/package.json': json({ name: 'old', version: '0.1.0', main: 'main.js', types: 'main.d.ts' }),
      'node_modules/old/main.d.ts': 'declare function old(): string;\nexport = old;\n',
      'node_modules/old/lib/deep.d.ts': 'export declare const deep: number;\n',
      'main.ts':
        "import old = require('old');\nimport { deep } from 'old/lib/deep';\nexport const text: string = old() + deep;\n",
    },
    files: { 'main.ts': ['tsconfig.json', 'service'] },
    wrong: { path: 'main.ts', text: "import old = require('old');\nexport const n: number = old();\n", code: 2322 },
  },
  {
    title: 'project references that were never built',
    tree: {
      'tsconfig.json': json({ files: [], references: [{ path: './core' }, { path: './app/tsconfig.app.json' }] }),
      'core/tsconfig.json': config(
        { composite: true, noEmit: false, module: 'nodenext', rootDir: 'src', outDir: 'dist' },
        { include: ['src'] },
      ),
      'core/package.json': json({ name: '@x/core', version: '1.0.0', type: 'module', exports: './dist/index.js' }),
      'core/src/index.ts': 'export interface Core { id: number }\nexport const core: Core = { id: 1 };\n',
      'app/tsconfig.app.json': config(
        { composite: true, noEmit: false, module: 'nodenext', rootDir: 'src', outDir: 'dist' },
        { include: ['src'], references: [{ path: '../core' }] },
      ),
      'app/package.json': json({ name: '@x/app', version: '1.0.0', type: 'module', dependencies: { '@x/core': '*' } }),
      'node_modules/@x/core': '-> ../../core',
      'app/src/main.ts':
        "import { core, type Core } from '@x/core';\nimport { core as same } from '../../core/src/index.js';\nexport const all: Core[] = [core, same];\n",
    },
    files: {
      'app/src/main.ts': ['app/tsconfig.app.json', 'native'],
      'core/src/index.ts': ['core/tsconfig.json', 'native'],
    },
    wrong: { path: 'app/src/main.ts', text: "import { cor } from '@x/core';\nvoid cor;\n", code: 2724 },
  },
  {
    title: 'JavaScript, checked',
    tree: {
      'tsconfig.json': config(
        { allowJs: true, checkJs: true, module: 'commonjs', target: 'es2022' },
        { include: ['*.js'] },
      ),
      'shape.js':
        '/** @typedef {{ side: number }} Square */\n/** @param {Square} square */\nfunction area(square) { return square.side ** 2; }\nmodule.exports = { area };\n',
      'main.js':
        "const { area } = require('./shape.js');\n/** @type {number} */\nconst n = area({ side: 2 });\nmodule.exports = n;\n",
    },
    files: { 'main.js': ['tsconfig.json', 'native'], 'shape.js': ['tsconfig.json', 'native'] },
    wrong: { path: 'main.js', text: "const { area } = require('./shape.js');\narea({ sid: 2 });\n", code: 2561 },
  },
  {
    title: 'JSX with an automatic runtime',
    tree: {
      'tsconfig.json': config({ jsx: 'react-jsx', jsxImportSource: 'mini', module: 'preserve' }, { include: ['src'] }),
      'node_modules/mini/package.json': json({
        name: 'mini',
        version: '3.0.0',
        exports: { './jsx-runtime': { types: './jsx-runtime.d.ts', default: './jsx-runtime.js' } },
      }),
      'node_modules/mini/jsx-runtime.d.ts':
        'export declare function jsx(type: unknown, props: unknown): JSX.Element;\nexport { jsx as jsxs };\nexport declare const Fragment: unique symbol;\nexport declare namespace JSX { interface Element { tag: string } interface IntrinsicElements { p: { id?: string; children?: unknown } } interface ElementChildrenAttribute { children: unknown } }\n',
      'src/page.tsx':
        'const Title = (props: { text: string }) => <p id="t">{props.text}</p>;\nexport const page = <><Title text="x" /><p /></>;\n',
    },
    files: { 'src/page.tsx': ['tsconfig.json', 'native'] },
    wrong: { path: 'src/page.tsx', text: 'export const page = <p idd="x" />;\n', code: 2322 },
  },
  {
    title: 'workspaces with one tsconfig each',
    tree: {
      'package.json': json({ name: 'mono', private: true, workspaces: ['packages/*'] }),
      'tsconfig.base.json': config({ module: 'nodenext' }),
      'packages/a/package.json': json({
        name: 'a',
        version: '1.0.0',
        type: 'module',
        exports: { '.': './src/index.ts' },
      }),
      'packages/a/tsconfig.json': json({ extends: '../../tsconfig.base.json', include: ['src'] }),
      'packages/a/src/index.ts': 'export const a = { deep: 1 };\n',
      'packages/b/package.json': json({ name: 'b', version: '1.0.0', type: 'module', dependencies: { a: '*' } }),
      'packages/b/tsconfig.json': json({ extends: '../../tsconfig.base.json', include: ['src'] }),
      'packages/b/src/index.ts': "import { a } from 'a';\nexport const b: number = a.deep;\n",
      'node_modules/a': '-> ../packages/a',
      'node_modules/b': '-> ../packages/b',
    },
    files: {
      'packages/b/src/index.ts': ['packages/b/tsconfig.json', 'native'],
      'packages/a/src/index.ts': ['packages/a/tsconfig.json', 'native'],
    },
    wrong: { path: 'packages/b/src/index.ts', text: "import { a } from 'a';\na.shallow;\n", code: 2339 },
  },
  {
    title: 'scripts that compile with looser options than an editor is told',
    tree: {
      'package.json': json({
        name: 'loose',
        scripts: { build: 'npm run esm && tsc --project tsconfig.cjs.json', esm: 'tsc -p ./tsconfig.esm.json' },
      }),
      'tsconfig.json': config({ module: 'nodenext' }, { exclude: ['test'] }),
      'tsconfig.base.json': json({ extends: './tsconfig.json', compilerOptions: { strict: false } }),
      'tsconfig.esm.json': json({ extends: './tsconfig.base.json', compilerOptions: { module: 'esnext' } }),
      'tsconfig.cjs.json': json({ extends: './tsconfig.base.json', compilerOptions: { module: 'commonjs' } }),
      'src/main.ts': 'export const size = (text?: string): number => text.length;\n',
    },
    files: { 'src/main.ts': ['tsconfig.cjs.json', 'native'] },
    wrong: { path: 'src/main.ts', text: 'export const size = (text?: string): number => text.lengt;\n', code: 2551 },
  },
  {
    title: 'scripts that build a solution, and one file more loosely',
    tree: {
      'package.json': json({ name: 'solution', scripts: { build: 'tsc -b && tsc -p tsconfig.loose.json' } }),
      'tsconfig.json': json({ files: [], references: [{ path: './tsconfig.app.json' }] }),
      'tsconfig.app.json': config({ composite: true, noEmit: false, outDir: 'dist', module: 'nodenext' }),
      'tsconfig.loose.json': config({ strict: false, module: 'nodenext' }),
      'src/main.ts': 'export const size = (text?: string): number => text?.length ?? 0;\n',
    },
    files: { 'src/main.ts': ['tsconfig.app.json', 'native'] },
    wrong: { path: 'src/main.ts', text: 'export const size = (text?: string): number => text.length;\n', code: 18048 },
  },
  ...(
    [
      ['is run on the plain one, too', { build: 'tsc -p tsconfig.build.json', lint: 'eslint . && tsc --noEmit' }, {}],
      ['is as strict', { build: 'tsc -p tsconfig.build.json' }, { strict: true }],
      ['is stricter in another way', { build: 'tsc -p tsconfig.build.json' }, { noUncheckedIndexedAccess: true }],
      ['does not list the file', { build: 'tsc -p tsconfig.build.json' }, undefined],
    ] as const
  ).map(
    ([title, scripts, options]): ProjectCase => ({
      title: `the compiler of the scripts ${title}`,
      tree: {
        'package.json': json({ name: 'strict', scripts }),
        'tsconfig.json': config({ module: 'nodenext' }),
        'tsconfig.build.json': json({
          extends: './tsconfig.json',
          compilerOptions: { strict: false, ...options },
          ...(options ? {} : { include: ['other'] }),
        }),
        'other/main.ts': 'export {};\n',
        'src/main.ts': 'export const size = (text?: string): number => text?.length ?? 0;\n',
      },
      files: { 'src/main.ts': ['tsconfig.json', 'native'] },
      wrong: {
        path: 'src/main.ts',
        text: 'export const size = (text?: string): number => text.length;\n',
        code: 18048,
      },
    }),
  ),
  {
    title: 'a chain of extends that ends in a package',
    tree: {
      'tsconfig.json': json({ extends: './config/tsconfig.lib.json' }),
      'config/tsconfig.lib.json': json({
        extends: ['@company/tsconfig/strict.json'],
        compilerOptions: { rootDir: '..' },
        include: ['../src'],
      }),
      'node_modules/@company/tsconfig/package.json': json({ name: '@company/tsconfig', version: '2.0.0' }),
      'node_modules/@company/tsconfig/strict.json': config({ module: 'nodenext', noUncheckedIndexedAccess: true }),
      'src/main.ts': 'export const first = (list: string[]): string | undefined => list[0];\n',
    },
    files: { 'src/main.ts': ['tsconfig.json', 'native'] },
    wrong: { path: 'src/main.ts', text: 'export const first = (list: string[]): string => list[0];\n', code: 2322 },
  },
  {
    title: 'tsconfig for sources, tests and tools',
    tree: {
      'tsconfig.json': json({
        files: [],
        references: [{ path: './tsconfig.app.json' }, { path: './tsconfig.node.json' }],
      }),
      'tsconfig.app.json': config(
        { module: 'preserve', composite: true, lib: ['es2022', 'dom'] },
        { include: ['src'], exclude: ['src/**/*.test.ts'] },
      ),
      'tsconfig.node.json': config({ module: 'nodenext', composite: true }, { include: ['*.config.ts'] }),
      'tsconfig.test.json': config(
        { module: 'preserve', typeRoots: ['./types'], types: ['runner'] },
        { include: ['src/**/*.test.ts'] },
      ),
      'types/runner/index.d.ts': 'declare function test(name: string, run: () => void): void;\n',
      'src/page.ts': 'export const title = (): string => document.title;\n',
      'src/page.test.ts': "import { title } from './page';\ntest('title', () => void title());\n",
      'vite.config.ts': "export default { root: 'src' };\n",
      'scripts/release.ts': 'export const release = (): number => 1;\n',
    },
    files: {
      'src/page.ts': ['tsconfig.app.json', 'native'],
      'vite.config.ts': ['tsconfig.node.json', 'native'],
      'scripts/release.ts': [null, 'native'],
    },
    wrong: { path: 'vite.config.ts', text: 'export default document.title;\n', code: 2584 },
  },
  {
    title: 'no tsconfig: TypeScript',
    tree: {
      'package.json': json({ name: 'plain', type: 'module' }),
      'main.ts':
        "import { help } from './help.ts';\nimport { readFileSync } from 'node:fs';\nconst name: string = help(1);\nexport const text = readFileSync(name, 'utf8');\nconst shared = 1;\nvoid shared;\n",
      'help.ts': 'export const help = (n: number) => String(n);\n',
      'other.ts': 'const shared = 2;\nconsole.log(shared, process.argv);\n',
    },
    files: { 'main.ts': [null, 'native'], 'other.ts': [null, 'native'], 'help.ts': [null, 'native'] },
    wrong: { path: 'main.ts', text: "import { hepl } from './help.ts';\nvoid hepl;\n", code: 2305 },
  },
  {
    title: 'no tsconfig: JavaScript',
    tree: {
      'package.json': json({ name: 'plain' }),
      'main.js':
        "const fs = require('fs');\nconst { later } = require('./lib');\nlater.anything = 1;\nmodule.exports = { run() { return fs.readFileSync(__filename) + later.x; } };\n",
      'lib.js': 'exports.later = {};\nexports.later.x = 1;\n',
    },
    files: { 'main.js': [null, 'native'], 'lib.js': [null, 'native'] },
    wrong: { path: 'main.js', text: 'const = 1;\n', code: 1134 },
  },
  {
    title: 'types and typeRoots',
    tree: {
      'tsconfig.json': config(
        { module: 'preserve', typeRoots: ['./typings', './node_modules/@types'], types: ['world', 'runner'] },
        { include: ['src'] },
      ),
      'typings/world/index.d.ts': 'declare const world: { hello: string };\n',
      'node_modules/@types/runner/package.json': json({ name: '@types/runner', version: '1.0.0' }),
      'node_modules/@types/runner/index.d.ts': 'declare function run(name: string): void;\n',
      'node_modules/@types/unwanted/index.d.ts': 'declare const unwanted: number;\n',
      'src/main.ts': 'run(world.hello);\nexport {};\n',
    },
    files: { 'src/main.ts': ['tsconfig.json', 'native'] },
    wrong: { path: 'src/main.ts', text: 'export const n = unwanted;\n', code: 2304 },
  },
  {
    title: 'isolatedModules, verbatimModuleSyntax and customConditions',
    tree: {
      'tsconfig.json': config(
        { module: 'preserve', isolatedModules: true, verbatimModuleSyntax: true, customConditions: ['source'] },
        { include: ['src'] },
      ),
      'node_modules/lib/package.json': json({
        name: 'lib',
        version: '1.0.0',
        exports: { '.': { source: './source.d.ts', default: './none.js' } },
      }),
      'node_modules/lib/source.d.ts': 'export interface Lib { id: string }\nexport declare const lib: Lib;\n',
      'src/main.ts': "import { type Lib, lib } from 'lib';\nexport const all: Lib[] = [lib];\n",
    },
    files: { 'src/main.ts': ['tsconfig.json', 'native'] },
    wrong: {
      path: 'src/main.ts',
      text: "import { Lib, lib } from 'lib';\nexport const all: Lib[] = [lib];\n",
      code: 1484,
    },
  },
  {
    title: 'a pinned older compiler that is not installed, and its defaults',
    tree: {
      'package.json': json({ name: 'older', devDependencies: { typescript: '~5.4.2' } }),
      'tsconfig.json': json({ compilerOptions: { lib: ['es2015'], noEmit: true }, include: ['src'] }),
      'src/one.ts': 'export const one = (a) => a.b;\nlet none: string = null;\nexport { none };\n',
      'src/main.ts': "import { one } from './one';\nexport = one(1);\n",
    },
    files: { 'src/one.ts': ['tsconfig.json', 'service'], 'src/main.ts': ['tsconfig.json', 'service'] },
    wrong: { path: 'src/main.ts', text: "import { two } from './one';\ntwo();\n", code: 2305 },
  },
  {
    title: 'an imported file that no configuration lists',
    tree: {
      'tsconfig.json': config({ module: 'preserve' }, { files: ['main.ts'] }),
      'main.ts': "import { two } from './lib/two';\nexport const n: number = two;\n",
      'lib/two.ts': 'export const two = 2;\n',
      'alone.ts': "import { two } from './lib/two';\nexport const list = (n: number | undefined) => (n ?? 0) + two;\n",
    },
    files: {
      'main.ts': ['tsconfig.json', 'native'],
      'lib/two.ts': ['tsconfig.json', 'native'],
      'alone.ts': [null, 'native'],
    },
    wrong: { path: 'alone.ts', text: 'export const list = (n: number | undefined): number => n;\n', code: 2322 },
  },
];
