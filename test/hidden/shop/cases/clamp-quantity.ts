import type { clampQuantity } from '../reference/clamp-quantity.ts';
import type { CaseOf } from './case.ts';

export const cases: CaseOf<typeof clampQuantity>[] = [
  { name: 'at the least', args: [1, 1, 10], expected: 1 },
  { name: 'at the most', args: [10, 1, 10], expected: 10 },
  { name: 'below both where stock is short', args: [1, 6, 2], expected: 2 },
  { name: 'above both where stock is short', args: [9, 6, 2], expected: 2 },
  { name: 'one choice only', args: [7, 3, 3], expected: 3 },
  { name: 'a negative quantity', args: [-5, 1, 10], expected: 1 },
  { name: 'no stock at all', args: [3, 1, 0], expected: 0 },
];
