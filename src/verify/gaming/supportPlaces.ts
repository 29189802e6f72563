import type { SyntaxNode } from '../../lang/index.ts';
import { flat } from './code.ts';
import { holds } from './replaced.ts';
import { bare, chainOf, isFunction } from './scope.ts';

const QUESTION =
  /^(?:await\s+)?(?:expect|assert|should|chai|t)\b(?!\.(?:extend|use|addEqualityTesters|addMatchers)\()|\.should\b/;

export const isQuestion = (node: SyntaxNode): boolean =>
  node.kind === 'ExpressionStatement' && QUESTION.test(node.text);

const EVENS =
  /^(?:sort|toSorted|reverse|toReversed|trim\w*|to(?:Locale)?(?:Lower|Upper)Case|normalize|replace|replaceAll|filter|slice|substring|substr|toFixed|toPrecision)$/;
const EVENS_IN =
  /^(?:Math\.(?:round|floor|ceil|trunc|abs|sign)|Set|\w*(?:[sS]ort|[tT]rim|[nN]ormali[sz]e|[rR]ound|[sS]trip|[uU]niq)\w*)$/;
/** What differs from machine to machine. */
export const OF_MACHINE = /\\r|\\x1b|\\u001b|ansi|cwd|sep\b|tmp|pid/i;

/** Whether a value is another one evened out. */
export function evens(old: SyntaxNode, given: SyntaxNode): boolean {
  const now = bare(given);
  if (now.kind === 'ArrayLiteralExpression') {
    const [only, more] = now.parts('elements');
    const spread = !more && only?.kind === 'SpreadElement' ? only.part('expression') : undefined;
    return spread !== undefined && evens(old, spread);
  }
  if (!/^(?:Call|New|PropertyAccess)Expression$/.test(now.kind) || OF_MACHINE.test(now.text)) return false;
  const has = (node: SyntaxNode): boolean => flat(node) === flat(old) || holds(node, old);
  const callee = now.part('expression')!;
  if (EVENS_IN.test(flat(callee)) && now.parts('arguments').some(has)) return true;
  const { root, links } = chainOf(now);
  const first = links.findIndex((link) => EVENS.test(link.name) && link.args);
  if (first < 0) return false;
  const owner = first === 0 ? root : links[first - 1]!.node;
  return has(owner);
}

/** Where a value goes: what a function gives, what is kept. */
export function isKept(node: SyntaxNode): boolean {
  const { parent } = node;
  switch (parent?.kind) {
    case 'ParenthesizedExpression':
    case 'AwaitExpression':
    case 'ConditionalExpression':
      return parent.part('condition') !== node && isKept(parent);
    case 'ReturnStatement':
      return true;
    case 'ArrowFunction':
      return parent.part('body') === node && !isCase(parent);
    case 'BinaryExpression':
      return parent.part('right') === node && parent.part('operatorToken')!.kind === 'EqualsToken';
    case 'VariableDeclaration':
      return !isInCase(parent);
    default:
      return false;
  }
}

const CASES = /^[fx]?(?:it|test|specify)\b/;
export const isCase = (fn: SyntaxNode): boolean =>
  fn.parent?.kind === 'CallExpression' && CASES.test(fn.parent.part('expression')!.text);

/** Whether a place is in what a test runs. */
export function isInCase(node: SyntaxNode): boolean {
  for (let at: SyntaxNode | undefined = node; at; at = at.parent) if (isFunction(at) && isCase(at)) return true;
  return false;
}
