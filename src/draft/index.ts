/** Door of `draft/`. */
export type * from './types.ts';
