import type { RepoPath, Span } from '../../base/index.ts';
import { literalsOf } from '../../lang/index.ts';
import { type CheckContext, textAt } from '../context.ts';
import { isTestFile } from '../tests/index.ts';
import type { Ran } from '../types.ts';
import { formFor, type Pair, type Place, sameResults, signatures } from './behaviour.ts';
import { type Finding, finding, type Helper, isOwn, type New, overlap } from './finding.ts';
import { isCalledAlike, isRegroupable, nearness, plausible } from './likely.ts';
import { screened, waysFor } from './screen.ts';

/** Functions that one is tried beside, and pairs that are then run in all. */
const BESIDE = 60;
const PAIRS = 30;
/** The same of runs of statements, of which many lie inside of one another. */
const PART_PAIRS = 14;
/** Functions beside one that would be handed its arguments otherwise. */
const OTHERWISE = 16;
/** Helpers of one function that are looked at longer, and those where nothing is known of what they do. */
const LIKELY = 8;
const UNSCREENED = 3;
/** What must speak for a pair before it is run, and for one whose arguments are handed over otherwise. */
const PLAUSIBLE = 0.3;
const REGROUPED = 0.5;
const SEED = 20_261_120;

const isAround = ({ path, unit }: Helper, own: RepoPath, part: Span): boolean =>
  path === own && overlap(unit.span, [part]) > 0;

export interface Beside {
  readonly found: readonly Finding[];
  /** Pairs that were not run. */
  readonly left: number;
  /** What of the change was not run to the end, because the time was up or a process was ended. */
  readonly cut: readonly New[];
}

/** New functions run beside those of the project that could do the same. */
export async function besideOthers(
  context: CheckContext,
  open: readonly New[],
  fresh: readonly New[],
  helpers: ReadonlyMap<string, readonly Helper[]>,
  ran: Ran[],
): Promise<Beside> {
  const none = { found: [], left: 0, cut: [] };
  if (context.change.packagesUnknown !== undefined) return none;
  const asked = open.filter(({ unit, path }) => unit.kind === 'function' && unit.types.length > 0 && !isTestFile(path));
  const able = [...helpers.values()]
    .flat()
    .filter(({ path, unit }) => unit.kind === 'function' && unit.types.length > 0 && !isTestFile(path))
    .filter((helper) => !fresh.some((other) => isOwn(other, helper)));
  const wanted = asked.map((one) => {
    const ranked = able
      .filter((helper) => !isOwn(one, helper) && !(one.part && isAround(helper, one.path, one.part)))
      .map((helper) => ({
        one,
        helper,
        isAlike: isCalledAlike(one.unit, helper.unit),
        worth: plausible(one.unit, helper.unit) + nearness(one.path, helper.path),
      }))
      .sort((a, b) => b.worth - a.worth);
    const alike = ranked.filter(({ isAlike, worth }) => isAlike && worth >= PLAUSIBLE);
    // What would have to be handed over otherwise has more to speak for it.
    const others = ranked.filter(
      ({ isAlike, helper, worth }) => !isAlike && worth >= REGROUPED && isRegroupable(one.unit, helper.unit),
    );
    return { one, of: [...alike.slice(0, BESIDE), ...others.slice(0, OTHERWISE)] };
  });
  if (wanted.every(({ of }) => of.length === 0)) return none;
  const started = performance.now();
  const placeOf = ({ path, unit, text }: Helper & { readonly text?: string }): Place => ({
    path,
    name: unit.name,
    text: text ?? textAt(context, path) ?? '',
  });
  const forms = signatures(
    context,
    wanted.map(({ one }) => placeOf(one)),
  );
  const runnable = wanted.flatMap(({ one, of }, at) => {
    const [form, ...more] = forms[at]!;
    return form && more.length === 0 && of.length > 0 ? [{ one, of, form }] : [];
  });
  if (runnable.length === 0) return none;
  const bench = await context.bench('head');
  if (!bench.ok) return { ...none, cut: runnable.map(({ one }) => one) };
  const seen = await screened(
    bench.value,
    runnable.map(({ one, of, form }) => ({
      own: placeOf(one),
      form,
      helpers: of.map(({ helper }) => ({
        place: placeOf(helper),
        ways: waysFor(placeOf(helper), form, literalsOf(one.text, one.path)),
      })),
    })),
    SEED,
  );
  const left = runnable.flatMap(({ one, of, form }, at) => {
    const { likely } = seen[at]!;
    const kept = likely ? of.filter((_, index) => likely.has(index)) : of.slice(0, UNSCREENED);
    return kept.slice(0, LIKELY).map(({ helper, isAlike, worth }) => ({ one, helper, form, isAlike, worth }));
  });
  const most = open.some(({ part }) => part) ? PART_PAIRS : PAIRS;
  const pairs = left.sort((a, b) => Number(b.isAlike) - Number(a.isAlike) || b.worth - a.worth).slice(0, most);
  const helperForms = signatures(
    context,
    pairs.map(({ helper }) => placeOf(helper)),
  );
  const questions = pairs.flatMap(
    ({ one, helper, form }, at): { readonly one: New; readonly helper: Helper; readonly pair: Pair }[] => {
      const helperForm = formFor(helperForms[at]!, form);
      return helperForm
        ? [{ one, helper, pair: { own: placeOf(one), helper: placeOf(helper), ownForm: form, helperForm } }]
        : [];
    },
  );
  const cut = new Set(runnable.flatMap(({ one }, at) => (seen[at]!.isCut ? [one] : [])));
  if (questions.length === 0) return { ...none, cut: [...cut] };
  const results = await sameResults(
    bench.value,
    questions.map(({ pair }) => pair),
    SEED,
  );
  ran.push({
    oracle: `${questions.length} pairs run on generated values`,
    isolation: bench.value.sandbox.level,
    ms: Math.round(performance.now() - started),
  });
  const found: Finding[] = [];
  // Of runs inside of one another the longest is told.
  const longest = [...results.keys()].sort((a, b) => lengthOf(questions[b]!.one) - lengthOf(questions[a]!.one));
  for (const at of open.some(({ part }) => part) ? longest : results.keys()) {
    const { one, helper } = questions[at]!;
    const sameness = results[at];
    if (sameness === 'cut') cut.add(one);
    if (!sameness || sameness === 'cut') continue;
    const next = finding(one, helper, { kind: 'results', sameness });
    const { start, end } = next.own.span;
    const known = found.findIndex(({ own }) => own.path === one.path && own.span.start < end && start < own.span.end);
    const first = found[known];
    if (first === undefined) found.push(next);
    else if (first.own.span.start === start && first.own.span.end === end)
      found[known] = { ...first, others: [...(first.others ?? []), helper] };
  }
  const told = new Set(found.map(({ own }) => `${own.path}:${own.span.start}`));
  return {
    found,
    left: left.length - pairs.length,
    cut: [...cut].filter(({ path, unit, part }) => !told.has(`${path}:${part?.start ?? unit.span[0]}`)),
  };
}

const lengthOf = ({ part }: New): number => (part ? part.end - part.start : 0);
