import type { Body } from './body.ts';
import type { Kind } from './kinds.ts';
import type { Operator } from './operators/index.ts';
import type { Term } from './term.ts';
import { thrownFor } from './thrown.ts';
import type { Expected } from './types.ts';
import { ERROR_ID, same, type Values } from './values.ts';

/** Examples that one bit each is kept for. */
export const MASKED = 30;
/** Terms kept for one set of examples that they fit, and ways handed back for one question. */
const KEPT = 4;
const WAYS = 6;
/** The same for what fits all examples: which of them is meant is decided later, by more than what it costs here. */
const WHOLE = 120;
/** Conditions that split the examples in one way, of which all are looked at where they split all examples. */
const ALIKE = 24;
/** Conditions and sets of examples that are looked through. */
const CONDITIONS = 400;

/** What a choice costs beyond its parts. */
const CHOICE = 4;
const THROW = 3;
/** A literal that one branch hands back fits anything. */
const CONSTANT = 3;
const LONELY = 4;

export interface Way<T = Body> {
  readonly what: T;
  readonly cost: number;
}

/**
 * Which examples which terms fit. A record, a tuple or a short list of fixed length may also be made of parts, each found
 * for itself.
 */
class Target {
  readonly #expected: readonly (Expected | undefined)[];
  readonly #values: Values;
  readonly #kinds: ReadonlySet<string>;
  readonly #fits = new Map<number, Term[]>();
  readonly #known: Map<number, boolean>[];
  readonly #parts: readonly Target[];
  readonly #maker: Operator | undefined;
  readonly #made: number;
  readonly #full: number;
  #order: readonly [mask: number, terms: readonly Term[]][] | undefined;

  constructor(
    values: Values,
    kinds: readonly Kind[],
    expected: readonly (Expected | undefined)[],
    maker?: { readonly operator: Operator; readonly parts: readonly Target[] },
  ) {
    this.#values = values;
    this.#kinds = new Set(kinds.map(({ key }) => key));
    this.#expected = expected;
    this.#known = expected.map(() => new Map());
    this.#full = 2 ** expected.length - 1;
    this.#maker = maker?.operator;
    this.#parts = maker?.parts ?? [];
    this.#made =
      this.#parts.length === 0
        ? 0
        : expected.reduce(
            (mask, _, index) => (this.#parts.every((part) => part.#expected[index]) ? mask | (1 << index) : mask),
            0,
          );
  }

  add(term: Term): void {
    for (const part of this.#parts) part.add(term);
    if (!this.#kinds.has(term.kind.key)) return;
    const mask = this.#mask(term);
    if (mask === 0) return;
    const kept = this.#fits.get(mask);
    if (!kept) this.#fits.set(mask, [term]);
    else if (kept.length < (mask === this.#full ? WHOLE : KEPT)) kept.push(term);
    else return;
    this.#order = undefined;
  }

  #mask({ ids }: Term): number {
    let mask = 0;
    for (const [index, expected] of this.#expected.entries()) {
      if (expected?.kind !== 'value') continue;
      const id = ids[index]!;
      if (id === ERROR_ID) continue;
      const known = this.#known[index]!;
      let fits = known.get(id);
      if (fits === undefined) {
        fits = same(this.#values.value(id), expected.value);
        known.set(id, fits);
      }
      if (fits) mask |= 1 << index;
    }
    return mask;
  }

  /** Terms that fit all examples of a set, cheapest first. */
  ways(mask: number): Way<Term>[] {
    this.#order ??= [...this.#fits].sort((a, b) => a[1][0]!.cost - b[1][0]!.cost);
    const found: Way<Term>[] = [];
    for (const [fits, terms] of this.#order)
      if ((fits & mask) === mask) for (const term of terms) found.push({ what: term, cost: term.cost });
    if (this.#maker && (mask & this.#made) === mask) found.push(...this.#composed(this.#maker, mask));
    return found.sort((a, b) => a.cost - b.cost).slice(0, mask === this.#full ? WHOLE : WAYS);
  }

  #composed(operator: Operator, mask: number): Way<Term>[] {
    let rows: Way<readonly Term[]>[] = [{ what: [], cost: 2 }];
    for (const part of this.#parts) {
      const ways = part.ways(mask);
      rows = rows.flatMap((row) =>
        ways.map((way) => ({
          what: [...row.what, way.what],
          cost: row.cost + way.cost + (way.what.literal ? 2 * CONSTANT : 0),
        })),
      );
      rows = rows.sort((a, b) => a.cost - b.cost).slice(0, WAYS);
    }
    return rows.map(({ what: parts, cost }) => ({
      cost,
      what: {
        kind: operator.result,
        cost,
        operator,
        parts,
        flavour: undefined,
        uses: parts.reduce((uses, part) => uses | part.uses, 0),
        ids: new Int32Array(0),
      },
    }));
  }

  /** The term that fits most examples. */
  nearest(): Term | undefined {
    let best: Term | undefined;
    let most = 0;
    for (const [mask, [term]] of this.#fits) {
      const count = bits(mask);
      if (count > most || (count === most && term!.cost < (best?.cost ?? 0))) [best, most] = [term, count];
    }
    return best;
  }
}

const bits = (mask: number): number => {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count++;
  return count;
};

/** How to make a value of parts: an operator whose template is the literal. */
export interface Maker {
  readonly operator: Operator;
  readonly kinds: readonly Kind[];
  /** The parts of a value; undefined where it is not made so. */
  readonly parts: (value: unknown) => readonly unknown[] | undefined;
}

/** The question a search answers: which bodies fit all examples. */
export class Goal {
  readonly full: number;
  /** Examples, of which there is one bit each in `full`. */
  readonly count: number;
  readonly #target: Target;
  readonly #expected: readonly Expected[];
  readonly #throws: number;
  readonly #classes: ReadonlySet<string>;
  readonly #conditions = new Map<string, { readonly term: Term; readonly yes: number; readonly no: number }[]>();

  constructor(
    values: Values,
    kinds: readonly Kind[],
    expected: readonly Expected[],
    maker: Maker | undefined,
    classes: ReadonlySet<string>,
  ) {
    this.#classes = classes;
    if (expected.length > MASKED) throw new RangeError(`expected at most ${MASKED} examples, got ${expected.length}`);
    this.#expected = expected;
    this.count = expected.length;
    this.full = 2 ** this.#expected.length - 1;
    this.#throws = this.#expected.reduce((mask, one, index) => (one.kind === 'throws' ? mask | (1 << index) : mask), 0);
    const made = this.#expected.map((one) => (one.kind === 'value' ? maker?.parts(one.value) : undefined));
    const parts = maker?.kinds.map((kind, at) => {
      const of = made.map((one): Expected | undefined => one && { kind: 'value', value: one[at] });
      return new Target(values, [kind], of);
    });
    this.#target = new Target(
      values,
      kinds,
      this.#expected,
      maker && parts ? { operator: maker.operator, parts } : undefined,
    );
  }

  add(term: Term, isCondition: boolean): void {
    this.#target.add(term);
    if (!isCondition || term.literal) return;
    let yes = 0;
    let no = 0;
    for (let index = 0; index < this.#expected.length; index++) {
      // 4 and 3 are the ids of true and false.
      if (term.ids[index] === 4) yes |= 1 << index;
      else if (term.ids[index] === 3) no |= 1 << index;
    }
    if (yes === 0 || no === 0) return;
    const key = `${yes} ${no}`;
    const kept = this.#conditions.get(key);
    if (!kept) this.#conditions.set(key, [{ term, yes, no }]);
    else if (kept.length < ((yes | no) === this.full ? ALIKE : KEPT)) kept.push({ term, yes, no });
  }

  /** Bodies that fit all examples, or a set of them (one bit each), with at most so many guards, cheapest first. */
  bodies(guards: number, examples = this.full): Way[] {
    const conditions = [...this.#conditions.values()]
      .sort((a, b) => a[0]!.term.cost - b[0]!.term.cost)
      .slice(0, CONDITIONS);
    const known = new Map<string, Way[]>();
    const solve = (mask: number, depth: number): Way[] => {
      const key = `${mask} ${depth}`;
      const before = known.get(key);
      if (before) return before;
      let found = this.#leaves(mask);
      if (depth > 0) {
        const isWhole = mask === this.full;
        for (const group of conditions) {
          const { yes, no } = group[0]!;
          if (((yes | no) & mask) !== mask || (yes & mask) === 0 || (no & mask) === 0) continue;
          for (const [first, second] of [
            [yes, no],
            [no, yes],
          ] as const) {
            const then = this.#leaves(first & mask);
            if (then.length === 0) continue;
            const otherwise = solve(second & mask, depth - 1);
            if (otherwise.length === 0) continue;
            found.push(
              ...combined(
                group.slice(0, isWhole ? ALIKE : KEPT).map(({ term }) => term),
                first === yes,
                then,
                otherwise,
              ),
            );
          }
        }
        found = found.sort((a, b) => a.cost - b.cost).slice(0, isWhole ? WHOLE : WAYS * 2);
      }
      known.set(key, found);
      return found;
    };
    return solve(examples, guards);
  }

  #leaves(mask: number): Way[] {
    if ((mask & this.#throws) === mask) {
      const asked = this.#expected.flatMap((one, index) =>
        one.kind === 'throws' && (mask & (1 << index)) !== 0 ? [one] : [],
      );
      const thrown = thrownFor(asked, this.#classes);
      return thrown ? [{ what: { kind: 'throw', ...thrown }, cost: THROW }] : [];
    }
    if ((mask & this.#throws) !== 0) return [];
    return this.#target.ways(mask).map(({ what: term, cost }) => ({
      what: { kind: 'return', term },
      cost: cost + this.#doubt(term, mask),
    }));
  }

  /** What a branch costs that little speaks for: a literal, or an expression that one example alone has led to. */
  #doubt(term: Term, mask: number): number {
    if (mask === this.full) return 0;
    return term.literal ? CONSTANT : bits(mask) === 1 ? LONELY : 0;
  }

  nearest(): Body | undefined {
    const term = this.#target.nearest();
    return term && { kind: 'return', term };
  }
}

function combined(
  conditions: readonly Term[],
  isYes: boolean,
  whenTrue: readonly Way[],
  otherwise: readonly Way[],
): Way[] {
  const found: Way[] = [];
  for (const condition of conditions)
    for (const first of whenTrue.slice(0, 2))
      for (const second of otherwise.slice(0, 3))
        found.push({
          what: isYes
            ? { kind: 'if', condition, whenTrue: first.what, otherwise: second.what }
            : { kind: 'if', condition, whenTrue: second.what, otherwise: first.what },
          cost: CHOICE + condition.cost + first.cost + second.cost,
        });
  return found.sort((a, b) => a.cost - b.cost).slice(0, Math.max(WAYS, conditions.length));
}
