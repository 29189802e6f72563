/** Door of `lang/`. */
export type * from './types.ts';
