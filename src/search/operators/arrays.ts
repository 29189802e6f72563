import { arrayOf, BOOLEAN, type Kind, NUMBER, STRING, type Universe } from '../kinds.ts';
import { ERROR, same, VALUE_LIMITS } from '../values.ts';
import { folds, ordering } from './folds.ts';
import { BINDS, type Call, element, isOrdered, type Operator, operator } from './operator.ts';

const N = NUMBER;
const B = BOOLEAN;
const small = (n: number): boolean => Number.isInteger(n) && n >= -VALUE_LIMITS.items && n < VALUE_LIMITS.items;
const bySize = (a: number, b: number): number => a - b;
const sum = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0);

/** Lists: cut, joined, searched, ordered, and with functions of their items. */
export function arrayOperators(universe: Universe): Operator[] {
  const made: Operator[] = [
    operator(
      'Math.max(...$0)',
      [arrayOf(N)],
      N,
      3,
      (xs: number[]) => Math.max(...xs),
      'max maximum largest greatest biggest highest',
      { needs: [BINDS.arrow] },
    ),
    operator(
      'Math.min(...$0)',
      [arrayOf(N)],
      N,
      3,
      (xs: number[]) => Math.min(...xs),
      'min minimum smallest least lowest',
      { needs: [BINDS.arrow] },
    ),
    operator(
      '$0.reduce((sum, value) => sum + value, 0)',
      [arrayOf(N)],
      N,
      3,
      sum,
      'sum total add sums average mean added altogether weighs',
      { name: 'sum' },
    ),
    operator(
      '$0.reduce((product, value) => product * value, 1)',
      [arrayOf(N)],
      N,
      4,
      (xs: number[]) => xs.reduce((a, x) => a * x, 1),
      'product multiply factorial multiplied',
      { name: 'product' },
    ),
    operator(
      '$0.join($1)',
      [arrayOf(STRING), STRING],
      STRING,
      3,
      joined,
      'join concatenate string together delimited separated joined',
    ),
    operator(
      '$0.every((value, index) => index === 0 || $0[index - 1]! <= value)',
      [arrayOf(N)],
      B,
      6,
      (xs: number[]) => xs.every((x, at) => at === 0 || xs[at - 1]! <= x),
      'sorted ascending increasing increases monotonic monotonically order',
      { name: 'ascending' },
    ),
    operator(
      '$0.every((value, index) => index === 0 || $0[index - 1]! >= value)',
      [arrayOf(N)],
      B,
      6,
      (xs: number[]) => xs.every((x, at) => at === 0 || xs[at - 1]! >= x),
      'sorted descending decreasing decreases monotonic monotonically order',
      { name: 'descending' },
    ),
    operator(
      '[...$0].sort((a, b) => a - b)',
      [arrayOf(N)],
      arrayOf(N),
      3,
      (xs: number[]) => [...xs].sort(bySize),
      'sort sorted ascending order increasing smallest median',
      { needs: [BINDS.arrow], name: 'sort numbers' },
    ),
    operator(
      '[...$0].sort((a, b) => b - a)',
      [arrayOf(N)],
      arrayOf(N),
      4,
      (xs: number[]) => [...xs].sort((a, b) => b - a),
      'descending largest decreasing reverse maximum',
      { needs: [BINDS.arrow], name: 'sort numbers down' },
    ),
    operator(
      '[...$0].sort()',
      [arrayOf(STRING)],
      arrayOf(STRING),
      3,
      (xs: string[]) => [...xs].sort(),
      'sort sorted alphabetical alphabetically order lexicographical ascending',
      { needs: [BINDS.arrow], name: 'sort strings' },
    ),
    operator(
      'Array.from({ length: $0 }, (_, index) => index)',
      [N],
      arrayOf(N),
      6,
      (n: number) => range(0, n - 1),
      'times range repeat',
      { needs: [BINDS.arrow], name: 'indexes', flavour: 'none', depth: 1 },
    ),
    operator(
      'Array.from({ length: $0 }, (_, index) => index + 1)',
      [N],
      arrayOf(N),
      5,
      (n: number) => range(1, n),
      'inclusive factorial range integers consecutive divisor through',
      { needs: [BINDS.arrow], name: 'counting', flavour: 'none', depth: 1 },
    ),
    operator(
      'Array.from({ length: $1 - $0 + 1 }, (_, index) => $0 + index)',
      [N, N],
      arrayOf(N),
      6,
      range,
      'between range inclusive through consecutive',
      { needs: [BINDS.additive, BINDS.additive], name: 'between', flavour: 'none', depth: 1 },
    ),
  ];
  for (const array of universe.tagged('array')) made.push(...ofArray(array, array.element!, universe));
  return made;
}

function joined(xs: readonly string[], by: string): unknown {
  const length = xs.reduce((total, x) => total + x.length + by.length, 0);
  return length < VALUE_LIMITS.string ? xs.join(by) : ERROR;
}

function range(from: number, to: number): unknown {
  if (!Number.isInteger(from) || !Number.isInteger(to) || to - from + 1 >= VALUE_LIMITS.items || to - from < -1)
    return ERROR;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function ofArray(array: Kind, item: Kind, universe: Universe): Operator[] {
  const of = (name: string): { name: string } => ({ name: `${name} ${array.key}` });
  const made: Operator[] = [
    operator('$0.length', [array], N, 2, (xs: unknown[]) => xs.length, 'length count number size many how', {
      ...of('length'),
      flavour: 'count',
    }),
    operator(
      '$0[$1]',
      [array, N],
      item,
      3,
      (xs: unknown[], at: number) => (Number.isInteger(at) && at >= 0 ? xs[at] : ERROR),
      'first index element position',
      of('at'),
    ),
    operator('$0.at(-1)', [array], item, 4, (xs: unknown[]) => xs.at(-1), 'last final end', of('last')),
    operator(
      '$0.slice($1)',
      [array, N],
      array,
      3,
      (xs: unknown[], from: number) => (small(from) ? xs.slice(from) : ERROR),
      'rest last after skip remaining without',
      of('slice'),
    ),
    operator(
      '$0.slice($1, $2)',
      [array, N, N],
      array,
      4,
      (xs: unknown[], from: number, to: number) => (small(from) && small(to) ? xs.slice(from, to) : ERROR),
      'first prefix between until',
      of('slice to'),
    ),
    operator(
      '[...$0].reverse()',
      [array],
      array,
      3,
      (xs: unknown[]) => [...xs].reverse(),
      'reverse reversed backward backwards palindrome last',
      { ...of('reverse'), needs: [BINDS.arrow] },
    ),
    operator(
      '[...$0, ...$1]',
      [array, array],
      array,
      4,
      (xs: unknown[], ys: unknown[]) => [...xs, ...ys],
      'concatenate merge combine both followed',
      { ...of('concat'), binds: BINDS.primary, needs: [BINDS.arrow, BINDS.arrow] },
    ),
    operator(
      '[...$0, $1]',
      [array, item],
      array,
      4,
      (xs: unknown[], x: unknown) => [...xs, x],
      'append add end push added',
      { ...of('append'), binds: BINDS.primary, needs: [BINDS.arrow, BINDS.arrow] },
    ),
    operator(
      '$0.filter($1)',
      [array, element(item, B)],
      array,
      3,
      (xs: unknown[], keep: Call) => xs.filter(keep),
      'filter only keep remove removed positive negative without return that which count number starting where how many exclude ignore',
      of('filter'),
    ),
    operator(
      '$0.some($1)',
      [array, element(item, B)],
      B,
      3,
      (xs: unknown[], is: Call) => xs.some(is),
      'any some exists there one least',
      of('some'),
    ),
    operator(
      '$0.every($1)',
      [array, element(item, B)],
      B,
      3,
      (xs: unknown[], is: Call) => xs.every(is),
      'all every each only consists prime sorted monotonic',
      of('every'),
    ),
    operator(
      '$0.find($1)',
      [array, element(item, B)],
      item,
      4,
      (xs: unknown[], is: Call) => xs.find(is),
      'find first one',
      of('find'),
    ),
    operator(
      '$0.findIndex($1)',
      [array, element(item, B)],
      N,
      5,
      (xs: unknown[], is: Call) => xs.findIndex(is),
      'index first position find',
      { ...of('findIndex'), flavour: 'count' },
    ),
  ];
  if (isOrdered(item) || item === BOOLEAN) {
    made.push(
      operator(
        '$0.includes($1)',
        [array, item],
        B,
        3,
        (xs: unknown[], x: unknown) => xs.includes(x),
        'contains in contain includes common present among',
        of('includes'),
      ),
      operator(
        '$0.indexOf($1)',
        [array, item],
        N,
        4,
        (xs: unknown[], x: unknown) => xs.indexOf(x),
        'index position first appear once',
        { ...of('indexOf'), flavour: 'count' },
      ),
      operator('$0.lastIndexOf($1)', [array, item], N, 6, (xs: unknown[], x: unknown) => xs.lastIndexOf(x), 'last', {
        ...of('lastIndexOf'),
        flavour: 'count',
      }),
      operator(
        '[...new Set($0)]',
        [array],
        array,
        3,
        (xs: unknown[]) => [...new Set(xs)],
        'unique distinct duplicate duplicates once different',
        { ...of('distinct'), needs: [BINDS.arrow], binds: BINDS.primary },
      ),
      operator(
        'new Set($0).size',
        [array],
        N,
        4,
        (xs: unknown[]) => new Set(xs).size,
        'distinct unique different duplicates count',
        { ...of('distinct size'), flavour: 'count', needs: [BINDS.arrow] },
      ),
      operator('JSON.stringify($0) === JSON.stringify($1)', [array, array], B, 6, same, 'same equal', {
        ...of('equal'),
        binds: BINDS.equality,
        commutative: true,
      }),
    );
  }
  for (const key of [N, STRING]) made.push(...ordering(array, item, key, of));
  for (const result of universe.kinds.values()) {
    const results = arrayOf(result);
    if (result.tag === 'regexp') continue;
    if (universe.has(results))
      made.push(
        operator(
          '$0.map($1)',
          [array, element(item, result)],
          results,
          3,
          (xs: unknown[], to: Call) => xs.map(to),
          'each every map convert corresponding all list transform',
          { name: `map ${array.key} ${result.key}` },
        ),
      );
    if (result.tag === 'array' && isOrdered(result.element!))
      made.push(
        operator(
          '$0.flatMap($1)',
          [array, element(item, result)],
          result,
          5,
          (xs: unknown[], to: Call) => xs.flatMap(to),
          'flatten flat',
          { name: `flatMap ${array.key} ${result.key}` },
        ),
      );
    if (result === N || result === STRING || result === BOOLEAN || universe.named.has(result.key))
      made.push(...folds(array, item, result, universe));
  }
  if (item.tag === 'array')
    made.push(
      operator('$0.flat()', [array], item, 3, (xs: unknown[][]) => xs.flat(), 'flatten flat all nested', of('flat')),
    );
  if (universe.has(arrayOf(array)))
    made.push(
      operator(
        'group $0 by $1',
        [array, { role: 'group', names: [array, item], result: B }],
        arrayOf(array),
        5,
        grouped,
        'group groups pack packs split chunk consecutive into begins',
        { ...of('group'), statement: 'group', depth: 0 },
      ),
    );
  return made;
}

function grouped(xs: unknown[], joins: (group: unknown[], x: unknown) => unknown): unknown {
  const groups: unknown[][] = [];
  for (const x of xs) {
    const last = groups.at(-1);
    if (last && joins(last, x) === true) last.push(x);
    else groups.push([x]);
  }
  return groups;
}
