// Matrix products. A group of 8 rows meets a tile of 4 rows of activations, or one of them. Each output is summed in the
// same order whatever the number of rows and of threads: block after block, within a block exactly in integers.
import {
  BLOCK, FLOATS, FOURS_BLOCK, GROUP, HALF_SCALE, HALVES, PAIRS, PAIRS_BLOCK, SIGNED, TILE, UNSIGNED, WEIGHT_BLOCK,
} from './layout';

@inline
function pairs(sum: v128, weights: v128, x: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(weights, x));
}

@inline
function fours(sum: v128, weights: v128, x: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_dot_i8x16_i7x16_add_s(x, weights, sum);
  return sum;
}

/** out += sum · scale of the rows · scale of the activations, for four rows. */
@inline
function scaled(out: usize, sum: v128, rows: v128, x: v128): void {
  v128.store(out, f32x4.add(v128.load(out), f32x4.mul(f32x4.convert_i32x4_s(sum), f32x4.mul(rows, x))));
}

function pairs4(w: usize, blocks: usize, x: usize, o0: usize, stride: usize): void {
  const o1 = o0 + stride, o2 = o1 + stride, o3 = o2 + stride;
  const last = w + blocks * WEIGHT_BLOCK;
  while (w < last) {
    const low = v128.load(w), high = v128.load(w, 16);
    const scales = x;
    w += 32;
    x += 16;
    let a0 = i32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    const end = w + 256;
    while (w < end) {
      let w0 = v128.load_ext<i8>(w), w1 = v128.load_ext<i8>(w, 8);
      let s = v128.load_splat<u32>(x);
      a0 = pairs(a0, w0, s), b0 = pairs(b0, w1, s);
      s = v128.load_splat<u32>(x, 4);
      a1 = pairs(a1, w0, s), b1 = pairs(b1, w1, s);
      s = v128.load_splat<u32>(x, 8);
      a2 = pairs(a2, w0, s), b2 = pairs(b2, w1, s);
      s = v128.load_splat<u32>(x, 12);
      a3 = pairs(a3, w0, s), b3 = pairs(b3, w1, s);
      w += 16, x += 16;
      w0 = v128.load_ext<i8>(w), w1 = v128.load_ext<i8>(w, 8);
      s = v128.load_splat<u32>(x);
      a0 = pairs(a0, w0, s), b0 = pairs(b0, w1, s);
      s = v128.load_splat<u32>(x, 4);
      a1 = pairs(a1, w0, s), b1 = pairs(b1, w1, s);
      s = v128.load_splat<u32>(x, 8);
      a2 = pairs(a2, w0, s), b2 = pairs(b2, w1, s);
      s = v128.load_splat<u32>(x, 12);
      a3 = pairs(a3, w0, s), b3 = pairs(b3, w1, s);
      w += 16, x += 16;
    }
    let s = v128.load_splat<u32>(scales);
    scaled(o0, a0, low, s), scaled(o0 + 16, b0, high, s);
    s = v128.load_splat<u32>(scales, 4);
    scaled(o1, a1, low, s), scaled(o1 + 16, b1, high, s);
    s = v128.load_splat<u32>(scales, 8);
    scaled(o2, a2, low, s), scaled(o2 + 16, b2, high, s);
    s = v128.load_splat<u32>(scales, 12);
    scaled(o3, a3, low, s), scaled(o3 + 16, b3, high, s);
  }
}

function pairs1(w: usize, blocks: usize, x: usize, o: usize): void {
  const last = w + blocks * WEIGHT_BLOCK;
  while (w < last) {
    const low = v128.load(w), high = v128.load(w, 16);
    const scale = v128.load_splat<u32>(x);
    w += 32;
    x += 16;
    let a = i32x4.splat(0), b = a;
    const end = w + 256;
    while (w < end) {
      let s = v128.load_splat<u32>(x);
      a = pairs(a, v128.load_ext<i8>(w), s), b = pairs(b, v128.load_ext<i8>(w, 8), s);
      s = v128.load_splat<u32>(x, 16);
      a = pairs(a, v128.load_ext<i8>(w, 16), s), b = pairs(b, v128.load_ext<i8>(w, 24), s);
      s = v128.load_splat<u32>(x, 32);
      a = pairs(a, v128.load_ext<i8>(w, 32), s), b = pairs(b, v128.load_ext<i8>(w, 40), s);
      s = v128.load_splat<u32>(x, 48);
      a = pairs(a, v128.load_ext<i8>(w, 48), s), b = pairs(b, v128.load_ext<i8>(w, 56), s);
      w += 64, x += 64;
    }
    scaled(o, a, low, scale), scaled(o + 16, b, high, scale);
  }
}

function fours4(w: usize, blocks: usize, x: usize, o0: usize, stride: usize): void {
  const o1 = o0 + stride, o2 = o1 + stride, o3 = o2 + stride;
  const last = w + blocks * WEIGHT_BLOCK;
  while (w < last) {
    const low = v128.load(w), high = v128.load(w, 16);
    const scales = x;
    let a0 = v128.load_splat<u32>(x, 16), a1 = v128.load_splat<u32>(x, 20);
    let a2 = v128.load_splat<u32>(x, 24), a3 = v128.load_splat<u32>(x, 28);
    let b0 = a0, b1 = a1, b2 = a2, b3 = a3;
    w += 32;
    x += 32;
    const end = w + 256;
    while (w < end) {
      const w0 = v128.load(w), w1 = v128.load(w, 16);
      let s = v128.load_splat<u32>(x);
      a0 = fours(a0, w0, s), b0 = fours(b0, w1, s);
      s = v128.load_splat<u32>(x, 4);
      a1 = fours(a1, w0, s), b1 = fours(b1, w1, s);
      s = v128.load_splat<u32>(x, 8);
      a2 = fours(a2, w0, s), b2 = fours(b2, w1, s);
      s = v128.load_splat<u32>(x, 12);
      a3 = fours(a3, w0, s), b3 = fours(b3, w1, s);
      w += 32, x += 16;
    }
    let s = v128.load_splat<u32>(scales);
    scaled(o0, a0, low, s), scaled(o0 + 16, b0, high, s);
    s = v128.load_splat<u32>(scales, 4);
    scaled(o1, a1, low, s), scaled(o1 + 16, b1, high, s);
    s = v128.load_splat<u32>(scales, 8);
    scaled(o2, a2, low, s), scaled(o2 + 16, b2, high, s);
    s = v128.load_splat<u32>(scales, 12);
    scaled(o3, a3, low, s), scaled(o3 + 16, b3, high, s);
  }
}

function fours1(w: usize, blocks: usize, x: usize, o: usize): void {
  const last = w + blocks * WEIGHT_BLOCK;
  while (w < last) {
    const low = v128.load(w), high = v128.load(w, 16);
    const scale = v128.load_splat<u32>(x);
    let a = v128.load_splat<u32>(x, 16), b = a;
    w += 32;
    x += 32;
    const end = w + 256;
    while (w < end) {
      let s = v128.load_splat<u32>(x);
      a = fours(a, v128.load(w), s), b = fours(b, v128.load(w, 16), s);
      s = v128.load_splat<u32>(x, 16);
      a = fours(a, v128.load(w, 32), s), b = fours(b, v128.load(w, 48), s);
      w += 64, x += 32;
    }
    scaled(o, a, low, scale), scaled(o + 16, b, high, scale);
  }
}

@inline
function product(sum: v128, weights: v128, x: v128): v128 {
  // Not relaxed_madd: whether it rounds once or twice depends on the machine.
  return f32x4.add(sum, f32x4.mul(weights, x));
}

@inline
function added(out: usize, low: v128, high: v128): void {
  v128.store(out, f32x4.add(v128.load(out), low));
  v128.store(out, f32x4.add(v128.load(out, 16), high), 16);
}

function floats4(w: usize, columns: usize, x: usize, o: usize, stride: usize): void {
  const end = w + columns * 32;
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  while (w < end) {
    const w0 = v128.load(w), w1 = v128.load(w, 16);
    let s = v128.load_splat<u32>(x);
    a0 = product(a0, w0, s), b0 = product(b0, w1, s);
    s = v128.load_splat<u32>(x, 4);
    a1 = product(a1, w0, s), b1 = product(b1, w1, s);
    s = v128.load_splat<u32>(x, 8);
    a2 = product(a2, w0, s), b2 = product(b2, w1, s);
    s = v128.load_splat<u32>(x, 12);
    a3 = product(a3, w0, s), b3 = product(b3, w1, s);
    w += 32, x += 16;
  }
  added(o, a0, b0), o += stride;
  added(o, a1, b1), o += stride;
  added(o, a2, b2), o += stride;
  added(o, a3, b3);
}

function floats1(w: usize, columns: usize, x: usize, o: usize): void {
  const end = w + columns * 32;
  let a = f32x4.splat(0), b = a;
  while (w < end) {
    const s = v128.load_splat<u32>(x);
    a = product(a, v128.load(w), s), b = product(b, v128.load(w, 16), s);
    w += 32, x += 16;
  }
  added(o, a, b);
}

// All bits but the copies of the sign between it and the exponent. From memory: see `exp4`.
const HALF_BITS = memory.data<u32>([0x8fffffff]);

/** Four halves at `at` as float32, times 2^-112. Those without a leading one stay exact, being the same kind of number. */
@inline
function halves(at: usize, offset: usize, mask: v128): v128 {
  return v128.and(i32x4.shl(v128.load_ext<i16>(at + offset), 13), mask);
}

@inline
function rescaled(sum: v128): v128 {
  return f32x4.mul(sum, f32x4.splat(HALF_SCALE));
}

function halves4(w: usize, columns: usize, x: usize, o: usize, stride: usize): void {
  const end = w + columns * 16;
  const mask = v128.load_splat<u32>(HALF_BITS);
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  while (w < end) {
    const w0 = halves(w, 0, mask), w1 = halves(w, 8, mask);
    let s = v128.load_splat<u32>(x);
    a0 = product(a0, w0, s), b0 = product(b0, w1, s);
    s = v128.load_splat<u32>(x, 4);
    a1 = product(a1, w0, s), b1 = product(b1, w1, s);
    s = v128.load_splat<u32>(x, 8);
    a2 = product(a2, w0, s), b2 = product(b2, w1, s);
    s = v128.load_splat<u32>(x, 12);
    a3 = product(a3, w0, s), b3 = product(b3, w1, s);
    w += 16, x += 16;
  }
  added(o, rescaled(a0), rescaled(b0)), o += stride;
  added(o, rescaled(a1), rescaled(b1)), o += stride;
  added(o, rescaled(a2), rescaled(b2)), o += stride;
  added(o, rescaled(a3), rescaled(b3));
}

function halves1(w: usize, columns: usize, x: usize, o: usize): void {
  const end = w + columns * 16;
  const mask = v128.load_splat<u32>(HALF_BITS);
  let a = f32x4.splat(0), b = a;
  while (w < end) {
    const s = v128.load_splat<u32>(x);
    a = product(a, halves(w, 0, mask), s), b = product(b, halves(w, 8, mask), s);
    w += 16, x += 16;
  }
  added(o, rescaled(a), rescaled(b));
}

/** Bytes of a tile of activations with so many elements a row. */
export function tileBytes(kind: u32, columns: usize): usize {
  if (kind == FLOATS || kind == HALVES) return columns * 16;
  return (columns / BLOCK) * (kind == PAIRS ? PAIRS_BLOCK : FOURS_BLOCK);
}

/** Bytes of a group of rows. */
export function groupBytes(kind: u32, columns: usize): usize {
  if (kind == FLOATS) return columns * 32;
  return kind == HALVES ? columns * 16 : (columns / BLOCK) * WEIGHT_BLOCK;
}

/**
 * out[row][8 · group …] = start + W x for groups [from, to). `start`: 0 zeros, 1 what is in `out` (the residual), else
 * a pointer to one float for each row of W. `out` has room for whole tiles.
 */
export function multiply(
  kind: u32, w: usize, columns: usize, x: usize, out: usize, stride: usize, start: usize, rows: usize, from: usize, to: usize,
): void {
  const size = groupBytes(kind, columns), tile = tileBytes(kind, columns), blocks = columns / BLOCK;
  // Three rows left are a tile with one row for nothing; fewer are taken one by one.
  const tiled = rows % TILE == TILE - 1 ? rows + 1 : rows - (rows % TILE);
  for (let group = from; group < to; group++) {
    const weights = w + group * size;
    const to = out + group * (GROUP * 4);
    if (start != 1) {
      let low = f32x4.splat(0), high = low;
      if (start != 0) {
        low = v128.load(start + group * (GROUP * 4));
        high = v128.load(start + group * (GROUP * 4), 16);
      }
      for (let row: usize = 0; row < rows; row++) {
        v128.store(to + row * stride, low);
        v128.store(to + row * stride, high, 16);
      }
    }
    for (let row: usize = 0; row < tiled; row += TILE) {
      const xs = x + (row / TILE) * tile;
      const o = to + row * stride;
      if (kind == PAIRS) pairs4(weights, blocks, xs, o, stride);
      else if (kind == FLOATS) floats4(weights, columns, xs, o, stride);
      else if (kind == HALVES) halves4(weights, columns, xs, o, stride);
      else fours4(weights, blocks, xs, o, stride);
    }
    for (let row = tiled; row < rows; row++) {
      const xs = x + (row / TILE) * tile + (row % TILE) * 4;
      const o = to + row * stride;
      if (kind == PAIRS) pairs1(weights, blocks, xs, o);
      else if (kind == FLOATS) floats1(weights, columns, xs, o);
      else if (kind == HALVES) halves1(weights, columns, xs, o);
      else fours1(weights, blocks, xs, o);
    }
  }
}

/** The kind whose products this machine computes exactly and fastest: PAIRS, SIGNED or UNSIGNED. Writes 32 bytes at `at`. */
export function dotKind(at: usize): u32 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    // 127 · 255 twice does not fit 16 bits: machines that sum pairs there saturate.
    for (let i: usize = 0; i < 16; i++) store<u8>(at + i, 127), store<u8>(at + 16 + i, 255);
    const high = i32x4.extract_lane(fours(i32x4.splat(0), v128.load(at, 16), v128.load(at)), 0);
    for (let i: usize = 0; i < 16; i++) store<u8>(at + i, 128);
    const low = i32x4.extract_lane(fours(i32x4.splat(0), v128.load(at, 16), v128.load(at)), 0);
    for (let i: usize = 0; i < 16; i++) store<u8>(at + 16 + i, 128);
    const corner = i32x4.extract_lane(fours(i32x4.splat(0), v128.load(at, 16), v128.load(at)), 0);
    if (high == -4 * 127 && low == 4 * 128 && corner == 4 * 128 * 128) return SIGNED;
    if (high == 4 * 127 * 255 && low == -4 * 128 * 255 && corner == -4 * 128 * 128) return UNSIGNED;
  }
  return PAIRS;
}
