import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { encode, VALUE_LIMITS } from '../../src/verify/compare/encode.ts';
import { Code, printed, shortened, sourceOf } from '../../src/verify/compare/print.ts';

const seen = (value: unknown) => encode(value, VALUE_LIMITS);
const text = (value: unknown): string => JSON.stringify(seen(value).tree);

class Point {
  x: number;
  constructor(x: number) {
    this.x = x;
  }
}
class Other {
  x = 1;
}
class Hidden {
  #secret = 1;
  reveal(): number {
    return this.#secret;
  }
}
const cycle = (length: number): object => {
  const first: Record<string, unknown> = {};
  let last = first;
  for (let index = 1; index < length; index++) {
    const next: Record<string, unknown> = {};
    last.next = next;
    last = next;
  }
  last.next = first;
  return first;
};
function* counted(to: number): Generator<number> {
  for (let index = 0; index < to; index++) yield index;
}
function* grown(copied: boolean): Generator<number[]> {
  const seen: number[] = [];
  for (const one of [1, 2]) {
    seen.push(one);
    yield copied ? seen.slice() : seen;
  }
}
function* ended(last: unknown): Generator<number, unknown> {
  yield 1;
  return last;
}

/** Values made anew by each call, so that equal ones are not the same object; each unlike all others. */
const VALUES: readonly (() => unknown)[] = [
  () => 0,
  () => -0,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => '0',
  () => 'NaN',
  () => null,
  () => undefined,
  () => [undefined],
  () => new Array(1),
  () => [null],
  () => [],
  () => ({}),
  () => Object.create(null) as object,
  () => ({ a: 1, b: 2 }),
  () => ({ a: 1, b: undefined }),
  () => ({ a: 1 }),
  () => new Map([[1, 2]]),
  () => new Map([[1, '2']]),
  () => new Set([1, 2]),
  () => new Set([[1], [2]]),
  () => [1, 2],
  () => Object.assign([1, 2], { extra: true }),
  () => new Date(0),
  () => new Date(Number.NaN),
  () => 10n,
  () => new Uint8Array([1, 2]),
  () => new Int8Array([1, 2]),
  () => new Float64Array([-0, Number.NaN]),
  () => new Float64Array([0, Number.NaN]),
  () => new Uint8Array([1, 2]).buffer,
  () => new Error('a'),
  () => new Error('b'),
  () => new TypeError('a'),
  () => /a/g,
  () => /a/,
  () => Object(1) as object,
  () => new Point(1),
  () => new Other(),
  () => cycle(1),
  () => cycle(2),
  () => counted(3),
  () => counted(VALUE_LIMITS.items + 1),
  () => [1, 2].values(),
  () => grown(true),
  () => grown(false),
  () => ended('a'),
  () => ended('b'),
  () => ended(null),
  () => Symbol.for('a'),
  () => Symbol.iterator,
];

describe('encoding', () => {
  it('says equal of what is equal and of nothing else', () => {
    VALUES.forEach((one, a) => {
      expect(seen(one()).unknown, text(one())).toBeUndefined();
      VALUES.forEach((other, b) => {
        expect(text(one()) === text(other()), `${text(one())} ${text(other())}`).toBe(a === b);
      });
    });
  });

  it('does not count the order of keys, entries and members', () => {
    expect(
      text({
        b: [new Set([2, { y: 1, x: 2 }, 1])],
        a: new Map([
          [2, 1],
          [1, 1],
        ]),
      }),
    ).toBe(
      text({
        a: new Map([
          [1, 1],
          [2, 1],
        ]),
        b: [new Set([1, 2, { x: 2, y: 1 }])],
      }),
    );
  });

  it('says equal of what is shared and what is repeated', () => {
    const shared = { a: 1 };
    expect(text([shared, shared])).toBe(text([{ a: 1 }, { a: 1 }]));
  });

  const deep = (): unknown => {
    let value: unknown = 1;
    for (let level = 0; level < 1_000; level++) value = [value];
    return value;
  };
  it.each([
    ['a function', () => 1, /function/],
    ['a function in a list', [() => 1], /function/],
    ['private fields', new Hidden(), /Hidden keeps to itself/],
    ['a weak map', new WeakMap(), /WeakMap/],
    ['a promise inside', [Promise.resolve(1)], /Promise/],
    ['a symbol of its own', Symbol('a'), /symbol/],
    ['too much', new Array(VALUE_LIMITS.parts).fill(0), /parts/],
    ['too deep', deep(), /nesting/],
  ])('does not claim to know %s', (_name, value, reason) => {
    expect(seen(value).unknown).toMatch(reason);
  });

  it('survives the way between processes', () => {
    for (const value of VALUES) expect(JSON.parse(text(value()))).toEqual(seen(value()).tree);
  });

  it('is sent as text, so it stands for itself', () => {
    const sent = new Function(`return (${encode.toString()})`)() as typeof encode;
    for (const value of VALUES) expect(sent(value(), VALUE_LIMITS)).toEqual(seen(value()));
  });
});

describe('printing', () => {
  it.each<readonly [unknown, string]>([
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [Object.assign(new Array(3), { 0: 1, 2: 2 }), '[1, , 2]'],
    [[1, undefined], '[1, undefined]'],
    [new Array(2), '[, ,]'],
    [{ a: 1, 'b c': [] }, '{ a: 1, "b c": [] }'],
    [new Map([['a', new Set([1])]]), 'new Map([["a", new Set([1])]])'],
    [new Date(0), 'new Date("1970-01-01T00:00:00.000Z")'],
    [new Uint8Array([1]), 'new Uint8Array([1])'],
    [new RangeError('no'), 'new RangeError("no")'],
    ['a\ud800\u2028"', '"a\\ud800\\u2028\\""'],
    [new Point(1), 'Point { x: 1 }'],
    [cycle(1), '{ next: <1 up> }'],
    [() => 1, '<a function>'],
    [ended('a'), 'an iterator over [1] that returns "a"'],
    [grown(true), 'an iterator over [[1], [1, 2]]'],
    [grown(false), 'an iterator over [[1], [1, 2]], whose items become [[1, 2], [1, 2]]'],
    [[[1].values()].values(), 'an iterator over [an iterator over [1]]'],
  ])('%o is %s', (value, source) => expect(printed(seen(value).tree)).toBe(source));

  it('gives source that makes the value again', () => {
    const seed = Date.now();
    const numbers = random(seed);
    const leaves = VALUES.filter((one) => !/iterator|"up"|opaque|Point|Other|regexp/.test(text(one())));
    const make = (depth: number): unknown => {
      const one = (): unknown => (depth > 3 || numbers.below(3) === 0 ? numbers.pick(leaves)() : make(depth + 1));
      const many = (): unknown[] => Array.from({ length: numbers.below(4) }, one);
      switch (numbers.below(5)) {
        case 0:
          return many();
        case 1:
          return new Map(many().map((value) => [one(), value]));
        case 2:
          return new Set(many());
        case 3:
          return Object.fromEntries(
            many().map((value, index) => [numbers.pick(['a', '__proto__', 'b c', `k${index}`]), value]),
          );
        default:
          return one();
      }
    };
    for (let round = 0; round < 300; round++) {
      const value = make(0);
      const source = printed(seen(value).tree);
      const again: unknown = new Function(`return (${source}\n)`)();
      expect(text(again), `seed ${seed} round ${round}: ${source}`).toBe(text(value));
    }
  });

  it('writes functions that are arguments as they are', () => {
    expect(sourceOf([new Code('(x) => x'), { f: new Code('() => 1'), n: -0 }])).toBe(
      '[(x) => x, { f: () => 1, n: -0 }]',
    );
  });

  it('cuts what is too long and says how long it was', () => {
    expect(shortened('a'.repeat(1_000))).toMatch(/^a{400}… \(1000 characters\)$/);
  });
});
