import { fail, type Result } from '../../base/index.ts';
import { type LlamaConfig, type LlamaModel, llamaOf, type Safetensors } from '../../model/index.ts';
import { MEMORY } from './checkpoint.ts';

/** A file of weights that a trainer wrote: what it holds and after how much text. */
export interface TrainedWeights {
  readonly model: LlamaModel;
  /** Weights, a tied head counted once. */
  readonly parameters: number;
  readonly steps: number;
  /** Tokens trained on. */
  readonly tokens: number;
}

const SIZES = ['layers', 'width', 'heads', 'kvHeads', 'headSize', 'hidden', 'vocabulary', 'contextLength'] as const;
const LIMIT = 1_000_000;

/**
 * The model in safetensors that `runs/export.py` or a checkpoint of `trainPretrain` holds. Errors: `train/bad-weights` where the notes do not say what it is;
 * and those of `llamaOf` where a tensor is missing, of another shape, or not finite.
 */
export function trainedWeights({ metadata, tensors }: Safetensors): Result<TrainedWeights> {
  if (metadata.schema !== 'assay/weights/1') {
    return bad(`expected weights of schema assay/weights/1, found ${metadata.schema ?? 'none'}`);
  }
  let said: Record<string, unknown>;
  try {
    said = JSON.parse(metadata.config ?? '') as Record<string, unknown>;
  } catch (error) {
    return bad(`its config is not JSON: ${(error as Error).message}`);
  }
  if (said === null || typeof said !== 'object') return bad('expected its config to be an object');
  if (said.architecture !== 'qwen3') return bad(`expected architecture qwen3, found ${String(said.architecture)}`);
  for (const key of SIZES) {
    const size = said[key];
    if (!Number.isInteger(size) || (size as number) < 1 || (size as number) >= LIMIT) {
      return bad(`expected ${key} to be a whole number from 1 to ${LIMIT - 1}, found ${String(size)}`);
    }
  }
  for (const key of ['normEpsilon', 'ropeBase']) {
    if (!(typeof said[key] === 'number' && said[key] > 0)) {
      return bad(`expected ${key} to be a number above 0, found ${String(said[key])}`);
    }
  }
  const sizes = said as unknown as LlamaConfig; // every member it lacks follows
  const config: LlamaConfig = {
    ...sizes,
    rope: 'halves',
    ropeScale: 1,
    ropeFactors: new Float32Array(sizes.headSize / 2).fill(1),
  };
  const weights = new Map([...tensors].filter(([name]) => !name.startsWith(MEMORY)));
  const model = llamaOf(config, weights);
  if (!model.ok) return model;
  let parameters = 0;
  for (const { shape } of weights.values()) parameters += shape.reduce((a, b) => a * b);
  const count = (text: string | undefined): number => (text !== undefined && /^\d+$/.test(text) ? Number(text) : 0);
  return {
    ...model,
    value: { model: model.value, parameters, steps: count(metadata.step), tokens: count(metadata.tokens) },
  };
}

const bad = (message: string): ReturnType<typeof fail> => fail('train/bad-weights', `weights: ${message}`);
