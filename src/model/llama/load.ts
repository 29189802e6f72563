import type { Result } from '../../base/index.ts';
import { type Gguf, type GgufField, writeGguf } from '../gguf/index.ts';
import { reading } from '../gguf/refusal.ts';
import { configFields, readConfig } from './config.ts';
import type { LlamaModel } from './types.ts';
import { bindWeights, namedTensors } from './weights.ts';

/** The model of a GGUF file. Errors: `model/bad-gguf`, `model/unsupported`, `model/limit`. */
export function loadLlama(gguf: Gguf): Result<LlamaModel> {
  return reading(() => {
    const config = readConfig(gguf);
    return { config, weights: bindWeights(config, gguf.tensors) };
  });
}

/** A GGUF file of the model that llama.cpp loads too; `fields` describes it further (name, licence, tokenizer). */
export function writeLlama(
  model: LlamaModel,
  fields: ReadonlyMap<string, GgufField> = new Map(),
): Uint8Array<ArrayBuffer> {
  return writeGguf(new Map([...configFields(model.config), ...fields]), namedTensors(model));
}
