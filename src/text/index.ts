/** Door of `text/`. */

export { ChangeSet } from './changeSet.ts';
export type * from './types.ts';
