/** Door of `integrate/`. */

export { integrate, recover, undo } from './integrate.ts';
export type * from './types.ts';
