import type { RandomLlama } from './randomLlama.ts';

export interface Golden {
  readonly spec: RandomLlama;
  /** Type of llama.cpp's keys and values. */
  readonly cache: 'F32' | 'F16';
}

const config = { vocabulary: 700, width: 128, hidden: 256, layers: 3, headSize: 32, contextLength: 256 };
const wide = { ...config, width: 256, heads: 8, layers: 1 };

/** What llama.cpp was asked (`fixtures/llamacppLogits.json`): models of random weights, which come from their seed. */
export const GOLDENS: readonly Golden[] = [
  { spec: { architecture: 'llama', config }, cache: 'F32' },
  { spec: { architecture: 'qwen2', tied: false, config: { ...config, kvHeads: 4, normEpsilon: 1e-6 } }, cache: 'F32' },
  { spec: { architecture: 'qwen3', config: { ...config, kvHeads: 1, ropeBase: 1e6 } }, cache: 'F32' },
  {
    spec: {
      architecture: 'llama',
      tied: false,
      config: { ...config, ropeScale: 0.25, ropeFactors: Float32Array.from({ length: 16 }, (_, i) => 1 + i / 4) },
    },
    cache: 'F32',
  },
  { spec: { architecture: 'llama', type: 'F16', seed: 3, config }, cache: 'F16' },
  { spec: { architecture: 'qwen2', type: 'BF16', config }, cache: 'F16' },
  { spec: { architecture: 'qwen3', type: 'Q8_0', config }, cache: 'F16' },
  { spec: { architecture: 'qwen2', type: 'Q4_0', config }, cache: 'F16' },
  { spec: { architecture: 'qwen3', type: 'Q5_0', config }, cache: 'F16' },
  { spec: { architecture: 'llama', type: 'Q4_K', config: wide }, cache: 'F16' },
  { spec: { architecture: 'qwen2', type: 'Q5_K', config: wide }, cache: 'F16' },
  { spec: { architecture: 'qwen3', type: 'Q6_K', config: wide }, cache: 'F16' },
];

export const GOLDEN_TOKENS: readonly number[] = Array.from({ length: 48 }, (_, i) => (i * i * 37 + 11 * i + 5) % 690);
/** After how many tokens the logits were taken, and how many of them. */
export const GOLDEN_LENGTHS = [1, 2, 48] as const;
export const GOLDEN_LOGITS = 48;
