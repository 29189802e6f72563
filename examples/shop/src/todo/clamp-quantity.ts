/**
 * Limits the quantity asked for to what may be ordered: at least `min`, at most `max`. Where `max` is below
 * `min`, because stock has run short, `max` wins.
 *
 * @example
 * clampQuantity(5, 1, 10) // => 5
 *
 * @example
 * clampQuantity(0, 1, 10) // => 1
 *
 * @example
 * clampQuantity(12, 1, 10) // => 10
 *
 * @example
 * clampQuantity(4, 6, 2) // => 2
 */
export function clampQuantity(quantity: number, min: number, max: number): number {
  throw new Error('not implemented');
}
