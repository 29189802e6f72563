import { fail, failed, type Issue, noEvents, ok, type Result } from '../../base/index.ts';
import type { Draft } from '../../draft/index.ts';
import { integrate } from '../../integrate/index.ts';
import { type LanguageService, openLanguage, openPackages, setupFaults } from '../../lang/index.ts';
import { type Example, throwable } from '../../search/index.ts';
import type { SourceText } from '../../text/index.ts';
import type { Verdict, Wanted } from '../../verify/index.ts';
import { check } from '../check.ts';
import { readAnswers, readInput, readWanted } from '../compare/files.ts';
import { compileGate } from '../complete/gate.ts';
import { openRepository } from '../repository.ts';
import { twinOf, unmet } from './asked.ts';
import { bodyDraft, bodyText } from './draft.ts';
import { writerProposer, wrongSampling } from './modelProposer.ts';
import { placeOf, testedPlace } from './place.ts';
import { edgeQuestions, questionsOf, sureness, undecided } from './questions.ts';
import { repairProposer } from './repairProposer.ts';
import { searchProposer } from './searchProposer.ts';
import { callText, errorsOf, fillTask, outputText } from './task.ts';
import type { Attempt, FillReport, FillRequest, FillTask, Proposal, Proposals, Proposer, Question } from './types.ts';

const PROPOSING_MS = 40_000;
/** Drafts that are put to the checks; each may run the project's tests. */
const CHECKED = 5;
/** Questions to one person, and the confidence from which none is asked. */
const ASKED = 6;
const SURE = 0.9;
/** Below this, examples decide too little for what passes them to be taken for what is meant: docs/decisions/search.md. */
const UNDECIDED = 0.4;

type EdgesOf = (task: FillTask, chosen: Proposal, others: readonly Proposal[]) => Promise<readonly Question[]>;

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
  /** Where none was chosen: what the fewest faults were found in, of what compiles. */
  readonly nearest?: FillReport['nearest'];
}

/**
 * Writes the body of a stub, or mends that of a function that fails a test: proposals from its examples, the compiler as gate, the checks as judges. Nothing is written
 * to the tree without `apply`, and never what has not passed.
 */
export async function fill(request: FillRequest): Promise<Result<FillReport>> {
  const started = performance.now();
  const opened = await openRepository(request.cwd);
  if (!opened.ok) return opened;
  const workspace = opened.value;
  const named = request.test === undefined ? placeOf(workspace, request) : undefined;
  if (named && !named.ok) return named;
  const test = request.test === undefined ? undefined : workspace.resolve(request.cwd, request.test);
  if (test && !test.ok) return test;
  const faults = setupFaults(workspace.root, openPackages(workspace.root), [named ? named.value.path : test!.value]);
  if (faults.length > 0) return failed(...faults);
  const answers = answersOf(request);
  if (!answers.ok) return answers;
  const wrong = wrongSampling(request);
  if (wrong) return wrong;
  const store = workspace.store();
  if (!store.ok) return store;
  const language = openLanguage({ root: workspace.root, events: request.events ?? noEvents });
  if (!language.ok) return language;
  const writer = await writerProposer(request, workspace, language.value);
  try {
    if (!writer.ok) return writer;
    const place = named ?? testedPlace(workspace, language.value, test!.value, request);
    if (!place.ok) return place;
    const { path, source, written } = place.value;
    const read = (): Promise<Result<FillTask>> =>
      fillTask(workspace, language.value, path, source.text, written, answers.value);
    const { allowRestricted = false } = request;
    const repair = repairProposer({ root: workspace.root, allowRestricted });
    const writers = [searchProposer, writer.value];
    const edges = new Map<Proposal, ReturnType<EdgesOf>>();
    const edgesOf: EdgesOf = (task, chosen, others) => {
      const options = { root: workspace.root, allowRestricted, signal: request.signal };
      const found = edges.get(chosen) ?? edgeQuestions(task, chosen, others, options);
      edges.set(chosen, found);
      return found;
    };
    const proposers = written.isStub ? [...writers, repair] : [repair, ...writers];
    const proposed = await propose(request, proposers, read, answers.value, edgesOf);
    if (!proposed.ok) return proposed;
    const { task, proposals } = proposed.value;
    const missed = (verdict: Verdict): readonly Issue[] => unmet(workspace, task, test?.value, verdict);
    const judged = await judge(request, language.value, task, source, proposals, missed);
    if (!judged.ok) return judged;
    const { chosen } = judged.value;
    const others = proposals.proposals.filter((one) => one !== chosen?.proposal);
    const open = chosen ? await edgesOf(task, chosen.proposal, others) : [];
    const report = reportOf(task, source, proposals, judged.value, open, performance.now() - started);
    if (!request.apply || report.status !== 'pass' || !chosen) return ok(report, opened.issues);
    const done = integrate(workspace.root, store.value, chosen.draft);
    return done.ok ? ok({ ...report, applied: true }, [...opened.issues, ...done.issues]) : done;
  } finally {
    writer.value?.close();
    language.value.close();
  }
}

/** What the person has said in a file: inputs and what must come of them. */
function answersOf({ cwd, answers }: FillRequest): Result<Example[]> {
  if (answers === undefined) return ok([]);
  const given = readAnswers(cwd, answers);
  if (!given.ok) return given;
  const examples: Example[] = [];
  for (const { input, wanted } of given.value) {
    const example = exampleOf(input, wanted);
    if (!example) {
      return fail('fill/answers', `expected arguments of plain values, found ${input}`, {
        path: answers,
        suggestion: 'write the arguments as they stand in the call: "[1, 2], 0"',
      });
    }
    examples.push(example);
  }
  return ok(examples);
}

function exampleOf(input: string, wanted: Wanted): Example | undefined {
  const args = readInput(input)?.args;
  if (!args || wanted.kind === 'as') return undefined;
  return { args, expected: wanted };
}

/** Proposes; where somebody can be asked and the examples decide too little, asks and proposes again. */
async function propose(
  request: FillRequest,
  proposers: readonly Proposer[],
  read: () => Promise<Result<FillTask>>,
  answers: Example[],
  edgesOf: EdgesOf,
): Promise<Result<{ readonly task: FillTask; readonly proposals: Proposals }>> {
  const asked = new Set<string>();
  for (;;) {
    const task = await read();
    if (!task.ok) return task;
    const proposals = await firstProposals(proposers, task.value, request);
    if (!proposals.ok) return proposals;
    const found = ok({ task: task.value, proposals: proposals.value });
    const [first, ...others] = proposals.value.proposals;
    if (!request.ask || !first) return found;
    const edges = await edgesOf(task.value, first, others);
    if (sureness(proposals.value.confidence, edges) >= SURE) return found;
    let answer: Example | undefined;
    for (const question of questionsOf(task.value, proposals.value, first, others, edges)) {
      if (asked.size >= ASKED || asked.has(question.input)) continue;
      asked.add(question.input);
      const reply = await request.ask(question);
      if (!reply) return found;
      const text = reply.kind === 'option' ? question.outputs[reply.index] : reply.kind === 'text' ? reply.text : '';
      const wanted = text ? readWanted(text) : undefined;
      answer = wanted && exampleOf(question.input, wanted);
      if (answer) break;
    }
    if (!answer) return found;
    answers.push(answer);
  }
}

/** What the first proposer says that has something to say; what came nearest with any of them. */
async function firstProposals(
  proposers: readonly Proposer[],
  task: FillTask,
  { ms = PROPOSING_MS, events = noEvents, signal }: FillRequest,
): Promise<Result<Proposals>> {
  let found: Proposals | undefined;
  // Others than search do not look into what a function gives.
  for (const proposer of task.inner ? [searchProposer] : proposers) {
    if (signal?.aborted && found) break;
    const body = found?.nearest?.body;
    const next = await proposer.propose(task, {
      ms,
      events,
      ...(signal ? { signal } : {}),
      ...(body === undefined ? {} : { near: body }),
    });
    if (!next.ok) return next;
    const { value } = next;
    const near = [found?.nearest, value.nearest]
      .flatMap((one) => (one ? [one] : []))
      .sort((a, b) => a.misses.length - b.misses.length)[0];
    found = {
      ...value,
      proposer: [found?.proposer, value.proposer].filter(Boolean).join(', then '),
      ...(near ? { nearest: near } : {}),
      expressions: value.expressions + (found?.expressions ?? 0),
      ms: value.ms + (found?.ms ?? 0),
      end: [found?.end, value.end].filter(Boolean).join(', '),
    };
    if (value.proposals.length > 0) break;
  }
  return ok(found!);
}

/** Puts proposals to the compiler, and those that compile to the checks, until one does not fail. */
async function judge(
  request: FillRequest,
  language: LanguageService,
  task: FillTask,
  source: SourceText,
  { proposals }: Proposals,
  missed: (verdict: Verdict) => readonly Issue[],
): Promise<Result<Judged>> {
  const { body } = task.written;
  const gate = compileGate(language, {
    path: task.path,
    prefix: source.text.slice(0, body.start),
    typed: '',
    suffix: source.text.slice(body.end),
  });
  const attempts: Attempt[] = [];
  let nearest: Judged['nearest'];
  let checks = 0;
  for (const proposal of proposals) {
    if (checks >= CHECKED || request.signal?.aborted) break;
    const verdicts = proposal.bodies.map((text) => ({ text, gated: gate(bodyText(task, text)) }));
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
    const faults = [
      ...(verdict.status === 'fail' ? errorsFound(verdict) : []),
      ...missed(verdict).map(({ path, message }) => `${path}: ${message}`),
    ];
    const status = faults.length > 0 ? 'fail' : verdict.status;
    const reason = status === verdict.status ? reasonOf(verdict) : faults[0];
    attempts.push({ diff, status, ...(reason ? { reason } : {}) });
    if (status !== 'fail') return ok({ attempts, checks, chosen: { proposal, draft, diff, verdict, record } });
    if (!nearest || faults.length < nearest.reasons.length) nearest = { diff, reasons: faults };
  }
  return ok({ attempts, checks, ...(nearest ? { nearest } : {}) });
}

/** What deciding checks found wrong; what they came to where they say no more. */
function errorsFound({ checks }: Verdict): readonly string[] {
  const failed = checks.filter(({ decides, status }) => decides && status === 'fail');
  return failed.flatMap(({ name, issues, summary }) => {
    const errors = issues.filter(({ severity }) => severity === 'error').map(({ message }) => `${name}: ${message}`);
    return errors.length > 0 ? errors : [`${name}: ${summary}`];
  });
}

/** What decided against a draft, in one line. */
function reasonOf({ status, checks }: Verdict): string | undefined {
  if (status === 'pass') return undefined;
  const deciding = checks.filter((one) => one.decides && one.status === status);
  const issue = deciding.flatMap(({ issues }) => issues).find(({ severity }) => severity !== 'info');
  return `${deciding.map(({ name }) => name).join(', ')}: ${issue?.message ?? deciding[0]?.summary ?? status}`;
}

function reportOf(
  task: FillTask,
  source: SourceText,
  proposals: Proposals,
  judged: Judged,
  edges: readonly Question[],
  ms: number,
): FillReport {
  const { chosen, attempts, checks } = judged;
  const usage = { proposer: proposals.proposer, expressions: proposals.expressions, checks, ms: Math.round(ms) };
  const { examples, name } = task.problem;
  if (!chosen) {
    const nearest = judged.nearest ?? nearestOf(task, source, proposals, attempts);
    return {
      status: 'fail',
      confidence: 0,
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
    ...edges.map(
      ({ input, outputs }) => `${name}(${input}) is shown by no example: there the draft gives ${outputs[0]}`,
    ),
  ];
  const confidence = sureness(proposals.confidence, edges);
  const questions = questionsOf(task, proposals, chosen.proposal, others, edges);
  const passed = chosen.verdict.status === 'pass';
  const twin = twinOf(task, chosen.verdict);
  const open = [
    ...(twin === undefined ? [] : [notApart(task, twin)]),
    ...(passed && confidence < UNDECIDED ? [undecided(task, confidence, questions)] : []),
  ];
  return {
    status: passed && open.length > 0 ? 'unknown' : chosen.verdict.status,
    confidence,
    applied: false,
    diff: chosen.diff,
    attempts,
    others: others.length,
    questions,
    assumptions,
    evidence: chosen.record,
    verdict: chosen.verdict,
    usage,
    issues: open,
  };
}

/** Examples that another function of the project meets as well are too few, whatever passes. */
function notApart({ path, problem }: FillTask, twin: string): Issue {
  const { name, examples } = problem;
  return {
    code: 'fill/undecided',
    message: `expected examples that tell ${name} from ${twin}, found ${examples.length} after which it does the same`,
    severity: 'warning',
    path,
    suggestion: `add an example on which they part, or say in its doc comment that it is an alias of ${twin}`,
  };
}

const sourcesText = ({ sources }: FillTask): string =>
  sources.map(({ from, examples }) => `${examples} in ${from}`).join(', ');

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
  const { examples } = task.problem;
  return {
    diff: made.value.diff,
    reasons: nearest.misses.map(
      (index) =>
        `${callText(task.written, examples[index]!.args)} should give ${outputText(examples[index]!.expected)}`,
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
  // Nothing can throw what has no name where the body stands.
  const absent = errorsOf(problem.examples).find((name) => !throwable(problem.errors).has(name));
  return [
    {
      code: 'fill/none',
      message,
      severity: 'error',
      path,
      ...(absent === undefined
        ? {}
        : {
            suggestion: `declare or import ${absent}: an example says that it is thrown, and nothing of ${path} goes by that name`,
          }),
    },
  ];
}
