import { behaviourOf, isEndless } from '../compare/fits.ts';
import type { Outcome } from '../compare/run.ts';

/** How two outcomes part. `message`: the same kind of error says something else. */
export type Parting = 'differs' | 'throws' | 'hangs' | 'message';

export const isOverflow = (one: Outcome): boolean => one.kind === 'throws' && /Maximum call stack/.test(one.message);
const hasNoEnd = (one: Outcome): boolean => isEndless(one) || isOverflow(one);

/** Whether and how the new code parts from the old one on an input; undefined also where one of the two is not known. */
export function partingOf(base: Outcome, head: Outcome): Parting | undefined {
  if (hasNoEnd(base) || hasNoEnd(head)) {
    if (hasNoEnd(base) && hasNoEnd(head)) return undefined;
    const other = hasNoEnd(base) ? head : base;
    return other.kind === 'unknown' ? undefined : hasNoEnd(head) ? 'hangs' : 'differs';
  }
  const [old, now] = [base, head].map((one) => (one.kind === 'unknown' ? one.seen : behaviourOf(one)));
  if (old === undefined || now === undefined) return undefined;
  if (base.kind === 'unknown' && head.kind === 'unknown') return old === now ? undefined : 'differs';
  // What could not be looked at whole on one side only differs where it is of another kind.
  if (base.kind === 'unknown' || head.kind === 'unknown')
    return base.kind === 'throws' ? 'differs' : head.kind === 'throws' ? 'throws' : 'differs';
  if (old !== now) return base.kind === 'value' && head.kind === 'throws' ? 'throws' : 'differs';
  return base.kind === 'throws' && head.kind === 'throws' && base.message !== head.message ? 'message' : undefined;
}
