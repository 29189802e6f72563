import type { EventSink } from '../base/index.ts';
import type { Shape, SignatureShape, Thrown } from '../lang/index.ts';

/** A call, and what it must do. */
export interface Example {
  readonly args: readonly unknown[];
  readonly expected: Expected;
}

export type Expected = { readonly kind: 'value'; readonly value: unknown } | ({ readonly kind: 'throws' } & Thrown);

export interface Parameter {
  readonly name: string;
  readonly shape: Shape;
}

/** A function of the project that stands where the new one will, so that it may be called. */
export interface Neighbour {
  readonly name: string;
  /** One for each way in which it may be called. */
  readonly forms: readonly SignatureShape[];
  /** Computes it without running its text; throws where it cannot. What it is handed it never changes. */
  readonly call: (...args: readonly unknown[]) => unknown;
}

/** A function to be written. */
export interface Problem {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly returns: Shape;
  readonly examples: readonly Example[];
  /** What people say of it, examples left out: its words and literals make expressions cheaper. */
  readonly prose: string;
  readonly neighbours?: readonly Neighbour[];
  /** Classes of the project that stand where the function will, so that it may throw them; they take a message. */
  readonly errors?: readonly string[];
}

export interface SearchOptions {
  /** Milliseconds; 8,000 where not given. */
  readonly ms?: number;
  /** Expressions looked at; 5,000,000 where not given. */
  readonly expressions?: number;
  /** Behaviours handed back; 8 where not given. */
  readonly behaviours?: number;
  /** Generator of the further inputs that keep behaviours apart. */
  readonly seed?: number;
  /** What writing a piece of code costs; the table's own figure, less where prose speaks of it, where not given. */
  readonly costs?: Costs;
  readonly events?: EventSink;
  readonly signal?: AbortSignal;
}

/** What an operator costs, in whole steps of at least 1; `usual` is what it costs without. */
export type Costs = (operator: { readonly name: string; readonly template: string }, usual: number) => number;

/** One way to fit all examples. */
export interface Behaviour {
  /** Statements of the body, formatted, without the braces, indented by nothing. */
  readonly body: string;
  /** The same for compilers that take what an index gives for possibly missing: with `!` there. */
  readonly strict: string;
  /** Cheaper is what people rather write. */
  readonly cost: number;
  /** What it gives for each of `SearchReport.inputs`; undefined where it throws or has no value. */
  readonly outputs: readonly (Expected | undefined)[];
}

/** The body that fits most examples where none fits all. */
export interface Nearest {
  readonly body: string;
  /** Indexes of the examples it does not fit. */
  readonly misses: readonly number[];
}

export interface SearchReport {
  /** Fits all examples each, no two the same on `inputs`; cheapest first. */
  readonly behaviours: readonly Behaviour[];
  /** Arguments beyond the examples' on which behaviours were compared, those first that tell most of all that fits apart. */
  readonly inputs: readonly (readonly unknown[])[];
  /** Probability that the first behaviour is the one that is meant, 0 to 1. */
  readonly confidence: number;
  readonly nearest?: Nearest;
  readonly expressions: number;
  readonly ms: number;
  /** Why it ended. */
  readonly end: 'found' | 'expressions' | 'time' | 'cancelled' | 'exhausted';
}
