import { type Input, inputSource } from '../compare/inputs.ts';
import { Code, Made } from '../compare/print.ts';
import type { Outcome } from '../compare/run.ts';
import { isOverflow, type Parting } from './parting.ts';

/**
 * What is odd about an input that its type allows or does not forbid: a list with `holes`, objects that are `frozen`, an object
 * `without` a prototype, a number or text at the `far` end, a list that is `long`.
 */
export type Oddity = 'holes' | 'frozen' | 'without' | 'far' | 'long';

export interface OddInput extends Input {
  readonly odd: Oddity;
  /** The source of the input that it was made of. */
  readonly plain: string;
}

/** Inputs that odd ones are made of, odd ones of one kind that are made of one, and how deep in it. */
const PLAIN = 12;
const EACH = 3;
const DEPTH = 2;
/** More than an engine takes as arguments of one call in a worker, whose stack is four times as large as usual. */
const LONG = 600_000;

const FAR_NUMBERS = [2 ** 53, -(2 ** 31), 2 ** 31, 1e21];
const FAR_TEXTS = ['\ud83d', 'a\udc4d', 'ab'.repeat(600)];

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A list with the item at a place taken out, and nothing put in. */
function holed(list: readonly unknown[], at: number): unknown[] {
  const copy = list.slice();
  delete copy[at];
  return copy;
}

const withoutPrototype = (value: object): Made => new Made('Object.assign', [new Code('Object.create(null)'), value]);

/** A value with every list and object in it frozen; itself where it holds none. */
function frozen(value: unknown, depth = 0): unknown {
  if (depth > DEPTH) return value;
  if (isList(value)) return new Made('Object.freeze', [value.map((one) => frozen(one, depth + 1))]);
  if (isPlain(value))
    return new Made('Object.freeze', [
      Object.fromEntries(Object.entries(value).map(([key, one]) => [key, frozen(one, depth + 1)])),
    ]);
  return value;
}

/** A value with one place in it made odd, every place in turn. */
function* oddPlaces(value: unknown, odd: Oddity, depth = 0): Generator<unknown> {
  if (depth > DEPTH) return;
  if (odd === 'holes' && isList(value))
    for (const at of new Set([0, value.length - 1])) if (at in value) yield holed(value, at);
  if (odd === 'without' && isPlain(value)) yield withoutPrototype(value);
  if (odd === 'far' && typeof value === 'number') yield* FAR_NUMBERS;
  if (odd === 'far' && typeof value === 'string') yield* FAR_TEXTS;
  if (odd === 'long' && isList(value) && value.length > 0 && /^(?:number|string)$/.test(typeof value[0]))
    yield new Made(`Array(${LONG}).fill`, [value[0]]);
  if (isList(value)) {
    for (const [at, one] of value.slice(0, EACH).entries())
      for (const other of oddPlaces(one, odd, depth + 1))
        yield value.map((item, index) => (index === at ? other : item));
  } else if (isPlain(value)) {
    for (const [key, one] of Object.entries(value))
      for (const other of oddPlaces(one, odd, depth + 1)) yield { ...value, [key]: other };
  }
}

/** What is odd about arguments; undefined where nothing is. */
export function oddityOf(args: readonly unknown[]): Oddity | undefined {
  const inner = (value: unknown): Oddity | undefined => {
    if (value instanceof Made) {
      if (value.callee === 'Object.freeze') return 'frozen';
      if (value.callee === 'Object.assign') return 'without';
      return value.callee.startsWith('Array(') ? 'long' : undefined;
    }
    if (isList(value))
      return Object.keys(value).length < value.length ? 'holes' : value.map(inner).find((one) => one !== undefined);
    if (isPlain(value))
      return Object.values(value)
        .map(inner)
        .find((one) => one !== undefined);
    return undefined;
  };
  return inner(args);
}

/** Odd inputs made of plain ones, the same each time. `takes`: whether arguments are of the types. */
export function oddInputs(inputs: readonly Input[], takes: (args: readonly unknown[]) => boolean): readonly OddInput[] {
  const found = new Map<string, OddInput>();
  const known = new Set(inputs.map(({ source }) => source));
  const add = (odd: Oddity, { source: plain }: Input, args: readonly unknown[]): void => {
    const source = inputSource(args);
    if (!known.has(source) && !found.has(source)) found.set(source, { args, source, origin: 'edge', odd, plain });
  };
  const spread = (fitting: readonly Input[], most: number): readonly Input[] =>
    fitting.filter((_, at) => at % Math.max(1, Math.ceil(fitting.length / most)) === 0);
  const holds = inputs.filter(({ args }) => args.some((one) => isList(one) || isPlain(one)));
  for (const input of spread(holds, PLAIN))
    add(
      'frozen',
      input,
      input.args.map((one) => frozen(one)),
    );
  for (const odd of ['holes', 'without', 'far', 'long'] as const) {
    // A few plain inputs of each parameter that can be made so.
    const width = Math.max(0, ...inputs.map(({ args }) => args.length));
    for (let at = 0; at < width; at++) {
      const fitting = inputs.filter(({ args }) => at < args.length && !oddPlaces(args[at], odd).next().done);
      for (const input of spread(fitting, odd === 'long' ? 1 : Math.ceil(PLAIN / width))) {
        const most = odd === 'far' ? FAR_NUMBERS.length : odd === 'long' ? 1 : EACH;
        for (const other of oddPlaces(input.args[at], odd).take(most)) {
          const args = input.args.with(at, other);
          if (takes(args)) add(odd, input, args);
        }
      }
    }
  }
  return [...found.values()];
}

/**
 * What an odd input says of a change, where the plain one that it was made of says nothing. Counted are errors where there was a
 * result, and other results of objects and of what is far; never that the new code takes what the old one did not. How holes are
 * treated is told and not counted: most types do not speak of them.
 */
export function oddParting(
  odd: Oddity,
  parting: Parting | undefined,
  base: Outcome,
  head: Outcome,
): Parting | 'holes' | undefined {
  if (parting === undefined || parting === 'message') return undefined;
  switch (odd) {
    case 'holes':
      return parting === 'hangs' ? undefined : 'holes';
    case 'long':
      return base.kind === 'value' && isOverflow(head) ? 'throws' : undefined;
    case 'frozen':
      return base.kind === 'throws' ? undefined : parting;
    case 'without':
      if (base.kind === 'throws') return undefined;
      return base.kind === 'value' && head.kind === 'value' && sameButPrototype(base.value, head.value)
        ? undefined
        : parting;
    case 'far':
      return parting === 'hangs' ? undefined : parting;
  }
}

const sameButPrototype = (one: string, other: string): boolean =>
  one.replaceAll('["object",null,', '["object",') === other.replaceAll('["object",null,', '["object",');
