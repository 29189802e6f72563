/**
 * The part of a product's address that is made of its name: lower case; accents that Unicode can separate from
 * their letter (NFD) dropped; every run of characters other than `a` to `z` and `0` to `9` replaced by one hyphen; no
 * hyphen at either end. Letters that NFD does not take apart, such as `ß`, count as other characters.
 *
 * @example
 * productSlug('Green Tea, 100 g') // => 'green-tea-100-g'
 *
 * @example
 * productSlug('Crème Brûlée') // => 'creme-brulee'
 *
 * @example
 * productSlug(' --Sale!-- ') // => 'sale'
 *
 * @example
 * productSlug('???') // => ''
 */
export function productSlug(name: string): string {
  throw new Error('not implemented');
}
