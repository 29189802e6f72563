import { stripTypeScriptTypes } from 'node:module';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { docExamplesOf, functionsOf, shapeOf } from '../../src/lang/index.ts';
import { type Problem, type SearchReport, search } from '../../src/search/index.ts';

/** A function as it stands in a file: doc comment with examples, then the signature. */
export function problemOf(text: string): Problem {
  const written = functionsOf(`${text} {}`, 'a.ts')[0]!;
  const comment = text.slice(written.comment!.start, written.comment!.end);
  return {
    name: written.name,
    parameters: written.parameters.map(({ name, type }) => ({ name, shape: shapeOf(type!) })),
    returns: shapeOf(written.returns!),
    ...docExamplesOf(comment, written.name, true),
  };
}

/** As text: what is alike as values is alike as text, whatever the order of keys and members. */
const TOLD = `(value) => JSON.stringify([value], (_, v) => v === undefined ? '~undefined' : Object.is(v, -0) ? '~-0'
  : Object.prototype.toString.call(v) === '[object Map]' ? [...v].sort() : Object.prototype.toString.call(v) === '[object Set]' ? [...v].sort()
  : typeof v === 'object' && v !== null && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => a < b ? -1 : 1)) : v)`;
export const asTold = runInThisContext(TOLD) as (value: unknown) => string;

/** The language's own engine on the text that search hands back: the oracle for what its operators compute. */
export function call({ name, parameters }: Problem, body: string, args: readonly unknown[]): unknown {
  const text = stripTypeScriptTypes(`function ${name}(${parameters.map((one) => one.name).join(', ')}) {\n${body}\n}`);
  try {
    // In this context, so that instances are of the classes that the text names.
    return (
      runInThisContext(`(args) => { ${text}\nreturn (${TOLD})(${name}(...args)); }`) as (all: unknown) => unknown
    )(args);
  } catch (error) {
    return `throws ${(error as Error).name}: ${(error as Error).message}`;
  }
}

export const EFFORT = { ms: 120_000, expressions: 150_000 } as const;
const found = new Map<string, Promise<SearchReport>>();
const searchOnce = (text: string): Promise<SearchReport> => {
  const report = found.get(text) ?? search(problemOf(text), EFFORT);
  found.set(text, report);
  return report;
};

export interface Case {
  readonly name: string;
  readonly text: string;
  /** The first body, where the text itself is of interest. */
  readonly body?: string;
  /** What the first body must not be, where something simpler does. */
  readonly not?: RegExp;
  /** Calls beyond the examples. */
  readonly also: readonly (readonly [args: readonly unknown[], value: unknown])[];
}

/** Each case is found, and each body does on all inputs what search says of it. */
export function checkCases(name: string, cases: readonly Case[]): void {
  describe(name, () => {
    it.each(cases)('$name', async ({ text, body, not, also }) => {
      const problem = problemOf(text);
      const { behaviours } = await searchOnce(text);
      expect(behaviours.length).toBeGreaterThan(0);
      const first = behaviours[0]!.body;
      if (body !== undefined) expect(first).toBe(body);
      if (not !== undefined) expect(first).not.toMatch(not);
      for (const [args, value] of also)
        expect(call(problem, first, args), first).toBe(
          typeof value === 'string' && value.startsWith('throws ') ? value : asTold(value),
        );
    });

    it.each(cases)('what does as it says: $name', async ({ text }) => {
      const problem = problemOf(text);
      const { behaviours, inputs } = await searchOnce(text);
      const seen = new Set<string>();
      for (const { body, strict, outputs } of behaviours) {
        expect(outputs).toHaveLength(inputs.length);
        for (const way of [body, stripTypeScriptTypes(`function f() {${strict}}`).slice('function f() {'.length, -1)]) {
          for (const { args, expected } of problem.examples) {
            if (expected.kind === 'value') expect(call(problem, way, args), way).toBe(asTold(expected.value));
            if (expected.kind !== 'throws') continue;
            const told = call(problem, way, args);
            expect(told, way).toContain(`throws ${expected.error ?? ''}`);
            expect(told, way).toContain(expected.message ?? '');
          }
          for (const [index, args] of inputs.entries()) {
            const output = outputs[index];
            if (output?.kind !== 'value') continue;
            expect(call(problem, way, args), way).toBe(asTold(output.value));
          }
        }
        seen.add(asTold(outputs));
      }
      expect(seen.size).toBe(behaviours.length);
    });
  });
}
