import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { javascriptOf } from '../../lang/index.ts';
import { readWritten } from '../../sandbox/index.ts';
import type { FileChange } from '../../workspace/index.ts';
import type { Coverage, FileCoverage } from '../types.ts';
import { isTestFile } from './detect.ts';
import { originalPositions } from './sourceMap.ts';

/** Output of one test run that is read, bytes. */
const COVERAGE_BYTES = 64 * 1024 * 1024;
/** Reports of one test run: one for each process and thread that came to its end. */
const REPORTS = 512;
/** Characters that counted ranges go over in all, and comparisons: a report may hold any number of ranges. */
const WORK = 10_000_000_000;

/**
 * Counts what V8 runs, in every Node process and thread of a test run, whatever the runner makes of the code before it runs
 * it; what is counted goes with the text that ran and its source map. Loaded by `NODE_OPTIONS`.
 */
export const COUNTER = `--import=data:text/javascript,${encodeURIComponent(`
import { Session } from 'node:inspector';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
const folder = process.env.ASSAY_COVERAGE;
const root = process.env.ASSAY_COVERAGE_ROOT;
if (folder && root) {
  const session = new Session();
  session.connect();
  const scripts = new Map();
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url, sourceMapURL } }) => {
    const path = url.startsWith('file://') ? decodeURI(url.slice(7)) : url;
    if (path.startsWith(root + '/') && !path.includes('/node_modules/')) scripts.set(scriptId, { path: path.replace(/[?#].*$/s, ''), sourceMapURL });
  });
  session.post('Debugger.enable');
  session.post('Debugger.setSkipAllPauses', { skip: true });
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const file = folder + '/' + process.pid + '-' + threadId;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file + '.started', '');
  } catch {}
  let written = false;
  const write = () => {
    if (written) return;
    written = true;
    const found = [];
    const save = () => {
      try {
        // A process that is ended meanwhile leaves no half of it.
        writeFileSync(file + '.part', JSON.stringify(found));
        renameSync(file + '.part', file + '.json');
      } catch {}
    };
    // What is counted of all that a runner has loaded is long to tell.
    if (scripts.size === 0) return save();
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      // Something ran: where none of its blocks is counted, somebody else took what was, or ended it.
      if (error || !taken.result.some(({ scriptId, functions }) => scripts.has(scriptId) && functions.some((one) => one.isBlockCoverage && one.ranges[0].count > 0))) return;
      for (const { scriptId, functions } of taken.result) {
        const script = scripts.get(scriptId);
        if (!script) continue;
        session.post('Debugger.getScriptSource', { scriptId }, (failed, source) => {
          if (!failed) found.push({ ...script, source: source.scriptSource, functions });
        });
      }
      save();
    });
  };
  process.on('exit', write);
  // Runners end their workers so.
  process.on('SIGTERM', () => {
    write();
    if (process.listenerCount('SIGTERM') === 1) process.exit(143);
  });
}`)}`;

interface Script {
  readonly path: string;
  readonly sourceMapURL?: string;
  readonly source: string;
  readonly functions: readonly {
    readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
  }[];
}

/** Lines of one file, 1-based, as one or more processes ran them. */
interface LineCounts {
  readonly ran: Set<number>;
  readonly seen: Set<number>;
  /** Starts of blocks that were not entered though what is around them was, by the number of times that was so. */
  readonly skipped: Map<string, number>;
  instances: number;
}

/**
 * What a run wrote into `folder`, held against the lines that the change touched. Undefined where not all was counted: a
 * process or thread that was ended without notice says nothing, and it may have run anything.
 */
export function changedCoverage(folder: string, root: string, files: readonly FileChange[]): Coverage | undefined {
  const wanted = files.filter(
    ({ path, after, spans }) =>
      after &&
      spans.length > 0 &&
      /\.[cm]?[jt]sx?$/.test(path) &&
      !isTestFile(path) &&
      !/[.-]d\.[cm]?tsx?$|\.config\.[cm]?[jt]s$/.test(path),
  );
  const counts = new Map<string, LineCounts>();
  const work = { left: WORK };
  let bytes = 0;
  let reports = 0;
  const names = listed(folder);
  const started = names.filter((name) => name.endsWith('.started')).length;
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const text = readWritten(join(folder, name), COVERAGE_BYTES - bytes);
    bytes += text?.length ?? 0;
    if (text === undefined || ++reports > REPORTS) break;
    for (const script of scriptsIn(text)) {
      const own = relative(root, script.path);
      const after = wanted.find((file) => file.path === own)?.after;
      if (after) count(script, own, after.text, counts, work);
    }
  }
  if (reports === 0 || reports < started || work.left <= 0) return undefined;
  const covered = wanted.map((file) => fileCoverage(file, counts.get(file.path)));
  const sum = (key: 'lines' | 'covered'): number => covered.reduce((total, file) => total + file[key], 0);
  return { lines: sum('lines'), covered: sum('covered'), files: covered };
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The code that is counted writes these, too, so nothing in them is taken on trust. */
function scriptsIn(text: string): Script[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) return [];
    return (parsed as Script[]).filter(
      (script) =>
        typeof script?.path === 'string' &&
        typeof script.source === 'string' &&
        ['string', 'undefined'].includes(typeof script.sourceMapURL) &&
        Array.isArray(script.functions) &&
        script.functions.every((one) => Array.isArray(one?.ranges) && one.ranges.every(isRange)),
    );
  } catch {
    return [];
  }
}

const isRange = (range: unknown): boolean => {
  const { startOffset, endOffset, count: times } = (range ?? {}) as Partial<Record<string, unknown>>;
  return [startOffset, endOffset, times].every((value) => typeof value === 'number');
};

function count(script: Script, path: string, text: string, all: Map<string, LineCounts>, work: { left: number }): void {
  const { source } = script;
  work.left -= source.length;
  for (const { ranges } of script.functions)
    for (const { startOffset, endOffset } of ranges)
      work.left -= 1 + Math.max(0, Math.min(endOffset, source.length) - Math.max(startOffset, 0));
  if (!(work.left > 0)) return;
  // The innermost range decides; V8 tells outer ones before inner ones.
  const hits = new Int32Array(source.length).fill(1);
  const skips: { readonly startOffset: number; readonly endOffset: number }[] = [];
  for (const { ranges } of script.functions) {
    for (const [index, range] of ranges.entries()) {
      const { startOffset, endOffset, count: times } = range;
      hits.fill(times, startOffset, endOffset);
      if (index > 0 && times === 0 && (ranges[0]?.count ?? 0) > 0) skips.push(range);
    }
  }
  const own = all.get(path) ?? { ran: new Set(), seen: new Set(), skipped: new Map(), instances: 0 };
  all.set(path, own);
  own.instances++;
  const positions = originalPositions(source, script.sourceMapURL, text);
  for (const { offset, line } of positions) {
    own.seen.add(line);
    if ((hits[offset] ?? 0) > 0) own.ran.add(line);
  }
  work.left -= skips.length * positions.length;
  if (work.left <= 0) return;
  for (const { startOffset, endOffset } of skips) {
    const at = positions.find(({ offset }) => offset >= startOffset && offset < endOffset);
    if (!at) continue;
    const key = `${at.line}:${at.column}`;
    own.skipped.set(key, (own.skipped.get(key) ?? 0) + 1);
  }
}

/** Lines that hold nothing to run: blank ones, comments, brackets, imports and the heads of types. */
const IDLE =
  /^\s*(?:$|\/\/|\/?\*|[^\w$'"`]*$|(?:import|export)\b.*\bfrom\b|import\b|(?:export\s+)?(?:declare|interface|type)\b|@)/;

function fileCoverage({ path, after, spans }: FileChange, counts: LineCounts | undefined): FileCoverage {
  const text = after?.text ?? '';
  const lines = text.split('\n');
  const changed: number[] = [];
  // What the compiler leaves out of the code that runs, such as a type, cannot be run.
  const seen =
    counts?.seen ??
    new Set(originalPositions(javascriptOf(text, path), undefined, text).map((position) => position.line));
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const end = offset + line.length + 1;
    const isChanged = spans.some(({ start, end: stop }) => start < end && offset < stop);
    if (isChanged && !IDLE.test(line) && seen.has(index + 1)) changed.push(index + 1);
    offset = end;
  }
  const missed = changed.filter((line) => !counts?.ran.has(line));
  const missedSet = new Set(missed);
  const skipped = [...(counts?.skipped ?? [])]
    .filter(([, times]) => times === counts?.instances)
    .map(([key]) => key.split(':').map(Number) as [number, number])
    .filter(([line]) => changed.includes(line) && !missedSet.has(line))
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    path,
    loaded: counts !== undefined,
    lines: changed.length,
    covered: changed.length - missed.length,
    notRun: runsOf(missed),
    notTaken: skipped.map(([line, column]) => ({ line, column })),
  };
}

/** Consecutive numbers as first and last. */
function runsOf(lines: readonly number[]): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last && last[1] === line - 1) last[1] = line;
    else runs.push([line, line]);
  }
  return runs;
}
