import { describe, expect, it } from 'vitest';
import { check } from '../../src/jobs/index.ts';
import { type Files, Project, value } from '../workspace/repository.ts';

const config = (lib: readonly string[], rest: object): string =>
  JSON.stringify({
    compilerOptions: { strict: true, module: 'preserve', lib: ['es2022', ...lib], types: [], noEmit: true },
    ...rest,
  });

/** Pages and workers have a program each; what lies in `src/lib` is in both. */
const TWO: Files = {
  'package.json': JSON.stringify({
    name: 'two',
    type: 'module',
    scripts: { typecheck: 'tsc -p tsconfig.json && tsc -p tsconfig.worker.json' },
  }),
  'tsconfig.json': config(['dom'], { include: ['src'], exclude: ['src/worker'] }),
  'tsconfig.worker.json': config(['webworker'], { include: ['src/worker'] }),
  'src/lib/x.ts': 'export const x = (n: number): string => String(n);\n',
  'src/lib/shown.ts': "import { x } from './x';\nexport const shown = (): string => x(1);\n",
  'src/lib/page.ts': 'export const page = (): string => String(1);\n',
  'src/worker/w.ts': "import { shown } from '../lib/shown';\nself.postMessage(shown());\n",
};
/** A site with a program of its own, which takes from the package what was not built. */
const SITE: Files = {
  'package.json': JSON.stringify({ name: 'two', type: 'module', types: 'dist/two.d.ts', scripts: { tsc: 'tsc -b' } }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, module: 'preserve', types: [], noEmit: true, paths: { two: ['./src/lib/x.ts'] } },
    include: ['src'],
  }),
  'tsconfig.worker.json': '{ "files": [] }',
  'src/lib/route.ts': "import { x } from 'two';\nexport const route = (): string => x(1);\n",
  'site/package.json': JSON.stringify({ name: 'site', type: 'module', scripts: { tsc: 'tsc -b' } }),
  'site/tsconfig.json': config([], { include: ['.'] }),
  'site/node_modules/two': { link: '../..' },
  'site/main.ts': "import { route } from '../src/lib/route';\nexport const main = route;\n",
};
const MORE = "import { x } from 'two';\nexport const more = ['a'].map((one) => x(one.length));\n";
const X = 'export const x = (n: number): string => document.title + n;\n';
const UNDER = ' (under tsconfig.worker.json)';

interface Case {
  readonly name: string;
  /** What the base has beside `TWO`. */
  readonly base?: Files;
  readonly files: Files;
  /** `pass` or `fail` by the errors where it is not said. */
  readonly status?: string;
  /** Path and last words of each error. */
  readonly errors: readonly (readonly [path: string, ending: string])[];
}

const CASES: readonly Case[] = [
  {
    name: 'a global that one of the programs lacks, seen from it by way of another file',
    files: { 'src/lib/x.ts': X },
    errors: [['src/lib/x.ts', UNDER]],
  },
  {
    name: 'a global that the program lacks, which had been lacking before',
    base: { 'src/lib/x.ts': X },
    files: { 'src/lib/x.ts': X.replace('+ n', '+ n + 1') },
    errors: [],
  },
  {
    name: 'an error in both programs',
    files: { 'src/lib/x.ts': 'export const x = (n: number): string => n;\n' },
    errors: [['src/lib/x.ts', "'string'."]],
  },
  {
    name: 'a module that another program had been lacking before, in a file that is new',
    base: SITE,
    files: {
      'src/lib/more.ts': MORE,
      'src/lib/route.ts': `export { more } from './more';\n${SITE['src/lib/route.ts']}`,
    },
    status: 'unknown',
    errors: [],
  },
  {
    name: 'a module that another program lacks now',
    base: { ...SITE, 'src/lib/route.ts': "import { x } from './x';\nexport const route = (): string => x(1);\n" },
    files: { 'src/lib/route.ts': SITE['src/lib/route.ts']! },
    errors: [['src/lib/route.ts', ' (under site/tsconfig.json)']],
  },
  {
    name: 'a global of the page, in what no worker sees',
    files: { 'src/lib/page.ts': 'export const page = (): string => document.title;\n' },
    errors: [],
  },
  {
    name: 'what both programs have',
    files: { 'src/lib/x.ts': 'export const x = (n: number): string => btoa(String(n));\n' },
    errors: [],
  },
];

describe('a file of two programs', () => {
  it.each(CASES)('$name', async ({ base, files, status, errors }) => {
    const project = new Project({ ...TWO, ...base }).init().commit('first').write(files);
    const { verdict } = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['types'] }));
    const issues = verdict.checks.flatMap((one) => one.issues).filter(({ severity }) => severity === 'error');
    expect(issues.map(({ path }) => path)).toEqual(errors.map(([path]) => path));
    for (const [index, [, ending]] of errors.entries()) expect(issues[index]!.message.endsWith(ending)).toBe(true);
    expect(verdict.status).toBe(status ?? (errors.length > 0 ? 'fail' : 'pass'));
  });
});

/** What stood there before, in a file that the change leaves alone and in one that it does not. */
const OLD: Files = {
  'package.json': '{ "name": "old", "type": "module" }',
  'tsconfig.json': config([], { include: ['src'] }),
  'src/shape.ts':
    'export interface Shape {\n  a: string;\n}\nexport const take = (one: { a: string }, n: number): unknown => [one, n];\n',
  'src/user.ts': "import { take } from './shape';\nexport const user = take(1, 2);\n",
};
const shape = (members: string, n = 'number'): string =>
  `export interface Shape {\n  a: string;\n}\nexport const take = (one: { ${members} }, n: ${n}): unknown => [one, n];\n`;

const REWORDED: readonly { name: string; files: Files; errors: readonly string[] }[] = [
  {
    name: 'an error in other words, in a file that stays',
    files: { 'src/shape.ts': shape('a: string; b?: number') },
    errors: [],
  },
  {
    name: 'an error in other words, further down in a file that changes',
    files: {
      'src/shape.ts': shape('a: string; b?: number'),
      'src/user.ts': "import { take } from './shape';\n\nexport const other = 1;\nexport const user = take(1, 2);\n",
    },
    errors: [],
  },
  {
    name: 'the same place, another error',
    files: { 'src/shape.ts': shape('a: string', 'number, m: number') },
    errors: ['src/user.ts'],
  },
  {
    name: 'the same line, an error beside the old one',
    files: {
      'src/shape.ts': shape('a: string; b?: number'),
      'src/user.ts':
        "import { take } from './shape';\nexport const user = take(1, 2);\nexport const more = take(1, 2);\n",
    },
    errors: ['src/user.ts'],
  },
  {
    name: 'an edited line with an error of the kind that it had',
    files: {
      'src/shape.ts': shape('a: string; b?: number'),
      'src/user.ts': "import { take } from './shape';\nexport const user = take(3, 2);\n",
    },
    errors: ['src/user.ts'],
  },
];

describe('errors that the base had in other words', () => {
  it.each(REWORDED)('$name', async ({ files, errors }) => {
    const project = new Project(OLD).init().commit('first').write(files);
    const { verdict } = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['types'] }));
    const issues = verdict.checks.flatMap((one) => one.issues).filter(({ severity }) => severity === 'error');
    expect(issues.map(({ path }) => path)).toEqual(errors);
  });
});

/** A package, and a compiler, of which another version may be installed than `asked`; `locked` by a lock file, if any. */
const installed = (asked: Record<string, string>, locked?: string): Files => ({
  '.gitignore': 'node_modules\n',
  'package.json': JSON.stringify({ name: 'stale', type: 'module', dependencies: asked }),
  ...(locked === undefined
    ? {}
    : {
        'package-lock.json': JSON.stringify({
          lockfileVersion: 3,
          packages: { '': { dependencies: asked }, 'node_modules/clock': { version: locked } },
        }),
      }),
  'tsconfig.json': config([], { include: ['src'] }),
  'src/user.ts': "import { now } from 'clock';\nexport const user = (): number => now();\n",
  'src/alone.ts': 'export const alone = 1;\n',
  'node_modules/clock/package.json': JSON.stringify({ name: 'clock', version: '1.4.0', types: './index.d.ts' }),
  'node_modules/clock/index.d.ts': 'export declare const now: () => number;\n',
  'node_modules/typescript/package.json': JSON.stringify({ name: 'typescript', version: '6.0.3' }),
});
const NEWER: Files = { 'src/user.ts': "import { now } from 'clock';\nexport const user = (): number => now('utc');\n" };
const WRONG: Files = { 'src/alone.ts': "export const alone: number = 'a';\n" };

const BUILT: Files = {
  'package.json': '{ "name": "built", "type": "module" }',
  'tsconfig.json': config([], { include: ['src', 'test'] }),
  'src/a.ts': 'export const a = 1;\n',
  'test/a.test.ts': "import { each } from '../dist/a.js';\neach((n) => n);\n",
};

const INSTALLED: readonly { name: string; base: Files; files: Files; status: string; told?: string }[] = [
  {
    name: 'a package newer than the one that is there',
    base: installed({ clock: '^2.0.0' }),
    files: NEWER,
    status: 'unknown',
    told: 'install or build clock ^2.0.0 and check again',
  },
  {
    name: 'the same, by what is locked',
    base: installed({ clock: '^2.0.0' }, '2.1.0'),
    files: NEWER,
    status: 'unknown',
    told: 'install or build clock 2.1.0 and check again',
  },
  {
    name: 'a version that an override has put in the lock file',
    base: installed({ clock: '^2.0.0' }, '1.4.0'),
    files: NEWER,
    status: 'fail',
  },
  {
    name: 'a version that was asked for, and another one locked',
    base: installed({ clock: '^1.0.0' }, '1.5.0'),
    files: NEWER,
    status: 'fail',
  },
  {
    name: 'a file that imports nothing of it',
    base: installed({ clock: '^2.0.0' }),
    files: WRONG,
    status: 'fail',
  },
  {
    name: 'another compiler than the one asked for',
    base: installed({ clock: '^1.0.0', typescript: '5.2.2' }),
    files: WRONG,
    status: 'unknown',
    told: 'install or build typescript 5.2.2 and check again',
  },
  {
    name: 'a compiler as it was asked for',
    base: installed({ clock: '^1.0.0', typescript: '>=5' }),
    files: WRONG,
    status: 'fail',
  },
  {
    name: 'a build that is not there, as before',
    base: BUILT,
    files: { 'test/a.test.ts': "import { each } from '../dist/a.js';\neach((n) => n);\neach((one) => [one]);\n" },
    status: 'unknown',
    told: 'install or build ../dist/a.js and check again',
  },
  {
    name: 'a file that was never there, imported now',
    base: BUILT,
    files: { 'src/b.ts': "import { each } from './c';\neach((one) => [one]);\n" },
    status: 'fail',
  },
];

describe('what is installed in another version', () => {
  it.each(INSTALLED)('$name', async ({ base, files, status, told }) => {
    const project = new Project(base).init().commit('first').write(files);
    const { verdict } = value(
      await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['names', 'types'] }),
    );
    expect(verdict.status).toBe(status);
    const issues = verdict.checks.flatMap((one) => one.issues);
    expect(issues.some(({ severity }) => severity === 'error')).toBe(status === 'fail');
    if (told !== undefined) expect(issues.map(({ suggestion }) => suggestion)).toContain(told);
  });
});

/** JavaScript that the compiler looks at. */
const CHECKED: Files = {
  'package.json': '{ "name": "checked", "type": "module" }',
  'tsconfig.json': config([], { include: ['src'] }).replace('"noEmit"', '"allowJs":true,"checkJs":true,"noEmit"'),
  'src/clean.js': '/** @param {number} n */\nexport const twice = (n) => n * 2;\n',
  'src/loose.js': 'export const half = (n) => n / 2;\n',
  'src/typed.ts': 'export const one: number = 1;\n',
};
/** Documented: the compiler knows `n` now, and sees what it is used for. */
const DOCUMENTED = '/** @param {string} n */\nexport const half = (n) => n / 2;\n';
const MISSING = '/** @param {number} n */\nexport const twice = (n) => n.toFixt(2);\n';

/** Tests with errors, which no script compiles where the sources are compiled. */
const LEFT: Files = {
  'package.json': '{ "name": "left", "type": "module", "scripts": { "build": "tsc -p ." } }',
  'tsconfig.json': config([], { include: ['src'] }),
  'test/tsconfig.json': config([], { include: ['.'] }),
  'src/a.ts': 'export const a = 1;\n',
  'test/a.test.ts': "import { a } from '../src/a';\nexport const one: string = a;\nexport const two = a + 1;\n",
};
const TOLD_MORE: Files = { 'test/a.test.ts': `${LEFT['test/a.test.ts']}export const three: string = a;\n` };
const COMPILED = '{ "name": "left", "type": "module", "scripts": { "build": "tsc -p . && tsc -p test" } }';

const LOOSE: readonly { name: string; base?: Files; files: Files; status: string }[] = [
  {
    name: 'JavaScript that had errors, of which one is another now',
    files: { 'src/loose.js': DOCUMENTED },
    status: 'unknown',
  },
  { name: 'JavaScript that had none', files: { 'src/clean.js': MISSING }, status: 'fail' },
  {
    name: 'TypeScript beside JavaScript that had errors',
    files: { 'src/loose.js': DOCUMENTED, 'src/typed.ts': "export const one: number = 'a';\n" },
    status: 'fail',
  },
  {
    name: 'JavaScript that does not parse, beside some that had errors',
    files: { 'src/loose.js': DOCUMENTED, 'src/clean.js': 'export const twice = (n => ;\n' },
    status: 'fail',
  },
  { name: 'tests with errors, which no script compiles', base: LEFT, files: TOLD_MORE, status: 'unknown' },
  {
    name: 'tests with errors, which a script compiles',
    base: { ...LEFT, 'package.json': COMPILED },
    files: TOLD_MORE,
    status: 'fail',
  },
  {
    name: 'tests with errors, where scripts compile nothing',
    base: { ...LEFT, 'package.json': '{ "name": "left", "type": "module" }' },
    files: TOLD_MORE,
    status: 'fail',
  },
  {
    name: 'tests without errors, which no script compiles',
    base: { ...LEFT, 'test/a.test.ts': 'export const two = 2;\n' },
    files: { 'test/a.test.ts': "export const two: number = 'a';\n" },
    status: 'fail',
  },
];

describe('code with errors that nobody minds', () => {
  it.each(LOOSE)('$name', async ({ base = CHECKED, files, status }) => {
    const project = new Project(base).init().commit('first').write(files);
    const { verdict } = value(
      await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['names', 'types'] }),
    );
    const issues = verdict.checks.flatMap((one) => one.issues);
    expect(verdict.status).toBe(status);
    expect(issues.some(({ code }) => /^(?:types|names)\//.test(code))).toBe(true);
  });
});

/** A demonstration with a program of its own, whose types are not installed, and which imports the sources. */
const SHOWN: Files = {
  'package.json': '{ "name": "shown", "type": "module" }',
  'tsconfig.json': config([], { include: ['src'] }),
  'src/a.ts': 'export const a = 1;\n',
  'app/package.json': '{ "name": "app", "private": true, "dependencies": { "maker": "^1.0.0" } }',
  'app/tsconfig.json': config([], { include: ['.'] }).replace('"types":[]', '"types":["maker/client"]'),
  'app/main.ts': "import { a } from '../src/a';\nexport const main = (): number => a;\n",
};

describe('a configuration that was wrong before', () => {
  it('is no doubt where its program only imports what changed', async () => {
    const project = new Project(SHOWN).init().commit('first').write({ 'src/a.ts': 'export const a = 2;\n' });
    const { verdict } = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['types'] }));
    const issues = verdict.checks.flatMap((one) => one.issues);
    expect(issues.map(({ severity, code, path }) => `${severity} ${code} ${path}`)).toEqual([
      'info types/TS2688 app/tsconfig.json',
    ]);
    expect(verdict.status).toBe('pass');
  });
});

describe('a name on what has an error itself', () => {
  it('is unknown for that error', async () => {
    const files = { 'src/typed.ts': 'export const one = (of: unknown): unknown => of.name;\n' };
    const project = new Project(CHECKED).init().commit('first').write(files);
    const { verdict } = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['names'] }));
    const issues = verdict.checks.flatMap((one) => one.issues);
    expect(issues.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "names/unknown unknown.name: 'of' is of type 'unknown'.",
    ]);
  });
});

describe('an error that a test of types expects', () => {
  const TSD: Files = {
    ...CHECKED,
    'node_modules/tsd/package.json': '{ "name": "tsd", "version": "0.31.0", "types": "index.d.ts" }',
    'node_modules/tsd/index.d.ts': 'export declare const expectError: <T = any>(value: T) => void;\n',
    'src/paint.ts': 'export const paint = (of: { readonly color?: "red" | false }): unknown => of;\n',
  };
  const cases: readonly (readonly [name: string, text: string, found: readonly string[]])[] = [
    [
      'inside of what is handed to tsd',
      "import { expectError } from 'tsd';\nimport { paint } from './paint';\nexpectError(paint({ color: true }));\nexpectError(paint({ colour: 'red' }).x);\n",
      [],
    ],
    [
      'beside it',
      "import { expectError } from 'tsd';\nimport { paint } from './paint';\nexpectError(paint({ color: true }));\npaint({ color: true });\n",
      ['types/TS2322:4'],
    ],
    [
      'of somebody else',
      "const expectError = (value: unknown): unknown => value;\nimport { paint } from './paint';\nexpectError(paint({ color: true }));\n",
      ['types/TS2322:3'],
    ],
  ];
  it.each(cases)('%s', async (_, text, found) => {
    const project = new Project(TSD).init().commit('first').write({ 'src/paint.test-d.ts': text });
    const { verdict } = value(
      await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['names', 'types'] }),
    );
    const issues = verdict.checks.flatMap((one) => one.issues).filter(({ severity }) => severity === 'error');
    expect(issues.map(({ code, at }) => `${code}:${at?.line}`)).toEqual(found);
  });
});
