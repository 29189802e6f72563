import { describe, expect, it } from 'vitest';
import { splitIntoParcels } from '../src/todo/split-into-parcels.ts';
import { cases } from './split-into-parcels.cases.ts';

describe('splitIntoParcels', () => {
  it.each(cases)('$name', ({ args, expected }) => {
    expect(splitIntoParcels(...args)).toStrictEqual(expected);
  });
});
