import type { mergePriceLists } from '../reference/merge-price-lists.ts';
import type { CaseOf } from './case.ts';

export const cases: CaseOf<typeof mergePriceLists>[] = [
  { name: 'an empty base', args: [{}, { TEA: 450 }], expected: { TEA: 450 } },
  { name: 'both empty', args: [{}, {}], expected: {} },
  { name: 'a price of zero replaces', args: [{ GIFT: 100 }, { GIFT: 0 }], expected: { GIFT: 0 } },
  { name: 'a price of zero is kept', args: [{ GIFT: 0, TEA: 450 }, { TEA: 480 }], expected: { GIFT: 0, TEA: 480 } },
  { name: 'withdraws what was never there', args: [{ TEA: 450 }, { MUG: null }], expected: { TEA: 450 } },
  {
    name: 'withdraws everything',
    args: [
      { TEA: 450, MUG: 1295 },
      { TEA: null, MUG: null },
    ],
    expected: {},
  },
  {
    name: 'all at once',
    args: [
      { A: 1, B: 2, C: 3 },
      { B: null, C: 30, D: 40, E: null },
    ],
    expected: { A: 1, C: 30, D: 40 },
  },
];
