import type { TokenId } from '../base/index.ts';
import { maskByTrie, type TokenTrie } from './tokenTrie.ts';
import type { Constraint } from './types.ts';

/** Takes a token's bytes one by one, all or none. */
function commitBytes(constraint: Pick<Constraint, 'push' | 'pop'>, trie: TokenTrie, token: TokenId): void {
  const bytes = trie.bytes(token);
  if (bytes === undefined) throw new RangeError(`expected a token with bytes, got special token or hole ${token}`);
  for (let i = 0; i < bytes.length; i++) {
    if (constraint.push(bytes[i]!)) continue;
    constraint.pop(i);
    throw new RangeError(`token ${token} is not allowed here: byte ${i} of ${bytes.length} is refused`);
  }
}

function assertPop(count: number, pushed: number): void {
  if (!Number.isInteger(count) || count < 0 || count > pushed) {
    throw new RangeError(`pop() takes 0 to ${pushed}, the bytes pushed since the last commit; got ${count}`);
  }
}

/** Bytes that cannot go on an ECMAScript identifier. Every byte outside ASCII is taken for part of one. */
export function endsIdentifier(byte: number): boolean {
  const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  const digit = byte >= 0x30 && byte <= 0x39;
  return !(letter || digit || byte === 0x5f || byte === 0x24 || byte >= 0x80);
}

export interface LiteralSetOptions {
  /**
   * What may follow a word: the first byte after it must satisfy this, anything may come after that. Where it is not
   * given nothing may follow.
   */
  readonly terminator?: (byte: number) => boolean;
}

const FREE = -1;

/** Words as a trie of bytes with first-child and next-sibling links; node 0 is the root. */
interface Words {
  readonly byte: readonly number[];
  readonly child: readonly number[];
  readonly sibling: readonly number[];
  readonly ends: readonly boolean[];
}

function wordTrie(words: Iterable<string>): Words {
  const byte = [0];
  const child = [0];
  const sibling = [0];
  const ends = [false];
  const encoder = new TextEncoder();
  for (const word of words) {
    let node = 0;
    for (const next of encoder.encode(word)) {
      let found = child[node]!;
      while (found !== 0 && byte[found] !== next) found = sibling[found]!;
      if (found === 0) {
        found = byte.length;
        byte.push(next);
        child.push(0);
        sibling.push(child[node]!);
        ends.push(false);
        child[node] = found;
      }
      node = found;
    }
    ends[node] = true;
  }
  return { byte, child, sibling, ends };
}

/** Exactly one of `words`, in UTF-8, then what the terminator lets follow. */
export function literalSet(words: Iterable<string>, trie: TokenTrie, options: LiteralSetOptions = {}): Constraint {
  const { byte, child, sibling, ends } = wordTrie(words);
  const { terminator } = options;
  /** Allowed ids by state: a state's mask does not depend on how it was reached, so that all clones share them. */
  const masks = new Map<number, Int32Array>();

  const next = (state: number, value: number): number | undefined => {
    if (state === FREE) return FREE;
    for (let node = child[state]!; node !== 0; node = sibling[node]!) if (byte[node] === value) return node;
    return ends[state] && terminator?.(value) ? FREE : undefined;
  };

  const from = (past: readonly number[]): Constraint => {
    /** The state before each byte since the last commit, then the current one. */
    let states = [...past];
    const current = (): number => states[states.length - 1]!;
    const constraint: Constraint = {
      push(value) {
        const state = next(current(), value);
        if (state === undefined) return false;
        states.push(state);
        return true;
      },
      pop(count) {
        assertPop(count, states.length - 1);
        states.length -= count;
      },
      mask(allowed) {
        const state = current();
        const known = masks.get(state);
        if (known === undefined) {
          const count = maskByTrie(constraint, trie, allowed);
          const ids = new Int32Array(count);
          let at = 0;
          for (let id = 0; id < allowed.length; id++) if (allowed[id] === 1) ids[at++] = id;
          masks.set(state, ids);
          return count;
        }
        allowed.fill(0);
        for (const id of known) allowed[id] = 1;
        return known.length;
      },
      commit(token) {
        commitBytes(constraint, trie, token);
        states = [current()];
      },
      complete: () => current() === FREE || ends[current()]!,
      free: () => current() === FREE,
      clone: () => from(states),
    };
    return constraint;
  };
  return from([0]);
}

/** `prefix` first, then what `rest` allows; where `rest` is not given, anything. */
export function prefixed(prefix: Uint8Array, trie: TokenTrie, rest?: Constraint): Constraint {
  /** `committed` bytes taken for good and `pushed` ones after them; those past the prefix are in `inner` too. */
  const from = (committed: number, pushed: number, inner: Constraint | undefined): Constraint => {
    const constraint: Constraint = {
      push(byte) {
        const at = committed + pushed;
        if (at < prefix.length ? prefix[at] !== byte : inner !== undefined && !inner.push(byte)) return false;
        pushed++;
        return true;
      },
      pop(count) {
        assertPop(count, pushed);
        inner?.pop(Math.min(count, Math.max(0, committed + pushed - prefix.length)));
        pushed -= count;
      },
      mask(allowed) {
        if (committed + pushed >= prefix.length && inner !== undefined) return inner.mask(allowed);
        return maskByTrie(constraint, trie, allowed);
      },
      commit(token) {
        commitBytes(constraint, trie, token);
        committed += pushed;
        pushed = 0;
      },
      complete: () => committed + pushed >= prefix.length && (inner === undefined || inner.complete()),
      free: () => committed + pushed >= prefix.length && (inner === undefined || inner.free()),
      clone: () => from(committed, pushed, inner?.clone()),
    };
    return constraint;
  };
  return from(0, 0, rest?.clone());
}
