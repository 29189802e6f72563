import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, type Issue, ok, type Result } from '../../base/index.ts';
import { transpilerPath } from '../../lang/index.ts';
import { type IsolationLevel, openSandbox, type Sandbox } from '../../sandbox/index.ts';
import {
  type CalledExample,
  type Claim,
  commonSymbols,
  confidenceOf,
  examplesOf,
  type Input,
  inputSource,
  inputsOf,
  type Judgement,
  judge,
  type Outcome,
  outcomeText,
  parametersOf,
  partingInputs,
  resultOf,
  runDrafts,
  type Subject,
  smallerThan,
  subjectOf,
} from '../../verify/index.ts';
import {
  type GivenAnswer,
  homeOf,
  readAnswers,
  readDrafts,
  readInput,
  readText,
  readWanted,
  shapesOf,
} from './files.ts';
import type { ComparedCluster, CompareReport, CompareRequest, Parting, Question, Reply } from './types.ts';

/** About how many inputs each draft is run on. */
const INPUTS = 100;
/** Inputs that are shown where clusters part, and what is shown of each cluster. */
const PARTING = 8;
const SAMPLE = 3;
/** Simpler inputs that are tried for those that part, and clusters they are tried on. */
const SIMPLER = 40;
const SHRUNK = 3;
const TRIED = 4;
/** An input this short needs no simpler one, characters. */
const SHORT = 12;

/** Alternatives that were run against each other: what came of it, and what there is to ask. */
export interface Comparison {
  report(): CompareReport;
  /** The most telling input that was not asked about; undefined where none is left. */
  question(): Question | undefined;
  /** Takes the reply to the question asked last. Fails where it is no value that can be read. */
  reply(reply: Reply): Result<void>;
}

/** Runs alternatives of one function against each other. */
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
  const [symbol] = symbols;
  if (symbol === undefined || symbols.length > 1) {
    const found = symbols.length > 1 ? symbols.join(', ') : 'none';
    return fail('compare/which', `expected one function that all files have, found ${found}`, {
      suggestion: `name the function: --symbol ${symbol ?? 'name'}`,
    });
  }
  const read = drafts.value.map((file) => subjectOf(file, symbol));
  const subjects = read.flatMap((one) => (one.ok ? [one.value] : []));
  if (subjects.length === 0) return read[0]! as { readonly ok: false; readonly issues: readonly Issue[] };
  const lead = parametersOf(subjects);
  const examples = examplesOf(subjects, symbol, doc?.value);
  const made = generated(lead, symbol, subjects, examples, seed);
  const answered = withAnswers('inputs' in made ? made.inputs : [], given?.value ?? []);
  if (!answered.ok) return answered;
  const { inputs, answers } = answered.value;

  const levels: IsolationLevel[] = ['strong', 'namespaces'];
  if (request.allowRestricted) levels.push('restricted');
  const homes = subjects.flatMap(({ file, imports }) => (imports ? [homeOf(fileURLToPath(file.url))] : []));
  const opened = await openSandbox({
    access: { read: [...new Set([dirname(transpilerPath()), ...homes])], write: [], network: false },
    levels,
    ...(events ? { events } : {}),
  });
  if (!opened.ok) return opened;
  const sandbox = opened.value;
  try {
    const behaviours = await behave(
      sandbox,
      subjects,
      inputs.map(({ source }) => source),
    );
    const issues: Issue[] = [];
    const outcomes = read.map((one, index): readonly Outcome[] => {
      if (one.ok) return behaviours.get(one.value.hash)!;
      const reason = 'unknown' in made ? made.unknown : one.issues[0]!.message;
      issues.push({ ...one.issues[0]!, severity: 'warning', path: files[index]! });
      return inputs.map(() => ({ kind: 'unknown', reason }));
    });
    if ('unknown' in made)
      issues.push({
        code: 'compare/inputs',
        message: `expected parameters that inputs can be made for, found ${made.unknown}`,
        severity: 'warning',
      });
    const state: State = {
      request,
      symbol,
      inputs: [...inputs],
      outcomes: outcomes.map((list) => [...list]),
      kin: read.map((one, index) => [
        ...(one.ok ? [one.value.hash] : []),
        ...(request.sources ? [`from ${request.sources[index]}`] : []),
      ]),
      examples: claimsOf(examples, inputs),
      answers: [...answers],
      ignored: new Set(),
      asked: new Set(answers.map(({ input }) => input)),
      reason: 'unknown' in made ? `inputs cannot be made: ${made.unknown}` : undefined,
      isolation: sandbox.level,
      ms: 0,
    };
    await simplify(
      sandbox,
      state,
      read.map((one) => (one.ok ? one.value : undefined)),
    );
    return ok(comparison({ ...state, ms: performance.now() - started }), [...opened.issues, ...issues]);
  } finally {
    await sandbox.close();
  }
}

interface State {
  readonly request: CompareRequest;
  readonly symbol: string;
  readonly inputs: Input[];
  /** By draft, by input. */
  readonly outcomes: Outcome[][];
  readonly kin: readonly (readonly string[])[];
  readonly examples: readonly Claim[];
  readonly answers: Claim[];
  readonly ignored: Set<number>;
  readonly asked: Set<number>;
  readonly reason: string | undefined;
  readonly isolation: IsolationLevel;
  readonly ms: number;
}

function generated(
  lead: Subject,
  symbol: string,
  subjects: readonly Subject[],
  examples: readonly CalledExample[],
  seed: number,
): ReturnType<typeof inputsOf> {
  const request = {
    parameters: lead.parameters,
    uses: lead.uses,
    examples: examples.map(({ args }) => args),
    literals: [...new Set(subjects.flatMap(({ literals }) => literals))],
    seed,
    count: INPUTS,
  };
  const made = inputsOf(request);
  const isTyped = /\.[cm]?tsx?$/.test(lead.file.path) || /@(?:param|type)\s*\{/.test(lead.comment ?? '');
  const isOpen = 'unknown' in made || (isTyped && lead.parameters.some(({ type }) => type === undefined));
  const shapes = isOpen ? shapesOf(lead, symbol, fileURLToPath(lead.file.url)) : undefined;
  if (!shapes) return made;
  return inputsOf({
    ...request,
    parameters: lead.parameters.map((one, index) => ({ ...one, ...(shapes[index] ? { shape: shapes[index] } : {}) })),
  });
}

/** The inputs with those of the answers before them, and the answers by their inputs. */
function withAnswers(
  inputs: readonly Input[],
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
          suggestion: 'write them as they stand between the brackets of the call: [1, 2], "a"',
        });
      at = all.findIndex(({ source }) => source === written.source);
      if (at < 0) at = all.push(written) - 1;
    }
    answers.push({ input: at, wanted });
  }
  return ok({ inputs: all, answers });
}

const claimsOf = (examples: readonly CalledExample[], inputs: readonly Input[]): readonly Claim[] =>
  examples.flatMap(({ args, expected }) => {
    const input = inputs.findIndex(({ source }) => source === inputSource(args));
    return input < 0 ? [] : [{ input, wanted: expected }];
  });

/** What each text does; the same text is run once. */
async function behave(
  sandbox: Sandbox,
  subjects: readonly Subject[],
  inputs: readonly string[],
): Promise<ReadonlyMap<string, readonly Outcome[]>> {
  const unique = [...new Map(subjects.map((one) => [one.hash, one])).values()];
  if (inputs.length === 0) return new Map(unique.map(({ hash }) => [hash, []]));
  const runnables = unique.map(({ runnable }) => runnable);
  const observed = await runDrafts(sandbox, dirname(transpilerPath()), runnables, inputs);
  return new Map(unique.map(({ hash }, index) => [hash, observed[index]!.outcomes]));
}

const judged = ({ outcomes, kin, inputs, examples, answers, ignored }: State): Judgement =>
  judge(
    outcomes.map((list, draft) => ({ outcomes: list, kin: kin[draft]! })),
    inputs.map(({ origin }) => origin),
    examples,
    answers,
    ignored,
  );

/** The clusters that a question is about: those that pass all examples, if there are several; else all that are left. */
function inQuestion({ clusters }: Judgement, examples: number): readonly number[] {
  const left = clusters.flatMap(({ pruned }, index) => (pruned ? [] : [index]));
  const passing = left.filter((index) => clusters[index]!.passed === examples);
  return passing.length > 0 ? passing : left;
}

function parted(
  state: State,
  judgement: Judgement,
  among: readonly number[],
  most: number,
  skip: ReadonlySet<number>,
): readonly number[] {
  const clusters = among.map((index) => judgement.clusters[index]!);
  const inputs = state.inputs.map((input, index): Input => (skip.has(index) ? { ...input, origin: 'answer' } : input));
  const outcomes = clusters.map(({ members }) => state.outcomes[members[0]!]!);
  return partingInputs(inputs, clusters, outcomes, most).filter((index) => !skip.has(index));
}

/** Looks for simpler inputs that part the clusters as well, and takes in those that do. */
async function simplify(sandbox: Sandbox, state: State, subjects: readonly (Subject | undefined)[]): Promise<void> {
  const judgement = judged(state);
  const among = inQuestion(judgement, state.examples.length).slice(0, TRIED);
  const long = parted(state, judgement, among, SHRUNK, state.asked).filter(
    (index) => state.inputs[index]!.source.length >= SHORT,
  );
  const known = new Set(state.inputs.map(({ source }) => source));
  const simpler = new Map<string, Input>();
  for (const index of long) {
    const { args } = state.inputs[index]!;
    const all = args.flatMap((value, at) => smallerThan(value).map((one) => args.with(at, one)));
    for (const one of all.slice(0, Math.ceil(SIMPLER / long.length))) {
      const source = inputSource(one);
      if (!known.has(source)) simpler.set(source, { args: one, source, origin: 'simpler' });
    }
  }
  if (simpler.size === 0) return;
  const tried = among.map((index) => judgement.clusters[index]!.members[0]!);
  const found = await behave(
    sandbox,
    tried.map((draft) => subjects[draft]!),
    [...simpler.keys()],
  );
  [...simpler.values()].forEach((input, index) => {
    const results = tried.map((draft) => found.get(subjects[draft]!.hash)![index]!);
    if (new Set(results.flatMap((one) => resultOf(one) ?? [])).size < 2) return;
    state.inputs.push(input);
    state.outcomes.forEach((list, draft) => {
      const at = tried.indexOf(draft);
      list.push(at < 0 ? { kind: 'unknown', reason: 'it was not run on this' } : results[at]!);
    });
  });
}

function comparison(state: State): Comparison {
  const { request, outcomes, inputs, asked } = state;
  let current: { readonly input: number; readonly options: readonly Outcome[] } | undefined;
  const text = (draft: number, input: number): string => outcomeText(outcomes[draft]![input]!);
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
      current = { input, options: sorted.map(([draft]) => outcomes[draft!]![input]!) };
      return {
        input: inputs[input]!.source,
        options: sorted.map((drafts) => ({
          output: text(drafts[0]!, input),
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
  };

  function reportOf(of: State): CompareReport {
    const judgement = judged(of);
    const { clusters, unknown, chosen } = judgement;
    const path = (draft: number): string => request.files[draft]!;
    const known = of.inputs.flatMap((_, index) => (of.ignored.has(index) ? [] : [index]));
    const parting = parted(
      of,
      judgement,
      clusters.map((_, index) => index),
      PARTING,
      of.ignored,
    ).map(
      (input): Parting => ({
        input: of.inputs[input]!.source,
        outputs: clusters.flatMap(({ members }, cluster) =>
          of.outcomes[members[0]!]![input]!.kind === 'unknown' ? [] : [{ cluster, output: text(members[0]!, input) }],
        ),
      }),
    );
    return {
      symbol: of.symbol,
      clusters: clusters.map(
        ({ members, support, agreement, passed, pruned }): ComparedCluster => ({
          members: members.map(path),
          support,
          agreement,
          examples: passed,
          pruned,
          sample: known
            .filter((input) => of.outcomes[members[0]!]![input]!.kind !== 'unknown')
            .slice(0, SAMPLE)
            .map((input) => ({ input: of.inputs[input]!.source, output: text(members[0]!, input) })),
        }),
      ),
      chosen: chosen === undefined ? null : path(chosen),
      confidence: confidenceOf(judgement, of.examples.length),
      parting,
      unknown: unknown.map(({ member, reason }) => ({ member: path(member), reason: of.reason ?? reason })),
      examples: of.examples.length,
      inputs: of.inputs.length,
      isolation: of.isolation,
      ms: of.ms,
    };
  }
}
