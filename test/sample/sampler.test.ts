import { describe, expect, it } from 'vitest';
import { type Random, random, type TokenId, tokenId } from '../../src/base/index.ts';
import {
  DEFAULT_SAMPLING,
  GREEDY,
  type SamplingOptions,
  sampleToken,
  samplingOptions,
} from '../../src/sample/index.ts';

const PLAIN: SamplingOptions = { ...DEFAULT_SAMPLING, temperature: 1, topP: 1 };
const logsOf = (...probabilities: number[]): Float32Array => Float32Array.from(probabilities, Math.log);
const ids = (...values: number[]): TokenId[] => values.map(tokenId);

/**
 * The filters by their definitions, with plain sorting and float64: the distribution that `sampleToken` must follow.
 */
function reference(
  logs: Float32Array,
  options: SamplingOptions,
  recent: readonly TokenId[],
  mask?: Uint8Array,
): Map<number, number> {
  const { temperature, topK, topP, minP, repetitionPenalty, repetitionWindow } = options;
  const seen = new Set(repetitionWindow > 0 ? recent.slice(-repetitionWindow) : []);
  let kept = [...logs.keys()]
    .filter((id) => mask?.[id] !== 0 && logs[id]! > -Infinity)
    .map((id) => ({ id, odds: Math.exp(logs[id]!) / (seen.has(tokenId(id)) ? repetitionPenalty : 1) }))
    .sort((a, b) => b.odds - a.odds || a.id - b.id);
  if (topK > 0) kept = kept.slice(0, topK);
  const total = kept.reduce((sum, { odds }) => sum + odds, 0);
  let mass = 0;
  // A token is in while the more probable ones do not yet hold topP.
  if (topP < 1) {
    kept = kept.filter(({ odds }) => {
      const before = mass;
      mass += odds;
      return before < topP * total;
    });
  }
  kept = kept.filter(({ odds }) => odds >= minP * kept[0]!.odds);
  const weights = kept.map(({ id, odds }) => ({ id, weight: (odds / kept[0]!.odds) ** (1 / temperature) }));
  const sum = weights.reduce((all, { weight }) => all + weight, 0);
  return new Map(weights.map(({ id, weight }) => [id, weight / sum]));
}

/** Draws from the model itself until a token passes: the oracle for masks. */
function rejectionSample(logs: Float32Array, mask: Uint8Array, rng: Random): number {
  for (let attempt = 0; attempt < 100_000; attempt++) {
    let rest = rng.float();
    const id = logs.findIndex((log) => {
      rest -= Math.exp(log);
      return rest < 0;
    });
    if (id >= 0 && mask[id] === 1) return id;
  }
  throw new Error('no token passed');
}

/** Pearson's statistic against expected shares, and a bound it exceeds about once in 10^5 runs (Wilson and Hilferty). */
function chiSquare(counts: ReadonlyMap<number, number>, expected: ReadonlyMap<number, number>, draws: number) {
  let statistic = 0;
  let cells = 0;
  let restExpected = 0;
  let restFound = 0;
  for (const [id, share] of expected) {
    if (share * draws < 5) {
      restExpected += share * draws;
      restFound += counts.get(id) ?? 0;
      continue;
    }
    cells++;
    statistic += ((counts.get(id) ?? 0) - share * draws) ** 2 / (share * draws);
  }
  if (restExpected >= 5) {
    cells++;
    statistic += (restFound - restExpected) ** 2 / restExpected;
  }
  const freedom = Math.max(1, cells - 1);
  const bound = freedom * (1 - 2 / (9 * freedom) + 4.27 * Math.sqrt(2 / (9 * freedom))) ** 3;
  return { statistic, bound };
}

function randomLogs(rng: Random, size: number): Float32Array {
  const raw = Array.from({ length: size }, () => 3 * Math.log(rng.float() + 1e-9) * rng.float());
  const total = raw.reduce((sum, value) => sum + Math.exp(value), 0);
  const logs = Float32Array.from(raw, (value) => value - Math.log(total));
  if (rng.below(3) === 0) logs[rng.below(size)] = -Infinity;
  return logs;
}

function randomOptions(rng: Random): SamplingOptions {
  const maybe = (value: number, off: number): number => (rng.below(2) === 0 ? value : off);
  return {
    temperature: rng.pick([0.2, 0.7, 1, 1.5]),
    topK: maybe(1 + rng.below(12), 0),
    topP: maybe(0.05 + 0.9 * rng.float(), 1),
    minP: maybe(0.3 * rng.float(), 0),
    repetitionPenalty: maybe(1 + 2 * rng.float(), 1),
    repetitionWindow: rng.below(6),
    seed: 0,
  };
}

describe('sampleToken', () => {
  it('follows the distribution its filters define', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const rng = random(seed);
      const size = 2 + rng.below(40);
      const logs = randomLogs(rng, size);
      const options = randomOptions(rng);
      const recent = Array.from({ length: rng.below(9) }, () => tokenId(rng.below(size)));
      const mask = rng.below(2) === 0 ? Uint8Array.from({ length: size }, () => rng.below(2)) : undefined;
      const expected = reference(logs, options, recent, mask);
      const counts = new Map<number, number>();
      const draws = 4000;
      for (let i = 0; i < draws; i++) {
        const sampled = sampleToken(logs, options, rng, recent, mask);
        if (sampled === undefined) continue;
        expect(expected.has(sampled.token), `seed ${seed}: token ${sampled.token} was filtered out`).toBe(true);
        counts.set(sampled.token, (counts.get(sampled.token) ?? 0) + 1);
      }
      if (expected.size === 0) {
        expect(counts.size, `seed ${seed}`).toBe(0);
        continue;
      }
      const { statistic, bound } = chiSquare(counts, expected, draws);
      expect(statistic, `seed ${seed}, ${JSON.stringify(options)}`).toBeLessThan(bound);
    }
  });

  it('draws under a mask as a rejection sampler does', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const rng = random(seed);
      const size = 3 + rng.below(20);
      const logs = randomLogs(rng, size);
      const mask = Uint8Array.from({ length: size }, () => rng.below(2));
      const heaviest = [...logs.keys()].reduce((best, id) => (logs[id]! > logs[best]! ? id : best), 0);
      mask[heaviest] = 1;
      const draws = 3000;
      const counts = new Map<number, number>();
      const oracle = new Map<number, number>();
      for (let i = 0; i < draws; i++) {
        const token = sampleToken(logs, PLAIN, rng, [], mask)!.token;
        counts.set(token, (counts.get(token) ?? 0) + 1);
        const other = rejectionSample(logs, mask, rng);
        oracle.set(other, (oracle.get(other) ?? 0) + 1);
      }
      // Two samples of equal size: the variance of the difference is twice that of one.
      const keys = [...new Set([...counts.keys(), ...oracle.keys()])];
      const both = new Map(keys.map((id) => [id, ((counts.get(id) ?? 0) + (oracle.get(id) ?? 0)) / (2 * draws)]));
      const { statistic, bound } = chiSquare(counts, both, draws);
      expect(2 * statistic, `seed ${seed}`).toBeLessThan(bound);
    }
  });

  it('is greedy at temperature 0, takes the lower id on a tie and draws no number', () => {
    const rng = random(3);
    const untouched = random(3);
    const logs = logsOf(0.1, 0.3, 0.3, 0.3);
    expect(sampleToken(logs, GREEDY, rng, [])).toEqual({ token: 1, probability: expect.closeTo(0.3, 6), removed: 0 });
    expect(sampleToken(logs, GREEDY, rng, [], Uint8Array.of(1, 0, 1, 1))!.token).toBe(2);
    expect(rng.uint32()).toBe(untouched.uint32());
  });

  it('repeats itself from the same seed and not from another', () => {
    const logs = randomLogs(random(1), 500);
    const run = (seed: number): number[] => {
      const rng = random(seed);
      return Array.from({ length: 40 }, () => sampleToken(logs, PLAIN, rng, [])!.token);
    };
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
  });

  it('reports the probability under the unmodified model and the mass the mask removed', () => {
    const logs = logsOf(0.5, 0.2, 0.2, 0.1);
    const options = { ...PLAIN, temperature: 0.1, topK: 1, repetitionPenalty: 5, repetitionWindow: 4 };
    const sampled = sampleToken(logs, options, random(1), ids(1), Uint8Array.of(0, 1, 1, 1))!;
    expect(sampled).toEqual({ token: 2, probability: expect.closeTo(0.2, 6), removed: expect.closeTo(0.5, 6) });
    expect(sampleToken(logs, PLAIN, random(1), [], Uint8Array.of(1, 1, 1, 1))!.removed).toBe(0);
    expect(sampleToken(logs, PLAIN, random(1), [], Uint8Array.of(0, 0, 0, 1))!.removed).toBeCloseTo(0.9, 6);
  });

  const cases: readonly {
    readonly what: string;
    readonly options: Partial<SamplingOptions>;
    readonly kept: number[];
  }[] = [
    { what: 'top-k keeps k', options: { topK: 2 }, kept: [0, 1] },
    { what: 'top-k breaks a tie by id', options: { topK: 3 }, kept: [0, 1, 2] },
    { what: 'top-p keeps the token that reaches p', options: { topP: 0.6 }, kept: [0, 1] },
    { what: 'top-p keeps at least one', options: { topP: 1e-9 }, kept: [0] },
    { what: 'top-p counts within what top-k left', options: { topK: 2, topP: 0.6 }, kept: [0] },
    { what: 'min-p is relative to the most probable', options: { minP: 0.24 }, kept: [0, 1, 2, 3] },
    { what: 'min-p of 1 keeps the most probable', options: { minP: 1 }, kept: [0] },
    { what: 'heat lets nothing back in', options: { temperature: 50, topP: 0.6 }, kept: [0, 1] },
    { what: 'all off keeps all', options: { temperature: 50 }, kept: [0, 1, 2, 3, 4] },
  ];
  for (const { what, options, kept } of cases) {
    it(what, () => {
      const logs = logsOf(0.5, 0.2, 0.125, 0.125, 0.05);
      const rng = random(11);
      const found = new Set<number>();
      for (let i = 0; i < 3000; i++) found.add(sampleToken(logs, { ...PLAIN, ...options }, rng, [])!.token);
      expect([...found].sort()).toEqual(kept);
    });
  }

  it('sorts past its band where the cut lies below it', () => {
    // One sure token and a long even tail more than ten nats below it.
    const tail = 1e-7;
    const logs = Float32Array.from({ length: 1000 }, (_, id) => Math.log(id === 999 ? 1 - 999 * tail : tail));
    const hot = { ...PLAIN, temperature: 100 };
    const rng = random(2);
    const drawn = (options: SamplingOptions): Set<number> =>
      new Set(Array.from({ length: 2000 }, () => sampleToken(logs, options, rng, [])!.token));
    expect([...drawn({ ...hot, topK: 4 })].sort((a, b) => a - b)).toEqual([0, 1, 2, 999]);
    const nucleus = drawn({ ...hot, topP: 1 - 900 * tail });
    expect(Math.max(...[...nucleus].filter((id) => id !== 999))).toBeLessThan(105);
    expect(nucleus.size).toBeGreaterThan(50);
  });

  it('gives nothing where nothing is allowed', () => {
    expect(sampleToken(logsOf(0.5, 0.5), PLAIN, random(1), [], Uint8Array.of(0, 0))).toBeUndefined();
    expect(sampleToken(logsOf(1, 0), GREEDY, random(1), [], Uint8Array.of(0, 1))).toBeUndefined();
  });

  it('refuses a mask of another length and a model that gives NaN', () => {
    expect(() => sampleToken(logsOf(1), PLAIN, random(1), [], Uint8Array.of(1, 1))).toThrow(/expected a mask of 1/);
    expect(() => sampleToken(Float32Array.of(Number.NaN), PLAIN, random(1), [])).toThrow(/NaN for token 0/);
  });
});

describe('samplingOptions', () => {
  it('fills in what is not given', () => {
    expect(samplingOptions({ seed: 9 }).value).toEqual({ ...DEFAULT_SAMPLING, seed: 9 });
  });

  const bad: readonly (readonly [keyof SamplingOptions, number])[] = [
    ['temperature', -1],
    ['temperature', Number.NaN],
    ['topK', 1.5],
    ['topK', -1],
    ['topP', 0],
    ['topP', 1.1],
    ['minP', -0.1],
    ['repetitionPenalty', 0.5],
    ['repetitionWindow', -3],
    ['seed', 2 ** 32],
    ['seed', -1],
  ];
  for (const [name, value] of bad) {
    it(`refuses ${name} ${value}`, () => {
      const result = samplingOptions({ [name]: value });
      expect(result.ok).toBe(false);
      expect(result.issues[0]).toMatchObject({ code: 'sampling/bad-option', message: expect.stringContaining(name) });
    });
  }
});
