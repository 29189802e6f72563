import type ts from 'typescript6';
import { parse, parser } from './syntax.ts';

/** Literals read from one file. */
const LITERALS = 200;

/** The numbers and texts that stand in a file as literals, module specifiers left out, each once, in order. */
export function literalsOf(text: string, path: string): readonly (number | string)[] {
  const api = parser();
  const found = new Set<number | string>();
  const visit = (node: ts.Node): void => {
    if (found.size >= LITERALS || api.isImportDeclaration(node) || api.isExportDeclaration(node)) return;
    if (api.isNumericLiteral(node)) found.add(Number(node.text));
    else if (api.isStringLiteralLike(node)) found.add(node.text);
    else if (api.isTemplateExpression(node))
      for (const { text: part } of [node.head, ...node.templateSpans.map((one) => one.literal)]) found.add(part);
    api.forEachChild(node, visit);
  };
  visit(parse(text, path));
  return [...found];
}
