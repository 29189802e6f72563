import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classesOf, transpilerPath } from '../../src/lang/index.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { planSource, planText, readPlan, smallerPlans } from '../../src/verify/compare/plan.ts';
import { playedOutcome, playerSource } from '../../src/verify/compare/play.ts';
import { runDrafts, wholeText } from '../../src/verify/compare/run.ts';
import { commandsOf, sequencesOf } from '../../src/verify/compare/sequences.ts';
import { moduleOf } from '../../src/verify/compare/subject.ts';

const BOX = `export class Box<T> {
  readonly name: string;
  #all: T[] = [];
  constructor(name: string) { this.name = name; }
  put(one: T): this { this.#all.push(one); return this; }
  take(): T | undefined { return this.#all.pop(); }
  each(f: (one: T) => void): void { this.#all.forEach(f); }
  same(other: Box<T>): boolean { return this.name === other.name; }
  wants(one: Strange): void {}
  copy(): Box<T> { return new Box(this.name); }
}`;

const request = (text: string, count = 100) => {
  const commands = commandsOf(classesOf(text, 'a.ts'));
  if (typeof commands === 'string') throw new Error(commands);
  const { start } = commands;
  return {
    commands,
    classes: start ? [start] : [],
    names: ['Box'],
    uses: { T: 'type number' },
    literals: [],
    seed: 3,
    count,
  };
};
const made = (text: string, count?: number) => {
  const found = sequencesOf(request(text, count));
  if (!('inputs' in found)) throw new Error(found.unknown);
  return found;
};

describe('sequences', () => {
  const { inputs, left } = made(BOX);
  it('begin with an instance and hold every command that can be played', () => {
    for (const { source } of inputs) expect(source).toMatch(/^(?:const|let) it = new Box\("/);
    const all = inputs.map(({ source }) => source).join('\n');
    for (const one of ['it.put(', 'it.take()', 'it.each(log)', 'it.same(new Box(', 'it = it.copy()', 'it.name'])
      expect(all).toContain(one);
    expect(left).toEqual([{ name: 'wants', reason: 'values of the type Strange of one' }]);
  });
  it('are made without what cannot be, where that comes after what may be left out', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const found = sequencesOf({
        ...request('class Box { constructor(a = 1, by: Strange) {} grow(n: number): void {} }'),
        seed,
      });
      const plain = 'inputs' in found ? found.inputs.map(({ source }) => source) : [];
      for (const source of plain) expect(source).toMatch(/= new Box\(\)/);
    }
  });
  it('leave out what may be left out and cannot be made', () => {
    const { inputs, left } = made('class Box { grow(by: number, how?: Strange): void {} }');
    expect(left).toEqual([]);
    expect(inputs.map(({ source }) => source).join('\n')).toMatch(/it\.grow\([^,)]+\)/);
  });
  it('hold large numbers of the code and those beside them, last', () => {
    const plain = request('class Box { put(n: number): number { return n; } take(): void {} }');
    const [without, withThem] = [[], [20_000]].map((literals) => {
      const found = sequencesOf({ ...plain, literals });
      return 'inputs' in found ? found.inputs.map(({ source }) => source) : [];
    });
    expect(withThem!.slice(0, without!.length)).toEqual(without);
    const last = withThem!.slice(without!.length);
    for (const one of [20_000, 20_001, 19_999])
      expect(last.some((source) => source.includes(`it.put(${one})`))).toBe(true);
    expect(last).toHaveLength(3);
  });
  it('are the same for the same seed, each once', () => {
    expect(made(BOX).inputs).toEqual(inputs);
    expect(new Set(inputs.map(({ source }) => source)).size).toBe(inputs.length);
    expect(inputs.length).toBeGreaterThan(80);
  });
  it('read as they are written, where they hold plain values', () => {
    for (const { source, plan } of inputs) {
      if (/log|new Box\(.*new Box/.test(source)) continue;
      expect(planText(readPlan(source, plan!.reads)!)).toBe(source);
      const steps = plan!.steps.map(({ needs, ...step }) => step);
      expect(readPlan(source, plan!.reads)).toEqual({ ...plan, steps });
    }
  });
  it('have smaller ones that are shorter or simpler, and keep the instance', () => {
    for (const { plan, source } of inputs)
      for (const one of smallerPlans(plan!)) {
        expect(one.steps[0]).toMatchObject({ kind: 'new' });
        expect(planText(one)).not.toBe(source);
        expect(one.steps.length).toBeLessThanOrEqual(plan!.steps.length);
      }
  });
  it('have smaller ones without what may be left out, and with all that may not', () => {
    const { inputs } = made(
      'class Box { constructor(size: number, name = "a") {} put(n: number, at?: number): void {} }',
    );
    const smaller = inputs.flatMap(({ plan }) => smallerPlans(plan!).map(planText));
    expect(smaller.filter((one) => /new Box\(\)|it\.put\(\)/.test(one))).toEqual([]);
    const asWritten = (text: string): boolean => inputs.some(({ source }) => source === text);
    for (const form of [/new Box\([^,]+\); it\.put/, /; it\.put\([^,]+\)$/])
      expect(smaller.some((one) => form.test(one) && !asWritten(one))).toBe(true);
  });
  it.each([
    ['an abstract class', 'abstract class A { f() {} }', /abstract/],
    ['a constructor that is not public', 'class A { private constructor() {} f() {} }', /not public/],
  ])('are not made of %s', (_name, text, says) => expect(commandsOf(classesOf(text, 'a.ts'))).toMatch(says));
  it('hold only what all have', () => {
    const texts = ['class A { f() {} g() {} x = 1; y = 2; }', 'class A { f() {} h() {} get x() { return 1; } y() {} }'];
    const found = commandsOf(texts.flatMap((text) => classesOf(text, 'a.ts')));
    expect(found).toMatchObject({ commands: [{ name: 'f' }, { name: 'x', kind: 'get' }], reads: ['x'] });
  });
});

describe('what is no sequence', () => {
  it.each([
    'it.f(x)',
    'it.f(1) + 1',
    'if (it) it.f()',
    'const other = new A()',
    'it.a.b()',
    '',
    'it.x = y',
    'let it = 1',
  ])('%s', (text) => expect(readPlan(text, [])).toBeUndefined());
});

interface Case {
  readonly name: string;
  readonly text: string;
  readonly plan: string;
  readonly says: string | RegExp;
  readonly path?: string;
  readonly reads?: readonly string[];
}

const LIST = `export class List { constructor(first = 0) { if (first < 0) throw new RangeError('below'); this.all = [first]; }
  add(one) { this.all.push(one); return this; } live() { return this.all; } get size() { return this.all.length; }
  async late() { return this.all.length; } async bad() { throw new TypeError('bad'); } fail() { throw 'text'; }
  *[Symbol.iterator]() { yield* this.all; } with(one) { const next = new List(); next.all = [one]; return next; }
  call(f) { f(1); f(this.all); } sort(list) { list.sort(); return list.length; } make() { return () => 1; } never() { return new Promise(() => {}); }
  static of(one) { return new List(one); } }`;
const KEPT = 'let n = 0; export function up() { return ++n; } export class List {}';

const CASES: readonly Case[] = [
  { name: 'the last result', text: LIST, plan: 'const it = new List(1); it.size', says: '1' },
  { name: 'the instance itself', text: LIST, plan: 'const it = new List(1); it.add(2)', says: 'it' },
  {
    name: 'the public state',
    text: LIST,
    plan: 'const it = new List(1); it.add(2)',
    reads: ['all', 'size'],
    says: 'it; it is { all: [1, 2], size: 2 }',
  },
  {
    name: 'results as they were then',
    text: LIST,
    plan: 'const it = new List(1); it.live(); it.add(2)',
    says: '[1], it',
  },
  {
    name: 'an error, and goes on after it',
    text: LIST,
    plan: 'const it = new List(1); it.fail(); it.size',
    says: 'throws "text", 1',
  },
  {
    name: 'an error of the constructor, and ends there',
    text: LIST,
    plan: 'const it = new List(-1); it.size',
    says: 'throws RangeError: below',
  },
  { name: 'a promise', text: LIST, plan: 'const it = new List(1); it.late()', says: 'a promise of 1' },
  { name: 'a promise that fails', text: LIST, plan: 'const it = new List(1); it.bad()', says: 'throws TypeError: bad' },
  {
    name: 'a promise that never comes',
    text: LIST,
    plan: 'const it = new List(1); it.never(); it.size',
    says: /unknown: what it promised/,
  },
  {
    name: 'an iterator',
    text: LIST,
    plan: 'const it = new List(1); it.add(2); [...it]',
    says: 'it, an iterator over [1, 2]',
  },
  {
    name: 'another instance, and goes on with it',
    text: LIST,
    plan: 'let it = new List(1); it = it.with(5); it.live()',
    says: '[5]',
  },
  { name: 'a static start', text: LIST, plan: 'const it = List.of(4); it.live()', says: '[4]' },
  {
    name: 'changed arguments',
    text: LIST,
    plan: 'const it = new List(1); it.sort([2, 1])',
    says: '2, and its arguments become [1, 2]',
  },
  { name: 'a set property', text: LIST, plan: 'const it = new List(1); it.all = [7]; it.size', says: 'undefined, 1' },
  {
    name: 'a method that is not there',
    text: LIST,
    plan: 'const it = new List(1); it.none()',
    says: /throws TypeError/,
  },
  {
    name: 'a function as result, which cannot be compared',
    text: LIST,
    plan: 'const it = new List(1); it.make(); it.size',
    says: 'unknown: its result holds a function',
  },
  { name: 'a module as it is when nothing was done', text: KEPT, plan: 'up(); up()', says: '1, 2' },
  {
    name: 'a CommonJS module likewise',
    text: "'use strict'; let n = 0; function up() { return ++n; } class List {} module.exports = { up, List };",
    path: 'a.cjs',
    plan: 'up(); up(); up()',
    says: '1, 2, 3',
  },
  { name: 'one call alone', text: KEPT, plan: 'up()', says: '1' },
];

describe('what comes of a sequence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-sequences-'));
  const found = new Map<string, string>();
  let sandbox: Sandbox;
  beforeAll(async () => {
    const opened = await openSandbox({
      access: { read: [folder, dirname(transpilerPath())], write: [], network: false },
      levels: ['strong', 'namespaces', 'restricted'],
    });
    if (!opened.ok) throw new Error(opened.issues[0]!.message);
    sandbox = opened.value;
    for (const text of new Set(CASES.map((one) => one.text))) {
      const cases = CASES.filter((one) => one.text === text);
      const { path = 'a.js' } = cases[0]!;
      const names = /function up/.test(text) ? ['up', 'List'] : ['List'];
      const subject = moduleOf({ path, url: pathToFileURL(join(folder, path)).href, text }, names);
      if (!subject.ok) throw new Error(subject.issues[0]!.message);
      const runnable = { ...subject.value.runnable, subjects: [playerSource({}, subject.value.keeps)] };
      const plans = cases.map(({ plan, reads = [] }) => planSource(readPlan(plan, reads)!, names));
      const [observed] = await runDrafts(sandbox, dirname(transpilerPath()), [runnable], plans, {
        limits: { waitMs: 300 },
      });
      for (const [index, { name }] of cases.entries())
        found.set(name, wholeText(playedOutcome(observed!.outcomes[index]!, new Map())));
    }
  });
  afterAll(async () => {
    await sandbox?.close();
    rmSync(folder, { recursive: true });
  });
  it.each(CASES)('tells $name', ({ name, says }) => {
    if (typeof says === 'string') expect(found.get(name)).toBe(says);
    else expect(found.get(name)).toMatch(says);
  });
});
