import type { Node } from '../engine.ts';
import type { FileInProject } from '../session.ts';
import type { Declaration } from '../types.ts';
import { declarationsOf } from './declarations.ts';

/** The innermost node that spans an offset and has a type; undefined where there is none. */
function innermost({ file }: FileInProject, offset: number): Node | undefined {
  let found: Node | undefined;
  const visit = (node: Node): void => {
    if (node.getStart() > offset || node.end < offset) return;
    found = node;
    node.forEachChild((child) => visit(child));
  };
  file.forEachChild((child) => visit(child));
  return found;
}

/** The type of the innermost expression, with the declaration of that type; undefined where nothing has a type. */
export function typeAtOffset(
  at: FileInProject,
  offset: number,
  version: string,
): { readonly text: string; readonly declarations: readonly Declaration[] } | undefined {
  const node = innermost(at, offset);
  const { checker } = at.program;
  const [type] = node ? checker.typesAt([node]) : [];
  if (!node || !type || checker.isError(type)) return undefined;
  const symbol = checker.symbolOfType(type);
  return { text: checker.typeText(type, node), declarations: symbol ? declarationsOf(at, symbol, version) : [] };
}
