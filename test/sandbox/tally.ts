import { afterAll } from 'vitest';

/**
 * Counts by level what became of hostile programs; printed after the tests of a file where `ASSAY_TABLE` is set. Open is
 * what a level says that it does not contain, and what was then seen not to be.
 */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();

  constructor(title: string) {
    afterAll(() => {
      if (process.env.ASSAY_TABLE === undefined) return;
      const rows = [...this.#counts].map(
        ([level, counts]) => `${level.padEnd(12)} ${[...counts].map(([what, count]) => `${what} ${count}`).join(', ')}`,
      );
      console.log([title, ...rows].join('\n'));
    });
  }

  add(level: string, what: 'contained' | 'open, as documented' | 'not tried'): void {
    const counts = this.#counts.get(level) ?? new Map<string, number>();
    this.#counts.set(level, counts.set(what, (counts.get(what) ?? 0) + 1));
  }
}
