import type { TokenId } from '../base/index.ts';

export interface SamplingOptions {
  /** 0 is greedy: the most probable token, the lower id on a tie. */
  readonly temperature: number;
  /** 0 keeps all. */
  readonly topK: number;
  /** 1 keeps all. */
  readonly topP: number;
  /** 0 keeps all; otherwise drops tokens under minP times the most probable. */
  readonly minP: number;
  /** 1 is off; otherwise the odds of every token among the last `repetitionWindow` are divided by it. */
  readonly repetitionPenalty: number;
  readonly repetitionWindow: number;
  readonly seed: number;
}

export interface SampledToken {
  readonly token: TokenId;
  /** Probability under the model at temperature 1, before filters and mask. */
  readonly probability: number;
  /** Probability mass that the constraint's mask removed before sampling, 0 to 1. */
  readonly removed: number;
}

/**
 * What may come next, over bytes. Cloneable, so that several candidates share a past.
 * `push` and `pop` are for trying; `commit` takes a sampled token for good.
 */
export interface Constraint {
  /** Takes one byte if it is allowed; false leaves the state as it was. */
  push(byte: number): boolean;
  /** Takes back the last `count` bytes pushed since the last commit; RangeError for more than those. */
  pop(count: number): void;
  /** Fills `allowed` (one entry a token id, 1 or 0) with the tokens whose every byte is allowed from here. Returns how many. */
  mask(allowed: Uint8Array): number;
  /** Takes a token for good. RangeError where its bytes are not allowed, or it has none; the state stays as it was. */
  commit(token: TokenId): void;
  /** True where the text so far may end here. */
  complete(): boolean;
  /** True where every continuation is allowed from here on, for good. */
  free(): boolean;
  clone(): Constraint;
}
