import type { Random } from '../../base/index.ts';
import type { Shape } from '../../lang/index.ts';
import { conforms } from './conforms.ts';
import { type Material, made } from './make.ts';
import { Code } from './print.ts';

const UNKNOWN: Shape = { kind: 'unknown' };
const DEPTH = 5;

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A value a little different from one, of the same shape as far as that is known. */
export function changed(value: unknown, shape: Shape, material: Material, numbers: Random, depth = 0): unknown {
  if (depth >= DEPTH || value instanceof Code) return value;
  if (shape.kind === 'literal') return value;
  if (shape.kind === 'union') {
    const isLiterals = shape.members.every(({ kind }) => kind === 'literal' || kind === 'undefined' || kind === 'null');
    if (isLiterals || numbers.below(8) === 0) return made(shape, material, numbers, depth);
  }
  if (shape.kind === 'template' || shape.kind === 'symbol') return made(shape, material, numbers, depth);
  const member = shape.kind === 'union' ? shape.members.find((one) => conforms(value, one)) : undefined;
  if (member) return changed(value, member, material, numbers, depth);
  const inner = (one: unknown, of: Shape): unknown => changed(one, of, material, numbers, depth + 1);
  switch (typeof value) {
    case 'boolean':
      return !value;
    case 'number':
      return changedNumber(value, material, numbers);
    case 'string':
      return changedText(value, material, numbers);
  }
  if (Array.isArray(value)) {
    if (shape.kind === 'tuple') {
      const at = numbers.below(Math.max(1, value.length));
      return value.map(
        (item, index) => (index === at ? inner(item, shape.elements[index] ?? UNKNOWN) : item) as unknown,
      );
    }
    const element = elementOf(shape);
    return changedList(
      value as unknown[],
      (item) => inner(item, element),
      numbers,
      () => (element.kind === 'unknown' ? undefined : made(element, material, numbers, depth + 1)),
    );
  }
  if (value instanceof Date) return new Date(value.getTime() + (numbers.below(5) - 2) * 86_400_000);
  if (value instanceof Set) return new Set(changedList([...value], (item) => inner(item, elementOf(shape)), numbers));
  if (value instanceof Map) {
    const of = shape.kind === 'map' ? shape.value : UNKNOWN;
    return new Map(changedList([...(value as Map<unknown, unknown>)], ([key, one]) => [key, inner(one, of)], numbers));
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value);
  if (entries.length === 0) return value;
  const isRecord = shape.kind === 'record';
  const at = numbers.below(entries.length);
  const field = (name: string): Shape =>
    isRecord
      ? (shape.fields.find((one) => one.name === name)?.shape ?? UNKNOWN)
      : shape.kind === 'dictionary'
        ? shape.value
        : UNKNOWN;
  if (!isRecord && numbers.below(4) === 0) return Object.fromEntries(entries.toSpliced(at, 1));
  return Object.fromEntries(entries.map(([key, one], index) => [key, index === at ? inner(one, field(key)) : one]));
}

const elementOf = (shape: Shape): Shape => {
  if (shape.kind === 'array' || shape.kind === 'set') return shape.element;
  if (shape.kind === 'union') return elementOf(shape.members.find(({ kind }) => kind === 'array') ?? UNKNOWN);
  return UNKNOWN;
};

function changedNumber(value: number, { numbers: mined }: Material, numbers: Random): number {
  switch (numbers.below(8)) {
    case 0:
      return value + 1;
    case 1:
      return value - 1;
    case 2:
      return value + 2 + numbers.below(7);
    case 3:
      return value * 2;
    case 4:
      return Number.isInteger(value) ? Math.floor(value / 2) : value / 2;
    case 5:
      return -value + 0;
    case 6:
      return mined.length > 0 ? numbers.pick(mined) : 0;
    default:
      return Number.isInteger(value) ? numbers.below(Math.min(2 ** 32, Math.max(2, Math.abs(value) * 2))) : value + 0.5;
  }
}

function changedText(value: string, { texts, letters }: Material, numbers: Random): string {
  const characters = [...value];
  const at = numbers.below(Math.max(1, characters.length));
  const one = numbers.pick(letters);
  switch (numbers.below(9)) {
    case 0:
      return characters.toSpliced(at, 1).join('');
    case 1:
      return characters.toSpliced(at, 0, one).join('');
    case 2:
      return characters.slice(at).join('');
    case 3:
      return characters.toReversed().join('');
    case 4:
      return characters
        .map((letter, index) =>
          index === at ? (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()) : letter,
        )
        .join('');
    case 5:
      return characters.toSpliced(at, 1, one).join('');
    case 6:
      return characters.slice(0, at).join('');
    case 7:
      return value + (texts.length > 0 && numbers.below(2) === 0 ? numbers.pick(texts) : one);
    default:
      return characters.toSpliced(at, 0, characters[at] ?? one).join('');
  }
}

function changedList<T>(
  list: readonly T[],
  change: (item: T) => T,
  numbers: Random,
  another?: () => T | undefined,
): T[] {
  const more = another?.();
  if (list.length === 0) return more === undefined ? [] : [more];
  const at = numbers.below(list.length);
  const to = numbers.below(list.length);
  switch (numbers.below(9)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(at, 0, list[to]!);
    case 2:
      return list.toReversed();
    case 3:
      return [...list.slice(at), ...list.slice(0, at)];
    case 4:
      return list.map(change);
    case 5:
      return list.with(at, list[to]!).with(to, list[at]!);
    case 6:
      return more === undefined ? list.slice(0, at) : list.toSpliced(at, 0, more);
    default:
      return list.with(at, change(list[at]!));
  }
}
