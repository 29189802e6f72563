/** One result of a TAP stream. */
export interface Point {
  readonly isOk: boolean;
  readonly name: string;
  readonly directive?: 'skip' | 'todo';
  /** What stands between `---` and `...` below it. */
  readonly details: string;
  /** The subtest that it sums up. */
  readonly inner?: Level;
  /** The comment that it stands under, which is a test's title in tape. */
  readonly block?: string;
}

/** Results of one indentation. */
export interface Level {
  readonly points: readonly Point[];
  /** Number of results that are planned. */
  readonly plan?: number;
  /** Why everything was given up. */
  readonly bail?: string;
  /** Titles of comments that say `SKIP`, as tape tells of tests that it leaves out. */
  readonly skipped: readonly string[];
  /** The last comment before the plan that stands at a stream's end. */
  readonly last?: string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type OpenPoint = Writable<Point>;
interface OpenLevel extends Omit<Writable<Level>, 'points' | 'skipped'> {
  readonly indent: number;
  readonly points: OpenPoint[];
  readonly skipped: string[];
  /** A subtest that has come to its end and whose point is still to come. */
  ended?: OpenLevel;
}

const POINT = /^(not )?ok\b(?: +\d+)?(?: +-)?(?: +(.*))?$/;
/** A result's words end where its directive or the time that it took begins, or `{` before its subtest. */
const DIRECTIVE = /(?:^|\s)# *(skip|todo)\b.*$/i;
const TIME = /\s+# time=\S+$/;

/**
 * Reads the lines of TAP (13 and 14) out of a text: points with what stands below them, subtests by indentation, before their
 * point or in braces behind it. What is no TAP is passed over.
 */
export function readTap(text: string): Level {
  const level = (indent: number): OpenLevel => ({ indent, points: [], skipped: [] });
  const root = level(0);
  const open = [root];
  const lines = text.split('\n');
  let braced: { readonly point: OpenPoint; readonly indent: number }[] = [];
  const closeTo = (indent: number): void => {
    while (open.length > 1 && open.at(-1)!.indent > indent) {
      const ended = open.pop()!;
      open.at(-1)!.ended = ended;
    }
  };
  const takeEnded = (from: OpenLevel): { readonly inner?: OpenLevel } => {
    const { ended } = from;
    delete from.ended;
    return ended ? { inner: ended } : {};
  };
  for (let at = 0; at < lines.length; at++) {
    const whole = lines[at]!;
    const line = whole.trim();
    const indent = whole.length - whole.trimStart().length;
    if (line === '') continue;
    closeTo(indent);
    const brace = braced.find((one) => one.indent === indent);
    if (line === '}' && brace) {
      Object.assign(brace.point, takeEnded(open.at(-1)!));
      braced = braced.filter((one) => one !== brace);
      continue;
    }
    const isTap = POINT.test(line) || /^(?:\d+\.\.\d+|Bail out!|#)/.test(line);
    if (!isTap) continue;
    if (indent > open.at(-1)!.indent) open.push(level(indent));
    const here = open.at(-1)!;
    const point = POINT.exec(line);
    if (point) {
      const words = (point[2] ?? '').replace(/ *\{$/, '').replace(TIME, '');
      const directive = DIRECTIVE.exec(words)?.[1]?.toLowerCase() as Point['directive'];
      const below = detailsAt(lines, at + 1, indent);
      const made: OpenPoint = {
        isOk: point[1] === undefined,
        name: words.replace(DIRECTIVE, '').replace(TIME, '').replaceAll('\\#', '#').trim(),
        details: below?.text ?? '',
        ...(directive ? { directive } : {}),
        ...(line.endsWith('{') ? {} : takeEnded(here)),
        ...(here.last === undefined ? {} : { block: here.last }),
      };
      here.points.push(made);
      if (below) at = below.end;
      if (line.endsWith('{')) braced.push({ point: made, indent });
    } else if (line.startsWith('Bail out!')) root.bail = line.slice(9).trim();
    else if (line.startsWith('#')) comment(here, line.slice(1).trim());
    else here.plan = Number(/\.\.(\d+)/.exec(line)![1]);
  }
  closeTo(0);
  return root;
}

function comment(here: OpenLevel, said: string): void {
  // Behind the plan at the end of a stream stand counts.
  if (here.plan !== undefined && here.points.length > 0) return;
  const [, directive, title = said] = /^(SKIP|TODO) (.*)$/.exec(said) ?? [];
  if (/^(?:Subtest(?::|$)|time=)/.test(said)) return;
  if (directive === 'SKIP') here.skipped.push(title);
  else here.last = title;
}

/** What stands between `---` and `...` from a line on. */
function detailsAt(
  lines: readonly string[],
  from: number,
  indent: number,
): { readonly text: string; readonly end: number } | undefined {
  const [, margin] = /^( *)---$/.exec(lines[from] ?? '') ?? [];
  if (margin === undefined || margin.length < indent) return undefined;
  const end = lines.indexOf(`${margin}...`, from);
  const inner = lines.slice(from + 1, end < 0 ? lines.length : end);
  // Some indent what stands between once more.
  const more = Math.min(...inner.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)), 1_000);
  return { text: inner.map((line) => line.slice(more)).join('\n'), end: end < 0 ? lines.length : end };
}
