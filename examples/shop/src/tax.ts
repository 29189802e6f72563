import { type Currency, Money } from './money.ts';
import type { Category } from './product.ts';

/** Rates of one country in basis points; `standard` is for every category not listed. */
export interface TaxRates {
  readonly standard: number;
  readonly reduced?: Partial<Record<Category, number>> | undefined;
}

/** `included`: prices contain the tax; `added`: the tax comes on top. */
export type TaxMode = 'included' | 'added';

/** An amount to be taxed. */
export interface Taxable {
  readonly category: Category;
  readonly amount: Money;
}

/** The tax of everything under one rate. */
export interface TaxLine {
  readonly basisPoints: number;
  /** What the tax is worked out on: without tax. */
  readonly net: Money;
  readonly tax: Money;
}

/** One hundred percent in basis points. */
const WHOLE = 10_000;

export function rateFor(category: Category, rates: TaxRates): number {
  return rates.reduced?.[category] ?? rates.standard;
}

/**
 * The tax by rate, lowest rate first. Amounts of the same rate are added up before rounding, so that
 * many small lines do not add up many small errors.
 */
export function taxLines(items: readonly Taxable[], rates: TaxRates, mode: TaxMode, currency: Currency): TaxLine[] {
  const byRate = Map.groupBy(items, (item) => rateFor(item.category, rates));
  return [...byRate]
    .sort(([a], [b]) => a - b)
    .map(([basisPoints, group]) => {
      const amounts = group.map((item) => item.amount);
      return taxLine(basisPoints, Money.sum(amounts, currency), mode);
    });
}

/** The tax of all lines together. */
export function totalTax(lines: readonly TaxLine[], currency: Currency): Money {
  const taxes = lines.map((line) => line.tax);
  return Money.sum(taxes, currency);
}

function taxLine(basisPoints: number, total: Money, mode: TaxMode): TaxLine {
  if (mode === 'added') return { basisPoints, net: total, tax: total.share(basisPoints) };
  const tax = total.scale(basisPoints, WHOLE + basisPoints);
  return { basisPoints, net: total.minus(tax), tax };
}
