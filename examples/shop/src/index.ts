export { Cart, CartError, type CartLimits, type CartLine, lineTotal } from './cart.ts';
export { exportCatalog, importCatalog, type RowIssue } from './catalog-csv.ts';
export {
  type CheckoutError,
  type CheckoutRequest,
  type CheckoutServices,
  checkout,
  PaymentDeclined,
  type PaymentGateway,
} from './checkout.ts';
export {
  type ConfigIssue,
  parseConfig,
  parseConfigJson,
  type ShopConfig,
  type ShopConfigInput,
  shopConfigSchema,
} from './config.ts';
export { type CsvError, formatCsv, parseCsv } from './csv.ts';
export { ShopEmitter, type ShopEvents } from './events.ts';
export {
  type Demand,
  Inventory,
  type InventoryOptions,
  MemoryStock,
  type Reservation,
  type ReservationError,
  type Shortage,
  type StockStore,
} from './inventory.ts';
export { CURRENCIES, CURRENCY_DIGITS, type Currency, Money, type Rounding } from './money.ts';
export {
  draftOrder,
  type Order,
  type OrderAction,
  type OrderEntry,
  type OrderStatus,
  possibleActions,
  RETURN_WINDOW_MS,
  type TransitionError,
  transition,
  wasPaid,
} from './order.ts';
export { type Quote, type QuoteRequest, quote } from './pricing.ts';
export { CATEGORIES, Catalog, type Category, type Product, type Sku, sku, skuSchema } from './product.ts';
export { type Discount, discountsFor, isActive, type Promotion, type PromotionRequest } from './promotion.ts';
export { err, ok, type Result } from './result.ts';
export { backoffMs, type RetryOptions, retry } from './retry.ts';
export {
  type Parcel,
  type ShippingError,
  type ShippingZone,
  shippingCost,
  type WeightBracket,
  zoneFor,
} from './shipping.ts';
export { rateFor, type Taxable, type TaxLine, type TaxMode, type TaxRates, taxLines, totalTax } from './tax.ts';
