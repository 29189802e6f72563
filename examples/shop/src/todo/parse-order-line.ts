/**
 * Reads a line of a shopping list. A quantity is digits followed at once by `x` or `X` and then by white space;
 * the name is what comes after. A line without a quantity is for one piece. White space around the line and around the
 * name does not count. The result is `undefined` where there is no name or the quantity is zero.
 *
 * @example
 * parseOrderLine('3x apple') // => { quantity: 3, name: 'apple' }
 *
 * @example
 * parseOrderLine('green tea') // => { quantity: 1, name: 'green tea' }
 *
 * @example
 * parseOrderLine('0x apple') // => undefined
 *
 * @example
 * parseOrderLine('') // => undefined
 */
export function parseOrderLine(text: string): { quantity: number; name: string } | undefined {
  throw new Error('not implemented');
}
