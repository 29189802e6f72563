import { describe, expect, it } from 'vitest';
import { cartWeight } from '../src/todo/cart-weight.ts';
import { cases } from './cart-weight.cases.ts';

describe('cartWeight', () => {
  it.each(cases)('$name', ({ args, expected }) => {
    expect(cartWeight(...args)).toStrictEqual(expected);
  });
});
