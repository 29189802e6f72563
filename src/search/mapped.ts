import type { Body } from './body.ts';
import { Context, type Name, type Shared } from './context.ts';
import { Goal, type Way } from './goal.ts';
import { BOOLEAN, type Kind, NUMBER, STRING, tupleOf } from './kinds.ts';
import { makerOf } from './maker.ts';
import type { Operator } from './operators/index.ts';
import type { Term } from './term.ts';
import type { Expected } from './types.ts';

/** Lists that are tried, what they may cost, and pairs of item and value that are looked at. */
const LISTS = 4;
const LIST_COST = 5;
const PAIRS = 30;
/** Bodies of one function may cost so much, choices aside. */
const BODY_COST = 14;
const CHOICES = 2;
/** Expressions looked at for one list: what is not found by then leaves the rest to search as a whole. */
const EFFORT = 40_000;

/** Raised inside this file when the effort for one list is spent. */
class Spent extends Error {}

/** How the expected value may come of a list item by item. */
interface Alignment {
  readonly list: Term;
  /** One row for each item of each example: names, item, index. */
  readonly rows: readonly (readonly unknown[])[];
  readonly expected: readonly Expected[];
}

/**
 * Where what examples expect has an item for each item of a list, or an entry for each, one function of an item is looked for instead of the
 * whole: every item is an example of it, and choices within it are found as guards are.
 */
export function mapped(
  context: Context,
  shared: Shared,
  names: readonly Name[],
  kind: Kind,
  expected: readonly Expected[],
  take: (ways: readonly Way[]) => void,
): void {
  const isText = kind.key === STRING.key;
  const isDictionary = kind.tag === 'dictionary';
  if (!(isText || isDictionary || kind.tag === 'array')) return;
  const result = isText ? STRING : isDictionary ? tupleOf([STRING, kind.element!]) : kind.element!;
  const operatorFor = (name: string): Operator | undefined => shared.operators.find((one) => one.name === name);
  const choice = operatorFor(`choice ${result.key}`);
  const wrap = shared.operators.find(
    (one) => one.template === (isText ? '$0.join($1)' : 'Object.fromEntries($0)') && one.result.key === kind.key,
  );
  const itemsOf = (value: unknown): readonly unknown[] | undefined => {
    if (isText) return typeof value === 'string' ? [...value] : undefined;
    if (isDictionary) return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
    return Array.isArray(value) ? (value as unknown[]) : undefined;
  };
  for (const { list, rows, expected: values } of alignments(context, shared, names, itemsOf, expected).slice(
    0,
    LISTS,
  )) {
    const map = operatorFor(`map ${list.kind.key} ${result.key}`);
    if (!map || (!choice && !isDictionary) || (kind.tag !== 'array' && !wrap)) continue;
    const slots = [names.length, names.length + 1];
    const inner: Name[] = [
      ...names,
      { kind: list.kind.element!, cost: 1 },
      { kind: NUMBER, cost: 2, flavour: 'count' },
    ];
    const examples = rows.map((args, index) => ({ args, expected: values[index]! }));
    const goal = new Goal(shared.values, [result], values, isText ? undefined : makerOf([result], examples), new Set());
    let left = EFFORT;
    const limited: Shared = {
      ...shared,
      step: () => {
        shared.step();
        left--;
        if (left <= 0) throw new Spent();
      },
    };
    const body = new Context(
      limited,
      inner,
      rows.map((row) => [...row]),
      0,
      1,
      (term) => goal.add(term, term.kind === BOOLEAN),
    );
    for (let cost = 1; cost <= BODY_COST; cost++) {
      try {
        body.grow(cost);
      } catch (error) {
        if (!(error instanceof Spent)) throw error;
        cost = BODY_COST;
      }
      if (cost < 4) continue;
      const ways = goal.bodies(choice ? CHOICES : 0).filter(({ what }) => isPure(what));
      if (ways.length === 0) continue;
      take(
        ways.map(({ what, cost: own }): Way => {
          const lambda = { ...asTerm(what, choice), lambda: slots };
          const whole = own + list.cost + map.cost;
          const items = made(map, [list, lambda], whole);
          return {
            what: {
              kind: 'return',
              term: wrap ? made(wrap, isText ? [items, EMPTY] : [items], whole + 2) : items,
            },
            cost: whole,
          };
        }),
      );
      break;
    }
  }
}

const EMPTY: Term = {
  kind: STRING,
  cost: 2,
  parts: [],
  literal: { value: '' },
  uses: 0,
  flavour: undefined,
  ids: new Int32Array(0),
};

const made = (operator: Operator, parts: readonly Term[], cost: number): Term => ({
  kind: operator.result,
  cost,
  operator,
  parts,
  uses: parts.reduce((uses, part) => uses | part.uses, 0),
  flavour: undefined,
  ids: new Int32Array(0),
});

const isPure = (body: Body): boolean =>
  body.kind === 'return' || (body.kind === 'if' && isPure(body.whenTrue) && isPure(body.otherwise));

function asTerm(body: Body, choice: Operator | undefined): Term {
  if (body.kind === 'return') return body.term;
  if (!choice) throw new Error('a choice was made where there is none');
  if (body.kind === 'throw') throw new Error('a function of an item throws nothing');
  const parts = [body.condition, asTerm(body.whenTrue, choice), asTerm(body.otherwise, choice)];
  return made(
    choice,
    parts,
    parts.reduce((sum, part) => sum + part.cost, choice.cost),
  );
}

/** Cheap lists that have as many items as the expected value in every example, more than one in some. */
function alignments(
  context: Context,
  { values }: Shared,
  names: readonly Name[],
  itemsOf: (value: unknown) => readonly unknown[] | undefined,
  expected: readonly Expected[],
): Alignment[] {
  const targets = expected.map((one) => (one.kind === 'value' ? itemsOf(one.value) : undefined));
  if (targets.length === 0 || targets.includes(undefined) || !targets.some((target) => target!.length > 1)) return [];
  const found: Alignment[] = [];
  for (const list of context.lists()) {
    if (list.cost > LIST_COST || list.literal) continue;
    const items = targets.map((_, row) => values.value(list.ids[row]!));
    if (!items.every((one, row) => Array.isArray(one) && one.length === targets[row]!.length)) continue;
    // Pairs of all examples in turn, so that none crowds out the others.
    const pairs: { readonly row: readonly unknown[]; readonly expected: Expected }[] = [];
    const longest = Math.max(...targets.map((target) => target!.length));
    for (let index = 0; index < longest && pairs.length < PAIRS; index++) {
      for (const [example, target] of targets.entries()) {
        if (index >= target!.length || pairs.length >= PAIRS) continue;
        const row = [...context.rows[example]!.slice(0, names.length), (items[example] as unknown[])[index], index];
        pairs.push({ row, expected: { kind: 'value', value: target![index] } });
      }
    }
    found.push({ list, rows: pairs.map(({ row }) => row), expected: pairs.map((pair) => pair.expected) });
  }
  return found.sort((a, b) => a.list.cost - b.list.cost);
}
