/** Door of `integrate/`. */
export type * from './types.ts';
