/**
 * Drafts that go on together: each waits before its next token until all of them do, then what they have been extended by is
 * computed at once. One that has ended leaves.
 */
export interface Lockstep<T> {
  /** Resolves when everyone that has not left waits, and `compute` has been called with what they brought. */
  wait(one: T): Promise<void>;
  leave(): void;
}

/** @param count drafts that take part; each calls `wait` any number of times and `leave` once */
export function lockstep<T>(count: number, compute: (all: readonly T[]) => void): Lockstep<T> {
  let active = count;
  let waiting: { readonly one: T; readonly go: () => void; readonly fail: (error: unknown) => void }[] = [];
  const flush = (): void => {
    if (waiting.length === 0 || waiting.length < active) return;
    const all = waiting;
    waiting = [];
    try {
      compute(all.map(({ one }) => one));
      for (const { go } of all) go();
    } catch (error) {
      for (const { fail } of all) fail(error);
    }
  };
  return {
    wait: (one) =>
      new Promise((go, fail) => {
        waiting.push({ one, go, fail });
        flush();
      }),
    leave() {
      active--;
      flush();
    },
  };
}
