import type { Case } from './cases.ts';

const HELPER = `import { upper, lower } from '../src/letters.ts';
function cases(name, run, items) {
  describe(name, () => {
    for (const item of items) {
      const expected = item.pop();
      it(name + item.join(), () => {
        expect(run(...item)).toEqual(expected);
      });
    }
  });
}
`;
const CODE =
  'export const upper = (text, to) => text.slice(0, to).toUpperCase();\nexport const lower = (text) => text.trim();\n';
const UPPER = ["['a', 'A']", "['ab', 1, 'A']", "['ü/', 'Ü']"];
const IMPORTS = "import { upper } from '../src/letters.ts';\n";
const FLAT = `${IMPORTS}it.each([['a', 'A'], ['ab', 'AB'], ['ü', 'Ü']])('%s', (text, wanted) => {\n  expect(upper(text)).toBe(wanted);\n});\n`;
const sorted = (rows: string): string =>
  `${IMPORTS}const table = { plain: [['a', 'A'], ['ab', 'AB']], 'with signs': [${rows}] };\ndescribe.each(Object.entries(table))('%s', (_kind, rows) => {\n  it.each(rows)('%s', (text, wanted) => {\n    expect(upper(text)).toBe(wanted);\n  });\n});\n`;
const tests = (rows: readonly string[], more = ''): string =>
  `${HELPER}cases('upper', upper, [\n${rows.map((row) => `  ${row},\n`).join('')}]);\n${more}`;

/** What a function that declares tests is given before and after, while the code changes. */
const given = (name: string, before: string, after: string, labels: readonly string[]): Case => ({
  name,
  base: { 'src/letters.ts': CODE, 'test/letters.test.ts': before },
  head: { 'src/letters.ts': [['slice(0, to)', 'substr(0, to)']], 'test/letters.test.ts': after },
  labels,
});

/** A helper of the tests that is handed lists by name. */
const listed = (valid: string, invalid: string, more = ''): Record<string, string> => ({
  'test/helper.js':
    "import * as all from '../src/letters.ts';\nexport default function test({ validator, valid = [], invalid = [] }) {\n  for (const one of valid) if (!all[validator](one)) throw new Error(one);\n  for (const one of invalid) if (all[validator](one)) throw new Error(one);\n}\n",
  'test/letters.test.ts': `import test from './helper.js';\nit('is upper', () => {\n  test({\n    validator: 'upper',\n    valid: [${valid}],\n    invalid: [${invalid}],\n  });\n${more}});\n`,
});
const lists = (
  name: string,
  [before, after]: readonly [ReturnType<typeof listed>, ReturnType<typeof listed>],
  labels: readonly string[],
): Case => ({
  name,
  base: { 'src/letters.ts': CODE, ...before },
  head: {
    'src/letters.ts': [['slice(0, to)', 'substr(0, to)']],
    'test/letters.test.ts': after['test/letters.test.ts']!,
  },
  labels,
});
const LISTED = listed("'A', 'B'", "'a', 'b', 'Cc'");

const ASKS = (subject: string, imports = "import { upper } from '../src/letters.ts';"): string =>
  `import { posix } from 'node:path';\n${imports}\nit('joins', () => {\n  expect(${subject}).toBe('A');\n});\n`;

/** An object of cases, each by its title, gone over in a loop. */
const titled = (cases: string): string =>
  `import { upper } from '../src/letters.ts';
const tests = {
  'one letter': { input: ['a'], output: 'A' },
${cases}};
for (const [title, { input, output, only, skip }] of Object.entries(tests)) {
  const run = () => expect(upper(...input)).toEqual(output);
  if (only) test.only(title, run);
  else if (skip) test.skip(title, run);
  else test(title, run);
}
`;
const TITLED = titled("  'two letters': { input: ['ab', 1], output: 'A' },\n");

/** Rows that a function of the tests makes tests of, and what is asked of something else. */
export const ROWS: readonly Case[] = [
  given(
    'a case of an object with another answer',
    TITLED,
    titled("  'two letters': { input: ['ab', 1], output: 'AB' },\n"),
    ['expectation-changed'],
  ),
  given(
    'a case more in an object',
    TITLED,
    titled("  'two letters': { input: ['ab', 1], output: 'A' },\n  none: { input: [''], output: '' },\n"),
    [],
  ),
  given(
    'a case of an object that alone is run',
    TITLED,
    titled("  'two letters': { input: ['ab', 1], output: 'A', only: true },\n"),
    ['test-narrowed'],
  ),
  given(
    'a case of an object that alone is run, and is another',
    TITLED,
    titled("  'two letters': { input: ['abc', 1], output: 'A', only: true },\n"),
    ['expectation-changed', 'test-narrowed'],
  ),
  given('rows that are gone', tests(UPPER), tests(UPPER.slice(0, 2)), ['test-loosened']),
  given('a row with another answer', tests(UPPER), tests([...UPPER.slice(0, 2), "['ü/', 'ü']"]), [
    'expectation-changed',
  ]),
  given(
    'rows by name that are gone',
    tests(UPPER, "cases('lower', lower, { ' a': 'a', 'b ': 'b' });\n"),
    tests(UPPER, "cases('lower', lower, { ' a': 'a' });\n"),
    ['test-loosened'],
  ),
  given('more rows, in another order', tests(UPPER), tests([...UPPER].reverse().concat("['b', 'B']")), []),
  given(
    'rows in two tables',
    tests(UPPER),
    tests(UPPER.slice(0, 1), `cases('upper', upper, [${UPPER.slice(1).join()}]);\n`),
    [],
  ),
  given('what the tests ask is asked of another library', ASKS("upper('a')"), ASKS("posix.join('A')"), [
    'subject-mocked',
  ]),
  given(
    'what the tests ask is asked of another library, nothing imported',
    ASKS("upper('a')"),
    ASKS("posix.join('A')", ''),
    ['subject-mocked'],
  ),
  given(
    'what the tests ask is asked of another function of the code',
    ASKS("upper('a')"),
    ASKS("lower('A')", "import { lower } from '../src/letters.ts';"),
    [],
  ),
  given('what the tests ask is put otherwise', ASKS("upper('a')"), ASKS("upper('a', 1)"), []),
  lists('a value gone from a list', [LISTED, listed("'A', 'B'", "'a', 'b'")], ['test-deleted']),
  lists(
    'a value gone from a list, another in the other',
    [LISTED, listed("'A', 'B', 'C'", "'a', 'b'")],
    ['test-deleted'],
  ),
  lists('a value moved to the other list', [LISTED, listed("'A', 'B', 'Cc'", "'a', 'b'")], ['expectation-changed']),
  lists(
    'a value moved to the other list in a call of its own',
    [LISTED, listed("'A', 'B'", "'a', 'b'", "  test({ validator: 'upper', valid: ['Cc'] });\n")],
    ['expectation-changed'],
  ),
  lists('more values, in another order', [LISTED, listed("'B', 'A', 'C'", "'Cc', 'b', 'a', 'd'")], []),
  lists(
    'values in two calls',
    [LISTED, listed("'A', 'B'", "'a', 'b'", "  test({ validator: 'upper', invalid: ['Cc'] });\n")],
    [],
  ),
  given(
    'another input for what is to throw',
    ASKS("() => upper('a', 2)").replace("toBe('A')", 'toThrow(RangeError)'),
    ASKS("() => upper('a', 2.5)").replace("toBe('A')", 'toThrow(RangeError)'),
    ['expectation-changed'],
  ),
  given(
    'another input for what is to throw on construction',
    ASKS('() => new Upper({ to: 2 })').replace("toBe('A')", 'toThrow(RangeError)'),
    ASKS('() => new Upper({ to: 2.5 })').replace("toBe('A')", 'toThrow(RangeError)'),
    ['expectation-changed'],
  ),
  given(
    'one more input for what is to throw',
    ASKS('() => new Upper({ to: 2 })').replace("toBe('A')", 'toThrow(RangeError)'),
    ASKS('() => new Upper({ to: 2 })').replace(
      "toBe('A')",
      'toThrow(RangeError);\n  expect(() => new Upper({ to: 2.5 })).toThrow(RangeError)',
    ),
    [],
  ),
  given(
    'what is to throw called otherwise',
    ASKS('() => new Upper({ to: 2 })').replace("toBe('A')", 'toThrow(RangeError)'),
    ASKS('() => Upper.of({ to: 2 })').replace("toBe('A')", 'toThrow(RangeError)'),
    [],
  ),
  given('rows sorted into the entries of an object', FLAT, sorted("['ü', 'Ü'], ['ß', 'SS']"), []),
  given('another answer in a row of such an entry', FLAT, sorted("['ü', 'ü'], ['ß', 'SS']"), ['expectation-changed']),
];
