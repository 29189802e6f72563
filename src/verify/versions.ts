/** Numbers of a version, and whether it is a prerelease. */
interface Version {
  readonly numbers: readonly [number, number, number];
  readonly pre: boolean;
}

function versionOf(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(-[\w.-]+)?(?:\+[\w.-]+)?$/.exec(text.trim());
  if (!match) return undefined;
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], pre: match[4] !== undefined };
}

const compare = (a: readonly number[], b: readonly number[]): number => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!;

/** A version with parts left out or starred, as the least one that it takes and how many parts it names. */
function partial(
  text: string,
): { readonly least: [number, number, number]; readonly parts: number; readonly pre: boolean } | undefined {
  const match = /^v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(-[\w.-]+)?(?:\+[\w.-]+)?$/.exec(text);
  if (!match) return undefined;
  const given = [match[1], match[2], match[3]].map((part) =>
    part === undefined || /[xX*]/.test(part) ? undefined : Number(part),
  );
  const parts = given.indexOf(undefined);
  const least: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < (parts < 0 ? 3 : parts); i++) least[i] = given[i]!;
  return { least, parts: parts < 0 ? 3 : parts, pre: match[4] !== undefined };
}

/** The first version past those that share the first `parts` numbers. */
function past(least: readonly [number, number, number], parts: number): [number, number, number] {
  if (parts <= 0) return [Number.POSITIVE_INFINITY, 0, 0];
  return least.map((part, index) => (index < parts - 1 ? part : index === parts - 1 ? part + 1 : 0)) as [
    number,
    number,
    number,
  ];
}

type Bounds = readonly [least: readonly number[], before: readonly number[]];

function boundsOf(comparator: string): Bounds | undefined {
  if (comparator === '' || comparator === 'latest')
    return [
      [0, 0, 0],
      [Number.POSITIVE_INFINITY, 0, 0],
    ];
  const [, operator = '', rest = ''] = /^(\^|~>?|>=|<=|>|<|=)?\s*(.*)$/.exec(comparator) ?? [];
  const found = partial(rest);
  if (!found || found.pre) return undefined;
  const { least, parts } = found;
  const all: readonly number[] = [Number.POSITIVE_INFINITY, 0, 0];
  switch (operator) {
    case '^': {
      const kept = least.findIndex((part) => part > 0);
      return [least, past(least, Math.min(parts, kept < 0 ? parts : kept + 1))];
    }
    case '~':
    case '~>':
      return [least, past(least, Math.min(parts, 2))];
    case '>=':
      return [least, all];
    case '>':
      return [parts === 3 ? [least[0], least[1], least[2] + 1] : past(least, parts), all];
    case '<':
      return [[0, 0, 0], least];
    case '<=':
      return [[0, 0, 0], past(least, parts)];
    default:
      return [least, past(least, parts)];
  }
}

/**
 * Whether a version lies in a range as npm reads ranges (https://github.com/npm/node-semver#ranges). Undefined where that
 * cannot be told from numbers: tags, addresses, prereleases.
 */
export function satisfies(version: string, range: string): boolean | undefined {
  const own = versionOf(version);
  if (!own || own.pre) return undefined;
  let unknown = false;
  for (const alternative of range.split('||')) {
    const hyphen = /^\s*(\S+)\s+-\s+(\S+)\s*$/.exec(alternative);
    const text = hyphen
      ? `>=${hyphen[1]} <=${hyphen[2]}`
      : alternative.trim().replace(/(\^|~>?|>=|<=|>|<|=)\s+/g, '$1');
    const bounds = text.split(/\s+/).map(boundsOf);
    if (bounds.includes(undefined)) unknown = true;
    else if (bounds.every((one) => compare(own.numbers, one![0]) >= 0 && compare(own.numbers, one![1]) < 0))
      return true;
  }
  return unknown ? undefined : false;
}
