import { Code, Made } from './print.ts';

const DEPTH = 4;

/** Values that are a step simpler than one, the simplest first, of the same kind. */
export function smallerThan(value: unknown, depth = 0): readonly unknown[] {
  if (depth >= DEPTH) return [];
  if (value instanceof Made)
    return value.args.flatMap((one, at) =>
      smallerThan(one, depth + 1)
        .slice(0, 4)
        .map((less) => new Made(value.callee, value.args.with(at, less))),
    );
  if (value instanceof Code) return [];
  if (typeof value === 'number') {
    const steps = [0, 1, Math.trunc(value), Math.trunc(value / 2), value - Math.sign(value), Math.abs(value)];
    return [...new Set(steps)].filter((one) => !Number.isNaN(one) && cost(one) < cost(value));
  }
  if (typeof value === 'string') {
    const characters = [...value];
    const parts = pieces(characters).map((part) => part.join(''));
    return [...new Set([...parts, characters.map((one) => (/\p{L}/u.test(one) ? 'a' : one)).join('')])].filter(
      (one) => one !== value,
    );
  }
  if (Array.isArray(value)) {
    const items = value as unknown[];
    return [
      ...pieces(items),
      ...items.flatMap((item, at) =>
        smallerThan(item, depth + 1)
          .slice(0, 3)
          .map((one) => items.with(at, one)),
      ),
    ];
  }
  if (value instanceof Set) return pieces([...(value as Set<unknown>)]).map((part) => new Set(part));
  if (value instanceof Map) return pieces([...(value as Map<unknown, unknown>)]).map((part) => new Map(part));
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value);
    return entries.flatMap(([key, one]) =>
      smallerThan(one, depth + 1)
        .slice(0, 4)
        .map((less) => ({ ...value, [key]: less })),
    );
  }
  return [];
}

/** Numbers nearer to 0, whole and positive are simpler. */
const cost = (value: number): number =>
  Number.isFinite(value)
    ? Math.abs(value) + (Number.isInteger(value) ? 0 : 0.5) + (value < 0 || Object.is(value, -0) ? 0.25 : 0)
    : 1e9;

/** What is left of a list without a part of it: nothing, halves, single items, all but one. */
function pieces<T>(items: readonly T[]): readonly T[][] {
  if (items.length === 0) return [];
  const half = items.length >> 1;
  const found: T[][] = [[]];
  if (items.length > 1) found.push(...items.slice(0, 4).map((one) => [one]));
  if (items.length > 3) found.push(items.slice(0, half), items.slice(half));
  if (items.length > 2) found.push(...items.slice(0, 8).map((_, at) => items.toSpliced(at, 1)));
  return found;
}
