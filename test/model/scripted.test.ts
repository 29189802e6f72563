import { describe, expect, it } from 'vitest';
import { type TokenId, tokenId } from '../../src/base/index.ts';
import { type Script, scriptedModel } from '../../src/model/index.ts';
import { tokenModelContract } from './contract.ts';

const ids = (...values: number[]): TokenId[] => values.map(tokenId);
const script = (after: number[], next: number[], weight?: number): Script => ({
  after: ids(...after),
  next: ids(...next),
  ...(weight === undefined ? {} : { weight }),
});

const scripts = [script([1, 2], [3, 4, 5]), script([2], [9]), script([7], [8], 3), script([7], [6])];

tokenModelContract({
  name: 'scriptedModel',
  model: () => scriptedModel({ vocabulary: 20, scripts }),
  sequences: [ids(1, 2), ids(1, 2, 3, 4), ids(5, 7)],
});

describe('scriptedModel', () => {
  const cases: readonly { readonly after: number[]; readonly next: readonly (readonly [number, number])[] }[] = [
    { after: [1, 2], next: [[3, 0.9 + 0.005]] },
    { after: [0, 2], next: [[9, 0.9 + 0.005]] },
    { after: [1, 2, 3], next: [[4, 0.9 + 0.005]] },
    { after: [1, 2, 3, 4], next: [[5, 0.9 + 0.005]] },
    { after: [1, 2, 3, 4, 5], next: [[0, 0.05]] },
    {
      after: [7],
      next: [
        [8, 0.675 + 0.005],
        [6, 0.225 + 0.005],
      ],
    },
    { after: [], next: [[11, 0.05]] },
  ];
  for (const { after, next } of cases) {
    it(`after [${after}] expects ${next.map(([token]) => token)}`, () => {
      const sequence = scriptedModel({ vocabulary: 20, scripts }).open();
      sequence.extend(ids(...after));
      const logs = sequence.logProbabilities();
      for (const [token, probability] of next) expect(Math.exp(logs[token]!)).toBeCloseTo(probability, 6);
    });
  }

  it('refuses a script outside the vocabulary and a certainty of 1', () => {
    expect(() => scriptedModel({ vocabulary: 5, scripts: [script([9], [1])] })).toThrow(RangeError);
    expect(() => scriptedModel({ vocabulary: 5, scripts: [], certainty: 1 })).toThrow(RangeError);
  });
});
