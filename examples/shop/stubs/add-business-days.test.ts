import { describe, expect, it } from 'vitest';
import { addBusinessDays } from '../src/todo/add-business-days.ts';
import { cases } from './add-business-days.cases.ts';

describe('addBusinessDays', () => {
  it.each(cases)('$name', ({ args, expected }) => {
    expect(addBusinessDays(...args)).toStrictEqual(expected);
  });
});
