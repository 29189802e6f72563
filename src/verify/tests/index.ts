import type { Issue, LimitHit, RepoPath } from '../../base/index.ts';
import type { Observation } from '../../sandbox/index.ts';
import { type Bench, basePath, type CheckContext, type CheckDefinition, isChecked, isCode } from '../context.ts';
import type { Coverage, Ran } from '../types.ts';
import { runAsBefore } from './asBefore.ts';
import { builtBefore } from './builds.ts';
import { withCanary } from './canary.ts';
import { type Concerned, concernedBy } from './concerned.ts';
import { changedCoverage } from './coverage.ts';
import { detectRunner } from './detect.ts';
import { decidesWhatRuns, fewerTests } from './fewer.ts';
import { countsOf, runTests, toRan } from './run.ts';
import type { Outcome, Runner, TestCase, TestRun } from './types.ts';

export { isTestFile } from './detect.ts';
export { NAMED_TEST } from './runnerFiles.ts';

/** A failing test is run so many times in all, each time in a copy in which nothing ran before. */
const RUNS = 3;

/** Characters of what a program said that are told. */
const WORDS = 600;

/** A run at the base that takes this part of the time limit or more is near to it. */
const NEAR = 3;

/**
 * What one test may take in the last run of one that its own time limit ended, milliseconds: whether a test hangs is known
 * where it does not end in that time either, and not on a machine that is busy with other things.
 */
const PATIENT_MS = 60_000;

/** The related tests of every package that the change touches, run on a copy of the head, failures compared with the base. */
export const tests: CheckDefinition = {
  name: 'tests',
  decides: true,
  anyFile: true,
  async run(context) {
    const concerned = await concernedBy(context);
    if (concerned.length === 0) {
      const same = runAsBefore(context);
      const message = 'no test reaches the changed files';
      if (!context.change.files.some((file) => isChecked(file.path) && !same.has(file))) {
        const summary = same.size > 0 ? 'of code, only comments changed' : message;
        return { status: 'unknown', decides: false, issues: [], ran: [], summary };
      }
      const { status, issues, ran } = cannotKnow('tests/none', message, [], allTests(context));
      return { status, issues, ran, summary: message };
    }
    const outcomes: Outcome[] = [];
    for (const one of concerned) outcomes.push(await runPackage(context, one));
    const statuses = outcomes.map(({ status }) => status);
    const counts = countsOf(distinct(outcomes));
    const coverage = joined(outcomes.flatMap((one) => one.coverage ?? []));
    const isCounted = coverage !== undefined || outcomes.every(({ cases }) => cases === undefined);
    const counted =
      coverage && coverage.lines > 0 ? `; ${coverage.covered} of ${coverage.lines} changed lines ran` : '';
    const lines = isCounted ? counted : '; which changed lines ran is not known';
    const isBroken = statuses.includes('fail');
    const unseen = coverage && !isBroken ? notSeen(context, coverage) : [];
    return {
      status: isBroken
        ? 'fail'
        : statuses.length === 0 || statuses.includes('unknown') || unseen.length > 0
          ? 'unknown'
          : 'pass',
      issues: [...outcomes.flatMap(({ issues }) => issues), ...unseen],
      ran: outcomes.flatMap(({ ran }) => ran),
      summary: `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped${lines}`,
      ...(coverage ? { coverage } : {}),
    };
  },
};

/** What the runs of several packages report: a file of tests that two of them ran, as that of a root does, is told once. */
function distinct(outcomes: readonly Outcome[]): readonly TestCase[] {
  const seen = new Set<string>();
  return outcomes.flatMap(({ cases = [] }) => {
    const own = cases.filter(({ path }) => path === '' || !seen.has(path));
    for (const { path } of own) seen.add(path);
    return own;
  });
}

function joined(parts: readonly Coverage[]): Coverage | undefined {
  if (parts.length === 0) return undefined;
  const sum = (key: 'lines' | 'covered'): number => parts.reduce((total, part) => total + part[key], 0);
  return { lines: sum('lines'), covered: sum('covered'), files: parts.flatMap(({ files }) => files) };
}

const where = (folder: string): string => (folder === '' ? 'the repository root' : folder);

const cannotKnow = (code: string, message: string, ran: readonly Ran[] = [], suggestion?: string): Outcome => ({
  status: 'unknown',
  issues: [{ code, message, severity: 'warning', ...(suggestion ? { suggestion } : {}) }],
  ran,
});

const allTests = ({ options }: CheckContext): string | undefined =>
  options.allTests ? undefined : 'run all tests with --all-tests';
const LOADS = 'where they run a build, build it first, or have them import the sources';

/** What passed says nothing of a change of which it ran no line, as where it runs a build of before. */
function notSeen(context: CheckContext, { lines, covered, files }: Coverage): readonly Issue[] {
  if (lines === 0 || covered > 0) return [];
  return files.some((file) => file.loaded && file.lines > 0)
    ? cannotKnow('tests/none', 'no test runs a changed line', [], allTests(context)).issues
    : cannotKnow('tests/none', 'no test loads the changed files', [], LOADS).issues;
}

async function runPackage(context: CheckContext, { folder, changed, asked }: Concerned): Promise<Outcome> {
  const detected = detectRunner(context, folder);
  if ('reason' in detected) {
    const unknown = cannotKnow('tests/no-runner', `${where(folder)}: ${detected.reason}`);
    if (changed.length > 0) return unknown;
    // Of a package that did not change, it is said alone.
    return { ...unknown, status: 'pass', issues: unknown.issues.map((one) => ({ ...one, severity: 'info' })) };
  }
  if (context.change.packagesUnknown !== undefined)
    return cannotKnow('tests/other-lock', context.change.packagesUnknown);
  // What the tests do to their copy is not to change what other checks see of the head.
  const bench = await context.bench('fresh');
  if (!bench.ok) {
    const issues = bench.issues.map((issue) => ({ ...issue, severity: 'warning' as const }));
    return { ...cannotKnow('', ''), issues };
  }
  const { runner } = detected;
  // Another copy is made meanwhile, for the run that a run that passes is held against.
  const spare = changed.some(isCode) ? context.bench('fresh') : undefined;
  const run = await runTests(runner, bench.value, asked, { counted: true });
  await spare;
  const noTest = `${where(folder)}: no test reaches the changed files`;
  if (!run) return cannotKnow('tests/none', noTest, [], allTests(context));
  const files = context.change.files.filter(({ path }) => changed.includes(path));
  const outcome = await judge(context, runner, run, folder, asked);
  if (!outcome) return cannotKnow('tests/none', noTest, [toRan(run)], allTests(context));
  const coverage = run.report ? changedCoverage(run.coverage, run.bench, files) : undefined;
  const told = await withCanary(context, runner, run, folder, changed, asked, outcome, spare);
  const held = await withCounts(context, runner, run, folder, asked, told);
  return {
    ...held,
    cases: run.report?.cases ?? [],
    issues: [...held.issues, ...conduct(run, folder), ...(coverage ? notCovered(coverage) : [])],
    ...(coverage ? { coverage } : {}),
  };
}

/** Tests that are gone from the report, where the base was run too, or the change touches what decides which tests there are. */
async function withCounts(
  context: CheckContext,
  runner: Runner,
  { report }: TestRun,
  folder: string,
  asked: readonly RepoPath[] | undefined,
  outcome: Outcome,
): Promise<Outcome> {
  if (!report) return outcome;
  const ran = [...outcome.ran];
  let { before } = outcome;
  // Failures alone were looked for in some files only.
  if (outcome.status === 'pass' && decidesWhatRuns(context, folder)) {
    const base = await context.bench('base');
    const run = base.ok ? await runTests(runner, base.value, asked) : undefined;
    if (run) ran.push(toRan(run));
    before = run?.report?.cases ?? before;
  }
  if (!before) return { ...outcome, ran };
  const fewer = await fewerTests(context, runner, before, report.cases);
  const isBroken = fewer.issues.some(({ severity }) => severity === 'error');
  return {
    ...outcome,
    ...(isBroken ? { status: 'fail' as const } : {}),
    ran: [...ran, ...fewer.ran],
    issues: [...outcome.issues, ...fewer.issues],
  };
}

/** What a run came to; undefined where no test was run. */
async function judge(
  context: CheckContext,
  runner: Runner,
  run: TestRun,
  folder: string,
  asked: readonly RepoPath[] | undefined,
): Promise<Outcome | undefined> {
  const { observation, report } = run;
  const cases = report?.cases ?? [];
  const { passed } = countsOf(cases);
  const ran = [toRan(run)];
  const failing = (code: string, message: string): Outcome => ({
    status: 'fail',
    issues: [{ code, message: `${where(folder)}: ${message}`, severity: 'error' }],
    ran,
  });
  const limit = ended(observation);
  if (limit) {
    const silent = observation.stdoutBytes + observation.stderrBytes === 0 ? ', without a word' : '';
    const told = `the tests reached the limit ${limit.limit} (${limit.value})${silent}`;
    const base = await context.bench('base');
    const before = base.ok ? await runTests(runner, base.value, asked) : undefined;
    if (before) ran.push(toRan(before));
    // Where they did so before, the change has nothing to do with it, and nothing is known of it.
    if (!base.ok || (before && ended(before.observation)))
      return cannotKnow('tests/limit', `${where(folder)}: ${told}${before ? ', at the base too' : ''}`, ran);
    // A slow machine is no fault of the change: so near to the limit, the base might have reached it as well.
    if (before && limit.limit === 'ms' && before.observation.ms * NEAR >= limit.value) {
      const took = `the base took ${Math.round(before.observation.ms)} ms`;
      return cannotKnow('tests/limit', `${where(folder)}: ${told}; ${took}, which is near to it`, ran);
    }
    return failing('tests/limit', `${told}, and did not at the base`);
  }
  const status = observation.exitCode ?? observation.signal;
  if (!report) {
    const said = observation.stderr.length > 0 ? observation.stderr : observation.stdout;
    const told = lastWords(new TextDecoder().decode(said));
    const message = `${where(folder)}: ${runner.name} exited with ${status} and left no report: ${told}`;
    return cannotKnow('tests/no-report', message, ran);
  }
  const failures = cases.filter((test) => test.status === 'failed');
  if (failures.length > 0) return judgeFailures(context, runner, failures, ran, passed);
  if (observation.exitCode !== 0) {
    const told = `${where(folder)}: ${runner.name} reports no failed test but exited with ${status}`;
    return judgeExit(context, runner, asked, told, ran, passed);
  }
  return passed === 0 ? undefined : { status: 'pass', issues: [], ran };
}

/**
 * A run in which no test failed and that still ended with an error, such as one that nothing caught. Held against the base and
 * tried again as a failed test is: a runner may look at more than what changed.
 */
async function judgeExit(
  context: CheckContext,
  runner: Runner,
  asked: readonly RepoPath[] | undefined,
  told: string,
  ran: Ran[],
  passed: number,
): Promise<Outcome | undefined> {
  const issue = (note: string, severity: Issue['severity']): Issue[] => [
    { code: 'tests/exit-status', message: `${told}${note}`, severity },
  ];
  const again = async (side: 'base' | 'fresh'): Promise<TestRun | undefined> => {
    const place = await context.bench(side);
    const run = place.ok ? await runTests(runner, place.value, asked) : undefined;
    if (run) ran.push(toRan(run));
    return run;
  };
  const before = await again('base');
  const had = before?.report?.cases;
  const held: Outcome = { status: 'pass', issues: [], ran, ...(had ? { before: had } : {}) };
  if (before && !before.report)
    return { ...held, status: 'unknown', issues: issue(' (the base could not be tested)', 'warning') };
  const failedBefore = before !== undefined && before.observation.exitCode !== 0 && countsOf(had ?? []).failed === 0;
  if (failedBefore) return passed === 0 ? undefined : { ...held, issues: issue(', at the base too', 'warning') };
  for (let run = 2; run <= RUNS; run++) {
    const fresh = await again('fresh');
    const now = countsOf(fresh?.report?.cases ?? []);
    if (fresh?.observation.exitCode === 0 && now.failed === 0 && now.passed > 0)
      return { ...held, issues: issue(`, and with 0 in run ${run}, in a new copy of the tree`, 'warning') };
  }
  return { ...held, status: 'fail', issues: issue('', 'error') };
}

/** What a program said last, whole lines of it, without where in its code. */
function lastWords(text: string): string {
  const told = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .join('\n');
  const last = told.slice(-WORDS);
  return last === told ? told : last.slice(last.indexOf('\n') + 1);
}

/** The limit that ended a run. What was printed beyond its limit is dropped, and ends nothing: no verdict comes from it. */
const ended = ({ limits }: Observation): LimitHit | undefined => limits.find(({ limit }) => limit !== 'outputBytes');

/** Whether a test failed because its time was up, in the words of vitest, jest, mocha, ava and tap. */
const isLate = ({ message = '' }: TestCase): boolean => /\btimed out\b|\btimeout of \d+|^timeout!/i.test(message);

const caseKey = (test: TestCase): string => `${test.path}\0${test.name}`;

/** A test by the path that its file had at the base; undefined where the file is new. */
function asAtBase(context: CheckContext, test: TestCase): TestCase | undefined {
  const path = basePath(context, test.path as RepoPath);
  return path === undefined ? undefined : { ...test, path };
}

/** Only what passes at the base, or is not there, is this change's failure; and only if it fails every time. */
async function judgeFailures(
  context: CheckContext,
  runner: Runner,
  failures: readonly TestCase[],
  ran: readonly Ran[],
  passed: number,
): Promise<Outcome> {
  const more: Ran[] = [];
  const again = async (
    where: Bench,
    cases: readonly TestCase[],
    testMs?: number,
  ): Promise<readonly TestCase[] | undefined> => {
    const paths = [...new Set(cases.map(({ path }) => path as RepoPath))];
    const run = await runTests(runner, where, paths, testMs === undefined ? {} : { testMs });
    if (run) more.push(toRan(run));
    return run?.report?.cases;
  };
  const base = await context.bench('base');
  const had = failures.flatMap((test) => asAtBase(context, test) ?? []);
  const atBase = base.ok && had.length > 0 ? await again(base.value, had) : undefined;
  // The base is there and its tests do not even start: whether those that it has failed before is not to be known.
  const isBlind = base.ok && atBase === undefined && more.length > 0;
  const failed = new Set((atBase ?? []).filter(({ status }) => status === 'failed').map(caseKey));
  const before = new Set(failures.filter((test) => failed.has(caseKey(asAtBase(context, test) ?? test))));
  const fresh = failures.filter((test) => !before.has(test));
  // In which run a failing test passed. What a run leaves behind must not make the next one pass.
  const passes = new Map<string, number>();
  for (let run = 2; run <= RUNS && passes.size < fresh.length; run++) {
    const place = await context.bench('fresh');
    if (!place.ok) break;
    const open = fresh.filter((test) => !passes.has(caseKey(test)));
    const cases = await again(place.value, open, run === RUNS && open.some(isLate) ? PATIENT_MS : undefined);
    // The one that a report does not name, such as a file that did not load this time, counts as failed.
    const passed = new Set((cases ?? []).filter(({ status }) => status === 'passed').map(caseKey));
    for (const test of open) if (passed.has(caseKey(test))) passes.set(caseKey(test), run);
  }
  const builds = new Map<string, string | undefined>();
  for (const { path } of fresh) if (!builds.has(path)) builds.set(path, await builtBefore(context, path as RepoPath));
  const issues = failures.map((test): Issue => {
    const passed = passes.get(caseKey(test));
    const built = builds.get(test.path);
    const [code, note] = before.has(test)
      ? ['tests/failing-before', ' (fails at the base too)']
      : passed !== undefined
        ? [
            'tests/flaky',
            ` (passed in run ${passed}, each in a new copy of the tree${isLate(test) && passed === RUNS ? ', with more time' : ''})`,
          ]
        : isBlind && asAtBase(context, test)
          ? ['tests/failed-perhaps-before', ' (the base could not be tested)']
          : built !== undefined
            ? ['tests/failed-by-build', ` (it may come to a build of before: build ${built} and check again)`]
            : ['tests/failed', ''];
    return {
      code,
      message: `${test.name}${note}: ${test.message ?? 'failed'}`,
      severity: code === 'tests/failed' ? 'error' : 'warning',
      path: test.path,
    };
  });
  const isBroken = issues.some((issue) => issue.severity === 'error');
  const held = passed + passes.size > 0;
  const isKnown = held && !issues.some(({ code }) => /^tests\/failed-(?:perhaps-before|by-build)$/.test(code));
  const status = isBroken ? 'fail' : isKnown ? 'pass' : 'unknown';
  return { status, issues, ran: [...ran, ...more], ...(atBase ? { before: atBase } : {}) };
}

/** Files told by name. */
const NAMED = 5;

/** What a run did beside testing: text without end, changes to the tree that it ran in. */
function conduct({ observation, touched }: TestRun, folder: string): Issue[] {
  const issues: Issue[] = [];
  const written = observation.stdoutBytes + observation.stderrBytes;
  const kept = observation.stdout.length + observation.stderr.length;
  if (written > kept) {
    const message = `${where(folder)}: the tests printed ${written} bytes, of which the first ${kept} were kept`;
    issues.push({ code: 'tests/output', message, severity: 'warning' });
  }
  if (touched.length > 0) {
    const more = touched.length > NAMED ? ` and ${touched.length - NAMED} more` : '';
    issues.push({
      code: 'tests/changes-tree',
      message: `${where(folder)}: the tests changed the copy of the tree that they ran in: ${touched.slice(0, NAMED).join(', ')}${more}`,
      severity: 'warning',
      suggestion: 'have them write into a temporary folder',
    });
  }
  return issues;
}

/** Changed lines that no test ran, and branches that none took: told, and no fault. */
function notCovered({ files }: Coverage): Issue[] {
  return files.flatMap(({ path, loaded, notRun, notTaken, lines }): Issue[] => {
    if (lines === 0) return [];
    if (!loaded) return [{ code: 'tests/not-covered', message: 'no test loads this file', severity: 'info', path }];
    const runs = notRun.map(([first, last]): Issue => {
      const message = first === last ? `no test runs line ${first}` : `no test runs lines ${first} to ${last}`;
      return { code: 'tests/not-covered', message, severity: 'info', path, at: { line: first, column: 1 } };
    });
    const branches = notTaken.map(
      (at): Issue => ({
        code: 'tests/branch-not-taken',
        message: 'no test takes this branch',
        severity: 'info',
        path,
        at,
      }),
    );
    return [...runs, ...branches];
  });
}
