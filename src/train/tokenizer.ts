import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventSink, fail, noEvents, ok, type Result } from '../base/index.ts';
import {
  codeSplitter,
  SPECIALS,
  type Tokenizer,
  tokenizerJson,
  trainBpe,
  writeTokenizerJson,
} from '../tokens/index.ts';
import type { CorpusManifest } from './corpus.ts';
import { type CorpusKind, type CorpusSplit, readShard, writeWhole } from './shards.ts';

export interface TokenizerOptions {
  /** Entries, special tokens included. */
  readonly vocabulary?: number;
  readonly events?: EventSink;
}

const VOCABULARY = 16_384;
/** Longest token, bytes. */
const LONGEST = 32;

/** The manifest of a packed corpus. Error: `corpus/no-manifest`. */
export function readManifest(folder: string): Result<CorpusManifest> {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as CorpusManifest;
    if (manifest.schema === 'assay/corpus/1') return ok(manifest);
    return fail(
      'corpus/no-manifest',
      `expected a corpus of schema assay/corpus/1 in ${folder}, got ${manifest.schema}`,
    );
  } catch (error) {
    return fail('corpus/no-manifest', `expected a packed corpus in ${folder}: ${(error as Error).message}`, {
      path: folder,
      suggestion: 'pack one with assay train corpus',
    });
  }
}

/** UTF-8 texts of one split, code before prose where no kind is given. */
export function* corpusTexts(
  folder: string,
  manifest: CorpusManifest,
  split: CorpusSplit,
  kind?: CorpusKind,
): Generator<Uint8Array> {
  for (const shard of manifest.shards) {
    if (shard.split !== split || (kind !== undefined && shard.kind !== kind)) continue;
    for (const { text } of readShard(folder, shard)) yield new TextEncoder().encode(text);
  }
}

/**
 * Trains assay's encoding on the training split of a packed corpus, code and prose, and writes it as `tokenizer.json` to
 * `out`. The same corpus gives the same bytes.
 */
export function trainTokenizer(corpusFolder: string, out: string, options: TokenizerOptions = {}): Result<Tokenizer> {
  const { vocabulary = VOCABULARY, events = noEvents } = options;
  const manifest = readManifest(corpusFolder);
  if (!manifest.ok) return manifest;
  const total = manifest.value.shards.reduce((sum, { split, bytes }) => sum + (split === 'train' ? bytes : 0), 0);
  const began = performance.now();
  events({ type: 'progress-start', task: 'tokenizer', total, unit: 'bytes' });
  const specials = Object.values(SPECIALS);
  const trained = trainBpe(corpusTexts(corpusFolder, manifest.value, 'train'), {
    vocabulary,
    specials,
    longest: LONGEST,
    splitter: codeSplitter,
    progress: (stage, done, of) =>
      stage === 'read'
        ? events({ type: 'progress-delta', task: 'tokenizer', done, total })
        : events({ type: 'progress-delta', task: 'tokenizer', done: total, total, note: `merge ${done} of ${of}` }),
  });
  if (!trained.ok) return trained;
  const file = new TextEncoder().encode(writeTokenizerJson(trained.value, specials));
  writeWhole(out, file);
  events({ type: 'progress-end', task: 'tokenizer', ms: performance.now() - began });
  return tokenizerJson('assay-code').load(file);
}
