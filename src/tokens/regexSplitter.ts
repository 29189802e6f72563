import type { Splitter } from './types.ts';

/**
 * A splitter by a regular expression in JavaScript's syntax with the `u` flag, or as near to it as tokenizer files come:
 * possessive quantifiers are read as greedy ones. What the expression passes over is a piece too. Bytes that are not
 * UTF-8 are shown to it as lone surrogates, which are neither letter, number nor blank. The slow reference of the
 * hand-written scanners, and the way for any other expression.
 */
export function regexSplitter(pattern: string): Splitter {
  const expression = new RegExp(pattern.replace(/(?<!\\)([+*?}])\+/g, '$1'), 'gu');
  return (bytes) => {
    const text = lenientText(bytes);
    const ends: number[] = [];
    let at = 0;
    let offset = 0;
    const cut = (to: number): void => {
      if (to === at) return;
      offset += byteLength(text, at, to);
      ends.push(offset);
      at = to;
    };
    for (const match of text.matchAll(expression)) {
      cut(match.index);
      cut(match.index + match[0].length);
    }
    cut(text.length);
    return Int32Array.from(ends);
  };
}

/** First of the 128 lone surrogates that stand for bytes 0x80 to 0xFF which are part of no character. */
const STRAY = 0xdc80;

/** UTF-8 as text; a byte that is part of no character becomes a lone surrogate. */
function lenientText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {}
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at, bytes.length);
    if (length === 0) parts.push(String.fromCharCode(STRAY + bytes[at]! - 0x80));
    else parts.push(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(at, at + length)));
    at += Math.max(1, length);
  }
  return parts.join('');
}

/** Bytes of the UTF-8 character at `at`, 0 where none is: overlong forms, surrogates and cut sequences are none. */
export function characterLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (length === 0 || at + length > end) return 0;
  const second = bytes[at + 1]!;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return length;
}

/** UTF-8 bytes of `text[start, end)`, a stray byte counting as one. */
function byteLength(text: string, start: number, end: number): number {
  let length = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) length += 1;
    else if (code < 0x800) length += 2;
    else if (code >= 0xd800 && code <= 0xdbff) {
      length += 4;
      i++;
    } else if (code >= STRAY && code <= STRAY + 0x7f) length += 1;
    else length += 3;
  }
  return length;
}
