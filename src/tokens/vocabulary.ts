/** The bytes of each token, one after another in id order. A hole or a special token has none. */
export class Vocabulary {
  readonly pool: Uint8Array;
  /** Token n is `pool[starts[n], starts[n + 1])`. */
  readonly starts: Int32Array;

  constructor(pool: Uint8Array, starts: Int32Array) {
    this.pool = pool;
    this.starts = starts;
  }

  static of(tokens: readonly (Uint8Array | undefined)[]): Vocabulary {
    const starts = new Int32Array(tokens.length + 1);
    for (const [id, bytes] of tokens.entries()) starts[id + 1] = starts[id]! + (bytes?.length ?? 0);
    const pool = new Uint8Array(starts[tokens.length]!);
    for (const [id, bytes] of tokens.entries()) if (bytes !== undefined) pool.set(bytes, starts[id]);
    return new Vocabulary(pool, starts);
  }

  /** Ids, holes and special tokens included. */
  get size(): number {
    return this.starts.length - 1;
  }

  bytes(id: number): Uint8Array | undefined {
    const start = this.starts[id];
    const end = this.starts[id + 1];
    return start === undefined || end === undefined || start === end ? undefined : this.pool.slice(start, end);
  }

  /** The token of each single byte. Undefined where some byte is no token: then not every text could be encoded. */
  byteTokens(): Int32Array | undefined {
    const tokens = new Int32Array(256).fill(-1);
    for (let id = 0; id < this.size; id++) {
      if (this.starts[id + 1]! - this.starts[id]! === 1) tokens[this.pool[this.starts[id]!]!] = id;
    }
    return tokens.includes(-1) ? undefined : tokens;
  }
}
