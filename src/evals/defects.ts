import { type EventSink, type Issue, noEvents, ok, type Result } from '../base/index.ts';
import { check } from '../jobs/index.ts';
import { type CaseEdit, withEdits } from './edits.ts';
import { type SuiteReport, share, sharesBy } from './report.ts';
import { checkoutOf, readCases } from './repositories.ts';

/** One fault put into a file of a real repository, and what a check of it must say. */
export interface DefectCase extends CaseEdit {
  readonly id: string;
  readonly repo: string;
  readonly commit: string | null;
  readonly kind: string;
  readonly expect: 'fail' | 'unknown' | 'pass';
  /** Names that must all be told. */
  readonly expectNames?: readonly string[];
}

export interface DefectOptions {
  /** JSON Lines of cases. */
  readonly cases: string;
  /** A folder with a checkout, dependencies installed, for each repository by name. */
  readonly repositories: string;
  readonly events?: EventSink;
}

const STATIC = ['names', 'packages', 'types'] as const;

/** Puts each fault into its checkout, checks the working tree, takes the fault out again, and holds the verdict against the expectation. */
export async function defects(options: DefectOptions): Promise<Result<SuiteReport>> {
  const cases = readCases<DefectCase>(options.cases);
  if (!cases.ok) return cases;
  const events = options.events ?? noEvents;
  const outcomes: {
    readonly one: DefectCase;
    readonly found: string;
    readonly right: boolean;
    readonly names: Names;
  }[] = [];
  const skipped = new Set<string>();
  events({ type: 'progress-start', task: 'defects', total: cases.value.length });
  const started = performance.now();
  for (const [index, one] of cases.value.entries()) {
    const folder = checkoutOf(options.repositories, one.repo);
    if (!folder) {
      skipped.add(one.repo);
      continue;
    }
    outcomes.push({ one, ...(await judge(folder, one)) });
    events({ type: 'progress-delta', task: 'defects', done: index + 1, total: cases.value.length, note: one.id });
  }
  events({ type: 'progress-end', task: 'defects', ms: performance.now() - started });
  const names = outcomes.reduce(
    (sum, outcome) => ({ looked: sum.looked + outcome.names.looked, unknown: sum.unknown + outcome.names.unknown }),
    { looked: 0, unknown: 0 },
  );
  return ok({
    suite: 'defects',
    figures: [
      share('as expected', outcomes.filter(({ right }) => right).length, outcomes.length),
      ...sharesBy('expected', outcomes, (one) => one.expect),
      ...sharesBy('kind', outcomes, (one) => `${one.kind} (${one.expect})`),
      ...sharesBy('repository', outcomes, (one) => one.repo),
      share('names unknown, in all cases not expected to be', names.unknown, names.looked),
      ...[...skipped].map((repo) => share(`no checkout of ${repo}`, 0, 0)),
    ],
    wrong: outcomes
      .filter(({ right }) => !right)
      .map(({ one, found }) => ({ id: one.id, expected: one.expect, found })),
  });
}

interface Names {
  readonly looked: number;
  readonly unknown: number;
}

async function judge(folder: string, one: DefectCase): Promise<{ found: string; right: boolean; names: Names }> {
  const none = { looked: 0, unknown: 0 };
  const report = await withEdits(folder, one.commit, [one], () =>
    check({ cwd: folder, change: { kind: 'working-tree' }, only: STATIC }),
  );
  if (!report) return { found: 'the case does not apply to the checkout', right: false, names: none };
  if (!report.ok) return { found: report.issues[0]!.message, right: false, names: none };
  const { status, checks } = report.value.verdict;
  const issues = checks.flatMap((check) => check.issues);
  const errors = issues.filter((issue) => issue.severity === 'error' && issue.path === one.path);
  const told = (one.expectNames ?? []).every((name) => issues.some((issue) => mentions(issue, name)));
  const right = status === one.expect && told && (status !== 'fail' || errors.length > 0);
  const text = issues
    .filter(({ severity }) => severity !== 'info' || one.expect === 'pass')
    .slice(0, 3)
    .map(({ code, message }) => `${code}: ${message}`);
  return {
    found: [status, ...text].join('; ').slice(0, 400),
    right,
    names: one.expect === 'unknown' ? none : namesOf(checks),
  };
}

function namesOf(checks: readonly { readonly name: string; readonly summary: string }[]): Names {
  const summary = checks.find(({ name }) => name === 'names')?.summary ?? '';
  return {
    looked: Number(/^(\d+) names/.exec(summary)?.[1] ?? 0),
    unknown: Number(/(\d+) unknown/.exec(summary)?.[1] ?? 0),
  };
}

const mentions = (issue: Issue, name: string): boolean => issue.message.includes(name);
