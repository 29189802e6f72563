import { type Issue, type RepoPath, span } from '../../base/index.ts';
import { syntaxTreeOf } from '../../lang/index.ts';
import { diffTexts } from '../../text/index.ts';
import type { FileChange } from '../../workspace/index.ts';
import { type CheckContext, type CheckDefinition, codePaths, isCode, locate, textAt } from '../context.ts';
import { isTestFile } from '../tests/index.ts';
import type { Ran } from '../types.ts';
import { caught } from './caught.ts';
import { checkScriptFindings } from './checkScripts.ts';
import { ciFindings, isCi } from './ci.ts';
import { type CodeFile, identifiersIn, swallowed } from './code.ts';
import { coincidences } from './coincidences.ts';
import { confirmed, type Suspicion } from './confirm.ts';
import { crossed } from './crossed.ts';
import { disguises } from './disguised.ts';
import { environmentFindings } from './environment.ts';
import { escapes } from './escapes.ts';
import { exitFindings } from './exitStatus.ts';
import { CodeFacts } from './facts.ts';
import { fixtureFindings, isFixture } from './fixtures.ts';
import { hardCoded } from './hardCoded.ts';
import { ImportedValues, isOfTests } from './imported.ts';
import { knownInputs } from './knownInputs.ts';
import { hiddenFindings, leftOutFindings } from './leftOut.ts';
import { testFileOf } from './model.ts';
import { endFindings, ownRunnerFindings } from './ownRunner.ts';
import { narrowedHandlers, passedOver } from './passedOver.ts';
import { patchFindings } from './patches.ts';
import { Scripts } from './project.ts';
import { promiseFindings } from './promised.ts';
import { propertyFindings } from './properties.ts';
import { propped } from './propped.ts';
import { readsTests } from './readsTests.ts';
import { refusalFindings } from './refusals.ts';
import { retryFindings } from './retries.ts';
import { runnerVariables } from './runnerVariables.ts';
import { assignedIn } from './scope.ts';
import { type SettingsFile, settingsFindings, settingsKind } from './settings.ts';
import { hookFindings } from './settingsHooks.ts';
import { ignoredFindings } from './settingsIgnores.ts';
import { isSizeFile, sizeFindings } from './sizeLimits.ts';
import { isExpectation, snapshotFindings } from './snapshots.ts';
import { importsOf, mockFindings, setUpMocks, standInFindings } from './subjects.ts';
import { supportFindings } from './supports.ts';
import { tableFindings } from './tables.ts';
import { count } from './telling.ts';
import { testFindings } from './tests.ts';
import { casesOf, FILE, testsAbout, testsNaming } from './testsNear.ts';
import type { Finding, Label, TestFile } from './types.ts';
import { listedFindings, unmatchedFindings } from './unmatched.ts';
import { weighed } from './weighed.ts';
import { wrapperFindings } from './wrappers.ts';
import { alteredIn } from './written.ts';

/** Findings told one by one. */
const TOLD = 20;
/** Where a project writes what it is about. */
const PROSE = ['README.md', 'readme.md'] as RepoPath[];
/** Tests of types, in which a refusal is what is expected. */
const OF_TYPES = /(?:^|[./_-])(?:test-d|spec-d|tsd|dts-tests?|types?-tests?)(?=[./_-])/;
/** What a build makes of the sources, and is told of them. */
const BUILT = /(?:^|\/)dist\//;
/** Labels that say that the tests, or what is asked of them, are less than before. */
const WEAKENS: ReadonlySet<Label> = new Set<Label>([
  'test-deleted',
  'test-skipped',
  'test-narrowed',
  'test-emptied',
  'test-loosened',
  'expectation-changed',
  'snapshot-updated',
  'subject-mocked',
  'threshold-lowered',
  'ci-weakened',
  'test-command-changed',
]);

/** What in a change may make a green run say less than it seems to. */
export const gaming: CheckDefinition = {
  name: 'gaming',
  decides: true,
  anyFile: true,
  async run(context) {
    const started = performance.now();
    const isKept = context.options.constraints.some(({ constraints }) => constraints.keepTests === true);
    const paths = (await codePaths(context)) ?? [];
    const { findings: seen, suspicions, unread, tests } = look(context, paths);
    const ran: Ran[] = [{ oracle: 'change, syntax of base and head', ms: Math.round(performance.now() - started) }];
    const answers = await confirmed(context, suspicions, ran);
    // Where tests are to stay as they are, it is no matter how good the others may be.
    const weighted = isKept ? seen : await weighed(context, seen, paths, ran);
    const props = await propped(context, answers, ran);
    const across = await crossed(context, ran);
    const findings = [
      ...weighted.map((one) => unexcused(one, across.idle)),
      ...answers,
      ...props,
      ...across.findings,
      ...(await caught(context, ran)),
    ];
    const issues = [...unread, ...issuesOf(findings, isKept)];
    const isBroken = issues.some(({ severity }) => severity === 'error');
    return {
      status: isBroken ? 'fail' : isKept && unread.length > 0 ? 'unknown' : 'pass',
      ...(isKept ? {} : { decides: false as const }),
      issues: locate(context, issues),
      ran,
      summary: summaryOf(findings, tests),
    };
  },
};

/** A finding as it is where the new tests that are its reason pass on the old code too. */
function unexcused(finding: Finding, idle: ReadonlySet<RepoPath>): Finding {
  const { isNote, restsOn, ...rest } = finding;
  return isNote && restsOn?.every((path) => idle.has(path)) ? rest : finding;
}

interface Look {
  readonly findings: readonly Finding[];
  /** Answers that look hard-coded. */
  readonly suspicions: readonly Suspicion[];
  readonly unread: readonly Issue[];
  /** Test files compared. */
  readonly tests: number;
}

function look(context: CheckContext, paths: readonly RepoPath[]): Look {
  const { files } = context.change;
  const settings: SettingsFile[] = [];
  const pipelines: SettingsFile[] = [];
  const sized: SettingsFile[] = [];
  const fixtures: SettingsFile[] = [];
  const stored: SettingsFile[] = [];
  const code: CodeFile[] = [];
  const base: TestFile[] = [];
  const head: TestFile[] = [];
  const renamed = new Map<RepoPath, RepoPath>();
  const removed = new Set<RepoPath>();
  const unread: Issue[] = [];
  const hasSources = files.some(({ path }) => isCode(path) && !isTestFile(path) && !BUILT.test(path));
  const before = new Map(files.map((file) => [file.from ?? file.path, file.before?.text]));
  const values = {
    base: new ImportedValues((path) =>
      before.has(path as RepoPath) ? before.get(path as RepoPath) : textAt(context, path),
    ),
    head: new ImportedValues((path) => textAt(context, path)),
  };
  for (const file of files) {
    const { path, from = path } = file;
    const sides = { path, ...textsOf(file) };
    if (from !== path) renamed.set(from, path);
    // What has a name now by which nobody reads it is gone.
    const left = { path: from, ...(file.before ? { base: file.before.text } : {}) };
    if (settingsKind(path)) settings.push(sides);
    else if (settingsKind(from)) settings.push(left);
    if (isFixture(from) && !isExpectation(path, true)) fixtures.push(sides);
    if (isSizeFile(path)) sized.push(sides);
    if (isCi(path)) pipelines.push(sides);
    else if (isCi(from)) pipelines.push(left);
    if (isExpectation(path, /(?:^|\/)(?:tests?|__tests__|spec)\//.test(path)))
      stored.push(file.kind === 'deleted' ? { base: '', ...sides } : sides);
    const wasTest = isTestFile(from);
    const isTest = isTestFile(path);
    if (!isCode(path) && !isCode(from)) continue;
    if (hasSources && !isTest && BUILT.test(path)) continue;
    const long = Math.max(file.before?.text.length ?? 0, file.after?.text.length ?? 0) >= FILE;
    if (long) {
      unread.push(notRead(path, `it holds ${FILE} characters or more`));
      continue;
    }
    const trees = {
      base: file.before ? syntaxTreeOf(file.before.text, from) : undefined,
      head: file.after ? syntaxTreeOf(file.after.text, path) : undefined,
    };
    if (wasTest || isTest) {
      const assigned = new Set([trees.base, trees.head].flatMap((tree) => (tree ? [...assignedIn(tree.root)] : [])));
      const old = trees.base && wasTest ? testFileOf(trees.base, from, values.base, assigned) : undefined;
      const now = trees.head && isTest ? testFileOf(trees.head, path, values.head, assigned) : undefined;
      const problem = now?.problem ?? old?.problem;
      if (problem !== undefined) {
        unread.push(notRead(path, problem));
        continue;
      }
      if (old) base.push(old);
      if (now) head.push(now);
      if (old && !now) removed.add(from);
    }
    code.push({
      path,
      isTest: isTest || wasTest || OF_TYPES.test(path),
      ...trees,
    });
  }
  // Tests that stay as they are ask something else where their cases do.
  const data = files.filter(
    ({ path, after }) => after !== undefined && isOfTests(path) && /\.(?:json|[cm]?[jt]sx?)$/.test(path),
  );
  for (const { path, text } of data.length > 0
    ? testsNaming(
        context,
        data.map(({ path }) => path),
        paths,
      )
    : []) {
    const tree = syntaxTreeOf(text, path);
    const [old, now] = [testFileOf(tree, path, values.base), testFileOf(tree, path, values.head)];
    if (now.problem !== undefined) continue;
    base.push(old);
    head.push(now);
  }
  const facts = new CodeFacts(
    code.filter(({ isTest, path }) => !isTest && settingsKind(path) === undefined),
    files.flatMap(({ path, after, spans }) =>
      after && /\.mdx?$/.test(path) && !isFixture(path) && spans.length > 0
        ? [{ path, text: spans.map(({ start, end }) => after.text.slice(start, end)).join('\n') }]
        : [],
    ),
  );
  const altered = new Map(
    code.flatMap(({ isTest, path, base: was, head: is }) =>
      !isTest && was && is ? [[path.replace(/\.[cm]?[jt]sx?$/, ''), alteredIn(was.root, is.root)] as const] : [],
    ),
  );
  const scripts = new Scripts(context);
  const findings: Finding[] = [
    ...testFindings({ base, head, renamed, removed, facts, changed: new Set(altered.keys()) }),
    ...unmatchedFindings(context, paths, base, head),
    ...listedFindings(context, paths, settings),
  ];
  for (const now of head) {
    const old = base.find(({ path }) => (renamed.get(path) ?? path) === now.path);
    const mocked = old ? mockFindings(old, now, importsOf(old), importsOf(now), altered) : [];
    findings.push(...(mocked.length > 0 ? mocked : standInFindings(old, now, importsOf(now), altered)));
    if (!old) continue;
    findings.push(...propertyFindings(old, now, facts.changed));
    // Where the assertions over the rows could be read one by one, they have told it.
    if (findings.some(({ label, path }) => label === 'test-deleted' && path === now.path)) continue;
    findings.push(...tableFindings(old, now, head, (row) => facts.hasLost(identifiersIn(row))));
  }
  findings.push(
    ...snapshotFindings(stored, facts, context),
    ...fixtureFindings(
      fixtures.filter(({ path }) => !findings.some((one) => one.path === path)),
      facts,
    ),
    ...environmentFindings(code, runnerVariables(context, paths)),
    ...swallowed(code, (path, call) => {
      const type = context.language.typeAt(path, call.part('expression')!.end - 1);
      return type.status === 'unknown' || /\bPromise|Thenable|\bany\b/.test(type.value.text);
    }),
    ...refusalFindings(code),
    ...promiseFindings(code),
    ...passedOver(code),
    ...narrowedHandlers(code),
    ...setUpMocks(
      code,
      (path) => textAt(context, path as RepoPath) !== undefined,
      (path) =>
        testsNaming(context, [path as RepoPath], paths).some(({ text }) => !/\b(?:vi|jest)\.unmock\(/.test(text)),
    ),
    ...coincidences(code),
    ...exitFindings(code),
    ...readsTests(code),
    ...leftOutFindings(code, facts),
    ...hiddenFindings(files),
    ...patchFindings(code),
    ...supportFindings(code),
    ...retryFindings(code),
    ...ownRunnerFindings(code, (path) => textAt(context, path)),
    ...endFindings(code),
    ...escapes(code),
    ...settingsFindings(settings, scripts),
    ...hookFindings(settings),
    ...sizeFindings(sized),
    ...wrapperFindings(settings, (path) => textAt(context, path)),
    ...ignoredFindings(
      settings,
      code.flatMap(({ isTest, path, base: was }) => (!isTest && was && settingsKind(path) === undefined ? [path] : [])),
    ),
    ...ciFindings(pipelines, scripts),
    ...checkScriptFindings(code, scripts),
  );
  const about = code.filter(({ isTest }) => !isTest).map(({ path }) => path);
  const changed = new Set<string>(files.map(({ path }) => path));
  const testsWere = (texts: readonly string[] = []) => [
    ...files.flatMap(({ path, from = path, before }) =>
      before && isTestFile(from) ? [{ path: from, text: before.text }] : [],
    ),
    ...testsNaming(context, about, paths, texts),
    ...casesOf(context, about, paths, texts),
  ];
  const suspicions = [
    ...hardCoded(code, () => [...head, ...testsAbout(context, about, paths, values.head)]),
    ...knownInputs(
      code,
      testsWere,
      [...paths.filter((path) => !isTestFile(path) && !isOfTests(path) && !changed.has(path)), ...PROSE],
      (path) => textAt(context, path),
      (path) => files.find((one) => one.path === path)?.after?.text,
    ),
    ...disguises(code, testsWere),
  ];
  return {
    findings: findings.map((one) => placed(one, files)),
    suspicions,
    unread,
    tests: Math.max(base.length, head.length),
  };
}

const textsOf = ({ before, after }: FileChange): { readonly base?: string; readonly head?: string } => ({
  ...(before ? { base: before.text } : {}),
  ...(after ? { head: after.text } : {}),
});

/** A finding about what is gone, where that would stand in the text of the head. */
function placed(finding: Finding, files: readonly FileChange[]): Finding {
  const file = finding.isGone && files.find(({ path }) => path === finding.path);
  if (!file?.before || !file.after) return finding;
  const at = diffTexts(file.before.text, file.after.text).mapPosition(finding.span.start, -1);
  return { ...finding, span: span(at, at) };
}

const notRead = (path: RepoPath, reason: string): Issue => ({
  code: 'gaming/not-checked',
  message: `expected a file that can be read as a program, but ${reason}`,
  severity: 'info',
  path,
});

function issuesOf(findings: readonly Finding[], isKept: boolean): Issue[] {
  const seen = new Set<string>();
  const issues: Issue[] = [];
  let more = 0;
  const rank = ({ label, isNote }: Finding): number => (isNote ? 2 : WEAKENS.has(label) ? 0 : 1);
  for (const one of [...findings].sort((a, b) => rank(a) - rank(b))) {
    const key = `${one.label} ${one.path} ${one.expected} ${one.found}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (issues.length >= TOLD) {
      more++;
      continue;
    }
    issues.push({
      code: `gaming/${one.label}`,
      message: `expected ${one.expected}, found ${one.found}`,
      severity: isKept && WEAKENS.has(one.label) ? 'error' : one.isNote ? 'info' : 'warning',
      path: one.path,
      span: one.span,
    });
  }
  if (more > 0)
    issues.push({
      code: 'gaming/limit',
      message: `${more} more of the kind are not told one by one`,
      severity: 'warning',
    });
  return issues;
}

const SAID: Readonly<Record<Label, readonly [what: string, how: string]>> = {
  'test-deleted': ['test or assertion', 'deleted'],
  'test-skipped': ['test', 'skipped'],
  'test-narrowed': ['test', 'run alone'],
  'test-emptied': ['test', 'emptied'],
  'test-loosened': ['assertion', 'loosened'],
  'expectation-changed': ['expectation', 'changed with the code'],
  'snapshot-updated': ['snapshot', 'changed with the code'],
  'subject-mocked': ['subject', 'mocked'],
  'hard-coded': ['answer', 'hard-coded'],
  'test-environment': ['place', 'asking whether a test runs'],
  'error-swallowed': ['error', 'swallowed'],
  'type-escape': ['type check', 'escaped'],
  'lint-disabled': ['lint rule', 'disabled'],
  'threshold-lowered': ['threshold', 'lowered'],
  'ci-weakened': ['pipeline step', 'weakened'],
  'test-command-changed': ['test command', 'weakened'],
};

function summaryOf(findings: readonly Finding[], tests: number): string {
  const parts = Object.entries(SAID).flatMap(([label, [what, how]]) => {
    const many = findings.filter((one) => one.label === label && !one.isNote).length;
    return many > 0
      ? [`${count(many, what).replace(/tests or assertions?$|test or assertions$/, 'tests or assertions')} ${how}`]
      : [];
  });
  return parts.length > 0
    ? parts.join(', ')
    : tests > 0
      ? `${count(tests, 'test file')} compared: nothing asks less`
      : 'nothing that would make a green run say less';
}
