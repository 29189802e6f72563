import type { SyntaxNode } from '../../lang/index.ts';
import { isFunction, Names } from './scope.ts';

/** Whether a name is what ends a promise well: what `new Promise` gives its function first. */
export function isResolve(node: SyntaxNode): boolean {
  if (node.kind !== 'Identifier') return false;
  const parameter = new Names().find(node.value ?? '', node)?.name.parent;
  const executor = parameter?.kind === 'Parameter' ? parameter.parent : undefined;
  return (
    executor !== undefined &&
    executor.parts('parameters')[0] === parameter &&
    executor.parent?.kind === 'NewExpression' &&
    executor.parent.part('expression')?.text === 'Promise'
  );
}

/** Whether an error only goes where nobody looks: into a list, or a variable, that is written and never read. */
export function isPutAway(error: SyntaxNode): boolean {
  const holder = error.kind === 'Identifier' ? placeOf(error) : undefined;
  const found = holder && new Names().find(holder.value ?? '', holder);
  let within = found?.name.parent;
  if (!found || within?.kind !== 'VariableDeclaration') return false;
  while (within && !isFunction(within)) within = within.parent;
  const isRead = (one: SyntaxNode): boolean =>
    (one.kind === 'Identifier' && one.value === holder.value && one !== found.name && !isWritten(one)) ||
    one.children.some(isRead);
  return within !== undefined && !isRead(within);
}

/** What a value is put in: `list` of `list.push(value)`, `last` of `last = value`. */
function placeOf(value: SyntaxNode): SyntaxNode | undefined {
  const { parent } = value;
  const place =
    parent?.kind === 'CallExpression' ? parent.part('expression')!.part('expression') : parent?.part('left');
  return place?.kind === 'Identifier' && place !== value && isWritten(place) ? place : undefined;
}

function isWritten(name: SyntaxNode): boolean {
  const { parent } = name;
  const isDone = (whole: SyntaxNode): boolean =>
    /^(?:ExpressionStatement|ArrowFunction)$/.test(whole.parent?.kind ?? '');
  if (parent?.kind === 'BinaryExpression')
    return parent.part('operatorToken')?.kind === 'EqualsToken' && parent.part('left') === name && isDone(parent);
  const call =
    parent?.kind === 'PropertyAccessExpression' && parent.part('expression') === name ? parent.parent : undefined;
  return (
    call?.kind === 'CallExpression' &&
    call.part('expression') === parent &&
    /^(?:push|unshift|add|set)$/.test(parent?.part('name')?.value ?? '') &&
    isDone(call)
  );
}
