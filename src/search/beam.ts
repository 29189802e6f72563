import { editDistance } from '../base/index.ts';
import type { Context } from './context.ts';
import type { Kind } from './kinds.ts';
import { isLambda, type Operator } from './operators/index.ts';
import { SeenRows } from './rows.ts';
import type { Term } from './term.ts';
import type { Expected } from './types.ts';
import type { Values } from './values.ts';

/** Terms that are carried on from one step to the next: fewer as they come near. */
const WIDTHS = [160, 160, 80, 40, 20] as const;
/** Names and literals that may be further parts of a step. */
const LEAF_COST = 5;
/** What chains start from. */
const START_COST = 3;
/** Length of what is compared; longer values count as wholly different. */
const COMPARED = 120;
/** Added to a length, so that one character too many of a short value is not all of it. */
const SHORT = 4;
/** What one unit of cost weighs against a wholly different value of one example. */
const COST_WEIGHT = 0.02;

/**
 * Chains of calls that come nearer to what the examples expect step by step: text that is normalised, cut, replaced, or a
 * list that is filtered and ordered. Reaches far deeper than what is enumerated, where each step helps.
 */
export function beam(
  context: Context,
  kind: Kind,
  operators: readonly (Operator & { readonly price: number })[],
  expected: readonly Expected[],
  values: Values,
  found: (term: Term) => void,
): void {
  const targets = expected.map((one) => (one.kind === 'value' ? sequence(one.value, values) : undefined));
  if (!targets.some((target) => target !== undefined)) return;
  const steps = operators.filter(
    ({ slots, result, lazy }) =>
      result.key === kind.key &&
      !lazy &&
      slots.every((slot, at) => !isLambda(slot) && (at > 0 || slot.key === kind.key)),
  );
  const leaves = (of: Kind): Term[] =>
    [...context.all(of)].filter(({ operator, cost }) => !operator && cost <= LEAF_COST);
  const seen = new SeenRows();
  const score = (term: Term): number => {
    let sum = term.cost * COST_WEIGHT;
    for (const [row, target] of targets.entries()) {
      if (target === undefined) continue;
      sum += difference(sequence(values.value(term.ids[row]!), values), target);
    }
    return sum;
  };
  let states = [...context.all(kind)].filter(({ uses, cost }) => uses !== 0 && cost <= START_COST);
  for (const { ids } of states) seen.add(ids);
  for (const width of WIDTHS) {
    const next: Term[] = [];
    for (const state of states) {
      for (const operator of steps) {
        for (const others of combinations(operator.slots.slice(1) as Kind[], leaves)) {
          const cost = operator.price + state.cost + others.reduce((sum, other) => sum + other.cost, 0);
          const term = context.apply(operator, cost, [state, ...others], (ids) => seen.add(ids));
          if (term) next.push(term);
        }
      }
    }
    for (const term of next) found(term);
    states = next
      .map((term) => ({ term, score: score(term) }))
      .sort((a, b) => a.score - b.score)
      .slice(0, width)
      .map(({ term }) => term);
  }
}

function combinations(slots: readonly Kind[], leaves: (of: Kind) => readonly Term[]): Term[][] {
  return slots.reduce<Term[][]>(
    (rows, slot) => rows.flatMap((row) => leaves(slot).map((leaf) => [...row, leaf])),
    [[]],
  );
}

/** A value as a text whose characters are its items; undefined for what is no text or list. */
function sequence(value: unknown, values: Values): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  // Ids beyond one code unit fall together; it only makes items look alike that are not.
  return String.fromCharCode(...value.slice(0, COMPARED).map((item) => values.id(item) & 0xffff));
}

/** From 0 for equal to 1 for wholly different. */
function difference(a: string | undefined, b: string): number {
  if (a === undefined || a.length >= COMPARED || b.length >= COMPARED) return 1;
  const distance = editDistance(a, b, COMPARED);
  return Math.min(1, distance / (b.length + SHORT));
}
