import type { Universe } from '../kinds.ts';
import { ERROR } from '../values.ts';
import { BINDS, type Operator, operator } from './operator.ts';

/** Arguments of a function that is called. */
const ARGUMENTS = 3;

/** Calls of functions that were handed in. */
export function functionOperators(universe: Universe): Operator[] {
  const made: Operator[] = [];
  for (const kind of universe.tagged('function')) {
    const { elements: takes, element: gives } = kind;
    if (!takes || !gives || takes.length === 0 || takes.length > ARGUMENTS) continue;
    const call = (called: (...args: unknown[]) => unknown, ...args: unknown[]): unknown => {
      try {
        return called(...args);
      } catch {
        return ERROR;
      }
    };
    made.push(
      operator(`$0(${takes.map((_, index) => `$${index + 1}`).join(', ')})`, [kind, ...takes], gives, 2, call, '', {
        name: `call ${kind.key}`,
        binds: BINDS.member,
        needs: [BINDS.member, ...takes.map(() => BINDS.arrow)],
        absent: true,
        mixes: true,
      }),
    );
  }
  return made;
}
