import { CODE_PATTERN, codeSplitter } from './codeSplitter.ts';
import { cl100kPiece, gpt2Piece, o200kPiece } from './gptSplitters.ts';
import { regexSplitter } from './regexSplitter.ts';
import { splitterOf } from './splitter.ts';
import type { Splitter } from './types.ts';

/** The pre-tokeniser of GPT-2 (r50k, p50k), which `ByteLevel` means where it names no other. */
export const GPT2_PATTERN = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

export const CL100K_PATTERN = String.raw`'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s`;

/** Llama 3's `tokenizer.json`. */
export const LLAMA3_PATTERN = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** The `tokenizer.json` of Qwen 2, 2.5 and 3. */
export const QWEN2_PATTERN = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

export const O200K_PATTERN = [
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?`,
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?`,
  String.raw`\p{N}{1,3}`,
  String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*`,
  String.raw`\s*[\r\n]+`,
  String.raw`\s+(?!\S)`,
  String.raw`\s+`,
].join('|');

/** Expressions that have a hand-written scanner. */
export const SCANNERS: ReadonlyMap<string, Splitter> = new Map([
  [CODE_PATTERN, codeSplitter],
  [GPT2_PATTERN, splitterOf(gpt2Piece)],
  [CL100K_PATTERN, splitterOf(cl100kPiece({ digits: 3, wholeEnd: true }))],
  [LLAMA3_PATTERN, splitterOf(cl100kPiece({ digits: 3, wholeEnd: false }))],
  [QWEN2_PATTERN, splitterOf(cl100kPiece({ digits: 1, wholeEnd: false }))],
  [O200K_PATTERN, splitterOf(o200kPiece)],
]);

/** The splitter of a regular expression: a hand-written one where there is one. Throws a SyntaxError. */
export const patternSplitter = (pattern: string): Splitter => SCANNERS.get(pattern) ?? regexSplitter(pattern);

/** Each splitter cuts the pieces of the one before. */
export function sequence(splitters: readonly Splitter[]): Splitter {
  if (splitters.length === 1) return splitters[0]!;
  return (bytes) => {
    let ends: number[] = bytes.length === 0 ? [] : [bytes.length];
    for (const splitter of splitters) {
      const finer: number[] = [];
      let start = 0;
      for (const end of ends) {
        for (const inner of splitter(bytes.subarray(start, end))) finer.push(start + inner);
        start = end;
      }
      ends = finer;
    }
    return Int32Array.from(ends);
  };
}
