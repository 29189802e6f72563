import type { SyntaxNode } from '../../lang/index.ts';
import { flat } from './code.ts';
import { bare, functionOf, isFunction, Names, topOf } from './scope.ts';

/** What says that a value is given where nothing better is to be had. */
const SAYS_WHERE =
  /fall(?:s|ing)?[ -]?back|otherwise|or else|instead|missing|absent|best[ -]effort|not (?:there|found|exist)|does(?:n't| not) exist|cannot be|if (?:it|the|there|no|none)\b|unless|@returns?\b.*\bif\b/i;
const SAYS_SO = new RegExp(`default|optional|${SAYS_WHERE.source}`, 'i');
const NAMED_SO =
  /[dD]efault|^(?:safe|try|maybe|optional|find|guess)|Safe|Try|Maybe|Optional|[fF]all[bB]ack|^(?:is|has)[A-Z]|Or[A-Z]/;

/**
 * A catch without a look at the error that gives a whole value of the module's own (settings, a list) as if it had been read.
 * Not where the function is called so, or its comment says so.
 */
export function givesDefault(clause: SyntaxNode): boolean {
  if (clause.kind !== 'CatchClause') return false;
  const block = clause.part('block');
  const [only, more] = block?.parts('statements') ?? [];
  const value = only?.kind === 'ReturnStatement' && !more ? only.part('expression') : undefined;
  const name = value && bare(value);
  if (!block || !name || name.kind !== 'Identifier') return false;
  const found = new Names().find(name.value ?? '', name);
  if (found?.kind !== 'constant' || found.path !== '') return false;
  if (!isTelling(bare(found.value)) && !isEmptyYet(bare(found.value))) return false;
  if (/\/[/*]/.test(block.text)) return false;
  return holderOf(clause) !== undefined && !saysSo(clause, SAYS_SO);
}

/** Whether the function around a node is called so, or its comment says so, and where. */
export function saysSo(node: SyntaxNode, words = SAYS_WHERE): boolean {
  const holder = holderOf(node);
  return holder !== undefined && (NAMED_SO.test(holder.name) || words.test(holder.comment));
}

/** Whether the function around a node is called so. */
export const isNamedSo = (node: SyntaxNode): boolean => NAMED_SO.test(holderOf(node)?.name ?? '');

/** Something with members: no plain no, nothing, or empty list. */
const isTelling = (node: SyntaxNode): boolean =>
  [...node.parts('properties'), ...node.parts('elements')].length > 0 && node.kind.endsWith('LiteralExpression');

/** What is yet to be filled: as it is, it reads as if there had been nothing to fill it with. */
const isEmptyYet = (node: SyntaxNode): boolean =>
  functionOf(node) !== undefined && /^(?:new (?:Map|Set)(?:<.*>)?\(\)|\[\]|\{\})$/s.test(node.text);

/** The function around a node: its name, and the comment before it. */
function holderOf(node: SyntaxNode): { readonly name: string; readonly comment: string } | undefined {
  for (let at = node.parent; at; at = at.parent) {
    if (!isFunction(at)) continue;
    const name = at.part('name')?.value ?? at.parent?.part('name')?.value;
    if (name === undefined) continue;
    const before = topOf(at).text.slice(0, at.start);
    const comment =
      /(?:\/\*(?:(?!\*\/)[\s\S])*\*\/|(?:\/\/[^\n]*\n\s*)+)\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:const\s+[\w$]+[^=;]*=\s*)?$/.exec(
        before,
      );
    return { name, comment: comment?.[0] ?? '' };
  }
  return undefined;
}

/** Whether anybody looks at what `Promise.allSettled` tells of failures. */
export function isOutcomeRead(call: SyntaxNode, root: SyntaxNode): boolean {
  let at: SyntaxNode | undefined = call.parent;
  while (at && /^(?:Await|Parenthesized|Void)Expression$/.test(at.kind)) at = at.parent;
  if (at?.kind === 'ExpressionStatement') return false;
  let scope = at;
  while (scope && !isFunction(scope)) scope = scope.parent;
  const reader = at?.kind === 'ReturnStatement' ? root : (scope ?? root);
  if (/rejected|\breason\b/.test(reader.text)) return true;
  return /fulfilled/.test(reader.text) ? !takesGoodOnly(reader) : /\.status\b/.test(reader.text);
}

/** Whether of outcomes only those that went well are taken, and nothing is done, or counted, where others are among them. */
function takesGoodOnly(reader: SyntaxNode): boolean {
  if (
    /[!]==?\s*['"`]fulfilled|\.(?:every|some)\(|\.length\s*[!=<>]|[<>=]\s*[\w.]+\.length|\belse\b|\bthrow\b/.test(
      reader.text,
    )
  )
    return false;
  const isToldApart = (node: SyntaxNode): boolean =>
    (node.kind === 'ConditionalExpression' &&
      /fulfilled/.test(node.part('condition')!.text) &&
      !/^(?:\[\]|null|undefined|void 0|false|0|''|"")$/.test(bare(node.part('whenFalse')!).text) &&
      // What was there before, to which the good ones add.
      !(
        bare(node.part('whenFalse')!).kind === 'Identifier' &&
        flat(node.part('whenTrue')!).includes(bare(node.part('whenFalse')!).text)
      )) ||
    node.children.some(isToldApart);
  return !isToldApart(reader);
}
