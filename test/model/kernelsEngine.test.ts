import { kernelEngine } from '../../src/model/kernels/index.ts';
import type { LlamaEngine, LlamaModel } from '../../src/model/llama/index.ts';
import { llamaEngineContract } from './llamaContract.ts';
import type { RandomLlama } from './randomLlama.ts';

const MODELS: readonly RandomLlama[] = [{ architecture: 'llama' }, { architecture: 'qwen2', type: 'F16', tied: false }];
const engine =
  (threads: number, relaxed = true) =>
  (model: LlamaModel, capacity?: number): LlamaEngine => {
    const made = kernelEngine(model, { threads, relaxed, ...(capacity !== undefined && { capacity }) });
    if (!made.ok) throw new Error(made.issues[0]!.message);
    return made.value;
  };

for (const threads of [1, 2])
  llamaEngineContract({
    name: `kernelEngine on ${threads} threads`,
    engine: engine(threads),
    models: MODELS,
    tolerance: 1e-4,
  });

for (const relaxed of [true, false])
  llamaEngineContract({
    name: `kernelEngine on integers${relaxed ? '' : ' without relaxed SIMD'}`,
    engine: engine(2, relaxed),
    models: [
      { architecture: 'qwen3', type: 'Q8_0', config: { kvHeads: 1 } },
      { architecture: 'llama', type: 'Q8_0', tied: false, config: { vocabulary: 83, hidden: 160 } },
    ],
    tolerance: 0.2,
  });
