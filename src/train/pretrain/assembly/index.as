// Products of matrices of single precision, for training: c ← a · b or c + a · b, each operand in any layout (the distance
// between rows and between columns, in elements). As in Goto and van de Geijn 2008 (doi.org/10.1145/1356052.1356053): a
// block of b is packed into panels of 8 columns, a block of a into panels of 4 rows, and each pair of panels is summed in
// registers. Sums go in the order of k, block by block, whatever the sizes of the other sides.

/** Elements of k in a block; columns of b in a block; rows of a in a block. */
const K: usize = 256;
const N: usize = 512;
const M: usize = 64;

/** Bytes of scratch that `multiply` needs: packed a, then packed b, then one tile. */
export function scratch(): usize {
  return (K * M + K * N + 32) * 4;
}

// Not the relaxed product: it is 5 % quicker at most, and other machines would give other sums.
@inline
function madd(a: v128, b: v128, sum: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** `lines` lines of `k` elements into panels of `width` lines, an element of each in turn; what lacks is 0. */
function pack(from: usize, line: usize, along: usize, lines: usize, k: usize, width: usize, to: usize): void {
  for (let first: usize = 0; first < lines; first += width) {
    const full = lines - first >= width;
    let at = from + first * line;
    if (full && line == 4 && width == 8) {
      for (let i: usize = 0; i < k; i++, at += along, to += 32) {
        v128.store(to, v128.load(at));
        v128.store(to, v128.load(at, 16), 16);
      }
    } else if (full && line == 4) {
      for (let i: usize = 0; i < k; i++, at += along, to += 16) v128.store(to, v128.load(at));
    } else {
      const here = full ? width : lines - first;
      for (let l: usize = 0; l < width; l++) {
        let out = to + l * 4;
        if (l < here) {
          let element = at + l * line;
          for (let i: usize = 0; i < k; i++, element += along, out += width * 4) store<f32>(out, load<f32>(element));
        } else {
          for (let i: usize = 0; i < k; i++, out += width * 4) store<f32>(out, 0);
        }
      }
      to += width * 4 * k;
    }
  }
}

/** 4 rows and 8 columns of c (+)= two panels. */
function tile(a: usize, b: usize, k: usize, c: usize, stride: usize, add: bool): void {
  const c1 = c + stride, c2 = c1 + stride, c3 = c2 + stride;
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  const end = a + k * 16;
  while (a < end) {
    const low = v128.load(b), high = v128.load(b, 16);
    let x = v128.load_splat<u32>(a);
    a0 = madd(x, low, a0), b0 = madd(x, high, b0);
    x = v128.load_splat<u32>(a, 4);
    a1 = madd(x, low, a1), b1 = madd(x, high, b1);
    x = v128.load_splat<u32>(a, 8);
    a2 = madd(x, low, a2), b2 = madd(x, high, b2);
    x = v128.load_splat<u32>(a, 12);
    a3 = madd(x, low, a3), b3 = madd(x, high, b3);
    a += 16, b += 32;
  }
  if (add) {
    a0 = f32x4.add(a0, v128.load(c)), b0 = f32x4.add(b0, v128.load(c, 16));
    a1 = f32x4.add(a1, v128.load(c1)), b1 = f32x4.add(b1, v128.load(c1, 16));
    a2 = f32x4.add(a2, v128.load(c2)), b2 = f32x4.add(b2, v128.load(c2, 16));
    a3 = f32x4.add(a3, v128.load(c3)), b3 = f32x4.add(b3, v128.load(c3, 16));
  }
  v128.store(c, a0), v128.store(c, b0, 16);
  v128.store(c1, a1), v128.store(c1, b1, 16);
  v128.store(c2, a2), v128.store(c2, b2, 16);
  v128.store(c3, a3), v128.store(c3, b3, 16);
}

/** c: m × n, rows `cRow` apart; a: m × k; b: k × n. Pointers in bytes, distances in elements. */
export function multiply(
  a: usize, aRow: usize, aColumn: usize,
  b: usize, bRow: usize, bColumn: usize,
  c: usize, cRow: usize,
  m: usize, n: usize, k: usize, add: bool, spare: usize,
): void {
  aRow <<= 2, aColumn <<= 2, bRow <<= 2, bColumn <<= 2, cRow <<= 2;
  const packedA = spare, packedB = spare + K * M * 4, edge = packedB + K * N * 4;
  for (let n0: usize = 0; n0 < n; n0 += N) {
    const columns = min(N, n - n0);
    for (let k0: usize = 0; k0 < k; k0 += K) {
      const depth = min(K, k - k0);
      const adds = add || k0 > 0;
      pack(b + k0 * bRow + n0 * bColumn, bColumn, bRow, columns, depth, 8, packedB);
      for (let m0: usize = 0; m0 < m; m0 += M) {
        const rows = min(M, m - m0);
        pack(a + m0 * aRow + k0 * aColumn, aRow, aColumn, rows, depth, 4, packedA);
        for (let j: usize = 0; j < columns; j += 8) {
          const panel = packedB + j * depth * 4;
          for (let i: usize = 0; i < rows; i += 4) {
            const out = c + (m0 + i) * cRow + (n0 + j) * 4;
            if (rows - i >= 4 && columns - j >= 8) {
              tile(packedA + i * depth * 4, panel, depth, out, cRow, adds);
              continue;
            }
            // At an edge a whole tile is summed aside and what lies inside is taken over.
            tile(packedA + i * depth * 4, panel, depth, edge, 32, false);
            const height = min<usize>(4, rows - i), width = min<usize>(8, columns - j);
            for (let y: usize = 0; y < height; y++) {
              for (let x: usize = 0; x < width; x++) {
                const to = out + y * cRow + x * 4;
                const sum = load<f32>(edge + y * 32 + x * 4);
                store<f32>(to, adds ? load<f32>(to) + sum : sum);
              }
            }
          }
        }
      }
    }
  }
}

/**
 * e^x of four numbers, each cut off at ±87: x = n ln 2 + r, e^r by Cephes' polynomial of the fifth degree, 2^n by its bits.
 * Within 2e-7 of the value.
 */
@inline
function exp(x: v128): v128 {
  x = f32x4.max(f32x4.splat(-87), f32x4.min(f32x4.splat(87), x));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let y = f32x4.splat(1.9875691500e-4);
  y = madd(y, r, f32x4.splat(1.3981999507e-3));
  y = madd(y, r, f32x4.splat(8.3334519073e-3));
  y = madd(y, r, f32x4.splat(4.1665795894e-2));
  y = madd(y, r, f32x4.splat(1.6666665459e-1));
  y = madd(y, r, f32x4.splat(5.0000001201e-1));
  y = f32x4.add(madd(f32x4.mul(r, r), y, r), f32x4.splat(1));
  return f32x4.mul(y, i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23));
}

/** The sum of the lanes. */
@inline
function total(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** Up to three numbers at the end of a row, the other lanes filled. */
@inline
function loadRest(at: usize, count: usize, filling: f32): v128 {
  let x = f32x4.replace_lane(f32x4.splat(filling), 0, load<f32>(at));
  if (count > 1) x = f32x4.replace_lane(x, 1, load<f32>(at, 4));
  return count > 2 ? f32x4.replace_lane(x, 2, load<f32>(at, 8)) : x;
}

@inline
function storeRest(at: usize, count: usize, x: v128): void {
  store<f32>(at, f32x4.extract_lane(x, 0));
  if (count > 1) store<f32>(at, f32x4.extract_lane(x, 1), 4);
  if (count > 2) store<f32>(at, f32x4.extract_lane(x, 2), 8);
}

/** The largest of `count` numbers, at least one. */
export function largest(at: usize, count: usize): f32 {
  const whole = at + (count & ~3) * 4, rest = count & 3;
  let most = f32x4.splat(load<f32>(at));
  for (let i = at; i < whole; i += 16) most = f32x4.max(most, v128.load(i));
  if (rest > 0) most = f32x4.max(most, loadRest(whole, rest, load<f32>(at)));
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

/** `count` numbers x become share · softmax(scale · x), scale > 0, `most` their largest. Returns Σ e^(scale · (x − most)). */
export function softmax(at: usize, count: usize, scale: f32, share: f32, most: f32): f64 {
  const whole = at + (count & ~3) * 4, rest = count & 3;
  const shift = f32x4.splat(most), by = f32x4.splat(scale);
  let sums = f32x4.splat(0), sum: f64 = 0;
  // So many at once in single precision, so that a long row's sum does not lose the small ones.
  for (let from = at; from < whole; from += 4096) {
    sums = f32x4.splat(0);
    for (let i = from, to = min(whole, from + 4096); i < to; i += 16) {
      const y = exp(f32x4.mul(by, f32x4.sub(v128.load(i), shift)));
      v128.store(i, y);
      sums = f32x4.add(sums, y);
    }
    sum += total(sums);
  }
  if (rest > 0) {
    const y = exp(f32x4.mul(by, f32x4.sub(loadRest(whole, rest, most), shift)));
    storeRest(whole, rest, y);
    for (let i: usize = 0; i < rest; i++) sum += load<f32>(whole + i * 4);
  }
  const divided = f32x4.splat(<f32>(share / sum));
  for (let i = at; i < whole; i += 16) v128.store(i, f32x4.mul(v128.load(i), divided));
  if (rest > 0) storeRest(whole, rest, f32x4.mul(loadRest(whole, rest, 0), divided));
  return sum;
}

/** out = silu(gate) · up; `count` is a multiple of 4. */
export function gated(gate: usize, up: usize, out: usize, count: usize): void {
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < count * 4; i += 16) {
    const g = v128.load(gate + i);
    const silu = f32x4.div(g, f32x4.add(one, exp(f32x4.neg(g))));
    v128.store(out + i, f32x4.mul(silu, v128.load(up + i)));
  }
}

/** The slopes by gate and up, of that by out. */
export function gatedBack(dout: usize, gate: usize, up: usize, dgate: usize, dup: usize, count: usize): void {
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < count * 4; i += 16) {
    const d = v128.load(dout + i), g = v128.load(gate + i);
    const sigmoid = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(g))));
    const slope = f32x4.mul(d, sigmoid);
    v128.store(dup + i, f32x4.mul(slope, g));
    const rest = f32x4.add(one, f32x4.mul(g, f32x4.sub(one, sigmoid)));
    v128.store(dgate + i, f32x4.mul(f32x4.mul(slope, v128.load(up + i)), rest));
  }
}
