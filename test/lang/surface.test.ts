// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code
import { describe, expect, it } from 'vitest';
import { known, lay, open, path } from './tree.ts';

const CONFIG = JSON.stringify({ compilerOptions: { strict: true, module: 'preserve', types: [], noEmit: true } });

interface Case {
  readonly name: string;
  readonly text: string;
  /** Each exported name with its type, then the types it uses. */
  readonly surface: Readonly<Record<string, string | readonly [string, Readonly<Record<string, string>>]>>;
}

const CASES: readonly Case[] = [
  { name: 'no module', text: 'const a = 1;', surface: {} },
  {
    name: 'functions, annotated and inferred',
    text: 'export function f(a: string, b?: number) { return a; }',
    surface: { f: '(a: string, b?: number | undefined) => string' },
  },
  {
    name: 'a class without what is private',
    text: 'export class C { #x = 1; private y = 2; readonly z: string = ""; static s = 3; m(): void {} constructor(a: number) { void a; void this.#x; void this.y; } }',
    surface: { C: 'class {m: () => void; readonly z: string} & static {new (a: number): C; s: number}' },
  },
  {
    name: 'what classes allow: to be made, to be extended, to be read',
    text: `export abstract class A<T> { abstract a: T; protected b(): void {} protected abstract readonly c: number; get d() { return 1; } get e() { return 1; } set e(_) {} }
export class P { private constructor(a: number) { void a; } static of() { return new P(1); } }
export class Q { protected constructor() {} }
export class R extends Q {}`,
    surface: {
      A: 'abstract class<T> {abstract a: T; e: number; protected abstract readonly c: number; protected b: () => void; readonly d: number} & static {new <T>(): A<T>}',
      P: 'class {} & static {new (a: number): P; of: () => P} & private constructor',
      Q: 'class {} & static {new (): Q} & protected constructor',
      R: ['class {} & static {new (): R} & protected constructor', expect.anything()],
    },
  },
  {
    name: 'an alias with its right-hand side',
    text: 'export type A<T extends string> = { a: T };',
    surface: { A: 'type<T extends string> { a: T; }' },
  },
  {
    name: 'an enum with its values',
    text: "const N = 4; export enum E { A = 'a', B = 2, C, D = C << N, 'e-e' = N, F = `${A}b`, G = 'x'.length }",
    surface: { E: `enum {A = "a", B = 2, C = 3, D = 48, 'e-e' = 4, F = "ab", G = 'x'.length}` },
  },
  {
    name: 'an enum that is gone when code runs',
    text: 'export const enum E { A }',
    surface: { E: 'const enum {A = 0}' },
  },
  {
    name: 'types that are not exported, and through each other',
    text: 'interface In { deep: Deep[] }\ntype Deep = 1;\nexport const f = (a: In): void => void a;',
    surface: { f: ['(a: In) => void', { In: 'interface {deep: 1[]}', Deep: 'type 1' }] },
  },
  {
    name: 'what is used inside of a body is not told',
    text: 'interface In { a: 1 }\nexport function f(): void { const a: In = { a: 1 }; void a; }',
    surface: { f: '() => void' },
  },
  {
    name: 'members that symbols name',
    text: 'declare const own: unique symbol;\nexport interface S { [own]: 1; [Symbol.iterator](): 2 }',
    surface: { S: 'interface {[iterator]: () => 2; [own]: 1}' },
  },
  {
    name: 'types that lead to themselves, as they are written',
    text: `type Last<T extends unknown[]> = T extends [...unknown[], infer R] ? R : never;
type Words<T, S extends string = '-' | '_', A extends string[] = []> = string extends S
  ? string[]
  : T extends \`\${infer F}\${infer R}\`
    ? Last<A> extends string
      ? F extends S ? Words<R, S, [...A, '']> : Uppercase<F> extends F ? Words<R, S, [...A, F]> : Words<R, S, [...A, \`\${Last<A>}\${F}\`]>
      : Words<R, S, [F]>
    : A;
export type Kebab<T> = Joined<T>;
type Joined<T> = Words<T> extends readonly string[] ? 'joined' : never;
export function words<T extends string>(text: T, most: number = 3, ...rest: string[]): Words<T> {
  return [text, most, rest] as never;
}`,
    surface: {
      Kebab: [
        'type<T> Joined<T>',
        expect.objectContaining({ Joined: "type<T> Words<T> extends readonly string[] ? 'joined' : never" }),
      ],
      words: ['<T extends string>(text: T, most?: number, ...rest: string[]) => Words<T>', expect.anything()],
    },
  },
  {
    name: 'what is passed on',
    text: "export * from './other';\nexport { one as uno } from './other';",
    surface: { one: 'number', uno: 'number' },
  },
];

const TYPE_ONLY: readonly (readonly [text: string, names: readonly string[]])[] = [
  ["export { C, type T, c } from './classes';", []],
  ["export { type C, c } from './classes';", ['C']],
  ["export type { C, c } from './classes';", ['C', 'c']],
  ["export * from './classes';", []],
  ["export type * from './classes';", ['C', 'c']],
  ["export * from './types';", ['C', 'c']],
  ["export * as all from './classes';", []],
  ["export type * as all from './classes';", ['all']],
  ["import type { C } from './classes';\nexport { C };", ['C']],
  ["import { C } from './types';\nexport { C };", ['C']],
  ["export { default } from './classes';", []],
  ["import type C from './classes';\nexport default C;", ['default']],
  ['export class C {}\nexport const enum E { A }\nexport namespace n { export const a = 1; }', []],
  ['class C {}\nexport = C;', []],
  ['export declare const a: number;\nexport declare namespace n { type T = 1 }', []],
];

for (const engine of ['native', 'service'] as const) {
  describe(`${engine}: surface`, () => {
    const service = open(
      lay({ 'tsconfig.json': CONFIG, 'other.ts': 'export const one: number = 1;\n', 'a.ts': '' }),
      engine,
    );
    it.each(CASES)('$name', ({ text, surface }) => {
      service.setOverlay(new Map([[path('a.ts'), text]]));
      const entries = known(service.surface(path('a.ts')));
      const told = entries.map(({ name, type, uses }) => [name, Object.keys(uses).length > 0 ? [type, uses] : type]);
      expect(Object.fromEntries(told)).toEqual(surface);
    });
    it.each(TYPE_ONLY)('which values are types only: %s', (text, names) => {
      service.setOverlay(
        new Map([
          [path('a.ts'), text],
          [path('classes.ts'), 'export class C {}\nexport type T = 1;\nexport const c = 1;\nexport default C;\n'],
          [path('types.ts'), "export type * from './classes';\n"],
        ]),
      );
      const entries = known(service.surface(path('a.ts')));
      expect(entries.filter(({ isTypeOnly }) => isTypeOnly).map(({ name }) => name)).toEqual(names);
    });
  });
}
