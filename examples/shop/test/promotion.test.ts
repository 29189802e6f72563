import { describe, expect, it } from 'vitest';
import { Cart } from '../src/cart.ts';
import { discountsFor, isActive, type Promotion } from '../src/promotion.ts';
import { book, eur, mug, tea } from './support.ts';

const request = { codes: ['welcome'], today: '2026-03-15' };

function discounts(lines: readonly [typeof tea, number][], promotions: readonly Promotion[]) {
  const cart = new Cart('EUR');
  for (const [product, quantity] of lines) cart.add(product, quantity);
  return discountsFor(cart, promotions, request).map(({ label, amount }) => [label, amount.amount]);
}

describe('discountsFor', () => {
  it('takes a part of everything, rounding half up', () => {
    const promotion: Promotion = { kind: 'percentage', label: 'spring', basisPoints: 1000 };
    expect(discounts([[mug, 1]], [promotion])).toEqual([['spring', 130]]);
  });

  it('takes a part of one category', () => {
    const promotion: Promotion = { kind: 'percentage', label: 'read', basisPoints: 5000, category: 'book' };
    expect(
      discounts(
        [
          [tea, 1],
          [book, 2],
        ],
        [promotion],
      ),
    ).toEqual([['read', 1999]]);
    expect(discounts([[tea, 1]], [promotion])).toEqual([]);
  });

  it('takes a fixed amount from the minimum on', () => {
    const promotion: Promotion = { kind: 'fixed', label: 'five', amount: 500, minimum: 1350 };
    expect(discounts([[tea, 2]], [promotion])).toEqual([]);
    expect(discounts([[tea, 3]], [promotion])).toEqual([['five', 500]]);
  });

  it.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [5, 1],
    [6, 2],
  ])('of %d pieces in “two and one free”, %d are free', (quantity, free) => {
    const promotion: Promotion = { kind: 'bundle', label: '2+1', sku: tea.sku, buy: 2, free: 1 };
    expect(discounts([[tea, quantity]], [promotion])).toEqual(free === 0 ? [] : [['2+1', free * 450]]);
  });

  it('gives a begun bundle only what is beyond the pieces paid', () => {
    const promotion: Promotion = { kind: 'bundle', label: '1+2', sku: tea.sku, buy: 1, free: 2 };
    expect(discounts([[tea, 5]], [promotion])).toEqual([['1+2', 3 * 450]]);
  });

  it('never takes off more than the subtotal', () => {
    const promotions: Promotion[] = [
      { kind: 'fixed', label: 'first', amount: 400, minimum: 0 },
      { kind: 'fixed', label: 'second', amount: 400, minimum: 0 },
      { kind: 'fixed', label: 'third', amount: 400, minimum: 0 },
    ];
    expect(discounts([[tea, 1]], promotions)).toEqual([
      ['first', 400],
      ['second', 50],
    ]);
  });

  it('leaves the cart as it was', () => {
    const cart = new Cart('EUR');
    cart.add(tea);
    discountsFor(cart, [{ kind: 'fixed', label: 'x', amount: 100, minimum: 0 }], request);
    expect(cart.subtotal).toEqual(eur(450));
  });
});

describe('isActive', () => {
  const base = { kind: 'percentage', label: 'x', basisPoints: 100 } as const;
  const cases: [why: string, promotion: Promotion, active: boolean][] = [
    ['no conditions', base, true],
    ['the first day', { ...base, from: '2026-03-15' }, true],
    ['the day before', { ...base, from: '2026-03-16' }, false],
    ['the last day', { ...base, until: '2026-03-15' }, true],
    ['the day after', { ...base, until: '2026-03-14' }, false],
    ['a code in another case', { ...base, code: 'WELCOME' }, true],
    ['a code not entered', { ...base, code: 'VIP' }, false],
  ];
  it.each(cases)('%s', (_, promotion, active) => {
    expect(isActive(promotion, request)).toBe(active);
  });
});
