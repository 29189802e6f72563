import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { type LlamaEngine, type LlamaModel, type LlamaSequence, referenceEngine } from '../../src/model/llama/index.ts';
import { type RandomLlama, randomLlama } from './randomLlama.ts';

export interface EngineCase {
  readonly name: string;
  readonly engine: (model: LlamaModel, capacity?: number) => LlamaEngine;
  /** The models to try it on. */
  readonly models: readonly RandomLlama[];
  /** Largest difference of a logit from the slow reference. */
  readonly tolerance: number;
  /** Largest difference between two ways to the same sequence; 0 if not given. */
  readonly between?: number;
}

export const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= most)) most = difference;
  }
  return most;
};

/** What every `LlamaEngine` keeps. */
export function llamaEngineContract({ name, engine: make, models, tolerance, between = 0 }: EngineCase): void {
  describe.each(models)(`${name} keeps the contract of LlamaEngine: $architecture $type $config`, (spec) => {
    const seed = 3;
    const model = randomLlama(spec);
    const engine = make(model);
    const reference = referenceEngine(model);
    const { vocabulary } = model.config;
    const rng = random(seed);
    const anyTokens = (length: number): number[] => Array.from({ length }, () => rng.below(vocabulary));
    const logitsAfter = (tokens: readonly number[], of = engine): Float32Array => {
      const sequence = of.open();
      sequence.extend(tokens);
      const logits = sequence.logits().slice();
      sequence.close();
      return logits;
    };
    const same = (sequence: LlamaSequence, tokens: readonly number[], what: string): void => {
      expect(sequence.length, what).toBe(tokens.length);
      expect(worst(sequence.logits(), logitsAfter(tokens)), `${what}, seed ${seed}`).toBeLessThanOrEqual(between);
    };

    it('computes what the reference computes', () => {
      for (const length of [1, 2, 7, 33, 70]) {
        const tokens = anyTokens(length);
        const found = logitsAfter(tokens);
        expect(found.length).toBe(vocabulary);
        expect(worst(found, logitsAfter(tokens, reference)), `${length} tokens`).toBeLessThanOrEqual(tolerance);
      }
    });

    it('says the same however the tokens came, and twice', () => {
      const tokens = anyTokens(40);
      for (const steps of [[40], Array(40).fill(1), [1, 39], [7, 1, 15, 17], [0, 32, 8]]) {
        const sequence = engine.open();
        let at = 0;
        for (const step of steps) {
          sequence.extend(tokens.slice(at, at + step));
          at += step;
          if (rng.below(2) === 0 && at > 0) sequence.logits();
        }
        same(sequence, tokens, `steps ${steps}`);
        same(sequence, tokens, 'asked again');
      }
    });

    it('gives the logits after each token', () => {
      const past = anyTokens(5);
      const tokens = anyTokens(9);
      const sequence = engine.open();
      sequence.extend(past);
      const rows = sequence.extendWithLogits(tokens).slice();
      expect(rows.length).toBe(tokens.length * vocabulary);
      for (let i = 0; i < tokens.length; i++) {
        const row = rows.subarray(i * vocabulary, (i + 1) * vocabulary);
        const expected = logitsAfter([...past, ...tokens.slice(0, i + 1)]);
        expect(worst(row, expected), `row ${i}`).toBeLessThanOrEqual(between);
      }
      same(sequence, [...past, ...tokens], 'afterwards');
      expect(sequence.extendWithLogits([]).length).toBe(0);
    });

    it('takes tokens back', () => {
      const tokens = anyTokens(50);
      const sequence = engine.open();
      sequence.extend(tokens);
      for (const cut of [50, 49, 33, 32, 31, 1]) {
        sequence.truncate(cut);
        same(sequence, tokens.slice(0, cut), `cut to ${cut}`);
        sequence.truncate(cut);
        const other = anyTokens(6);
        sequence.extend(other);
        same(sequence, [...tokens.slice(0, cut), ...other], `cut to ${cut} and continued`);
        sequence.truncate(cut);
      }
      sequence.truncate(0);
      expect(() => sequence.logits()).toThrow(RangeError);
      const anew = anyTokens(3);
      sequence.extend(anew);
      same(sequence, anew, 'anew');
    });

    it('forks into sequences that do not see each other, whatever is closed or cut', () => {
      const past = anyTokens(35);
      const trunk = engine.open();
      trunk.extend(past);
      const branches = Array.from({ length: 4 }, () => trunk.fork());
      const added = branches.map((_, i) => anyTokens(1 + 11 * i));
      for (const [i, branch] of branches.entries()) branch.extend(added[i]!);
      trunk.truncate(3);
      trunk.extend([1, 2]);
      same(trunk, [...past.slice(0, 3), 1, 2], 'trunk');
      branches[0]!.close();
      const second = branches[1]!.fork();
      second.truncate(20);
      second.extend([5]);
      same(second, [...past.slice(0, 20), 5], 'a fork of a fork');
      trunk.close();
      for (const i of [1, 2, 3]) same(branches[i]!, [...past, ...added[i]!], `branch ${i}`);
    });

    it('decodes many at once as it decodes one', () => {
      const trunk = engine.open();
      trunk.extend(anyTokens(10));
      const pasts = [anyTokens(1), anyTokens(31), anyTokens(4), anyTokens(40), anyTokens(12)];
      const sequences = pasts.map((past) => {
        const sequence = engine.open();
        sequence.extend(past);
        return sequence;
      });
      for (let step = 0; step < 3; step++) {
        const tokens = anyTokens(sequences.length);
        engine.decode(sequences, tokens);
        for (const [i, sequence] of sequences.entries()) {
          pasts[i]!.push(tokens[i]!);
          same(sequence, pasts[i]!, `sequence ${i}, step ${step}`);
        }
        sequences.pop()!.close();
      }
      engine.decode([], []);
      const fresh = engine.open();
      engine.decode([fresh], [7]);
      same(fresh, [7], 'a first token');
    });

    it('refuses misuse, and stands as it stood', () => {
      const small = make(model, 8);
      expect(small.capacity).toBe(8);
      const sequence = small.open();
      const other = small.open();
      expect(() => sequence.logits()).toThrow(RangeError);
      sequence.extend([1, 2, 3]);
      for (const wrong of [-1, vocabulary, 0.5, Number.NaN]) {
        expect(() => sequence.extend([4, wrong]), String(wrong)).toThrow(RangeError);
        expect(() => sequence.extendWithLogits([4, wrong])).toThrow(RangeError);
        expect(() => small.decode([other, sequence], [4, wrong])).toThrow(RangeError);
        expect(() => sequence.truncate(wrong === vocabulary ? 4 : wrong)).toThrow(RangeError);
      }
      expect(() => sequence.extend(anyTokens(6))).toThrow(/at most 8 tokens, got 9/);
      expect(() => small.decode([sequence, sequence], [1, 2])).toThrow();
      expect(() => small.decode([sequence], [1, 2])).toThrow();
      expect(() => small.decode([engine.open()], [1])).toThrow();
      expect([sequence.length, other.length]).toEqual([3, 0]);
      expect(worst(sequence.logits(), logitsAfter([1, 2, 3]))).toBeLessThanOrEqual(between);
      sequence.extend(anyTokens(5));
      expect(() => small.decode([sequence], [1])).toThrow(RangeError);
      other.close();
      other.close();
      expect(() => other.extend([1])).toThrow(/closed/);
      expect(() => small.decode([other], [1])).toThrow();
      small.close();
      expect(() => sequence.extend([])).toThrow(/closed/);
      expect(() => sequence.logits()).toThrow(/closed/);
    });
  });
}
