import type { Kind } from './kinds.ts';
import type { Operator } from './operators/index.ts';
import type { Flavour, Term } from './term.ts';

const isNumeric = (kind: Kind): boolean => kind.tag === 'number' || (kind.tag === 'array' && isNumeric(kind.element!));

/** What the numbers of a result count; `mixed` where different things meet. */
export function flavourOf(operator: Operator, parts: readonly Term[]): Flavour | 'mixed' {
  if (operator.flavour === 'count') return 'count';
  const isText = !isNumeric(operator.result) && operator.result.tag !== 'boolean';
  let items = false;
  let counts = false;
  for (const { flavour, lambda, kind } of parts) {
    if (!isNumeric(kind) || (lambda && kind.tag === 'boolean')) continue;
    if (flavour === 'item') items = true;
    else if (flavour === 'count') counts = true;
  }
  if (operator.flavour === 'none' || isText) return undefined;
  // The place in `list[index]` is a count, whatever the list holds.
  if (items && counts && !operator.mixes && !/^\$0(?:\[|\.slice)/.test(operator.template)) return 'mixed';
  return items ? 'item' : counts ? 'count' : undefined;
}
