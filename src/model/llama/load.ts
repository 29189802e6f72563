import type { Result } from '../../base/index.ts';
import {
  dequantise,
  type Gguf,
  type GgufField,
  quantise,
  type Tensor,
  type WritableType,
  writeGguf,
} from '../gguf/index.ts';
import { reading } from '../gguf/refusal.ts';
import { configFields, readConfig } from './config.ts';
import type { LlamaConfig, LlamaLayer, LlamaModel } from './types.ts';
import { bindWeights, namedTensors } from './weights.ts';

/** The model of a GGUF file. Errors: `model/bad-gguf`, `model/unsupported`, `model/limit`. */
export function loadLlama(gguf: Gguf): Result<LlamaModel> {
  return reading('GGUF', () => {
    const config = readConfig(gguf);
    return { config, weights: bindWeights(config, gguf.tensors) };
  });
}

/** The model that tensors make, those of a checkpoint say; named as in GGUF files. Errors as of `loadLlama`. */
export function llamaOf(config: LlamaConfig, tensors: ReadonlyMap<string, Tensor>): Result<LlamaModel> {
  return reading('tensors', () => ({ config, weights: bindWeights(config, tensors) }));
}

/** The same model with its matrices in another type. Throws RangeError where rows are no whole blocks of it. */
export function convertLlama({ config, weights }: LlamaModel, type: WritableType): LlamaModel {
  const convert = (tensor: Tensor): Tensor =>
    tensor.shape.length === 1 || tensor.type === type
      ? tensor
      : quantise(tensor.name, tensor.shape, dequantise(tensor), type);
  const embedding = convert(weights.embedding);
  return {
    config,
    weights: {
      embedding,
      layers: weights.layers.map((layer) => {
        const parts = Object.entries(layer).map(([part, tensor]) => [part, convert(tensor)]);
        return Object.fromEntries(parts) as LlamaLayer;
      }),
      outputNorm: weights.outputNorm,
      head: weights.head === weights.embedding ? embedding : convert(weights.head),
    },
  };
}

/** A GGUF file of the model that llama.cpp loads too; `fields` describes it further (name, licence, tokenizer). */
export function writeLlama(
  model: LlamaModel,
  fields: ReadonlyMap<string, GgufField> = new Map(),
): Uint8Array<ArrayBuffer> {
  return writeGguf(new Map([...configFields(model.config), ...fields]), namedTensors(model));
}
