import type { Case } from './case.ts';

export const cases: Case<[quantity: number, min: number, max: number], number>[] = [
  { name: 'within the limits', args: [5, 1, 10], expected: 5 },
  { name: 'below the least', args: [0, 1, 10], expected: 1 },
  { name: 'above the most', args: [12, 1, 10], expected: 10 },
  { name: 'short stock', args: [4, 6, 2], expected: 2 },
];
