import type { Case } from './case.ts';

export const cases: Case<[lines: readonly { sku: string }[]], string[]>[] = [
  { name: 'one is there twice', args: [[{ sku: 'TEA' }, { sku: 'MUG' }, { sku: 'TEA' }]], expected: ['TEA', 'MUG'] },
  { name: 'nothing', args: [[]], expected: [] },
  { name: 'all different', args: [[{ sku: 'MUG' }, { sku: 'TEA' }]], expected: ['MUG', 'TEA'] },
];
