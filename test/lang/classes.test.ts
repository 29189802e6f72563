import { describe, expect, it } from 'vitest';
import { classesOf, listedExports, stateOf } from '../../src/lang/index.ts';

const FILE = `/** A stack. */
export class Stack<T extends object = Date> extends Base {
  #items: T[] = [];
  private a = 1;
  protected b = 2;
  _c = 3;
  static made = 0;
  readonly limit: number;
  name?: string;
  constructor(limit = 10, private readonly d: number, public e = 2) { super(); this.limit = limit; this.b = 1; }
  push(item: T, ...rest: T[]): this { return this; }
  over(a: string): void;
  over(a: number): void;
  over(a: unknown): void {}
  private hidden() {}
  /** @internal */
  inside() {}
  get size(): number { return 0; }
  set size(to: number) {}
  get first() { return 1; }
  arrow = (n: number): number => n;
  static of(): Stack<Date> { return new Stack(); }
  *[Symbol.iterator]() {}
  [Symbol.dispose]() {}
}
class Base { shared(): void {} push(other: string): void {} }
export abstract class Shape { abstract area(): number; }
class Single { private constructor() {} }
const Named = class { x = 1; };
class Loop extends Loop {}
`;

describe('classes of a file', () => {
  const classes = classesOf(FILE, 'a.ts');
  const of = (name: string) => classes.find((one) => one.name === name)!;
  it('are told with what is public', () => {
    const { exported, generics, parameters, members, hides, isAbstract, comment } = of('Stack');
    expect([exported, hides, isAbstract, generics]).toEqual([
      true,
      ['#items', 'a', 'b', '_c', 'd', 'hidden', 'inside'],
      false,
      [{ name: 'T', constraint: 'object' }],
    ]);
    expect(FILE.slice(comment!.start, comment!.end)).toBe('/** A stack. */');
    expect(parameters!.map(({ name, optional, initial }) => [name, optional, initial])).toEqual([
      ['limit', true, '10'],
      ['d', false, undefined],
      ['e', true, '2'],
    ]);
    const told = members.map(({ name, isStatic, parameters: given, type, canRead, canWrite }) =>
      [isStatic ? 'static' : '', name, given?.length ?? (canWrite ? 'rw' : canRead ? 'r' : ''), type ?? '']
        .join(' ')
        .trim(),
    );
    expect(told).toEqual([
      'static made rw',
      'limit r number',
      'name rw string',
      'e rw',
      'push 2 this',
      'over 1 void',
      'size rw number',
      'first r',
      'arrow 1 number',
      'static of 0 Stack<Date>',
      '[Symbol.iterator] 0',
      'shared 0 void',
    ]);
  });
  it('may have no public constructor, be abstract, be expressions, extend themselves', () => {
    expect([of('Single').parameters, of('Shape').isAbstract, of('Named').members.length]).toEqual([undefined, true, 1]);
    expect([of('Single').hides, of('Loop').members]).toEqual([[], []]);
  });
  it('of plain JavaScript have what their constructor assigns', () => {
    const [one] = classesOf('class A { constructor() { this.x = 1; this._y = 2; this.f = () => 1; } }', 'a.js');
    expect([one!.members.map(({ name }) => name), one!.hides]).toEqual([['x'], ['_y']]);
  });
});

describe('what a file exports by lists', () => {
  it.each([
    ['export { a, b as c };', ['a', 'b']],
    ["export { a } from './b.js';", []],
    ['export default a;', ['a']],
    ['module.exports = { a, x: b, c() {} };', ['a', 'b']],
    ['exports.f = f; module.exports.g = h; module.exports = k;', ['f', 'h', 'k']],
    ['const a = 1;', []],
  ])('%s', (text, names) => expect([...listedExports(text, 'a.js')]).toEqual(names));
});

describe('what a module keeps', () => {
  it.each([
    ['let a = 0;', ['a']],
    ['const a = new Map<string, number>(), b = 1;', ['a']],
    ['const a: string[] = [];', ['a']],
    ['const a = {} as Record<string, number>;', ['a']],
    ["const a = { b: 1 } as const; const c = ['x', 'y']; const f = () => 1; class D {}", []],
    ['function f() { let a = 1; }', []],
  ])('%s', (text, names) => expect(stateOf(text, 'a.ts')).toEqual(names));
});
