import type { SyntaxNode } from '../../lang/index.ts';
import { isLogged } from './reach.ts';
import { isFunction } from './scope.ts';

/** Whether something is done or not by a value: it is a condition, or compared, or turned round. */
export function decides(node: SyntaxNode): boolean {
  for (let at = node, parent = node.parent; parent; at = parent, parent = at.parent) {
    if (parent.kind === 'IfStatement' || parent.kind === 'WhileStatement') return parent.part('expression') === at;
    if (parent.kind === 'ConditionalExpression') return parent.part('condition') === at;
    if (parent.kind === 'PrefixUnaryExpression') return parent.text.startsWith('!');
    if (parent.kind === 'BinaryExpression') {
      const operator = parent.part('operatorToken')?.kind ?? '';
      if (/^(?:Equals|Exclamation)Equals/.test(operator)) return true;
      if (operator === 'AmpersandAmpersandToken' && parent.part('left') === at) return true;
      if (!/^(?:AmpersandAmpersand|BarBar)Token$/.test(operator)) return false;
    } else if (parent.kind !== 'ParenthesizedExpression') return false;
  }
  return false;
}

/** Tests that stand in the source itself, as vitest takes them. */
export function holdsTests(node: SyntaxNode): boolean {
  for (let at: SyntaxNode | undefined = node; at; at = at.parent)
    if (at.kind === 'IfStatement') return /\b(?:it|test|describe)(?:\.\w+)?\(/.test(at.part('thenStatement')!.text);
  return false;
}

/** What tests are told apart for rightly: to print less, not to listen, not to start. */
const QUIET =
  /\b(?:log(?:ger|ging|Level)?|silent|verbose|debug|quiet|level|listen|console|banner|telemetry|colors?|spinner|progress|bench)\b/i;

export function isHarmless(node: SyntaxNode): boolean {
  if (isLogged(node)) return true;
  for (let at: SyntaxNode | undefined = node.parent, child = node; at && !isFunction(at); child = at, at = at.parent) {
    if (at.kind === 'IfStatement' && at.part('expression') === child) {
      const body = at.part('thenStatement')!;
      const statements = body.kind === 'Block' ? body.parts('statements') : [body];
      return (
        statements.length > 0 && statements.every((one) => one.kind === 'ExpressionStatement' && QUIET.test(one.text))
      );
    }
    const name = at.part('name')?.value;
    if (/^(?:PropertyAssignment|VariableDeclaration|PropertyDeclaration)$/.test(at.kind) && name !== undefined)
      return QUIET.test(name) || /^(?:port|interval)$/i.test(name);
  }
  return false;
}
