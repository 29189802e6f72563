/** A pair taken from the queue. */
interface BestPair {
  readonly left: number;
  readonly right: number;
  readonly count: number;
  readonly slots: SlotList;
}

/** Slots where a pair may stand. Merging goes through them in ascending order, so that `aaa` becomes `(aa)a`. */
class SlotList {
  #items = new Int32Array(4);
  #size = 0;

  push(slot: number): void {
    if (this.#size >= this.#items.length) {
      const wider = new Int32Array(this.#size * 2);
      wider.set(this.#items);
      this.#items = wider;
    }
    this.#items[this.#size++] = slot;
  }

  sort(): Int32Array {
    return this.#items.subarray(0, this.#size).sort();
  }
}

interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  readonly slots: SlotList;
  changed: boolean;
}

/**
 * Counts of pairs with a queue by count. The queue is lazy: an entry holds the count it was queued with, and one that no
 * longer agrees with its pair is queued anew when it surfaces. A merge adds occurrences only to pairs that hold the token
 * it made, before `settle` queues them; from then on their counts only fall, so the first entry that agrees is the largest.
 */
export class PairMap {
  readonly #pairs = new Map<number, Pair>();
  readonly #changed: Pair[] = [];
  readonly #queue: { readonly pair: Pair; readonly count: number }[] = [];
  #started = false;

  add(left: number, right: number, count: number, slot: number): void {
    const key = left * 65_536 + right;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      pair = { left, right, count: 0, slots: new SlotList(), changed: false };
      this.#pairs.set(key, pair);
    }
    pair.count += count;
    pair.slots.push(slot);
    if (this.#started && !pair.changed) {
      pair.changed = true;
      this.#changed.push(pair);
    }
  }

  remove(left: number, right: number, count: number): void {
    const pair = this.#pairs.get(left * 65_536 + right);
    if (pair !== undefined) pair.count -= count;
  }

  /** Queues what was added so far. */
  start(): void {
    this.#started = true;
    for (const pair of this.#pairs.values()) this.#push(pair);
  }

  /** Queues the pairs that one merge made. */
  settle(): void {
    for (const pair of this.#changed) {
      pair.changed = false;
      this.#push(pair);
    }
    this.#changed.length = 0;
  }

  /** Takes the most frequent pair out; undefined where none is left. */
  takeBest(): BestPair | undefined {
    for (;;) {
      const top = this.#pop();
      if (top === undefined) return undefined;
      const { pair, count } = top;
      if (pair.count !== count) {
        if (pair.count > 0) this.#push(pair);
        continue;
      }
      this.#pairs.delete(pair.left * 65_536 + pair.right);
      return pair;
    }
  }

  #before(a: { pair: Pair; count: number }, b: { pair: Pair; count: number }): boolean {
    if (a.count !== b.count) return a.count > b.count;
    return a.pair.left !== b.pair.left ? a.pair.left < b.pair.left : a.pair.right < b.pair.right;
  }

  #push(pair: Pair): void {
    const queue = this.#queue;
    const entry = { pair, count: pair.count };
    let at = queue.length;
    queue.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(entry, queue[parent]!)) break;
      queue[at] = queue[parent]!;
      at = parent;
    }
    queue[at] = entry;
  }

  #pop(): { pair: Pair; count: number } | undefined {
    const queue = this.#queue;
    const top = queue[0];
    const last = queue.pop();
    if (last === undefined || top === undefined || queue.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= queue.length) break;
      if (child + 1 < queue.length && this.#before(queue[child + 1]!, queue[child]!)) child++;
      if (!this.#before(queue[child]!, last)) break;
      queue[at] = queue[child]!;
      at = child;
    }
    queue[at] = last;
    return top;
  }
}
