import { sizeOf, type Term } from './term.ts';

/** A body that is not worth a helper of its own: it reads one thing, or hands on what it was given. */
export function isTrivial(fn: Term): boolean {
  const body = fn.kids.at(-1)?.kids ?? [];
  const [only] = body;
  if (body.length === 0) return true;
  if (body.length > 1) return false;
  const value = only!.op === 'return' ? only!.kids[0] : only;
  if (!value || value.kids.length === 0) return true;
  // A pattern says something that is worth saying once.
  if (patternsIn(value) > 0) return false;
  const isPath = (one: Term): boolean => one.kids.length === 0 || (/^\??[.[]/.test(one.op) && one.kids.every(isPath));
  if (/^(?:call|new|await)/.test(value.op))
    return value.kids.every((one) => isPath(one) || (one.op === 'AwaitExpression' && isPath(one.kids[0]!)));
  return isPath(value) || sizeOf(value) <= 3;
}

/** Regular expressions in a term. */
export const patternsIn = (one: Term): number =>
  (one.op.startsWith('RegularExpressionLiteral') ? 1 : 0) + one.kids.reduce((sum, kid) => sum + patternsIn(kid), 0);
