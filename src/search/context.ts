import { flavourOf } from './flavour.ts';
import { arrayOf, type Kind } from './kinds.ts';
import { BINDS, isLambda, type LambdaSlot, type Operator, type Slot } from './operators/index.ts';
import { diverse, SeenRows, spread } from './rows.ts';
import { callOf, type Environment, type Flavour, type Term, tookFailure } from './term.ts';
import { ERROR, ERROR_ID, type Values } from './values.ts';

/** Rows on which bodies of functions are told apart. */
const BODY_ROWS = 14;
const GROUP_ROWS = 28;
const TURNING_ROWS = 4;
/** Functions in functions. */
const DEPTH = 2;
const NONE: readonly Term[] = [];

/** Ends a search from inside: out of time, out of expressions, cancelled. */
export class Ended extends Error {
  readonly reason: 'found' | 'expressions' | 'time' | 'cancelled';
  constructor(reason: 'found' | 'expressions' | 'time' | 'cancelled') {
    super(reason);
    this.reason = reason;
  }
}

/** What all contexts of one search share. */
export interface Shared {
  readonly values: Values;
  readonly operators: readonly (Operator & { readonly price: number })[];
  readonly literals: readonly { readonly kind: Kind; readonly value: unknown; readonly cost: number }[];
  /** Whether an operator's parts after the first are names and literals alone: chains of calls reach far. */
  readonly chains: boolean;
  /** Whether prose speaks of places in lists: then counts and items may meet. */
  readonly mixes: boolean;
  /** Counts one expression kept; throws `Ended`. */
  keep(): void;
  /** Counts one expression looked at; throws `Ended`. */
  step(): void;
}

/** A name that expressions of a context may use. */
export interface Name {
  readonly kind: Kind;
  readonly flavour?: Flavour;
  readonly cost: number;
}

/**
 * Expressions over the same names, cheapest first, no two with the same values on the context's rows: the calls of the
 * examples and further inputs, or, for the body of a function, what it would be called with there.
 */
export class Context {
  readonly depth: number;
  readonly rows: readonly Environment[];
  /** Slot of the first own name. */
  readonly #base: number;
  readonly #names: readonly Name[];
  readonly #shared: Shared;
  readonly #bank = new Map<string, Term[][]>();
  readonly #seen = new Map<string, SeenRows>();
  /** At which level there was nothing yet to call a function with. */
  readonly #childless = new Map<string, number>();
  readonly #children = new Map<string, Context>();
  readonly #functions = new Map<string, readonly Term[]>();
  readonly #onTerm: ((term: Term) => void) | undefined;
  readonly #scratch: Int32Array;
  #grown = 0;

  constructor(
    shared: Shared,
    names: readonly Name[],
    rows: readonly Environment[],
    base = 0,
    depth = 0,
    onTerm?: (term: Term) => void,
    above: readonly Name[] = [],
  ) {
    this.#shared = shared;
    this.#names = [...above, ...names];
    this.#base = base;
    this.rows = rows;
    this.#scratch = new Int32Array(rows.length);
    this.depth = depth;
    this.#onTerm = onTerm;
  }

  /** Terms of a kind at one cost, in the order they were found. */
  at(kind: Kind, cost: number): readonly Term[] {
    this.grow(cost);
    return this.#bank.get(kind.key)?.[cost] ?? NONE;
  }

  grow(cost: number): void {
    while (this.#grown < cost) {
      // Levels are counted before they are filled: a body may not ask for what is being made.
      this.#grown++;
      this.#level(this.#grown);
    }
  }

  #level(cost: number): void {
    for (const [slot, { kind, cost: own, flavour }] of this.#names.entries()) {
      if (own !== cost) continue;
      const ids = Int32Array.from(this.rows, (row) => this.#shared.values.id(row[slot]));
      this.#add({ kind, cost, parts: [], slot, uses: 1 << slot, flavour, ids });
    }
    for (const { kind, value, cost: own } of this.#shared.literals) {
      if (own !== cost) continue;
      const id = this.#shared.values.id(value);
      this.#add({
        kind,
        cost,
        parts: [],
        literal: { value },
        uses: 0,
        flavour: undefined,
        ids: new Int32Array(this.rows.length).fill(id),
      });
    }
    for (const operator of this.#shared.operators) {
      const { inside = 0, depth: deepest = DEPTH, slots, price } = operator;
      const rest = cost - price;
      if (this.depth < inside || this.depth > deepest || rest < slots.length) continue;
      if (this.depth >= DEPTH && slots.some(isLambda)) continue;
      this.#fill(operator, cost, rest, 0, []);
    }
  }

  #fill(operator: Operator, cost: number, rest: number, at: number, parts: Term[]): void {
    const { slots, commutative } = operator;
    const after = slots.length - at - 1;
    for (let own = after === 0 ? rest : 1; own <= rest - after; own++) {
      for (const part of this.#options(slots[at]!, own)) {
        if (
          at === 1 &&
          (commutative ? isAfter(parts[0]!, part) : operator.binds === BINDS.relational && parts[0]!.literal)
        )
          continue;
        if (parts[0]?.literal && part.literal && slots.length === 2) continue;
        if (this.#shared.chains && at > 0 && part.operator) continue;
        // A fixed place other than the first is rarely meant where prose speaks of none.
        if (at === 1 && part.literal && part.literal.value !== 0 && isIndexing(operator) && !this.#shared.mixes)
          continue;
        parts[at] = part;
        if (after === 0) this.#make(operator, cost, parts);
        else this.#fill(operator, cost, rest - own, at + 1, parts);
      }
    }
  }

  #options(slot: Slot, cost: number): readonly Term[] {
    if (!isLambda(slot)) return this.at(slot, cost);
    const child = this.#child(slot);
    return child ? child.#bodies(slot, cost) : NONE;
  }

  /** Terms of this context as functions for a slot. */
  #bodies({ role, names, result }: LambdaSlot, cost: number): readonly Term[] {
    const key = `${role} ${result.key} ${cost}`;
    const known = this.#functions.get(key);
    if (known) return known;
    const lambda = [this.#base, this.#base + 1];
    const [first, second] = [1 << this.#base, 1 << (this.#base + 1)];
    const isFold = role === 'fold' || role === 'group' || role === 'pair';
    const bodies = this.at(result, cost).filter(({ uses, slot }) => {
      if ((uses & (first | second)) === 0) return false;
      if (isFold && ((uses & first) === 0 || (uses & second) === 0)) return false;
      // A function that hands back its item, or orders by it, says nothing that a shorter text does not.
      if (slot === this.#base && names[0]!.key === result.key && role !== 'by') return false;
      return role !== 'key' || (uses & second) === 0;
    });
    const made = bodies.map((body): Term => ({ ...body, lambda }));
    this.#functions.set(key, made);
    return made;
  }

  #make(operator: Operator, cost: number, parts: readonly Term[]): void {
    const term = this.apply(operator, cost, parts, (ids) => this.#isNew(operator.result, ids));
    if (term) this.#keep(term);
  }

  /** The term of an operator over parts, where it has a value that `isWanted`; it is not kept. */
  apply(
    operator: Operator,
    cost: number,
    parts: readonly Term[],
    isWanted: (ids: Int32Array) => boolean,
  ): Term | undefined {
    this.#shared.step();
    const flavour = flavourOf(operator, parts);
    if (flavour === 'mixed' && !this.#shared.mixes) return undefined;
    const { values } = this.#shared;
    const rows = this.rows.length;
    const ids = this.#scratch;
    let uses = 0;
    let known = false;
    const hasLambda = operator.slots.some(isLambda);
    for (const part of parts)
      uses |= part.lambda ? part.uses & ~((1 << part.lambda[0]!) | (1 << part.lambda[1]!)) : part.uses;
    for (let row = 0; row < rows; row++) {
      const value = this.#value(operator, parts, row, hasLambda);
      const id = value === ERROR ? ERROR_ID : values.id(value);
      ids[row] = id;
      if (id !== ERROR_ID) known = true;
    }
    // A value that no name has a part in is a literal, and those are given.
    if (!known || uses === 0 || !isWanted(ids)) return undefined;
    return {
      kind: operator.result,
      cost,
      operator,
      parts: [...parts],
      uses,
      flavour: flavour === 'mixed' ? undefined : flavour,
      ids: ids.slice(),
    };
  }

  /** What throws in an operator would throw in the text: an item that is not there, say. */
  #value(operator: Operator, parts: readonly Term[], row: number, hasLambda: boolean): unknown {
    try {
      return hasLambda ? this.#applyCalls(operator, parts, row) : this.#apply(operator, parts, row);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      tookFailure();
      return ERROR;
    }
  }

  #apply({ apply, absent = false, lazy = false }: Operator, parts: readonly Term[], row: number): unknown {
    const { values } = this.#shared;
    if (lazy) return apply(...parts.map((_, at) => () => values.value(parts[at]!.ids[row]!)));
    const first = parts[0]!.ids[row]!;
    // 1 and 2 are the ids of undefined and null.
    if (first === ERROR_ID || (!absent && first <= 2)) return ERROR;
    if (parts.length === 1) return apply(values.value(first));
    const second = parts[1]!.ids[row]!;
    if (second === ERROR_ID || (!absent && second <= 2)) return ERROR;
    if (parts.length === 2) return apply(values.value(first), values.value(second));
    const given: unknown[] = [];
    for (const { ids } of parts) {
      const id = ids[row]!;
      if (id === ERROR_ID || (!absent && id <= 2)) return ERROR;
      given.push(values.value(id));
    }
    return apply(...given);
  }

  #applyCalls({ apply, absent = false }: Operator, parts: readonly Term[], row: number): unknown {
    const { values } = this.#shared;
    const given: unknown[] = [];
    for (const part of parts) {
      if (part.lambda) {
        given.push(callOf(part, this.rows[row]!));
        continue;
      }
      const id = part.ids[row]!;
      if (id === ERROR_ID || (!absent && id <= 2)) return ERROR;
      given.push(values.value(id));
    }
    const value = apply(...given);
    return tookFailure() ? ERROR : value;
  }

  #add(term: Term): void {
    if (this.#isNew(term.kind, term.ids)) this.#keep(term);
  }

  #isNew({ key }: Kind, ids: Int32Array): boolean {
    let seen = this.#seen.get(key);
    if (!seen) {
      seen = new SeenRows();
      this.#seen.set(key, seen);
    }
    return seen.add(ids);
  }

  #keep(term: Term): void {
    const { key } = term.kind;
    let levels = this.#bank.get(key);
    if (!levels) {
      levels = [];
      this.#bank.set(key, levels);
    }
    levels[term.cost] ??= [];
    levels[term.cost]!.push(term);
    this.#shared.keep();
    this.#onTerm?.(term);
  }

  /** All terms of a kind so far, cheapest first. */
  *all(kind: Kind): Iterable<Term> {
    for (const level of this.#bank.get(kind.key) ?? []) if (level) yield* level;
  }

  /** All lists so far. */
  *lists(): Iterable<Term> {
    for (const levels of this.#bank.values())
      for (const level of levels) if (level?.[0]?.kind.tag === 'array') yield* level;
  }

  #child(slot: LambdaSlot): Context | undefined {
    const role = slot.role === 'key' || slot.role === 'by' ? 'element' : slot.role;
    const key = `${role} ${slot.names.map((kind) => kind.key).join(' ')}`;
    const known = this.#children.get(key);
    if (known) return known;
    if (this.#childless.get(key) === this.#grown) return undefined;
    const base = this.#base + this.#own();
    const rows = role === 'element' ? this.#itemRows(slot, base) : this.#foldRows(slot, base);
    if (rows.length === 0) {
      this.#childless.set(key, this.#grown);
      return undefined;
    }
    const itemFlavour = this.#names.some(({ kind, flavour }) => kind.tag === 'array' && flavour === 'item')
      ? 'item'
      : undefined;
    const names: readonly Name[] = [
      { kind: slot.names[0]!, cost: 1, flavour: role === 'element' ? itemFlavour : undefined },
      { kind: slot.names[1]!, cost: role === 'element' ? 2 : 1, flavour: role === 'element' ? 'count' : undefined },
    ];
    const all = [...rows, ...this.#turningRows(rows, base)];
    const child = new Context(this.#shared, names, all, base, this.depth + 1, undefined, this.#names);
    this.#children.set(key, child);
    return child;
  }

  #own(): number {
    return this.#names.length - this.#base;
  }

  /** Items of the lists there are, with their index, spread over rows and lists. */
  #itemRows(slot: LambdaSlot, base: number): Environment[] {
    const { values } = this.#shared;
    const found = new Map<string, Environment>();
    for (const list of this.all(arrayOf(slot.names[0]!))) {
      for (const [row, environment] of this.rows.entries()) {
        const items = values.value(list.ids[row]!);
        if (!Array.isArray(items)) continue;
        for (const [index, item] of items.slice(0, 12).entries()) {
          const made = environment.slice(0, base);
          made[base] = item;
          made[base + 1] = index;
          found.set(`${row} ${values.id(item)} ${index}`, made);
        }
      }
      if (found.size >= BODY_ROWS * 8) break;
    }
    // What an item is made of, so that `null` in one of many pairs is met.
    const traits = (row: Environment): number[] => {
      const item = row[base];
      const parts = typeof item === 'object' && item !== null ? Object.values(item) : [];
      return [item, ...parts].map((one) => values.id(one));
    };
    return diverse([...found.values()], traits, BODY_ROWS);
  }

  /** What a fold may meet: values of the kind that is made, with items. */
  #foldRows(slot: LambdaSlot, base: number): Environment[] {
    const [made, item] = slot.names as [Kind, Kind];
    if (slot.role === 'group') return this.#groupRows(item, base);
    if (slot.role === 'pair') return this.#pairRows(item, base);
    const items = this.#itemRows({ ...slot, names: [item, item] }, base);
    const starts: unknown[] = [];
    const { values } = this.#shared;
    for (const term of this.all(made)) {
      for (const id of term.ids) {
        const value = values.value(id);
        if (value !== ERROR && value !== undefined && !starts.includes(value)) starts.push(value);
      }
      if (starts.length >= 16) break;
    }
    if (starts.length === 0) return [];
    return items.map((environment, index) => {
      const row = environment.slice(0, base);
      row[base] = starts[(index * 7) % starts.length];
      row[base + 1] = environment[base];
      return row;
    });
  }

  /** Rows in which a number that is given meets the item, or what the group adds up to with it: there `<` and `<=` part. */
  #turningRows(rows: readonly Environment[], base: number): Environment[] {
    const slots = this.#names.flatMap(({ kind }, slot) => (kind.tag === 'number' ? [slot] : []));
    const found: Environment[] = [];
    for (const row of spread(rows, TURNING_ROWS)) {
      const [first, second] = [row[base], row[base + 1]];
      const turn =
        Array.isArray(first) && typeof second === 'number' && first.every((one) => typeof one === 'number')
          ? first.reduce((sum: number, one: unknown) => sum + (one as number), second)
          : first;
      if (slots.length === 0 || typeof turn !== 'number') continue;
      const made = [...row];
      made[slots[found.length % slots.length]!] = turn;
      found.push(made);
    }
    return found;
  }

  /** Items of one list, two at a time: those first that differ in which is more, and in what side of nothing they add up to. */
  #pairRows(item: Kind, base: number): Environment[] {
    const found = this.#listRows(item, base, GROUP_ROWS * 8, (items, end) =>
      items.slice(0, end).map((one) => [one, items[end]]),
    );
    const traits = (row: Environment): string[] => {
      const [one, other] = [row[base] as number, row[base + 1] as number];
      return [`${Math.sign(one + other)}`, `${one < other} ${one === other}`, `${one < 0} ${other < 0}`];
    };
    return diverse(found, traits, GROUP_ROWS);
  }

  /** Neighbours in lists as the group so far, each with the item after them. */
  #groupRows(item: Kind, base: number): Environment[] {
    const found = this.#listRows(item, base, GROUP_ROWS * 4, (items, end) =>
      [3, 2, 1].filter((many) => many <= end).map((many) => [items.slice(end - many, end), items[end]]),
    );
    return spread(found, GROUP_ROWS);
  }

  /** What is made of each place but the first of the first eight in the lists of such items, on their rows; about `most` of them. */
  #listRows(
    item: Kind,
    base: number,
    most: number,
    make: (items: readonly unknown[], end: number) => readonly (readonly unknown[])[],
  ): Environment[] {
    const { values } = this.#shared;
    const found: Environment[] = [];
    for (const list of this.all(arrayOf(item))) {
      for (const [row, environment] of this.rows.entries()) {
        const items = values.value(list.ids[row]!);
        if (!Array.isArray(items)) continue;
        for (let end = 1; end < Math.min(items.length, 8); end++)
          found.push(...make(items, end).map((made) => [...environment.slice(0, base), ...made]));
      }
      if (found.length >= most) break;
    }
    return found;
  }
}

const isIndexing = ({ template }: Operator): boolean => template === '$0[$1]';

/** One order for parts whose order does not matter: literals last, then the cheaper first. */
const isAfter = (a: Term, b: Term): boolean => (b.literal ? false : a.literal !== undefined || a.cost > b.cost);
