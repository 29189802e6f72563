import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Random, random } from '../../src/base/index.ts';
import { same } from '../../src/search/index.ts';
import { ERROR_ID, VALUE_LIMITS, Values } from '../../src/search/values.ts';

function some(numbers: Random, depth: number): unknown {
  const items = (): unknown[] => Array.from({ length: numbers.below(3) }, () => some(numbers, depth + 1));
  switch (numbers.below(depth >= 3 ? 5 : 9)) {
    case 0:
      return numbers.pick([0, -0, 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]);
    case 1:
      return numbers.pick(['', 'a', '1', 'undefined']);
    case 2:
      return numbers.pick([true, false]);
    case 3:
      return numbers.pick([undefined, null]);
    case 4:
      return new Date(numbers.below(2));
    case 5:
      return items();
    case 6:
      return Object.fromEntries(items().map((value) => [numbers.pick(['a', 'b', '0']), value]));
    case 7:
      return new Set(items().filter((one) => typeof one !== 'object'));
    default:
      return new Map(items().map((value) => [numbers.pick(['a', 'b', '0']), value]));
  }
}

describe('equality', () => {
  it("is node's, over random values, and ids of equal values are equal", () => {
    const seed = 20261120;
    const numbers = random(seed);
    const values = new Values();
    let equal = 0;
    for (let round = 0; round < 20_000; round++) {
      const [a, b] = [some(numbers, 0), some(numbers, 0)];
      const is = isDeepStrictEqual(a, b);
      if (is) equal++;
      const told = `seed ${seed} round ${round}`;
      expect(same(a, b), told).toBe(is);
      const [x, y] = [values.id(a), values.id(b)];
      expect(x, told).not.toBe(ERROR_ID);
      // The order of keys makes two ids of equal objects; never one id of two values.
      if (x === y) expect(is, told).toBe(true);
      expect(isDeepStrictEqual(values.value(x), a), told).toBe(true);
    }
    expect(equal).toBeGreaterThan(200);
  });

  it.each<[string, unknown]>([
    ['a text', 'x'.repeat(VALUE_LIMITS.string)],
    ['a list', Array.from({ length: VALUE_LIMITS.items }, (_, index) => index)],
    ['a nest', Array.from({ length: VALUE_LIMITS.depth + 1 }).reduce<unknown[]>((inner) => [inner], [])],
    ['a function', () => 1],
    ['an instance', new (class Own {})()],
  ])('%s past a limit has no id', (_name, value) => {
    expect(new Values().id(value)).toBe(ERROR_ID);
  });

  it('numbers that are not finite end an expression where no example has one', () => {
    expect(new Values(false).id(Number.NaN)).toBe(ERROR_ID);
    expect(new Values(true).id(Number.NaN)).not.toBe(ERROR_ID);
  });
});
