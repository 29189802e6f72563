import { type EventSink, noEvents, ok, type Result } from '../base/index.ts';
import { check } from '../jobs/index.ts';
import type { Constraints } from '../verify/index.ts';
import { type CaseEdit, withEdits } from './edits.ts';
import { type SuiteReport, share, sharesBy } from './report.ts';
import { checkoutOf, readCases } from './repositories.ts';

/** What a case asks of a change, in the suite's own words. */
interface CaseConstraint {
  readonly type: string;
  readonly paths?: readonly string[];
  readonly modules?: readonly string[];
  readonly in?: readonly string[];
  readonly limit?: number;
}

/** A change in a real repository, and the constraints it is held against. */
export interface ConstraintCase {
  readonly id: string;
  readonly repo: string;
  readonly commit: string | null;
  readonly constraints: readonly CaseConstraint[];
  readonly edits: readonly CaseEdit[];
  readonly expect: 'fail' | 'pass';
  /** Types of the constraints that are broken. */
  readonly breaks?: readonly string[];
}

export interface ConstraintOptions {
  readonly cases: string;
  readonly repositories: string;
  readonly events?: EventSink;
}

/** Our words for the suite's. */
const OURS: Readonly<Record<string, (one: CaseConstraint) => Constraints>> = {
  'frozen-paths': ({ paths = [] }) => ({ mustNotChange: paths }),
  'only-paths': ({ paths = [] }) => ({ mayChange: paths }),
  'no-new-dependency': () => ({ newDependencies: false }),
  'exports-unchanged': ({ paths = [] }) => ({ stableExports: paths }),
  'forbidden-import': ({ modules = [], in: where }) => ({
    forbiddenImports: [{ from: modules, ...(where ? { in: where } : {}) }],
  }),
  'max-changed-lines': ({ limit = 1 }) => ({ size: { lines: limit } }),
  'max-changed-files': ({ limit = 1 }) => ({ size: { files: limit } }),
  'max-file-lines': ({ limit = 1 }) => ({ size: { fileLines: limit } }),
  'no-secrets': () => ({ secrets: true }),
};

function together(all: readonly CaseConstraint[]): Constraints {
  let sum: Constraints = {};
  for (const one of all) {
    const next = OURS[one.type]?.(one) ?? {};
    sum = {
      ...sum,
      ...next,
      ...(sum.size || next.size ? { size: { ...sum.size, ...next.size } } : {}),
      ...(sum.forbiddenImports || next.forbiddenImports
        ? { forbiddenImports: [...(sum.forbiddenImports ?? []), ...(next.forbiddenImports ?? [])] }
        : {}),
    };
  }
  return sum;
}

/** Checks each change against its constraints alone. */
export async function constraints(options: ConstraintOptions): Promise<Result<SuiteReport>> {
  const cases = readCases<ConstraintCase>(options.cases);
  if (!cases.ok) return cases;
  const events = options.events ?? noEvents;
  const outcomes: { readonly one: ConstraintCase; readonly right: boolean; readonly found: string }[] = [];
  const started = performance.now();
  events({ type: 'progress-start', task: 'constraints', total: cases.value.length });
  for (const [index, one] of cases.value.entries()) {
    const folder = checkoutOf(options.repositories, one.repo);
    const found = folder === undefined ? 'no checkout' : await judge(folder, one);
    outcomes.push({ one, found, right: found.split(';')[0] === one.expect });
    events({ type: 'progress-delta', task: 'constraints', done: index + 1, total: cases.value.length, note: one.id });
  }
  events({ type: 'progress-end', task: 'constraints', ms: performance.now() - started });
  return ok({
    suite: 'constraints',
    figures: [
      share('as expected', outcomes.filter(({ right }) => right).length, outcomes.length),
      ...sharesBy('expected', outcomes, ({ expect }) => expect),
      ...sharesBy(
        'kind',
        outcomes,
        ({ constraints: of, expect }) => `${of.map(({ type }) => type).join(' + ')} (${expect})`,
      ),
      ...sharesBy('repository', outcomes, ({ repo }) => repo),
    ],
    wrong: outcomes
      .filter(({ right }) => !right)
      .map(({ one, found }) => ({ id: one.id, expected: one.expect, found })),
  });
}

async function judge(folder: string, one: ConstraintCase): Promise<string> {
  const report = await withEdits(folder, one.commit, one.edits, () =>
    check({
      cwd: folder,
      change: { kind: 'working-tree' },
      only: ['constraints'],
      constraints: together(one.constraints),
    }),
  );
  if (!report) return 'the case does not apply to the checkout';
  if (!report.ok) return report.issues[0]!.message;
  const { checks } = report.value.verdict;
  // Whether a change of other files than code has been looked at whole is another question than this one.
  const done = checks.find(({ name }) => name === 'constraints');
  const told = done?.issues
    .filter(({ severity }) => severity !== 'info')
    .map(({ code, message }) => `${code}: ${message}`);
  return [done?.status ?? 'not run', ...(told ?? []).slice(0, 3)].join('; ').slice(0, 400);
}
