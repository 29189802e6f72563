import type { ParameterShape, Shape, SignatureShape } from '../../lang/index.ts';
import { Code } from '../compare/print.ts';
import { fitsShape } from './fitsShape.ts';

/** How arguments of one function become those of another; undefined for those that cannot be taken apart. */
export interface Regrouping {
  args(given: readonly unknown[]): readonly unknown[] | undefined;
}

/** Values of one call, ways to hand them over that are tried, constants that are put in for what is not given. */
const VALUES = 5;
const WAYS = 6;
const CONSTANTS = 4;
/** Orders that are looked at. */
const ORDERS = 24;

/** One value that a function is given: a parameter, or a field of one that is an object of options. */
interface Slot {
  readonly parameter: number;
  readonly field?: string;
  readonly name: string;
  readonly shape: Shape;
  readonly optional: boolean;
  readonly rest: boolean;
}

/** By what of the one function each value of the other is filled, and how many of them have the same name. */
interface Way {
  readonly way: readonly (number | undefined)[];
  readonly named: number;
}

/** What a function is given, objects of options taken apart; undefined where that is too much. */
function slotsOf(parameters: readonly ParameterShape[]): readonly Slot[] | undefined {
  const slots = parameters.flatMap(({ name, shape, optional, rest }, parameter): Slot[] => {
    const of = shape.kind === 'union' ? shape.members.filter(({ kind }) => kind !== 'undefined') : [shape];
    const [only] = of;
    if (of.length !== 1 || only!.kind !== 'record' || only!.fields.length === 0 || rest)
      return [{ parameter, name, shape, optional, rest }];
    return only!.fields.map((field) => ({
      parameter,
      field: field.name,
      name: field.name,
      shape: field.shape,
      optional: optional || field.optional,
      rest: false,
    }));
  });
  return slots.length <= VALUES ? slots : undefined;
}

/**
 * Ways to call `helper` with what `own` is given: options for positions and the other way round, another order, and a constant
 * for one thing that `own` leaves to no one. Those by the same names first.
 *
 * @param literals constants that may be put in
 */
export function regroupings(
  helper: SignatureShape,
  own: SignatureShape,
  literals: readonly (number | string)[],
): readonly Regrouping[] {
  const [from, to] = [slotsOf(own.parameters), slotsOf(helper.parameters)];
  if (!from || !to || from.length === 0 || own.parameters.some(({ rest }) => rest)) return [];
  const isPlain = (slots: readonly Slot[]): boolean => slots.every(({ field }) => field === undefined);
  const ways: Way[] = [];
  const look = (at: number, taken: readonly (number | undefined)[], named: number): void => {
    if (ways.length >= ORDERS) return;
    if (at === to.length) {
      if (from.every((_, index) => taken.includes(index) || restOf(to, taken, from))) ways.push({ way: taken, named });
      return;
    }
    const slot = to[at]!;
    for (const [index, one] of slot.rest ? [] : from.entries())
      if (!taken.includes(index) && fitsShape(one.shape, slot.shape))
        look(at + 1, [...taken, index], named + (one.name.toLowerCase() === slot.name.toLowerCase() ? 1 : 0));
    if (slot.optional || slot.rest || constantsFor(slot.shape, literals).length > 0)
      look(at + 1, [...taken, undefined], named);
  };
  look(0, [], 0);
  const found: Regrouping[] = [];
  for (const { way } of ways.sort((a, b) => b.named - a.named)) {
    const open = to.flatMap((slot, at) => (way[at] === undefined && !slot.rest ? [at] : []));
    const isStraight = way.every((index, at) => index === at || index === undefined);
    // Without objects of options, in the same order or two turned, and with nothing put in, it has been tried.
    const isTried = isPlain(from) && isPlain(to) && (isStraight || from.length === 2) && to.every(({ rest }) => !rest);
    if (!isTried && open.every((at) => to[at]!.optional)) found.push({ args: (given) => handed(given, from, to, way) });
    const [put] = open;
    if (open.length === 1)
      for (const constant of constantsFor(to[put!]!.shape, literals))
        found.push({ args: (given) => handed(given, from, to, way, { at: put!, constant }) });
  }
  return found.slice(0, WAYS);
}

/** Whether a parameter that takes all others stands at the end, and they are of its type. */
function restOf(to: readonly Slot[], taken: readonly (number | undefined)[], from: readonly Slot[]): boolean {
  const last = to.at(-1);
  if (!last?.rest || last.shape.kind !== 'array') return false;
  const { element } = last.shape;
  return from.every(({ shape }, index) => taken.includes(index) || fitsShape(shape, element));
}

function constantsFor(shape: Shape, literals: readonly (number | string)[]): readonly (number | string | boolean)[] {
  if (shape.kind === 'union') return shape.members.flatMap((one) => constantsFor(one, literals)).slice(0, CONSTANTS);
  if (shape.kind === 'boolean') return [true, false];
  if (shape.kind !== 'number' && shape.kind !== 'string') return [];
  const own = literals.filter((one) => typeof one === shape.kind);
  const common = shape.kind === 'number' ? [2, 1, 3, 0] : [];
  return [...new Set([...own.slice(0, 2), ...common])].slice(0, CONSTANTS);
}

/** The arguments themselves. */
function handed(
  given: readonly unknown[],
  from: readonly Slot[],
  to: readonly Slot[],
  way: readonly (number | undefined)[],
  put?: { readonly at: number; readonly constant: unknown },
): readonly unknown[] | undefined {
  const values: unknown[] = [];
  for (const { parameter, field } of from) {
    const value = given[parameter];
    if (field === undefined || value === undefined) values.push(value);
    else if (typeof value !== 'object' || value === null || value instanceof Code) return undefined;
    else values.push((value as Readonly<Record<string, unknown>>)[field]);
  }
  const args: unknown[] = [];
  for (const [at, { parameter, field, rest }] of to.entries()) {
    if (rest) {
      args.push(...values.filter((_, index) => !way.includes(index)));
      continue;
    }
    const index = way[at];
    const value = put?.at === at ? put.constant : index === undefined ? undefined : values[index];
    if (field === undefined) args[parameter] = value;
    else {
      const options = (args[parameter] ?? {}) as Record<string, unknown>;
      args[parameter] = options;
      if (value !== undefined || index !== undefined) options[field] = value;
    }
  }
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return args;
}
