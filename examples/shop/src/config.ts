import { z } from 'zod';
import { CURRENCIES } from './money.ts';
import { CATEGORIES, skuSchema } from './product.ts';
import { err, ok, type Result } from './result.ts';

/** Minor units of the shop's currency. */
const amountSchema = z.int().nonnegative();

const basisPointsSchema = z.int().min(0).max(10_000);

const countrySchema = z.string().regex(/^[A-Z]{2}$/, 'expected a two-letter country code');

const promotionBase = {
  label: z.string().min(1),
  code: z.string().min(1).optional(),
  from: z.iso.date().optional(),
  until: z.iso.date().optional(),
};

const promotionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('percentage'),
    ...promotionBase,
    basisPoints: basisPointsSchema,
    category: z.enum(CATEGORIES).optional(),
  }),
  z.strictObject({
    kind: z.literal('fixed'),
    ...promotionBase,
    amount: amountSchema,
    minimum: amountSchema.default(0),
  }),
  z.strictObject({
    kind: z.literal('bundle'),
    ...promotionBase,
    sku: skuSchema,
    buy: z.int().min(1),
    free: z.int().min(1),
  }),
]);

const zoneSchema = z.strictObject({
  name: z.string().min(1),
  countries: z.array(countrySchema).min(1),
  brackets: z.array(z.strictObject({ upToGrams: z.int().positive(), price: amountSchema })).min(1),
  freeFrom: amountSchema.optional(),
});

const taxSchema = z.strictObject({
  mode: z.enum(['included', 'added']),
  rates: z.strictObject({
    standard: basisPointsSchema,
    reduced: z.partialRecord(z.enum(CATEGORIES), basisPointsSchema).optional(),
  }),
});

const inventorySchema = z.strictObject({
  /** How long stock is held for an order that is not paid yet. */
  holdMs: z
    .int()
    .positive()
    .default(15 * 60_000),
  /** Calls to the stock store that may run at once. */
  concurrency: z.int().positive().default(4),
});

/** The shop's configuration. Unknown keys are errors, so that a misspelt option is not just ignored. */
export const shopConfigSchema = z.strictObject({
  currency: z.enum(CURRENCIES),
  tax: taxSchema,
  zones: z.array(zoneSchema).min(1),
  promotions: z.array(promotionSchema).default([]),
  inventory: inventorySchema.prefault({}),
});

export type ShopConfig = z.infer<typeof shopConfigSchema>;

/** What a configuration file may leave to defaults. */
export type ShopConfigInput = z.input<typeof shopConfigSchema>;

/** One thing wrong with a configuration. */
export interface ConfigIssue {
  /** Where, such as `zones.0.countries`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** Checks a configuration and fills in defaults, or lists everything wrong with it. */
export function parseConfig(input: unknown): Result<ShopConfig, ConfigIssue[]> {
  const parsed = shopConfigSchema.safeParse(input);
  if (parsed.success) return ok(parsed.data);
  return err(parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })));
}

/** {@link parseConfig} of JSON text. */
export function parseConfigJson(text: string): Result<ShopConfig, ConfigIssue[]> {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    return err([{ path: '', message: `not JSON: ${(error as Error).message}` }]);
  }
  return parseConfig(input);
}
