import { fail, type Issue, ok, type Result, span } from '../../base/index.ts';
import { ChangeSet } from '../changeSet.ts';
import { gitLines } from '../lines.ts';
import type { Change, FilePatch, Hunk } from '../types.ts';

/** Most line comparisons spent on finding where the hunks of one file belong. */
const MOST_COMPARISONS = 50_000_000;

/**
 * The changes of a patch against the text of its file (`''` where the patch makes it). Context must be equal to the last
 * byte, line ends included. A hunk goes to the line it names; where its lines are not there, or an earlier hunk of the
 * file had moved, it goes to the one place that has them, with a warning (`diff/moved-hunk`), and is refused where there
 * are none (`diff/no-match`) or several (`diff/ambiguous`). Binary patches are refused (`diff/binary`).
 */
export function applyPatch(patch: FilePatch, text: string): Result<ChangeSet> {
  const path = patch.before ?? patch.after;
  const where = path === undefined ? {} : { path };
  if (patch.binary) return fail('diff/binary', 'expected a change of text, found a binary one', where);
  if (patch.before === undefined && text !== '') {
    return fail('diff/exists', `expected no file, found one of ${text.length} characters`, where);
  }
  const lines = gitLines(text);
  const offsets = [0];
  for (const line of lines) offsets.push(offsets.at(-1)! + line.length);

  const issues: Issue[] = [];
  const changes: Change[] = [];
  const budget = { left: MOST_COMPARISONS };
  let from = 0;
  let moved = false;
  for (const [index, hunk] of patch.hunks.entries()) {
    const name = `hunk ${index + 1} (line ${hunk.oldStart})`;
    const old = hunk.lines.filter(({ kind }) => kind !== 'insert').map(({ text }) => text);
    const stated = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    const fits = (at: number): boolean => at >= from && placed(hunk, old, lines, at, budget);
    let at = stated;
    if (moved || !fits(stated)) {
      const places: number[] = [];
      // Without a line to recognise there is no other place than the one it names.
      for (let i = from; old.length > 0 && i + old.length <= lines.length && budget.left > 0; i++) {
        if (fits(i)) places.push(i);
      }
      if (budget.left <= 0) {
        const message = `${name}: gave up looking for its place after ${MOST_COMPARISONS} comparisons`;
        return fail('diff/limit', message, where);
      }
      if (places.length === 0) return fail('diff/no-match', `${name}: ${difference(old, lines, stated, from)}`, where);
      if (places.length > 1) {
        const list = places.slice(0, 5).map((place) => place + 1);
        const more = places.length > list.length ? ', …' : '';
        const message = `${name}: expected one place with its lines, found ${places.length} (lines ${list.join(', ')}${more})`;
        return fail('diff/ambiguous', message, { ...where, suggestion: 'Make the diff again from the file as it is.' });
      }
      at = places[0]!;
      if (at !== stated) {
        moved = true;
        issues.push({
          code: 'diff/moved-hunk',
          message: `${name} was found at line ${at + 1}, ${Math.abs(at - stated)} lines from where the diff says`,
          severity: 'warning',
          ...where,
          span: span(offsets[at]!, offsets[at + old.length]!),
        });
      }
    }
    let line = at;
    for (const { kind, text } of hunk.lines) {
      const offset = offsets[line]!;
      if (kind === 'insert') changes.push({ span: span(offset, offset), insert: text });
      else {
        line++;
        if (kind === 'delete') changes.push({ span: span(offset, offsets[line]!), insert: '' });
      }
    }
    from = at + old.length;
  }
  const change = ChangeSet.of(text.length, changes);
  if (patch.after === undefined && change.newLength !== 0) {
    const message = `expected the deletion to remove the whole file, found ${change.newLength} characters left`;
    return fail('diff/not-whole', message, where);
  }
  return ok(change, issues);
}

/** Whether the hunk's old lines stand at line `at` (0-based) and what it leaves keeps whole lines. */
function placed(
  hunk: Hunk,
  old: readonly string[],
  lines: readonly string[],
  at: number,
  budget: { left: number },
): boolean {
  if (at + old.length > lines.length) return false;
  for (const [i, text] of old.entries()) {
    budget.left--;
    if (lines[at + i] !== text) return false;
  }
  const last = hunk.lines.findLast(({ kind }) => kind !== 'delete');
  // A new last line without its break belongs at the end of the file and nowhere else.
  if (last !== undefined && !last.text.endsWith('\n') && at + old.length < lines.length) return false;
  // Lines added after a last line without its break would run into it.
  return old.length > 0 || at === 0 || lines[at - 1]!.endsWith('\n');
}

function difference(old: readonly string[], lines: readonly string[], stated: number, from: number): string {
  if (old.length === 0 && stated < lines.length) {
    return 'expected lines to recognise its place by, since an earlier hunk was not where the diff says, found none';
  }
  if (stated < from) return `expected it after the hunk before it, which ends at line ${from}`;
  for (const [i, expected] of old.entries()) {
    const found = lines[stated + i];
    if (found === expected) continue;
    const shown = found === undefined ? 'the end of the file' : show(found);
    return `line ${stated + i + 1}: expected ${show(expected)}, found ${shown}, and its lines stand nowhere else`;
  }
  return `expected its place at the end of the file, found ${lines.length} lines`;
}

const show = (line: string): string => JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
