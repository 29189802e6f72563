// Weights from the layout of the file into that of the products.
import { BLOCK, FLOATS, GROUP, PAIRS, UNSIGNED, WEIGHT_BLOCK } from './layout';
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

/** Rows of Q8_0 blocks (float16, 32 int8) from `from` as rows of the matrix at `to`, `first` being a whole group. */
export function packQ8(kind: u32, from: usize, columns: usize, to: usize, first: usize, rows: usize): void {
  for (let row = first; row < first + rows; row++) {
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

/** Rows of float16 as float32. */
export function packF16(from: usize, columns: usize, to: usize, first: usize, rows: usize): void {
  for (let row = first; row < first + rows; row++) {
    const at = to + (row / GROUP) * groupBytes(FLOATS, columns) + (row % GROUP) * 4;
    for (let i: usize = 0; i < columns; i++) store<f32>(at + i * 32, half(load<u16>(from + i * 2)));
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
