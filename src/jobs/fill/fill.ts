import { failed, type Issue, noEvents, ok, type Result } from '../../base/index.ts';
import type { Draft } from '../../draft/index.ts';
import { integrate } from '../../integrate/index.ts';
import { type LanguageService, openLanguage, openPackages, setupFaults } from '../../lang/index.ts';
import type { Expected } from '../../search/index.ts';
import type { SourceText } from '../../text/index.ts';
import type { Verdict } from '../../verify/index.ts';
import { check } from '../check.ts';
import { compileGate } from '../complete/gate.ts';
import { openRepository } from '../repository.ts';
import { blockText, bodyDraft } from './draft.ts';
import { searchProposer } from './searchProposer.ts';
import { callText, fillTask, findStub, valueText } from './task.ts';
import type { Attempt, FillReport, FillRequest, FillTask, Proposal, Proposals, Question } from './types.ts';

const PROPOSING_MS = 40_000;
/** Drafts that are put to the checks; each may run the project's tests. */
const CHECKED = 5;
const QUESTIONS = 3;

interface Judged {
  readonly attempts: readonly Attempt[];
  /** The first that does not fail. */
  readonly chosen?: {
    readonly proposal: Proposal;
    readonly draft: Draft;
    readonly diff: string;
    readonly verdict: Verdict;
    readonly record: string;
  };
  readonly checks: number;
}

/**
 * Writes the body of a stub: proposals from its examples, the compiler as gate, the checks as judges. Nothing is written
 * to the tree without `apply`, and never what has not passed.
 */
export async function fill(request: FillRequest): Promise<Result<FillReport>> {
  const started = performance.now();
  const opened = await openRepository(request.cwd);
  if (!opened.ok) return opened;
  const workspace = opened.value;
  const path = workspace.resolve(request.cwd, request.path);
  if (!path.ok) return path;
  const source = workspace.read(path.value);
  if (!source.ok) return source;
  const stub = findStub(source.value.text, path.value, request.symbol);
  if (!stub.ok) return stub;
  const faults = setupFaults(workspace.root, openPackages(workspace.root), [path.value]);
  if (faults.length > 0) return failed(...faults);
  const store = workspace.store();
  if (!store.ok) return store;
  const language = openLanguage({ root: workspace.root, events: request.events ?? noEvents });
  if (!language.ok) return language;
  try {
    const task = await fillTask(workspace, language.value, path.value, source.value.text, stub.value);
    if (!task.ok) return task;
    const proposals = await searchProposer.propose(task.value, {
      ms: request.ms ?? PROPOSING_MS,
      events: request.events ?? noEvents,
      ...(request.signal ? { signal: request.signal } : {}),
    });
    if (!proposals.ok) return proposals;
    const judged = await judge(request, language.value, task.value, source.value, proposals.value);
    if (!judged.ok) return judged;
    const report = reportOf(task.value, source.value, proposals.value, judged.value, performance.now() - started);
    const { chosen } = judged.value;
    if (!request.apply || report.status !== 'pass' || !chosen) return ok(report, opened.issues);
    const written = integrate(workspace.root, store.value, chosen.draft);
    return written.ok ? ok({ ...report, applied: true }, [...opened.issues, ...written.issues]) : written;
  } finally {
    language.value.close();
  }
}

/** Puts proposals to the compiler, and those that compile to the checks, until one does not fail. */
async function judge(
  request: FillRequest,
  language: LanguageService,
  task: FillTask,
  source: SourceText,
  { proposals }: Proposals,
): Promise<Result<Judged>> {
  const { body } = task.written;
  const gate = compileGate(language, {
    path: task.path,
    prefix: source.text.slice(0, body.start),
    typed: '',
    suffix: source.text.slice(body.end),
  });
  const attempts: Attempt[] = [];
  let checks = 0;
  for (const proposal of proposals) {
    if (checks >= CHECKED || request.signal?.aborted) break;
    const verdicts = proposal.bodies.map((text) => ({ text, gated: gate(blockText(task, text)) }));
    const compiled = verdicts.find(({ gated }) => gated.status !== 'fail');
    const made = bodyDraft(task, source, (compiled ?? verdicts[0]!).text);
    if (!made.ok) return made;
    const { draft, diff } = made.value;
    if (!compiled) {
      attempts.push({ diff, status: 'fail', reason: `it does not compile: ${verdicts[0]!.gated.reason}` });
      continue;
    }
    checks++;
    const checked = await check({
      cwd: request.cwd,
      change: { kind: 'diff', diff, onto: 'working-tree' },
      allowRestricted: request.allowRestricted ?? false,
      insideCheck: request.insideCheck ?? false,
      ...(request.events ? { events: request.events } : {}),
    });
    if (!checked.ok) return checked;
    const { verdict, record } = checked.value;
    const reason = reasonOf(verdict);
    attempts.push({ diff, status: verdict.status, ...(reason ? { reason } : {}) });
    if (verdict.status !== 'fail') return ok({ attempts, checks, chosen: { proposal, draft, diff, verdict, record } });
  }
  return ok({ attempts, checks });
}

/** What decided against a draft, in one line. */
function reasonOf({ status, checks }: Verdict): string | undefined {
  if (status === 'pass') return undefined;
  const deciding = checks.filter((one) => one.decides && one.status === status);
  const issue = deciding.flatMap(({ issues }) => issues).find(({ severity }) => severity !== 'info');
  return `${deciding.map(({ name }) => name).join(', ')}: ${issue?.message ?? deciding[0]?.summary ?? status}`;
}

function reportOf(task: FillTask, source: SourceText, proposals: Proposals, judged: Judged, ms: number): FillReport {
  const { chosen, attempts, checks } = judged;
  const usage = { proposer: proposals.proposer, expressions: proposals.expressions, checks, ms: Math.round(ms) };
  const { examples, name } = task.problem;
  if (!chosen) {
    const nearest = nearestOf(task, source, proposals, attempts);
    return {
      status: 'fail',
      applied: false,
      diff: '',
      attempts,
      others: 0,
      questions: [],
      assumptions: [],
      ...(nearest ? { nearest } : {}),
      usage,
      issues: noneIssues(task, proposals, attempts),
    };
  }
  const others = proposals.proposals.filter((one) => one !== chosen.proposal);
  const assumptions = [
    `what ${name} does beyond its ${examples.length} ${examples.length === 1 ? 'example' : 'examples'} is assumed: ${sourcesText(task)}`,
    ...(others.length > 0
      ? [
          `${others.length} other ${others.length === 1 ? 'behaviour fits' : 'behaviours fit'} the examples too; the one that is most likely written was taken`,
        ]
      : []),
  ];
  return {
    status: chosen.verdict.status,
    applied: false,
    diff: chosen.diff,
    attempts,
    others: others.length,
    questions: questionsOf(task, proposals, chosen.proposal, others),
    assumptions,
    evidence: chosen.record,
    verdict: chosen.verdict,
    usage,
    issues: [],
  };
}

const sourcesText = ({ sources }: FillTask): string =>
  sources.map(({ path, examples }) => `${examples} in ${path}`).join(', ');

/** Inputs that part the draft from the most of the other behaviours, the shortest first. */
function questionsOf(
  { problem }: FillTask,
  { inputs }: Proposals,
  chosen: Proposal,
  others: readonly Proposal[],
): Question[] {
  const asked = inputs.flatMap((input, index) => {
    const own = outputText(chosen.outputs[index]);
    const outputs = [...new Set([own, ...others.map((other) => outputText(other.outputs[index]))])];
    return outputs.length > 1 ? [{ input: callText(problem.name, input), outputs }] : [];
  });
  return asked
    .sort((a, b) => b.outputs.length - a.outputs.length || a.input.length - b.input.length)
    .slice(0, QUESTIONS);
}

const outputText = (output: Expected | undefined): string =>
  output === undefined
    ? 'no value'
    : output.kind === 'throws'
      ? `throws ${valueText(output.message ?? '')}`
      : valueText(output.value);

function nearestOf(
  task: FillTask,
  source: SourceText,
  { nearest }: Proposals,
  attempts: readonly Attempt[],
): FillReport['nearest'] {
  const [first] = attempts;
  if (first) return { diff: first.diff, reasons: [first.reason ?? 'it failed'] };
  if (!nearest) return undefined;
  const made = bodyDraft(task, source, nearest.body);
  if (!made.ok) return undefined;
  const { name, examples } = task.problem;
  return {
    diff: made.value.diff,
    reasons: nearest.misses.map(
      (index) => `${callText(name, examples[index]!.args)} should give ${outputText(examples[index]!.expected)}`,
    ),
  };
}

function noneIssues(
  { path, problem }: FillTask,
  { proposals, end, expressions }: Proposals,
  attempts: readonly Attempt[],
): Issue[] {
  const message =
    proposals.length === 0
      ? `expected a body for ${problem.name} that fits its ${problem.examples.length} examples, found none among ${expressions} expressions (ended by ${end})`
      : `expected a body for ${problem.name} that passes, but each of ${attempts.length} that fit the examples fails`;
  return [{ code: 'fill/none', message, severity: 'error', path }];
}
