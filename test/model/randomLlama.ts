import { type Random, random } from '../../src/base/index.ts';
import { elementCount, FORMATS, halfBits, quantise, type Tensor, type TensorType } from '../../src/model/gguf/index.ts';
import type { LlamaArchitecture, LlamaConfig, LlamaLayer, LlamaModel } from '../../src/model/llama/index.ts';

export interface RandomLlama {
  readonly architecture: LlamaArchitecture;
  readonly type?: TensorType;
  readonly seed?: number;
  readonly tied?: boolean;
  /** How much layers change the stream, how sharply they attend and how sure the head is; with 1 rounding tells. */
  readonly strength?: number;
  readonly config?: Partial<LlamaConfig>;
}

/** A small model of random weights that is sure enough of what it says for differences to show. */
export function randomLlama({
  architecture,
  type = 'F32',
  seed = 1,
  tied = true,
  strength = 1,
  config: own,
}: RandomLlama): LlamaModel {
  const config: LlamaConfig = {
    architecture,
    layers: 2,
    width: 64,
    heads: 4,
    kvHeads: 2,
    headSize: architecture === 'qwen3' ? 32 : 16,
    hidden: 96,
    vocabulary: 80,
    contextLength: 256,
    normEpsilon: 1e-5,
    rope: architecture === 'llama' ? 'interleaved' : 'halves',
    ropeBase: 10_000,
    ropeScale: 1,
    ropeFactors: new Float32Array((own?.headSize ?? (architecture === 'qwen3' ? 32 : 16)) / 2).fill(1),
    ...own,
  };
  const rng = random(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - rng.float())) * Math.cos(2 * Math.PI * rng.float());
  const tensor = (name: string, shape: readonly number[], spread: number, middle = 0): Tensor => {
    // Rows of blocks are whole blocks; vectors stay in single precision.
    const { elements } = FORMATS[type];
    const own = shape.length > 1 && shape.at(-1)! % elements === 0 ? type : 'F32';
    if (own !== 'F32' && own !== 'F16' && own !== 'BF16' && own !== 'Q8_0')
      return randomBlocks(name, own, shape, spread, rng);
    const values = Float32Array.from({ length: elementCount(shape) }, () => middle + spread * normal());
    if (own !== 'BF16') return quantise(name, shape, values, own);
    const { bytes } = quantise(name, shape, values, 'F32');
    return { name, type: own, shape, bytes: bytes.filter((_, i) => (i & 3) >= 2) };
  };
  const { width, headSize, hidden, vocabulary } = config;
  const queries = config.heads * headSize;
  const keys = config.kvHeads * headSize;
  const gain = (name: string, length: number): Tensor => tensor(name, [length], 0.2, 1);
  const layer = (): LlamaLayer => ({
    attentionNorm: gain('attentionNorm', width),
    query: tensor('query', [queries, width], (1.5 * strength) / Math.sqrt(width)),
    key: tensor('key', [keys, width], (1.5 * strength) / Math.sqrt(width)),
    value: tensor('value', [keys, width], 1 / Math.sqrt(width)),
    output: tensor('output', [width, queries], strength / Math.sqrt(queries)),
    ...(architecture === 'qwen2' && {
      queryBias: tensor('queryBias', [queries], 0.5),
      keyBias: tensor('keyBias', [keys], 0.5),
      valueBias: tensor('valueBias', [keys], 0.5),
    }),
    ...(architecture === 'qwen3' && { queryNorm: gain('queryNorm', headSize), keyNorm: gain('keyNorm', headSize) }),
    feedForwardNorm: gain('feedForwardNorm', width),
    gate: tensor('gate', [hidden, width], 1.5 / Math.sqrt(width)),
    up: tensor('up', [hidden, width], 1 / Math.sqrt(width)),
    down: tensor('down', [width, hidden], strength / Math.sqrt(hidden)),
  });
  const embedding = tensor('embedding', [vocabulary, width], tied ? (3 * strength) / Math.sqrt(width) : 1);
  return {
    config,
    weights: {
      embedding,
      layers: Array.from({ length: config.layers }, layer),
      outputNorm: gain('outputNorm', width),
      head: tied ? embedding : tensor('head', [vocabulary, width], (3 * strength) / Math.sqrt(width)),
    },
  };
}

/** Of a format: where its scales stand, and how far its elements spread for a scale of 1 if all other bytes are random. */
const BLOCKS = {
  Q4_0: { scales: [0], spread: 4.6 },
  Q5_0: { scales: [0], spread: 9.2 },
  Q4_K: { scales: [0, 2], spread: 240 },
  Q5_K: { scales: [0, 2], spread: 480 },
  Q6_K: { scales: [208], spread: 1370 },
} as const;

function randomBlocks(
  name: string,
  type: keyof typeof BLOCKS,
  shape: readonly number[],
  spread: number,
  rng: Random,
): Tensor {
  const format = FORMATS[type];
  const { scales, spread: unit } = BLOCKS[type];
  const middle = type === 'Q5_K' ? 15.5 : 7.5;
  const bytes = new Uint8Array((elementCount(shape) / format.elements) * format.bytes).map(() => rng.below(256));
  for (let at = 0; at < bytes.length; at += format.bytes) {
    // The minimum of a group is to meet the middle of what it is subtracted from.
    for (const [i, scale] of scales.entries()) {
      const bits = halfBits(((i === 0 ? 1 : middle) * spread) / unit);
      bytes.set([bits & 255, bits >> 8], at + scale);
    }
  }
  return { name, type, shape, bytes };
}
