import type { TokenId } from '../base/index.ts';

/** A model that shows its distribution. Sees tokens, never text. */
export interface TokenModel {
  readonly name: string;
  readonly vocabulary: number;
  /** An empty sequence. */
  open(): TokenSequence;
}

/** One growing sequence with what the model keeps for it. */
export interface TokenSequence {
  readonly length: number;
  extend(tokens: readonly TokenId[]): void;
  /**
   * Natural-log probabilities of the next token, length = vocabulary, every entry finite or -Infinity, exp sums to 1
   * within 1e-3. The array is the model's own and is valid until the next call on this sequence.
   */
  logProbabilities(): Float32Array;
  /**
   * The same by what the model knew before it read this sequence, or any file: what is likely after these tokens anywhere. Absent
   * where the model keeps nothing of what it reads. Valid until the next call of this function.
   */
  priorLogProbabilities?(): Float32Array;
  /**
   * Natural-log probability of `tokens` coming next, one after the other; 0 for none. Leaves the sequence as it was, and
   * costs less than extending and truncating where the model can do better.
   */
  scoreNext(tokens: readonly TokenId[]): number;
  /** Drops everything past `length`. */
  truncate(length: number): void;
  /** An independent sequence with the same past. */
  fork(): TokenSequence;
  close(): void;
}
