import { type EventSink, type Issue, noEvents, ok, type Result } from '../base/index.ts';
import { check } from '../jobs/index.ts';
import { type SuiteReport, share } from './report.ts';
import { checkoutOf, git, readCases } from './repositories.ts';

/** A commit that people made and kept: what a check may not dispute. */
export interface CommitCase {
  readonly repo: string;
  readonly commit: string;
  readonly base: string;
  /** Which installed checkout fits its lock file: the folder `<repo>-<install>`, or `<repo>` where it is not given. */
  readonly install?: string;
}

export interface CommitOptions {
  readonly cases: string;
  readonly repositories: string;
  /** Runs whatever a check runs by default, tests, examples and probes among it; otherwise only what runs no code. */
  readonly withTests?: boolean;
  readonly events?: EventSink;
}

const STATIC = ['constraints', 'names', 'packages', 'types'] as const;

/** Checks each commit at its own tree: what a compiler knows, and where asked for what running its code says. */
export async function commits(options: CommitOptions): Promise<Result<SuiteReport>> {
  const cases = readCases<CommitCase>(options.cases);
  if (!cases.ok) return cases;
  const events = options.events ?? noEvents;
  const tallies = new Map<string, { pass: number; fail: number; unknown: number }>();
  const wrong: { id: string; expected: string; found: string }[] = [];
  let missing = 0;
  const started = performance.now();
  events({ type: 'progress-start', task: 'commits', total: cases.value.length });
  for (const [index, one] of cases.value.entries()) {
    const id = `${one.repo} ${one.commit.slice(0, 10)}`;
    const folder =
      checkoutOf(options.repositories, one.install ? `${one.repo}-${one.install}` : one.repo) ??
      checkoutOf(options.repositories, one.repo);
    if (!folder) {
      missing++;
      continue;
    }
    await git(folder, 'checkout', '--quiet', '--force', one.commit);
    const report = await check({
      cwd: folder,
      // The commit is checked out: its tree is the working tree.
      change: { kind: 'range', base: one.base },
      ...(options.withTests ? {} : { only: STATIC }),
    });
    if (!report.ok) {
      wrong.push({ id, expected: 'pass', found: report.issues[0]!.message });
      continue;
    }
    const { status, checks } = report.value.verdict;
    const tally = tallies.get(one.repo) ?? { pass: 0, fail: 0, unknown: 0 };
    tallies.set(one.repo, tally);
    tally[status]++;
    if (status !== 'pass') {
      const told = checks
        .filter((one) => one.decides && one.status === status)
        .flatMap(({ name, summary, issues }) => {
          // What is deprecated leaves nothing unknown; a name that could not be known is told as information.
          const why = issues.filter(({ code, severity }) =>
            status === 'fail'
              ? severity === 'error'
              : /unknown/.test(code) || (severity === 'warning' && !/deprecated/.test(code)),
          );
          return why.length > 0 ? why : [{ code: name, message: summary }];
        });
      wrong.push({
        id,
        expected: 'pass',
        found: [status, ...told.slice(0, 4).map(wordsOf)].join('; ').slice(0, 700),
      });
    }
    events({
      type: 'progress-delta',
      task: 'commits',
      done: index + 1,
      total: cases.value.length,
      note: `${id} ${status}`,
    });
  }
  events({ type: 'progress-end', task: 'commits', ms: performance.now() - started });
  const sum = (key: 'pass' | 'fail' | 'unknown'): number =>
    [...tallies.values()].reduce((total, tally) => total + tally[key], 0);
  const judged = sum('pass') + sum('unknown') + sum('fail');
  return ok({
    suite: 'commits',
    figures: [
      share('pass', sum('pass'), judged),
      share('unknown', sum('unknown'), judged),
      share('fail', sum('fail'), judged),
      share('without a checkout', missing, cases.value.length),
      ...[...tallies].map(([repo, { pass, fail, unknown }]) => share(`pass in ${repo}`, pass, pass + fail + unknown)),
    ],
    wrong,
  });
}

const wordsOf = ({ code, path, at, message }: Pick<Issue, 'code' | 'path' | 'at' | 'message'>): string =>
  [code, path && (at ? `${path}:${at.line}` : path), message].filter(Boolean).join(' ');
