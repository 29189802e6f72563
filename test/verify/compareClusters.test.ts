import { describe, expect, it } from 'vitest';
import { type Behaviour, judge } from '../../src/verify/compare/clusters.ts';
import { confidenceOf, featuresOf } from '../../src/verify/compare/confidence.ts';
import { encode, VALUE_LIMITS } from '../../src/verify/compare/encode.ts';
import { fits } from '../../src/verify/compare/fits.ts';
import type { Input, Origin } from '../../src/verify/compare/inputs.ts';
import { partingInputs } from '../../src/verify/compare/parting.ts';
import type { Outcome } from '../../src/verify/compare/run.ts';
import { equal } from '../../src/verify/examples/equal.ts';

const value = (one: unknown): Outcome => ({ kind: 'value', value: JSON.stringify(encode(one, VALUE_LIMITS).tree) });
/** One list, given again as it grows. */
function* growing(): Generator<number[]> {
  const seen: number[] = [];
  for (const one of [1, 2]) {
    seen.push(one);
    yield seen;
  }
}
const SLOW: Outcome = { kind: 'unknown', reason: 'no end', slow: true };
const OPAQUE: Outcome = { kind: 'unknown', reason: 'a function' };
const THROWS: Outcome = { kind: 'throws', error: 'RangeError', message: 'too far' };

/** Drafts as the results of their inputs; letters name texts. */
const drafts = (...rows: readonly (readonly [string, readonly (Outcome | number)[]])[]): Behaviour[] =>
  rows.map(([text, results]) => ({
    outcomes: results.map((one) => (typeof one === 'number' ? value(one) : one)),
    kin: [text],
  }));
const typed = (count: number): Origin[] => Array.from({ length: count }, () => 'typed');

describe('clusters', () => {
  it.each<readonly [string, Behaviour[], readonly (readonly number[])[], readonly number[]]>([
    ['the same on all inputs', drafts(['a', [1, 2]], ['b', [1, 3]], ['c', [1, 2]]), [[0, 2], [1]], []],
    [
      'thrown errors by their kind',
      drafts(['a', [THROWS]], ['b', [{ ...THROWS, message: 'other' }]], ['c', [{ ...THROWS, error: 'TypeError' }]]),
      [[0, 1], [2]],
      [],
    ],
    [
      'a promise is not its value',
      drafts(['a', [1]], ['b', [{ kind: 'value', value: '1', waited: true }]]),
      [[0], [1]],
      [],
    ],
    [
      'arguments that are changed',
      drafts(['a', [1]], ['b', [{ kind: 'value', value: '1', changed: '["array",[]]' }]]),
      [[0], [1]],
      [],
    ],
    [
      'no end beside results that are the same',
      drafts(['a', [1, SLOW]], ['b', [1, SLOW]], ['c', [1, 2]]),
      [[0, 1], [2]],
      [],
    ],
    ['what cannot be compared is never equal', drafts(['a', [1, OPAQUE]], ['b', [1, OPAQUE]]), [[0], [1]], []],
    ['nothing known is in no cluster', drafts(['a', [SLOW]], ['b', [SLOW]], ['c', [1]]), [[2]], [0, 1]],
  ])('%s', (_name, behaviours, members, unknown) => {
    const found = judge(behaviours, typed(behaviours[0]!.outcomes.length), [], []);
    expect(found.clusters.map((one) => one.members).sort()).toEqual(members);
    expect(found.unknown.map(({ member }) => member)).toEqual(unknown);
  });

  it('do not part on what does not matter', () => {
    const behaviours = drafts(['a', [1, 2]], ['b', [1, 3]]);
    expect(judge(behaviours, typed(2), [], [], new Set([1])).clusters).toHaveLength(1);
  });
});

describe('the chosen draft', () => {
  const claim = (input: number, wanted: unknown) => ({ input, wanted: { kind: 'value' as const, value: wanted } });
  const three = drafts(['a', [1, 5]], ['b', [1, 5]], ['c', [2, 6]]);
  it('is what most agree with', () => expect(judge(three, typed(2), [], []).chosen).toBe(0));
  it('passes the examples before that', () => expect(judge(three, typed(2), [claim(0, 2)], []).chosen).toBe(2));
  it('fits the answers before that', () => {
    const found = judge(three, typed(2), [claim(0, 2)], [claim(1, 5)]);
    expect(found.chosen).toBe(0);
    expect(found.clusters.map(({ pruned }) => pruned)).toEqual([false, true]);
  });
  it('is none where no draft fits', () => {
    const found = judge(three, typed(2), [], [claim(1, 7)]);
    expect(found.chosen).toBeUndefined();
    expect(confidenceOf(found, 0)).toBe(0);
  });
  it('is what most agree with where no draft passes all examples', () => {
    const many = drafts(['a', [1, 1, 5]], ['b', [1, 1, 5]], ['c', [1, 1, 5]], ['d', [2, 9, 6]]);
    expect(judge(many, typed(3), [claim(0, 2), claim(1, 8)], []).chosen).toBe(0);
  });
  it('has less from three with one text than from three who wrote for themselves', () => {
    const found = judge(
      drafts(['a', [1]], ['a', [1]], ['a', [1]], ['b', [2]], ['c', [2]], ['d', [2]]),
      typed(1),
      [],
      [],
    );
    expect(found.chosen).toBe(3);
    expect(found.clusters.reduce((sum, { support }) => sum + support, 0)).toBeCloseTo(1);
  });
  it('is the one that nearly all nearly agree with, not the one that two agree with wholly', () => {
    const found = judge(
      drafts(
        ['a', [1, 1, 1, 9]],
        ['b', [1, 1, 1, 8]],
        ['c', [1, 1, 1, 7]],
        ['d', [1, 1, 1, 6]],
        ['e', [5, 5, 5, 5]],
        ['f', [5, 5, 5, 5]],
      ),
      typed(4),
      [],
      [],
    );
    expect(found.chosen).toBeLessThan(4);
  });
});

describe('confidence', () => {
  const agreeing = (count: number, of: number): Behaviour[] =>
    drafts(
      ...Array.from({ length: of }, (_, index): [string, number[]] => [`t${index}`, [index < count ? 1 : 10 + index]]),
    );
  it('grows with the share that agrees', () => {
    const sure = [4, 6, 8, 10].map((count) => confidenceOf(judge(agreeing(count, 10), typed(1), [], []), 0));
    expect(sure).toEqual([...sure].sort((a, b) => a - b));
    expect(new Set(sure).size).toBe(4);
    for (const one of sure) expect(one > 0 && one < 1).toBe(true);
  });
  it('is less where no draft passes the examples', () => {
    const claim = (wanted: number) => [{ input: 0, wanted: { kind: 'value' as const, value: wanted } }];
    const judged = (wanted: number) => confidenceOf(judge(agreeing(9, 10), typed(1), claim(wanted), []), 1);
    expect(judged(1)).toBeGreaterThan(judged(2));
  });
  it('has as many features as coefficients', () => {
    expect(featuresOf(judge(agreeing(2, 3), typed(1), [], []), 0).every(Number.isFinite)).toBe(true);
  });
});

describe('parting inputs', () => {
  const inputs = (...sources: readonly string[]): Input[] =>
    sources.map((source) => ({ args: [], source, origin: 'near' }));
  const rows = (...all: readonly (readonly (number | Outcome)[])[]): Outcome[][] =>
    all.map((row) => row.map((one) => (typeof one === 'number' ? value(one) : one)));
  const equally = (count: number) => Array.from({ length: count }, () => ({ support: 1 / count }));
  it.each<readonly [string, Input[], Outcome[][], readonly number[]]>([
    ['the most even first', inputs('1', '2'), rows([1, 1], [1, 1], [1, 2], [2, 2]), [1, 0]],
    ['the shorter of two', inputs('[1, 2]', '[]'), rows([1, 1], [2, 2]), [1]],
    ['none where all do the same', inputs('1'), rows([1], [1]), []],
    ['what is not known does not part', inputs('1'), rows([1], [SLOW]), []],
    [
      'each parts what those before left together',
      inputs('1', '2', '3'),
      rows([1, 1, 1], [1, 1, 2], [2, 2, 1], [2, 2, 2]),
      [0, 2],
    ],
  ])('%s', (_name, all, outcomes, chosen) => {
    expect(partingInputs(all, equally(outcomes.length), outcomes, 5)).toEqual(chosen);
  });
});

describe('what people want', () => {
  class Point {
    x = 1;
  }
  const VALUES: readonly unknown[] = [
    0,
    -0,
    Number.NaN,
    '0',
    null,
    undefined,
    [],
    [undefined],
    new Array(1),
    {},
    { a: 1 },
    { a: 1, b: undefined },
    new Point(),
    { x: 1 },
    new Map([[1, { a: 1 }]]),
    new Map([[1, { a: 2 }]]),
    new Set([[1]]),
    new Date(0),
    new Date(1),
    [[{ b: [1], a: -0 }]],
    new Error('a'),
    new Uint8Array([1]),
  ];
  it('is judged as examples are', () => {
    for (const wanted of VALUES) {
      // An example can say neither which class a literal is of nor that it is an instance.
      if (wanted instanceof Point) continue;
      for (const found of VALUES) {
        expect([wanted, found, fits({ kind: 'value', value: wanted }, value(found))]).toEqual([
          wanted,
          found,
          equal(wanted, found),
        ]);
      }
    }
  });

  it.each<readonly [string, Parameters<typeof fits>[0], Outcome, boolean | undefined]>([
    ['an error', { kind: 'throws' }, THROWS, true],
    ['an error with a message', { kind: 'throws', message: 'far' }, THROWS, true],
    ['another message', { kind: 'throws', message: 'near' }, THROWS, false],
    ['its class', { kind: 'throws', error: 'RangeError', message: 'far' }, THROWS, true],
    ['another class', { kind: 'throws', error: 'TypeError', message: 'far' }, THROWS, false],
    ['a class that its own extends', { kind: 'throws', error: 'Error' }, { ...THROWS, above: ['Error'] }, true],
    ['its class with another message', { kind: 'throws', error: 'RangeError', message: 'near' }, THROWS, false],
    ['a value for an error', { kind: 'throws' }, value(1), false],
    ['an error for a value', { kind: 'value', value: 1 }, THROWS, false],
    ['what is not known', { kind: 'value', value: 1 }, SLOW, undefined],
    ['the same outcome', { kind: 'as', outcome: THROWS }, { ...THROWS, message: '' }, true],
    ['another outcome', { kind: 'as', outcome: value(1) }, value(2), false],
    ['the list that an iterator gives', { kind: 'value', value: [1, 2] }, value([1, 2].values()), true],
    [
      'the list of items that change',
      {
        kind: 'value',
        value: [
          [1, 2],
          [1, 2],
        ],
      },
      value(growing()),
      true,
    ],
    ['the items as they came', { kind: 'value', value: [[1], [1, 2]] }, value(growing()), false],
  ])('%s', (_name, wanted, outcome, fitting) => expect(fits(wanted, outcome)).toBe(fitting));
});
