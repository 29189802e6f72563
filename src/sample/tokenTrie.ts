import type { TokenId } from '../base/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import type { Constraint } from './types.ts';

/**
 * The byte strings of a vocabulary as a trie, nodes in preorder: the subtree of node i is i to end[i] - 1. Tokens are
 * ordered the same way, so that those of a subtree are one run too. Special tokens and holes have no bytes and are not
 * in it.
 */
export interface TokenTrie {
  readonly vocabulary: number;
  readonly nodes: number;
  /** The byte on the edge into each node; the root is not a node. */
  readonly byte: Uint8Array;
  /** 1 for the first byte of a token. */
  readonly depth: Uint16Array;
  readonly end: Int32Array;
  /** Tokens that end at node i: order[tokenStart[i]] to order[tokenStart[i + 1] - 1]. Length nodes + 1. */
  readonly tokenStart: Int32Array;
  readonly order: Int32Array;
  /** Ids of the special tokens. */
  readonly special: readonly TokenId[];
  /** Bytes of a token by id; undefined for a hole or a special token. */
  bytes(token: number): Uint8Array | undefined;
}

const tries = new WeakMap<Tokenizer, TokenTrie>();

/** The trie of a tokenizer, built once for each. */
export function tokenTrie(tokenizer: Tokenizer): TokenTrie {
  const known = tries.get(tokenizer);
  if (known) return known;
  const built = build(tokenizer);
  tries.set(tokenizer, built);
  return built;
}

function build(tokenizer: Tokenizer): TokenTrie {
  const { vocabulary } = tokenizer;
  const texts: (Uint8Array | undefined)[] = [];
  const ids: number[] = [];
  for (let id = 0; id < vocabulary; id++) {
    const bytes = tokenizer.bytes(id as Parameters<Tokenizer['bytes']>[0]);
    texts.push(bytes);
    if (bytes !== undefined && bytes.length > 0) ids.push(id);
  }
  // As Latin-1 strings bytes compare as characters do, and much faster than buffers.
  const keys = texts.map((text) => (text === undefined ? '' : Buffer.from(text).toString('latin1')));
  ids.sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
  const byte: number[] = [];
  const depth: number[] = [];
  const tokenStart: number[] = [];
  let previous: Uint8Array = new Uint8Array(0);
  ids.forEach((id, index) => {
    const text = texts[id]!;
    let shared = 0;
    while (shared < previous.length && shared < text.length && previous[shared] === text[shared]) shared++;
    for (let i = shared; i < text.length; i++) {
      byte.push(text[i]!);
      depth.push(i + 1);
      tokenStart.push(index);
    }
    previous = text;
  });
  const nodes = byte.length;
  tokenStart.push(ids.length);
  const end = new Int32Array(nodes);
  const open: number[] = []; // nodes on the way to the current one
  for (let node = 0; node <= nodes; node++) {
    const level = node < nodes ? depth[node]! : 1;
    while (open.length >= level) end[open.pop()!] = node;
    open.push(node);
  }
  return {
    vocabulary,
    nodes,
    byte: Uint8Array.from(byte),
    depth: Uint16Array.from(depth),
    end,
    tokenStart: Int32Array.from(tokenStart),
    order: Int32Array.from(ids),
    special: Array.from(tokenizer.specials.values(), ({ id }) => id),
    bytes: (token) => texts[token],
  };
}

/**
 * Fills `allowed` by walking the trie and the constraint together: a byte that is refused skips its whole subtree, and a
 * constraint that has become free takes it whole. Leaves the constraint as it was. Returns how many are allowed.
 */
export function maskByTrie(
  constraint: Pick<Constraint, 'push' | 'pop' | 'free'>,
  trie: TokenTrie,
  allowed: Uint8Array,
): number {
  if (allowed.length !== trie.vocabulary) {
    throw new RangeError(`expected a mask of ${trie.vocabulary} entries, got ${allowed.length}`);
  }
  const { byte, depth, end, tokenStart, order, nodes } = trie;
  allowed.fill(0);
  let count = 0;
  const allow = (from: number, to: number): void => {
    for (let i = from; i < to; i++) allowed[order[i]!] = 1;
    count += to - from;
  };
  if (constraint.free()) {
    allow(0, order.length);
    return count;
  }
  let pushed = 0;
  let node = 0;
  while (node < nodes) {
    const level = depth[node]!;
    if (pushed >= level) {
      constraint.pop(pushed - level + 1);
      pushed = level - 1;
    }
    if (!constraint.push(byte[node]!)) {
      node = end[node]!;
      continue;
    }
    pushed = level;
    if (constraint.free()) {
      allow(tokenStart[node]!, tokenStart[end[node]!]!);
      node = end[node]!;
    } else {
      allow(tokenStart[node]!, tokenStart[node + 1]!);
      node++;
    }
  }
  constraint.pop(pushed);
  return count;
}
