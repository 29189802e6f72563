import { describe, expect, it } from 'vitest';
import { parseConfig, parseConfigJson, type ShopConfigInput } from '../src/config.ts';
import { unwrap, unwrapError } from './support.ts';

const minimal: ShopConfigInput = {
  currency: 'EUR',
  tax: { mode: 'included', rates: { standard: 1900 } },
  zones: [{ name: 'home', countries: ['DE'], brackets: [{ upToGrams: 1000, price: 399 }] }],
};

describe('parseConfig', () => {
  it('fills in defaults', () => {
    const config = unwrap(parseConfig(minimal));
    expect(config.promotions).toEqual([]);
    expect(config.inventory).toEqual({ holdMs: 900_000, concurrency: 4 });
  });

  const wrong: [why: string, input: unknown, path: string][] = [
    ['not an object', 'EUR', ''],
    ['an unknown currency', { ...minimal, currency: 'XXX' }, 'currency'],
    ['a misspelt key', { ...minimal, promotion: [] }, ''],
    [
      'a rate above the whole',
      { ...minimal, tax: { mode: 'added', rates: { standard: 10_001 } } },
      'tax.rates.standard',
    ],
    ['no zones', { ...minimal, zones: [] }, 'zones'],
    ['a zone without countries', { ...minimal, zones: [{ ...minimal.zones[0], countries: [] }] }, 'zones.0.countries'],
    [
      'a country by name',
      { ...minimal, zones: [{ ...minimal.zones[0], countries: ['Germany'] }] },
      'zones.0.countries.0',
    ],
    [
      'a kind of promotion that is not there',
      { ...minimal, promotions: [{ kind: 'gift', label: 'x' }] },
      'promotions.0.kind',
    ],
    [
      'a day that is none',
      { ...minimal, promotions: [{ kind: 'fixed', label: 'x', amount: 1, from: '2026-02-30' }] },
      'promotions.0.from',
    ],
  ];
  it.each(wrong)('refuses %s', (_, input, path) => {
    expect(unwrapError(parseConfig(input)).map((issue) => issue.path)).toEqual([path]);
  });

  it('lists everything that is wrong', () => {
    const issues = unwrapError(parseConfig({ ...minimal, currency: 'XXX', zones: [] }));
    expect(issues.map((issue) => issue.path)).toEqual(['currency', 'zones']);
  });
});

describe('parseConfigJson', () => {
  it('reads JSON', () => {
    expect(unwrap(parseConfigJson(JSON.stringify(minimal))).currency).toBe('EUR');
  });

  it('says where it is not JSON', () => {
    expect(unwrapError(parseConfigJson('{'))[0]?.message).toContain('not JSON');
  });
});
