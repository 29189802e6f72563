import { writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { LIMITS, type RepoPath, type Span, span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { changedSpans, diffTexts } from '../../text/index.ts';
import type { FileChange } from '../../workspace/index.ts';
import { type CheckContext, isCode, textAt } from '../context.ts';
import { type Mutant, mutantsOf } from '../mutants/operators.ts';
import { type Result, runMutants } from '../mutants/run.ts';
import { schemaOf } from '../mutants/schema.ts';
import { casesOf } from '../tests/around.ts';
import { detectRunner, isTestFile, packageFolders } from '../tests/detect.ts';
import type { Runner } from '../tests/types.ts';
import type { Ran } from '../types.ts';
import { each } from './code.ts';
import { isOfTests } from './imported.ts';
import type { Finding, Label } from './types.ts';

/** Files of tests that are weighed, faults that are tried on each, and the time for them, milliseconds. */
const FILES = 2;
const FAULTS = 20;
const MS = 30_000;
/** Faults that the tests of before have to notice, so that to notice them all says something where no more are noticed now. */
const ENOUGH = 5;
/** What is said of a test that still stands in its file. */
const WEIGHED: ReadonlySet<Label> = new Set<Label>(['test-loosened', 'test-deleted', 'test-emptied']);

interface Fault {
  readonly id: number;
  readonly path: RepoPath;
  readonly mutant: Mutant;
}

/**
 * Tests that seem to ask less, weighed: where the tests of before pass on the new code, and each small fault in what they call
 * that they notice is noticed by those of now as well, a finding is no more than a note. Checks are put in the
 * place of others in more ways than can be read.
 */
export async function weighed(
  context: CheckContext,
  findings: readonly Finding[],
  paths: readonly RepoPath[],
  ran: Ran[],
): Promise<readonly Finding[]> {
  if (context.change.packagesUnknown !== undefined) return findings;
  const tests = context.change.files.filter(
    ({ path }) => isTestFile(path) || isOfTests(path) || path.endsWith('.snap'),
  );
  const asked = tests.filter(
    ({ path, from = path, before, after }) =>
      before !== undefined &&
      after !== undefined &&
      isTestFile(from) &&
      isTestFile(path) &&
      findings.some((one) => one.path === path && WEIGHED.has(one.label) && !one.isNote),
  );
  if (asked.length === 0 || asked.length > FILES) return findings;
  const noticed = new Map<RepoPath, Noticed>();
  for (const [folder] of packageFolders(context)) {
    const own = asked.filter(({ path }) => path.startsWith(folder && `${folder}/`) && !noticed.has(path));
    const detected = own.length > 0 ? detectRunner(context, folder) : { reason: 'nothing of it' };
    if ('reason' in detected) continue;
    const before = await context.bench('fresh', tests);
    if (!before.ok) continue;
    const old = await casesOf(
      detected.runner,
      before.value,
      own.map(({ path, from = path }) => from),
      ran,
    );
    for (const file of own) {
      const cases = [...old.values()].filter(({ path }) => path === (file.from ?? file.path));
      if (cases.length === 0 || cases.some(({ status }) => status === 'failed')) continue;
      const both = await kept(context, detected.runner, tests, file, paths, ran);
      if (both) noticed.set(file.path, both);
    }
  }
  return findings.map((one) => {
    const both = WEIGHED.has(one.label) ? noticed.get(one.path) : undefined;
    const told =
      both && `small faults that these tests notice are ${both.before} before and ${both.now} now, none lost`;
    return told === undefined ? one : { ...one, isNote: true, found: `${one.found}; ${told}` };
  });
}

interface Noticed {
  readonly before: number;
  readonly now: number;
}

/** How many faults the tests of a file notice; undefined where those of now miss one, or where too few say that. */
async function kept(
  context: CheckContext,
  runner: Runner,
  tests: readonly FileChange[],
  file: FileChange,
  paths: readonly RepoPath[],
  ran: Ran[],
): Promise<Noticed | undefined> {
  const faults = faultsFor(context, file, paths);
  const run = async (
    undone: readonly FileChange[],
    test: RepoPath,
    mutants: readonly number[],
  ): Promise<ReadonlyMap<number, Result>> => {
    const bench = await context.bench('fresh', undone);
    if (!bench.ok || mutants.length === 0) return new Map();
    for (const [path, own] of Map.groupBy(faults, (one) => one.path))
      writeFileSync(join(bench.value.root, path), schemaOf(textAt(context, path)!, path, own));
    const done = await runMutants({ runner, bench: bench.value, changed: [test], mutants, ms: MS });
    ran.push({
      oracle: `${runner.name}: ${done.results.size} faults against the tests of ${undone.length > 0 ? 'before' : 'now'}`,
      isolation: bench.value.sandbox.level,
      ms: Math.round(done.ms),
    });
    return done.results;
  };
  const was = await run(
    tests,
    file.from ?? file.path,
    faults.map(({ id }) => id),
  );
  const before = noticedIn(was);
  if (before.length === 0) return undefined;
  const is = await run([], file.path, [...before, ...was.keys().filter((id) => !before.includes(id))]);
  const now = noticedIn(is);
  const isSaying = before.length >= ENOUGH || now.length > before.length;
  return isSaying && before.every((id) => now.includes(id)) ? { before: before.length, now: now.length } : undefined;
}

const noticedIn = (results: ReadonlyMap<number, Result>): readonly number[] =>
  [...results].flatMap(([id, result]) => (result === 'survived' ? [] : [id]));

/** Faults in the functions that the changed tests of a file name, spread over them. */
function faultsFor(context: CheckContext, file: FileChange, paths: readonly RepoPath[]): readonly Fault[] {
  const words = wordsOf(file);
  const all = [...paths]
    .sort((a, b) => Number(isNear(file, b)) - Number(isNear(file, a)))
    .filter((path) => isCode(path) && !isTestFile(path) && !isOfTests(path) && !/\.d\.[cm]?ts$/.test(path))
    .flatMap((path) => {
      const source = textAt(context, path) ?? '';
      if (![...words].some((word) => source.includes(word))) return [];
      const { root } = syntaxTreeOf(source, path);
      const named = declared(root, (name) => words.has(name));
      // What is named may be made by a function that is not.
      const spans = named.length === 0 && isNear(file, path) ? declared(root, () => true) : named;
      return spans.length > 0 && isLoaded(context, file.path, path)
        ? mutantsOf(source, path, spans).map((mutant) => ({ path, mutant }))
        : [];
    })
    .slice(0, 4 * FAULTS);
  const step = Math.max(1, all.length / FAULTS);
  return Array.from({ length: Math.min(all.length, FAULTS) }, (_, at) => ({
    id: at + 1,
    ...all[Math.floor(at * step)]!,
  }));
}

/** Whether a test file imports what is called as a module is. */
const isNear = ({ before }: FileChange, path: RepoPath): boolean =>
  before?.text.includes(`/${posix.basename(path).replace(/\.[^.]*$/, '')}`) ?? false;

/** Whether a test comes to load a module. */
function isLoaded(context: CheckContext, test: RepoPath, path: RepoPath): boolean {
  const importers = context.language.importers([path], LIMITS.dependents);
  return importers.status === 'known' && importers.value.paths.includes(test);
}

/** Names in the tests of a file that are otherwise now, as they were, and what it takes from the code. */
function wordsOf({ path, from = path, before, after }: FileChange): ReadonlySet<string> {
  const spans = changedSpans(diffTexts(after!.text, before!.text));
  const overlaps = (node: SyntaxNode): boolean => spans.some(({ start, end }) => start < node.end && node.start <= end);
  const words = new Set<string>();
  each(syntaxTreeOf(before!.text, from).root, (node) => {
    if (node.kind === 'ImportSpecifier') words.add(node.part('name')?.value ?? '');
    const isTest =
      node.kind === 'CallExpression' &&
      /^(?:it|test)\b/.test(node.part('expression')!.text) &&
      node.parts('arguments').length > 1;
    if (!isTest || !overlaps(node)) return;
    each(node, ({ kind, value }) => {
      if (kind === 'Identifier' && value !== undefined && value.length > 2) words.add(value);
    });
  });
  return words;
}

/** Functions, methods and accessors of some names. */
function declared(root: SyntaxNode, isMeant: (name: string) => boolean): readonly Span[] {
  const spans: Span[] = [];
  each(root, (node) => {
    const isOne =
      /^(?:FunctionDeclaration|MethodDeclaration|GetAccessor|SetAccessor)$/.test(node.kind) ||
      (node.kind === 'VariableDeclaration' &&
        /^(?:ArrowFunction|FunctionExpression)$/.test(node.part('initializer')?.kind ?? ''));
    if (isOne && isMeant(node.part('name')?.value ?? '')) spans.push(span(node.start, node.end));
  });
  return spans;
}
