/**
 * Which rows of ids there have been, by a hash of 53 bits: among a million of them one pair in ten thousand searches is
 * taken for the same.
 */
export class SeenRows {
  #table = new Float64Array(256);
  #count = 0;

  /** False where it was there. */
  add(ids: Int32Array): boolean {
    let a = 0x811c9dc5;
    let b = 0x9747b28c;
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at]!;
      a = Math.imul(a ^ id, 0x01000193);
      a ^= a >>> 15;
      b = Math.imul(b + id, 0x85ebca6b);
      b ^= b >>> 13;
    }
    // Never 0, which is an empty place.
    const hash = (a >>> 0) * 2 ** 21 + ((b >>> 0) & 0x1f_ffff) + 1;
    if (this.#count * 2 >= this.#table.length) this.#grow();
    return this.#put(hash);
  }

  #put(hash: number): boolean {
    const table = this.#table;
    const last = table.length - 1;
    let at = (hash % 4_294_967_291) & last;
    while (table[at] !== 0) {
      if (table[at] === hash) return false;
      at = (at + 1) & last;
    }
    table[at] = hash;
    this.#count++;
    return true;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Float64Array(old.length * 4);
    this.#count = 0;
    for (const hash of old) if (hash !== 0) this.#put(hash);
  }
}

/** At most `count` of a list, evenly. */
export function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, index) => list[Math.floor((index * list.length) / count)]!);
}

/** So many of a list, each with most traits that none before it has, of equals the first; where nothing is new, evenly of the rest. */
export function diverse<T, K>(
  list: readonly T[],
  traitsOf: (one: T) => readonly K[],
  count: number,
  seen = new Set<K>(),
): T[] {
  const left = list.map((one) => ({ one, traits: new Set(traitsOf(one)) }));
  const picked: T[] = [];
  while (picked.length < count && left.length > 0) {
    let best = 0;
    let most = -1;
    for (const [at, { traits }] of left.entries()) {
      let fresh = 0;
      for (const trait of traits) if (!seen.has(trait)) fresh++;
      if (fresh > most) [best, most] = [at, fresh];
    }
    if (most === 0) break;
    const [next] = left.splice(best, 1);
    for (const trait of next!.traits) seen.add(trait);
    picked.push(next!.one);
  }
  return [...picked, ...spread(left, count - picked.length).map(({ one }) => one)];
}
