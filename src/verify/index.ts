/** Door of `verify/`. */
export type * from './types.ts';
