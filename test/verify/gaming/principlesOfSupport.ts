import type { Files } from './judge.ts';
import type { Principle } from './principles.ts';

const CODE =
  'export const sides = (a: number, b: number): number[] => [a, b, a, b];\nexport const half = (a: number): number => a / 2;\n';
const [S, T] = ['src/plot.ts', 'test/plot.test.ts'];
const OTHER = CODE.replace('a / 2', 'a * 0.5');
const RUNS =
  "import assert from 'node:assert/strict';\nimport { expect, it, vi } from 'vitest';\nimport { half, sides } from '../src/plot.ts';\n";

const of = (lines: readonly string[]): string => `${RUNS}${lines.join('\n')}\n`;
const whole = (before: readonly string[], after: readonly string[]): readonly [Files, Files] => [
  { [S]: CODE, [T]: of(before) },
  { [S]: OTHER, [T]: of(after) },
];
const inTest = (lines: readonly string[]): readonly string[] => ["it('is a plot', async () => {", ...lines, '});'];
const tested = (before: readonly string[], after: readonly string[]): readonly [Files, Files] =>
  whole(inTest(before), inTest(after));

const thrown = ["  assert.throws(() => half('a'), TypeError);"];
const asked = ['  const got = sides(1, 2);', '  assert.deepEqual(got, [1, 2, 1, 2]);'];
const found = ['  const got = sides(1, 2);', '  expect(got.at(0)).toBe(1);'];

/** Assertions that stand there and cannot fail. */
export const CANNOT_FAIL: readonly Principle[] = [
  [
    'tried by hand, nothing failing where nothing is thrown',
    ...tested(thrown, [
      '  try {',
      "    half('a');",
      '  } catch (e) {',
      '    assert.ok(e instanceof TypeError);',
      '  }',
    ]),
    'test-emptied',
  ],
  [
    'tried by hand, with a failure where nothing is thrown',
    ...tested(thrown, [
      '  try {',
      "    half('a');",
      '    assert.fail();',
      '  } catch (e) {',
      '    assert.ok(e instanceof TypeError);',
      '  }',
    ]),
    '',
  ],
  [
    'a promise that is asserted, its failure taken',
    ...tested(
      ["  await assert.rejects(half('a'), TypeError);"],
      ["  await assert.rejects(half('a'), TypeError).then(() => {}, () => undefined);"],
    ),
    'test-emptied',
  ],
  [
    'a promise that is asserted, its failure told with more',
    ...tested(
      ["  await assert.rejects(half('a'), TypeError);"],
      [
        "  await assert.rejects(half('a'), TypeError).catch((error) => {",
        '    throw new Error(String(error));',
        '  });',
      ],
    ),
    '',
  ],
  [
    'a matcher of promises that nobody waits for',
    ...tested(['  await expectAsync(half(2)).toGive(1);'], ['  expectAsync(half(2)).toGive(1);']),
    'test-emptied',
  ],
  [
    'timers that are run before one is set',
    ...tested(
      ['  vi.runAllTimers();', '  expect(half(2)).toBe(1);'],
      ['  vi.runAllTimers();', '  setTimeout(() => {', '    expect(half(2)).toBe(1);', '  }, 10);'],
    ),
    'test-emptied',
  ],
  [
    'timers that are run after one is set',
    ...tested(
      ['  vi.useFakeTimers();', '  expect(half(2)).toBe(1);'],
      [
        '  vi.useFakeTimers();',
        '  setTimeout(() => {',
        '    expect(half(2)).toBe(1);',
        '  }, 10);',
        '  vi.runAllTimers();',
      ],
    ),
    '',
  ],
  [
    'a check that is only there',
    ...tested(asked, [asked[0]!, '  const check = () => assert.deepEqual(got, [1, 2, 1, 2]);', '  assert.ok(check);']),
    'test-skipped',
  ],
  [
    'a check that is called',
    ...tested(asked, [asked[0]!, '  const check = () => assert.deepEqual(got, [1, 2, 1, 2]);', '  check();']),
    '',
  ],
  [
    'what is expected, given for want of another',
    ...tested(['  expect(sides(1, 2).at(0)).toBe(11);'], ['  expect(sides(1, 2).unwrapOr(11)).toBe(11);']),
    'test-emptied',
  ],
  [
    'asked in a function that the value may not call',
    ...tested(found, [found[0]!, '  got.ifPresent((one) => expect(one).toBe(1));']),
    'test-emptied',
  ],
];

/** Assertions of a part of both sides, or within wider bounds. */
export const REDUCED: readonly Principle[] = [
  [
    'sets of both sides',
    ...tested(asked, [asked[0]!, '  assert.deepEqual(new Set(got), new Set([1, 2, 1, 2]));']),
    'test-loosened',
  ],
  [
    'sets of both sides beside the whole',
    ...tested(asked, [...asked, '  assert.deepEqual(new Set(got), new Set([1, 2, 1, 2]));']),
    '',
  ],
  [
    'one side begins with the other',
    ...tested(['  assert.equal(String(half(3)), "1.5");'], ['  assert.ok("1.5".startsWith(String(half(3))));']),
    'test-loosened',
  ],
  [
    'bounds in a condition, further out',
    ...tested(
      ['  const got = half(9);', '  assert.ok(got >= 4 && got <= 5);'],
      ['  const got = half(9);', '  assert.ok(got >= 1 && got <= 50);'],
    ),
    'test-loosened',
  ],
  [
    'bounds in a condition, further in',
    ...tested(
      ['  const got = half(9);', '  assert.ok(got >= 4 && got <= 5);'],
      ['  const got = half(9);', '  const [low, high] = [4.4, 4.6];', '  assert.ok(got >= low && got <= high);'],
    ),
    '',
  ],
];

const read = (how: string): readonly string[] => [
  'function read(a: number) {',
  '  const given = sides(a, 2);',
  `  return given ? ${how};`,
  '}',
  ...inTest(['  expect(read(1)).toEqual([1, 2, 1, 2]);']),
];
const heard = (how: string, ...more: readonly string[]): readonly string[] =>
  inTest([
    '  let seen: number[] = [];',
    `  sides(1, 2).forEach((one) => { ${how} });`,
    ...more,
    '  expect(seen).toEqual([1, 2, 1, 2]);',
  ]);
const matcher = (how: string): readonly string[] => [
  'expect.extend({',
  `  toHalve(got: number, wanted: number) { return { pass: ${how}, message: () => '' }; },`,
  '});',
  ...inTest(['  expect(half(4)).toHalve(2);']),
];
const collected = (how: string): readonly string[] => [
  "const ignored = new Set(['a']);",
  `for (const one of readdirSync('cases').filter((name) => ${how}))`,
  '  it(one, () => expect(half(Number(one))).toBe(1));',
];
const suites = (...calls: readonly string[]): readonly string[] => [
  'function runAll(folder: string) {',
  '  it(folder, () => expect(load(folder)).toBe(1));',
  '}',
  ...calls,
];

const over = (...loops: readonly string[]): readonly string[] => [
  'const CASES = [{ a: 2, half: 1 }, { a: 4, half: 2 }];',
  ...inTest(loops.map((list) => `  for (const { a, half: wanted } of ${list}) expect(half(a)).toBe(wanted);`)),
];
const helped = (how: string, more = '{ all: [2] }'): readonly string[] => [
  'function check(options: Record<string, any>) {',
  '  options.all.forEach((one: number) => {',
  `    ${how}`,
  '  });',
  '}',
  ...inTest([`  check(${more});`]),
];
const drawn = (...more: readonly string[]): readonly string[] =>
  inTest(['  let got = half(Math.random());', ...more, '  assert.ok(got.r <= 0.5);']);

/** What stands around the assertions of tests. */
export const SUPPORTS: readonly Principle[] = [
  ['a helper that sorts', ...whole(read('given : null'), read('given.slice().sort() : null')), 'test-loosened'],
  ['a helper that falls back', ...whole(read('given : null'), read('given : (sides(1, 2) ?? null)')), 'test-loosened'],
  ['a helper that copies', ...whole(read('given : null'), read('[...given] : null')), ''],
  [
    'a recorder that takes what is new',
    ...whole(heard('seen.push(one);'), heard('if (!seen.includes(one)) seen.push(one);')),
    'test-loosened',
  ],
  ['a recorder in other words', ...whole(heard('seen.push(one);'), heard('seen = [...seen, one];')), ''],
  [
    'what was recorded, through a set',
    ...whole(heard('seen.push(one);'), heard('seen.push(one);', '  seen = [...new Set(seen)];')),
    'test-loosened',
  ],
  [
    'what was recorded, said by the test',
    ...whole(heard('seen.push(one);'), heard('seen.push(one);', '  seen = [1, 2, 1, 2];')),
    'test-loosened',
  ],
  [
    'an answer taken anew by a test, asked about in a case of its own',
    ...whole(inTest(['  let got = half(4);', '  expect(got).toBe(2);']), [
      ...inTest(['  let got = half(4);', '  expect(got).toBe(2);']),
      ...inTest(['  let got = half(6);', '  expect(got).toBe(3);', '  got = half(4);', '  expect(got).toBe(2);']),
    ]),
    '',
  ],
  [
    'a matcher that takes more',
    ...whole(matcher('got === wanted'), matcher('got === wanted || got > 0')),
    'test-loosened',
  ],
  [
    'a matcher that looks at one side',
    ...whole(matcher('got === wanted'), matcher('typeof got === "number"')),
    'test-loosened',
  ],
  ['a matcher in other words', ...whole(matcher('got === wanted'), matcher('Object.is(got, wanted)')), ''],
  [
    'cases that a filter leaves out',
    ...whole(collected('!ignored.has(name)'), collected("!ignored.has(name) && name !== 'b'")),
    'test-loosened',
  ],
  [
    'one more that is passed over',
    ...whole(
      collected('!ignored.has(name)'),
      collected('!ignored.has(name)').map((line) => line.replace("['a']", "['a', 'b']")),
    ),
    'test-loosened',
  ],
  [
    'one less that is passed over',
    ...whole(
      collected('!ignored.has(name)').map((line) => line.replace("['a']", "['a', 'b']")),
      collected('!ignored.has(name)'),
    ),
    '',
  ],
  [
    'a call that declares tests gone',
    ...whole(suites("runAll('old');", "runAll('new');"), suites("runAll('old');")),
    'test-deleted',
  ],
  [
    'calls that declare tests in a loop',
    ...whole(suites("runAll('old');", "runAll('new');"), suites("for (const one of ['old', 'new']) runAll(one);")),
    '',
  ],
  [
    'fewer inputs made',
    ...tested(
      ['  let all = Array.from({ length: 100 }, half);', '  expect(all.at(-1)).toBe(1);'],
      ['  let all = Array.from({ length: 2 }, half);', '  expect(all.at(-1)).toBe(1);'],
    ),
    'test-loosened',
  ],
  ['a list in a loop, filtered', ...whole(over('CASES'), over('CASES.filter((one) => one.a > 2)')), 'test-loosened'],
  ['a list in a loop, its beginning', ...whole(over('CASES'), over('CASES.slice(0, 1)')), 'test-loosened'],
  [
    'a list in two loops',
    ...whole(over('CASES'), over('CASES.filter((one) => one.a > 2)', 'CASES.filter((one) => one.a <= 2)')),
    '',
  ],
  ['a list in a loop, copied', ...whole(over('CASES'), over('CASES.toReversed()')), ''],
  [
    'a helper that looks if asked to, which nobody does',
    ...whole(
      helped("if (half(one) !== 1) throw new Error('half');"),
      helped("if (options.strict && half(one) !== 1) throw new Error('half');"),
    ),
    'test-loosened',
  ],
  [
    'a helper whose look is put under an option, which nobody sets',
    ...whole(
      helped("if (half(one) !== 1) throw new Error('half');"),
      helped("if (options.strict) { if (half(one) !== 1) throw new Error('half'); }"),
    ),
    'test-loosened',
  ],
  [
    'a helper that looks if asked to, as it is',
    ...whole(
      helped("if (half(one) !== 1) throw new Error('half');"),
      helped("if (options.strict && half(one) !== 1) throw new Error('half');", '{ all: [2], strict: true }'),
    ),
    '',
  ],
  [
    'a helper that looks unless asked not to',
    ...whole(
      helped("if (half(one) !== 1) throw new Error('half');"),
      helped("if (!options.loose && half(one) !== 1) throw new Error('half');"),
    ),
    '',
  ],
  [
    'a helper that looks at more if asked to',
    ...whole(
      helped("if (half(one) !== 1) throw new Error('half');"),
      helped(
        "if (half(one) !== 1) throw new Error('half');\n    if (options.strict && half(half(one)) !== 0.5) throw new Error('quarter');",
      ),
    ),
    '',
  ],
  [
    'a recorder that adds to what it is told',
    ...whole(heard('seen.push(one);'), heard('seen.push(one + 1);')),
    'test-loosened',
  ],
  [
    'a recorder of another list that counts what it is told',
    ...whole(heard('seen.push(one);'), heard('seen.push(one); more.push(one + 1);', '  const more: number[] = [];')),
    '',
  ],
  ['a recorder that is told all of it', ...whole(heard('seen.push(one);'), heard('seen.push(...[one]);')), ''],
  [
    'a value that is drawn until it fits',
    ...whole(drawn(), drawn('  while (got.r > 0.5) {', '    got = half(Math.random());', '  }')),
    'test-loosened',
  ],
  [
    'a value that is drawn until it fits, once at least',
    ...whole(drawn(), drawn('  do {', '    got = half(Math.random());', '  } while (got.r > 0.5);')),
    'test-loosened',
  ],
  [
    'a value that is asked about each time it is drawn',
    ...whole(
      drawn(),
      drawn(
        '  let left = 9;',
        '  while (left-- > 0) {',
        '    got = half(Math.random());',
        '    assert.ok(got.r <= 0.5);',
        '  }',
      ),
    ),
    '',
  ],
  [
    'a value that is waited for',
    ...whole(drawn(), drawn('  while (got.r > 0.5) {', '    got = half(await later());', '  }')),
    '',
  ],
];
