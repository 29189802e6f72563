import type { Universe } from '../kinds.ts';
import { arrayOperators, choiceOperators } from './arrays.ts';
import { functionOperators } from './functions.ts';
import { numberOperators } from './numbers.ts';
import type { Operator } from './operator.ts';
import { recordOperators } from './records.ts';
import { stringOperators } from './strings.ts';

export { BINDS, isLambda, type LambdaSlot, type Operator, type Slot } from './operator.ts';
export { patterns } from './strings.ts';

/** Everything that expressions over the kinds of a universe are made with. */
export function operatorsOf(universe: Universe): Operator[] {
  const all = [
    ...numberOperators(),
    ...stringOperators(),
    ...arrayOperators(universe),
    ...choiceOperators(universe),
    ...recordOperators(universe),
    ...functionOperators(universe),
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
