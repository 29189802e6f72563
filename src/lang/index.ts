/** Door of `lang/`. */

export { openPackages } from './packages/packages.ts';
export type * from './types.ts';
