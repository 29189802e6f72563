import type { SyntaxNode } from '../../lang/index.ts';
import { each } from './code.ts';
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
