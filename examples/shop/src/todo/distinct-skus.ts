/**
 * The SKUs in a list of order lines, each once, in the order in which they first appear.
 *
 * @example
 * distinctSkus([{ sku: 'TEA' }, { sku: 'MUG' }, { sku: 'TEA' }]) // => ['TEA', 'MUG']
 *
 * @example
 * distinctSkus([]) // => []
 */
export function distinctSkus(lines: readonly { sku: string }[]): string[] {
  throw new Error('not implemented');
}
