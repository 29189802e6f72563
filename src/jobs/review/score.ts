import { type Issue, utf16 } from '../../base/index.ts';
import { lineIndex } from '../../text/index.ts';
import type { Check } from '../../verify/index.ts';
import { type Kind, kindsIn } from './kinds.ts';
import type { Piece } from './regions.ts';
import type { Reason } from './types.ts';

/**
 * Points of what is known of a region; they are added up. The order is: what is known to be wrong, what does something else
 * than before, what nobody ran, what no test would notice, and last the kinds of code that are often got wrong.
 */
export const POINTS = {
  error: 60,
  gaming: 40,
  differs: 30,
  warning: 18,
  notRun: 24,
  notTaken: 10,
  survivor: 14,
  quietSurvivor: 6,
  unknown: 8,
  reuse: 8,
  gone: 6,
} as const;
const KIND_POINTS: Readonly<Record<Kind['name'], number>> = {
  security: 12,
  concurrency: 9,
  money: 8,
  time: 8,
  regexp: 7,
  errors: 6,
  boundaries: 6,
  state: 6,
  condition: 3,
};
/** Survivors of one region that count. */
const SURVIVORS = 3;
/** What is code but no test, against what is a test, and what is but types. */
const TEST_SHARE = 0.4;
const TYPE_SHARE = 0.4;
/** Lines that are read in the time that it takes to find one's way into any region. */
const LINES = 12;

/** Everything that is known of a piece. */
export function reasonsFor(piece: Piece, text: string | undefined, checks: readonly Check[]): readonly Reason[] {
  const found: Reason[] = [];
  let survivors = 0;
  for (const { name, issues, coverage } of checks) {
    for (const issue of issues) {
      if (!isAbout(piece, issue, text)) continue;
      const points = pointsOf(issue);
      if (points === 0) continue;
      if (name === 'mutants' && ++survivors > SURVIVORS) continue;
      found.push({ text: issue.message, source: name, points });
    }
    const own = coverage?.files.find(({ path }) => path === piece.path);
    if (own) found.push(...notRun(piece, own, name));
  }
  if (!found.some(({ source }) => source === 'mutants') && piece.removed.length > 0 && piece.added.length === 0)
    found.push({ text: `${lines(piece.removed.length)} taken out`, source: 'change', points: POINTS.gone });
  if (piece.tree && text !== undefined && piece.added.length > 0) {
    const index = lineIndex(text);
    const from = index.lineSpan(piece.first)?.start ?? 0;
    const to = index.lineSpan(piece.last)?.end ?? text.length;
    const share = (piece.isTest ? TEST_SHARE : 1) * (isTypes(piece, from, to) ? TYPE_SHARE : 1);
    for (const { name, text: words } of kindsIn(piece.tree.root, from, to))
      found.push({
        text: `${WORDS[name]}: ${words}`,
        source: 'syntax',
        points: Math.round(KIND_POINTS[name] * share * 10) / 10,
      });
  }
  return found.sort((a, b) => b.points - a.points);
}

const WORDS: Readonly<Record<Kind['name'], string>> = {
  security: 'security',
  concurrency: 'concurrency',
  money: 'money',
  time: 'time',
  regexp: 'regular expression',
  errors: 'errors',
  boundaries: 'boundaries',
  state: 'state',
  condition: 'condition',
};

const lines = (count: number): string => `${count} ${count === 1 ? 'line' : 'lines'}`;

/** Points by what a region is known for, and by how long it takes to read. */
export function worthOf(piece: Piece, reasons: readonly Reason[]): number {
  const sum = reasons.reduce((total, { points }) => total + points, 0);
  const length = piece.added.length + piece.removed.length / 2;
  const base = piece.isTest ? 1 : piece.tree ? 2 : 1.5;
  return Math.round(((sum + base) * 10 * LINES) / (LINES + length)) / 10;
}

/** Whether an issue lies in a changed piece. */
export function isAbout({ path, first, last }: Piece, issue: Issue, text: string | undefined): boolean {
  if (issue.path !== path) return false;
  const { at, span, code } = issue;
  // What is told of a function is about every changed line of it.
  if (code.startsWith('probes/') && span && text !== undefined) {
    const index = lineIndex(text);
    const end = index.positionAt(utf16(Math.min(span.end, text.length))).line;
    return index.positionAt(utf16(Math.min(span.start, text.length))).line <= last && end >= first;
  }
  return at !== undefined && at.line >= first && at.line <= last;
}

function pointsOf({ code, severity }: Issue): number {
  // Told by the counts of the tests, line by line.
  if (/^tests\/(?:not-covered|branch-not-taken)$/.test(code)) return 0;
  if (severity === 'error') return POINTS.error;
  if (code.startsWith('gaming/')) return severity === 'info' ? POINTS.unknown : POINTS.gaming;
  if (code.startsWith('probes/')) return /differs|throws|fault/.test(code) ? POINTS.differs : POINTS.unknown;
  if (code.startsWith('mutants/')) return severity === 'warning' ? POINTS.survivor : POINTS.quietSurvivor;
  if (code.startsWith('reuse/')) return POINTS.reuse;
  return severity === 'warning' ? (/unknown|not-checked/.test(code) ? POINTS.unknown : POINTS.warning) : 0;
}

function notRun(
  { first, last, added }: Piece,
  own: NonNullable<Check['coverage']>['files'][number],
  source: string,
): readonly Reason[] {
  const missed = own.notRun.reduce(
    (sum, [from, to]) => sum + Math.max(0, Math.min(to, last) - Math.max(from, first) + 1),
    0,
  );
  const taken = own.notTaken.filter(({ line }) => line >= first && line <= last).length;
  const found: Reason[] = [];
  if (missed > 0 && added.length > 0) {
    const text = missed === added.length ? 'no test runs it' : `no test runs ${missed} of its ${lines(added.length)}`;
    found.push({
      text,
      source,
      points: Math.round(POINTS.notRun * Math.min(1, missed / Math.max(1, added.length * 0.6))),
    });
  }
  if (taken > 0)
    found.push({
      text: `no test takes ${taken === 1 ? 'one branch' : `${taken} branches`}`,
      source,
      points: POINTS.notTaken,
    });
  return found;
}

function isTypes({ tree }: Piece, from: number, to: number): boolean {
  const inside = tree!.root.children.filter((node) => node.start < to && node.end > from);
  return inside.length > 0 && inside.every(({ kind }) => /^(?:Interface|TypeAlias)Declaration$/.test(kind));
}
