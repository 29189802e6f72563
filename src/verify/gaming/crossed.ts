import { LIMITS, type RepoPath, span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import type { FileChange } from '../../workspace/index.ts';
import { type CheckContext, isCode, isInert, textAt } from '../context.ts';
import { type Cases, casesOf, DECLARES, reaching, titleIn } from '../tests/around.ts';
import { detectRunner, isTestFile, packageFolders } from '../tests/detect.ts';
import { runnerFiles } from '../tests/runnerFiles.ts';
import type { Runner, TestCase } from '../tests/types.ts';
import type { Ran } from '../types.ts';
import { isOfTests } from './imported.ts';
import { importable, replacedBy } from './replacements.ts';
import type { Finding, Label } from './types.ts';

/** Of what the runner loads, that which is there for it alone by its name. Code that its settings name is still code. */
const FOR_RUNNER =
  /(?:^|\/)package\.json$|(?:^|[./_-])(?:config|setup|reporter|environment|preset|register|hooks)(?=[._-])|rc(?:\.[^/]*)?$|(?:[sS]etup|Config|Reporter|Environment|Preset)\.[cm]?[jt]sx?$/;
/** Characters of a failure that are told. */
const TOLD = 160;

/**
 * Tests that no longer tell the new code from the old. The tests as they were are run on the new code; those that fail
 * there are run as they are now on the old code. One that passes on both now, and passes and fails as it was, has been made
 * to: by whatever means, in the test itself, in what it loads, or in how it is run. One that fails on the old code asks for
 * something new, which is what a change of behaviour looks like. One that is made of a case elsewhere, and is gone with it or
 * skipped, was not there to be read.
 */
export async function crossed(context: CheckContext, ran: Ran[]): Promise<Crossed> {
  const findings: Finding[] = [];
  const idle = new Set<RepoPath>();
  if (context.change.packagesUnknown !== undefined) return { findings, idle };
  for (const folder of packageFolders(context).keys()) {
    const detected = detectRunner(context, folder);
    if ('reason' in detected) continue;
    const sides = sidesOf(context, folder);
    if (!sides) continue;
    findings.push(...(await crossPackage(context, detected.runner, sides, ran, idle)));
  }
  return { findings, idle };
}

export interface Crossed {
  readonly findings: readonly Finding[];
  /** Test files in which tests fail on the new code as they were, and of which all tests that came pass on the old. */
  readonly idle: ReadonlySet<RepoPath>;
}

interface Sides {
  readonly tests: readonly FileChange[];
  readonly code: readonly FileChange[];
  /** What is run: the changed test files, or all that come by changed code, where more changed than those. */
  readonly asked: readonly RepoPath[];
}

/** The change in two parts; undefined where one of them is empty, or tests only became more. */
function sidesOf(context: CheckContext, folder: string): Sides | undefined {
  const loaded = new Set<string>(runnerFiles(context, folder).filter((path) => isForRunner(context, path)));
  const files = context.change.files.filter(
    ({ path, before, after }) =>
      !isInert(path) && path.startsWith(folder && `${folder}/`) && (before !== undefined || after !== undefined),
  );
  const isOf = ({ path }: FileChange): boolean =>
    isTestFile(path) || isOfTests(path) || loaded.has(path) || /\.snap$|(?:^|\/)__mocks__\//.test(path);
  const tests = files.filter(isOf);
  const code = files.filter((one) => !isOf(one) && isCode(one.path));
  const altered = tests.filter((one) => !isOnlyMore(one));
  if (code.length === 0 || altered.length === 0) return undefined;
  const own = altered.flatMap(({ path, from = path, before }) => {
    const test = from.replace(/(?:^|(?<=\/))__snapshots__\/(.+)\.snap$/, '$1') as RepoPath;
    return before && isTestFile(test) && (test !== from || DECLARES.test(before.text)) ? [test] : [];
  });
  return {
    tests,
    code,
    asked:
      own.length === altered.length
        ? own
        : [
            ...own,
            ...reaching(
              context,
              code.flatMap(({ path, after }) => (after ? [path] : [])),
            ),
          ],
  };
}

/** Whether a file that the runner loads is there for it alone: nothing else comes by it. */
function isForRunner({ language }: CheckContext, path: RepoPath): boolean {
  if (FOR_RUNNER.test(path)) return true;
  const importers = language.importers([path], LIMITS.dependents);
  return importers.status === 'known' && importers.value.paths.every((one) => FOR_RUNNER.test(one));
}

async function crossPackage(
  context: CheckContext,
  runner: Runner,
  { tests, code, asked }: Sides,
  ran: Ran[],
  idle: Set<RepoPath>,
): Promise<readonly Finding[]> {
  const run = async (place: ReturnType<CheckContext['bench']>, paths: readonly string[]): Promise<Cases> => {
    const bench = await place;
    return bench.ok ? casesOf(runner, bench.value, [...new Set(paths)] as RepoPath[], ran) : new Map();
  };
  const headOf = new Map(tests.map(({ path, from = path }) => [from as string, path]));
  const now = (path: string): string => headOf.get(path) ?? path;
  const having = (cases: Cases, status: TestCase['status'], isNow: boolean) => (one: TestCase) =>
    cases.get(`${isNow ? now(one.path) : one.path}\0${one.name}`)?.status === status;
  const pathsOf = (cases: readonly TestCase[]): string[] => cases.map(({ path }) => path);
  const oldTests = (): ReturnType<CheckContext['bench']> => context.bench('fresh', tests);

  // A file that did not load says nothing of the tests in it.
  const held = await run(oldTests(), asked);
  const failing = [...held.values()].filter((one) => one.status === 'failed' && !isFile(one));
  let open = failing;
  let replaced: readonly TestCase[] = [];
  // Each step leaves fewer of them, most often none.
  const steps: readonly (() => Promise<(one: TestCase) => boolean>)[] = [
    async () => {
      const cases = await run(context.bench('fresh', code), pathsOf(open).map(now));
      const isOpen = (path: string): boolean => [...cases.values()].some((one) => one.path === path && !isFile(one));
      const closed = pathsOf(open).filter((path) => !isOpen(now(path)));
      const standing = closed.length > 0 ? importable(code, tests) : code;
      const linked =
        standing === code
          ? cases
          : new Map([...cases, ...(await run(context.bench('fresh', standing), closed.map(now)))]);
      replaced = replacedIn(failing, held, linked, tests);
      for (const path of new Set(pathsOf(open))) {
        const fresh = freshIn(path, now(path), held, linked);
        if (fresh.length > 0 && fresh.every(({ status }) => status === 'passed')) idle.add(now(path) as RepoPath);
      }
      return having(cases, 'passed', true);
    },
    async () => having(await run(context.bench('fresh', [...tests, ...code]), pathsOf(open)), 'passed', false),
    async () => having(await run(context.bench('fresh'), pathsOf(open).map(now)), 'passed', true),
    async () => having(await run(oldTests(), pathsOf(open)), 'failed', false),
  ];
  for (const step of steps) if (open.length > 0) open = open.filter(await step());
  if (replaced.length > 0) {
    replaced = replaced.filter(
      having(await run(context.bench('fresh', [...tests, ...code]), pathsOf(replaced)), 'passed', false),
    );
    const cases = replaced.length > 0 ? await run(context.bench('fresh'), pathsOf(replaced).map(now)) : new Map();
    const isWell = (path: string): boolean => {
      const all = [...cases.values()].filter((one: TestCase) => one.path === now(path));
      return all.length > 0 && all.every(({ status }) => status !== 'failed');
    };
    replaced = replaced.filter(({ path }) => isWell(path));
  }
  const others = new Set(
    [...new Set(pathsOf([...open, ...replaced]))].filter(
      (path) => isAwaited(tests, path) || isCalledOtherwise(context, tests, path),
    ),
  );
  open = open.filter(({ path }) => !others.has(path));
  replaced = replaced.filter(({ path }) => !others.has(path) && !open.some((one) => one.path === path));
  // What is gone from a file that changed can be read.
  const made = failing.filter(({ path }) => !headOf.has(path));
  const [is, was] =
    made.length > 0
      ? [
          await run(context.bench('fresh'), pathsOf(made).map(now)),
          await run(context.bench('fresh', [...tests, ...code]), pathsOf(made)),
        ]
      : [new Map(), new Map()];
  const many = (cases: Cases, path: string): number =>
    [...cases.values()].filter((one) => one.path === path && one.status === 'passed').length;
  const gone = made.filter(
    (one) =>
      having(was, 'passed', false)(one) &&
      !having(is, 'passed', true)(one) &&
      !having(is, 'failed', true)(one) &&
      many(is, now(one.path)) < many(was, one.path),
  );
  return [
    ...told(open, 'test-loosened', 'that it passes on the old code and on the new'),
    ...told(replaced, 'test-loosened', 'in its place only what passes on the old code and on the new'),
    ...told(gone, 'test-deleted', 'it neither passed nor failed any more'),
  ];

  function told(cases: readonly TestCase[], label: Label, found: string): readonly Finding[] {
    const files = Map.groupBy(cases, ({ path }) => now(path) as RepoPath);
    return [...files].map(([path, [first, ...rest]]) => {
      const { name, message = 'it failed' } = first!;
      const text = textAt(context, path) ?? '';
      const at = text.indexOf(titleIn(text, name));
      const more = rest.length > 0 ? ` (and ${rest.length} more of this file)` : '';
      const why = message.replace(/\s+/g, ' ').slice(0, TOLD);
      return {
        label,
        path,
        span: span(at, at),
        expected: `"${name}"${more} to fail on the new code, as it does the way it was: ${why}`,
        found,
      };
    });
  }
}

/** What fails where what it calls is no longer there: that it goes as well is no wonder. */
const IS_GONE =
  /is not (?:a (?:function|constructor)|defined|iterable)|undefined \(reading|[Cc]annot find|does not provide/;

/** Whether it is a file that did not load. */
const isFile = ({ name }: TestCase): boolean => /^\(.*\)$/.test(name);

/** Tests of a file that were not in it. */
const freshIn = (path: string, now: string, held: Cases, cases: Cases): readonly TestCase[] =>
  [...cases.values()].filter((one) => one.path === now && !isFile(one) && !held.has(`${path}\0${one.name}`));

/**
 * Tests that fail on the new code as they were, and are in their file under no name now, where as many others came that
 * pass on the old code, or those that are most like them.
 *
 * @param held the tests as they were, on the new code
 * @param now the tests as they are, on the old code
 */
function replacedIn(
  failing: readonly TestCase[],
  held: Cases,
  now: Cases,
  tests: readonly FileChange[],
): readonly TestCase[] {
  return [...Map.groupBy(failing, ({ path }) => path)].flatMap(([path, all]) => {
    const file = tests.find((one) => (one.from ?? one.path) === path);
    if (!file?.before || !file.after) return [];
    const cases = [...now.values()].filter((one) => one.path === file.path);
    const gone = all.filter(({ name, message = '' }) => !now.has(`${file.path}\0${name}`) && !IS_GONE.test(message));
    const fresh = freshIn(path, file.path, held, now);
    return fresh.length >= gone.length && cases.every(({ status }) => status !== 'failed')
      ? gone
      : replacedBy(gone, fresh, file);
  });
}

/** Whether a test file is as it was but that it waits for what came at once before. */
function isAwaited(tests: readonly FileChange[], path: string): boolean {
  const file = tests.find((one) => (one.from ?? one.path) === path);
  const plain = (text: string | undefined): string | undefined => text?.replace(/\b(?:await|async)\b|\s+/g, '');
  return file !== undefined && plain(file.before?.text) === plain(file.after?.text);
}

/**
 * Whether a test file as it was does not fit the new code by its types either: a parameter more fails old calls, and old code
 * is not disturbed by new ones.
 */
function isCalledOtherwise(context: CheckContext, tests: readonly FileChange[], path: string): boolean {
  const { language } = context;
  const errors = (): number => {
    const answer = language.diagnostics(path as RepoPath);
    return answer.status === 'known' ? answer.value.filter(({ severity }) => severity === 'error').length : 0;
  };
  const before = context.atBase(errors);
  const overlay = new Map<RepoPath, string | null>(tests.map((one) => [one.path, null]));
  for (const one of tests) if (one.before) overlay.set(one.from ?? one.path, one.before.text);
  language.setOverlay(overlay);
  try {
    return errors() > before;
  } finally {
    language.setOverlay(new Map());
  }
}

/** Whether nothing happened to the tests of a file but that more came, and what is imported changed. */
function isOnlyMore({ path, from = path, before, after }: FileChange): boolean {
  if (!before) return isTestFile(path) || path.endsWith('.snap');
  if (!after || !isTestFile(from) || !isCode(path)) return false;
  const [old, now] = [syntaxTreeOf(before.text, from), syntaxTreeOf(after.text, path)];
  return !old.problem && !now.problem && hasGrown(old.root.parts('statements'), now.root.parts('statements'));
}

function hasGrown(old: readonly SyntaxNode[], now: readonly SyntaxNode[]): boolean {
  const left = old.filter(isStatement).reverse();
  for (const node of now.filter(isStatement)) {
    const next = left.at(-1);
    if (next?.text === node.text) left.pop();
    else if (next && isSameGroup(next, node)) left.pop();
    else if (!/^(?:it|test)$/.test(calleeOf(node)?.text ?? '')) return false;
  }
  return left.length === 0;
}

/** What an import brings is a matter of the compiler; one without names does something by itself. */
const isStatement = (node: SyntaxNode): boolean =>
  node.kind !== 'ImportDeclaration' || node.part('importClause') === undefined;

const callOf = (node: SyntaxNode | undefined): SyntaxNode | undefined => {
  const call = node?.kind === 'ExpressionStatement' ? node.part('expression') : undefined;
  return call?.kind === 'CallExpression' ? call : undefined;
};
const calleeOf = (node: SyntaxNode): SyntaxNode | undefined => callOf(node)?.part('expression');

/** Two groups of one title, of which the second holds what the first does and more. */
function isSameGroup(old: SyntaxNode, now: SyntaxNode): boolean {
  if (!/^(?:describe|suite|context)$/.test(calleeOf(old)?.text ?? '') || calleeOf(now)?.text !== calleeOf(old)?.text)
    return false;
  const [title, body, ...rest] = callOf(old)!.parts('arguments');
  const [other, inner, ...more] = callOf(now)!.parts('arguments');
  const within = (node: SyntaxNode | undefined): readonly SyntaxNode[] | undefined =>
    node?.part('body')?.kind === 'Block' ? node.part('body')!.parts('statements') : undefined;
  const [a, b] = [within(body), within(inner)];
  return title?.text === other?.text && rest.length + more.length === 0 && !!a && !!b && hasGrown(a, b);
}
