import { zstdDecompressSync } from 'node:zlib';
import { fail, ok, type Result } from '../base/index.ts';
import { GATES, type Gates } from './gates.ts';

/**
 * What n-grams are likely in code at large: a pruned trie with quantised weights, trained once and shipped.
 *
 * Tokens are ranked by how common they are, so that the gaps between neighbouring followers are small. Level d holds the
 * n-grams of d tokens, in the order of their parents and then of their last token's rank; level 1 is the vocabulary
 * itself. Arrays of level d are at index d - 1.
 */
export interface Prior {
  readonly vocabulary: number;
  /** Longest n-gram. */
  readonly order: number;
  /** What it was trained for; see `tokenizerIdentity`. */
  readonly tokenizer: string;
  readonly gates: Gates;
  /** Probability of each token, by id, without any context. Sums to 1, none is 0. */
  readonly unigrams: Float32Array;
  readonly rankOf: Uint16Array;
  readonly tokenOf: Uint16Array;
  /** Rank of the last token of each n-gram; level 1 has none stored. */
  readonly ranks: readonly Uint16Array[];
  /** Quantised weight of each n-gram as a follower; see `CODE_WEIGHT`. */
  readonly codes: readonly Uint8Array[];
  /** Followers of n-gram i of a level: `first[i]` to `first[i + 1] - 1` of the next one. */
  readonly first: readonly Uint32Array[];
  /** Sum of the weights of the followers of each token; rounding may bring it a little above 1. */
  readonly mass: Float32Array;
}

/** Code c stands for the weight exp(-CODE_STEP * c). */
const CODE_STEP = 0.2;
export const CODE_WEIGHT = Float32Array.from({ length: 256 }, (_, code) => Math.exp(-CODE_STEP * code));

/** Nearest code of a weight above 0 and at most 1. */
export function weightCode(weight: number): number {
  return Math.min(255, Math.max(0, Math.round(-Math.log(weight) / CODE_STEP)));
}

export const PRIOR_MAGIC = 'assay/prior/1\n';

/** What stands before the body, as JSON. */
export interface PriorHeader {
  readonly vocabulary: number;
  readonly order: number;
  readonly tokenizer: string;
  /** N-grams of each level from the second on. */
  readonly sizes: readonly number[];
  /** How many of the level before have a large number of followers. */
  readonly many: readonly number[];
}

/** Quantisation of unigrams, in nats. */
export const UNIGRAM_STEP = 1 / 1024;

/** In the list of numbers of followers: the number is in the list of large ones. */
export const MANY = 255;

/**
 * Reads a prior as `writePrior` writes it: the magic line, the header as one line of JSON, then the body compressed with
 * Zstandard. The body: gates (float32); token of each rank, then unigram codes by rank (uint16); then for each level but
 * the first the numbers of followers of the n-grams of the level before (bytes, MANY for those in the list of large
 * ones that comes next, uint16), the gaps between neighbouring ranks (uint16), and the codes (bytes). Every list of
 * uint16 is written as its low bytes and then its high bytes.
 */
export function readPrior(bytes: Uint8Array): Result<Prior> {
  const text = new TextDecoder('latin1');
  const magic = text.decode(bytes.subarray(0, PRIOR_MAGIC.length));
  const headerEnd = bytes.indexOf(10, PRIOR_MAGIC.length);
  if (magic !== PRIOR_MAGIC || headerEnd < 0) {
    return fail(
      'model/bad-prior',
      `expected a file that begins with ${JSON.stringify(PRIOR_MAGIC)}, got ${JSON.stringify(magic)}`,
    );
  }
  let header: PriorHeader;
  let body: Uint8Array;
  try {
    header = JSON.parse(text.decode(bytes.subarray(PRIOR_MAGIC.length, headerEnd))) as PriorHeader;
    if (!Array.isArray(header.sizes) || !Array.isArray(header.many)) throw new Error('its header lists no sizes');
    body = zstdDecompressSync(bytes.subarray(headerEnd + 1));
  } catch (error) {
    return fail('model/bad-prior', `the prior is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { vocabulary, order, sizes, many } = header;
  const parents = [vocabulary, ...sizes.slice(0, -1)];
  const expected = 4 * GATES + 4 * vocabulary + sum(parents) + 2 * sum(many) + 3 * sum(sizes);
  if (sizes.length !== order - 1 || many.length !== order - 1 || body.length !== expected) {
    return fail('model/bad-prior', `the prior is damaged: expected a body of ${expected} bytes, got ${body.length}`);
  }
  return ok(unpack(header, body));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function unpack({ vocabulary, order, tokenizer, sizes, many }: PriorHeader, body: Uint8Array): Prior {
  let at = 0;
  const take = (length: number): Uint8Array => {
    at += length;
    return body.subarray(at - length, at);
  };
  const shorts = (count: number): Uint16Array => {
    const low = take(count);
    const high = take(count);
    const values = new Uint16Array(count);
    for (let i = 0; i < count; i++) values[i] = low[i]! | (high[i]! << 8);
    return values;
  };
  const gates = new Float32Array(Uint8Array.from(take(4 * GATES)).buffer);
  const tokenOf = shorts(vocabulary);
  const rankOf = new Uint16Array(vocabulary);
  for (let rank = 0; rank < vocabulary; rank++) rankOf[tokenOf[rank]!] = rank;
  const unigramCodes = shorts(vocabulary);
  const unigrams = new Float32Array(vocabulary);
  let total = 0;
  for (const code of unigramCodes) total += Math.exp(-UNIGRAM_STEP * code);
  for (let rank = 0; rank < vocabulary; rank++) {
    unigrams[tokenOf[rank]!] = Math.exp(-UNIGRAM_STEP * unigramCodes[rank]!) / total;
  }

  const ranks: Uint16Array[] = [new Uint16Array(0)];
  const codes: Uint8Array[] = [new Uint8Array(0)];
  const first: Uint32Array[] = [];
  let parents = vocabulary;
  sizes.forEach((size, level) => {
    const counts = take(parents);
    const large = shorts(many[level]!);
    const low = take(size);
    const high = take(size);
    const starts = new Uint32Array(parents + 1);
    const followers = new Uint16Array(size);
    let child = 0;
    let next = 0;
    for (let parent = 0; parent < parents; parent++) {
      const count = counts[parent]!;
      if (count > 0) {
        const end = child + (count === MANY ? large[next++]! : count);
        let rank = -1;
        for (; child < end; child++) {
          rank += (low[child]! | (high[child]! << 8)) + 1;
          followers[child] = rank;
        }
      }
      starts[parent + 1] = child;
    }
    first.push(starts);
    ranks.push(followers);
    codes.push(take(size));
    parents = size;
  });
  const prior = { vocabulary, order, tokenizer, gates, unigrams, rankOf, tokenOf, ranks, codes, first };
  return { ...prior, mass: Float32Array.from({ length: vocabulary }, (_, rank) => sumOfWeights(prior, 1, rank)) };
}

/** Sum of the weights of the followers of n-gram `index` of level `level`. */
export function sumOfWeights(prior: Pick<Prior, 'first' | 'codes'>, level: number, index: number): number {
  const codes = prior.codes[level]!;
  const end = prior.first[level - 1]![index + 1]!;
  let weight = 0;
  for (let i = prior.first[level - 1]![index]!; i < end; i++) weight += CODE_WEIGHT[codes[i]!]!;
  return weight;
}

/** What `sumOfWeights` says, kept where it is asked for most. */
export const priorMass = (prior: Prior, level: number, index: number): number =>
  level === 1 ? prior.mass[index]! : sumOfWeights(prior, level, index);

/** Number of followers of n-gram `index` of level `level`. */
export const priorFollowers = ({ first }: Prior, level: number, index: number): number =>
  first[level - 1]![index + 1]! - first[level - 1]![index]!;

/** Each follower of n-gram `index` of level `level` with its weight. */
export function eachFollower(
  { first, ranks, codes, tokenOf }: Prior,
  level: number,
  index: number,
  visit: (token: number, weight: number) => void,
): void {
  const [starts, last, own] = [first[level - 1]!, ranks[level]!, codes[level]!];
  const end = starts[index + 1]!;
  for (let i = starts[index]!; i < end; i++) visit(tokenOf[last[i]!]!, CODE_WEIGHT[own[i]!]!);
}

/** Index of the n-gram that n-gram `index` of level `level` becomes by one more token; -1 where the prior has none. */
export function priorStep(prior: Prior, level: number, index: number, token: number): number {
  if (index < 0 || level >= prior.order) return -1;
  if (level === 0) return prior.rankOf[token]!;
  const starts = prior.first[level - 1]!;
  const ranks = prior.ranks[level]!;
  const rank = prior.rankOf[token]!;
  let low = starts[index]!;
  let high = starts[index + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranks[middle]! < rank) low = middle + 1;
    else high = middle;
  }
  return low < starts[index + 1]! && ranks[low] === rank ? low : -1;
}

/** Weight of a token after n-gram `index` of level `level`; 0 where the prior does not say. */
export function priorWeight(prior: Prior, level: number, index: number, token: number): number {
  const child = priorStep(prior, level, index, token);
  return child < 0 ? 0 : CODE_WEIGHT[prior.codes[level]![child]!]!;
}
