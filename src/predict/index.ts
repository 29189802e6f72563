/** Door of `predict/`. */

export { budgeted } from './budgeted.ts';
export { infillLayout } from './infill.ts';
export { LineIndex } from './lines/lineIndex.ts';
export { type LinePredictorOptions, linePredictor } from './lines/linePredictor.ts';
export { localPredictor, type Reader } from './local.ts';
export { continuationLayout, heal, type Layout, type Prompt } from './prompt.ts';
export { type RecordStore, recordedPredictor, requestKey } from './recorded.ts';
export { checkRequest, finished } from './request.ts';
export { type ScriptedAnswer, type ScriptedDraft, scriptedPredictor } from './scripted.ts';
export type * from './types.ts';
