import type { Random } from '../../base/index.ts';
import { SPECIALS, type Tokenizer } from '../../tokens/index.ts';
import { dropComments, dropImports, hole } from './augment.ts';

export interface RowFile {
  readonly path: string;
  readonly text: string;
}

export interface RowOptions {
  readonly tokenizer: Tokenizer;
  /** Ids in a row. */
  readonly size: number;
  readonly random: Random;
  /** Whether holes are cut and imports and comments dropped: yes for code, no for prose. */
  readonly augment: boolean;
}

/** Ids of a tokenizer's control tokens by their key in `SPECIALS`. Throws where the encoding lacks one: it is not assay's. */
export function specialIds(tokenizer: Tokenizer): Record<keyof typeof SPECIALS, number> {
  const ids: Partial<Record<keyof typeof SPECIALS, number>> = {};
  for (const [key, name] of Object.entries(SPECIALS)) {
    const special = tokenizer.specials.get(name);
    if (special === undefined) throw new Error(`the encoding ${tokenizer.name} has no ${name}`);
    ids[key as keyof typeof SPECIALS] = special.id;
  }
  return ids as Record<keyof typeof SPECIALS, number>;
}

/** A piece shorter than this is not begun at the end of a row; in small rows a quarter of the row. */
const SHORTEST = 96;
/** Parts of the pieces of code with a hole, of the files whose imports and comments go, and of the rows with a name and a snippet. */
const HOLES = 0.5;
const WITHOUT_IMPORTS = 0.3;
const WITHOUT_COMMENTS = 0.2;
const WITH_NAME = 0.5;
const WITH_SNIPPET = 0.3;
/** Tokens at most; in small rows a sixteenth and a quarter of the row. */
const PATH = 32;
const SNIPPET = 160;
/** What encoding three parts instead of one may add, tokens; more is cut off the start of the prefix. */
const SLACK = 8;

/**
 * The rows of one package: its files one after the other, folder by folder, each piece after its path, so that what follows
 * in a row has its neighbours before it. A row begins with <|end_of_text|>, as every window does. Pieces, in which `text`
 * is what fits of a file:
 *
 *     <|repository|>name <|snippet|>path\ntext     before the first piece of some rows
 *     <|path|>path <|file|>text                    then <|end_of_text|> where the file ends
 *     <|path|>path <|file|> <|fim_prefix|>prefix <|fim_suffix|>suffix <|fim_middle|>middle <|end_of_text|>
 *     <|path|>path <|file|> <|fim_suffix|>suffix <|fim_prefix|>prefix middle <|end_of_text|>
 *
 * In the last order nothing stands between prefix and middle, so that typing extends a cached prefix.
 */
export function packageRows(name: string, files: readonly RowFile[], options: RowOptions): number[][] {
  const { tokenizer, size, random, augment } = options;
  const ids = specialIds(tokenizer);
  const most = { path: Math.min(PATH, size >> 4), snippet: Math.min(SNIPPET, size >> 2) };
  const shortest = Math.min(SHORTEST, size >> 2);
  const rows: number[][] = [];
  let row: number[] = [];
  const flush = (): void => {
    if (row.length > 0) rows.push(row.concat(new Array(size - row.length).fill(ids.pad)));
    row = [];
  };
  const begin = (file: RowFile): void => {
    row.push(ids.endOfText);
    if (random.float() < WITH_NAME) row.push(ids.repository, ...tokenizer.encode(name).slice(0, most.path));
    if (!augment || random.float() >= WITH_SNIPPET) return;
    const text = neighbourText(file, files, random);
    if (text !== undefined) row.push(ids.snippet, ...tokenizer.encode(text).slice(0, most.snippet));
  };
  for (const file of files) {
    let text = file.text;
    if (augment && random.float() < WITHOUT_IMPORTS) text = dropImports(text);
    if (augment && random.float() < WITHOUT_COMMENTS) text = dropComments(text);
    const tokens = tokenizer.encode(text);
    const path = tokenizer.encode(file.path).slice(-most.path);
    for (let at = 0; at < tokens.length; ) {
      if (size - row.length < shortest) flush();
      if (row.length === 0) begin(file);
      row.push(ids.path, ...path, ids.file);
      const room = size - row.length;
      const holed = augment && tokens.length - at >= 32 && room >= 32 && random.float() < HOLES;
      if (!holed) {
        row.push(...tokens.slice(at, at + room));
        at += room;
        if (at >= tokens.length && row.length < size) row.push(ids.endOfText);
        continue;
      }
      const end = wholeCharacters(tokenizer, tokens, Math.min(tokens.length, at + room - 4 - SLACK));
      const part = Buffer.from(tokenizer.decode(tokens.slice(at, end))).toString('utf8');
      row.push(...fillInTheMiddle(part, room, options, ids));
      at = end;
    }
  }
  flush();
  return rows;
}

function fillInTheMiddle(
  text: string,
  room: number,
  { tokenizer, random }: RowOptions,
  ids: ReturnType<typeof specialIds>,
): number[] {
  const { start, end } = hole(text, random) ?? { start: 0, end: text.length };
  const suffixFirst = random.float() < 0.5;
  const [before, after] = suffixFirst
    ? [tokenizer.encode(text.slice(0, end)), []]
    : [tokenizer.encode(text.slice(0, start)), tokenizer.encode(text.slice(start, end))];
  const following = tokenizer.encode(text.slice(end));
  const excess = Math.max(0, before.length + following.length + after.length + (suffixFirst ? 3 : 4) - room);
  const prefix = before.slice(excess);
  const suffix = following.slice(0, following.length - Math.max(0, excess - before.length));
  return suffixFirst
    ? [ids.fimSuffix, ...suffix, ids.fimPrefix, ...prefix, ids.endOfText]
    : [ids.fimPrefix, ...prefix, ids.fimSuffix, ...suffix, ids.fimMiddle, ...after, ids.endOfText];
}

/** The last place at or before `end` where no character is cut in two; tokens are over bytes. */
function wholeCharacters(tokenizer: Tokenizer, tokens: ReturnType<Tokenizer['encode']>, end: number): number {
  let at = end;
  while (at > 1 && at < tokens.length && (tokenizer.bytes(tokens[at]!)![0]! & 0xc0) === 0x80) at--;
  return at;
}

/** What a snippet shows beside a file: the path and part of a file that it imports or that lies in its folder, if there is one. */
export function neighbourText(file: RowFile, files: readonly RowFile[], random: Random): string | undefined {
  const other = related(file, files, random);
  return other && `${other.path}\n${excerpt(other.text, random)}`;
}

/** A file that this one imports, else one of the same folder. */
function related(file: RowFile, files: readonly RowFile[], random: Random): RowFile | undefined {
  const imported = [...file.text.matchAll(/\bfrom\s+['"]\.[^'"]*?([^'"/]+)['"]/g)].map((match) => stem(match[1]!));
  const wanted = imported.length > 0 ? random.pick(imported) : undefined;
  const folder = folderOf(file.path);
  const near = files.filter((other) => other !== file && folderOf(other.path) === folder);
  const named = files.filter((other) => other !== file && stem(other.path.split('/').at(-1)!) === wanted);
  const from = named.length > 0 ? named : near;
  return from.length === 0 ? undefined : random.pick(from);
}

export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

const stem = (name: string): string => name.replace(/\.[cm]?[jt]sx?$/, '');

/** From one of the lines that begin a declaration. */
function excerpt(text: string, random: Random): string {
  const starts = [...text.matchAll(/^(export|function|class|interface|type|const) /gm)].map(({ index }) => index);
  const start = starts.length === 0 ? 0 : random.pick(starts);
  // No token is longer than a few dozen bytes: more text than this is never used.
  return text.slice(start, start + SNIPPET * 16);
}
