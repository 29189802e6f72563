import type { TokenId } from '../base/index.ts';
import { assertTokens, scoreByExtending } from './sequence.ts';
import type { TokenModel, TokenSequence } from './types.ts';

/** What is mixed: the first model, the second, and a product of what they say, which is sure only of what both find likely. */
const EXPERTS = 3;
/** What the shares of a place depend on; see `look`. */
const FEATURES = 8;

/** Numbers of a mixture: one for each expert and feature. */
export const MIXTURE_WEIGHTS = EXPERTS * FEATURES;

/** `MIXTURE_WEIGHTS` numbers, expert by expert; all 0 gives every expert a third. */
export type MixtureWeights = Float32Array;

/**
 * Powers in the product, of the first model, of the second, and of what the first knew before it read anything. The last divides out
 * what both know of code at large, so that it does not count twice. Fitted; docs/decisions/mixture.md.
 */
const POWERS = { first: 0.84, second: 0.51, prior: -0.29 } as const;

/** Nothing counts as less likely than this beforehand, nats. */
const LEAST = -30;

/** What the product gives one token, from its log probabilities; not yet normalised. */
const together = (first: number, second: number, prior = 0): number =>
  first === -Infinity || second === -Infinity
    ? 0
    : Math.exp(POWERS.first * first + POWERS.second * second + POWERS.prior * Math.max(prior, LEAST));

/** Two distributions over the next token, looked at together. */
export interface Place {
  readonly features: Float64Array;
  /** Sum of the product over the vocabulary, by which it is divided; 0 where nothing is possible to both. */
  readonly product: number;
}

/** Log odds, in fours; certainty is cut off at 1e-4. */
const odds = (probability: number): number => (Math.log(probability + 1e-4) - Math.log(1 - probability + 1e-4)) / 4;

/**
 * How sure each model is: its entropy (nats, in fives), the odds of its likeliest token, and those again where it is the same one.
 *
 * @param prior what the first model knew before it read anything; even where it is not given
 */
export function look(first: Float32Array, second: Float32Array, prior?: Float32Array): Place {
  const entropy = [0, 0];
  const best = [0, 0];
  let product = 0;
  for (let i = 0; i < first.length; i++) {
    const [left, right] = [first[i]!, second[i]!];
    if (left > first[best[0]!]!) best[0] = i;
    if (right > second[best[1]!]!) best[1] = i;
    if (left > -Infinity) entropy[0]! -= Math.exp(left) * left;
    if (right > -Infinity) entropy[1]! -= Math.exp(right) * right;
    product += together(left, right, prior?.[i]);
  }
  const [sure, other] = [odds(Math.exp(first[best[0]!]!)), odds(Math.exp(second[best[1]!]!))];
  const same = best[0] === best[1] ? 1 : 0;
  const features = [entropy[0]! / 5, entropy[1]! / 5, sure, other, same, same * sure, same * other, 1];
  return { features: Float64Array.from(features), product };
}

/** Probabilities of one token under the experts, from its log probabilities under the models. */
export function expertsOf({ product }: Place, first: number, second: number, prior?: number): readonly number[] {
  return [Math.exp(first), Math.exp(second), product > 0 ? together(first, second, prior) / product : 0];
}

/** Shares of the experts at a place: the softmax of linear functions of its features. */
function sharesAt({ features, product }: Place, weights: ArrayLike<number>): Float64Array {
  const shares = new Float64Array(EXPERTS);
  let total = 0;
  for (let expert = 0; expert < EXPERTS; expert++) {
    let sum = 0;
    for (let i = 0; i < FEATURES; i++) sum += weights[expert * FEATURES + i]! * features[i]!;
    // Two models that agree on nothing have no product.
    const share = expert === 2 && product === 0 ? 0 : Math.exp(sum);
    shares[expert] = share;
    total += share;
  }
  return shares.map((share) => share / total);
}

/**
 * Two sequences as one, from where they stand: what each has before it may differ. Its length is that of the first, and it
 * cannot be cut to before where the two met. Closing it closes both.
 *
 * @param weights a third for each expert where none are given
 */
export function mixed(
  first: TokenSequence,
  second: TokenSequence,
  vocabulary: number,
  weights: MixtureWeights = new Float32Array(MIXTURE_WEIGHTS),
): TokenSequence {
  if (weights.length !== MIXTURE_WEIGHTS)
    throw new RangeError(`expected ${MIXTURE_WEIGHTS} weights, got ${weights.length}`);
  const output = new Float32Array(vocabulary);
  const lead = second.length - first.length;
  const sequence: TokenSequence = {
    get length() {
      return first.length;
    },
    extend(tokens: readonly TokenId[]) {
      assertTokens(tokens, vocabulary);
      first.extend(tokens);
      second.extend(tokens);
    },
    logProbabilities() {
      const [left, right, prior] = [
        first.logProbabilities(),
        second.logProbabilities(),
        first.priorLogProbabilities?.(),
      ];
      const place = look(left, right, prior);
      const [one, two, both] = sharesAt(place, weights) as unknown as [number, number, number]; // EXPERTS of them
      const scale = both === 0 ? 0 : both / place.product;
      for (let i = 0; i < vocabulary; i++) {
        const [l, r] = [left[i]!, right[i]!];
        output[i] = Math.log(one * Math.exp(l) + two * Math.exp(r) + scale * together(l, r, prior?.[i]));
      }
      return output;
    },
    scoreNext(tokens) {
      assertTokens(tokens, vocabulary);
      return scoreByExtending(sequence, tokens);
    },
    truncate(length) {
      first.truncate(length);
      second.truncate(length + lead);
    },
    fork: () => mixed(first.fork(), second.fork(), vocabulary, weights),
    close() {
      first.close();
      second.close();
    },
  };
  return sequence;
}

/**
 * Two models as one. Neither sees the other. The shares depend on how sure each of them is and on whether they agree; see
 * `look`.
 */
export function mixture(first: TokenModel, second: TokenModel, weights?: MixtureWeights): TokenModel {
  const { vocabulary } = first;
  if (second.vocabulary !== vocabulary)
    throw new RangeError(`expected models of one vocabulary, got ${vocabulary} and ${second.vocabulary}`);
  return {
    name: `${first.name} + ${second.name}`,
    vocabulary,
    open: () => mixed(first.open(), second.open(), vocabulary, weights),
  };
}

export interface MixtureLearner {
  /** Takes one place in and what the experts gave the token that came, see `expertsOf`. Returns the mixture's before the step. */
  learn(place: Place, given: readonly number[]): number;
  weights(): MixtureWeights;
}

const RATE = 0.1;
/** First sum of squared slopes: keeps the first steps from being arbitrarily long. */
const START = 1e-2;

/** Learns the weights by gradient ascent on the log probability of what came (AdaGrad, Duchi et al. 2011). */
export function mixtureLearner(from: MixtureWeights = new Float32Array(MIXTURE_WEIGHTS)): MixtureLearner {
  const weights = Float64Array.from(from);
  const squares = new Float64Array(MIXTURE_WEIGHTS).fill(START);
  return {
    learn(place, given) {
      const shares = sharesAt(place, weights);
      const probability = shares.reduce((sum, share, expert) => sum + share * given[expert]!, 0);
      // What no expert thought possible says nothing about any.
      if (probability <= 0) return probability;
      for (let at = 0; at < MIXTURE_WEIGHTS; at++) {
        const expert = Math.floor(at / FEATURES);
        const slope = shares[expert]! * (given[expert]! / probability - 1) * place.features[at % FEATURES]!;
        squares[at]! += slope * slope;
        weights[at]! += (RATE * slope) / Math.sqrt(squares[at]!);
      }
      return probability;
    },
    weights: () => Float32Array.from(weights),
  };
}
