import { join, relative } from 'node:path';
import { type RepoPath, repoPath } from '../../base/index.ts';
import { readWritten } from '../../sandbox/index.ts';
import { type Level, type Point, readTap } from './tapText.ts';
import type { TestCase, TestReport } from './types.ts';
import { firstLines } from './vitest.ts';

/** What the driver is told. */
export interface Programs {
  readonly report: string;
  /** The command of each program, without its file. */
  readonly start: readonly string[];
  /** Test files, absolute; null where the command runs all by itself. */
  readonly files?: readonly (string | null)[];
  /** Where `files` are not given: files, folders and globs, from the package's folder. */
  readonly patterns?: readonly string[];
  /** Program text that says which files the runner itself takes for tests: of those found, or where none were, of all. */
  readonly classify?: string;
  /** What that is told beside the files. */
  readonly helper?: unknown;
}

/**
 * Runs programs that print TAP, a few side by side, each with a process of its own, and keeps what they print of it beside the
 * exit status that was seen; all other text goes on. One JSON line a program. It understands nothing of what they print: that
 * is read where no code under test runs. As text for `node -e` in the sandbox, so that nothing has to be written into the tree.
 */
const DRIVER = `
const { spawn, spawnSync } = process.getBuiltinModule('node:child_process');
const { appendFileSync, globSync, statSync, writeFileSync } = process.getBuiltinModule('node:fs');
const { availableParallelism } = process.getBuiltinModule('node:os');
const { resolve } = process.getBuiltinModule('node:path');
const { report, start, files, patterns, helper, classify } = JSON.parse(process.argv.at(-1));
const TAP = /^ *(?:(?:not )?ok\\b|\\d+\\.\\.\\d+|Bail out!|TAP version|#|\\}$)/;
const POINT = /^ *(?:not )?ok\\b/;
let room = 32 * 1024 * 1024;
const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
const exclude = (path) => /(?:^|\\/)node_modules$/.test(path);
const named = (word) => ['', '.js', '/index.js'].map((end) => word + end).find(isFile);
const matching = (word) => named(word) ?? globSync(word, { exclude }).filter(isFile);
// In a process of its own whose lines are not counted: what it starts ends without notice.
const tests = (found) => {
  const { status, stdout } = spawnSync(process.execPath, ['-e', classify, '--', JSON.stringify({ helper, found })], {
    env: { ...process.env, ASSAY_COVERAGE: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) process.exit(1);
  // Settings may print too.
  return JSON.parse(stdout.trimEnd().split('\\n').at(-1));
};
const found = [...new Set(files ?? patterns.flatMap(matching).map((path) => resolve(path)).sort())];
const programs = classify ? tests(found) : found;
const run = (file) => new Promise((done) => {
  const child = spawn(start[0], [...start.slice(1), ...(file === null ? [] : [file])], { stdio: ['ignore', 'pipe', 'pipe'] });
  let tap = '';
  let rest = '';
  let said = '';
  let cut = false;
  let last = '';
  let open;
  const take = (line) => {
    const isDetail = open !== undefined;
    if (!isDetail && /^ *---$/.test(line) && POINT.test(last)) open = line.slice(0, -3);
    else if (isDetail && line === open + '...') open = undefined;
    last = line;
    if (!isDetail && open === undefined && !TAP.test(line)) return void process.stdout.write(line + '\\n');
    room -= line.length + 1;
    if (room < 0) cut = true;
    else tap += line + '\\n';
  };
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (part) => {
    const lines = (rest + part).split('\\n');
    rest = lines.pop();
    for (const line of lines) take(line.trimEnd());
    // A line without end is text.
    if (rest.length > 1e6) rest = void process.stdout.write(rest) ?? '';
  });
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (part) => {
    process.stderr.write(part);
    if (said.length < 1e5) said += part;
  });
  const end = (code, signal) => {
    if (rest !== '') take(rest.trimEnd());
    rest = '';
    child.removeAllListeners();
    child.stdout.destroy();
    child.stderr.destroy();
    appendFileSync(report, JSON.stringify({ file, code, signal, cut, tap, said }) + '\\n');
    done(code === 0);
  };
  child.on('close', end);
  child.on('error', () => end(1, null));
  // What a program leaves behind may keep its output open.
  child.on('exit', (code, signal) => setTimeout(() => child.stdout.destroyed || end(code, signal), 2000).unref());
});
writeFileSync(report, '');
let next = 0;
let isRight = true;
const work = async () => {
  while (next < programs.length) isRight = (await run(programs[next++])) && isRight;
};
Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work)).then(() => {
  process.exitCode = isRight ? 0 : 1;
});
`;

export const driven = (programs: Programs): readonly string[] => [
  process.execPath,
  '-e',
  DRIVER,
  '--',
  JSON.stringify(programs),
];

/** The name of a test file as a case of its own. */
export const FILE = '(test file)';

/** Largest test file that is looked into, bytes. */
const SOURCE_BYTES = 4 * 1024 * 1024;

/** One program as the driver tells of it. */
interface Program {
  readonly file: string | null;
  readonly code: number | null;
  readonly signal: string | null;
  readonly cut: boolean;
  readonly tap: string;
  /** The start of what it said as an error. */
  readonly said: string;
}

/** A test by name before it is known which file it is of, or where the runner names that too. */
export type Told = Omit<TestCase, 'path'> & { readonly path?: string };

/**
 * The cases of each program as `casesOf` reads them out of its TAP. The status that a program ended with decides with what it
 * printed: what is tested can print as well.
 */
export function readPrograms(
  text: string,
  bench: string,
  runner: string,
  /** Undefined where what it printed does not say whether there were tests. */
  casesOf: (tap: Level) => readonly Told[] | undefined,
  /** The test that a program was at when it ended. */
  lastOf: (tap: Level) => string = () => FILE,
): TestReport | undefined {
  const cases: TestCase[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const program = parsed(line);
    if (!program) return undefined;
    const path = program.file === null ? undefined : relative(bench, program.file);
    const tap = readTap(program.tap);
    const told = casesOf(tap);
    const own = (told ?? []).map((one) => ({ ...one, path: one.path ?? path ?? '' }));
    const fault = faultOf(program, tap);
    // A command that runs all files may end otherwise for reasons of none of them: its status is told as that of the run.
    if (fault && (path !== undefined || fault.isEarly) && (fault.isEarly || !own.some(isFailed))) {
      const name = lastOf(tap);
      cases.push(...own.filter((one) => one.name !== name || isFailed(one)));
      if (!own.some((one) => one.name === name && isFailed(one)))
        cases.push({ name, path: path ?? '', status: 'failed', message: fault.message });
      continue;
    }
    cases.push(...own);
    // One that ends before its first test does has nothing to say, with status 0.
    if (path === undefined || own.length > 0 || !declaresTests(bench, path, runner)) continue;
    if (!told) return undefined;
    cases.push(silent(path));
  }
  return { cases };
}

export const isFailed = ({ status }: Told): boolean => status === 'failed';

export const silent = (path: string): TestCase => ({
  name: FILE,
  path,
  status: 'failed',
  message: 'it has tests and ended with status 0 without one',
});

function parsed(line: string): Program | undefined {
  try {
    const { file, code, signal, cut, tap, said } = JSON.parse(line) as Partial<Program>;
    const isProgram = (file === null || typeof file === 'string') && typeof tap === 'string';
    return isProgram
      ? {
          file,
          tap,
          cut: cut === true,
          code: Number.isInteger(code) ? code! : null,
          signal: signal ?? null,
          said: String(said ?? ''),
        }
      : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with how a program ended; early where tests may be missing that nothing names. */
function faultOf(
  { code, signal, cut, said }: Program,
  tap: Level,
): { readonly message: string; readonly isEarly: boolean } | undefined {
  const early = (message: string) => ({ message, isEarly: true });
  if (tap.bail !== undefined) return early(`bailed out: ${tap.bail}`);
  if (cut) return early('it printed more TAP than is read');
  // What nothing caught.
  const error = /^\s*(?:Uncaught )?\w*Error(?: \[\w+\])?: [^\n]*/m.exec(said)?.[0].trim();
  const why = error === undefined || code === 0 ? '' : `: ${firstLines(error)}`;
  const status = `with ${code === null ? `the signal ${signal}` : `status ${code}`}`;
  if (tap.points.length > 0 && tap.plan === undefined) return early(`it ended before its tests did, ${status}${why}`);
  if (tap.plan !== undefined && tap.plan !== tap.points.length)
    return early(`${tap.plan} results were planned, ${tap.points.length} came${why}`);
  return code === 0 ? undefined : { message: `its process ended ${status}${why}`, isEarly: tap.points.length === 0 };
}

/** Whether a file has tests of this runner that are declared as soon as it is loaded; what runs can name any file. */
export function declaresTests(bench: string, path: string, runner: string): boolean {
  const text = repoPath(path as RepoPath) === undefined ? undefined : readWritten(join(bench, path), SOURCE_BYTES);
  const loads = new RegExp(`(?:\\brequire\\(\\s*|\\bfrom\\s+|\\bimport\\s+)["']${runner}["']`);
  return (
    text !== undefined && loads.test(text) && /^(?:await\s+)?(?:test|tape|tap|t|uvu)(?:\.\w+)*\(|\bsuite\(/m.test(text)
  );
}

/** What a point says of why it failed: its name where that is not the test's, the values and the message, without places and stacks. */
export function reasonOf({ name, details }: Point, ofTest = false): string {
  const lines = details.split('\n');
  const from = lines.findIndex((line) => /^(?:stack|at|source|env|file):/.test(line));
  const values = firstLines((from < 0 ? lines : lines.slice(0, from)).join('\n'));
  return values === '' ? name : ofTest ? values : firstLines(`${name}\n${values}`);
}

export const statusOf = ({ isOk, directive }: Point): TestCase['status'] =>
  directive !== undefined ? 'skipped' : isOk ? 'passed' : 'failed';
