/** IEEE 754 half precision, as 16 bits. Node 22 has no Float16Array. */

const BITS = new DataView(new ArrayBuffer(4));

function decode(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

let table: Float32Array | undefined;

/** The value of each of the 65,536 bit patterns. */
export function halfTable(): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, bits) => decode(bits));
  return table;
}

/** Nearest half, ties to even; too large is infinite. */
export function halfBits(value: number): number {
  BITS.setFloat32(0, value);
  const bits = BITS.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Rounds the 13 bits that go away, carrying into the exponent where it must.
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  // Below the smallest normal half, 2^-14: whole multiples of 2^-24.
  const scaled = Math.abs(value) * 2 ** 24;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  return sign | (rest > 0.5 || (rest === 0.5 && (floor & 1) === 1) ? floor + 1 : floor);
}
