import type { splitIntoParcels } from '../reference/split-into-parcels.ts';
import type { CaseOf } from './case.ts';

export const cases: CaseOf<typeof splitIntoParcels>[] = [
  { name: 'one item', args: [[100], 1000], expected: [[100]] },
  { name: 'just at the limit', args: [[400, 600, 1], 1000], expected: [[400, 600], [1]] },
  { name: 'each at the limit', args: [[1000, 1000], 1000], expected: [[1000], [1000]] },
  { name: 'too heavy, in the middle', args: [[300, 1500, 300, 300], 1000], expected: [[300], [1500], [300, 300]] },
  { name: 'too heavy, at the end', args: [[300, 300, 1500], 1000], expected: [[300, 300], [1500]] },
  { name: 'too heavy, two in a row', args: [[1200, 1300], 1000], expected: [[1200], [1300]] },
  { name: 'never looks back', args: [[600, 500, 300, 900, 100], 1000], expected: [[600], [500, 300], [900, 100]] },
  { name: 'all fit', args: [[1, 2, 3], 6], expected: [[1, 2, 3]] },
  { name: 'items that weigh nothing', args: [[0, 1000, 0], 1000], expected: [[0, 1000, 0]] },
  { name: 'many parcels', args: [[5, 5, 5, 5, 5], 10], expected: [[5, 5], [5, 5], [5]] },
];
