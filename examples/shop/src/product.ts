import { z } from 'zod';
import type { Money } from './money.ts';

/** What the tax table tells apart. */
export const CATEGORIES = ['book', 'clothing', 'food', 'other'] as const;

export type Category = (typeof CATEGORIES)[number];

/** Upper-case letters and digits in groups joined by hyphens: `TEA-GREEN-100`. */
export const skuSchema = z
  .string()
  .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, 'expected groups of A-Z and 0-9 joined by hyphens')
  .brand<'Sku'>();

/** A stock keeping unit: the shop's own name for a product. */
export type Sku = z.infer<typeof skuSchema>;

/** Makes a SKU of text known to be one. Throws where it is not; for input use {@link skuSchema}. */
export function sku(text: string): Sku {
  return skuSchema.parse(text);
}

export interface Product {
  readonly sku: Sku;
  readonly name: string;
  readonly category: Category;
  /** For one piece. */
  readonly price: Money;
  /** Of one piece, packed. */
  readonly weightGrams: number;
}

/** The products on offer, by SKU. */
export class Catalog {
  readonly #products: ReadonlyMap<Sku, Product>;

  /** @throws RangeError where two products have the same SKU. */
  constructor(products: Iterable<Product>) {
    const bySku = new Map<Sku, Product>();
    for (const product of products) {
      if (bySku.has(product.sku)) throw new RangeError(`duplicate SKU ${product.sku}`);
      bySku.set(product.sku, product);
    }
    this.#products = bySku;
  }

  get size(): number {
    return this.#products.size;
  }

  get(sku: Sku): Product | undefined {
    return this.#products.get(sku);
  }

  has(sku: Sku): boolean {
    return this.#products.has(sku);
  }

  /** Products whose name contains the words, all of them, in any order and either case. */
  search(words: string): Product[] {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return [...this].filter((product) => {
      const name = product.name.toLowerCase();
      return wanted.every((word) => name.includes(word));
    });
  }

  inCategory(category: Category): Product[] {
    return [...this].filter((product) => product.category === category);
  }

  [Symbol.iterator](): IterableIterator<Product> {
    return this.#products.values();
  }
}
