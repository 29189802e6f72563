import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS, type RepoPath, sha256 } from '../../base/index.ts';
import type { Bench } from '../context.ts';
import type { Ran } from '../types.ts';
import { COUNTER } from './coverage.ts';
import type { Runner, TestCase, TestRun } from './types.ts';

/** Files of a copy that are looked at to see whether a test run changed them. */
const WATCHED_FILES = 20_000;

export type Counts = Record<TestCase['status'], number>;

export function countsOf(run: TestRun): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status } of run.report?.cases ?? []) counts[status]++;
  return counts;
}

/** Runs the tests of these changed files, all where `changed` is undefined. Undefined where no test is related. */
export async function runTests(
  runner: Runner,
  bench: Bench,
  changed: readonly RepoPath[] | undefined,
  options: { readonly counted: boolean } = { counted: false },
): Promise<TestRun | undefined> {
  const folder = join(bench.root, '.assay', 'reports');
  mkdirSync(folder, { recursive: true });
  const id = sha256(`${runner.folder}\0${performance.now()}`).slice(0, 16);
  const report = join(folder, `${id}.json`);
  const coverage = join(folder, `coverage-${id}`);
  const argv = runner.command(bench.root, report, changed);
  if (!argv) return undefined;
  const before = options.counted ? filesOf(bench.root) : undefined;
  const observation = await bench.sandbox.run({
    argv,
    cwd: join(bench.root, runner.folder),
    env: {
      CI: 'true',
      NO_COLOR: '1',
      // A tests run inside a check does not check again.
      ASSAY_INSIDE_CHECK: '1',
      ...(options.counted ? { NODE_OPTIONS: COUNTER, ASSAY_COVERAGE: coverage, ASSAY_COVERAGE_ROOT: bench.root } : {}),
    },
    limits: { ms: LIMITS.commandMs },
  });
  return {
    observation,
    bench: bench.root,
    report: readReport(runner, report, bench.root),
    coverage,
    touched: before ? differing(before, filesOf(bench.root)) : [],
  };
}

function readReport(runner: Runner, file: string, bench: string): TestRun['report'] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return runner.read(text, bench);
  } catch {
    // The code under test can write this file as well; one of another shape says nothing.
    return undefined;
  }
}

/** Size and time of every file, by path. */
function filesOf(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (found.size >= WATCHED_FILES) return;
      if (/^(?:node_modules|\.git|\.assay)$/.test(entry.name)) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) {
        const { size, mtimeMs } = statSync(join(root, path));
        found.set(path, `${size} ${mtimeMs}`);
      }
    }
  };
  visit('');
  return found;
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
    counts: countsOf(run),
    outputHash: sha256(Buffer.concat([observation.stdout, observation.stderr])),
  };
}
