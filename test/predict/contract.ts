import { describe, expect, it } from 'vitest';
import type { ContextWindow, Piece } from '../../src/context/index.ts';
import type { Gate, Prediction, PredictionRequest, Predictor } from '../../src/predict/index.ts';
import { DEFAULT_SAMPLING } from '../../src/sample/index.ts';

/** A window of one file around a cursor. */
export function windowOf(prefix: string, suffix = '', ...more: readonly Piece[]): ContextWindow {
  const piece = (kind: Piece['kind'], text: string): Piece => ({ kind, text, tokens: text.length, reason: 'test' });
  const pieces = [...more, piece('file-suffix', suffix), piece('file-prefix', prefix)].filter(
    ({ text }) => text !== '',
  );
  const total = pieces.reduce((sum, { tokens }) => sum + tokens, 0);
  return { budget: total, total, fixed: 0, pieces, excluded: [] };
}

export function requestOf(prefix: string, rest: Partial<PredictionRequest> = {}): PredictionRequest {
  const sampling = { ...DEFAULT_SAMPLING, temperature: 1, topP: 1, seed: 1, ...rest.sampling };
  return { window: windowOf(prefix), count: 1, maxTokens: 16, stop: [], ...rest, sampling };
}

export interface PredictorCase {
  readonly name: string;
  readonly make: () => Predictor;
  /** The text before a cursor where the writer has several different things to say. */
  readonly prefix: string;
  /** A character that occurs in some of its drafts. */
  readonly character: string;
}

/** What every `Predictor` keeps. */
export function predictorContract({ name, make, prefix, character }: PredictorCase): void {
  describe(`${name} keeps the contract of Predictor`, () => {
    const drafts = async (rest: Partial<PredictionRequest>, predictor = make()): Promise<readonly Prediction[]> => {
      const result = await predictor.predict(requestOf(prefix, rest));
      if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join('\n'));
      return result.value;
    };
    /** Over several seeds, since most laws need something to have been said. */
    const many = async (rest: Partial<PredictionRequest>): Promise<Prediction[]> => {
      const all: Prediction[] = [];
      for (let seed = 1; seed <= 8; seed++) {
        all.push(
          ...(await drafts({ count: 4, ...rest, sampling: { ...DEFAULT_SAMPLING, temperature: 1, topP: 1, seed } })),
        );
      }
      expect(all.length).toBeGreaterThan(0);
      return all;
    };

    it('gives at most `count` drafts, all different', async () => {
      for (const count of [1, 2, 3]) {
        const found = await drafts({ count });
        expect(found.length).toBeGreaterThan(0);
        expect(found.length).toBeLessThanOrEqual(count);
        expect(new Set(found.map(({ text }) => text)).size).toBe(found.length);
      }
      expect((await drafts({ count: 3 })).length).toBeGreaterThan(1);
    });

    it('gives one draft at temperature 0, the same each time and for each seed', async () => {
      const at = (seed: number) => drafts({ count: 3, sampling: { ...DEFAULT_SAMPLING, temperature: 0, seed } });
      const first = await at(1);
      expect(first.length).toBe(1);
      expect(await at(1)).toEqual(first);
      expect(await at(2)).toEqual(first);
    });

    it('repeats itself from the same seed', async () => {
      expect(await drafts({ count: 3 })).toEqual(await drafts({ count: 3 }));
    });

    it('reports tokens that make up the text and probabilities that make up the product', async () => {
      for (const draft of await many({})) {
        expect(draft.tokens.map(({ text }) => text).join('')).toBe(draft.text);
        for (const { text, probability } of draft.tokens) {
          expect(text).not.toBe('');
          expect(probability).toBeGreaterThan(0);
          expect(probability).toBeLessThanOrEqual(1);
        }
        const product = draft.tokens.reduce((all, { probability }) => all * probability, 1);
        expect(draft.probability / product).toBeCloseTo(1, 9);
      }
    });

    it('ends before a stop string', async () => {
      const found = await many({ stop: [character, 'zzz'] });
      for (const { text } of found) expect(text).not.toContain(character);
      const stopped = found.filter(({ stop }) => stop === 'stop');
      expect(stopped.length).toBeGreaterThan(0);
      const free = new Set((await many({})).map(({ text }) => text));
      expect([...free].some((text) => text.includes(character))).toBe(true);
    });

    it('keeps to the token limit and says so', async () => {
      for (const maxTokens of [1, 2]) {
        const found = await many({ maxTokens });
        for (const { tokens } of found) expect(tokens.length).toBeLessThanOrEqual(maxTokens);
        expect(found.some(({ stop }) => stop === 'length')).toBe(true);
      }
    });

    it('shows nothing its gate rejects', async () => {
      const gate: Gate = (text) => {
        const at = text.indexOf(character);
        return at < 0 ? { ok: true } : { ok: false, at };
      };
      for (const { text } of await many({ gate })) expect(gate(text).ok, text).toBe(true);
      for (const { text, stop } of await many({ gate: () => ({ ok: false, at: 0 }) })) {
        expect([text, ['gate', 'end', 'constraint'].includes(stop)]).toEqual(['', true]);
      }
    });

    const bad: readonly (readonly [string, Partial<PredictionRequest>])[] = [
      ['count', { count: 0 }],
      ['count', { count: 1.5 }],
      ['count', { count: 1e6 }],
      ['maxTokens', { maxTokens: 0 }],
      ['stop', { stop: ['a', ''] }],
      ['temperature', { sampling: { ...DEFAULT_SAMPLING, temperature: -1 } }],
    ];
    for (const [field, rest] of bad) {
      it(`answers a bad ${field} (${JSON.stringify(rest)}) with an issue`, async () => {
        const result = await make().predict(requestOf(prefix, rest));
        expect(result.ok).toBe(false);
        expect(result.issues[0]!.message).toContain(field);
      });
    }

    it('stops for its caller', async () => {
      const result = await make().predict(requestOf(prefix, { signal: AbortSignal.abort() }));
      expect(result.ok).toBe(false);
      expect(result.issues[0]!.code).toBe('predict/aborted');
    });
  });
}
