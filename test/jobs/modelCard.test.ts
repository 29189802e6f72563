import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelInfo } from '../../src/jobs/index.ts';
import { loadShippedMixture, MIXTURE_WEIGHTS, openLlama, shippedTransformer } from '../../src/model/index.ts';
import { loadShipped, weightsFolder } from '../../src/tokens/index.ts';

const file = shippedTransformer()!;
const card = readFileSync(join(weightsFolder(), 'README.md'), 'utf8');
const rows = [
  .../<!-- figures -->[\s\S]*<!-- end of figures -->/.exec(card)![0].matchAll(/^\| (\S+) \| (\S+) \|$/gm),
].map(([, name, value]) => [name!, value!] as const);

describe('the card of the shipped model', () => {
  it('has the figures of the file, all of them', () => {
    const info = modelInfo().value!;
    expect(info.scores.length).toBeGreaterThan(0);
    expect(rows.filter(([name]) => name !== '---')).toEqual([
      ['file', basename(file)],
      ['parameters', String(info.parameters)],
      ['bytes', String(info.bytes)],
      ['context', String(info.context)],
      ...info.scores.map(({ name, value }) => [name, String(value)]),
    ]);
  });

  it('is of a model for the shipped encoding', () => {
    const { tokenizer, start } = openLlama(file).value!;
    const text = 'export const café = (a: number) => a + 1; // 😀\n';
    expect(tokenizer.encode(text)).toEqual(loadShipped().encode(text));
    expect(start?.name).toBe('<|end_of_text|>');
  });

  it('goes with numbers for a mixture', () => {
    const weights = loadShippedMixture();
    expect(weights).toHaveLength(MIXTURE_WEIGHTS);
    expect(weights.some((weight) => weight !== 0)).toBe(true);
  });
});
