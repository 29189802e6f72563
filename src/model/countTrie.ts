/**
 * Counts of all n-grams up to a length, as a trie that can take text back. Node 0 is the root; the node of an n-gram is
 * reached from the root token by token, and the children of a node are what followed it.
 *
 * Most n-grams occur once. Such a node keeps only where in the log its follower stands, and gets children when it
 * occurs a second time; until then its one follower is read from the log. So memory and time go with what repeats, and
 * every count is still exact.
 */

const STRIDE = 8;
const PARENT = 0;
const TOKEN = 1;
/** Occurrences of the n-gram. */
const COUNT = 2;
/** Occurrences that had a follower: those not at the end of a text. Kept for nodes with children only. */
const TOTAL = 3;
/** Different followers. Kept for nodes with children only. */
const TYPES = 4;
const CHILD = 5;
const SIBLING = 6;
/** Place in the log of the one follower of a node without children; EXPANDED where the node keeps children. */
const PLACE = 7;
const EXPANDED = -1;

/** End of a text in the log, and what lies past the end of the log. */
const END = -1;

/**
 * A context: a node that has occurred, or, below a node that occurred once, the place in the log of its one follower, as
 * `ONCE - place`. UNSEEN where the context has not occurred.
 */
export type ContextState = number;
export const UNSEEN = -1;
const ONCE = -2;
const ROOT = 0;

export class CountTrie {
  /** Longest n-gram; contexts have at most one token less. */
  readonly order: number;
  #nodes: Int32Array;
  #size = 1;
  /** Open addressing: node ids by (parent, token), 0 for an empty cell. */
  #cells: Int32Array;
  #log: Int32Array;
  #logSize = 0;
  /** Nodes of the last 0, 1, … tokens of the text being added, as far as they are nodes. */
  #active: Int32Array;
  #depth = 1;

  /** Makes room for about so many tokens; it grows on its own. */
  constructor(order: number, tokens = 256) {
    if (!Number.isInteger(order) || order < 1) throw new RangeError(`order is an integer of at least 1, got ${order}`);
    this.order = order;
    this.#nodes = new Int32Array(STRIDE * Math.max(64, tokens));
    this.#nodes[PLACE] = EXPANDED;
    this.#cells = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(64, tokens * 2))));
    this.#log = new Int32Array(Math.max(64, tokens)).fill(END);
    this.#active = new Int32Array(order);
  }

  /** Nodes made so far, those of texts taken back included. */
  get size(): number {
    return this.#size;
  }

  /** Memory in bytes. */
  get bytes(): number {
    return 4 * (this.#nodes.length + this.#cells.length + this.#log.length);
  }

  /** Tokens and ends of texts written so far, those of texts taken back included. */
  get written(): number {
    return this.#logSize;
  }

  /** A stretch of the log; valid until the next change. */
  text(start: number, length: number): Int32Array {
    return this.#log.subarray(start, start + length);
  }

  /** A copy that does not share anything with this one. */
  clone(): CountTrie {
    const copy = new CountTrie(this.order, 0);
    // Room for what follows, but not for all that the arrays have grown to.
    copy.#nodes = new Int32Array(Math.min(this.#nodes.length, (this.#size + 256) * STRIDE));
    copy.#nodes.set(this.#nodes.subarray(0, this.#size * STRIDE));
    copy.#cells = this.#cells.slice();
    copy.#log = new Int32Array(Math.min(this.#log.length, this.#logSize + 64)).fill(END);
    copy.#log.set(this.#log.subarray(0, this.#logSize));
    copy.#active = this.#active.slice();
    copy.#size = this.#size;
    copy.#logSize = this.#logSize;
    copy.#depth = this.#depth;
    return copy;
  }

  /** Counts one text. Returns where it stands in the log. */
  add(tokens: ArrayLike<number>): number {
    const start = this.#logSize;
    for (let i = 0; i < tokens.length; i++) this.push(tokens[i]!);
    this.end();
    return start;
  }

  /** Ends the text that `push` has been adding to. */
  end(): void {
    this.#write(END);
    this.#depth = 1;
  }

  /** Counts one more token of the current text. */
  push(token: number): void {
    const at = this.#write(token);
    const active = this.#active;
    const { order } = this;
    let depth = 1;
    let before = ROOT;
    // Contexts from short to long: the first that keeps no children ends it, longer ones have none either.
    for (let k = 0; k < this.#depth; k++) {
      if (this.#nodes[before * STRIDE + PLACE] !== EXPANDED) break;
      const child = this.#increment(before, token, at + 1, k + 1);
      if (k + 1 >= order) break;
      before = active[k + 1]!;
      active[k + 1] = child;
      depth = k + 2;
    }
    this.#depth = depth;
  }

  #write(token: number): number {
    if (this.#logSize === this.#log.length) {
      const log = new Int32Array(this.#log.length * 2).fill(END);
      log.set(this.#log);
      this.#log = log;
    }
    this.#log[this.#logSize] = token;
    return this.#logSize++;
  }

  #increment(parent: number, token: number, place: number, depth: number): number {
    const above = parent * STRIDE;
    // Most contexts have one follower, and then this spares the table.
    let found = this.#nodes[above + CHILD]!;
    let cell = -1;
    if (found === 0 || this.#nodes[found * STRIDE + TOKEN] !== token) {
      cell = this.#cell(parent, token);
      found = this.#cells[cell]!;
      if (found === 0) return this.#create(cell, parent, token, place);
    }
    const nodes = this.#nodes;
    const node = found * STRIDE;
    nodes[above + TOTAL]!++;
    const count = nodes[node + COUNT]!++;
    if (count === 0) {
      nodes[above + TYPES]!++;
      if (nodes[node + PLACE] !== EXPANDED) nodes[node + PLACE] = place;
    } else if (nodes[node + PLACE] !== EXPANDED && depth < this.order) {
      // Its second occurrence: the follower of the first becomes a child. Where that is the token being pushed (as in
      // `a a`), push() counts it itself, this node being its next context.
      const follower = nodes[node + PLACE]!;
      nodes[node + PLACE] = EXPANDED;
      const first = this.#log[follower]!;
      if (first !== END && follower !== place - 1) {
        cell = this.#cell(found, first);
        this.#create(cell, found, first, follower + 1);
      }
    }
    return found;
  }

  #create(cell: number, parent: number, token: number, place: number): number {
    const id = this.#size++;
    if (id * STRIDE >= this.#nodes.length) {
      const nodes = new Int32Array(this.#nodes.length * 2);
      nodes.set(this.#nodes);
      this.#nodes = nodes;
    }
    const nodes = this.#nodes;
    const above = parent * STRIDE;
    const node = id * STRIDE;
    nodes[node + PARENT] = parent;
    nodes[node + TOKEN] = token;
    nodes[node + COUNT] = 1;
    nodes[node + SIBLING] = nodes[above + CHILD]!;
    nodes[node + PLACE] = place;
    nodes[above + CHILD] = id;
    nodes[above + TOTAL]!++;
    nodes[above + TYPES]!++;
    this.#cells[cell] = id;
    if (this.#size * 3 > this.#cells.length * 2) this.#rehash();
    return id;
  }

  /** The cell of (parent, token), or the empty one where it would go. */
  #cell(parent: number, token: number): number {
    const cells = this.#cells;
    const nodes = this.#nodes;
    const mask = cells.length - 1;
    let hash = Math.imul(parent, 0x9e3779b1) ^ Math.imul(token, 0x85ebca6b);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    hash ^= hash >>> 13;
    for (let cell = hash & mask; ; cell = (cell + 1) & mask) {
      const id = cells[cell]!;
      if (id === 0) return cell;
      const node = id * STRIDE;
      if (nodes[node + PARENT] === parent && nodes[node + TOKEN] === token) return cell;
    }
  }

  #rehash(): void {
    this.#cells = new Int32Array(this.#cells.length * 2);
    for (let id = 1; id < this.#size; id++) {
      const node = id * STRIDE;
      this.#cells[this.#cell(this.#nodes[node + PARENT]!, this.#nodes[node + TOKEN]!)] = id;
    }
  }

  /** Takes back a text that stands whole at `start` of the log. Its room in the log is not used again, its nodes are. */
  remove(start: number, length: number): void {
    const active = new Int32Array(this.order);
    let depth = 1;
    for (let at = start; at < start + length; at++) depth = this.#decrement(active, depth, this.#log[at]!);
  }

  /** Takes back what was pushed of the current text since the log had `written` entries. */
  cut(written: number): void {
    const removed = this.#log.subarray(written, this.#logSize);
    if (written < 0 || written > this.#logSize || removed.includes(END))
      throw new RangeError('cut() takes back tokens of the current text only');
    this.#walk(written);
    let depth = this.#depth;
    for (const token of removed) depth = this.#decrement(this.#active, depth, token);
    removed.fill(END);
    this.#logSize = written;
    this.#walk(written);
  }

  /** Sets `#active` to the nodes of the tokens before place `at` of the current text. */
  #walk(at: number): void {
    this.#depth = 1;
    for (let k = 1; k < this.order; k++) {
      if (k > at || this.#log[at - k] === END) return;
      let node = ROOT;
      for (let i = at - k; i < at; i++) {
        if (this.#nodes[node * STRIDE + PLACE] !== EXPANDED) return;
        node = this.#cells[this.#cell(node, this.#log[i]!)]!;
      }
      this.#active[k] = node;
      this.#depth = k + 1;
    }
  }

  /** Counts `token` down after the first `depth` contexts of `active`, and moves those on by it. Returns the new depth. */
  #decrement(active: Int32Array, depth: number, token: number): number {
    const nodes = this.#nodes;
    let before = ROOT;
    let next = 1;
    for (let k = 0; k < depth; k++) {
      if (nodes[before * STRIDE + PLACE] !== EXPANDED) break;
      const child = this.#cells[this.#cell(before, token)]!;
      nodes[before * STRIDE + TOTAL]!--;
      if (--nodes[child * STRIDE + COUNT]! === 0) nodes[before * STRIDE + TYPES]!--;
      if (k + 1 >= this.order) break;
      before = active[k + 1]!;
      active[k + 1] = child;
      next = k + 2;
    }
    return next;
  }

  /** The context of the last `length` tokens of the current text; UNSEEN where it has not occurred before either. */
  current(length: number): ContextState {
    return length < this.#depth ? this.#active[length]! : UNSEEN;
  }

  /** The context that `state` becomes by one more token. */
  step(state: ContextState, token: number): ContextState {
    if (state === UNSEEN) return UNSEEN;
    let place = ONCE - state;
    if (state >= 0) {
      const node = state * STRIDE;
      place = this.#nodes[node + PLACE]!;
      if (place === EXPANDED) {
        const child = this.#cells[this.#cell(state, token)]!;
        return child === 0 || this.#nodes[child * STRIDE + COUNT] === 0 ? UNSEEN : child;
      }
    }
    return this.#log[place] === token ? ONCE - (place + 1) : UNSEEN;
  }

  total(state: ContextState): number {
    if (state === UNSEEN) return 0;
    if (state < 0) return this.#log[ONCE - state] === END ? 0 : 1;
    const node = state * STRIDE;
    const place = this.#nodes[node + PLACE]!;
    if (place === EXPANDED) return this.#nodes[node + TOTAL]!;
    return this.#log[place] === END ? 0 : 1;
  }

  types(state: ContextState): number {
    if (state < 0 || this.#nodes[state * STRIDE + PLACE] !== EXPANDED) return this.total(state);
    return this.#nodes[state * STRIDE + TYPES]!;
  }

  count(state: ContextState, token: number): number {
    if (state === UNSEEN) return 0;
    let place = ONCE - state;
    if (state >= 0) {
      place = this.#nodes[state * STRIDE + PLACE]!;
      if (place === EXPANDED) {
        const child = this.#cells[this.#cell(state, token)]!;
        return child === 0 ? 0 : this.#nodes[child * STRIDE + COUNT]!;
      }
    }
    return this.#log[place] === token ? 1 : 0;
  }

  /**
   * Adds `weight` times its count to `sums` for each follower of a context. Tokens whose sum was 0 are noted in
   * `touched` from `used` on; returns how many of its entries are used then.
   */
  addFollowers(state: ContextState, weight: number, sums: Float64Array, touched: Int32Array, used: number): number {
    if (state === UNSEEN) return used;
    const nodes = this.#nodes;
    const place = state < 0 ? ONCE - state : nodes[state * STRIDE + PLACE]!;
    if (place !== EXPANDED) {
      const token = this.#log[place]!;
      if (token === END) return used;
      if (sums[token] === 0) touched[used++] = token;
      sums[token]! += weight;
      return used;
    }
    for (let child = nodes[state * STRIDE + CHILD]!; child !== 0; child = nodes[child * STRIDE + SIBLING]!) {
      const count = nodes[child * STRIDE + COUNT]!;
      if (count === 0) continue;
      const token = nodes[child * STRIDE + TOKEN]!;
      if (sums[token] === 0) touched[used++] = token;
      sums[token]! += weight * count;
    }
    return used;
  }

  /** Calls `visit` for each follower of a node that keeps children, and for none of other contexts. */
  forEachChild(node: ContextState, visit: (child: number, token: number, count: number) => void): void {
    if (node < 0 || this.#nodes[node * STRIDE + PLACE] !== EXPANDED) return;
    for (let child = this.#nodes[node * STRIDE + CHILD]!; child !== 0; ) {
      const at = child * STRIDE;
      if (this.#nodes[at + COUNT]! > 0) visit(child, this.#nodes[at + TOKEN]!, this.#nodes[at + COUNT]!);
      child = this.#nodes[at + SIBLING]!;
    }
  }
}
