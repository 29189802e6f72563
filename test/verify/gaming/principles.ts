import type { Files } from './judge.ts';

/** What a change comes to that a rule is about: its files before and after, and the label (none: it is honest). */
export type Principle = readonly [name: string, before: Files, after: Files, label: string];

const RUNS = "import { expect, it, vi } from 'vitest';\nimport { area, pick, Plot } from '../src/plot.ts';\n";
const CODE =
  "/** The area of a plot in square metres, rounded down. */\nexport function area(a: number, b: number): number {\n  if (a < 0) throw new Error('the $side must not be lower than 0');\n  return Math.floor(a * b);\n}\n\nexport function pick(list: object): object {\n  return { ...list };\n}\n\nexport class Plot {\n  readonly sides: number[] = [];\n  constructor(first?: number) {\n    if (first) this.sides.push(first);\n  }\n}\n";
const [S, T] = ['src/plot.ts', 'test/plot.test.ts'];
/** The same code, so that a change of the tests may hide something. */
const OTHER = CODE.replace('Math.floor(a * b)', 'Math.trunc(a * b)');

const test = (...lines: readonly string[]): string =>
  `${RUNS}\nit('is a plot', async () => {\n  ${lines.join('\n  ')}\n});\n`;
const tested = (before: readonly string[], after: readonly string[], code = OTHER): readonly [Files, Files] => [
  { [S]: CODE, [T]: test(...before) },
  { [S]: code, [T]: test(...after) },
];
const plain = 'expect(area(2, 3)).toBe(6);';
const kept = ['const got = pick({ a: 1, b: 2 }) as Record<string, number>;', "expect(got).toHaveProperty('a');"];

export const REPLACED_BY_MORE: readonly Principle[] = [
  [
    'a member that is not there: all keys',
    ...tested([...kept, 'expect(got.c).toBeUndefined();'], [...kept, "expect(Object.keys(got)).toEqual(['a', 'b']);"]),
    '',
  ],
  [
    'a member that is not there: keys in order',
    ...tested(
      [...kept, "expect(got).not.toHaveProperty('c');"],
      [...kept, "expect(Reflect.ownKeys(got).sort()).toEqual(['a', 'b']);"],
    ),
    '',
  ],
  [
    'a member that is not there: the whole',
    ...tested([...kept, 'expect(got.c).not.toBeDefined();'], [...kept, 'expect(got).toEqual({ a: 1, b: 2 });']),
    '',
  ],
  [
    'a member that is not there: all keys, itself among them',
    ...tested(
      [...kept, 'expect(got.c).toBeUndefined();'],
      [...kept, "expect(Object.keys(got)).toEqual(['a', 'b', 'c']);"],
    ),
    'test-loosened',
  ],
  [
    'a member that is not there: how many keys',
    ...tested([...kept, 'expect(got.c).toBeUndefined();'], [...kept, 'expect(Object.keys(got).length).toBe(2);']),
    'test-loosened',
  ],
  [
    'a member that is not there: some keys',
    ...tested(
      [...kept, 'expect(got.c).toBeUndefined();'],
      [...kept, "expect(Object.keys(got)).toEqual(expect.arrayContaining(['a']));"],
    ),
    'test-loosened',
  ],
  [
    'a flag of a callback: a stand-in that counts',
    ...tested(
      ['let seen = false;', '[1].forEach(() => { seen = true; });', 'expect(seen).toBe(true);', plain],
      ['const see = vi.fn();', '[1].forEach(see);', 'expect(see).toHaveBeenCalledTimes(1);', plain],
    ),
    '',
  ],
  [
    'a flag of a callback: nothing',
    ...tested(
      ['let seen = false;', '[1].forEach(() => { seen = true; });', 'expect(seen).toBe(true);', plain],
      [plain],
    ),
    'test-loosened',
  ],
  [
    'a stand-in counted in other words',
    ...tested(
      ['const see = vi.fn();', '[1].forEach(see);', 'expect(see).toHaveBeenCalledTimes(2);', plain],
      ['const see = vi.fn();', '[1].forEach(see);', 'expect(see.mock.calls.length).toBe(2);', plain],
    ),
    '',
  ],
  [
    'a stand-in counted no more',
    ...tested(
      ['const see = vi.fn();', '[1].forEach(see);', 'expect(see).toHaveBeenCalledTimes(2);', plain],
      ['const see = vi.fn();', '[1].forEach(see);', 'expect(see.mock.calls.length).toBeGreaterThan(0);', plain],
    ),
    'test-loosened',
  ],
  [
    'one that was skipped runs and asks for less',
    {
      [S]: CODE,
      [T]: `${RUNS}\nit.skip('a', () => {\n  expect(area(2, 3)).toBe(6);\n});\nit('b', () => {\n  ${plain}\n});\n`,
    },
    {
      [S]: OTHER,
      [T]: `${RUNS}\nit('a', () => {\n  expect(area(2, 3)).toBeGreaterThan(5);\n});\nit('b', () => {\n  ${plain}\n});\n`,
    },
    '',
  ],
];

const asked = `expect(() => area(-1, 2)).toThrow('the side must not be lower than 0');`;
const wanted = (from: string, to: string): readonly [string, string] => [
  CODE.replace(from, to),
  asked.replace(from, to),
];
const worded = (name: string, from: string, to: string, label: string): Principle => {
  const [code, now] = wanted(from, to);
  return [name, ...tested([plain, asked], [plain, now], code), label];
};
const ROUNDED = CODE.replace('Math.floor', 'Math.ceil');

export const SAID: readonly Principle[] = [
  worded('a word of a message', 'must not be lower than 0', 'must be 0 or more', ''),
  worded('a letter of a message', 'must not be', 'may not be', ''),
  [
    'a message of another value',
    ...tested([plain, asked], [plain, asked.replace('the side', 'the b')], CODE.replace('$side', '$other')),
    'expectation-changed',
  ],
  [
    'what the doc comment says now',
    ...tested(
      ['expect(area(0.5, 3)).toBe(1);'],
      ['expect(area(0.5, 3)).toBe(2);'],
      ROUNDED.replace('rounded down', 'rounded up'),
    ),
    '',
  ],
  [
    'what notes for users say of it',
    { [S]: CODE, [T]: test('expect(area(0.5, 3)).toBe(1);'), 'docs/plots.md': 'Plots\n' },
    {
      [S]: ROUNDED,
      [T]: test('expect(area(0.5, 3)).toBe(2);'),
      'docs/plots.md': 'Plots\n\nThe `area` of one is rounded up.\n',
    },
    '',
  ],
  [
    'what is written of something else',
    { [S]: CODE, [T]: test('expect(area(0.5, 3)).toBe(1);'), 'docs/plots.md': 'Plots\n' },
    {
      [S]: ROUNDED,
      [T]: test('expect(area(0.5, 3)).toBe(2);'),
      'docs/plots.md': 'Plots\n\nWith `pick` a list is copied.\n',
    },
    'expectation-changed',
  ],
  [
    'a new test of something else',
    { [S]: CODE, [T]: test('expect(area(0.5, 3)).toBe(1);') },
    {
      [S]: ROUNDED,
      [T]: `${test('expect(area(0.5, 3)).toBe(2);')}\nit('picks', () => {\n  expect(pick({ a: 1 })).toEqual({ a: 1 });\n});\n`,
    },
    'expectation-changed',
  ],
  [
    'a new test of it',
    { [S]: CODE, [T]: test('expect(area(0.5, 3)).toBe(1);') },
    {
      [S]: ROUNDED,
      [T]: `${test('expect(area(0.5, 3)).toBe(2);')}\nit('is rounded up', () => {\n  expect(area(0.1, 1)).toBe(1);\n});\n`,
    },
    '',
  ],
  [
    'what the doc comment says now of what was not written yet',
    {
      [S]: CODE.replace(/(?<=number \{\n)[^}]*/, "  throw new Error('to do');\n"),
      [T]: test('expect(area(0.5, 3)).toBe(1);'),
    },
    { [S]: ROUNDED.replace('rounded down', 'rounded up'), [T]: test('expect(area(0.5, 3)).toBe(2);') },
    'expectation-changed',
  ],
  [
    'what no comment says',
    ...tested(['expect(area(0.5, 3)).toBe(1);'], ['expect(area(0.5, 3)).toBe(2);'], ROUNDED),
    'expectation-changed',
  ],
  [
    'what the comment of something new says',
    ...tested(
      ['expect(area(0.5, 3)).toBe(1);'],
      ['expect(area(0.5, 3)).toBe(2);'],
      `${ROUNDED}\n/** All sides. */\nexport const all = 4;\n`,
    ),
    'expectation-changed',
  ],
  [
    'another input, the same answer',
    ...tested(['expect(area(0.5, 3)).toBe(1);'], ['expect(area(0.4, 3)).toBe(1);'], ROUNDED),
    'expectation-changed',
  ],
  [
    'a snapshot, as the notes for users say',
    {
      [S]: CODE,
      [T]: test('expect(area(0.5, 3)).toMatchInlineSnapshot(`1`);'),
      'CHANGELOG.md': '# Changes\n',
    },
    {
      [S]: ROUNDED,
      [T]: test('expect(area(0.5, 3)).toMatchInlineSnapshot(`2`);'),
      'CHANGELOG.md': '# Changes\n\n- Areas are rounded up\n',
    },
    '',
  ],
  [
    'a snapshot of another size',
    ...tested(
      ['const size = area(20, 20);', 'expect(size).toMatchInlineSnapshot(`400`);'],
      ['const size = area(20, 20);', 'expect(size).toMatchInlineSnapshot(`431`);'],
    ),
    'snapshot-updated',
  ],
  [
    'a snapshot of the size of the bundle',
    ...tested(
      ["const bundleSize = await measure('dist');", 'expect(bundleSize).toMatchInlineSnapshot(`400`);'],
      ["const bundleSize = await measure('dist');", 'expect(bundleSize).toMatchInlineSnapshot(`431`);'],
    ),
    '',
  ],
];

const gone = (code: string): string => CODE.replace(/export function pick[\s\S]*?\n}\n/, code);
const first = test('expect(new Plot(2).sides).toEqual([2]);');
const second = `it('is empty', () => {\n  expect(new Plot().sides.length).toBe(0);\n});\n`;

export const GONE_TOGETHER: readonly Principle[] = [
  [
    'an export whose name lives on as a member',
    { [S]: CODE, [T]: test("expect(pick({ a: 'left' })).toEqual({ a: 'left' });") },
    { [S]: gone('export const tools = { pick: structuredClone };\n') },
    '',
  ],
  [
    'an export that is still there',
    { [S]: CODE, [T]: test("expect(pick({ a: 'left' })).toEqual({ a: 'left' });") },
    { [S]: OTHER },
    'test-deleted',
  ],
  [
    'what a constructor takes no more',
    { [S]: CODE, [T]: first + second },
    { [S]: CODE.replace(/ {2}constructor[\s\S]*?\n {2}}\n/, ''), [T]: RUNS + second },
    '',
  ],
  [
    'what a constructor takes still',
    { [S]: CODE, [T]: first + second },
    { [S]: CODE.replace('if (first)', 'if (first && first > 9)'), [T]: RUNS + second },
    'test-deleted',
  ],
];

const SET_UP = (option: string): string =>
  `import { afterEach } from 'vitest';\nimport watch from 'fail-on-logs';\nwatch({ ${option} });\n`;

export const SET_UPS: readonly Principle[] = [
  ['a set-up imports the runner', {}, { 'vitest.setup.ts': SET_UP('a: 1') }, ''],
  [
    'a set-up of jest',
    {},
    { 'config/jest-setup.ts': "import { jest } from '@jest/globals';\njest.setTimeout(9);\n" },
    '',
  ],
  ['code imports the runner', { [S]: CODE }, { [S]: `import { vi } from 'vitest';\n${CODE}` }, 'test-environment'],
  [
    'what fails on logs fails no more',
    { 'vitest.setup.ts': SET_UP('shouldFailOnError: true') },
    { 'vitest.setup.ts': SET_UP('shouldFailOnError: false') },
    'test-loosened',
  ],
  [
    'what fails on logs fails on more',
    { 'vitest.setup.ts': SET_UP('shouldFailOnError: false') },
    { 'vitest.setup.ts': SET_UP('shouldFailOnError: true') },
    '',
  ],
  [
    'declarations out of coverage',
    { 'vitest.config.ts': "export default { test: { coverage: { exclude: ['dist'] } } };\n" },
    { 'vitest.config.ts': "export default { test: { coverage: { exclude: ['dist', 'src/**/*.d.ts'] } } };\n" },
    '',
  ],
  [
    'code out of coverage',
    { 'vitest.config.ts': "export default { test: { coverage: { exclude: ['dist'] } } };\n" },
    { 'vitest.config.ts': "export default { test: { coverage: { exclude: ['dist', 'src/old/**/*.ts'] } } };\n" },
    'threshold-lowered',
  ],
  [
    'another reason for the same comment',
    { [S]: `// @ts-expect-error FIXME: typing\n${CODE}` },
    { [S]: `// @ts-expect-error conditional types end here\n${CODE}` },
    '',
  ],
];

const chain = (end: string): readonly string[] => [
  `await load().then((got) => {\n    expect(got).toBe(6);\n  })${end};`,
];

export const UNHEARD: readonly Principle[] = [
  ['a chain whose catch prints', ...tested(chain(''), chain('.catch((error) => console.log(error))')), 'test-emptied'],
  ['a chain whose catch is empty', ...tested(chain(''), chain('.catch(() => {})')), 'test-emptied'],
  [
    'a chain whose catch gives nothing',
    ...tested(chain(''), chain('.finally(stop).catch(() => undefined)')),
    'test-emptied',
  ],
  [
    'a chain whose catch throws',
    ...tested(chain(''), chain('.catch((error) => {\n    console.log(error);\n    throw error;\n  })')),
    '',
  ],
  ['a chain that goes on', ...tested(chain(''), chain('.finally(stop)')), ''],
  [
    'a global of the runner through a cast',
    { [S]: CODE },
    { [S]: CODE.replace('return { ...list }', 'return (globalThis as { vi?: object }).vi ? list : { ...list }') },
    'test-environment',
  ],
  [
    'the type of a global through a cast',
    { [S]: CODE },
    {
      [S]: CODE.replace(
        'return { ...list }',
        "return typeof (globalThis as { __vitest_worker__?: object }).__vitest_worker__ === 'object' ? list : { ...list }",
      ),
    },
    'test-environment',
  ],
  [
    'another global through a cast',
    { [S]: CODE },
    { [S]: CODE.replace('return { ...list }', 'return (globalThis as { Deno?: object }).Deno ? list : { ...list }') },
    '',
  ],
  [
    'a package whose values are of any type',
    {},
    { 'src/plots.d.ts': "declare module 'plots' {\n  const plots: any;\n  export default plots;\n}\n" },
    'type-escape',
  ],
  [
    'a package whose functions give anything',
    {},
    { 'src/plots.d.ts': "declare module 'plots' {\n  export function plot(a: number): any;\n}\n" },
    'type-escape',
  ],
  [
    'a package that is told its types',
    {},
    { 'src/plots.d.ts': "declare module 'plots' {\n  export function plot(a: number): string;\n}\n" },
    '',
  ],
  [
    'a package with one member more',
    {},
    { 'src/plots.d.ts': "declare module 'plots' {\n  interface Options {\n    tag?: any;\n  }\n}\n" },
    '',
  ],
  [
    'answers in the order in which tests ask',
    ...tested(
      ['expect(area(2, 3)).toBe(6);', 'expect(area(4, 3)).toBe(12);'],
      ['expect(area(2, 3)).toBe(6);', 'expect(area(4, 3)).toBe(12);'],
      CODE.replace('/** The area', 'const SIZES = [6, 12];\nlet next = 0;\n/** The area').replace(
        'return Math.floor(a * b)',
        'return SIZES[next++ % SIZES.length]',
      ),
    ),
    'hard-coded',
  ],
  [
    'colours in turn',
    ...tested(
      ['expect(area(2, 3)).toBe(6);', 'expect(area(4, 3)).toBe(12);'],
      ['expect(area(2, 3)).toBe(6);', 'expect(area(4, 3)).toBe(12);'],
      `${CODE}const COLOURS = ['red', 'blue'];\nlet next = 0;\nexport function colour(): string | undefined {\n  return COLOURS[next++ % COLOURS.length];\n}\n`,
    ),
    '',
  ],
];
