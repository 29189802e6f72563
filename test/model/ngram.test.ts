import { describe, expect, it } from 'vitest';
import { type Random, random, type TokenId, tokenId } from '../../src/base/index.ts';
import { countBucket, GATES, gateIndex, massBucket, PRIOR, PROJECT, sourceOf } from '../../src/model/gates.ts';
import {
  buildPrior,
  defaultGates,
  type Gates,
  gateLearner,
  type NgramModel,
  ngram,
  type Prior,
  projectEvidence,
  readPrior,
  writePrior,
} from '../../src/model/index.ts';
import { tokenModelContract } from './contract.ts';
import { ngramReference, priorMap } from './ngramReference.ts';

const VOCABULARY = 30;
const ids = (...values: number[]): TokenId[] => values.map(tokenId);

/** Text with habits: stretches of earlier text, and the rest from few tokens. */
function text(rng: Random, length: number, earlier: readonly (readonly TokenId[])[] = []): TokenId[] {
  const tokens: TokenId[] = [];
  while (tokens.length < length) {
    const from = earlier.length > 0 && rng.below(2) === 0 ? rng.pick(earlier) : [];
    const start = rng.below(from.length + 1);
    tokens.push(...from.slice(start, start + rng.below(10)), tokenId(rng.below(rng.below(3) === 0 ? VOCABULARY : 5)));
  }
  return tokens.slice(0, length);
}

function texts(rng: Random, count: number, length: number): TokenId[][] {
  const made: TokenId[][] = [];
  for (let i = 0; i < count; i++) made.push(text(rng, length, made));
  return made;
}

function randomGates(rng: Random): Gates {
  return Float32Array.from({ length: GATES }, () => 0.05 + 0.9 * rng.float());
}

function smallPrior(seed: number, order = 4, size = 200): Prior {
  const rng = random(seed);
  const shared = texts(rng, 3, 60);
  const groups = [0, 1, 2].map(() => [text(rng, 120, shared), text(rng, 80, shared)]);
  const gates = randomGates(rng);
  return buildPrior(groups, {
    vocabulary: VOCABULARY,
    tokenizer: 'test',
    order,
    size,
    countGates: defaultGates(),
    gates,
  });
}

function trained(seed: number, options: Partial<Parameters<typeof ngram>[0]> = {}): NgramModel {
  const model = ngram({ vocabulary: VOCABULARY, ...options });
  texts(random(seed), 4, 80).forEach((tokens, i) => {
    model.train(`file${i}`, tokens);
  });
  return model;
}

const sequences = [ids(1, 2, 3, 1, 2, 3, 1, 2), ...texts(random(5), 3, 40)];
tokenModelContract({ name: 'ngram that knows nothing', model: () => ngram({ vocabulary: VOCABULARY }), sequences });
tokenModelContract({ name: 'ngram with a project', model: () => trained(3, { order: 6 }), sequences });
tokenModelContract({
  name: 'ngram with a project and a prior',
  model: () => trained(3, { prior: smallPrior(8), gates: randomGates(random(1)) }),
  sequences,
});

describe('ngram', () => {
  it('is its definition, whatever it has learned and forgotten', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const rng = random(seed);
      const order = 2 + rng.below(7);
      const prior = rng.below(3) === 0 ? undefined : smallPrior(seed, 2 + rng.below(4), 20 + rng.below(300));
      const gates = randomGates(rng);
      const options = { vocabulary: VOCABULARY, order, gates, ...(prior ? { prior } : {}) };
      const unread = { ...options, gates: gates.map((gate, i) => (sourceOf(i) === PRIOR ? gate : 0)) };
      const model = ngram(options);
      const files = new Map<string, TokenId[][]>();
      const open: { readonly sequence: ReturnType<NgramModel['open']>; tokens: TokenId[] }[] = [];
      for (let step = 0; step < 40; step++) {
        const all = [...files.values()].flat();
        const file = `file${rng.below(5)}`;
        switch (rng.below(6)) {
          case 0:
            expect(model.forget(file)).toBe(files.delete(file));
            break;
          case 1:
          case 2: {
            const parts = Array.from({ length: rng.below(3) }, () => text(rng, rng.below(50), all));
            model.train(file, ...parts);
            files.set(file, parts);
            break;
          }
          case 3:
            open.push({ sequence: model.open(), tokens: [] });
            break;
          default: {
            const one = open[rng.below(open.length + 1)];
            if (one === undefined) break;
            const cut = rng.below(3) === 0 ? rng.below(one.tokens.length + 1) : one.tokens.length;
            const more = text(rng, rng.below(12), [...all, one.tokens]);
            one.sequence.truncate(cut);
            one.sequence.extend(more);
            one.tokens = [...one.tokens.slice(0, cut), ...more];
          }
        }
        expect(model.tokens).toBe([...files.values()].flat().reduce((sum, { length }) => sum + length, 0));
        for (const { sequence, tokens } of open) {
          if (rng.below(3) > 0) continue;
          const expected = ngramReference(options, [...files.values()].flat(), tokens);
          const logs = sequence.logProbabilities();
          const wrong = expected.findIndex(
            (value, token) =>
              Math.abs(Math.exp(logs[token]!) / value - 1) > 1e-4 ||
              Math.abs(sequence.probability(tokenId(token)) / value - 1) > 1e-6,
          );
          expect(wrong, `seed ${seed}, step ${step}: token ${wrong}, expected ${expected[wrong]}`).toBe(-1);
          const before = ngramReference(unread, [], tokens);
          const known = sequence.priorLogProbabilities();
          for (const [token, value] of before.entries())
            expect(Math.exp(known[token]!) / value, `seed ${seed}, step ${step}: token ${token}`).toBeCloseTo(1, 4);
        }
      }
    }
  });

  it('expects what the project says, and more what the sequence has just said', () => {
    const model = ngram({ vocabulary: VOCABULARY });
    model.train('a', ids(1, 2, 3, 4, 9, 1, 2, 3, 4, 9, 1, 2, 3, 4));
    const likeliest = (...before: number[]): number => {
      const sequence = model.open();
      sequence.extend(ids(...before));
      return sequence.logProbabilities().reduce((best, log, token, logs) => (log > logs[best]! ? token : best), 0);
    };
    expect(likeliest(1, 2, 3)).toBe(4);
    expect(likeliest(1, 2, 3, 7, 8, 1, 2, 3, 7, 8, 1, 2, 3)).toBe(7);
    model.train('a', ids(1, 2, 3, 6, 9, 1, 2, 3, 6));
    expect(likeliest(1, 2, 3)).toBe(6);
    expect(model.forget('a')).toBe(true);
    expect(model.forget('a')).toBe(false);
    expect(model.tokens).toBe(0);
  });

  it('does not see over the gap between two texts of a file', () => {
    const model = ngram({ vocabulary: VOCABULARY });
    model.train('a', ids(1, 2), ids(3, 4));
    const sequence = model.open();
    sequence.extend(ids(1, 2));
    const [three, five] = [sequence.probability(tokenId(3)), sequence.probability(tokenId(4))];
    expect(three).toBe(five);
  });

  it('makes its counts anew when most of its log is gone, and stays the same model', () => {
    const rng = random(4);
    const model = ngram({ vocabulary: VOCABULARY, order: 2 });
    const big = text(rng, 100_000);
    const keep = text(rng, 2_000);
    model.train('keep', keep);
    const sequence = model.open();
    sequence.extend(keep.slice(0, 50));
    const before = Float32Array.from(sequence.logProbabilities());
    const sizes: number[] = [];
    for (let round = 0; round < 16; round++) {
      model.train('big', big);
      sizes.push(model.bytes);
      model.forget('big');
      expect(Float32Array.from(sequence.logProbabilities())).toEqual(before);
    }
    expect(Math.max(...sizes)).toBeGreaterThan(sizes.at(-1)!);
  });

  it('refuses what it cannot be', () => {
    expect(() => ngram({ vocabulary: 10, order: 1 })).toThrow(/order/);
    expect(() => ngram({ vocabulary: 10, order: 9 })).toThrow(/order/);
    expect(() => ngram({ vocabulary: 10, prior: smallPrior(1) })).toThrow(/do not belong together/);
    expect(() => ngram({ vocabulary: 10 }).train('a', ids(10))).toThrow(RangeError);
  });
});

describe('gates', () => {
  it('fall into buckets that grow with what they count', () => {
    const rng = random(6);
    for (let i = 0; i < 2000; i++) {
      const total = 1 + rng.below(2 ** rng.below(20));
      const types = 1 + rng.below(total);
      for (const bucket of [countBucket(total, types), massBucket(rng.float() * 1.1, types)]) {
        expect(Number.isInteger(bucket)).toBe(true);
        expect(gateIndex(PROJECT, 7, bucket)).toBeLessThan(gateIndex(2, 0, 0));
        expect(gateIndex(PROJECT, 0, bucket)).toBeGreaterThanOrEqual(gateIndex(PROJECT, 0, 0));
      }
      expect(countBucket(total + 1, types)).toBeGreaterThanOrEqual(countBucket(total, types));
    }
    expect(countBucket(1, 1)).not.toBe(countBucket(2, 1));
    expect(countBucket(2, 1)).not.toBe(countBucket(2, 2));
  });

  it('are learned: text becomes more probable, and nothing impossible', () => {
    const files = texts(random(2), 5, 300).map((tokens, i) => ({ name: `f${i}`, tokens }));
    const learner = gateLearner();
    const bits = (): number => {
      let sum = 0;
      let count = 0;
      for (const evidence of projectEvidence(ngram({ vocabulary: VOCABULARY }), files, {
        tokens: 1e6,
        fileTokens: 1e6,
      })) {
        sum -= Math.log2(learner.learn(evidence));
        count++;
      }
      expect(count).toBe(1500);
      return sum / count;
    };
    const rounds = [bits(), bits(), bits()];
    expect(rounds[2]).toBeLessThan(rounds[0]! - 0.05);
    const gates = learner.gates();
    expect(gates.every((gate) => gate > 0 && gate < 1)).toBe(true);

    // The evidence and the model are one: the learned gates give the probabilities the learner saw.
    const model = ngram({ vocabulary: VOCABULARY, gates });
    for (const { name, tokens } of files.slice(1)) model.train(name, tokens);
    const sequence = model.open();
    sequence.extend(files[0]!.tokens.slice(0, 100));
    const next = files[0]!.tokens[100]!;
    const { base, gates: used, shares } = sequence.evidence(next);
    const chained = used.reduce((below, gate, i) => below + gates[gate]! * (shares[i]! - below), base);
    expect(chained / sequence.probability(next)).toBeCloseTo(1, 6);
  });

  it('are learned along the slope of the log probability', () => {
    const gates = randomGates(random(9));
    const evidence = {
      base: 0.01,
      gates: Int32Array.of(3, 400, 900),
      shares: Float64Array.of(0.4, 0, 0.7),
    };
    const logit = (value: number): number => Math.log(value / (1 - value));
    const logP = (of: Gates): number =>
      Math.log([...evidence.gates].reduce((p, gate, i) => p + of[gate]! * (evidence.shares[i]! - p), evidence.base));
    const learner = gateLearner(gates);
    expect(Math.log(learner.learn(evidence))).toBeCloseTo(logP(gates), 6);
    const after = learner.gates();
    for (const gate of evidence.gates) {
      const nudge = 1e-3;
      const nudged = (by: number): Gates =>
        gates.map((value, i) => (i === gate ? 1 / (1 + Math.exp(-logit(value) - by)) : value));
      const slope = (logP(nudged(nudge)) - logP(nudged(-nudge))) / (2 * nudge);
      const step = logit(after[gate]!) - logit(gates[gate]!);
      // AdaGrad's first step: the rate times the slope over its length, the first sum of squares included.
      expect(step).toBeCloseTo((0.3 * slope) / Math.sqrt(1e-4 + slope * slope), 2);
    }
  });

  it('are learned from as many tokens as asked for, evenly over the files', () => {
    const files = texts(random(2), 20, 100).map((tokens, i) => ({ name: `f${i}`, tokens }));
    const model = ngram({ vocabulary: VOCABULARY });
    const count = [...projectEvidence(model, files, { tokens: 500, fileTokens: 60 })].length;
    expect(count).toBeGreaterThanOrEqual(500);
    expect(count).toBeLessThanOrEqual(560);
    expect(model.tokens).toBe(2000);
  });
});

describe('a prior', () => {
  it('comes back from its bytes', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const prior = smallPrior(seed, 2 + (seed % 4), 30 * seed);
      const bytes = writePrior(prior);
      const read = readPrior(bytes);
      if (!read.ok) throw new Error(read.issues[0]!.message);
      expect(priorMap(read.value)).toEqual(priorMap(prior));
      expect(read.value.gates).toEqual(prior.gates);
      expect([read.value.vocabulary, read.value.order, read.value.tokenizer]).toEqual([
        VOCABULARY,
        prior.order,
        'test',
      ]);
      expect(read.value.mass).toEqual(prior.mass);
      read.value.unigrams.forEach((probability, token) => {
        expect(probability / prior.unigrams[token]!).toBeCloseTo(1, 2);
      });
      expect(Buffer.compare(writePrior(read.value), bytes)).toBe(0);
    }
  });

  it('keeps what several groups say and what says most', () => {
    const common = ids(1, 2);
    const lone = ids(7, 8, 7, 8, 7, 8, 7, 8, 2, 11, 2, 12, 2, 13, 2, 14);
    const build = (size: number): Prior =>
      buildPrior([[common, lone], [common], [common]], {
        vocabulary: VOCABULARY,
        tokenizer: 'test',
        order: 3,
        size,
        countGates: defaultGates(),
        gates: defaultGates(),
      });
    expect(priorMap(build(100)).get('7')?.has(8)).toBe(true);
    // After 7 comes 8 more surely and more often than 2 after 1, but one group alone says so.
    expect([...priorMap(build(1)).keys()]).toEqual(['1']);
    expect(priorMap(build(0)).size).toBe(0);
  });

  it('holds each n-gram with those it begins with, and no more than asked for', () => {
    for (const size of [10, 50, 150]) {
      const prior = smallPrior(3, 5, size);
      const map = priorMap(prior);
      const total = [...map.values()].reduce((sum, followers) => sum + followers.size, 0);
      expect(total).toBeLessThanOrEqual(size);
      expect(total).toBe(prior.ranks.reduce((sum, { length }) => sum + length, 0));
    }
  });

  const good = writePrior(smallPrior(1));
  const damaged: readonly (readonly [string, Uint8Array])[] = [
    ['nothing', new Uint8Array(0)],
    ['another file', new TextEncoder().encode('{"model": {}}\n')],
    ['half of it', good.subarray(0, good.length >> 1)],
    ['a header that is no JSON', new TextEncoder().encode('assay/prior/1\n{\n')],
    ['a header without sizes', new TextEncoder().encode('assay/prior/1\n{}\n')],
    ['another header', Buffer.from(Buffer.from(good).toString('latin1').replace('"order":4', '"order":5'), 'latin1')],
  ];
  for (const [what, bytes] of damaged) {
    it(`is refused as an issue where there is ${what}`, () => {
      const read = readPrior(bytes);
      expect([read.ok, read.issues[0]?.code]).toEqual([false, 'model/bad-prior']);
    });
  }
});
