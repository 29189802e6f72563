import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fill } from '../../src/jobs/index.ts';
import { type Files, Project } from '../workspace/repository.ts';

interface Case {
  readonly name: string;
  /** A function that does not do what its test asks for, and the test's calls. */
  readonly wrong: string;
  readonly asked: readonly (readonly [call: string, wanted: string])[];
  /** A line of the draft. */
  readonly mended: string;
}

const CASES: readonly Case[] = [
  {
    name: 'a boundary',
    wrong: 'export function isAdult(age: number): boolean {\n  return age > 18;\n}',
    asked: [
      ['isAdult(18)', 'true'],
      ['isAdult(17)', 'false'],
      ['isAdult(40)', 'true'],
    ],
    mended: '+  return age >= 18;',
  },
  {
    name: 'a case that was not thought of',
    wrong:
      'export function mean(list: readonly number[]): number {\n  let sum = 0;\n  for (const one of list) sum += one;\n  return sum / list.length;\n}',
    asked: [
      ['mean([1, 3])', '2'],
      ['mean([5])', '5'],
      ['mean([])', '0'],
    ],
    mended: '+  if (list.length === 0) return 0;',
  },
  {
    name: 'one too few',
    wrong: 'export const head = (text: string, count: number): string => text.slice(0, count - 1);',
    asked: [
      ["head('abcd', 2)", "'ab'"],
      ["head('abcd', 3)", "'abc'"],
      ["head('', 1)", "''"],
    ],
    mended: '+export const head = (text: string, count: number): string => text.slice(0, count);',
  },
  {
    name: 'numbers that are ordered as texts, in the list that was given',
    wrong: 'export function ordered(list: readonly number[]): number[] {\n\treturn [...list].sort();\n}',
    asked: [
      ['ordered([10, 9, 1])', '[1, 9, 10]'],
      ['ordered([2, 1])', '[1, 2]'],
      ['ordered([100, 20, 3, 100])', '[3, 20, 100, 100]'],
    ],
    mended: '+\treturn [...list].sort((a, b) => a - b);',
  },
  {
    name: 'a function that calls itself',
    wrong: 'export function product(n: number): number {\n  return n <= 1 ? 0 : n * product(n - 1);\n}',
    asked: [
      ['product(1)', '1'],
      ['product(3)', '6'],
      ['product(5)', '120'],
    ],
    mended: '+  return n <= 1 ? 1 : n * product(n - 1);',
  },
  {
    name: 'two faults',
    wrong:
      'export function sumTo(n: number): number {\n  let total = 0;\n  for (let at = 1; at < n; at++) total -= at;\n  return total;\n}',
    asked: [
      ['sumTo(1)', '1'],
      ['sumTo(3)', '6'],
      ['sumTo(4)', '10'],
      ['sumTo(0)', '0'],
    ],
    mended: '+  for (let at = 1; at <= n; at++) total += at;',
  },
];

const testOf = (module: string, names: readonly string[], asked: readonly (readonly [string, string])[]): string =>
  [
    "import test from 'node:test';",
    "import assert from 'node:assert/strict';",
    `import { ${names.join(', ')} } from '../src/${module}.ts';`,
    `test('${module}', () => {`,
    ...asked.map(([call, wanted]) => `  assert.deepEqual(${call}, ${wanted});`),
    '});\n',
  ].join('\n');

const nameOf = ({ wrong }: Case): string => /(?:function|const) (\w+)/.exec(wrong)![1]!;

const FILES: Files = {
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2024',
      allowImportingTsExtensions: true,
      noEmit: true,
      types: [],
    },
    include: ['src'],
  }),
  '.gitignore': 'node_modules\n.assay\n',
  ...Object.fromEntries(
    CASES.flatMap((one, index) => [
      [`src/m${index}.ts`, `export const unit = 'm';\n${one.wrong}\n`],
      [`test/m${index}.test.js`, testOf(`m${index}`, [nameOf(one)], one.asked)],
    ]),
  ),
  'src/fine.ts': 'export function twice(n: number): number {\n  return n + n;\n}\n',
  'test/fine.test.js': testOf('fine', ['twice'], [['twice(2)', '4']]),
  'src/both.ts':
    'export function one(n: number): number {\n  return n;\n}\nexport function two(n: number): number {\n  return n;\n}\n',
  'test/both.test.js': testOf(
    'both',
    ['one', 'two'],
    [
      ['one(1)', '2'],
      ['one(5)', '6'],
      ['one(-3)', '-2'],
      ['two(1)', '1'],
    ],
  ),
  'test/none.test.js': "import test from 'node:test';\ntest('nothing', () => {});\n",
  'src/later.ts':
    'export function done(n: number): number {\n  return n;\n}\nexport function third(list: readonly number[]): number | undefined {\n  // TODO\n}\n',
  'test/later.test.js': testOf(
    'later',
    ['third', 'done'],
    [
      ['third([1, 2, 3])', '3'],
      ['third([7, 8, 9, 4])', '9'],
      ['third([1])', 'undefined'],
      ['done(1)', '1'],
    ],
  ),
};

/** A test that gets at `isGrown` in its own way. */
const ASKED = [
  ['(18)', 'true'],
  ['(17)', 'false'],
  ['(40)', 'true'],
] as const;
const WAYS: readonly (readonly [name: string, imports: string, callee: string])[] = [
  ['another name', "import { isGrown as grown } from '../src/isGrown.ts';", 'grown'],
  ['the whole module', "import * as all from '../src/isGrown.ts';", 'all.isGrown'],
  ['a module that passes it on', "import { isGrown } from '../src/index.ts';", 'isGrown'],
  ['the whole of a module that passes it on', "import * as all from '../src/index.ts';", 'all.isGrown'],
];
const IMPORTED: Files = {
  'src/isGrown.ts': 'export function isGrown(age: number): boolean {\n  return age > 18;\n}\n',
  'src/other.ts': 'export function grown(n: number): number {\n  return n;\n}\n',
  'src/index.ts': "export { grown } from './other.ts';\nexport * from './isGrown.ts';\n",
  'src/stack.ts': "export class Stack {\n  peek(): number {\n    throw new Error('not implemented');\n  }\n}\n",
};
const askedBy = (imports: string, callee: string): string =>
  [
    "import test from 'node:test';",
    "import assert from 'node:assert/strict';",
    imports,
    "test('isGrown', () => {",
    ...ASKED.map(([given, wanted]) => `  assert.equal(${callee}${given}, ${wanted});`),
    '});\n',
  ].join('\n');

const SHORT: Files = {
  'src/pos.ts': `/**
 * The positive whole number that a text of digits stands for.
 * @example
 * pos('1') // => 1
 * pos('12') // => 12
 * pos('7') // => 7
 * pos('100') // => 100
 * pos('x') // throws TypeError
 * pos('') // throws TypeError
 */
export function pos(text: string): number {
  throw new Error('not implemented');
}
`,
  'test/pos.test.js': [
    "import test from 'node:test';",
    "import assert from 'node:assert/strict';",
    "import { pos } from '../src/pos.ts';",
    "test('digits', () => { assert.equal(pos('5'), 5); assert.throws(() => pos('x'), TypeError); });",
    "test('a sign', () => { assert.throws(() => pos('-1'), { name: 'TypeError', message: 'no number: -1' }); });",
    '',
  ].join('\n'),
};

const project = (): Project => new Project(FILES).init();
const shared = project();
const MS = 60_000;

describe('fill from a failing test', () => {
  it.each(CASES.map((one, index) => ({ ...one, index })))(
    'mends what is written: $name',
    async ({ index, mended, wrong }) => {
      const { root } = shared;
      const report = await fill({ cwd: root, test: `test/m${index}.test.js`, ms: MS });
      const { diff, applied, verdict, usage } = report.value!;
      expect(diff.split('\n')).toContain(mended);
      expect([applied, verdict!.status, usage.proposer]).toEqual([false, 'pass', 'repair']);
      expect(readFileSync(join(root, `src/m${index}.ts`), 'utf8')).toContain(wrong);
    },
    120_000,
  );

  it('writes the one that is not written yet', async () => {
    const report = await fill({ cwd: shared.root, test: 'test/later.test.js', ms: MS });
    expect(report.value!.diff).toMatch(/^\+ {2}return list.*2/m);
  });

  it.each([
    ['that test', { test: 'test/pos.test.js' }],
    ['a test of its function', { path: 'src/pos.ts' }],
  ])(
    'writes nothing that fails %s, and says what it fails',
    async (_name, asked) => {
      const { root } = new Project({ ...FILES, ...SHORT }).init();
      const report = await fill({ cwd: root, ...asked, ms: MS, apply: true });
      const { status, applied, diff, attempts, nearest, issues } = report.value!;
      expect([status, applied, diff]).toEqual(['fail', false, '']);
      expect(issues.map(({ code }) => code)).toEqual(['fill/none']);
      expect(attempts.map((one) => one.status)).not.toContain('pass');
      expect(attempts[0]!.reason).toContain('a sign');
      expect(nearest!.diff).toContain('throw new TypeError(');
      expect(nearest!.reasons).toHaveLength(1);
      expect(nearest!.reasons[0]).toMatch(/^test\/pos\.test\.js: a sign .*message: 'no number: -1'/s);
      expect(readFileSync(join(root, 'src/pos.ts'), 'utf8')).toBe(SHORT['src/pos.ts']);
    },
    400_000,
  );

  it.each([
    ['nothing that fails', 'test/fine.test.js', 'fill/fits'],
    ['several functions', 'test/both.test.js', 'fill/which'],
    ['no function', 'test/none.test.js', 'fill/which'],
    ['no such test', 'test/never.test.js', 'workspace/missing'],
  ])('refuses a test of %s', async (_name, test, code) => {
    const report = await fill({ cwd: shared.root, test, ms: MS });
    expect(report.ok).toBe(false);
    expect(report.issues.map((issue) => issue.code)).toContain(code);
  });

  it('leaves what another function fails in the same file to that one', async () => {
    const { root } = new Project({
      ...FILES,
      'src/pair.ts': `export function next(n: number): number {
  throw new Error('not implemented');
}
export function back(n: number): number {
  return n;
}
`,
      'test/pair.test.js': `import assert from 'node:assert/strict';
import test from 'node:test';
import { back, next } from '../src/pair.ts';
test('next', () => {
  assert.equal(next(1), 2);
  assert.equal(next(5), 6);
});
test('back', () => assert.equal(back(5), 4));
`,
    }).init();
    const report = await fill({ cwd: root, test: 'test/pair.test.js', path: 'src/pair.ts', symbol: 'next', ms: MS });
    const { status, diff } = report.value!;
    expect(diff.split('\n')).toContain('+  return n + 1;');
    expect(status).not.toBe('fail');
  }, 120_000);

  it('takes the function that is named beside it', async () => {
    const report = await fill({
      cwd: shared.root,
      test: 'test/both.test.js',
      path: 'src/both.ts',
      symbol: 'one',
      ms: MS,
    });
    expect(report.value?.diff.split('\n')).toContain('+  return n + 1;');
  });

  it.each(WAYS)(
    'mends what a test imports by %s',
    async (_name, imports, callee) => {
      const { root } = new Project({ ...FILES, ...IMPORTED, 'test/a.test.js': askedBy(imports, callee) }).init();
      const report = await fill({ cwd: root, test: 'test/a.test.js', ms: MS });
      expect(report.issues).toEqual([]);
      expect(report.value!.diff.split('\n')).toContain('+  return age >= 18;');
    },
    120_000,
  );

  it('says that methods are not written, and what to do', async () => {
    const test = askedBy("import { Stack } from '../src/stack.ts';", 'new Stack().peek');
    const { root } = new Project({ ...FILES, ...IMPORTED, 'test/a.test.js': test }).init();
    const asked = [
      { test: 'test/a.test.js' },
      { path: 'src/stack.ts' },
      { path: 'src/stack.ts', symbol: 'peek' },
      { path: 'src/stack.ts', symbol: 'Stack.peek' },
    ];
    for (const one of asked) {
      const { issues } = await fill({ cwd: root, ...one, ms: MS });
      expect(issues).toMatchObject([
        {
          code: 'fill/unsupported',
          message: 'expected a function, found methods of the class Stack, which are not written',
        },
      ]);
    }
    const none = await fill({ cwd: root, path: 'src/stack.ts', symbol: 'pop' });
    expect(none.issues.map(({ code }) => code)).toEqual(['fill/no-symbol']);
  });
});
