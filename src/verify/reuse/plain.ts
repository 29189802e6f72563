import type { SyntaxNode } from '../../lang/index.ts';

/** Kinds of nodes that are the value which they stand around. */
export const TRANSPARENT = new Set([
  'ParenthesizedExpression',
  'AsExpression',
  'SatisfiesExpression',
  'NonNullExpression',
  'TypeAssertionExpression',
]);

/** Items of a constant list that is taken for what it holds. */
const ITEMS = 40;
const PLAIN =
  /^(?:(?:String|Numeric|RegularExpression|BigInt)Literal|NoSubstitutionTemplateLiteral|(?:True|False)Keyword)$/;

/** A text, a number or a pattern, or a list of such. */
export function isPlain(node: SyntaxNode): boolean {
  if (TRANSPARENT.has(node.kind)) return isPlain(node.part('expression')!);
  const items = node.kind === 'ArrayLiteralExpression' ? node.parts('elements') : undefined;
  return items ? items.length < ITEMS && items.every(({ kind }) => PLAIN.test(kind)) : PLAIN.test(node.kind);
}
