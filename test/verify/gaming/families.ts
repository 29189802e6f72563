import type { Files } from './judge.ts';

/**
 * One form of a trick, or what only looks like one: a name, what is put for what in the file that the family is about, and the
 * label that the change is to get (none: it is honest). More files may change with it.
 */
export type Form = readonly [name: string, from: string, to: string, label: string, more?: Files];

/** The tests of a shop, in the many shapes that tests have. */
export const SHOP_TESTS = `import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { later, load, names, parse, save, total } from '../src/shop.ts';

const SIZES = [
  ['a', 1],
  ['b', 2],
  ['c', 3],
] as const;

describe('shop', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('totals', () => {
    expect(total([1, 2])).toBe(3);
    expect(total([])).toBe(0);
  });

  it('parses', () => {
    const order = parse('2 apples');
    expect(order).toEqual({ count: 2, name: 'apples' });
  });

  it('refuses', () => {
    expect(() => parse('x')).toThrow('no count');
  });

  it('lists names', () => {
    expect(names('all')).toEqual(['b', 'a']);
  });

  it('loads', async () => {
    const loaded = await load('a');
    expect(loaded).toEqual({ id: 'a', size: 1.25 });
  });

  it('rejects', async () => {
    await expect(load('')).rejects.toThrow('no id');
  });

  it('saves', async () => {
    const write = vi.fn();
    await save({ id: 'a' }, write);
    expect(write).toHaveBeenCalledWith('a', '{"id":"a"}');
    expect(write).toHaveBeenCalledTimes(1);
  });

  it.each(SIZES)('is %s', (id, size) => {
    expect(parse(\`\${size} \${id}\`).count).toBe(size);
  });

  it('is the same either way round', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (list) => {
        expect(total(list)).toBe(total(list.toReversed()));
      }),
      { numRuns: 500 },
    );
  });

  it('calls back', (done) => {
    later('2 apples', (error, order) => {
      expect(error).toBeNull();
      expect(order.count).toBe(2);
      done();
    });
  });

  it('stays sorted', () => {
    for (let i = 0; i < 1000; i++) {
      const list = names(\`some \${i}\`);
      expect(list).toEqual([...list].sort());
    }
  });
});
`;

/** What they are about. */
export const SHOP = `import { readFileSync } from 'node:fs';

export interface Order {
  readonly count: number;
  readonly name: string;
}

export function total(list: readonly number[]): number {
  return list.reduce((sum, one) => sum + one, 0);
}

export function parse(text: string): Order {
  const found = /^(\\d+) (\\w+)$/.exec(text);
  if (!found) throw new Error('no count');
  return { count: Number(found[1]), name: found[2] ?? '' };
}

export function names(of: string): string[] {
  const text = readFileSync(of, 'utf8');
  return text.split('\\n').map((line) => line.trim());
}

export async function load(id: string): Promise<{ id: string; size: number }> {
  if (id === '') throw new Error('no id');
  const response = await fetch(\`/shop/\${id}\`);
  if (!response.ok) throw new Error(\`no shop: \${response.status}\`);
  return response.json();
}

export async function saveAll(orders: readonly Order[], write: (order: Order) => Promise<void>): Promise<void> {
  await Promise.all(orders.map((order) => write(order)));
}
`;
