import type { percentOff } from '../reference/percent-off.ts';
import type { CaseOf } from './case.ts';

export const cases: CaseOf<typeof percentOff>[] = [
  { name: 'everything off', args: [1299, 100], expected: 0 },
  { name: 'nothing to take off', args: [0, 30], expected: 0 },
  { name: 'a discount of 0.5', args: [1, 50], expected: 0 },
  { name: 'a discount of 0.49', args: [49, 1], expected: 49 },
  { name: 'a discount of 0.51', args: [51, 1], expected: 50 },
  { name: 'a discount of 1.5', args: [10, 15], expected: 8 },
  { name: 'a discount of 3.33', args: [333, 1], expected: 330 },
  { name: 'a refund of 1.5 off', args: [-10, 15], expected: -8 },
  { name: 'a refund of 2.5 off', args: [-25, 10], expected: -22 },
  { name: 'a refund that needs no rounding', args: [-1000, 25], expected: -750 },
  { name: 'a large amount', args: [123456789, 7], expected: 114814814 },
];
