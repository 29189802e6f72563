import { constants, zstdCompressSync } from 'node:zlib';
import { type ContextState, CountTrie, UNSEEN } from './countTrie.ts';
import { countBucket, type Gates, gateIndex, PROJECT } from './gates.ts';
import { MANY, PRIOR_MAGIC, type Prior, type PriorHeader, sumOfWeights, UNIGRAM_STEP, weightCode } from './prior.ts';

/** The texts of one package, or of whatever else repeats itself. */
export type TokenGroup = readonly ArrayLike<number>[];

export interface BuildOptions {
  readonly vocabulary: number;
  readonly tokenizer: string;
  /** Longest n-gram. */
  readonly order: number;
  /** Most n-grams of two and more tokens. */
  readonly size: number;
  /** Gates of the counts themselves (as those of a project), which make weights of them. */
  readonly countGates: Gates;
  /** Gates of the finished model, kept with it. */
  readonly gates: Gates;
}

/**
 * Counts the groups and keeps the n-grams that say most. The weight of a token after a context is λ · count / total as in
 * the model; what an n-gram says is groups · log(P / P'), where P' is its probability from shorter contexts alone (after
 * Stolcke 1998, entropy-based pruning, but counting the groups it occurs in: what one package repeats does not help in
 * another). An n-gram is kept with those it begins with.
 */
export function buildPrior(groups: readonly TokenGroup[], options: BuildOptions): Prior {
  const { vocabulary, order, size, tokenizer, gates } = options;
  if (vocabulary > 65_536) throw new RangeError(`a prior has at most 65536 tokens, got ${vocabulary}`);
  const total = groups.reduce((sum, group) => sum + group.reduce((all, text) => all + text.length, 0), 0);
  const trie = new CountTrie(order, total);
  for (const group of groups) for (const text of group) trie.add(text);
  const groupsOf = countGroups(trie, groups);

  const counts = Array.from({ length: vocabulary }, (_, token) => trie.count(0, token));
  const tokenOf = Uint16Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b);
  const rankOf = new Uint16Array(vocabulary);
  tokenOf.forEach((token, rank) => {
    rankOf[token] = rank;
  });
  const unigrams = Float32Array.from(counts, (count) => (count + 0.5) / (total + 0.5 * vocabulary));

  const worth = worthOf(trie, groupsOf, options);
  const threshold = largest(worth, size);
  const ranks: Uint16Array[] = [new Uint16Array(0)];
  const codes: Uint8Array[] = [new Uint8Array(0)];
  const first: Uint32Array[] = [];
  let parents: readonly number[] = Array.from(tokenOf, (token) => trie.step(0, token));
  for (let level = 1; level < order; level++) {
    const added = followersOf(parents, level, { trie, worth, threshold, rankOf, options });
    ranks.push(Uint16Array.from(added.ranks));
    codes.push(Uint8Array.from(added.codes));
    first.push(added.first);
    parents = added.nodes;
  }
  const mass = Float32Array.from({ length: vocabulary }, (_, rank) => sumOfWeights({ first, codes }, 1, rank));
  return { vocabulary, order, tokenizer, gates, unigrams, rankOf, tokenOf, ranks, codes, first, mass };
}

/** In how many groups each n-gram occurs, by node. */
function countGroups(trie: CountTrie, groups: readonly TokenGroup[]): Uint16Array {
  const counts = new Uint16Array(trie.size);
  const last = new Int32Array(trie.size).fill(-1);
  const states = new Int32Array(trie.order + 1);
  groups.forEach((group, index) => {
    for (const text of group) {
      states.fill(UNSEEN);
      states[0] = 0;
      for (let at = 0; at < text.length; at++) {
        for (let k = trie.order; k > 0; k--) {
          const node = trie.step(states[k - 1]!, text[at]!);
          states[k] = node;
          if (node < 0 || last[node] === index) continue;
          last[node] = index;
          counts[node]!++;
        }
      }
    }
  });
  return counts;
}

/** What each n-gram of two and more tokens says, or one that it begins, whichever is more; 0 for those never kept. */
function worthOf(
  trie: CountTrie,
  groupsOf: Uint16Array,
  { order, countGates, vocabulary }: BuildOptions,
): Float32Array {
  const worth = new Float32Array(trie.size);
  const gate = (state: ContextState, length: number): number =>
    countGates[gateIndex(PROJECT, length, countBucket(trie.total(state), trie.types(state)))]!;
  /** By depth: the contexts of the last 0, 1, … tokens of the n-gram the walk is at, and what each is trusted. */
  const contexts = Array.from({ length: order + 1 }, () => new Int32Array(order + 1).fill(UNSEEN));
  const trust = Array.from({ length: order + 1 }, () => new Float64Array(order + 1));
  contexts[0]![0] = 0;

  const probability = (depth: number, longest: number, token: number): number => {
    let value = 1 / vocabulary;
    for (let k = 0; k <= longest; k++) {
      const state = contexts[depth]![k]!;
      const share = trie.count(state, token) / trie.total(state);
      value += trust[depth]![k]! * (share - value);
    }
    return value;
  };
  const visit = (node: number, depth: number): number => {
    let most = 0;
    for (let k = 0; k <= depth; k++) trust[depth]![k] = gate(contexts[depth]![k]!, k);
    trie.forEachChild(node, (child, token) => {
      let says = 0;
      if (depth > 0) {
        const ratio = probability(depth, depth, token) / probability(depth, depth - 1, token);
        says = groupsOf[child]! * Math.log(ratio);
      }
      if (depth + 1 < order) {
        for (let k = 0; k <= depth; k++) contexts[depth + 1]![k + 1] = trie.step(contexts[depth]![k]!, token);
        contexts[depth + 1]![0] = 0;
        says = Math.max(says, visit(child, depth + 1));
      }
      worth[child] = depth > 0 ? Math.max(0, says) : 0;
      most = Math.max(most, says);
    });
    return most;
  };
  visit(0, 0);
  return worth;
}

/** The least value above 0 that at most `count` of `values` reach. */
function largest(values: Float32Array, count: number): number {
  const sorted = values.filter((value) => value > 0).sort();
  let at = Math.max(0, sorted.length - count);
  // Of equal values all are in or none.
  while (at > 0 && at < sorted.length && sorted[at] === sorted[at - 1]) at++;
  return sorted[at] ?? Infinity;
}

/** The followers kept of `parents`, the n-grams of `level` tokens, in the order of a `Prior`, and their nodes. */
function followersOf(
  parents: readonly number[],
  level: number,
  from: {
    readonly trie: CountTrie;
    readonly worth: Float32Array;
    readonly threshold: number;
    readonly rankOf: Uint16Array;
    readonly options: BuildOptions;
  },
): { readonly nodes: number[]; readonly ranks: number[]; readonly codes: number[]; readonly first: Uint32Array } {
  const { trie, worth, threshold, rankOf, options } = from;
  const nodes: number[] = [];
  const ranks: number[] = [];
  const codes: number[] = [];
  const first = new Uint32Array(parents.length + 1);
  parents.forEach((parent, index) => {
    const followers: { child: number; rank: number; count: number }[] = [];
    trie.forEachChild(parent, (child, token, count) => {
      if (worth[child]! >= threshold) followers.push({ child, rank: rankOf[token]!, count });
    });
    followers.sort((a, b) => a.rank - b.rank);
    const total = trie.total(parent);
    const gate = total > 0 ? options.countGates[gateIndex(PROJECT, level, countBucket(total, trie.types(parent)))]! : 0;
    for (const { child, rank, count } of followers) {
      nodes.push(child);
      ranks.push(rank);
      codes.push(weightCode((gate * count) / total));
    }
    first[index + 1] = nodes.length;
  });
  return { nodes, ranks, codes, first };
}

/** The bytes that `readPrior` reads. */
export function writePrior(prior: Prior): Uint8Array {
  const { vocabulary, order, tokenizer } = prior;
  const parts: Uint8Array[] = [new Uint8Array(prior.gates.slice().buffer)];
  const shorts = (values: Uint16Array): void => {
    parts.push(
      Uint8Array.from(values, (value) => value & 255),
      Uint8Array.from(values, (value) => value >>> 8),
    );
  };
  shorts(prior.tokenOf);
  const most = Math.max(...prior.unigrams);
  shorts(
    Uint16Array.from(prior.tokenOf, (token) =>
      Math.min(65_535, Math.round(Math.log(most / prior.unigrams[token]!) / UNIGRAM_STEP)),
    ),
  );
  const sizes: number[] = [];
  const many: number[] = [];
  prior.first.forEach((starts, level) => {
    const ranks = prior.ranks[level + 1]!;
    const gaps = new Uint16Array(ranks.length);
    for (let parent = 0; parent + 1 < starts.length; parent++) {
      let previous = -1;
      for (let i = starts[parent]!; i < starts[parent + 1]!; i++) {
        gaps[i] = ranks[i]! - previous - 1;
        previous = ranks[i]!;
      }
    }
    const counts = Uint16Array.from(starts.subarray(1), (end, parent) => end - starts[parent]!);
    const large = counts.filter((count) => count >= MANY);
    parts.push(Uint8Array.from(counts, (count) => Math.min(count, MANY)));
    shorts(large);
    shorts(gaps);
    many.push(large.length);
    parts.push(prior.codes[level + 1]!);
    sizes.push(ranks.length);
  });
  const header: PriorHeader = { vocabulary, order, tokenizer, sizes, many };
  const body = zstdCompressSync(Buffer.concat(parts), {
    params: { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_windowLog]: 25 },
  });
  return Buffer.concat([Buffer.from(`${PRIOR_MAGIC}${JSON.stringify(header)}\n`, 'latin1'), body]);
}
