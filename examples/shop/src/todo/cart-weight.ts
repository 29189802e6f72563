/**
 * What a whole cart weighs in grams: each line is so many pieces of one weight.
 *
 * @example
 * cartWeight([{ weightGrams: 200, quantity: 3 }]) // => 600
 *
 * @example
 * cartWeight([{ weightGrams: 250, quantity: 2 }, { weightGrams: 40, quantity: 5 }]) // => 700
 *
 * @example
 * cartWeight([]) // => 0
 */
export function cartWeight(lines: readonly { weightGrams: number; quantity: number }[]): number {
  throw new Error('not implemented');
}
