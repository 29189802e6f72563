import type { Tensor } from '../gguf/types.ts';

export type LlamaArchitecture = 'llama' | 'qwen2' | 'qwen3';

/** What is computed, beside the weights. Decoder with RMSNorm, rotary positions, grouped-query attention and SwiGLU. */
export interface LlamaConfig {
  readonly architecture: LlamaArchitecture;
  readonly layers: number;
  /** Size of the residual stream. */
  readonly width: number;
  readonly heads: number;
  /** Heads of keys and values; divides `heads`. Query head h reads key head floor(h · kvHeads / heads). */
  readonly kvHeads: number;
  /** Even. `heads · headSize` need not be `width`. */
  readonly headSize: number;
  /** Size inside the feed-forward. */
  readonly hidden: number;
  /** Tokens the model knows: rows of embedding and head. */
  readonly vocabulary: number;
  /** Longest sequence it was made for, tokens. */
  readonly contextLength: number;
  /** Added to the mean square in every RMSNorm. */
  readonly normEpsilon: number;
  /** Which elements of a head are turned together: 2i and 2i + 1 (llama), or i and i + headSize / 2 (qwen2, qwen3). */
  readonly rope: 'interleaved' | 'halves';
  /** Pair i at position p is turned by p · ropeScale / (ropeBase^(2i / headSize) · ropeFactors[i]). */
  readonly ropeBase: number;
  /** 1 unless positions are scaled linearly. */
  readonly ropeScale: number;
  /** One per pair; all 1 where the file says nothing (Llama 3.1's long contexts do). */
  readonly ropeFactors: Float32Array;
}

/** Matrices are [out, in]: y = W x. Biases and head norms where the architecture has them. */
export interface LlamaLayer {
  /** [width], F32. */
  readonly attentionNorm: Tensor;
  /** [heads · headSize, width]. */
  readonly query: Tensor;
  /** [kvHeads · headSize, width]. */
  readonly key: Tensor;
  /** [kvHeads · headSize, width]. */
  readonly value: Tensor;
  /** [width, heads · headSize]. */
  readonly output: Tensor;
  /** F32, as long as the rows they are added to (Qwen2). All three or none. */
  readonly queryBias?: Tensor;
  readonly keyBias?: Tensor;
  readonly valueBias?: Tensor;
  /** [headSize], F32: RMSNorm of each head before it is turned (Qwen3). Both or none. */
  readonly queryNorm?: Tensor;
  readonly keyNorm?: Tensor;
  /** [width], F32. */
  readonly feedForwardNorm: Tensor;
  /** [hidden, width]: down(silu(gate x) · up x). */
  readonly gate: Tensor;
  /** [hidden, width]. */
  readonly up: Tensor;
  /** [width, hidden]. */
  readonly down: Tensor;
}

export interface LlamaWeights {
  /** [vocabulary, width]. */
  readonly embedding: Tensor;
  readonly layers: readonly LlamaLayer[];
  /** [width], F32. */
  readonly outputNorm: Tensor;
  /** [vocabulary, width]; the very tensor `embedding` where the head is tied. */
  readonly head: Tensor;
}

/** Everything an engine needs. Shapes, types and finiteness have been checked. */
export interface LlamaModel {
  readonly config: LlamaConfig;
  readonly weights: LlamaWeights;
}

/**
 * Computes a model. The slow reference and the kernels both are one. Everything is synchronous: threads, where there are
 * any, are waited for. Misuse (a token outside the vocabulary, a length outside the sequence, more than `capacity`
 * tokens, a closed sequence) is a RangeError or Error of the caller.
 */
export interface LlamaEngine {
  readonly config: LlamaConfig;
  /** Most tokens of one sequence; at most `contextLength`. */
  readonly capacity: number;
  open(): LlamaSequence;
  /**
   * Puts `tokens[i]` at the end of `sequences[i]`, all in one pass over the weights. The sequences are of this engine,
   * open, and each stands in the list once.
   */
  decode(sequences: readonly LlamaSequence[], tokens: ArrayLike<number>): void;
  /** Frees threads and memory; its sequences cannot be used any more. */
  close(): void;
}

/** Tokens with their keys and values. */
export interface LlamaSequence {
  readonly length: number;
  /** Puts tokens at the end (prefill). Logits are computed when they are asked for. */
  extend(tokens: ArrayLike<number>): void;
  /**
   * Puts tokens at the end and returns the logits after each, [tokens, vocabulary] row by row. For scoring and for
   * checking drafts. The array is the engine's own and valid until its next call.
   */
  extendWithLogits(tokens: ArrayLike<number>): Float32Array;
  /**
   * Logits of what comes after the last token, [vocabulary]; finite. Throws RangeError for an empty sequence. The array is
   * the sequence's own and valid until the next call on it. After `truncate` the last token may be computed again.
   */
  logits(): Float32Array;
  /** Drops everything past `length`. */
  truncate(length: number): void;
  /** An independent sequence with the same past; the keys and values so far may be shared. */
  fork(): LlamaSequence;
  close(): void;
}
