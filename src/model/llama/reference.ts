import type { TokenId } from '../../base/index.ts';
import { dequantise, quantise, type Tensor, type TensorType } from '../gguf/index.ts';
import { assertTokens, assertTruncation } from '../sequence.ts';
import type { LlamaConfig, LlamaEngine, LlamaLayer, LlamaModel, LlamaSequence } from './types.ts';

export type Rounding = 'none' | 'llama.cpp';

/**
 * The forward pass as it is written down: one token after the other, weights in single precision, everything else in
 * double precision. What the kernels are held to; no use for anything else. With `rounding` it rounds where llama.cpp's
 * processor code does: what is multiplied with a matrix to the type that goes with the matrix, and what attention
 * multiplies to F16.
 *
 * Formulas: RMSNorm (Zhang and Sennrich 2019, arXiv 1910.07467), rotary positions (Su et al. 2021, arXiv 2104.09864),
 * grouped-query attention (Ainslie et al. 2023, arXiv 2305.13245), SwiGLU (Shazeer 2020, arXiv 2002.05202).
 */
export function referenceEngine(
  model: LlamaModel,
  capacity = model.config.contextLength,
  rounding: Rounding = 'none',
): LlamaEngine {
  const { config } = model;
  const weights = unpack(model, rounding);
  let closed = false;
  const own = new Set<LlamaSequence>();

  const open = (past?: Past): LlamaSequence => {
    let { tokens, cache, last } = past ?? { tokens: [], cache: emptyCache(config) };
    let released = false;
    const assertOpen = (): void => {
      if (closed || released) throw new Error('the sequence is closed');
    };
    const step = (token: number): void => {
      last = forward(config, weights, cache, token, tokens.length);
      tokens.push(token);
    };
    const sequence: LlamaSequence = {
      get length() {
        return tokens.length;
      },
      extend(more) {
        assertOpen();
        assertExtension(config, capacity, tokens.length, more);
        for (let i = 0; i < more.length; i++) step(more[i]!);
      },
      extendWithLogits(more) {
        assertOpen();
        assertExtension(config, capacity, tokens.length, more);
        const rows = new Float32Array(more.length * config.vocabulary);
        for (let i = 0; i < more.length; i++) {
          step(more[i]!);
          rows.set(multiply(weights.head, last!), i * config.vocabulary);
        }
        return rows;
      },
      logits() {
        assertOpen();
        if (tokens.length === 0) throw new RangeError('an empty sequence has no logits');
        if (last === undefined) step(tokens.pop()!);
        return Float32Array.from(multiply(weights.head, last!));
      },
      truncate(length) {
        assertOpen();
        assertTruncation(length, tokens.length);
        if (length < tokens.length) last = undefined;
        tokens.length = length;
      },
      fork() {
        assertOpen();
        return open({ tokens: [...tokens], cache: copyCache(cache), ...(last === undefined ? {} : { last }) });
      },
      close() {
        released = true;
        own.delete(sequence);
        tokens = [];
        cache = [];
      },
    };
    own.add(sequence);
    return sequence;
  };
  return {
    config,
    capacity,
    open: () => open(),
    decode(sequences, tokens) {
      if (sequences.length !== tokens.length || new Set(sequences).size !== sequences.length) {
        throw new RangeError('decode() takes one token for each sequence, and each sequence once');
      }
      for (const sequence of sequences)
        if (!own.has(sequence)) throw new Error('decode() takes open sequences of its own');
      for (const [i, sequence] of sequences.entries()) assertExtension(config, capacity, sequence.length, [tokens[i]!]);
      for (const [i, sequence] of sequences.entries()) sequence.extend([tokens[i]!]);
    },
    close() {
      closed = true;
      own.clear();
    },
  };
}

/** Throws RangeError for tokens outside the vocabulary or more than `capacity` of them. */
export function assertExtension(
  config: LlamaConfig,
  capacity: number,
  length: number,
  tokens: ArrayLike<number>,
): void {
  assertTokens(Array.from(tokens) as TokenId[], config.vocabulary);
  if (length + tokens.length > capacity) {
    throw new RangeError(`a sequence has at most ${capacity} tokens, got ${length + tokens.length}`);
  }
}

/** [rows, columns], row after row. */
interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
  /** What is done to the other factor. */
  readonly round: Round;
}

type Round = (x: Float64Array) => Float64Array;
const exactly: Round = (x) => x;
const through =
  (type: 'F16' | 'Q8_0'): Round =>
  (x) =>
    Float64Array.from(dequantise(quantise('', [x.length], Float32Array.from(x), type)));
const throughHalf = through('F16');

/** The upper half of single precision, to nearest even. */
const throughBrain: Round = (x) => {
  const bits = new Uint32Array(Float32Array.from(x).buffer);
  const rounded = bits.map((value) => (value + 0x7fff + ((value >>> 16) & 1)) & 0xffff0000);
  return Float64Array.from(new Float32Array(rounded.buffer));
};

/** ggml's Q8_K: 256 elements by one scale, the element of largest magnitude becoming -127. */
const throughQ8K: Round = (x) => {
  const out = new Float64Array(x.length);
  for (let from = 0; from < x.length; from += 256) {
    const block = x.subarray(from, from + 256);
    const largest = block.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
    const scale = largest === 0 ? 0 : -127 / largest;
    for (let i = 0; i < block.length; i++)
      if (scale !== 0) out[from + i] = Math.min(127, Math.round(block[i]! * scale)) / scale;
  }
  return out;
};

const ROUNDS: Readonly<Record<TensorType, Round>> = {
  F32: exactly,
  F16: throughHalf,
  BF16: throughBrain,
  Q8_0: through('Q8_0'),
  Q4_0: through('Q8_0'),
  Q5_0: through('Q8_0'),
  Q4_K: throughQ8K,
  Q5_K: throughQ8K,
  Q6_K: throughQ8K,
};

type Layer = { readonly [Part in keyof LlamaLayer]: Matrix };

interface Weights {
  /** What is done to what attention multiplies. */
  readonly round: Round;
  readonly embedding: Matrix;
  readonly layers: readonly Layer[];
  readonly outputNorm: Matrix;
  readonly head: Matrix;
}

function unpack({ weights }: LlamaModel, rounding: Rounding): Weights {
  const matrix = (tensor: Tensor): Matrix => ({
    rows: tensor.shape.length === 1 ? 1 : tensor.shape[0]!,
    columns: tensor.shape.at(-1)!,
    values: dequantise(tensor),
    round: rounding === 'none' ? exactly : ROUNDS[tensor.type],
  });
  const embedding = matrix(weights.embedding);
  return {
    round: rounding === 'none' ? exactly : throughHalf,
    embedding,
    layers: weights.layers.map(
      (layer) => Object.fromEntries(Object.entries(layer).map(([part, tensor]) => [part, matrix(tensor)])) as Layer,
    ),
    outputNorm: matrix(weights.outputNorm),
    head: weights.head === weights.embedding ? embedding : matrix(weights.head),
  };
}

/** Of each layer the keys and the values, each position [kvHeads · headSize]. */
interface LayerCache {
  readonly keys: Float64Array[];
  readonly values: Float64Array[];
}

interface Past {
  readonly tokens: number[];
  readonly cache: readonly LayerCache[];
  /** The last token's residual stream after the output norm, [width]; undefined where it has to be computed again. */
  readonly last?: Float64Array;
}

const emptyCache = (config: LlamaConfig): LayerCache[] =>
  Array.from({ length: config.layers }, () => ({ keys: [], values: [] }));

const copyCache = (cache: readonly LayerCache[]): LayerCache[] =>
  cache.map(({ keys, values }) => ({ keys: [...keys], values: [...values] }));

/** Puts `token` at `position`, and returns the residual stream after the output norm, [width]. */
function forward(
  config: LlamaConfig,
  weights: Weights,
  cache: readonly LayerCache[],
  token: number,
  position: number,
): Float64Array {
  const { width, normEpsilon } = config;
  // x: [width]
  const x = Float64Array.from(weights.embedding.values.subarray(token * width, (token + 1) * width));
  for (const [index, layer] of weights.layers.entries()) {
    const normed = rmsNorm(x, layer.attentionNorm, normEpsilon);
    const attended = attention(config, layer, weights.round, cache[index]!, normed, position);
    add(x, multiply(layer.output, attended));
    add(x, feedForward(layer, rmsNorm(x, layer.feedForwardNorm, normEpsilon)));
  }
  return rmsNorm(x, weights.outputNorm, normEpsilon);
}

/** Attention of one token to all up to it: x [width] → [heads · headSize]. Keeps its key and value. */
function attention(
  config: LlamaConfig,
  layer: Layer,
  round: Round,
  { keys, values }: LayerCache,
  x: Float64Array,
  position: number,
): Float64Array {
  const { heads, kvHeads, headSize, normEpsilon } = config;
  let query = multiply(layer.query, x, layer.queryBias); // [heads · headSize]
  const key = multiply(layer.key, x, layer.keyBias); // [kvHeads · headSize]
  const head = (of: Float64Array, h: number): Float64Array => of.subarray(h * headSize, (h + 1) * headSize);
  for (let h = 0; h < heads; h++) turn(config, normalised(head(query, h), layer.queryNorm, normEpsilon), position);
  for (let h = 0; h < kvHeads; h++) turn(config, normalised(head(key, h), layer.keyNorm, normEpsilon), position);
  query = round(query);
  keys[position] = round(key);
  values[position] = round(multiply(layer.value, x, layer.valueBias));

  const out = new Float64Array(heads * headSize);
  for (let h = 0; h < heads; h++) {
    const shared = Math.floor((h * kvHeads) / heads);
    const scores = new Float64Array(position + 1);
    for (let p = 0; p <= position; p++) {
      scores[p] = dot(head(query, h), head(keys[p]!, shared)) / Math.sqrt(headSize);
    }
    const largest = scores.reduce((a, b) => Math.max(a, b));
    const powers = scores.map((score) => Math.exp(score - largest));
    const total = powers.reduce((a, b) => a + b);
    const shares = round(powers.map((power) => power / total));
    const sum = head(out, h);
    for (let p = 0; p <= position; p++) {
      const value = head(values[p]!, shared);
      for (let i = 0; i < headSize; i++) sum[i]! += shares[p]! * value[i]!;
    }
  }
  return out;
}

/** down(silu(gate x) · up x): [width] → [width]. */
function feedForward(layer: Layer, x: Float64Array): Float64Array {
  const gate = multiply(layer.gate, x); // [hidden]
  const up = multiply(layer.up, x); // [hidden]
  return multiply(
    layer.down,
    gate.map((value, i) => (value / (1 + Math.exp(-value))) * up[i]!),
  );
}

/** W x, and the bias where there is one: [columns] → [rows]. */
function multiply({ rows, columns, values, round }: Matrix, given: Float64Array, bias?: Matrix): Float64Array {
  const x = round(given);
  const y = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = bias === undefined ? 0 : bias.values[row]!;
    for (let column = 0; column < columns; column++) sum += values[row * columns + column]! * x[column]!;
    y[row] = sum;
  }
  return y;
}

/** x / √(mean(x²) + ε) · g. */
function rmsNorm(x: Float64Array, gain: Matrix, epsilon: number): Float64Array {
  const scale = 1 / Math.sqrt(dot(x, x) / x.length + epsilon);
  return x.map((value, i) => value * scale * gain.values[i]!);
}

/** RMSNorm in place, of a head, where the architecture has one. */
function normalised(head: Float64Array, gain: Matrix | undefined, epsilon: number): Float64Array {
  if (gain !== undefined) head.set(rmsNorm(head, gain, epsilon));
  return head;
}

/** Turns each pair of a head's elements by its angle at this position, in place. */
function turn({ headSize, rope, ropeBase, ropeScale, ropeFactors }: LlamaConfig, head: Float64Array, p: number): void {
  for (let i = 0; i < headSize / 2; i++) {
    const angle = (p * ropeScale) / (ropeBase ** ((2 * i) / headSize) * ropeFactors[i]!);
    const [first, second] = rope === 'interleaved' ? [2 * i, 2 * i + 1] : [i, i + headSize / 2];
    const [a, b] = [head[first]!, head[second]!];
    head[first] = a * Math.cos(angle) - b * Math.sin(angle);
    head[second] = a * Math.sin(angle) + b * Math.cos(angle);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function add(to: Float64Array, more: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i]! += more[i]!;
}
