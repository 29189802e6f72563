import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jaccard, mostSimilarChunk, telling } from '../../src/retrieve/index.ts';

describe('telling', () => {
  it('keeps identifiers and drops what every file has', () => {
    expect([...telling('export const cartTotal = await items.reduce((a, b) => a + b.price, 0)')]).toEqual([
      'cartTotal',
      'items',
      'reduce',
      'price',
    ]);
  });
});

describe('jaccard', () => {
  it('is symmetric, 1 for equal sets, 0 for disjoint ones', () => {
    const words = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e')).map((list) => new Set(list));
    fc.assert(
      fc.property(words, words, (a, b) => {
        expect(jaccard(a, b)).toBe(jaccard(b, a));
        const union = new Set([...a, ...b]).size;
        const shared = [...a].filter((word) => b.has(word)).length;
        expect(jaccard(a, b)).toBe(a.size === 0 || b.size === 0 ? 0 : shared / union);
      }),
    );
  });
});

describe('mostSimilarChunk', () => {
  const filler = Array.from({ length: 100 }, (_, i) => `const filler${i} = ${i};`);
  const at = (line: number): string => filler.toSpliced(line, 1, 'shipOrder(order, warehouse);').join('\n');
  it.each([0, 45, 99])('finds the place that shares names, at line %d', (line) => {
    const chunk = mostSimilarChunk(at(line), telling('shipOrder(order, warehouse)'));
    expect(chunk).toBeDefined();
    expect(line + 1).toBeGreaterThanOrEqual(chunk!.first);
    expect(line + 1).toBeLessThanOrEqual(chunk!.last);
    expect(chunk!.text).toBe(
      at(line)
        .split('\n')
        .slice(chunk!.first - 1, chunk!.last)
        .join('\n'),
    );
  });
  it('finds nothing where nothing is shared', () => {
    expect(mostSimilarChunk(filler.join('\n'), telling('unrelated'))).toBeUndefined();
  });
});
