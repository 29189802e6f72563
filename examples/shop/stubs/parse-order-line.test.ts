import { describe, expect, it } from 'vitest';
import { parseOrderLine } from '../src/todo/parse-order-line.ts';
import { cases } from './parse-order-line.cases.ts';

describe('parseOrderLine', () => {
  it.each(cases)('$name', ({ args, expected }) => {
    expect(parseOrderLine(...args)).toStrictEqual(expected);
  });
});
