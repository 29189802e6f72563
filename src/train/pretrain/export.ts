import { readFileSync } from 'node:fs';
import { fail, ok, type Result } from '../../base/index.ts';
import { convertLlama, type GgufField, readSafetensors, type WritableType, writeLlama } from '../../model/index.ts';
import { ggufTokenizerFields } from '../../tokens/index.ts';
import { diskFull } from '../fetch.ts';
import { writeWhole } from '../shards.ts';
import { trainedWeights } from './weights.ts';

export interface ExportOptions {
  /** Of the matrices; vectors stay F32. */
  readonly type: WritableType;
  /** A `tokenizer.json` of the encoding that the tokens of the training were of. */
  readonly tokenizerFile: string;
  /** `general.name` of the file. */
  readonly name: string;
  /** What was measured of the model, as `assay.score.<name>`. */
  readonly scores?: Readonly<Record<string, number>>;
}

/** Of the weights: assay's own, trained on text that allows it. */
const LICENCE = 'Apache-2.0';

export interface ExportReport {
  readonly parameters: number;
  readonly bytes: number;
  /** Tokens that the weights were trained on. */
  readonly tokens: number;
}

/**
 * Makes a GGUF file, which llama.cpp loads too, of weights that a trainer wrote. Errors: `train/no-weights` where the file
 * cannot be read, `train/bad-weights` where it is not what it says or was trained for another encoding, those of
 * `readSafetensors`, `corpus/disk-full`.
 */
export function exportModel(file: string, out: string, options: ExportOptions): Result<ExportReport> {
  const contents: Uint8Array[] = [];
  for (const path of [file, options.tokenizerFile]) {
    try {
      contents.push(readFileSync(path));
    } catch (error) {
      return fail('train/no-weights', `${path} cannot be read: ${(error as Error).message}`, { path });
    }
  }
  const read = readSafetensors(contents[0]!);
  if (!read.ok) return read;
  const trained = trainedWeights(read.value);
  if (!trained.ok) return trained;
  const tokenizer = ggufTokenizerFields(contents[1]!);
  if (!tokenizer.ok) return tokenizer;
  const { model, parameters, steps, tokens } = trained.value;
  const entries = tokenizer.value.get('tokenizer.ggml.tokens')![1] as readonly string[];
  if (entries.length !== model.config.vocabulary) {
    return fail(
      'train/bad-weights',
      `the weights are for ${model.config.vocabulary} tokens, the encoding has ${entries.length}`,
    );
  }
  const fields = new Map<string, GgufField>([
    ['general.name', ['string', options.name]],
    ['general.description', ['string', `pretrained on ${(tokens / 1e6).toFixed(1)}M tokens of code in ${steps} steps`]],
    ['general.license', ['string', LICENCE]],
    ...scoreFields(options.scores ?? {}),
    ...tokenizer.value,
  ]);
  const bytes = writeLlama(convertLlama(model, options.type), fields);
  try {
    writeWhole(out, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return diskFull(out);
    throw error;
  }
  return ok({ parameters, bytes: bytes.length, tokens });
}

/** What was measured of a model, as its file says it. */
export const scoreFields = (scores: Readonly<Record<string, number>>): [string, GgufField][] =>
  Object.entries(scores).map(([key, value]) => [`assay.score.${key}`, ['float64', value]]);
