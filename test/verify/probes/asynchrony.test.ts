import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Probed } from '../../../src/verify/index.ts';
import { ProbeBed } from './probe.ts';

interface Case {
  readonly name: string;
  /** A class `C` or a function `f`: its text, an edit that is wrong, one that is right; each replaces the first text by the second. */
  readonly text: string;
  readonly wrong: readonly [string, string];
  readonly right: readonly [string, string];
  readonly code: 'interleaving' | 'never-settles' | 'called-twice';
}

const LOCK =
  'export class C { #last: Promise<unknown> = Promise.resolve(); async run(task: () => Promise<number>): Promise<number> { const before = this.#last; let free = () => {}; this.#last = new Promise<void>((resolve) => { free = resolve; }); await before; try { return await task(); } finally { free(); } } }';

const CASES: readonly Case[] = [
  {
    name: 'an update that is lost over a wait',
    text: 'export class C { n = 0; async add(by: number): Promise<number> { await null; this.n += by; return this.n; } }',
    wrong: ['await null; this.n += by;', 'const n = this.n; await null; this.n = n + by;'],
    right: ['await null; this.n += by;', 'await undefined; const n = this.n; this.n = n + by;'],
    code: 'interleaving',
  },
  {
    name: 'an update that is lost over what is loaded',
    text: 'export class C { total = 0; readonly #load: (key: string) => Promise<number>; constructor(load: (key: string) => Promise<number>) { this.#load = load; } async add(key: string): Promise<void> { const n = await this.#load(key); this.total += n; } }',
    wrong: ['const n = await this.#load(key); this.total += n;', 'this.total += await this.#load(key);'],
    right: [
      'const n = await this.#load(key); this.total += n;',
      'await this.#load(key).then((n) => { this.total += n; });',
    ],
    code: 'interleaving',
  },
  {
    name: 'a seat that is taken after it was looked at',
    text: 'export class C { taken: string[] = []; readonly #check: (who: string) => Promise<boolean>; constructor(check: (who: string) => Promise<boolean>) { this.#check = check; } async take(who: string): Promise<boolean> { await this.#check(who); if (this.taken.length >= 1) return false; this.taken.push(who); return true; } }',
    wrong: [
      'await this.#check(who); if (this.taken.length >= 1) return false;',
      'if (this.taken.length >= 1) return false; await this.#check(who);',
    ],
    right: ['this.taken.length >= 1', 'this.taken.length > 0'],
    code: 'interleaving',
  },
  {
    name: 'a value that is loaded twice',
    text: 'export class C { #value?: Promise<number>; readonly #load: () => Promise<number>; constructor(load: () => Promise<number>) { this.#load = load; } async get(): Promise<number> { this.#value ??= this.#load(); return this.#value; } }',
    wrong: [
      'this.#value ??= this.#load(); return this.#value;',
      'if (this.#value === undefined) { const n = await this.#load(); this.#value = Promise.resolve(n); } return this.#value!;',
    ],
    right: [
      'this.#value ??= this.#load(); return this.#value;',
      'if (!this.#value) this.#value = this.#load(); return await this.#value;',
    ],
    code: 'interleaving',
  },
  {
    name: 'a lock that is not waited for',
    text: LOCK,
    wrong: ['await before; ', ''],
    right: ['await before; ', 'await before.then(() => undefined); '],
    code: 'interleaving',
  },
  {
    name: 'a lock that a failure keeps',
    text: LOCK,
    wrong: ['try { return await task(); } finally { free(); }', 'const all = await task(); free(); return all;'],
    right: ['try { return await task(); } finally { free(); }', 'return task().finally(() => free());'],
    code: 'never-settles',
  },
  {
    name: 'a return without a word',
    text: 'export class C { readonly #load: (key: string) => Promise<number>; constructor(load: (key: string) => Promise<number>) { this.#load = load; } get(key: string): Promise<number> { return new Promise((resolve, reject) => { this.#load(key).then(resolve, reject); }); } }',
    wrong: ['.then(resolve, reject)', '.then(resolve, () => {})'],
    right: ['.then(resolve, reject)', '.then((n) => resolve(n), (error) => reject(error))'],
    code: 'never-settles',
  },
  {
    name: 'a store that is read before the last one wrote',
    text: 'let last: Promise<unknown> = Promise.resolve(); export function f(store: { get: (key: string) => Promise<number>; set: (key: string, n: number) => Promise<void> }, key: string): Promise<void> { const next = last.then(async () => { await store.set(key, (await store.get(key)) + 1); }); last = next.catch(() => undefined); return next; }',
    wrong: [
      'const next = last.then(async () => { await store.set(key, (await store.get(key)) + 1); });',
      'const next = (async () => { await store.set(key, (await store.get(key)) + 1); })();',
    ],
    right: [
      'await store.set(key, (await store.get(key)) + 1);',
      'const n = await store.get(key); await store.set(key, 1 + n);',
    ],
    code: 'interleaving',
  },
  {
    name: 'what the module keeps, once it came',
    text: 'const cache = new Map<string, Promise<number>>(); export function f(key: string, load: (key: string) => Promise<number>): Promise<number> { let p = cache.get(key); if (!p) { p = load(key); cache.set(key, p); p.catch(() => cache.delete(key)); } return p; }',
    wrong: [
      'p = load(key); cache.set(key, p); p.catch(() => cache.delete(key));',
      'p = load(key).then((n) => { cache.set(key, Promise.resolve(n)); return n; });',
    ],
    right: ['p.catch(() => cache.delete(key));', 'p.then(undefined, () => void cache.delete(key));'],
    code: 'interleaving',
  },
  {
    name: 'a write that is not waited for',
    text: 'export class C { done: number[] = []; readonly #put: (n: number) => Promise<void>; constructor(put: (n: number) => Promise<void>) { this.#put = put; } async add(n: number): Promise<void> { await this.#put(n); this.done.push(n); } async flush(): Promise<number> { await null; const all = this.done.length; this.done = []; return all; } }',
    wrong: [
      'const all = this.done.length; this.done = []; return all;',
      'const all = this.done.length; await new Promise((resolve) => setTimeout(resolve, 5)); this.done = []; return all;',
    ],
    right: [
      'const all = this.done.length; this.done = []; return all;',
      'const { length } = this.done; this.done = []; return length;',
    ],
    code: 'interleaving',
  },
  {
    name: 'told twice',
    text: 'export async function f(load: () => Promise<number>, tell: (n: number) => void): Promise<number> { const n = await load(); tell(n); return n; }',
    wrong: ['tell(n); return n;', 'tell(n); if (n > 1) tell(n); return n;'],
    right: ['tell(n); return n;', 'tell(n); return await n;'],
    code: 'called-twice',
  },
  {
    name: 'an id that two are given',
    text: 'export class C { #next = 1; async id(): Promise<number> { const own = this.#next++; await new Promise((resolve) => setTimeout(resolve, 1)); return own; } }',
    wrong: [
      'const own = this.#next++; await new Promise((resolve) => setTimeout(resolve, 1)); return own;',
      'const own = this.#next; await new Promise((resolve) => setTimeout(resolve, 1)); this.#next = own + 1; return own;',
    ],
    right: ['setTimeout(resolve, 1)', 'setTimeout(resolve, 2)'],
    code: 'interleaving',
  },
  {
    name: 'a semaphore that lets too many in',
    text: 'export class C { #free = 1; #queue: (() => void)[] = []; async run(task: () => Promise<number>): Promise<number> { if (this.#free > 0) this.#free--; else await new Promise<void>((resolve) => this.#queue.push(resolve)); try { return await task(); } finally { const next = this.#queue.shift(); if (next) next(); else this.#free++; } } }',
    wrong: ['if (next) next(); else this.#free++;', 'this.#free++;'],
    right: ['if (this.#free > 0) this.#free--;', 'if (this.#free >= 1) this.#free -= 1;'],
    code: 'never-settles',
  },
  {
    name: 'a balance that goes below nothing',
    text: 'export class C { balance = 3; async take(n: number): Promise<boolean> { await null; if (this.balance < n) return false; this.balance -= n; return true; } }',
    wrong: ['await null; if (this.balance < n) return false;', 'if (this.balance < n) return false; await null;'],
    right: ['this.balance < n', 'n > this.balance'],
    code: 'interleaving',
  },
  {
    name: 'a list that is copied before the wait',
    text: 'export class C { all: string[] = []; readonly #name: (id: string) => Promise<string>; constructor(name: (id: string) => Promise<string>) { this.#name = name; } async add(id: string): Promise<number> { const name = await this.#name(id); this.all = [...this.all, name + id]; return 1; } }',
    wrong: [
      'const name = await this.#name(id); this.all = [...this.all, name + id];',
      'this.all = [...this.all, (await this.#name(id)) + id];',
    ],
    right: ['this.all = [...this.all, name + id];', 'this.all = this.all.concat(name + id);'],
    code: 'interleaving',
  },
  {
    name: 'what was loaded one by one is loaded at once',
    text: 'export async function f(load: (key: string) => Promise<number>, keys: string[]): Promise<number> { let sum = 0; for (const key of keys) sum += await load(key); return sum; }',
    wrong: [
      'let sum = 0; for (const key of keys) sum += await load(key); return sum;',
      'const all = await Promise.all(keys.map((key) => load(key))); return all.reduce((sum, one) => sum + one, 0);',
    ],
    right: [
      'let sum = 0; for (const key of keys) sum += await load(key); return sum;',
      'return keys.reduce(async (sum, key) => (await sum) + (await load(key)), Promise.resolve(0));',
    ],
    code: 'interleaving',
  },
  {
    name: 'one after the other becomes all at once',
    text: 'export async function f<T, R>(items: readonly T[], fn: (item: T) => Promise<R>): Promise<R[]> { const out: R[] = []; for (const item of items) out.push(await fn(item)); return out; }',
    wrong: [
      'const out: R[] = []; for (const item of items) out.push(await fn(item)); return out;',
      'return Promise.all(items.map((item) => fn(item)));',
    ],
    right: [
      'const out: R[] = []; for (const item of items) out.push(await fn(item)); return out;',
      'return items.reduce<Promise<R[]>>((all, item) => all.then(async (out) => [...out, await fn(item)]), Promise.resolve([]));',
    ],
    code: 'interleaving',
  },
  {
    name: 'the first alone becomes all at once',
    text: 'export async function f(items: readonly number[], fn: (item: number) => Promise<number>): Promise<number[]> { const one = await fn(items[0]!); return [one, ...(await Promise.all(items.slice(1).map(fn)))]; }',
    wrong: [
      'const one = await fn(items[0]!); return [one, ...(await Promise.all(items.slice(1).map(fn)))];',
      'return Promise.all(items.map(fn));',
    ],
    right: [
      'return [one, ...(await Promise.all(items.slice(1).map(fn)))];',
      'const rest = items.slice(1).map((item) => fn(item)); return [one].concat(await Promise.all(rest));',
    ],
    code: 'interleaving',
  },
  {
    name: 'a store that an argument is, by its methods',
    text: 'export async function f(store: { take(key: string): Promise<number>; put(key: string, n: number): Promise<void> }, key: string): Promise<number> { const n = await store.take(key); await store.put(key, n); return n; }',
    wrong: ['await store.put(key, n); return n;', 'await Promise.all([store.put(key, n), store.take(key)]); return n;'],
    right: ['await store.put(key, n); return n;', 'return store.put(key, n).then(() => n);'],
    code: 'interleaving',
  },
];

/** Other changes that break nothing. */
const RIGHT: readonly (readonly [name: string, before: string, after: string])[] = [
  [
    'a second try after a failure',
    'export async function f(load: () => Promise<number>): Promise<number> { return load(); }',
    'export async function f(load: () => Promise<number>): Promise<number> { try { return await load(); } catch { return load(); } }',
  ],
  [
    'a rest before it answers',
    'export async function f(load: () => Promise<number>): Promise<number> { return load(); }',
    'export async function f(load: () => Promise<number>): Promise<number> { await new Promise((resolve) => setTimeout(resolve, 50)); return load(); }',
  ],
  [
    'a file that is looked at',
    'export async function f(load: () => Promise<number>): Promise<number> { return load(); }',
    "import { stat } from 'node:fs/promises'; export async function f(load: () => Promise<number>): Promise<number> { for (let at = 0; at < 50; at++) await stat('/'); return load(); }",
  ],
  [
    'what was at once, and waits for all',
    'export async function f(items: readonly number[], fn: (item: number) => Promise<number>): Promise<number[]> { return Promise.all(items.map((item) => fn(item))); }',
    'export async function f(items: readonly number[], fn: (item: number) => Promise<number>): Promise<number[]> { const all = items.map(fn); const out: number[] = []; for (const one of all) out.push(await one); return out; }',
  ],
  [
    'a race that was there before',
    'export class C { n = 0; async add(by: number): Promise<void> { const n = this.n; await null; this.n = n + by; } }',
    'export class C { n = 0; async add(by: number): Promise<void> { const before = this.n; await null; this.n = before + by; } }',
  ],
];

/** One module for each case: a lock that is kept in one is not in the way of others. */
const edited = (one: Case, [from, to]: readonly [string, string]): string => {
  expect(one.text).toContain(from);
  return one.text.replace(from, () => to);
};

describe('calls that overlap', () => {
  let bed: ProbeBed;
  const found: Record<string, Probed> = {};
  beforeAll(async () => {
    const modules = CASES.flatMap((one, index) =>
      (['wrong', 'right'] as const).map((kind) => ({
        path: `src/${kind}${index}.ts`,
        before: one.text,
        after: edited(one, one[kind]),
      })),
    );
    for (const [index, [, before, after]] of RIGHT.entries())
      modules.push({ path: `src/other${index}.ts`, before, after });
    bed = await ProbeBed.open(Object.fromEntries(modules.map(({ path, after }) => [path, after])));
    for (const one of await bed.probe(modules, {})) found[one.path] = one;
  }, 300_000);
  afterAll(() => bed?.close());
  const told = (path: string) =>
    found[path]!.findings.filter(({ code }) => /interleaving|never-settles|called-twice/.test(code)).map(
      ({ code, message }) => `${code} ${message}`,
    );

  it.each(CASES.map(({ name, code }, index) => ({ name, code, index })))(
    'break what held: $name',
    ({ code, index }) => {
      const all = told(`src/wrong${index}.ts`);
      expect(all).toEqual([expect.stringMatching(new RegExp(`^probes/${code} `))]);
      // What happened, in order, from the first start on.
      expect(all[0]).toMatch(/\((?:seed \d|one after the other)\)\n {2}\d starts: /);
    },
  );
  it.each(RIGHT.map(([name], index) => ({ name, index })))('hold: $name', ({ index }) =>
    expect(told(`src/other${index}.ts`)).toEqual([]),
  );
  it.each(CASES.map(({ name }, index) => ({ name, index })))('hold as they did: $name', ({ index }) =>
    expect(told(`src/right${index}.ts`)).toEqual([]),
  );
});
