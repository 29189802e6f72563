import { compile, type Environment, type Term, termsOf, tookFailure } from './term.ts';
import type { Throws } from './thrown.ts';
import { ERROR } from './values.ts';

/** The statements of a function: what it returns, guards before it, errors it throws. */
export type Body =
  | { readonly kind: 'return'; readonly term: Term }
  | ({ readonly kind: 'throw' } & Throws)
  | { readonly kind: 'if'; readonly condition: Term; readonly whenTrue: Body; readonly otherwise: Body };

/** What a throwing body gives when it is evaluated. */
class Thrown implements Throws {
  readonly error: string;
  readonly message?: string;
  constructor({ error, message }: Throws) {
    this.error = error;
    if (message !== undefined) this.message = message;
  }
}

export const isThrown = (value: unknown): value is Throws => value instanceof Thrown;

/** The value a body returns, `ERROR` where it has none, or what it throws. */
export function run(body: Body, environment: Environment): unknown {
  switch (body.kind) {
    case 'throw':
      return new Thrown(body);
    case 'return':
      return outcome(body.term, environment);
    case 'if': {
      const test = outcome(body.condition, environment);
      return test === true
        ? run(body.whenTrue, environment)
        : test === false
          ? run(body.otherwise, environment)
          : ERROR;
    }
  }
}

function outcome(term: Term, environment: Environment): unknown {
  try {
    const value = compile(term)(environment);
    return tookFailure() ? ERROR : value;
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    tookFailure();
    return ERROR;
  }
}

/** Every term a body is made of. */
export function* termsIn(body: Body): Iterable<Term> {
  if (body.kind === 'return') yield* termsOf(body.term);
  if (body.kind !== 'if') return;
  yield* termsOf(body.condition);
  yield* termsIn(body.whenTrue);
  yield* termsIn(body.otherwise);
}
