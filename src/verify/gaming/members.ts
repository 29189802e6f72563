import type { SyntaxNode } from '../../lang/index.ts';
import type { Canon } from './canon.ts';
import { bare, chainOf } from './scope.ts';

/** A list of literals of which an answer is only whether it holds a value. */
export interface Members {
  /** Each with the answer `true`. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly list: SyntaxNode;
}

const LOOKS_UP = /^(?:has|includes)$/;

/** One value of very many (a code with digits, words with spaces, an address), and no name of a kind. */
const isInstance = (text: string): boolean => /^".*(?:\d{5}|\s|@).*"$/s.test(text);

/** `new Set(['…'])`, `['…']` */
export function membersOf(given: SyntaxNode, canon: Canon): Members | undefined {
  const node = bare(given);
  const isSet = node.kind === 'NewExpression' && node.part('expression')!.text === 'Set';
  const list = isSet ? bare(node.parts('arguments')[0] ?? node) : node;
  if (list.kind !== 'ArrayLiteralExpression') return undefined;
  const texts = list.parts('elements').map((one) => canon.print(one).text);
  return texts.length > 0 && texts.every(isInstance)
    ? { pairs: texts.map((text) => [text, 'true'] as const), list }
    : undefined;
}

/** `['…'].includes(value)` */
export function membersAsked(value: SyntaxNode, canon: Canon): Members | undefined {
  const { root, links } = chainOf(value);
  return links.length === 1 && LOOKS_UP.test(links[0]!.name) ? membersOf(root, canon) : undefined;
}

/** `Object.hasOwn(table, key)` and what was written for it before there was that. */
const OWNS = /(?:^|\.)(?:hasOwn|(?:has|hasOwn|hasOwnProperty)\.call)$/;

/** How a name is asked: by a method, `[]` for an index, `has` where it is asked whether a key is there. */
function askedBy(node: SyntaxNode): string | undefined {
  const { parent } = node;
  if (parent?.kind === 'CallExpression')
    return parent.parts('arguments')[0] === node && OWNS.test(parent.part('expression')!.text) ? 'has' : undefined;
  if (parent?.kind === 'BinaryExpression')
    return parent.part('operatorToken')?.kind === 'InKeyword' && parent.part('right') === node ? 'has' : undefined;
  if (parent?.part('expression') !== node) return undefined;
  return parent.kind === 'ElementAccessExpression' ? '[]' : parent.part('name')?.value;
}

/** Ways to fill a table, or to empty it. */
const FILLS = /^(?:set|add|push|delete|clear|size)$/;

/** Whether what a name holds is only asked for, in some of these ways (`[]` for an index), or filled, and used for nothing else. */
export function isLookedUpIn(declaration: SyntaxNode, root: SyntaxNode, ways = LOOKS_UP): boolean {
  const name = declaration.part('name')?.value;
  let isAsked = false;
  const visit = (node: SyntaxNode): boolean => {
    if (node.kind === 'Identifier' && node.value === name && node.parent !== declaration) {
      const way = askedBy(node) ?? '';
      if (ways.test(way)) isAsked = true;
      else if (!FILLS.test(way)) return false;
    }
    return node.children.every(visit);
  };
  return name !== undefined && visit(root) && isAsked;
}
