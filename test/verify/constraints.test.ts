import { describe, expect, it } from 'vitest';
import { check } from '../../src/jobs/index.ts';
import type { Constraints } from '../../src/verify/index.ts';
import { type Files, Project, value } from '../workspace/repository.ts';

const BASE: Files = {
  'package.json': JSON.stringify(
    { name: 'app', version: '1.0.0', type: 'module', dependencies: { clock: '^1.0.0' } },
    null,
    2,
  ),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, module: 'nodenext', allowImportingTsExtensions: true, noEmit: true, types: [] },
  }),
  'src/index.ts': "export * from './lib/list.ts';\nexport type { Options } from './lib/options.ts';\n",
  'src/lib/list.ts': `import type { Inner, Options } from './options.ts';

export function first<T>(list: readonly T[], options?: Options): T | undefined {
  return options?.last ? list.at(-1) : list[0];
}
export const inner = (value: Inner): number => value.depth;
export class Box {
  private seen = 0;
  open(name: string): string {
    this.seen++;
    return name;
  }
}
`,
  'src/lib/options.ts':
    'export interface Options { readonly last?: boolean }\nexport interface Inner { readonly depth: number }\n',
  'src/ui/view.ts': "export const view = (): string => 'view';\n",
  'src/long.ts': `${Array.from({ length: 30 }, (_, i) => `export const a${i} = ${i};`).join('\n')}\n`,
  'docs/guide.md': '# Guide\n',
  '.gitignore': 'node_modules\n',
  'node_modules/clock/package.json': JSON.stringify({ name: 'clock', version: '1.0.0' }),
};

const key = (...parts: readonly string[]): string => parts.join('');
const SECRETS: Readonly<Record<string, string>> = {
  aws: key('AKIA', 'QWERTYUIOP', '2ASDFG'),
  github: key('ghp_', 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bD0fG3hJ6'),
  slack: key('xoxb-', '2345678901-2345678901234-', 'aBcDeFgHiJkLmNoPqRsTuVwX'),
  stripe: key('sk_', 'live_', '4eC39HqLyjWDarjtT1zdp7dc'),
  npm: key('npm_', 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bD0fG3hJ6'),
  'an account at a host of documentation': key('postgres://app:', 'q7!Vw2zR9kLm', '@db.example.com:5432/app'),
  'an account of a page': key('https://deploy:', 'Zk4mQ8vT2xW6', '@example.org/git/app'),
  'an account without a name': key('redis://:', '9fQ2mW8vR5tY7uZ1', '@cache:6379'),
  'with a word in it by chance': key('ghp_', 'aB3dmyH9jK2mFaKeQ8sT1vW4yZ7bD0fG3hJ6'),
  pem: key('-----BEGIN RSA ', 'PRIVATE KEY-----\n', 'MIIEowIBAAKCAQEAvR8kz0p3QmL7TtN2xYcW5uJh9sDfGg\n'),
};
const HARMLESS: readonly string[] = [
  key('AKIA', 'IOSFODNN7', 'EXAMPLE'),
  key('ghp_', 'x'.repeat(36)),
  'sk_test_4eC39HqLyjWDarjtT1zdp7dc',
  key('glpat-', 'your-token-here-abcdefgh'),
  'postgres://user:password@db.corp.net/app',
  'postgres://user:hunter2hunter2@localhost/app',
  'postgres://user:mypassword@db.example.com/app',
  'postgres://app:Passw0rd!1@db.example.com/app',
  'https://user:secret99@example.com/',
  'https://someone:something@shop.corp.net/',
  'ftp://anonymous:guest@example.org/pub',
  'http://[2001:db8::1]:8080/a@b.c',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in code
  'postgres://user:${PASSWORD}@db.corp.net/app',
  'd41d8cd98f00b204e9800998ecf8427e',
  key('-----BEGIN ', 'PRIVATE KEY-----'),
  key('-----BEGIN PUBLIC', ' KEY-----\nMIIEowIBAAKCAQEAvR8kz0p3QmL7TtN2xYcW5uJh9sDfGg'),
];

interface Case {
  readonly name: string;
  readonly constraints?: Constraints;
  /** What the base has beside `BASE`. */
  readonly base?: Files;
  /** What differs from the base; null removes. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly status: 'pass' | 'fail' | 'unknown';
  /** Codes with their place, all severities. */
  readonly found: readonly string[];
}

const lib = (from: string, to: string): Readonly<Record<string, string>> => {
  const text = BASE['src/lib/list.ts'] as string;
  if (!text.includes(from)) throw new Error(`no ${from}`);
  return { 'src/lib/list.ts': text.replace(from, to) };
};
const manifest = (dependencies: object, more: object = {}): Readonly<Record<string, string>> => ({
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', dependencies, ...more }, null, 2),
});
const STABLE: Constraints = { stableExports: ['src/index.ts'] };
const LAYERS: Constraints = {
  forbiddenImports: [
    { in: ['src/lib'], from: ['src/ui/**'], reason: 'the library knows no view' },
    { from: ['node:fs', 'lodash', '@old/*'] },
  ],
};

/** What stands in `src/api.ts` and is exported, before and after; whether users of it may notice. */
const DECLARATIONS: readonly (readonly [name: string, before: string, after: string, isNoticed: boolean])[] = [
  ['a class that is abstract now', 'class A { a = 1 }', 'abstract class A { a = 1 }', true],
  ['a member that is protected', 'class A { a(): void {} }', 'class A { protected a(): void {} }', true],
  [
    'a member to be written by those who extend',
    'abstract class A { a(): void {} }',
    'abstract class A { abstract a(): void }',
    true,
  ],
  ['a private constructor', 'class A {}', 'class A { private constructor() {} }', true],
  [
    'a protected constructor',
    'class A { constructor(a: 1) { void a; } }',
    'class A { protected constructor(a: 1) { void a; } }',
    true,
  ],
  ['a member that may only be read', 'class A { a = 1 as number }', 'class A { readonly a = 1 as number }', true],
  [
    'a getter without its setter',
    'class A { get a() { return 1 } set a(_) {} }',
    'class A { get a() { return 1 } }',
    true,
  ],
  ['a getter for a member', 'class A { a = 1 as number }', 'class A { get a() { return 1 as number } }', true],
  [
    'a getter for a member to be read',
    'class A { readonly a = 1 as number }',
    'class A { get a() { return 1 as number } }',
    false,
  ],
  ['a static member of each', 'class A { a(): void {} }', 'class A { static a(): void {} }', true],
  ['a member of an interface to be read', 'interface A { a: 1 }', 'interface A { readonly a: 1 }', true],
  ['a member that must be given', 'interface A { a?: 1 }', 'interface A { a: 1 }', true],
  ['a parameter that must be given', 'function a(b?: string) { void b; }', 'function a(b: string) { void b; }', true],
  ['a parameter without its default', "function a(b = '') { void b; }", 'function a(b: string) { void b; }', true],
  ['a wider parameter', 'function a(b: 1) { void b; }', 'function a(b: 1 | 2) { void b; }', true],
  ['a narrower result', 'function a(): number { return 1; }', 'function a(): 1 { return 1; }', true],
  [
    'an overload that is gone',
    'function a(b: 1): 1; export function a(b: 2): 2; export function a(b: 1 | 2): 1 | 2 { return b; }',
    'function a(b: 1): 1; export function a(b: 1): 1 { return b; }',
    true,
  ],
  ['a type parameter without its default', 'interface A<T = 1> { a: T }', 'interface A<T> { a: T }', true],
  [
    'a type parameter of a function without its default',
    'function a<T = 1>(): T[] { return []; }',
    'function a<T>(): T[] { return []; }',
    true,
  ],
  [
    'a narrower bound',
    'function a<T>(b: T): T { return b; }',
    'function a<T extends object>(b: T): T { return b; }',
    true,
  ],
  ['an enum that is gone at run time', 'enum A { a }', 'const enum A { a }', true],
  ['another value of an enum', 'enum A { a = 1 }', 'enum A { a = 2 }', true],
  ['a class that is an interface', 'class A { a = 1 as number }', 'interface A { a: number }', true],
  ['a promise of the result', 'function a(): 1 { return 1; }', 'async function a(): Promise<1> { return 1; }', true],
  ['another way to write a function', 'function a(b: 1): 1 { return b; }', 'const a = (c: 1): 1 => c;', false],
  ['a member that is private still', 'class A { private a = 1 }', 'class A { #a = 1 }', false],
];
/** How `src/api.ts` hands on the class `Box`, before and after, and how many exports are other ones then. */
const HANDED: readonly (readonly [name: string, before: string, after: string, noticed: number])[] = [
  ['as a type', "export { Box } from './lib/list.ts';", "export { type Box } from './lib/list.ts';", 1],
  ['all as types', "export { Box } from './lib/list.ts';", "export type { Box } from './lib/list.ts';", 1],
  ['everything as types', "export * from './lib/list.ts';", "export type * from './lib/list.ts';", 3],
  [
    'what is imported as a type',
    "import { Box } from './lib/list.ts';\nexport { Box };",
    "import type { Box } from './lib/list.ts';\nexport { Box };",
    1,
  ],
  ['as a value too', "export type { Box } from './lib/list.ts';", "export { Box } from './lib/list.ts';", 0],
  ['by a list', "export { Box } from './lib/list.ts';", "import { Box } from './lib/list.ts';\nexport { Box };", 0],
];

const CASES: readonly Case[] = [
  { name: 'nothing configured', files: lib('value.depth', 'value.depth + 1'), status: 'pass', found: [] },
  {
    name: 'paths: inside',
    constraints: { mayChange: ['src/**/*.{ts,tsx}'] },
    files: lib('this.seen++', 'this.seen += 1'),
    status: 'pass',
    found: [],
  },
  {
    name: 'paths: outside',
    constraints: { mayChange: ['src/ui'] },
    files: lib('this.seen++', 'this.seen += 1'),
    status: 'fail',
    found: ['constraints/path-outside src/lib/list.ts'],
  },
  {
    name: 'paths: prose is held to them too',
    constraints: { mayChange: ['src'] },
    files: { 'docs/guide.md': '# New\n' },
    status: 'fail',
    found: ['constraints/path-outside docs/guide.md'],
  },
  {
    name: 'paths: prose where it may change',
    constraints: { mayChange: ['docs'] },
    files: { 'docs/guide.md': '# New\n' },
    status: 'pass',
    found: [],
  },
  {
    name: 'paths: kept',
    constraints: { mustNotChange: ['src/lib/*', '!src/lib/list.ts'] },
    files: { ...lib('value.depth', '1'), 'src/lib/options.ts': null },
    status: 'fail',
    found: ['constraints/path-kept src/lib/options.ts'],
  },
  {
    name: 'paths: moved away',
    constraints: { mustNotChange: ['src/ui/**'] },
    files: { 'src/ui/view.ts': null, 'src/view.ts': BASE['src/ui/view.ts'] as string },
    status: 'fail',
    found: ['constraints/path-kept src/ui/view.ts'],
  },
  {
    name: 'dependencies: none new',
    constraints: { newDependencies: false },
    files: manifest({ clock: '^2.0.0' }),
    status: 'pass',
    found: [],
  },
  {
    name: 'dependencies: one new',
    constraints: { newDependencies: false },
    files: manifest({ clock: '^1.0.0', zod: '^4.0.0' }),
    status: 'fail',
    found: ['constraints/new-dependency package.json:7'],
  },
  {
    name: 'dependencies: another package under the old name',
    constraints: { newDependencies: false },
    files: manifest({ clock: 'npm:sundial@1.0.0' }),
    status: 'fail',
    found: ['constraints/new-dependency package.json:6'],
  },
  {
    name: 'dependencies: one new for development',
    constraints: { newDependencies: false },
    files: manifest({ clock: '^1.0.0' }, { devDependencies: { zod: '^4.0.0' } }),
    status: 'fail',
    found: ['constraints/new-dependency package.json:9'],
  },
  {
    name: 'dependencies: allowed',
    constraints: { newDependencies: ['zod'] },
    files: manifest({ clock: '^1.0.0', zod: '^4.0.0' }),
    status: 'pass',
    found: [],
  },
  {
    name: 'dependencies: moved between sections',
    constraints: { newDependencies: false },
    files: manifest({}, { devDependencies: { clock: '^1.0.0' } }),
    status: 'pass',
    found: [],
  },
  { name: 'exports: a body', constraints: STABLE, files: lib('list[0]', 'list.at(0)'), status: 'pass', found: [] },
  {
    name: 'exports: a parameter renamed',
    constraints: STABLE,
    files: lib(
      'open(name: string): string {\n    this.seen++;\n    return name;',
      'open(label: string): string {\n    this.seen++;\n    return label;',
    ),
    status: 'pass',
    found: [],
  },
  {
    name: 'exports: a private member',
    constraints: STABLE,
    files: lib('private seen = 0', 'private seen = 0;\n  private more = 1'),
    status: 'pass',
    found: [],
  },
  {
    name: 'exports: one more',
    constraints: STABLE,
    files: lib('export class', 'export const two = 2;\nexport class'),
    status: 'pass',
    found: ['constraints/export-added src/index.ts'],
  },
  {
    name: 'exports: one less',
    constraints: STABLE,
    files: lib('export class', 'class'),
    status: 'fail',
    found: ['constraints/export-removed src/index.ts'],
  },
  {
    name: 'exports: one renamed',
    constraints: STABLE,
    files: lib('function first', 'function firstOf'),
    status: 'fail',
    found: ['constraints/export-removed src/index.ts', 'constraints/export-added src/index.ts'],
  },
  {
    name: 'exports: another type of a parameter',
    constraints: STABLE,
    files: lib('name: string', 'name: unknown'),
    status: 'fail',
    found: ['constraints/export-changed src/index.ts'],
  },
  {
    name: 'exports: an inferred type',
    constraints: STABLE,
    files: lib('): string {\n    this.seen++;\n    return name', ') {\n    this.seen++;\n    return name.length'),
    status: 'fail',
    found: ['constraints/export-changed src/index.ts'],
  },
  {
    name: 'exports: by way of a type that is not exported there',
    constraints: STABLE,
    files: { 'src/lib/options.ts': (BASE['src/lib/options.ts'] as string).replace('depth: number', 'depth: 1 | 2') },
    status: 'fail',
    found: ['constraints/export-changed src/index.ts'],
  },
  {
    name: 'exports: a type that several declarations name is told of once',
    constraints: { stableExports: ['src/lib/*.ts'] },
    files: {
      'src/lib/options.ts': (BASE['src/lib/options.ts'] as string).replace('last?: boolean', 'last?: number'),
    },
    status: 'fail',
    found: ['constraints/export-changed src/lib/options.ts', 'constraints/export-changed src/lib/list.ts'],
  },
  ...[
    ...DECLARATIONS.map(
      ([name, before, after, isNoticed]) => [name, `export ${before}`, `export ${after}`, Number(isNoticed)] as const,
    ),
    ...HANDED.map(([name, ...rest]) => [`handed on ${name}`, ...rest] as const),
  ].map(
    ([name, before, after, noticed]): Case => ({
      name: `exports: ${name}`,
      constraints: { stableExports: ['src/api.ts'] },
      base: { 'src/api.ts': `${before}\n` },
      files: { 'src/api.ts': `${after}\n` },
      status: noticed > 0 ? 'fail' : 'pass',
      found: new Array<string>(noticed).fill('constraints/export-changed src/api.ts'),
    }),
  ),
  {
    name: 'exports: a module removed',
    constraints: { stableExports: ['src/ui/*'] },
    files: { 'src/ui/view.ts': null },
    status: 'fail',
    found: ['constraints/export-removed src/ui/view.ts'],
  },
  ...(
    [
      ['src/nothing.ts', ['constraints/no-such-file']],
      ['src/nothing/', ['constraints/no-such-file']],
      ['./src/ui', []],
      ['src/later/*.ts', []],
      ['!src/nothing.ts', []],
    ] as const
  ).map(
    ([entry, found]): Case => ({
      name: `exports: of ${entry}`,
      constraints: { stableExports: ['src/index.ts', entry] },
      files: { 'docs/guide.md': '# New\n' },
      status: 'pass',
      found,
    }),
  ),
  {
    name: 'paths: with characters that patterns know',
    constraints: { mustNotChange: ['src/\\(x\\)/\\[id\\]/**'] },
    base: { 'src/(x)/[id]/page.ts': 'export {};\n' },
    files: { 'src/(x)/[id]/page.ts': 'export const a = 1;\n' },
    status: 'fail',
    found: ['constraints/path-kept src/(x)/[id]/page.ts'],
  },
  {
    name: 'imports: through a path',
    constraints: LAYERS,
    files: lib('export const', "import { view } from '../ui/view.ts';\nexport const shown = view();\nexport const"),
    status: 'fail',
    found: ['constraints/forbidden-import src/lib/list.ts:6'],
  },
  {
    name: 'imports: the same from elsewhere',
    constraints: LAYERS,
    files: { 'src/long.ts': "import { view } from './ui/view.ts';\nexport const shown = view();\n" },
    status: 'pass',
    found: [],
  },
  {
    name: 'imports: a built-in by its short name, and a part of a package',
    constraints: LAYERS,
    files: { 'src/long.ts': "import 'fs';\nimport 'lodash/fp';\nimport '@old/x';\nimport 'lodashes';\n" },
    status: 'fail',
    found: [
      'constraints/forbidden-import src/long.ts:1',
      'constraints/forbidden-import src/long.ts:2',
      'constraints/forbidden-import src/long.ts:3',
    ],
  },
  ...[
    ["const view = require('lodash');", true],
    ["export const load = (): unknown => require('lodash/fp');", true],
    ['export const size = (path: string): number => require(`fs`).statSync(path).size;', true],
    [
      "import { createRequire } from 'node:module';\nconst load = createRequire(import.meta.url);\nexport const x = load('@old/x');",
      true,
    ],
    ["import * as m from 'node:module';\nexport const x = m.createRequire(import.meta.url)('lodash');", true],
    ["export const fs = process.getBuiltinModule('fs');", true],
    ["export const at = require.resolve('lodash');", true],
    ["export const run = (require: (name: string) => unknown): unknown => require('lodash');", false],
    ["export const text = \"require('lodash')\"; // require('lodash')", false],
    ["export const other = require('lodashes');", false],
  ].map(
    ([text, isBroken]): Case => ({
      name: `imports: ${(text as string).split('\n').at(-1)}`,
      constraints: LAYERS,
      files: { 'src/long.ts': `${text}\n` },
      status: isBroken ? 'fail' : 'pass',
      found: isBroken ? [`constraints/forbidden-import src/long.ts:${(text as string).split('\n').length}`] : [],
    }),
  ),
  {
    name: 'imports: a file that is required',
    constraints: LAYERS,
    files: lib(
      'export const',
      "const { view } = require('../ui/view.js');\nexport const shown = view();\nexport const",
    ),
    status: 'fail',
    found: ['constraints/forbidden-import src/lib/list.ts:6'],
  },
  {
    name: 'imports: what was required before',
    constraints: { forbiddenImports: [{ in: ['src/old.ts'], from: ['lodash'] }] },
    base: { 'src/old.ts': "export const a = require('lodash').chunk;\n" },
    files: { 'src/old.ts': "export const b = require('lodash').chunk;\n" },
    status: 'pass',
    found: [],
  },
  {
    name: 'size: within',
    constraints: { size: { files: 1, lines: 2, fileLines: 20 } },
    files: lib('list[0]', 'list.at(0)'),
    status: 'pass',
    found: [],
  },
  {
    name: 'size: too many files and lines',
    constraints: { size: { files: 1, lines: 2 } },
    files: { 'a.ts': 'export {};\n', 'b.ts': 'export {};\n\n' },
    status: 'fail',
    found: ['constraints/too-many-files', 'constraints/too-many-lines'],
  },
  {
    name: 'size: a line out and a line in are two',
    constraints: { size: { lines: 1 } },
    files: lib('list[0]', 'list.at(0)'),
    status: 'fail',
    found: ['constraints/too-many-lines'],
  },
  {
    name: 'size: what is deleted counts',
    constraints: { size: { lines: 1 } },
    files: { 'src/long.ts': null },
    status: 'fail',
    found: ['constraints/too-many-lines'],
  },
  {
    name: 'size: a file that was too long before and shrinks',
    constraints: { size: { fileLines: 10 } },
    files: { 'src/long.ts': (BASE['src/long.ts'] as string).replace('export const a1 = 1;\n', '') },
    status: 'pass',
    found: [],
  },
  {
    name: 'size: a file that was too long before and grows',
    constraints: { size: { fileLines: 10 } },
    files: { 'src/long.ts': `${BASE['src/long.ts']}export {};\n` },
    status: 'fail',
    found: ['constraints/file-too-long src/long.ts'],
  },
  ...Object.entries(SECRETS).map(
    ([name, text]): Case => ({
      name: `secrets: ${name}`,
      files: { 'deploy.yml': `a: 1\nkey: ${text}\n` },
      status: 'fail',
      found: ['constraints/secret deploy.yml:2'],
    }),
  ),
  ...HARMLESS.map(
    (text): Case => ({
      name: `secrets: not ${text}`,
      files: { 'src/long.ts': `export const key = ${JSON.stringify(text)};\n` },
      status: 'pass',
      found: [],
    }),
  ),
  {
    name: 'secrets: a key made for a test',
    files: { 'test/server.ts': `export const key = \`${SECRETS.pem}\`;\n` },
    status: 'pass',
    found: ['constraints/secret test/server.ts:1'],
  },
  {
    name: 'secrets: where they are looked past',
    constraints: { secrets: ['fixtures'] },
    files: { 'fixtures/a.md': SECRETS.aws! },
    status: 'pass',
    found: [],
  },
  {
    name: 'secrets: a new file that holds a key',
    files: { '.env': `A=1\nKEY=${SECRETS.aws}\n` },
    status: 'fail',
    found: ['constraints/secret-file .env'],
  },
  {
    name: 'secrets: a new file of them',
    files: { '.env': 'A=1\n', 'src/ui/view.ts': 'export {};\n' },
    status: 'pass',
    found: ['constraints/secret-file .env'],
  },
];

const commit = (project: Project, files: Readonly<Record<string, string | null>>): void => {
  for (const [path, text] of Object.entries(files)) {
    if (text === null) project.remove(path);
    else project.write({ [path]: text });
  }
};

async function run(project: Project, constraints?: Constraints) {
  const report = await check({
    cwd: project.root,
    change: { kind: 'working-tree' },
    only: ['constraints'],
    ...(constraints ? { constraints } : {}),
  });
  if (!report.ok)
    return {
      status: 'refused',
      found: report.issues.map(({ code, at }) => `${code}${at ? `:${at.line}` : ''}`),
      issues: report.issues,
    };
  const { verdict } = value(report);
  const issues = verdict.checks.filter(({ name }) => name === 'constraints').flatMap((one) => one.issues);
  const found = issues.map(
    ({ code, path, at }) =>
      `${code}${path === undefined ? '' : ` ${path}`}${at && !/export-/.test(code) ? `:${at.line}` : ''}`,
  );
  return { status: verdict.status, found, issues };
}

const configText = (constraints: Constraints): string =>
  `import { defineConfig } from '@assay-code/assay';\n\nexport default defineConfig({ constraints: ${JSON.stringify(constraints, null, 2)} });\n`;

describe('constraints', () => {
  it.each(CASES)('$name', async ({ constraints, base, files, status, found }) => {
    const config: Files = constraints ? { 'assay.config.ts': configText(constraints) } : {};
    const project = new Project({ ...BASE, ...base, ...config }).init();
    commit(project, files);
    const told = await run(project);
    expect(told.found, JSON.stringify(told.issues, null, 1)).toEqual(found);
    expect(told.status).toBe(status);
    const secret = Object.values(SECRETS).find((text) => JSON.stringify(told.issues).includes(text));
    expect(secret).toBeUndefined();
  });

  it('are the task’s as well as the project’s', async () => {
    const project = new Project({ ...BASE, 'assay.config.ts': configText({ mustNotChange: ['docs'] }) }).init();
    commit(project, { 'docs/guide.md': '# New\n', 'src/ui/view.ts': 'export {};\n' });
    expect((await run(project, { mayChange: ['docs'] })).found).toEqual([
      'constraints/path-kept docs/guide.md',
      'constraints/path-outside src/ui/view.ts',
    ]);
  });

  it('hold as they were, where the change rewrites them', async () => {
    const project = new Project({ ...BASE, 'assay.config.ts': configText({ mustNotChange: ['docs'] }) }).init();
    commit(project, { 'docs/guide.md': '# New\n', 'assay.config.ts': configText({ mustNotChange: [] }) });
    expect(await run(project)).toMatchObject({ status: 'fail', found: ['constraints/path-kept docs/guide.md'] });
    commit(project, { 'assay.config.ts': null });
    expect(await run(project)).toMatchObject({ status: 'fail', found: ['constraints/path-kept docs/guide.md'] });
  });

  const broken: readonly (readonly [text: string, found: string, message: string])[] = [
    ['export default { constraint: {} }', 'config/unknown-key:1', 'unknown key constraint'],
    ['export default {\n  constraints: { mayChanges: [] } }', 'config/unknown-key:2', 'unknown key mayChanges'],
    ['export default { constraints: { mayChange: "src" } }', 'config/value:1', 'expected a list of texts, found "src"'],
    ['export default { constraints: { size: { files: 0 } } }', 'config/value:1', 'at least 1, found 0'],
    ['export default { constraints: { forbiddenImports: [{ in: ["a"] }] } }', 'config/value:1', 'expected a key from'],
    ...(
      [
        ['mustNotChange', '/src/**', '; src/**'],
        ['mustNotChange', 'src\\**', '; src/**'],
        ['mayChange', '!src\\ui\\*.ts', '; !src/ui/*.ts'],
        ['stableExports', '/', '; **'],
        ['secrets', '../fixtures', ''],
      ] as const
    ).map(
      ([key, entry, suggestion]) =>
        [
          `export default { constraints: { ${key}: [${JSON.stringify(entry)}] } }`,
          'config/value:1',
          `found ${JSON.stringify(entry)}, which no path is like${suggestion}`,
        ] as const,
    ),
    ['export default { constraints: require("./x") }', 'config/not-plain:1', 'read and not run'],
    ['process.exit(0);', 'config/not-plain:1', 'expected export default'],
    ['export default {', 'config/not-plain:1', 'expected'],
  ];
  it.each(broken)('refuse the configuration %s', async (text, found, message) => {
    const project = new Project(BASE).init();
    commit(project, { 'assay.config.ts': text });
    const told = await run(project);
    expect([told.status, told.found]).toEqual(['refused', [found]]);
    const { message: says, suggestion } = told.issues[0]!;
    expect(suggestion === undefined ? says : `${says}; ${suggestion}`).toContain(message);
  });
});
