/** Door of `context/`. */
export type * from './types.ts';
