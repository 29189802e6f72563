import { fileURLToPath } from 'node:url';
import type { Result } from '../../base/index.ts';
import {
  type CalledExample,
  type Commands,
  commandsOf,
  type DraftFile,
  examplesOf,
  type Input,
  inputSource,
  inputsOf,
  isClass,
  type ModuleSubject,
  moduleOf,
  type Outcome,
  type Plan,
  type PlanCommand,
  parametersOf,
  planSource,
  planText,
  playedOutcome,
  playerSource,
  type Runnable,
  type RunOptions,
  readPlan,
  type Subject,
  sequencesOf,
  smallerPlans,
  smallerThan,
  subjectOf,
} from '../../verify/index.ts';
import { readInput, shapesOf } from './files.ts';

/** About how many inputs each draft is run on: for one symbol, for all together, for each of many. */
const INPUTS = 100;
const IN_ALL = 600;
const FEWEST = 20;
/** Characters of what came of a plan. */
const PLAYED = 20_000;

/** A draft as it is run. */
export interface Ready {
  readonly file: DraftFile;
  readonly hash: string;
  readonly imports: boolean;
  readonly runnable: Runnable;
}

/** Alternatives read, with what they are to be run on. */
export interface Prepared {
  readonly kind: 'function' | 'class' | 'module';
  readonly symbols: readonly string[];
  /** One for each file. */
  readonly read: readonly Result<Ready>[];
  readonly inputs: readonly Input[];
  /** Examples with the source of their input. */
  readonly examples: readonly { readonly source: string; readonly expected: CalledExample['expected'] }[];
  /** Why there are no inputs. */
  readonly unknown?: string;
  /** What is not compared, with the reason. */
  readonly left: Map<string, string>;
  readonly options: RunOptions;
  /** What a text of a person stands for. */
  readInput(text: string): Input | undefined;
  /** Inputs with less in them, the simplest first. */
  simpler(input: Input): readonly Input[];
  /** An outcome as it is compared. */
  outcome(raw: Outcome): Outcome;
}

/** Called without its `this`, all drafts of a function would be equally wrong. */
const isCalledOn = ({ parameters }: Pick<Subject, 'parameters'>): boolean => parameters[0]?.name === 'this';
const CALLED_ON = 'a function that says what its `this` is';

/** Reads the alternatives of a function. */
function prepareFunction(files: readonly DraftFile[], symbol: string, doc: string | undefined, seed: number): Prepared {
  const read = files.map((file) => subjectOf(file, symbol));
  const subjects = read.flatMap((one) => (one.ok ? [one.value] : []));
  const base = {
    kind: 'function' as const,
    symbols: [symbol],
    read,
    left: new Map<string, string>(),
    options: {},
    readInput,
    simpler: (): Input[] => [],
    outcome: (raw: Outcome) => raw,
  };
  if (subjects.length === 0) return { ...base, inputs: [], examples: [] };
  const lead = parametersOf(subjects);
  const examples = examplesOf(subjects, symbol, doc);
  const made = generated(lead, symbol, subjects, examples, seed, INPUTS);
  return {
    ...base,
    ...('unknown' in made
      ? { inputs: [], unknown: made.unknown }
      : {
          inputs: made.inputs,
          simpler: ({ args }: Input): Input[] =>
            args
              .flatMap((value, at) => smallerThan(value).map((one) => args.with(at, one)))
              .filter((one) => made.takes(one))
              .map((one) => ({ args: one, source: inputSource(one), origin: 'simpler' })),
        }),
    examples: examples.map(({ args, expected }) => ({ source: inputSource(args), expected })),
  };
}

/** What all of them say, each once. */
const saidIn = (subjects: readonly Pick<Subject, 'literals' | 'asked'>[]): Pick<Subject, 'literals' | 'asked'> => ({
  literals: [...new Set(subjects.flatMap(({ literals }) => literals))],
  asked: [...new Map(subjects.flatMap(({ asked }) => asked.map((one) => [JSON.stringify(one), one]))).values()],
});

function generated(
  lead: Pick<Subject, 'file' | 'exported' | 'parameters' | 'uses' | 'comment'>,
  symbol: string,
  subjects: readonly Pick<Subject, 'literals' | 'asked'>[],
  examples: readonly CalledExample[],
  seed: number,
  count: number,
): ReturnType<typeof inputsOf> {
  if (isCalledOn(lead)) return { unknown: CALLED_ON };
  const said = saidIn(subjects);
  const request = {
    parameters: lead.parameters,
    uses: lead.uses,
    examples: examples.map(({ args }) => args),
    ...said,
    // The larger a number is, the less it comes up by chance.
    limits: said.literals.filter((one) => typeof one === 'number').sort((a, b) => b - a),
    seed,
    count,
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

/** Reads the alternatives of a class, or of what several modules export. */
function prepareModule(
  files: readonly DraftFile[],
  symbols: readonly string[],
  doc: string | undefined,
  seed: number,
): Prepared {
  const read = files.map((file) => moduleOf(file, symbols));
  const subjects = read.flatMap((one) => (one.ok ? [one.value] : []));
  const left = new Map<string, string>();
  const keeps = subjects.some((one) => one.keeps);
  const classes = symbols.filter((name) => subjects.some((one) => one.classes.has(name)));
  const hides = Object.fromEntries(
    classes.map((name) => [name, subjects.flatMap((one) => one.classes.get(name)?.hides ?? [])]),
  );
  const runs = playerSource(hides, keeps);
  const reads = new Map<string, readonly string[]>();
  const inputOf = (plan: Plan, origin: Input['origin'], symbol: string): Input => ({
    args: [],
    source: planText(plan),
    origin,
    plan,
    run: planSource(plan, symbols),
    symbol,
  });
  const inputs: Input[] = [];
  const examples: { source: string; expected: CalledExample['expected'] }[] = [];
  const count = Math.max(FEWEST, Math.min(INPUTS, Math.floor(IN_ALL / symbols.length)));
  const all = { names: symbols, ...saidIn(subjects), seed };
  const tables = new Map<string, Commands>();
  const problems: string[] = [];
  for (const name of classes) {
    const written = subjects.flatMap((one) => one.classes.get(name) ?? []);
    const commands = written.length < subjects.length ? `${name} as a class in all files` : commandsOf(written);
    if (typeof commands === 'string') problems.push(commands);
    else tables.set(name, commands);
  }
  const makers = [...tables.values()].flatMap(({ start }) => (start ? [start] : []));
  for (const [name, commands] of tables) {
    reads.set(name, commands.reads);
    const generics = subjects.flatMap((one) => one.classes.get(name)?.generics ?? []);
    // A value of any type is a number where nothing else is said.
    const uses = Object.fromEntries(generics.map((one) => [one.name, `type ${one.constraint ?? 'number'}`]));
    const made = sequencesOf({
      ...all,
      commands,
      classes: makers,
      uses: { ...usesOf(subjects), ...uses },
      count,
    });
    if ('unknown' in made) problems.push(made.unknown);
    else {
      inputs.push(...made.inputs.map((one) => ({ ...one, symbol: name })));
      for (const one of made.left) left.set(`${name}.${one.name}`, one.reason);
    }
  }
  const functions = symbols.filter((name) => subjects.every((one) => one.functions.has(name)));
  const callable: PlanCommand[] = [];
  for (const name of functions) {
    const written = subjects.map(({ functions: own, file, uses }) => {
      const { comment, ...rest } = own.get(name)!;
      return { ...rest, file, uses, ...(comment ? { comment: file.text.slice(comment.start, comment.end) } : {}) };
    });
    const lead = parametersOf(written);
    if (isCalledOn(lead)) {
      left.set(name, CALLED_ON);
      continue;
    }
    callable.push({ kind: 'call', name, parameters: lead.parameters });
    const own = examplesOf(written, name, doc);
    const made = generated(lead, name, subjects, own, seed, count);
    const call = (args: readonly unknown[]): Plan => ({ steps: [{ kind: 'call', name, args }], reads: [] });
    if ('inputs' in made) {
      inputs.push(...made.inputs.map(({ args, origin }) => inputOf(call(args), origin, name)));
      examples.push(...own.map(({ args, expected }) => ({ source: planText(call(args)), expected })));
      continue;
    }
    const commands = { commands: [callable.at(-1)!], reads: [] };
    const other = sequencesOf({ ...all, commands, classes: makers, uses: usesOf(subjects), count, longest: 1 });
    if ('inputs' in other && other.inputs.length > 0)
      inputs.push(...other.inputs.map((one) => ({ ...one, symbol: name })));
    else left.set(name, made.unknown);
  }
  if (keeps && functions.length > 0) {
    const commands = { commands: callable, reads: [] };
    const made = sequencesOf({ ...all, commands, classes: makers, uses: usesOf(subjects), count: INPUTS });
    if ('inputs' in made) inputs.push(...made.inputs.map((one) => ({ ...one, symbol: TOGETHER })));
  }
  const ready = read.map(
    (one): Result<Ready> =>
      one.ok ? { ...one, value: { ...one.value, runnable: { ...one.value.runnable, subjects: [runs] } } } : one,
  );
  return {
    kind: classes.length === 1 && symbols.length === 1 ? 'class' : 'module',
    symbols,
    read: ready,
    inputs: inputs.filter(({ source }, index) => inputs.findIndex((one) => one.source === source) === index),
    examples,
    ...(inputs.length === 0 && (problems.length > 0 || left.size > 0)
      ? { unknown: problems[0] ?? [...left.values()][0]! }
      : {}),
    left,
    options: { still: true, limits: { resultCharacters: PLAYED } },
    readInput(text) {
      const plan = readPlan(text, []);
      if (!plan) return undefined;
      const on = plan.steps.find(({ kind, name, on }) => tables.has(kind === 'new' ? name : (on ?? '')));
      const symbol = on
        ? on.kind === 'new'
          ? on.name
          : on.on!
        : plan.steps.length > 1
          ? TOGETHER
          : plan.steps[0]!.name;
      return inputOf({ ...plan, reads: reads.get(symbol) ?? [] }, 'answer', symbol);
    },
    simpler: ({ plan, symbol }) => (plan ? smallerPlans(plan).map((one) => inputOf(one, 'simpler', symbol!)) : []),
    outcome: (raw) => playedOutcome(raw, left),
  };
}

/** What sequences over several functions of a module are told as. */
export const TOGETHER = 'together';

/** The types of all files by name. */
const usesOf = (subjects: readonly ModuleSubject[]): Readonly<Record<string, string>> =>
  Object.assign({}, ...subjects.map(({ uses }) => uses)) as Readonly<Record<string, string>>;

/** Reads the alternatives, and makes what they are run on. */
export function prepare(
  files: readonly DraftFile[],
  symbols: readonly string[],
  doc: string | undefined,
  seed: number,
): Prepared {
  const [symbol] = symbols;
  return symbols.length === 1 && !isClass(files, symbol!)
    ? prepareFunction(files, symbol!, doc, seed)
    : prepareModule(files, symbols, doc, seed);
}
