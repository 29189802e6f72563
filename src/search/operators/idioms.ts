import { arrayOf, BOOLEAN, type Kind, NUMBER, STRING, UNKNOWN, type Universe } from '../kinds.ts';
import { ERROR, VALUE_LIMITS } from '../values.ts';
import { BINDS, type Call, element, isOrdered, type Operator, operator } from './operator.ts';

const N = NUMBER;
const NS = arrayOf(NUMBER);
/** A larger number takes too many steps to be taken apart. */
const MOST_FACTORED = 1_000_000;

/** What takes several statements to write and has a name all the same: groups by key, counts, prime factors, the median. */
export function idioms(universe: Universe): Operator[] {
  const made: Operator[] = [
    written(
      'gcd',
      [N, N],
      N,
      6,
      gcd,
      'greatest common divisor gcd simplify fraction lowest',
      [
        'let $(made) = $0;',
        'let $(rest) = $1;',
        'while ($(rest) !== 0) [$(made), $(rest)] = [$(rest), $(made) % $(rest)];',
      ],
      'divisor',
    ),
    written(
      'prime factors',
      [N],
      NS,
      7,
      primeFactors,
      'prime primes factor factors factorization multiplication',
      [
        'const $(made): number[] = [];',
        'let $(rest) = $0;',
        'for (let $(factor) = 2; $(factor) <= $(rest); ) {',
        '  if ($(rest) % $(factor) === 0) {',
        '    $(made).push($(factor));',
        '    $(rest) /= $(factor);',
        '  } else $(factor)++;',
        '}',
      ],
      'factors',
    ),
    written(
      'median',
      [NS],
      N,
      7,
      median,
      'median',
      [
        'const $(sorted) = [...$0].sort((a, b) => a - b);',
        'const $(middle) = Math.floor($(sorted).length / 2);',
        'const $(made) =',
        '  $(sorted).length % 2 === 1 ? $(sorted)[$(middle)]! : ($(sorted)[$(middle) - 1]! + $(sorted)[$(middle)]!) / 2;',
      ],
      'median',
    ),
    written(
      'balanced',
      [STRING, STRING, STRING],
      BOOLEAN,
      6,
      balanced,
      'bracket brackets parenthesis parentheses opening closing balanced nested corresponding',
      [
        'let $(depth) = 0;',
        'let $(made) = true;',
        'for (const $(character) of $0) {',
        '  if ($(character) === $1) $(depth)++;',
        '  if ($(character) === $2) $(depth)--;',
        '  if ($(depth) < 0) $(made) = false;',
        '}',
        'if ($(depth) !== 0) $(made) = false;',
      ],
      'isBalanced',
    ),
    operator(
      '$0.reduce((sum, value) => sum + value, 0) / $0.length',
      [NS],
      N,
      6,
      (xs: number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length,
      'average mean',
      { name: 'mean', binds: BINDS.multiplicative, needs: [BINDS.member] },
    ),
  ];
  for (const array of universe.tagged('array')) made.push(...ofItems(array, array.element!, universe));
  return made;
}

function ofItems(array: Kind, item: Kind, universe: Universe): Operator[] {
  const made: Operator[] = [];
  const lists = arrayOf(array);
  if (universe.has(lists))
    made.push(
      operator(
        'Array.from({ length: Math.ceil($0.length / $1) }, (_, index) => $0.slice(index * $1, (index + 1) * $1))',
        [array, N],
        lists,
        6,
        chunks,
        'chunk chunks batch batches size page pages length',
        { name: `chunk ${array.key}`, needs: [BINDS.member, BINDS.unary], depth: 0 },
      ),
    );
  if (isOrdered(item))
    made.push(
      operator(
        `some pair ${array.key}`,
        [array, { role: 'pair', names: [item, item], result: BOOLEAN }],
        BOOLEAN,
        5,
        (xs: unknown[], holds: (one: unknown, other: unknown) => unknown) =>
          xs.some((one, index) => xs.slice(index + 1).some((other) => holds(one, other))),
        'pair pairs two any distinct elements each other',
        {
          statement: {
            lines: [],
            made: '',
            value: '$0.some(($(one), $(index)) => $0.slice($(index) + 1).some(($(other)) => $1))',
            names: ['$(one)', '$(other)'],
          },
          depth: 0,
        },
      ),
      operator(
        '$0.filter(($(one)) => $(one) === $1).length',
        [array, item],
        N,
        5,
        (xs: unknown[], x: unknown) => xs.filter((one) => one === x).length,
        'count occurs occur occurrences times appear appears frequency once',
        { name: `count ${array.key}`, needs: [BINDS.member, BINDS.equality + 1], flavour: 'count' },
      ),
    );
  for (const key of [STRING, N, ...(universe.has(UNKNOWN) ? [UNKNOWN] : [])]) {
    const slots = [array, element(item, key, 'by')];
    made.push(
      written(
        `unique by ${key.key} ${array.key}`,
        slots,
        array,
        6,
        (xs: unknown[], by: Call) => uniqueBy(xs, by),
        'unique distinct duplicate duplicates uniq',
        [
          `const $(seen) = new Set<${key.key}>();`,
          'const $(made) = $0.filter(($item) => {',
          '  const $(key) = $1;',
          '  if ($(seen).has($(key))) return false;',
          '  $(seen).add($(key));',
          '  return true;',
          '});',
        ],
        'distinct',
      ),
    );
    for (const result of universe.kinds.values()) made.push(...byKey(result, key, array, item, slots));
  }
  return made;
}

/** Dictionaries and maps from keys to groups, to counts and to items. */
function byKey(result: Kind, key: Kind, array: Kind, item: Kind, slots: Operator['slots']): Operator[] {
  const isMap = result.tag === 'map' && result.mapKey!.key === key.key;
  if (!isMap && !(result.tag === 'dictionary' && key === STRING)) return [];
  const value = result.element!;
  const empty = isMap ? 'new $type()' : '{}';
  const made: Operator[] = [];
  const get = (at: string): string => (isMap ? `$(made).get(${at})` : `$(made)[${at}]`);
  const set = (at: string, to: string): string => (isMap ? `$(made).set(${at}, ${to});` : `$(made)[${at}] = ${to};`);
  const keyed = (xs: readonly unknown[], by: Call, next: (before: unknown, x: unknown) => unknown): unknown => {
    const found = new Map<unknown, unknown>();
    for (const [index, x] of xs.entries()) {
      const at = by(x, index);
      // What every object has is no key of a dictionary that is built up.
      if (!isMap && typeof at === 'string' && at in Object.prototype) return ERROR;
      found.set(at, next(found.get(at), x));
    }
    return isMap ? found : Object.fromEntries(found as Map<string, unknown>);
  };
  const add = (
    name: string,
    words: string,
    cost: number,
    steps: readonly string[],
    next: (a: unknown, x: unknown) => unknown,
  ) =>
    made.push(
      written(
        `${name} ${result.key} of ${array.key}`,
        slots,
        result,
        cost,
        (xs: unknown[], by: Call) => keyed(xs, by, next),
        words,
        [
          `const $(made)${isMap ? '' : ': $type'} = ${empty};`,
          'for (const $item of $0) {',
          '  const $(key) = $1;',
          ...steps,
          '}',
        ],
        `${name}s`,
      ),
    );
  if (value.key === array.key)
    add(
      'group',
      'group groups grouped by',
      5,
      isMap
        ? [`  ${set('$(key)', `[...(${get('$(key)')} ?? []), $item]`)}`]
        : [`  (${get('$(key)')} ??= []).push($item);`],
      (before, x) => [...((before as unknown[] | undefined) ?? []), x],
    );
  if (value === N)
    add(
      'count',
      'count counts many number frequency occurrences tally histogram times',
      5,
      [`  ${set('$(key)', `(${get('$(key)')} ?? 0) + 1`)}`],
      (before) => ((before as number | undefined) ?? 0) + 1,
    );
  if (value.key === item.key)
    made.push(
      operator(
        `key ${result.key} of ${array.key}`,
        slots,
        result,
        5,
        (xs: unknown[], by: Call) => keyed(xs, by, (_, x) => x),
        'key keys keyed by index indexed lookup',
        {
          statement: {
            lines: [],
            made: '',
            value: `${isMap ? 'new Map' : 'Object.fromEntries'}($0.map(($item) => [$1, $item]))`,
          },
          depth: 0,
        },
      ),
    );
  return made;
}

/** An operator that is written as statements before the place where it is used. */
function written(
  name: string,
  slots: Operator['slots'],
  result: Kind,
  cost: number,
  // biome-ignore lint/suspicious/noExplicitAny: as Operator.apply
  apply: (...parts: any[]) => unknown,
  words: string,
  lines: readonly string[],
  made: string,
): Operator {
  return operator(name, slots, result, cost, apply, words, {
    statement: { lines, made },
    depth: 0,
    binds: BINDS.primary,
  });
}

function balanced(text: string, open: string, close: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === open) depth++;
    if (character === close) depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function gcd(a: number, b: number): unknown {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return ERROR;
  let [made, rest] = [a, b];
  while (rest !== 0) [made, rest] = [rest, made % rest];
  return made;
}

function primeFactors(n: number): unknown {
  if (n >= MOST_FACTORED) return ERROR;
  const factors: number[] = [];
  let rest = n;
  for (let factor = 2; factor <= rest; ) {
    if (rest % factor === 0) {
      factors.push(factor);
      rest /= factor;
    } else factor++;
  }
  return factors;
}

function median(xs: readonly number[]): unknown {
  if (xs.length === 0) return ERROR;
  const sorted = [...xs].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function chunks(xs: readonly unknown[], size: number): unknown {
  if (!Number.isInteger(size) || size <= 0 || xs.length >= VALUE_LIMITS.items) return ERROR;
  return Array.from({ length: Math.ceil(xs.length / size) }, (_, index) => xs.slice(index * size, (index + 1) * size));
}

function uniqueBy(xs: readonly unknown[], by: Call): unknown[] {
  const seen = new Set<unknown>();
  return xs.filter((x, index) => {
    const key = by(x, index);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
