import { type Body, isThrown, run, termsIn } from './body.ts';
import type { Way } from './goal.ts';
import { kindOf, partsOf } from './kinds.ts';
import { keyOf } from './probes.ts';
import type { Coverage } from './prose.ts';
import { render } from './render.ts';
import { isThrownAs } from './thrown.ts';
import type { Expected, Problem, SearchReport } from './types.ts';
import { ERROR, same, Values } from './values.ts';

/** A parameter that nothing uses was given for nothing. */
const UNUSED = 8;
const UNUSED_FIELD = 4;
const SMALL_RECORD = 3;
/** Behaviours that inputs are ordered by, and the steps of cost at which one counts half. */
const TOLD = 64;
const HALVED = 3;
/** Inputs whose figures differ by less than one part in so many are equally good to ask about. */
const ALIKE_STEPS = 16;

/** Bodies that fit all examples, the cheapest for each behaviour. */
export class Found {
  best = Number.POSITIVE_INFINITY;
  /** Whether the best has guards: with enough of them anything fits, so it says little. */
  isGuarded = false;
  readonly #problem: Problem;
  readonly #rows: readonly (readonly unknown[])[];
  readonly #inputs: readonly (readonly unknown[])[];
  readonly #wanted: number;
  readonly #coverage: Coverage;
  readonly #byBehaviour = new Map<
    string,
    { readonly body: Body; readonly cost: number; readonly outputs: readonly unknown[] }
  >();
  readonly #fields: readonly string[];
  readonly #tried = new WeakSet<object>();
  readonly #values = new Values(true, false);

  constructor(problem: Problem, rows: readonly (readonly unknown[])[], wanted: number, coverage: Coverage) {
    this.#coverage = coverage;
    const records = problem.parameters
      .flatMap(({ shape }) => partsOf(kindOf(shape)))
      .filter(({ tag }) => tag === 'record');
    this.#fields = records
      .filter(({ fields }) => fields!.length <= SMALL_RECORD)
      .flatMap(({ key, fields }) => fields!.map(({ name }) => `${key}.${name}`));
    this.#problem = problem;
    this.#rows = rows;
    // Rows are environments: names of functions are written into them.
    this.#inputs = rows.map((row) => row.slice(0, problem.parameters.length));
    this.#wanted = wanted;
  }

  /** Whether one of them is better than all before. */
  add(ways: readonly Way[]): boolean {
    const before = this.best;
    const { examples } = this.#problem;
    for (const { what: body, cost } of ways) {
      const identity = body.kind === 'return' ? body.term : body;
      if (this.#tried.has(identity)) continue;
      this.#tried.add(identity);
      const outputs = this.#rows.map((row) => run(body, [...row]));
      // Past the masked ones, examples are held against the body itself; and what was masked is held again.
      if (!examples.every(({ expected }, index) => meets(outputs[index], expected))) continue;
      const idle = this.#idle(body);
      const whole = cost + idle + this.#coverage.cost(termsIn(body));
      const signature = outputs
        .slice(examples.length)
        .map((value) => (isThrown(value) ? `throws ${value.error}` : value === ERROR ? 'none' : this.#values.id(value)))
        .join(' ');
      const known = this.#byBehaviour.get(signature);
      if (!known || known.cost > whole) this.#byBehaviour.set(signature, { body, cost: whole, outputs });
      // What leaves something given unused is not the end of the search.
      if (idle > 0 || whole >= this.best) continue;
      this.best = whole;
      this.isGuarded = body.kind === 'if';
    }
    return this.best < before;
  }

  /** Whether the cheapest of these, which fit all other examples, meets this one too. */
  predicts(ways: readonly Way[], index: number): boolean {
    const costs = ways.map(({ what, cost }) => cost + this.#idle(what) + this.#coverage.cost(termsIn(what)));
    const first = ways[costs.indexOf(Math.min(...costs))];
    return (
      first !== undefined && meets(run(first.what, [...this.#rows[index]!]), this.#problem.examples[index]!.expected)
    );
  }

  /** What is handed in and not looked at. */
  #idle(body: Body): number {
    let used = 0;
    for (const term of termsIn(body)) if (term.slot !== undefined) used |= 1 << term.slot;
    const unused = this.#problem.parameters.filter((_, index) => (used & (1 << index)) === 0).length;
    return unused * UNUSED + this.#fieldsUnused(body);
  }

  /** Fields of the small records that are handed in, and that the body does not look at. */
  #fieldsUnused(body: Body): number {
    if (this.#fields.length === 0) return 0;
    const used = new Set<string>();
    for (const { operator, kind, slot, lambda } of termsIn(body)) {
      if (operator) used.add(operator.name);
      // A record that is handed on whole is used whole.
      if (slot !== undefined && lambda && kind.tag === 'record') return 0;
    }
    return this.#fields.filter((name) => !used.has(name)).length * UNUSED_FIELD;
  }

  /** The cheapest behaviours, and the further inputs with those first that tell most of all that fits apart. */
  report(): Pick<SearchReport, 'behaviours' | 'inputs'> {
    const { parameters } = this.#problem;
    const names = parameters.map(({ name }) => name);
    const sorted = [...this.#byBehaviour.values()].sort((a, b) => a.cost - b.cost);
    const order = this.#telling(sorted.slice(0, TOLD));
    const behaviours = sorted.slice(0, this.#wanted).map(({ body, cost, outputs }) => ({
      body: render(body, names),
      strict: render(body, names, true),
      cost,
      outputs: order.map((row) => toExpected(outputs[row])),
    }));
    return { behaviours, inputs: order.map((row) => this.#inputs[row]!) };
  }

  /**
   * Rows beyond the examples by how likely two bodies that fit would still not be told apart once the answer is known, least first;
   * of equals the shortest input.
   */
  #telling(found: readonly { readonly cost: number; readonly outputs: readonly unknown[] }[]): number[] {
    const { examples } = this.#problem;
    const rows = this.#inputs.slice(examples.length).map((args, index) => {
      const row = examples.length + index;
      const groups = new Map<unknown, number>();
      for (const { cost, outputs } of found) {
        const output = outputs[row];
        const key = isThrown(output) ? `throws ${output.error}` : output === ERROR ? 'none' : this.#values.id(output);
        groups.set(key, (groups.get(key) ?? 0) + 2 ** ((found[0]!.cost - cost) / HALVED));
      }
      const weights = [...groups.values()];
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const alike = weights.reduce((sum, weight) => sum + (weight / total) ** 2, 0);
      return { row, alike: Math.round(alike * ALIKE_STEPS), size: keyOf(args).length };
    });
    return rows.sort((a, b) => a.alike - b.alike || a.size - b.size).map(({ row }) => row);
  }
}

export function meets(output: unknown, expected: Expected): boolean {
  if (isThrown(output)) return expected.kind === 'throws' && isThrownAs(output, expected);
  return expected.kind === 'value' && output !== ERROR && same(output, expected.value);
}

function toExpected(output: unknown): Expected | undefined {
  if (isThrown(output)) return { kind: 'throws', ...output };
  return output === ERROR ? undefined : { kind: 'value', value: output };
}
