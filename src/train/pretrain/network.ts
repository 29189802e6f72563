import type { LlamaConfig } from '../../model/index.ts';
import { type Compute, transposed, type View, whole } from './compute.ts';
import {
  causalSoftmax,
  causalSoftmaxBack,
  crossEntropy,
  rmsNorm,
  rmsNormBack,
  rotaryAngles,
  rotate,
} from './operations.ts';

/** Sizes of a decoder of Qwen3's shape with a tied head: what is trained here. */
export type NetworkConfig = Pick<
  LlamaConfig,
  | 'layers'
  | 'width'
  | 'heads'
  | 'kvHeads'
  | 'headSize'
  | 'hidden'
  | 'vocabulary'
  | 'contextLength'
  | 'normEpsilon'
  | 'ropeBase'
>;

/** A weight with its gradient. A matrix is [rows, columns] = [out, in]; a vector has one row. */
export interface Parameter {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
  readonly gradient: Float32Array;
}

/** Names as in GGUF files → rows and columns. */
export function parameterShapes(config: NetworkConfig): Map<string, readonly [rows: number, columns: number]> {
  const { width, hidden, headSize } = config;
  const queries = config.heads * headSize;
  const keys = config.kvHeads * headSize;
  const shapes = new Map<string, readonly [number, number]>([['token_embd.weight', [config.vocabulary, width]]]);
  for (let layer = 0; layer < config.layers; layer++) {
    for (const [name, shape] of Object.entries({
      attn_norm: [1, width],
      attn_q: [queries, width],
      attn_k: [keys, width],
      attn_v: [keys, width],
      attn_q_norm: [1, headSize],
      attn_k_norm: [1, headSize],
      attn_output: [width, queries],
      ffn_norm: [1, width],
      ffn_gate: [hidden, width],
      ffn_up: [hidden, width],
      ffn_down: [width, hidden],
    } as const)) {
      shapes.set(`blk.${layer}.${name}.weight`, shape);
    }
  }
  return shapes.set('output_norm.weight', [1, width]);
}

export interface Network {
  readonly config: NetworkConfig;
  readonly parameters: ReadonlyMap<string, Parameter>;
  /**
   * Mean negative log-probability, nats, of each row's ids after its first, targets equal to `pad` left out; with
   * `gradients`, its slope by every weight is added to the parameters. `rows` holds `batch` rows of `contextLength + 1`.
   */
  loss(rows: ArrayLike<number>, pad: number, gradients: boolean): number;
}

/** What a layer keeps for the way back. N = batch · length tokens. */
interface Saved {
  readonly input: Float32Array; // N, width
  readonly normed: Float32Array; // N, width
  readonly scales: Float32Array; // N
  readonly query: Float32Array; // N, heads, headSize: before norm and turn
  readonly key: Float32Array; // N, kvHeads, headSize
  readonly value: Float32Array; // N, kvHeads, headSize
  readonly queryScales: Float32Array; // N · heads
  readonly keyScales: Float32Array; // N · kvHeads
  readonly turnedQuery: Float32Array;
  readonly turnedKey: Float32Array;
  readonly shares: Float32Array; // batch, heads, length, length
  readonly mixed: Float32Array; // N, heads, headSize
  readonly middle: Float32Array; // N, width
  readonly middleNormed: Float32Array;
  readonly middleScales: Float32Array;
  readonly gate: Float32Array; // N, hidden
  readonly up: Float32Array;
  readonly active: Float32Array;
}

/** A network of zeros for batches of a fixed number of rows; fill its parameters before use. */
export function network(config: NetworkConfig, batch: number, compute: Compute): Network {
  const { layers, width, heads, kvHeads, headSize, hidden, vocabulary, contextLength: length, normEpsilon } = config;
  const [n, queries, keys] = [batch * length, heads * headSize, kvHeads * headSize];
  const make = (size: number): Float32Array => compute.allocate(size);
  const parameters = new Map<string, Parameter>();
  for (const [name, [rows, columns]] of parameterShapes(config)) {
    const size = rows * columns;
    parameters.set(name, { name, rows, columns, values: make(size), gradient: make(size) });
  }
  const of = (name: string): Parameter => parameters.get(`${name}.weight`)!;
  const saved = Array.from({ length: layers }, (): Saved => {
    return {
      input: make(n * width),
      normed: make(n * width),
      scales: make(n),
      query: make(n * queries),
      key: make(n * keys),
      value: make(n * keys),
      queryScales: make(n * heads),
      keyScales: make(n * kvHeads),
      turnedQuery: make(n * queries),
      turnedKey: make(n * keys),
      shares: make(batch * heads * length * length),
      mixed: make(n * queries),
      middle: make(n * width),
      middleNormed: make(n * width),
      middleScales: make(n),
      gate: make(n * hidden),
      up: make(n * hidden),
      active: make(n * hidden),
    };
  });
  const angles = rotaryAngles(length, headSize, config.ropeBase);
  const scale = 1 / Math.sqrt(headSize);
  const last = { x: make(n * width), normed: make(n * width), scales: make(n) };
  // Of the head: so many tokens' logits at once. Of the way back: one array for each size, used by every layer.
  const slice = Math.min(n, 256);
  const logits = make(slice * vocabulary);
  const back = {
    x: make(n * width),
    normed: make(n * width),
    mixed: make(n * queries),
    query: make(n * queries),
    key: make(n * keys),
    value: make(n * keys),
    turnedQuery: make(n * queries),
    turnedKey: make(n * keys),
    shares: make(length * length),
    gate: make(n * hidden),
    up: make(n * hidden),
    active: make(n * hidden),
  };

  /** y = x Wᵀ, x: [tokens, in], y: [tokens, out]. */
  const forward = (weight: Parameter, x: Float32Array, y: Float32Array, add = false): void => {
    const matrix = transposed(whole(weight.values, weight.rows, weight.columns));
    compute.multiply(whole(x, n, weight.columns), matrix, whole(y, n, weight.rows), add);
  };
  /** dx (+)= dy W; dW += dyᵀ x. */
  const backward = (weight: Parameter, x: Float32Array, dy: Float32Array, dx: Float32Array, add: boolean): void => {
    const slope = whole(dy, n, weight.rows);
    compute.multiply(slope, whole(weight.values, weight.rows, weight.columns), whole(dx, n, weight.columns), add);
    const into = whole(weight.gradient, weight.rows, weight.columns);
    compute.multiply(transposed(slope), whole(x, n, weight.columns), into, true);
  };
  /** One head's rows of one row of the batch: [length, headSize]. */
  const head = (values: Float32Array, row: number, count: number, h: number): View => ({
    values,
    offset: (row * length * count + h) * headSize,
    stride: count * headSize,
    rows: length,
    columns: headSize,
    transposed: false,
  });
  const eachHead = (work: (row: number, h: number, key: number, shares: number) => void): void => {
    for (let row = 0; row < batch; row++) {
      for (let h = 0; h < heads; h++) {
        work(row, h, Math.floor((h * kvHeads) / heads), (row * heads + h) * length * length);
      }
    }
  };

  const layerForward = (index: number, x: Float32Array): void => {
    const s = saved[index]!;
    const at = (name: string): Parameter => of(`blk.${index}.${name}`);
    s.input.set(x);
    rmsNorm(x, at('attn_norm').values, normEpsilon, s.normed, s.scales);
    forward(at('attn_q'), s.normed, s.query);
    forward(at('attn_k'), s.normed, s.key);
    forward(at('attn_v'), s.normed, s.value);
    rmsNorm(s.query, at('attn_q_norm').values, normEpsilon, s.turnedQuery, s.queryScales);
    rmsNorm(s.key, at('attn_k_norm').values, normEpsilon, s.turnedKey, s.keyScales);
    rotate(s.turnedQuery, heads, headSize, angles, 1);
    rotate(s.turnedKey, kvHeads, headSize, angles, 1);
    eachHead((row, h, key, shares) => {
      const scores: View = { ...whole(s.shares, length, length), offset: shares };
      const queryView = head(s.turnedQuery, row, heads, h);
      compute.multiply(queryView, transposed(head(s.turnedKey, row, kvHeads, key)), scores, false);
      causalSoftmax(s.shares.subarray(shares, shares + length * length), length, scale, compute.softmax);
      compute.multiply(scores, head(s.value, row, kvHeads, key), head(s.mixed, row, heads, h), false);
    });
    forward(at('attn_output'), s.mixed, x, true);
    s.middle.set(x);
    rmsNorm(x, at('ffn_norm').values, normEpsilon, s.middleNormed, s.middleScales);
    forward(at('ffn_gate'), s.middleNormed, s.gate);
    forward(at('ffn_up'), s.middleNormed, s.up);
    compute.gated(s.gate, s.up, s.active);
    forward(at('ffn_down'), s.active, x, true);
  };

  /** `back.x` is the slope by what the layer put out and becomes that by what it took in. */
  const layerBack = (index: number): void => {
    const s = saved[index]!;
    const at = (name: string): Parameter => of(`blk.${index}.${name}`);
    const norm = (name: string, dy: Float32Array, x: Float32Array, scales: Float32Array, dx: Float32Array): void =>
      rmsNormBack(dy, x, at(name).values, scales, dx, at(name).gradient);
    backward(at('ffn_down'), s.active, back.x, back.active, false);
    compute.gatedBack(back.active, s.gate, s.up, back.gate, back.up);
    backward(at('ffn_gate'), s.middleNormed, back.gate, back.normed, false);
    backward(at('ffn_up'), s.middleNormed, back.up, back.normed, true);
    norm('ffn_norm', back.normed, s.middle, s.middleScales, back.x);

    backward(at('attn_output'), s.mixed, back.x, back.mixed, false);
    back.turnedKey.fill(0);
    back.value.fill(0);
    eachHead((row, h, key, shares) => {
      const share: View = { ...whole(s.shares, length, length), offset: shares };
      const slope = whole(back.shares, length, length);
      const mixed = head(back.mixed, row, heads, h);
      compute.multiply(mixed, transposed(head(s.value, row, kvHeads, key)), slope, false);
      compute.multiply(transposed(share), mixed, head(back.value, row, kvHeads, key), true);
      causalSoftmaxBack(s.shares.subarray(shares, shares + length * length), back.shares, length, scale);
      const keyView = head(s.turnedKey, row, kvHeads, key);
      compute.multiply(slope, keyView, head(back.turnedQuery, row, heads, h), false);
      const queryView = head(s.turnedQuery, row, heads, h);
      compute.multiply(transposed(slope), queryView, head(back.turnedKey, row, kvHeads, key), true);
    });
    rotate(back.turnedQuery, heads, headSize, angles, -1);
    rotate(back.turnedKey, kvHeads, headSize, angles, -1);
    back.query.fill(0);
    back.key.fill(0);
    norm('attn_q_norm', back.turnedQuery, s.query, s.queryScales, back.query);
    norm('attn_k_norm', back.turnedKey, s.key, s.keyScales, back.key);
    backward(at('attn_q'), s.normed, back.query, back.normed, false);
    backward(at('attn_k'), s.normed, back.key, back.normed, true);
    backward(at('attn_v'), s.normed, back.value, back.normed, true);
    norm('attn_norm', back.normed, s.input, s.scales, back.x);
  };

  /** The head and its loss, a slice of tokens at a time, so that few logits exist. Sets `back.normed`. */
  const headLoss = (targets: Uint16Array, pad: number, gradients: boolean): number => {
    const embedding = of('token_embd');
    const counted = targets.reduce((sum, target) => sum + (target === pad ? 0 : 1), 0);
    const share = 1 / Math.max(1, counted);
    let sum = 0;
    for (let start = 0; start < n; start += slice) {
      const tokens = Math.min(slice, n - start);
      const states: View = { ...whole(last.normed, tokens, width), offset: start * width };
      const scores = whole(logits, tokens, vocabulary);
      const matrix = whole(embedding.values, vocabulary, width);
      compute.multiply(states, transposed(matrix), scores, false);
      sum += crossEntropy(logits, targets.subarray(start, start + tokens), pad, vocabulary, share, compute.softmax);
      if (!gradients) continue;
      compute.multiply(scores, matrix, { ...whole(back.normed, tokens, width), offset: start * width }, false);
      compute.multiply(transposed(scores), states, whole(embedding.gradient, vocabulary, width), true);
    }
    return sum * share;
  };

  return {
    config,
    parameters,
    loss(rows, pad, gradients) {
      if (rows.length !== batch * (length + 1)) {
        throw new RangeError(`expected ${batch} rows of ${length + 1} ids, got ${rows.length} ids`);
      }
      const embedding = of('token_embd');
      const ids = new Uint16Array(n);
      const targets = new Uint16Array(n);
      for (let i = 0; i < n; i++) {
        const at = i + Math.floor(i / length);
        ids[i] = rows[at]!;
        targets[i] = rows[at + 1]!;
      }
      const { x } = last;
      for (let i = 0; i < n; i++) x.set(embedding.values.subarray(ids[i]! * width, (ids[i]! + 1) * width), i * width);
      for (let index = 0; index < layers; index++) layerForward(index, x);
      rmsNorm(x, of('output_norm').values, normEpsilon, last.normed, last.scales);
      const loss = headLoss(targets, pad, gradients);
      if (!gradients) return loss;
      back.x.fill(0);
      const norm = of('output_norm');
      rmsNormBack(back.normed, x, norm.values, last.scales, back.x, norm.gradient);
      for (let index = layers - 1; index >= 0; index--) layerBack(index);
      for (let i = 0; i < n; i++) {
        const into = ids[i]! * width;
        for (let j = 0; j < width; j++) embedding.gradient[into + j]! += back.x[i * width + j]!;
      }
      return loss;
    },
  };
}
