import { describe, expect, it } from 'vitest';
import { type Random, random, type TokenId, tokenId } from '../../src/base/index.ts';
import { type Constraint, tokenTrie } from '../../src/sample/index.ts';
import type { Tokenizer } from '../../src/tokens/index.ts';

export interface ConstraintCase {
  readonly name: string;
  readonly tokenizer: Tokenizer;
  readonly make: () => Constraint;
  /** Whole texts that are allowed and may end where they end. */
  readonly accepts: readonly string[];
  /** Texts with a byte that must be refused. */
  readonly refuses: readonly string[];
}

/** What every `Constraint` keeps. */
export function constraintContract({ name, tokenizer, make, accepts, refuses }: ConstraintCase): void {
  describe(`${name} keeps the contract of Constraint`, () => {
    const trie = tokenTrie(tokenizer);
    const encoder = new TextEncoder();

    const maskOf = (constraint: Constraint): Uint8Array => {
      const allowed = new Uint8Array(tokenizer.vocabulary).fill(7);
      const count = constraint.mask(allowed);
      expect(Math.max(...allowed)).toBeLessThanOrEqual(1);
      expect(count).toBe(allowed.reduce((sum, bit) => sum + bit, 0));
      return allowed;
    };
    /** The mask by its definition: every token tried byte by byte on a clone. */
    const slowMask = (constraint: Constraint): Uint8Array =>
      Uint8Array.from({ length: tokenizer.vocabulary }, (_, id) => {
        const bytes = trie.bytes(id);
        if (bytes === undefined) return 0;
        const trial = constraint.clone();
        return bytes.every((byte) => trial.push(byte)) ? 1 : 0;
      });
    const state = (constraint: Constraint) => ({
      mask: maskOf(constraint),
      complete: constraint.complete(),
      free: constraint.free(),
    });
    /** A walk of at most `steps` tokens the mask allows; calls `at` before each. */
    const walk = (rng: Random, steps: number, at: (constraint: Constraint, past: readonly TokenId[]) => void): void => {
      const constraint = make();
      const past: TokenId[] = [];
      for (let step = 0; step < steps; step++) {
        at(constraint, past);
        const mask = maskOf(constraint);
        const choices = [...mask.keys()].filter((id) => mask[id] === 1).map(tokenId);
        if (choices.length === 0) return;
        const token = rng.pick(choices);
        constraint.commit(token);
        past.push(token);
      }
    };
    const laws = (law: (rng: Random, seed: number) => void): void => {
      for (let seed = 1; seed <= 12; seed++) {
        try {
          law(random(seed), seed);
        } catch (error) {
          throw new Error(`seed ${seed}`, { cause: error });
        }
      }
    };

    it('accepts and refuses what it should, byte by byte', () => {
      for (const text of accepts) {
        const constraint = make();
        for (const byte of encoder.encode(text)) expect(constraint.push(byte), text).toBe(true);
        expect(constraint.complete(), text).toBe(true);
      }
      for (const text of refuses) {
        const constraint = make();
        expect(
          [...encoder.encode(text)].every((byte) => constraint.push(byte)),
          text,
        ).toBe(false);
      }
    });

    it('lets every accepted text be written token by token', () => {
      for (const text of accepts) {
        const constraint = make();
        for (const token of tokenizer.encode(text)) {
          expect(maskOf(constraint)[token], `${text}: token ${token}`).toBe(1);
          constraint.commit(token);
        }
        expect(constraint.complete(), text).toBe(true);
      }
    });

    it('masks exactly the tokens whose every byte is allowed', () => {
      laws((rng) => walk(rng, 5, (constraint) => expect(maskOf(constraint)).toEqual(slowMask(constraint))));
    });

    it('refusing a byte, or pushing and popping, leaves the state as it was', () => {
      laws((rng) =>
        walk(rng, 5, (constraint) => {
          const before = state(constraint);
          let pushed = 0;
          for (let i = 0; i < 12; i++) {
            const inner = state(constraint);
            if (constraint.push(rng.below(256))) pushed++;
            else expect(state(constraint)).toEqual(inner);
          }
          constraint.pop(pushed);
          expect(state(constraint)).toEqual(before);
          expect(() => constraint.pop(1)).toThrow(RangeError);
        }),
      );
    });

    it('commits as pushes do, and refuses what the mask refuses', () => {
      laws((rng) =>
        walk(rng, 4, (constraint) => {
          const allowed = maskOf(constraint);
          for (let trial = 0; trial < 20; trial++) {
            const token = tokenId(rng.below(tokenizer.vocabulary));
            const committed = constraint.clone();
            if (allowed[token] === 0) {
              expect(() => committed.commit(token)).toThrow(RangeError);
              expect(state(committed)).toEqual(state(constraint));
              continue;
            }
            committed.commit(token);
            const pushed = constraint.clone();
            for (const byte of trie.bytes(token)!) expect(pushed.push(byte)).toBe(true);
            expect(state(committed)).toEqual(state(pushed));
            expect(() => committed.pop(1)).toThrow(RangeError);
          }
        }),
      );
    });

    it('clones into states that do not see each other', () => {
      laws((rng) =>
        walk(rng, 5, (constraint) => {
          const before = state(constraint);
          const copy = constraint.clone();
          expect(state(copy)).toEqual(before);
          const choice = [...before.mask.keys()].find((id) => before.mask[id] === 1);
          if (choice === undefined) return;
          copy.commit(tokenId(choice));
          const after = state(copy);
          expect(state(constraint)).toEqual(before);
          for (const byte of trie.bytes(choice)!) constraint.push(byte);
          const late = constraint.clone();
          late.pop(trie.bytes(choice)!.length);
          expect(state(late)).toEqual(before);
          constraint.pop(trie.bytes(choice)!.length);
          expect(state(copy)).toEqual(after);
        }),
      );
    });

    it('once free, allows everything for good', () => {
      laws((rng) =>
        walk(rng, 6, (constraint) => {
          if (!constraint.free()) return;
          expect(constraint.complete()).toBe(true);
          expect(maskOf(constraint)).toEqual(
            Uint8Array.from({ length: tokenizer.vocabulary }, (_, id) => (trie.bytes(id) === undefined ? 0 : 1)),
          );
          const later = constraint.clone();
          expect(later.push(rng.below(256))).toBe(true);
          expect(later.free()).toBe(true);
        }),
      );
    });
  });
}
