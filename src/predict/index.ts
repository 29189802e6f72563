/** Door of `predict/`. */
export type * from './types.ts';
