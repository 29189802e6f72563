import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LIMITS, type RepoPath, readRegularText } from '../../base/index.ts';
import { type CheckContext, isInert } from '../context.ts';
import { runAsBefore } from './asBefore.ts';
import { ava } from './ava.ts';
import { jest } from './jest.ts';
import { mocha } from './mocha.ts';
import { nodeTest } from './nodeTest.ts';
import { expandScript } from './script.ts';
import { tap } from './tap.ts';
import { filesOfNode, tape } from './tape.ts';
import type { Runner } from './types.ts';
import { uvu } from './uvu.ts';
import { vitest } from './vitest.ts';

/** By its name, by its folder, or, as jasmine has them, `spec/nameSpec.js`. */
const TEST_FILE =
  /(?:^|\/)(?:(?:[^/]*[._-](?:test|spec)|test|test-[^/]*)|(?:__tests__|tests?)\/.*|specs?\/(?:.*\/)?[^/]*[a-z\d][sS]pec)\.[cm]?[jt]sx?$/;

export const isTestFile = (path: string): boolean => TEST_FILE.test(path);

export type Detection = { readonly runner: Runner } | { readonly reason: string };

/** The folder of the nearest package.json for each group of changed files, deepest first. */
export function packageFolders(context: CheckContext): Map<string, RepoPath[]> {
  const groups = new Map<string, RepoPath[]>();
  for (const file of context.change.files) {
    // Prose beside the code of another package needs no tests of its own.
    if (file.kind === 'deleted' || isInert(file.path) || runAsBefore(context).has(file)) continue;
    const folder = homeOf(context, file.path);
    groups.set(folder, [...(groups.get(folder) ?? []), file.path]);
  }
  return groups;
}

/**
 * The folder of the package that a file belongs to. A package.json without scripts and dependencies only says how the files
 * beside it are read, as those of fixtures do, and is no package of its own; one that does not say how it is tested belongs to
 * the one above it whose script runs the tests of all.
 */
export function homeOf(context: CheckContext, path: RepoPath): string {
  let nearest: string | undefined;
  for (let at: string = path; ; ) {
    const manifest = context.packages.manifestOf(at as RepoPath);
    const folder = manifest ? dirname(manifest.path).replace(/^\.$/, '') : '';
    if (nearest !== undefined && manifest && startedBy(scriptOf(manifest)) !== undefined) return folder;
    if (!manifest || folder === '') return nearest ?? '';
    const groups = [manifest.scripts, ...Object.values(manifest.dependencies)];
    if (nearest === undefined && groups.some((group) => Object.keys(group ?? {}).length > 0)) {
      if (
        manifest.scripts.test ||
        RUNNERS.some((name) => isDeclared(manifest, name) || hasConfig(context, folder, name))
      )
        return folder;
      nearest = folder;
    }
    at = join(dirname(folder), 'package.json');
  }
}

/** Which runner tests a package, from its manifest and what is installed. */
export function detectRunner(context: CheckContext, folder: string): Detection {
  const manifest = context.packages.manifestOf((folder === '' ? 'package.json' : `${folder}/package.json`) as RepoPath);
  if (!manifest) return { reason: 'no package.json, so no test runner is known' };
  const script = scriptOf(manifest);
  const declared = (name: string): boolean => isDeclared(manifest, name);
  const { root } = context.change;
  // A runner that is given a file which is not there, as one that is new is not at the base, runs none of the others.
  const related = (changed: readonly RepoPath[], bench: string): RepoPath[] | undefined =>
    relatedTests(context, folder, changed)?.filter((path) => existsSync(join(bench, path)));
  const started = startedBy(script);
  if (started === 'node' || started === 'borp') return { runner: nodeTest(folder, script, related, started) };
  // What the script runs says more than what is installed, and that more than a configuration left lying about.
  const name =
    started ??
    runnerOfNode(join(root, folder), script) ??
    RUNNERS.find(declared) ??
    RUNNERS.find((one) => hasConfig(context, folder, one));
  if (name !== undefined) {
    const by = name === 'jest' ? (OF_JEST.exec(script)?.[1] ?? name) : name;
    const installed = installedBin(root, folder, by);
    if (!installed) return { reason: `${by} is the runner of this package, but it is not installed` };
    const { bin, major } = installed;
    const followed = major < FOLLOWS ? (changed: readonly RepoPath[]) => withImporters(context, changed) : undefined;
    if (name === 'vitest') return { runner: vitest(folder, bin, script, major, related, followed) };
    if (name === 'jest') return { runner: jest(folder, bin, script, related, by) };
    if (name === 'mocha') return { runner: mocha(folder, bin, script, related) };
    if (name === 'ava') return { runner: ava(folder, bin, script, major, related) };
    if (name === 'tape') return { runner: tape(folder, bin, script, related) };
    if (name === 'uvu') return { runner: uvu(folder, bin, script, related) };
    return { runner: tap(folder, bin, script, major, related) };
  }
  for (const other of ['jasmine', 'playwright', 'bun test', 'deno test']) {
    if (new RegExp(`\\b${other}\\b`).test(script) || declared(other))
      return { reason: `the runner of this package, ${other}, is not supported yet` };
  }
  if (!script) return { reason: 'the package has no test script and no known test runner' };
  return { reason: `no known test runner in the test script "${script}"` };
}

const RUNNERS = ['vitest', 'jest', 'mocha', 'ava', 'tape', 'tap', 'uvu'] as const;
/** Programs that start jest with settings of their own. */
const OF_JEST = /(?:^|[\s/])(react-scripts|react-app-rewired|craco|kcd-scripts)\s+test(?=\s|$)/;
/** From this version on `vitest related` follows every import; some before, 0.34 among them, only those of the test itself. */
const FOLLOWS = 2;
const CONFIG_ENDS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json', 'yml', 'yaml'];

type Manifest = NonNullable<ReturnType<CheckContext['packages']['manifestOf']>>;

/** The test script of a package, with what it runs by name written out. tsx is Node with a loader, `uvu/bin.js` is uvu. */
const scriptOf = ({ scripts }: Manifest): string =>
  expandScript(scripts.test ?? '', scripts)
    .replace(/\buvu\/bin\.js\b/g, 'uvu')
    .replace(/\btsx(?=\s[^&|;]*(?:--test\b|\/uvu\b))/g, 'node --import tsx');

/** What a script starts itself: a runner, or that of Node, by itself or by borp. */
function startedBy(script: string): (typeof RUNNERS)[number] | 'node' | 'borp' | undefined {
  const runs = (name: string): boolean =>
    new RegExp(`(?<!\\b(?:reporters?|format)|\\s-R)(?:^|[\\s/])${name}(?:\\.[cm]?js)?(?=\\s|$)`).test(script);
  const own = RUNNERS.find(runs) ?? (OF_JEST.test(script) ? 'jest' : undefined);
  if (own !== undefined || !(runs('borp') || /\bnode\b[^&|;]*--test\b/.test(script))) return own;
  return runs('borp') ? 'borp' : 'node';
}

const isDeclared = ({ dependencies }: Manifest, name: string): boolean =>
  Object.values(dependencies).some((group) => group?.[name] !== undefined);

const hasConfig = ({ change }: CheckContext, folder: string, name: string): boolean =>
  [`${name}.config`, `.${name}rc`].some((file) =>
    CONFIG_ENDS.some((end) => existsSync(join(change.root, folder, `${file}.${end}`))),
  );

/** The runner whose tests a file declares that the script gives to Node itself, as `node test/index.js`. */
function runnerOfNode(folder: string, script: string): 'tape' | 'tap' | 'uvu' | undefined {
  for (const word of filesOfNode(script))
    for (const end of ['', '.js', '/index.js']) {
      const text = readRegularText(join(folder, word + end), LIMITS.fileBytes);
      const name = /(?:\brequire\(\s*|\bfrom\s+|\bimport\s+)["'](tape|tap|uvu)["']/.exec(text ?? '')?.[1];
      if (name !== undefined) return name as 'tape' | 'tap' | 'uvu';
    }
  return undefined;
}

/** Test files of the package that are changed or that import something changed. */
export function relatedTests(
  context: CheckContext,
  folder: string,
  changed: readonly RepoPath[],
): RepoPath[] | undefined {
  const within = (path: RepoPath): boolean => isTestFile(path) && (folder === '' || path.startsWith(`${folder}/`));
  return withImporters(context, changed)?.filter(within).sort();
}

/** These files and those that import them, by themselves or through others. */
function withImporters(context: CheckContext, changed: readonly RepoPath[]): RepoPath[] | undefined {
  const importers = context.language.importers(changed, LIMITS.dependents);
  return importers.status === 'unknown' ? undefined : [...new Set([...changed, ...importers.value.paths])];
}

/** Entry script of an installed runner, relative to the root where it lies inside, and the first number of its version. */
function installedBin(root: string, folder: string, name: string): { bin: string; major: number } | undefined {
  for (let at = folder; ; at = dirname(at).replace(/^\.$/, '')) {
    const base = join(at, 'node_modules', name);
    const manifest = join(root, base, 'package.json');
    if (existsSync(manifest)) {
      const { bin, version = '' } = manifestIn(manifest);
      const entry = typeof bin === 'string' ? bin : bin?.[name];
      return typeof entry === 'string' ? { bin: join(base, entry), major: Number.parseInt(version, 10) } : undefined;
    }
    if (at === '') return undefined;
  }
}

function manifestIn(path: string): { bin?: string | Record<string, unknown>; version?: string } {
  try {
    return JSON.parse(readRegularText(path, LIMITS.fileBytes) ?? '') ?? {};
  } catch {
    return {};
  }
}
