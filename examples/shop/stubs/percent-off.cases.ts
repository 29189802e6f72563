import type { Case } from './case.ts';

export const cases: Case<[amount: number, percent: number], number>[] = [
  { name: 'an even discount', args: [1000, 25], expected: 750 },
  { name: 'a discount of 499.5', args: [999, 50], expected: 499 },
  { name: 'a refund', args: [-999, 50], expected: -499 },
  { name: 'nothing off', args: [1299, 0], expected: 1299 },
];
