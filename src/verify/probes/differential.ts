import { type Input, inputSource } from '../compare/inputs.ts';
import { isUnspent, type Outcome, outcomeText } from '../compare/run.ts';
import { smallerThan } from '../compare/smaller.ts';
import { faultsOf } from './faults.ts';
import { callText, type Given, inputsFor } from './inputs.ts';
import { type OddInput, oddInputs, oddityOf, oddParting } from './odd.ts';
import { type Parting, partingOf } from './parting.ts';
import type { Call, Finding, Probe, ProbedModule, Side, Target } from './types.ts';

/** Inputs of one target; of several together, and of each of them at least. */
const INPUTS = 800;
const TOGETHER = 3_000;
const LEAST = 80;
/** Smaller inputs that are tried for one difference, in how many rounds. */
const SMALLER = 60;
const ROUNDS = 3;
/** An input this short needs no smaller one, characters. */
const SHORT = 3;
/** What looking for smaller inputs may leave unspent, milliseconds. */
const SPARE = 300;

interface Subject {
  readonly target: Target;
  readonly given: Given;
  /** All that it is run on, odd inputs last. */
  readonly inputs: readonly (Input | OddInput)[];
  base: readonly Outcome[];
  head: readonly Outcome[];
}

/** What is told of; `holes`: other results of a list with holes. */
type Told = Parting | 'holes';

interface Difference {
  readonly subject: Subject;
  readonly kind: Told;
  readonly count: number;
  input: Input;
  base: Outcome;
  head: Outcome;
}

/** The old code and the new one on the same inputs; the smallest on which they part. */
export const differential: Probe = {
  name: 'differential',
  async run(module) {
    const unknown = new Map<string, string>();
    const tried = new Map<string, number>();
    const findings: Finding[] = [];
    const count = Math.max(LEAST, Math.min(INPUTS, Math.floor(TOGETHER / module.targets.length)));
    const subjects: Subject[] = [];
    for (const target of module.targets) {
      const given = module.budget.left() > 0 ? inputsFor(module, target, count) : { unknown: 'the time was up before' };
      if ('unknown' in given) unknown.set(target.name, given.unknown);
      else {
        const odd = target.why === 'added' ? [] : oddInputs(given.inputs, given.takes);
        subjects.push({ target, given, inputs: [...given.inputs, ...odd], base: [], head: [] });
      }
    }
    const all = subjects.map(({ target, inputs }) => ({ target, inputs }));
    const old = all.map(({ target, inputs }) => ({ target, inputs: target.why === 'added' ? [] : inputs }));
    const [base, head] = await Promise.all([outcomesOf(module, 'base', old), outcomesOf(module, 'head', all)]);
    const differences: Difference[] = [];
    for (const [index, subject] of subjects.entries()) {
      const { target, given } = subject;
      subject.base = base[index]!;
      subject.head = head[index]!;
      // Where one side is not known, or not all of it, the two can part all the same.
      const isKnown = (now: Outcome, old: Outcome): boolean =>
        (now.kind !== 'unknown' && old.kind !== 'unknown') || partingOf(old, now) !== undefined;
      const known = subject.head.filter((one, at) =>
        target.why === 'added' ? one.kind !== 'unknown' : isKnown(one, subject.base[at]!),
      ).length;
      tried.set(target.name, known);
      if (target.why !== 'added') differences.push(...partedOf(subject));
      findings.push(...faultsOf(target, given, subject.base, subject.head));
      if (known === 0 && !differences.some((one) => one.subject === subject))
        unknown.set(target.name, reasonOf(subject));
    }
    await shrink(module, differences);
    const held = await confirmed(module, differences);
    const isCut = subjects.some(({ base, head }) => [...base, ...head].some(isUnspent));
    return { findings: [...held.map(findingOf), ...findings], tried, unknown, isCut };
  },
};

async function outcomesOf(
  module: ProbedModule,
  side: Side,
  all: readonly { readonly target: Target; readonly inputs: readonly Input[] }[],
): Promise<readonly (readonly Outcome[])[]> {
  // By turns, so that where the time is up all had some of it.
  const most = Math.max(0, ...all.map(({ inputs }) => inputs.length));
  const calls: Call[] = [];
  const places: (readonly [number, number])[] = [];
  for (let at = 0; at < most; at++) {
    for (const [index, { target, inputs }] of all.entries()) {
      if (at >= inputs.length) continue;
      calls.push({ subject: target.subject[side], args: inputs[at]!.source });
      places.push([index, at]);
    }
  }
  const outcomes = calls.length === 0 ? [] : await module.run(side, calls);
  const found = all.map(({ inputs }): Outcome[] => inputs.map(() => ({ kind: 'unknown', reason: 'it was not run' })));
  for (const [at, [index, input]] of places.entries()) found[index]![input] = outcomes[at]!;
  return found;
}

/** Why nothing is known of a target. */
function reasonOf({ base, head }: Subject): string {
  const counts = new Map<string, number>();
  for (const one of [...base, ...head])
    if (one.kind === 'unknown') counts.set(one.reason, (counts.get(one.reason) ?? 0) + 1);
  const [reason] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['there was no input'];
  return reason;
}

/** The smallest input of each kind of difference. */
function partedOf(subject: Subject): Difference[] {
  const found = new Map<Told, Difference & { count: number }>();
  const parted = new Set<string>();
  for (const [at, input] of subject.inputs.entries()) {
    const base = subject.base[at]!;
    const head = subject.head[at]!;
    let kind: Told | undefined = partingOf(base, head);
    if ('odd' in input) kind = parted.has(input.plain) ? undefined : oddParting(input.odd, kind, base, head);
    else if (kind) parted.add(input.source);
    if (!kind) continue;
    const known = found.get(kind);
    if (!known) found.set(kind, { subject, kind, count: 1, input, base, head });
    else {
      known.count++;
      if (oddityOf(input.args) === oddityOf(known.input.args) && isSmaller(input, known.input))
        Object.assign(known, { input, base, head });
    }
  }
  // Another message, or what becomes of holes, is worth telling where nothing else differs.
  for (const kind of ['message', 'holes'] as const) if (found.size > 1) found.delete(kind);
  return [...found.values()];
}

const isSmaller = (one: Input, than: Input): boolean =>
  one.source.length < than.source.length || (one.source.length === than.source.length && one.source < than.source);

/** Looks for smaller inputs on which the two part in the same way. */
async function shrink(module: ProbedModule, differences: readonly Difference[]): Promise<void> {
  const seen = new Set(differences.map(({ input }) => input.source));
  for (let round = 0; round < ROUNDS && module.budget.left() > SPARE; round++) {
    const open = differences.flatMap((difference) => {
      const { given } = difference.subject;
      const odd = oddityOf(difference.input.args);
      const inputs = smaller(difference.input).filter(({ args, source }) => {
        if (!given.takes(args) || oddityOf(args) !== odd) return false;
        const isNew = !seen.has(`${difference.kind} ${source}`);
        seen.add(`${difference.kind} ${source}`);
        return isNew;
      });
      return inputs.length > 0 ? [{ difference, target: difference.subject.target, inputs }] : [];
    });
    if (open.length === 0) return;
    const [base, head] = await Promise.all([outcomesOf(module, 'base', open), outcomesOf(module, 'head', open)]);
    for (const [index, { difference, inputs }] of open.entries()) {
      for (const [at, input] of inputs.entries()) {
        const [old, now] = [base[index]![at]!, head[index]![at]!];
        const parting = partingOf(old, now);
        const odd = oddityOf(input.args);
        const kind = odd === undefined ? parting : oddParting(odd, parting, old, now);
        if (kind === difference.kind && isSmaller(input, difference.input))
          Object.assign(difference, { input, base: old, head: now });
      }
    }
  }
}

/** Those that are no accident of the clock: where one side had no end, both are asked once more. */
async function confirmed(module: ProbedModule, differences: readonly Difference[]): Promise<readonly Difference[]> {
  const timed = differences.filter(({ base, head }) => base.kind === 'unknown' || head.kind === 'unknown');
  if (timed.length === 0) return differences;
  const asked = timed.map(({ subject, input }) => ({ target: subject.target, inputs: [input] }));
  const [base, head] = await Promise.all([outcomesOf(module, 'base', asked), outcomesOf(module, 'head', asked)]);
  const passing = timed.filter((_, at) => {
    const [old, now] = [base[at]![0]!, head[at]![0]!];
    return old.kind !== 'unknown' && now.kind !== 'unknown' && partingOf(old, now) === undefined;
  });
  return differences.filter((one) => !passing.includes(one));
}

function smaller({ args, source }: Input): readonly Input[] {
  if (source.length < SHORT) return [];
  const shorter = args.length > 0 ? [args.slice(0, -1)] : [];
  return [...shorter, ...args.flatMap((value, at) => smallerThan(value).map((one) => args.with(at, one)))]
    .map((one): Input => ({ args: one, source: inputSource(one), origin: 'simpler' }))
    .sort((a, b) => a.source.length - b.source.length)
    .slice(0, SMALLER);
}

function findingOf({ subject, kind, count, input, base, head }: Difference): Finding {
  const { target, inputs } = subject;
  const times = count > 1 ? ` (one of ${count} such inputs of ${inputs.length})` : '';
  const says = kind === 'message' ? ', the same kind of error' : kind === 'holes' ? ', of a list with holes' : '';
  return {
    code: `probes/${kind}`,
    message: `${callText(target, input)} was ${told(base)}, is ${told(head)}${says}${times}`,
    severity: kind === 'hangs' ? 'warning' : 'info',
    differs: kind !== 'message' && kind !== 'holes',
    target: target.name,
    span: target.span,
    input,
  };
}

const told = (one: Outcome): string =>
  one.kind !== 'unknown'
    ? outcomeText(one)
    : one.seen === undefined
      ? one.reason.replace(/^no end/, 'without an end')
      : outcomeText({ kind: 'value', value: one.seen });
