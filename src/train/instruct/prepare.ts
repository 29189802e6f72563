import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EventSink,
  fail,
  failed,
  type Hash,
  noEvents,
  ok,
  type Result,
  random,
  sha256,
} from '../../base/index.ts';
import { tokenizerIdentity } from '../../model/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { contaminationCheck, taskHashes } from '../contamination.ts';
import { diskFull } from '../fetch.ts';
import { idBytes } from '../pretrain/format.ts';
import { readSplits, shuffle } from '../pretrain/prepare.ts';
import { specialIds } from '../pretrain/rows.ts';
import { type CorpusSplit, writeWhole } from '../shards.ts';
import { readManifest } from '../tokenizer.ts';
import { type BodyTask, bodyTasks, taskText } from './tasks.ts';

/**
 * A folder of tasks. `train.bin` and `validation.bin` hold rows of `context + 1` ids and one number more: how many of them
 * are given. Every number has 16 bits without sign, little-endian. `instruct.json` holds this.
 */
export interface InstructData {
  readonly schema: 'assay/instruct-data/1';
  readonly seed: number;
  readonly context: number;
  readonly vocabulary: number;
  readonly tokenizer: string;
  /** Of the list that the corpus was packed from. */
  readonly corpus: Hash;
  readonly pad: number;
  readonly files: Readonly<
    Record<'train' | 'validation', { readonly file: string; readonly rows: number; readonly sha256: Hash }>
  >;
  /** Rows of `train` by what they came from. */
  readonly kinds: Readonly<Record<BodyTask['kind'], number>>;
  /** Evaluation tasks that all rows were searched for: path → SHA-256. */
  readonly checkedAgainst: Readonly<Record<string, Hash>>;
}

export interface InstructOptions {
  readonly tokenizer: Tokenizer;
  /** Folders of evaluation tasks that must not stand in any row, at least one; see `contaminationCheck`. */
  readonly evaluationFolders: readonly string[];
  readonly seed?: number;
  readonly events?: EventSink;
}

const CONTEXT = 512;
/** No package teaches its own manner by sheer size. */
const PACKAGE_TASKS = 400;

/**
 * Turns a packed corpus into bodies to be written, for `runs/instruct.py`. Errors: `corpus/no-manifest`, `corpus/damaged`,
 * `corpus/bad-evaluation`, `corpus/contaminated` where a row repeats an evaluation task, `corpus/disk-full`. Without
 * `instruct.json` the folder holds no tasks: it goes first and comes last.
 */
export function prepareInstruct(corpusFolder: string, out: string, options: InstructOptions): Result<InstructData> {
  const { tokenizer, evaluationFolders, seed = 1, events = noEvents } = options;
  const manifest = readManifest(corpusFolder);
  if (!manifest.ok) return manifest;
  const check = contaminationCheck(...evaluationFolders);
  if (!check.ok) return check;
  let documents: ReturnType<typeof readSplits>;
  try {
    documents = readSplits(corpusFolder, manifest.value);
  } catch (error) {
    return fail('corpus/damaged', `the packed corpus in ${corpusFolder} is not whole: ${(error as Error).message}`, {
      suggestion: 'pack it again with assay train corpus',
    });
  }
  const made = { train: [] as BodyTask[], validation: [] as BodyTask[] };
  for (const split of ['train', 'validation'] as const satisfies CorpusSplit[]) {
    const { code } = documents[split];
    const began = performance.now();
    const task = `tasks to ${split === 'train' ? 'learn from' : 'measure on'}`;
    events({ type: 'progress-start', task, total: code.size, unit: 'packages' });
    let done = 0;
    for (const [name, files] of code) {
      // A stream of its own for each package: a longer corpus changes no other package's rows.
      const own = random(Number.parseInt(sha256(`${seed}/${name}`).slice(0, 8), 16));
      const found = shuffle([...bodyTasks(files, { tokenizer, size: CONTEXT + 1, random: own })], own);
      made[split].push(...found.slice(0, PACKAGE_TASKS));
      events({ type: 'progress-delta', task, done: ++done, total: code.size });
    }
    events({ type: 'progress-end', task, ms: performance.now() - began });
  }
  const hits = [...made.train, ...made.validation].flatMap((task) => {
    const hit = check.value(taskText(task, tokenizer));
    return hit === undefined ? [] : [{ ...hit, where: `${task.path}#${task.name}` }];
  });
  if (hits.length > 0) {
    return failed(
      ...hits.map(({ task, evidence, where }) => ({
        code: 'corpus/contaminated',
        message: `${where} holds the evaluation task ${task}: ${evidence}`,
        severity: 'error' as const,
        suggestion: 'exclude the file in the list and pack the corpus again',
      })),
    );
  }
  shuffle(made.train, random(seed));
  const kinds = { call: 0, doc: 0, signature: 0 };
  for (const { kind } of made.train) kinds[kind]++;
  try {
    mkdirSync(out, { recursive: true });
    rmSync(join(out, 'instruct.json'), { force: true });
    const write = (split: 'train' | 'validation'): InstructData['files']['train'] => {
      const file = `${split}.bin`;
      const bytes = Buffer.concat(made[split].map(({ row, given }) => idBytes([...row, given])));
      writeWhole(join(out, file), bytes);
      return { file, rows: made[split].length, sha256: sha256(bytes) };
    };
    const data: InstructData = {
      schema: 'assay/instruct-data/1',
      seed,
      context: CONTEXT,
      vocabulary: tokenizer.vocabulary,
      tokenizer: tokenizerIdentity(tokenizer),
      corpus: manifest.value.list,
      pad: specialIds(tokenizer).pad,
      files: { train: write('train'), validation: write('validation') },
      kinds,
      checkedAgainst: taskHashes(...evaluationFolders),
    };
    writeWhole(join(out, 'instruct.json'), Buffer.from(`${JSON.stringify(data, null, 1)}\n`));
    return ok(data);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return diskFull(out);
    throw error;
  }
}
