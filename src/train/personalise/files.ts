import { type Random, random, sha256 } from '../../base/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { Duplicates } from '../duplicates.ts';
import { byFolder, shuffle } from '../pretrain/prepare.ts';
import { packageRows, type RowFile } from '../pretrain/rows.ts';
import { notWritten } from '../sources.ts';

/** A repository's text, parted into what is learned from and what is not. */
export interface RepositoryText {
  readonly train: readonly RowFile[];
  readonly heldOut: readonly RowFile[];
  /** Tokens of `train`. */
  readonly tokens: number;
  /** Files left out: not written by hand, or nearly the same as another. */
  readonly left: number;
}

/** Part of the tokens held out, and tokens at most: enough to see the loss turn, and little to read at each look. */
const HELD_OUT = 0.05;
const HELD_OUT_TOKENS = 16_384;
const HELD_OUT_FILE = 2_048;

/**
 * Parts the files of a repository by their names and the seed, so that a file stays on its side whatever else changes. Where two files
 * are nearly the same only one is taken: a copy of what was learned would look like something understood.
 */
export function repositoryText(files: readonly RowFile[], tokenizer: Tokenizer, seed: number): RepositoryText {
  const duplicates = new Duplicates();
  const written = files
    .filter(({ path, text }) => notWritten(path, text) === undefined && !duplicates.repeats(text))
    .map((file) => ({ file, tokens: tokenizer.encode(file.text).length, key: sha256(`${seed}/${file.path}`) }));
  const total = written.reduce((sum, { tokens }) => sum + tokens, 0);
  const wanted = Math.min(HELD_OUT * total, HELD_OUT_TOKENS);
  const heldOut = new Set<RowFile>();
  let held = 0;
  for (const { file, tokens } of written.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    if (held >= wanted) break;
    heldOut.add(file);
    held += Math.min(tokens, HELD_OUT_FILE);
  }
  const train = written.filter(({ file }) => !heldOut.has(file));
  return {
    train: train.map(({ file }) => file),
    heldOut: [...heldOut],
    tokens: train.reduce((sum, { tokens }) => sum + tokens, 0),
    left: files.length - written.length,
  };
}

/** Rows to learn from: `passes` times through the files, each with other holes, in an order of chance. */
export function trainingRows(
  name: string,
  { train }: RepositoryText,
  options: { readonly tokenizer: Tokenizer; readonly size: number; readonly seed: number; readonly passes: number },
): Uint16Array[] {
  const { tokenizer, size, seed, passes } = options;
  const rows: Uint16Array[] = [];
  for (let pass = 0; pass < passes; pass++) {
    const own = streamOf(`${seed}/${pass}`);
    const made = packageRows(name, byFolder(train, own), { tokenizer, size, random: own, augment: true });
    rows.push(
      ...shuffle(
        made.map((row) => Uint16Array.from(row)),
        own,
      ),
    );
  }
  return rows;
}

/** Rows to measure on: the files from their starts, without holes, always the same. */
export function heldOutRows(
  name: string,
  { heldOut }: RepositoryText,
  { tokenizer, size }: { readonly tokenizer: Tokenizer; readonly size: number },
): Uint16Array[] {
  const cut = heldOut.map(({ path, text }) => ({
    path,
    text: Buffer.from(tokenizer.decode(tokenizer.encode(text).slice(0, HELD_OUT_FILE))).toString('utf8'),
  }));
  const rows = packageRows(name, cut, { tokenizer, size, random: streamOf('held out'), augment: false });
  return rows.map((row) => Uint16Array.from(row));
}

const streamOf = (text: string): Random => random(Number.parseInt(sha256(text).slice(0, 8), 16));
