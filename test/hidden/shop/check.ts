import { expect, it } from 'vitest';
import type { Case } from '../../../examples/shop/stubs/case.ts';

export type AnyCase = Case<readonly unknown[], unknown>;
export type AnyFunction = (...args: readonly unknown[]) => unknown;

/** One call: the value returned, strictly, and the arguments left as they were. */
export function checkCase(run: AnyFunction, { args, expected }: AnyCase): void {
  const given = structuredClone(args);
  expect(run(...given)).toStrictEqual(expected);
  expect(given, 'the arguments must not change').toStrictEqual(args);
}

/** Runs cases against the function of that name in the shop itself; it fails for as long as it is a stub. */
export function checkStub(file: string, cases: readonly AnyCase[]): void {
  it.each(cases)('$name', async (each) => checkCase((await loadStub(file)).run, each));
}

// These paths are put together at run time: the stubs leave their parameters unused, which the compiler settings here
// refuse, and a reference is called with cases whose types were checked where they are written.

/** The one function that a stub's file exports. */
export async function loadStub(file: string): Promise<{ name: string; run: AnyFunction }> {
  return soleFunction(await import(`../../../examples/shop/src/todo/${file}.ts`));
}

export async function loadReference(file: string): Promise<{ name: string; run: AnyFunction }> {
  return soleFunction(await import(`./reference/${file}.ts`));
}

export async function loadVisibleCases(file: string): Promise<readonly AnyCase[]> {
  return (await import(`../../../examples/shop/stubs/${file}.cases.ts`)).cases;
}

export async function loadHiddenCases(file: string): Promise<readonly AnyCase[]> {
  return (await import(`./cases/${file}.ts`)).cases;
}

function soleFunction(module: Readonly<Record<string, AnyFunction>>): { name: string; run: AnyFunction } {
  const entries = Object.entries(module);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw new Error(`expected one export, got ${Object.keys(module)}`);
  return { name: entry[0], run: entry[1] };
}
