// Rows of activations: what happens to them between two matrix products, and how they are laid out for the next.
import { BLOCK, FLOATS, FOURS_BLOCK, HALF_SCALE, HALVES, PAIRS, PAIRS_BLOCK, TILE, UNSIGNED } from './layout';
import { tileBytes } from './matrix';

/** Where a block's largest value is below this, it counts as zero: its reciprocal would not be finite. */
const TINY: f32 = 1e-30;

/** Added to a float32 below 2^22 it leaves the nearest whole number (of two the even one) in the low bits. */
const WHOLE: f32 = 12582912;

// From memory: the engines make a constant anew in each round of a loop, which takes longer than to load it.
const EXP = memory.data<f32>([
  88, -87, 1.44269504, WHOLE, 0.693359375, 2.1219444e-4,
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1,
]);

@inline
function exp(index: usize): v128 {
  return v128.load_splat<u32>(EXP + index * 4);
}

/** e^x within 2 units in the last place for x in [-87, 88], held to that range. The polynomial is that of Cephes expf. */
@inline
export function exp4(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, exp(0)), exp(1));
  const power = f32x4.add(f32x4.mul(x, exp(2)), exp(3));
  const n = f32x4.sub(power, exp(3));
  x = f32x4.sub(x, f32x4.mul(n, exp(4)));
  x = f32x4.add(x, f32x4.mul(n, exp(5)));
  let y = exp(6);
  y = f32x4.add(f32x4.mul(y, x), exp(7));
  y = f32x4.add(f32x4.mul(y, x), exp(8));
  y = f32x4.add(f32x4.mul(y, x), exp(9));
  y = f32x4.add(f32x4.mul(y, x), exp(10));
  y = f32x4.add(f32x4.mul(y, x), exp(11));
  y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(y, x), x), x), exp(12));
  return f32x4.mul(y, i32x4.add(i32x4.shl(power, 23), exp(12)));
}

@inline
export function sum4(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** to = RMSNorm(from) · weight. Sizes are whole fours, here and below. */
export function norm(from: usize, weight: usize, to: usize, size: usize, epsilon: f32): void {
  let squares = f32x4.splat(0);
  for (let i: usize = 0; i < size * 4; i += 16) {
    const x = v128.load(from + i);
    squares = f32x4.add(squares, f32x4.mul(x, x));
  }
  const scale = f32x4.splat(1 / Mathf.sqrt(sum4(squares) / <f32>size + epsilon));
  for (let i: usize = 0; i < size * 4; i += 16)
    v128.store(to + i, f32x4.mul(f32x4.mul(v128.load(from + i), scale), v128.load(weight + i)));
}

/** to = silu(gate) · up. */
export function activate(gate: usize, up: usize, to: usize, size: usize): void {
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < size * 4; i += 16) {
    const x = v128.load(gate + i);
    const silu = f32x4.div(x, f32x4.add(one, exp4(f32x4.neg(x))));
    v128.store(to + i, f32x4.mul(silu, v128.load(up + i)));
  }
}

/** Lays a row out as row `row` of the activations at `to`; integers with a scale for each block unless weights are floats. */
export function place(kind: u32, from: usize, columns: usize, to: usize, row: usize): void {
  const lane = (row % TILE) * 4;
  to += (row / TILE) * tileBytes(kind, columns);
  if (kind == FLOATS || kind == HALVES) {
    const scale: f32 = kind == HALVES ? HALF_SCALE : 1;
    for (let i: usize = 0; i < columns; i++) store<f32>(to + i * 16 + lane, load<f32>(from + i * 4) * scale);
    return;
  }
  const last = from + columns * 4;
  while (from < last) {
    // Magnitudes compare like the whole numbers of their bits, what is no number being the greatest.
    let most = i32x4.splat(0);
    for (let i: usize = 0; i < 128; i += 16) most = i32x4.max_s(most, f32x4.abs(v128.load(from + i)));
    most = i32x4.max_s(most, i32x4.shuffle(most, most, 2, 3, 0, 1));
    most = i32x4.max_s(most, i32x4.shuffle(most, most, 1, 0, 3, 2));
    const largest = f32x4.extract_lane(most, 0);
    store<f32>(to + lane, largest / 127);
    const inverse = f32x4.splat(largest < TINY ? 0 : 127 / largest);
    if (kind == PAIRS) {
      let at = to + 16 + lane;
      for (let i: usize = 0; i < 128; i += 32) {
        const x = i16x8.narrow_i32x4_s(rounded(v128.load(from + i), inverse), rounded(v128.load(from + i, 16), inverse));
        v128.store_lane<u32>(at, x, 0), v128.store_lane<u32>(at, x, 1, 16);
        v128.store_lane<u32>(at, x, 2, 32), v128.store_lane<u32>(at, x, 3, 48);
        at += 64;
      }
      to += PAIRS_BLOCK;
    } else {
      let at = to + 32 + lane;
      let sums = i32x4.splat(0);
      for (let i: usize = 0; i < 128; i += 32) {
        const x = i16x8.narrow_i32x4_s(rounded(v128.load(from + i), inverse), rounded(v128.load(from + i, 16), inverse));
        sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(x));
        const bytes = i8x16.narrow_i16x8_s(x, x);
        v128.store_lane<u32>(at, bytes, 0), v128.store_lane<u32>(at, bytes, 1, 16);
        at += 32;
      }
      store<i32>(to + 16 + lane, kind == UNSIGNED ? -128 * total4(sums) : 0);
      to += FOURS_BLOCK;
    }
    from += BLOCK * 4;
  }
}

@inline
function rounded(x: v128, inverse: v128): v128 {
  return i32x4.sub(f32x4.add(f32x4.mul(x, inverse), f32x4.splat(WHOLE)), i32x4.splat(0x4b400000));
}

@inline
function total4(x: v128): i32 {
  return (
    i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3)
  );
}
