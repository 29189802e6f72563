import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Issue, LIMITS, type RepoPath, sha256 } from '../../base/index.ts';
import type { Bench, CheckContext, CheckDefinition } from '../context.ts';
import type { Ran, Status } from '../types.ts';
import { detectRunner, packageFolders } from './detect.ts';
import type { Runner, TestCase, TestRun } from './types.ts';

export { isTestFile } from './detect.ts';

interface Outcome {
  readonly status: Status;
  readonly issues: readonly Issue[];
  readonly ran: readonly Ran[];
  readonly counts: Record<TestCase['status'], number>;
}

/** The related tests of every package that the change touches, run on a copy of the head, failures compared with the base. */
export const tests: CheckDefinition = {
  name: 'tests',
  decides: true,
  async run(context) {
    const outcomes: Outcome[] = [];
    for (const [folder, changed] of packageFolders(context)) outcomes.push(await runPackage(context, folder, changed));
    const statuses = outcomes.map(({ status }) => status);
    const total = (status: TestCase['status']): number => outcomes.reduce((sum, { counts }) => sum + counts[status], 0);
    return {
      status: statuses.includes('fail')
        ? 'fail'
        : statuses.length === 0 || statuses.includes('unknown')
          ? 'unknown'
          : 'pass',
      issues: outcomes.flatMap(({ issues }) => issues),
      ran: outcomes.flatMap(({ ran }) => ran),
      summary: `${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`,
    };
  },
};

const none = { passed: 0, failed: 0, skipped: 0 };
const where = (folder: string): string => (folder === '' ? 'the repository root' : folder);

const cannotKnow = (code: string, message: string, ran: readonly Ran[] = [], suggestion?: string): Outcome => ({
  status: 'unknown',
  issues: [{ code, message, severity: 'warning', ...(suggestion ? { suggestion } : {}) }],
  ran,
  counts: none,
});

async function runPackage(context: CheckContext, folder: string, changed: readonly RepoPath[]): Promise<Outcome> {
  const detected = detectRunner(context, folder);
  if ('reason' in detected) return cannotKnow('tests/no-runner', `${where(folder)}: ${detected.reason}`);
  if (context.change.packagesUnknown !== undefined)
    return cannotKnow('tests/other-lock', context.change.packagesUnknown);
  const bench = await context.bench('head');
  if (!bench.ok)
    return {
      status: 'unknown',
      issues: bench.issues.map((issue) => ({ ...issue, severity: 'warning' as const })),
      ran: [],
      counts: none,
    };
  const run = await runTests(detected.runner, bench.value, context.options.allTests ? undefined : changed);
  if (!run)
    return cannotKnow(
      'tests/none',
      `${where(folder)}: no test reaches the changed files`,
      [],
      'run all tests with --all-tests',
    );
  const { observation, report } = run;
  const counts = { ...none };
  for (const { status } of report?.cases ?? []) counts[status]++;
  const ran = [toRan(run, counts)];

  if (observation.limits.length > 0) {
    const hit = observation.limits[0]!;
    const issue: Issue = {
      code: 'tests/limit',
      message: `${where(folder)}: the tests reached the limit ${hit.limit} (${hit.value})`,
      severity: 'error',
    };
    return { status: 'fail', issues: [issue], ran, counts };
  }
  if (!report) {
    const told = new TextDecoder()
      .decode(observation.stderr.length > 0 ? observation.stderr : observation.stdout)
      .trim();
    return cannotKnow(
      'tests/no-report',
      `${where(folder)}: ${detected.runner.name} exited with ${observation.exitCode ?? observation.signal} and left no report: ${told.slice(-400)}`,
      ran,
    );
  }
  const failures = report.cases.filter((test) => test.status === 'failed');
  if (failures.length > 0) return judgeFailures(context, detected.runner, failures, ran, counts);
  if (observation.exitCode !== 0) {
    const message = `${where(folder)}: ${detected.runner.name} reports no failed test but exited with ${observation.exitCode ?? observation.signal}`;
    return { status: 'fail', issues: [{ code: 'tests/exit-status', message, severity: 'error' }], ran, counts };
  }
  if (counts.passed === 0)
    return cannotKnow(
      'tests/none',
      `${where(folder)}: no test reaches the changed files`,
      ran,
      'run all tests with --all-tests',
    );
  return { status: 'pass', issues: [], ran, counts };
}

const caseKey = (test: TestCase): string => `${test.path}\0${test.name}`;

/** Only what passes at the base, or is not there, is this change's failure. */
async function judgeFailures(
  context: CheckContext,
  runner: Runner,
  failures: readonly TestCase[],
  ran: readonly Ran[],
  counts: Outcome['counts'],
): Promise<Outcome> {
  const before = new Set<string>();
  const baseRan: Ran[] = [];
  const bench = await context.bench('base');
  if (bench.ok) {
    const files = [...new Set(failures.map(({ path }) => path as RepoPath))];
    const run = await runTests(runner, bench.value, files);
    if (run) {
      const baseCounts = { ...none };
      for (const test of run.report?.cases ?? []) {
        baseCounts[test.status]++;
        if (test.status === 'failed') before.add(caseKey(test));
      }
      baseRan.push(toRan(run, baseCounts));
    }
  }
  const issues = failures.map((test): Issue => {
    const old = before.has(caseKey(test));
    return {
      code: old ? 'tests/failing-before' : 'tests/failed',
      message: `${test.name}${old ? ' (fails at the base too)' : ''}: ${test.message ?? 'failed'}`,
      severity: old ? 'warning' : 'error',
      path: test.path,
    };
  });
  const fresh = issues.some((issue) => issue.severity === 'error');
  return { status: fresh ? 'fail' : counts.passed > 0 ? 'pass' : 'unknown', issues, ran: [...ran, ...baseRan], counts };
}

async function runTests(
  runner: Runner,
  bench: Bench,
  changed: readonly RepoPath[] | undefined,
): Promise<TestRun | undefined> {
  const folder = join(bench.root, '.assay', 'reports');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${sha256(`${runner.folder}\0${performance.now()}`).slice(0, 16)}.json`);
  const argv = runner.command(bench.root, file, changed);
  if (!argv) return undefined;
  const observation = await bench.sandbox.run({
    argv,
    cwd: join(bench.root, runner.folder),
    // A tests run inside a check does not check again.
    env: { CI: 'true', NO_COLOR: '1', ASSAY_INSIDE_CHECK: '1' },
    limits: { ms: LIMITS.commandMs },
  });
  return { observation, bench: bench.root, report: readReport(runner, file, bench.root) };
}

function readReport(runner: Runner, file: string, bench: string): TestRun['report'] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  return runner.read(text, bench);
}

/** Paths of the copy that the tests ran in are told relative to its root: the copy is gone afterwards. */
function toRan({ observation, bench }: TestRun, counts: Outcome['counts']): Ran {
  return {
    command: observation.argv.map((word) => word.replaceAll(`${bench}/`, '')),
    exitCode: observation.exitCode,
    isolation: observation.isolation,
    ms: Math.round(observation.ms),
    counts: { ...counts },
    outputHash: sha256(Buffer.concat([observation.stdout, observation.stderr])),
  };
}
