/**
 * Distinct byte strings, numbered from 0 in the order in which they were put in: a hash table with open addressing over
 * one growing pool. Looking up a slice of a buffer makes no object.
 */
export class ByteMap {
  #pool: Uint8Array;
  /** String n lies in the pool from `#starts[n]` to `#starts[n + 1]`. */
  #starts: Int32Array;
  #hashes: Int32Array;
  #table: Int32Array;
  #size = 0;

  /** `strings` and `bytes` are what is expected; both grow. */
  constructor(strings = 1024, bytes = strings * 8) {
    this.#pool = new Uint8Array(Math.max(16, bytes));
    this.#starts = new Int32Array(strings + 2);
    this.#hashes = new Int32Array(strings + 2);
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(8, strings * 2)))).fill(-1);
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes of all strings together. */
  get bytes(): number {
    return this.#starts[this.#size]!;
  }

  /** The number of `bytes[start, end)`, -1 where it is not in. */
  indexOf(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const table = this.#table;
    const mask = table.length - 1;
    for (let cell = hash & mask; ; cell = (cell + 1) & mask) {
      const found = table[cell]!;
      if (found < 0 || (this.#hashes[found] === hash && this.#equal(found, bytes, start, end))) return found;
    }
  }

  /** The number of `bytes[start, end)`, a new one where it was not in. */
  put(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    let mask = this.#table.length - 1;
    let cell = hash & mask;
    for (; this.#table[cell]! >= 0; cell = (cell + 1) & mask) {
      const found = this.#table[cell]!;
      if (this.#hashes[found] === hash && this.#equal(found, bytes, start, end)) return found;
    }
    const index = this.#size++;
    const from = this.#starts[index]!;
    const to = from + end - start;
    if (index + 2 >= this.#starts.length) {
      this.#starts = wider(this.#starts);
      this.#hashes = wider(this.#hashes);
    }
    while (to > this.#pool.length) {
      const pool = new Uint8Array(this.#pool.length * 2);
      pool.set(this.#pool);
      this.#pool = pool;
    }
    for (let i = start, j = from; i < end; i++, j++) this.#pool[j] = bytes[i]!;
    this.#starts[index + 1] = to;
    this.#hashes[index] = hash;
    this.#table[cell] = index;
    if (this.#size * 2 > this.#table.length) {
      this.#table = new Int32Array(this.#table.length * 2).fill(-1);
      mask = this.#table.length - 1;
      for (let n = 0; n < this.#size; n++) {
        cell = this.#hashes[n]! & mask;
        while (this.#table[cell]! >= 0) cell = (cell + 1) & mask;
        this.#table[cell] = n;
      }
    }
    return index;
  }

  /** String `index`, a view that is valid until the next `put`. */
  at(index: number): Uint8Array {
    return this.#pool.subarray(this.#starts[index]!, this.#starts[index + 1]!);
  }

  clear(): void {
    this.#size = 0;
    this.#table.fill(-1);
  }

  #equal(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[index]!;
    if (this.#starts[index + 1]! - from !== end - start) return false;
    const pool = this.#pool;
    for (let i = start, j = from; i < end; i++, j++) if (bytes[i] !== pool[j]) return false;
    return true;
  }
}

/** FNV-1a over the bytes, its high bits folded down because the table looks at the low ones. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

function wider(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}
