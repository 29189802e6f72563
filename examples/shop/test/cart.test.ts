import { beforeEach, describe, expect, it } from 'vitest';
import { Cart, CartError, lineTotal } from '../src/cart.ts';
import { Money } from '../src/money.ts';
import { sku } from '../src/product.ts';
import { book, eur, mug, tea } from './support.ts';

let cart: Cart;
beforeEach(() => {
  cart = new Cart('EUR', { maxLines: 2, maxQuantity: 5 });
});

describe('Cart', () => {
  it('starts empty', () => {
    expect(cart.lines).toEqual([]);
    expect(cart.count).toBe(0);
    expect(cart.subtotal).toEqual(eur(0));
  });

  it('adds to what is there', () => {
    cart.add(tea);
    cart.add(mug, 2);
    cart.add(tea, 3);
    expect(cart.lines).toEqual([
      { product: tea, quantity: 4 },
      { product: mug, quantity: 2 },
    ]);
    expect(cart.count).toBe(6);
    expect(cart.subtotal).toEqual(eur(4 * 450 + 2 * 1295));
    expect(cart.weightGrams).toBe(4 * 100 + 2 * 350);
  });

  it('sets and removes', () => {
    cart.add(tea, 3);
    cart.set(tea, 1);
    expect(cart.quantityOf(tea.sku)).toBe(1);
    cart.set(tea, 0);
    expect(cart.has(tea.sku)).toBe(false);
    cart.add(mug);
    expect(cart.remove(mug.sku)).toBe(true);
    expect(cart.remove(sku('NOTHING'))).toBe(false);
  });

  it('is emptied by clear', () => {
    cart.add(tea);
    cart.clear();
    expect(cart.lines).toEqual([]);
  });

  it('keeps its limits', () => {
    cart.add(tea, 5);
    cart.add(mug);
    expect(() => cart.add(tea)).toThrow('at most 5 of TEA-GREEN, got 6');
    expect(() => cart.add(book)).toThrow('at most 2 different products');
    expect(cart.count).toBe(6);
  });

  it.each([-1, 1.5, Number.NaN])('refuses the quantity %d', (quantity) => {
    expect(() => cart.set(tea, quantity)).toThrow(CartError);
  });

  it('refuses another currency', () => {
    const imported = { ...tea, price: new Money(500, 'USD') };
    expect(() => cart.add(imported)).toThrow('TEA-GREEN is priced in USD, not EUR');
  });
});

describe('lineTotal', () => {
  it('is the price times the quantity', () => {
    expect(lineTotal({ product: book, quantity: 3 })).toEqual(eur(5997));
  });
});
