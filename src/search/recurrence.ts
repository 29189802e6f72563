import { random } from '../base/index.ts';
import { Context, type Name, type Shared } from './context.ts';
import type { Way } from './goal.ts';
import { arrayOf, NUMBER } from './kinds.ts';
import { BINDS, type Operator } from './operators/index.ts';
import { compile, type Term } from './term.ts';
import type { Problem } from './types.ts';
import { ERROR } from './values.ts';

/** Values before, of which the next is made. */
const MOST_BEFORE = 4;
/** What the next may cost, and what all of it costs beyond that. */
const STEP_COST = 10;
const COST = 12;
const EFFORT = 20_000;
const LITERAL_COST = 3;
/** What the first values may be where no example says so. */
const FIRST = [0, 1, 2, 3];
/** Rows on which steps are told apart, and the largest number of each. */
const ROWS = 12;
const LARGEST = 20;
/** A larger number takes too many steps. */
const MOST_STEPS = 10_000;
/** Values computed for one problem in all. */
const COMPUTED = 1_000_000;
/** Ways handed back, and examples beyond the first values that speak for one. */
const WAYS = 20;
const EVIDENCE = 2;
const OPERATORS = new Set(['number +', '$0 - $1', '$0 * $1', '$0 % $1', 'even', 'odd', 'choice number']);

/** Raised inside this file when the effort is spent. */
class Spent extends Error {}

/** Which argument says how far, and the calls of the examples. */
interface Asked {
  readonly far: number;
  readonly calls: readonly { readonly args: readonly unknown[]; readonly n: number; readonly value: number }[];
}

/**
 * Where a number is asked for each number from 0 up, what comes of those before it: `f(n) = f(n - 1) + f(n - 2)`. The first values are what
 * examples say, else small numbers; further arguments are the same for all of them.
 */
export function recurrences(problem: Problem, shared: Shared): Way[] {
  const found: Way[] = [];
  let computed = 0;
  for (const far of problem.parameters.keys()) {
    const asked = askedOf(problem, far);
    if (!asked) continue;
    for (let before = 1; before <= MOST_BEFORE; before++) {
      const later = asked.calls.filter(({ n }) => n >= before);
      if (new Set(later.map(({ value }) => value)).size < EVIDENCE) continue;
      const starts = startsOf(before, asked);
      for (const step of stepsOf(before, asked, shared)) {
        if (computed >= COMPUTED) break;
        const start = starts.find((one) =>
          later.every(({ args, n, value }) => {
            computed += n;
            return valueAt(n, args, one, step) === value;
          }),
        );
        if (!start) continue;
        const term = recurrence(start, step, asked);
        found.push({ what: { kind: 'return', term }, cost: COST + before + step.cost });
      }
    }
  }
  return found.sort((a, b) => a.cost - b.cost).slice(0, WAYS);
}

function askedOf({ examples, parameters }: Problem, far: number): Asked | undefined {
  const calls = examples.flatMap(({ args, expected }) => {
    const n = args[far];
    const isAsked = Number.isInteger(n) && (n as number) >= 0 && (n as number) < MOST_STEPS;
    return isAsked &&
      args.length === parameters.length &&
      args.every((arg) => typeof arg === 'number') &&
      expected.kind === 'value' &&
      typeof expected.value === 'number'
      ? [{ args, n: n as number, value: expected.value }]
      : [];
  });
  // The nearest first: most steps end there.
  return calls.length === examples.length ? { far, calls: calls.sort((a, b) => a.n - b.n) } : undefined;
}

/** Numbers that the first values may be. */
function startsOf(before: number, { calls }: Asked): number[][] {
  let starts: number[][] = [[]];
  for (let place = 0; place < before; place++) {
    const said = new Set(calls.filter(({ n }) => n === place).map(({ value }) => value));
    starts = starts.flatMap((start) => (said.size > 0 ? [...said] : FIRST).map((first) => [...start, first]));
  }
  return starts;
}

/** The value at a place, for arguments of a call. */
function valueAt(n: number, args: readonly unknown[], start: readonly number[], step: Term): unknown {
  const next = compile(step);
  const values = [...start];
  const environment = [...args];
  for (let index = start.length; index <= n; index++) {
    for (let back = 1; back <= start.length; back++) environment[args.length + back - 1] = values[index - back];
    environment[args.length + start.length] = index;
    const value = next(environment);
    if (typeof value !== 'number' || !Number.isFinite(value)) return ERROR;
    values.push(value);
  }
  return values[n];
}

/** What may be made of so many values before and the place, the first of them and the last used. */
function stepsOf(before: number, { far, calls }: Asked, shared: Shared): Term[] {
  const numbers = random(before);
  const given = calls[0]!.args.length;
  const names: Name[] = [
    // No step looks at how far it goes.
    ...calls[0]!.args.map((_, at): Name => ({ kind: NUMBER, cost: at === far ? STEP_COST + 1 : 1 })),
    ...Array.from({ length: before }, (): Name => ({ kind: NUMBER, cost: 1 })),
    { kind: NUMBER, cost: 2 },
  ];
  const rows = Array.from({ length: ROWS }, () => names.map(() => numbers.below(LARGEST)));
  let left = EFFORT;
  const limited: Shared = {
    ...shared,
    chains: false,
    operators: shared.operators.filter(({ name }) => OPERATORS.has(name)),
    literals: shared.literals.filter(({ kind, cost }) => kind === NUMBER && cost <= LITERAL_COST),
    step: () => {
      shared.step();
      left--;
      if (left <= 0) throw new Spent();
    },
  };
  const found: Term[] = [];
  const used = (1 << given) | (1 << (given + before - 1));
  const context = new Context(limited, names, rows, 0, 1, (term) => {
    if (term.kind === NUMBER && (term.uses & used) === used) found.push(term);
  });
  try {
    context.grow(STEP_COST);
  } catch (error) {
    if (!(error instanceof Spent)) throw error;
  }
  return found;
}

function recurrence(start: readonly number[], step: Term, { far, calls }: Asked): Term {
  const before = start.length;
  const given = calls[0]!.args.length;
  // What the step does not look at is no part of it.
  const used = [far, ...calls[0]!.args.keys()].filter((slot, at) => at === 0 || (step.uses & (1 << slot)) !== 0);
  const operator: Operator = {
    name: `recurrence of ${before}`,
    template: '',
    slots: [...used.map(() => NUMBER), { role: 'fold', names: [arrayOf(NUMBER), NUMBER], result: NUMBER }],
    result: NUMBER,
    cost: COST,
    apply: (...parts: unknown[]) => {
      const n = parts[0] as number;
      if (!Number.isInteger(n) || n < 0 || n >= MOST_STEPS) return ERROR;
      const args = Array.from({ length: given }, (_, slot) => parts[used.indexOf(slot)]);
      return valueAt(n, args, start, step);
    },
    binds: BINDS.primary,
    words: ['sequence', 'recursive', 'fibonacci'],
    statement: {
      made: 'values',
      lines: [
        `const $(made) = [${start.join(', ')}];`,
        `for (let $(index) = ${before}; $(index) <= $0; $(index)++) $(made).push($${used.length});`,
      ],
      value: '$(made)[$0]',
      names: [...start.map((_, index) => `$(made)[$(index) - ${index + 1}]`), '$(index)'],
    },
  };
  const lambda = Array.from({ length: before + 1 }, (_, index) => given + index);
  const term = made(
    0,
    used.reduce((uses, slot) => uses | (1 << slot), 0),
  );
  const parts = [...used.map((slot) => ({ ...made(1, 1 << slot), slot })), { ...step, lambda }];
  return { ...term, cost: COST + step.cost, operator, parts };
}

const made = (cost: number, uses: number): Term => ({
  kind: NUMBER,
  cost,
  parts: [],
  uses,
  flavour: undefined,
  ids: new Int32Array(0),
});
