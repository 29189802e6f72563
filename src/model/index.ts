/** Door of `model/`. */

export { type GateLearner, gateLearner, projectEvidence, type TokenFile, withoutSequence } from './gateLearning.ts';
export { defaultGates, type Gates } from './gates.ts';
export { type NgramModel, type NgramOptions, ngram } from './ngram.ts';
export type { Evidence, NgramSequence } from './ngramSequence.ts';
export { type Prior, readPrior } from './prior.ts';
export { type BuildOptions, buildPrior, type TokenGroup, writePrior } from './priorBuild.ts';
export { type Script, type ScriptedModelOptions, scriptedModel } from './scripted.ts';
export { assertTokens, assertTruncation, scoreByExtending } from './sequence.ts';
export type * from './types.ts';
