import type { Case } from './case.ts';

export const cases: Case<[lines: readonly { weightGrams: number; quantity: number }[]], number>[] = [
  { name: 'one line', args: [[{ weightGrams: 200, quantity: 3 }]], expected: 600 },
  {
    name: 'two lines',
    args: [
      [
        { weightGrams: 250, quantity: 2 },
        { weightGrams: 40, quantity: 5 },
      ],
    ],
    expected: 700,
  },
  { name: 'nothing', args: [[]], expected: 0 },
];
