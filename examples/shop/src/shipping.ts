import { Money } from './money.ts';
import { err, ok, type Result } from './result.ts';

/** Up to and including `upToGrams`, a parcel costs `price` minor units. */
export interface WeightBracket {
  readonly upToGrams: number;
  readonly price: number;
}

/** Countries that are sent to at the same price. */
export interface ShippingZone {
  readonly name: string;
  /** ISO 3166-1 alpha-2 codes, upper case. */
  readonly countries: readonly string[];
  /** In any order. */
  readonly brackets: readonly WeightBracket[];
  /** Shipping is free from this value of goods on, in minor units. */
  readonly freeFrom?: number | undefined;
}

/** What is to be sent. */
export interface Parcel {
  readonly country: string;
  readonly weightGrams: number;
  /** Of the goods, after discounts. */
  readonly value: Money;
}

export type ShippingError =
  | { readonly kind: 'no-zone'; readonly country: string }
  | { readonly kind: 'too-heavy'; readonly weightGrams: number; readonly maxGrams: number };

/** The zone a country is in: the first that lists it. */
export function zoneFor(country: string, zones: readonly ShippingZone[]): ShippingZone | undefined {
  const code = country.toUpperCase();
  return zones.find((zone) => zone.countries.includes(code));
}

/** What it costs to send a parcel. Weight limits hold for free shipping too. */
export function shippingCost(parcel: Parcel, zones: readonly ShippingZone[]): Result<Money, ShippingError> {
  const { country, weightGrams, value } = parcel;
  const zone = zoneFor(country, zones);
  if (zone === undefined) return err({ kind: 'no-zone', country });

  const brackets = zone.brackets.toSorted((a, b) => a.upToGrams - b.upToGrams);
  const bracket = brackets.find((candidate) => weightGrams <= candidate.upToGrams);
  if (bracket === undefined) {
    return err({ kind: 'too-heavy', weightGrams, maxGrams: brackets.at(-1)?.upToGrams ?? 0 });
  }
  const free = zone.freeFrom !== undefined && value.amount >= zone.freeFrom;
  return ok(free ? Money.zero(value.currency) : new Money(bracket.price, value.currency));
}
