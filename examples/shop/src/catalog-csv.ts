import { z } from 'zod';
import { formatCsv, parseCsv } from './csv.ts';
import { type Currency, Money } from './money.ts';
import { CATEGORIES, type Product, type Sku, skuSchema } from './product.ts';
import { err, ok, type Result } from './result.ts';

const COLUMNS = ['sku', 'name', 'category', 'price', 'weight_grams'] as const;

const rowSchema = z.object({
  sku: skuSchema,
  name: z.string().trim().min(1),
  category: z.enum(CATEGORIES),
  price: z.string(),
  weight_grams: z.coerce.number().int().nonnegative(),
});

/** One thing wrong with a catalog file. */
export interface RowIssue {
  /** The row from 1, the header being row 1; empty lines do not count. */
  readonly row: number;
  readonly column?: string;
  readonly message: string;
}

/**
 * Reads products from CSV with the header `sku,name,category,price,weight_grams`, its columns in any order.
 * Prices are plain decimal numbers in the given currency. Either every row is right, or all that is wrong
 * is listed.
 */
export function importCatalog(text: string, currency: Currency): Result<Product[], RowIssue[]> {
  const parsed = parseCsv(text);
  if (!parsed.ok) {
    const { line, column, message } = parsed.error;
    return err([{ row: line, message: `column ${column}: ${message}` }]);
  }
  const [header = [], ...rows] = parsed.value;
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    return err(missing.map((column) => ({ row: 1, column, message: 'this column is missing' })));
  }

  const issues: RowIssue[] = [];
  const products = new Map<Sku, Product>();
  for (const [index, cells] of rows.entries()) {
    const row = index + 2;
    const product = readRow(header, cells, currency);
    if (!product.ok) {
      issues.push(...product.error.map((issue) => ({ row, ...issue })));
    } else if (products.has(product.value.sku)) {
      issues.push({ row, column: 'sku', message: `${product.value.sku} is there twice` });
    } else {
      products.set(product.value.sku, product.value);
    }
  }
  return issues.length === 0 ? ok([...products.values()]) : err(issues);
}

/** Writes products as {@link importCatalog} reads them. */
export function exportCatalog(products: Iterable<Product>): string {
  const rows = Array.from(products, (product) => [
    product.sku,
    product.name,
    product.category,
    product.price.toDecimal(),
    String(product.weightGrams),
  ]);
  return formatCsv([COLUMNS, ...rows]);
}

function readRow(
  header: readonly string[],
  cells: readonly string[],
  currency: Currency,
): Result<Product, Omit<RowIssue, 'row'>[]> {
  if (cells.length !== header.length) {
    return err([{ message: `expected ${header.length} fields, got ${cells.length}` }]);
  }
  const record = Object.fromEntries(header.map((column, index) => [column, cells[index]]));
  const parsed = rowSchema.safeParse(record);
  if (!parsed.success) {
    return err(parsed.error.issues.map(({ path, message }) => ({ column: path.join('.'), message })));
  }
  const { weight_grams: weightGrams, ...fields } = parsed.data;
  const price = Money.parse(fields.price, currency);
  if (!price.ok) return err([{ column: 'price', message: price.error }]);
  if (price.value.isNegative) return err([{ column: 'price', message: 'a price is never negative' }]);
  return ok({ ...fields, price: price.value, weightGrams });
}
