import { type EventSink, noEvents, ok, type Random, type Result, random } from '../base/index.ts';
import { type Region, type ReviewReport, review as reviewed } from '../jobs/index.ts';
import type { BehaviourCase } from './behaviour.ts';
import { withEdits } from './edits.ts';
import { type SuiteReport, share } from './report.ts';
import { checkoutOf, readCases } from './repositories.ts';

interface Case extends BehaviourCase {
  /** 1-based, of the first difference. */
  readonly line: number;
}

export interface ReviewOptions {
  /** The suite of changed and unchanged behaviour: each change of one is put among refactors of the same repository. */
  readonly cases: string;
  readonly repositories: string;
  /** Takes one case of so many, the first among them. */
  readonly every?: number;
  readonly events?: EventSink;
}

/** Refactors of other files that a faulty edit stands among, and regions that a change must have to be counted. */
const OTHERS = 7;
const REGIONS = 8;
const SEED = 20_261_120;

/** By what regions are put in order. */
const ORDERS = ['review', 'review without running anything', 'order of the diff'] as const;
type Order = (typeof ORDERS)[number];

/** How early the region with the one faulty edit is read, against the order of the diff. */
export async function review(options: ReviewOptions): Promise<Result<SuiteReport>> {
  const cases = readCases<Case>(options.cases);
  if (!cases.ok) return cases;
  const { every = 1 } = options;
  const events = options.events ?? noEvents;
  const numbers = random(SEED);
  const faulty = cases.value.filter(({ changes }) => changes).filter((_, index) => index % every === 0);
  const ranks: { readonly id: string; readonly of: number; readonly by: Readonly<Record<Order, number>> }[] = [];
  const wrong: { id: string; expected: string; found: string }[] = [];
  let skipped = 0;
  const started = performance.now();
  events({ type: 'progress-start', task: 'review', total: faulty.length });
  for (const [index, one] of faulty.entries()) {
    const folder = checkoutOf(options.repositories, one.repo);
    const others = folder ? amongOf(one, cases.value, numbers) : [];
    const report =
      folder && others.length === OTHERS
        ? await withEdits(folder, one.commit, [one, ...others], () =>
            reviewed({ cwd: folder, change: { kind: 'working-tree' } }),
          )
        : undefined;
    if (!report?.ok || countOf(report.value) < REGIONS) skipped++;
    else {
      const { regions, skipped: idle } = report.value;
      const by = {} as Record<Order, number>;
      for (const order of ORDERS) by[order] = sorted(regions, order).findIndex((region) => holds(region, one)) + 1;
      ranks.push({ id: one.id, of: countOf(report.value), by });
      const [reason] = regions.find((region) => holds(region, one))?.reasons ?? [];
      if (by.review === 0 || by.review > 3)
        wrong.push({
          id: one.id,
          expected: `among the first 3 of ${regions.length}`,
          found:
            by.review === 0
              ? `told to need no reading (${idle.map(({ why }) => why).join(', ')})`
              : `${by.review}: ${reason?.text ?? 'no reason'}`,
        });
    }
    events({ type: 'progress-delta', task: 'review', done: index + 1, total: faulty.length, note: one.id });
  }
  events({ type: 'progress-end', task: 'review', ms: performance.now() - started });
  return ok({
    suite: 'review',
    figures: [
      ...ORDERS.flatMap((order) => [
        share(
          `${order}: among the first 3`,
          ranks.filter(({ by }) => by[order] > 0 && by[order] <= 3).length,
          ranks.length,
        ),
        share(`${order}: the first`, ranks.filter(({ by }) => by[order] === 1).length, ranks.length),
        {
          what: `${order}: mean reciprocal rank`,
          value: mean(ranks.map(({ by }) => (by[order] > 0 ? 1 / by[order] : 0))),
        },
      ]),
      { what: 'regions of a change, on average', value: mean(ranks.map(({ of }) => of)) },
      { what: 'left out: too few regions, or no checkout', value: skipped },
    ],
    wrong,
  });
}

/** All regions of a change. */
const countOf = ({ regions, skipped }: ReviewReport): number =>
  regions.length + skipped.reduce((sum, one) => sum + one.regions, 0);

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : Math.round((1000 * values.reduce((sum, one) => sum + one, 0)) / values.length) / 1000;

const holds = ({ path, first, last }: Region, one: Case): boolean =>
  path === one.path && first <= one.line && one.line <= last;

/** Refactors of the same repository, each in a file of its own. */
function amongOf(one: Case, all: readonly Case[], numbers: Random): readonly Case[] {
  const taken = new Set([one.path]);
  const left = all.filter(({ repo, commit, changes }) => !changes && repo === one.repo && commit === one.commit);
  const found: Case[] = [];
  while (found.length < OTHERS && left.length > 0) {
    const [next] = left.splice(numbers.below(left.length), 1);
    if (taken.has(next!.path)) continue;
    taken.add(next!.path);
    found.push(next!);
  }
  return found;
}

function sorted(regions: readonly Region[], order: Order): readonly Region[] {
  if (order === 'review') return regions;
  const inDiff = [...regions].sort((a, b) => (a.path === b.path ? a.first - b.first : a.path < b.path ? -1 : 1));
  if (order === 'order of the diff') return inDiff;
  const still = ({ worth, reasons }: Region): number => {
    const sum = (list: Region['reasons']): number => list.reduce((total, { points }) => total + points, 0);
    const own = reasons.filter(({ source }) => source === 'syntax' || source === 'change');
    return (worth * (sum(own) + 2)) / (sum(reasons) + 2);
  };
  return inDiff.sort((a, b) => still(b) - still(a));
}
