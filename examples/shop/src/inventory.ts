import pLimit, { type LimitFunction } from 'p-limit';
import type { Sku } from './product.ts';
import { err, ok, type Result } from './result.ts';
import { type RetryOptions, retry } from './retry.ts';

/** Where stock is counted: a database, a warehouse's service. Either call may fail for a moment. */
export interface StockStore {
  read(sku: Sku): Promise<number>;
  write(sku: Sku, quantity: number): Promise<void>;
}

/** Stock counted in memory. */
export class MemoryStock implements StockStore {
  readonly #quantities: Map<Sku, number>;

  constructor(quantities: Iterable<readonly [Sku, number]> = []) {
    this.#quantities = new Map(quantities);
  }

  async read(sku: Sku): Promise<number> {
    return this.#quantities.get(sku) ?? 0;
  }

  async write(sku: Sku, quantity: number): Promise<void> {
    this.#quantities.set(sku, quantity);
  }
}

/** Pieces of one product that an order needs. */
export interface Demand {
  readonly sku: Sku;
  readonly quantity: number;
}

/** Stock taken out of sale for an order until it is paid or time is up. */
export interface Reservation {
  readonly id: string;
  readonly demands: readonly Demand[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface Shortage extends Demand {
  readonly available: number;
}

export type ReservationError =
  | { readonly kind: 'out-of-stock'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'duplicate'; readonly id: string };

export interface InventoryOptions {
  /** How long a reservation lasts, in milliseconds. */
  readonly holdMs: number;
  /** Calls to the store that may run at once. */
  readonly concurrency: number;
  readonly retry?: RetryOptions;
  /** Milliseconds since the epoch; replaced in tests. */
  readonly now?: () => number;
}

/**
 * Reserves stock for orders. However many orders come at once, no piece is promised twice: counting down
 * one SKU waits for the one before it, while different SKUs go side by side.
 */
export class Inventory {
  readonly #store: StockStore;
  readonly #options: InventoryOptions;
  readonly #now: () => number;
  readonly #calls: LimitFunction;
  readonly #locks = new Map<Sku, LimitFunction>();
  readonly #pending = new Set<string>();
  readonly #held = new Map<string, Reservation>();

  constructor(store: StockStore, options: InventoryOptions) {
    this.#store = store;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#calls = pLimit(options.concurrency);
  }

  /**
   * Takes everything an order needs, or nothing. Rejects where the store keeps failing; what was taken
   * by then is put back.
   *
   * @param id names the reservation; one that is held already is refused
   */
  async reserve(id: string, demands: readonly Demand[]): Promise<Result<Reservation, ReservationError>> {
    if (this.#pending.has(id) || this.#held.has(id)) return err({ kind: 'duplicate', id });
    this.#pending.add(id);
    try {
      const merged = mergeDemands(demands);
      const outcomes = await Promise.allSettled(merged.map((demand) => this.#take(demand)));

      const shortages = outcomes.flatMap((outcome) =>
        outcome.status === 'fulfilled' && outcome.value !== undefined ? [outcome.value] : [],
      );
      const failure = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failure !== undefined || shortages.length > 0) {
        const taken = merged.filter((_, index) => {
          const outcome = outcomes[index];
          return outcome?.status === 'fulfilled' && outcome.value === undefined;
        });
        await this.#putBack(taken);
        if (failure !== undefined) throw failure.reason;
        return err({ kind: 'out-of-stock', shortages });
      }

      const reservation = { id, demands: merged, expiresAt: this.#now() + this.#options.holdMs };
      this.#held.set(id, reservation);
      return ok(reservation);
    } finally {
      this.#pending.delete(id);
    }
  }

  /** Keeps what was reserved out of sale for good. Returns whether there was such a reservation. */
  commit(id: string): boolean {
    return this.#held.delete(id);
  }

  /** Puts what was reserved back on sale. Resolves to whether there was such a reservation. */
  async release(id: string): Promise<boolean> {
    const reservation = this.#held.get(id);
    if (reservation === undefined) return false;
    // First, so that a second release of the same reservation finds nothing to put back.
    this.#held.delete(id);
    await this.#putBack(reservation.demands);
    return true;
  }

  /** Releases every reservation whose time is up and resolves to their names. */
  async releaseExpired(): Promise<string[]> {
    const now = this.#now();
    const expired = [...this.#held.values()].filter((reservation) => reservation.expiresAt <= now);
    await Promise.all(expired.map((reservation) => this.release(reservation.id)));
    return expired.map((reservation) => reservation.id);
  }

  /** How many pieces are on sale now. */
  available(sku: Sku): Promise<number> {
    return this.#call(() => this.#store.read(sku));
  }

  /** Counts one SKU down; resolves to the shortage where there is not enough. */
  #take({ sku, quantity }: Demand): Promise<Shortage | undefined> {
    return this.#lock(sku)(async () => {
      const available = await this.available(sku);
      if (available < quantity) return { sku, quantity, available };
      await this.#call(() => this.#store.write(sku, available - quantity));
      return undefined;
    });
  }

  async #putBack(demands: readonly Demand[]): Promise<void> {
    await Promise.all(
      demands.map(({ sku, quantity }) =>
        this.#lock(sku)(async () => {
          const available = await this.available(sku);
          await this.#call(() => this.#store.write(sku, available + quantity));
        }),
      ),
    );
  }

  /** One at a time for each SKU, in the order they came. */
  #lock(sku: Sku): LimitFunction {
    const existing = this.#locks.get(sku);
    if (existing !== undefined) return existing;
    const lock = pLimit(1);
    this.#locks.set(sku, lock);
    return lock;
  }

  #call<T>(task: () => Promise<T>): Promise<T> {
    return this.#calls(() => retry(task, this.#options.retry));
  }
}

/** One demand for each SKU. */
function mergeDemands(demands: readonly Demand[]): Demand[] {
  const bySku = Map.groupBy(demands, (demand) => demand.sku);
  return [...bySku].map(([sku, group]) => ({
    sku,
    quantity: group.reduce((sum, demand) => sum + demand.quantity, 0),
  }));
}
