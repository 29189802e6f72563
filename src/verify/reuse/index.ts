import { type Issue, type RepoPath, type Span, span } from '../../base/index.ts';
import { literalsOf, type Shape, shapeOf, syntaxTreeOf } from '../../lang/index.ts';
import { lineIndex } from '../../text/index.ts';
import { type CheckContext, type CheckDefinition, changedCode, codePaths, isCode, textAt } from '../context.ts';
import { isTestFile } from '../tests/index.ts';
import type { Ran } from '../types.ts';
import { formFor, type Pair, type Place, type Sameness, sameResults, signatures } from './behaviour.ts';
import { type Catalogued, catalogue, catalogueAll, runsIn, type Unit } from './catalog.ts';
import { extractedFrom } from './extract.ts';
import { fitsShape } from './fitsShape.ts';
import { importLine } from './importLine.ts';
import { screened, waysFor } from './screen.ts';
import { likeness } from './term.ts';

/** Nodes of a term below which it is too small to be worth a name, and below which the same code must be exported. */
const SMALL = 8;
const MEDIUM = 12;
/** Nodes of a block that is held against functions, and of one that is run beside them. */
const BLOCK = 16;
const PART = 12;
/** How like its former self a function is that was only edited. */
const EDITED = 0.55;
/** Parameters that a helper may have more. */
const MORE = 3;
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
/** What it is worth at most that a helper stands near. */
const NEAR = 0.2;
/** What must speak for a pair before it is run, and for one whose arguments are handed over otherwise. */
const PLAUSIBLE = 0.3;
const REGROUPED = 0.5;
/** Types that are remembered. */
const SHAPES = 5_000;
/** Blocks of one file that are looked at. */
const RUNS = 2_000;
/** Helpers that are named beside the best one. */
const OTHERS = 2;
/** Findings that are told. */
const TOLD = 50;
const SEED = 20_261_120;

/** A function, or a run of statements, of the change. */
interface New {
  readonly path: RepoPath;
  readonly text: string;
  readonly unit: Unit;
  /** Of a run of statements, which stands as a function behind its file: where it is. */
  readonly part?: Span;
}

interface Helper {
  readonly path: RepoPath;
  readonly unit: Unit;
}

type How =
  | { readonly kind: 'same'; readonly reordered?: boolean }
  | { readonly kind: 'results'; readonly sameness: Sameness };

interface Finding {
  readonly own: { readonly path: RepoPath; readonly text: string; readonly span: Span; readonly what: string };
  readonly helper: Helper;
  readonly how: How;
  /** Others that gave the same. */
  readonly others?: readonly Helper[];
}

/** New code that the project already has. Informs. */
export const reuse: CheckDefinition = {
  name: 'reuse',
  decides: false,
  async run(context) {
    const started = performance.now();
    const changed = changedCode(context).filter(({ spans }) => spans.length > 0);
    const listed = await codePaths(context);
    if (listed === undefined)
      return { status: 'unknown', issues: [], ran: [], summary: 'the files of the tree could not be listed' };
    const { files, left } = catalogueAll(context.change.root, listed, context.store);
    const fresh = changed.flatMap((file) => newUnits(context, file, files));
    const helpers = helpersOf(files);
    const ran: Ran[] = [{ oracle: 'syntax trees', ms: Math.round(performance.now() - started) }];
    const found: Finding[] = [];
    const open: New[] = [];
    for (const one of fresh) {
      const same = sameCode(one, helpers, found);
      if (same) found.push(same);
      else open.push(one);
    }
    found.push(...changed.flatMap((file) => blocks(context, file, helpers, found)));
    const beside = await besideOthers(context, open, open, helpers, ran);
    found.push(...beside.found);
    const parts = changed.flatMap((file) => partsOf(context, file, files, found));
    const partly = await besideOthers(context, parts, open, helpers, ran);
    found.push(...partly.found);
    const count = [...helpers.values()].reduce((sum, list) => sum + list.length, 0);
    const issues = found.slice(0, TOLD).map((one) => issueOf(context, one, files));
    const limits = [
      ...(left > 0 ? [`${left} files too many were left out`] : []),
      ...(beside.left + partly.left > 0 ? [`${beside.left + partly.left} pairs too many were not run`] : []),
      ...(found.length > TOLD ? [`${found.length - TOLD} more findings are not told`] : []),
    ];
    return {
      status: 'pass',
      issues,
      ran,
      summary: [
        `${fresh.length} new functions beside ${count} of the project: ${found.length === 0 ? 'none is there already' : `${found.length} there already`}`,
        ...limits,
      ].join('; '),
    };
  },
};

/** Every path of code at the head. */
const overlap = (at: readonly [number, number], spans: readonly Span[]): number =>
  spans.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(at[1], end) - Math.max(at[0], start)), 0);

/** Functions of a file that the change wrote, and not only moved or edited. */
function newUnits(
  context: CheckContext,
  file: ReturnType<typeof changedCode>[number],
  files: ReadonlyMap<RepoPath, Catalogued>,
): readonly New[] {
  const { path, after, spans } = file;
  const own = files.get(path);
  if (!own || own.generated) return [];
  const before = formerUnits(context);
  return own.units.flatMap((unit) => {
    if (unit.not || unit.size < SMALL || overlap(unit.span, spans) * 2 < unit.span[1] - unit.span[0]) return [];
    const moved = before.some(({ key }) => key === unit.key);
    const edited = before.some(({ name, parts }) => name === unit.name && likeness(parts, unit.parts) >= EDITED);
    return moved || edited ? [] : [{ path, text: after.text, unit }];
  });
}

const former = new WeakMap<CheckContext, readonly Unit[]>();

/** Functions of the changed files as they were. */
function formerUnits(context: CheckContext): readonly Unit[] {
  let all = former.get(context);
  if (!all) {
    all = context.change.files.flatMap(({ before, path, from }) =>
      before && isCode(path) ? catalogue(before.text, from ?? path).units : [],
    );
    former.set(context, all);
  }
  return all;
}

/** What can be called from elsewhere, by its key. */
function helpersOf(files: ReadonlyMap<RepoPath, Catalogued>): ReadonlyMap<string, readonly Helper[]> {
  const found = new Map<string, Helper[]>();
  for (const [path, { units }] of files)
    for (const unit of units) {
      if (unit.kind === 'method' || unit.kind === 'inner' || unit.not || unit.size < SMALL) continue;
      const list = found.get(unit.key);
      if (list) list.push({ path, unit });
      else found.set(unit.key, [{ path, unit }]);
    }
  return found;
}

const isOwn = (one: New, { path, unit }: Helper): boolean => path === one.path && unit.span[0] === one.unit.span[0];

/** Whether code of one file may use what stands in another: tests use what tests have, the rest does not. */
const mayUse = (path: string, helper: string): boolean => isTestFile(path) === isTestFile(helper) || isTestFile(path);

/** The helper that is best called: exported before others, then the nearest. */
function best(path: string, list: readonly Helper[]): Helper | undefined {
  const near = (other: string): number => {
    const [a, b] = [path.split('/'), other.split('/')];
    const shared = a.findIndex((part, at) => part !== b[at]);
    return b.length - 2 * (shared < 0 ? a.length : shared);
  };
  return [...list].sort(
    (a, b) =>
      Number(b.unit.exported) - Number(a.unit.exported) || near(a.path) - near(b.path) || (a.path < b.path ? -1 : 1),
  )[0];
}

function sameCode(
  one: New,
  helpers: ReadonlyMap<string, readonly Helper[]>,
  found: readonly Finding[],
): Finding | undefined {
  // Of two new ones that are the same, one is enough to be told.
  const told = new Set(found.map(({ own }) => `${own.path}:${own.span.start}`));
  const allowed = (helper: Helper): boolean =>
    (helper.unit.exported || helper.unit.size >= MEDIUM) &&
    !isOwn(one, helper) &&
    mayUse(one.path, helper.path) &&
    !told.has(`${helper.path}:${helper.unit.span[0]}`);
  const same = best(one.path, (helpers.get(one.unit.key) ?? []).filter(allowed));
  return same && finding(one, same, { kind: 'same', reordered: same.unit.order !== one.unit.order });
}

const finding = ({ path, text, unit, part }: New, helper: Helper, how: How): Finding => ({
  own: { path, text, span: part ?? span(unit.span[0], unit.span[1]), what: part ? linesOf(text, part) : unit.name },
  helper,
  how,
});

function linesOf(text: string, { start, end }: Span): string {
  const lines = lineIndex(text);
  const [first, last] = [lines.positionAt(start).line, lines.positionAt(end).line];
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}

/** What of a file's text is new, whole. */
function isNewIn(context: CheckContext, { path, after, spans }: ReturnType<typeof changedCode>[number]) {
  const before = context.change.files.find((file) => file.path === path)?.before?.text ?? '';
  return (from: number, to: number): boolean =>
    spans.some(({ start, end }) => start <= from && to <= end) && !before.includes(after.text.slice(from, to));
}

/** Runs of new statements as functions that can be run. */
function partsOf(
  context: CheckContext,
  file: ReturnType<typeof changedCode>[number],
  files: ReadonlyMap<RepoPath, Catalogued>,
  found: readonly Finding[],
): readonly New[] {
  const { path, after } = file;
  const known = files.get(path);
  if (!known || known.generated || isTestFile(path) || /x$/.test(path)) return [];
  const extracted = extractedFrom(after.text, path, isNewIn(context, file), context.language);
  if (extracted.length === 0) return [];
  const text = `${after.text}\n${extracted.map(({ source }) => source).join('')}`;
  const units = new Map(catalogue(text, path).units.map((unit) => [unit.name, unit]));
  return extracted.flatMap(({ name, span: part }) => {
    const unit = units.get(name);
    const isTold = found.some(({ own }) => own.path === path && own.span.start < part.end && part.start < own.span.end);
    return !unit || unit.not || unit.size < PART || isTold ? [] : [{ path, text, unit, part }];
  });
}

/** Runs of statements of the change that do what a function does. */
function blocks(
  context: CheckContext,
  file: ReturnType<typeof changedCode>[number],
  helpers: ReadonlyMap<string, readonly Helper[]>,
  found: readonly Finding[],
): readonly Finding[] {
  const { path, after } = file;
  const isNew = isNewIn(context, file);
  const told: Span[] = found.filter(({ own }) => own.path === path).map(({ own }) => own.span);
  const inside = ({ start, end }: Span, other: Span): boolean => other.start <= start && end <= other.end;
  const own: Finding[] = [];
  for (const { span: at, key, size } of runsIn(syntaxTreeOf(after.text, path).root, isNew, RUNS)) {
    if (size < BLOCK || told.some((other) => inside(at, other))) continue;
    const list = (helpers.get(key) ?? []).filter(
      (helper) =>
        mayUse(path, helper.path) &&
        !(helper.path === path && helper.unit.span[0] <= at.start && at.end <= helper.unit.span[1]),
    );
    const helper = best(path, list);
    if (!helper) continue;
    told.push(at);
    const what = linesOf(after.text, at);
    own.push({ own: { path, text: after.text, span: at, what }, helper, how: { kind: 'same' } });
  }
  return own;
}

const STOP = new Set([
  'get',
  'is',
  'to',
  'of',
  'the',
  'and',
  'has',
  'make',
  'create',
  'for',
  'from',
  'by',
  'all',
  'with',
]);
const wordsOf = (name: string): ReadonlySet<string> =>
  new Set(
    name
      .split(/(?<=[a-z\d])(?=[A-Z])|_|\$/)
      .map((one) => one.toLowerCase())
      .filter((one) => one.length > 1 && !STOP.has(one)),
  );

const overlapOf = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number =>
  a.size === 0 || b.size === 0 ? 0 : [...a].filter((one) => b.has(one)).length / Math.min(a.size, b.size);

const shapes = new Map<string, Shape>();
const written = (type: string | null): Shape => {
  if (type === null) return { kind: 'unknown' };
  // What a name stands for is not seen here.
  const known = shapes.get(type) ?? knownOf(shapeOf(type));
  if (shapes.size < SHAPES) shapes.set(type, known);
  return known;
};

const knownOf = (shape: Shape): Shape => (shape.kind === 'strange' ? { kind: 'unknown' } : shape);

/** Whether two functions could be called alike, as far as their types are written out. */
function isWrittenAlike(one: Unit, other: Unit): boolean {
  const fits = (from: string | null, to: string | null): boolean => fitsShape(written(from), written(to));
  const straight = one.types.every((type, at) => fits(type, other.types[at]!));
  const swapped =
    one.types.length === 2 &&
    other.types.length === 2 &&
    fits(one.types[0]!, other.types[1]!) &&
    fits(one.types[1]!, other.types[0]!);
  return (straight || swapped) && fits(other.returns, one.returns) && fits(one.returns, other.returns);
}

const isCalledAlike = (one: Unit, other: Unit): boolean =>
  other.types.length >= one.types.length && other.types.length - one.types.length <= MORE && isWrittenAlike(one, other);

const isAround = ({ path, unit }: Helper, own: RepoPath, part: Span): boolean =>
  path === own && overlap(unit.span, [part]) > 0;

/** Whether what one is given may be what the other is given, as options, in another order, or with a constant put in. */
function isRegroupable(one: Unit, other: Unit): boolean {
  const isGroup = (type: string | null): boolean => type !== null && /^(?:\{|[A-Z])/.test(type);
  const more = other.types.length - one.types.length;
  const [own, theirs] = [valuesOf(one), valuesOf(other)];
  if (own !== undefined && theirs !== undefined && (theirs < own || theirs - own > MORE)) return false;
  const isGrouped = one.types.some(isGroup) || other.types.some(isGroup) || more > 0 || theirs === undefined;
  const isTurned = one.types.length > 1 && more === 0;
  return fitsShape(written(other.returns), written(one.returns)) && (isGrouped || isTurned) && Math.abs(more) <= MORE;
}

/** Values that a function is given, as its types are written; undefined where those do not say. */
function valuesOf({ types }: Unit): number | undefined {
  let count = 0;
  for (const type of types) {
    // A list may take many, and what has a name of its own may hold some.
    if (type === null || /^[A-Z]|\[\]$/.test(type)) return undefined;
    count += type.startsWith('{') ? (type.match(/:/g)?.length ?? 1) : 1;
  }
  return count;
}

/** How much speaks for it that two functions do the same, before they are run. */
function plausible(one: Unit, other: Unit): number {
  const written = (unit: Unit): string =>
    unit.types
      .map((type) => type ?? '?')
      .sort()
      .join(';');
  const sameTypes = written(one) === written(other) && !written(one).includes('?') ? 1 : 0;
  const sameReturn = one.returns !== null && one.returns === other.returns ? 0.5 : 0;
  return (
    sameTypes +
    sameReturn +
    overlapOf(wordsOf(one.name), wordsOf(other.name)) +
    2 * likeness(one.parts, other.parts) +
    2 * overlapOf(new Set(one.marks), new Set(other.marks))
  );
}

/** How near two files stand, from 0 to `NEAR`: between helpers that are as likely, the nearer is meant. */
function nearness(path: string, other: string): number {
  const [a, b] = [path.split('/'), other.split('/')];
  const shared = a.findIndex((part, at) => part !== b[at]);
  return shared < 0 ? NEAR : (NEAR * shared) / Math.max(a.length, b.length);
}

/** New functions run beside those of the project that could do the same. */
async function besideOthers(
  context: CheckContext,
  open: readonly New[],
  fresh: readonly New[],
  helpers: ReadonlyMap<string, readonly Helper[]>,
  ran: Ran[],
): Promise<{ readonly found: readonly Finding[]; readonly left: number }> {
  const none = { found: [], left: 0 };
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
  if (!bench.ok) return none;
  const likely = await screened(
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
    const kept = likely[at] ? of.filter((_, index) => likely[at]!.has(index)) : of.slice(0, UNSCREENED);
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
  if (questions.length === 0) return none;
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
    if (!sameness) continue;
    const next = finding(one, helper, { kind: 'results', sameness });
    const { start, end } = next.own.span;
    const known = found.findIndex(({ own }) => own.path === one.path && own.span.start < end && start < own.span.end);
    const first = found[known];
    if (first === undefined) found.push(next);
    else if (first.own.span.start === start && first.own.span.end === end)
      found[known] = { ...first, others: [...(first.others ?? []), helper] };
  }
  return { found, left: left.length - pairs.length };
}

const lengthOf = ({ part }: New): number => (part ? part.end - part.start : 0);

/** Whether a file has a name already from where the line would take it. */
function isImported(text: string, name: string, line: string): boolean {
  const [, module] = /['"]([^'"]+)['"]/.exec(line)!;
  const found = text.matchAll(/^import\b([^'"]*)\bfrom\s+['"]([^'"]+)['"]/gm);
  return [...found].some(
    ([, names, from]) =>
      from === module && new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(names!),
  );
}

function issueOf(
  context: CheckContext,
  { own, helper, how, others = [] }: Finding,
  files: ReadonlyMap<RepoPath, Catalogued>,
): Issue {
  const { path, unit } = helper;
  const { path: from, text, span: at, what } = own;
  const references = context.language.references(from);
  const line = importLine(
    { path: from, text, references: references.status === 'known' ? references.value : [] },
    helper,
    files,
  );
  const does =
    how.kind === 'same'
      ? `${what.startsWith('lines ') ? 'do' : 'does'} what ${unit.name} does`
      : `gave the same on all of ${how.sameness.inputs} ordinary inputs as ${unit.name}`;
  const isSwapped = how.kind === 'results' ? how.sameness.swapped : how.kind === 'same' && how.reordered;
  const isRegrouped = how.kind === 'results' && how.sameness.regrouped;
  const swapped = isSwapped
    ? ', its arguments in another order'
    : isRegrouped
      ? ', its arguments handed over in another way'
      : '';
  const placeOf = (one: Helper): string =>
    from === one.path ? `in this file at line ${one.unit.line}` : `at ${one.path}:${one.unit.line}`;
  const place = placeOf(helper);
  const more = others.slice(0, OTHERS).map((one) => `, as ${one.unit.name} ${placeOf(one)}`);
  const has = from === path || isImported(text, unit.name.split('.')[0]!, line);
  const call = has ? `call ${unit.name}` : unit.exported ? line : `export ${unit.name} from ${path}: ${line}`;
  return {
    code: `reuse/same-${how.kind === 'same' ? 'code' : 'results'}`,
    message: `${what} ${does} ${place}${from === path || unit.exported ? '' : ', which is not exported'}${swapped}${more.join('')}`,
    severity: 'warning',
    path: from,
    span: at,
    at: lineIndex(text).positionAt(at.start),
    suggestion: call,
  };
}
