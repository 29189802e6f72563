import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, ok, type Result, span } from '../../base/index.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import { probesOf } from '../../search/index.ts';
import { fits, inputSource, type Outcome, outcomeText, resultOf, runVariants } from '../../verify/index.ts';
import { bodyText, indentOf, marginOf } from './draft.ts';
import { editsOf } from './edits.ts';
import { openReader } from './reader.ts';
import { givenTo } from './task.ts';
import type { Body, FillTask, Proposal, Proposals, Proposer } from './types.ts';

/** Inputs beside the examples by which bodies are told apart. */
const PROBES = 24;
const SEED = 20_261_120;
/** Bodies one edit away that are edited once more where none fits, and bodies tried so. */
const NEAREST = 8;
const SECOND = 2_000;
/** Bodies run before it is looked whether some fit, and how much more than those others may cost. */
const CHUNK = 200;
const FURTHER = 1;
/** How much speaks for something that no edit gives, by one example; more examples leave less: docs/decisions/search.md. */
const NONE = 1;
/** Behaviours that are handed back. */
const BEHAVIOURS = 8;

interface Candidate {
  readonly whole: string;
  readonly cost: number;
  readonly misses: readonly number[];
}

export interface RepairOptions {
  readonly root: string;
  readonly allowRestricted: boolean;
}

/**
 * Bodies one or two small edits away from one that is nearly right: the function's own where it is written, else what came nearest
 * so far. Each is run on the examples in the sandbox; those that fit are told apart by further inputs, the fewest and
 * commonest edits first.
 */
export const repairProposer = ({ root, allowRestricted }: RepairOptions): Proposer => ({
  async propose(task, { ms, near, signal }) {
    const started = performance.now();
    const start = task.written.isStub
      ? near
      : { whole: task.text.slice(task.written.body.start, task.written.body.end) };
    if (start === undefined) return ok(nothing(0, 0, ''));
    const sandbox = await openReader(root, allowRestricted);
    if (!sandbox.ok) return ok(nothing(0, performance.now() - started, 'nothing can be run here'));
    try {
      const timeout = AbortSignal.timeout(ms);
      const until = signal ? AbortSignal.any([signal, timeout]) : timeout;
      return await repaired(sandbox.value, root, task, start, until, started);
    } finally {
      await sandbox.value.close();
    }
  },
});

const nothing = (expressions: number, ms: number, end: string): Proposals => ({
  proposer: 'repair',
  proposals: [],
  inputs: [],
  confidence: 0,
  expressions,
  ms,
  end,
});

async function repaired(
  sandbox: Sandbox,
  root: string,
  task: FillTask,
  body: Body,
  until: AbortSignal,
  started: number,
): Promise<Result<Proposals>> {
  const { examples, name } = task.problem;
  const whole = bodyText(task, body);
  const run = (bodies: readonly string[], inputs: readonly string[]) =>
    runVariants(sandbox, root, fileOf(root, task), task.written, bodies, inputs, until);
  const judged = async (bodies: readonly { readonly whole: string; readonly cost: number }[]): Promise<Candidate[]> => {
    const outcomes = await run(
      bodies.map((one) => one.whole),
      examples.map(({ args }) => inputSource(givenTo(task.written, args))),
    );
    return bodies.flatMap((one, index) => {
      const own = outcomes[index];
      if (!own) return [];
      const misses = examples.flatMap(({ expected }, at) => (fits(expected, own[at]!) === true ? [] : [at]));
      return [{ ...one, misses }];
    });
  };
  const [own] = await judged([{ whole, cost: 0 }]);
  if (!own) return ok(nothing(0, performance.now() - started, until.aborted ? 'time' : 'the file could not be loaded'));
  if (own.misses.length === 0 && !task.written.isStub)
    return fail('fill/fits', `expected ${name} to fail an example or a test, found all ${examples.length} met`, {
      path: task.path,
      suggestion: 'write the test of what it should do first',
    });
  const isFit = ({ misses }: Candidate): boolean => misses.length === 0;
  let tried = 0;
  const round = async (from: readonly Candidate[], most: number): Promise<Candidate[]> => {
    const next = new Map<string, number>();
    for (const one of from)
      for (const edit of edited(task, one)) {
        const cost = one.cost + edit.cost;
        if (edit.whole !== whole && cost < (next.get(edit.whole) ?? Infinity)) next.set(edit.whole, cost);
      }
    const all = [...next]
      .map(([text, cost]) => ({ whole: text, cost }))
      .sort((a, b) => a.cost - b.cost)
      .slice(0, most);
    const found: Candidate[] = [];
    for (let at = 0; at < all.length && !until.aborted; at += CHUNK) {
      // What costs more than what fits already is not what is taken, and says little of how sure that is.
      const enough = Math.min(...found.filter(isFit).map(({ cost }) => cost)) + FURTHER;
      if (all[at]!.cost > enough) break;
      const chunk = all.slice(at, at + CHUNK);
      tried += chunk.length;
      found.push(...(await judged(chunk)));
    }
    return found;
  };
  const first = await round([own], SECOND);
  const better = first
    .filter(({ misses }) => misses.length <= own.misses.length)
    .sort((a, b) => a.misses.length - b.misses.length || a.cost - b.cost);
  const fitting = first.filter(isFit);
  if (fitting.length === 0 && !until.aborted)
    fitting.push(...(await round(better.slice(0, NEAREST), SECOND)).filter(isFit));
  const ms = (): number => performance.now() - started;
  const end = until.aborted ? 'time' : 'edits';
  if (fitting.length === 0) {
    const nearest = [own, ...better].toSorted((a, b) => a.misses.length - b.misses.length)[0]!;
    const isNear = nearest.misses.length < examples.length;
    const told = isNear ? { nearest: { body: { whole: nearest.whole }, misses: nearest.misses } } : {};
    return ok({ ...nothing(tried, ms(), end), ...told });
  }
  const inputs = probesOf(task.problem, PROBES, SEED);
  const sorted = fitting.sort((a, b) => a.cost - b.cost).slice(0, SECOND);
  const outcomes = await run(
    sorted.map((one) => one.whole),
    inputs.map(inputSource),
  );
  const behaviours = behavioursOf(sorted, outcomes);
  // The inputs that part most of them first, of those the shortest.
  const order = inputs
    .map((args, index) => ({
      index,
      ways: new Set(behaviours.map(({ outputs }) => outputs[index])).size,
      size: inputSource(args).length,
    }))
    .sort((a, b) => b.ways - a.ways || a.size - b.size);
  return ok({
    ...nothing(tried, ms(), end),
    proposals: behaviours
      .slice(0, BEHAVIOURS)
      .map((one) => ({ ...one, outputs: order.map(({ index }) => one.outputs[index]!) })),
    inputs: order.map(({ index }) => inputs[index]!),
    confidence: confidenceOf(behaviours, examples.length),
  });
}

const fileOf = (root: string, { path, text }: FillTask) => ({ path, text, url: pathToFileURL(join(root, path)).href });

/** All that is one edit away. */
function edited(task: FillTask, { whole, misses, cost }: Candidate): readonly { whole: string; cost: number }[] {
  const { text, path, written, problem } = task;
  const { start, end } = written.body;
  const now = text.slice(0, start) + whole + text.slice(end);
  const body = span(start, start + whole.length);
  const indent = `${marginOf(task)}${indentOf(text)}`;
  return editsOf(now, path, body, problem, misses, indent).map((edit) => ({
    whole: now.slice(start, edit.span.start) + edit.replacement + now.slice(edit.span.end, body.end),
    // Edits of an edited body count for less the second time only by what they cost.
    cost: edit.cost + (cost > 0 ? 1 : 0),
  }));
}

/** One proposal for all bodies that do the same on the further inputs, the commonest edit of each. */
function behavioursOf(
  sorted: readonly Candidate[],
  outcomes: readonly (readonly Outcome[] | undefined)[],
): readonly Proposal[] {
  const found = new Map<string, Proposal>();
  for (const [index, { whole, cost }] of sorted.entries()) {
    const own = outcomes[index] ?? [];
    const key = own.map((one) => resultOf(one) ?? '?').join('\n');
    if (!found.has(key)) found.set(key, { bodies: [{ whole }], cost, outputs: own.map(outcomeText) });
  }
  return [...found.values()];
}

/** How likely the first is what is meant: its part of all that fits, each counted by how common its edit is, and of what no edit is. */
function confidenceOf(behaviours: readonly Proposal[], examples: number): number {
  const weights = behaviours.map(({ cost }) => 2 ** -cost);
  return weights[0]! / weights.reduce((sum, one) => sum + one, NONE / examples);
}
