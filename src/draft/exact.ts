import { editDistance, fail, ok, type Result, span } from '../base/index.ts';
import { ChangeSet, lineIndex, type SourceText } from '../text/index.ts';
import type { FileEdit } from './types.ts';

/** Most lines of a refused edit's nearest place that are shown. */
const SHOWN_LINES = 12;
/** Most characters compared in the search for a nearest line; past it the best so far is shown. */
const MOST_CELLS = 20_000_000;

/**
 * The edit that puts `replace` where `find` stands. `find` must stand there character for character, line ends included,
 * and once: several places are refused with their lines (`draft/ambiguous`), none is refused with the nearest lines as a
 * suggestion (`draft/no-match`), which is for whoever wrote `find` and is never applied. An empty `find` stands once in an
 * empty file only.
 */
export function exactEdit(source: SourceText, find: string, replace: string): Result<FileEdit> {
  const { path, text, hash } = source;
  for (const [name, value] of Object.entries({ find, replace })) {
    if (!value.isWellFormed() || value.includes('\0')) {
      return fail('draft/not-text', `expected "${name}" to be text, found a lone surrogate or NUL in it`, { path });
    }
  }
  if (find === '' && text !== '') {
    return fail('draft/empty-find', 'expected the text to replace, found none', {
      path,
      suggestion: 'Give the lines around the place, and the same lines with what is new.',
    });
  }
  if (find === replace) return fail('draft/no-change', 'expected another text than the one it replaces', { path });

  const places: number[] = [];
  for (let at = text.indexOf(find); at >= 0; at = text.indexOf(find, at + 1)) {
    places.push(at);
    if (find === '') break;
  }
  if (places.length === 0) {
    const shown = JSON.stringify(find.length > 80 ? `${find.slice(0, 80)}…` : find);
    const suggestion = nearest(text, find);
    return fail('draft/no-match', `expected the text to replace in the file, found it nowhere: ${shown}`, {
      path,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
  if (places.length > 1) {
    const { positionAt } = lineIndex(text);
    const lines = places.slice(0, 10).map((at) => positionAt(at).line);
    const list = `lines ${lines.join(', ')}${places.length > lines.length ? ', …' : ''}`;
    return fail('draft/ambiguous', `expected one place with the text to replace, found ${places.length} (${list})`, {
      path,
      suggestion: 'Give more of the lines around the place that is meant.',
    });
  }
  const start = places[0]!;
  const change = ChangeSet.of(text.length, [{ span: span(start, start + find.length), insert: replace }]);
  return ok({ path, baseHash: hash, change });
}

/** A line without what is easily got wrong: blanks at the ends and their kinds, typographic quotes and dashes. */
const folded = (line: string): string =>
  line
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()
    .replace(/[‘’‚‛]/g, "'")
    .replace(/[“”„‟]/g, '"')
    .replace(/[‐‑‒–—―−]/g, '-')
    .normalize('NFKC');

/** One sentence on where `find` was probably meant, and those lines; undefined where nothing is near. */
function nearest(text: string, find: string): string | undefined {
  if (find.includes('\n') && text.includes(find.replace(/\r?\n/g, '\r\n'))) {
    return 'The lines of the file end in CR LF; give the text with the same line ends.';
  }
  const lines = text.split(/\r\n|\r|\n/);
  const wanted = find.split(/\r\n|\r|\n/);
  while (wanted.length > 1 && wanted[0]!.trim() === '') wanted.shift();
  while (wanted.length > 1 && wanted.at(-1)!.trim() === '') wanted.pop();
  const have = lines.map(folded);
  const want = wanted.map(folded);
  if (want.every((line) => line === '')) return undefined;

  // How many of the lines stand at the right distance below each start.
  const scores = new Map<number, number>();
  const places = new Map<string, number[]>();
  for (const [index, line] of want.entries()) if (line !== '') places.set(line, [...(places.get(line) ?? []), index]);
  for (const [at, line] of have.entries()) {
    for (const index of places.get(line) ?? []) scores.set(at - index, (scores.get(at - index) ?? 0) + 1);
  }
  const most = want.filter((line) => line !== '').length;
  const [start, score] = [...scores].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0]);
  if (score > 0) {
    const how =
      score === most ? 'differ in blanks, quotes, dashes or line ends alone' : `share ${score} of ${most} lines`;
    return show(lines, Math.max(0, start), start + want.length, how);
  }
  return nearestLine(lines, have, want);
}

function nearestLine(lines: readonly string[], have: readonly string[], want: readonly string[]): string | undefined {
  const anchor = want.reduce((longest, line) => (line.length > longest.length ? line : longest));
  let best: number | undefined;
  let limit = Math.floor(anchor.length / 3);
  let cells = 0;
  for (const [at, line] of have.entries()) {
    if (Math.abs(line.length - anchor.length) > limit) continue;
    cells += line.length * anchor.length;
    if (cells >= MOST_CELLS) break;
    const distance = editDistance(anchor, line, limit);
    if (distance > limit) continue;
    best = at;
    limit = distance - 1;
    if (limit < 0) break;
  }
  if (best === undefined) return undefined;
  const start = Math.max(0, best - want.indexOf(anchor));
  return show(lines, start, start + want.length, 'look alike');
}

function show(lines: readonly string[], start: number, end: number, how: string): string {
  const until = Math.min(end, lines.length);
  const shown = lines.slice(start, Math.min(until, start + SHOWN_LINES));
  const where = until - start === 1 ? `Line ${start + 1} is nearest` : `Lines ${start + 1} to ${until} are nearest`;
  return `${where}; they ${how}:\n${shown.join('\n')}${until - start > shown.length ? '\n…' : ''}`;
}
