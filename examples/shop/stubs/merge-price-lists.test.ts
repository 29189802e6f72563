import { describe, expect, it } from 'vitest';
import { mergePriceLists } from '../src/todo/merge-price-lists.ts';
import { cases } from './merge-price-lists.cases.ts';

describe('mergePriceLists', () => {
  it.each(cases)('$name', ({ args, expected }) => {
    expect(mergePriceLists(...args)).toStrictEqual(expected);
  });
});
