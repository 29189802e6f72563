import type { Case } from '../../../../examples/shop/stubs/case.ts';

/** A case of a function, by its type. */
export type CaseOf<F> = F extends (...args: infer Args) => infer Value ? Case<Args, Value> : never;
