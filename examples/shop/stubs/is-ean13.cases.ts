import type { Case } from './case.ts';

export const cases: Case<[code: string], boolean>[] = [
  { name: 'a pencil', args: ['4006381333931'], expected: true },
  { name: 'the wrong check digit', args: ['4006381333932'], expected: false },
  { name: 'a digit short', args: ['400638133393'], expected: false },
  { name: 'a book', args: ['9780306406157'], expected: true },
];
