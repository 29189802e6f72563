import type { Assertion, Test } from './types.ts';

/** Assertions of the head that nothing of the base was matched with: what a moved one may have become. */
export class Survivors {
  readonly #counts = new Map<string, number>();
  readonly #everywhere: ReadonlySet<string>;
  readonly #helpers: ReadonlyMap<string, readonly Assertion[]>;
  readonly running: readonly Test[];

  /** Whether there are tests that were not there. */
  readonly isGrown: boolean;

  constructor(all: readonly Test[], fresh: readonly Test[]) {
    const running = all.filter(({ kind }) => kind === 'run' || kind === 'only');
    this.running = running;
    this.#everywhere = new Set(
      running.flatMap(({ assertions }) => assertions.filter(isEffective).map(({ key }) => key)),
    );
    this.#helpers = new Map(
      all.filter(({ role }) => role === 'helper').map(({ title, assertions }) => [title.at(-1) ?? '', assertions]),
    );
    const others = fresh.filter(({ kind }) => kind === 'run' || kind === 'only');
    this.isGrown = others.some(({ role, assertions }) => role === 'test' && assertions.some(isEffective));
    this.add(others.flatMap(({ assertions }) => assertions.filter(isEffective)));
  }
  add(assertions: readonly Assertion[]): void {
    for (const one of assertions)
      for (const key of [one.key, looseKey(one)]) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
  /** Whether an assertion stands somewhere else now. */
  has(one: Assertion): boolean {
    for (const key of [one.key, looseKey(one)]) {
      const count = this.#counts.get(key) ?? 0;
      if (count === 0) continue;
      this.#counts.set(key, count - 1);
      return true;
    }
    // One that says all of itself may be asked in another test already.
    return this.#everywhere.has(one.key) && one.subject.text.includes('(') && one.subject.literals.length > 0;
  }
  /** Whether all statements of a test that asserts nothing are run somewhere, row by row of a table too. */
  runs(body: string): boolean {
    const statements = body.replace(/^\{|;?\}$/g, '').split(';');
    return statements.every((one) =>
      this.running.some(
        (test) => test.body.includes(one) || test.assertions.some(({ subject }) => subject.text.includes(one)),
      ),
    );
  }
  helper(name: string): readonly Assertion[] | undefined {
    return this.#helpers.get(name);
  }
}

export const looseKey = ({ op, not, subject, expected }: Assertion): string =>
  ['~', op, not, subject.shape, ...expected.map(({ text }) => text)].join('\u0001');

export const isEffective = ({ strength, never, lost }: Assertion): boolean =>
  strength > 0 && never === undefined && lost === undefined;
