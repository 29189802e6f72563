import type { Case } from './case.ts';

export const cases: Case<[name: string], string>[] = [
  { name: 'words and digits', args: ['Green Tea, 100 g'], expected: 'green-tea-100-g' },
  { name: 'accents', args: ['Crème Brûlée'], expected: 'creme-brulee' },
  { name: 'hyphens at the ends', args: [' --Sale!-- '], expected: 'sale' },
  { name: 'nothing left', args: ['???'], expected: '' },
];
