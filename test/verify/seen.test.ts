import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { span } from '../../src/base/index.ts';
import { check } from '../../src/jobs/index.ts';
import type { Bench } from '../../src/verify/context.ts';
import { telling } from '../../src/verify/seen.ts';
import { notesIn } from '../../src/verify/tests/around.ts';
import type { Runner } from '../../src/verify/tests/types.ts';
import { type Files, Project, temporaryFolder, value } from '../workspace/repository.ts';

describe('code that tells whether members are there', () => {
  /** Members called `m` or `n` in order; what comes of the code, and what is told. */
  const cases: readonly (readonly [name: string, code: string, told: readonly string[]])[] = [
    ['read', 'const a = { m: 1 }; a.m', ['0+']],
    ['not there', 'const a = {}; [a.m, a.n]', ['0-', '1-']],
    ['there at times', 'const f = (a) => a.m; [f({ m: 1 }), f({}), f({ m: 2 })]', ['0+', '0-']],
    ['called, on what it belongs to', 'const a = { x: 3, m() { return this.x; } }; a.m()', ['0+']],
    ['of a value that is no object', "'abc'.m", ['0-']],
    ['of nothing: as without it', 'let a; try { a.m } catch (error) { error.constructor.name }', []],
    ['where nothing may be', 'let a; [a?.m, { a: { m: 1 } }.a?.m]', ['1+']],
    ['behind what may be nothing', 'let a; a?.b.m', []],
    ['written', 'const a = {}; a.m = 5; a.m', ['0-', '1+']],
    ['counted up, and taken away', 'const a = { m: 1 }; a.m += 2; a.m++; delete a.n; a', ['0+', '1+', '2-']],
    ['constructed', 'const a = { m: class { x = 4; } }; new a.m().x', ['0+']],
    ['constructed, further down', 'const a = { m: { n: class { x = 4; } } }; new a.m.n()["x"]', ['0+', '1+']],
    ['after a line without its semicolon', 'const a = { m: (x) => x }\nlet b = 2\na.m(b)', ['0+']],
    ['extended', 'const a = { m: class { x = 1; } }; class B extends a.m {} new B().x', []],
    [
      'of the class above',
      'class A { m() { return 7; } } class B extends A { f() { return super.m(); } } new B().f()',
      [],
    ],
    ['assigned in parts', 'const a = {}; [a.m] = [6]; a.m', ['0-', '1+']],
    ['behind each other', 'const a = { m: { n: () => ({ m: 8 }) } }; a.m.n().m', ['0+', '1+', '2+']],
    ['as a tag', 'const a = { m: (x) => x[0] }; a.m`q`', ['0+']],
  ];
  it.each(cases)('%s', (_, code, expected) => {
    const cwd = temporaryFolder();
    const members = [...code.matchAll(/(?<=\.)[mn]\b/g)].map(({ index }, number) => ({
      span: span(index, index + 1),
      number,
    }));
    const come = (text: string): string => {
      const program = `console.log(JSON.stringify((0, eval)(${JSON.stringify(text)})))`;
      return execFileSync(process.execPath, ['-e', program], { cwd, encoding: 'utf8' });
    };
    const plain = come(code);
    expect(come(telling(code, 'a.js', members))).toBe(plain);
    const notes = notesIn(
      { root: cwd } as Bench,
      { folder: '' } as Runner,
      (one: Partial<{ seen: string }>): one is { seen: string } => 'seen' in one,
    );
    expect(notes.map(({ seen }) => seen).sort()).toEqual(expected);
  });
});

const installed = (name: string): string =>
  realpathSync(new URL(`../../node_modules/${name}`, import.meta.url).pathname);
const tree = (script: string, runner: string | undefined, test: string): Files => ({
  'package.json': JSON.stringify({
    name: 'app',
    version: '1.0.0',
    type: 'module',
    scripts: { test: script },
    ...(runner ? { devDependencies: { [runner]: '*' } } : {}),
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, module: 'nodenext', allowImportingTsExtensions: true, noEmit: true, types: [] },
    include: ['src'],
  }),
  'package-lock.json': JSON.stringify({ name: 'app', lockfileVersion: 3, packages: {} }),
  '.gitignore': 'node_modules\n',
  ...(runner ? { [`node_modules/${runner}`]: { link: installed(runner) } } : {}),
  'src/port.ts': 'export const portOf = (text: string): number => JSON.parse(text).port;\n',
  'src/plain.ts': 'export const plain = 1;\n',
  'test/port.test.ts': test,
});
const NODE = tree(
  'node --test test/*.test.ts',
  undefined,
  `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portOf } from '../src/port.ts';
test('a port', () => { assert.equal(portOf('{"port":3,"host":{"port":3,"name":"b"}}'), 3); });
`,
);
const VITEST = tree(
  'vitest run',
  'vitest',
  `import { expect, it } from 'vitest';
import { portOf } from '../src/port.ts';
it('a port', () => { expect(portOf('{"port":3,"host":{"port":3,"name":"b"}}')).toBe(3); });
`,
);
const DEEPER = 'export const portOf = (text: string): number => JSON.parse(text).host.port;\n';

interface Case {
  readonly name: string;
  readonly base: Files;
  readonly files: Readonly<Record<string, string>>;
  readonly only?: readonly string[];
  readonly status: 'pass' | 'unknown';
  /** What `names` says, then its issues. */
  readonly told: readonly RegExp[];
}
const CASES: readonly Case[] = [
  {
    name: 'node: members of any that tests come upon',
    base: NODE,
    files: { 'src/port.ts': DEEPER },
    status: 'pass',
    told: [/: 0 missing, 2 unknown, of which 2 were there when tests ran$/],
  },
  {
    name: 'vitest: members of any that tests come upon',
    base: VITEST,
    files: { 'src/port.ts': DEEPER },
    status: 'pass',
    told: [/: 0 missing, 2 unknown, of which 2 were there when tests ran$/],
  },
  {
    name: 'one that is not there where it is read',
    base: NODE,
    files: {
      'src/port.ts': 'export const portOf = (text: string): number => JSON.parse(text).host.portNumber ?? 3;\n',
    },
    status: 'unknown',
    told: [
      /: 0 missing, 2 unknown, of which 1 was there when tests ran$/,
      /^portNumber: the receiver is of type any; where tests read it, it was not there$/,
    ],
  },
  {
    name: 'one that is written and then read',
    base: NODE,
    files: {
      'src/port.ts': `export const portOf = (text: string): number => {
  const read = JSON.parse(text);
  read.found = 3;
  return read.found;
};\n`,
    },
    status: 'unknown',
    told: [/: 0 missing, 2 unknown, of which 1 was there when tests ran$/, /^found: the receiver is of type any$/],
  },
  {
    name: 'beside one that is missing in code that nobody keeps to its types',
    base: {
      ...NODE,
      'tsconfig.json': (NODE['tsconfig.json'] as string).replace('"strict"', '"allowJs":true,"checkJs":true,"strict"'),
      'src/loose.js': 'export const half = (n) => n / 2;\n',
    },
    files: {
      'src/port.ts': DEEPER,
      'src/loose.js': '/** @param {number} n */\nexport const half = (n) => n.toFixt(2);\n',
    },
    status: 'unknown',
    told: [/: 0 missing, 3 unknown, of which 2 were there when tests ran$/, /toFixt/],
  },
  {
    name: 'one that no test comes to',
    base: NODE,
    files: {
      'src/port.ts': `${(NODE['src/port.ts'] as string).trim()}\nexport const nameOf = (text: string): string => JSON.parse(text).host.name;\n`,
    },
    status: 'unknown',
    told: [/: 0 missing, 2 unknown$/, /host: /, /name: /],
  },
  {
    name: 'where no tests were to run',
    base: NODE,
    files: { 'src/port.ts': DEEPER },
    only: ['names'],
    status: 'unknown',
    told: [/: 0 missing, 2 unknown$/, /host: /, /port: /],
  },
];

describe('names that are known by a run', () => {
  it.each(CASES)('$name', { timeout: 120_000 }, async ({ base, files, only, status, told }) => {
    const project = new Project(base).init();
    project.write(files);
    const report = value(
      await check({ cwd: project.root, change: { kind: 'working-tree' }, only: only ?? ['names', 'tests'] }),
    );
    const [names, tests] = report.verdict.checks;
    expect(names!.status, `${names!.summary}; ${tests?.summary}`).toBe(status);
    const said = [names!.summary, ...names!.issues.map(({ message }) => message)];
    expect(said.length, said.join('\n')).toBe(told.length);
    for (const [at, one] of told.entries()) expect(said[at]).toMatch(one);
  });
});
