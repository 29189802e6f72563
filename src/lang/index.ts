/** Door of `lang/`. */

export { openLanguage } from './open.ts';
export { openPackages } from './packages/packages.ts';
export type * from './types.ts';
