import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Probed } from '../../../src/verify/index.ts';
import { ProbeBed } from './probe.ts';

interface Case {
  readonly name: string;
  /** Parameters and result of a function `f`; what it does; an edit that does the same with more work, one with no more. */
  readonly head: string;
  readonly text: string;
  readonly wrong: string;
  readonly right: string;
  readonly says: string;
}

const CASES: readonly Case[] = [
  {
    name: 'what was seen in a list',
    head: '(list: number[]): number[]',
    text: 'const seen = new Set<number>(); const all: number[] = []; for (const one of list) { if (seen.has(one)) continue; seen.add(one); all.push(one); } return all;',
    wrong: 'const all: number[] = []; for (const one of list) if (!all.includes(one)) all.push(one); return all;',
    right: 'return [...new Set(list)];',
    says: '(list of n): about n before, about n² now',
  },
  {
    name: 'a search in a search',
    head: '(a: string[], b: string[]): string[]',
    text: 'const own = new Set(b); return a.filter((one) => own.has(one));',
    wrong: 'return a.filter((one) => b.indexOf(one) >= 0);',
    right: 'const own = new Map(b.map((one) => [one, true])); return a.filter((one) => own.get(one) === true);',
    says: '(list of n, list of n): about n before, about n² now',
  },
  {
    name: 'objects copied by reduce',
    head: '(list: { id: string; at: number }[]): Record<string, number>',
    text: 'const all: Record<string, number> = {}; for (const one of list) all[one.id] = one.at; return all;',
    wrong: 'return list.reduce((all, one) => ({ ...all, [one.id]: one.at }), {} as Record<string, number>);',
    right: 'return Object.fromEntries(list.map((one) => [one.id, one.at]));',
    says: '(list of n): allocates about n',
  },
  {
    name: 'lists copied by reduce',
    head: '(list: number[]): number[]',
    text: 'const all: number[] = []; for (const one of list) all.push(one * 2); return all;',
    wrong: 'return list.reduce((all, one) => [...all, one * 2], [] as number[]);',
    right: 'return list.map((one) => one * 2);',
    says: '(list of n): about n before, about n² now',
  },
  {
    name: 'two loops',
    head: '(list: number[]): boolean',
    text: 'const seen = new Set<number>(); for (const one of list) { if (seen.has(-one - 1)) return true; seen.add(one); } return false;',
    wrong:
      'for (let a = 0; a < list.length; a++) for (let b = a + 1; b < list.length; b++) if (list[a]! + list[b]! === -1) return true; return false;',
    right: 'const all = new Set(list); for (const one of list) if (all.has(-one - 1)) return true; return false;',
    says: '(list of n): about n before, about n² now',
  },
  {
    name: 'a number that is computed twice',
    head: '(n: number): number',
    text: 'let [a, b] = [0, 1]; for (let at = 0; at < n; at++) [a, b] = [b, a + b]; return a;',
    wrong: 'const of = (m: number): number => (m < 2 ? m : of(m - 1) + of(m - 2)); return of(n);',
    right: 'let a = 0; let b = 1; for (let at = 0; at < n; at++) { const c = a + b; a = b; b = c; } return a;',
    says: '(n): about ',
  },
  {
    name: 'the first letters again and again',
    head: '(text: string): number',
    text: "let found = 0; for (const one of text) if (one === 'a') found++; return found;",
    wrong: "let found = 0; for (let at = 0; at < text.length; at++) if ([...text][at] === 'a') found++; return found;",
    right: "let found = 0; for (let at = 0; at < text.length; at++) if (text[at] === 'a') found++; return found;",
    says: '(text of n): about n before, about n² now',
  },
  {
    name: 'the largest by order',
    head: '(list: number[]): number',
    text: 'let most = -1; for (const one of list) if (one > most) most = one; return most;',
    wrong: 'return list.length === 0 ? -1 : list.find((one) => list.every((other) => other <= one))!;',
    right: 'return list.reduce((most, one) => Math.max(most, one), -1);',
    says: '(list of n): about n before, about n² now',
  },
  {
    name: 'a lookup by half that becomes one by one',
    head: '(list: number[], one: number): number',
    text: 'let low = 0; let high = list.length; while (low < high) { const at = (low + high) >> 1; if (list[at]! < 1e9) low = at + 1; else high = at; } return low + one;',
    wrong: 'let low = 0; while (low < list.length && list[low]! < 1e9) low++; return low + one;',
    right:
      'let low = 0; let high = list.length; while (low < high) { const at = low + ((high - low) >> 1); if (list[at]! >= 1e9) high = at; else low = at + 1; } return low + one;',
    says: ' now (',
  },
  {
    name: 'groups found by a search',
    head: '(list: { key: string; n: number }[]): number',
    text: 'const groups = new Map<string, number>(); for (const { key, n } of list) groups.set(key, (groups.get(key) ?? 0) + n); return groups.size;',
    wrong:
      'const groups: { key: string; sum: number }[] = []; for (const { key, n } of list) { const own = groups.find((one) => one.key === key); if (own) own.sum += n; else groups.push({ key, sum: n }); } return groups.length;',
    right: 'return new Set(list.map(({ key }) => key)).size;',
    says: '(list of n): about n before, about n² now',
  },
  {
    name: 'sorted again for each',
    head: '(list: number[]): number[]',
    text: 'const all = [...list].sort((a, b) => a - b); return all.map((one, at) => one + all[all.length - 1 - at]!);',
    wrong: 'return [...list].sort((a, b) => a - b).map((one, at) => one + [...list].sort((a, b) => b - a)[at]!);',
    right: 'const all = list.toSorted((a, b) => a - b); return all.map((one, at) => one + all.at(-1 - at)!);',
    says: '(list of n): about n before, about n² now',
  },
  {
    name: 'put in front',
    head: '(list: string[]): string[]',
    text: 'const all: string[] = []; for (const one of list) all.push(one); return all.reverse();',
    wrong: 'let all: string[] = []; for (const one of list) all = [one].concat(all); return all;',
    right: 'return [...list].reverse();',
    says: '(list of n): about n before, about n² now',
  },
  {
    name: 'keys asked for in a loop',
    head: '(counts: Record<string, number>): number',
    text: 'let sum = 0; for (const key in counts) sum += counts[key]!; return sum;',
    wrong:
      'let sum = 0; for (let at = 0; at < Object.keys(counts).length; at++) sum += Object.values(counts)[at]!; return sum;',
    right: 'return Object.values(counts).reduce((sum, one) => sum + one, 0);',
    says: '(dictionary of n): about n before, about n² now',
  },
  {
    name: 'waits for each and looks again',
    head: '(list: number[]): Promise<number[]>',
    text: 'return Promise.all(list.map(async (one) => one + 1));',
    wrong: 'return Promise.all(list.map(async (one) => list.filter((other) => other === one).length + one));',
    right: 'return Promise.all(list.map(async (one) => 1 + one));',
    says: '(list of n): about n before, about n² now',
  },
];

const METHOD: readonly [string, string, string] = [
  'export class Bag { readonly #all: number[]; constructor(all: number[]) { this.#all = all; } total(): number { let sum = 0; for (const one of this.#all) sum += one; return sum; } }',
  'let sum = 0; for (const one of this.#all) sum += one; return sum;',
  'let sum = 0; for (const one of this.#all) sum += this.#all.slice().indexOf(one); return sum;',
];

/** Changes that cost more by a factor, or do more only where they give more. */
const FACTORS: readonly (readonly [string, string])[] = [
  ['(list: number[]): number { return list.length; }', '(list: number[]): number { return [...list].length; }'],
  [
    '(list: number[]): number { let n = 0; for (const one of list) n += one; return n; }',
    '(list: number[]): number { let n = 0; for (const one of list.filter((x) => x > 0).map((x) => x + 0)) n += one; return n; }',
  ],
  [
    '(list: number[]): number[] { return [...list].reverse(); }',
    '(list: number[]): number[] { return list.map((x): [number, number] => [x, x]).sort((a, b) => 0).map(([x]) => x).reverse(); }',
  ],
  [
    '(text: string): string[] { return text.split(" "); }',
    '(text: string): string[] { return text.split(/ /).map((one) => one.slice(0)); }',
  ],
  [
    '(list: string[]): boolean { for (const one of list) if (one.length > 3) return true; return false; }',
    '(list: string[]): boolean { return list.some((one) => one.length > 3); }',
  ],
];

const moduleOf = (edit: (one: Case) => string): string =>
  [
    ...CASES.map(
      (one, index) =>
        `export ${/Promise/.test(one.head) ? 'async ' : ''}function f${index}${one.head} { ${edit(one)} }`,
    ),
  ].join('\n');

describe('growth of changed functions', () => {
  let bed: ProbeBed;
  const found: Record<string, Probed> = {};
  beforeAll(async () => {
    const pairs = {
      'src/wrong.ts': [moduleOf(({ text }) => text), moduleOf(({ wrong }) => wrong)],
      'src/right.ts': [moduleOf(({ text }) => text), moduleOf(({ right }) => right)],
      'src/method.ts': [METHOD[0], METHOD[0].replace(METHOD[1], METHOD[2])],
      'src/factors.ts': [0, 1].map((side) => FACTORS.map((one, at) => `export function g${at}${one[side]}`).join('\n')),
    };
    bed = await ProbeBed.open(Object.fromEntries(Object.entries(pairs).map(([path, [, after]]) => [path, after!])));
    const modules = Object.entries(pairs).map(([path, [before, after]]) => ({ path, before: before!, after: after! }));
    for (const one of await bed.probe(modules, {})) found[one.path] = one;
  }, 240_000);
  afterAll(() => bed?.close());
  const told = (path: string, name = '') =>
    found[path]!.findings.filter(
      ({ code, target }) => code === 'probes/growth' && (name === '' || target === name),
    ).map(({ message }) => message);

  it.each(CASES.map(({ name, says }, index) => ({ name, says, index })))(
    'is told where its order is worse: $name',
    ({ says, index }) => {
      const all = told('src/wrong.ts', `f${index}`);
      expect(all).toHaveLength(1);
      expect(all[0]).toContain(says);
    },
  );
  it.each(CASES.map(({ name }, index) => ({ name, index })))(
    'is not told of what grows no faster: $name',
    ({ index }) => expect(told('src/right.ts', `f${index}`)).toEqual([]),
  );
  it('is told of a method, by the instance', () =>
    expect(told('src/method.ts')).toEqual([expect.stringContaining('Bag#total(): about n before, about n² now')]));
  it.each(FACTORS.map(([, after], index) => ({ after, index })))('is not told of a factor: $after', ({ index }) =>
    // Between none and n there is an order more.
    expect(told('src/factors.ts', `g${index}`)).toEqual(index === 0 ? [expect.stringContaining('about n now')] : []),
  );
});
