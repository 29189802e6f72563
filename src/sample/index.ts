/** Door of `sample/`. */
export type * from './types.ts';
