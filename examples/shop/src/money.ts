import { err, ok, type Result } from './result.ts';

/** The currencies the shop trades in, as ISO 4217 codes. */
export const CURRENCIES = ['EUR', 'GBP', 'USD', 'JPY', 'KWD'] as const;

export type Currency = (typeof CURRENCIES)[number];

/** Digits after the decimal point in each currency (ISO 4217). */
export const CURRENCY_DIGITS: Readonly<Record<Currency, number>> = {
  EUR: 2,
  GBP: 2,
  USD: 2,
  JPY: 0,
  KWD: 3,
};

/** How a fraction of a minor unit is rounded. `half-up` rounds halves away from zero. */
export type Rounding = 'half-up' | 'half-even' | 'down';

/** One hundred percent in basis points. */
const WHOLE = 10_000n;

/**
 * An immutable amount of money, counted in minor units (cents, pence, yen), so that no sum is ever off
 * by a binary fraction.
 */
export class Money {
  /** Minor units, always a safe integer. */
  readonly amount: number;
  readonly currency: Currency;

  /** @throws RangeError where `amount` is not a safe integer. */
  constructor(amount: number, currency: Currency) {
    if (!Number.isSafeInteger(amount)) {
      throw new RangeError(`amount must be a whole number of minor units, got ${amount}`);
    }
    // `+ 0` turns -0 into 0, so that equal amounts are also the same value.
    this.amount = amount + 0;
    this.currency = currency;
  }

  /** No money at all. */
  static zero(currency: Currency): Money {
    return new Money(0, currency);
  }

  /** The sum of all parts, zero where there are none. */
  static sum(parts: Iterable<Money>, currency: Currency): Money {
    let total = Money.zero(currency);
    for (const part of parts) total = total.plus(part);
    return total;
  }

  /**
   * Reads a plain decimal number such as `12.34`, with at most as many decimals as the currency has.
   *
   * @example
   * Money.parse('12.3', 'EUR') // => { ok: true, value: new Money(1230, 'EUR') }
   */
  static parse(text: string, currency: Currency): Result<Money, string> {
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim());
    if (match === null) return err(`expected a decimal number, got "${text}"`);
    const [, sign = '', whole = '', fraction = ''] = match;
    const digits = CURRENCY_DIGITS[currency];
    if (fraction.length > digits) {
      return err(`expected at most ${digits} decimals for ${currency}, got "${text}"`);
    }
    const amount = Number(`${sign}${whole}${fraction.padEnd(digits, '0')}`);
    if (!Number.isSafeInteger(amount)) return err(`the amount "${text}" is too large`);
    return ok(new Money(amount, currency));
  }

  get isZero(): boolean {
    return this.amount === 0;
  }

  get isNegative(): boolean {
    return this.amount < 0;
  }

  plus(other: Money): Money {
    this.#sameCurrency(other);
    return new Money(this.amount + other.amount, this.currency);
  }

  minus(other: Money): Money {
    this.#sameCurrency(other);
    return new Money(this.amount - other.amount, this.currency);
  }

  /** The amount `count` times over. `count` must be whole: for a part of an amount see {@link share}. */
  times(count: number): Money {
    if (!Number.isInteger(count)) throw new RangeError(`count must be a whole number, got ${count}`);
    return new Money(this.amount * count, this.currency);
  }

  /**
   * The given part of the amount, rounded to a whole minor unit.
   *
   * @param basisPoints hundredths of a percent: 10_000 is the whole amount
   */
  share(basisPoints: number, rounding: Rounding = 'half-up'): Money {
    return this.scale(basisPoints, Number(WHOLE), rounding);
  }

  /**
   * The amount multiplied by `numerator / denominator`, rounded once at the end.
   *
   * @throws RangeError where either is not a whole number or the denominator is not positive.
   */
  scale(numerator: number, denominator: number, rounding: Rounding = 'half-up'): Money {
    if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator < 1) {
      throw new RangeError(`expected a ratio of whole numbers, got ${numerator}/${denominator}`);
    }
    const product = BigInt(this.amount) * BigInt(numerator);
    return new Money(Number(divide(product, BigInt(denominator), rounding)), this.currency);
  }

  /**
   * Splits the amount in proportion to the weights without losing a minor unit: what is left after
   * rounding down goes, one unit each, to the largest remainders, the earlier part first.
   *
   * @param weights whole numbers, none negative, at least one above zero
   */
  allocate(weights: readonly number[]): Money[] {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!Number.isSafeInteger(total) || total <= 0 || weights.some((weight) => weight < 0)) {
      throw new RangeError(`expected weights of zero or more, at least one above, got [${weights}]`);
    }
    const size = BigInt(Math.abs(this.amount));
    const parts = weights.map((weight, index) => {
      const product = size * BigInt(weight);
      return { index, units: product / BigInt(total), remainder: product % BigInt(total) };
    });
    let left = size - parts.reduce((sum, part) => sum + part.units, 0n);
    for (const part of parts.toSorted((a, b) => Number(b.remainder - a.remainder))) {
      if (left === 0n) break;
      part.units += 1n;
      left -= 1n;
    }
    const sign = this.amount < 0 ? -1 : 1;
    return parts.map((part) => new Money(sign * Number(part.units), this.currency));
  }

  /** Negative, zero or positive as this amount is less than, equal to or more than the other. */
  compare(other: Money): number {
    this.#sameCurrency(other);
    return this.amount - other.amount;
  }

  equals(other: Money): boolean {
    return this.currency === other.currency && this.amount === other.amount;
  }

  /** The smaller of the two amounts. */
  atMost(limit: Money): Money {
    return this.compare(limit) > 0 ? limit : this;
  }

  /** The amount as a plain decimal number, the inverse of {@link Money.parse}: `12.30`. */
  toDecimal(): string {
    const digits = CURRENCY_DIGITS[this.currency];
    const units = String(Math.abs(this.amount)).padStart(digits + 1, '0');
    const sign = this.isNegative ? '-' : '';
    if (digits === 0) return `${sign}${units}`;
    return `${sign}${units.slice(0, -digits)}.${units.slice(-digits)}`;
  }

  toString(): string {
    return `${this.toDecimal()} ${this.currency}`;
  }

  #sameCurrency(other: Money): void {
    if (this.currency !== other.currency) {
      throw new TypeError(`cannot combine ${this.currency} with ${other.currency}`);
    }
  }
}

/** Divides and rounds; `divisor` is positive. */
function divide(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  const twice = 2n * (remainder < 0n ? -remainder : remainder);
  const away = dividend < 0n ? quotient - 1n : quotient + 1n;
  switch (rounding) {
    case 'down':
      return quotient;
    case 'half-up':
      return twice >= divisor ? away : quotient;
    case 'half-even':
      if (twice === divisor) return quotient % 2n === 0n ? quotient : away;
      return twice > divisor ? away : quotient;
  }
}
