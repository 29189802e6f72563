import type { isEan13 } from '../reference/is-ean13.ts';
import type { CaseOf } from './case.ts';

export const cases: CaseOf<typeof isEan13>[] = [
  { name: 'a check digit of zero', args: ['1111111111130'], expected: true },
  { name: 'all zeros', args: ['0000000000000'], expected: true },
  { name: 'two neighbours swapped', args: ['4006381339331'], expected: false },
  { name: 'one digit wrong', args: ['4006381433931'], expected: false },
  { name: 'a digit too many', args: ['40063813339310'], expected: false },
  { name: 'a weightless zero in front', args: ['04006381333931'], expected: false },
  { name: 'empty', args: [''], expected: false },
  { name: 'spaces around', args: [' 4006381333931'], expected: false },
  { name: 'a space for a zero', args: [' 000000000000'], expected: false },
  { name: 'a line break at the end', args: ['4006381333931\n'], expected: false },
  { name: 'hyphens', args: ['400-6381333931'], expected: false },
  { name: 'a letter', args: ['400638133393X'], expected: false },
  { name: 'a sign', args: ['+000000000000'], expected: false },
  { name: 'a point', args: ['000000000000.'], expected: false },
  { name: 'digits of another script', args: ['４００６３８１３３３９３１'], expected: false },
];
