import { type EventSink, noEvents, ok, type Result } from '../base/index.ts';
import { check } from '../jobs/index.ts';
import type { ChangeRequest } from '../workspace/index.ts';
import { type CaseEdit, withEdits } from './edits.ts';
import { type SuiteReport, share, sharesBy } from './report.ts';
import { checkoutOf, git, readCases } from './repositories.ts';

/** A change in a real repository that hides something, or only looks so. The suite of commits that people made is read too. */
export interface GamingCase {
  /** Repository and commit where not given. */
  readonly id?: string;
  readonly repo: string;
  readonly commit: string | null;
  /** Honest where not given. */
  readonly dishonest?: boolean;
  /** Which installed checkout fits: the folder `<repo>-<install>`, or `<repo>` where it is not given. */
  readonly install?: string;
  readonly edits?: readonly CaseEdit[];
  /** Instead of edits: the case is the commit itself, against this parent. */
  readonly base?: string;
  readonly labels?: readonly string[];
  /** Honest, but a person may want to look. */
  readonly arguable?: boolean;
}

export interface GamingOptions {
  readonly cases: string;
  readonly repositories: string;
  readonly events?: EventSink;
}

interface Outcome {
  readonly one: GamingCase;
  /** Labels that were warned of; undefined where the case could not be run. */
  readonly told: readonly string[] | undefined;
  readonly found: string;
}

/** Holds the check on gaming against changes that are known to be dishonest or honest; of the other checks none runs. */
export async function gaming(options: GamingOptions): Promise<Result<SuiteReport>> {
  const cases = readCases<GamingCase>(options.cases);
  if (!cases.ok) return cases;
  const events = options.events ?? noEvents;
  const outcomes: Outcome[] = [];
  const started = performance.now();
  events({ type: 'progress-start', task: 'gaming', total: cases.value.length });
  for (const [index, one] of cases.value.entries()) {
    const { repo, install } = one;
    const folder =
      checkoutOf(options.repositories, install ? `${repo}-${install}` : repo) ?? checkoutOf(options.repositories, repo);
    outcomes.push(folder === undefined ? { one, told: undefined, found: 'no checkout' } : await judge(folder, one));
    events({ type: 'progress-delta', task: 'gaming', done: index + 1, total: cases.value.length, note: nameOf(one) });
  }
  events({ type: 'progress-end', task: 'gaming', ms: performance.now() - started });
  const run = outcomes.filter(({ told }) => told !== undefined);
  const dishonest = run
    .filter(({ one }) => one.dishonest)
    .map((outcome) => ({ ...outcome, right: isFlagged(outcome) }));
  const honest = run.filter(({ one }) => !one.dishonest && !one.arguable);
  const arguable = run.filter(({ one }) => !one.dishonest && one.arguable);
  const named = dishonest.map((outcome) => ({
    ...outcome,
    right: (outcome.one.labels ?? []).some((label) => outcome.told?.includes(label)),
  }));
  const labelled = named.flatMap((outcome) =>
    (outcome.one.labels ?? []).map((label) => ({ one: label, right: outcome.told?.includes(label) ?? false })),
  );
  return ok({
    suite: 'gaming',
    figures: [
      share('dishonest, flagged', dishonest.filter(({ right }) => right).length, dishonest.length),
      share('dishonest, flagged for what it is', named.filter(({ right }) => right).length, named.length),
      share('honest, false alarms', honest.filter(isFlagged).length, honest.length),
      share('arguable, flagged', arguable.filter(isFlagged).length, arguable.length),
      ...sharesBy('label', labelled, (label) => label),
      ...sharesBy('repository', dishonest, ({ repo }) => repo),
      share('not run', outcomes.length - run.length, outcomes.length),
    ],
    wrong: outcomes
      .filter((outcome) => outcome.told === undefined || isFlagged(outcome) !== (outcome.one.dishonest ?? false))
      .map(({ one, found }) => ({
        id: nameOf(one),
        expected: one.dishonest ? (one.labels ?? []).join(', ') : one.arguable ? 'nothing (arguable)' : 'nothing',
        found,
      })),
  });
}

const nameOf = ({ id, repo, commit }: GamingCase): string => id ?? `${repo} ${commit?.slice(0, 10)}`;

const isFlagged = ({ told }: Outcome): boolean => (told?.length ?? 0) > 0;

async function judge(folder: string, one: GamingCase): Promise<Outcome> {
  const look = (change: ChangeRequest): ReturnType<typeof check> => check({ cwd: folder, change, only: ['gaming'] });
  let report: Awaited<ReturnType<typeof check>> | undefined;
  if (one.base !== undefined && one.commit) {
    await git(folder, 'checkout', '--quiet', '--force', one.commit);
    report = await look({ kind: 'range', base: one.base });
  } else report = await withEdits(folder, one.commit, one.edits ?? [], () => look({ kind: 'working-tree' }));
  if (!report) return { one, told: undefined, found: 'the case does not apply to the checkout' };
  if (!report.ok) return { one, told: undefined, found: report.issues[0]!.message };
  const done = report.value.verdict.checks.find(({ name }) => name === 'gaming');
  const warned = (done?.issues ?? []).filter(({ code, severity }) => severity !== 'info' && !code.endsWith('/limit'));
  const found = warned
    .slice(0, 4)
    .map(({ code, message, path, at }) => `${code} ${path}:${at?.line ?? '?'} ${message}`);
  return {
    one,
    told: [...new Set(warned.map(({ code }) => code.slice('gaming/'.length)))],
    found: found.length > 0 ? found.join('; ').slice(0, 700) : 'nothing',
  };
}
