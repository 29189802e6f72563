import { type Shape, shapeOf } from '../../lang/index.ts';
import type { Unit } from './catalog.ts';
import { fitsShape } from './fitsShape.ts';
import { likeness } from './term.ts';

/** Parameters that a helper may have more. */
const MORE = 3;
/** What it is worth at most that a helper stands near. */
const NEAR = 0.2;
/** Types that are remembered. */
const SHAPES = 5_000;

const STOP = new Set([
  'get',
  'is',
  'to',
  'of',
  'the',
  'and',
  'has',
  'make',
  'create',
  'for',
  'from',
  'by',
  'all',
  'with',
]);
const wordsOf = (name: string): ReadonlySet<string> =>
  new Set(
    name
      .split(/(?<=[a-z\d])(?=[A-Z])|_|\$/)
      .map((one) => one.toLowerCase())
      .filter((one) => one.length > 1 && !STOP.has(one)),
  );

export const overlapOf = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number =>
  a.size === 0 || b.size === 0 ? 0 : [...a].filter((one) => b.has(one)).length / Math.min(a.size, b.size);

const shapes = new Map<string, Shape>();
const written = (type: string | null): Shape => {
  if (type === null) return { kind: 'unknown' };
  // What a name stands for is not seen here.
  const known = shapes.get(type) ?? knownOf(shapeOf(type));
  if (shapes.size < SHAPES) shapes.set(type, known);
  return known;
};

const knownOf = (shape: Shape): Shape => (shape.kind === 'strange' ? { kind: 'unknown' } : shape);

/** Whether two functions could be called alike, as far as their types are written out. */
function isWrittenAlike(one: Unit, other: Unit): boolean {
  const fits = (from: string | null, to: string | null): boolean => fitsShape(written(from), written(to));
  const straight = one.types.every((type, at) => fits(type, other.types[at]!));
  const swapped =
    one.types.length === 2 &&
    other.types.length === 2 &&
    fits(one.types[0]!, other.types[1]!) &&
    fits(one.types[1]!, other.types[0]!);
  return (straight || swapped) && fits(other.returns, one.returns) && fits(one.returns, other.returns);
}

export const isCalledAlike = (one: Unit, other: Unit): boolean =>
  other.types.length >= one.types.length && other.types.length - one.types.length <= MORE && isWrittenAlike(one, other);

/** Whether what one is given may be what the other is given, as options, in another order, or with a constant put in. */
export function isRegroupable(one: Unit, other: Unit): boolean {
  const isGroup = (type: string | null): boolean => type !== null && /^(?:\{|[A-Z])/.test(type);
  const more = other.types.length - one.types.length;
  const [own, theirs] = [valuesOf(one), valuesOf(other)];
  if (own !== undefined && theirs !== undefined && (theirs < own || theirs - own > MORE)) return false;
  const isGrouped = one.types.some(isGroup) || other.types.some(isGroup) || more > 0 || theirs === undefined;
  const isTurned = one.types.length > 1 && more === 0;
  return fitsShape(written(other.returns), written(one.returns)) && (isGrouped || isTurned) && Math.abs(more) <= MORE;
}

/** Values that a function is given, as its types are written; undefined where those do not say. */
function valuesOf({ types }: Unit): number | undefined {
  let count = 0;
  for (const type of types) {
    // A list may take many, and what has a name of its own may hold some.
    if (type === null || /^[A-Z]|\[\]$/.test(type)) return undefined;
    count += type.startsWith('{') ? (type.match(/:/g)?.length ?? 1) : 1;
  }
  return count;
}

/** How much speaks for it that two functions do the same, before they are run. */
export function plausible(one: Unit, other: Unit): number {
  const written = (unit: Unit): string =>
    unit.types
      .map((type) => type ?? '?')
      .sort()
      .join(';');
  const sameTypes = written(one) === written(other) && !written(one).includes('?') ? 1 : 0;
  const sameReturn = one.returns !== null && one.returns === other.returns ? 0.5 : 0;
  return (
    sameTypes +
    sameReturn +
    overlapOf(wordsOf(one.name), wordsOf(other.name)) +
    2 * likeness(one.parts, other.parts) +
    2 * overlapOf(new Set(one.marks), new Set(other.marks))
  );
}

/** How near two files stand, from 0 to `NEAR`: between helpers that are as likely, the nearer is meant. */
export function nearness(path: string, other: string): number {
  const [a, b] = [path.split('/'), other.split('/')];
  const shared = a.findIndex((part, at) => part !== b[at]);
  return shared < 0 ? NEAR : (NEAR * shared) / Math.max(a.length, b.length);
}
