import { describe, expect, it } from 'vitest';
import { rateFor, type Taxable, type TaxRates, taxLines, totalTax } from '../src/tax.ts';
import { eur } from './support.ts';

const rates: TaxRates = { standard: 1900, reduced: { food: 700, book: 0 } };

describe('rateFor', () => {
  it('prefers the reduced rate, even where it is zero', () => {
    expect(rateFor('food', rates)).toBe(700);
    expect(rateFor('book', rates)).toBe(0);
    expect(rateFor('other', rates)).toBe(1900);
    expect(rateFor('food', { standard: 1900 })).toBe(1900);
  });
});

describe('taxLines', () => {
  const items: Taxable[] = [
    { category: 'other', amount: eur(1190) },
    { category: 'food', amount: eur(1070) },
    { category: 'clothing', amount: eur(1190) },
  ];

  it('takes the tax out of prices that include it', () => {
    expect(taxLines(items, rates, 'included', 'EUR')).toEqual([
      { basisPoints: 700, net: eur(1000), tax: eur(70) },
      { basisPoints: 1900, net: eur(2000), tax: eur(380) },
    ]);
  });

  it('adds the tax to prices without it', () => {
    expect(taxLines(items, rates, 'added', 'EUR')).toEqual([
      { basisPoints: 700, net: eur(1070), tax: eur(75) },
      { basisPoints: 1900, net: eur(2380), tax: eur(452) },
    ]);
  });

  it('rounds once for each rate', () => {
    const pennies: Taxable[] = Array.from({ length: 10 }, () => ({ category: 'other', amount: eur(2) }));
    expect(totalTax(taxLines(pennies, rates, 'added', 'EUR'), 'EUR')).toEqual(eur(4));
  });

  it('has nothing to say about nothing', () => {
    expect(taxLines([], rates, 'added', 'EUR')).toEqual([]);
    expect(totalTax([], 'EUR')).toEqual(eur(0));
  });
});
