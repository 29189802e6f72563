/**
 * What is left of an amount after taking `percent` off. The discount is rounded to a whole minor unit, halves up. A
 * refund mirrors the sale it reverses: for an amount below zero the result is that for the amount above zero, negated.
 *
 * @param amount whole minor units, such as cents
 * @param percent a whole number from 0 to 100
 *
 * @example
 * percentOff(1000, 25) // => 750
 *
 * @example
 * percentOff(999, 50) // => 499
 *
 * @example
 * percentOff(-999, 50) // => -499
 */
export function percentOff(amount: number, percent: number): number {
  throw new Error('not implemented');
}
