/**
 * The steps between the matrix products, each forward and backward. Gradients are added to what stands in the array that
 * receives them, unless it says otherwise. Formulas as in `model/llama/reference.ts`.
 */

/** y = x · scale · gain, row by row; scale = 1 / √(mean(x²) + ε) is kept for the way back. x, y: [rows, size]. */
export function rmsNorm(
  x: Float32Array,
  gain: Float32Array,
  epsilon: number,
  y: Float32Array,
  scales: Float32Array,
): void {
  const size = gain.length;
  for (let row = 0; row < scales.length; row++) {
    const at = row * size;
    let squares = 0;
    for (let i = 0; i < size; i++) squares += x[at + i]! * x[at + i]!;
    const scale = 1 / Math.sqrt(squares / size + epsilon);
    scales[row] = scale;
    for (let i = 0; i < size; i++) y[at + i] = x[at + i]! * scale * gain[i]!;
  }
}

/** dx += scale · (dy · gain − u · mean(dy · gain · u)) with u = x · scale; dgain += Σ dy · u. */
export function rmsNormBack(
  dy: Float32Array,
  x: Float32Array,
  gain: Float32Array,
  scales: Float32Array,
  dx: Float32Array,
  dgain: Float32Array,
): void {
  const size = gain.length;
  for (let row = 0; row < scales.length; row++) {
    const at = row * size;
    const scale = scales[row]!;
    let inner = 0;
    for (let i = 0; i < size; i++) {
      const unit = x[at + i]! * scale;
      inner += dy[at + i]! * gain[i]! * unit;
      dgain[i]! += dy[at + i]! * unit;
    }
    inner /= size;
    for (let i = 0; i < size; i++) dx[at + i]! += scale * (dy[at + i]! * gain[i]! - x[at + i]! * scale * inner);
  }
}

/** Cosine and sine of position · base^(−2i / size), [length, size / 2] each. */
export function rotaryAngles(length: number, size: number, base: number): { cosine: Float32Array; sine: Float32Array } {
  const half = size / 2;
  const cosine = new Float32Array(length * half);
  const sine = new Float32Array(length * half);
  for (let p = 0; p < length; p++) {
    for (let i = 0; i < half; i++) {
      const angle = p / base ** ((2 * i) / size);
      cosine[p * half + i] = Math.cos(angle);
      sine[p * half + i] = Math.sin(angle);
    }
  }
  return { cosine, sine };
}

/** Turns elements i and i + size / 2 of each head in place; `direction` −1 is the way back. x: [rows · length, heads, size]. */
export function rotate(
  x: Float32Array,
  heads: number,
  size: number,
  { cosine, sine }: { cosine: Float32Array; sine: Float32Array },
  direction: 1 | -1,
): void {
  const half = size / 2;
  const length = cosine.length / half;
  for (let at = 0, row = 0; at < x.length; at += size, row++) {
    const position = (Math.floor(row / heads) % length) * half;
    for (let i = 0; i < half; i++) {
      const [a, b] = [x[at + i]!, x[at + i + half]!];
      const [c, s] = [cosine[position + i]!, direction * sine[position + i]!];
      x[at + i] = a * c - b * s;
      x[at + i + half] = b * c + a * s;
    }
  }
}

/** x becomes share · softmax(scale · x), at least one number. Returns ln Σ e^(scale · x). */
export function softmax(x: Float32Array, scale: number, share: number): number {
  let largest = -Infinity;
  for (const value of x) largest = Math.max(largest, value);
  let total = 0;
  for (let i = 0; i < x.length; i++) {
    x[i] = Math.exp(scale * (x[i]! - largest));
    total += x[i]!;
  }
  for (let i = 0; i < x.length; i++) x[i]! *= share / total;
  return scale * largest + Math.log(total);
}

/** How `softmax` is computed: by the function above or by a kernel. */
type Softmax = typeof softmax;

/** Row r becomes softmax(scale · row) over its first r + 1 elements, the rest 0; in place. [length, length]. */
export function causalSoftmax(scores: Float32Array, length: number, scale: number, by: Softmax): void {
  for (let row = 0; row < length; row++) {
    const at = row * length;
    by(scores.subarray(at, at + row + 1), scale, 1);
    scores.fill(0, at + row + 1, at + length);
  }
}

/** dscores = scale · share · (dshare − Σ dshare · share); replaces dshares. */
export function causalSoftmaxBack(shares: Float32Array, dshares: Float32Array, length: number, scale: number): void {
  for (let row = 0; row < length; row++) {
    const at = row * length;
    let inner = 0;
    for (let i = 0; i <= row; i++) inner += shares[at + i]! * dshares[at + i]!;
    for (let i = 0; i <= row; i++) dshares[at + i] = scale * shares[at + i]! * (dshares[at + i]! - inner);
    dshares.fill(0, at + row + 1, at + length);
  }
}

/** out = silu(gate) · up. */
export function gated(gate: Float32Array, up: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = (gate[i]! / (1 + Math.exp(-gate[i]!))) * up[i]!;
}

/** Sets dgate and dup. */
export function gatedBack(
  dout: Float32Array,
  gate: Float32Array,
  up: Float32Array,
  dgate: Float32Array,
  dup: Float32Array,
): void {
  for (let i = 0; i < dout.length; i++) {
    const sigmoid = 1 / (1 + Math.exp(-gate[i]!));
    dup[i] = dout[i]! * gate[i]! * sigmoid;
    dgate[i] = dout[i]! * up[i]! * sigmoid * (1 + gate[i]! * (1 - sigmoid));
  }
}

/**
 * The sum of −ln softmax(logits)[target] over the rows that count, and its gradient times `share` in place of the logits.
 * Rows whose target is `ignored` count nothing. [rows, vocabulary].
 */
export function crossEntropy(
  logits: Float32Array,
  targets: ArrayLike<number>,
  ignored: number,
  vocabulary: number,
  share: number,
  by: Softmax,
): number {
  let sum = 0;
  for (let row = 0; row < targets.length; row++) {
    const at = row * vocabulary;
    const target = targets[row]!;
    if (target === ignored) {
      logits.fill(0, at, at + vocabulary);
      continue;
    }
    const wanted = logits[at + target]!;
    sum += by(logits.subarray(at, at + vocabulary), 1, share) - wanted;
    logits[at + target]! -= share;
  }
  return sum;
}
