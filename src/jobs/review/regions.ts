import type { RepoPath } from '../../base/index.ts';
import { type SyntaxNode, type SyntaxTree, syntaxTreeOf } from '../../lang/index.ts';
import { diffTexts, lineIndex } from '../../text/index.ts';
import { isCode, isTestFile } from '../../verify/index.ts';
import type { FileChange } from '../../workspace/index.ts';
import type { Idle } from './types.ts';

/** A part of a change before anything is known of it. */
export interface Piece {
  readonly path: RepoPath;
  readonly first: number;
  readonly last: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly isTest: boolean;
  readonly idle?: Idle;
  /** The file as it is at the head, where it is code. */
  readonly tree?: SyntaxTree;
}

/** Lines that are read at once, about. */
const UNIT = 8;
/** Lines of one place that are one region where nothing says how to cut them. */
const BLOCK = 20;
/** Lines that count as moved together. */
const MOVED = 3;
const GENERATED =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock)$|(?:^|\/)(?:dist|build|vendor|generated|__generated__|__snapshots__)\/|\.min\.[cm]?js$|\.snap$|\.map$/;
const GENERATED_TEXT = /@generated|do not edit|auto-?generated/i;
const PROSE = /\.(?:md|mdx|txt|rst|markdown)$|(?:^|\/)(?:LICENSE|CHANGELOG|AUTHORS)/i;

interface Place {
  readonly first: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Offsets of what is gone, in the text before. */
  readonly from: number;
  readonly to: number;
}

/** A change as pieces to read, in the order of the diff. */
export function piecesOf(files: readonly FileChange[]): readonly Piece[] {
  const gone: string[] = [];
  const come: string[] = [];
  const places = files.map((file) => {
    const own = placesOf(file);
    for (const { added, removed } of own) {
      gone.push(...removed.map((line) => line.trim()), '');
      come.push(...added.map((line) => line.trim()), '');
    }
    return own;
  });
  const pool = { gone: `\n${gone.join('\n')}\n`, come: `\n${come.join('\n')}\n` };
  return files.flatMap((file, index) => piecesIn(file, places[index]!, pool));
}

function placesOf({ before, after }: FileChange): readonly Place[] {
  const [old, text] = [before?.text ?? '', after?.text ?? ''];
  if (!before && !after) return [];
  const lines = lineIndex(text);
  let shift = 0;
  return diffTexts(old, text).changes.map(({ span, insert }) => {
    const start = span.start + shift;
    shift += insert.length - (span.end - span.start);
    return {
      first: lines.positionAt(Math.min(start, text.length)).line,
      added: linesOf(insert),
      removed: linesOf(old.slice(span.start, span.end)),
      from: span.start,
      to: span.end,
    };
  });
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/));

function piecesIn(
  file: FileChange,
  places: readonly Place[],
  pool: { readonly gone: string; readonly come: string },
): readonly Piece[] {
  const { path, after, before } = file;
  const isTest = isTestFile(path);
  const whole = (idle: Idle | undefined): readonly Piece[] =>
    places.map(({ first, added, removed }) => ({
      path,
      first,
      last: Math.max(first, first + added.length - 1),
      added,
      removed,
      isTest,
      ...(idle ? { idle } : {}),
    }));
  const head = (after ?? before)?.text.slice(0, 500) ?? '';
  if (GENERATED.test(path) || GENERATED_TEXT.test(head)) return whole('generated');
  if (PROSE.test(path)) return whole('prose');
  if (!isCode(path) || !after) return whole(undefined).flatMap(chunks);
  const tree = syntaxTreeOf(after.text, path);
  const old = before && syntaxTreeOf(before.text, file.from ?? path);
  const units = unitsOf(tree.root, after.text);
  const names = renamesIn(places, before?.text ?? '', after.text);
  return places.flatMap((place) => {
    const idle = idleOf(place, tree, old, after.text, before?.text ?? '', names);
    const { first, added, removed } = place;
    if (idle)
      return [{ path, first, last: Math.max(first, first + added.length - 1), added, removed, isTest, idle, tree }];
    return groups(place, units).map((group, index): Piece => {
      const own = added.slice(group.from, group.to);
      // What is gone goes with the first part of what came instead.
      const out = index === 0 ? removed : [];
      const at = first + group.from;
      const piece = {
        path,
        first: at,
        last: Math.max(at, at + own.length - 1),
        added: own,
        removed: out,
        isTest,
        tree,
      };
      const moved = isMoved(own, pool.gone) && (out.length === 0 || isMoved(out, pool.come));
      return moved || (own.length === 0 && isMoved(out, pool.come)) ? { ...piece, idle: 'moved' } : piece;
    });
  });
}

/** Long places of what is no code, cut by length. */
function chunks(piece: Piece): readonly Piece[] {
  const found: Piece[] = [];
  for (let from = 0; from === 0 || from < piece.added.length; from += BLOCK) {
    const added = piece.added.slice(from, from + BLOCK);
    const first = piece.first + from;
    found.push({
      ...piece,
      first,
      last: Math.max(first, first + added.length - 1),
      added,
      removed: from === 0 ? piece.removed : [],
    });
  }
  return found;
}

/** For each line (1-based) the number of the unit that it is read with. */
function unitsOf(root: SyntaxNode, text: string): Int32Array {
  const lines = lineIndex(text);
  const units = new Int32Array(lines.lines + 2);
  let count = 0;
  const visit = (node: SyntaxNode, depth: number): void => {
    const first = lines.positionAt(node.start).line;
    const last = lines.positionAt(node.end).line;
    units.fill(++count, first, last + 1);
    if (last - first < UNIT || depth >= 60) return;
    for (const child of node.children) visit(child, depth + 1);
    // The line that opens a long node is read with what it opens.
    if (units[first] === 0) units[first] = count;
  };
  visit(root, 0);
  return units;
}

/** Parts of a place by unit, small neighbours together; indexes into what was added. */
function groups({ first, added }: Place, units: Int32Array): readonly { from: number; to: number }[] {
  if (added.length <= UNIT) return [{ from: 0, to: added.length }];
  const found: { from: number; to: number }[] = [];
  for (let at = 0; at < added.length; at++) {
    const last = found.at(-1);
    if (last && (units[first + at] === units[first + at - 1] || added[at]!.trim() === '') && at - last.from < BLOCK)
      last.to = at + 1;
    else found.push({ from: at, to: at + 1 });
  }
  const joined: { from: number; to: number }[] = [];
  for (const one of found) {
    const last = joined.at(-1);
    if (last && one.to - last.from <= UNIT && (last.to - last.from < 4 || one.to - one.from < 4)) last.to = one.to;
    else joined.push({ ...one });
  }
  return joined;
}

const isMoved = (lines: readonly string[], pool: string): boolean => {
  const said = lines.map((line) => line.trim()).filter((line) => line.length > 3);
  return (
    said.length >= MOVED &&
    pool.includes(
      `\n${lines
        .map((line) => line.trim())
        .join('\n')
        .trim()}\n`,
    )
  );
};

function idleOf(
  { first, added, removed, from, to }: Place,
  tree: SyntaxTree,
  old: SyntaxTree | undefined,
  text: string,
  before: string,
  names: ReadonlyMap<string, string>,
): Idle | undefined {
  const lines = lineIndex(text);
  const start = lines.offsetAt({ line: first, column: 1 }) ?? text.length;
  const end = start + added.join('\n').length;
  const now = bare(text, tree, start, end);
  const then = old ? bare(before, old, from, to) : '';
  if (now.trim() === '' && then.trim() === '') return 'comments';
  if (isImports(tree, start, end, now) && (!old || isImports(old, from, to, then))) return 'imports';
  if (removed.length === 0 || added.length === 0) return undefined;
  const [a, b] = [tokens(then), tokens(now)];
  if (a.join(' ') === b.join(' ')) return now === text.slice(start, end) ? 'formatting' : 'comments';
  return a.length === b.length && a.every((token, at) => token === b[at] || names.get(token) === b[at])
    ? 'renamed'
    : undefined;
}

/** A piece of text without its comments. */
function bare(text: string, { comments }: SyntaxTree, start: number, end: number): string {
  let out = '';
  let at = start;
  for (const { span } of comments) {
    if (span.end <= start || span.start >= end) continue;
    out += text.slice(at, Math.max(at, span.start));
    at = Math.max(at, Math.min(span.end, end));
  }
  return out + text.slice(at, end);
}

function isImports({ root }: SyntaxTree, start: number, end: number, said: string): boolean {
  if (said.trim() === '') return true;
  const inside = root.children.filter((node) => node.start < end && node.end > start);
  return (
    inside.length > 0 &&
    inside.every(
      ({ kind, text }) => kind === 'ImportDeclaration' || (kind === 'ExportDeclaration' && /\bfrom\b/.test(text)),
    )
  );
}

const TOKEN = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|[\w$]+|[^\s\w]/g;
/** Words and signs, without those that are a matter of style. */
const tokens = (text: string): readonly string[] =>
  (text.match(TOKEN) ?? [])
    .map((one) => one.replace(/^"((?:[^"'\\])*)"$/, "'$1'"))
    .filter((one, at, all) => one !== ';' && !(one === ',' && /^[)\]}]$/.test(all[at + 1] ?? '')));

/** Names that were given other names everywhere in a file, and nothing else of that name is left or was there. */
function renamesIn(places: readonly Place[], before: string, after: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const refused = new Set<string>();
  for (const { added, removed } of places) {
    const [a, b] = [tokens(removed.join('\n')), tokens(added.join('\n'))];
    if (a.length !== b.length) continue;
    for (const [at, token] of a.entries()) {
      const next = b[at]!;
      if (token === next) continue;
      const isName = /^[A-Za-z_$][\w$]*$/.test(token) && /^[A-Za-z_$][\w$]*$/.test(next) && a[at - 1] !== '.';
      if (!isName || (found.get(token) ?? next) !== next) refused.add(token);
      else found.set(token, next);
    }
  }
  const has = (text: string, word: string): boolean =>
    new RegExp(`(?<![\\w$])${word.replaceAll('$', '\\$')}(?![\\w$])`).test(text);
  const targets = [...found.values()];
  for (const [token, next] of found)
    if (
      refused.has(token) ||
      has(after, token) ||
      has(before, next) ||
      targets.filter((one) => one === next).length > 1
    )
      found.delete(token);
  return found;
}
