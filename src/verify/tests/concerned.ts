import { dirname } from 'node:path';
import { LIMITS, type RepoPath } from '../../base/index.ts';
import { type CheckContext, changedCode, codePaths, isChecked } from '../context.ts';
import { changedData, readersOf, startersOf } from '../readers.ts';
import { runAsBefore } from './asBefore.ts';
import { homeOf, isTestFile, packageFolders, relatedTests } from './detect.ts';

/** A package with tests that a change concerns. */
export interface Concerned {
  readonly folder: string;
  /** Its files that changed and are there. */
  readonly changed: readonly RepoPath[];
  /** The files whose tests are run; undefined for all tests of the package. */
  readonly asked: readonly RepoPath[] | undefined;
}

/**
 * The packages whose tests a change concerns: by code and manifests that changed, by code of others that imports it, by code
 * that needs a file which is gone, by programs that tests start, by data and texts that code imports, names, or finds beside its
 * tests.
 */
export async function concernedBy(context: CheckContext): Promise<readonly Concerned[]> {
  const { files } = context.change;
  const changed = packageFolders(context);
  const asked = new Map<string, Set<RepoPath> | undefined>();
  const ask = (folder: string, paths: readonly RepoPath[]): void => {
    if (paths.length > 0) asked.set(folder, new Set([...(asked.get(folder) ?? []), ...paths]));
  };
  if (context.options.allTests) {
    const tests = ((await codePaths(context)) ?? []).filter(isTestFile);
    for (const path of [...files.map((file) => file.path), ...tests]) asked.set(homeOf(context, path), undefined);
  } else {
    for (const [folder, paths] of changed) if (paths.some(isChecked)) ask(folder, paths);
    for (const [folder, paths] of await readingTests(context)) ask(folder, paths);
    for (const [folder, paths] of needingGone(context)) ask(folder, paths);
    for (const [folder, paths] of testsElsewhere(context)) ask(folder, paths);
    for (const [folder, paths] of await startingTests(context)) ask(folder, paths);
  }
  return [...asked].map(([folder, paths]) => ({
    folder,
    changed: changed.get(folder) ?? [],
    asked: paths && [...paths],
  }));
}

/** By package, files that imported what is gone, by themselves or through others. */
function needingGone(context: CheckContext): ReadonlyMap<string, readonly RepoPath[]> {
  const gone = context.change.files.flatMap(({ kind, path, from }) =>
    kind === 'deleted' ? [path] : from === undefined ? [] : [from],
  );
  const found = gone.length > 0 && context.atBase((language) => language.importers(gone, LIMITS.dependents));
  if (!found || found.status === 'unknown') return new Map();
  const left = found.value.paths.filter((path) => !gone.includes(path));
  const folders = new Set(gone.map((path) => homeOf(context, path)));
  return new Map([...folders].map((folder) => [folder, left.filter((path) => homeOf(context, path) === folder)]));
}

/** Code that changed, in more than comments. */
const codeAtHead = (context: CheckContext): readonly RepoPath[] =>
  changedCode(context).flatMap((file) => (runAsBefore(context).has(file) ? [] : [file.path]));

/** By package, tests of others that come to code which changed. */
function testsElsewhere(context: CheckContext): ReadonlyMap<string, readonly RepoPath[]> {
  const code = codeAtHead(context);
  const own = new Set(code.map((path) => homeOf(context, path)));
  const importers = code.length > 0 && context.language.importers(code, LIMITS.dependents);
  if (!importers || importers.status === 'unknown') return new Map();
  const tests = Map.groupBy(importers.value.paths.filter(isTestFile), (path) => homeOf(context, path));
  for (const folder of own) tests.delete(folder);
  return tests;
}

/** By package, tests that start programs of it which come to code that changed. */
async function startingTests(context: CheckContext): Promise<ReadonlyMap<string, readonly RepoPath[]>> {
  const code = codeAtHead(context);
  const importers = code.length > 0 && context.language.importers(code, LIMITS.dependents);
  const programs = [...code, ...(importers && importers.status === 'known' ? importers.value.paths : [])];
  const starters = await startersOf(
    context,
    programs.filter((path) => !isTestFile(path)),
  );
  const found = new Map<string, readonly RepoPath[]>();
  for (const [folder, started] of Map.groupBy(starters, ([path]) => homeOf(context, path))) {
    const near = new Set(started.flatMap(([, own]) => own.filter((path) => homeOf(context, path) === folder)));
    if (near.size > 0) found.set(folder, relatedTests(context, folder, [...near]) ?? []);
  }
  return found;
}

/** By package, tests that come to changed files which are no code. */
async function readingTests(context: CheckContext): Promise<ReadonlyMap<string, readonly RepoPath[]>> {
  const data = changedData(context);
  const readers = await readersOf(context, data);
  const code = data.length > 0 ? ((await codePaths(context)) ?? []) : [];
  const found = new Map<string, RepoPath[]>();
  for (const [path, named] of readers) {
    const folder = homeOf(context, path);
    const from = named.length > 0 ? named : testsAbove(path, code);
    found.set(folder, [...(found.get(folder) ?? []), ...(relatedTests(context, folder, from) ?? [])]);
  }
  return found;
}

/** A file that lies among tests may be found by no name: the tests in the nearest folder above it that has some. */
function testsAbove(path: RepoPath, code: readonly RepoPath[]): readonly RepoPath[] {
  if (!/(?:^|\/)(?:__tests__|tests?|specs?|(?:__)?fixtures?(?:__)?|__snapshots__)\//.test(path)) return [];
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const tests = code.filter((one) => dirname(one) === folder && isTestFile(one));
    if (tests.length > 0) return tests;
  }
  return [];
}
