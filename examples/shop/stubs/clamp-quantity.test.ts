import { describe, expect, it } from 'vitest';
import { clampQuantity } from '../src/todo/clamp-quantity.ts';
import { cases } from './clamp-quantity.cases.ts';

describe('clampQuantity', () => {
  it.each(cases)('$name', ({ args, expected }) => {
    expect(clampQuantity(...args)).toStrictEqual(expected);
  });
});
