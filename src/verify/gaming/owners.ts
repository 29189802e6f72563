import type { SyntaxNode } from '../../lang/index.ts';
import { each } from './code.ts';
import { isFunction } from './scope.ts';

export interface Owner {
  /** As `functionsIn` has it; empty where there is none. */
  readonly name: string;
  readonly node?: SyntaxNode;
}

/** The function around a node. */
export function ownerOf(node: SyntaxNode): Owner {
  for (let one = node.parent; one; one = one.parent) {
    const name = keyOf(one);
    if (name !== undefined) return { name, node: one };
  }
  return { name: '' };
}

/** What a function is called, with what holds it; undefined for what is none, or has no name. */
function keyOf(node: SyntaxNode): string | undefined {
  if (!isFunction(node) && node.kind !== 'Constructor') return undefined;
  const isConstructor = node.kind === 'Constructor';
  const name = node.part('name')?.value ?? (isConstructor ? 'constructor' : node.parent?.part('name')?.value);
  return name === undefined ? undefined : `${node.parent?.part('name')?.value ?? ''}.${name}`;
}

/** Functions of a file by name. */
export function functionsIn(root: SyntaxNode): Map<string, SyntaxNode> {
  const found = new Map<string, SyntaxNode>();
  each(root, (node) => {
    const key = keyOf(node);
    if (key !== undefined && !found.has(key)) found.set(key, node);
  });
  return found;
}

/** A call whatever the function goes by that is called (`f.call(a)`), or the object that another is a member of (`this.a.b(c)`). */
export function movedOf(call: string): string | undefined {
  const handed = /^[\w$]+(\.(?:call|apply)\(.+\))$/.exec(call)?.[1];
  if (handed !== undefined) return `§${handed}`;
  const [, name = '', given] = /^(?:this\.)?(?:[\w$]+\.)*([\w$]+)\((.*)\)$/.exec(call) ?? [];
  return given === undefined || name.length < 4 || NEVER_FAILS.test(`.${name}`) ? undefined : `§.${name}(${given})`;
}

/** What fails for no reason of its own. */
export const NEVER_FAILS =
  /^(?:Object|Array|String|Number|Boolean|Math|Promise|console|Date|Symbol)\b|\.(?:map|filter|flatMap|forEach|some|every|find|join|push|slice|split|trim|get|set|has|add|delete|keys|values|entries|includes|startsWith|endsWith|replace|test|then|catch|on|once|toString)$/;

/** A call by the function that it is in and what is called; undefined where that is no name, or nothing that fails. */
export function placeOf({ name }: Owner, call: string): string | undefined {
  const callee = /^[\w$.#]+(?=\(|$)/.exec(call)?.[0];
  return name === '' || callee === undefined || NEVER_FAILS.test(callee) ? undefined : `${name} ${callee}`;
}
