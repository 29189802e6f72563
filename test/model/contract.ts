import { describe, expect, it } from 'vitest';
import { random, type TokenId, tokenId } from '../../src/base/index.ts';
import { scoreByExtending, type TokenModel } from '../../src/model/index.ts';

export interface ModelCase {
  readonly name: string;
  readonly model: () => TokenModel;
  /** Sequences the model has something to say about; random ones are added. */
  readonly sequences?: readonly (readonly TokenId[])[];
  /** Largest difference in log probability between two ways to the same sequence; 0 if not given. */
  readonly tolerance?: number;
}

/** What every `TokenModel` keeps. */
export function tokenModelContract({ name, model: make, sequences = [], tolerance = 0 }: ModelCase): void {
  describe(`${name} keeps the contract of TokenModel`, () => {
    const seed = 7;
    const model = make();
    const rng = random(seed);
    const anyTokens = (length: number): TokenId[] =>
      Array.from({ length }, () => tokenId(rng.below(Math.min(model.vocabulary, 50))));
    const cases = [[], ...sequences, anyTokens(1), anyTokens(9), anyTokens(60)].map((tokens) => [...tokens]);

    const at = (tokens: readonly TokenId[]): Float32Array => {
      const sequence = model.open();
      sequence.extend(tokens);
      const result = Float32Array.from(sequence.logProbabilities());
      sequence.close();
      return result;
    };
    const same = (a: Float32Array, b: Float32Array, what: string): void => {
      expect(a.length, what).toBe(b.length);
      let worst = 0;
      for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
      expect(worst, `${what} (seed ${seed})`).toBeLessThanOrEqual(tolerance);
    };

    it('gives a distribution over its vocabulary after any sequence, the empty one too', () => {
      for (const tokens of cases) {
        const logs = at(tokens);
        expect(logs.length).toBe(model.vocabulary);
        let sum = 0;
        for (const log of logs) {
          expect(Number.isNaN(log) || log === Infinity).toBe(false);
          sum += Math.exp(log);
        }
        expect(Math.abs(sum - 1), `sum ${sum} after ${tokens.length} tokens, seed ${seed}`).toBeLessThan(1e-3);
      }
    });

    it('says the same each time', () => {
      const other = make();
      for (const tokens of cases) {
        const first = at(tokens);
        same(at(tokens), first, 'again');
        const sequence = other.open();
        sequence.extend(tokens);
        same(Float32Array.from(sequence.logProbabilities()), first, 'a second model');
      }
    });

    it('does not care how the tokens came: at once, one by one, or cut back and put again', () => {
      for (const tokens of cases) {
        const whole = at(tokens);
        const sequence = model.open();
        for (const token of tokens) {
          sequence.extend([token]);
          if (rng.below(3) === 0) sequence.logProbabilities();
        }
        expect(sequence.length).toBe(tokens.length);
        same(Float32Array.from(sequence.logProbabilities()), whole, 'one by one');
        for (let round = 0; round < 3; round++) {
          sequence.extend(anyTokens(1 + rng.below(5)));
          sequence.logProbabilities();
          const cut = rng.below(tokens.length + 1);
          sequence.truncate(cut);
          expect(sequence.length).toBe(cut);
          sequence.extend(tokens.slice(cut));
          same(Float32Array.from(sequence.logProbabilities()), whole, `cut to ${cut} and put again`);
        }
      }
    });

    it('forks into sequences that do not see each other', () => {
      for (const tokens of cases) {
        const left = anyTokens(4);
        const right = anyTokens(4);
        const trunk = model.open();
        trunk.extend(tokens);
        const branch = trunk.fork();
        trunk.extend(left);
        branch.extend(right);
        same(Float32Array.from(trunk.logProbabilities()), at([...tokens, ...left]), 'trunk');
        same(Float32Array.from(branch.logProbabilities()), at([...tokens, ...right]), 'branch');
        branch.truncate(Math.floor(tokens.length / 2));
        branch.close();
        same(Float32Array.from(trunk.logProbabilities()), at([...tokens, ...left]), 'trunk after the branch closed');
      }
    });

    it('scores a continuation as its tokens one by one, and stays where it was', () => {
      for (const tokens of cases) {
        const sequence = model.open();
        sequence.extend(tokens);
        const before = Float32Array.from(sequence.logProbabilities());
        for (const next of [[], anyTokens(1), anyTokens(3), tokens.slice(0, 4)]) {
          const fast = sequence.scoreNext(next);
          expect(sequence.length).toBe(tokens.length);
          const slow = scoreByExtending(sequence, next);
          // The slow way rounds each step to 32 bits.
          const close = fast === slow || Math.abs(fast - slow) <= tolerance + 1e-4 * (1 + Math.abs(slow));
          expect(close, `${fast} and ${slow}, seed ${seed}`).toBe(true);
        }
        same(Float32Array.from(sequence.logProbabilities()), before, 'after scoring');
      }
    });

    it('refuses tokens outside its vocabulary and lengths outside the sequence', () => {
      const sequence = model.open();
      sequence.extend([tokenId(0)]);
      expect(() => sequence.extend([tokenId(model.vocabulary)])).toThrow(RangeError);
      expect(() => sequence.extend([tokenId(-1)])).toThrow(RangeError);
      expect(() => sequence.scoreNext([tokenId(model.vocabulary)])).toThrow(RangeError);
      expect(() => sequence.truncate(2)).toThrow(RangeError);
      expect(() => sequence.truncate(-1)).toThrow(RangeError);
      expect(sequence.length).toBe(1);
    });
  });
}
