import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/evidence/index.ts';
import { type CheckRequest, check } from '../../src/jobs/index.ts';
import { contents, type Files, Project, value } from '../workspace/repository.ts';

/** A small package with types, as npm would install it. */
const CLOCK: Files = {
  'node_modules/clock/package.json': JSON.stringify({
    name: 'clock',
    version: '2.1.0',
    types: 'index.d.ts',
    main: 'index.js',
  }),
  'node_modules/clock/index.js': 'exports.now = () => 0; exports.format = () => "";',
  'node_modules/clock/index.d.ts': `export interface FormatOptions { readonly zone?: 'utc' | 'local'; readonly seconds?: boolean }
export declare function now(): number;
/** @deprecated use now */
export declare function time(): number;
export declare function format(at: number, options?: FormatOptions): string;
export declare const untyped: any;
`,
  'node_modules/hidden/package.json': JSON.stringify({ name: 'hidden', version: '1.0.0', types: 'index.d.ts' }),
  'node_modules/hidden/index.d.ts': 'export declare const secret: string;\n',
};

const MANIFEST = {
  name: 'app',
  version: '1.0.0',
  type: 'module',
  scripts: { test: 'node --test' },
  dependencies: { clock: '^2.0.0', absent: '^1.0.0' },
};

const BASE: Files = {
  'package.json': JSON.stringify(MANIFEST),
  'package-lock.json': JSON.stringify({
    name: 'app',
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', dependencies: { clock: '^2.0.0', absent: '^1.0.0' } },
      'node_modules/clock': { version: '2.1.0', dependencies: { hidden: '^1.0.0' } },
      'node_modules/hidden': { version: '1.0.0' },
      'node_modules/absent': { version: '1.0.0' },
    },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      allowImportingTsExtensions: true,
      erasableSyntaxOnly: true,
      noEmit: true,
      types: [],
    },
  }),
  '.gitignore': 'node_modules\n',
  'src/order.ts': `import { format, now } from 'clock';

export interface Order { readonly id: string; readonly total: number }

export function stamp(order: Order): string {
  return order.id + format(now(), { zone: 'utc' });
}
`,
  'src/report.ts': `import { type Order, stamp } from './order.ts';

export const report = (orders: readonly Order[]): string => orders.map((order) => stamp(order)).join(', ');
`,
  'src/wrong.ts': 'export const old: number = "was wrong before";\n',
  'test/order.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { double } from '../src/double.js';
test('double', () => assert.equal(double(2), 4));
test('fails for ever', { skip: false }, () => assert.equal(1, 1));
`,
  'src/double.js': 'export const double = (n) => n * 2;\n',
  'README.md': '# app\n',
};

interface Case {
  readonly name: string;
  /** Files of the working tree that differ from HEAD; null removes one. */
  readonly files: Readonly<Record<string, string | null>>;
  /** What HEAD has beside `BASE`. */
  readonly base?: Files;
  readonly status: 'pass' | 'fail' | 'unknown';
  /** Codes of the errors and warnings, with their line, in order. */
  readonly found?: readonly string[];
  readonly only?: readonly string[];
}

const STATIC = ['names', 'packages', 'types'];
const order = (from: string, to: string): Readonly<Record<string, string>> => {
  const text = BASE['src/order.ts'] as string;
  if (!text.includes(from)) throw new Error(`no ${from} in src/order.ts`);
  return { 'src/order.ts': text.replace(from, to) };
};

const CASES: readonly Case[] = [
  { name: 'an empty change', files: {}, status: 'pass' },
  { name: 'prose alone', files: { 'README.md': '# app, better\n' }, status: 'pass' },
  { name: 'a file that no check covers', files: { 'deploy.sh': 'rm -rf x\n' }, status: 'unknown', found: [] },
  {
    name: 'nothing asked that decides',
    files: { 'src/double.js': 'export const double = (n) => n + n;\n' },
    only: ['probes'],
    status: 'unknown',
  },
  { name: 'a right change', files: order("zone: 'utc'", "zone: 'local', seconds: true"), status: 'pass' },
  {
    name: 'a new right file',
    files: { 'src/new.ts': "import { now } from 'clock';\nexport const later = now() + 1;\n" },
    status: 'pass',
  },
  {
    name: 'an invented member',
    files: order('order.id', 'order.identifier'),
    status: 'fail',
    found: ['names/missing-member:6', 'types/TS2339:6'],
  },
  {
    name: 'an invented export',
    files: order('format, now', 'format, now, sleep'),
    status: 'fail',
    found: ['names/missing-export:1', 'types/TS2305:1'],
  },
  {
    name: 'an invented option',
    files: order("zone: 'utc'", 'timezone: 1'),
    status: 'fail',
    found: ['names/unknown-key:6', 'types/TS2353:6'],
  },
  {
    name: 'two invented options, of which the compiler tells one',
    files: order("zone: 'utc'", 'timezone: 1, precision: 2'),
    status: 'fail',
    found: ['names/unknown-key:6', 'names/unknown-key:6', 'types/TS2353:6'],
  },
  {
    name: 'an invented literal',
    files: order("'utc'", "'gmt'"),
    status: 'fail',
    found: ['names/unknown-literal:6', 'types/TS2322:6'],
  },
  {
    name: 'a wrong type',
    files: order('order.id +', 'order.total *'),
    status: 'fail',
    found: ['types/TS2322:6', 'types/TS2363:6'],
  },
  {
    name: 'too many arguments',
    files: order('now()', 'now(1)'),
    status: 'fail',
    found: ['names/no-overload:6', 'types/TS2554:6'],
  },
  {
    name: 'a wrong type, with scripts that now compile more loosely',
    files: {
      'package.json': JSON.stringify({ ...MANIFEST, scripts: { build: 'tsc -p tsconfig.loose.json' } }),
      'tsconfig.loose.json': JSON.stringify({ extends: './tsconfig.json', compilerOptions: { strict: false } }),
      'src/new.ts': 'export const first: string = [undefined][0];\n',
    },
    only: STATIC,
    status: 'fail',
    found: ['packages/undeclared-command:1', 'types/TS2322:1'],
  },
  {
    name: 'an invented package',
    files: { 'src/new.ts': "import { chunk } from 'clocks';\nexport const x = chunk;\n" },
    status: 'fail',
    found: ['names/missing-module:1', 'packages/missing:1', 'types/TS2307:1'],
  },
  {
    name: 'a package that is declared and not installed',
    files: { 'src/new.ts': "import { x } from 'absent';\nexport const y = x;\n" },
    status: 'unknown',
  },
  {
    name: 'a package of the workspace whose types are not built',
    files: {
      'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', workspaces: ['part', 'user'] }),
      'part/package.json': JSON.stringify({ name: 'part', version: '1.0.0', types: 'dist/index.d.ts' }),
      'part/index.ts': 'export const other = 1;\n',
      'user/package.json': JSON.stringify({ name: 'user', version: '1.0.0', dependencies: { part: '*' } }),
      'user/use.ts': "import { made } from 'part';\nexport const x = made;\n",
    },
    status: 'unknown',
    only: ['names', 'types'],
  },
  {
    name: 'the package around an example that imports it',
    files: {
      'examples/one/package.json': JSON.stringify({ name: 'one', version: '1.0.0', dependencies: {} }),
      'examples/one/use.ts': "import { stamp } from 'app';\nexport const x = stamp;\n",
    },
    status: 'unknown',
    only: ['packages'],
    found: ['packages/not-installed:1'],
  },
  {
    name: 'a package that only another one depends on',
    files: { 'src/new.ts': "import { secret } from 'hidden';\nexport const y = secret;\n" },
    status: 'fail',
    found: ['packages/undeclared:1'],
  },
  {
    name: 'a name behind any',
    files: { 'src/new.ts': "import { untyped } from 'clock';\nexport const y: number = untyped.whatever;\n" },
    status: 'unknown',
  },
  {
    name: 'a deprecated name',
    files: { 'src/new.ts': "import { time } from 'clock';\nexport const y = time();\n" },
    status: 'pass',
  },
  {
    name: 'an error that was there before',
    files: { 'src/wrong.ts': '// moved down\nexport const old: number = "was wrong before";\n' },
    status: 'pass',
  },
  {
    name: 'an error beside one that was there before',
    files: { 'src/wrong.ts': 'export const old: number = "was wrong before";\nexport const fresh: number = "new";\n' },
    status: 'fail',
  },
  {
    name: 'a change that breaks a file which imports it',
    files: order('stamp(order: Order)', 'stamp(order: Order, _copies: number)'),
    status: 'fail',
    found: ['types/TS2554:3'],
  },
  {
    name: 'a file removed that others import',
    files: { 'src/order.ts': null },
    status: 'fail',
    found: ['types/TS2307:1'],
  },
  {
    name: 'stricter settings, under which code that stands as it was is wrong',
    files: {
      'tsconfig.json': (BASE['tsconfig.json'] as string).replace(
        '"strict":true',
        '"strict":true,"noUnusedLocals":true',
      ),
    },
    base: { 'src/unused.ts': 'const unused = 1;\nexport {};\n' },
    only: ['types'],
    status: 'fail',
    found: ['types/TS6133:1'],
  },
  {
    name: 'a declaration that all files see',
    files: { 'src/globals.d.ts': 'declare function shout(text: string): string;\n' },
    base: {
      'src/globals.d.ts': 'declare function shout(times: number): string;\n',
      'src/loud.ts': 'export const loud = shout(1);\n',
    },
    only: ['types'],
    status: 'fail',
    found: ['types/TS2345:1'],
  },
  {
    name: 'a declaration that all files saw and is gone',
    files: { 'src/globals.d.ts': null },
    base: {
      'src/globals.d.ts': 'declare function shout(times: number): string;\n',
      'src/loud.ts': 'export const loud = shout(1);\n',
    },
    only: ['types'],
    status: 'fail',
    found: ['types/TS2304:1'],
  },
  {
    name: 'what a module adds to all others',
    files: { 'src/adds.ts': 'export {};\ndeclare global { interface Array<T> { most(): T } }\n' },
    base: {
      'src/adds.ts': 'export {};\ndeclare global { interface Array<T> { last(): T } }\n',
      'src/ends.ts': 'export const end = [1].last();\n',
    },
    only: ['types'],
    status: 'fail',
    found: ['types/TS2339:1'],
  },
  {
    name: 'data whose members code uses',
    files: { 'src/rates.json': '{ "DE": 19 }\n' },
    base: {
      'tsconfig.json': (BASE['tsconfig.json'] as string).replace(
        '"strict":true',
        '"strict":true,"resolveJsonModule":true',
      ),
      'src/rates.json': '{ "DE": 19, "FR": 20 }\n',
      'src/rate.ts': "import rates from './rates.json' with { type: 'json' };\nexport const rate = rates.FR;\n",
    },
    only: ['types'],
    status: 'fail',
    found: ['types/TS2339:2'],
  },
  {
    name: 'a short way to a module that leads elsewhere now',
    files: { 'package.json': JSON.stringify({ ...MANIFEST, imports: { '#order': './src/orders.ts' } }) },
    base: {
      'package.json': JSON.stringify({ ...MANIFEST, imports: { '#order': './src/order.ts' } }),
      'src/short.ts': "import { stamp } from '#order';\nexport const short = stamp;\n",
    },
    only: ['types'],
    status: 'fail',
    found: ['types/TS2307:1'],
  },
  { name: 'a syntax error', files: { 'src/new.ts': 'export const = 1;\n' }, status: 'fail' },
  {
    name: 'a test that passes',
    files: { 'src/double.js': 'export const double = (n) => n + n;\n' },
    only: ['tests'],
    status: 'pass',
  },
  {
    name: 'a test that breaks',
    files: { 'src/double.js': 'export const double = (n) => n * 3;\n' },
    only: ['tests'],
    status: 'fail',
    found: ['tests/failed'],
  },
  {
    name: 'code that no test reaches',
    files: order('order.id', 'order.id.trim()'),
    only: ['tests'],
    status: 'unknown',
    found: ['tests/none'],
  },
];

async function run(project: Project, request: Partial<CheckRequest>) {
  return value(await check({ cwd: project.root, change: { kind: 'working-tree' }, ...request }));
}

describe('check, static and by tests', () => {
  it.each(CASES)('$name', async ({ base, files, status, found, only = STATIC }) => {
    const project = new Project({ ...BASE, ...CLOCK, ...base }).init();
    for (const [path, text] of Object.entries(files)) {
      if (text === null) project.remove(path);
      else project.write({ [path]: text });
    }
    const before = [...contents(project.root)].filter(
      ([path]) => !path.includes('/.git/') && !path.includes('/.assay'),
    );
    const { verdict } = await run(project, { only });
    // What is unknown has a reason.
    if (status === 'unknown') expect(verdict.checks.map((one) => one.status)).toContain('unknown');
    const told = verdict.checks
      .flatMap(({ issues }) => issues)
      .filter(({ severity }) => severity !== 'info')
      .map(({ code, at }) => (at ? `${code}:${at.line}` : code));
    if (found) expect(told).toEqual(found);
    expect(verdict.status, JSON.stringify(verdict.checks, null, 1)).toBe(status);
    expect(
      [...contents(project.root)].filter(([path]) => !path.includes('/.git/') && !path.includes('/.assay')),
    ).toEqual(before);
  });
});

describe('check', () => {
  it('judges a range and a diff like the same change in the working tree', async () => {
    const project = new Project({ ...BASE, ...CLOCK }).init();
    project.write(order('order.id', 'order.identifier'));
    const diff = project.git('diff');
    const inPlace = await run(project, { only: STATIC });
    const asDiff = await run(project, { only: STATIC, change: { kind: 'diff', diff } });
    project.commit('second');
    const asRange = await run(project, { only: STATIC, change: { kind: 'range', base: 'HEAD~1', head: 'HEAD' } });
    project.write({ 'src/other.ts': 'export const other = 1;\n' }).commit('third');
    const aside = await run(project, { only: STATIC, change: { kind: 'range', base: 'HEAD~2', head: 'HEAD~1' } });
    const codes = [inPlace, asDiff, asRange, aside].map(({ verdict }) =>
      verdict.checks.flatMap(({ issues }) => issues.map(({ code, path, at }) => `${code} ${path}:${at?.line}`)),
    );
    expect(codes[0]!.length).toBeGreaterThan(0);
    for (const other of codes) expect(other).toEqual(codes[0]);
    expect(new Set([inPlace, asDiff, asRange, aside].map(({ verdict }) => verdict.treeHash)).size).toBe(1);
  });

  it('leaves a record that carries the verdict, and changes when the tree does', async () => {
    const project = new Project({ ...BASE, ...CLOCK }).init();
    project.write(order('order.id', 'order.id.trim()'));
    const first = await run(project, { only: STATIC });
    const record = value(readRecord(first.record!));
    expect(record.verdict).toEqual(JSON.parse(JSON.stringify(first.verdict)));
    expect(readFileSync(first.record!, 'utf8')).toContain(first.verdict.treeHash);
    project.write(order('order.id', 'order.id.trimEnd()'));
    expect((await run(project, { only: STATIC })).verdict.treeHash).not.toBe(first.verdict.treeHash);
  });
});

describe('a configuration that was wrong before', () => {
  const config = (options: object, more: object = {}): string =>
    JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', types: [], ...options }, ...more });

  it.each([
    // Options that do not go together say nothing against the types: what is right passes.
    ['about output alone', config({ allowImportingTsExtensions: true }), 'pass'],
    ['without the types it asks for', config({ noEmit: true, types: ['nowhere'] }), 'unknown'],
  ] as const)('%s', async (_, tsconfig, status) => {
    const project = new Project({
      'package.json': JSON.stringify({ name: 'app', type: 'module' }),
      'tsconfig.json': tsconfig,
      'src/a.ts': 'export const total = 1;\n',
    })
      .init()
      .commit('first')
      .write({ 'src/a.ts': 'export const total = 2;\n' });
    const report = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: STATIC }));
    const { checks } = report.verdict;
    expect(report.verdict.status).toBe(status);
    expect(checks.flatMap(({ issues }) => issues.map(({ code, severity }) => [code, severity]))).toEqual([
      [expect.stringMatching(/^types\/TS/), 'warning'],
    ]);
  });
});
