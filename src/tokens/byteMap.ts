/**
 * Distinct byte strings, numbered from 0: a hash table with open addressing over one pool of bytes. Looking up a slice of
 * a buffer makes no object.
 */
export class ByteMap {
  #pool: Uint8Array;
  /** String n lies in the pool from `#starts[n]` to `#starts[n + 1]`. */
  #starts: Int32Array;
  /** Cells of two: the hash of a string, and its number + 1, 0 where the cell is free. */
  #table: Int32Array;
  #size = 0;

  /** An empty map. `strings` and `bytes` are what is expected; both grow. */
  constructor(strings: number, bytes = strings * 8) {
    this.#pool = new Uint8Array(Math.max(16, bytes));
    this.#starts = new Int32Array(strings + 2);
    this.#table = emptyTable(strings);
  }

  /** A map of strings that lie in a pool already; empty ones are numbers without a string. Takes both arrays over. */
  static over(pool: Uint8Array, starts: Int32Array): ByteMap {
    const map = new ByteMap(0);
    map.#pool = pool;
    map.#starts = starts;
    map.#size = starts.length - 1;
    map.#table = emptyTable(map.#size);
    for (let index = 0; index < map.#size; index++) {
      if (starts[index + 1]! > starts[index]!) map.#enter(hashOf(pool, starts[index]!, starts[index + 1]!), index);
    }
    return map;
  }

  /** Strings put in; of a map `over` a pool, its numbers. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of all strings together. */
  get bytes(): number {
    return this.#starts[this.#size]!;
  }

  /** The number of `bytes[start, end)`, -1 where it is not in. */
  indexOf(bytes: Uint8Array, start: number, end: number): number {
    return this.#find(hashOf(bytes, start, end), bytes, start, end);
  }

  /** The number of `bytes[start, end)`, a new one where it was not in. */
  put(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const found = this.#find(hash, bytes, start, end);
    if (found >= 0) return found;
    const index = this.#size++;
    const from = this.#starts[index]!;
    const to = from + end - start;
    if (index + 2 > this.#starts.length) this.#starts = wider(this.#starts, Int32Array, index + 2);
    if (to > this.#pool.length) this.#pool = wider(this.#pool, Uint8Array, to);
    for (let i = start, j = from; i < end; i++, j++) this.#pool[j] = bytes[i]!;
    this.#starts[index + 1] = to;
    if (this.#size * 4 > this.#table.length) this.#grow();
    this.#enter(hash, index);
    return index;
  }

  /** String `index`, a view that is valid until the next `put`. */
  at(index: number): Uint8Array {
    return this.#pool.subarray(this.#starts[index]!, this.#starts[index + 1]!);
  }

  clear(): void {
    this.#size = 0;
    this.#table.fill(0);
  }

  #find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const table = this.#table;
    const mask = table.length - 2;
    for (let cell = (hash << 1) & mask; ; cell = (cell + 2) & mask) {
      const index = table[cell + 1]! - 1;
      if (index < 0) return -1;
      if (table[cell] !== hash) continue;
      const from = this.#starts[index]!;
      if (this.#starts[index + 1]! - from !== end - start) continue;
      const pool = this.#pool;
      let i = start;
      for (let j = from; i < end && bytes[i] === pool[j]; j++) i++;
      if (i === end) return index;
    }
  }

  /** Writes a string that is known not to be in. */
  #enter(hash: number, index: number): void {
    const table = this.#table;
    const mask = table.length - 2;
    let cell = (hash << 1) & mask;
    while (table[cell + 1]! > 0) cell = (cell + 2) & mask;
    table[cell] = hash;
    table[cell + 1] = index + 1;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Int32Array(old.length * 2);
    for (let cell = 0; cell < old.length; cell += 2)
      if (old[cell + 1]! > 0) this.#enter(old[cell]!, old[cell + 1]! - 1);
  }
}

/** At most half of the cells are ever taken. */
const emptyTable = (strings: number): Int32Array<ArrayBuffer> =>
  new Int32Array(2 ** Math.ceil(Math.log2(Math.max(8, strings * 2))) * 2);

/** FNV-1a over the bytes, its high bits folded down because the table looks at the low ones. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

/** The same numbers with room for `least` and half as many again. */
export function wider<T extends Uint8Array | Int32Array>(from: T, kind: new (length: number) => T, least: number): T {
  const to = new kind(least + (least >> 1));
  to.set(from);
  return to;
}
