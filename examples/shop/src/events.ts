import { EventEmitter } from 'eventemitter3';
import type { Order } from './order.ts';
import type { Sku } from './product.ts';

/** What the shop tells whoever listens: each event with the arguments of its listeners. */
export interface ShopEvents {
  'order-placed': [order: Order];
  'order-paid': [order: Order];
  'order-cancelled': [order: Order, reason: string];
  'stock-short': [sku: Sku, wanted: number, available: number];
}

/** A typed emitter of {@link ShopEvents}. */
export class ShopEmitter extends EventEmitter<ShopEvents> {}
