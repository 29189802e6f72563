import type { Case } from './case.ts';

export const cases: Case<[date: string, days: number, holidays: readonly string[]], string>[] = [
  { name: 'over a weekend', args: ['2026-01-02', 1, []], expected: '2026-01-05' },
  { name: 'over a holiday and a weekend', args: ['2026-12-24', 1, ['2026-12-25']], expected: '2026-12-28' },
  { name: 'no days from a Saturday', args: ['2026-01-03', 0, []], expected: '2026-01-05' },
  { name: 'within a week', args: ['2026-01-06', 3, []], expected: '2026-01-09' },
];
