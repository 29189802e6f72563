import { describe, expect, it } from 'vitest';
import { Catalog, sku, skuSchema } from '../src/product.ts';
import { book, mug, tea } from './support.ts';

describe('skuSchema', () => {
  it.each(['TEA', 'TEA-GREEN-100', '7UP'])('takes %s', (text) => {
    expect(skuSchema.safeParse(text).success).toBe(true);
  });

  it.each(['', 'tea', 'TEA-', '-TEA', 'TEA--1', 'TEA 1'])('refuses "%s"', (text) => {
    expect(skuSchema.safeParse(text).success).toBe(false);
  });
});

describe('Catalog', () => {
  const catalog = new Catalog([tea, mug, book]);

  it('finds by SKU', () => {
    expect(catalog.get(tea.sku)).toBe(tea);
    expect(catalog.get(sku('NOTHING'))).toBeUndefined();
    expect(catalog.has(mug.sku)).toBe(true);
    expect(catalog.size).toBe(3);
  });

  it('searches names', () => {
    expect(catalog.search('tea')).toEqual([tea, book]);
    expect(catalog.search(' TEA  book ')).toEqual([book]);
    expect(catalog.search('coffee')).toEqual([]);
  });

  it('lists a category', () => {
    expect(catalog.inCategory('other')).toEqual([mug]);
  });

  it('refuses two products with one SKU', () => {
    expect(() => new Catalog([tea, { ...mug, sku: tea.sku }])).toThrow('duplicate SKU TEA-GREEN');
  });
});
