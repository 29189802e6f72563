export { type HookSession, readSession, startSession } from './session.ts';
export { REFUSALS, type StopOutcome, type StopRequest, stop } from './stop.ts';
export { editWords } from './words.ts';
