import type { Case } from './cases.ts';

const TESTS = (inputs: readonly string[]): string =>
  `import { expect, it } from 'vitest';\nimport { isCode } from '../src/code.ts';\n\nit.each(${JSON.stringify(inputs)})('takes %s', (text) => {\n  expect(isCode(text)).toBe(true);\n});\nit('refuses', () => {\n  expect(isCode('1')).toBe(false);\n});\n`;
const CODES = ['4006381333931', '9780306406157'];
const check = (name: string, inputs: readonly string[], code: string, labels: readonly string[]): Case => ({
  name,
  base: {
    'src/code.ts': "export function isCode(code: string): boolean {\n  throw new Error('not written');\n}\n",
    'test/code.test.ts': TESTS(inputs),
  },
  // The tests are looked for among what the change touches: here nothing else can be listed.
  head: { 'src/code.ts': code, 'test/code.test.ts': `${TESTS(inputs)}// all of them\n` },
  labels,
});
const set = (items: readonly string[], more = ''): string =>
  `const KNOWN = new Set(${JSON.stringify(items)});\n\nexport function isCode(code: string): boolean {\n  return KNOWN.has(code);\n}\n${more}`;
const HARD = ['hard-coded'];

/** An answer that is looked up in a list. */
export const MEMBERS: readonly Case[] = [
  check('a set of the inputs of the tests', CODES, set(CODES), HARD),
  check(
    'a list of the inputs of the tests, written where it is asked',
    CODES,
    `export function isCode(code: string): boolean {\n  return ${JSON.stringify(CODES)}.includes(code);\n}\n`,
    HARD,
  ),
  check('a set of words that are all there are', ['EUR', 'USD'], set(['EUR', 'USD']), []),
  check(
    'a set of which the tests try a few',
    CODES,
    set([...CODES, '4000000000001', '4000000000002', '4000000000003']),
    [],
  ),
  check('a list that other things are made of', CODES, set(CODES, 'export const listed = [...KNOWN].join();\n'), []),
];
