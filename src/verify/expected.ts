import type { Span } from '../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../lang/index.ts';
import { type CheckContext, textAt } from './context.ts';

/**
 * Whether a test of types expects the compiler to complain at a place: inside of what `expectError` of tsd is handed. What the
 * compiler itself is told by a comment it does not report.
 */
export function expectedErrors(context: CheckContext, path: string): (at: Span) => boolean {
  const text = textAt(context, path) ?? '';
  if (!text.includes('expectError') || !/\bfrom\s+['"]tsd(?:-lite)?['"]/.test(text)) return () => false;
  const places: SyntaxNode[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.kind === 'CallExpression' && node.part('expression')?.text === 'expectError') places.push(node);
    else node.children.forEach(visit);
  };
  visit(syntaxTreeOf(text, path).root);
  return ({ start, end }) => places.some((one) => one.start <= start && end <= one.end);
}
