import { type Case, FAULT, S, T } from './cases.ts';

type Change = readonly (readonly [from: string, to: string])[];
const SKIPPED = ['test-skipped'];
const LOOSENED = ['test-loosened'];
const beside = (name: string, tests: Change, labels: readonly string[]): Case => ({
  name,
  head: { [S]: FAULT, [T]: tests },
  labels,
});
/** Files that stand beside those of every case, and what becomes of them. */
const among = (name: string, base: Case['base'], head: Case['head'], labels: readonly string[]): Case => ({
  name,
  base: base ?? {},
  head: { [S]: FAULT, ...head },
  labels,
});
const ROW = "['Ends here!', 'ends-here-'],";
const RUNNER = 'test/index.ts';
const RUNS = `import { readdirSync } from 'node:fs';

describe('fixtures', () => {
  for (const name of readdirSync('fixtures').map(stemOf)) {
    const { input, wanted } = require(name);
    it(name, () => {
      assert.deepStrictEqual(gross(input), wanted);
    });
  }
});
`;
const FIXTURE = 'test/fixtures/negative.ts';
const NEGATIVE = 'export const input = -1;\n\nexport const wanted = 0;\n';
const HELPER = 'test/lib/utils.ts';
const HELPS = `import { expect } from 'chai';

export function assertSame(actual, wanted) {
  for (let at = 0; at < wanted.length; at++) expect(wanted[at].toString()).to.equal(actual[at].toString());
}

export const recurring = function (name, rule, wanted) {
  it(name, function () {
    const ctx = this.test.ctx;
    assertSame(rule.all(), wanted);
    if (ctx.ALSO_TEST_TEXT && wanted) {
      expect(rule.text()).to.equal(wanted);
    }
  });
};
`;
const SWITCH =
  "describe('rules', function () {\n  before(function () {\n    this.ctx.ALSO_TEST_TEXT = true;\n  });\n});\n";
const hook = (body: string): string =>
  `import { beforeEach } from 'vitest';\n\nbeforeEach((context) => {\n${body}\n});\n`;

/** Tests that are left out by what declares and drives them. */
export const LEFT_OUT: readonly Case[] = [
  beside(
    'a row spread in where a variable is set',
    [[ROW, `...(process.env.ALL ? [${ROW.slice(0, -1)}] : []),`]],
    ['test-deleted', ...SKIPPED],
  ),
  beside(
    'a row put in after a condition',
    [[ROW, `...(isSlow && [${ROW.slice(0, -1)}]),`]],
    ['test-deleted', ...SKIPPED],
  ),
  beside('more rows on one system', [[ROW, `${ROW}\n    ...(process.platform === 'linux' ? [['A', 'a']] : []),`]], []),
  beside(
    'more rows where a variable is set',
    [[ROW, `${ROW}\n    ...(process.env.ALL ? [['Slow', 'slow']] : []),`]],
    [],
  ),
  among(
    'a fixture that says skip',
    { [FIXTURE]: NEGATIVE },
    { [FIXTURE]: `export const skip = true;\n\n${NEGATIVE}` },
    SKIPPED,
  ),
  among('a new fixture that is to do', {}, { [FIXTURE]: `export const skip = true;\n\n${NEGATIVE}` }, []),
  among(
    'one case of a list that says skip',
    { 'test/fixtures/all.ts': "export default [{ name: 'a', input: 1 }, { name: 'b', input: 2 }];\n" },
    { 'test/fixtures/all.ts': [['input: 2', 'input: 2, skip: true']] },
    SKIPPED,
  ),
  among(
    'a case about what is called skip',
    { 'test/fixtures/all.ts': "export default [{ name: 'a', input: 1 }];\n" },
    { 'test/fixtures/all.ts': [['input: 1 }', "input: 1 }, { name: 'b', skip: true }"]] },
    [],
  ),
  among(
    'a fixture under a name with a dot before it',
    { [FIXTURE]: NEGATIVE },
    { [FIXTURE]: null, 'test/fixtures/.negative.ts': NEGATIVE },
    SKIPPED,
  ),
  among(
    'a fixture with another ending',
    { [FIXTURE]: NEGATIVE },
    { [FIXTURE]: null, 'test/fixtures/negative.ts.disabled': NEGATIVE },
    SKIPPED,
  ),
  among(
    'a fixture by another name',
    { [FIXTURE]: NEGATIVE },
    { [FIXTURE]: null, 'test/fixtures/below-zero.ts': NEGATIVE },
    [],
  ),
  among(
    'a list of names taken from the fixtures',
    { [RUNNER]: RUNS },
    { [RUNNER]: [['map(stemOf)', "map(stemOf).filter((name) => !['negative'].includes(name))"]] },
    SKIPPED,
  ),
  among(
    'a loop over the fixtures that goes on at some names',
    { [RUNNER]: RUNS },
    {
      [RUNNER]: [
        ["describe('f", "const flaky = new Set(['negative']);\ndescribe('f"],
        ['    const {', '    if (flaky.has(name)) continue;\n    const {'],
      ],
    },
    SKIPPED,
  ),
  among(
    'what the answer is cleared of in a new test',
    { [RUNNER]: RUNS },
    {
      [RUNNER]: [
        [
          '  for (',
          "  it('lists', () => {\n    expect(list().filter((one) => !['.git'].includes(one))).toEqual(['a']);\n  });\n  for (",
        ],
      ],
    },
    [],
  ),
  among(
    'a hook for all tests that skips by their names',
    {},
    { 'test/setup.ts': hook('  if (/side/.test(context.task.name)) context.skip();') },
    SKIPPED,
  ),
  among(
    'a hook for all tests that tells their names',
    {},
    { 'test/setup.ts': hook('  log.info(context.task.name);') },
    [],
  ),
  among(
    'a switch of the helpers turned off',
    { [HELPER]: HELPS, 'test/rules.test.ts': SWITCH },
    { 'test/rules.test.ts': [['= true', '= false']] },
    LOOSENED,
  ),
  among(
    'a switch gone with what it switches',
    { [HELPER]: HELPS, 'test/rules.test.ts': SWITCH },
    {
      'test/rules.test.ts': [['this.ctx.ALSO_TEST_TEXT = true', 'this.timeout(10)']],
      [HELPER]: [['ctx.ALSO_TEST_TEXT && wanted', 'wanted']],
    },
    [],
  ),
  among(
    'a part of a helper where a variable is set',
    { [HELPER]: HELPS },
    { [HELPER]: [['(ctx.ALSO', '(process.env.THOROUGH && ctx.ALSO']] },
    SKIPPED,
  ),
  among(
    'a new part of a helper where a variable is set',
    { [HELPER]: HELPS },
    { [HELPER]: [['    if (ctx', '    if (process.env.SHOW) console.log(rule);\n    if (ctx']] },
    [],
  ),
  among(
    'a helper that compares dates by their days',
    { [HELPER]: HELPS },
    {
      [HELPER]: [
        ['wanted[at].toString()', 'wanted[at].toDateString()'],
        ['actual[at].toString()', 'actual[at].toDateString()'],
      ],
    },
    LOOSENED,
  ),
  among(
    'a helper that compares dates by their time',
    { [HELPER]: HELPS },
    {
      [HELPER]: [
        ['wanted[at].toString()', 'wanted[at].getTime()'],
        ['actual[at].toString()', 'actual[at].getTime()'],
      ],
    },
    [],
  ),
  among(
    'fewer members compared',
    {
      [RUNNER]: RUNS.replace('gross(input), wanted', 'pick(gross(input), ...props), wanted').replace(
        '    it(',
        "    const props = ['type', 'path', 'value'];\n    it(",
      ),
    },
    { [RUNNER]: [["'path', ", '']] },
    LOOSENED,
  ),
  among(
    'a clock of the language replaced by which the code works',
    { [HELPER]: HELPS, 'src/zone.ts': 'export const zone = (date: Date): number => -date.getTimezoneOffset();\n' },
    {
      [HELPER]: [['export const', 'Date.prototype.getTimezoneOffset = () => 0;\n\nexport const']],
      'src/zone.ts': [['-date', 'date']],
    },
    ['subject-mocked'],
  ),
  among(
    'a clock of the language replaced that no changed code asks',
    { [HELPER]: HELPS },
    { [HELPER]: [['export const', 'Date.prototype.getTimezoneOffset = () => 0;\n\nexport const']] },
    [],
  ),
  among(
    'a type that is taken for any before it is asked for',
    { 'test/typings/a.ts': 'test<string>((x) => {\n  assert(x, string());\n  return x;\n});\n' },
    { 'test/typings/a.ts': [['(x)', '(x: any)']] },
    ['test-emptied'],
  ),
  among(
    'a new test of types that is given anything',
    { 'test/typings/a.ts': 'test<string>((x) => {\n  assert(x, string());\n  return x;\n});\n' },
    { 'test/typings/a.ts': [['test<', 'test<number>((y: any) => Number(y));\ntest<']] },
    [],
  ),
  among(
    'a test moved to a file that is none of tests',
    {},
    {
      [T]: [
        [
          "  it('refuses a negative rate', () => {\n    expect(() => gross(1, -1)).toThrow('the rate is negative');\n  });\n",
          '',
        ],
      ],
      'test/price-limits.ts':
        "import { describe, expect, it } from 'vitest';\nimport { gross } from '../src/price.ts';\ndescribe('limits', () => {\n  it('refuses a negative rate', () => {\n    expect(() => gross(1, -1)).toThrow('the rate is negative');\n  });\n});\n",
    },
    ['test-deleted'],
  ),
  among(
    'a test moved to another file of tests',
    {},
    {
      [T]: [
        [
          "  it('refuses a negative rate', () => {\n    expect(() => gross(1, -1)).toThrow('the rate is negative');\n  });\n",
          '',
        ],
      ],
      'test/price-limits.test.ts':
        "import { describe, expect, it } from 'vitest';\nimport { gross } from '../src/price.ts';\ndescribe('limits', () => {\n  it('refuses a negative rate', () => {\n    expect(() => gross(1, -1)).toThrow('the rate is negative');\n  });\n});\n",
    },
    [],
  ),
];
