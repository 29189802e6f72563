import type { CartLine } from './cart.ts';
import type { Money } from './money.ts';
import { err, ok, type Result } from './result.ts';

/** Where an order stands. `refunded` is final, and `cancelled` where nothing was paid. */
export type OrderStatus =
  | 'draft'
  | 'placed'
  | 'paid'
  | 'packed'
  | 'shipped'
  | 'delivered'
  | 'returned'
  | 'cancelled'
  | 'refunded';

/** What can happen to an order. */
export type OrderAction =
  | { readonly type: 'place' }
  | { readonly type: 'pay'; readonly amount: Money; readonly reference: string }
  | { readonly type: 'pack' }
  | { readonly type: 'ship'; readonly trackingCode: string }
  | { readonly type: 'deliver' }
  | { readonly type: 'return'; readonly reason: string }
  | { readonly type: 'cancel'; readonly reason: string }
  | { readonly type: 'refund' };

/** An action, and when it happened in milliseconds since the epoch. */
export interface OrderEntry {
  readonly at: number;
  readonly action: OrderAction;
  readonly status: OrderStatus;
}

export interface Order {
  readonly id: string;
  readonly status: OrderStatus;
  readonly lines: readonly CartLine[];
  readonly total: Money;
  /** Everything that happened so far, oldest first. */
  readonly history: readonly OrderEntry[];
}

export interface TransitionError {
  readonly from: OrderStatus;
  readonly action: OrderAction['type'];
  readonly message: string;
}

/** How long after delivery an order may be sent back. */
export const RETURN_WINDOW_MS = 30 * 24 * 60 * 60 * 1000;

interface Transition<A extends OrderAction = OrderAction> {
  readonly from: readonly OrderStatus[];
  readonly to: OrderStatus;
  /** Why the action is refused, or `undefined` where it is not. */
  readonly guard?: (order: Order, action: A, at: number) => string | undefined;
}

const TRANSITIONS: {
  readonly [T in OrderAction['type']]: Transition<Extract<OrderAction, { type: T }>>;
} = {
  place: {
    from: ['draft'],
    to: 'placed',
    guard: (order) => (order.lines.length === 0 ? 'an order needs at least one line' : undefined),
  },
  pay: {
    from: ['placed'],
    to: 'paid',
    guard: ({ total }, { amount }) =>
      amount.equals(total) ? undefined : `expected a payment of ${total}, got ${amount}`,
  },
  pack: { from: ['paid'], to: 'packed' },
  ship: {
    from: ['packed'],
    to: 'shipped',
    guard: (_, { trackingCode }) => (trackingCode.trim() === '' ? 'a shipment needs a tracking code' : undefined),
  },
  deliver: { from: ['shipped'], to: 'delivered' },
  return: {
    from: ['delivered'],
    to: 'returned',
    guard: (order, _, at) => {
      const delivered = order.history.findLast((entry) => entry.status === 'delivered');
      const elapsed = at - (delivered?.at ?? at);
      return elapsed > RETURN_WINDOW_MS ? 'the time to return the order is over' : undefined;
    },
  },
  cancel: { from: ['draft', 'placed', 'paid'], to: 'cancelled' },
  refund: {
    from: ['returned', 'cancelled'],
    to: 'refunded',
    guard: (order) => (wasPaid(order) ? undefined : 'nothing was paid'),
  },
};

/** A new order that nothing has happened to. */
export function draftOrder(id: string, lines: readonly CartLine[], total: Money): Order {
  return { id, status: 'draft', lines, total, history: [] };
}

/** The order after an action, or why it is not allowed. The order given is not changed. */
export function transition(order: Order, action: OrderAction, at: number): Result<Order, TransitionError> {
  // The table is keyed by the action's own type, which the compiler cannot follow through the index.
  const { from, to: status, guard } = TRANSITIONS[action.type] as Transition;
  const refuse = (message: string) => err({ from: order.status, action: action.type, message });

  if (!from.includes(order.status)) {
    return refuse(`cannot ${action.type} an order that is ${order.status}`);
  }
  const refusal = guard?.(order, action, at);
  if (refusal !== undefined) return refuse(refusal);
  return ok({ ...order, status, history: [...order.history, { at, action, status }] });
}

/** What may happen to an order in this status, guards aside. */
export function possibleActions(status: OrderStatus): OrderAction['type'][] {
  const types = Object.keys(TRANSITIONS) as OrderAction['type'][];
  return types.filter((type) => TRANSITIONS[type].from.includes(status));
}

export function wasPaid(order: Order): boolean {
  return order.history.some((entry) => entry.status === 'paid');
}
