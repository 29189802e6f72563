import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { kernelEngine, MIXTURE_WEIGHTS, ngram, transformer } from '../../src/model/index.ts';
import { continuationLayout, infillLayout, localPredictor, type Reader } from '../../src/predict/index.ts';
import { lockstep } from '../../src/predict/lockstep.ts';
import { DEFAULT_SAMPLING } from '../../src/sample/index.ts';
import { loadShipped } from '../../src/tokens/index.ts';
import { randomLlama } from '../model/randomLlama.ts';
import { value } from '../workspace/repository.ts';
import { requestOf } from './contract.ts';

describe('lockstep', () => {
  it('computes once for all that have not left, whoever comes when', async () => {
    const seed = 3;
    const rng = random(seed);
    const rounds: number[][] = [];
    const steps = lockstep<number>(5, (all) => rounds.push([...all].sort()));
    const lengths = [4, 1, 0, 7, 4];
    await Promise.all(
      lengths.map(async (length, who) => {
        for (let i = 0; i < length; i++) {
          for (let pause = rng.below(4); pause > 0; pause--) await Promise.resolve();
          await steps.wait(who);
        }
        steps.leave();
      }),
    );
    const expected = Array.from({ length: 7 }, (_, round) => [0, 1, 2, 3, 4].filter((who) => lengths[who]! > round));
    expect(rounds, `seed ${seed}`).toEqual(expected);
  });

  it('tells everyone what went wrong', async () => {
    const steps = lockstep<number>(2, () => {
      throw new Error('broken');
    });
    const both = await Promise.allSettled([steps.wait(1), steps.wait(2)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('localPredictor over a transformer', () => {
  const tokenizer = loadShipped();
  const { vocabulary } = tokenizer;
  const config = { vocabulary, width: 32, hidden: 64, layers: 2, headSize: 8, contextLength: 200 };
  const engine = () => value(kernelEngine(randomLlama({ architecture: 'qwen3', strength: 2, config }), { threads: 1 }));

  it.each([false, true])('writes the same drafts together as it would one by one, mixed: %s', async (isMixed) => {
    const counted = ngram({ vocabulary });
    counted.train('a', tokenizer.encode('const value = other(1);\nconst other = value;\n'.repeat(3)));
    const of = (together: boolean): { asked: number[]; predictor: ReturnType<typeof localPredictor> } => {
      const model = transformer(engine(), { name: 'tiny' });
      const asked: number[] = [];
      const reader: Reader = {
        model,
        layout: infillLayout(tokenizer)!,
        capacity: model.capacity,
        ...(together
          ? {
              compute: (all) => {
                asked.push(all.length);
                model.compute(all as Parameters<typeof model.compute>[0]);
              },
            }
          : {}),
      };
      const first = { model: counted, layout: continuationLayout(tokenizer) };
      const weights = new Float32Array(MIXTURE_WEIGHTS);
      const readers = isMixed ? { model: first, beside: { ...reader, weights } } : { model: reader };
      return { asked, predictor: localPredictor({ ...readers, tokenizer }) };
    };
    const [together, alone] = [of(true), of(false)];
    for (const [seed, prefix] of [
      [1, 'const value = '],
      [2, 'const value = oth'],
      [3, ''],
    ] as const) {
      const sampling = { ...DEFAULT_SAMPLING, temperature: 1, topP: 1, seed };
      const request = requestOf(prefix, { count: 6, maxTokens: 12, sampling });
      const found = value(await together.predictor.predict(request));
      expect(found.length, `seed ${seed}`).toBe(6);
      expect(found, `seed ${seed}`).toEqual(value(await alone.predictor.predict(request)));
    }
    expect(Math.max(...together.asked)).toBe(6);
  });

  it('writes at most half of what the model has room for, and never more than that', async () => {
    const model = transformer(engine(), { name: 'tiny' });
    const predictor = localPredictor({
      model: { model, layout: infillLayout(tokenizer)!, capacity: model.capacity },
      tokenizer,
    });
    const prefix = `${'const value = other(1);\n'.repeat(100)}${'x'.repeat(300)}`;
    const sampling = { ...DEFAULT_SAMPLING, temperature: 1.5, topP: 1, seed: 4 };
    const found = value(await predictor.predict(requestOf(prefix, { count: 3, maxTokens: 5_000, sampling })));
    for (const { tokens } of found) expect(tokens.length).toBeLessThanOrEqual(100);
    expect(found.length).toBeGreaterThan(0);
  });
});
