import { beforeEach, describe, expect, it } from 'vitest';
import {
  Cart,
  type CheckoutServices,
  checkout,
  Inventory,
  MemoryStock,
  type Money,
  PaymentDeclined,
  ShopEmitter,
} from '../src/index.ts';
import { book, config, eur, mug, tea, unwrap, unwrapError } from './support.ts';

const NOON = Date.UTC(2026, 2, 15, 12);

let cart: Cart;
let services: CheckoutServices;
let seen: string[];
let charges: [string, Money][];
let failWith: Error[];

beforeEach(() => {
  seen = [];
  charges = [];
  failWith = [];
  cart = new Cart('EUR');
  cart.add(tea, 2);
  const events = new ShopEmitter();
  events.on('order-placed', (order) => seen.push(`placed ${order.id}`));
  events.on('order-paid', (order) => seen.push(`paid ${order.total}`));
  events.on('order-cancelled', (order, reason) => seen.push(`${order.status}: ${reason}`));
  events.on('stock-short', (sku, wanted, available) => seen.push(`${sku}: ${wanted} > ${available}`));
  services = {
    config,
    events,
    inventory: new Inventory(new MemoryStock([[tea.sku, 3]]), config.inventory),
    payments: {
      async charge(orderId, amount) {
        charges.push([orderId, amount]);
        const failure = failWith.shift();
        if (failure !== undefined) throw failure;
        return `ref-${charges.length}`;
      },
    },
    newOrderId: () => 'o1',
    now: () => NOON,
  };
});

const run = () => checkout({ cart, country: 'DE', codes: [] }, services);

describe('checkout', () => {
  it('turns a cart into a paid order', async () => {
    const order = unwrap(await run());
    expect(order.status).toBe('paid');
    expect(order.total).toEqual(eur(900 + 399));
    expect(order.history.at(-1)?.action).toEqual({ type: 'pay', amount: eur(1299), reference: 'ref-1' });
    expect(charges).toEqual([['o1', eur(1299)]]);
    expect(seen).toEqual(['placed o1', 'paid 12.99 EUR']);
    expect(await services.inventory.available(tea.sku)).toBe(1);
    expect(cart.count).toBe(2);
  });

  it('refuses an empty cart', async () => {
    cart.clear();
    expect(unwrapError(await run())).toEqual({ kind: 'empty-cart' });
  });

  it('charges nothing where stock is short', async () => {
    cart.add(mug);
    cart.add(tea, 2);
    expect(unwrapError(await run())).toMatchObject({ kind: 'out-of-stock' });
    expect(seen).toEqual(['TEA-GREEN: 4 > 3', 'MUG-BLUE: 1 > 0']);
    expect(charges).toEqual([]);
    expect(await services.inventory.available(tea.sku)).toBe(3);
  });

  it('charges nothing where it cannot ship', async () => {
    cart.add(book, 10);
    expect(unwrapError(await run())).toMatchObject({ kind: 'too-heavy', weightGrams: 6200 });
    expect(charges).toEqual([]);
  });

  it('charges again after a failure that may pass', async () => {
    failWith = [new Error('timeout')];
    expect(unwrap(await run()).status).toBe('paid');
    expect(charges).toHaveLength(2);
  });

  it('gives the stock back where the payment is declined', async () => {
    failWith = [new PaymentDeclined('card refused')];
    expect(unwrapError(await run())).toEqual({ kind: 'payment', message: 'card refused' });
    expect(charges).toHaveLength(1);
    expect(seen).toEqual(['placed o1', 'cancelled: card refused']);
    expect(await services.inventory.available(tea.sku)).toBe(3);
  });

  it('applies the promotions of the day', async () => {
    const promotions = [{ kind: 'fixed', label: 'ides', amount: 100, minimum: 0, from: '2026-03-15' }] as const;
    services = { ...services, config: { ...config, promotions: [...promotions] } };
    expect(unwrap(await run()).total).toEqual(eur(800 + 399));
  });
});
