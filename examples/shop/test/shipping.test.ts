import { describe, expect, it } from 'vitest';
import { shippingCost, zoneFor } from '../src/shipping.ts';
import { config, eur, unwrap, unwrapError } from './support.ts';

describe('shippingCost', () => {
  it.each([
    ['DE', 0, 1000, 399],
    ['DE', 1000, 1000, 399],
    ['DE', 1001, 1000, 699],
    ['de', 100, 1000, 399],
    ['AT', 2000, 9000, 1290],
    ['DE', 5000, 4999, 699],
    ['DE', 5000, 5000, 0],
  ])('to %s, %d g, goods of %d: %d', (country, weightGrams, value, cost) => {
    expect(unwrap(shippingCost({ country, weightGrams, value: eur(value) }, config.zones))).toEqual(eur(cost));
  });

  it('refuses a country in no zone', () => {
    const parcel = { country: 'US', weightGrams: 1, value: eur(1) };
    expect(unwrapError(shippingCost(parcel, config.zones))).toEqual({ kind: 'no-zone', country: 'US' });
  });

  it('refuses what is too heavy, free or not', () => {
    const parcel = { country: 'DE', weightGrams: 5001, value: eur(9000) };
    expect(unwrapError(shippingCost(parcel, config.zones))).toEqual({
      kind: 'too-heavy',
      weightGrams: 5001,
      maxGrams: 5000,
    });
  });

  it('takes brackets in any order', () => {
    const zones = config.zones.map((zone) => ({ ...zone, brackets: zone.brackets.toReversed() }));
    const parcel = { country: 'DE', weightGrams: 10, value: eur(1) };
    expect(unwrap(shippingCost(parcel, zones))).toEqual(eur(399));
  });
});

describe('zoneFor', () => {
  it('is the first that lists the country', () => {
    expect(zoneFor('FR', config.zones)?.name).toBe('EU');
    expect(zoneFor('XX', config.zones)).toBeUndefined();
  });
});
