import { editDistance, nearestNames } from '../../base/index.ts';
import { WELL_KNOWN } from './wellKnown.ts';

const COUNT = 3;

/** How many edits still look like a slip: fewer in short names, where any two are close. */
const slips = (name: string): number => (name.length <= 2 ? 0 : name.length <= 5 ? 1 : name.length <= 10 ? 2 : 3);

/** `lodash-debounce`, `lodash.debounce` and `LodashDebounce` are the same slip. */
const squash = (name: string): string => name.toLowerCase().replace(/[-._]/g, '');

/**
 * At most three names that a package that does not exist here may have meant: slips of the hand, among what the project
 * knows and among well-known packages; where there are none, what the project knows under similar words. `known` comes in order
 * of preference.
 */
export function nearestPackages(name: string, known: Iterable<string>): string[] {
  const typesWanted = name.startsWith('@types/');
  const own = [...new Set(known)].filter((other) => other !== name && other.startsWith('@types/') === typesWanted);
  // A well-known name is no slip for another one: `react` does not mean `preact`.
  const wellKnown = WELL_KNOWN.includes(name) ? [] : WELL_KNOWN;
  const limit = slips(name);
  const wanted = squash(name);
  const slipsOf = [...new Set([...own, ...wellKnown])]
    .map((other) => ({ other, distance: editDistance(wanted, squash(other), limit) }))
    .filter(({ distance }) => distance <= limit);
  if (slipsOf.length === 0) return nearestNames(name, own, COUNT);
  const best = Math.min(...slipsOf.map(({ distance }) => distance));
  const nearest = slipsOf.filter(({ distance }) => distance === best);
  return nearest.slice(0, COUNT).map(({ other }) => other);
}

/** `mysql` and `mysql2`: successors are numbered so. */
const isNumbered = (a: string, b: string): boolean => a.replace(/\d$/, '') === b.replace(/\d$/, '');

/** Names so short that any two of them are close. */
const SHORT = 4;

/**
 * The well-known package that a name which is none itself is one slip away from: a letter more, less, other or swapped,
 * or other marks between its words.
 */
export function nearWellKnown(name: string): string | undefined {
  if (name.length <= SHORT || WELL_KNOWN.includes(name)) return undefined;
  const [scope] = name.split('/', 1);
  // Who owns a scope names its packages as he likes.
  const isScoped = name.startsWith('@');
  return WELL_KNOWN.find(
    (other) =>
      other.length > SHORT &&
      isScoped === other.startsWith('@') &&
      !isNumbered(name, other) &&
      !(isScoped && other.startsWith(`${scope}/`)) &&
      (editDistance(name, other, 1) <= 1 || (!isScoped && squash(name) === squash(other))),
  );
}
