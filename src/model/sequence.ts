import type { TokenId } from '../base/index.ts';
import type { TokenSequence } from './types.ts';

/** `scoreNext` from the other verbs: the reference, and the way of models that have no cheaper one. */
export function scoreByExtending(sequence: TokenSequence, tokens: readonly TokenId[]): number {
  const start = sequence.length;
  let score = 0;
  for (const token of tokens) {
    score += sequence.logProbabilities()[token]!;
    sequence.extend([token]);
  }
  sequence.truncate(start);
  return score;
}

/** Throws RangeError for a token outside the vocabulary: the caller mixed up two tokenizers. */
export function assertTokens(tokens: readonly TokenId[], vocabulary: number): void {
  for (const token of tokens) {
    if (!Number.isInteger(token) || token < 0 || token >= vocabulary) {
      throw new RangeError(`expected token ids from 0 to ${vocabulary - 1}, got ${token}`);
    }
  }
}

/** Throws RangeError where a sequence of `length` tokens cannot be cut to `to`. */
export function assertTruncation(to: number, length: number): void {
  if (!Number.isInteger(to) || to < 0 || to > length) {
    throw new RangeError(`truncate() takes a length from 0 to ${length}, got ${to}`);
  }
}
