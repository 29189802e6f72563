import type { SyntaxNode } from '../../lang/index.ts';
import { each, flat } from './code.ts';
import { isFunction, nameOf } from './scope.ts';

/** Names of functions: those that do something, and those that throw and no more, to be written yet. */
export interface Written {
  readonly worked: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
}

export function writtenIn(root: SyntaxNode): Written {
  const [worked, open] = [new Set<string>(), new Set<string>()];
  each(root, (node) => {
    const body = isFunction(node) ? node.part('body') : undefined;
    if (body) (/^\{\s*throw\b[^;]*;?\s*\}$/.test(body.text) ? open : worked).add(nameOf(node));
  });
  return { worked, open };
}

/** Functions of two sides of a file that are not the same on both. */
export function alteredIn(base: SyntaxNode, head: SyntaxNode): readonly string[] {
  const bodies = (root: SyntaxNode): ReadonlyMap<string, string> => {
    const found = new Map<string, string>();
    each(root, (node) => {
      if (isFunction(node) && nameOf(node) !== '') found.set(nameOf(node), flat(node));
    });
    return found;
  };
  const was = bodies(base);
  return [...bodies(head)].flatMap(([name, text]) => (was.has(name) && was.get(name) !== text ? [name] : []));
}
