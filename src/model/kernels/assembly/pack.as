// Weights from the layout of the file into that of the products.
import { BLOCK, FLOATS, GROUP, HALVES, PAIRS, UNSIGNED, WEIGHT_BLOCK } from './layout';
import { groupBytes } from './matrix';

/** A float16 as float32, exactly. */
function half(bits: u32): f32 {
  const sign = (bits & 0x8000) << 16;
  const rest = bits & 0x7fff;
  if (rest >= 0x7c00) return reinterpret<f32>(sign | 0x7f800000 | ((rest & 0x3ff) << 13));
  // Shifted, the exponent is 112 too small; the product is exact, also where the half has no leading one.
  return reinterpret<f32>(sign | reinterpret<u32>(reinterpret<f32>(rest << 13) * reinterpret<f32>(0x77800000)));
}

/** One block of a row: scale and 32 int8 at `from`, into lane `lane` of the block at `to`. */
function lay(kind: u32, scale: f32, from: usize, to: usize, lane: usize): void {
  store<f32>(to + lane * 4, scale);
  to += 32;
  if (kind == PAIRS) {
    for (let i: usize = 0; i < BLOCK; i += 2) store<u16>(to + i * 8 + lane * 2, load<u16>(from + i));
  } else {
    const flip: u32 = kind == UNSIGNED ? 0x80808080 : 0;
    for (let i: usize = 0; i < BLOCK; i += 4) store<u32>(to + i * 8 + lane * 4, load<u32>(from + i) ^ flip);
  }
}

@inline
function low16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
function high16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

@inline
function low32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 0, 4, 1, 5);
}

@inline
function high32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 2, 6, 3, 7);
}

@inline
function low64(to: usize, a: v128, b: v128): void {
  v128.store(to, v128.shuffle<u64>(a, b, 0, 2));
}

@inline
function high64(to: usize, a: v128, b: v128): void {
  v128.store(to, v128.shuffle<u64>(a, b, 1, 3));
}

/** 16 bytes each of 8 rows, which lie `stride` apart, as 8 × 8 pairs with rows and columns exchanged. */
function exchange(from: usize, stride: usize, to: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + stride);
  const r2 = v128.load(from + 2 * stride), r3 = v128.load(from + 3 * stride);
  const r4 = v128.load(from + 4 * stride), r5 = v128.load(from + 5 * stride);
  const r6 = v128.load(from + 6 * stride), r7 = v128.load(from + 7 * stride);
  let a = low16(r0, r1), b = low16(r2, r3), c = low16(r4, r5), d = low16(r6, r7);
  let e = low32(a, b), f = low32(c, d), g = high32(a, b), h = high32(c, d);
  low64(to, e, f), high64(to + 16, e, f), low64(to + 32, g, h), high64(to + 48, g, h);
  a = high16(r0, r1), b = high16(r2, r3), c = high16(r4, r5), d = high16(r6, r7);
  e = low32(a, b), f = low32(c, d), g = high32(a, b), h = high32(c, d);
  low64(to + 64, e, f), high64(to + 80, e, f), low64(to + 96, g, h), high64(to + 112, g, h);
}

/** Rows of Q8_0 blocks (float16, 32 int8) from `from` as rows of the matrix at `to`, `first` being a whole group. */
export function packQ8(kind: u32, from: usize, columns: usize, to: usize, first: usize, rows: usize): void {
  const stride = (columns / BLOCK) * 34;
  const end = first + rows;
  let row = first;
  for (; kind == PAIRS && row + GROUP <= end; row += GROUP) {
    let at = to + (row / GROUP) * groupBytes(kind, columns);
    for (let block = from; block < from + stride; block += 34) {
      for (let lane: usize = 0; lane < GROUP; lane++) store<f32>(at + lane * 4, half(load<u16>(block + lane * stride)));
      exchange(block + 2, stride, at + 32);
      exchange(block + 18, stride, at + 160);
      at += WEIGHT_BLOCK;
    }
    from += GROUP * stride;
  }
  for (; row < end; row++) {
    let at = to + (row / GROUP) * groupBytes(kind, columns);
    for (let i: usize = 0; i < columns; i += BLOCK) {
      lay(kind, half(load<u16>(from)), from + 2, at, row % GROUP);
      from += 34, at += WEIGHT_BLOCK;
    }
  }
}

/** Rows of Q4_0 blocks (float16, 16 bytes: elements i and i + 16, each plus 8). `spare`: 32 bytes. */
export function packQ4(kind: u32, from: usize, columns: usize, to: usize, first: usize, rows: usize, spare: usize): void {
  for (let row = first; row < first + rows; row++) {
    let at = to + (row / GROUP) * groupBytes(kind, columns);
    for (let i: usize = 0; i < columns; i += BLOCK) {
      const packed = v128.load(from, 2);
      v128.store(spare, i8x16.sub(v128.and(packed, i8x16.splat(15)), i8x16.splat(8)));
      v128.store(spare, i8x16.sub(i8x16.shr_u(packed, 4), i8x16.splat(8)), 16);
      lay(kind, half(load<u16>(from)), spare, at, row % GROUP);
      from += 18, at += WEIGHT_BLOCK;
    }
  }
}

/** Rows of float32, rounded to 8 bits with a scale for each 32 unless FLOATS. */
export function packF32(kind: u32, from: usize, columns: usize, to: usize, first: usize, rows: usize, spare: usize): void {
  for (let row = first; row < first + rows; row++) {
    const lane = row % GROUP;
    let at = to + (row / GROUP) * groupBytes(kind, columns);
    if (kind == FLOATS) {
      for (let i: usize = 0; i < columns; i++) store<f32>(at + i * 32 + lane * 4, load<f32>(from + i * 4));
      from += columns * 4;
      continue;
    }
    for (let i: usize = 0; i < columns; i += BLOCK) {
      let most: f32 = 0;
      for (let j: usize = 0; j < BLOCK; j++) most = max(most, abs(load<f32>(from + j * 4)));
      const inverse: f32 = most < 1e-30 ? 0 : 127 / most;
      for (let j: usize = 0; j < BLOCK; j++) store<i8>(spare + j, <i8>nearest(load<f32>(from + j * 4) * inverse));
      lay(kind, most / 127, spare, at, lane);
      from += BLOCK * 4, at += WEIGHT_BLOCK;
    }
  }
}

/** Rows of float16. */
export function packF16(from: usize, columns: usize, to: usize, first: usize, rows: usize): void {
  for (let row = first; row < first + rows; row++) {
    const at = to + (row / GROUP) * groupBytes(HALVES, columns) + (row % GROUP) * 2;
    for (let i: usize = 0; i < columns; i++) store<u16>(at + i * 16, load<u16>(from + i * 2));
    from += columns * 2;
  }
}

/** A row of a packed matrix as float32. */
export function unpack(kind: u32, matrix: usize, columns: usize, row: usize, to: usize): void {
  const lane = row % GROUP;
  let at = matrix + (row / GROUP) * groupBytes(kind, columns);
  if (kind == FLOATS) {
    for (let i: usize = 0; i < columns; i++) store<f32>(to + i * 4, load<f32>(at + i * 32 + lane * 4));
    return;
  }
  if (kind == HALVES) {
    for (let i: usize = 0; i < columns; i++) store<f32>(to + i * 4, half(load<u16>(at + i * 16 + lane * 2)));
    return;
  }
  for (let i: usize = 0; i < columns; i += BLOCK) {
    const scale = load<f32>(at + lane * 4);
    for (let j: usize = 0; j < BLOCK; j++) {
      const byte = kind == PAIRS ? (j / 2) * 16 + lane * 2 + (j % 2) : (j / 4) * 32 + lane * 4 + (j % 4);
      let value = <i32>load<i8>(at + 32 + byte);
      if (kind == UNSIGNED) value = <i32>load<u8>(at + 32 + byte) - 128;
      store<f32>(to + (i + j) * 4, scale * <f32>value);
    }
    at += WEIGHT_BLOCK;
  }
}
