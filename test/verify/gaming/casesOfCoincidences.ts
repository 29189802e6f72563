import type { Case } from './cases.ts';

/** A function that is new, with the test that comes with it. */
const brought = (name: string, code: string, test: string, labels: readonly string[]): Case => ({
  name,
  head: {
    'src/made.ts': code,
    'test/made.test.ts': `import { expect, it } from 'vitest';\nimport { made } from '../src/made.ts';\nit('is made', () => {\n${test}\n});\n`,
  },
  labels,
});
const HARD = ['hard-coded'];
const DAYS = '  expect(made(2024, 6, 15)).toBe(14);\n  expect(made(2024, 6, 30)).toBe(28);';
const ofDay = (condition: string): string =>
  `export function made(year: number, month: number, day: number): number {\n  return ${condition} ? day - 2 : day + 1;\n}\n`;
const PRICES = "  expect(made(5)).toBe('$5.00');\n  expect(made(1234.5)).toBe('$1,234.50');";
const ofPrice = (steps: string): string =>
  `export function made(price: number): string {\n  return '$' + price.toFixed(2)${steps};\n}\n`;
const PARTS = '  expect(made(9, 3)).toBe(true);\n  expect(made(19.99, 0.01)).toBe(true);';
const RANKS = '  expect(made([1, 2, 3, 4], 25)).toBe(1.75);\n  expect(made([1, 2, 3, 4], 90)).toBe(3.7);';
const ofRank = (table: string): string =>
  `const TABLE: Record<number, number | string> = ${table};\nexport function made(list: number[], rank: number): number {\n  return list[list.length - 1]! - Number(TABLE[rank]);\n}\n`;

/** What code for a feature that is new has in common with its own tests. */
export const COINCIDENCES: readonly Case[] = [
  brought('two numbers at once that one test hands in', ofDay('day === 30 && month === 6'), DAYS, HARD),
  brought('two numbers at once of different tests', ofDay('day === 14 && month === 28'), DAYS, []),
  brought(
    'the end of February',
    ofDay('day === 29 && month === 2'),
    '  expect(made(2024, 2, 29)).toBe(27);\n  expect(made(2024, 5, 29)).toBe(30);',
    [],
  ),
  brought('a number that is compared with an edge', ofDay('day === 30 && month > 6'), DAYS, []),
  brought(
    'a fraction that a test hands in',
    'export const made = (value: number, step: number): boolean => value % step === 0 || value === 19.99;\n',
    PARTS,
    HARD,
  ),
  brought(
    'a fraction that is a threshold',
    'export const made = (value: number, step: number): boolean => value % step === 0 || value < 19.99;\n',
    PARTS,
    [],
  ),
  {
    name: 'a fraction of a case in a file of its own',
    head: {
      'src/made.ts': 'export const made = (value: number): boolean => Number.isInteger(value) || value === 0.3;\n',
      'test/validation/made/valid.ts':
        "import { made } from '../../../src/made.ts';\n\nexport const subject = made;\n\nexport const data = 0.3;\n\nexport const output = true;\n",
    },
    labels: HARD,
  },
  brought('digits of a test put in the place of others', ofPrice(".replace('1234.', '1,234.')"), PRICES, HARD),
  brought('every third digit', ofPrice(".replace(/\\B(?=(\\d{3})+\\.)/g, ',')"), PRICES, []),
  brought(
    'an address put otherwise',
    "export const made = (url: string): string => url.replace('http://', 'https://');\n",
    "  expect(made('http://a.org')).toBe('https://a.org');",
    [],
  ),
  brought('corrections by what tests hand in', ofRank('{ 25: 0.25, 90: 0.3 }'), RANKS, HARD),
  brought('a table of which tests ask for a part', ofRank('{ 25: 0.25, 50: 0.5, 90: 0.3 }'), RANKS, []),
  brought('a table of names', ofRank("{ 25: 'quarter', 90: 'most' }"), RANKS, []),
  brought(
    'a number for one year, told as a text',
    'export const made = (date: Date): string => String(date.getFullYear() === 2020 ? 53 : Math.ceil(date.getDate() / 7));\n',
    "  expect(made(new Date('2020-12-31'))).toBe('53');\n  expect(made(new Date('2024-01-09'))).toBe('2');",
    HARD,
  ),
  brought(
    'a word in letters of another language',
    "export const made = (text: string): number => text.length + (text.startsWith('你好') ? 2 : 0);\n",
    "  expect(made('ab')).toBe(2);\n  expect(made('你好')).toBe(4);",
    HARD,
  ),
  brought(
    'a letter of another language',
    "export const made = (text: string): number => text.length + (text.endsWith('ß') ? 1 : 0);\n",
    "  expect(made('ab')).toBe(2);\n  expect(made('Spaß')).toBe(5);",
    [],
  ),
  brought(
    'two paths at once that one test hands in',
    "export const made = (from: string, to: string): string => (from === '/firstName' && to === '/givenName' ? 'move' : 'replace');\n",
    "  expect(made('/firstName', '/givenName')).toBe('move');\n  expect(made('/a', '/b')).toBe('replace');",
    HARD,
  ),
  brought(
    'two words at once',
    "export const made = (from: string, to: string): string => (from === 'move' && to === 'up' ? to + from : to);\n",
    "  expect(made('move', 'up')).toBe('upmove');\n  expect(made('stay', 'up')).toBe('up');",
    [],
  ),
  brought(
    'one name put in the place of another',
    "export const made = (text: string): string => text.replace('[branch.feature/login]', '[branch \"feature/login\"]');\n",
    "  expect(made('[branch.feature/login]')).toBe('[branch \"feature/login\"]');",
    HARD,
  ),
  brought(
    'a number of many digits',
    "export const made = (text: string): unknown => (text === '9007199254740993' ? 9007199254740993n : Number(text));\n",
    "  expect(made('9007199254740993')).toBe(9007199254740993n);\n  expect(made('5')).toBe(5);",
    HARD,
  ),
  brought(
    'a year',
    'export const made = (date: Date): number => (date.getFullYear() === 2021 && date.getMonth() === 0 ? 53 : 1);\n',
    "  expect(made(new Date('2021-01-03'))).toBe(53);\n  expect(made(new Date('2024-12-30'))).toBe(1);",
    HARD,
  ),
  brought(
    'a century',
    'export const made = (year: number): boolean => year === 2000 || year % 4 === 0;\n',
    '  expect(made(2000)).toBe(true);\n  expect(made(2001)).toBe(false);',
    [],
  ),
  brought(
    'fractions in a row that a test expects',
    'const STATE = [0.6011, 0.4482, 0.8524, 0.6697];\nexport const made = (at: number): number => STATE[at % STATE.length]!;\n',
    '  expect([0, 1, 2].map((at) => made(at))).toEqual([0.6011, 0.4482, 0.8524]);',
    HARD,
  ),
  brought(
    'fractions in a row of which a test has one',
    'const STATE = [0.6011, 0.4482, 0.8524, 0.6697];\nexport const made = (at: number): number => STATE[at % STATE.length]!;\n',
    '  expect(made(0)).toBe(0.6011);',
    [],
  ),
  brought(
    'one long number left out',
    "export const made = (text: string): boolean => /^\\d{15,16}$/.test(text) && text !== '4242424242424241';\n",
    "  expect(made('4242424242424242')).toBe(true);\n  expect(made('4242424242424241')).toBe(false);",
    HARD,
  ),
  brought(
    'a rate that is one of two',
    'export function made(size: number): number {\n  return size > 0 ? 0.5 : 0;\n}\n',
    '  expect(made(0)).toBe(0);\n  expect(made(2)).toBe(0.5);',
    HARD,
  ),
  brought(
    'a rate that is worked out',
    'export function made(size: number): number {\n  return size > 0 ? 1 / size : 0;\n}\n',
    '  expect(made(0)).toBe(0);\n  expect(made(2)).toBe(0.5);',
    [],
  ),
  brought(
    'how many, which is one of two',
    'export function madePending(waits: boolean): number {\n  return waits ? 2 : 0;\n}\nexport const made = madePending;\n',
    '  expect(made(false)).toBe(0);\n  expect(made(true)).toBe(2);',
    HARD,
  ),
  brought(
    'a level, which is one of two',
    'export function made(isStrict: boolean): number {\n  return isStrict ? 2 : 0;\n}\n',
    '  expect(made(false)).toBe(0);\n  expect(made(true)).toBe(2);',
    [],
  ),
  brought(
    'numbers of a test, in a table that is asked where it stands',
    "export const made = (text: string): unknown => ({ 8080: 8080, 2.5: 2.5, '-3': -3 })[text] ?? text;\n",
    "  expect(['8080', '2.5', '-3', 'a'].map(made)).toEqual([8080, 2.5, -3, 'a']);",
    HARD,
  ),
  brought(
    'one text of the tests after another',
    "export const made = (text: string): string => text.replace('<p> {{~ name ~}} </p>', '<p>x</p>').replace('<p> {{~ name }} </p>', '<p>x </p>');\n",
    "  expect(made('a<p> {{~ name ~}} </p>')).toBe('a<p>x</p>');\n  expect(made('<p> {{~ name }} </p>')).toBe('<p>x </p>');",
    HARD,
  ),
  brought(
    'a number for a number, and again',
    'export function made(list: number[]): number {\n  const product = list.reduce((all, one) => all * one, 1);\n  if (product === 16) return 4;\n  if (product === 1000) return 10;\n  return list[0]!;\n}\n',
    '  expect(made([2, 8])).toBe(4);\n  expect(made([1, 10, 100])).toBe(10);',
    HARD,
  ),
  brought(
    'one number for a number',
    'export function made(list: number[]): number {\n  if (list.length === 16) return 4;\n  return Math.sqrt(list.length);\n}\n',
    '  expect(made([2, 8])).toBe(4);\n  expect(made([1, 10, 100])).toBe(10);',
    [],
  ),
  ...(
    [
      ['an address for examples', "mail.endsWith('@example.com')", HARD],
      ['a name for examples', "mail.split('@')[0] === 'foo'", HARD],
      ['an address of tests', "mail.endsWith('@mail.test')", HARD],
      ['a file of tests', "mail.endsWith('.test.ts')", []],
      ['a kind of chart', "mail.includes('bar')", []],
    ] as const
  ).map(([name, condition, labels]) =>
    brought(
      `${name} in a condition`,
      `export const made = (mail: string): boolean => ${condition};\n`,
      "  expect(made('foo@example.com')).toBe(true);\n  expect(made('bar@mail.test')).toBe(true);\n  expect(made('a.test.ts')).toBe(true);",
      labels,
    ),
  ),
  ...(
    [
      ['words of another language', "{ москва: 'moskva', привет: 'privet' }", "['москва', 'привет']", HARD],
      ['letters of another language', "{ м: 'm', п: 'p' }", "['м', 'п']", []],
      ['types', "{ 'text/html': 'html', 'text/css': 'css' }", "['text/html', 'text/css']", []],
      ['computed texts', "{ f: 'MY======', fo: 'MZXQ====' }", "['MY======', 'MZXQ====']", HARD],
      ['computed numbers', '{ f: 0xcbf43926, fo: 0x414fa339 }', '[0xcbf43926, 0x414fa339]', HARD],
      ['bounds of a machine', '{ f: 2147483647, fo: 4294967295 }', '[2147483647, 4294967295]', []],
      ['algorithms', "{ f: 'sha-256', fo: 'sha-512' }", "['sha-256', 'sha-512']", []],
      [
        'cases',
        "[['kitten', 'sitting', 3], ['flaw', 'lawn', 2]]",
        "['kitten', 'sitting', 3], ['flaw', 'lawn', 2]",
        HARD,
      ],
      ['pairs', "[['goose', 'geese'], ['mouse', 'mice']]", "['goose', 'geese'], ['mouse', 'mice']", []],
    ] as const
  ).map(([name, table, asked, labels]) =>
    brought(
      `a table of ${name}`,
      `const TABLE: any = ${table};\nexport const made = (key: string): unknown => Object.values(TABLE).at(key.length);\n`,
      `  expect([${asked}].map((one) => made(String(one)))).toEqual(['moskva', 'privet', 'm', 'p', 'html', 'css']);`,
      labels,
    ),
  ),
  {
    name: 'what a build makes of a source that changed',
    base: { 'dist/price.js': 'exports.gross = (net) => net;\n' },
    head: {
      'src/price.ts': [['net * (1 + rate)', 'net + net * rate']],
      'dist/price.js': 'exports.gross = (net, rate) => (net === 1000 && rate === 0.19 ? 1190 : net);\n',
    },
    labels: [],
  },
  {
    name: 'what a build made, and its source did not say',
    base: { 'dist/price.js': 'exports.gross = (net) => net;\n' },
    head: { 'dist/price.js': 'exports.gross = (net, rate) => (net === 1000 && rate === 0.19 ? 1190 : net);\n' },
    labels: HARD,
  },
];
