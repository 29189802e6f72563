import { describe, expect, it } from 'vitest';
import { Cart } from '../src/cart.ts';
import type { ShopConfig } from '../src/config.ts';
import { quote } from '../src/pricing.ts';
import { book, config, eur, mug, tea, unwrap, unwrapError } from './support.ts';

const request = { country: 'DE', codes: [], today: '2026-03-15' };

function cartOf(...products: (typeof tea)[]): Cart {
  const cart = new Cart('EUR');
  for (const product of products) cart.add(product);
  return cart;
}

describe('quote', () => {
  it('adds shipping to prices that include tax', () => {
    const priced = unwrap(quote(cartOf(tea, mug), request, config));
    expect(priced.subtotal).toEqual(eur(1745));
    expect(priced.shipping).toEqual(eur(399));
    expect(priced.total).toEqual(eur(2144));
    expect(priced.taxes).toEqual([
      { basisPoints: 700, net: eur(421), tax: eur(29) },
      { basisPoints: 1900, net: eur(1424), tax: eur(270) },
    ]);
  });

  it('adds tax to prices without it', () => {
    const added: ShopConfig = { ...config, tax: { ...config.tax, mode: 'added' } };
    const priced = unwrap(quote(cartOf(tea, mug), request, added));
    // 7 % of 4.50 and 19 % of 12.95 + 3.99
    expect(priced.total).toEqual(eur(1745 + 399 + 32 + 322));
  });

  it('spreads a discount over the lines before tax', () => {
    const discounted: ShopConfig = {
      ...config,
      promotions: [{ kind: 'fixed', label: 'ten off', amount: 1000, minimum: 0 }],
    };
    const priced = unwrap(quote(cartOf(mug, book), request, discounted));
    expect(priced.discounts).toEqual([{ label: 'ten off', amount: eur(1000) }]);
    expect(priced.total).toEqual(eur(1295 + 1999 - 1000 + 399));
    const taxed = priced.taxes.reduce((sum, line) => sum + line.net.amount + line.tax.amount, 0);
    expect(taxed).toBe(priced.total.amount);
  });

  it('counts the goods after discounts towards free shipping', () => {
    const books = cartOf(book, book, book);
    expect(unwrap(quote(books, request, config)).shipping).toEqual(eur(0));
    const discounted: ShopConfig = {
      ...config,
      promotions: [{ kind: 'percentage', label: 'sale', basisPoints: 5000 }],
    };
    expect(unwrap(quote(books, request, discounted)).shipping).toEqual(eur(699));
  });

  it('can be nothing at all', () => {
    const free: ShopConfig = {
      ...config,
      zones: config.zones.map((zone) => ({ ...zone, freeFrom: 0 })),
      promotions: [{ kind: 'percentage', label: 'gift', basisPoints: 10_000 }],
    };
    const priced = unwrap(quote(cartOf(tea), request, free));
    expect(priced.total).toEqual(eur(0));
    expect(priced.taxes).toEqual([]);
  });

  it('says where it cannot ship', () => {
    expect(unwrapError(quote(cartOf(tea), { ...request, country: 'US' }, config))).toEqual({
      kind: 'no-zone',
      country: 'US',
    });
  });
});
