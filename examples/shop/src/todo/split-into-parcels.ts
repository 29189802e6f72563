/**
 * Packs items into parcels without changing their order: an item goes into the current parcel unless that would
 * make it heavier than `limit`; then it begins the next one. An item heavier than the limit travels alone.
 *
 * @param weights of the items, in grams
 * @param limit of one parcel, in grams
 *
 * @example
 * splitIntoParcels([400, 500, 300], 1000) // => [[400, 500], [300]]
 *
 * @example
 * splitIntoParcels([1500, 200], 1000) // => [[1500], [200]]
 *
 * @example
 * splitIntoParcels([], 1000) // => []
 */
export function splitIntoParcels(weights: readonly number[], limit: number): number[][] {
  throw new Error('not implemented');
}
