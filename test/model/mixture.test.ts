import { describe, expect, it } from 'vitest';
import { random, type TokenId, tokenId } from '../../src/base/index.ts';
import {
  bestOf,
  MIXTURE_WEIGHTS,
  mixture,
  mixtureLearner,
  ngram,
  scriptedModel,
  type TokenModel,
} from '../../src/model/index.ts';
import { tokenModelContract } from './contract.ts';

const ids = (...values: number[]): TokenId[] => values.map(tokenId);
const VOCABULARY = 20;

const sure = (certainty: number, next: number): TokenModel =>
  scriptedModel({ vocabulary: VOCABULARY, certainty, scripts: [{ after: ids(1), next: ids(next) }] });

function counted(): TokenModel {
  const model = ngram({ vocabulary: VOCABULARY });
  model.train('a', ids(1, 2, 3, 4, 1, 2, 3, 5, 1, 2, 3, 4));
  return model;
}

tokenModelContract({
  name: 'mixture',
  model: () => mixture(counted(), sure(0.7, 2)),
  sequences: [ids(1), ids(1, 2, 3), ids(4, 1, 2)],
  tolerance: 1e-6,
});

const nextOf = (model: TokenModel, ...tokens: number[]): Float32Array => {
  const sequence = model.open();
  sequence.extend(ids(...tokens));
  return Float32Array.from(sequence.logProbabilities(), Math.exp);
};

describe('mixture', () => {
  it.each([0, 0.25, 0.5, 1])('adds the distributions up, %d of the first', (share) => {
    const [first, second] = [counted(), sure(0.7, 9)];
    const mixed = nextOf(mixture(first, second, new Float32Array(MIXTURE_WEIGHTS).fill(share)), 1);
    const [left, right] = [nextOf(first, 1), nextOf(second, 1)];
    for (let i = 0; i < VOCABULARY; i++) expect(mixed[i]).toBeCloseTo(share * left[i]! + (1 - share) * right[i]!, 6);
  });

  it('refuses models that do not speak of the same tokens, and weights of another table', () => {
    const other = scriptedModel({ vocabulary: 21, scripts: [] });
    expect(() => mixture(counted(), other)).toThrow(/one vocabulary, got 20 and 21/);
    expect(() => mixture(counted(), counted(), new Float32Array(3))).toThrow(/450 weights, got 3/);
  });
});

describe('mixtureLearner', () => {
  // Where either model is right in a known share of the places, that share is the weight that loses least.
  it.each([0.2, 0.45, 0.8])('finds how often to believe the first: %d', (truth) => {
    const seed = 11;
    const rng = random(seed);
    const learner = mixtureLearner();
    const best = bestOf(Float32Array.from([Math.log(0.85), Math.log(0.15)]));
    const other = bestOf(Float32Array.from([Math.log(0.15), Math.log(0.85)]));
    for (let i = 0; i < 4_000; i++) {
      const first = rng.float() < truth;
      learner.learn(best, other, { first: first ? 0.85 : 0.15, second: first ? 0.15 : 0.85 });
    }
    const mixed = mixture(sure(0.85, 2), sure(0.85, 9), learner.weights());
    // Of the likeliest token of the first: 0.85 of its share, 0.15 of the other's, is right as often as it comes.
    const weight = learner.weights().find((value) => value !== 0.5)!;
    expect(Math.abs(0.15 + 0.7 * weight - truth), `seed ${seed}`).toBeLessThan(0.03);
    expect(nextOf(mixed, 1)[2]).toBeCloseTo(weight * (0.85 + 0.15 / 20) + (1 - weight) * (0.15 / 20), 5);
  });

  it('never gives a place that both models have seen less than the worse of the two', () => {
    const learner = mixtureLearner();
    const best = { token: 1, probability: 0.5 };
    for (let i = 0; i < 50; i++) {
      const probability = learner.learn(best, best, { first: 0.25, second: 0.5 });
      expect(probability).toBeGreaterThanOrEqual(0.25);
      expect(probability).toBeLessThanOrEqual(0.5);
    }
  });
});
