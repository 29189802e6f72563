import type { Case } from './case.ts';

export const cases: Case<[weights: readonly number[], limit: number], number[][]>[] = [
  { name: 'two parcels', args: [[400, 500, 300], 1000], expected: [[400, 500], [300]] },
  { name: 'too heavy, in front', args: [[1500, 200], 1000], expected: [[1500], [200]] },
  { name: 'nothing', args: [[], 1000], expected: [] },
];
