import { describe, expect, it } from 'vitest';
import { productSlug } from '../src/todo/product-slug.ts';
import { cases } from './product-slug.cases.ts';

describe('productSlug', () => {
  it.each(cases)('$name', ({ args, expected }) => {
    expect(productSlug(...args)).toStrictEqual(expected);
  });
});
