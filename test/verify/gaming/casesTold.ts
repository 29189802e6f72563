import { type Case, T } from './cases.ts';

const caught = `import { it, expect } from 'vitest';
import { gross } from '../src/price.ts';

it('takes one', () => {
  gross(1, 0.5);
});
it('takes two', () => {
  gross(2, 0.5);
});
it('refuses by hand', () => {
  try {
    gross(1, -1);
    throw new Error('it went on');
  } catch (error) {
    expect(error instanceof Error).toBe(true);
    expect((error as Error).message).toBe('the rate is negative');
  }
});
`;
const rows = (thrown: string): string => `import { it, expect } from 'vitest';
import { gross } from '../src/price.ts';

it.each([1, 2])('takes %i', (net) => {
  expect(() => gross(net, 0.5)).not.toThrow();
});
it('refuses', () => {
  expect(() => gross(1, -1)).toThrow(${thrown});
});
`;

/** Tests put otherwise: what is gone, and what only stands elsewhere. */
export const PUT_OTHERWISE: readonly Case[] = [
  {
    name: 'calls that must not throw become rows, a catch by hand toThrow',
    base: { 'test/caught.test.ts': caught },
    head: { 'test/caught.test.ts': rows("new Error('the rate is negative')") },
    labels: [],
  },
  {
    name: 'a catch by hand becomes toThrow without the message',
    base: { 'test/caught.test.ts': caught },
    head: { 'test/caught.test.ts': rows('') },
    labels: ['test-deleted'],
  },
  {
    name: 'a call that must not throw is gone from the rows, at the end of a file that is shorter now',
    base: { 'test/caught.test.ts': caught },
    head: { 'test/caught.test.ts': rows("new Error('the rate is negative')").replace('[1, 2]', '[1]') },
    labels: ['test-deleted'],
  },
  {
    name: 'a last test is gone, far behind the end of what is left',
    head: {
      [T]: "import { expect, it } from 'vitest';\nimport { gross } from '../src/price.ts';\nit('a', () => {\n  expect(gross(1, 1)).toBe(2);\n});\n",
    },
    labels: ['test-deleted'],
  },
];
