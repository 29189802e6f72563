import type { parseOrderLine } from '../reference/parse-order-line.ts';
import type { CaseOf } from './case.ts';

export const cases: CaseOf<typeof parseOrderLine>[] = [
  { name: 'two digits and a capital', args: ['12X blue mug'], expected: { quantity: 12, name: 'blue mug' } },
  { name: 'white space all around', args: ['  2x   red  apple \t'], expected: { quantity: 2, name: 'red  apple' } },
  { name: 'only white space', args: ['  \t '], expected: undefined },
  { name: 'no white space after the x', args: ['3xapple'], expected: { quantity: 1, name: '3xapple' } },
  { name: 'white space before the x', args: ['3 x apple'], expected: { quantity: 1, name: '3 x apple' } },
  { name: 'a number that is part of the name', args: ['7 up'], expected: { quantity: 1, name: '7 up' } },
  { name: 'an x without digits', args: ['x ray'], expected: { quantity: 1, name: 'x ray' } },
  { name: 'a name with a second quantity', args: ['2x 3x film'], expected: { quantity: 2, name: '3x film' } },
  { name: 'a zero in front', args: ['05x plate'], expected: { quantity: 5, name: 'plate' } },
  { name: 'many zeros', args: ['000x plate'], expected: undefined },
  { name: 'a quantity at the end', args: ['apple 3x'], expected: { quantity: 1, name: 'apple 3x' } },
  { name: 'a minus sign', args: ['-2x apple'], expected: { quantity: 1, name: '-2x apple' } },
];
