// Rotary positions, the cache of keys and values, and attention over it.
import { PAGE } from './layout';
import { exp4, norm, sum4 } from './rows';

const PAGE_BYTES: usize = <usize>PAGE * 4;

/**
 * Turns the pairs of a head by the angles of its position. `turns`: cosine and sine for each pair. Pairs are elements
 * 2i and 2i + 1 where `interleaved`, else i and i + size / 2.
 */
function turn(head: usize, size: usize, turns: usize, interleaved: u32): void {
  const half = size / 2;
  const step: usize = interleaved ? 8 : 4;
  const apart: usize = interleaved ? 4 : half * 4;
  for (let i: usize = 0; i < half; i++) {
    const cosine = load<f32>(turns + i * 8), sine = load<f32>(turns + i * 8, 4);
    const at = head + i * step;
    const x = load<f32>(at), y = load<f32>(at + apart);
    store<f32>(at, x * cosine - y * sine);
    store<f32>(at + apart, x * sine + y * cosine);
  }
}

/** Normalises (where there is a weight) and turns each head of a row. */
export function turnHeads(
  row: usize, heads: u32, size: usize, weight: usize, epsilon: f32, turns: usize, interleaved: u32,
): void {
  for (let head: u32 = 0; head < heads; head++) {
    if (weight != 0) norm(row, weight, row, size, epsilon);
    turn(row, size, turns, interleaved);
    row += size * 4;
  }
}

/** Writes the keys and values of one position into its page. */
export function keep(keys: usize, values: usize, kvHeads: u32, size: usize, page: usize, position: u32): void {
  const slot = <usize>(position % PAGE);
  const elements = <usize>kvHeads * size;
  for (let i: usize = 0; i < elements; i++)
    store<f32>(page + i * PAGE_BYTES + slot * 4, load<f32>(keys + i * 4));
  page += elements * PAGE_BYTES;
  for (let head: usize = 0; head < kvHeads; head++)
    memory.copy(page + (head * PAGE + slot) * size * 4, values + head * size * 4, size * 4);
}

/** Scores of two queries with the 32 positions of a page: q · key · scale. */
function score(a: usize, b: usize, size: usize, keys: usize, toA: usize, toB: usize, scale: v128): void {
  for (let half: usize = 0; half < PAGE_BYTES; half += 64) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    const end = keys + half + size * PAGE_BYTES;
    let i: usize = 0;
    for (let at = keys + half; at < end; at += 2 * PAGE_BYTES) {
      let qa = v128.load_splat<u32>(a + i), qb = v128.load_splat<u32>(b + i);
      let key = v128.load(at);
      a0 = f32x4.add(a0, f32x4.mul(qa, key)), b0 = f32x4.add(b0, f32x4.mul(qb, key));
      key = v128.load(at, 16);
      a1 = f32x4.add(a1, f32x4.mul(qa, key)), b1 = f32x4.add(b1, f32x4.mul(qb, key));
      key = v128.load(at, 32);
      a2 = f32x4.add(a2, f32x4.mul(qa, key)), b2 = f32x4.add(b2, f32x4.mul(qb, key));
      key = v128.load(at, 48);
      a3 = f32x4.add(a3, f32x4.mul(qa, key)), b3 = f32x4.add(b3, f32x4.mul(qb, key));
      qa = v128.load_splat<u32>(a + i, 4), qb = v128.load_splat<u32>(b + i, 4);
      key = v128.load(at, 128);
      a0 = f32x4.add(a0, f32x4.mul(qa, key)), b0 = f32x4.add(b0, f32x4.mul(qb, key));
      key = v128.load(at, 144);
      a1 = f32x4.add(a1, f32x4.mul(qa, key)), b1 = f32x4.add(b1, f32x4.mul(qb, key));
      key = v128.load(at, 160);
      a2 = f32x4.add(a2, f32x4.mul(qa, key)), b2 = f32x4.add(b2, f32x4.mul(qb, key));
      key = v128.load(at, 176);
      a3 = f32x4.add(a3, f32x4.mul(qa, key)), b3 = f32x4.add(b3, f32x4.mul(qb, key));
      i += 8;
    }
    four(toA + half, f32x4.mul(a0, scale), f32x4.mul(a1, scale), f32x4.mul(a2, scale), f32x4.mul(a3, scale));
    four(toB + half, f32x4.mul(b0, scale), f32x4.mul(b1, scale), f32x4.mul(b2, scale), f32x4.mul(b3, scale));
  }
}

@inline
function four(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(to, a), v128.store(to, b, 16), v128.store(to, c, 32), v128.store(to, d, 48);
}

/**
 * Scores → weights that sum to 1. Those from `length` to `padded`, whole pages, become 0: there lie keys of later tokens, or
 * what is left over from others.
 */
function soften(scores: usize, length: usize, padded: usize): void {
  // What is summed does not depend on `padded`, which depends on the rows of the chunk.
  const end = ((length + 3) & ~3) * 4;
  for (let i = length; i < end / 4; i++) store<f32>(scores + i * 4, -Infinity);
  let most = f32x4.splat(-Infinity);
  for (let i: usize = 0; i < end; i += 16) most = f32x4.pmax(most, v128.load(scores + i));
  most = f32x4.pmax(most, i32x4.shuffle(most, most, 2, 3, 0, 1));
  most = f32x4.pmax(most, i32x4.shuffle(most, most, 1, 0, 3, 2));
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < end; i += 16) {
    const weight = exp4(f32x4.sub(v128.load(scores + i), most));
    v128.store(scores + i, weight);
    sum = f32x4.add(sum, weight);
  }
  const share = f32x4.splat(<f32>1 / sum4(sum));
  for (let i: usize = 0; i < end; i += 16) v128.store(scores + i, f32x4.mul(v128.load(scores + i), share));
  memory.fill(scores + length * 4, 0, (padded - length) * 4);
}

/** to += Σ weight · value over `length` positions of a page, for two queries and 16 elements. */
function mix16(a: usize, b: usize, length: usize, values: usize, stride: usize, toA: usize, toB: usize): void {
  let a0 = v128.load(toA), a1 = v128.load(toA, 16), a2 = v128.load(toA, 32), a3 = v128.load(toA, 48);
  let b0 = v128.load(toB), b1 = v128.load(toB, 16), b2 = v128.load(toB, 32), b3 = v128.load(toB, 48);
  const end = a + length * 4;
  while (a < end) {
    const wa = v128.load_splat<u32>(a), wb = v128.load_splat<u32>(b);
    let value = v128.load(values);
    a0 = f32x4.add(a0, f32x4.mul(wa, value)), b0 = f32x4.add(b0, f32x4.mul(wb, value));
    value = v128.load(values, 16);
    a1 = f32x4.add(a1, f32x4.mul(wa, value)), b1 = f32x4.add(b1, f32x4.mul(wb, value));
    value = v128.load(values, 32);
    a2 = f32x4.add(a2, f32x4.mul(wa, value)), b2 = f32x4.add(b2, f32x4.mul(wb, value));
    value = v128.load(values, 48);
    a3 = f32x4.add(a3, f32x4.mul(wa, value)), b3 = f32x4.add(b3, f32x4.mul(wb, value));
    values += stride, a += 4, b += 4;
  }
  four(toA, a0, a1, a2, a3);
  four(toB, b0, b1, b2, b3);
}

/** The same for 4 elements. */
function mix4(a: usize, b: usize, length: usize, values: usize, stride: usize, toA: usize, toB: usize): void {
  let sumA = v128.load(toA), sumB = v128.load(toB);
  const end = a + length * 4;
  while (a < end) {
    const value = v128.load(values);
    sumA = f32x4.add(sumA, f32x4.mul(v128.load_splat<u32>(a), value));
    sumB = f32x4.add(sumB, f32x4.mul(v128.load_splat<u32>(b), value));
    values += stride, a += 4, b += 4;
  }
  v128.store(toA, sumA), v128.store(toB, sumB);
}

/**
 * Attention of `heads` query heads that share key head `kvHead`, for `rows` rows at following positions of one sequence,
 * the last of which sees `length` positions; `from` and `to` are the first head of the first row. `layer` leads from
 * a page to the keys of the layer. `scores`: room for `length` floats, rounded up to whole pages, for each query.
 */
export function attend(
  from: usize, fromStride: usize, to: usize, toStride: usize, rows: usize, heads: usize, size: usize, kvHead: usize,
  kvHeads: usize, pages: usize, layer: usize, length: usize, scores: usize,
): void {
  const scale = f32x4.splat(1 / Mathf.sqrt(<f32>size));
  const count = (length + PAGE - 1) / PAGE;
  const room = count * PAGE_BYTES;
  const queries = rows * heads;
  const keys = layer + kvHead * size * PAGE_BYTES;
  for (let page: usize = 0; page < count; page++) {
    const key = load<usize>(pages + page * 4) + keys;
    // Of an odd number the last is its own pair: computed twice, the same both times.
    for (let query: usize = 0; query < queries; query += 2) {
      const other = min(query + 1, queries - 1);
      const at = scores + page * PAGE_BYTES;
      score(
        from + (query / heads) * fromStride + (query % heads) * size * 4,
        from + (other / heads) * fromStride + (other % heads) * size * 4,
        size, key, at + query * room, at + other * room, scale,
      );
    }
  }
  const stride = size * 4;
  for (let query: usize = 0; query < queries; query++)
    soften(scores + query * room, length + 1 + query / heads - rows, count * PAGE);
  const values = layer + (kvHeads + kvHead) * size * PAGE_BYTES;
  for (let row: usize = 0; row < rows; row++) memory.fill(to + row * toStride, 0, heads * stride);
  for (let page: usize = 0; page < count; page++) {
    const value = load<usize>(pages + page * 4) + values;
    // Later tokens than a query's own weigh nothing.
    const filled = min(PAGE, <u32>(length - page * PAGE));
    for (let query: usize = 0; query < queries; query += 2) {
      const other = min(query + 1, queries - 1);
      const a = scores + query * room + page * PAGE_BYTES, b = scores + other * room + page * PAGE_BYTES;
      const toA = to + (query / heads) * toStride + (query % heads) * stride;
      const toB = to + (other / heads) * toStride + (other % heads) * stride;
      let i: usize = 0;
      for (; i + 64 <= stride; i += 64) mix16(a, b, filled, value + i, stride, toA + i, toB + i);
      for (; i < stride; i += 16) mix4(a, b, filled, value + i, stride, toA + i, toB + i);
    }
  }
}
