import { random } from '../../src/base/index.ts';
import { FORMATS, quantise, type Tensor, type WritableType } from '../../src/model/gguf/index.ts';
import type { LlamaArchitecture, LlamaConfig, LlamaLayer, LlamaModel } from '../../src/model/llama/index.ts';

export interface RandomLlama {
  readonly architecture: LlamaArchitecture;
  readonly type?: WritableType;
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
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => middle + spread * normal());
    // Quantised rows are whole blocks; vectors stay in single precision.
    const exact = shape.length === 1 || shape.at(-1)! % FORMATS[type].elements !== 0;
    return quantise(name, shape, values, exact ? 'F32' : type);
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
