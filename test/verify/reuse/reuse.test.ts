import { describe, expect, it } from 'vitest';
import { check } from '../../../src/jobs/index.ts';
import { type Files, Project, value } from '../../workspace/repository.ts';

const OPTIONS = {
  strict: true,
  module: 'nodenext',
  target: 'es2022',
  allowImportingTsExtensions: true,
  noEmit: true,
  types: [],
};
const EXACT = JSON.stringify({ compilerOptions: { ...OPTIONS, exactOptionalPropertyTypes: true } });

const BASE: Files = {
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  'tsconfig.json': JSON.stringify({ compilerOptions: OPTIONS }),
  '.gitignore': 'node_modules\n',
  'src/lists.ts': `/** Items by what a function says of them. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): Record<string, T[]> {
  const groups: Record<string, T[]> = {};
  for (const item of items) {
    const name = key(item);
    (groups[name] ??= []).push(item);
  }
  return groups;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

export function slug(text: string): string {
  const dashed = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return dashed.replace(/^-|-$/g, '');
}

function wordsIn(text: string): string[] {
  return text.split(/\\s+/).map((word) => word.trim().toLowerCase()).filter((word) => word.length > 0);
}

export const countWords = (text: string): number => wordsIn(text).length;

export class Ranges {
  static width(all: readonly { readonly from: number; readonly to: number }[]): number {
    let width = 0;
    for (const { from, to } of all) width += Math.abs(to - from);
    return width;
  }
}
`,
  'src/user.ts': `import { clamp } from './lists.ts';
export const share = (x: number): number => clamp(x, 0, 1);
export interface Named { name(): string }
`,
  'src/numbers.ts': `export function nearest(amount: number): number {
  const whole = Math.floor(Math.abs(amount) + 0.5);
  return amount < 0 ? -whole : whole;
}
`,
  'src/coin.ts': `export class Coin {
  readonly #worth: number;
  constructor(worth: number) { this.#worth = worth; }
  get worth(): number { return this.#worth; }
}
export function heavier(one: Coin, other: Coin): number {
  const difference = one.worth - other.worth;
  return difference === 0 ? 0 : difference > 0 ? 1 : -1;
}
`,
  'src/ranked.ts': `export function ranked<T>(all: readonly T[], by: (one: T) => number | string): T[] {
  return all
    .map((one) => ({ one, rank: by(one) }))
    .sort((a, b) => (a.rank > b.rank ? 1 : a.rank < b.rank ? -1 : 0))
    .map(({ one }) => one);
}\n`,
  'src/kept.ts': `export function kept(rows: readonly number[], wanted: (row: number) => boolean): number[] {
  const found: number[] = [];
  for (const row of rows) if (wanted(row)) found.push(row);
  return found;
}
`,
  'src/exact.ts': `export function exact(one: string, other: string): boolean {
  let differs = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) differs |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return differs === 0;
}
`,
  'src/frame.ts': `export function framed(title: string, frame: { readonly width?: number; readonly sign?: string }): string {
  const { width, sign } = { width: 9, sign: '*', ...frame };
  return title.trim() + String(sign).repeat(Math.max(1, (width || 1) % 7));
}
export function labelled(table: Readonly<Record<string, unknown>>, name: string): string {
  return Object.hasOwn(table, name) ? \`\${name}=\${String(table[name])};\` : \`\${name}?\`;
}
`,
  'src/mix.ts': `export function mixed(cards: string[]): string[] {
  for (let last = cards.length - 1; last >= 0; last--) {
    const chosen = Math.floor(Math.random() * (last + 1));
    const held = cards[chosen]!;
    cards[chosen] = cards[last]!;
    cards[last] = held;
  }
  return cards;
}
`,
  'src/series.ts': `export function series(all: readonly number[]): string {
  let text = '';
  for (const one of all) text += (text === '' ? '' : ',') + String(one);
  return text;
}
`,
  'test/support.ts': `export function repeat(word: string, times: number): string {
  let text = '';
  for (let at = 0; at < times; at++) text += word + ',';
  return text.slice(0, -1);
}
`,
};

const GROUPS = `(list: readonly Row[]): Record<string, Row[]> => {
  const pick = (row: Row): string => row.kind;
  return collect(list, pick);
};
`;
const COLLECT = `function collect<T>(list: readonly T[], by: (one: T) => string): Record<string, T[]> {
  return list.reduce((all: Record<string, T[]>, one) => {
    const name = by(one);
    (all[name] ??= []).push(one);
    return all;
  }, {});
}
`;

const BOXED = `export function boxed(label: string, box: { readonly width?: number; readonly sign?: string }): string {
  let end = '';
  while (end.length < Math.max(1, (box.width === undefined ? 9 : box.width || 1) % 7) * String(box.sign ?? '*').length)
    end += box.sign === undefined ? '*' : String(box.sign);
  return label.trim() + end;
}
`;

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** \`code path:line suggestion\`, in order. */
  readonly found: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'a helper written again, in a file that imports beside it',
    files: { 'src/rows.ts': `interface Row { readonly kind: string }\n${COLLECT}export const rows = ${GROUPS}` },
    found: ["reuse/same-code src/rows.ts:2 import { groupBy } from './lists.ts';"],
  },
  {
    name: 'a static member, from another folder',
    files: {
      'src/deep/total.ts': `export const total = (spans: readonly { readonly from: number; readonly to: number }[]): number =>
  spans.reduce((sum, span) => sum + Math.abs(span.to - span.from), 0);\n`,
    },
    found: ["reuse/same-code src/deep/total.ts:1 import { Ranges } from '../lists.ts';"],
  },
  {
    name: 'a helper that is not exported',
    files: {
      'src/tags.ts': `export const tagsOf = (line: string): string[] =>
  line.split(/\\s+/).map((tag) => tag.trim().toLowerCase()).filter((tag) => tag.length > 0);\n`,
    },
    found: ["reuse/same-code src/tags.ts:1 export wordsIn from src/lists.ts: import { wordsIn } from './lists.ts';"],
  },
  {
    name: 'a helper of another package, of which nothing is imported by its path',
    files: {
      'packages/b/package.json': '{"name": "b", "version": "1.0.0", "dependencies": {}}',
      'packages/b/src/tags.ts': `export const tagsOf = (line: string): string[] =>
  line.split(/\\s+/).map((tag) => tag.trim().toLowerCase()).filter((tag) => tag.length > 0);\n`,
    },
    found: [
      'reuse/same-code packages/b/src/tags.ts:1 have wordsIn where both packages can import it: src/lists.ts is of app',
    ],
  },
  {
    name: 'a helper of another package, beside what is imported of it by its path',
    files: {
      'packages/b/package.json': '{"name": "b", "version": "1.0.0", "dependencies": {}}',
      'packages/b/src/tags.ts': `import { share } from '../../../src/user.ts';
export const shared = share;
export const tagsOf = (line: string): string[] =>
  line.split(/\\s+/).map((tag) => tag.trim().toLowerCase()).filter((tag) => tag.length > 0);\n`,
    },
    found: [
      "reuse/same-code packages/b/src/tags.ts:3 export wordsIn from src/lists.ts: import { wordsIn } from '../../../src/lists.ts';",
    ],
  },
  {
    name: 'statements in the middle of a function',
    files: {
      'src/report.ts': `import { share } from './user.ts';
interface Row { readonly kind: string }
export function report(rows: readonly Row[], of: (row: Row) => string): string {
  console.log(share(rows.length));
  const byKind: Record<string, Row[]> = {};
  for (const row of rows) {
    const kind = of(row);
    (byKind[kind] ??= []).push(row);
  }
  const result = byKind;
  const first = 1;
  return JSON.stringify([result, first]);
}\n`,
    },
    found: ["reuse/same-code src/report.ts:5 import { groupBy } from './lists.ts';"],
  },
  {
    name: 'the same results by another way',
    files: {
      'src/limit.ts': `export function address(title: string): string {
  const parts: string[] = [];
  let part = '';
  for (const letter of title.toLowerCase()) {
    if (/[a-z0-9]/.test(letter)) part += letter;
    else if (part !== '') {
      parts.push(part);
      part = '';
    }
  }
  return (part === '' ? parts : [...parts, part]).join('-');
}
export function between(name: string): string {
  return (name.toLowerCase().match(/[a-z]+/g) ?? []).join('-');
}\n`,
    },
    found: ["reuse/same-results src/limit.ts:1 import { slug } from './lists.ts';"],
  },
  {
    name: 'the same results by another way, in the middle of a function',
    files: {
      'src/page.ts': `export function page(title: string, site: string): string {
  const host = site.trim();
  const parts: string[] = [];
  for (const part of title.toLowerCase().split(/[^a-z0-9]+/)) {
    if (part !== '') parts.push(part);
  }
  const path = parts.join('-');
  return host + '/' + path + '?' + title.length;
}
export function cut(title: string, site: string): string {
  const parts: string[] = [];
  for (const part of title.toLowerCase().split(/[^a-z0-9]+/)) {
    if (part !== '' && parts.length < 2) parts.push(part);
  }
  const path = parts.join('-');
  return site + '/' + path + '?' + title.length;
}\n`,
    },
    found: ["reuse/same-results src/page.ts:3 import { slug } from './lists.ts';"],
  },
  {
    name: 'the same with options for positions; with two constants, or other results, it is not told',
    files: {
      'src/bounds.ts': `interface Bounds { readonly low: number; readonly high: number }
export function limit(value: number, { low, high }: Bounds): number {
  if (value < low) return low > high ? high : low;
  return value > high ? high : value;
}
export function unit(value: number): number {
  if (value < 0) return 0;
  return value > 1 ? 1 : value;
}
export function inner({ low, high }: Bounds, value: number): number {
  if (value <= low) return low + 1;
  return value >= high ? high - 1 : value;
}\n`,
    },
    found: ["reuse/same-results src/bounds.ts:2 import { clamp } from './lists.ts';"],
  },
  {
    name: 'a callback that is a helper, with constants from before it',
    files: {
      'src/inside.ts': `interface Span { readonly from: number; readonly to: number }
export function inside(all: readonly Span[], low: number, high: number): number[] {
  const least = low;
  const starts = all.map((one) => one.from).filter((at) => at > 0);
  return starts.map((at) => {
    if (at < least) return least > high ? high : least;
    return at > high ? high : at;
  });
}
export function widths(all: readonly Span[], most: number): number[] {
  return all.map((one) => {
    const width = Math.abs(one.to - one.from);
    return width > most ? most - 1 : width;
  });
}\n`,
    },
    found: ["reuse/same-results src/inside.ts:5 import { clamp } from './lists.ts';"],
  },
  {
    name: 'what is added to a list that began elsewhere, and part of an expression',
    files: {
      'src/index.ts': `export function index(title: string, lines: readonly string[]): string {
  const words: string[] = [title];
  for (const line of lines) {
    for (const part of line.split(/\\s+/)) {
      const word = part.trim().toLowerCase();
      if (word !== '') words.push(word);
    }
  }
  return words.join(' ');
}
export function link(site: string, title: string, turn: number): string {
  return site + '/' + title.toLowerCase().split(/[^a-z0-9]+/).filter((part) => part !== '').join('-') + '?' + turn;
}\n`,
    },
    found: [
      "reuse/same-results src/index.ts:4 export wordsIn from src/lists.ts: import { wordsIn } from './lists.ts';",
      "reuse/same-results src/index.ts:12 import { slug } from './lists.ts';",
    ],
  },
  {
    name: 'a file that cannot be loaded as it is: what the function needs of it is',
    files: {
      'src/broken.ts': `import { share } from './user.ts';
import { gone } from './nowhere.ts';
gone(share(1));
export function address(title: string): string {
  const parts = title.toLowerCase().split(/[^a-z0-9]+/);
  return parts.filter((part) => part !== '').join('-');
}\n`,
    },
    found: ["reuse/same-results src/broken.ts:4 import { slug } from './lists.ts';"],
  },
  {
    name: 'values of a class, which is only a type here',
    files: {
      'src/order.ts': `import type { Coin } from './coin.ts';
export function byWorth(a: Coin, b: Coin): number {
  if (a.worth === b.worth) return 0;
  return a.worth < b.worth ? -1 : 1;
}\n`,
    },
    found: ["reuse/same-results src/order.ts:2 import { heavier } from './coin.ts';"],
  },
  {
    name: 'a shuffle by the same chance',
    files: {
      'src/shuffled.ts': `export function shuffled(items: string[]): string[] {
  let left = items.length;
  while (left > 0) {
    const at = Math.floor(Math.random() * left--);
    [items[left], items[at]] = [items[at]!, items[left]!];
  }
  return items;
}\n`,
    },
    found: ["reuse/same-results src/shuffled.ts:1 import { mixed } from './mix.ts';"],
  },
  {
    name: 'a callback that is called for each of a list',
    files: {
      'src/chosen.ts': `export const chosen = (all: readonly number[], asks: (one: number) => boolean): number[] =>
  all.flatMap((one) => (asks(one) ? [one] : []));\n`,
    },
    found: ["reuse/same-results src/chosen.ts:1 import { kept } from './kept.ts';"],
  },
  {
    name: 'a callback that is called for each of a list, but may fail',
    files: {
      'src/chosen.ts': `export function chosen(all: readonly number[], asks: (one: number) => boolean): number[] {
  return all.flatMap((one) => {
    try {
      return asks(one) ? [one] : [];
    } catch {
      return [];
    }
  });
}\n`,
    },
    found: [],
  },
  {
    name: 'the other direction, by whatever a callback gives',
    files: {
      'src/downwards.ts': `export function downwards<T>(all: readonly T[], by: (one: T) => number | string): T[] {
  return all
    .map((one) => ({ one, rank: by(one) }))
    .sort((a, b) => (a.rank < b.rank ? 1 : a.rank > b.rank ? -1 : 0))
    .map(({ one }) => one);
}\n`,
    },
    found: [],
  },
  {
    name: 'options whose members are there, but undefined',
    files: { 'src/boxed.ts': BOXED },
    found: [],
  },
  {
    name: 'the same where members are left out or have a value',
    files: { 'tsconfig.json': EXACT, 'src/boxed.ts': BOXED },
    found: ["reuse/same-results src/boxed.ts:1 import { framed } from './frame.ts';"],
  },
  {
    name: 'a member of a table that is there, but undefined',
    files: {
      'src/shown.ts': `export function shown(all: Readonly<Record<string, unknown>>, key: string): string {
  const value = all[key];
  return value === undefined ? key + '?' : key + '=' + String(value) + ';';
}\n`,
    },
    found: [],
  },
  {
    name: 'fractions, to what rounds',
    files: {
      'src/cents.ts': `export function cents(amount: number): number {
  const whole = Math.floor(Math.abs(amount) + 0.25);
  return amount < 0 ? -whole : whole;
}\n`,
    },
    found: [],
  },
  {
    name: 'texts, numbers and lengths that only the code itself asks for',
    files: {
      'src/takes.ts': `export function takes(pattern: string, kind: string): boolean {
  if (pattern === kind) return true;
  if (pattern === '*/*' || pattern === '*') return false;
  if (!pattern.endsWith('/*')) return false;
  const [wanted] = pattern.split('/');
  const [main] = kind.split('/');
  return wanted === main;
}
export function address(title: string): string {
  const parts = title.toLowerCase().split(/[^a-z0-9]+/).filter((part) => part !== '');
  return parts.join('-').slice(0, 80);
}
export function limit(value: number, low: number, high: number): number {
  if (value === 4_096) return value - 1;
  if (value < low) return low > high ? high : low;
  return value > high ? high : value;
}
export function some(all: readonly number[], asks: (one: number) => boolean): number[] {
  return all.flatMap((one) => (asks(one) ? [one] : [])).slice(0, 12);
}\n`,
    },
    found: [],
  },
  {
    name: 'another thing that looks alike',
    files: {
      'src/other.ts': `export function widest(all: readonly { readonly from: number; readonly to: number }[]): number {
  let width = 0;
  for (const { from, to } of all) width = Math.max(width, Math.abs(to - from));
  return width;
}\n`,
    },
    found: [],
  },
  {
    name: 'an interface, an override and a delegate',
    files: {
      'src/class.ts': `import { Ranges } from './lists.ts';
export class Wide {
  width(all: readonly { readonly from: number; readonly to: number }[]): number {
    return Ranges.width(all);
  }
}
export abstract class Base { abstract width(all: readonly { readonly from: number; readonly to: number }[]): number }
export class Sum extends Base {
  override width(all: readonly { readonly from: number; readonly to: number }[]): number {
    let sum = 0;
    for (const { from, to } of all) sum += Math.abs(to - from);
    return sum;
  }
}\n`,
    },
    found: [],
  },
  {
    name: 'what writes -0 in its own way, and names it',
    files: {
      'src/signed.ts': `export const signed = (floats: readonly number[]): string =>
  Array.from(floats, (float) => (Object.is(float, -0) ? '-0' : \`\${float}\`)).join(',');\n`,
    },
    found: [],
  },
  {
    name: 'the same without it',
    files: {
      'src/signed.ts': `export const signed = (floats: readonly number[]): string =>
  Array.from(floats, (float) => \`\${float}\`).join(',');\n`,
    },
    found: ["reuse/same-results src/signed.ts:1 import { series } from './series.ts';"],
  },
  {
    name: 'code that was moved',
    files: {
      'src/lists.ts': (BASE['src/lists.ts'] as string).slice(
        0,
        (BASE['src/lists.ts'] as string).indexOf('export class'),
      ),
      'src/ranges.ts': (BASE['src/lists.ts'] as string).slice((BASE['src/lists.ts'] as string).indexOf('export class')),
    },
    found: [],
  },
  {
    name: 'generated code',
    files: { 'src/made.ts': `// Generated by a tool, do not edit.\n${COLLECT}` },
    found: [],
  },
  {
    name: 'code that a program packed into a few long lines',
    files: { 'src/packed.js': `${COLLECT}${`export const table = '${'x'.repeat(1_000)}';`.repeat(20)}\n` },
    found: [],
  },
  {
    name: 'a helper of tests used in code is none, in a test it is one',
    files: {
      'src/again.ts': `export function again(one: string, count: number): string {
  let out = '';
  for (let i = 0; i < count; i++) out += one + ',';
  return out.slice(0, -1);
}\n`,
      'test/again.test.ts': `function again(one: string, count: number): string {
  let out = '';
  for (let i = 0; i < count; i++) out += one + ',';
  return out.slice(0, -1);
}
again('a', 1);\n`,
    },
    found: ["reuse/same-code test/again.test.ts:1 import { repeat } from './support.ts';"],
  },
];

describe('reuse', () => {
  it.each(CASES)('$name', async ({ files, found }) => {
    const project = new Project(BASE).init();
    project.write(files);
    const report = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['reuse'] }));
    const [told] = report.verdict.checks;
    expect(told!.decides).toBe(false);
    const issues = told!.issues.map(({ code, path, at, suggestion }) => `${code} ${path}:${at?.line} ${suggestion}`);
    expect(issues, told!.summary).toEqual(found);
  });
});
