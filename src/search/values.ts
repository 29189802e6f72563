import { functionText, instanceText } from '../lang/index.ts';

/**
 * Values of expressions, each kept once under a number: equal values have equal ids, so that whether two expressions
 * behave alike is a comparison of numbers. Equality is by structure; -0 and 0 differ, NaN equals itself.
 */

/** What an expression gives where it has no value: a missing receiver, a result past a limit. */
export const ERROR: unique symbol = Symbol('error');
export const ERROR_ID = 0;

export const VALUE_LIMITS = {
  /** UTF-16 code units of one string. */
  string: 500,
  /** Items of one array, map or set, keys of one object. */
  items: 128,
  /** Levels of nesting. */
  depth: 12,
} as const;

const ID = Symbol('id');
interface Marked {
  readonly [ID]?: number;
}

export class Values {
  readonly #values: unknown[] = [ERROR, undefined, null, false, true];
  readonly #numbers = new Map<number, number>();
  readonly #strings = new Map<string, number>();
  readonly #others = new Map<unknown, number>();
  readonly #structures = new Map<string, number>();
  readonly #objects = new WeakMap<object, number>();
  readonly #anyNumber: boolean;
  readonly #ordered: boolean;
  #negativeZero = 0;

  /**
   * `anyNumber`: NaN and the infinities are values, not the end of them. `ordered`: objects whose keys stand in another order
   * are other values, as `Object.keys` can tell them apart.
   */
  constructor(anyNumber = true, ordered = true) {
    this.#anyNumber = anyNumber;
    this.#ordered = ordered;
  }

  get size(): number {
    return this.#values.length;
  }

  value(id: number): unknown {
    return this.#values[id];
  }

  /** The id of a value; `ERROR_ID` for what is too large or of a kind that expressions do not have. */
  id(value: unknown, depth = 0): number {
    switch (typeof value) {
      case 'undefined':
        return 1;
      case 'boolean':
        return value ? 4 : 3;
      case 'number':
        return this.#number(value);
      case 'string':
        return this.#string(value);
      case 'object':
        return value === null ? 2 : this.#object(value, depth);
      case 'function':
        return this.#function(value);
      default:
        return this.#other(value);
    }
  }

  /** Symbols, and whole numbers of any size. */
  #other(value: unknown): number {
    let id = this.#others.get(value);
    if (id === undefined) {
      id = this.#add(value);
      this.#others.set(value, id);
    }
    return id;
  }

  /** A function that an example hands in; each is its own. */
  #function(value: object): number {
    const known = this.#objects.get(value);
    if (known !== undefined) return known;
    // Others could be made without end.
    if (functionText(value) === undefined) return ERROR_ID;
    const id = this.#add(value);
    this.#objects.set(value, id);
    return id;
  }

  #number(value: number): number {
    if (!this.#anyNumber && !Number.isFinite(value)) return ERROR_ID;
    if (Object.is(value, -0)) {
      this.#negativeZero ||= this.#add(value);
      return this.#negativeZero;
    }
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    const id = this.#add(value);
    this.#numbers.set(value, id);
    return id;
  }

  #string(value: string): number {
    const known = this.#strings.get(value);
    if (known !== undefined) return known;
    if (value.length >= VALUE_LIMITS.string) return ERROR_ID;
    const id = this.#add(value);
    this.#strings.set(value, id);
    return id;
  }

  #object(value: object, depth: number): number {
    const known = (value as Marked)[ID] ?? this.#objects.get(value);
    if (known !== undefined && this.#values[known] === value) return known;
    if (depth >= VALUE_LIMITS.depth) return ERROR_ID;
    // An instance that an example hands in is its own.
    if (instanceText(value) !== undefined) {
      const own = this.#add(value);
      this.#objects.set(value, own);
      return own;
    }
    const key = this.#key(value, depth + 1);
    if (key === undefined) return ERROR_ID;
    let id = this.#structures.get(key);
    if (id === undefined) {
      // What is handed in stays as it was: arrays that are kept carry their id, so they are copies.
      const kept = Array.isArray(value) ? [...(value as unknown[])] : value;
      id = this.#add(kept);
      this.#structures.set(key, id);
      if (Array.isArray(kept)) Object.defineProperty(kept, ID, { value: id });
      else this.#objects.set(kept, id);
    }
    return id;
  }

  /** Undefined where a part has no id. */
  #key(value: object, depth: number): string | undefined {
    if (Array.isArray(value)) return this.#list('a', value as unknown[], depth);
    if (value instanceof Date) return `d${value.getTime()}`;
    if (value instanceof RegExp) return `r${value.flags}/${value.source}`;
    // The order of a set's members and a map's entries does not count when they are compared.
    if (value instanceof Set) return this.#list('s', [...value], depth, true);
    if (value instanceof Map) return this.#list('m', [...value], depth, true);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return undefined;
    const keys = this.#ordered ? Object.keys(value) : Object.keys(value).sort();
    if (keys.length >= VALUE_LIMITS.items) return undefined;
    let key = 'o';
    for (const name of keys) {
      const id = this.id((value as Record<string, unknown>)[name], depth);
      if (id === ERROR_ID) return undefined;
      key += `${this.#string(name)}:${id},`;
    }
    return key;
  }

  #list(kind: string, items: readonly unknown[], depth: number, unordered = false): string | undefined {
    if (items.length >= VALUE_LIMITS.items) return undefined;
    const ids = new Array<number>(items.length);
    for (let index = 0; index < items.length; index++) {
      const id = this.id(items[index], depth);
      if (id === ERROR_ID) return undefined;
      ids[index] = id;
    }
    if (unordered) ids.sort((a, b) => a - b);
    let key = kind;
    for (const id of ids) key += String.fromCharCode(id & 0xffff, id >>> 16);
    return key;
  }

  #add(value: unknown): number {
    return this.#values.push(value) - 1;
  }
}

/** Equality as a test's `toStrictEqual` sees it, without regard to the order of keys and of what sets and maps hold. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => same(item, b[index]));
  }
  if (a instanceof Date || b instanceof Date)
    return a instanceof Date && b instanceof Date && Object.is(a.getTime(), b.getTime());
  if (a instanceof Set || b instanceof Set) {
    if (!(a instanceof Set) || !(b instanceof Set) || a.size !== b.size) return false;
    const others = [...b] as unknown[];
    return [...a].every((item) => b.has(item) || others.some((other) => same(item, other)));
  }
  if (a instanceof Map || b instanceof Map) {
    if (!(a instanceof Map) || !(b instanceof Map) || a.size !== b.size) return false;
    const others = [...b] as [unknown, unknown][];
    return [...(a as Map<unknown, unknown>)].every((entry) => others.some((other) => same(entry, other)));
  }
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) || instanceText(a) !== instanceText(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) => Object.hasOwn(b, key) && same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}
