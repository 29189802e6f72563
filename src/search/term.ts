import type { Kind } from './kinds.ts';
import { isLambda, type Operator } from './operators/index.ts';
import { ERROR } from './values.ts';

/** An expression: an operator over parts, a name, or a literal. */
export interface Term {
  readonly kind: Kind;
  readonly cost: number;
  readonly operator?: Operator;
  readonly parts: readonly Term[];
  /** Of a name: where its value stands in an environment. */
  readonly slot?: number;
  readonly literal?: { readonly value: unknown };
  /** Of a function: slots of its names. */
  readonly lambda?: readonly number[];
  /** Names it uses, one bit a slot. */
  readonly uses: number;
  readonly flavour: Flavour;
  /** Ids of its values, one a row of the context that it was made in. */
  readonly ids: Int32Array;
}

/**
 * What a number counts: `item` is a value of a list that was handed in, `count` a length or a place in a list. People
 * hardly ever compare or add the one to the other.
 */
export type Flavour = 'item' | 'count' | undefined;

/** Values of names by slot. */
export type Environment = unknown[];
type Compiled = (environment: Environment) => unknown;

/** Set where a function inside an operator had no value; the operator then has none. */
let failed = false;
const compiledTerms = new WeakMap<Term, Compiled>();

/** What a term computes, from assay's own operators; `ERROR` where it has no value. */
export function compile(term: Term): Compiled {
  const known = compiledTerms.get(term);
  if (known) return known;
  const made = build(term);
  compiledTerms.set(term, made);
  return made;
}

function build(term: Term): Compiled {
  const { slot, literal, operator, parts } = term;
  if (slot !== undefined) return (environment) => environment[slot];
  if (literal) return () => literal.value;
  if (!operator) throw new Error('a term is a name, a literal or an operator');
  const { apply, absent = false, lazy = false, slots } = operator;
  const inner = parts.map(compile);
  const [a, b] = inner;
  if (lazy) {
    return (environment) => {
      const value = apply(...inner.map((part) => () => part(environment)));
      return value === undefined && !absent ? undefined : value;
    };
  }
  if (slots.some(isLambda)) {
    const calls = slots.map((one) => isLambda(one));
    return (environment) => {
      const values: unknown[] = [];
      for (let index = 0; index < inner.length; index++) {
        if (calls[index]) {
          values.push(callOf(parts[index]!, environment));
          continue;
        }
        const value = inner[index]!(environment);
        if (value === ERROR || (value === undefined && !absent) || (value === null && !absent)) return ERROR;
        values.push(value);
      }
      const value = apply(...values);
      if (!failed) return value;
      failed = false;
      return ERROR;
    };
  }
  if (inner.length === 1 && !absent) {
    return (environment) => {
      const first = a!(environment);
      return first === ERROR || first === undefined || first === null ? ERROR : apply(first);
    };
  }
  if (inner.length === 2 && !absent) {
    return (environment) => {
      const first = a!(environment);
      if (first === ERROR || first === undefined || first === null) return ERROR;
      const second = b!(environment);
      return second === ERROR || second === undefined || second === null ? ERROR : apply(first, second);
    };
  }
  return (environment) => {
    const values: unknown[] = [];
    for (const part of inner) {
      const value = part(environment);
      if (value === ERROR || (!absent && (value === undefined || value === null))) return ERROR;
      values.push(value);
    }
    return apply(...values);
  };
}

/** A function term as a function, over an environment that it writes its own names into. */
export function callOf(term: Term, environment: Environment): (...given: unknown[]) => unknown {
  const body = compile(term);
  const slots = term.lambda!;
  const first = slots[0]!;
  const second = slots[1]!;
  return (x, y) => {
    if (failed) return undefined;
    environment[first] = x;
    environment[second] = y;
    const value = body(environment);
    if (value !== ERROR) return value;
    failed = true;
    return undefined;
  };
}

/** Whether a function had no value since the last call; clears it. */
export function tookFailure(): boolean {
  const was = failed;
  failed = false;
  return was;
}

/** All terms of a term, outermost first. */
export function* termsOf(term: Term): Iterable<Term> {
  yield term;
  for (const part of term.parts) yield* termsOf(part);
}
