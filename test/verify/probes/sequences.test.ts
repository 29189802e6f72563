import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Probed } from '../../../src/verify/index.ts';
import { ProbeBed } from './probe.ts';

interface Case {
  readonly name: string;
  /** A class `C`: its text, an edit that is wrong, one that is right; each replaces the first text by the second. */
  readonly text: string;
  readonly wrong: readonly [string, string];
  readonly right: readonly [string, string];
}

const CASES: readonly Case[] = [
  {
    name: 'a queue',
    text: 'export class C { private all: number[] = []; add(one: number): void { this.all.push(one); } next(): number | undefined { return this.all.shift(); } }',
    wrong: ['shift', 'pop'],
    right: ['return this.all.shift();', 'const [first] = this.all; this.all = this.all.slice(1); return first;'],
  },
  {
    name: 'a buffer with a limit',
    text: 'export class C { private all: number[] = []; put(one: number): boolean { if (this.all.length >= 3) return false; this.all.push(one); return true; } }',
    wrong: ['>= 3', '> 3'],
    right: ['>= 3', '> 2'],
  },
  {
    name: 'a set that counts',
    text: 'export class C { readonly #seen = new Map<string, number>(); add(key: string): number { const n = (this.#seen.get(key) ?? 0) + 1; this.#seen.set(key, n); return n; } }',
    wrong: ['this.#seen.set(key, n); return n;', 'if (n < 2) this.#seen.set(key, n); return n;'],
    right: ['this.#seen.get(key) ?? 0', 'this.#seen.has(key) ? this.#seen.get(key)! : 0'],
  },
  {
    name: 'undo',
    text: 'export class C { private past: number[] = []; value = 0; set(to: number): void { this.past.push(this.value); this.value = to; } undo(): void { this.value = this.past.pop() ?? this.value; } }',
    wrong: ['this.past.push(this.value); this.value = to;', 'this.value = to; this.past.push(this.value);'],
    right: ['this.past.pop() ?? this.value', 'this.past.length > 0 ? this.past.pop()! : this.value'],
  },
  {
    name: 'listeners that leave',
    text: 'type F = (n: number) => void; export class C { private all: F[] = []; on(f: F): void { this.all.push(f); } off(f: F): void { const at = this.all.indexOf(f); if (at >= 0) this.all.splice(at, 1); } emit(n: number): void { for (const f of this.all) f(n); } }',
    wrong: ['at >= 0', 'at > 0'],
    right: ['at >= 0', 'at !== -1'],
  },
  {
    name: 'a list handed out',
    text: 'export class C { private all: number[] = []; add(one: number): number[] { this.all = [...this.all, one]; return this.all.slice(); } reset(): void { this.all = []; } }',
    wrong: ['this.all = []; }', 'this.all.pop(); }'],
    right: ['this.all.slice()', '[...this.all]'],
  },
  {
    name: 'a door that locks',
    text: "export class C { private state = 'shut'; open(): string { if (this.state === 'locked') throw new Error('locked'); this.state = 'open'; return this.state; } shut(): string { this.state = 'shut'; return this.state; } lock(): string { if (this.state === 'open') throw new RangeError('open'); this.state = 'locked'; return this.state; } }",
    wrong: ["if (this.state === 'open') throw new RangeError('open'); ", ''],
    right: ["this.state = 'shut'; return this.state;", "return (this.state = 'shut');"],
  },
  {
    name: 'an average as it runs',
    text: 'export class C { private sum = 0; private n = 0; add(x: number): void { this.sum += x; this.n++; } get mean(): number { return this.n === 0 ? 0 : this.sum / this.n; } clear(): void { this.sum = 0; this.n = 0; } }',
    wrong: ['this.sum = 0; this.n = 0; }', 'this.sum = 0; }'],
    right: ['this.n++', 'this.n += 1'],
  },
  {
    name: 'a cache of two',
    text: 'export class C { #all = new Map<number, string>(); set(key: number, value: string): void { this.#all.delete(key); this.#all.set(key, value); if (this.#all.size > 2) this.#all.delete(this.#all.keys().next().value!); } get(key: number): string | undefined { return this.#all.get(key); } }',
    wrong: ['this.#all.delete(key); this', 'this'],
    right: ['this.#all.size > 2', 'this.#all.size >= 3'],
  },
  {
    name: 'a cache as large as one says, of what was asked for last',
    text: 'export class C { private all = new Map<string, number>(); private most: number; constructor(most: number) { this.most = most; } get(key: string): number | undefined { const value = this.all.get(key); if (value !== undefined) { this.all.delete(key); this.all.set(key, value); } return value; } set(key: string, value: number): void { this.all.delete(key); this.all.set(key, value); if (this.all.size > this.most) this.all.delete(this.all.keys().next().value!); } }',
    wrong: ['if (value !== undefined) { this.all.delete(key); this.all.set(key, value); } return', 'return'],
    right: ['this.all.size > this.most', 'this.most < this.all.size'],
  },
  {
    name: 'ids that are not given twice',
    text: 'export class C { private free: number[] = []; private next = 0; take(): number { return this.free.pop() ?? this.next++; } give(id: number): void { if (id >= 0 && id < this.next && !this.free.includes(id)) this.free.push(id); } }',
    wrong: [' && !this.free.includes(id)', ''],
    right: ['this.free.pop() ?? this.next++', 'this.free.length > 0 ? this.free.pop()! : this.next++'],
  },
  {
    name: 'what is waited for',
    text: 'export class C { private n = 0; async add(by: number): Promise<number> { await null; this.n += by; return this.n; } async reset(): Promise<void> { this.n = 0; } }',
    wrong: ['this.n += by; return this.n;', 'this.n = Math.max(this.n, by); return this.n;'],
    right: ['this.n += by; return this.n;', 'return (this.n += by);'],
  },
  {
    name: 'an iterator over what is there',
    text: 'export class C { private all: number[] = []; add(one: number): this { this.all.push(one); return this; } *[Symbol.iterator](): Generator<number> { for (const one of this.all) yield one; } }',
    wrong: ['for (const one of this.all) yield one;', 'for (const one of new Set(this.all)) yield one;'],
    right: ['for (const one of this.all) yield one;', 'yield* this.all;'],
  },
];

/** One module with a class for each case, named after its number. */
const moduleOf = (edit: (one: Case) => string): string =>
  CASES.map((one, index) => edit(one).replace(/\bC\b/, `C${index}`).replaceAll(/\bF\b/g, `F${index}`)).join('\n');
const edited = (one: Case, [from, to]: readonly [string, string]): string => {
  expect(one.text).toContain(from);
  return one.text.replace(from, () => to);
};

describe('sequences of commands on changed classes', () => {
  let bed: ProbeBed;
  const found: Record<string, Probed> = {};
  beforeAll(async () => {
    const before = moduleOf(({ text }) => text);
    const files = {
      'src/wrong.ts': moduleOf((one) => edited(one, one.wrong)),
      'src/right.ts': moduleOf((one) => edited(one, one.right)),
    };
    bed = await ProbeBed.open(files);
    const modules = Object.entries(files).map(([path, after]) => ({ path, before, after }));
    for (const one of await bed.probe(modules, files)) found[one.path] = one;
  }, 120_000);
  afterAll(() => bed?.close());
  const told = (path: string, index: number) =>
    found[path]!.findings.filter(({ message }) => new RegExp(`\\bC${index}\\b`).test(message)).map(
      ({ message }) => message,
    );

  it.each(CASES.map(({ name }, index) => ({ name, index })))('part old from new: $name', ({ index }) =>
    expect(told('src/wrong.ts', index)).toContainEqual(
      expect.stringMatching(new RegExp(`^const it = new C${index}\\(.*?\\)(?:; \\S.*){2,} was .*, is `)),
    ),
  );
  it.each(CASES.map(({ name }, index) => ({ name, index })))('say nothing of what does the same: $name', ({ index }) =>
    expect(told('src/right.ts', index)).toEqual([]),
  );
});
