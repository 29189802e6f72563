import { describe, expect, it } from 'vitest';
import { distinctSkus } from '../src/todo/distinct-skus.ts';
import { cases } from './distinct-skus.cases.ts';

describe('distinctSkus', () => {
  it.each(cases)('$name', ({ args, expected }) => {
    expect(distinctSkus(...args)).toStrictEqual(expected);
  });
});
