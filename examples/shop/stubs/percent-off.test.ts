import { describe, expect, it } from 'vitest';
import { percentOff } from '../src/todo/percent-off.ts';
import { cases } from './percent-off.cases.ts';

describe('percentOff', () => {
  it.each(cases)('$name', ({ args, expected }) => {
    expect(percentOff(...args)).toStrictEqual(expected);
  });
});
