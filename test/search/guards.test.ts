import { type Case, checkCases } from './cases.ts';

const CASES: readonly Case[] = [
  {
    name: 'an instance of a class that the name speaks of',
    text: `/** Whether a value is a weak map.
 * isWeakMap(new WeakMap()) // => true
 * isWeakMap(new Map()) // => false
 * isWeakMap(null) // => false */
function isWeakMap(value: unknown): boolean`,
    body: 'return value instanceof WeakMap;',
    also: [
      [[new WeakMap()], true],
      [[{}], false],
    ],
  },
  {
    name: 'a type of values that text cannot hold',
    text: `/** Whether a value is a symbol.
 * isSymbol(Symbol('a')) // => true
 * isSymbol(Symbol.iterator) // => true
 * isSymbol('a') // => false
 * isSymbol(Object('a')) // => false */
function isSymbol(value: unknown): boolean`,
    body: "return typeof value === 'symbol';",
    also: [[[Symbol.for('x')], true]],
  },
  {
    name: 'numbers of what is no number',
    text: `/** One for a symbol, else nothing.
 * mark(Symbol('a')) // => 1
 * mark(Symbol.iterator) // => 1
 * mark('a') // => 0
 * mark(3) // => 0 */
function mark(value: unknown): number`,
    also: [[[Symbol('b')], 1]],
  },
  {
    name: 'groups by what is asked with the place',
    text: `/** Groups items by a key.
 * groupBy(['a', 'b', 'c'], (x, index) => index % 2 === 0 ? 'even' : 'odd') // => { even: ['a', 'c'], odd: ['b'] }
 * groupBy(['a'], (x) => x) // => { a: ['a'] } */
function groupBy<T>(items: readonly T[], keyOf: (item: T, index: number) => string): Record<string, T[]>`,
    not: /filter/,
    also: [],
  },
  {
    name: 'a dictionary of items by what is asked',
    text: `/** Items by a key.
 * keyBy([{ id: 'x', n: 1 }, { id: 'y', n: 2 }], (x) => x.id) // => { x: { id: 'x', n: 1 }, y: { id: 'y', n: 2 } }
 * keyBy([{ id: 'x', n: 1 }, { id: 'x', n: 2 }], (x) => x.id) // => { x: { id: 'x', n: 2 } } */
function keyBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, T>`,
    body: 'return Object.fromEntries(items.map((item) => [keyOf(item), item]));',
    also: [],
  },
  {
    name: 'entries of a map',
    text: `/** The values of a map doubled.
 * doubled(new Map([['a', 1], ['b', 3]])) // => [['a', 2], ['b', 6]]
 * doubled(new Map()) // => [] */
function doubled(numbers: Map<string, number>): [string, number][]`,
    also: [[[new Map([['z', 4]])], [['z', 8]]]],
  },
];

checkCases('of unknown values, by functions, of maps', CASES);
