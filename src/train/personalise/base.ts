import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type Hash, ok, type Result, sha256 } from '../../base/index.ts';
import {
  convertLlama,
  type GgufField,
  type LlamaModel,
  llamaOf,
  namedTensors,
  openLlama,
  quantise,
  tokenizerIdentity,
  writeLlama,
} from '../../model/index.ts';
import { ggufTokenizerFields, loadShipped, type Tokenizer, weightsFolder } from '../../tokens/index.ts';
import { scoreFields } from '../pretrain/export.ts';
import type { NetworkConfig, Parameter } from '../pretrain/network.ts';

/** The model that is continued. */
export interface Base {
  readonly name: string;
  /** Of its file. */
  readonly hash: Hash;
  readonly model: LlamaModel;
  readonly tokenizer: Tokenizer;
  /** Tensor → its numbers. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** What a file says of its encoding. */
  readonly encoding: ReadonlyMap<string, GgufField>;
}

/** Beyond this a run takes hours instead of minutes. */
const MOST_WEIGHTS = 50_000_000;

/**
 * Opens a GGUF file that can be trained here: Qwen3's shape with a tied head, in assay's encoding, below 50 million weights.
 * Errors: those of `openLlama`, and `train/base`.
 */
export function openBase(path: string): Result<Base> {
  const opened = openLlama(path);
  if (!opened.ok) return opened;
  const { name, model } = opened.value;
  const { config, weights } = model;
  const tokenizer = loadShipped();
  const refuse = (what: string, found: string): Result<Base> =>
    fail('train/base', `expected ${what}, found ${found}`, {
      path,
      suggestion: "name a model of assay's own, made by assay train export",
    });
  if (bytesOf(opened.value.tokenizer) !== bytesOf(tokenizer)) return refuse("a model in assay's encoding", 'another');
  if (config.architecture !== 'qwen3') return refuse("a model of Qwen3's shape", config.architecture);
  if (weights.head !== weights.embedding) return refuse('a head tied to the embedding', 'one of its own');
  if (config.ropeScale !== 1 || config.ropeFactors.some((factor) => factor !== 1))
    return refuse('positions as they are', 'scaled ones');
  const tensors = namedTensors(convertLlama(model, 'F32'));
  const count = tensors.reduce((sum, { bytes }) => sum + bytes.length / 4, 0);
  if (count >= MOST_WEIGHTS)
    return refuse(`fewer than ${MOST_WEIGHTS / 1e6} million weights`, `${(count / 1e6).toFixed(0)} million`);
  const encoding = ggufTokenizerFields(readFileSync(join(weightsFolder(), 'tokenizer.json')));
  if (!encoding.ok) return encoding;
  return ok({
    name,
    encoding: encoding.value,
    hash: sha256(readFileSync(path)),
    model,
    tokenizer,
    weights: new Map(tensors.map(({ name, bytes }) => [name, new Float32Array(Uint8Array.from(bytes).buffer)])),
  });
}

/** The hash of a tokenizer's bytes, without its name. */
const bytesOf = (tokenizer: Tokenizer): string => tokenizerIdentity(tokenizer).split('/').at(-1)!;

/** Sizes of the base for rows of so many tokens. */
export function sizesOf({ model: { config } }: Base, contextLength: number): NetworkConfig {
  const { layers, width, heads, kvHeads, headSize, hidden, vocabulary, normEpsilon, ropeBase } = config;
  return { layers, width, heads, kvHeads, headSize, hidden, vocabulary, contextLength, normEpsilon, ropeBase };
}

/** A GGUF file of the base with other weights. Error: where one is not finite. */
export function ggufOf(
  base: Base,
  parameters: Iterable<Parameter>,
  about: { readonly name: string; readonly description: string; readonly scores: Readonly<Record<string, number>> },
): Result<Uint8Array> {
  const { config } = base.model;
  const tensors = [...parameters].map(({ name, rows, columns, values }) =>
    quantise(name, rows === 1 ? [columns] : [rows, columns], values, 'F32'),
  );
  const model = llamaOf(config, new Map(tensors.map((tensor) => [tensor.name, tensor])));
  if (!model.ok) return model;
  const whole = [config.width, config.hidden, config.heads * config.headSize].every((size) => size % 32 === 0);
  const fields = new Map<string, GgufField>([
    ['general.name', ['string', about.name]],
    ['general.description', ['string', about.description]],
    ['assay.base', ['string', base.hash]],
    ...scoreFields(about.scores),
    ...base.encoding,
  ]);
  return ok(writeLlama(convertLlama(model.value, whole ? 'Q8_0' : 'F16'), fields));
}
