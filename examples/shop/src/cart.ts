import { type Currency, Money } from './money.ts';
import type { Product, Sku } from './product.ts';

/** A product in a cart, and how many of it. */
export interface CartLine {
  readonly product: Product;
  readonly quantity: number;
}

/** The price of a line before promotions, tax and shipping. */
export function lineTotal({ product, quantity }: CartLine): Money {
  return product.price.times(quantity);
}

/** What a cart may hold. */
export interface CartLimits {
  /** Different products. */
  readonly maxLines: number;
  /** Pieces of one product. */
  readonly maxQuantity: number;
}

const DEFAULT_LIMITS: CartLimits = { maxLines: 100, maxQuantity: 99 };

/** Thrown where a cart is asked to hold what it may not. */
export class CartError extends Error {
  override readonly name = 'CartError';
}

/** What a customer is about to buy: lines in the order they were first added, all in one currency. */
export class Cart {
  readonly currency: Currency;
  readonly limits: CartLimits;
  readonly #lines = new Map<Sku, CartLine>();

  constructor(currency: Currency, limits: Partial<CartLimits> = {}) {
    this.currency = currency;
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  get lines(): readonly CartLine[] {
    return [...this.#lines.values()];
  }

  /** Pieces in all lines together. */
  get count(): number {
    return this.lines.reduce((sum, line) => sum + line.quantity, 0);
  }

  /** The sum of all lines before promotions, tax and shipping. */
  get subtotal(): Money {
    return Money.sum(this.lines.map(lineTotal), this.currency);
  }

  get weightGrams(): number {
    return this.lines.reduce((sum, line) => sum + line.product.weightGrams * line.quantity, 0);
  }

  has(sku: Sku): boolean {
    return this.#lines.has(sku);
  }

  quantityOf(sku: Sku): number {
    return this.#lines.get(sku)?.quantity ?? 0;
  }

  /**
   * Adds to what is there already.
   *
   * @throws CartError where the currency differs or a limit would be passed; the cart is unchanged then.
   */
  add(product: Product, quantity = 1): void {
    this.set(product, this.quantityOf(product.sku) + quantity);
  }

  /**
   * Sets how many pieces of a product the cart holds; zero takes it out.
   *
   * @throws CartError as {@link add} does.
   */
  set(product: Product, quantity: number): void {
    if (product.price.currency !== this.currency) {
      throw new CartError(`${product.sku} is priced in ${product.price.currency}, not ${this.currency}`);
    }
    if (!Number.isInteger(quantity) || quantity < 0) {
      throw new CartError(`quantity must be a whole number of zero or more, got ${quantity}`);
    }
    if (quantity > this.limits.maxQuantity) {
      throw new CartError(`at most ${this.limits.maxQuantity} of ${product.sku}, got ${quantity}`);
    }
    if (quantity === 0) {
      this.#lines.delete(product.sku);
      return;
    }
    if (!this.has(product.sku) && this.#lines.size >= this.limits.maxLines) {
      throw new CartError(`at most ${this.limits.maxLines} different products`);
    }
    this.#lines.set(product.sku, { product, quantity });
  }

  /** Takes a product out, however many there are. Returns whether there were any. */
  remove(sku: Sku): boolean {
    return this.#lines.delete(sku);
  }

  clear(): void {
    this.#lines.clear();
  }
}
