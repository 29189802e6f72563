import { type ClassText, classesOf, literalsOf } from '../../lang/index.ts';
import { type Plan, planSource, planText, smallerPlans } from '../compare/plan.ts';
import { playedOutcome, playerSource } from '../compare/play.ts';
import { type Outcome, outcomeText, wholeText } from '../compare/run.ts';
import { commandsOf, sequencesOf } from '../compare/sequences.ts';
import { typesIn } from '../compare/subject.ts';
import { partingOf } from './parting.ts';
import type { Finding, Probe, ProbedModule, Target } from './types.ts';

/** Sequences of one class. */
const COUNT = 250;
/** Smaller ones that are tried for one difference, in how many rounds, and what they may leave unspent, milliseconds. */
const SMALLER = 80;
const ROUNDS = 4;
const SPARE = 300;
/** Commands below which a difference is one of a single call, which is told of without a sequence. */
const LEAST = 2;

interface Parted {
  readonly plan: Plan;
  readonly base: Outcome;
  readonly head: Outcome;
}

/** One class with what it is played by, and the shortest sequence so far that parts old and new. */
interface Work {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly subject: string;
  readonly plans: readonly Plan[];
  readonly seen: Set<string>;
  count: number;
  best?: Parted;
}

/** Classes that changed: short sequences of commands on the old code and the new one, shrunk to the shortest that parts them. */
export const sequences: Probe = {
  name: 'sequences',
  async run(module) {
    const targets = module.targets.filter(({ why, of }) => why !== 'added' && of !== undefined);
    const all = [...Map.groupBy(targets, ({ of }) => of!)].flatMap(([name, own]) => workOn(module, name, own) ?? []);
    const none = { tried: new Map<string, number>(), unknown: new Map<string, string>() };
    if (all.length === 0) return { findings: [], ...none };
    if (module.budget.left() <= SPARE) return { findings: [], ...none, isCut: true };
    const first = await play(
      module,
      all.map((work) => ({ work, plans: work.plans })),
    );
    const tried = new Map<string, number>();
    for (const [index, work] of all.entries()) {
      const { parted, known } = first[index]!;
      work.count = parted.length;
      take(work, parted);
      // What a class keeps to itself is not seen in an instance, but in what all of its commands do.
      // What has no name of its own is called in sequences alone.
      for (const { kind, name, member } of work.targets)
        if (kind === 'constructor' || (member?.startsWith('[') && isPlayed(work, member))) tried.set(name, known);
    }
    for (let round = 0; round < ROUNDS && module.budget.left() > SPARE; round++) {
      const open = all.flatMap((work) => {
        const smaller = work.best ? smallerPlans(work.best.plan) : [];
        const plans = smaller.filter((plan) => !work.seen.has(planText(plan))).slice(0, SMALLER);
        for (const plan of plans) work.seen.add(planText(plan));
        return plans.length > 0 ? [{ work, plans }] : [];
      });
      if (open.length === 0) break;
      const found = await play(module, open);
      for (const [index, { work }] of open.entries()) take(work, found[index]!.parted);
    }
    return { findings: all.flatMap((work) => findingOf(work) ?? []), tried, unknown: none.unknown };
  },
};

const isPlayed = ({ plans }: Work, member: string): boolean =>
  plans.some(({ steps }) => steps.some(({ name }) => name === member));

function take(work: Work, found: readonly Parted[]): void {
  const [next] = [...found].sort(byLength);
  if (next && (!work.best || byLength(next, work.best) < 0)) work.best = next;
}

function workOn(
  { before, after, path, seed }: ProbedModule,
  name: string,
  targets: readonly Target[],
): Work | undefined {
  const classIn = (text: string | undefined): ClassText | undefined =>
    text === undefined ? undefined : classesOf(text, path).find((one) => one.name === name);
  const [old, now] = [classIn(before), classIn(after)];
  // What goes by another name outside of its module is not found there by its own.
  if (!old || !now || targets.some(({ exported }) => exported !== name)) return undefined;
  const commands = commandsOf([now, old]);
  if (typeof commands === 'string') return undefined;
  const generics = now.generics.map((one): [string, string] => [one.name, `type ${one.constraint ?? 'number'}`]);
  const made = sequencesOf({
    commands,
    classes: commands.start ? [commands.start] : [],
    names: [name],
    uses: { ...typesIn(after), ...Object.fromEntries(generics) },
    literals: [...new Set([before, after].flatMap((text) => (text === undefined ? [] : literalsOf(text, path))))],
    seed,
    count: COUNT,
  });
  if ('unknown' in made) return undefined;
  return {
    name,
    targets,
    subject: playerSource({}, false, '$m.own'),
    plans: made.inputs.flatMap(({ plan }) => plan ?? []),
    seen: new Set(),
    count: 0,
  };
}

/** Plays plans of several classes in one process a side; those on which the sides part, and on how many both are known. */
async function play(
  module: ProbedModule,
  all: readonly { readonly work: Work; readonly plans: readonly Plan[] }[],
): Promise<readonly { readonly parted: readonly Parted[]; readonly known: number }[]> {
  const calls = all.flatMap(({ work, plans }) =>
    plans.map((plan) => ({ subject: work.subject, args: planSource(plan, [work.name], '$m.own') })),
  );
  const [base, head] = await Promise.all([module.run('base', calls), module.run('head', calls)]);
  const left = new Map<string, string>();
  let at = 0;
  return all.map(({ plans }) => {
    let known = 0;
    const parted = plans.flatMap((plan): Parted[] => {
      const [one, other] = [playedOutcome(base[at]!, left), playedOutcome(head[at]!, left)];
      at++;
      if (one.kind !== 'unknown' && other.kind !== 'unknown') known++;
      const kind = partingOf(one, other);
      return kind === 'differs' || kind === 'throws' ? [{ plan, base: one, head: other }] : [];
    });
    return { parted, known };
  });
}

function findingOf({ best, count, targets }: Work): Finding | undefined {
  if (!best || best.plan.steps.length <= LEAST) return undefined;
  const last = best.plan.steps.at(-1)!;
  const target = targets.find(({ member }) => member === last.name) ?? targets[0]!;
  const short = [best.base, best.head].map((one) => outcomeText(one));
  const [was, is] = short[0] === short[1] ? [best.base, best.head].map((one) => wholeText(one)) : short;
  return {
    code: 'probes/differs',
    message: `${planText(best.plan)} was ${was}, is ${is}${count > 1 ? ` (one of ${count} such sequences)` : ''}`,
    severity: 'info',
    differs: true,
    target: target.name,
    span: target.span,
  };
}

const byLength = (one: Parted, other: Parted): number =>
  one.plan.steps.length - other.plan.steps.length || planText(one.plan).length - planText(other.plan).length;
