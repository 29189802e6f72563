import { arrayOf, BOOLEAN, type Kind, NUMBER, type Universe } from '../kinds.ts';
import { ERROR } from '../values.ts';
import { BINDS, type Call, element, infix, type LambdaSlot, type Operator, operator } from './operator.ts';

const N = NUMBER;
const B = BOOLEAN;
const bySize = (a: number, b: number): number => a - b;
const byOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Lists ordered by what a function gives for each item. */
export function ordering(array: Kind, item: Kind, key: Kind, of: (name: string) => { name: string }): Operator[] {
  const compare = (key === N ? bySize : byOrder) as (a: unknown, b: unknown) => number;
  const by = (sign: 1 | -1) => (xs: unknown[], to: Call) => {
    const keys = new Map(xs.map((x, index) => [x, to(x, index)]));
    return [...xs].sort((a, b) => sign * compare(keys.get(a), keys.get(b)));
  };
  const words = 'sort sorted order ordered according ascending by';
  const template =
    key === N
      ? '[...$0].sort((a, b) => $1(a) - $1(b))'
      : '[...$0].sort((a, b) => ($1(a) < $1(b) ? -1 : $1(a) > $1(b) ? 1 : 0))';
  const slots = [array, element(item, key, 'key')] as const;
  const extra = { needs: [BINDS.arrow], depth: 0 };
  const made = [operator(template, slots, array, 5, by(1), words, { ...of(`sort by ${key.key}`), ...extra })];
  if (key === N)
    made.push(
      operator(
        '[...$0].sort((a, b) => $1(b) - $1(a))',
        slots,
        array,
        6,
        by(-1),
        `${words} descending longest largest most maximum`,
        { ...of('sort down by'), ...extra },
      ),
    );
  return made;
}

/** What is made of a list item by item. */
export function folds(array: Kind, item: Kind, result: Kind, universe: Universe): Operator[] {
  const slot: LambdaSlot = { role: 'fold', names: [result, item], result };
  const fold = (xs: unknown[], step: (made: unknown, x: unknown) => unknown, start: unknown): unknown =>
    xs.reduce(step, start);
  const scan = (xs: unknown[], step: (made: unknown, x: unknown) => unknown, start: unknown): unknown => {
    let made = start;
    return xs.map((x) => {
      made = step(made, x);
      return made;
    });
  };
  const made = [
    operator('$0.reduce($1, $2)', [array, slot, result], result, 5, fold, 'accumulate running', {
      name: `reduce ${array.key} ${result.key}`,
      depth: 0,
      statement: 'fold',
    }),
  ];
  if (universe.has(arrayOf(result)) && result !== BOOLEAN)
    made.push(
      operator(
        'scan $0 with $1 from $2',
        [array, slot, result],
        arrayOf(result),
        6,
        scan,
        'running rolling cumulative until moment',
        { name: `scan ${array.key} ${result.key}`, depth: 0, statement: 'scan' },
      ),
    );
  return made;
}

/** Choice and defaults, of any kind. */
export function choiceOperators(universe: Universe): Operator[] {
  return [...universe.kinds.values()].flatMap((kind) => {
    if (kind.tag === 'regexp') return [];
    const made = [
      operator(
        '$0 ? $1 : $2',
        [B, kind, kind],
        kind,
        4,
        (c: () => unknown, a: () => unknown, b: () => unknown) => {
          const test = c();
          return test === true ? a() : test === false ? b() : ERROR;
        },
        'if otherwise else otherwise when',
        {
          name: `choice ${kind.key}`,
          binds: BINDS.conditional,
          needs: [BINDS.nullish, BINDS.conditional, BINDS.conditional],
          lazy: true,
        },
      ),
    ];
    if (kind !== BOOLEAN)
      made.push(
        infix(
          '??',
          BINDS.nullish,
          [kind, kind],
          kind,
          4,
          (a: () => unknown, b: () => unknown) => a() ?? b(),
          'default missing otherwise',
          { name: `?? ${kind.key}`, lazy: true, absent: true },
        ),
      );
    return made;
  });
}
