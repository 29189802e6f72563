import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CompareReport, compare } from '../../src/jobs/compare/index.ts';
import { runCommand } from '../frontends/command.ts';

const STACK = `export class Stack<T> {
  private items: T[] = [];
  push(item: T): this { this.items.push(item); return this; }
  pop(): T | undefined { return this.items.pop(); }
  get size(): number { return this.items.length; }
  *[Symbol.iterator]() { yield* this.items; }
  async drain(): Promise<T[]> { const all = this.items; this.items = []; return all; }
}
`;
const BUS = `type Listener = (value: number) => void;
export class Bus {
  #all: Listener[] = [];
  on(f: Listener): void { this.#all.push(f); }
  off(f: Listener): void { this.#all = this.#all.filter((one) => one !== f); }
  emit(value: number): void { for (const f of this.#all) f(value); }
}
`;
const MONEY = `export class Money {
  private constructor(readonly cents: number) {}
  static of(units: number): Money { return new Money(Math.round(units * 100)); }
  add(other: Money): Money { return new Money(this.cents + other.cents); }
  isLess(other: Money): boolean { return this.cents < other.cents; }
}
`;
const IDS = `let next = 0;
const seen = new Map<string, number>();
/** @example slug('A b') // => 'a-b' */
export function slug(text: string): string { return text.toLowerCase().replaceAll(' ', '-'); }
export function id(key: string): number {
  const known = seen.get(key);
  if (known !== undefined) return known;
  seen.set(key, ++next);
  return next;
}
export function reset(): void { next = 0; seen.clear(); }
export class Counter { count = 0; tick(by = 1): number { this.count += by; return this.count; } }
`;
const FILES: Readonly<Record<string, string>> = {
  'stack.ts': STACK,
  'hash.ts': STACK.replaceAll('items', '#items').replace('private ', ''),
  'queue.ts': STACK.replace('.pop()', '.shift()'),
  'full.ts': STACK.replace('this.items.push', 'if (this.items.length < 3) this.items.push'),
  'backwards.ts': STACK.replace('yield* this.items', 'yield* this.items.toReversed()'),
  'kept.ts': STACK.replace('this.items = []; return', 'return'),
  'none.ts': 'export function Stack() {}\n',
  'bus.ts': BUS,
  'bus2.ts': BUS.replace('one !== f', 'one === f'),
  'money.ts': MONEY,
  'money2.ts': MONEY.replace('<', '<='),
  'ids.ts': IDS,
  'ids2.ts': IDS.replace('next = 0; seen', 'seen'),
  'ids3.ts': IDS.replace('.replaceAll', '.replace'),
  'ids4.ts': IDS.replace('+= by', '+= 1'),
  'abstract1.ts': 'export abstract class A { f(): number { return 1; } }\n',
  'abstract2.ts': 'export abstract class A { f(): number { return 2; } }\n',
  'leaves1.ts':
    'export class A { f(x: Strange): number { return 1; } g(): () => number { return () => 1; } h() { return 1; } }\n',
  'leaves2.ts':
    'export class A { f(x: Strange): number { return 2; } g(): () => number { return () => 2; } h() { return 1; } }\n',
  'open1.ts': 'function a(): number { return 1; }\nfunction b(): number { return 1; }\n',
  'open2.ts': 'function a(): number { return 2; }\nfunction b(): number { return 1; }\n',
  'answers.json': '{"const it = new Stack(); it.push(1); it.push(2); it.pop()": "1"}',
  'empty.json': '{"const it = new Stack(); it.peek": "throws"}',
  'wrong.json': '{"it.": "1"}',
};

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-compare-classes-'));
  for (const [path, text] of Object.entries(FILES)) writeFileSync(join(cwd, path), text);
});
afterAll(() => rmSync(cwd, { recursive: true }));

const told = async (files: string, rest: Partial<Parameters<typeof compare>[0]> = {}) => {
  const found = await compare({ cwd, files: files.split(' '), ...rest });
  if (!found.ok) throw new Error(found.issues[0]!.message);
  return { report: found.value, issues: found.issues };
};
const members = ({ clusters }: Pick<CompareReport, 'clusters'>) => clusters.map((one) => one.members);

interface Case {
  readonly files: string;
  readonly clusters: readonly (readonly string[])[];
  /** The shortest parting input. */
  readonly parts: RegExp;
}

const CASES: readonly Case[] = [
  {
    files: 'stack.ts hash.ts queue.ts',
    clusters: [['stack.ts', 'hash.ts'], ['queue.ts']],
    parts: /^const it = new Stack\(\); it\.push\(-?\d+\); it\.push\(-?\d+\); it\.pop\(\)$/,
  },
  {
    files: 'stack.ts hash.ts full.ts',
    clusters: [['stack.ts', 'hash.ts'], ['full.ts']],
    parts: /^const it = new Stack\(\)(?:; it\.push\([^)]+\)){4}$/,
  },
  {
    files: 'stack.ts hash.ts backwards.ts',
    clusters: [['stack.ts', 'hash.ts'], ['backwards.ts']],
    parts: /^const it = new Stack\(\)(?:; it\.push\([^)]+\)){2}; \[\.\.\.it\]$/,
  },
  {
    files: 'stack.ts hash.ts kept.ts',
    clusters: [['stack.ts', 'hash.ts'], ['kept.ts']],
    parts: /^const it = new Stack\(\); it\.push\([^)]+\); it\.drain\(\)$/,
  },
  { files: 'bus.ts bus2.ts', clusters: [['bus.ts'], ['bus2.ts']], parts: /it\.on\(log\); it\.off\(log\); it\.emit\(/ },
  {
    files: 'money.ts money2.ts',
    clusters: [['money.ts'], ['money2.ts']],
    parts: /^const it = Money\.of\(.+\); it\.isLess\(Money\.of\(.+\)\)$/,
  },
];

describe('alternatives of a class', () => {
  it.each(CASES)('$files', async ({ files, clusters, parts }) => {
    const { report } = await told(files);
    expect(report.kind).toBe('class');
    expect(members(report)).toEqual(clusters);
    expect(report.parting[0]!.input).toMatch(parts);
    expect(new Set(report.parting[0]!.outputs.map(({ output }) => output)).size).toBe(clusters.length);
  });

  it('are chosen by an answer that says what is done', async () => {
    const { report } = await told('stack.ts hash.ts queue.ts', { answers: 'answers.json' });
    expect([report.chosen, report.clusters.at(-1)!.pruned]).toEqual(['queue.ts', true]);
  });

  it('are not compared with what is no class', async () => {
    const { report } = await told('stack.ts hash.ts none.ts', { symbol: 'Stack' });
    expect(report.clusters).toEqual([]);
    expect(report.unknown[0]!.reason).toMatch(/Stack as a class in all files/);
  });

  it('are unknown where they are abstract', async () => {
    const { report } = await told('abstract1.ts abstract2.ts');
    expect([report.chosen, report.clusters, report.unknown.length]).toEqual([null, [], 2]);
  });

  it('say what is not compared', async () => {
    const { report, issues } = await told('leaves1.ts leaves2.ts');
    expect(issues.map(({ message }) => message)).toEqual(['A.f is not compared: values of the type Strange of x']);
    // What gives functions is never equal.
    expect(members(report)).toEqual([['leaves1.ts'], ['leaves2.ts']]);
  });
});

describe('alternatives of a module', () => {
  it('are told symbol by symbol, and chosen by all together', async () => {
    const { report } = await told('ids.ts ids2.ts ids3.ts ids4.ts');
    expect(report.unknown).toEqual([]);
    expect([report.kind, report.symbol, report.chosen]).toEqual(['module', 'slug, id, reset, Counter', 'ids.ts']);
    const ways = Object.fromEntries(report.symbols!.map(({ symbol, clusters }) => [symbol, clusters]));
    expect(ways).toEqual({
      slug: [['ids.ts', 'ids2.ts', 'ids4.ts'], ['ids3.ts']],
      id: [['ids.ts', 'ids2.ts', 'ids3.ts', 'ids4.ts']],
      reset: [['ids.ts', 'ids2.ts', 'ids3.ts', 'ids4.ts']],
      Counter: [['ids.ts', 'ids2.ts', 'ids3.ts'], ['ids4.ts']],
      together: [['ids.ts', 'ids4.ts'], ['ids2.ts'], ['ids3.ts']],
    });
    const parting = (name: string) => report.symbols!.find(({ symbol }) => symbol === name)!.parting[0]!.input;
    expect(parting('slug')).toMatch(/^slug\("/);
    expect(parting('Counter')).toMatch(/^const it = new Counter\(\); it\.tick\(/);
    expect(parting('together')).toMatch(/reset\(\)/);
    expect(report.examples).toBe(1);
  });
});

const run = (args: readonly string[]) => runCommand(cwd, ['compare', ...args]);

describe('the command', () => {
  it.each(['stack.ts queue.ts', 'ids.ts ids2.ts'])('prints a document that its schema allows: %s', async (files) => {
    const { out, status } = await run([...files.split(' '), '--json']);
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../docs/json/compare.json'), 'utf8'),
    ) as object;
    const validate = new Ajv2020({ allErrors: true }).compile(schema);
    validate(JSON.parse(out));
    expect([validate.errors ?? [], status]).toEqual([[], 0]);
  });
  it('tells people what is done and what came of it', async () => {
    const { out } = await run(['stack.ts', 'queue.ts']);
    expect(out).toMatch(/\n {2}const it = new Stack\(\); it\.push\(.*it\.pop\(\)\n {6}1 {2}-?\d+\n {6}2 {2}-?\d+\n/);
  });
  it.each<readonly [string, readonly string[], RegExp]>([
    ['an answer that is no sequence', ['stack.ts', 'queue.ts', '--answers', 'wrong.json'], /write what is done/],
    ['several functions that nobody exports', ['open1.ts', 'open2.ts'], /have and export, found a, b/],
  ])('refuses %s', async (_name, args, says) => {
    const { status, err } = await run(args);
    expect(status).toBe(2);
    expect(err).toMatch(says);
  });
});
