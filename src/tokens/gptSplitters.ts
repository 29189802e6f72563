import {
  ASCII,
  BREAK,
  CASELESS,
  classAt,
  LETTER,
  LOWER,
  MARK,
  NUMBER,
  OTHER,
  SPACE,
  skip,
  UPPER,
  width,
} from './characters.ts';
import type { PieceScanner } from './types.ts';

/**
 * Hand-written scanners of the pre-tokenisers that public encodings use. Each is named with its expression in
 * `patterns.ts`; the comments here say where the expression's backtracking matters.
 */

const APOSTROPHE = 0x27;
const BLANK_BYTE = 0x20;
const SLASH = 0x2f;

/** `'s|'t|'re|'ve|'m|'ll|'d` at `at`: where it ends, or `at`. `fold` takes capitals, and U+017F, which folds to s. */
function contraction(bytes: Uint8Array, at: number, end: number, fold: boolean): number {
  if (at + 1 >= end || bytes[at] !== APOSTROPHE) return at;
  const bit = fold ? 0x20 : 0;
  const first = bytes[at + 1]! | bit;
  // s, t, m, d
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return at + 2;
  if (fold && bytes[at + 1] === 0xc5 && at + 2 < end && bytes[at + 2] === 0xbf) return at + 3;
  const second = at + 2 < end ? bytes[at + 2]! | bit : 0;
  // re, ve, ll
  const pair = (second === 0x65 && (first === 0x72 || first === 0x76)) || (second === 0x6c && first === 0x6c);
  return pair ? at + 3 : at;
}

/**
 * White space that no other part took. With `breaks`, `\s*[\r\n]+` comes first: up to the last line break of the run.
 * Then `\s+(?!\S)`: all of it at the end of the text, else all but the last character; then `\s+`. With `wholeEnd`, `\s+$`
 * comes before either.
 */
function spaceEnd(bytes: Uint8Array, start: number, end: number, breaks: boolean, wholeEnd: boolean): number {
  let at = start;
  let last = start;
  let afterBreak = start;
  while (at < end) {
    const found = classAt(bytes, at, end);
    if ((found & SPACE) === 0) break;
    last = at;
    at += width;
    if (found === BREAK) afterBreak = at;
  }
  if (wholeEnd && at === end) return at;
  if (breaks && afterBreak > start) return afterBreak;
  return at < end && last > start ? last : at;
}

/** Up to `limit` numbers. */
function numberEnd(bytes: Uint8Array, start: number, end: number, limit: number): number {
  let at = start;
  for (let count = 0; count < limit && at < end && classAt(bytes, at, end) === NUMBER; count++) at += width;
  return at;
}

/** `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+` */
export const gpt2Piece: PieceScanner = (bytes, start, end) => {
  const shortened = contraction(bytes, start, end, false);
  if (shortened > start) return shortened;
  const at = bytes[start] === BLANK_BYTE && start + 1 < end ? start + 1 : start;
  const found = classAt(bytes, at, end);
  if (found & LETTER) return skip(bytes, at, end, LETTER);
  if (found & NUMBER) return skip(bytes, at, end, NUMBER);
  if (found & (OTHER | MARK)) return skip(bytes, at, end, OTHER | MARK);
  return spaceEnd(bytes, start, end, false, false);
};

export interface Cl100kForm {
  /** Numbers of a piece. */
  readonly digits: number;
  /** Whether white space at the end of the text is one piece (`\s+$`). */
  readonly wholeEnd: boolean;
}

/** `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+` */
export function cl100kPiece({ digits, wholeEnd }: Cl100kForm): PieceScanner {
  return (bytes, start, end) => {
    const shortened = contraction(bytes, start, end, true);
    if (shortened > start) return shortened;
    const first = classAt(bytes, start, end);
    const second = start + width;
    if (first & LETTER) return skip(bytes, second, end, LETTER);
    if (first === NUMBER) return numberEnd(bytes, start, end, digits);
    if (first !== BREAK) {
      const word = skip(bytes, second, end, LETTER);
      if (word > second) return word;
    }
    return symbolsEnd(bytes, start, end, BREAK) ?? spaceEnd(bytes, start, end, true, wholeEnd);
  };
}

/** ` ?[^\s\p{L}\p{N}]+` and what of `after` follows. Undefined where there is no such character. */
function symbolsEnd(bytes: Uint8Array, start: number, end: number, after: number): number | undefined {
  const from = bytes[start] === BLANK_BYTE ? start + 1 : start;
  const to = skip(bytes, from, end, OTHER | MARK);
  return to > from ? skip(bytes, to, end, after) : undefined;
}

/** Upper-case side and lower-case side of o200k's words: what has no case is on both. */
const UPPER_SIDE = UPPER | CASELESS | MARK;
const LOWER_SIDE = LOWER | CASELESS | MARK;

/**
 * `[^\r\n\p{L}\p{N}]?U*L+(?i:contraction)?|[^\r\n\p{L}\p{N}]?U+L*(?i:contraction)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|
 * \s*[\r\n]+|\s+(?!\S)|\s+` with U = `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, L = `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`.
 */
export const o200kPiece: PieceScanner = (bytes, start, end) => {
  const first = classAt(bytes, start, end);
  const second = start + width;
  if (first === NUMBER) return numberEnd(bytes, start, end, 3);
  if (first !== BREAK) {
    // A mark is on either side and what may lead a word; read as its first character it gives the same end.
    const from = first & (LETTER | MARK) ? start : second;
    const word = wordEnd(bytes, from, end);
    if (word > from) return contraction(bytes, word, end, true);
  }
  const from = bytes[start] === BLANK_BYTE ? second : start;
  let symbols = skip(bytes, from, end, OTHER | MARK);
  if (symbols === from) return spaceEnd(bytes, start, end, true, false);
  while (symbols < end && (ASCII[bytes[symbols]!] === BREAK || bytes[symbols] === SLASH)) symbols++;
  return symbols;
};

/**
 * `U*L+`, else `U+L*`. Where no lower-case letter follows U*, the expression gives characters back until one is left that
 * L takes: the last one without case. So only a run of capitals alone reaches the second form.
 */
function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let afterCaseless = start;
  while (at < end) {
    const found = classAt(bytes, at, end);
    if ((found & UPPER_SIDE) === 0) break;
    at += width;
    if (found !== UPPER) afterCaseless = at;
  }
  const lower = skip(bytes, at, end, LOWER_SIDE);
  if (lower > at) return lower;
  return afterCaseless > start ? afterCaseless : at;
}
