/** Door of `verify/`: checks over a change, and what they add up to. Calls no model. */
export { type Bench, type CheckContext, type CheckDefinition, type CheckOptions, isCode } from './context.ts';
export { isTestFile } from './tests/index.ts';
export type * from './types.ts';
export { CHECKS, decide, verify } from './verdict.ts';
