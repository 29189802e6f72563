import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Issue, LIMITS, type RepoPath, sha256 } from '../../base/index.ts';
import { isOwnFolder, readWritten } from '../../sandbox/index.ts';
import { type Bench, basePath, type CheckContext, isCode } from '../context.ts';
import { ANY, alteredTests, oneMore } from './altered.ts';
import { plain, runTests, toRan } from './run.ts';
import { runnerFiles } from './runnerFiles.ts';
import type { Outcome, Runner, TestRun } from './types.ts';

/** Names in one message. */
const NAMED = 5;

/** Test files that are altered in one run, at most. */
const ALTERED_FILES = 8;

/** Tests of types run nothing, however they are altered. */
const OF_TYPES = /[.-]d\.[cm]?tsx?$/;

interface Canary {
  /**
   * `hidden` where the runner says that a test passed which cannot, or ends with status 0; `not-run` where none of them is
   * reported.
   */
  readonly outcome: 'told' | 'hidden' | 'not-run';
  /** Names of tests that cannot pass and are reported as passed, each with the path of its file. */
  readonly hidden: readonly { readonly path: RepoPath; readonly name: string }[];
  readonly run?: TestRun;
}

/**
 * A pass holds only if a failure is still told: what the tests load, and what the runner does, can turn it into a pass. So
 * tests of a passing run are altered such that they cannot pass, and run once more.
 */
export async function withCanary(
  context: CheckContext,
  runner: Runner,
  { report }: TestRun,
  folder: string,
  changed: readonly RepoPath[],
  asked: readonly RepoPath[] | undefined,
  outcome: Outcome,
  /** A copy of the head in which nothing ran, where one was made already. */
  spare: ReturnType<CheckContext['bench']> | undefined,
): Promise<Outcome> {
  if (outcome.status !== 'pass') return outcome;
  const files = runnerFiles(context, folder);
  if (files.length === 0 && !changed.some(isCode)) return outcome;
  const passed = (report?.cases ?? []).flatMap(({ status, path }) =>
    status === 'passed' && path && !OF_TYPES.test(path) ? [path] : [],
  );
  const all = [...new Set(passed)] as RepoPath[];
  const chosen = drawn(context, all);
  const ran = [...outcome.ran];
  let seen: Canary = { outcome: 'not-run', hidden: [] };
  // What a project does with its tests before they run may not take what was altered; one test more it does.
  for (const form of ['altered', 'one-more'] as const) {
    // In the copy that they ran in, what was rewritten may be an honest runner's by now.
    if (seen.outcome !== 'not-run') break;
    const bench = await (form === 'altered' && spare ? spare : context.bench('fresh'));
    if (!bench.ok) break;
    seen = await tryAltered(runner, bench.value, chosen, chosen.length === all.length ? asked : chosen, form);
    if (seen.run) ran.push(toRan(seen.run));
  }
  if (seen.outcome === 'told') return { ...outcome, ran };
  const rewrites = `the change rewrites ${files.slice(0, NAMED).join(', ')}, which ${runner.name} itself loads`;
  const cause = files.length > 0 ? `: ${rewrites}` : '';
  if (seen.outcome === 'not-run') {
    const issue: Issue = {
      code: 'tests/runner-changed',
      message: `no test altered such that it cannot pass was run, to see whether a failure is still told${cause}`,
      severity: files.length > 0 ? 'warning' : 'info',
      ...(files[0] === undefined ? {} : { path: files[0] }),
    };
    return { ...outcome, ran, status: files.length > 0 ? 'unknown' : 'pass', issues: [...outcome.issues, issue] };
  }
  const before = await hiddenBefore(context, runner, chosen, seen, files.length > 0);
  if (before.run) ran.push(toRan(before.run));
  const which = seen.hidden.map(({ path, name }) => `${path}: ${name}`);
  const more = which.length > NAMED ? `, and ${which.length - NAMED} more` : '';
  const told = which.length > 0 ? `passed (${which.slice(0, NAMED).join('; ')}${more})` : 'failed, with exit status 0';
  const at = files[0] ?? seen.hidden[0]?.path;
  const issue: Issue = {
    code: 'tests/runner-patched',
    message: `tests altered such that they cannot pass are reported as ${told}${before.note}${cause}`,
    severity: before.note === '' ? 'error' : 'warning',
    ...(at === undefined ? {} : { path: at }),
  };
  const status = before.note === '' ? 'fail' : 'unknown';
  return { ...outcome, ran, status, issues: [...outcome.issues, issue] };
}

/** Those test files of a run that are altered: changed ones first, then as the tree's hash has it. */
function drawn({ change }: CheckContext, paths: readonly RepoPath[]): RepoPath[] {
  const isChanged = (path: RepoPath): boolean => change.files.some((file) => file.path === path);
  const rank = (path: RepoPath): string => (isChanged(path) ? '' : sha256(`${change.treeHash}\0${path}`));
  const ranked = paths.map((path) => [rank(path), path] as const);
  return ranked
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .slice(0, ALTERED_FILES)
    .map(([, path]) => path);
}

/** What is to be said of altered tests that pass where they did so before the change, or that is not to be known. */
async function hiddenBefore(
  context: CheckContext,
  runner: Runner,
  chosen: readonly RepoPath[],
  { hidden }: Canary,
  isRewritten: boolean,
): Promise<{ readonly note: string; readonly run?: TestRun }> {
  const paths = (hidden.length > 0 ? [...new Set(hidden.map(({ path }) => path))] : chosen).filter(
    (path) => basePath(context, path) === path,
  );
  const base = paths.length > 0 ? await context.bench('base') : undefined;
  if (!base) return { note: '' };
  // What the base is run with is not there, where the change brought it.
  const blind = { note: isRewritten ? '' : ' (the base could not be tested)' };
  if (!base.ok) return blind;
  const before = await tryAltered(runner, base.value, paths, paths, 'altered');
  const run = before.run ? { run: before.run } : {};
  if (before.outcome === 'not-run') return { ...blind, ...run };
  const known = new Set(before.hidden.map(({ path, name }) => `${path}\0${name}`));
  const isOld = before.outcome === 'hidden' && hidden.every(({ path, name }) => known.has(`${path}\0${name}`));
  return { note: isOld ? ', at the base too' : '', ...run };
}

/**
 * Runs these test files with their tests altered such that none can pass, by the same command (`asked`) and in the same
 * surroundings as the run that is to be believed: what could know them apart is the text of the tests alone.
 */
async function tryAltered(
  runner: Runner,
  bench: Bench,
  paths: readonly RepoPath[],
  asked: readonly RepoPath[] | undefined,
  form: 'altered' | 'one-more',
): Promise<Canary> {
  const id = sha256(`${performance.now()}\0${Math.random()}`).slice(0, 8);
  const titles = new Map<string, readonly (readonly string[])[]>();
  const texts = new Map<string, string>();
  for (const path of paths) {
    const file = join(bench.root, path);
    const text = readWritten(file, LIMITS.fileBytes);
    if (text === undefined) continue;
    const altered = form === 'altered' ? alteredTests(text, path, runner.name, id) : oneMore(text, runner.name, id);
    writeInPlaceOf(file, altered.text);
    texts.set(file, text);
    titles.set(
      path,
      altered.titles.map((title) => title.split(ANY).map(plain)),
    );
  }
  const run = titles.size > 0 ? await runTests(runner, bench, asked, { counted: true }) : undefined;
  // Others may look at this copy.
  for (const [file, text] of texts) if (isOwnFolder(dirname(file))) writeInPlaceOf(file, text);
  const cases = (run?.report?.cases ?? []).filter(
    ({ path, name, status }) => status !== 'skipped' && titles.get(path)?.some((title) => fits(name, title)),
  );
  const hidden = cases.flatMap(({ path, name, status }) =>
    status === 'passed' ? [{ path: path as RepoPath, name: name.replace(id, 'always') }] : [],
  );
  const isHidden = hidden.length > 0 || (cases.length > 0 && run?.observation.exitCode === 0);
  return {
    outcome: isHidden ? 'hidden' : cases.length > 0 ? 'told' : 'not-run',
    hidden,
    ...(run ? { run } : {}),
  };
}

/** Whether a test of such a title, in parts between which anything stands, is called so: names of groups come before it. */
function fits(name: string, title: readonly string[]): boolean {
  const last = title.at(-1)!;
  if (title.length === 1) return name === last || name.endsWith(` ${last}`);
  let at = 0;
  for (const part of title.slice(0, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** What is there may be linked from elsewhere, or be another thing by now. */
function writeInPlaceOf(file: string, text: string): void {
  rmSync(file, { force: true, recursive: true });
  writeFileSync(file, text, { flag: 'wx' });
}
