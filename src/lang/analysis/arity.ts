import type { Checker, Kinds, Node, Signature, Type } from '../engine.ts';

/** Whether a call with so many arguments suits a signature by their number alone. */
export function takes(checker: Checker, signature: Signature, count: number): boolean {
  const parameters = checker.signatureDeclaration(signature)?.parameters;
  if (!parameters) return false;
  const own = parameters.filter(({ name }) => name?.text !== 'this');
  const needed = own.filter(
    (parameter) => !parameter.initializer && !parameter.dotDotDotToken && !isOptional(parameter),
  ).length;
  return count >= needed && (own.at(-1)?.dotDotDotToken !== undefined || count <= own.length);
}

const isOptional = (parameter: Node): boolean => (parameter as { questionToken?: unknown }).questionToken !== undefined;

/** The number of arguments that a name is called with; undefined where it is not called. */
export function calledWith(kinds: Kinds, name: Node): number | undefined {
  const callee = name.parent?.kind === kinds.PropertyAccessExpression && name.parent.name === name ? name.parent : name;
  const call = callee.parent;
  const isCall = call?.kind === kinds.CallExpression || call?.kind === kinds.NewExpression;
  return isCall && call.expression === callee ? (call.arguments?.length ?? 0) : undefined;
}

/** Whether a member of a type can be called with so many arguments. */
export function memberTakes(checker: Checker, type: Type, name: string, count: number): boolean {
  const symbol = checker.property(checker.apparent(type), name);
  const own = symbol && checker.typeOfSymbol(symbol);
  return (
    own !== undefined && checker.signatures(checker.apparent(own), 'call').some((one) => takes(checker, one, count))
  );
}
