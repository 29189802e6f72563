import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, type Issue, ok, type Result } from '../../base/index.ts';
import { transpilerPath } from '../../lang/index.ts';
import { type IsolationLevel, openSandbox, type Sandbox } from '../../sandbox/index.ts';
import {
  type Claim,
  commonSymbols,
  exportsAll,
  type Input,
  type Outcome,
  resultOf,
  runDrafts,
} from '../../verify/index.ts';
import { type TestCase, testCaseOf } from './expectation.ts';
import { type GivenAnswer, homeOf, readAnswers, readDrafts, readText, readWanted } from './files.ts';
import { type Prepared, prepare, type Ready, TOGETHER } from './prepare.ts';
import { reportOf, textsOf } from './report.ts';
import { inQuestion, judged, parted, type State } from './state.ts';
import type { CompareReport, CompareRequest, Question, Reply } from './types.ts';
import type { AnsweredCases } from './writeTests.ts';

/** Simpler inputs that are tried for those that part, of plans several times over, and clusters they are tried on. */
const SIMPLER = 40;
const SIMPLER_PLANS = 150;
const ROUNDS = 4;
const SHRUNK = 3;
const TRIED = 4;
/** An input this short needs no simpler one, characters. */
const SHORT = 12;
/** Functions and classes of a module. */
const SYMBOLS = 50;

/** Alternatives that were run against each other: what came of it, and what there is to ask. */
export interface Comparison {
  report(): CompareReport;
  /** The most telling input that was not asked about; undefined where none is left. */
  question(): Question | undefined;
  /** Takes the reply to the question asked last. Fails where it is no value that can be read. */
  reply(reply: Reply): Result<void>;
  /** The answers as cases for tests. Fails where there is none, or no draft does what they say. */
  answered(): Result<AnsweredCases>;
}

/** Runs alternatives of a function, a class or a module against each other. */
export async function compare(request: CompareRequest): Promise<Result<CompareReport>> {
  const opened = await openComparison(request);
  return opened.ok ? ok(opened.value.report(), opened.issues) : opened;
}

/** The same, to be asked further. Everything is run before this returns. */
export async function openComparison(request: CompareRequest): Promise<Result<Comparison>> {
  const started = performance.now();
  const { cwd, files, seed = 1, events } = request;
  const drafts = readDrafts(cwd, files);
  if (!drafts.ok) return drafts;
  const doc = request.doc === undefined ? undefined : readText(cwd, request.doc);
  if (doc && !doc.ok) return doc;
  const given = request.answers === undefined ? undefined : readAnswers(cwd, request.answers);
  if (given && !given.ok) return given;
  if (request.sources && request.sources.length !== files.length)
    return fail(
      'compare/sources',
      `expected a source for each of ${files.length} files, found ${request.sources.length}`,
    );
  const symbols = request.symbol === undefined ? commonSymbols(drafts.value) : [request.symbol];
  const isOpen = symbols.length > 1 && !drafts.value.every((file) => exportsAll(file, symbols));
  if (symbols.length === 0 || isOpen) {
    const found = symbols.length > 1 ? symbols.join(', ') : 'none';
    return fail('compare/which', `expected a function or class that all files have and export, found ${found}`, {
      suggestion: `name one as the symbol${symbols[0] === undefined ? '' : `, such as ${symbols[0]}`}`,
    });
  }
  if (symbols.length >= SYMBOLS)
    return fail('compare/which', `expected fewer than ${SYMBOLS} functions and classes, found ${symbols.length}`, {
      suggestion: `name one as the symbol, such as ${symbols[0]}`,
    });
  const prepared = prepare(drafts.value, symbols, doc?.value, seed);
  const { read } = prepared;
  const ready = read.flatMap((one) => (one.ok ? [one.value] : []));
  if (ready.length === 0) return read[0]! as { readonly ok: false; readonly issues: readonly Issue[] };
  const answered = withAnswers(prepared, given?.value ?? []);
  if (!answered.ok) return answered;
  const { inputs, answers } = answered.value;

  const levels: IsolationLevel[] = ['strong', 'namespaces'];
  if (request.allowRestricted) levels.push('restricted');
  const homes = ready.flatMap(({ file, imports }) => (imports ? [homeOf(fileURLToPath(file.url))] : []));
  const opened = await openSandbox({
    access: { read: [...new Set([dirname(transpilerPath()), ...homes])], write: [], network: false },
    levels,
    ...(events ? { events } : {}),
  });
  if (!opened.ok) return opened;
  const sandbox = opened.value;
  try {
    const behaviours = await behave(sandbox, prepared, ready, inputs);
    const issues: Issue[] = [];
    const outcomes = read.map((one, index): readonly Outcome[] => {
      if (one.ok) return behaviours.get(one.value.hash)!;
      const reason = prepared.unknown ?? one.issues[0]!.message;
      issues.push({ ...one.issues[0]!, severity: 'warning', path: files[index]! });
      return inputs.map(() => ({ kind: 'unknown', reason }));
    });
    if (prepared.unknown !== undefined)
      issues.push({
        code: 'compare/inputs',
        message: `expected parameters that inputs can be made for, found ${prepared.unknown}`,
        severity: 'warning',
      });
    for (const [name, reason] of prepared.left)
      issues.push({ code: 'compare/left-out', message: `${name} is not compared: ${reason}`, severity: 'warning' });
    const state: State = {
      request,
      kind: prepared.kind,
      symbols,
      inputs: [...inputs],
      outcomes: outcomes.map((list) => [...list]),
      kin: read.map((one, index) => [
        ...(one.ok ? [one.value.hash] : []),
        ...(request.sources ? [`from ${request.sources[index]}`] : []),
      ]),
      examples: prepared.examples.flatMap(({ source, expected }): Claim[] => {
        const input = inputs.findIndex((one) => one.source === source);
        return input < 0 ? [] : [{ input, wanted: expected }];
      }),
      answers: [...answers],
      ignored: new Set(),
      asked: new Set(answers.map(({ input }) => input)),
      reason: prepared.unknown === undefined ? undefined : `inputs cannot be made: ${prepared.unknown}`,
      isolation: sandbox.level,
      ms: 0,
    };
    await simplify(
      sandbox,
      prepared,
      state,
      read.map((one) => (one.ok ? one.value : undefined)),
    );
    return ok(comparison({ ...state, ms: performance.now() - started }), [...opened.issues, ...issues]);
  } finally {
    await sandbox.close();
  }
}

/** The inputs with those of the answers before them, and the answers by their inputs. */
function withAnswers(
  { inputs, kind, readInput }: Prepared,
  given: readonly GivenAnswer[],
): Result<{ readonly inputs: readonly Input[]; readonly answers: readonly Claim[] }> {
  const all = [...inputs];
  const answers: Claim[] = [];
  for (const { input, wanted } of given) {
    let at = all.findIndex(({ source }) => source === input.trim());
    if (at < 0) {
      const written = readInput(input);
      if (!written)
        return fail('compare/answers', `expected arguments of plain values, found ${input}`, {
          suggestion:
            kind === 'function'
              ? 'write them as they stand between the brackets of the call: [1, 2], "a"'
              : 'write what is done: const it = new Stack(); it.push(1); it.pop()',
        });
      at = all.findIndex(({ source }) => source === written.source);
      if (at < 0) at = all.push(written) - 1;
    }
    answers.push({ input: at, wanted });
  }
  return ok({ inputs: all, answers });
}

/** What each text does; the same text is run once. */
async function behave(
  sandbox: Sandbox,
  { options, outcome }: Prepared,
  drafts: readonly Ready[],
  inputs: readonly Input[],
): Promise<ReadonlyMap<string, readonly Outcome[]>> {
  const unique = [...new Map(drafts.map((one) => [one.hash, one])).values()];
  if (inputs.length === 0) return new Map(unique.map(({ hash }) => [hash, []]));
  const observed = await runDrafts(
    sandbox,
    dirname(transpilerPath()),
    unique.map(({ runnable }) => runnable),
    inputs.map(({ run, source }) => run ?? source),
    options,
  );
  return new Map(unique.map(({ hash }, index) => [hash, observed[index]!.outcomes.map(outcome)]));
}

/** Looks for simpler inputs that part the clusters as well, and takes in those that do. */
async function simplify(
  sandbox: Sandbox,
  prepared: Prepared,
  state: State,
  drafts: readonly (Ready | undefined)[],
): Promise<void> {
  const isPlans = prepared.kind !== 'function';
  const known = new Set(state.inputs.map(({ source }) => source));
  for (let round = 0; round < (isPlans ? ROUNDS : 1); round++) {
    const judgement = judged(state);
    const among = inQuestion(judgement, state.examples.length).slice(0, TRIED);
    const long = parted(state, judgement, among, SHRUNK, state.asked).filter(
      (index) => state.inputs[index]!.source.length >= SHORT,
    );
    const simpler = new Map<string, Input>();
    for (const index of long) {
      const most = Math.ceil((isPlans ? SIMPLER_PLANS : SIMPLER) / long.length);
      const fresh = prepared.simpler(state.inputs[index]!).filter(({ source }) => !known.has(source));
      for (const one of fresh.slice(0, most)) simpler.set(one.source, one);
    }
    if (simpler.size === 0) return;
    for (const source of simpler.keys()) known.add(source);
    const tried = among.map((index) => judgement.clusters[index]!.members[0]!);
    const found = await behave(
      sandbox,
      prepared,
      tried.map((draft) => drafts[draft]!),
      [...simpler.values()],
    );
    let parts = false;
    [...simpler.values()].forEach((input, index) => {
      const results = tried.map((draft) => found.get(drafts[draft]!.hash)![index]!);
      if (new Set(results.flatMap((one) => resultOf(one) ?? [])).size < 2) return;
      parts = true;
      state.inputs.push(input);
      state.outcomes.forEach((list, draft) => {
        const at = tried.indexOf(draft);
        list.push(at < 0 ? { kind: 'unknown', reason: 'it was not run on this' } : results[at]!);
      });
    });
    if (!parts) return;
  }
}

function comparison(state: State): Comparison {
  const { request, outcomes, inputs, asked } = state;
  let current: { readonly input: number; readonly options: readonly Outcome[] } | undefined;
  return {
    report: () => reportOf(state),
    question() {
      const judgement = judged(state);
      const among = inQuestion(judgement, state.examples.length);
      const [input] = parted(state, judgement, among, 1, asked);
      current = undefined;
      if (input === undefined) return undefined;
      const options = new Map<string, number[]>();
      for (const index of among) {
        const { members } = judgement.clusters[index]!;
        const result = resultOf(outcomes[members[0]!]![input]!);
        if (result !== undefined) options.set(result, [...(options.get(result) ?? []), ...members]);
      }
      const sorted = [...options.values()].sort((a, b) => b.length - a.length);
      const chosen = sorted.map(([draft]) => outcomes[draft!]![input]!);
      const texts = textsOf(chosen);
      current = { input, options: chosen };
      return {
        input: inputs[input]!.source,
        options: sorted.map((drafts, index) => ({
          output: texts[index]!,
          drafts: drafts.map((draft) => request.files[draft]!),
        })),
      };
    },
    reply(reply) {
      if (!current) return fail('compare/reply', 'expected a reply to a question, but none was asked');
      const { input, options } = current;
      if (reply.kind === 'any') state.ignored.add(input);
      else if (reply.kind === 'option') {
        const outcome = options[reply.index];
        if (!outcome)
          return fail('compare/reply', `expected one of ${options.length} options, found ${reply.index + 1}`);
        state.answers.push({ input, wanted: { kind: 'as', outcome } });
      } else if (reply.kind === 'text') {
        const wanted = readWanted(reply.text);
        if (!wanted)
          return fail('compare/reply', `expected a value as source or throws, found ${reply.text}`, {
            suggestion: 'a text is written "so"',
          });
        state.answers.push({ input, wanted });
      }
      asked.add(input);
      current = undefined;
      return ok(undefined);
    },
    answered() {
      const { chosen } = judged(state);
      if (state.answers.length === 0)
        return fail('compare/tests-none', 'expected an answer to write as a test, found none');
      if (chosen === undefined)
        return fail('compare/tests-none', 'expected a draft that does what the answers say, so that tests can hold');
      const cases: TestCase[] = [];
      const left: string[] = [];
      let symbol: string | undefined;
      for (const { input, wanted } of state.answers) {
        const { symbol: of = state.symbols[0]! } = inputs[input]!;
        const made = testCaseOf(inputs[input]!, of, wanted, outcomes[chosen]![input]!);
        if (typeof made === 'string') left.push(made);
        else {
          cases.push(made);
          symbol ??= of === TOGETHER ? made.names[0] : of;
        }
      }
      if (symbol === undefined)
        return fail('compare/tests-none', `expected an answer that can be written as a test, but ${left[0]}`);
      return ok({ symbol, files: request.files, chosen: request.files[chosen]!, cases, left });
    },
  };
}
