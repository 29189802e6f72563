import type { Splitter } from './types.ts';
import { characterLength } from './utf8.ts';

/**
 * A splitter by a regular expression as tokenizer files write them for Rust and Oniguruma, read with JavaScript's `u`
 * flag: `\s` is Unicode's white space (JavaScript's own has U+FEFF and lacks U+0085), possessive quantifiers are greedy
 * ones. What the expression passes over is a piece too. Bytes that are not UTF-8 are shown to it as lone surrogates,
 * which are neither letter, number nor blank. The slow reference of the hand-written scanners, and the way for any other
 * expression. Throws a SyntaxError.
 */
export function regexSplitter(pattern: string): Splitter {
  const expression = new RegExp(translated(pattern), 'gu');
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

/** An escape, a class, or a possessive quantifier: what stands inside the first two is not read as the third. */
const PARTS = /\\[pP]\{[^}]*\}|\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|([*+?]|\{\d+(?:,\d*)?\})\+/g;

const translated = (pattern: string): string =>
  pattern.replace(PARTS, (part, quantifier?: string) => {
    if (quantifier !== undefined) return quantifier;
    return part.startsWith('[') ? part.replace(/\\[\s\S]/g, whiteSpace) : whiteSpace(part);
  });

const whiteSpace = (text: string): string =>
  text === '\\s' ? '\\p{White_Space}' : text === '\\S' ? '\\P{White_Space}' : text;

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
