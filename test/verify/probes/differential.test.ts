// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../src/base/index.ts';
import type { Probed } from '../../../src/verify/index.ts';
import { ProbeBed } from './probe.ts';

interface Case {
  readonly name: string;
  readonly before?: string;
  readonly after: string;
  /** Of the function or method, `f` where undefined: its number stands after it in its module. */
  readonly target?: string;
  /** Code and message of the one finding, or none. */
  readonly found: readonly [code: string, message: string | RegExp] | undefined;
}

/** `f` and `C` stand for names of a case's own. */
const CASES: readonly Case[] = [
  {
    name: 'a character that is lost',
    before: "export function f(text: string): string { return text.normalize('NFD').replace(/[^a-z]/gi, ''); }",
    after: "export function f(text: string): string { return text.replace(/[^a-z]/gi, ''); }",
    found: ['probes/differs', 'f("É") was "E", is ""'],
  },
  {
    name: 'a boundary by one',
    before: 'export const f = (n: number): boolean => n < 4711;',
    after: 'export const f = (n: number): boolean => n <= 4711;',
    found: ['probes/differs', 'f(4711) was false, is true'],
  },
  {
    name: 'a refactor',
    before:
      'export function f(list: readonly number[]): number { let sum = 0; for (const one of list) sum += one; return sum; }',
    after: 'export const f = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0);',
    // No other difference, and this one is not counted.
    found: ['probes/holes', 'f([,]) was NaN, is 0, of a list with holes'],
  },
  {
    name: 'a frozen list that is written to and put right again',
    before: 'export const f = (list: number[]): number => list.length;',
    after:
      'export const f = (list: number[]): number => { list.push(0); const all = list.length - 1; list.pop(); return all; };',
    found: ['probes/throws', /^f\(Object\.freeze\(\[\]\)\) was 0, is throws TypeError: Cannot add property 0/],
  },
  {
    name: 'options that are frozen deep inside',
    before: 'export const f = (all: { n: number; inner: { list: number[] } }): number => all.n;',
    after:
      'export const f = (all: { n: number; inner: { list: number[] } }): number => { all.inner.list = all.inner.list; return all.n; };',
    found: ['probes/throws', /^f\(Object\.freeze\(\{.*is throws TypeError: Cannot assign to read only property 'list'/],
  },
  {
    name: 'frozen arguments that are taken now',
    before:
      'export const f = (list: number[]): number => { list.push(0); const all = list.length - 1; list.pop(); return all; };',
    after: 'export const f = (list: number[]): number => list.length;',
    found: undefined,
  },
  {
    name: 'an object without a prototype that is asked for its own',
    before: 'export const f = (all: Record<string, number>): boolean => Object.hasOwn(all, "a");',
    after: 'export const f = (all: Record<string, number>): boolean => all.hasOwnProperty("a");',
    found: ['probes/throws', /^f\(Object\.assign\(Object\.create\(null\), \{.*\}\)\) was false, is throws TypeError: /],
  },
  {
    name: 'an object without a prototype whose copy has one',
    before: 'export const f = (all: Record<string, number>): Record<string, number> => ({ ...all });',
    after:
      'export const f = (all: Record<string, number>): Record<string, number> => Object.setPrototypeOf({ ...all }, Object.getPrototypeOf(all));',
    found: undefined,
  },
  {
    name: 'a whole number cut to 32 bits',
    before: 'export const f = (n: number): number => Number.isSafeInteger(n) ? Math.trunc(n / 2) : 0;',
    after: 'export const f = (n: number): number => Number.isSafeInteger(n) ? (n / 2) | 0 : 0;',
    found: ['probes/differs', /^f\(.*\) was .*, is /],
  },
  {
    name: 'half of a pair of surrogates',
    before: 'export const f = (text: string): string => text.slice(0);',
    after: 'export const f = (text: string): string => Buffer.from(text).toString();',
    found: ['probes/differs', 'f("\\ud83d") was "\\ud83d", is "\ufffd"'],
  },
  {
    name: 'a list that is too long for the arguments of a call',
    before:
      'export const f = (list: number[]): boolean => { let most = 0; for (let i = 0; i < list.length; i++) if (list[i]! > most) most = list[i]!; return most > 0; };',
    after: 'export const f = (list: number[]): boolean => Math.max(0, ...list.map((one) => one || 0)) > 0;',
    found: [
      'probes/throws',
      /^f\(Array\(600000\)\.fill\(.*\)\) was (?:true|false), is throws RangeError: Maximum call stack/,
    ],
  },
  {
    name: 'negative zero',
    before: 'export const f = (n: number): number => Math.trunc(n);',
    after: 'export const f = (n: number): number => Math.trunc(n) + 0;',
    found: ['probes/differs', /^f\(-0(?:\.5)?\) was -0, is 0/],
  },
  {
    name: 'an error where there was none',
    before: 'export const f = (text: string): string => text.slice(0, 1);',
    after:
      "export const f = (text: string): string => { if (text === '') throw new RangeError('empty'); return text[0]!; };",
    found: ['probes/throws', 'f("") was "", is throws RangeError: empty'],
  },
  {
    name: 'another message of the same error',
    before: "export const f = (n: number): number => { if (n < 0) throw new RangeError('below'); return n; };",
    after: "export const f = (n: number): number => { if (n < 0) throw new RangeError('too low'); return n; };",
    found: ['probes/message', /^f\(-.*\) was throws RangeError: below, is throws RangeError: too low, the same kind/],
  },
  {
    name: 'a loop that does not end',
    before: 'export function f(n: number): number { let i = 0; while (i < 3) i++; return n + i; }',
    after: 'export function f(n: number): number { let i = 0; while (i !== 3) i += n === 7 ? 2 : 1; return n + i; }',
    found: ['probes/hangs', /^f\(7\) was 10, is without an end within/],
  },
  {
    name: 'an argument that is changed',
    before: 'export const f = (list: number[]): number[] => [...list].sort((a, b) => a - b);',
    after: 'export const f = (list: number[]): number[] => list.sort((a, b) => a - b);',
    found: ['probes/differs', /^f\(\[1, 0\]\) was \[0, 1\], is \[0, 1\], and its arguments become \[0, 1\]/],
  },
  {
    name: 'a callback that is given less',
    before:
      'export const f = <T, R>(list: readonly T[], g: (item: T, index: number) => R): R[] => list.map((one, at) => g(one, at));',
    after:
      'export const f = <T, R>(list: readonly T[], g: (item: T, index: number) => R): R[] => list.map((one) => g(one, 0));',
    found: ['probes/differs', /^f\(\[.+\], .+=>.+\) was \[.+\], is \[.+\]/],
  },
  {
    name: 'a call more of what fails',
    before:
      'export async function f<T>(g: () => Promise<T>, times: number): Promise<T> { for (let i = 0; ; i++) try { return await g(); } catch (error) { if (i >= times) throw error; } }',
    after:
      'export async function f<T>(g: () => Promise<T>, times: number): Promise<T> { for (let i = 0; ; i++) try { return await g(); } catch (error) { if (i > times) throw error; } }',
    found: ['probes/differs', /^f\(.+, .+\) was throws Error: no, is /],
  },
  {
    name: 'a value that is made although nobody asks for it',
    before:
      'export const f = (map: Map<string, number>, key: string, make: () => number): number => map.get(key) ?? make();',
    after:
      'export const f = (map: Map<string, number>, key: string, make: () => number): number => { const made = make(); return map.get(key) ?? made; };',
    found: ['probes/differs', /^f\(.+\) was (.+), is \1, calling/],
  },
  {
    name: 'a value that is made twice',
    before: 'export const f = (make: () => number): number => Math.abs(make());',
    after: 'export const f = (make: () => number): number => (make() < 0 ? -make() : make());',
    found: undefined,
  },
  {
    name: 'a promise of nothing that is not waited for any more, nor asked for',
    before:
      'export const f = async (list: string[], save: (one: string) => Promise<void>): Promise<number> => { for (const one of list) await save(one); return list.length; };',
    after:
      'export const f = async (list: string[], save: (one: string) => Promise<void>): Promise<number> => { for (const one of list.slice(1)) await save(one); return list.length; };',
    found: ['probes/differs', /^f\(\[.+\], .+\) was .+, calling .+, is /],
  },
  {
    name: 'an option that is left out',
    before:
      'export const f = (n: number, options: { step?: number; up?: boolean } = {}): number => options.up ? n + (options.step ?? 1) : n - (options.step ?? 1);',
    after:
      'export const f = (n: number, options: { step?: number; up?: boolean } = {}): number => options.up ? n + (options.step ?? 2) : n - (options.step ?? 1);',
    found: ['probes/differs', /^f\(.*, \{ up: true \}\) was .*, is /],
  },
  {
    name: 'chance that is the same chance',
    before: 'export const f = (n: number): number => Math.random() * n;',
    after: 'export function f(n: number): number { return n * Math.random(); }',
    found: undefined,
  },
  {
    name: 'chance that is drawn otherwise',
    before: 'export const f = (list: number[]): number[] => [...list].sort(() => Math.random() - 0.5);',
    after:
      'export const f = (list: number[]): number[] => { const all = [...list]; for (let at = all.length - 1; at > 0; at--) { const to = Math.floor(Math.random() * (at + 1)); [all[at], all[to]] = [all[to]!, all[at]!]; } return all; };',
    found: undefined,
  },
  {
    name: 'what a class keeps to itself, by another name',
    before:
      'export class C { private n: number; constructor(n: number) { this.n = n; } add(m: number): number { return (this.n += m); } same(other: C): C { return other; } }',
    after:
      'export class C { private sum: { n: number }; constructor(n: number) { this.sum = { n }; } add(m: number): number { return (this.sum.n += m); } same(other: C): C { return other; } }',
    target: 'new C',
    found: undefined,
  },
  {
    name: 'what a class keeps to itself, by another name, in a method',
    before: 'export class C { private all: number[] = []; push(n: number): number { return this.all.push(n); } }',
    after: 'export class C { private list: number[] = []; push(n: number): number { return this.list.push(n); } }',
    target: 'C#push',
    found: undefined,
  },
  {
    name: 'what a class shows beside what it keeps to itself',
    before: 'export class C { private n = 1; total = 0; constructor(total: number) { this.total = total + this.n; } }',
    after: 'export class C { private m = 1; total = 0; constructor(total: number) { this.total = total - this.m; } }',
    target: 'new C',
    found: ['probes/differs', /^new C\(.*\) was C \{ total: .*\}, is C \{ total: .*\}/],
  },
  {
    name: 'what is told no more',
    before: 'export function f(list: number[], tell: (n: number) => void): void { for (const one of list) tell(one); }',
    after: 'export function f(list: number[], tell: (n: number) => void): void {}',
    found: ['probes/differs', /^f\(\[.+\], \(\) => \{\}\) was undefined, calling \(.+\), is undefined$/],
  },
  {
    name: 'what is told by an option, in another order',
    before:
      'export function f(list: number[], on: { each?: (n: number) => void } = {}): number { for (const one of list) on.each?.(one); return list.length; }',
    after:
      'export function f(list: number[], on: { each?: (n: number) => void } = {}): number { for (const one of [...list].reverse()) on.each?.(one); return list.length; }',
    found: ['probes/differs', /^f\(\[.+\], \{ each: \(\) => \{\} \}\) was .+, calling .+, is .+, calling /],
  },
  {
    name: 'what is told as it was',
    before: 'export function f(list: number[], tell: (n: number) => void): void { for (const one of list) tell(one); }',
    after:
      'export function f(list: number[], tell: (n: number) => void): void { for (const one of [...list]) tell(one); }',
    found: undefined,
  },
  {
    name: 'the clock, read alike',
    before: 'export const f = (at: Date): boolean => at.getTime() < Date.now();',
    after: 'export function f(at: Date): boolean { const now = new Date(); return at.getTime() < now.getTime(); }',
    found: undefined,
  },
  {
    name: 'a helper that is not exported',
    before:
      'const half0 = (n: number): number => n / 2;\nexport const f = (list: number[]): number[] => list.map(half0);',
    after:
      'const half0 = (n: number): number => Math.floor(n / 2);\nexport const f = (list: number[]): number[] => list.map(half0);',
    found: ['probes/differs', 'f([1]) was [0.5], is [0]'],
  },
  {
    name: 'a method',
    before:
      'export class C { readonly #n: number; constructor(n: number) { this.#n = n; } add(m: number): number { return this.#n + m; } }',
    after:
      'export class C { readonly #n: number; constructor(n: number) { this.#n = n; } add(m: number): number { return this.#n - m; } }',
    target: 'C#add',
    found: ['probes/differs', /^new C\(.*\)\.add\(.*\) was .*, is /],
  },
  {
    name: 'a static method that takes an instance',
    before:
      'export class C { n: number; constructor(n: number) { this.n = n; } static of(one: C): number { return one.n; } }',
    after:
      'export class C { n: number; constructor(n: number) { this.n = n; } static of(one: C): number { return one.n || 1; } }',
    target: 'C.of',
    found: ['probes/differs', 'C.of(new C(0)) was 0, is 1'],
  },
  {
    name: 'a promise',
    before: 'export const f = async (n: number): Promise<number> => n;',
    after:
      'export const f = async (n: number): Promise<number> => { if (n === 12) throw new TypeError("no"); return n; };',
    found: ['probes/throws', 'f(12) was a promise of 12, is throws TypeError: no'],
  },
  {
    name: 'both too deep',
    before: 'export const f = (n: number): number => f(n);',
    after: 'export const f = (n: number): number => f(n + 0);',
    found: undefined,
  },
  {
    name: 'what a pattern takes',
    before: 'export const f = (text: string): boolean => /^v\\d{2}-[g-m]+$/.test(text);',
    after: 'export const f = (text: string): boolean => /^v\\d{2}-[g-l]+$/.test(text);',
    found: ['probes/differs', /^f\("v\d\d-[g-m]*m[g-m]*"\) was true, is false/],
  },
  {
    name: 'a new function that gives NaN',
    after: 'export const f = (list: readonly string[], at: number): number => list.length / (at - at);',
    found: ['probes/nan', /^f\(\[\], .*\) is NaN/],
  },
  {
    name: 'a new function that fails by mistake',
    after: 'export const f = (list: readonly string[]): number => list[0]!.length;',
    found: ['probes/throws', /^f\(\[\]\) throws TypeError: Cannot read/],
  },
  {
    name: 'what is remembered from call to call',
    before: 'export const f = (n: number): number => n;',
    after: 'let calls = 0;\nexport const f = (n: number): number => (calls++ > 100 ? n + 1 : n);',
    found: ['probes/unsteady', /gives another thing the second time$/],
  },
  {
    name: 'members of an enum, and nothing beside them',
    before:
      "enum Turn { Left, Right }\nexport const f = (all: Set<Turn>, one?: Turn): string[] => [...all, ...(one === undefined ? [] : [one])].map((each) => { switch (each) { case Turn.Left: return 'l'; case Turn.Right: return 'r'; } });",
    after:
      "enum Turn { Left, Right }\nexport const f = (all: Set<Turn>, one?: Turn): string[] => [...all, ...(one === undefined ? [] : [one])].map((each) => (each === Turn.Left ? 'l' : 'r'));",
    found: undefined,
  },
  {
    name: 'a member of an enum that is computed, through an alias of some members',
    before:
      "enum Turn { Left = 1 << 4, Right = Left | 1, Back = 'b' }\ntype Side = Turn.Left | Turn.Right;\nexport const f = (side: Side): boolean => side < 99;",
    after:
      "enum Turn { Left = 1 << 4, Right = Left | 1, Back = 'b' }\ntype Side = Turn.Left | Turn.Right;\nexport const f = (side: Side): boolean => side !== 17;",
    found: ['probes/differs', 'f(17) was true, is false'],
  },
  {
    name: 'texts that a template takes, and no others',
    before:
      'type Hex = `#${string}`;\nexport const f = <T extends Hex>(h: T, all: Partial<Record<Hex, `${number}px`>>): unknown[] => [parseInt(h.slice(1), 16), ...Object.entries(all).map(([key, one]) => [key.slice(1), one && parseFloat(one)])];',
    after:
      "type Hex = `#${string}`;\nexport const f = <T extends Hex>(h: T, all: Partial<Record<Hex, `${number}px`>>): unknown[] => [parseInt(h.replace('#', ''), 16), ...Object.entries(all).map(([key, one]) => [key.replace('#', ''), one && Number(one.slice(0, -2))])];",
    found: undefined,
  },
  {
    name: 'a text of the code that a template takes',
    before: 'export const f = (h: `#${string}`): boolean => h === "#facade";',
    after: 'export const f = (h: `#${string}`): boolean => h === "#facadf";',
    found: ['probes/differs', 'f("#facade") was true, is false'],
  },
  {
    name: 'symbols and nothing else',
    before: 'export const f = (s: symbol, all: { readonly one?: symbol } = {}): string => String(s) + String(all.one);',
    after:
      "export const f = (s: symbol, { one }: { readonly one?: symbol } = {}): string => typeof s === 'symbol' && /^(?:symbol|undefined)$/.test(typeof one) ? s.toString() + (one?.toString() ?? 'undefined') : '';",
    found: undefined,
  },
  {
    name: 'what a symbol is called',
    before: "export const f = (s: symbol): string => s.description ?? '';",
    after: 'export const f = (s: symbol): string => String(s);',
    found: ['probes/differs', /^f\(Symbol\.for\("a?b?"\)\) was "a?b?", is "Symbol\(a?b?\)"/],
  },
  {
    name: 'what a function is called on',
    before: 'export function f(this: { n: number }, k: number): number { return this.n + k; }',
    after: 'export function f(this: { n: number }, k: number): number { return this.n - k; }',
    found: ['probes/differs', /^f\.call\(\{ n: .*\}, .*\) was .*, is /],
  },
  {
    name: 'a refactor of what a function is called on, and of what calls it',
    before:
      'export const f = function (this: Set<number>, g: (this: Set<number>, k: number) => boolean): boolean[] { return [...this].map((one) => g.call(this, one)); };',
    after:
      'export const f = function (this: Set<number>, g: (this: Set<number>, k: number) => boolean): boolean[] { return Array.from(this, (one) => g.call(this, one)); };',
    found: undefined,
  },
  {
    name: 'a method that says what it is called on',
    before: 'export class C { n = 1; add(this: C, k: number): number { return this.n + k; } }',
    after: 'export class C { n = 1; add(this: C, k: number): number { return k === 7 ? 0 : this.n + k; } }',
    target: 'C#add',
    found: ['probes/differs', 'new C().add(7) was 8, is 0'],
  },
  {
    name: 'the name of an error in place of its message',
    before: 'export const f = (e: unknown): string => e instanceof Error ? e.message : String(e);',
    after: 'export const f = (e: unknown): string => e instanceof Error ? e.name : String(e);',
    found: ['probes/differs', 'f(new Error(\'\')) was "", is "Error"'],
  },
  {
    name: 'an error that nobody asks for',
    before: 'export const f = (e: any): unknown => e?.message;',
    after: 'export const f = (e: any): unknown => e?.message && null;',
    found: ['probes/differs', /^f\(new Error\(.*\)\) was ".*", is null/],
  },
  {
    name: 'a kind of error, in a list',
    before: 'export const f = (all: unknown[]): boolean => all.some((e) => e instanceof SyntaxError);',
    after: 'export const f = (all: unknown[]): boolean => all.some((e) => e instanceof TypeError);',
    found: ['probes/differs', /^f\(\[.*new (?:Syntax|Type)Error\(.*\) was .*, is /],
  },
  {
    name: 'an instance of a class of the project',
    before:
      "export class Odd extends Error { readonly code: number; constructor(code: number, options?: ErrorOptions) { super('odd', options); this.code = code; } }\nexport const f = (e: unknown): number => e instanceof Odd ? e.code : 0;",
    after:
      "export class Odd extends Error { readonly code: number; constructor(code: number, options?: ErrorOptions) { super('odd', options); this.code = code; } }\nexport const f = (e: unknown): number => e instanceof Odd ? e.code + 1 : 0;",
    found: ['probes/differs', 'f(new Odd(0)) was 0, is 1'],
  },
  {
    name: 'a date, or a set',
    before: 'export const f = (v: unknown): boolean => v instanceof Date;',
    after: 'export const f = (v: unknown): boolean => v instanceof Set;',
    found: ['probes/differs', /^f\(new (?:Date|Set)\(.*\)\) was .*, is /],
  },
  {
    name: 'a map, by what it holds',
    before: 'export const f = (v: any): number => v instanceof Map ? v.size : 0;',
    after: 'export const f = (v: any): number => v instanceof Map ? Math.min(v.size, 1) : 0;',
    found: ['probes/differs', /^f\(new Map\(.*\)\) was \d, is 1/],
  },
  {
    name: 'what typeof tells apart, in a field that may lack',
    before:
      "export const f = (v: { readonly it?: unknown }): string => { switch (typeof v.it) { case 'function': return 'f'; case 'symbol': return 's'; case 'bigint': return 'b'; default: return ''; } };",
    after:
      "export const f = (v: { readonly it?: unknown }): string => { switch (typeof v.it) { case 'function': return 'f'; case 'symbol': return 's'; case 'bigint': return 'n'; default: return ''; } };",
    found: ['probes/differs', /^f\(\{ it: -?\d+n \}\) was "b", is "n"/],
  },
  {
    name: 'a key that is looked for',
    before:
      "export const f = (v: unknown): boolean => typeof v === 'object' && v !== null && 'weight' in v && typeof v.weight === 'string';",
    after:
      "export const f = (v: unknown): boolean => typeof v === 'object' && v !== null && 'weight' in v && typeof v.weight === 'number';",
    found: ['probes/differs', /^f\(\{ weight: .* \}\) was .*, is /],
  },
  {
    name: 'what can be waited for',
    before: 'export const f = async (v: unknown): Promise<unknown> => (v instanceof Promise ? [await v] : v);',
    after: 'export const f = async (v: unknown): Promise<unknown> => (v instanceof Promise ? await v : v);',
    found: ['probes/differs', /^f\(Promise\.resolve\(.*\)\) was a promise of \[.*\], is a promise of /],
  },
  {
    name: 'a refactor that asks otherwise',
    before:
      "export const f = (e: unknown): string => e instanceof RegExp ? e.source : Array.isArray(e) ? e.join() : ArrayBuffer.isView(e) ? 'v' : '';",
    after:
      "export const f = (e: unknown): string => { if (e instanceof RegExp) return e.source; if (Array.isArray(e)) return e.join(','); return ArrayBuffer.isView(e) ? 'v' : ''; };",
    found: undefined,
  },
  {
    name: 'what is undone no more after a failure, by what an argument holds',
    before:
      'export function f<T>(db: { begin(): void; commit(): void; undo(): void }, run: () => T): T { db.begin(); try { const one = run(); db.commit(); return one; } catch (error) { db.undo(); throw error; } }',
    after:
      'export function f<T>(db: { begin(): void; commit(): void; undo(): void }, run: () => T): T { db.begin(); const one = run(); db.commit(); return one; }',
    found: [
      'probes/differs',
      /^f\(.+\) was throws Error: no, calling arguments\[0\]\.begin\(\), arguments\[0\]\.undo\(\), is throws Error: no, calling arguments\[0\]\.begin\(\)$/,
    ],
  },
  {
    name: 'a lock that is given back only where all went well',
    before:
      'export async function f<T>(lock: { take(): Promise<void>; free(): void }, run: () => Promise<T>): Promise<T> { await lock.take(); try { return await run(); } finally { lock.free(); } }',
    after:
      'export async function f<T>(lock: { take(): Promise<void>; free(): void }, run: () => Promise<T>): Promise<T> { await lock.take(); const one = await run(); lock.free(); return one; }',
    found: ['probes/differs', /^f\(.+\) was throws Error: no, calling .+free\(\), is throws Error: no, calling /],
  },
  {
    name: 'a lock that is given back as it was',
    before:
      'export async function f<T>(lock: { take(): Promise<void>; free(): void }, run: () => Promise<T>): Promise<T> { await lock.take(); try { return await run(); } finally { lock.free(); } }',
    after:
      'export async function f<T>(lock: { take(): Promise<void>; free(): void }, run: () => Promise<T>): Promise<T> { await lock.take(); return run().finally(() => lock.free()); }',
    found: undefined,
  },
  {
    name: 'another function that is called with the same',
    before:
      'export function f(n: number, on: { up(n: number): void; down(n: number): void }): void { if (n < 0) on.down(n); else on.up(n); }',
    after:
      'export function f(n: number, on: { up(n: number): void; down(n: number): void }): void { if (n <= 0) on.down(n); else on.up(n); }',
    found: ['probes/differs', /^f\(-?0, .+\) was undefined, calling up\(-?0\), is undefined, calling down\(-?0\)/],
  },
  {
    name: 'a list that is given again and again while it grows',
    before:
      'export function* f(all: readonly number[]): Generator<number[]> { const seen: number[] = []; for (const one of all) { seen.push(one); yield seen.slice(); } }',
    after:
      'export function* f(all: readonly number[]): Generator<number[]> { const seen: number[] = []; for (const one of all) { seen.push(one); yield seen; } }',
    found: ['probes/differs', /^f\(.+\) was an iterator over .+, is an iterator over .+, whose items become /],
  },
  {
    name: 'a list that is copied in another way each time',
    before:
      'export function* f(all: readonly number[]): Generator<number[]> { const seen: number[] = []; for (const one of all) { seen.push(one); yield seen.slice(); } }',
    after:
      'export function* f(all: readonly number[]): Generator<number[]> { let seen: number[] = []; for (const one of [...all]) { seen = [...seen, one]; yield seen; } }',
    found: undefined,
  },
  {
    name: 'what a generator returns',
    before:
      "export function* f(n: number): Generator<number, string> { for (let i = Math.min(n, 9); i > 0; i--) yield i; return 'done'; }",
    after:
      "export function* f(n: number): Generator<number, string> { for (let i = Math.min(n, 9); i > 0; i--) yield i; return 'over'; }",
    found: ['probes/differs', /that returns "done", is an iterator over \[\] that returns "over"/],
  },
  {
    name: 'what an asynchronous generator returns',
    before: "export async function* f(n: number): AsyncGenerator<number, string> { yield n; return 'done'; }",
    after: "export async function* f(n: number): AsyncGenerator<number, string> { yield n; return 'over'; }",
    found: ['probes/differs', /that returns "done", is a promise of an iterator over .+ that returns "over"/],
  },
];

const named = (text: string | undefined, at: number): string | undefined =>
  text
    ?.replace(/\bf\b/g, `f${at}`)
    .replace(/\bC\b/g, `C${at}`)
    .replace(/\b(half0|calls|Turn|Side|Hex|Odd)\b/g, `$1_${at}`);

/** Cases of one module: they share what it is run on. */
const MODULE = 18;
const FIRST = Array.from({ length: Math.ceil(CASES.length / MODULE) }, (_, index) => index * MODULE);
const joined = (side: 'before' | 'after', from: number): string =>
  CASES.slice(from, from + MODULE)
    .map((one, at) => named(one[side], from + at) ?? '')
    .join('\n');

describe('old code against new', () => {
  let bed: ProbeBed;
  let probed: readonly Probed[];
  beforeAll(async () => {
    const modules = FIRST.map((from) => ({
      path: `src/all${from}.ts`,
      before: joined('before', from),
      after: joined('after', from),
    }));
    const files = Object.fromEntries(modules.map(({ path, after }) => [path, after]));
    bed = await ProbeBed.open(files);
    probed = await bed.probe(modules, files);
  }, 120_000);
  afterAll(async () => bed?.close());

  it.each(CASES.map((one, at) => ({ ...one, at })))('tells $name', ({ at, target = 'f', found }) => {
    const name = named(target, at)!;
    const { findings } = probed[Math.floor(at / MODULE)]!;
    const own = findings.filter((one) => one.target === name);
    const plain = own.map(
      ({ code, message }) =>
        `${code} ${message.replaceAll(new RegExp(`\\b([fC])${at}\\b|(\\b\\w+)_${at}\\b`, 'g'), '$1$2')}`,
    );
    if (!found) return expect(plain).toEqual([]);
    const [code, message] = found;
    expect(plain.map((one) => one.split(' ')[0])).toContain(code);
    const text = plain
      .find((one) => one.startsWith(`${code} `))!
      .slice(code.length + 1)
      .replace(/ \(one of .*$/, '');
    if (typeof message === 'string') expect(text).toBe(message);
    else expect(text).toMatch(message);
  });

  it('says of every target what is known of it', () => {
    for (const { targets, tried, unknown } of probed)
      for (const { name } of targets) expect([name, tried.has(name) || unknown.has(name)]).toEqual([name, true]);
  });
});

const NEIGHBOUR =
  'export enum Unit { Metre = 3 }\nexport class Length { readonly n: number; constructor(n: number) { this.n = n; } }\n';

/** Modules of one project, each as a whole. */
const MODULES: readonly {
  name: string;
  path: string;
  before: string;
  after: string;
  found: readonly (string | RegExp)[];
}[] = [
  {
    name: 'a module that imports its neighbours, with an instance of a class of theirs',
    path: 'src/area.ts',
    before:
      "import { Length, Unit } from './neighbour.js';\nexport const area = (a: Length): number => a.n * Unit.Metre;\n",
    after: "import { Length, Unit } from './neighbour.js';\nexport const area = (a: Length): number => a.n * 2;\n",
    found: [/^area\(new Length\(1\)\) was 3, is 2/],
  },
  {
    name: 'CommonJS',
    path: 'src/old.cjs',
    before:
      "const { posix } = require('node:path');\nfunction tail(path) { return posix.basename(String(path)); }\nmodule.exports = { tail };\n",
    after:
      "const { posix } = require('node:path');\nfunction tail(path) { return posix.dirname(String(path)); }\nmodule.exports = { tail };\n",
    found: [/^tail\(.*\) was ".*", is "\."/],
  },
  {
    name: 'CommonJS that exports a function with members',
    path: 'src/whole.cjs',
    before:
      "const whole = (text) => whole.split(text).length;\nwhole.split = (text) => String(text).split(',');\nmodule.exports = whole;\n",
    after:
      "const whole = (text) => whole.split(text).length;\nwhole.split = (text) => String(text).split(';');\nmodule.exports = whole;\n",
    found: [/^whole\.split\(.*\) was /, /^whole\(.*\) was /],
  },
  {
    name: 'a member of a function, with its types',
    path: 'src/member.ts',
    before: 'export const plain = (n: number): number => n;\nplain.twice = (n: number): number => n * 2;\n',
    after: 'export const plain = (n: number): number => n;\nplain.twice = (n: number): number => n * 3;\n',
    found: ['plain.twice(1) was 2, is 3'],
  },
  {
    name: 'a function by another name',
    path: 'src/alias.ts',
    before: 'const double = (n: number): number => n * 2;\nexport const twice = double;\n',
    after: 'const double = (n: number): number => n * 3;\nexport const twice = double;\n',
    found: ['twice(1) was 2, is 3'],
  },
  {
    name: 'a function by another name, which is called on something',
    path: 'src/bound.ts',
    before: 'function add(this: { n: number }, k: number): number { return this.n + k; }\nexport const plus = add;\n',
    after: 'function add(this: { n: number }, k: number): number { return this.n - k; }\nexport const plus = add;\n',
    found: [/^plus\.call\(\{ n: .*\}, .*\) was .*, is /],
  },
  {
    name: 'functions that an object holds, which are not called',
    path: 'src/table.ts',
    before: 'export const table = { up: (s: string): string => s.toUpperCase() };\n',
    after: 'export const table = { up: (s: string): string => s.toLowerCase() };\n',
    found: [],
  },
  {
    name: 'a default export',
    path: 'src/main.ts',
    before: 'const twice = (n: number): number => n * 2;\nexport default twice;\n',
    after: 'const twice = (n: number): number => (n === 50 ? 101 : n * 2);\nexport default twice;\n',
    found: [/^twice\(50\) was 100, is 101/],
  },
  {
    name: 'calls of its tests',
    path: 'src/tested.ts',
    before: 'export const isOurs = (text: string): boolean => text.length > 1_000;\n',
    after:
      'export const isOurs = (text: string): boolean => text.length > 1_000 || (text.length === 14 && text.charCodeAt(3) === 95);\n',
    found: [/^isOurs\("..._...[^"]*"\) was false, is true/],
  },
  {
    name: 'code that ends its process, prints results and writes files',
    path: 'src/hostile.ts',
    before: 'export const take = (n: number): number => n;\nexport const calm = (n: number): number => n;\n',
    after: `import { writeFileSync, writeSync } from 'node:fs';
try { writeFileSync(new URL('./written.txt', import.meta.url), 'x'); } catch {}
writeSync(1, '\\n{"call":0,"came":{"value":"1"}}\\n{"done":true}\\n');
export const take = (n: number): number => { writeSync(1, '{"done":true}\\n'); if (n === 2) process.exit(0); return n; };
export const calm = (n: number): number => n === 3 ? 4 : n;
`,
    found: [/^take\(2\) was 2, is it ended its process/, /^calm\(3\) was 3, is 4/],
  },
  {
    name: 'a module that ends the process when it is loaded',
    path: 'src/gone.ts',
    before: 'export const go = (n: number): number => n;\n',
    after:
      'process.exit(0);\nexport const go = (n: number): number => n;\n// changed\nexport const more = (n: number): number => go(n) + 1;\n',
    found: [],
  },
];

describe('modules', () => {
  const files: Record<string, string> = {
    'src/neighbour.ts': NEIGHBOUR,
    'src/tested.test.ts':
      "import { isOurs } from './tested.js';\nconst secret = 'our_own_secret';\nit('x', () => { expect(isOurs(secret)).toBe(true); });\n",
    ...Object.fromEntries(MODULES.map(({ path, after }) => [path, after])),
  };
  let bed: ProbeBed;
  beforeAll(async () => {
    bed = await ProbeBed.open(files);
  });
  afterAll(async () => bed?.close());

  it.each(MODULES)('$name', { timeout: 60_000 }, async ({ path, before, after, found }) => {
    const [probed] = await bed.probe([{ path, before, after }], files);
    const told = probed!.findings.map(({ message }) => message);
    expect(told).toHaveLength(found.length);
    found.forEach((one, at) => {
      expect(told[at]).toMatch(one);
    });
    if (found.length === 0) expect(probed!.unknown.size).toBeGreaterThan(0);
    expect(existsSync(join(bed.root, 'src/written.txt'))).toBe(false);
  });
});

describe('a law', () => {
  const SEEDS = [11, 12, 13];
  /** A small function over its parameters, put together by chance. */
  const program = (seed: number): string => {
    const numbers = random(seed);
    const leaf = (): string =>
      numbers.pick(['a', 'b', 'c.length', '1', '-1', '0.5', 'd[0]', 'd.length', 'Number(c)', 'NaN']);
    const expression = (depth: number): string => {
      if (depth === 0) return leaf();
      const [one, two] = [expression(depth - 1), expression(depth - 1)];
      switch (numbers.below(6)) {
        case 0:
          return `(${one} + ${two})`;
        case 1:
          return `(${one} < ${two} ? ${two} : ${one})`;
        case 2:
          return `Math.max(${one}, ${two})`;
        case 3:
          return `d.map((x) => x * ${one}).indexOf(${two})`;
        case 4:
          return `[...c].reverse().join(String(${one})).length % ${two}`;
        default:
          return `(() => { if (${one} > 5) throw new RangeError('' + ${two}); return ${two}; })()`;
      }
    };
    const functions = Array.from(
      { length: 12 },
      (_, at) =>
        `export const p${at} = (a: number, b: number, c: string, d: number[]): unknown => ${expression(2 + (at % 2))};`,
    );
    return functions.join('\n');
  };
  it('a call that had no end once, and has one when it is asked again, is no difference', {
    timeout: 60_000,
  }, async () => {
    const after = 'let calls = 0;\nexport function f(value: number): number {\n  calls += 1;\n  return value + 1;\n}\n';
    // As a busy machine does it, at the fifth call of a process and of no other.
    const busy = 'if (calls === 5) for (const end = performance.now() + 600; performance.now() < end; ) ;';
    const before = after.replace('return value + 1;', `${busy}\n  return 1 + value;`);
    const files = { 'src/once.ts': after };
    const bed = await ProbeBed.open(files);
    try {
      const [probed] = await bed.probe([{ path: 'src/once.ts', before, after }], files);
      expect(probed!.targets).toHaveLength(1);
      expect(probed!.findings.filter(({ differs }) => differs)).toEqual([]);
    } finally {
      await bed.close();
    }
  });

  it.each(SEEDS)('a function never differs from itself (seed %i)', { timeout: 60_000 }, async (seed) => {
    const text = program(seed);
    const files = { 'src/law.ts': text };
    const bed = await ProbeBed.open(files);
    try {
      // Other text, the same code.
      const before = text.replaceAll('unknown =>', 'unknown  =>');
      const [probed] = await bed.probe([{ path: 'src/law.ts', before, after: text }], files, seed);
      expect(probed!.targets).toHaveLength(12);
      expect(probed!.findings.filter(({ differs }) => differs)).toEqual([]);
      expect([...probed!.unknown]).toEqual([]);
      expect([...probed!.tried.values()].reduce((sum, one) => sum + one, 0)).toBeGreaterThan(500);
    } finally {
      await bed.close();
    }
  });
});
