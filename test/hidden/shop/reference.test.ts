import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  type AnyCase,
  type AnyFunction,
  checkCase,
  loadHiddenCases,
  loadReference,
  loadStub,
  loadVisibleCases,
} from './check.ts';
import { traps } from './traps.ts';

const SHOP = resolve(import.meta.dirname, '../../../examples/shop');

/** File names without what follows the first dot, sorted. */
function stems(folder: string, suffix: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(suffix));
  return files.map((file) => basename(file, suffix)).sort();
}

const stubs = stems(`${SHOP}/src/todo`, '.ts');

/** The examples of a doc comment: `call // => value`. */
function docExamples(file: string): { call: string; value: string }[] {
  const source = readFileSync(`${SHOP}/src/todo/${file}.ts`, 'utf8');
  return Array.from(source.matchAll(/@example\n \* (.+) \/\/ => (.+)\n/g), ([, call = '', value = '']) => ({
    call,
    value,
  }));
}

function passes(run: AnyFunction, each: AnyCase): boolean {
  try {
    checkCase(run, each);
    return true;
  } catch {
    return false;
  }
}

it('gives every stub its tests, its cases, its reference and its trap', () => {
  expect(stubs).toHaveLength(10);
  expect(stems(`${SHOP}/stubs`, '.cases.ts')).toEqual(stubs);
  expect(stems(`${SHOP}/stubs`, '.test.ts')).toEqual(stubs);
  expect(stems(import.meta.dirname, '.hidden.test.ts')).toEqual(stubs);
  expect(stems(`${import.meta.dirname}/reference`, '.ts')).toEqual(stubs);
  expect(Object.keys(traps).sort()).toEqual(stubs);
});

describe.each(stubs)('%s', async (file) => {
  const stub = await loadStub(file);
  const reference = await loadReference(file);
  const visible = await loadVisibleCases(file);
  const hidden = await loadHiddenCases(file);

  it('is a stub still', () => {
    expect(visible.length).toBeGreaterThan(1);
    for (const { args } of visible) expect(() => stub.run(...args)).toThrow('not implemented');
  });

  it('shares its name with its reference', () => {
    expect(reference.name).toBe(stub.name);
  });

  it('hides cases that are not visible', () => {
    const seen = new Set(visible.map((each) => JSON.stringify(each.args)));
    expect(hidden.filter((each) => seen.has(JSON.stringify(each.args)))).toEqual([]);
    expect(hidden.length).toBeGreaterThan(3);
  });

  it.each(visible)('visible: $name', (each) => checkCase(reference.run, each));
  it.each(hidden)('hidden: $name', (each) => checkCase(reference.run, each));

  const examples = docExamples(file);
  it('has two to four examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(2);
    expect(examples.length).toBeLessThanOrEqual(4);
  });
  it.each(examples)('example: $call', ({ call, value }) => {
    const both = compileFunction(`return [${call}, ${value}]`, [stub.name]);
    const [actual, expected] = both(reference.run);
    expect(actual).toStrictEqual(expected);
  });

  const trap = traps[file as keyof typeof traps];
  it(`hides what tells a body that ${trap.why}`, () => {
    const run = trap.run as AnyFunction;
    expect(visible.filter((each) => !passes(run, each))).toEqual([]);
    expect(hidden.filter((each) => !passes(run, each))).not.toEqual([]);
  });
});
