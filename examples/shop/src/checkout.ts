import type { Cart } from './cart.ts';
import type { ShopConfig } from './config.ts';
import type { ShopEmitter } from './events.ts';
import type { Inventory, ReservationError } from './inventory.ts';
import type { Money } from './money.ts';
import { draftOrder, type Order, type OrderAction, type TransitionError, transition } from './order.ts';
import { type QuoteRequest, quote } from './pricing.ts';
import { err, ok, type Result } from './result.ts';
import { retry } from './retry.ts';
import type { ShippingError } from './shipping.ts';

/** Takes the customer's money. Charging one order twice must charge it once: attempts are repeated. */
export interface PaymentGateway {
  /** Resolves to the payment's reference. */
  charge(orderId: string, amount: Money): Promise<string>;
}

/** Thrown by a gateway where trying again cannot help: the card is refused. */
export class PaymentDeclined extends Error {
  override readonly name = 'PaymentDeclined';
}

export interface CheckoutServices {
  readonly config: ShopConfig;
  readonly inventory: Inventory;
  readonly payments: PaymentGateway;
  readonly events: ShopEmitter;
  readonly newOrderId: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface CheckoutRequest extends Omit<QuoteRequest, 'today'> {
  readonly cart: Cart;
}

export type CheckoutError =
  | { readonly kind: 'empty-cart' }
  | { readonly kind: 'payment'; readonly message: string }
  | { readonly kind: 'order'; readonly cause: TransitionError }
  | ShippingError
  | ReservationError;

/**
 * Turns a cart into a paid order: prices it, reserves the stock, charges the customer. Where a step
 * fails, the steps before it are undone; the cart is not changed.
 */
export async function checkout(
  request: CheckoutRequest,
  services: CheckoutServices,
): Promise<Result<Order, CheckoutError>> {
  const { cart, country, codes } = request;
  const { config, inventory, events, now } = services;
  if (cart.lines.length === 0) return err({ kind: 'empty-cart' });

  const today = new Date(now()).toISOString().slice(0, 10);
  const priced = quote(cart, { country, codes, today }, config);
  if (!priced.ok) return priced;

  const id = services.newOrderId();
  const placed = transition(draftOrder(id, cart.lines, priced.value.total), { type: 'place' }, now());
  if (!placed.ok) return err({ kind: 'order', cause: placed.error });

  const demands = cart.lines.map(({ product, quantity }) => ({ sku: product.sku, quantity }));
  const reserved = await inventory.reserve(id, demands);
  if (!reserved.ok) {
    if (reserved.error.kind === 'out-of-stock') {
      for (const { sku, quantity, available } of reserved.error.shortages) {
        events.emit('stock-short', sku, quantity, available);
      }
    }
    return reserved;
  }
  events.emit('order-placed', placed.value);
  return pay(placed.value, services);
}

/** Charges a placed order whose stock is reserved. */
async function pay(order: Order, services: CheckoutServices): Promise<Result<Order, CheckoutError>> {
  const { inventory, payments, events, now } = services;
  let action: OrderAction;
  try {
    const reference = await retry(() => payments.charge(order.id, order.total), {
      attempts: 3,
      baseMs: 50,
      isRetryable: (error) => !(error instanceof PaymentDeclined),
    });
    action = { type: 'pay', amount: order.total, reference };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await inventory.release(order.id);
    const cancelled = transition(order, { type: 'cancel', reason }, now());
    if (cancelled.ok) events.emit('order-cancelled', cancelled.value, reason);
    return err({ kind: 'payment', message: reason });
  }
  const paid = transition(order, action, now());
  if (!paid.ok) return err({ kind: 'order', cause: paid.error });
  inventory.commit(order.id);
  events.emit('order-paid', paid.value);
  return ok(paid.value);
}
