import { describe, expect, it } from 'vitest';
import { type Currency, Money, type Rounding } from '../src/money.ts';
import { eur, unwrap, unwrapError } from './support.ts';

describe('parse and toDecimal', () => {
  const cases: [text: string, currency: Currency, amount: number][] = [
    ['12.34', 'EUR', 1234],
    ['0.05', 'EUR', 5],
    ['-0.50', 'EUR', -50],
    ['1200', 'JPY', 1200],
    ['1.005', 'KWD', 1005],
  ];
  it.each(cases)('%s %s', (text, currency, amount) => {
    const money = unwrap(Money.parse(text, currency));
    expect(money).toEqual(new Money(amount, currency));
    expect(money.toDecimal()).toBe(text);
  });

  it('fills missing decimals', () => {
    expect(unwrap(Money.parse(' 12.3 ', 'EUR'))).toEqual(eur(1230));
  });

  it.each(['', '1,50', '1.2.3', '.5', '1e3', '0x10', 'abc'])('refuses "%s"', (text) => {
    expect(unwrapError(Money.parse(text, 'EUR'))).toContain('expected a decimal number');
  });

  it('refuses more decimals than the currency has', () => {
    expect(unwrapError(Money.parse('1.5', 'JPY'))).toBe('expected at most 0 decimals for JPY, got "1.5"');
  });

  it('refuses what cannot be counted exactly', () => {
    expect(unwrapError(Money.parse('90071992547409.93', 'EUR'))).toContain('too large');
  });
});

describe('arithmetic', () => {
  it('adds, subtracts and multiplies', () => {
    expect(eur(10).plus(eur(20))).toEqual(eur(30));
    expect(eur(10).minus(eur(30))).toEqual(eur(-20));
    expect(eur(1295).times(3)).toEqual(eur(3885));
    expect(Money.sum([eur(1), eur(2), eur(3)], 'EUR')).toEqual(eur(6));
    expect(Money.sum([], 'EUR')).toEqual(eur(0));
  });

  it('knows no negative zero', () => {
    expect(Object.is(eur(-5).times(0).amount, 0)).toBe(true);
  });

  it('refuses to mix currencies', () => {
    expect(() => eur(1).plus(new Money(1, 'USD'))).toThrow('cannot combine EUR with USD');
    expect(eur(1).equals(new Money(1, 'USD'))).toBe(false);
  });

  it('refuses fractions of a minor unit', () => {
    expect(() => eur(0.5)).toThrow(RangeError);
    expect(() => eur(10).times(0.5)).toThrow(RangeError);
  });

  it('compares', () => {
    expect(eur(1).compare(eur(2))).toBeLessThan(0);
    expect(eur(5).atMost(eur(3))).toEqual(eur(3));
    expect(eur(2).atMost(eur(3))).toEqual(eur(2));
  });
});

describe('share', () => {
  const cases: [amount: number, basisPoints: number, rounding: Rounding, part: number][] = [
    [1000, 1900, 'half-up', 190],
    [50, 100, 'half-up', 1],
    [-50, 100, 'half-up', -1],
    [50, 100, 'half-even', 0],
    [150, 100, 'half-even', 2],
    [250, 100, 'half-even', 2],
    [260, 100, 'half-even', 3],
    [199, 100, 'down', 1],
    [-199, 100, 'down', -1],
    [Number.MAX_SAFE_INTEGER, 10_000, 'half-up', Number.MAX_SAFE_INTEGER],
  ];
  it.each(cases)('%d × %d bp, %s', (amount, basisPoints, rounding, part) => {
    expect(eur(amount).share(basisPoints, rounding)).toEqual(eur(part));
  });

  it('takes whole basis points only', () => {
    expect(() => eur(100).share(0.5)).toThrow(RangeError);
    expect(() => eur(100).scale(1, 0)).toThrow(RangeError);
  });
});

describe('allocate', () => {
  const cases: [amount: number, weights: number[], parts: number[]][] = [
    [100, [1, 1, 1], [34, 33, 33]],
    [100, [1, 2], [33, 67]],
    [5, [3, 7], [2, 3]],
    [-100, [1, 1, 1], [-34, -33, -33]],
    [10, [0, 1], [0, 10]],
    [0, [1, 1], [0, 0]],
  ];
  it.each(cases)('%d by %j', (amount, weights, parts) => {
    expect(eur(amount).allocate(weights)).toEqual(parts.map(eur));
  });

  it('loses nothing', () => {
    for (let amount = -50; amount <= 50; amount++) {
      const parts = eur(amount).allocate([3, 5, 7, 11]);
      expect(Money.sum(parts, 'EUR')).toEqual(eur(amount));
    }
  });

  it.each([[[]], [[0, 0]], [[1, -1]], [[0.5]]])('refuses the weights %j', (weights) => {
    expect(() => eur(1).allocate(weights)).toThrow(RangeError);
  });
});
