/** Files of weights: GGUF in and out, safetensors in, and the formats of their elements. */
export { dequantise } from './dequantise.ts';
export { readWeights } from './file.ts';
export { halfBits, halfTable } from './float16.ts';
export { type BlockFormat, elementCount, FORMATS, rowBytes, TENSOR_TYPES } from './formats.ts';
export { quantise, type WritableType } from './quantise.ts';
export { type Gguf, type GgufValue, readGguf } from './reader.ts';
export { readSafetensors, type Safetensors } from './safetensors.ts';
export type * from './types.ts';
export { type GgufField, writeGguf } from './writer.ts';
