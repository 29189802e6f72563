import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { type RepoPath, sha256 } from '../../base/index.ts';
import { type LanguageService, transpilerPath } from '../../lang/index.ts';
import { isOwnFolder, makeOwnFolder, type Observation, readWritten } from '../../sandbox/index.ts';
import { type Bench, basePath, type CheckContext } from '../context.ts';
import type { Ran } from '../types.ts';
import { DRIVER, loaderWith, type ProgramReport, programOf, readReport } from './program.ts';
import { isDocument } from './related.ts';
import type { Example } from './types.ts';

/** One example, milliseconds; and for each one more that shares its process. */
const EXAMPLE_MS = 10_000;
const NEXT_MS = 1_000;

/** Largest report of examples that is read, bytes. */
const REPORT_BYTES = 16 * 1024 * 1024;

/** Reasons that lie in where an example runs, not in what it says. */
const SURROUNDINGS =
  /^(?:ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|ERR_PACKAGE_PATH_NOT_EXPORTED|ERR_UNKNOWN_FILE_EXTENSION|ERR_UNSUPPORTED_\w+|ERR_INVALID_TYPESCRIPT_SYNTAX|ERR_IMPORT_ATTRIBUTE_MISSING|ERR_REQUIRE_ESM|ERR_REQUIRE_ASYNC_MODULE|ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ENETUNREACH|EPERM|EACCES|EROFS|ENOENT|UND_ERR_\w+)$/;

/** A copy of the tree that examples run in. */
export interface Place {
  readonly side: 'head' | 'base';
  readonly bench: Bench;
}

const pathIn = (context: CheckContext, { side }: Place, { path }: Example): RepoPath =>
  (side === 'base' ? basePath(context, path) : undefined) ?? path;

/** An import of a module of the project that is not there, or does not export what is asked of it. */
const NO_MODULE = /^Cannot find module '\/.*\.assay-example-/;
const NO_EXPORT =
  /(?:requested module '\.{1,2}\/.*' does not provide an export|^Named export '.*' not found\. The requested module '\.{1,2}\/)/;

export type Outcome =
  | { readonly status: 'same' }
  /** `lacks`: what the example names in the project and is not there. */
  | { readonly status: 'not-run'; readonly reason: string; readonly lacks?: 'name' | 'module' }
  /**
   * `step` is -1 where it was no claim that failed but a statement between them. `repeatable`: it came to an end, so that it
   * can be seen whether it comes to the same one again.
   */
  | { readonly status: 'stale'; readonly step: number; readonly found: string; readonly repeatable: boolean };

/**
 * Runs examples on a copy of the tree, those of one package in one process. One that does not hold there, or that ended the
 * process, is run again alone: what others left behind in a module is no fault of its own.
 */
export async function runExamples(
  context: CheckContext,
  place: Place,
  examples: readonly Example[],
  ran: Ran[],
): Promise<Map<Example, Outcome>> {
  const outcomes = new Map<Example, Outcome>();
  const homes = new Map<string, Example[]>();
  for (const example of examples) {
    const path = pathIn(context, place, example);
    const problem = /\.d\.[cm]?ts$/.test(path) ? 'it stands in a file of declarations' : undefined;
    const home = dirname(context.packages.manifestOf(path)?.path ?? 'package.json');
    if (problem !== undefined) outcomes.set(example, { status: 'not-run', reason: problem });
    else homes.set(home, [...(homes.get(home) ?? []), example]);
  }
  for (const [home, all] of homes) {
    let waiting = all;
    while (waiting.length > 0) {
      const { observation, reports } = await runTogether(context, place, home, waiting, ran);
      const ended = reports.findIndex(({ done, unloaded }) => !done && unloaded === undefined);
      const reached = ended < 0 ? waiting.length : ended + 1;
      for (const [index, example] of waiting.slice(0, reached).entries()) {
        let outcome = outcomeOf(example, reports[index]!, observation);
        if (waiting.length > 1 && (outcome.status === 'stale' || index === ended)) {
          outcome = await runAlone(context, place, home, example, ran);
        }
        if (outcome.status === 'stale' && outcome.repeatable) {
          const again = await runAlone(context, place, home, example, ran);
          if (again.status !== 'stale' || again.found !== outcome.found)
            outcome = { status: 'not-run', reason: 'what it gives is another thing each time' };
        }
        outcomes.set(example, outcome);
      }
      waiting = waiting.slice(reached);
    }
  }
  return outcomes;
}

async function runAlone(
  context: CheckContext,
  place: Place,
  home: string,
  example: Example,
  ran: Ran[],
): Promise<Outcome> {
  const { reports, observation } = await runTogether(context, place, home, [example], ran);
  return outcomeOf(example, reports[0]!, observation);
}

async function runTogether(
  context: CheckContext,
  place: Place,
  home: string,
  examples: readonly Example[],
  ran: Ran[],
): Promise<{ readonly observation: Observation; readonly reports: readonly ProgramReport[] }> {
  const { bench } = place;
  const around = aroundThem(context, place, home, examples);
  const folder = makeOwnFolder(bench.root, '.assay', 'reports');
  const placed = examples.map((example, index) => {
    const path = pathIn(context, place, example);
    const id = sha256(`${path}\0${example.span.start}\0${index}\0${performance.now()}`).slice(0, 12);
    const report = join(folder ?? bench.root, `${id}.jsonl`);
    const file = join(bench.root, dirname(path), `.assay-example-${id}.mts`);
    // Tests that ran in this copy may have put a link where the folder was: then nothing is written, and nothing found.
    if (isOwnFolder(dirname(file)) && folder !== undefined)
      writeFileSync(file, programOf(example, around[index]!, report));
    return { file, report };
  });
  const argv = [process.execPath, '--no-warnings', '--import', loaderWith(transpilerPath())];
  const observation = await bench.sandbox.run({
    argv: [...argv, '--input-type=module', '-e', DRIVER, ...placed.flatMap(({ file, report }) => [file, report])],
    cwd: join(bench.root, home),
    env: { NO_COLOR: '1', ASSAY_INSIDE_CHECK: '1' },
    limits: { ms: EXAMPLE_MS + (examples.length - 1) * NEXT_MS },
  });
  const reports = placed.map(({ file, report }) => {
    if (isOwnFolder(dirname(file))) rmSync(file, { force: true });
    return readReport(readWritten(report, REPORT_BYTES) ?? '');
  });
  ran.push({
    command: ['node', ...examples.map((example) => `${example.path}:${example.span.start}`)],
    exitCode: observation.exitCode,
    isolation: observation.isolation,
    ms: Math.round(observation.ms),
    outputHash: sha256(Buffer.concat([observation.stdout, observation.stderr])),
  });
  return { observation, reports };
}

/** The source that a package's entry or a part of it is made of; built files say nothing about changed sources. */
function sourceOf(root: string, folder: string, sub: string): string | undefined {
  const stems =
    sub === ''
      ? ['src/index', 'index', 'src/main', 'lib/index', 'mod']
      : [`src/${sub}`, sub, `src/${sub}/index`, `${sub}/index`, `lib/${sub}`];
  const ends = ['', '.ts', '.mts', '.js', '.mjs', '.cjs'];
  return stems
    .flatMap((stem) => ends.map((end) => posix.join(folder, stem + end)))
    .find((path) => /\.[cm]?[jt]s$/.test(path) && existsSync(join(root, path)));
}

/** The surroundings of each example, from what is known of the tree that it runs in. */
function aroundThem(
  context: CheckContext,
  place: Place,
  home: string,
  examples: readonly Example[],
): Parameters<typeof programOf>[1][] {
  const over = (language: LanguageService) =>
    examples.map((example) =>
      surroundings({ ...context, language }, place.bench, home, example, pathIn(context, place, example)),
    );
  return place.side === 'base' ? context.atBase(over) : over(context.language);
}

/** What an example takes for granted: the module it stands in or the package's entry, and the package by its name. */
function surroundings(
  { language, packages }: CheckContext,
  bench: Bench,
  home: string,
  example: Example,
  path: RepoPath,
): Parameters<typeof programOf>[1] {
  const place = (target: string): string => {
    const way = posix.relative(dirname(path), target);
    return way.startsWith('.') ? way : `./${way}`;
  };
  const entry = isDocument(path) ? sourceOf(bench.root, home, '') : path;
  const surface = entry === undefined ? undefined : language.surface(entry as RepoPath);
  const outline = entry === undefined ? undefined : language.outline(entry as RepoPath);
  const shown = surface?.status === 'known' ? surface.value.map(({ name }) => name) : [];
  const declared = outline?.status === 'known' ? outline.value.flatMap(({ name, container }) => container ?? name) : [];
  // The compiler tells no exports of a CommonJS module; which of its names are some is seen when it is loaded.
  const names = shown.length > 0 ? shown : [...new Set(declared)];
  const own = example.about.split('.')[0] ?? '';
  const isKnown = outline?.status === 'known' && outline.value.some(({ name }) => name === own);
  return {
    ...(entry === undefined ? {} : { module: place(entry) }),
    names,
    ...(names.includes('default') && isKnown && !names.includes(own) ? { defaultName: own } : {}),
    resolve: (specifier) => {
      const name = packages.manifestOf(path)?.name;
      if (name === undefined || !(specifier === name || specifier.startsWith(`${name}/`))) return undefined;
      const source = sourceOf(bench.root, home, specifier.slice(name.length + 1));
      return source === undefined ? undefined : place(source);
    },
  };
}

function outcomeOf(
  { steps }: Example,
  { steps: reports, done, unloaded }: ProgramReport,
  { limits }: Observation,
): Outcome {
  for (const { step, result, found = '', error, code, own } of reports) {
    if (result === 'same' || result === 'unclear') continue;
    if (result === 'differs') return { status: 'stale', step, found, repeatable: true };
    const isElsewhere = SURROUNDINGS.test(String(code ?? '')) || /fetch failed/.test(found);
    const lacksName = own && error === 'ReferenceError';
    if (isElsewhere || lacksName)
      return { status: 'not-run', reason: found.replace(/^threw /, ''), ...(lacksName ? { lacks: 'name' } : {}) };
    return { status: 'stale', step, found, repeatable: true };
  }
  if (unloaded !== undefined) {
    const [reason = ''] = unloaded.split('\n');
    const lacksModule = NO_MODULE.test(reason) || NO_EXPORT.test(reason);
    return { status: 'not-run', reason, ...(lacksModule ? { lacks: 'module' } : {}) };
  }
  const [limit] = limits;
  if (!done && limit) {
    const found = `no end: the limit ${limit.limit} (${limit.value}) was reached`;
    return { status: 'stale', step: Math.min(reports.length, steps.length - 1), found, repeatable: false };
  }
  if (!done) return { status: 'not-run', reason: 'it ended the process before its own end' };
  if (reports.some(({ clock }) => clock)) return { status: 'not-run', reason: 'it depends on the time or on chance' };
  if (reports.length === 0 || reports.every(({ result }) => result === 'unclear'))
    return { status: 'not-run', reason: `what it claims (${steps[0]?.expectation.text}) cannot be read as a value` };
  return { status: 'same' };
}
