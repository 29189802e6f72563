/** Door of `lang/`. */

export { openLanguage } from './open.ts';
export { openPackages } from './packages/packages.ts';
export { setupFaults } from './setup.ts';
export {
  type Code,
  codeOf,
  type DocComment,
  defaultLiteral,
  docCommentsOf,
  type Literal,
  type Statement,
  transpilerPath,
} from './syntax.ts';
export type * from './types.ts';
