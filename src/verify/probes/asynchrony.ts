import { type Random, random } from '../../base/index.ts';
import { type ClassText, classesOf, type ParameterShape, type Shape, signaturesOf } from '../../lang/index.ts';
import { inputSource } from '../compare/inputs.ts';
import { edgesOf } from '../compare/make.ts';
import { Code, printed, shortened } from '../compare/print.ts';
import type { Outcome } from '../compare/run.ts';
import { NEVER, type Raced, racerSource } from './race.ts';
import type { Finding, Probe, ProbedModule, Side, Target } from './types.ts';

/** Sets of commands for one class or function; of several together, and of each at least; ways to mix each; classes and functions. */
const PLANS = 14;
const TOGETHER = 48;
const LEAST = 4;
const MIXED = 8;
const SUBJECTS = 16;
/** What it may leave unspent, milliseconds. */
const SPARE = 300;
/** Lines of what happened that are printed. */
const LINES = 14;

/** What a module holds. */
const KEEPS = /^(?:export )?(?:let |const \w+(?:: [^=\n]+)? = (?:new |[[{]))/m;

interface Command {
  readonly name: string;
  readonly parameters: readonly ParameterShape[];
}

/** A class with the parameters of its constructor, or a function. */
interface Subject {
  readonly name: string;
  readonly target: Target;
  readonly source: Readonly<Record<Side, string>>;
  /** Whether its module holds what may be another thing after a call. */
  readonly keeps: boolean;
  readonly start?: readonly ParameterShape[];
  readonly commands: readonly Command[];
  readonly reads: readonly string[];
}

/** Commands that are run together, each alone in each order, and mixed in several ways. */
interface Plan {
  readonly subject: Subject;
  readonly start: string;
  readonly texts: readonly string[];
  readonly fails: number;
  readonly runs: readonly { readonly order?: readonly number[]; readonly seed: number; readonly args: string }[];
}

/** What changed in how code behaves whose calls overlap: each schedule decides what happens next, the same way on both sides. */
export const asynchrony: Probe = {
  name: 'asynchrony',
  async run(module) {
    const none = { tried: new Map<string, number>(), unknown: new Map<string, string>() };
    const subjects = subjectsOf(module).slice(0, SUBJECTS);
    if (subjects.length === 0) return { findings: [], ...none };
    if (module.budget.left() <= SPARE) return { findings: [], ...none, isCut: true };
    const count = Math.max(LEAST, Math.min(PLANS, Math.floor(TOGETHER / subjects.length)));
    const plans = subjects.flatMap((subject) => plansOf(subject, module.seed, count));
    const [base, head] = await Promise.all([played(module, 'base', plans), played(module, 'head', plans)]);
    const findings = new Map<string, { readonly finding: Finding; readonly size: number }>();
    for (const [at, plan] of plans.entries()) {
      const found = partedOn(plan, base[at]!, head[at]!);
      if (!found) continue;
      const key = plan.subject.name;
      const known = findings.get(key);
      if (!known || found.size < known.size) findings.set(key, found);
    }
    return { findings: [...findings.values()].map(({ finding }) => finding), ...none };
  },
};

function subjectsOf(module: ProbedModule): readonly Subject[] {
  const { language, path, before, after, targets } = module;
  const surface = language.surface(path);
  if (surface.status !== 'known' || before === undefined) return [];
  const free: Shape = { kind: 'number' };
  const entryOf = (exported: string) => surface.value.find(({ name }) => name === (exported || 'default'));
  const changed = targets.filter(({ why }) => why !== 'added');
  const functions = changed
    .filter(({ kind }) => kind === 'function')
    .flatMap((target): Subject[] => {
      const entry = entryOf(target.exported);
      const [form] = entry ? signaturesOf(entry.type, { ...entry.uses, [entry.name]: entry.type }, free) : [];
      if (form?.returns.kind !== 'promise' || !isMakeable(form.parameters)) return [];
      const keeps = KEEPS.test(before) || KEEPS.test(after);
      if (!keeps && !form.parameters.some(({ shape }) => hasFunction(shape))) return [];
      const commands = [{ name: target.name, parameters: form.parameters }];
      return [{ name: target.name, target, source: target.subject, keeps, commands, reads: [] }];
    });
  const classIn = (text: string, name: string): ClassText | undefined =>
    classesOf(text, path).find((one) => one.name === name);
  const classes = [...Map.groupBy(changed, ({ of }) => of)].flatMap(([name, own]): Subject[] => {
    if (name === undefined || own.some(({ exported }) => exported !== name)) return [];
    const [old, now] = [classIn(before, name), classIn(after, name)];
    const entry = entryOf(name);
    if (!old || !now || !entry || now.isAbstract) return [];
    const [maker] = signaturesOf(entry.type, entry.uses, free);
    if (!maker || !isMakeable(maker.parameters)) return [];
    const both = now.members.filter(
      (one) => !one.isStatic && old.members.some(({ name: other }) => other === one.name),
    );
    const commands = both
      .filter(({ parameters }) => parameters !== undefined)
      .flatMap((one): Command[] => {
        const member = { name: one.name, isStatic: false };
        const [form] = signaturesOf(entry.type, { ...entry.uses, [name]: entry.type }, free, member);
        return form && isMakeable(form.parameters) && /^\w+$/.test(one.name)
          ? [
              {
                name: one.name,
                parameters: form.parameters,
                ...(form.returns.kind === 'promise' ? { waits: true } : {}),
              },
            ]
          : [];
      });
    if (!commands.some((one) => 'waits' in one)) return [];
    const reads = both.filter(({ parameters, canRead }) => parameters === undefined && canRead).map((one) => one.name);
    const source = { base: `($m) => $m.own[${JSON.stringify(name)}]`, head: `($m) => $m.own[${JSON.stringify(name)}]` };
    return [{ name, target: own[0]!, source, keeps: false, start: maker.parameters, commands, reads }];
  });
  return [...functions, ...classes];
}

const hasFunction = (shape: Shape): boolean =>
  shape.kind === 'function' || (shape.kind === 'record' && shape.fields.some((one) => hasFunction(one.shape)));

/** Whether arguments can be made; of what may be left out none is. */
const isMakeable = (parameters: readonly ParameterShape[]): boolean =>
  parameters.every(({ shape, optional }) => optional || !/^(?:strange|instance)$/.test(shape.kind));

function plansOf(subject: Subject, seed: number, most: number): readonly Plan[] {
  const numbers = random(seed);
  const found = new Map<string, Plan>();
  const waiting = subject.commands.filter((one) => subject.start === undefined || 'waits' in one);
  for (let tries = 0; tries < most * 4 && found.size < most; tries++) {
    const count = tries % 4 === 3 ? 3 : 2;
    // Mostly what waits; by turns each with itself.
    const first = waiting[tries % waiting.length]!;
    const chosen = Array.from({ length: count }, (_, at) =>
      at === 0 || tries < waiting.length ? first : numbers.pick(numbers.below(4) === 0 ? subject.commands : waiting),
    );
    const fails = tries % 3 === 2 ? 0 : -1;
    const list = (parameters: readonly ParameterShape[]): string =>
      inputSource(
        parameters.filter(({ optional }) => !optional).map(({ shape, name }) => madeOf(shape, name, numbers)),
      );
    const start = subject.start ? list(subject.start) : '';
    const texts = chosen.map(({ name, parameters }) => [name, list(parameters)] as const);
    const key = JSON.stringify([texts, fails]);
    if (found.has(key)) continue;
    const commands = texts.map(
      ([name, args]) =>
        `[${JSON.stringify(name)}, ${JSON.stringify(`${name}(${shown(args)})`)}, (dep, note) => [${args}]]`,
    );
    const written = (order: readonly number[] | undefined, at: number): string =>
      `{ start: (dep, note) => [${start}], commands: [${commands.join(', ')}], reads: ${JSON.stringify(subject.reads)}, ` +
      `order: ${order ? JSON.stringify(order) : 'undefined'}, choices: [${choicesOf(at).join(', ')}], isTogether: ${at % 2 === 0}, fails: ${fails} }`;
    const orders = ordersOf(count);
    found.set(key, {
      subject,
      start: shown(start),
      texts: texts.map(([name, args]) => `${name}(${shown(args)})`),
      fails,
      runs: [
        ...orders.map((order) => ({ order, seed: 0, args: written(order, 0) })),
        ...Array.from({ length: MIXED }, (_, at) => ({ seed: at, args: written(undefined, at) })),
      ],
    });
  }
  return [...found.values()];
}

/** Numbers that choose what happens next: 0 takes what waits longest. */
function choicesOf(seed: number): readonly number[] {
  if (seed < 2) return [0];
  const numbers = random(seed);
  return Array.from({ length: 24 }, () => numbers.below(12));
}

const ordersOf = (count: number): readonly (readonly number[])[] =>
  count <= 1
    ? [[0]]
    : ordersOf(count - 1).flatMap((rest) => Array.from({ length: count }, (_, at) => rest.toSpliced(at, 0, count - 1)));

/** A dependency is told by its name alone. */
const shown = (source: string): string =>
  source.replace(/(?:dep|note)\("(\w+)", "\w+", \(\) => (?:[^()]|\([^()]*\))*\)/g, '$1');

function madeOf(shape: Shape, name: string, numbers: Random): unknown {
  switch (shape.kind) {
    case 'number':
      return 1 + numbers.below(3);
    case 'string':
      return numbers.below(3) === 0 ? 'b' : 'a';
    case 'function': {
      const { returns } = shape;
      const kind = /^(?:get|read|load|find|fetch|query)/i.test(name)
        ? 'get'
        : /^(?:set|put|write|save|store|update)/i.test(name)
          ? 'set'
          : 'other';
      const given = returns.kind === 'promise' ? returns.element : returns;
      const value =
        given.kind === 'number' ? 10 : given.kind === 'undefined' ? undefined : madeOf(given, name, numbers);
      const maker = returns.kind === 'promise' ? 'dep' : 'note';
      return new Code(`${maker}(${JSON.stringify(name)}, "${kind}", () => ${inputSource([value])})`);
    }
    case 'record':
      return Object.fromEntries(
        shape.fields.filter(({ optional }) => !optional).map((one) => [one.name, madeOf(one.shape, one.name, numbers)]),
      );
    case 'union':
      return madeOf(
        shape.members.find(({ kind }) => !/^(?:undefined|null)$/.test(kind)) ?? { kind: 'undefined' },
        name,
        numbers,
      );
    case 'array':
      return [1, 2].map(() => madeOf(shape.element, name, numbers));
    default:
      return edgesOf(shape)[0];
  }
}

async function played(
  module: ProbedModule,
  side: Side,
  plans: readonly Plan[],
): Promise<readonly (readonly (Raced | undefined)[])[]> {
  const calls = plans.flatMap(({ subject, runs }) =>
    runs.map(({ args }) => ({
      subject: racerSource(subject.source[side], subject.start !== undefined, subject.keeps),
      args,
    })),
  );
  const outcomes = await module.run(side, calls);
  let at = 0;
  return plans.map(({ runs }) => runs.map(() => racedIn(outcomes[at++]!)));
}

function racedIn(outcome: Outcome): Raced | undefined {
  if (outcome.kind !== 'value') return undefined;
  const text = JSON.parse(outcome.value) as unknown;
  return typeof text === 'string' ? (JSON.parse(text) as Raced) : undefined;
}

/** A value as source; what is no encoding as it is. */
const told = (text: string): string => (/^(?:threw|never)/.test(text) ? text : shortened(printed(JSON.parse(text))));

const callsTold = (calls: Raced['calls']): string =>
  shortened(calls.map(([name, args]) => `${name}(${told(args).slice(1, -1)})`).join(', '));

const keptApart = ({ most }: Raced): string => `have ${most} calls under way at once, which were kept apart`;

/** What must hold of commands that overlap, as it does of them one after the other. */
const RULES: readonly { readonly of: (run: Raced) => unknown; readonly says: (run: Raced) => string }[] = [
  {
    of: ({ results, state }) => [results, state],
    says: ({ results, state }) => {
      const held = state.map(
        ([name, value]) => `${name.startsWith('[') ? `held under ${told(name)}` : name} = ${told(value)}`,
      );
      const after = held.length > 0 ? `, then ${held.join(', ')}` : '';
      return `come to ${results.map(told).join(' and ')}${after}, which no order of them does`;
    },
  },
  { of: ({ calls }) => calls, says: ({ calls }) => `call ${callsTold(calls)}, which no order of them does` },
  { of: ({ most }) => most, says: keptApart },
];

/** Where the new code breaks what the old one kept on all runs of a plan; `size` orders what is told. */
function partedOn(
  plan: Plan,
  base: readonly (Raced | undefined)[],
  head: readonly (Raced | undefined)[],
): { readonly finding: Finding; readonly size: number } | undefined {
  const { subject, runs, texts } = plan;
  if (base.some((one) => one === undefined) || head.some((one) => one === undefined)) return undefined;
  const [old, now] = [base as readonly Raced[], head as readonly Raced[]];
  const hangs = (run: Raced): boolean => run.results.includes(NEVER);
  const tell = (code: Finding['code'], says: string, at: number, rank: number): { finding: Finding; size: number } => {
    const { order, seed } = runs[at]!;
    const { trace } = now[at]!;
    const way = order ? 'one after the other' : `seed ${seed}`;
    const own = subject.start === undefined ? '' : `const it = new ${subject.name}(${plan.start}): `;
    const lines = [...trace.slice(0, LINES), ...(trace.length > LINES ? ['…'] : [])].map((line) => `\n  ${line}`);
    return {
      finding: {
        code,
        message: `${own}${texts.join(' beside ')}${says.startsWith(':') ? '' : ' '}${says} (${way})${lines.join('')}`,
        severity: 'warning',
        differs: true,
        target: subject.target.name,
        span: subject.target.span,
      },
      size: rank * 1_000 + trace.length + (order ? 0 : 1),
    };
  };
  const ended = now.findIndex((run, at) => hangs(run) && !hangs(old[at]!));
  if (ended >= 0 && !old.some(hangs)) {
    const late = now[ended]!.results.indexOf(NEVER);
    return tell('probes/never-settles', `: ${texts[late]} never settles, and did`, ended, 0);
  }
  const alone = runs.flatMap(({ order }, at) => (order ? [at] : []));
  // After a failure the rest may be asked for or not.
  for (const at of plan.fails < 0 ? alone : []) {
    const often = oftener(old[at]!, now[at]!);
    if (often) return tell('probes/called-twice', often, at, 0);
  }
  // What was awaited before the next was called is called beside it.
  const beside = alone.find((at) => old[at]!.most === 1 && now[at]!.most > 1);
  if (beside !== undefined) return tell('probes/interleaving', keptApart(now[beside]!), beside, 0);
  for (const [rank, { of: facts, says }] of RULES.entries()) {
    const of = (run: Raced): string => JSON.stringify(facts(run));
    const allowed = (side: readonly Raced[]): Set<unknown> => new Set(alone.map((at) => of(side[at]!)));
    const [before, after] = [allowed(old), allowed(now)];
    if (!old.every((run) => before.has(of(run)))) continue;
    const broken = now.findIndex((run) => !after.has(of(run)) && !before.has(of(run)));
    if (broken >= 0) return tell('probes/interleaving', says(now[broken]!), broken, rank);
  }
  return undefined;
}

/** What is called more often than it was, with the same arguments, where all else is the same. */
function oftener(old: Raced, now: Raced): string | undefined {
  if (JSON.stringify(old.results) !== JSON.stringify(now.results)) return undefined;
  const counted = (calls: Raced['calls']): ReadonlyMap<string, number> =>
    new Map([...Map.groupBy(calls, (one) => callsTold([one]))].map(([text, all]) => [text, all.length]));
  const [before, after] = [counted(old.calls), counted(now.calls)];
  if (before.size !== after.size || [...after.keys()].some((text) => !before.has(text))) return undefined;
  const [found] = [...after].filter(([text, count]) => count > before.get(text)!);
  return found ? `call ${found[0]} ${found[1]} times, was ${before.get(found[0])}` : undefined;
}
