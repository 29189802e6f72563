/** Door of `model/`. */
export type * from './types.ts';
