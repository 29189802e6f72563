import { type Cart, type CartLine, lineTotal } from './cart.ts';
import { Money } from './money.ts';
import type { Category, Sku } from './product.ts';

interface PromotionBase {
  /** Shown to the customer. */
  readonly label: string;
  /** Asked of the customer; a promotion without one applies by itself. */
  readonly code?: string | undefined;
  /** First day of validity, `YYYY-MM-DD`. */
  readonly from?: string | undefined;
  /** Last day of validity, `YYYY-MM-DD`. */
  readonly until?: string | undefined;
}

/** A part of the price of everything, or of one category. */
export interface PercentagePromotion extends PromotionBase {
  readonly kind: 'percentage';
  readonly basisPoints: number;
  readonly category?: Category | undefined;
}

/** A fixed amount off, from a minimum subtotal on. Amounts are minor units of the cart's currency. */
export interface FixedPromotion extends PromotionBase {
  readonly kind: 'fixed';
  readonly amount: number;
  readonly minimum: number;
}

/** For every `buy` pieces paid, `free` more cost nothing. */
export interface BundlePromotion extends PromotionBase {
  readonly kind: 'bundle';
  readonly sku: Sku;
  readonly buy: number;
  readonly free: number;
}

export type Promotion = PercentagePromotion | FixedPromotion | BundlePromotion;

/** What one promotion takes off. */
export interface Discount {
  readonly label: string;
  readonly amount: Money;
}

export interface PromotionRequest {
  /** Codes the customer entered; case does not matter. */
  readonly codes: readonly string[];
  /** The day of the order, `YYYY-MM-DD`. */
  readonly today: string;
}

/**
 * The discounts a cart gets, in the order of the promotions. Each is worked out on full prices; together
 * they never exceed the subtotal, and those that take nothing off are left out.
 */
export function discountsFor(cart: Cart, promotions: readonly Promotion[], request: PromotionRequest): Discount[] {
  const discounts: Discount[] = [];
  let left = cart.subtotal;
  for (const promotion of promotions) {
    if (!isActive(promotion, request)) continue;
    const amount = discountOf(cart, promotion).atMost(left);
    if (amount.isZero) continue;
    discounts.push({ label: promotion.label, amount });
    left = left.minus(amount);
  }
  return discounts;
}

/** Whether the day is within the promotion's days and its code, if it has one, was entered. */
export function isActive(promotion: Promotion, { codes, today }: PromotionRequest): boolean {
  // ISO dates of the same length sort as text.
  if (promotion.from !== undefined && today < promotion.from) return false;
  if (promotion.until !== undefined && today > promotion.until) return false;
  const wanted = promotion.code?.toUpperCase();
  return wanted === undefined || codes.some((code) => code.trim().toUpperCase() === wanted);
}

function discountOf(cart: Cart, promotion: Promotion): Money {
  switch (promotion.kind) {
    case 'percentage': {
      const lines = cart.lines.filter((line) => isIn(line, promotion.category));
      return Money.sum(lines.map(lineTotal), cart.currency).share(promotion.basisPoints);
    }
    case 'fixed':
      return cart.subtotal.amount >= promotion.minimum
        ? new Money(promotion.amount, cart.currency)
        : Money.zero(cart.currency);
    case 'bundle': {
      const line = cart.lines.find((candidate) => candidate.product.sku === promotion.sku);
      if (line === undefined) return Money.zero(cart.currency);
      return line.product.price.times(freePieces(line.quantity, promotion));
    }
  }
}

function isIn(line: CartLine, category: Category | undefined): boolean {
  return category === undefined || line.product.category === category;
}

/** How many of `quantity` pieces are free; a bundle begun but not filled gives only what is beyond `buy`. */
function freePieces(quantity: number, { buy, free }: BundlePromotion): number {
  const size = buy + free;
  const full = Math.floor(quantity / size) * free;
  return full + Math.max(0, (quantity % size) - buy);
}
