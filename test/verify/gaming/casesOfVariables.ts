import { type Case, FAULT, S } from './cases.ts';

const IMPORTS = "import { expect, it } from 'vitest';\nimport { gross, rates, slug } from '../src/price.ts';\n\n";
const it = (title: string, ...lines: readonly string[]): string =>
  `it('${title}', (t) => {\n  ${lines.join('\n  ')}\n});\n`;
/** Tests before and after, while the code changes. */
const asks = (
  name: string,
  before: string,
  after: string,
  labels: readonly string[],
  code: Case['head'][string] = FAULT,
): Case => ({
  name,
  base: { 'test/a.test.ts': IMPORTS + before },
  head: { 'test/a.test.ts': IMPORTS + after, [S]: code },
  labels,
});
const CHANGED = ['expectation-changed'];

const HALVES = it('rounds', 'var first = gross(2550, 0.07);', 'expect(first).toBe(2729);');
const LISTED = it(
  'tells all',
  'var wanted = [2, 4];',
  'rates(gross(1, 1), (rate) => {',
  '  expect(rate).toBe(wanted.shift());',
  '});',
);

/** What stands in variables that are given no other value, in rows and in lists. */
export const VARIABLES: readonly Case[] = [
  asks('another input in a variable', HALVES, HALVES.replace('2550, 0.07', '2551, 0.07'), CHANGED),
  asks(
    'a variable that is a row now',
    HALVES,
    `[[2550, 2729], [1000, 1070]].forEach(([net, wanted]) => {\n  it(\`rounds \${net}\`, () => {\n    expect(gross(net, 0.07)).toBe(wanted);\n  });\n});\n`,
    [],
  ),
  asks(
    'a variable that gets another value',
    it('rounds', 'let read = gross(1, 1);', 'read = gross(2, 1);', 'expect(read).toBe(4);'),
    it(
      'rounds',
      'let read = gross(1, 1);',
      'read = gross(2, 1);',
      'expect(read).toBe(4);',
      'expect(slug(read)).toBe(4);',
    ),
    [],
  ),
  asks(
    'a module in a variable that lies elsewhere now',
    `let format = require('../src/format');\n${it('joins', "expect(format('a', 2)).toBe('aa');")}`,
    `let format = require('../src/format/index');\n${it('joins', "expect(format('a', 2)).toBe('aa');")}`,
    [],
  ),
  asks(
    'rows that are handed over in parts',
    it('joins', "expect(slug('%s', 'a')).toBe('a');", "expect(slug('%s%s', 'a', 'b')).toBe('ab');"),
    `[['%s', ['a'], 'a'], ['%s%s', ['a', 'b'], 'ab']].forEach(([form, all, wanted]) => {\n  it(form, () => {\n    expect(slug(form, ...all)).toBe(wanted);\n  });\n});\n`,
    [],
  ),
  asks(
    'rows that are handed over in parts, one of them gone',
    it('joins', "expect(slug('%s', 'a')).toBe('a');", "expect(slug('%s%s', 'a', 'b')).toBe('ab');"),
    `[['%s', ['a'], 'a']].forEach(([form, all, wanted]) => {\n  it(form, () => {\n    expect(slug(form, ...all)).toBe(wanted);\n  });\n});\n`,
    ['test-deleted'],
  ),
  asks(
    'nothing in the place of an empty text',
    it('takes none', "expect(slug('')).toBe('none');"),
    it('takes none', "expect(slug(undefined)).toBe('none');"),
    CHANGED,
  ),
  asks(
    'yes or no in other words',
    it('has both', "expect(slug('a').includes('b')).toBe(true);", "expect(slug('a').includes('c')).toBe(true);"),
    ['b', 'c'].map((one) => it(`has ${one}`, `expect(slug('a').includes('${one}')).toBeTruthy();`)).join(''),
    [],
  ),
  asks(
    'a list as a whole',
    LISTED,
    it('tells all', 'const found = collect(rates(gross(1, 1)));', 'expect(found).toEqual([2, 4]);'),
    [],
  ),
  asks(
    'another list as a whole',
    LISTED,
    it('tells all', 'const found = collect(rates(gross(1, 1)));', 'expect(found).toEqual([2, 5]);'),
    ['test-loosened'],
  ),
  asks(
    'no where it was yes, by the test itself',
    it('holds', 't.true(slug(gross(1, 1)));'),
    it('holds', 't.false(slug(gross(1, 1)));'),
    CHANGED,
  ),
  asks(
    'a question that comes to a test with another answer',
    it('rounds', 'expect(gross(2550, 0.07)).toBe(2729);'),
    it('rounds', 'expect(gross(2550, 0.07)).toBe(2728);', 'expect(gross(2551, 0.07)).toBe(2730);'),
    CHANGED,
  ),
  asks(
    'an argument more, and another answer without it',
    it('joins', "expect(slug('a b')).toBe('a-b');"),
    it('joins', "expect(slug('a b')).toBe('a_b');") + it('joins otherwise', "expect(slug('a b', '+')).toBe('a+b');"),
    CHANGED,
    [
      ['slug(title: string)', "slug(title: string, by = '_')"],
      ["/g, '-')", '/g, by)'],
    ],
  ),
  {
    name: 'stored text of another kind taken away',
    base: {
      'test/a.test.js': "test('a', (t) => {\n  t.snapshot(slug('a'));\n});\n",
      'test/snapshots/a.test.js.snap': 'AVA\u0000\u0001',
    },
    head: { [S]: FAULT, 'test/snapshots/a.test.js.snap': null },
    labels: ['snapshot-updated'],
  },
  {
    name: 'lists in another order made equal for all',
    base: { 'test/support.js': 'export const one = 1;\n' },
    head: {
      [S]: FAULT,
      'test/support.js':
        'export const one = 1;\njasmine.addCustomEqualityTester((a, b) => a.slice().sort().join() === b.slice().sort().join());\n',
    },
    labels: ['test-loosened'],
  },
];
