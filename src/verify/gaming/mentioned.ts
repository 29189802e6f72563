import type { SyntaxNode } from '../../lang/index.ts';
import { assertionOf } from './assertions.ts';
import { bare, type Names } from './scope.ts';

/** Whether a function that has a name is used for more than to say that it is there: called, handed on, asked to throw. */
export function isMentioned(name: SyntaxNode | undefined, within: SyntaxNode, names: Names): boolean {
  const look = (node: SyntaxNode): boolean =>
    (node.kind === 'Identifier' && node.value === name?.value && node !== name && !isOnlyThere(node, names)) ||
    node.children.some(look);
  return name === undefined || look(within);
}

/** Questions about a function that do not run it. */
const OF_VALUES = /^(?:same|equal|loose|truthy|falsy|defined|type|instance|none)$/;

/** Whether a name is only asked about, as a value, or stands by itself. */
function isOnlyThere(name: SyntaxNode, names: Names): boolean {
  let at = name;
  while (at.parent && /^(?:TypeOf|Void|Parenthesized)Expression$/.test(at.parent.kind)) at = at.parent;
  const { parent } = at;
  if (parent?.kind === 'ExpressionStatement') return true;
  if (parent?.kind !== 'CallExpression' || !parent.parts('arguments').includes(at)) return false;
  let whole: SyntaxNode = parent;
  for (let next = whole.parent; next && next.part('expression') === whole; next = whole.parent) {
    if (!/^(?:PropertyAccess|Call)Expression$/.test(next.kind)) break;
    whole = next;
  }
  const asked = assertionOf(whole, names, undefined);
  return asked?.subject !== undefined && bare(asked.subject) === bare(at) && OF_VALUES.test(asked.op);
}
