import type { addBusinessDays } from '../reference/add-business-days.ts';
import type { CaseOf } from './case.ts';

export const cases: CaseOf<typeof addBusinessDays>[] = [
  { name: 'no days from a Wednesday', args: ['2026-01-07', 0, []], expected: '2026-01-07' },
  { name: 'no days from a holiday', args: ['2026-01-01', 0, ['2026-01-01']], expected: '2026-01-02' },
  { name: 'no days from a Friday holiday', args: ['2026-12-25', 0, ['2026-12-25']], expected: '2026-12-28' },
  { name: 'one day from a Saturday', args: ['2026-01-03', 1, []], expected: '2026-01-05' },
  { name: 'one day from a Sunday', args: ['2026-01-04', 1, []], expected: '2026-01-05' },
  { name: 'one day from a holiday', args: ['2026-01-06', 1, ['2026-01-06']], expected: '2026-01-07' },
  { name: 'two weeks', args: ['2026-01-07', 10, []], expected: '2026-01-21' },
  {
    name: 'a holiday on a weekend changes nothing',
    args: ['2026-01-02', 1, ['2026-01-03', '2026-01-04']],
    expected: '2026-01-05',
  },
  { name: 'holidays in any order', args: ['2026-04-02', 1, ['2026-04-06', '2026-04-03']], expected: '2026-04-07' },
  { name: 'over the end of a year', args: ['2026-12-31', 1, ['2027-01-01']], expected: '2027-01-04' },
  { name: 'into a leap day', args: ['2028-02-28', 1, []], expected: '2028-02-29' },
  { name: 'no leap day', args: ['2027-02-26', 1, []], expected: '2027-03-01' },
  { name: 'over the start of summer time', args: ['2026-03-27', 2, []], expected: '2026-03-31' },
  { name: 'over the end of summer time', args: ['2026-10-23', 1, []], expected: '2026-10-26' },
  { name: 'a year of business days', args: ['2026-01-01', 261, []], expected: '2027-01-01' },
];
