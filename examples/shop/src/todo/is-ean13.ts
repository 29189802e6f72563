/**
 * Whether a text is an article number (EAN-13) with the right check digit: exactly 13 digits `0` to `9`, of which the
 * first twelve, multiplied by 1 and 3 in turn from the left and added up, give with the thirteenth a multiple of ten.
 *
 * @example
 * isEan13('4006381333931') // => true
 *
 * @example
 * isEan13('4006381333932') // => false
 *
 * @example
 * isEan13('400638133393') // => false
 */
export function isEan13(code: string): boolean {
  throw new Error('not implemented');
}
