import { quoted } from '../../base/index.ts';
import { dequantise, type Gguf, type GgufField, type GgufValue } from '../gguf/index.ts';
import { bad, Refusal, unsupported } from '../gguf/refusal.ts';
import type { LlamaArchitecture, LlamaConfig } from './types.ts';

export const ARCHITECTURES = ['llama', 'qwen2', 'qwen3'] as const satisfies readonly LlamaArchitecture[];

/** Sizes from which on a model is refused: none that runs here comes near them. */
const LIMITS = {
  layers: 1024,
  width: 65_536,
  heads: 1024,
  headSize: 1025,
  hidden: 1_048_576,
  vocabulary: 1_000_000,
  contextLength: 2 ** 31,
} as const;

/** Metadata of one architecture, with what is expected of it. Throws a Refusal. */
class Keys {
  readonly #metadata: ReadonlyMap<string, GgufValue>;
  readonly #architecture: string;

  constructor(metadata: ReadonlyMap<string, GgufValue>, architecture: string) {
    this.#metadata = metadata;
    this.#architecture = architecture;
  }

  name(key: string): string {
    return `${this.#architecture}.${key}`;
  }

  value(key: string): GgufValue | undefined {
    return this.#metadata.get(this.name(key));
  }

  /** A whole number from 1; those of all layers where the file gives one for each and they are the same. */
  size(key: string, limit: number, otherwise?: number): number {
    const given = this.value(key) ?? otherwise;
    const value = typeof given === 'object' ? given[0] : given;
    if (typeof given === 'object' && given.some((one) => one !== value)) {
      throw unsupported(`${this.name(key)} differs from layer to layer`);
    }
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
      throw bad(`expected ${this.name(key)} to be a whole number from 1, found ${quoted(value)}`);
    }
    if (value >= limit) throw new Refusal('model/limit', `expected ${this.name(key)} below ${limit}, found ${value}`);
    return value;
  }

  /** A finite number above 0. */
  real(key: string, otherwise?: number): number {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'number' || !(value > 0 && value < Infinity)) {
      throw bad(`expected ${this.name(key)} to be a number above 0, found ${quoted(value)}`);
    }
    return value;
  }
}

/**
 * What a GGUF file says to compute; keys as llama.cpp reads them, and every one that asks for something else is refused by
 * its name. Throws a Refusal.
 */
export function readConfig({ metadata, tensors }: Gguf): LlamaConfig {
  const named = metadata.get('general.architecture');
  const architecture = ARCHITECTURES.find((known) => known === named);
  if (architecture === undefined) {
    throw unsupported(`expected general.architecture to be ${ARCHITECTURES.join(', ')}; found ${quoted(named)}`);
  }
  const keys = new Keys(metadata, architecture);
  const experts = keys.value('expert_count') ?? 0;
  if (experts !== 0) throw unsupported(`${keys.name('expert_count')} is ${quoted(experts)}: a mixture of experts`);
  if (keys.value('attention.causal') === false)
    throw unsupported(`${keys.name('attention.causal')} is false: an encoder`);

  const width = keys.size('embedding_length', LIMITS.width);
  const heads = keys.size('attention.head_count', LIMITS.heads);
  const kvHeads = keys.size('attention.head_count_kv', LIMITS.heads, heads);
  if (heads % kvHeads !== 0) throw bad(`expected heads of keys to divide the ${heads} heads, found ${kvHeads}`);
  const headSize = keys.size('attention.key_length', LIMITS.headSize, width / heads);
  const valueSize = keys.size('attention.value_length', LIMITS.headSize, headSize);
  if (valueSize !== headSize)
    throw unsupported(`heads of values have ${valueSize} elements, those of keys ${headSize}`);
  if (headSize % 2 !== 0) throw bad(`expected an even number of elements of a head, found ${headSize}`);
  const turned = keys.size('rope.dimension_count', LIMITS.headSize, headSize);
  if (turned !== headSize) throw unsupported(`${keys.name('rope.dimension_count')} is ${turned}, not all ${headSize}`);

  const context = keys.size('context_length', LIMITS.contextLength);
  // Up to the window, attention over a window is attention over everything.
  const window = keys.value('attention.sliding_window');
  const contextLength = typeof window === 'number' && window > 0 ? Math.min(context, window) : context;
  const embedding = tensors.get('token_embd.weight');
  if (embedding?.shape.length !== 2) throw bad('expected a matrix token_embd.weight');
  const vocabulary = embedding.shape[0]!;
  if (vocabulary >= LIMITS.vocabulary) {
    throw new Refusal('model/limit', `expected a vocabulary below ${LIMITS.vocabulary}, found ${vocabulary}`);
  }
  return {
    architecture,
    layers: keys.size('block_count', LIMITS.layers),
    width,
    heads,
    kvHeads,
    headSize,
    hidden: keys.size('feed_forward_length', LIMITS.hidden),
    vocabulary,
    contextLength,
    normEpsilon: keys.real('attention.layer_norm_rms_epsilon'),
    rope: architecture === 'llama' ? 'interleaved' : 'halves',
    ropeBase: keys.real('rope.freq_base', 10_000),
    ropeScale: ropeScale(keys),
    ropeFactors: ropeFactors(tensors, headSize / 2),
  };
}

function ropeScale(keys: Keys): number {
  const type = keys.value('rope.scaling.type') ?? 'linear';
  if (type !== 'none' && type !== 'linear') throw unsupported(`${keys.name('rope.scaling.type')} is ${quoted(type)}`);
  // A factor of 0 means none (llama.cpp), and older files have the other key.
  const factor = keys.value('rope.scaling.factor') ?? keys.value('rope.scale_linear') ?? 0;
  return type === 'none' || factor === 0 ? 1 : 1 / keys.real('rope.scaling.factor', factor as number);
}

function ropeFactors(tensors: Gguf['tensors'], pairs: number): Float32Array {
  const tensor = tensors.get('rope_freqs.weight');
  if (tensor === undefined) return new Float32Array(pairs).fill(1);
  if (tensor.shape.length !== 1 || tensor.shape[0] !== pairs) {
    throw bad(`expected rope_freqs.weight of ${pairs} elements, found ${tensor.shape.join(' × ')}`);
  }
  const factors = dequantise(tensor);
  if (factors.some((factor) => !(factor > 0 && factor < Infinity))) {
    throw bad('expected rope_freqs.weight to hold numbers above 0');
  }
  return factors;
}

/** The metadata of a file that says this; `rope_freqs.weight` is among the tensors. */
export function configFields(config: LlamaConfig): Map<string, GgufField> {
  const { architecture } = config;
  const key = (name: string): string => `${architecture}.${name}`;
  const fields = new Map<string, GgufField>([
    ['general.architecture', ['string', architecture]],
    [key('block_count'), ['uint32', config.layers]],
    [key('context_length'), ['uint32', config.contextLength]],
    [key('embedding_length'), ['uint32', config.width]],
    [key('feed_forward_length'), ['uint32', config.hidden]],
    [key('attention.head_count'), ['uint32', config.heads]],
    [key('attention.head_count_kv'), ['uint32', config.kvHeads]],
    [key('attention.key_length'), ['uint32', config.headSize]],
    [key('attention.value_length'), ['uint32', config.headSize]],
    [key('attention.layer_norm_rms_epsilon'), ['float32', config.normEpsilon]],
    [key('rope.dimension_count'), ['uint32', config.headSize]],
    [key('rope.freq_base'), ['float32', config.ropeBase]],
    [key('vocab_size'), ['uint32', config.vocabulary]],
  ]);
  if (config.ropeScale !== 1) {
    fields.set(key('rope.scaling.type'), ['string', 'linear']);
    fields.set(key('rope.scaling.factor'), ['float32', 1 / config.ropeScale]);
  }
  return fields;
}
