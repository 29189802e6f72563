/** Door of `tokens/`. */
export type * from './types.ts';
