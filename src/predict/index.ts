/** Door of `predict/`. */

export { localPredictor } from './local.ts';
export { continuationPrompt, heal, type Prompt } from './prompt.ts';
export { type RecordStore, recordedPredictor, requestKey } from './recorded.ts';
export { checkRequest, finished } from './request.ts';
export { type ScriptedAnswer, type ScriptedDraft, scriptedPredictor } from './scripted.ts';
export type * from './types.ts';
