import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EventSink,
  fail,
  failed,
  type Issue,
  noEvents,
  ok,
  type Random,
  type Result,
  random,
  sha256,
} from '../../base/index.ts';
import { tokenizerIdentity } from '../../model/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { contaminationCheck, taskHashes } from '../contamination.ts';
import type { CorpusManifest } from '../corpus.ts';
import { diskFull } from '../fetch.ts';
import { type CorpusDocument, type CorpusKind, type CorpusSplit, readShard, writeWhole } from '../shards.ts';
import { readManifest } from '../tokenizer.ts';
import { type DataFile, idBytes, type PretrainData } from './format.ts';
import { folderOf, packageRows, type RowFile, specialIds } from './rows.ts';

export interface PrepareOptions {
  readonly tokenizer: Tokenizer;
  /** Folders of evaluation tasks that must not stand in the training text, at least one; see `contaminationCheck`. */
  readonly evaluationFolders: readonly string[];
  /** Tokens that a row predicts; 512 if not given. */
  readonly context?: number;
  /** How often the text is gone through, each time with other holes; 1 if not given. */
  readonly epochs?: number;
  readonly seed?: number;
  readonly events?: EventSink;
}

const CONTEXT = 512;
const SEED = 1;
/** What the bench of the n-gram reads of a package held out and of one file, tokens: the same text, so that bits compare. */
const PACKAGE_TOKENS = 60_000;
const FILE_TOKENS = 6_000;

/**
 * Turns a packed corpus into the tokens that both trainers read, and writes them into `out`; see `PretrainData`. The same
 * corpus, encoding and options give the same bytes.
 *
 * Errors: `corpus/no-manifest`, `corpus/damaged` where a shard is missing or changed, `corpus/contaminated` where the
 * training text repeats an evaluation task, `train/context` outside 64 to 8,192, `train/epochs` outside 1 to 32,
 * `corpus/disk-full`. Without `data.json` the folder holds no data: it goes first and comes last.
 */
export function preparePretraining(corpusFolder: string, out: string, options: PrepareOptions): Result<PretrainData> {
  const { tokenizer, evaluationFolders, context = CONTEXT, epochs = 1, seed = SEED, events = noEvents } = options;
  if (!Number.isInteger(context) || context < 64 || context > 8_192) {
    return fail('train/context', `expected a context of 64 to 8192 tokens, got ${context}`);
  }
  if (!Number.isInteger(epochs) || epochs < 1 || epochs > 32) {
    return fail('train/epochs', `expected 1 to 32 epochs, got ${epochs}`);
  }
  const manifest = readManifest(corpusFolder);
  if (!manifest.ok) return manifest;
  const check = contaminationCheck(...evaluationFolders);
  if (!check.ok) return check;
  let documents: Record<CorpusSplit, Split>;
  try {
    documents = readSplits(corpusFolder, manifest.value);
  } catch (error) {
    return fail('corpus/damaged', `the packed corpus in ${corpusFolder} is not whole: ${(error as Error).message}`, {
      suggestion: 'pack it again with assay train corpus',
    });
  }
  const hits = contaminated(documents.train, check.value, events);
  if (hits.length > 0) return failed(...hits);

  try {
    mkdirSync(out, { recursive: true });
    rmSync(join(out, 'data.json'), { force: true });
    const ids = specialIds(tokenizer);
    const rows: number[] = [];
    const parts: Uint8Array[] = [];
    let textBytes = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = epochRows(documents.train, { tokenizer, size: context + 1, seed, epoch, epochs, events });
      rows.push(order.rows.length);
      textBytes += order.textBytes;
      for (const row of order.rows) parts.push(idBytes(row));
    }
    const data: PretrainData = {
      schema: 'assay/pretrain-data/1',
      seed,
      context,
      vocabulary: tokenizer.vocabulary,
      tokenizer: tokenizerIdentity(tokenizer),
      corpus: manifest.value.list,
      epochs,
      rows,
      specials: { endOfText: ids.endOfText, pad: ids.pad, path: ids.path, file: ids.file },
      files: {
        train: writeIds(out, 'train.bin', Buffer.concat(parts), textBytes),
        validation: heldOut(out, 'validation', documents.validation, tokenizer),
        test: heldOut(out, 'test', documents.test, tokenizer),
      },
      checkedAgainst: taskHashes(...evaluationFolders),
    };
    writeWhole(join(out, 'data.json'), Buffer.from(`${JSON.stringify(data, null, 1)}\n`));
    return ok(data);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return diskFull(out);
    throw error;
  }
}

/** Package → its documents, in the order of the shards. */
type Split = Readonly<Record<CorpusKind, ReadonlyMap<string, readonly CorpusDocument[]>>>;

export function readSplits(folder: string, manifest: CorpusManifest): Record<CorpusSplit, Split> {
  const splits = Object.fromEntries(
    (['train', 'validation', 'test'] as const).map((split) => [split, { code: new Map(), prose: new Map() }]),
  ) as Record<CorpusSplit, Record<CorpusKind, Map<string, CorpusDocument[]>>>;
  for (const shard of manifest.shards) {
    const packages = splits[shard.split][shard.kind];
    for (const document of readShard(folder, shard)) {
      const known = packages.get(document.package);
      if (known === undefined) packages.set(document.package, [document]);
      else known.push(document);
    }
  }
  return splits;
}

function contaminated(
  split: Split,
  check: (text: string) => { task: string; evidence: string } | undefined,
  events: EventSink,
): Issue[] {
  const hits: Issue[] = [];
  const packages = [...split.code, ...split.prose];
  const began = performance.now();
  events({ type: 'progress-start', task: 'check', total: packages.length, unit: 'packages' });
  for (const [index, [name, documents]] of packages.entries()) {
    for (const { path, text } of documents) {
      const hit = check(text);
      if (hit === undefined) continue;
      hits.push({
        code: 'corpus/contaminated',
        message: `${name}/${path} holds the evaluation task ${hit.task}: ${hit.evidence}`,
        severity: 'error',
        suggestion: 'exclude the file in the list and pack the corpus again',
      });
    }
    events({ type: 'progress-delta', task: 'check', done: index + 1, total: packages.length });
  }
  events({ type: 'progress-end', task: 'check', ms: performance.now() - began });
  return hits;
}

interface EpochOptions {
  readonly tokenizer: Tokenizer;
  readonly size: number;
  readonly seed: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly events: EventSink;
}

function epochRows(split: Split, options: EpochOptions): { rows: Uint16Array[]; textBytes: number } {
  const { tokenizer, size, seed, epoch, epochs, events } = options;
  const rows: Uint16Array[] = [];
  let textBytes = 0;
  const total = split.code.size + split.prose.size;
  const task = `epoch ${epoch + 1} of ${epochs}`;
  const began = performance.now();
  events({ type: 'progress-start', task, total, unit: 'packages' });
  let done = 0;
  for (const kind of ['code', 'prose'] as const) {
    for (const [name, documents] of split[kind]) {
      // A stream of its own for each package: a longer corpus changes no other package's rows.
      const own = random(Number.parseInt(sha256(`${seed}/${epoch}/${kind}/${name}`).slice(0, 8), 16));
      const files = byFolder(documents, own);
      for (const row of packageRows(name, files, { tokenizer, size, random: own, augment: kind === 'code' })) {
        rows.push(Uint16Array.from(row));
      }
      for (const { text } of documents) textBytes += Buffer.byteLength(text);
      done++;
      events({ type: 'progress-delta', task, done, total });
    }
  }
  shuffle(rows, random(Number.parseInt(sha256(`${seed}/${epoch}`).slice(0, 8), 16)));
  events({ type: 'progress-end', task, ms: performance.now() - began });
  return { rows, textBytes };
}

/** Folder by folder, both in an order of chance. */
export function byFolder(documents: readonly RowFile[], own: Random): RowFile[] {
  const folders = Map.groupBy(documents, ({ path }) => folderOf(path));
  return shuffle([...folders.values()], own).flatMap((files) => shuffle([...files], own));
}

export function shuffle<T>(all: T[], own: Random): T[] {
  for (let left = all.length; left > 1; left--) {
    const other = own.below(left);
    [all[left - 1], all[other]] = [all[other]!, all[left - 1]!];
  }
  return all;
}

/** The code that the bench of the n-gram measures too: so many files that the share read keeps up with the share passed. */
function heldOut(out: string, split: 'validation' | 'test', { code }: Split, tokenizer: Tokenizer): DataFile {
  const ids = specialIds(tokenizer);
  const stream: number[] = [];
  let textBytes = 0;
  for (const documents of code.values()) {
    const files = documents.map(({ path, text }) => ({ path, tokens: tokenizer.encode(text).slice(0, FILE_TOKENS) }));
    const all = files.reduce((sum, { tokens }) => sum + tokens.length, 0);
    let seen = 0;
    let read = 0;
    for (const { path, tokens } of files) {
      seen += tokens.length;
      if (read * all >= PACKAGE_TOKENS * seen) continue;
      read += tokens.length;
      for (const id of [ids.path, ...tokenizer.encode(path), ids.file, ...tokens, ids.endOfText]) stream.push(id);
      textBytes += tokenizer.decode(tokens).length;
    }
  }
  return writeIds(out, `${split}.bin`, idBytes(stream), textBytes);
}

function writeIds(out: string, file: string, bytes: Uint8Array, textBytes: number): DataFile {
  writeWhole(join(out, file), bytes);
  return { file, tokens: bytes.length / 2, textBytes, sha256: sha256(bytes) };
}
