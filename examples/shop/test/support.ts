import { parseConfig, type ShopConfig } from '../src/config.ts';
import { Money } from '../src/money.ts';
import { type Product, sku } from '../src/product.ts';
import type { Result } from '../src/result.ts';

export const eur = (amount: number): Money => new Money(amount, 'EUR');

export const tea: Product = {
  sku: sku('TEA-GREEN'),
  name: 'Green tea',
  category: 'food',
  price: eur(450),
  weightGrams: 100,
};

export const mug: Product = {
  sku: sku('MUG-BLUE'),
  name: 'Blue mug',
  category: 'other',
  price: eur(1295),
  weightGrams: 350,
};

export const book: Product = {
  sku: sku('BOOK-TEA'),
  name: 'The book of tea',
  category: 'book',
  price: eur(1999),
  weightGrams: 600,
};

export const config: ShopConfig = unwrap(
  parseConfig({
    currency: 'EUR',
    tax: { mode: 'included', rates: { standard: 1900, reduced: { food: 700, book: 700 } } },
    zones: [
      {
        name: 'home',
        countries: ['DE'],
        brackets: [
          { upToGrams: 1000, price: 399 },
          { upToGrams: 5000, price: 699 },
        ],
        freeFrom: 5000,
      },
      { name: 'EU', countries: ['AT', 'FR'], brackets: [{ upToGrams: 2000, price: 1290 }] },
    ],
  }),
);

/** The value of a result that must be a success. */
export function unwrap<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`expected a success, got ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The error of a result that must be a failure. */
export function unwrapError<T, E>(result: Result<T, E>): E {
  if (result.ok) throw new Error(`expected a failure, got ${JSON.stringify(result.value)}`);
  return result.error;
}
