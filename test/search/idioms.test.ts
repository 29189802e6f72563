import { type Case, checkCases } from './cases.ts';

const CASES: readonly Case[] = [
  {
    name: 'groups by what a function gives',
    text: `/** Groups items by a key.
 * groupBy(['a', 'bc', 'de'], (x) => String(x.length)) // => { '1': ['a'], '2': ['bc', 'de'] }
 * groupBy(['a'], (x) => x) // => { a: ['a'] } */
function groupBy<T>(items: readonly T[], key: (item: T) => string): Record<string, T[]>`,
    also: [],
  },
  {
    name: 'groups in a map, by a field',
    text: `/** The orders of each customer.
 * byCustomer([{ customer: 'x', n: 1 }, { customer: 'y', n: 2 }, { customer: 'x', n: 3 }]) // => new Map([['x', [{ customer: 'x', n: 1 }, { customer: 'x', n: 3 }]], ['y', [{ customer: 'y', n: 2 }]]])
 * byCustomer([]) // => new Map() */
function byCustomer(orders: readonly { customer: string; n: number }[]): Map<string, { customer: string; n: number }[]>`,
    also: [],
  },
  {
    name: 'a map of items by a field',
    text: `/** Each user by id.
 * byId([{ id: 'x', n: 1 }, { id: 'y', n: 2 }]) // => new Map([['x', { id: 'x', n: 1 }], ['y', { id: 'y', n: 2 }]])
 * byId([]) // => new Map() */
function byId(users: readonly { id: string; n: number }[]): Map<string, { id: string; n: number }>`,
    body: 'return new Map(users.map((user) => [user.id, user]));',
    also: [],
  },
  {
    name: 'counts, of the items themselves',
    text: `/** How often each letter is there.
 * letters('abca') // => { a: 2, b: 1, c: 1 }
 * letters('zz') // => { z: 2 } */
function letters(text: string): Record<string, number>`,
    also: [[['xyx'], { x: 2, y: 1 }]],
  },
  {
    name: 'no counts where each key stands once',
    text: `/** The length of each word.
 * lengths(['a', 'bcd']) // => { a: 1, bcd: 3 }
 * lengths(['xy']) // => { xy: 2 } */
function lengths(words: string[]): Record<string, number>`,
    not: /counts/,
    also: [[[['pqrs']], { pqrs: 4 }]],
  },
  {
    name: 'pieces of a size',
    text: `/** Pieces of a size.
 * chunk([1, 2, 3, 4, 5], 2) // => [[1, 2], [3, 4], [5]]
 * chunk([1, 2], 3) // => [[1, 2]] */
function chunk(items: number[], size: number): number[][]`,
    also: [
      [
        [[7, 8, 9], 1],
        [[7], [8], [9]],
      ],
    ],
  },
  {
    name: 'one of each key',
    text: `/** One of each key.
 * uniqueBy([1.2, 1.5, 2.3], (x) => Math.floor(x)) // => [1.2, 2.3]
 * uniqueBy([{ a: 1 }, { a: 1 }], (x) => x.a) // => [{ a: 1 }] */
function uniqueBy<T>(items: readonly T[], key: (item: T) => number): T[]`,
    also: [],
  },
  {
    name: 'the distinct values by a set, not by a key',
    text: `/** The distinct values.
 * distinct([1, 1, 2]) // => [1, 2]
 * distinct([3, 3]) // => [3] */
function distinct(values: number[]): number[]`,
    body: 'return [...new Set(values)];',
    also: [],
  },
  {
    name: 'how often a value occurs',
    text: `/** Those that occur more than once.
 * repeated([1, 2, 3, 2, 4]) // => [2, 2]
 * repeated([5, 5, 6, 5]) // => [5, 5, 5]
 * repeated([1, 2]) // => [] */
function repeated(values: number[]): number[]`,
    also: [[[[9, 8, 9]], [9, 9]]],
  },
  {
    name: 'a common divisor',
    text: `/** The greatest common divisor.
 * divisor(12, 18) // => 6
 * divisor(7, 3) // => 1 */
function divisor(a: number, b: number): number`,
    also: [[[100, 75], 25]],
  },
  {
    name: 'prime factors, and the largest of them',
    text: `/** The largest prime factor.
 * largest(15) // => 5
 * largest(14) // => 7 */
function largest(n: number): number`,
    also: [[[99], 11]],
  },
  {
    name: 'the median',
    text: `/** The median.
 * median([3, 1, 2, 4, 5]) // => 3
 * median([-10, 4, 6, 1000, 10, 20]) // => 8 */
function median(values: number[]): number`,
    also: [[[[7, 9]], 8]],
  },
  {
    name: 'any two items',
    text: `/** Whether there are two distinct elements that add up to zero.
 * opposite([1, 3, 5, 0]) // => false
 * opposite([1, 3, -2, 1]) // => false
 * opposite([2, 4, -5, 3, 5, 7]) // => true
 * opposite([6, 1, -1]) // => true
 * opposite([2, 3, 9]) // => false
 * opposite([1]) // => false */
function opposite(values: number[]): boolean`,
    also: [
      [[[7, 1, -7]], true],
      [[[0, 4]], false],
    ],
  },
  {
    name: 'any item, not any two',
    text: `/** Whether any of the numbers is negative.
 * below([5, -3]) // => true
 * below([1, 3]) // => false
 * below([]) // => false
 * below([-2]) // => true */
function below(values: number[]): boolean`,
    not: /slice/,
    also: [[[[4, -1, 2]], true]],
  },
  {
    name: 'balanced brackets',
    text: `/** Whether every opening bracket '[' has a corresponding ']'.
 * matched('[') // => false
 * matched('[]') // => true
 * matched('[[][]]') // => true
 * matched('][[]') // => false */
function matched(text: string): boolean`,
    also: [
      [['[][]'], true],
      [['[]]'], false],
    ],
  },
  {
    name: 'where a text begins within another',
    text: `/** Whether a part is found at an index of a text.
 * isAt('abcab', 'ab', 3) // => true
 * isAt('abcab', 'ab', 0) // => true
 * isAt('abcab', 'ab', 1) // => false
 * isAt('abcab', 'ca', 2) // => true
 * isAt('abcab', 'ca', 3) // => false */
function isAt(text: string, part: string, index: number): boolean`,
    body: 'return text.startsWith(part, index);',
    also: [],
  },
  {
    name: 'what comes of the two values before',
    text: `/** The numbers of Fibonacci.
 * fib(10) // => 55
 * fib(1) // => 1
 * fib(8) // => 21 */
function fib(n: number): number`,
    also: [[[12], 144]],
  },
  {
    name: 'what comes of the value before and of another argument',
    text: `/** 2 to the power of n, modulo p.
 * modp(3, 5) // => 3
 * modp(1101, 101) // => 2
 * modp(0, 101) // => 1
 * modp(3, 11) // => 8
 * modp(100, 101) // => 1 */
function modp(n: number, p: number): number`,
    also: [[[30, 31], 1]],
  },
  {
    name: 'no loop over the values before where a formula does',
    text: `/** Twice as many and one.
 * more(0) // => 1
 * more(1) // => 3
 * more(2) // => 5
 * more(5) // => 11 */
function more(n: number): number`,
    not: /values/,
    also: [[[9], 19]],
  },
];

checkCases('search knows', CASES);
