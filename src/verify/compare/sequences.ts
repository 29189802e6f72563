import { type Random, random } from '../../base/index.ts';
import { type ClassText, type MemberText, type ParameterText, signatureOf } from '../../lang/index.ts';
import { type Input, type InputRequest, LARGEST, makerOf, materialOf, valueFrom } from './inputs.ts';
import { edgesOf, type Material } from './make.ts';
import { IT, LOG, type Plan, planSource, planText, type Step } from './plan.ts';
import { Code, sourceOf } from './print.ts';

/** A class or a module as most of its alternatives declare it, with what all of them have. */
export interface Commands {
  /** How the instance is made; undefined for the functions of a module. */
  readonly start?: Command;
  readonly commands: readonly Command[];
  /** Properties that can be read. */
  readonly reads: readonly string[];
}

/** One thing that can be done. */
export interface Command {
  readonly kind: Step['kind'];
  readonly on?: string;
  readonly name: string;
  readonly parameters: readonly Pick<ParameterText, 'name' | 'type' | 'optional' | 'rest' | 'initial'>[];
  readonly follows?: true;
}

export interface SequenceRequest {
  readonly commands: Commands;
  /** Classes that arguments may be instances of, with how they are made. */
  readonly classes: readonly Command[];
  /** What of the module plans speak of. */
  readonly names: readonly string[];
  readonly uses: InputRequest['uses'];
  readonly literals: InputRequest['literals'];
  readonly asked?: InputRequest['asked'];
  readonly seed: number;
  readonly count: number;
  /** Commands of one plan; without it `LENGTH`. */
  readonly longest?: number;
}

/** Commands of one plan, and different values of one type in it: the same ones come again, so that what was put is found. */
const LENGTH = 10;
const VALUES = 3;
/** Tries to make a value that is another one. */
const TRIES = 12;
/** How deep an instance may be made of instances. */
const DEPTH = 2;

/** The commands that all of some classes of one name have, as most of them declare them; a reason where there is none. */
export function commandsOf(classes: readonly ClassText[]): Commands | string {
  const [{ name }] = classes as [ClassText];
  const abstract = classes.find(({ isAbstract }) => isAbstract);
  if (abstract) return `instances of ${name}, which is abstract`;
  const members = (of: ClassText): Map<string, MemberText> =>
    new Map(of.members.map((one) => [`${one.isStatic ? 'static ' : ''}${one.name}`, one]));
  const tables = classes.map(members);
  const commands: Command[] = [];
  const reads: string[] = [];
  let start: Command | undefined;
  let factory: Command | undefined;
  for (const key of tables[0]!.keys()) {
    const found = tables.flatMap((table) => table.get(key) ?? []);
    if (found.length < tables.length) continue;
    const lead = common(found, ({ parameters, type }) => declared(parameters ?? [], type));
    const on = lead.isStatic ? name : IT;
    const base = { name: lead.name, on };
    if (found.every(({ parameters }) => parameters !== undefined)) {
      const { parameters = [], type = '' } = lead;
      const gives = type.replace(/^Promise<(.*)>$/s, '$1').replace(/<[\s\S]*$/, '');
      const follows = gives === name;
      commands.push({ kind: 'call', ...base, parameters, ...(follows && !lead.isStatic ? { follows } : {}) });
      if (follows && lead.isStatic) factory ??= { kind: 'call', ...base, parameters, follows };
    } else if (found.every(({ parameters }) => parameters === undefined) && !lead.isStatic) {
      if (found.every(({ canRead }) => canRead)) {
        reads.push(lead.name);
        commands.push({ kind: 'get', ...base, parameters: [] });
      }
      if (found.every(({ canWrite, type }) => canWrite && type !== undefined)) {
        const value = { name: lead.name, ...(lead.type === undefined ? {} : { type: lead.type }) };
        commands.push({ kind: 'set', ...base, parameters: [{ ...value, optional: false, rest: false }] });
      }
    }
  }
  if (classes.every(({ parameters }) => parameters !== undefined)) {
    const { parameters = [] } = common(classes, (one) => declared(one.parameters ?? [], undefined));
    start = { kind: 'new', name, parameters };
  } else start = factory;
  if (!start) return `instances of ${name}, whose constructor is not public`;
  return { start, commands, reads };
}

const declared = (parameters: readonly ParameterText[], type: string | undefined): string =>
  JSON.stringify([parameters.map((one) => [one.type ?? null, one.optional, one.rest]), type ?? null]);

/** Of some the one that is declared as most are. */
function common<T>(all: readonly T[], key: (one: T) => string): T {
  const counts = new Map<string, T[]>();
  for (const one of all) counts.set(key(one), [...(counts.get(key(one)) ?? []), one]);
  return [...counts.values()].sort((a, b) => b.length - a.length)[0]![0]!;
}

export interface Sequences {
  readonly inputs: readonly Input[];
  /** Commands that are not played, with what their arguments cannot be made of. */
  readonly left: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Plans for a class or a module: each command alone and after each other one, then sequences by chance. The same request gives
 * the same plans.
 */
export function sequencesOf(request: SequenceRequest): Sequences | { readonly unknown: string } {
  const { commands: all, classes, names, uses, literals, asked, seed, count, longest = LENGTH } = request;
  const numbers = random(seed);
  const material = materialOf([], literals, [], asked);
  const left: { name: string; reason: string }[] = [];
  const usable = (command: Command): boolean => {
    const reason = valuesFor(command, { ...request, material, numbers }, new Map(), 0);
    if (typeof reason !== 'string') return true;
    left.push({ name: command.name, reason });
    return false;
  };
  const { start, reads } = all;
  if (start && !usable(start)) return { unknown: left[0]!.reason };
  const commands = all.commands.filter(usable);
  const calls = commands.filter(({ kind, on }) => kind === 'call' && on !== start?.name);
  const found = new Map<string, Input>();
  const add = (
    chosen: readonly Command[],
    hasEdges: boolean,
    { round, exactly }: { readonly round?: Round; readonly exactly?: number } = {},
  ): void => {
    const values = new Map<string, unknown[]>();
    const all = [...(start ? [start] : []), ...chosen];
    const steps: Step[] = [];
    for (const [at, { kind, on, name, follows, ...one }] of all.entries()) {
      const turn = round?.turns[at - all.length + chosen.length];
      const making = {
        uses,
        classes,
        material: exactly === undefined ? material : { ...material, exactly },
        numbers,
        hasEdges,
        ...(turn === undefined ? {} : { turn }),
      };
      // A class that holds so many of something is mostly told how many.
      const own =
        round && turn === undefined ? new Map([['number', new Array<unknown>(VALUES).fill(round.size)]]) : values;
      const args = valuesFor({ kind, name, ...one }, making, own, 0);
      // Chance may have left out what comes before this one and need not be given, and this one with it, when it was looked at.
      if (typeof args === 'string') return;
      const needs = one.parameters.filter(({ optional, rest }) => !optional && !rest).length;
      steps.push({ kind, ...(on === undefined ? {} : { on }), name, args, needs, ...(follows ? { follows } : {}) });
    }
    const plan: Plan = { steps, reads };
    const source = planText(plan);
    if (!found.has(source))
      found.set(source, { args: [], source, origin: hasEdges ? 'edge' : 'typed', plan, run: planSource(plan, names) });
  };
  if (start) add([], false);
  for (const one of commands.slice(0, count / 4)) add([one], false);
  for (let pairs = 0; longest > 1 && pairs < count / 4 && calls.length > 0; pairs++) {
    const at = pairs % calls.length ** 2;
    add([calls[at % calls.length]!, calls[Math.floor(at / calls.length)]!], numbers.below(3) === 0);
  }
  if (start) for (const round of roundsOf(calls, Math.floor(count / 8), longest)) add(round.chosen, false, { round });
  // What takes something changes more than what takes nothing.
  const weighed = commands.flatMap((one) =>
    new Array<Command>(one.kind !== 'call' ? 1 : one.parameters.length > 0 ? 4 : 2).fill(one),
  );
  for (let tries = 0; found.size < count && tries < count * 4 && weighed.length > 0; tries++) {
    const length = longest === 1 ? 1 : 2 + numbers.below(longest - 2);
    // A few commands again and again reach what all of them in turn seldom do: a full buffer, the third of its kind.
    const few = Array.from({ length: 1 + numbers.below(2) }, () => numbers.pick(weighed));
    const isFew = numbers.below(2) === 0;
    add(
      Array.from({ length }, () => numbers.pick(isFew && numbers.below(4) > 0 ? few : weighed)),
      numbers.below(4) === 0,
    );
  }
  // Last, because loops that are long are found here.
  const large = literals.filter((one) => typeof one === 'number' && Math.abs(one) > LARGEST) as readonly number[];
  const taking = calls.filter(({ parameters }) => parameters.length > 0);
  const plans = large.flatMap((one) => [0, 1, -1].flatMap((by) => taking.map((call) => ({ call, exactly: one + by }))));
  for (const { call, exactly } of plans.slice(0, count / 8))
    add(longest === 1 ? [call] : [call, numbers.pick(calls)], false, { exactly });
  return { inputs: [...found.values()], left };
}

/** Commands after each other with values by their turns: the first one is that of the parameter that comes first. */
interface Round {
  readonly size: number;
  readonly chosen: readonly Command[];
  readonly turns: readonly number[];
}

/** How many of something a class is told to hold. */
const SIZES = [2, 1, 3];

/**
 * Plans that chance seldom makes: so many things are put in, the first is asked for or put in again, then one more, and then all are
 * asked for. What goes when a place is full is seen by that alone.
 */
function roundsOf(calls: readonly Command[], most: number, longest: number): readonly Round[] {
  const first = ({ parameters: [one] }: Command): string | undefined => one && (one.type ?? one.name);
  const pairs = calls
    .flatMap((put) => calls.map((ask): readonly [Command, Command] => [put, ask]))
    .filter(([put, ask]) => put !== ask && first(put) !== undefined && first(put) === first(ask));
  return SIZES.flatMap((size) =>
    pairs.flatMap(([put, ask]) =>
      [ask, put].map((touch): Round => {
        const steps: readonly (readonly [Command, number])[] = [
          ...Array.from({ length: size }, (_, turn) => [put, turn] as const),
          [touch, 0],
          [put, size],
          ...Array.from({ length: size + 1 }, (_, turn) => [ask, turn] as const),
        ];
        return { size, chosen: steps.map(([one]) => one), turns: steps.map(([, turn]) => turn) };
      }),
    ),
  )
    .filter(({ chosen }) => chosen.length <= longest)
    .slice(0, most);
}

interface Making {
  /** Which of the values of its type is taken, where that is not left to chance. */
  readonly turn?: number;
  readonly uses: InputRequest['uses'];
  readonly classes: readonly Command[];
  readonly material: Material;
  readonly numbers: Random;
  readonly hasEdges?: boolean;
}

/** Arguments of one command; a reason where they cannot be made. `values`: those of the plan so far, by type. */
function valuesFor(
  { parameters }: Pick<Command, 'kind' | 'name' | 'parameters'>,
  making: Making,
  values: Map<string, unknown[]>,
  depth: number,
): readonly unknown[] | string {
  const args: unknown[] = [];
  for (const parameter of parameters) {
    const { name, optional, rest } = parameter;
    const said = parameter.type ?? typeOf(parameter.initial);
    const type = said === undefined ? undefined : expanded(said, making.uses);
    if (optional && making.numbers.below(2) === 0) break;
    const key = type ?? `untyped ${name}`;
    const known = values.get(key) ?? [];
    values.set(key, known);
    const reason = moreOf(
      known,
      { ...parameter, optional: false, ...(type === undefined ? {} : { type }) },
      making,
      depth,
    );
    // What may be left out is.
    if (reason !== undefined && optional) break;
    if (reason !== undefined) return reason;
    const { turn } = making;
    const value = turn === undefined ? making.numbers.pick(known) : known[Math.min(turn, known.length - 1)];
    if (rest && Array.isArray(value)) args.push(...(value as unknown[]));
    else args.push(value);
  }
  return args;
}

/** Adds to the values of one type what the next step may need; gives the reason where none can be made. */
function moreOf(
  known: unknown[],
  parameter: Command['parameters'][number],
  making: Making,
  depth: number,
): string | undefined {
  const { turn } = making;
  if (turn === undefined && known.length >= VALUES && making.numbers.below(8) > 0) return undefined;
  for (let tries = 0; tries < TRIES && (turn === undefined || known.length <= turn); tries++) {
    const made = newValue(parameter, making, depth);
    if (typeof made === 'string') return made;
    if (turn === undefined || !known.some((one) => sourceOf(one) === sourceOf(made.value))) known.push(made.value);
    if (turn === undefined) return undefined;
  }
  return undefined;
}

function newValue(
  parameter: Command['parameters'][number],
  making: Making,
  depth: number,
): { readonly value: unknown } | string {
  const { classes, uses, material, numbers, hasEdges } = making;
  const { type = '' } = parameter;
  const isFree = material.exactly === undefined;
  const wanted = type.replace(/<[\s\S]*$/, '');
  const maker = classes.find(({ kind, name, on }) => (kind === 'new' ? name : on) === wanted);
  if (maker) {
    const args = depth >= DEPTH ? `instances of ${wanted}` : valuesFor(maker, making, new Map(), depth + 1);
    if (typeof args === 'string') return args;
    const made = maker.kind === 'new' ? `new ${maker.name}` : `${maker.on}.${maker.name}`;
    return { value: new Code(`${made}(${args.map(sourceOf).join(', ')})`) };
  }
  // What is called and gives nothing, or nobody knows what, is asked what it was called with.
  if (/^(?:Function|(?:\([\s\S]*\))\s*=>\s*(?:void|unknown|any|Promise<(?:void|unknown|any)>))$/.test(type))
    return { value: new Code(LOG) };
  const made = makerOf(parameter, uses, false);
  if (typeof made === 'string') return `values of the type ${made} of ${parameter.name}`;
  // Ids, indexes and amounts that a class gives out or takes are small.
  if (!hasEdges && 'shape' in made && isFree && made.shape.kind === 'number' && numbers.below(2) === 0)
    return { value: numbers.below(4) };
  if (hasEdges && 'shape' in made && numbers.below(2) === 0)
    return { value: numbers.pick(edgesOf(made.shape, material.asked).slice(0, 10)) };
  return { value: valueFrom(made, material, numbers) };
}

/** The type of what a parameter is where it is not given. */
const typeOf = (initial: string | undefined): string | undefined =>
  initial === undefined
    ? undefined
    : /^[-+]?(?:\d|Infinity)/.test(initial)
      ? 'number'
      : /^['"`]/.test(initial)
        ? 'string'
        : /^(?:true|false)$/.test(initial)
          ? 'boolean'
          : undefined;

/** The type that a name of the file stands for, where that is a function's. */
function expanded(type: string, uses: InputRequest['uses']): string {
  const name = type.replace(/<[\s\S]*$/, '');
  const written = Object.hasOwn(uses, name) ? /^type ([\s\S]*)$/.exec(uses[name]!)?.[1] : undefined;
  return written !== undefined && signatureOf(written, uses) ? written : type;
}
