import { CODE_PATTERN, codeSplitter } from './codeSplitter.ts';
import { regexSplitter } from './regexSplitter.ts';
import type { Splitter } from './types.ts';

/** The pre-tokeniser of GPT-2, which `ByteLevel` means where it names no other. */
export const GPT2_PATTERN = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** The splitter of a regular expression: a hand-written one where there is one. Throws a SyntaxError. */
export function patternSplitter(pattern: string): Splitter {
  return pattern === CODE_PATTERN ? codeSplitter : regexSplitter(pattern);
}

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
