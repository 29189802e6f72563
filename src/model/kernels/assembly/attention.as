// Rotary positions, the cache of keys and values, and attention over it.
import { PAGE } from './layout';
import { exp4, max4, norm, sum4 } from './rows';

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

/** to[position] = q · key[position] · scale for the 32 positions of a page. */
function score(query: usize, size: usize, keys: usize, to: usize, scale: v128): void {
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  const end = keys + size * PAGE_BYTES;
  while (keys < end) {
    const q = v128.load_splat<u32>(query);
    a = f32x4.add(a, f32x4.mul(q, v128.load(keys)));
    b = f32x4.add(b, f32x4.mul(q, v128.load(keys, 16)));
    c = f32x4.add(c, f32x4.mul(q, v128.load(keys, 32)));
    d = f32x4.add(d, f32x4.mul(q, v128.load(keys, 48)));
    e = f32x4.add(e, f32x4.mul(q, v128.load(keys, 64)));
    f = f32x4.add(f, f32x4.mul(q, v128.load(keys, 80)));
    g = f32x4.add(g, f32x4.mul(q, v128.load(keys, 96)));
    h = f32x4.add(h, f32x4.mul(q, v128.load(keys, 112)));
    keys += PAGE_BYTES, query += 4;
  }
  v128.store(to, f32x4.mul(a, scale)), v128.store(to, f32x4.mul(b, scale), 16);
  v128.store(to, f32x4.mul(c, scale), 32), v128.store(to, f32x4.mul(d, scale), 48);
  v128.store(to, f32x4.mul(e, scale), 64), v128.store(to, f32x4.mul(f, scale), 80);
  v128.store(to, f32x4.mul(g, scale), 96), v128.store(to, f32x4.mul(h, scale), 112);
}

/** Scores → weights that are not yet divided by their sum, which is returned. `length` is filled up to whole pages. */
function soften(scores: usize, length: usize, padded: usize): f32 {
  // What lies past the last position is left over from others.
  for (let i = length; i < padded; i++) store<f32>(scores + i * 4, -Infinity);
  let most = f32x4.splat(-Infinity);
  for (let i: usize = 0; i < padded * 4; i += 16) most = f32x4.max(most, v128.load(scores + i));
  const top = f32x4.splat(max4(most));
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < padded * 4; i += 16) {
    const weight = exp4(f32x4.sub(v128.load(scores + i), top));
    v128.store(scores + i, weight);
    sum = f32x4.add(sum, weight);
  }
  return sum4(sum);
}

/** to = Σ weight · value over `length` positions, for 32 elements; `offset` leads from a page to the first of them. */
function mix32(weights: usize, length: usize, pages: usize, offset: usize, stride: usize, to: usize, scale: v128): void {
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  const last = weights + length * 4;
  while (weights < last) {
    let value = load<usize>(pages) + offset;
    const end = min(weights + PAGE_BYTES, last);
    while (weights < end) {
      const w = v128.load_splat<u32>(weights);
      a = f32x4.add(a, f32x4.mul(w, v128.load(value)));
      b = f32x4.add(b, f32x4.mul(w, v128.load(value, 16)));
      c = f32x4.add(c, f32x4.mul(w, v128.load(value, 32)));
      d = f32x4.add(d, f32x4.mul(w, v128.load(value, 48)));
      e = f32x4.add(e, f32x4.mul(w, v128.load(value, 64)));
      f = f32x4.add(f, f32x4.mul(w, v128.load(value, 80)));
      g = f32x4.add(g, f32x4.mul(w, v128.load(value, 96)));
      h = f32x4.add(h, f32x4.mul(w, v128.load(value, 112)));
      value += stride, weights += 4;
    }
    pages += 4;
  }
  v128.store(to, f32x4.mul(a, scale)), v128.store(to, f32x4.mul(b, scale), 16);
  v128.store(to, f32x4.mul(c, scale), 32), v128.store(to, f32x4.mul(d, scale), 48);
  v128.store(to, f32x4.mul(e, scale), 64), v128.store(to, f32x4.mul(f, scale), 80);
  v128.store(to, f32x4.mul(g, scale), 96), v128.store(to, f32x4.mul(h, scale), 112);
}

/** The same for 4 elements. */
function mix4(weights: usize, length: usize, pages: usize, offset: usize, stride: usize, to: usize, scale: v128): void {
  let sum = f32x4.splat(0);
  const last = weights + length * 4;
  while (weights < last) {
    let value = load<usize>(pages) + offset;
    const end = min(weights + PAGE_BYTES, last);
    while (weights < end) {
      sum = f32x4.add(sum, f32x4.mul(v128.load_splat<u32>(weights), v128.load(value)));
      value += stride, weights += 4;
    }
    pages += 4;
  }
  v128.store(to, f32x4.mul(sum, scale));
}

/**
 * Attention of one query head over the first `length` positions. `layer` leads from a page to the keys of the layer;
 * `scores` has room for `length` floats rounded up to whole pages.
 */
export function attend(
  query: usize, to: usize, size: usize, kvHead: usize, kvHeads: usize, pages: usize, layer: usize, length: usize, scores: usize,
): void {
  const scale = f32x4.splat(1 / Mathf.sqrt(<f32>size));
  const keys = layer + kvHead * size * PAGE_BYTES;
  const count = (length + PAGE - 1) / PAGE;
  for (let page: usize = 0; page < count; page++)
    score(query, size, load<usize>(pages + page * 4) + keys, scores + page * PAGE_BYTES, scale);
  const share = f32x4.splat(1 / soften(scores, length, count * PAGE));
  const values = layer + (kvHeads + kvHead) * size * PAGE_BYTES;
  const stride = size * 4;
  let element: usize = 0;
  for (; element + 32 <= size; element += 32)
    mix32(scores, length, pages, values + element * 4, stride, to + element * 4, share);
  for (; element < size; element += 4)
    mix4(scores, length, pages, values + element * 4, stride, to + element * 4, share);
}
