import { splitterOf } from './splitter.ts';
import type { PieceScanner } from './types.ts';

/**
 * The pre-tokeniser of assay's own encoding, as a regular expression (JavaScript with the `u` flag; Oniguruma reads it
 * too, so `tokenizer.json` carries it as it stands). In words, first match wins:
 *
 * - a word part with one leading blank or punctuation mark: `get`, `User`, `.id`, ` HTML`, `(name`; identifiers part where
 *   the case changes, and everything beyond ASCII counts as a lower-case letter;
 * - up to three digits with one leading blank;
 * - a run of punctuation with one leading blank, and the line break and indentation after it: ` {\n    `;
 * - line breaks with the indentation after them, and the star that continues a doc comment: `\n   *`;
 * - blanks, of which the last is left to what follows;
 * - any other control character.
 */
export const CODE_PATTERN = String.raw`[ -/:-@\x5B-\x60{-~]?(?:[A-Z]?[^\x00-\x60\x7B-\x7F]+|[A-Z]+(?![^\x00-\x60\x7B-\x7F]))| ?[0-9]{1,3}| ?[!-/:-@\x5B-\x60{-~]+(?:[\r\n]+[\t ]*(?:\*(?![*/]))?)?|[\r\n]+[\t ]*(?:\*(?![*/]))?|[\t ]+(?= [^\t\n\r ])|[\t ]+|[\x00-\x1F\x7F]`;

const OTHER = 0;
const SPACE = 1;
const TAB = 2;
const BREAK = 3;
const DIGIT = 4;
const PUNCTUATION = 5;
const UPPER = 6;
const LOWER = 7;

/** Class of each byte. Bytes from 0x80 are parts of characters beyond ASCII, or of nothing: letters either way. */
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return LOWER;
  const character = String.fromCharCode(byte);
  if (character === ' ') return SPACE;
  if (character === '\t') return TAB;
  if (character === '\r' || character === '\n') return BREAK;
  if (/[0-9]/.test(character)) return DIGIT;
  if (/[A-Z]/.test(character)) return UPPER;
  if (/[a-z]/.test(character)) return LOWER;
  return byte > 0x20 && byte < 0x7f ? PUNCTUATION : OTHER;
});

const STAR = 0x2a;
const SLASH = 0x2f;

/** The same as `CODE_PATTERN`, on bytes, valid UTF-8 or not. */
const codePiece: PieceScanner = (bytes, start, end) => {
  const first = CLASS[bytes[start]!]!;
  if (first >= UPPER) return wordEnd(bytes, start, end);
  let at = start + 1;
  const second = at < end ? CLASS[bytes[at]!]! : OTHER;
  if ((first === SPACE || first === PUNCTUATION) && second >= UPPER) return wordEnd(bytes, at, end);
  const lead = first === SPACE && (second === DIGIT || second === PUNCTUATION) ? second : first;
  if (lead === first) at = start;
  switch (lead) {
    case DIGIT: {
      const limit = Math.min(end, at + 3);
      while (at < limit && CLASS[bytes[at]!] === DIGIT) at++;
      return at;
    }
    case PUNCTUATION:
      while (at < end && CLASS[bytes[at]!] === PUNCTUATION) at++;
      return lineEnd(bytes, at, end);
    case BREAK:
      return lineEnd(bytes, at, end);
    case SPACE:
    case TAB: {
      while (at < end && isBlank(bytes[at]!)) at++;
      const leaveOne = at < end && at - start > 1 && CLASS[bytes[at]!] !== BREAK && CLASS[bytes[at - 1]!] === SPACE;
      return leaveOne ? at - 1 : at;
    }
    default:
      return start + 1;
  }
};

const isBlank = (byte: number): boolean => CLASS[byte] === SPACE || CLASS[byte] === TAB;

/** From the first letter on: `Word`, `word`, or capitals up to the one that begins the next word (`HTML|Element`). */
function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && CLASS[bytes[at]!] === UPPER) at++;
  const lower = at < end && CLASS[bytes[at]!] === LOWER;
  if (at - start > 1) return lower ? at - 1 : at;
  while (at < end && CLASS[bytes[at]!] === LOWER) at++;
  return at;
}

/** Line breaks and the indentation after them, if `at` is at a line break; else `at`. */
function lineEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && CLASS[bytes[at]!] === BREAK) at++;
  if (at === start) return at;
  while (at < end && isBlank(bytes[at]!)) at++;
  if (at >= end || bytes[at] !== STAR) return at;
  const after = at + 1 < end ? bytes[at + 1] : 0;
  return after === STAR || after === SLASH ? at : at + 1;
}

export const codeSplitter = splitterOf(codePiece);
