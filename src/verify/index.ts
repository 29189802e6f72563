/** Door of `verify/`: checks over a change, and what they add up to. Calls no model. */

export * from './compare/index.ts';
export { loadConstraints } from './config/load.ts';
export { CONFIG_PATH, readConfig } from './config/read.ts';
export {
  type AssayConfig,
  type ConstraintSet,
  type Constraints,
  defineConfig,
  type ForbiddenImport,
  type SizeLimits,
} from './config/types.ts';
export { type Bench, type CheckContext, type CheckDefinition, type CheckOptions, isCode } from './context.ts';
export { type Mutant, mutantsOf } from './mutants/operators.ts';
export {
  type ChangedModule,
  type Finding,
  type Place,
  type Probed,
  type ProbeRequest,
  probe,
  type Target,
  testsOf,
} from './probes/index.ts';
export { doneBy } from './reuse/finding.ts';
export { isTestFile } from './tests/index.ts';
export type * from './types.ts';
export { CHECKS, decide, verify } from './verdict.ts';
