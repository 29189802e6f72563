import type { Universe } from '../kinds.ts';
import type { Neighbour } from '../types.ts';
import { arrayOperators } from './arrays.ts';
import { choiceOperators } from './folds.ts';
import { functionOperators } from './functions.ts';
import { guardOperators } from './guards.ts';
import { idioms } from './idioms.ts';
import { neighbourOperators } from './neighbours.ts';
import { numberOperators } from './numbers.ts';
import type { Operator } from './operator.ts';
import { recordOperators } from './records.ts';
import { stringOperators } from './strings.ts';

export { BINDS, isLambda, type LambdaSlot, type Lines, type Operator, type Slot } from './operator.ts';
export { patterns } from './strings.ts';

/** Everything that expressions over the kinds of a universe are made with, and calls of functions that are at hand. */
export function operatorsOf(universe: Universe, neighbours: readonly Neighbour[] = []): Operator[] {
  const all = [
    ...numberOperators(),
    ...stringOperators(),
    ...arrayOperators(universe),
    ...choiceOperators(universe),
    ...recordOperators(universe),
    ...functionOperators(universe),
    ...guardOperators(universe),
    ...idioms(universe),
    ...neighbourOperators(universe, neighbours),
  ];
  const fits = all.filter(({ slots, result }) =>
    [result, ...slots.flatMap((slot) => ('role' in slot ? [...slot.names, slot.result] : [slot]))].every((kind) =>
      universe.has(kind),
    ),
  );
  const names = new Set<string>();
  for (const { name } of fits) {
    if (names.has(name)) throw new Error(`two operators are named ${name}`);
    names.add(name);
  }
  return fits;
}
