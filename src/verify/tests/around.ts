import { join } from 'node:path';
import { LIMITS, type RepoPath } from '../../base/index.ts';
import { readWritten } from '../../sandbox/index.ts';
import { type Bench, type CheckContext, textAt } from '../context.ts';
import type { Ran } from '../types.ts';
import { isTestFile } from './detect.ts';
import { runTests, toRan } from './run.ts';
import type { Runner, TestCase } from './types.ts';

/** A file that declares tests. */
export const DECLARES = /\b(?:it|test|describe|suite)\s*[.(]/;
/** Test files that are run where the change is about what they load; how long one run of them may take, milliseconds. */
const FILES = 12;
const MS = 60_000;

/**
 * Tests that come by code, the nearest ones, those first that have most of `words` in them; where they are not known, the
 * code, of which the runner may know them.
 */
export function reaching(
  context: CheckContext,
  paths: readonly RepoPath[],
  words: readonly string[] = [],
): readonly RepoPath[] {
  const importers = context.language.importers(paths, LIMITS.dependents);
  if (importers.status === 'unknown') return paths;
  const found = importers.value.paths.flatMap((path) => {
    const text = isTestFile(path) ? (textAt(context, path) ?? '') : '';
    return DECLARES.test(text) ? [{ path, has: words.filter((word) => text.includes(word)).length }] : [];
  });
  return found
    .sort((a, b) => b.has - a.has)
    .slice(0, FILES)
    .map(({ path }) => path);
}

/** Outcomes of tests by path and name. */
export type Cases = ReadonlyMap<string, TestCase>;

export async function casesOf(runner: Runner, bench: Bench, paths: readonly RepoPath[], ran: Ran[]): Promise<Cases> {
  const done = paths.length > 0 ? await runTests(runner, bench, paths, { ms: MS }) : undefined;
  if (done) ran.push(toRan(done));
  // One of them may wait for what is not there.
  if (paths.length > 1 && done?.observation.limits.some(({ limit }) => limit === 'ms'))
    return casesOf(runner, bench, paths.slice(0, 1), ran);
  const cases = done?.report?.cases ?? [];
  // Of several of one name, one that failed speaks for all.
  return new Map(
    [...cases]
      .sort((a, b) => Number(a.status === 'failed') - Number(b.status === 'failed'))
      .map((one) => [`${one.path}\0${one.name}`, one]),
  );
}

/** What a test is called in a text: the names of its groups come before it. Empty where it is not there. */
export function titleIn(text: string, name: string): string {
  let rest = name;
  while (rest !== '' && !text.includes(rest)) rest = rest.replace(/^\S+\s*/, '');
  return rest;
}

/** Where code that is run with something put into it notes what it came to, a line of JSON each. */
const NOTES = '.assay-notes.jsonl';
const NOTED = 256 * 1024;

/** Program text that notes a value. */
export const noting = (value: string): string =>
  `(globalThis.process.getBuiltinModule ?? require)('node:fs').appendFileSync(globalThis.process.cwd() + '/${NOTES}', JSON.stringify(${value}) + '\\n')`;

/** What was noted in a copy. It is the word of code that runs beside what can write there as well. */
export function notesIn<T>(bench: Bench, runner: Runner, isNote: (value: Partial<T>) => value is T): readonly T[] {
  const text = readWritten(join(bench.root, runner.folder, NOTES), NOTED) ?? '';
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null && isNote(value as Partial<T>) ? [value as T] : [];
    } catch {
      return [];
    }
  });
}
