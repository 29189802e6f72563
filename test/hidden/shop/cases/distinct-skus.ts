import type { distinctSkus } from '../reference/distinct-skus.ts';
import type { CaseOf } from './case.ts';

export const cases: CaseOf<typeof distinctSkus>[] = [
  { name: 'all the same', args: [[{ sku: 'TEA' }, { sku: 'TEA' }, { sku: 'TEA' }]], expected: ['TEA'] },
  {
    name: 'not in order of the alphabet',
    args: [[{ sku: 'Z' }, { sku: 'A' }, { sku: 'M' }, { sku: 'A' }, { sku: 'Z' }]],
    expected: ['Z', 'A', 'M'],
  },
  { name: 'numbers stay where they are', args: [[{ sku: '20' }, { sku: '3' }, { sku: '20' }]], expected: ['20', '3'] },
  { name: 'case tells apart', args: [[{ sku: 'TEA' }, { sku: 'tea' }]], expected: ['TEA', 'tea'] },
];
