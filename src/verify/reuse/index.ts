import type { RepoPath, Span } from '../../base/index.ts';
import { syntaxTreeOf } from '../../lang/index.ts';
import { type CheckContext, type CheckDefinition, changedCode, codePaths, isCode } from '../context.ts';
import { isTestFile } from '../tests/index.ts';
import type { Ran } from '../types.ts';
import { besideOthers } from './beside.ts';
import { type Catalogued, catalogue, catalogueAll, runsIn, type Unit } from './catalog.ts';
import { extractedFrom } from './extract.ts';
import { type Finding, finding, type Helper, isOwn, issueOf, linesOf, type New, overlap } from './finding.ts';
import { likeness } from './term.ts';

/** Nodes of a term below which it is too small to be worth a name, and below which the same code must be exported. */
const SMALL = 8;
const MEDIUM = 12;
/** Nodes of a block that is held against functions, and of one that is run beside them. */
const BLOCK = 16;
const PART = 12;
/** How like its former self a function is that was only edited. */
const EDITED = 0.55;
/** Blocks of one file that are looked at. */
const RUNS = 2_000;
/** Names of what was not run to the end that are told. */
const NAMED = 3;
/** Findings that are told. */
const TOLD = 50;

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
    const cut = [...beside.cut, ...partly.cut].map(({ text, unit, part }) => (part ? linesOf(text, part) : unit.name));
    const more = cut.length > NAMED ? ` and ${cut.length - NAMED} more` : '';
    const limits = [
      ...(cut.length > 0
        ? [`${cut.slice(0, NAMED).join(', ')}${more} not run to the end: the time was up, or a process was ended`]
        : []),
      ...(left > 0 ? [`${left} files too many were left out`] : []),
      ...(beside.left + partly.left > 0 ? [`${beside.left + partly.left} pairs too many were not run`] : []),
      ...(found.length > TOLD ? [`${found.length - TOLD} more findings are not told`] : []),
    ];
    return {
      status: cut.length > 0 ? 'unknown' : 'pass',
      issues,
      ran,
      summary: [
        `${fresh.length} new functions beside ${count} of the project: ${found.length === 0 ? 'none is there already' : `${found.length} there already`}`,
        ...limits,
      ].join('; '),
    };
  },
};

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
