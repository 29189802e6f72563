/** Door of `sample/`. */

export { endsIdentifier, type LiteralSetOptions, literalSet, prefixed } from './constraint.ts';
export { DEFAULT_SAMPLING, GREEDY, sampleToken, samplingOptions } from './sampler.ts';
export { maskByTrie, type TokenTrie, tokenTrie } from './tokenTrie.ts';
export type * from './types.ts';
