/** The package's own door: the jobs as plain functions, and what they speak in. */
export type { AssayEvent, EventSink, Issue, Position, Result, Severity, Span } from './base/index.ts';
export type {
  CheckReport,
  CheckRequest,
  CompareReport,
  CompareRequest,
  CompleteOptions,
  CompleteReport,
  CompleteRequest,
  Completer,
  Completion,
  ContextRequest,
  FillReport,
  FillRequest,
  Finding,
  LookupRequest,
  Members,
  ModelInfo,
  Resolved,
  SymbolDocs,
  TokensReport,
} from './jobs/index.ts';
export {
  check,
  compare,
  complete,
  context,
  docs,
  doctor,
  fill,
  members,
  modelInfo,
  openCompleter,
  resolve,
  tokens,
} from './jobs/index.ts';
export type { AssayConfig, Check, Constraints, ForbiddenImport, SizeLimits, Status, Verdict } from './verify/index.ts';
export { defineConfig } from './verify/index.ts';
