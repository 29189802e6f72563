import type { Case } from './case.ts';

export const cases: Case<[text: string], { quantity: number; name: string } | undefined>[] = [
  { name: 'a quantity', args: ['3x apple'], expected: { quantity: 3, name: 'apple' } },
  { name: 'no quantity', args: ['green tea'], expected: { quantity: 1, name: 'green tea' } },
  { name: 'a quantity of zero', args: ['0x apple'], expected: undefined },
  { name: 'nothing', args: [''], expected: undefined },
];
