import { type EventSink, noEvents, type Span, span } from '../base/index.ts';
import { ChangeSet } from './changeSet.ts';
import { gitLines } from './lines.ts';
import type { Change } from './types.ts';

/**
 * Most deleted and inserted lines that both texts know (a line that only one side has costs nothing) before the search
 * for the smallest difference is given up. Memory grows with its square: 2,000 take 16 MB.
 */
export const DIFF_DISTANCE = 2_000;

/** Lines `[oldStart, oldEnd)` became lines `[newStart, newEnd)`; 0-based. */
export interface LineEdit {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/**
 * The change from `before` to `after` in whole lines (`gitLines`), the fewest possible. Past `DIFF_DISTANCE` everything
 * between the common first and last lines becomes one change, and a `limit-hit` event says so: never wrong, only coarse.
 */
export function diffTexts(before: string, after: string, events: EventSink = noEvents): ChangeSet {
  const oldLines = gitLines(before);
  const newLines = gitLines(after);
  const changes: Change[] = [];
  let oldLine = 0;
  let start = 0;
  for (const edit of diffLines(oldLines, newLines, events)) {
    while (oldLine < edit.oldStart) start += oldLines[oldLine++]!.length;
    let end = start;
    while (oldLine < edit.oldEnd) end += oldLines[oldLine++]!.length;
    changes.push({ span: span(start, end), insert: newLines.slice(edit.newStart, edit.newEnd).join('') });
    start = end;
  }
  return ChangeSet.of(before.length, changes);
}

/** What a change set wrote, as spans of the new text; none for a pure deletion. Whole lines where it came from `diffTexts`. */
export function changedSpans(change: ChangeSet): readonly Span[] {
  const spans: Span[] = [];
  let shift = 0;
  for (const { span: range, insert } of change.changes) {
    const start = range.start + shift;
    if (insert !== '') spans.push(span(start, start + insert.length));
    shift += insert.length - (range.end - range.start);
  }
  return spans;
}

/** The edits between two lists of lines, in order, none touching another. */
export function diffLines(oldLines: readonly string[], newLines: readonly string[], events: EventSink): LineEdit[] {
  const shorter = Math.min(oldLines.length, newLines.length);
  let head = 0;
  while (head < shorter && oldLines[head] === newLines[head]) head++;
  let tail = 0;
  while (tail < shorter - head && oldLines[oldLines.length - 1 - tail] === newLines[newLines.length - 1 - tail]) tail++;
  const oldEnd = oldLines.length - tail;
  const newEnd = newLines.length - tail;
  if (head === oldEnd && head === newEnd) return [];

  // Lines that only one side has are deleted or inserted in every answer, so the search goes without them.
  const ids = new Map<string, number>();
  for (let i = head; i < oldEnd; i++) ids.set(oldLines[i]!, ids.get(oldLines[i]!) ?? ids.size);
  const inNew = new Set(newLines.slice(head, newEnd));
  const a: number[] = [];
  const b: number[] = [];
  for (let i = head; i < oldEnd; i++) if (inNew.has(oldLines[i]!)) a.push(i);
  for (let j = head; j < newEnd; j++) if (ids.has(newLines[j]!)) b.push(j);
  const aIds = Int32Array.from(a, (i) => ids.get(oldLines[i]!)!);
  const bIds = Int32Array.from(b, (j) => ids.get(newLines[j]!)!);
  const matches = longestCommon(aIds, bIds);
  if (matches === undefined) {
    events({ type: 'limit-hit', limit: 'diff distance', value: DIFF_DISTANCE, found: DIFF_DISTANCE });
    return [{ oldStart: head, oldEnd, newStart: head, newEnd }];
  }

  const edits: LineEdit[] = [];
  let i = head;
  let j = head;
  const gap = (toOld: number, toNew: number): void => {
    if (i < toOld || j < toNew) edits.push({ oldStart: i, oldEnd: toOld, newStart: j, newEnd: toNew });
  };
  for (const [x, y] of matches) {
    gap(a[x]!, b[y]!);
    i = a[x]! + 1;
    j = b[y]! + 1;
  }
  gap(oldEnd, newEnd);
  return edits;
}

/**
 * Pairs of a longest common subsequence, or undefined where more than `DIFF_DISTANCE` elements are left out of it. E. W.
 * Myers, "An O(ND) Difference Algorithm and Its Variations", 1986: the greedy form, each round's reach kept for the way
 * back.
 */
function longestCommon(a: Int32Array, b: Int32Array): [number, number][] | undefined {
  const most = a.length + b.length;
  const rounds: Int32Array[] = [];
  // reach[k + offset]: the furthest x on diagonal k = x - y.
  const offset = Math.min(most, DIFF_DISTANCE) + 1;
  const reach = new Int32Array(2 * offset + 1);
  for (let d = 0; d <= most; d++) {
    if (d >= DIFF_DISTANCE) return undefined;
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && reach[offset + k - 1]! < reach[offset + k + 1]!);
      let x = down ? reach[offset + k + 1]! : reach[offset + k - 1]! + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      reach[offset + k] = x;
      if (x >= a.length && y >= b.length) return walkBack(a.length, rounds, d, k);
    }
    rounds.push(reach.slice(offset - d, offset + d + 1));
  }
  throw new Error('the difference of two lists is at most their lengths together');
}

function walkBack(
  oldEnd: number,
  rounds: readonly Int32Array[],
  distance: number,
  diagonal: number,
): [number, number][] {
  const pairs: [number, number][] = [];
  let x = oldEnd;
  let k = diagonal;
  for (let d = distance; d > 0; d--) {
    const before = rounds[d - 1]!;
    const at = (diagonal: number): number => before[diagonal + d - 1]!;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const from = down ? k + 1 : k - 1;
    const start = down ? at(from) : at(from) + 1;
    for (; x > start; x--) pairs.push([x - 1, x - 1 - k]);
    x = at(from);
    k = from;
  }
  for (; x > 0; x--) pairs.push([x - 1, x - 1]);
  return pairs.reverse();
}
