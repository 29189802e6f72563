/** Door of `workspace/`: the repository as a snapshot, and changes of it. */
export { openWorkspace } from './open.ts';
export { pathMatcher } from './pathMatcher.ts';
export type * from './types.ts';
