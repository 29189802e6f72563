import { identifierWords } from '../../base/index.ts';
import { isTaken, type Kind, kindsOf, type Universe } from '../kinds.ts';
import type { Neighbour } from '../types.ts';
import { ERROR } from '../values.ts';
import { BINDS, type Operator, operator } from './operator.ts';

/** Ways in which one function may be called: by how many arguments, of which kinds, to give what. */
const FORMS = 24;
const COST = 2;

/** Calls of functions of the project that stand where the new one will. */
export function neighbourOperators(universe: Universe, neighbours: readonly Neighbour[]): Operator[] {
  return neighbours.flatMap((neighbour) => {
    const { name, call } = neighbour;
    // Two names alike in a template are one.
    if (/\$/.test(name)) return [];
    const apply = (...args: unknown[]): unknown => {
      try {
        return call(...args);
      } catch {
        return ERROR;
      }
    };
    return formsOf(neighbour, universe).map(({ slots, result }) =>
      operator(`${name}(${slots.map((_, index) => `$${index}`).join(', ')})`, slots, result, COST, apply, '', {
        name: `${name} ${slots.map(({ key }) => key).join(' ')} ${result.key}`,
        binds: BINDS.member,
        needs: slots.map(() => BINDS.arrow),
        absent: true,
        mixes: true,
        flavour: 'none',
        core: true,
        calls: true,
        words: identifierWords(name),
      }),
    );
  });
}

interface Form {
  readonly slots: readonly Kind[];
  readonly result: Kind;
}

/** Kinds of arguments that the new function may hand on, for each number of arguments that may be given. */
function formsOf({ forms }: Neighbour, universe: Universe): readonly Form[] {
  const found = new Map<string, Form>();
  for (const { parameters, returns } of forms) {
    const told = kindsOf(returns);
    // What is of any type may be of the one that is asked for.
    const results = told.some(({ tag }) => tag === 'unknown') ? [...told, ...universe.returns] : told;
    let rows: readonly (readonly Kind[])[] = [[]];
    for (const [at, { shape, optional, rest }] of parameters.entries()) {
      // What may be left out may also be given.
      if (optional || rest) add(rows, results);
      const kinds = rest && shape.kind === 'array' ? kindsOf(shape.element) : kindsOf(shape);
      const fits = [...universe.kinds.values()].filter(
        (kind) => isGiven(kind) && kinds.some((asked) => isTaken(kind, asked)),
      );
      rows = rows.flatMap((row) => fits.map((kind) => [...row, kind])).slice(0, FORMS);
      if (at === parameters.length - 1) add(rows, results);
    }
  }
  return [...found.values()];

  function isGiven(kind: Kind): boolean {
    return universe.named.has(kind.key) || kind.tag === 'string' || kind.tag === 'number' || kind.tag === 'boolean';
  }

  function add(rows: readonly (readonly Kind[])[], results: readonly Kind[]): void {
    for (const slots of rows)
      for (const result of results)
        if (slots.length > 0 && found.size < FORMS)
          found.set(`${slots.map(({ key }) => key).join(' ')} ${result.key}`, { slots, result });
  }
}
