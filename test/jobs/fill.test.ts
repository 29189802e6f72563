import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fill } from '../../src/jobs/index.ts';
import { type Files, Project } from '../workspace/repository.ts';

const BASE: Files = {
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      noUncheckedIndexedAccess: true,
      module: 'nodenext',
      target: 'es2024',
      allowImportingTsExtensions: true,
      erasableSyntaxOnly: true,
      noEmit: true,
      types: [],
    },
    exclude: ['test'],
  }),
  '.gitignore': 'node_modules\n.assay\n',
  'src/line.ts': 'export interface Line { readonly price: number; readonly count: number }\n',
  'src/total.ts': `import type { Line } from './line.ts';

/** What all lines cost together, each so many times its price. */
export function total(lines: readonly Line[]): number {
  throw new Error('not implemented');
}

export function done(): number {
  return 1;
}
`,
  'test/total.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { total } from '../src/total.ts';
const none = [];
test('total', () => {
  assert.equal(total([{ price: 2, count: 3 }, { price: 5, count: 1 }]), 11);
  assert.equal(total(none), 0);
});
`,
  'src/other/total.ts': 'export const total = (lines: readonly unknown[]): number => lines.length + 1;\n',
  // Says another thing of another function of that name.
  'test/other.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { total } from '../src/other/total.ts';
test('total', () => assert.equal(total([{ price: 2, count: 3 }, { price: 5, count: 1 }]), 3));
`,
  'src/last.ts': `/**
 * The last of the names.
 * last(['a', 'b']) // => 'b'
 * last(['c']) // => 'c'
 */
export const last = (names: readonly string[]): string => {
\t// TODO
};
`,
  'src/hard.ts': `/** hard('a') // => 'qwertz'
 * hard('b') // => 'uiop' */
function hard(text: string): string {}
export { hard };
`,
  'src/two.ts':
    '/** a(1) // => 1 */\nexport function a(n: number): number {}\n/** b(1) // => 1 */\nexport function b(n: number): number {}\n',
  'src/good.ts':
    '/** Whether a number is good.\n * good(2) // => true\n * good(5) // => false */\nexport function good(value: number): boolean {}\n',
  'test/good.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { good } from '../src/good.ts';\ntest('good', () => assert.equal(good(2), true));\n",
  'answers.json': '{"4": "true", "7": "false", "9": "false", "12": "true", "1": "false", "30": true}',
  'strange.json': '{"x": "true"}',
  'src/most.ts':
    '/** The greatest of the values that is at least a bound; the bound where there is none.\n * most(3) // => 3\n * most(1, 5, 2) // => 5\n * most(4, 1) // => 4\n * most(0, 7, 9, 8) // => 9 */\nexport function most(bound: number, ...values: readonly number[]): number {}\n',
  'test/most.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { most } from '../src/most.ts';\ntest('most', () => { assert.equal(most(1, 2, 3), 3); assert.equal(most(6, 2, 3), 6); });\n",
  'src/keyed.ts': `/** Items by their key, of several the last.
 * keyed([{ k: 'a', v: 1 }, { k: 'b', v: 2 }, { k: 'a', v: 3 }], (x) => x.k) // => { a: { k: 'a', v: 3 }, b: { k: 'b', v: 2 } }
 * keyed([], (x) => x.k) // => {} */
export function keyed<T, K extends PropertyKey>(items: readonly T[], keyOf: (item: T) => K): Record<K, T> {}
`,
  'src/half.ts': `import { OddError } from './errors.ts';
/**
 * Half of an even number.
 * @example
 * half(4) // => 2
 * half(10) // => 5
 * half(-6) // => -3
 * half(3) // throws OddError
 * half(9) // throws OddError: must be even
 */
export function half(n: number): number {
  throw new OddError('not implemented');
}
`,
  'src/errors.ts': 'export class OddError extends RangeError {}\n',
  'odd.json': '{"7": "throws OddError: must be even"}',
  'more.json': '{"4, 5": "2"}',
  'src/odd.ts': '/** odd(4) // throws LostError\n * odd(3) // => 3 */\nexport function odd(n: number): number {}\n',
  'src/mean.ts': `/** The mean. */
export function mean(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}
`,
  'src/middle.ts': `/** The middle of the numbers: their mean, if you like.
 * middle([1, 2, 6]) // => 3
 * middle([2, 4]) // => 3
 * middle([5]) // => 5
 * middle([1, 2, 3, 10]) // => 4 */
export function middle(values: readonly number[]): number {}
`,
  'test/middle.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { middle } from '../src/middle.ts';\ntest('middle', () => assert.equal(middle([1, 2, 6]), 3));\n",
  'src/bare.ts': 'export function bare(n: number): number {}\n',
  'src/against.ts': '/** against(1) // => 2\n * against(1) // => 3 */\nexport function against(n: number): number {}\n',
  'src/later.ts': '/** later(1) // => 2 */\nexport async function later(n: number): Promise<number> {}\n',
};

const MS = 60_000;
const project = (): Project => new Project(BASE).init();

describe('fill', () => {
  it('writes what the tests ask for, with types from another file', async () => {
    const { root } = project();
    const report = await fill({ cwd: root, path: 'src/total.ts', symbol: 'total', ms: MS });
    expect(report.issues).toEqual([]);
    const { status, applied, diff, attempts, evidence, verdict, assumptions } = report.value!;
    expect([status, applied]).toEqual(['pass', false]);
    expect(diff).toContain("-  throw new Error('not implemented');");
    expect(diff).toMatch(/\+ {2}return lines\.\w+\(.*line.*;/);
    expect(attempts.at(-1)).toEqual({ diff, status: 'pass' });
    expect(verdict!.checks.find(({ name }) => name === 'tests')).toMatchObject({ status: 'pass' });
    expect(evidence).toContain('.assay/records/');
    expect(assumptions.join()).toContain('test/total.test.js');
    expect(contents(root, 'src/total.ts')).toBe(BASE['src/total.ts']);
  });

  it('writes to the file when asked to, as the file is written', async () => {
    const { root } = project();
    const report = await fill({ cwd: join(root, 'src'), path: 'last.ts', ms: MS, apply: true });
    // No test reaches it: the draft is not known to be right, and is not written.
    expect(report.value).toMatchObject({ status: 'unknown', applied: false });
    expect(report.value!.diff).toContain('+\treturn names.at(-1)!;');
    new Project(
      {
        'test/last.test.js':
          "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { last } from '../src/last.ts';\ntest('last', () => assert.equal(last(['x', 'y', 'z']), 'z'));\n",
      },
      root,
    );
    const applied = await fill({ cwd: root, path: 'src/last.ts', symbol: 'last', ms: MS, apply: true });
    expect(applied.value).toMatchObject({ status: 'pass', applied: true });
    expect(contents(root, 'src/last.ts')).toBe(
      (BASE['src/last.ts'] as string).replace('// TODO', 'return names.at(-1)!;'),
    );
  });

  it('throws what examples and answers say is thrown', async () => {
    const report = await fill({ cwd: shared.root, path: 'src/half.ts', ms: MS, answers: 'odd.json' });
    expect(report.value!.diff).toContain("throw new OddError('must be even');");
    expect(report.value!.verdict!.checks.find(({ name }) => name === 'examples')).toMatchObject({
      status: 'pass',
      issues: [],
    });
  });

  it('says that a class which is thrown is not there', async () => {
    const report = await fill({ cwd: shared.root, path: 'src/odd.ts', ms: 3_000 });
    expect(report.value).toMatchObject({ status: 'fail', diff: '' });
    expect(report.value!.issues[0]!.suggestion).toContain('declare or import LostError');
  });

  it('does not take for what is meant what another function does', async () => {
    const { root } = project();
    const report = await fill({ cwd: root, path: 'src/middle.ts', ms: MS, apply: true });
    expect(report.value).toMatchObject({ status: 'unknown', applied: false, verdict: { status: 'pass' } });
    expect(report.value!.issues[0]).toMatchObject({ code: 'fill/undecided', severity: 'warning' });
    expect(report.value!.issues[0]!.message).toContain('tell middle from mean');
    const alias = new Project(
      { 'src/middle.ts': (BASE['src/middle.ts'] as string).replace('The middle', 'An alias of mean. The middle') },
      root,
    );
    const meant = await fill({ cwd: alias.root, path: 'src/middle.ts', ms: MS });
    expect(meant.value!.issues.map(({ message }) => message).join()).not.toContain('tell middle');
  });

  it('says of what is returned that it is what is asked for, where the compiler cannot see it', async () => {
    const report = await fill({ cwd: shared.root, path: 'src/keyed.ts', ms: MS });
    expect(report.value!.diff).toContain(
      'return Object.fromEntries(items.map((item) => [keyOf(item), item])) as Record<K, T>;',
    );
  });

  it('writes what takes any number of arguments', async () => {
    const report = await fill({ cwd: shared.root, path: 'src/most.ts', ms: MS });
    expect(report.value).toMatchObject({ verdict: { status: 'pass' } });
    expect(report.value!.diff).toContain('Math.max(');
    for (const { input } of report.value!.questions) expect(input).toMatch(/^-?\d+(?:, -?\d+)*$/);
  });

  it('does not take what passes for what is meant where examples decide too little', async () => {
    const { root } = project();
    const report = await fill({ cwd: root, path: 'src/good.ts', ms: MS, apply: true });
    expect(report.value).toMatchObject({ status: 'unknown', applied: false, verdict: { status: 'pass' } });
    expect(report.value!.confidence).toBeLessThan(0.4);
    expect(report.value!.issues.map(({ code }) => code)).toEqual(['fill/undecided']);
    const decided = await fill({ cwd: root, path: 'src/good.ts', ms: MS, apply: true, answers: 'answers.json' });
    expect(decided.value).toMatchObject({ status: 'pass', applied: true });
    expect(decided.value!.confidence).toBeGreaterThan(report.value!.confidence);
    expect(contents(root, 'src/good.ts')).toContain('return value % 2 === 0;');
  });

  it('asks on what bodies part, and takes the answer for an example', async () => {
    const { root } = project();
    const asked: string[] = [];
    const report = await fill({
      cwd: root,
      path: 'src/good.ts',
      ms: MS,
      ask: async ({ input, outputs }) => {
        asked.push(input);
        const right = String(Number(input) % 2 === 0);
        return asked.length % 2 === 0
          ? { kind: 'text', text: right }
          : { kind: 'option', index: outputs.indexOf(right) };
      },
    });
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.length).toBeGreaterThan(0);
    expect(report.value!.diff).toContain('+  return value % 2 === 0;');
    expect(report.value!.assumptions[0]).toContain(`${asked.length} in answers`);
  });

  it('asks nothing more of somebody who has had enough', async () => {
    let asked = 0;
    const report = await fill({
      cwd: shared.root,
      path: 'src/good.ts',
      ms: MS,
      ask: async () => {
        asked++;
        return undefined;
      },
    });
    expect([asked, report.value!.status]).toEqual([1, 'unknown']);
  });

  it('refuses answers that are none', async () => {
    const codes = async (answers: string): Promise<readonly string[]> =>
      (await fill({ cwd: shared.root, path: 'src/good.ts', ms: MS, answers })).issues.map(({ code }) => code);
    expect(await codes('strange.json')).toEqual(['fill/answers']);
    expect(await codes('none.json')).not.toEqual([]);
    const more = await fill({ cwd: shared.root, path: 'src/good.ts', ms: MS, answers: 'more.json' });
    expect(more.issues[0]!.message).toBe(
      'expected an answer for at most 1 argument of good(value), found one for 2: 4, 5',
    );
  });

  it('says what came nearest where nothing fits, and writes nothing', async () => {
    const { root } = project();
    const report = await fill({ cwd: root, path: 'src/hard.ts', ms: 3_000, apply: true });
    expect(report.value).toMatchObject({ status: 'fail', applied: false, diff: '' });
    expect(report.value!.issues.map(({ code }) => code)).toEqual(['fill/none']);
    expect(contents(root, 'src/hard.ts')).toBe(BASE['src/hard.ts']);
  });

  it.each([
    ['several stubs', 'src/two.ts', undefined, 'fill/which'],
    ['a function that is not there', 'src/two.ts', 'aa', 'fill/no-symbol'],
    ['a function that is written', 'src/total.ts', 'done', 'fill/written'],
    ['no example', 'src/bare.ts', undefined, 'fill/no-examples'],
    ['examples against each other', 'src/against.ts', undefined, 'fill/contradiction'],
    ['an asynchronous function', 'src/later.ts', undefined, 'fill/unsupported'],
    ['a file outside', '../x.ts', undefined, 'workspace/outside'],
    ['no file', 'src/none.ts', undefined, 'workspace/missing'],
  ])('refuses %s', async (_name, path, symbol, code) => {
    const { root } = shared;
    const report = await fill({ cwd: root, path, ...(symbol ? { symbol } : {}), ms: MS });
    expect(report.ok).toBe(false);
    expect(report.issues.map((issue) => issue.code)).toContain(code);
  });
});

const shared = project();

function contents(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
