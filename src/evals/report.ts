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

export const share = (what: string, value: number, of: number): Figure => ({ what, value, of });
