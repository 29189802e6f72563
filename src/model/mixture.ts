import type { TokenId } from '../base/index.ts';
import { assertTokens, scoreByExtending } from './sequence.ts';
import type { TokenModel, TokenSequence } from './types.ts';

/** Upper bounds of the buckets of a model's highest probability; the last bucket is open. */
const SURE = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995] as const;
const BUCKETS = SURE.length + 1;

/** Weights of a mixture: one for each pair of buckets, once where the two models differ in what is likeliest, once where not. */
export const MIXTURE_WEIGHTS = 2 * BUCKETS * BUCKETS;

/** The share of the first model for every kind of place, 0 to 1, `MIXTURE_WEIGHTS` of them. */
export type MixtureWeights = Float32Array;

/** The likeliest next token under a model, and its probability. */
export interface Best {
  readonly token: number;
  readonly probability: number;
}

export function bestOf(logProbabilities: Float32Array): Best {
  let token = 0;
  for (let i = 1; i < logProbabilities.length; i++) if (logProbabilities[i]! > logProbabilities[token]!) token = i;
  return { token, probability: Math.exp(logProbabilities[token]!) };
}

const bucketOf = (probability: number): number => {
  const bucket = SURE.findIndex((bound) => probability <= bound);
  return bucket < 0 ? SURE.length : bucket;
};

const weightIndex = (first: Best, second: Best): number =>
  (first.token === second.token ? BUCKETS * BUCKETS : 0) +
  bucketOf(first.probability) * BUCKETS +
  bucketOf(second.probability);

/**
 * Two models as one: P = λ · first + (1 − λ) · second, token by token, where λ depends on how sure each of them is of its
 * likeliest token and on whether that is the same one. Neither model sees the other.
 *
 * @param weights half and half where none are given
 */
export function mixture(
  first: TokenModel,
  second: TokenModel,
  weights: MixtureWeights = new Float32Array(MIXTURE_WEIGHTS).fill(0.5),
): TokenModel {
  const { vocabulary } = first;
  if (second.vocabulary !== vocabulary)
    throw new RangeError(`expected models of one vocabulary, got ${vocabulary} and ${second.vocabulary}`);
  if (weights.length !== MIXTURE_WEIGHTS)
    throw new RangeError(`expected ${MIXTURE_WEIGHTS} weights, got ${weights.length}`);
  const over = (a: TokenSequence, b: TokenSequence): TokenSequence => {
    const output = new Float32Array(vocabulary);
    const sequence: TokenSequence = {
      get length() {
        return a.length;
      },
      extend(tokens: readonly TokenId[]) {
        assertTokens(tokens, vocabulary);
        a.extend(tokens);
        b.extend(tokens);
      },
      logProbabilities() {
        const [left, right] = [a.logProbabilities(), b.logProbabilities()];
        const share = weights[weightIndex(bestOf(left), bestOf(right))]!;
        for (let i = 0; i < vocabulary; i++)
          output[i] = Math.log(share * Math.exp(left[i]!) + (1 - share) * Math.exp(right[i]!));
        return output;
      },
      scoreNext(tokens) {
        assertTokens(tokens, vocabulary);
        return scoreByExtending(sequence, tokens);
      },
      truncate(length) {
        a.truncate(length);
        b.truncate(length);
      },
      fork: () => over(a.fork(), b.fork()),
      close() {
        a.close();
        b.close();
      },
    };
    return sequence;
  };
  return { name: `${first.name} + ${second.name}`, vocabulary, open: () => over(first.open(), second.open()) };
}

/** How fast a step shrinks with the places seen: below 1, so that what was believed first is forgotten. */
const DECAY = 0.7;
/** Places that the first weight, one half, stands for. */
const DOUBT = 4;

export interface MixtureLearner {
  /** Takes one place in: what each model finds likeliest and what it gave the token that came. Returns the mixture's. */
  learn(first: Best, second: Best, given: { readonly first: number; readonly second: number }): number;
  weights(): MixtureWeights;
}

/** Learns the weights by stepwise expectation and maximisation (Cappé and Moulines 2009). */
export function mixtureLearner(): MixtureLearner {
  const weights = new Float64Array(MIXTURE_WEIGHTS).fill(0.5);
  const seen = new Float64Array(MIXTURE_WEIGHTS).fill(DOUBT);
  return {
    learn(first, second, given) {
      const at = weightIndex(first, second);
      const share = weights[at]!;
      const probability = share * given.first + (1 - share) * given.second;
      // What neither model thought possible says nothing about either.
      if (probability > 0) weights[at]! += ((share * given.first) / probability - share) * seen[at]! ** -DECAY;
      seen[at]!++;
      return probability;
    },
    weights: () => Float32Array.from(weights),
  };
}
