/**
 * What small functions are computed with that are read from text and never run: scopes, limits, and who may change what. Only what a
 * function has made itself may it change; what it was handed stays as it is.
 */

/** Raised where a text goes beyond what is read. */
export class Beyond extends Error {}

export type Callable = (...args: readonly unknown[]) => unknown;
export type Step = (scope: Scope) => unknown;

/** Steps of one call from outside, calls inside of it included. */
const STEPS = 20_000;
/** Units of a text, items of a list. */
export const LARGEST = 5_000;
/** Items of a list that was made count for a step. */
const PER_STEP = 16;

/** Values of the names of a block, by their place. */
export interface Scope {
  readonly values: unknown[];
  readonly parent: Scope | undefined;
}

/** Names of a block, while it is read. */
export class Names {
  readonly #slots = new Map<string, number>();
  readonly #parent: Names | undefined;

  constructor(parent?: Names) {
    this.#parent = parent;
  }

  get size(): number {
    return this.#slots.size;
  }

  declare(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    this.#slots.set(name, this.#slots.size);
    return this.#slots.size - 1;
  }

  /** How many blocks out, and where there. */
  find(name: string): { readonly out: number; readonly at: number } | undefined {
    const at = this.#slots.get(name);
    if (at !== undefined) return { out: 0, at };
    const above = this.#parent?.find(name);
    return above && { out: above.out + 1, at: above.at };
  }
}

export function scopeAt(scope: Scope, out: number): Scope {
  let found = scope;
  for (let left = out; left > 0; left--) found = found.parent!;
  return found;
}

let left = 0;
let isInside = false;
/** What functions that are read have made: they may change it. */
const own = new WeakSet<object>();
const callables = new WeakSet<object>();

export function step(): void {
  if (--left <= 0) throw new RangeError('a function is called for too long');
}

/** A function that may be called from outside: its steps are counted from there. */
export const outside =
  (call: Callable): Callable =>
  (...args) => {
    if (isInside) return call(...args);
    isInside = true;
    left = STEPS;
    try {
      return call(...args);
    } finally {
      isInside = false;
    }
  };

/** A function that may be called. */
export function callable<T extends Callable>(call: T): T {
  callables.add(call);
  return call;
}

export function called(value: unknown, args: readonly unknown[], text: string): unknown {
  if (typeof value !== 'function' || !callables.has(value)) throw new TypeError(`${text} is no function that is read`);
  return (value as Callable)(...args);
}

/** A value that was just made. */
export function made<T>(value: T): T {
  if (typeof value === 'object' && value !== null) own.add(value);
  return sized(value);
}

export function sized<T>(value: T): T {
  if ((typeof value === 'string' || Array.isArray(value)) && value.length >= LARGEST)
    throw new RangeError('a text or a list is too long');
  if (Array.isArray(value)) left -= Math.floor(value.length / PER_STEP);
  return value;
}

export const isOwn = (value: unknown): boolean => typeof value === 'object' && value !== null && own.has(value);

export function changeable(value: unknown): void {
  if (!isOwn(value)) throw new TypeError('what was handed in is not changed');
}

/** What may become a text or a number without code of its own being asked. */
export function plainOnly(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) throw new TypeError('an object is not read as a text');
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new TypeError(`a ${typeof value} is not read as a text`);
  return value;
}

/** A date counts as its time where it is compared or subtracted. */
export const numberOf = (value: unknown): unknown => (value instanceof Date ? value.getTime() : plainOnly(value));

export function memberOf(value: unknown, key: unknown): unknown {
  if (value === undefined || value === null) throw new TypeError('a member of nothing');
  const name = String(plainOnly(key));
  if ((value instanceof Map || value instanceof Set) && name === 'size') return value.size;
  if (value instanceof Error && name === 'message') return value.message;
  if (!Object.hasOwn(Object(value) as object, name) || typeof value === 'function') {
    // What all values of its kind have is not handed around.
    if (name in (Object(value) as object)) throw new TypeError(`${name} is not read`);
    return undefined;
  }
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** Texts of values that are what they are and nothing else: instances, functions. */
const texts = new WeakMap<object, string>();
export const textOf = (value: object): string | undefined => texts.get(value);

export function told<T>(value: T, text: string): T {
  if (isOpaque(value) && !texts.has(value)) texts.set(value, text);
  return value;
}

export function toldFunction(call: Callable, text: string): Callable {
  texts.set(call, text);
  return callable(call);
}

const PROTOTYPES = new Set<unknown>(
  [Object, Array, Map, Set, Date, RegExp].map(({ prototype }) => prototype as unknown),
);

/** An object that is more than what it holds. */
export const isOpaque = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !PROTOTYPES.has(Object.getPrototypeOf(value));

export function setMember(value: unknown, key: unknown, to: unknown): void {
  if (value === undefined || value === null) throw new TypeError('a member of nothing');
  changeable(value);
  const name = String(plainOnly(key));
  if (name === '__proto__') throw new TypeError('a prototype is not set');
  if (Array.isArray(value) && !(Number(name) >= 0 && Number(name) < LARGEST) && name !== 'length')
    throw new RangeError('a list has no such place');
  if (Array.isArray(value) && name === 'length' && !(Number(to) < LARGEST)) throw new RangeError('a list is too long');
  (value as Record<string, unknown>)[name] = to;
}

/** What is gone through item by item. */
export function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === 'string' || value instanceof Set || value instanceof Map) return [...value];
  throw new TypeError('this is not gone through');
}
