/** Door of `model/`. */

export { type Script, type ScriptedModelOptions, scriptedModel } from './scripted.ts';
export { assertTokens, assertTruncation, scoreByExtending } from './sequence.ts';
export type * from './types.ts';
