/** One call of a function and what it must return. */
export interface Case<Args extends readonly unknown[], Value> {
  readonly name: string;
  readonly args: Args;
  readonly expected: Value;
}
