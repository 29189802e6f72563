/** The held-out packages of the corpus, and the transformer over them: what the benches of the models share. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { random, repoPath, type TokenId } from '../src/base/index.ts';
import type { LlamaEngine, TokenFile } from '../src/model/index.ts';
import type { Snippet } from '../src/retrieve/index.ts';
import type { Tokenizer } from '../src/tokens/index.ts';
import { type CorpusSplit, readManifest, readShard } from '../src/train/index.ts';
import { neighbourText, specialIds } from '../src/train/pretrain/rows.ts';

export interface HeldOutFile extends TokenFile {
  readonly path: string;
  readonly text: string;
}

/** Package → its files of code, in the order of the corpus. */
export function heldOutPackages(
  corpus: string,
  split: CorpusSplit,
  tokenizer: Tokenizer,
): ReadonlyMap<string, readonly HeldOutFile[]> {
  const manifest = readManifest(corpus);
  if (!manifest.ok) throw new Error(manifest.issues[0]!.message);
  const found = new Map<string, HeldOutFile[]>();
  for (const shard of manifest.value.shards) {
    if (shard.split !== split || shard.kind !== 'code') continue;
    for (const { package: name, path, text } of readShard(corpus, shard)) {
      const files = found.get(name) ?? [];
      found.set(name, files);
      files.push({ name: `${name}/${path}`, path, text, tokens: tokenizer.encode(text) });
    }
  }
  return found;
}

/** In an order of chance that is the same each time. */
export function shuffled<T>(all: readonly T[], seed: number): T[] {
  const draw = random(seed);
  return all
    .map((value) => ({ value, key: draw.float() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

/** A line that somebody would have completed, taken out. */
export interface LineCursor {
  readonly package: string;
  readonly file: HeldOutFile;
  readonly prefix: string;
  readonly line: string;
  readonly suffix: string;
}

const counts = (line: string): boolean => /[\p{L}\p{N}]/u.test(line) && !/^import\b|^\} from\b/.test(line);

/** So many lines, uniform over those that are not blank, no import and not only brackets; by package and file. */
export function lineCursors(
  packages: ReadonlyMap<string, readonly HeldOutFile[]>,
  seed: number,
  count: number,
): { readonly cursors: readonly LineCursor[]; readonly places: number } {
  const places: { package: string; file: HeldOutFile; at: number; line: string }[] = [];
  for (const [name, files] of packages) {
    for (const file of files) {
      let at = 0;
      for (const line of file.text.split('\n')) {
        if (counts(line.trim())) places.push({ package: name, file, at, line });
        at += line.length + 1;
      }
    }
  }
  const cursors = shuffled(places, seed)
    .slice(0, count)
    .sort((a, b) => (a.file.name < b.file.name ? -1 : a.file.name > b.file.name ? 1 : a.at - b.at))
    .map(({ package: name, file, at, line }): LineCursor => {
      const indent = /^\s*/.exec(line)![0].length;
      const written = line.trim();
      const prefix = file.text.slice(0, at + indent);
      return { package: name, file, prefix, line: written, suffix: file.text.slice(at + indent + written.length) };
    });
  return { cursors, places: places.length };
}

const PATH = 32;
const SNIPPET = 160;

/**
 * What stands before a file's text in a row of the training data: the start token (unless `transformer()` puts it there
 * itself), a neighbour of the same package where `others` are known, and the path.
 */
export function headerOf(
  file: HeldOutFile,
  tokenizer: Tokenizer,
  others?: { readonly name: string; readonly files: readonly HeldOutFile[]; readonly seed: number },
): TokenId[] {
  const ids = specialIds(tokenizer) as Record<'snippet' | 'path' | 'file' | 'repository', TokenId>;
  const beside = others && neighbourText(file, others.files as HeldOutFile[], random(others.seed));
  return [
    ...(others ? [ids.repository, ...tokenizer.encode(others.name).slice(0, PATH)] : []),
    ...(beside === undefined ? [] : [ids.snippet, ...tokenizer.encode(beside).slice(0, SNIPPET)]),
    ids.path,
    ...tokenizer.encode(file.path).slice(-PATH),
    ids.file,
  ];
}

/** The same neighbour as `headerOf` shows, as a snippet of a window. */
export function neighbourSnippet(file: HeldOutFile, files: readonly HeldOutFile[], seed: number): Snippet | undefined {
  const beside = neighbourText(file, files as HeldOutFile[], random(seed));
  if (beside === undefined) return undefined;
  const [path, ...lines] = beside.split('\n') as [string, ...string[]];
  const text = lines.join('\n').slice(0, 640);
  return { kind: 'import', path: repoPath(path)!, lines: { first: 1, last: 1 }, text, reason: 'beside', score: 1 };
}

/** Logits that are held at once, tokens. */
const ROWS = 64;

/**
 * Log probabilities of what comes at each token of a text, one array used again and again. At the end of the window the text's first part is
 * left out, so that half of what the window has room for stands before the next token.
 */
export function* slidingLogs(
  engine: LlamaEngine,
  header: readonly TokenId[],
  text: readonly TokenId[],
): Generator<Float32Array> {
  const { vocabulary } = engine.config;
  const room = engine.capacity - header.length;
  for (let done = 0; done < text.length; ) {
    const start = done === 0 ? 0 : done - (room >> 1);
    const part = text.slice(start, start + room);
    const input = [...header, ...part];
    const sequence = engine.open();
    const first = header.length + done - start - 1;
    sequence.extend(input.slice(0, first));
    for (let at = first; at < input.length - 1; at += ROWS) {
      const rows = sequence.extendWithLogits(input.slice(at, Math.min(at + ROWS, input.length - 1)));
      for (let row = 0; row < rows.length; row += vocabulary) yield logSoftmax(rows.subarray(row, row + vocabulary));
    }
    sequence.close();
    done = start + part.length;
  }
}

function logSoftmax(row: Float32Array): Float32Array {
  let largest = -Infinity;
  for (const logit of row) if (logit > largest) largest = logit;
  let sum = 0;
  for (const logit of row) sum += Math.exp(logit - largest);
  const log = largest + Math.log(sum);
  for (let i = 0; i < row.length; i++) row[i]! -= log;
  return row;
}

/** Adds scores to a JSON file of numbers by name, to four digits. */
export function addScores(file: string, scores: Readonly<Record<string, number>>): void {
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
  const rounded = Object.fromEntries(Object.entries(scores).map(([key, value]) => [key, Number(value.toFixed(4))]));
  writeFileSync(file, `${JSON.stringify({ ...before, ...rounded }, undefined, 2)}\n`);
}
