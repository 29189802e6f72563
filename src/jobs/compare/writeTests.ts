import { posix } from 'node:path';
import { type EventSink, fail, type Issue, ok, type RepoPath, type Result, repoPath, span } from '../../base/index.ts';
import { applyDraft, type Draft, draft, type FileEdit } from '../../draft/index.ts';
import { type Integration, integrate } from '../../integrate/index.ts';
import { openPackages } from '../../lang/index.ts';
import { ChangeSet, formatUnifiedDiff, type SourceText } from '../../text/index.ts';
import { isTestFile } from '../../verify/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import { check } from '../check.ts';
import { openRepository } from '../repository.ts';
import type { TestCase } from './expectation.ts';
import { readText } from './files.ts';
import { headOf, importedBy, styleOf, type TestStyle, titleOf, withCases } from './testText.ts';

/** Test files that are read. */
const TESTS = 2_000;

/** What was answered, for the project's own tests. */
export interface AnsweredCases {
  /** The function or class that the first of them is about. */
  readonly symbol: string;
  /** Paths as they were given. */
  readonly files: readonly string[];
  readonly chosen: string;
  readonly cases: readonly TestCase[];
  /** Why answers cannot be written as tests. */
  readonly left: readonly string[];
}

export interface WriteTestsRequest {
  readonly cwd: string;
  /** The test file, relative to `cwd`; without it the one that tests the symbol, or a new one beside its siblings. */
  readonly test?: string;
  readonly allowRestricted?: boolean;
  readonly insideCheck?: boolean;
  readonly events?: EventSink;
}

export interface WrittenTests {
  readonly path: RepoPath;
  /** Titles of the tests that were added. */
  readonly added: readonly string[];
  /** Titles of those that were there already. */
  readonly known: readonly string[];
  /** Why other answers cannot be written as tests. */
  readonly left: readonly string[];
  /** The module that the tests import; the chosen draft stood in its place when they were run. */
  readonly place: RepoPath;
  readonly diff: string;
  readonly integration?: Integration;
}

interface Target {
  readonly path: RepoPath;
  /** Undefined for a file that is to be made. */
  readonly source?: SourceText;
  readonly place: RepoPath;
  readonly style: TestStyle;
}

/**
 * Puts answers into the project's own tests, in their style: each has to fail where another result is asked for and to pass with
 * the chosen draft in place, in a copy of the tree; else nothing is written.
 */
export async function writeTests(
  comparison: { answered(): Result<AnsweredCases> },
  request: WriteTestsRequest,
): Promise<Result<WrittenTests>> {
  const given = comparison.answered();
  if (!given.ok) return given;
  const answered = given.value;
  const opened = await openRepository(request.cwd);
  if (!opened.ok) return opened;
  const workspace = opened.value;
  const listed = await workspace.paths();
  if (!listed.ok) return listed;
  const target = targetOf(workspace, new Set(listed.value), answered, request);
  if (!target.ok) return target;
  const chosen = readText(request.cwd, answered.chosen);
  if (!chosen.ok) return chosen;
  const { path, source, place } = target.value;
  const paths = new Set(listed.value);
  const made = (falsified: boolean): { readonly text: string; readonly known: readonly string[] } =>
    withCases(
      source?.text ?? headOf(target.value.style),
      path,
      target.value.style,
      answered.cases,
      answered.symbol,
      specifierOf(path, place, target.value.style),
      (from) => originOf(workspace, paths, path, from, [place]) === place,
      source === undefined,
      falsified,
    );
  const { text, known } = made(false);
  const added = answered.cases.map(titleOf).filter((title) => !known.includes(title));
  if (added.length === 0) return ok({ path, added, known, left: answered.left, place, diff: '' });
  const now = workspace.read(place);
  if (!now.ok) return now;
  const inPlace: FileEdit[] = now.value.text === chosen.value ? [] : [editOf(place, now.value, chosen.value)];
  const edit = editOf(path, source, text);
  const read = (of: RepoPath): Result<SourceText | null> => (of === path && !source ? ok(null) : workspace.read(of));
  const whole = diffOf([...inPlace, edit], read);
  if (!whole.ok) return whole;
  const passes = await runTests(request, whole.value);
  if (!passes.ok) return passes;
  if (passes.value.unrun) return notRun(path, passes.value.reason, passes.value.unrun);
  if (passes.value.status !== 'pass') return refused(path, answered.chosen, place, passes.value.reason);
  const wrong = diffOf([...inPlace, editOf(path, source, made(true).text)], read);
  if (!wrong.ok) return wrong;
  const fails = await runTests(request, wrong.value);
  if (!fails.ok) return fails;
  const idle = added.find((title) => !fails.value.failed.some((name) => name.includes(title)));
  if (idle !== undefined) return refused(path, answered.chosen, place, `the test "${idle}" does not run`);
  const store = workspace.store();
  if (!store.ok) return store;
  const proposed = draft([edit]);
  if (!proposed.ok) return proposed;
  const diff = diffOf([edit], read);
  if (!diff.ok) return diff;
  const written = integrate(workspace.root, store.value, proposed.value);
  if (!written.ok) return written;
  return ok({ path, added, known, left: answered.left, place, diff: diff.value, integration: written.value }, [
    ...opened.issues,
    ...written.issues,
  ]);
}

const refused = (path: RepoPath, chosen: string, place: RepoPath, reason: string): Result<never> =>
  fail(
    'compare/tests-not-written',
    `expected the new tests of ${path} to pass with ${chosen} as ${place}, but ${reason}; nothing was written`,
    { path },
  );

const notRun = (path: RepoPath, reason: string, code: string): Result<never> =>
  fail('compare/tests-not-run', `expected the tests of ${path} to run, but ${reason}; nothing was written`, {
    path,
    suggestion:
      code === 'tests/none'
        ? 'name a test file that the runner takes: --write-tests <file>'
        : 'install the packages of the project, then again',
  });

/** One edit of a file to a whole new text, what is the same at both ends left alone. */
function editOf(path: RepoPath, source: SourceText | undefined, text: string): FileEdit {
  const before = source?.text ?? '';
  let start = 0;
  while (start < before.length && start < text.length && before[start] === text[start]) start++;
  let end = 0;
  while (end < before.length - start && end < text.length - start && before.at(-1 - end) === text.at(-1 - end)) end++;
  const change = ChangeSet.of(before.length, [
    { span: span(start, before.length - end), insert: text.slice(start, text.length - end) },
  ]);
  return { path, baseHash: source?.hash ?? null, change };
}

function diffOf(edits: Draft['edits'], read: (path: RepoPath) => Result<SourceText | null>): Result<string> {
  const made = draft(edits);
  if (!made.ok) return made;
  const after = applyDraft(made.value, read);
  if (!after.ok) return after;
  const sides = edits.map(({ path }) => {
    const before = read(path);
    const changed = after.value.get(path);
    return { ...(before.ok && before.value ? { before: before.value } : {}), ...(changed ? { after: changed } : {}) };
  });
  return ok(formatUnifiedDiff(sides));
}

/** What `tests` says where nothing of the project could be run. */
const UNRUN = /^tests\/(?:none|no-runner|other-lock)$/;

interface TestsSeen {
  readonly status: string;
  readonly reason: string;
  /** Code of what kept the tests from being run. */
  readonly unrun?: string;
  readonly failed: readonly string[];
}

/** Runs the tests that a diff reaches in a copy of the tree. */
async function runTests(request: WriteTestsRequest, diff: string): Promise<Result<TestsSeen>> {
  const checked = await check({
    cwd: request.cwd,
    change: { kind: 'diff', diff, onto: 'working-tree' },
    only: ['tests'],
    allowRestricted: request.allowRestricted ?? false,
    insideCheck: request.insideCheck ?? false,
    ...(request.events ? { events: request.events } : {}),
  });
  if (!checked.ok) return checked;
  const { status, checks } = checked.value.verdict;
  const issues = checks.flatMap((one): readonly Issue[] => one.issues);
  const told =
    issues.find(({ severity }) => severity === 'error') ?? issues.find(({ severity }) => severity !== 'info');
  const unrun = status === 'unknown' ? issues.find(({ code }) => UNRUN.test(code))?.code : undefined;
  return ok({
    status,
    reason: told?.message ?? checks[0]?.summary ?? 'no test was run',
    ...(unrun === undefined ? {} : { unrun }),
    failed: issues.flatMap(({ code, message }) => (code.startsWith('tests/failed') ? [message] : [])),
  });
}

/** Which test file, which module it imports, in which style. */
function targetOf(
  workspace: Workspace,
  paths: ReadonlySet<RepoPath>,
  { symbol, files, chosen }: AnsweredCases,
  { cwd, test }: WriteTestsRequest,
): Result<Target> {
  const inRepository = (file: string): RepoPath | undefined => {
    const resolved = workspace.resolve(cwd, file);
    return resolved.ok && paths.has(resolved.value) ? resolved.value : undefined;
  };
  const drafts = files.flatMap((file) => inRepository(file) ?? []);
  const tests = [...paths].filter(isTestFile).slice(0, TESTS);
  const read = (path: RepoPath): SourceText | undefined => {
    const found = workspace.read(path);
    return found.ok ? found.value : undefined;
  };
  /** Modules from which a test file takes the symbol, or may take it as a whole. */
  const taken = (path: RepoPath, text: string): RepoPath[] =>
    importedBy(text, path).flatMap(({ from, names }) => {
      const leads = names.size === 0 || names.has(symbol) ? originOf(workspace, paths, path, from, drafts) : undefined;
      return leads !== undefined && (names.has(symbol) || drafts.includes(leads)) ? [leads] : [];
    });
  let path: RepoPath | undefined;
  if (test === undefined) {
    const found = tests.flatMap((one) => {
      const text = drafts.length > 0 ? read(one)?.text : undefined;
      return text?.includes(symbol) && taken(one, text).some((leads) => drafts.includes(leads)) ? [one] : [];
    });
    path = found.sort((a, b) => a.length - b.length)[0];
  } else {
    const resolved = workspace.resolve(cwd, test);
    if (!resolved.ok) return resolved;
    path = resolved.value;
  }
  const source = path !== undefined && paths.has(path) ? read(path) : undefined;
  const leads = path !== undefined && source ? taken(path, source.text) : [];
  const own = inRepository(chosen);
  const place = leads.find((one) => drafts.includes(one)) ?? leads[0] ?? (drafts.length === 1 ? drafts[0] : own);
  if (place === undefined)
    return fail(
      'compare/tests-place',
      `expected one of the files in the repository, so that tests can import ${symbol} from it, found none`,
      { suggestion: `name a test file that imports ${symbol}: --write-tests <file>` },
    );
  const target =
    path ??
    newTest(
      place,
      tests.filter((one) => styleOf(read(one)?.text ?? '', one) !== undefined),
      paths,
    );
  if (target === undefined)
    return fail('compare/tests-place', `expected a test file of ${place} or one to take the place from, found none`, {
      suggestion: `name the file: --write-tests ${place.replace(/\.(\w+)$/, '.test.$1')}`,
    });
  const style =
    (source && styleOf(source.text, target)) ??
    nearest(target, tests).flatMap((one) => {
      const text = read(one)?.text;
      return (text === undefined ? undefined : styleOf(text, one)) ?? [];
    })[0] ??
    plainStyle(workspace, place);
  if (!style)
    return fail(
      'compare/tests-style',
      `expected tests of vitest, jest, mocha or node:test, found none that are understood`,
      {
        path: target,
      },
    );
  return ok({ path: target, ...(source ? { source } : {}), place, style });
}

/** Others in the order of how far they are away. */
function nearest(path: RepoPath, tests: readonly RepoPath[]): readonly RepoPath[] {
  const parts = posix.dirname(path).split('/');
  const shared = (other: RepoPath): number => {
    const folders = posix.dirname(other).split('/');
    const until = parts.findIndex((part, index) => part !== folders[index]);
    return until < 0 ? parts.length : until;
  };
  return tests
    .filter((one) => one !== path)
    .sort((a, b) => shared(b) - shared(a) || a.length - b.length)
    .slice(0, 20);
}

/** Where a test of a module would stand, by where those of its siblings stand: files that hold tests, and not what these share. */
function newTest(place: RepoPath, tests: readonly RepoPath[], paths: ReadonlySet<RepoPath>): RepoPath | undefined {
  const { dir, name, ext } = posix.parse(place);
  for (const test of nearest(place, tests)) {
    const model = /^(.*?)([._-](?:test|spec))?(\.[cm]?[jt]sx?)$/.exec(posix.basename(test));
    if (!model) continue;
    const [, base, mark = '', ending] = model;
    const end = /ts/.test(ext) === /ts/.test(ending!) ? ending! : ext;
    const folder = posix.dirname(test);
    // A test beside its module, in a folder of its own there, or in a tree of its own.
    const sibling = [...paths].find((one) => posix.parse(one).name === base && one !== test && !isTestFile(one));
    const from = sibling === undefined ? dir : posix.dirname(sibling);
    const to = posix.relative(from, folder);
    const moved = folder.split('/')[0] !== from.split('/')[0] && from.includes('/') && dir !== from;
    const within = moved ? posix.relative(from.split('/')[0]!, dir) : '';
    const into = moved ? posix.join(folder.split('/')[0]!, within) : posix.normalize(posix.join(dir, to));
    const made = repoPath(posix.join(into, `${name}${mark}${end}`));
    if (made !== undefined && isTestFile(made)) return made;
  }
  return undefined;
}

/** The module that an import leads to; where that hands on what one of these exports, that one. */
function originOf(
  workspace: Workspace,
  paths: ReadonlySet<RepoPath>,
  path: RepoPath,
  from: string,
  wanted: readonly RepoPath[],
): RepoPath | undefined {
  const leads = leadsTo(paths, path, from);
  if (leads === undefined || wanted.includes(leads)) return leads;
  const hands = workspace.read(leads);
  const passed = hands.ok ? [...hands.value.text.matchAll(/^export\b[^'"]*\bfrom\s*['"]([^'"]+)['"]/gm)] : [];
  return passed.map(([, to]) => leadsTo(paths, leads, to!)).find((one) => one && wanted.includes(one)) ?? leads;
}

/** The module of the repository that an import leads to. */
function leadsTo(paths: ReadonlySet<RepoPath>, path: RepoPath, from: string): RepoPath | undefined {
  if (!from.startsWith('.')) return undefined;
  const base = posix.normalize(posix.join(posix.dirname(path), from));
  const bare = base.replace(/\.([cm]?)jsx?$/, '');
  const ends = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '/index.ts', '/index.js'];
  const tried = [base, ...ends.map((end) => `${bare}${end}`), ...ends.map((end) => `${base}${end}`)];
  return tried.find((one) => paths.has(one as RepoPath)) as RepoPath | undefined;
}

function specifierOf(test: RepoPath, place: RepoPath, { ending, isCommonJs }: TestStyle): string {
  const relative = posix.relative(posix.dirname(test), place);
  const dotted = relative.startsWith('.') ? relative : `./${relative}`;
  if (ending === 'ts' || (isCommonJs && ending !== 'none')) return dotted;
  return ending === 'js'
    ? dotted.replace(/\.([cm]?)tsx?$/, '.$1js')
    : dotted.replace(/(?:\/index)?\.[cm]?[jt]sx?$/, '');
}

/** The style of a first test, by the runner that the package names. */
function plainStyle({ root }: Workspace, place: RepoPath): TestStyle | undefined {
  const manifest = openPackages(root).manifestOf(place);
  if (!manifest) return undefined;
  const names = Object.values(manifest.dependencies).flatMap((group) => Object.keys(group ?? {}));
  const base = { word: 'it', describes: true, quote: "'", semicolon: ';', indent: '  ', isFunction: false } as const;
  const isCommonJs = /\.cjs$/.test(place);
  const ending = /\.[cm]?tsx?$/.test(place) ? 'none' : 'js';
  const rest = { ...base, isCommonJs, ending } as const;
  const expecting = { ...rest, asserts: 'expect', by: 'expect', equal: 'toBe', deep: 'toEqual' } as const;
  if (names.includes('vitest')) return { ...expecting, runner: ["import { describe, expect, it } from 'vitest';"] };
  if (names.includes('jest')) return { ...expecting, runner: [] };
  const asserting = { ...rest, asserts: 'assert', by: 'assert', equal: 'equal', deep: 'deepEqual' } as const;
  const strict = "import assert from 'node:assert/strict';";
  if (names.includes('mocha')) return { ...asserting, runner: [strict] };
  if (/\bnode\b[^&|;]*--test\b/.test(manifest.scripts.test ?? ''))
    return {
      ...asserting,
      ending: ending === 'none' ? 'ts' : 'js',
      runner: ["import { describe, it } from 'node:test';", strict],
    };
  return undefined;
}
