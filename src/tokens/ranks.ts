import type { ByteMap } from './byteMap.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Which neighbouring tokens merge, and in what order: the smallest rank first. Two sources exist: a list of merges
 * (`tokenizer.json`), and tokens ranked by id, any two of which merge if together they are a token (tiktoken).
 */
export interface Ranks {
  /** Rank of merging `left` and `right`, which are `bytes[start, end)` together; -1 where they do not merge. */
  rank(left: number, right: number, bytes: Uint8Array, start: number, end: number): number;
  /** The token that a merge of this rank makes. */
  made(rank: number): number;
}

/** Merges by pair: open addressing, two ids a key. */
export class MergeRanks implements Ranks {
  readonly #lefts: Int32Array;
  readonly #rights: Int32Array;
  readonly #ranks: Int32Array;
  readonly #mask: number;
  readonly #made: Int32Array;

  /** `merges[rank]` = left, right and what they make. Of a pair listed twice the first counts. */
  constructor(merges: readonly (readonly [left: number, right: number, made: number])[]) {
    const cells = 2 ** Math.ceil(Math.log2(Math.max(8, merges.length * 2.5)));
    this.#mask = cells - 1;
    this.#lefts = new Int32Array(cells).fill(-1);
    this.#rights = new Int32Array(cells);
    this.#ranks = new Int32Array(cells).fill(-1);
    this.#made = Int32Array.from(merges, ([, , made]) => made);
    for (const [rank, [left, right]] of merges.entries()) {
      const cell = this.#cell(left, right);
      if (this.#lefts[cell]! >= 0) continue;
      this.#lefts[cell] = left;
      this.#rights[cell] = right;
      this.#ranks[cell] = rank;
    }
  }

  rank(left: number, right: number): number {
    return this.#ranks[this.#cell(left, right)]!;
  }

  made(rank: number): number {
    return this.#made[rank]!;
  }

  /** The cell of the pair, or the empty one where it would go. */
  #cell(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let cell = hash & this.#mask; ; cell = (cell + 1) & this.#mask) {
      const found = this.#lefts[cell]!;
      if (found < 0 || (found === left && this.#rights[cell] === right)) return cell;
    }
  }
}

/** Tokens by their bytes; rank and id are one. */
export class TokenRanks implements Ranks {
  readonly #tokens: ByteMap;
  readonly #longest: number;
  /** Tokens of two bytes, -1 for none: nearly half of all questions, so they are answered without the map. */
  readonly #pairs = new Int32Array(1 << 16).fill(-1);

  constructor({ pool, starts, size }: Vocabulary, tokens: ByteMap) {
    this.#tokens = tokens;
    let longest = 0;
    for (let id = 0; id < size; id++) {
      const start = starts[id]!;
      const length = starts[id + 1]! - start;
      if (length === 2) this.#pairs[(pool[start]! << 8) | pool[start + 1]!] = id;
      if (length > longest) longest = length;
    }
    this.#longest = longest;
  }

  rank(_left: number, _right: number, bytes: Uint8Array, start: number, end: number): number {
    if (end - start === 2) return this.#pairs[(bytes[start]! << 8) | bytes[start + 1]!]!;
    return end - start > this.#longest ? -1 : this.#tokens.indexOf(bytes, start, end);
  }

  made(rank: number): number {
    return rank;
  }
}
