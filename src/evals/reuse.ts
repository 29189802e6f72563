import { type EventSink, type Issue, noEvents, ok, type Result } from '../base/index.ts';
import { check } from '../jobs/index.ts';
import { type CaseEdit, withEdits } from './edits.ts';
import { type SuiteReport, share, sharesBy } from './report.ts';
import { checkoutOf, git, readCases } from './repositories.ts';

interface Helper {
  readonly path: string;
  readonly name: string;
}

/** New code in a real repository, and the function there that does the same, if there is one. */
export interface PlantedCase {
  readonly id: string;
  readonly repo: string;
  readonly commit: string | null;
  readonly duplicate: boolean;
  readonly kind: string;
  /** The file that the new code stands in. */
  readonly path: string;
  readonly edits: readonly CaseEdit[];
  readonly helper?: Helper;
  /** Others that do the same. */
  readonly others?: readonly Helper[];
}

/** A commit that people made, which is looked at for what would be told of it. */
interface HonestCommit {
  readonly repo: string;
  readonly commit: string;
  readonly base: string;
  readonly install?: string;
}

export interface ReuseOptions {
  /** Planted code or commits, each line by what it holds. */
  readonly cases: string;
  readonly repositories: string;
  /** Takes one case of so many, the first among them. */
  readonly every?: number;
  readonly events?: EventSink;
}

type Asked = PlantedCase | HonestCommit;
interface Outcome {
  readonly one: PlantedCase;
  readonly right: boolean;
  readonly found: string;
}

/** Whether code that the project already has is told with the right helper, other new code not; and what is told of commits. */
export async function reuse(options: ReuseOptions): Promise<Result<SuiteReport>> {
  const cases = readCases<Asked>(options.cases);
  if (!cases.ok) return cases;
  const { every = 1 } = options;
  const chosen = cases.value.filter((_, index) => index % every === 0);
  const events = options.events ?? noEvents;
  const planted: Outcome[] = [];
  const honest: { readonly id: string; readonly told: readonly string[] }[] = [];
  const skipped = new Map<string, number>();
  const started = performance.now();
  events({ type: 'progress-start', task: 'reuse', total: chosen.length });
  for (const [index, one] of chosen.entries()) {
    const folder =
      ('install' in one ? checkoutOf(options.repositories, `${one.repo}-${one.install}`) : undefined) ??
      checkoutOf(options.repositories, one.repo);
    if (!folder) skipped.set(one.repo, (skipped.get(one.repo) ?? 0) + 1);
    else if ('duplicate' in one) planted.push({ one, ...(await judge(folder, one)) });
    else honest.push({ id: `${one.repo} ${one.commit.slice(0, 10)}`, told: await tell(folder, one) });
    events({ type: 'progress-delta', task: 'reuse', done: index + 1, total: chosen.length });
  }
  events({ type: 'progress-end', task: 'reuse', ms: performance.now() - started });
  const all = (of: boolean): readonly Outcome[] => planted.filter(({ one }) => one.duplicate === of);
  const right = (of: readonly Outcome[]): number => of.filter((one) => one.right).length;
  return ok({
    suite: 'reuse',
    figures: [
      share('planted code found with its helper', right(all(true)), all(true).length),
      share('other new code not told', right(all(false)), all(false).length),
      ...sharesBy('kind', planted, ({ kind, duplicate }) => `${kind} (${duplicate ? 'planted' : 'other'})`),
      ...sharesBy('repository', planted, ({ repo, duplicate }) => `${repo} (${duplicate ? 'planted' : 'other'})`),
      share('commits without a finding', honest.filter(({ told }) => told.length === 0).length, honest.length),
      { what: 'findings in commits', value: honest.reduce((sum, { told }) => sum + told.length, 0) },
      ...[...skipped].map(([repo, count]) => ({ what: `no checkout of ${repo}`, value: count })),
    ],
    wrong: [
      ...planted
        .filter((outcome) => !outcome.right)
        .map(({ one, found }) => ({
          id: one.id,
          expected: one.duplicate ? `${one.helper?.path} ${one.helper?.name}` : 'nothing',
          found,
        })),
      ...honest.flatMap(({ id, told }) => told.map((found) => ({ id, expected: 'a person to look', found }))),
    ],
  });
}

const textOf = ({ code, path, at, message }: Issue): string => `${code} ${path}:${at?.line} ${message}`;

async function judge(folder: string, one: PlantedCase): Promise<Omit<Outcome, 'one'>> {
  const report = await withEdits(folder, one.commit, one.edits, () =>
    check({ cwd: folder, change: { kind: 'working-tree' }, only: ['reuse'] }),
  );
  if (!report) return { right: false, found: 'the case does not apply to the checkout' };
  if (!report.ok) return { right: false, found: report.issues[0]!.message };
  const [done] = report.value.verdict.checks;
  const told = done!.issues.filter(({ path, severity }) => path === one.path && severity === 'warning');
  const found = told.map(textOf).join('; ') || done!.summary;
  if (!one.duplicate) return { right: told.length === 0, found };
  const helpers = [...(one.helper ? [one.helper] : []), ...(one.others ?? [])];
  const names = (issue: Issue): boolean =>
    helpers.some(
      ({ path, name }) =>
        new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(issue.message) &&
        (issue.message.includes(` ${path}:`) || (path === one.path && issue.message.includes(' in this file'))),
    );
  return { right: told.some(names), found };
}

async function tell(folder: string, { commit, base }: HonestCommit): Promise<readonly string[]> {
  await git(folder, 'checkout', '--quiet', '--force', commit);
  const report = await check({ cwd: folder, change: { kind: 'range', base }, only: ['reuse'] });
  return report.ok
    ? report.value.verdict.checks.flatMap(({ name, issues }) => (name === 'reuse' ? issues.map(textOf) : []))
    : [report.issues[0]!.message];
}
