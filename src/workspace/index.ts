/** Door of `workspace/`. */
export type * from './types.ts';
