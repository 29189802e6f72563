import type { Case } from './case.ts';

export const cases: Case<
  [base: Readonly<Record<string, number>>, update: Readonly<Record<string, number | null>>],
  Record<string, number>
>[] = [
  { name: 'replaces and adds', args: [{ TEA: 450 }, { TEA: 480, MUG: 1295 }], expected: { TEA: 480, MUG: 1295 } },
  { name: 'withdraws', args: [{ TEA: 450, MUG: 1295 }, { TEA: null }], expected: { MUG: 1295 } },
  { name: 'an empty update', args: [{ TEA: 450 }, {}], expected: { TEA: 450 } },
];
