import { describe, expect, it } from 'vitest';
import { random, type TokenId, tokenId } from '../../src/base/index.ts';
import {
  expertsOf,
  look,
  MIXTURE_WEIGHTS,
  mixed,
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

const nextOf = (model: TokenModel, ...tokens: number[]): Float64Array => {
  const sequence = model.open();
  sequence.extend(ids(...tokens));
  return Float64Array.from(sequence.logProbabilities(), Math.exp);
};

/** All of the share to one expert, whatever the place. */
const only = (expert: number): Float32Array => {
  const weights = new Float32Array(MIXTURE_WEIGHTS);
  weights[(expert + 1) * (MIXTURE_WEIGHTS / 3) - 1] = 100;
  return weights;
};

const normalised = (values: Float64Array): Float64Array => {
  const total = values.reduce((a, b) => a + b, 0);
  return values.map((value) => value / total);
};

describe('mixture', () => {
  const [first, second] = [counted(), sure(0.7, 9)];
  const [left, right] = [nextOf(first, 1), nextOf(second, 1)];
  // Counted knows nothing before it reads, so what is divided out is the same for each token.
  const product = normalised(left.map((p, i) => p ** 0.84 * right[i]! ** 0.51));

  it.each([
    { name: 'the first', weights: only(0), expected: left },
    { name: 'the second', weights: only(1), expected: right },
    { name: 'the product', weights: only(2), expected: product },
    { name: 'a third of each', weights: undefined, expected: left.map((p, i) => (p + right[i]! + product[i]!) / 3) },
  ])('is $name where the weights say so', ({ weights, expected }) => {
    const found = nextOf(mixture(first, second, weights), 1);
    for (let i = 0; i < VOCABULARY; i++) expect(found[i]).toBeCloseTo(expected[i]!, 6);
  });

  it('says of each token what the experts say of it', () => {
    const logs = [first, second].map((model) => {
      const sequence = model.open();
      sequence.extend(ids(1));
      return Float32Array.from(sequence.logProbabilities());
    }) as [Float32Array, Float32Array];
    const place = look(...logs);
    for (let i = 0; i < VOCABULARY; i++) {
      const experts = expertsOf(place, logs[0][i]!, logs[1][i]!);
      for (const [at, expected] of [left, right, product].entries()) expect(experts[at]).toBeCloseTo(expected[i]!, 6);
    }
  });

  it('divides what the first knew beforehand out of the product', () => {
    const prior = random(3);
    const logs = (): Float32Array => {
      const values = normalised(Float64Array.from({ length: VOCABULARY }, () => prior.float() + 0.01));
      return Float32Array.from(values, Math.log);
    };
    const [one, two, before] = [logs(), logs(), logs()];
    const place = look(one, two, before);
    const expected = normalised(
      Float64Array.from(one, (log, i) => Math.exp(0.84 * log + 0.51 * two[i]! - 0.29 * before[i]!)),
    );
    for (let i = 0; i < VOCABULARY; i++)
      expect(expertsOf(place, one[i]!, two[i]!, before[i]!)[2]).toBeCloseTo(expected[i]!, 6);
    // What was impossible beforehand is bounded, and what one of the two rules out stays ruled out.
    before[4] = -Infinity;
    two[5] = -Infinity;
    const bounded = look(one, two, before);
    const given = (i: number): number => expertsOf(bounded, one[i]!, two[i]!, before[i]!)[2]!;
    expect(Array.from({ length: VOCABULARY }, (_, i) => given(i)).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(given(4)).toBeGreaterThan(given(3));
    expect(given(5)).toBe(0);
  });

  it('has no product of models that agree on nothing', () => {
    const certain = (token: number): Float32Array => {
      const logs = new Float32Array(VOCABULARY).fill(-Infinity);
      logs[token] = 0;
      return logs;
    };
    const place = look(certain(3), certain(5));
    expect([...place.features].every(Number.isFinite)).toBe(true);
    expect(expertsOf(place, 0, -Infinity)).toEqual([1, 0, 0]);
    const learner = mixtureLearner();
    expect(learner.learn(place, [1, 0, 0])).toBeCloseTo(0.5, 9);
    expect(learner.learn(place, [0, 0, 0])).toBe(0);
    expect([...learner.weights()].every(Number.isFinite)).toBe(true);
  });

  it('mixes sequences that have other things behind them', () => {
    const [one, two] = [first.open(), second.open()];
    one.extend(ids(1));
    two.extend(ids(7, 7, 1));
    const both = mixed(one, two, VOCABULARY, only(1));
    expect(both.length).toBe(1);
    both.extend(ids(9, 4));
    both.truncate(1);
    expect(two.length).toBe(3);
    expect(Math.exp(both.logProbabilities()[9]!)).toBeCloseTo(right[9]!, 6);
    const fork = both.fork();
    fork.extend(ids(3));
    expect([both.length, two.length, fork.length]).toEqual([1, 3, 2]);
  });

  it('refuses models that do not speak of the same tokens, and weights of another table', () => {
    const other = scriptedModel({ vocabulary: 21, scripts: [] });
    expect(() => mixture(counted(), other)).toThrow(/one vocabulary, got 20 and 21/);
    expect(() => mixture(counted(), counted(), new Float32Array(3)).open()).toThrow(/24 weights, got 3/);
  });
});

describe('mixtureLearner', () => {
  // Where either model is right in a known share of the places, that share is what loses least.
  it.each([0.2, 0.45, 0.8])('finds how often to believe the first: %d', (truth) => {
    const seed = 11;
    const rng = random(seed);
    const learner = mixtureLearner();
    const logs = (likely: number): Float32Array =>
      Float32Array.from({ length: 2 }, (_, i) => Math.log(i === likely ? 0.85 : 0.15));
    const place = look(logs(0), logs(1));
    for (let i = 0; i < 6_000; i++) {
      const token = rng.float() < truth ? 0 : 1;
      learner.learn(place, expertsOf(place, logs(0)[token]!, logs(1)[token]!));
    }
    const found = learner.learn(place, expertsOf(place, logs(0)[0]!, logs(1)[0]!));
    expect(Math.abs(found - Math.min(0.85, truth)), `seed ${seed}`).toBeLessThan(0.04);
  });

  it('takes the product where two weak opinions together are right', () => {
    // Two tokens, each model 70 % for the same one, which comes nine times in ten.
    const logs = Float32Array.from([Math.log(0.7), Math.log(0.3)]);
    const place = look(logs, logs);
    const learner = mixtureLearner();
    for (let i = 0; i < 2_000; i++) {
      const token = i % 10 === 9 ? 1 : 0;
      learner.learn(place, expertsOf(place, logs[token]!, logs[token]!));
    }
    const sharp = expertsOf(place, logs[0]!, logs[0]!)[2]!;
    expect(sharp).toBeGreaterThan(0.72);
    expect(learner.learn(place, expertsOf(place, logs[0]!, logs[0]!))).toBeCloseTo(sharp, 1.5);
  });
});
