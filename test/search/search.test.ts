import { describe, expect, it } from 'vitest';
import { type Problem, type SearchReport, search } from '../../src/search/index.ts';
import { asTold, type Case, call, checkCases, EFFORT, problemOf } from './cases.ts';

const CASES: readonly Case[] = [
  {
    name: 'arithmetic',
    text: `/** The area of a triangle from base and height. area(5, 3) // => 7.5
 * area(2, 2) // => 2 */
function area(base: number, height: number): number`,
    also: [[[4, 10], 20]],
  },
  {
    name: 'a filter',
    text: `/** The names that start with a prefix.
 * withPrefix(['abc', 'bcd', 'array'], 'a') // => ['abc', 'array']
 * withPrefix([], 'a') // => [] */
function withPrefix(names: string[], prefix: string): string[]`,
    body: 'return names.filter((name) => name.startsWith(prefix));',
    also: [[[['xa', 'x'], 'xa'], ['xa']]],
  },
  {
    name: 'what stands around an argument',
    text: `/** In bold letters.
 * bold('x') // => '<b>x</b>'
 * bold('a b') // => '<b>a b</b>' */
function bold(text: string): string`,
    also: [[['<'], '<b><</b>']],
  },
  {
    name: 'what stands between arguments, and a choice',
    text: `/** How a name is written in a list.
 * listed('Ada', 'Lovelace', 36) // => 'LOVELACE, Ada (36)'
 * listed('Alan', 'Turing', 41) // => 'TURING, Alan (41)'
 * listed('', 'Plato', 80) // => 'Plato' */
function listed(first: string, last: string, age: number): string`,
    also: [[['Grace', 'Hopper', 85], 'HOPPER, Grace (85)']],
  },
  {
    name: 'what stands around each item',
    text: `/** Each as an item of a list.
 * items(['a', 'bc']) // => ['<li>a</li>', '<li>bc</li>']
 * items(['d']) // => ['<li>d</li>'] */
function items(texts: string[]): string[]`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text that is found
    body: 'return texts.map((text) => `<li>${text}</li>`);',
    also: [[[[]], []]],
  },
  {
    name: 'a record of each item',
    text: `/** Each text with its size.
 * sized(['a', 'bc']) // => [{ text: 'a', size: 1 }, { text: 'bc', size: 2 }]
 * sized(['']) // => [{ text: '', size: 0 }] */
function sized(texts: string[]): { text: string; size: number }[]`,
    also: [[[['xyz']], [{ text: 'xyz', size: 3 }]]],
  },
  {
    name: 'a function that is handed in',
    text: `/** Those that a function holds for, and the others.
 * parted([1, 2, 3], (n) => n > 1) // => [[2, 3], [1]]
 * parted([], (n) => n > 1) // => [[], []]
 * parted([4, 5], (n) => n % 2 === 0) // => [[4], [5]] */
function parted(numbers: number[], holds: (n: number) => boolean): [number[], number[]]`,
    also: [],
  },
  {
    name: 'a total of what a function gives',
    text: `/** The sum of what a function gives for each.
 * totalBy([{ a: 1 }, { a: 2 }], (x) => x.a) // => 3
 * totalBy([{ a: 1 }, { a: 2 }], (x) => x.a * 10) // => 30
 * totalBy([], (x) => x.a) // => 0 */
function totalBy<T>(items: readonly T[], value: (item: T) => number): number`,
    also: [],
  },
  {
    name: 'each value of a dictionary by a function',
    text: `/** A record with what a function gives for each value.
 * mapValues({ a: 1, b: 2 }, (v) => v * 2) // => { a: 2, b: 4 }
 * mapValues({ a: 1, b: 2, c: 3 }, (v, k) => k) // => { a: 'a', b: 'b', c: 'c' } */
function mapValues<T, R>(record: Record<string, T>, value: (value: T, key: string) => R): Record<string, R>`,
    also: [],
  },
  {
    name: 'a dictionary turned round',
    text: `/** The keys by their values.
 * inverted({ a: 'x', b: 'y' }) // => { x: 'a', y: 'b' }
 * inverted({}) // => {} */
function inverted(record: Record<string, string>): Record<string, string>`,
    also: [[[{ q: 'r' }], { r: 'q' }]],
  },
  {
    name: 'a factor that no prose speaks of',
    text: `/** How long it takes.
 * duration(2) // => 7200
 * duration(0.5) // => 1800 */
function duration(hours: number): number`,
    body: 'return hours * 3600;',
    also: [[[0.25], 900]],
  },
  {
    name: 'what is nothing',
    text: `/** isNothing(undefined) // => true, isNothing(null) // => true
 * isNothing(undefined) // => true
 * isNothing(null) // => true
 * isNothing(0) // => false
 * isNothing('') // => false
 * isNothing(false) // => false */
function isNothing(x: unknown): boolean`,
    body: 'return x === undefined || x === null;',
    also: [[[[]], false]],
  },
  {
    name: 'fields of records',
    text: `/** What all lines cost together.
 * total([{ price: 2, count: 3 }, { price: 5, count: 1 }]) // => 11
 * total([{ price: 4, count: 2 }]) // => 8
 * total([]) // => 0 */
function total(lines: readonly { price: number; count: number }[]): number`,
    also: [[[[{ price: 7, count: 2 }]], 14]],
  },
  {
    name: 'a chain of calls',
    text: `/** The words of a sentence in lower case, without white space around it, joined by a hyphen.
 * slug(' Hello big World ') // => 'hello-big-world'
 * slug('One') // => 'one' */
function slug(sentence: string): string`,
    also: [[['A  B'], 'a-b']],
  },
  {
    name: 'a guard that throws',
    text: `/** The square root. root(9) // => 3
 * root(16) // => 4
 * root(-1) // => throws RangeError('negative')
 * root(-4) // => throws RangeError('negative') */
function root(value: number): number`,
    also: [
      [[25], 5],
      [[-9], 'throws RangeError: negative'],
    ],
  },
  {
    name: 'the kind of error that is asked for, with words of its own',
    text: `/** Half of an even number.
 * half(4) // => 2, half(10) // => 5
 * half(10) // => 5
 * half(-6) // => -3
 * half(3) // throws RangeError
 * half(9) // throws a RangeError if it is odd
 * half(-1) // throws RangeError */
function half(n: number): number`,
    also: [
      [[8], 4],
      [[7], 'throws RangeError: invalid argument'],
    ],
  },
  {
    name: 'a record of parts',
    text: `/** The smallest and the largest.
 * range([3, 1, 2]) // => { min: 1, max: 3 }
 * range([5]) // => { min: 5, max: 5 } */
function range(values: number[]): { min: number; max: number }`,
    body: 'return { min: Math.min(...values), max: Math.max(...values) };',
    also: [[[[4, -1]], { min: -1, max: 4 }]],
  },
  {
    name: 'absence',
    text: `/** The last item that is positive, or undefined.
 * lastPositive([1, 2, -3]) // => 2
 * lastPositive([7, 0, 3, -1, 5, 0]) // => 5
 * lastPositive([6, -2, -4]) // => 6
 * lastPositive([-1]) // => undefined
 * lastPositive([]) // => undefined */
function lastPositive(values: number[]): number | undefined`,
    also: [[[[9, 0, 4, -2]], 4]],
  },
  {
    name: 'a dictionary',
    text: `/** Settings after an update: what it has replaces or is added to the base.
 * merged({ a: 1 }, { b: 2 }) // => { a: 1, b: 2 }
 * merged({ a: 1 }, { a: 3 }) // => { a: 3 } */
function merged(base: Record<string, number>, update: Record<string, number>): Record<string, number>`,
    body: 'return { ...base, ...update };',
    also: [],
  },
  {
    name: 'a set',
    text: `/** The distinct values. distinct([1, 1, 2]) // => new Set([1, 2])
 * distinct([]) // => new Set() */
function distinct(values: number[]): Set<number>`,
    body: 'return new Set(values);',
    also: [],
  },
  {
    name: 'a date',
    text: `/** The time between two dates in milliseconds.
 * between(new Date(1000), new Date(4000)) // => 3000
 * between(new Date(7000), new Date(9000)) // => 2000 */
function between(from: Date, to: Date): number`,
    body: 'return to.getTime() - from.getTime();',
    also: [],
  },
  {
    name: 'a function of each item, with a choice',
    text: `/** Lower case letters in upper case and the other way round.
 * swapped('aB c') // => 'Ab C'
 * swapped('xYzZ') // => 'XyZz' */
function swapped(text: string): string`,
    also: [[['Qq1q'], 'qQ1Q']],
  },
  {
    name: 'a chain towards a text',
    text: `/** The name of a constant: upper case, white space around it trimmed, every run of other characters replaced by an underscore.
 * constantName('max line  Length') // => 'MAX_LINE_LENGTH'
 * constantName(' a--b ') // => 'A_B'
 * constantName('x') // => 'X' */
function constantName(text: string): string`,
    also: [[['one  two.3'], 'ONE_TWO_3']],
  },
  {
    name: 'what one of many items has to be told by',
    text: `/** The counts after an update, which replaces or is added to the base; what the update has as null is left out.
 * updated({ a: 4 }, { a: 5, b: 1 }) // => { a: 5, b: 1 }
 * updated({ a: 4, b: 1 }, { a: null }) // => { b: 1 }
 * updated({ a: 4 }, {}) // => { a: 4 } */
function updated(base: Record<string, number>, update: Record<string, number | null>): Record<string, number>`,
    also: [
      [
        [
          { x: 1, y: 2 },
          { y: null, z: 3 },
        ],
        { x: 1, z: 3 },
      ],
    ],
  },
  {
    name: 'a choice by what examples alone do not tell from a limit',
    text: `/** The first where the number is a prime, otherwise the second.
 * chosen(7, 34, 12) // => 34
 * chosen(15, 8, 5) // => 5 */
function chosen(n: number, first: number, second: number): number`,
    also: [
      [[91, 3, 4], 4],
      [[97, 3, 4], 3],
    ],
  },
  {
    name: 'groups of neighbours',
    text: `/** Splits numbers into groups of neighbours, each adding up to at most the limit.
 * parts([1, 2, 3], 3) // => [[1, 2], [3]]
 * parts([4, 4, 1, 1], 6) // => [[4], [4, 1, 1]]
 * parts([], 9) // => [] */
function parts(numbers: readonly number[], limit: number): number[][]`,
    also: [
      [
        [[5, 1, 5, 1], 6],
        [
          [5, 1],
          [5, 1],
        ],
      ],
    ],
  },
  {
    name: 'a running value',
    text: `/** The running total of a list.
 * running([1, 2, 3]) // => [1, 3, 6]
 * running([4, -1]) // => [4, 3]
 * running([]) // => [] */
function running(values: number[]): number[]`,
    also: [[[[5, 5]], [5, 10]]],
  },
];

checkCases('search finds', CASES);

describe('search', () => {
  const [{ text }] = CASES as [Case];

  it('gives the same for the same', async () => {
    const strip = ({ ms: _, ...report }: SearchReport): unknown => report;
    expect(strip(await search(problemOf(text), EFFORT))).toEqual(strip(await search(problemOf(text), EFFORT)));
  });

  it('ends when told', async () => {
    const problem = problemOf(`/** Hard. hard('x') // => 'qwertz' */\nfunction hard(value: string): string`);
    expect(await search(problem, { ms: 60_000, expressions: 5_000 })).toMatchObject({
      end: 'expressions',
      behaviours: [],
    });
    expect(await search(problem, { ms: 60_000, signal: AbortSignal.abort() })).toMatchObject({
      end: 'cancelled',
      behaviours: [],
    });
    expect((await search(problem, { ms: 1 })).end).toBe('time');
    const told = new AbortController();
    const events = (): void => void setImmediate(() => told.abort());
    expect((await search(problem, { ms: 60_000, events, signal: told.signal })).end).toBe('cancelled');
  });

  it('does not repeat an example as an answer', async () => {
    const problem = problemOf(
      `/** Odd. odd('x') // => 'qwertz'\n * odd('y') // => 'uiop' */\nfunction odd(value: string): string`,
    );
    const { behaviours } = await search(problem, { ms: 60_000, expressions: 60_000 });
    expect(behaviours.filter(({ body }) => /qwertz|uiop/.test(body))).toEqual([]);
  });

  it('holds bodies against every example, however many there are', async () => {
    const number = { kind: 'number' } as const;
    const even = (args: number): Problem['examples'][number] => ({
      args: [args],
      expected: { kind: 'value', value: args < 90 ? args * 2 : args },
    });
    const problem: Problem = {
      name: 'f',
      parameters: [{ name: 'value', shape: number }],
      returns: number,
      prose: '',
      examples: Array.from({ length: 100 }, (_, index) => even(index)),
    };
    const { behaviours } = await search(problem, { ms: 120_000, expressions: 20_000 });
    for (const { body } of behaviours) expect(call(problem, body, [99]), body).toBe(asTold(99));
  });

  it('takes arguments that are not there', async () => {
    const problem = problemOf(
      `/** Sum. sum(1) // => 1\n * sum(2, 3) // => 5 */\nfunction sum(a: number, b: number): number`,
    );
    expect((await search(problem, { ms: 60_000, expressions: 20_000 })).expressions).toBeGreaterThan(0);
  });

  it('puts the inputs first that tell behaviours apart', async () => {
    const problem = problemOf(
      `/** Something of two. f(1, 2) // => 3\n * f(2, 2) // => 4 */\nfunction f(a: number, b: number): number`,
    );
    const { behaviours, inputs } = await search(problem, { ms: 120_000, expressions: 50_000 });
    const apart = inputs.map((_, at) => new Set(behaviours.map(({ outputs }) => asTold(outputs[at]))).size);
    expect(inputs.every((args) => args.length === 2)).toBe(true);
    expect(apart[0]).toBeGreaterThan(1);
    expect(apart[0]).toBeGreaterThan(apart.at(-1)!);
  });

  it('says what came nearest', async () => {
    const problem = problemOf(
      `/** Near. near(1) // => 2\n * near(5) // => 6\n * near(9) // => -77 */\nfunction near(value: number): number`,
    );
    const { behaviours, nearest } = await search(problem, { ms: 60_000, expressions: 300 });
    expect(behaviours).toEqual([]);
    expect(nearest).toMatchObject({ misses: [2] });
  });

  it('takes costs from outside', async () => {
    const dear = await search(problemOf(text), {
      ...EFFORT,
      costs: ({ name }, usual) => (name === '$0 * $1' ? 50 : usual),
    });
    expect(dear.behaviours[0]?.body ?? '').not.toContain(' * ');
  });
});
