/** Door of `evidence/`. */
export type * from './types.ts';
