import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { LIMITS, type RepoPath, repoPath, sha256 } from '../../base/index.ts';
import { makeOwnFolder, readWritten } from '../../sandbox/index.ts';
import type { Bench } from '../context.ts';
import type { Ran } from '../types.ts';
import { COUNTER } from './coverage.ts';
import type { Counts, Runner, TestCase, TestRun } from './types.ts';

/** Files of a copy that are looked at to see whether a test run changed them. */
const WATCHED_FILES = 20_000;

/** Largest report of a runner that is read, bytes. */
const REPORT_BYTES = 64 * 1024 * 1024;

/** Node opens its debugger to whoever sends it SIGUSR1, and a debugger can make a runner report what it likes. */
const NO_DEBUGGER = '--disable-sigusr1';
const OPTIONS = process.allowedNodeEnvironmentFlags.has(NO_DEBUGGER) ? [NO_DEBUGGER] : [];

export function countsOf(cases: readonly TestCase[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status } of cases) counts[status]++;
  return counts;
}

/**
 * Runs the tests of these changed files, all where `changed` is undefined. Undefined where no test is related. `testMs` and `ms`:
 * what one test and all of them may take, milliseconds.
 */
export async function runTests(
  runner: Runner,
  bench: Bench,
  changed: readonly RepoPath[] | undefined,
  options: { readonly counted?: boolean; readonly testMs?: number; readonly ms?: number } = {},
): Promise<TestRun | undefined> {
  const folder = makeOwnFolder(bench.root, '.assay', 'reports');
  // A run before this one has put something else there.
  if (folder === undefined) return undefined;
  const id = sha256(`${runner.folder}\0${performance.now()}`).slice(0, 16);
  const report = join(folder, `${id}.json`);
  const coverage = join(folder, `coverage-${id}`);
  const argv = runner.command(bench.root, report, changed, options.testMs);
  if (!argv) return undefined;
  const before = options.counted ? filesOf(bench.root) : undefined;
  const observation = await bench.sandbox.run({
    argv,
    cwd: join(bench.root, runner.folder),
    env: {
      ...runner.env,
      CI: 'true',
      // Tests of colours fail where both are set.
      ...(runner.env.FORCE_COLOR === undefined ? { NO_COLOR: '1' } : {}),
      // A tests run inside a check does not check again.
      ASSAY_INSIDE_CHECK: '1',
      NODE_OPTIONS: [...OPTIONS, runner.env.NODE_OPTIONS ?? '', ...(options.counted ? [COUNTER] : [])].join(' '),
      ...(options.counted ? { ASSAY_COVERAGE: coverage, ASSAY_COVERAGE_ROOT: bench.root } : {}),
    },
    limits: { ms: options.ms ?? LIMITS.commandMs },
  });
  return {
    observation,
    bench: bench.root,
    report: readReport(runner, report, bench.root),
    coverage,
    touched: before ? differing(before, filesOf(bench.root)) : [],
  };
}

/** The report of a run, as far as it can be believed: whoever is tested can write it as well. */
export function readReport(runner: Runner, file: string, bench: string): TestRun['report'] {
  const text = readWritten(file, REPORT_BYTES);
  if (text === undefined) return undefined;
  try {
    const report = runner.read(text, bench);
    // Each copy has a name of its own: a test that is called by the path of something in it is the same in all.
    const within = (words: string): string => words.replaceAll(`${bench}/`, '').replaceAll(bench, '.');
    return (
      report && {
        cases: report.cases.map(({ message, ...one }) => ({
          ...one,
          // What runs can name any file as a test's, one outside of the copy as well.
          path: repoPath(one.path) ?? '',
          name: plain(within(one.name)),
          ...(message === undefined ? {} : { message: within(message) }),
        })),
      }
    );
  } catch {
    // The code under test can write this file as well; one of another shape says nothing.
    return undefined;
  }
}

/** A name as one line of text, whatever a test is called. */
export const plain = (name: string): string =>
  stripVTControlCharacters(name)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();

/** Size and time of every file, by path: that of the last change of its entry, which no program can set. */
function filesOf(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of entriesOf(join(root, folder))) {
      if (found.size >= WATCHED_FILES) return;
      if (/^(?:node_modules|\.git|\.assay)$/.test(entry.name)) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) {
        const stat = lstatSync(join(root, path), { throwIfNoEntry: false });
        if (stat) found.set(path, `${stat.size} ${stat.ctimeMs}`);
      }
    }
  };
  visit('');
  return found;
}

/** What is in a folder; nothing where it cannot be listed, as one deeper than a path may be. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Files that were there before and are not as they were. What is new is left alone: tests write reports. */
const differing = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
  [...before].flatMap(([path, state]) => (after.get(path) === state ? [] : [path])).sort();

/**
 * A run as it is told. Paths of the copy that the tests ran in are relative to its root, which is gone afterwards, and the
 * report goes by one name: the same run is told in the same words.
 */
export function toRan(run: TestRun): Ran {
  const { observation, bench } = run;
  const told = (word: string): string =>
    word === process.execPath
      ? 'node'
      : word.replaceAll(`${bench}/`, '').replace(/\.assay\/reports\/[0-9a-f]{16}\.json/, '.assay/reports/report.json');
  return {
    command: observation.argv.map(told),
    exitCode: observation.exitCode,
    isolation: observation.isolation,
    ms: Math.round(observation.ms),
    counts: countsOf(run.report?.cases ?? []),
    outputHash: sha256(Buffer.concat([observation.stdout, observation.stderr])),
  };
}
