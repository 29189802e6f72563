import { quoted } from '../../base/index.ts';
import { firstNotFinite } from '../gguf/finite.ts';
import { dequantise, quantise, type Tensor } from '../gguf/index.ts';
import { bad, unsupported } from '../gguf/refusal.ts';
import type { LlamaConfig, LlamaLayer, LlamaModel, LlamaWeights } from './types.ts';

/** What llama.cpp calls the tensors of a layer. */
const LAYER_NAMES: Readonly<Record<keyof LlamaLayer, string>> = {
  attentionNorm: 'attn_norm.weight',
  query: 'attn_q.weight',
  key: 'attn_k.weight',
  value: 'attn_v.weight',
  output: 'attn_output.weight',
  queryBias: 'attn_q.bias',
  keyBias: 'attn_k.bias',
  valueBias: 'attn_v.bias',
  queryNorm: 'attn_q_norm.weight',
  keyNorm: 'attn_k_norm.weight',
  feedForwardNorm: 'ffn_norm.weight',
  gate: 'ffn_gate.weight',
  up: 'ffn_up.weight',
  down: 'ffn_down.weight',
};

export const layerTensor = (layer: number, part: keyof LlamaLayer): string => `blk.${layer}.${LAYER_NAMES[part]}`;

/**
 * Puts the tensors of a GGUF file in their places, each with the shape that the config gives it and without a number
 * that is not finite. A tensor that is left over would change what is computed, so it is refused. Throws a Refusal.
 */
export function bindWeights(config: LlamaConfig, tensors: ReadonlyMap<string, Tensor>): LlamaWeights {
  const left = new Map(tensors);
  left.delete('rope_freqs.weight'); // is in the config
  const take = (name: string, ...shape: readonly number[]): Tensor => {
    const tensor = left.get(name);
    left.delete(name);
    if (tensor === undefined) throw bad(`expected a tensor ${name}, found none of that name`);
    const [found, expected] = [tensor.shape.join(' × '), shape.join(' × ')];
    if (found !== expected) throw bad(`expected ${name} to be ${expected}, found ${found}`);
    const wrong = firstNotFinite(tensor);
    if (wrong !== undefined) throw bad(`${name} holds a number that is not finite, in the block of element ${wrong}`);
    return tensor;
  };
  const vector = (name: string, length: number): Tensor => {
    const tensor = take(name, length);
    return tensor.type === 'F32' ? tensor : quantise(name, tensor.shape, dequantise(tensor), 'F32');
  };
  const { width, headSize, hidden, vocabulary } = config;
  const queries = config.heads * headSize;
  const keys = config.kvHeads * headSize;
  const layer = (index: number): LlamaLayer => {
    const at = (part: keyof LlamaLayer): string => layerTensor(index, part);
    const biases = left.has(at('queryBias'));
    const headNorms = config.architecture === 'qwen3';
    return {
      attentionNorm: vector(at('attentionNorm'), width),
      query: take(at('query'), queries, width),
      key: take(at('key'), keys, width),
      value: take(at('value'), keys, width),
      output: take(at('output'), width, queries),
      ...(biases && {
        queryBias: vector(at('queryBias'), queries),
        keyBias: vector(at('keyBias'), keys),
        valueBias: vector(at('valueBias'), keys),
      }),
      ...(headNorms && { queryNorm: vector(at('queryNorm'), headSize), keyNorm: vector(at('keyNorm'), headSize) }),
      feedForwardNorm: vector(at('feedForwardNorm'), width),
      gate: take(at('gate'), hidden, width),
      up: take(at('up'), hidden, width),
      down: take(at('down'), width, hidden),
    };
  };
  const embedding = take('token_embd.weight', vocabulary, width);
  const weights: LlamaWeights = {
    embedding,
    layers: Array.from({ length: config.layers }, (_, index) => layer(index)),
    outputNorm: vector('output_norm.weight', width),
    head: left.has('output.weight') ? take('output.weight', vocabulary, width) : embedding,
  };
  const [unused] = left.keys();
  if (unused !== undefined) {
    throw unsupported(
      `${left.size} tensors that ${config.architecture} has no use for here, the first ${quoted(unused)}`,
    );
  }
  return weights;
}

/** All tensors with the names they have in GGUF files, in the order of those files. */
export function namedTensors({ config, weights }: LlamaModel): Tensor[] {
  const named: Tensor[] = [{ ...weights.embedding, name: 'token_embd.weight' }];
  if (config.ropeFactors.some((factor) => factor !== 1)) {
    named.push(quantise('rope_freqs.weight', [config.headSize / 2], config.ropeFactors, 'F32'));
  }
  for (const [index, layer] of weights.layers.entries()) {
    for (const part of Object.keys(LAYER_NAMES) as (keyof LlamaLayer)[]) {
      const tensor = layer[part];
      if (tensor !== undefined) named.push({ ...tensor, name: layerTensor(index, part) });
    }
  }
  named.push({ ...weights.outputNorm, name: 'output_norm.weight' });
  if (weights.head !== weights.embedding) named.push({ ...weights.head, name: 'output.weight' });
  return named;
}
