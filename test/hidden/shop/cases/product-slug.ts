import type { productSlug } from '../reference/product-slug.ts';
import type { CaseOf } from './case.ts';

export const cases: CaseOf<typeof productSlug>[] = [
  { name: 'empty', args: [''], expected: '' },
  { name: 'one letter', args: ['X'], expected: 'x' },
  { name: 'a run of different characters', args: ['salt & / _ pepper'], expected: 'salt-pepper' },
  { name: 'accents written apart', args: ['Cafe\u0301 Noir'], expected: 'cafe-noir' },
  { name: 'several marks on a letter', args: ['Phở tái'], expected: 'pho-tai' },
  { name: 'a capital with an accent', args: ['Édition Été'], expected: 'edition-ete' },
  { name: 'a letter NFD leaves alone', args: ['Straße 5'], expected: 'stra-e-5' },
  { name: 'another script', args: ['お茶 tea'], expected: 'tea' },
  { name: 'dots and slashes', args: ['v1.2/3'], expected: 'v1-2-3' },
  { name: 'a line break', args: ['two\nlines'], expected: 'two-lines' },
];
