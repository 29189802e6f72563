import { halfBits } from './float16.ts';
import { elementCount, FORMATS } from './formats.ts';
import type { Tensor } from './types.ts';

/** The types that can be written. */
export type WritableType = 'F32' | 'F16' | 'Q8_0';

/**
 * A tensor of float32 values, row after row, in a type of less precision: F16 by rounding to nearest even; Q8_0 as ggml
 * does it, the largest magnitude of each 32 elements being 127. Throws RangeError for values that do not fill the shape
 * or rows that are not whole blocks.
 */
export function quantise(name: string, shape: readonly number[], values: Float32Array, type: WritableType): Tensor {
  const format = FORMATS[type];
  if (values.length !== elementCount(shape) || (shape.at(-1) ?? 0) % format.elements !== 0) {
    throw new RangeError(
      `${name}: expected ${shape.join(' × ')} values in rows of whole blocks of ${format.elements}, got ${values.length}`,
    );
  }
  const bytes = new Uint8Array((values.length / format.elements) * format.bytes);
  const view = new DataView(bytes.buffer);
  if (type === 'F32') for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i]!, true);
  else if (type === 'F16') for (let i = 0; i < values.length; i++) view.setUint16(2 * i, halfBits(values[i]!), true);
  else for (let i = 0, at = 0; i < values.length; i += 32, at += 34) block8(values, i, view, at);
  return { name, type, shape, bytes };
}

function block8(values: Float32Array, from: number, view: DataView, at: number): void {
  let largest = 0;
  for (let i = from; i < from + 32; i++) largest = Math.max(largest, Math.abs(values[i]!));
  const scale = Math.fround(largest / 127);
  const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
  view.setUint16(at, halfBits(scale), true);
  for (let i = 0; i < 32; i++) {
    const scaled = Math.fround(values[from + i]! * inverse);
    // Half away from zero, as C's roundf.
    view.setInt8(at + 2 + i, Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5));
  }
}
