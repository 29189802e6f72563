import { type EventSink, noEvents } from '../../base/index.ts';
import { diffLines, type LineEdit } from '../diff.ts';
import { gitLines } from '../lines.ts';
import type { SourceText } from '../types.ts';
import { quote } from './paths.ts';

const CONTEXT = 3;

/** One file on both sides; undefined where it does not exist. Two different paths make a rename. */
export interface FileSides {
  readonly before?: SourceText;
  readonly after?: SourceText;
}

/**
 * A unified diff as git writes it, three lines of context, paths with `a/` and `b/`: `git apply` takes it. Files equal on
 * both sides are left out. New and deleted files are given mode 100644; modes are otherwise not told.
 */
export function formatUnifiedDiff(files: readonly FileSides[], events: EventSink = noEvents): string {
  return files.map((file) => formatFile(file, events)).join('');
}

function formatFile({ before, after }: FileSides, events: EventSink): string {
  const from = before?.path ?? after?.path;
  const to = after?.path ?? before?.path;
  if (from === undefined || to === undefined) throw new RangeError('a file of a diff exists on one side at least');
  const oldLines = gitLines(before?.text ?? '');
  const newLines = gitLines(after?.text ?? '');
  const edits = diffLines(oldLines, newLines, events);
  if (before !== undefined && after !== undefined && from === to && edits.length === 0) return '';

  const parts = [`diff --git ${quote(`a/${from}`)} ${quote(`b/${to}`)}\n`];
  if (before === undefined) parts.push('new file mode 100644\n');
  else if (after === undefined) parts.push('deleted file mode 100644\n');
  else if (from !== to) parts.push(`rename from ${quote(from)}\nrename to ${quote(to)}\n`);
  if (edits.length > 0) {
    parts.push(`--- ${before === undefined ? '/dev/null' : marked(`a/${from}`)}\n`);
    parts.push(`+++ ${after === undefined ? '/dev/null' : marked(`b/${to}`)}\n`);
    for (const group of grouped(edits)) formatHunk(group, oldLines, newLines, parts);
  }
  return parts.join('');
}

/** A tab ends an unquoted name with blanks, or `patch` would take its tail for a time. */
const marked = (name: string): string => {
  const quoted = quote(name);
  return quoted === name && name.includes(' ') ? `${name}\t` : quoted;
};

/** Edits whose contexts meet share a hunk. */
function grouped(edits: readonly LineEdit[]): LineEdit[][] {
  const groups: LineEdit[][] = [];
  for (const edit of edits) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && edit.oldStart - last.oldEnd <= 2 * CONTEXT) groups.at(-1)!.push(edit);
    else groups.push([edit]);
  }
  return groups;
}

function formatHunk(
  edits: readonly LineEdit[],
  oldLines: readonly string[],
  newLines: readonly string[],
  parts: string[],
): void {
  const first = edits[0]!;
  const last = edits.at(-1)!;
  const lead = Math.min(CONTEXT, first.oldStart);
  const trail = Math.min(CONTEXT, oldLines.length - last.oldEnd);
  const oldStart = first.oldStart - lead;
  const newStart = first.newStart - lead;
  const oldCount = last.oldEnd + trail - oldStart;
  const newCount = last.newEnd + trail - newStart;
  parts.push(`@@ -${range(oldStart, oldCount)} +${range(newStart, newCount)} @@\n`);
  const put = (mark: string, lines: readonly string[]): void => {
    for (const line of lines) parts.push(mark, line, line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n');
  };
  let at = oldStart;
  for (const edit of edits) {
    put(' ', oldLines.slice(at, edit.oldStart));
    put('-', oldLines.slice(edit.oldStart, edit.oldEnd));
    put('+', newLines.slice(edit.newStart, edit.newEnd));
    at = edit.oldEnd;
  }
  put(' ', oldLines.slice(at, last.oldEnd + trail));
}

/** As in `@@ -a,b`: an empty range names the line before it, a count of 1 is left out. */
const range = (start: number, count: number): string =>
  count === 1 ? `${start + 1}` : `${count === 0 ? start : start + 1},${count}`;
