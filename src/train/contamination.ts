import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type Hash, ok, type Result, sha256 } from '../base/index.ts';

/** Where training text repeats an evaluation task. */
export interface Contamination {
  /** `file:line` of the task. */
  readonly task: string;
  /** The words or the signature found, normalised. */
  readonly evidence: string;
}

/** Looks for evaluation tasks in a text. */
export type ContaminationCheck = (text: string) => Contamination | undefined;

/** Words in a row that two independent texts do not share by chance (13 is what GPT-3's authors used, arXiv 2005.14165). */
const WORDS = 13;
/** A shorter task is looked for whole, if it has this many words. */
const LEAST_WORDS = 8;
/** A run of words found in more tasks than this is a template of the suite, not a task. */
const TEMPLATE = 2;

const SIGNATURE = /\bfunction\s+([A-Za-z_$][\w$]*)\s*(\([^{]*?\)\s*:\s*[^{\n]+?)\s*\{/g;

/**
 * A check against every task of some folders: each line of their JSON-lines files, of which it takes the `prompt` (HumanEval
 * and MBPP style) and the texts of `files` and `example` (Exercism style), and each of their TypeScript files, a stub to be
 * filled. A text is contaminated where it holds 13 words in a row of a task's words (case, punctuation, comment marks and
 * line breaks do not count), or a function of two words or more (`has_close_elements`) with a task's exact parameters and
 * result.
 */
export function contaminationCheck(...folders: readonly string[]): Result<ContaminationCheck> {
  const runs = new Map<string, { task: string; tasks: number }>();
  const signatures = new Map<string, string>();
  // A folder that says nothing would be taken for one that was looked for.
  const all = folders.map(rawTasks);
  const empty = folders.filter((_, index) => all[index]!.length === 0);
  if (folders.length === 0 || empty.length > 0) {
    return fail(
      'corpus/bad-evaluation',
      `expected folders that hold evaluation tasks in .jsonl or .ts files, found none in ${empty.join(', ') || 'no folder'}`,
    );
  }
  for (const { task, text: content } of all.flat()) {
    let texts: string[];
    try {
      texts = task.endsWith('.ts') ? [content] : taskTexts(JSON.parse(content));
    } catch (error) {
      return fail('corpus/bad-evaluation', `${task} is not JSON: ${(error as Error).message}`);
    }
    if (texts.length === 0) {
      return fail('corpus/bad-evaluation', `${task} has no prompt, files or example to look for`);
    }
    const own = new Set<string>();
    for (const text of texts) {
      for (const run of wordRuns(words(text))) own.add(run);
      for (const [name, whole] of signaturesOf(text)) if (distinctive(name)) signatures.set(whole, task);
    }
    for (const run of own) {
      const known = runs.get(run);
      if (known === undefined) runs.set(run, { task, tasks: 1 });
      else known.tasks++;
    }
  }
  const byLength = new Map<number, Map<number, string>>();
  for (const [run, { tasks: shared }] of runs) {
    if (shared > TEMPLATE) continue;
    const parts = run.split(' ');
    const hashes = byLength.get(parts.length) ?? new Map<number, string>();
    byLength.set(parts.length, hashes.set(runHash(parts.map(wordHash), 0, parts.length), run));
  }
  return ok((text) => {
    const found = words(text);
    const hashes = Int32Array.from(found, wordHash);
    for (const [length, known] of byLength) {
      for (let at = 0; at + length <= found.length; at++) {
        const run = known.get(runHash(hashes, at, length));
        if (run !== undefined && run === found.slice(at, at + length).join(' ')) {
          return { task: runs.get(run)!.task, evidence: run };
        }
      }
    }
    for (const [, whole] of signaturesOf(text)) {
      const task = signatures.get(whole);
      if (task !== undefined) return { task, evidence: whole };
    }
    return undefined;
  });
}

/** The files of some folders that hold tasks, by name, with their hashes. */
export const taskHashes = (...folders: readonly string[]): Record<string, Hash> =>
  Object.fromEntries(
    folders.flatMap((folder) => taskFiles(folder).map((file) => [file, sha256(readFileSync(join(folder, file)))])),
  );

/** By name; none where the folder cannot be read. */
function taskFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /\.(jsonl|ts)$/.test(file))
      .sort();
  } catch {
    return [];
  }
}

/** Each task's text as it stands in the file, under `file.jsonl:line` or `file.ts`. */
function rawTasks(folder: string): { task: string; text: string }[] {
  return taskFiles(folder).flatMap((file) => {
    const content = readFileSync(join(folder, file), 'utf8');
    if (file.endsWith('.ts')) return [{ task: file, text: content }];
    return content
      .split('\n')
      .map((text, index) => ({ task: `${file}:${index + 1}`, text }))
      .filter(({ text }) => text.trim() !== '');
  });
}

/** What of a task a solution could be copied from. */
function taskTexts(row: { prompt?: unknown; files?: unknown; example?: unknown }): string[] {
  const texts: string[] = [];
  if (typeof row.prompt === 'string') texts.push(row.prompt);
  if (typeof row.example === 'string') texts.push(row.example);
  if (typeof row.files === 'object' && row.files !== null) {
    for (const text of Object.values(row.files)) if (typeof text === 'string') texts.push(text);
  }
  return texts;
}

const words = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

function* wordRuns(all: readonly string[]): Generator<string> {
  if (all.length < LEAST_WORDS) return;
  const length = Math.min(WORDS, all.length);
  for (let at = 0; at + length <= all.length; at++) yield all.slice(at, at + length).join(' ');
}

function* signaturesOf(text: string): Generator<readonly [name: string, whole: string]> {
  for (const match of text.matchAll(SIGNATURE)) yield [match[1]!, `${match[1]}${match[2]!.replace(/\s+/g, '')}`];
}

/** A name of several words is the task's own; `add` or `encode` is anybody's. */
const distinctive = (name: string): boolean => /[a-z0-9](_[a-z]|[A-Z])/.test(name);

function wordHash(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return hash;
}

function runHash(hashes: ArrayLike<number>, at: number, length: number): number {
  let hash = 0;
  for (let i = at; i < at + length; i++) hash = (Math.imul(hash, 0x5bd1e995) ^ hashes[i]!) | 0;
  return hash;
}
