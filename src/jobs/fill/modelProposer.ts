import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, LIMITS, ok, type RepoPath, type Result } from '../../base/index.ts';
import { type ContextWindow, cursorWindow } from '../../context/index.ts';
import type { LanguageService } from '../../lang/index.ts';
import { loadShippedMixture } from '../../model/index.ts';
import { continuationLayout, localPredictor, type Prediction, type Predictor } from '../../predict/index.ts';
import { aroundCursor, type Snippet, survey } from '../../retrieve/index.ts';
import { samplingOptions } from '../../sample/index.ts';
import type { Example } from '../../search/index.ts';
import { loadShipped } from '../../tokens/index.ts';
import { fits, inputSource, runDrafts, subjectOf } from '../../verify/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import { repositoryModel } from '../repositoryModel.ts';
import { openTransformer } from '../transformerModel.ts';
import { bodyText, indentOf, marginOf } from './draft.ts';
import { openReader } from './reader.ts';
import { statementGate } from './statementGate.ts';
import { givenTo } from './task.ts';
import type { FillRequest, FillTask, Proposal, Proposals, Proposer } from './types.ts';

export interface ModelProposerOptions {
  readonly workspace: Workspace;
  readonly language: LanguageService;
  readonly writer: Predictor;
  /** Bodies that are drawn. */
  readonly samples: number;
  /** Of the middle of the spread; see `SPREAD`. */
  readonly temperature: number;
  readonly seed: number;
  readonly allowRestricted: boolean;
  /** Whether the compiler is asked while a body grows; it is if not given. Bodies that do not compile are left out anyway. */
  readonly gated?: boolean;
}

/** Where a request does not say. */
const SAMPLES = 20;
const TEMPERATURE = 0.8;
/** Each part of the samples is drawn at the temperature times one of these: what is likely first, then what is not. */
const SPREAD = [0.4, 0.8, 1, 1.3] as const;
const TOP_P = 0.95;
/** Tokens of a body at most. */
const TOKENS = 160;
/** Lines of a test shown around each call of the function, and calls at most. */
const AROUND = 3;
const CALLS = 4;

/**
 * Bodies by a model: drawn for the place of the stub, put to the compiler statement by statement, and run on the examples in the
 * sandbox. Proposed are those that fit all. Where nothing can be run they are proposed as they are: the checks judge.
 */
export function modelProposer(options: ModelProposerOptions): Proposer {
  return {
    async propose(task, { ms, signal }): Promise<Result<Proposals>> {
      const started = performance.now();
      const timeout = AbortSignal.timeout(ms);
      const until = signal ? AbortSignal.any([signal, timeout]) : timeout;
      const drawn = await drawBodies(options, task, until);
      if (!drawn.ok) return drawn;
      const { bodies, asked } = drawn.value;
      const run = await runExamples(options, task, bodies);
      if (!run.ok) return run;
      const { examples } = task.problem;
      const judged = bodies.map((body, index) => ({ ...body, misses: run.value?.[index] ?? [] }));
      const fitting = judged.filter(({ misses }) => misses.length === 0);
      const nearest = judged.toSorted((a, b) => a.misses.length - b.misses.length)[0];
      return ok({
        proposer: options.writer.name,
        proposals: fitting.map(({ text, cost }): Proposal => ({ bodies: [text], cost, outputs: [] })),
        inputs: [],
        // Laplace's rule of succession; nothing was measured.
        confidence: fitting.length === 0 ? 0 : (examples.length + 1) / (examples.length + 2),
        ...(fitting.length === 0 && nearest && nearest.misses.length < examples.length
          ? { nearest: { body: nearest.text, misses: nearest.misses } }
          : {}),
        expressions: asked,
        ms: performance.now() - started,
        end: until.aborted ? 'time' : 'samples',
      });
    },
  };
}

/** A transformer of a file mixed with an n-gram that has counted the repository. */
export async function localWriter(workspace: Workspace, model: string): Promise<Result<Predictor & { close(): void }>> {
  const opened = openTransformer(model);
  if (!opened.ok) return opened;
  const transformer = opened.value;
  const { tokenizer } = transformer;
  const counted = await repositoryModel(workspace, tokenizer);
  const predictor = localPredictor({
    model: { model: counted.model, layout: continuationLayout(tokenizer) },
    beside: { ...transformer, weights: loadShippedMixture() },
    tokenizer,
  });
  return ok({ ...predictor, close: () => transformer.close() });
}

export interface Drawn {
  /** Statements as `Body` has them. */
  readonly text: string;
  /** Nats a token. */
  readonly cost: number;
}

/** Draws bodies, the likeliest first, no two the same. */
export async function drawBodies(
  { workspace, language, writer, samples, temperature, seed, gated = true }: ModelProposerOptions,
  task: FillTask,
  signal: AbortSignal,
): Promise<Result<{ readonly bodies: readonly Drawn[]; readonly asked: number }>> {
  const { text, written, path } = task;
  const [block, end] = bodyText(task, '\0').split('\0') as [string, string];
  const prefix = text.slice(0, written.body.start) + block;
  const suffix = end + text.slice(written.body.end);
  const window = await windowOf(workspace, language, task, prefix, suffix);
  const gate = statementGate(language, { path, prefix, suffix });
  const found = new Map<string, Drawn>();
  let asked = 0;
  for (const [part, factor] of SPREAD.entries()) {
    const count = Math.min(LIMITS.completions, Math.ceil((samples - asked) / (SPREAD.length - part)));
    if (count < 1) continue;
    const sampling = samplingOptions({ temperature: temperature * factor, topP: TOP_P, seed: (seed + part) >>> 0 });
    if (!sampling.ok) return sampling;
    const predicted = await writer.predict({
      window,
      count,
      maxTokens: TOKENS,
      sampling: sampling.value,
      stop: [end],
      ...(gated ? { gate } : {}),
      signal,
    });
    if (signal.aborted) break;
    if (!predicted.ok) return predicted;
    asked += count;
    for (const prediction of predicted.value) {
      const body = bodyOf(prediction, task);
      if (body && !found.has(body.text)) found.set(body.text, body);
    }
  }
  return ok({ bodies: [...found.values()].sort((a, b) => a.cost - b.cost), asked });
}

/** The statements of a draft, indented by nothing and by two spaces a step. */
function bodyOf({ text, tokens, probability, stop }: Prediction, task: FillTask): Drawn | undefined {
  // Cut off at the limit it is no body.
  if (stop === 'length' || text.trim() === '') return undefined;
  const margin = marginOf(task);
  const step = indentOf(task.text);
  const lines = text
    .trim()
    .split(/\r?\n/)
    .map((line, index) => {
      if (index === 0 || line.trim() === '') return line.trim();
      const own = /^[ \t]*/.exec(line)![0].slice(margin.length + step.length);
      return `${'  '.repeat(Math.round(own.length / step.length))}${line.trim()}`;
    });
  return {
    text: lines.join('\n'),
    cost: -Math.log(Math.max(probability, Number.MIN_VALUE)) / Math.max(1, tokens.length),
  };
}

/** Tests that call the function, then what else of the repository matters, then the file around the body. */
async function windowOf(
  workspace: Workspace,
  language: LanguageService,
  task: FillTask,
  prefix: string,
  suffix: string,
): Promise<ContextWindow> {
  const { path } = task;
  const around = aroundCursor({
    workspace,
    language,
    survey: await survey(workspace),
    path,
    text: prefix + suffix,
    offset: prefix.length,
  });
  const tests = task.sources.flatMap(({ from }) =>
    from === path ? [] : callsIn(workspace, from as RepoPath, task.problem.name),
  );
  const snippets = [...around, ...tests];
  return cursorWindow({ tokenizer: loadShipped(), budget: LIMITS.windowTokens, path, prefix, suffix, snippets });
}

function callsIn(workspace: Workspace, path: RepoPath, name: string): Snippet[] {
  const lines = workspace.read(path).value?.text.split('\n') ?? [];
  const calls = lines.flatMap((line, index) => (line.includes(`${name}(`) ? [index] : [])).slice(0, CALLS);
  const [first, last] = [calls[0], calls.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = Math.max(0, first - AROUND);
  const to = Math.min(lines.length, last + AROUND + 1, first + CALLS * (2 * AROUND + 1));
  const text = `${lines.slice(from, to).join('\n')}\n`;
  return [{ kind: 'nearby', path, lines: { first: from + 1, last: to }, text, reason: `calls ${name}`, score: 0 }];
}

/** Indexes of the examples that each body does not fit; undefined where nothing can be run here. */
export async function runExamples(
  { workspace, allowRestricted }: ModelProposerOptions,
  task: FillTask,
  bodies: readonly Drawn[],
): Promise<Result<readonly (readonly number[])[] | undefined>> {
  const { path, text, written, problem } = task;
  if (bodies.length === 0) return ok([]);
  const file = join(workspace.root, path);
  const all = problem.examples.map((_, index) => index);
  const subjects = bodies.map((body) => {
    const whole = text.slice(0, written.body.start) + bodyText(task, body.text) + text.slice(written.body.end);
    return subjectOf({ path, url: pathToFileURL(file).href, text: whole }, problem.name);
  });
  const ready = subjects.flatMap((subject, index) => (subject.ok ? [{ index, runnable: subject.value.runnable }] : []));
  const sandbox = await openReader(workspace.root, allowRestricted);
  if (!sandbox.ok) return ok(undefined);
  try {
    const observed = await runDrafts(
      sandbox.value,
      workspace.root,
      ready.map(({ runnable }) => runnable),
      problem.examples.map(({ args }) => inputSource(givenTo(written, args))),
    );
    const misses: (readonly number[])[] = bodies.map(() => all);
    for (const [at, { index }] of ready.entries()) {
      const { outcomes } = observed[at]!;
      misses[index] = all.filter((example) => fits(wantedOf(problem.examples[example]!), outcomes[example]!) !== true);
    }
    return ok(misses);
  } finally {
    await sandbox.value.close();
  }
}

const wantedOf = ({ expected }: Example) => expected;

/** A model's part in a request; proposes nothing where none is named. The file is opened at once, since it may be none. */
export async function writerProposer(
  request: FillRequest,
  workspace: Workspace,
  language: LanguageService,
): Promise<Result<Proposer & { close(): void }>> {
  const { model, samples = SAMPLES, temperature = TEMPERATURE, seed = 0, allowRestricted = false } = request;
  const none: Proposals = { proposer: '', proposals: [], inputs: [], confidence: 0, expressions: 0, ms: 0, end: '' };
  const local = model === undefined || request.writer ? ok(undefined) : await localWriter(workspace, model);
  if (!local.ok) return local;
  const writer = request.writer ?? local.value;
  return ok({
    async propose(task, options) {
      if (samples === 0 || !writer) return ok(none);
      const settings = { workspace, language, writer, samples, temperature, seed, allowRestricted };
      return modelProposer(settings).propose(task, options);
    },
    close: () => local.value?.close(),
  });
}

/** What is wrong with what a user gave for the draws, if anything is. */
export function wrongSampling({ samples, temperature, seed, model, writer }: FillRequest) {
  const wrong = (name: string, what: string, found: number) =>
    fail('usage/option', `expected ${name} to be ${what}, found ${found}`);
  const most = LIMITS.completions * SPREAD.length;
  if (samples !== undefined && !(Number.isInteger(samples) && samples >= 0 && samples <= most))
    return wrong('--samples', `a whole number from 0 to ${most}`, samples);
  if (temperature !== undefined && !(temperature > 0 && temperature <= 2))
    return wrong('--temperature', 'a number above 0 and at most 2', temperature);
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed <= 0xffff_ffff))
    return wrong('--seed', 'a whole number from 0 to 4294967295', seed);
  if (model !== undefined || writer) return undefined;
  const [name] = Object.entries({ samples, temperature, seed }).find(([, value]) => value !== undefined) ?? [];
  return name === undefined
    ? undefined
    : fail('usage/option', `expected --model beside --${name}: nothing is drawn without one`);
}
