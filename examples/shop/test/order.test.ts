import { describe, expect, it } from 'vitest';
import {
  draftOrder,
  type Order,
  type OrderAction,
  type OrderStatus,
  possibleActions,
  RETURN_WINDOW_MS,
  transition,
} from '../src/order.ts';
import { eur, tea, unwrap, unwrapError } from './support.ts';

const place: OrderAction = { type: 'place' };
const pay: OrderAction = { type: 'pay', amount: eur(900), reference: 'p1' };
const pack: OrderAction = { type: 'pack' };
const ship: OrderAction = { type: 'ship', trackingCode: 'T1' };
const deliver: OrderAction = { type: 'deliver' };
const sendBack: OrderAction = { type: 'return', reason: 'too green' };
const cancel: OrderAction = { type: 'cancel', reason: 'changed my mind' };
const refund: OrderAction = { type: 'refund' };

const draft = draftOrder('o1', [{ product: tea, quantity: 2 }], eur(900));

/** The order after all actions, one at each millisecond from 0. */
function after(...actions: OrderAction[]): Order {
  return actions.reduce((order, action, at) => unwrap(transition(order, action, at)), draft);
}

describe('transition', () => {
  it('goes all the way', () => {
    const order = after(place, pay, pack, ship, deliver, sendBack, refund);
    expect(order.status).toBe('refunded');
    expect(order.history.map((entry) => entry.status)).toEqual([
      'placed',
      'paid',
      'packed',
      'shipped',
      'delivered',
      'returned',
      'refunded',
    ]);
    expect(order.history.map((entry) => entry.at)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('does not change the order given', () => {
    const placed = after(place);
    unwrap(transition(placed, pay, 5));
    expect(placed.status).toBe('placed');
    expect(placed.history).toHaveLength(1);
  });

  const refused: [why: string, order: Order, action: OrderAction, message: string][] = [
    ['packing before payment', after(place), pack, 'cannot pack an order that is placed'],
    ['paying twice', after(place, pay), pay, 'cannot pay an order that is paid'],
    ['cancelling what is packed', after(place, pay, pack), cancel, 'cannot cancel an order that is packed'],
    ['an empty order', draftOrder('o2', [], eur(0)), place, 'an order needs at least one line'],
    ['the wrong amount', after(place), { ...pay, amount: eur(899) }, 'expected a payment of 9.00 EUR, got 8.99 EUR'],
    [
      'a blank tracking code',
      after(place, pay, pack),
      { ...ship, trackingCode: ' ' },
      'a shipment needs a tracking code',
    ],
    ['a refund of what was not paid', after(place, cancel), refund, 'nothing was paid'],
  ];
  it.each(refused)('refuses %s', (_, order, action, message) => {
    expect(unwrapError(transition(order, action, 9))).toEqual({ from: order.status, action: action.type, message });
  });

  it('refunds what was paid and cancelled', () => {
    expect(after(place, pay, cancel, refund).status).toBe('refunded');
  });

  it('takes returns up to the end of the window', () => {
    const delivered = after(place, pay, pack, ship, deliver);
    const deadline = 4 + RETURN_WINDOW_MS;
    expect(unwrap(transition(delivered, sendBack, deadline)).status).toBe('returned');
    expect(unwrapError(transition(delivered, sendBack, deadline + 1)).message).toContain('is over');
  });
});

describe('possibleActions', () => {
  const cases: [status: OrderStatus, actions: OrderAction['type'][]][] = [
    ['draft', ['place', 'cancel']],
    ['placed', ['pay', 'cancel']],
    ['paid', ['pack', 'cancel']],
    ['shipped', ['deliver']],
    ['cancelled', ['refund']],
    ['refunded', []],
  ];
  it.each(cases)('%s', (status, actions) => {
    expect(possibleActions(status)).toEqual(actions);
  });
});
