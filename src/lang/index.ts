/** Door of `lang/`. */

export { askedOf } from './asked.ts';
export { type ClassText, classesOf, listedExports, type MemberText, stateOf } from './classes.ts';
export { type DocExamples, docExamplesOf } from './docExamples.ts';
export { type FunctionText, functionsOf, type ParameterText, saysUnwritten } from './functions.ts';
export { computedValue, type ImportText, importsOf, type LoadModule, Modules } from './interpret/modules.ts';
export { functionText, instanceText } from './lambdas.ts';
export { literalsOf } from './literals.ts';
export { openLanguage } from './open.ts';
export { notExported } from './packages/exports.ts';
export { nearWellKnown } from './packages/nearest.ts';
export { openPackages } from './packages/packages.ts';
export { packagePart } from './packages/specifier.ts';
export { setupFaults } from './setup.ts';
export {
  CLASS,
  type ParameterShape,
  type Shape,
  type ShapeField,
  type SignatureShape,
  shapeOf,
  signatureOf,
  signaturesOf,
} from './shapes.ts';
export {
  type Code,
  codeOf,
  type DocComment,
  defaultLiteral,
  docCommentsOf,
  javascriptOf,
  type Literal,
  type Statement,
  transpilerPath,
} from './syntax.ts';
export { calleesOf, exampleCallsOf } from './testExamples.ts';
export { type Thrown, thrownIn } from './thrown.ts';
export { type Comment, type SyntaxNode, type SyntaxTree, syntaxTreeOf } from './tree.ts';
export type * from './types.ts';
export { type ExampleCall, plainCall, plainValue, type ReadConstant } from './values.ts';
