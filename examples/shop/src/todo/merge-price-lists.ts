/**
 * The prices by SKU after an update: a price in the update replaces the one in the base or is added to it, and
 * `null` withdraws the SKU. A withdrawn SKU that was never there is ignored. Neither list is changed.
 *
 * @example
 * mergePriceLists({ TEA: 450 }, { TEA: 480, MUG: 1295 }) // => { TEA: 480, MUG: 1295 }
 *
 * @example
 * mergePriceLists({ TEA: 450, MUG: 1295 }, { TEA: null }) // => { MUG: 1295 }
 *
 * @example
 * mergePriceLists({ TEA: 450 }, {}) // => { TEA: 450 }
 */
export function mergePriceLists(
  base: Readonly<Record<string, number>>,
  update: Readonly<Record<string, number | null>>,
): Record<string, number> {
  throw new Error('not implemented');
}
