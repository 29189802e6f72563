import { FORMATS } from './formats.ts';
import type { Tensor, TensorType } from './types.ts';

/** Where in a block the upper bytes of its numbers stand, and which bits, all set, make a number infinite or none. */
const EXPONENTS: Readonly<Record<TensorType, readonly number[]>> = {
  F32: [3],
  F16: [1],
  BF16: [1],
  Q8_0: [1],
  Q4_0: [1],
  Q5_0: [1],
  Q4_K: [1, 3],
  Q5_K: [1, 3],
  Q6_K: [209],
};

/** The first element of the first block with a number that is not finite (of F32, F16 and BF16 the element itself). */
export function firstNotFinite({ type, bytes }: Tensor): number | undefined {
  const format = FORMATS[type];
  const exponents = EXPONENTS[type];
  const wide = type === 'F32' || type === 'BF16';
  for (let at = 0; at < bytes.length; at += format.bytes) {
    for (const place of exponents) {
      const high = bytes[at + place]!;
      // Eight bits of exponent, one of them in the byte below, or five.
      const wrong = wide ? (high & 0x7f) === 0x7f && bytes[at + place - 1]! >= 0x80 : (high & 0x7c) === 0x7c;
      if (wrong) return (at / format.bytes) * format.elements;
    }
  }
  return undefined;
}
