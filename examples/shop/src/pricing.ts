import { type Cart, lineTotal } from './cart.ts';
import type { ShopConfig } from './config.ts';
import { Money } from './money.ts';
import { type Discount, discountsFor } from './promotion.ts';
import { ok, type Result } from './result.ts';
import { type ShippingError, shippingCost } from './shipping.ts';
import { type Taxable, type TaxLine, taxLines, totalTax } from './tax.ts';

export interface QuoteRequest {
  /** ISO 3166-1 alpha-2 code of where the order goes. */
  readonly country: string;
  readonly codes: readonly string[];
  /** The day of the order, `YYYY-MM-DD`. */
  readonly today: string;
}

/** What a cart costs, and how that comes about. */
export interface Quote {
  readonly subtotal: Money;
  readonly discounts: readonly Discount[];
  readonly shipping: Money;
  readonly taxes: readonly TaxLine[];
  /** What the customer pays. */
  readonly total: Money;
}

/**
 * Prices a cart: discounts first, then shipping on what is left, then tax on goods and shipping. Shipping
 * is taxed as the category `other`.
 */
export function quote(cart: Cart, request: QuoteRequest, config: ShopConfig): Result<Quote, ShippingError> {
  const { currency, subtotal, weightGrams } = cart;
  const discounts = discountsFor(cart, config.promotions, request);
  const discount = Money.sum(
    discounts.map((each) => each.amount),
    currency,
  );
  const value = subtotal.minus(discount);

  const shipping = shippingCost({ country: request.country, weightGrams, value }, config.zones);
  if (!shipping.ok) return shipping;

  const postage: Taxable = { category: 'other', amount: shipping.value };
  const taxable = [...netOfDiscount(cart, discount), postage].filter((item) => !item.amount.isZero);
  const { rates, mode } = config.tax;
  const taxes = taxLines(taxable, rates, mode, currency);

  const charged = value.plus(shipping.value);
  const total = mode === 'added' ? charged.plus(totalTax(taxes, currency)) : charged;
  return ok({ subtotal, discounts, shipping: shipping.value, taxes, total });
}

/** Each line's amount less its part of the discount, in proportion to its price. */
function netOfDiscount(cart: Cart, discount: Money): Taxable[] {
  const totals = cart.lines.map(lineTotal);
  const parts = discount.isZero ? [] : discount.allocate(totals.map((total) => total.amount));
  return cart.lines.map((line, index) => ({
    category: line.product.category,
    amount: lineTotal(line).minus(parts[index] ?? Money.zero(cart.currency)),
  }));
}
