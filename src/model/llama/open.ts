import { basename } from 'node:path';
import { fail, type Issue, ok, type Result } from '../../base/index.ts';
import { type GgufTokenizer, ggufTokenizer } from '../../tokens/index.ts';
import { type GgufValue, readGguf, readWeights } from '../gguf/index.ts';
import { loadLlama } from './load.ts';
import type { LlamaModel } from './types.ts';

/** A model with the tokenizer it was made for, from one file. */
export interface LlamaFile extends GgufTokenizer {
  /** `general.name`, else the name of the file. */
  readonly name: string;
  readonly model: LlamaModel;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** Size of the file. */
  readonly bytes: number;
}

/**
 * Opens a GGUF file that can be used here. Errors: `model/file`, those of `loadLlama` and of the tokenizer, and
 * `model/tokenizer-mismatch` where the two do not belong together.
 */
export function openLlama(path: string): Result<LlamaFile> {
  const file = readWeights(path);
  if (!file.ok) return file;
  const gguf = readGguf(file.value);
  if (!gguf.ok) return at(path, gguf.issues);
  const { metadata } = gguf.value;
  const model = loadLlama(gguf.value);
  if (!model.ok) return at(path, model.issues);
  const given = metadata.get('general.name');
  const name = typeof given === 'string' && given !== '' ? given : basename(path);
  const tokenizer = ggufTokenizer(name, metadata);
  if (!tokenizer.ok) return at(path, tokenizer.issues);
  const tokens = tokenizer.value.tokenizer.vocabulary;
  const rows = model.value.config.vocabulary;
  if (tokens !== rows) {
    const message = `expected as many tokens as the model has rows, found ${tokens} tokens and ${rows} rows`;
    return fail('model/tokenizer-mismatch', message, { path });
  }
  return ok({ name, model: model.value, metadata, bytes: file.value.length, ...tokenizer.value });
}

const at = (path: string, issues: readonly Issue[]): { readonly ok: false; readonly issues: readonly Issue[] } => ({
  ok: false,
  issues: issues.map((issue) => ({ ...issue, path })),
});
