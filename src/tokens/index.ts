/** Door of `tokens/`. */
export { CODE_PATTERN, codeSplitter } from './codeSplitter.ts';
export {
  type GgufMetadata,
  type GgufTokenizer,
  type GgufTokenizerField,
  ggufTokenizer,
  ggufTokenizerFields,
} from './gguf.ts';
export { loadShipped, weightsFolder } from './shipped.ts';
export { SPECIALS } from './specials.ts';
export { TIKTOKEN_ENCODINGS, type TiktokenEncoding, tiktoken } from './tiktoken.ts';
export { tokenizerJson, writeTokenizerJson } from './tokenizerJson.ts';
export { type Bpe, type TrainOptions, trainBpe } from './train.ts';
export type * from './types.ts';
