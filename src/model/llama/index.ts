/** The transformer: what a file says, what is computed, and the model it makes. */
export { ARCHITECTURES } from './config.ts';
export { convertLlama, llamaOf, loadLlama, writeLlama } from './load.ts';
export { type LlamaFile, openLlama } from './open.ts';
export { type Rounding, referenceEngine } from './reference.ts';
export { type Transformer, type TransformerOptions, type TransformerSequence, transformer } from './transformer.ts';
export type * from './types.ts';
export { namedTensors } from './weights.ts';
