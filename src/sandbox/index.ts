/** Door of `sandbox/`. */
export type * from './types.ts';
