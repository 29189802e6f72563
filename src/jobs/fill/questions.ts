import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Issue } from '../../base/index.ts';
import type { Shape } from '../../lang/index.ts';
import { inputSource, type Outcome, outcomeText, runVariants } from '../../verify/index.ts';
import { bodyText } from './draft.ts';
import { openReader } from './reader.ts';
import { argumentsText, givenTo } from './task.ts';
import type { FillTask, Proposal, Proposals, Question } from './types.ts';

const QUESTIONS = 3;
/** Questions about edges before any others. */
const EDGES_FIRST = 2;
const EDGES_MS = 5_000;
/** How sure one can be of a draft at most that leaves an edge open: asked about, and no less taken. */
const OPEN = 0.6;

/** A value at which functions often turn. */
interface Edge {
  readonly value: unknown;
  /** Whether a value of an example is as much of an edge. */
  readonly covers: (value: unknown) => boolean;
  /** Whether what people say of a function speaks of it. */
  readonly said?: RegExp;
  /** An edge only where somebody speaks of it. */
  readonly onlySaid?: true;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const EMPTY = /\b(?:empty|blank)\b/i;
const HALF = /\bhal(?:f|ves)\b/i;
const CASE =
  /\b(?:ignor\w+(?: the)?|regardless of|irrespective of|what(?:ever| the)|either|any|letter)[ -]case\b|\bcase[ -]?insensitiv/i;

const NUMBERS: readonly Edge[] = [
  // What is said to happen away from zero says nothing of zero.
  { value: 0, covers: (one) => one === 0, said: /(?<!\b(?:from|to|towards?|above|below|than) )\bzero\b/i },
  { value: -1, covers: (one) => isNumber(one) && one < 0, said: /\bnegatives?\b/i },
  { value: 0.5, covers: (one) => isNumber(one) && !Number.isInteger(one) },
];
/** What rounding turns at, on either side. */
const HALVES: readonly Edge[] = [2.5, -2.5].map((value) => ({
  value,
  covers: (one) => isNumber(one) && Math.abs(one % 1) === 0.5 && one > 0 === value > 0,
  said: HALF,
  onlySaid: true,
}));

const swapped = (text: string): string => (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase());

/** The edges of a parameter's type; the values that examples have there say what its texts look like. */
function edgesOf(shape: Shape, values: readonly unknown[]): readonly Edge[] {
  switch (shape.kind) {
    case 'number':
      return [...NUMBERS, ...HALVES];
    case 'string': {
      const text = values.find((one) => typeof one === 'string' && swapped(one) !== one) as string | undefined;
      const isMixed = (one: unknown): boolean => typeof one === 'string' && /\p{Lu}/u.test(one) && /\p{Ll}/u.test(one);
      return [
        { value: '', covers: (one) => one === '', said: EMPTY },
        ...(text === undefined ? [] : [{ value: swapped(text), covers: isMixed, said: CASE, onlySaid: true as const }]),
      ];
    }
    case 'array': {
      const empty = { value: [], covers: (one: unknown) => Array.isArray(one) && one.length === 0, said: EMPTY };
      const text = values.flat().find((one) => typeof one === 'string' && swapped(one) !== one) as string | undefined;
      return [
        ...((shape.least ?? 0) > 0 ? [] : [empty]),
        ...(text === undefined || shape.element.kind !== 'string'
          ? []
          : [{ value: [text, swapped(text)], covers: hasSpellings, said: CASE, onlySaid: true as const }]),
      ];
    }
    case 'union':
      return shape.members.flatMap((one) => edgesOf(one, values));
    default:
      return [];
  }
}

/** Whether a list holds a text in two spellings. */
function hasSpellings(list: unknown): boolean {
  const texts = Array.isArray(list) ? [...new Set(list.filter((one) => typeof one === 'string'))] : [];
  return new Set(texts.map((one) => one.toLowerCase())).size < texts.length;
}

/** Calls at the edges of the parameters' types that no example shows, those first of which the prose speaks. */
function edgeCalls({ problem, inner }: FillTask): readonly { readonly args: readonly unknown[]; isSaid: boolean }[] {
  const { examples, parameters, prose } = problem;
  const plain = examples.find(({ expected }) => expected.kind === 'value');
  // An answer is told by arguments of one call.
  if (inner || !plain) return [];
  const calls = parameters.flatMap(({ shape }, index) => {
    const values = examples.map(({ args }) => args[index]);
    return edgesOf(shape, values).flatMap(({ value, covers, said, onlySaid }) => {
      const isSaid = said?.test(prose) === true;
      const isLeftOut = index >= plain.args.length || (onlySaid && !isSaid);
      return isLeftOut || values.some(covers) ? [] : [{ args: plain.args.with(index, value), isSaid }];
    });
  });
  return calls.sort((a, b) => Number(b.isSaid) - Number(a.isSaid));
}

const allowsAbsence = ({ returns }: FillTask['problem']): boolean =>
  (returns.kind === 'union' ? returns.members : [returns]).some(({ kind }) =>
    /^(?:undefined|unknown|strange)$/.test(kind),
  );

/** Whether a draft falls short of its type: nothing says that it may throw, or that what it gives is no number or not there. */
function fallsShort({ problem }: FillTask, outcome: Outcome): boolean {
  const { examples, prose } = problem;
  if (outcome.kind === 'throws')
    return !/\bthrow/i.test(prose) && examples.every(({ expected }) => expected.kind !== 'throws');
  if (outcome.kind !== 'value') return false;
  const text = outcomeText(outcome);
  if (text === 'undefined') return !allowsAbsence(problem);
  const isShown = examples.some(({ expected }) => expected.kind === 'value' && Number.isNaN(expected.value));
  return !isShown && /\bNaN\b/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ''));
}

/**
 * Plain edges that no example shows and at which a draft falls short of its type, or of which the prose speaks; with what the
 * draft does there, then what the others do. The draft is run, on nothing but these.
 */
export async function edgeQuestions(
  task: FillTask,
  chosen: Proposal,
  others: readonly Proposal[],
  { root, allowRestricted, signal }: { root: string; allowRestricted: boolean; signal?: AbortSignal | undefined },
): Promise<readonly Question[]> {
  const calls = edgeCalls(task);
  const sandbox = calls.length === 0 ? undefined : await openReader(root, allowRestricted);
  if (!sandbox?.ok) return [];
  const { path, text, written } = task;
  const timeout = AbortSignal.timeout(EDGES_MS);
  try {
    const [own, ...further] = await runVariants(
      sandbox.value,
      root,
      { path, text, url: pathToFileURL(join(root, path)).href },
      written,
      [chosen, ...others].map(({ bodies }) => bodyText(task, bodies[0]!)),
      calls.map(({ args }) => inputSource(givenTo(written, args))),
      signal ? AbortSignal.any([signal, timeout]) : timeout,
    );
    return calls.flatMap(({ args, isSaid }, index) => {
      const outcome = own?.[index];
      if (!outcome || !(isSaid || fallsShort(task, outcome))) return [];
      const outputs = [outcome, ...further.flatMap((one) => one?.[index] ?? [])].map(outcomeText);
      return [{ input: argumentsText(written, args), outputs: [...new Set(outputs)] }];
    });
  } finally {
    await sandbox.value.close();
  }
}

/** How sure one can be of a draft that leaves edges open. */
export const sureness = (confidence: number, edges: readonly Question[]): number =>
  edges.length === 0 ? confidence : Math.min(confidence, OPEN);

/** Open edges, and inputs that part the draft from another behaviour in the order in which the proposer would ask about them. */
export function questionsOf(
  { written, inner }: FillTask,
  { inputs }: Proposals,
  chosen: Proposal,
  others: readonly Proposal[],
  edges: readonly Question[],
): Question[] {
  // An answer is told by arguments of one call.
  if (inner) return [];
  const parting = inputs.flatMap((input, index) => {
    const own = chosen.outputs[index]!;
    const outputs = [...new Set([own, ...others.map((other) => other.outputs[index]!)])];
    return outputs.length > 1 ? [{ input: argumentsText(written, input), outputs }] : [];
  });
  const known = new Set(edges.map(({ input }) => input));
  const rest = parting.filter(({ input }) => !known.has(input));
  return [...edges.slice(0, EDGES_FIRST), ...rest, ...edges.slice(EDGES_FIRST)].slice(0, QUESTIONS);
}

/** Where examples decide too little for a draft to be taken. */
export function undecided({ path, problem }: FillTask, confidence: number, [question]: readonly Question[]): Issue {
  const { name, examples } = problem;
  return {
    code: 'fill/undecided',
    message: `expected examples that decide what ${name} does, found ${examples.length} that leave it ${Math.round(confidence * 100)} % likely that this is meant`,
    severity: 'warning',
    path,
    suggestion: question
      ? `add what ${name}(${question.input}) gives as an example, or say it in a file: --answers`
      : 'add an example',
  };
}
