import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Inventory, MemoryStock } from '../src/inventory.ts';
import { type Sku, sku } from '../src/product.ts';
import { unwrap, unwrapError } from './support.ts';

const TEA = sku('TEA');
const MUG = sku('MUG');

/** A store that lets others run between any two of its calls, fails on request, and counts its callers. */
class SlowStock extends MemoryStock {
  failures = 0;
  running = 0;
  most = 0;

  override read(of: Sku): Promise<number> {
    return this.#slowly(() => super.read(of));
  }

  override write(of: Sku, quantity: number): Promise<void> {
    return this.#slowly(() => super.write(of, quantity));
  }

  async #slowly<T>(task: () => Promise<T>): Promise<T> {
    this.running++;
    this.most = Math.max(this.most, this.running);
    await setImmediate();
    this.running--;
    if (this.failures > 0) {
      this.failures--;
      throw new Error('store unreachable');
    }
    return task();
  }
}

function setUp(tea: number, mug = 0) {
  const clock = { now: 1000 };
  const store = new SlowStock([
    [TEA, tea],
    [MUG, mug],
  ]);
  const inventory = new Inventory(store, {
    holdMs: 500,
    concurrency: 2,
    retry: { attempts: 3, sleep: async () => {} },
    now: () => clock.now,
  });
  return { clock, store, inventory };
}

describe('reserve', () => {
  it('takes stock out of sale', async () => {
    const { inventory } = setUp(5);
    const reservation = unwrap(await inventory.reserve('o1', [{ sku: TEA, quantity: 2 }]));
    expect(reservation.expiresAt).toBe(1500);
    expect(await inventory.available(TEA)).toBe(3);
  });

  it('adds up demands for one product', async () => {
    const { inventory } = setUp(3);
    const twice = [
      { sku: TEA, quantity: 2 },
      { sku: TEA, quantity: 2 },
    ];
    expect(unwrapError(await inventory.reserve('o1', twice))).toEqual({
      kind: 'out-of-stock',
      shortages: [{ sku: TEA, quantity: 4, available: 3 }],
    });
  });

  it('takes everything or nothing', async () => {
    const { inventory } = setUp(5, 1);
    const demands = [
      { sku: TEA, quantity: 2 },
      { sku: MUG, quantity: 2 },
    ];
    expect(unwrapError(await inventory.reserve('o1', demands))).toEqual({
      kind: 'out-of-stock',
      shortages: [{ sku: MUG, quantity: 2, available: 1 }],
    });
    expect(await inventory.available(TEA)).toBe(5);
    expect(await inventory.available(MUG)).toBe(1);
  });

  it('promises no piece twice, however many ask at once', async () => {
    const { inventory, store } = setUp(10);
    const results = await Promise.all(
      Array.from({ length: 25 }, (_, index) => inventory.reserve(`o${index}`, [{ sku: TEA, quantity: 1 }])),
    );
    expect(results.filter((result) => result.ok)).toHaveLength(10);
    expect(await inventory.available(TEA)).toBe(0);
    expect(store.most).toBe(1);
  });

  it('calls the store for different products side by side, within the limit', async () => {
    const store = new SlowStock();
    const inventory = new Inventory(store, { holdMs: 1, concurrency: 3 });
    const products = Array.from({ length: 8 }, (_, index) => sku(`P${index}`));
    for (const product of products) await store.write(product, 1);
    await inventory.reserve(
      'o1',
      products.map((product) => ({ sku: product, quantity: 1 })),
    );
    expect(store.most).toBe(3);
  });

  it('refuses a name that is taken, even while it is being taken', async () => {
    const { inventory } = setUp(5);
    const demands = [{ sku: TEA, quantity: 1 }];
    const [first, second] = await Promise.all([inventory.reserve('o1', demands), inventory.reserve('o1', demands)]);
    expect(first.ok).toBe(true);
    expect(unwrapError(second)).toEqual({ kind: 'duplicate', id: 'o1' });
    expect(await inventory.available(TEA)).toBe(4);
  });

  it('tries again where the store fails for a moment', async () => {
    const { inventory, store } = setUp(5);
    store.failures = 2;
    expect((await inventory.reserve('o1', [{ sku: TEA, quantity: 1 }])).ok).toBe(true);
    expect(await inventory.available(TEA)).toBe(4);
  });

  it('rejects where the store keeps failing, and the name is free again', async () => {
    const { inventory, store } = setUp(5);
    store.failures = 3;
    const demands = [{ sku: TEA, quantity: 1 }];
    await expect(inventory.reserve('o1', demands)).rejects.toThrow('store unreachable');
    expect((await inventory.reserve('o1', demands)).ok).toBe(true);
    expect(await inventory.available(TEA)).toBe(4);
  });
});

describe('release, commit and expiry', () => {
  it('puts stock back once', async () => {
    const { inventory } = setUp(5);
    await inventory.reserve('o1', [{ sku: TEA, quantity: 2 }]);
    const released = await Promise.all([inventory.release('o1'), inventory.release('o1')]);
    expect(released).toEqual([true, false]);
    expect(await inventory.available(TEA)).toBe(5);
  });

  it('keeps what was committed', async () => {
    const { inventory } = setUp(5);
    await inventory.reserve('o1', [{ sku: TEA, quantity: 2 }]);
    expect(inventory.commit('o1')).toBe(true);
    expect(inventory.commit('o1')).toBe(false);
    expect(await inventory.release('o1')).toBe(false);
    expect(await inventory.available(TEA)).toBe(3);
  });

  it('releases what has expired', async () => {
    const { inventory, clock } = setUp(5);
    await inventory.reserve('o1', [{ sku: TEA, quantity: 1 }]);
    clock.now = 1200;
    await inventory.reserve('o2', [{ sku: TEA, quantity: 1 }]);
    clock.now = 1499;
    expect(await inventory.releaseExpired()).toEqual([]);
    clock.now = 1500;
    expect(await inventory.releaseExpired()).toEqual(['o1']);
    expect(await inventory.available(TEA)).toBe(4);
  });
});
