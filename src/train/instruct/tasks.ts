import type { Random, TokenId } from '../../base/index.ts';
import { type FunctionText, functionsOf } from '../../lang/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { neighbourText, type RowFile, specialIds } from '../pretrain/rows.ts';

/** A body to be written where it stands, as `assay write` asks for one. */
export interface BodyTask {
  readonly path: string;
  readonly name: string;
  /** Row of ids, filled up with padding; what is to be written ends with <|end_of_text|>. */
  readonly row: readonly number[];
  /** Ids at the start that are given: the loss counts those after. */
  readonly given: number;
  /** What it came from. `call`: a caller in another file is shown. `doc`: a comment says what is wanted. */
  readonly kind: 'call' | 'doc' | 'signature';
}

export interface TaskOptions {
  readonly tokenizer: Tokenizer;
  /** Ids in a row. */
  readonly size: number;
  readonly random: Random;
}

/** A body that `assay write` would draw: it takes at most so many tokens there. */
const BODY_TOKENS = 160;
const STATEMENT = 8;
/** As at use; see `predict/infill.ts`. */
const PATH = 32;
const SNIPPET = 160;
const SUFFIX_SHARE = 0.25;
/** Lines around a call, and calls at most, as `assay write` shows them. */
const AROUND = 3;
const CALLS = 4;

/**
 * A task for each function of a package that says what it is: body away, comment and signature there, a caller from another file
 * as the snippet where there is one, else a neighbour. Laid out as a model sees the place of a stub:
 *
 *     <|end_of_text|><|snippet|>path\ntext<|path|>path<|file|><|fim_suffix|>suffix<|fim_prefix|>prefix body<|end_of_text|>
 */
export function* bodyTasks(files: readonly RowFile[], options: TaskOptions): Generator<BodyTask> {
  for (const file of files) {
    for (const one of functionsOf(file.text, file.path)) {
      const task = bodyTask(file, one, files, options);
      if (task) yield task;
    }
  }
}

function bodyTask(
  file: RowFile,
  { name, body, comment, isStub }: FunctionText,
  files: readonly RowFile[],
  { tokenizer, size, random }: TaskOptions,
): BodyTask | undefined {
  const { path, text } = file;
  const inside = /^\{\s*/.exec(text.slice(body.start, body.end));
  if (isStub || !inside || text[body.end - 1] !== '}') return undefined;
  const start = body.start + inside[0].length;
  const end = body.start + text.slice(body.start, body.end - 1).trimEnd().length;
  if (end - start < STATEMENT) return undefined;
  const bodyTokens = tokenizer.encode(text.slice(start, end)).length;
  if (bodyTokens > BODY_TOKENS) return undefined;

  const ids = specialIds(tokenizer);
  const call = callText(name, file, files);
  const shown = call ?? neighbourText(file, files, random);
  const row: number[] = [ids.endOfText];
  if (shown !== undefined) row.push(ids.snippet, ...tokenizer.encode(shown).slice(0, SNIPPET));
  row.push(ids.path, ...tokenizer.encode(path).slice(-PATH), ids.file);
  const after = text.slice(end);
  if (after.trim() !== '') {
    row.push(ids.fimSuffix, ...tokenizer.encode(after).slice(0, Math.floor(size * SUFFIX_SHARE)), ids.fimPrefix);
  }
  const before = tokenizer.encode(text.slice(0, end));
  const room = size - row.length - 1;
  const cut = before.slice(Math.max(0, before.length - room));
  const own = ownTokens(tokenizer, cut, Buffer.byteLength(text.slice(start, end)));
  row.push(...cut, ids.endOfText);
  const given = row.length - 1 - own;
  const kind = call !== undefined ? 'call' : comment ? 'doc' : 'signature';
  return { path, name, row: row.concat(new Array(size - row.length).fill(ids.pad)), given, kind };
}

/** How many tokens at the end reach into the last so many bytes. */
function ownTokens(tokenizer: Tokenizer, tokens: readonly TokenId[], bytes: number): number {
  let count = 0;
  for (let left = bytes; left > 0 && count < tokens.length; count++) {
    left -= tokenizer.bytes(tokens[tokens.length - 1 - count]!)!.length;
  }
  return count;
}

/** The path and the lines around calls in the first other file that has some. */
function callText(name: string, file: RowFile, files: readonly RowFile[]): string | undefined {
  const call = `${name}(`;
  for (const other of files) {
    if (other === file || !other.text.includes(call) || !other.text.includes('import')) continue;
    const lines = other.text.split('\n');
    const calls = lines
      .flatMap((line, index) => (line.includes(call) && !/\bfunction\b/.test(line) ? [index] : []))
      .slice(0, CALLS);
    const [first, last] = [calls[0], calls.at(-1)];
    if (first === undefined || last === undefined) continue;
    const to = Math.min(last + AROUND + 1, first + CALLS * (2 * AROUND + 1));
    return `${other.path}\n${lines.slice(Math.max(0, first - AROUND), to).join('\n')}\n`;
  }
  return undefined;
}

/** The text of a task without padding, for the search for what must not be learned. */
export function taskText({ row }: BodyTask, tokenizer: Tokenizer): string {
  return Buffer.from(tokenizer.decode(row as readonly TokenId[])).toString('utf8');
}
