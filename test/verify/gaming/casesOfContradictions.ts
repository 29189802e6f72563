import type { Case } from './cases.ts';

const CODE = 'export const parse = (text) => (text === "" ? null : text.trim());\n';
const HEAD = "import { parse } from '../src/parse.ts';\n";

/** What a file of tests asks before and after, while the code changes. */
const asked = (name: string, before: string, after: string, labels: readonly string[]): Case => ({
  name,
  base: { 'src/parse.ts': CODE, 'test/parse.test.ts': HEAD + before },
  head: { 'src/parse.ts': [['text.trim()', 'text.trimEnd()']], 'test/parse.test.ts': HEAD + after },
  labels,
});
const test = (body: string): string => `it('parses', () => {\n  ${body}\n});\n`;
const under = (how: string): string => `test('parses', ${how}, () => {\n  expect(parse(' a')).toBe('a');\n});\n`;
const table = (rows: string): string =>
  `it('parses', () => {\n  [${rows}].forEach((row) => {\n    const wanted = row[1];\n    expect(parse(row[0])).toBe(wanted);\n  });\n});\n`;
const TAP = "const t = require('tap');\n";
const RAN = "expect(parse(' a')).toBe('a');";

/** Questions of which no code answers both, and tests that stand otherwise than in a function. */
export const CONTRADICTIONS: readonly Case[] = [
  asked(
    'what was refused is answered',
    test("expect(() => parse('x,')).toThrow();"),
    test("expect(parse('x,')).toEqual({ x: 1 });"),
    ['expectation-changed'],
  ),
  asked(
    'what was refused is refused by name',
    test("expect(() => parse('x,')).toThrow();"),
    test("expect(() => parse('x,')).toThrow(RangeError);"),
    [],
  ),
  asked(
    'of nothing something is asked',
    test("expect(parse('x,')).toBe(null);"),
    test("expect(parse('x,').length).toBe(0);"),
    ['test-loosened'],
  ),
  asked(
    'of something more is asked',
    test("expect(parse('x,')).toBe('x');"),
    test("expect(parse('x,')).toBe('x');\n  expect(parse('x,').length).toBe(1);"),
    [],
  ),
  asked('a condition that is turned round', under('{ skip: !slow }'), under('{ skip: slow }'), ['test-skipped']),
  asked('the same condition another way', under('{ skip: !slow }'), under('{ skip: !(slow) }'), []),
  asked(
    'a test under a condition that is to fail',
    `if (slow) {\n  test('parses', () => {\n    ${RAN}\n  });\n}\n`,
    `if (slow) {\n  test.failing('parses', () => {\n    ${RAN}\n  });\n}\n`,
    ['test-skipped'],
  ),
  asked(
    'less is asked at the top of a file',
    `${TAP}t.equal(parse('1 || 2'), '*');\n`,
    `${TAP}t.ok(parse('1 || 2'));\n`,
    ['test-loosened'],
  ),
  asked(
    'other words for it at the top of a file',
    `${TAP}t.equal(parse('1 || 2'), '*');\n`,
    `${TAP}t.same(parse('1 || 2'), '*');\n`,
    [],
  ),
  asked(
    'a row by its place with another answer',
    table("['a ', 'a'], [' b', 'b']"),
    table("['a ', 'a'], [' b', ' b']"),
    ['expectation-changed'],
  ),
  asked(
    'a row by its place that moves',
    table("['a ', 'a'], [' b', 'b']"),
    `${table("['a ', 'a']")}${test("expect(parse(' b')).toBe('b');")}`,
    [],
  ),
];
