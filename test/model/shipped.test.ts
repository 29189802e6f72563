import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadShippedPrior, ngram, tokenizerIdentity } from '../../src/model/index.ts';
import { loadShipped, weightsFolder } from '../../src/tokens/index.ts';
import { smallTokenizer } from '../sample/tokenizer.ts';
import { tokenModelContract } from './contract.ts';

const tokenizer = loadShipped();
const shipped = () => ngram({ vocabulary: tokenizer.vocabulary, prior: loadShippedPrior(tokenizer) });

tokenModelContract({
  name: 'the shipped n-gram model',
  model: shipped,
  sequences: [tokenizer.encode('const x = await ')],
});

describe('the shipped prior', () => {
  it('belongs to the shipped tokenizer, and to no other', () => {
    expect(loadShippedPrior(tokenizer).tokenizer).toBe(tokenizerIdentity(tokenizer));
    expect(() => loadShippedPrior(smallTokenizer())).toThrow(/train it again/);
    expect(tokenizerIdentity(smallTokenizer(['<|other|>', '<|end|>']))).not.toBe(tokenizerIdentity(smallTokenizer()));
  });

  it('is at most 8 MB', () => {
    expect(statSync(join(weightsFolder(), 'prior.bin')).size).toBeLessThanOrEqual(8_000_000);
  });

  const idioms: readonly (readonly [string, string, readonly string[]])[] = [
    ['export default', ' function', [' banana', ' return']],
    ['for (let i = 0; i < items', '.length', ['.foreach', '.size']],
    ['if (typeof value ===', " '", [' >', ' {']],
    ['await Promise', '.all', ['.every', '.al']],
    ['throw new', ' Error', [' Banana', ' String']],
  ];
  for (const [before, likely, unlikely] of idioms) {
    it(`finds ${JSON.stringify(likely)} likelier after ${JSON.stringify(before)} than ${JSON.stringify(unlikely)}`, () => {
      const sequence = shipped().open();
      sequence.extend(tokenizer.encode(before));
      for (const other of unlikely) {
        expect(sequence.scoreNext(tokenizer.encode(likely))).toBeGreaterThan(
          sequence.scoreNext(tokenizer.encode(other)),
        );
      }
    });
  }
});
