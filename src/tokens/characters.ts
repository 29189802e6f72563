import { characterLength } from './utf8.ts';

/** Classes of characters, as bits, so that one test asks for any of several. */
export const OTHER = 1;
/** White space except line breaks. */
export const BLANK = 2;
/** `\r` and `\n`. */
export const BREAK = 4;
/** `\p{N}` */
export const NUMBER = 8;
/** `\p{Lu}` and `\p{Lt}` */
export const UPPER = 16;
/** `\p{Ll}` */
export const LOWER = 32;
/** `\p{Lm}` and `\p{Lo}` */
export const CASELESS = 64;
/** `\p{M}` */
export const MARK = 128;

export const LETTER = UPPER | LOWER | CASELESS;
export const SPACE = BLANK | BREAK;

/** Runs of each class. */
const RUNS: readonly (readonly [RegExp, number])[] = [
  [/[\r\n]+/gu, BREAK],
  [/[^\P{White_Space}\r\n]+/gu, BLANK],
  [/\p{N}+/gu, NUMBER],
  [/[\p{Lu}\p{Lt}]+/gu, UPPER],
  [/\p{Ll}+/gu, LOWER],
  [/[\p{Lm}\p{Lo}]+/gu, CASELESS],
  [/\p{M}+/gu, MARK],
];
/** Anchored, which takes a third of the time of looking for the first that is classed. */
const ALL_OTHER = /^[^\p{L}\p{N}\p{M}\p{White_Space}]*$/u;

const PAGE = 256;
const pages: (Uint8Array | undefined)[] = new Array((0x10ffff + 1) / PAGE);

/** Classes of the 256 characters from `page` × 256 on, worked out when one of them is first met. */
function classPage(page: number): Uint8Array {
  const classes = new Uint8Array(PAGE).fill(OTHER);
  const first = page * PAGE;
  const width = first > 0xffff ? 2 : 1;
  const units = new Uint16Array(PAGE * width);
  for (let i = 0; i < PAGE; i++) {
    const code = first + i;
    if (width === 1) units[i] = code;
    else {
      units[i * 2] = 0xd7c0 + (code >> 10);
      units[i * 2 + 1] = 0xdc00 + (code & 0x3ff);
    }
  }
  const text = Buffer.from(units.buffer).toString('utf16le');
  // Most pages are not assigned, or private.
  if (!ALL_OTHER.test(text)) {
    for (const [runs, value] of RUNS) {
      for (const { index, 0: run } of text.matchAll(runs))
        classes.fill(value, index / width, (index + run.length) / width);
    }
  }
  pages[page] = classes;
  return classes;
}

/** Class of each ASCII character. */
export const ASCII: Uint8Array = classPage(0).slice(0, 128);

/** Bytes of the character that `classAt` looked at last. */
export let width = 1;

/** Class of the character at `at`; a byte that is part of none is OTHER and one byte wide. */
export function classAt(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first < 0x80) {
    width = 1;
    return ASCII[first]!;
  }
  const length = characterLength(bytes, at, end);
  width = Math.max(1, length);
  if (length === 0) return OTHER;
  const code =
    length === 2
      ? ((first & 0x1f) << 6) | (bytes[at + 1]! & 0x3f)
      : length === 3
        ? ((first & 0x0f) << 12) | ((bytes[at + 1]! & 0x3f) << 6) | (bytes[at + 2]! & 0x3f)
        : ((first & 0x07) << 18) |
          ((bytes[at + 1]! & 0x3f) << 12) |
          ((bytes[at + 2]! & 0x3f) << 6) |
          (bytes[at + 3]! & 0x3f);
  return (pages[code >> 8] ?? classPage(code >> 8))[code & 0xff]!;
}

/** Where the run of characters of `classes` that starts at `at` ends; `at` itself where there is none. */
export function skip(bytes: Uint8Array, at: number, end: number, classes: number): number {
  let to = at;
  while (to < end) {
    const byte = bytes[to]!;
    if (byte < 0x80) {
      if ((ASCII[byte]! & classes) === 0) break;
      to++;
    } else {
      if ((classAt(bytes, to, end) & classes) === 0) break;
      to += width;
    }
  }
  return to;
}
