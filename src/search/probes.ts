import { type Random, random } from '../base/index.ts';
import { functionText, instanceText, type Shape } from '../lang/index.ts';
import { diverse } from './rows.ts';
import type { Problem } from './types.ts';

/** Further inputs that are tried for each one asked for. */
const TRIES = 12;
/** Inputs at which a number meets another: for each number of an example, and in all. */
const TURNS = 2;
const TURNING = 4;
/** Numbers that inputs may be set to. */
const LIMITS_KEPT = 200;

/**
 * Arguments beyond the examples': recombined and slightly changed, within the types. What lies outside of the values that
 * a function is meant for cannot be told from examples; so changes are small.
 */
export function probesOf(problem: Problem, count: number, seed: number): readonly (readonly unknown[])[] {
  const { examples, parameters } = problem;
  if (examples.length === 0) return [];
  const numbers = random(seed);
  const limits = limitsOf(examples.flatMap(({ args }) => args));
  const known = new Set(examples.map(({ args }) => keyOf(args)));
  const found: (readonly unknown[])[] = turningInputs(problem, numbers).filter((args) => {
    const isNew = !known.has(keyOf(args));
    known.add(keyOf(args));
    return isNew;
  });
  for (let tries = 0; tries < count * TRIES && found.length < count; tries++) {
    const args = parameters.map(({ shape }, index) => {
      const from = numbers.pick(examples).args[index];
      return numbers.below(3) === 0 ? from : changed(from, shape, numbers, limits, 0);
    });
    const key = keyOf(args);
    if (known.has(key)) continue;
    known.add(key);
    found.push(args);
  }
  return found;
}

/** So many of the inputs, each with most arguments that none before it has, nor any of the examples. */
export function diverseInputs<T extends readonly unknown[]>(
  inputs: readonly T[],
  examples: readonly T[],
  count: number,
): T[] {
  const traits = (args: T): string[] => args.map((arg, at) => `${at} ${keyOf([arg])}`);
  return diverse(inputs, traits, count, new Set(examples.flatMap(traits)));
}

/** Arguments as a text: those that are alike have the same. */
export const keyOf = (args: readonly unknown[]): string =>
  JSON.stringify(args, (_key, value: unknown) =>
    value === undefined || (typeof value === 'number' && !Number.isFinite(value)) || Object.is(value, -0)
      ? `~${Object.is(value, -0) ? '-0' : String(value)}`
      : typeof value === 'bigint' || typeof value === 'symbol'
        ? `~${String(value)}`
        : typeof value === 'function'
          ? functionText(value)
          : instanceText(value) !== undefined
            ? `~${instanceText(value)}`
            : value instanceof Set || value instanceof Map
              ? [...value]
              : value,
  );

/** Examples with a number set to one that the other arguments hold or add up to: there `<` and `<=` part. */
function turningInputs({ examples, parameters }: Problem, numbers: Random): (readonly unknown[])[] {
  const slots = parameters.flatMap(({ shape }, index) => (shape.kind === 'number' ? [index] : []));
  const made = examples.flatMap(({ args }) =>
    slots.flatMap((slot) => {
      const limits = limitsOf(args.filter((_, index) => index !== slot));
      return Array.from({ length: TURNS }, () =>
        args.map((one, index) => (index === slot ? numbers.pick(limits) : one)),
      );
    }),
  );
  return made.slice(0, TURNING);
}

/** Numbers at which behaviour may turn: those handed in, and what lists add up to. */
function limitsOf(values: readonly unknown[]): number[] {
  const found = new Set<number>();
  const look = (value: unknown, depth: number): void => {
    if (typeof value === 'number' && Number.isFinite(value)) found.add(value);
    if (typeof value !== 'object' || value === null || depth >= 4 || found.size >= LIMITS_KEPT) return;
    const inner = Object.values(value) as unknown[];
    for (const one of inner) look(one, depth + 1);
    let total = 0;
    for (const one of inner) {
      if (typeof one !== 'number') break;
      total += one;
      found.add(total);
    }
  };
  for (const value of values) look(value, 0);
  return found.size === 0 ? [0] : [...found];
}

/** A value a little different from one, of the same shape. */
function changed(value: unknown, shape: Shape, numbers: Random, limits: readonly number[], depth: number): unknown {
  if (depth >= 4) return value;
  switch (typeof value) {
    case 'boolean':
      return numbers.below(2) === 0 ? value : !value;
    case 'number':
      return changedNumber(value, numbers, limits);
    case 'string':
      return shape.kind === 'literal' || isLiterals(shape)
        ? otherLiteral(value, shape, numbers)
        : changedText(value, numbers);
    case 'object':
      break;
    default:
      return value;
  }
  if (Array.isArray(value)) {
    if (shape.kind === 'tuple')
      return value.map((item, index) =>
        changed(item, shape.elements[index] ?? { kind: 'unknown' }, numbers, limits, depth + 1),
      );
    const element: Shape = shape.kind === 'array' ? shape.element : { kind: 'unknown' };
    return changedList(value as unknown[], (item) => changed(item, element, numbers, limits, depth + 1), numbers);
  }
  if (value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value);
  if (shape.kind === 'record') {
    const fields = new Map(shape.fields.map((field) => [field.name, field.shape]));
    return Object.fromEntries(
      entries.map(([key, one]) => [
        key,
        changed(one, fields.get(key) ?? { kind: 'unknown' }, numbers, limits, depth + 1),
      ]),
    );
  }
  const of: Shape = shape.kind === 'dictionary' ? shape.value : { kind: 'unknown' };
  return Object.fromEntries(
    changedList(
      entries,
      ([key, one]) => [key, changed(one, of, numbers, limits, depth + 1)] as [string, unknown],
      numbers,
    ),
  );
}

const isLiterals = (shape: Shape): boolean =>
  shape.kind === 'union' && shape.members.every(({ kind }) => kind === 'literal');

function otherLiteral(value: string, shape: Shape, numbers: Random): unknown {
  if (shape.kind !== 'union') return value;
  const picked = numbers.pick(shape.members);
  return picked.kind === 'literal' ? picked.value : value;
}

function changedNumber(value: number, numbers: Random, limits: readonly number[]): number {
  switch (numbers.below(7)) {
    case 6:
      return numbers.pick(limits);
    case 0:
      return value + 1;
    case 1:
      return value > 0 ? value - 1 : value;
    case 2:
      return value + 2 + numbers.below(7);
    case 3:
      return value * 2;
    case 4:
      return Number.isInteger(value) ? Math.floor(value / 2) : value / 2;
    default:
      return value;
  }
}

function changedText(value: string, numbers: Random): string {
  const characters = [...value];
  if (characters.length === 0) return value;
  const at = numbers.below(characters.length);
  switch (numbers.below(6)) {
    case 0:
      return characters.toSpliced(at, 1).join('');
    case 1:
      return characters.toSpliced(at, 0, numbers.pick(characters)).join('');
    case 2:
      return characters.slice(at).join('');
    case 3:
      return characters.toReversed().join('');
    case 4:
      return characters
        .map((one, index) => (index === at ? (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()) : one))
        .join('');
    default:
      return value + numbers.pick(characters);
  }
}

function changedList<T>(list: readonly T[], change: (item: T) => T, numbers: Random): T[] {
  if (list.length === 0) return [];
  const at = numbers.below(list.length);
  switch (numbers.below(6)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return [...list, list[at]!];
    case 2:
      return list.toReversed();
    case 3:
      return [...list.slice(at), ...list.slice(0, at)];
    case 4:
      return list.map(change);
    default:
      return list.map((item, index) => (index === at ? change(item) : item));
  }
}
