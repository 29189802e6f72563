import { describe, expect, it } from 'vitest';
import { isEan13 } from '../src/todo/is-ean13.ts';
import { cases } from './is-ean13.cases.ts';

describe('isEan13', () => {
  it.each(cases)('$name', ({ args, expected }) => {
    expect(isEan13(...args)).toStrictEqual(expected);
  });
});
