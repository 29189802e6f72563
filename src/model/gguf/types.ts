/** Element formats that can be computed with. Those with a `Q` are blocks of quantised weights; see `formats.ts`. */
export type TensorType = 'F32' | 'F16' | 'BF16' | 'Q8_0' | 'Q4_0' | 'Q5_0' | 'Q4_K' | 'Q5_K' | 'Q6_K';

/**
 * A named array of weights, as it lies in a file.
 */
export interface Tensor {
  readonly name: string;
  readonly type: TensorType;
  /** Slowest dimension first: [columns] of a vector, [rows, columns] of a matrix. (GGUF files list the fastest first.) */
  readonly shape: readonly number[];
  /**
   * Row after row without gaps, little endian; rows of a quantised type are whole blocks. A view, usually of the whole
   * file, that need not be aligned to its elements.
   */
  readonly bytes: Uint8Array;
}
