import type { cartWeight } from '../reference/cart-weight.ts';
import type { CaseOf } from './case.ts';

export const cases: CaseOf<typeof cartWeight>[] = [
  {
    name: 'many lines',
    args: [
      [
        { weightGrams: 1, quantity: 1 },
        { weightGrams: 2, quantity: 2 },
        { weightGrams: 3, quantity: 3 },
        { weightGrams: 4, quantity: 4 },
      ],
    ],
    expected: 30,
  },
  {
    name: 'a line of no pieces',
    args: [
      [
        { weightGrams: 500, quantity: 0 },
        { weightGrams: 10, quantity: 1 },
      ],
    ],
    expected: 10,
  },
  {
    name: 'a voucher that weighs nothing',
    args: [
      [
        { weightGrams: 0, quantity: 9 },
        { weightGrams: 7, quantity: 3 },
      ],
    ],
    expected: 21,
  },
  {
    name: 'the same line twice',
    args: [
      [
        { weightGrams: 125, quantity: 2 },
        { weightGrams: 125, quantity: 2 },
      ],
    ],
    expected: 500,
  },
];
