import { describe, expect, it } from 'vitest';
import { type Random, random } from '../../src/base/index.ts';
import { CountTrie, UNSEEN } from '../../src/model/countTrie.ts';

/** The same counts by their definition: every n-gram of every text in a map. */
class Reference {
  readonly counts = new Map<string, Map<number, number>>();
  readonly order: number;
  constructor(order: number) {
    this.order = order;
  }
  count(text: readonly number[], by: 1 | -1): void {
    text.forEach((token, at) => {
      for (let k = 0; k < this.order && k <= at; k++) {
        const key = text.slice(at - k, at).join();
        const followers = this.counts.get(key) ?? new Map<number, number>();
        this.counts.set(key, followers);
        const count = (followers.get(token) ?? 0) + by;
        if (count === 0) followers.delete(token);
        else followers.set(token, count);
      }
    });
  }
  followers(context: readonly number[]): Map<number, number> {
    return this.counts.get(context.join()) ?? new Map();
  }
}

const SYMBOLS = 5;

/** Few symbols and copied stretches, so that contexts repeat at every length. */
function text(rng: Random, earlier: readonly (readonly number[])[]): number[] {
  const tokens: number[] = [];
  const length = rng.below(40);
  while (tokens.length < length) {
    const from = earlier.length > 0 && rng.below(3) === 0 ? rng.pick(earlier) : [];
    const start = rng.below(from.length + 1);
    tokens.push(...from.slice(start, start + rng.below(12)), rng.below(SYMBOLS));
    if (rng.below(6) === 0) tokens.push(...Array.from({ length: rng.below(6) }, () => 3));
  }
  return tokens;
}

function stateOf(trie: CountTrie, context: readonly number[]): number {
  let state = 0;
  for (const token of context) state = trie.step(state, token);
  return state;
}

function followersOf(trie: CountTrie, state: number): Map<number, number> {
  const sums = new Float64Array(SYMBOLS);
  const touched = new Int32Array(SYMBOLS);
  const used = trie.addFollowers(state, 2, sums, touched, 0);
  return new Map([...touched.subarray(0, used)].map((token) => [token, sums[token]! / 2]));
}

function check(trie: CountTrie, reference: Reference, contexts: Iterable<readonly number[]>, what: string): void {
  const tokens = Array.from({ length: SYMBOLS }, (_, token) => token);
  for (const context of new Map([...contexts].map((each) => [each.join(), each])).values()) {
    const expected = reference.followers(context);
    const state = stateOf(trie, context);
    const followers = followersOf(trie, state);
    const found = [trie.total(state), trie.types(state), ...tokens.map((token) => trie.count(state, token))];
    const counts = tokens.map((token) => expected.get(token) ?? 0);
    const wanted = [counts.reduce((sum, count) => sum + count, 0), expected.size, ...counts];
    const listed = tokens.map((token) => followers.get(token) ?? 0);
    if (String(found) === String(wanted) && String(listed) === String(counts)) continue;
    expect({ found, listed }, `${what}, context [${context}]`).toEqual({ found: wanted, listed: counts });
  }
}

function* contextsOf(texts: Iterable<readonly number[]>, order: number): Generator<readonly number[]> {
  yield [];
  for (const tokens of texts) {
    for (let at = 0; at < tokens.length; at++) {
      for (let k = 1; k < order && at + k <= tokens.length; k++) yield tokens.slice(at, at + k);
    }
  }
  yield* [
    [0, 1, 2],
    [4, 4, 4],
    [2, 0],
  ].filter((context) => context.length < order);
}

const laws = (count: number, law: (rng: Random, seed: number) => void): void => {
  for (let seed = 1; seed <= count; seed++) law(random(seed), seed);
};

describe('CountTrie', () => {
  it('counts every n-gram of the texts it holds, whatever was added and taken back', () => {
    laws(40, (rng, seed) => {
      const order = 1 + rng.below(6);
      const trie = new CountTrie(order, 1);
      const reference = new Reference(order);
      const held: { readonly start: number; readonly tokens: readonly number[] }[] = [];
      const all: number[][] = [];
      for (let step = 0; step < 25; step++) {
        if (held.length > 0 && rng.below(3) === 0) {
          const [gone] = held.splice(rng.below(held.length), 1);
          trie.remove(gone!.start, gone!.tokens.length);
          reference.count(gone!.tokens, -1);
        } else {
          const tokens = rng.below(4) === 0 && all.length > 0 ? rng.pick(all) : text(rng, all);
          all.push([...tokens]);
          held.push({ start: trie.add(tokens), tokens });
          reference.count(tokens, 1);
        }
        if (step % 6 === 5) check(trie, reference, contextsOf(all, order), `seed ${seed}, step ${step}`);
      }
      for (const { start, tokens } of held) {
        trie.remove(start, tokens.length);
        reference.count(tokens, -1);
      }
      check(trie, reference, contextsOf(all, order), `seed ${seed}, empty`);
    });
  });

  it('grows and shrinks token by token at the end of the current text', () => {
    laws(40, (rng, seed) => {
      const order = 1 + rng.below(6);
      const trie = new CountTrie(order, 1);
      const reference = new Reference(order);
      const earlier = text(rng, []);
      trie.add(earlier);
      reference.count(earlier, 1);
      const start = trie.written;
      let current: number[] = [];
      for (let step = 0; step < 60; step++) {
        const next =
          rng.below(3) === 0
            ? current.slice(0, rng.below(current.length + 1))
            : [...current, ...text(rng, [earlier, current]).slice(0, 6)];
        reference.count(current, -1);
        reference.count(next, 1);
        if (current.length > next.length) trie.cut(start + next.length);
        for (const token of next.slice(current.length)) trie.push(token);
        current = next;
        for (let k = 0; k < order; k++) {
          const context = current.slice(Math.max(0, current.length - k));
          const where = `seed ${seed}, step ${step}, the last ${k}`;
          const state = trie.current(k);
          const expected = context.length === k ? reference.followers(context) : new Map();
          expect([trie.total(state), trie.types(state)], where).toEqual([
            [...expected.values()].reduce((sum, count) => sum + count, 0),
            expected.size,
          ]);
          expect(followersOf(trie, state), where).toEqual(expected);
        }
        if (step % 20 === 19)
          check(trie, reference, contextsOf([earlier, current], order), `seed ${seed}, step ${step}`);
      }
      expect(() => trie.cut(start - 1)).toThrow(RangeError);
      expect(() => trie.cut(trie.written + 1)).toThrow(RangeError);
      trie.cut(start);
      reference.count(current, -1);
      check(trie, reference, contextsOf([earlier, current], order), `seed ${seed}, cut back`);
    });
  });

  it('copies itself into one that does not see its changes', () => {
    laws(15, (rng, seed) => {
      const trie = new CountTrie(4, 1);
      const reference = new Reference(4);
      const first = text(rng, []);
      for (const token of first) trie.push(token);
      reference.count(first, 1);
      const copy = trie.clone();
      const left = [...first, ...text(rng, [first])];
      const right = [...first, ...text(rng, [first])];
      for (const token of left.slice(first.length)) trie.push(token);
      for (const token of right.slice(first.length)) copy.push(token);
      for (const [one, whole] of [
        [trie, left],
        [copy, right],
      ] as const) {
        const expected = new Reference(4);
        expected.count(whole, 1);
        check(one, expected, contextsOf([left, right], 4), `seed ${seed}`);
      }
    });
  });

  it('makes few nodes for what occurs once', () => {
    const trie = new CountTrie(8);
    trie.add(Array.from({ length: 1000 }, (_, i) => i));
    expect(trie.size).toBe(1001);
    expect(trie.total(stateOf(trie, [5, 6, 7]))).toBe(1);
    expect(trie.count(stateOf(trie, [5, 6, 7]), 8)).toBe(1);
    expect(stateOf(trie, [5, 6, 8])).toBe(UNSEEN);
  });

  it('refuses an order below 1', () => {
    expect(() => new CountTrie(0)).toThrow(RangeError);
  });
});
