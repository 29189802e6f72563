/** Door of `jobs/`: what the package exports and every face calls. */
export { type CheckReport, type CheckRequest, check } from './check.ts';
export {
  type CompareQuestion,
  type CompareReport,
  type CompareRequest,
  type Comparison,
  compare,
  openComparison,
  type Reply,
  type WrittenTests,
  writeTests,
} from './compare/index.ts';
export {
  type CompleteOptions,
  type CompleteReport,
  type CompleteRequest,
  type Completer,
  type CompleterOptions,
  type Completion,
  complete,
  openCompleter,
} from './complete/index.ts';
export { type ContextRequest, context } from './context.ts';
export { parseCursor } from './cursor.ts';
export { doctor, type Finding } from './doctor.ts';
export { type Attempt, type FillReport, type FillRequest, fill, type Question } from './fill/index.ts';
export {
  AGENTS,
  type Agent,
  editWords,
  GIT_HOOKS,
  gitHook,
  type HookSession,
  type InstalledFile,
  type InstallRequest,
  installHook,
  REFUSALS,
  REFUSED,
  type StopOutcome,
  type StopRequest,
  startSession,
  stop,
  uninstallHook,
} from './hook/index.ts';
export {
  docs,
  docsOf,
  type LookupRequest,
  type Members,
  members,
  membersOf,
  type Resolved,
  resolve,
  resolveNames,
  type SymbolDocs,
} from './lookup/index.ts';
export { type ModelInfo, modelInfo } from './modelInfo.ts';
export { parseRange } from './range.ts';
export { type Difference, type ReplayReport, type ReplayRequest, replay } from './replay.ts';
export { type JudgedFile, type Judgement, type ProposeOptions, Resident } from './resident/index.ts';
export {
  type Idle,
  type Reason,
  type Region,
  type ReviewReport,
  type ReviewRequest,
  review,
  type Skipped,
} from './review/index.ts';
export { type TokensReport, tokens } from './tokens.ts';
export { PERSONAL_MODEL } from './transformerModel.ts';
export { undo } from './undo.ts';
