import type { TensorType } from './types.ts';

/** How a row is stored: blocks of `elements`, each `bytes` long. */
export interface BlockFormat {
  readonly elements: number;
  readonly bytes: number;
  /** Number of the type in GGUF files (`enum ggml_type`). */
  readonly id: number;
}

/** Layouts: `dequantise.ts`. */
export const FORMATS: Readonly<Record<TensorType, BlockFormat>> = {
  F32: { elements: 1, bytes: 4, id: 0 },
  F16: { elements: 1, bytes: 2, id: 1 },
  BF16: { elements: 1, bytes: 2, id: 30 },
  Q4_0: { elements: 32, bytes: 18, id: 2 },
  Q5_0: { elements: 32, bytes: 22, id: 6 },
  Q8_0: { elements: 32, bytes: 34, id: 8 },
  Q4_K: { elements: 256, bytes: 144, id: 12 },
  Q5_K: { elements: 256, bytes: 176, id: 13 },
  Q6_K: { elements: 256, bytes: 210, id: 14 },
};

export const TENSOR_TYPES = Object.keys(FORMATS) as readonly TensorType[];

const TYPE_OF_ID: ReadonlyMap<number, TensorType> = new Map(TENSOR_TYPES.map((type) => [FORMATS[type].id, type]));

export const typeOfId = (id: number): TensorType | undefined => TYPE_OF_ID.get(id);

/** Types of GGUF files that cannot be computed with here, so that an error can call them by their name. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  3: 'Q4_1',
  7: 'Q5_1',
  9: 'Q8_1',
  10: 'Q2_K',
  11: 'Q3_K',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  20: 'IQ4_NL',
  21: 'IQ3_S',
  22: 'IQ2_S',
  23: 'IQ4_XS',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
};

export const typeName = (id: number): string => typeOfId(id) ?? OTHER_TYPES[id] ?? `number ${id}`;

/** Bytes of a row; not a whole number where `columns` is not a whole number of blocks. */
export function rowBytes(type: TensorType, columns: number): number {
  const { elements, bytes } = FORMATS[type];
  return (columns / elements) * bytes;
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
