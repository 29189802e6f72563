/** One line of a report: a bar and the figure that was measured. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly of?: number;
}

export interface SuiteReport {
  readonly suite: string;
  readonly figures: readonly Figure[];
  /** Cases that did not come out as expected, for a person to look into. */
  readonly wrong: readonly { readonly id: string; readonly expected: string; readonly found: string }[];
}

/** How many outcomes were right, by whatever tells cases apart. */
export function sharesBy<T>(
  what: string,
  outcomes: readonly { readonly one: T; readonly right: boolean }[],
  key: (one: T) => string,
): Figure[] {
  const values = [...new Set(outcomes.map(({ one }) => key(one)))].sort();
  return values.map((value) => {
    const those = outcomes.filter(({ one }) => key(one) === value);
    return share(`${what} ${value}`, those.filter(({ right }) => right).length, those.length);
  });
}

export const share = (what: string, value: number, of: number): Figure => ({ what, value, of });
