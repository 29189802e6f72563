import { halfTable } from './float16.ts';
import { elementCount, FORMATS } from './formats.ts';
import type { Tensor, TensorType } from './types.ts';

/** Writes the elements of the block at `at` of `bytes` to `out` from `to` on. */
type BlockReader = (bytes: Uint8Array, at: number, out: Float32Array, to: number) => void;

const half = (bytes: Uint8Array, at: number): number => halfTable()[bytes[at]! | (bytes[at + 1]! << 8)]!;
const signed = (byte: number): number => (byte << 24) >> 24;

/** A half `d`, 32 signed bytes q: d · q. */
const q8_0: BlockReader = (bytes, at, out, to) => {
  const d = half(bytes, at);
  for (let i = 0; i < 32; i++) out[to + i] = d * signed(bytes[at + 2 + i]!);
};

/** A half `d`, 16 bytes: elements 0 to 15 in the low nibbles q, 16 to 31 in the high ones: d · (q - 8). */
const q4_0: BlockReader = (bytes, at, out, to) => {
  const d = half(bytes, at);
  for (let i = 0; i < 16; i++) {
    const pair = bytes[at + 2 + i]!;
    out[to + i] = d * ((pair & 15) - 8);
    out[to + i + 16] = d * ((pair >> 4) - 8);
  }
};

/** A half `d`, 4 bytes with bit 4 of each q (element i in bit i), then as Q4_0: d · (q - 16). */
const q5_0: BlockReader = (bytes, at, out, to) => {
  const d = half(bytes, at);
  for (let i = 0; i < 32; i++) {
    const low = (bytes[at + 6 + (i & 15)]! >> (4 * (i >> 4))) & 15;
    const high = (bytes[at + 2 + (i >> 3)]! >> (i & 7)) & 1;
    out[to + i] = d * ((low | (high << 4)) - 16);
  }
};

/**
 * 256 elements in 8 groups of 32, each with a scale s and a minimum m of 6 bits: d · s · q - dmin · m. Halves `d` and `dmin`;
 * 12 bytes: s of groups 0 to 3 in the low 6 bits of bytes 0 to 3, m in those of bytes 4 to 7, s and m of groups 4 to 7
 * in the nibbles of bytes 8 to 11 with their upper two bits atop bytes 0 to 3 and 4 to 7; in Q5_K 32 bytes with bit 4 of q,
 * group g in bits g; then 4 times 32 bytes, a group in the low nibbles and the next in the high ones.
 */
const q45_k =
  (fifth: boolean): BlockReader =>
  (bytes, at, out, to) => {
    const d = half(bytes, at);
    const dmin = half(bytes, at + 2);
    const scales = at + 4;
    const high = at + 16;
    const nibbles = fifth ? high + 32 : high;
    for (let group = 0; group < 8; group++) {
      let scale: number;
      let minimum: number;
      if (group < 4) {
        scale = bytes[scales + group]! & 63;
        minimum = bytes[scales + group + 4]! & 63;
      } else {
        const low = bytes[scales + group + 4]!;
        scale = (low & 15) | ((bytes[scales + group - 4]! >> 6) << 4);
        minimum = (low >> 4) | ((bytes[scales + group]! >> 6) << 4);
      }
      const from = nibbles + 32 * (group >> 1);
      const shift = 4 * (group & 1);
      for (let i = 0; i < 32; i++) {
        const upper = fifth ? ((bytes[high + i]! >> group) & 1) << 4 : 0;
        out[to + 32 * group + i] = d * scale * (((bytes[from + i]! >> shift) & 15) | upper) - dmin * minimum;
      }
    }
  };

/**
 * 256 elements in 16 groups of 16, each with a signed byte s: d · s · (q - 32), q of 6 bits. 128 bytes of lower nibbles, 64
 * of upper bit pairs, 16 of s, a half `d`. Of each half of 128 elements, quarter k (32 elements) has its nibbles in bytes
 * 32 (k mod 2) and on, low ones for k < 2, and its pairs in bits 2k of 32 bytes.
 */
const q6_k: BlockReader = (bytes, at, out, to) => {
  const d = half(bytes, at + 208);
  for (let quarter = 0; quarter < 8; quarter++) {
    const side = quarter >> 2;
    const k = quarter & 3;
    const low = at + 64 * side + 32 * (k & 1);
    const high = at + 128 + 32 * side;
    for (let i = 0; i < 32; i++) {
      const q = ((bytes[low + i]! >> (4 * (k >> 1))) & 15) | (((bytes[high + i]! >> (2 * k)) & 3) << 4);
      const scale = signed(bytes[at + 192 + 2 * quarter + (i >> 4)]!);
      out[to + 32 * quarter + i] = d * scale * (q - 32);
    }
  }
};

const f16: BlockReader = (bytes, at, out, to) => {
  out[to] = half(bytes, at);
};

const BITS = new DataView(new ArrayBuffer(4));
/** The upper `count` bytes of single precision. */
const upper =
  (count: 2 | 4): BlockReader =>
  (bytes, at, out, to) => {
    for (let i = 0; i < 4; i++) BITS.setUint8(i, i < 4 - count ? 0 : bytes[at + i - 4 + count]!);
    out[to] = BITS.getFloat32(0, true);
  };

const READERS: Readonly<Record<TensorType, BlockReader>> = {
  F32: upper(4),
  F16: f16,
  BF16: upper(2),
  Q8_0: q8_0,
  Q4_0: q4_0,
  Q5_0: q5_0,
  Q4_K: q45_k(false),
  Q5_K: q45_k(true),
  Q6_K: q6_k,
};

/**
 * All elements, row after row. The layouts are those of ggml (https://github.com/ggml-org/ggml, `ggml-common.h`); each
 * element is the nearest single-precision number to what its block says.
 */
export function dequantise({ type, shape, bytes }: Tensor): Float32Array<ArrayBuffer> {
  const format = FORMATS[type];
  const out = new Float32Array(elementCount(shape));
  const read = READERS[type];
  for (let at = 0, to = 0; to < out.length; at += format.bytes, to += format.elements) read(bytes, at, out, to);
  return out;
}
