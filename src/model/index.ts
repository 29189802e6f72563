/** Door of `model/`. */

export { type GateLearner, gateLearner, onlyFrom, projectEvidence, type TokenFile } from './gateLearning.ts';
export { defaultGates, type Gates, PRIOR, PROJECT, SEQUENCE } from './gates.ts';
export {
  elementCount,
  type Gguf,
  type GgufField,
  type GgufValue,
  quantise,
  readGguf,
  readSafetensors,
  readWeights,
  type Safetensors,
  type Tensor,
  type TensorType,
  type WritableType,
} from './gguf/index.ts';
export { type KernelOptions, kernelEngine } from './kernels/index.ts';
export {
  ARCHITECTURES,
  convertLlama,
  type LlamaArchitecture,
  type LlamaConfig,
  type LlamaEngine,
  type LlamaFile,
  type LlamaModel,
  type LlamaSequence,
  llamaOf,
  loadLlama,
  namedTensors,
  openLlama,
  referenceEngine,
  type Transformer,
  type TransformerOptions,
  type TransformerSequence,
  transformer,
  writeLlama,
} from './llama/index.ts';
export {
  expertsOf,
  look,
  MIXTURE_WEIGHTS,
  type MixtureLearner,
  type MixtureWeights,
  mixed,
  mixture,
  mixtureLearner,
  type Place,
} from './mixture.ts';
export { type NgramModel, type NgramOptions, ngram } from './ngram.ts';
export type { Evidence, NgramSequence } from './ngramSequence.ts';
export { type Prior, readPrior } from './prior.ts';
export { type BuildOptions, buildPrior, type TokenGroup, writePrior } from './priorBuild.ts';
export { type Script, type ScriptedModelOptions, scriptedModel } from './scripted.ts';
export { assertTokens, assertTruncation, scoreByExtending } from './sequence.ts';
export { loadShippedMixture, loadShippedPrior, shippedTransformer, tokenizerIdentity } from './shipped.ts';
export type * from './types.ts';
