import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { transpilerPath } from '../../lang/index.ts';
import type { Command, Observation, Sandbox } from '../../sandbox/index.ts';
import { busyness } from '../busyness.ts';
import { loaderWith } from '../examples/program.ts';
import { linesBehind } from '../lines.ts';
import { type Encoded, encode, VALUE_LIMITS } from './encode.ts';
import { printed, shortened } from './print.ts';
import { EXPORT, HOST, type Line, type ModuleText, type Reported, type RunLimits, type Task } from './program.ts';
import { NOTED, THUNK } from './special.ts';

/** One draft, ready to be loaded. */
export interface Runnable extends ModuleText {
  readonly url: string;
  /** Other modules whose text is not to be read from disk, by their URL. */
  readonly modules?: Readonly<Record<string, ModuleText>>;
  /** As `Task.imports`. */
  readonly imports?: Readonly<Record<string, string>>;
  /** As `Task.alone`. */
  readonly alone?: boolean;
  /** As `Task.subjects`; without it what the source exports as `EXPORT`. */
  readonly subjects?: readonly string[];
}

export interface RunOptions {
  /** Those that differ from `RUN_LIMITS`. */
  readonly limits?: Partial<RunLimits>;
  /** Which of the subjects each input is for; without it the first. */
  readonly of?: readonly number[];
  /** As `Task.still`. */
  readonly still?: boolean;
  /** As `Task.steady`. */
  readonly steady?: boolean;
  /** Time of one process on a machine that does nothing else, milliseconds. */
  readonly ms?: number;
}

/** Of a plan, beside what came of its last command: texts of encodings. */
export interface PlayedAround {
  /** What came of the commands before it. */
  readonly before: string;
  /** The public state afterwards. */
  readonly state: string;
  /** What functions that it was given were called with. */
  readonly log: string;
}

/** What a draft did with one input. Texts are encodings: the same text is the same value. */
export type Outcome =
  | {
      readonly kind: 'value';
      readonly value: string;
      readonly waited?: true;
      readonly changed?: string;
      /** What functions that were handed in were called with, in order. */
      readonly called?: string;
      readonly played?: PlayedAround;
    }
  | {
      readonly kind: 'throws';
      readonly error: string;
      /** What its class extends, the nearest first. */
      readonly above?: readonly string[];
      readonly message: string;
      readonly waited?: true;
      readonly changed?: string;
      readonly called?: string;
      readonly played?: PlayedAround;
    }
  /**
   * `slow`: it had no end within its limit. `seen`: the value as far as it could be looked at. `unsteady`: it was another thing
   * the second time, by a random number or of itself. `unspent`: its process had ended before its turn came, which says nothing of
   * the draft.
   */
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      readonly slow?: true;
      readonly seen?: string;
      readonly unsteady?: 'chance' | 'itself';
      readonly unspent?: true;
    };

export interface Observed {
  /** One for each input, in order. */
  readonly outcomes: readonly Outcome[];
  /** Why it could not be loaded: then no input has an outcome that is known. */
  readonly unloaded?: string;
  readonly observation: Observation;
}

export const RUN_LIMITS: RunLimits = { callMs: 60, waitMs: 500, slow: 5, memoryMb: 256, resultCharacters: 4_000 };

/** Finds what a draft exports for us. */
const DRAFT = `(module) => module['${EXPORT}']`;
/** One draft, milliseconds. */
const DRAFT_MS = 30_000;
/** Processes of one draft, where calls cannot be ended. */
const PROCESSES = 3;
/** Starts of a process that ends before it has told how it ended. */
const STARTS = 2;
const OUTPUT = 8 * 1024 * 1024;
const MEMORY = 1024 * 1024 * 1024;

/**
 * Runs each draft in a process of its own, all inputs twice, with arguments made anew for each call. What a draft prints is never
 * read as an outcome. An outcome that is not the same the second time is unknown.
 */
export async function runDrafts(
  sandbox: Sandbox,
  cwd: string,
  drafts: readonly Runnable[],
  inputs: readonly string[],
  { limits, of = inputs.map(() => 0), still = false, steady = false, ms = DRAFT_MS }: RunOptions = {},
): Promise<readonly Observed[]> {
  const found: Observed[] = [];
  const loader = loaderWith(transpilerPath());
  let next = 0;
  const one = async (): Promise<void> => {
    for (let at = next++; at < drafts.length; at = next++) {
      const { url, format, source, modules = {}, imports = {}, alone = false, subjects = [DRAFT] } = drafts[at]!;
      const all = { ...modules, [url]: { format, source } };
      const task = {
        url,
        modules: all,
        imports,
        alone,
        subjects,
        loader,
        inputs,
        of,
        still,
        steady,
        limits: { ...RUN_LIMITS, ...limits },
      };
      found[at] = await runDraft(sandbox, cwd, task, Math.round(ms * busyness()));
    }
  };
  const workers = Math.min(drafts.length, 2 * availableParallelism() + 2);
  await Promise.all(Array.from({ length: workers }, one));
  return found;
}

/** Runs one draft; where its process could not end a call, another one goes on after it. */
async function runDraft(
  sandbox: Sandbox,
  cwd: string,
  rest: Omit<Task, 'nonce' | 'from' | 'skipped' | 'slow' | 'noted' | 'thunk' | 'encode' | 'valueLimits'>,
  ms: number,
): Promise<Observed> {
  const count = rest.inputs.length;
  const passes: (Reported | undefined)[] = new Array<undefined>(count * 2).fill(undefined);
  let next: Pick<Task, 'from' | 'skipped' | 'slow'> = {
    from: 0,
    skipped: [],
    slow: rest.subjects.flatMap(() => [0, 0]),
  };
  let starts = STARTS;
  for (let processes = 1; ; processes++) {
    const nonce = `${randomUUID()} `;
    const task: Task = {
      nonce,
      ...rest,
      ...next,
      noted: NOTED,
      thunk: THUNK,
      encode: encode.toString(),
      valueLimits: VALUE_LIMITS,
    };
    const command: Command = {
      argv: [process.execPath, '--no-warnings', '--input-type=commonjs', '-e', HOST],
      cwd,
      env: { NO_COLOR: '1' },
      stdin: JSON.stringify(task),
      limits: { ms, outputBytes: OUTPUT, memoryBytes: MEMORY, processes: 64 },
    };
    const observation = await sandbox.run(command);
    const end: { done: boolean; unloaded?: string; stuck?: typeof next } = { done: false };
    for (const line of linesBehind<Line>(nonce, observation)) {
      if ('call' in line) passes[line.call] = line.came;
      else if ('unloaded' in line) end.unloaded = line.unloaded;
      else if ('stuck' in line) end.stuck = { from: line.stuck, skipped: line.skipped, slow: line.slow };
      else end.done = true;
    }
    // An isolation that did not come up, or a process that somebody ended, says nothing of the draft.
    const isCut = !end.done && !end.stuck && end.unloaded === undefined && observation.limits.length === 0;
    if (isCut && --starts > 0) continue;
    if (!end.stuck || processes >= PROCESSES) return outcomesOf(observation, passes, rest.of, end);
    next = end.stuck;
  }
}

function outcomesOf(
  observation: Observation,
  passes: readonly (Reported | undefined)[],
  of: readonly number[],
  { done, unloaded: problem, stuck }: { readonly done: boolean; readonly unloaded?: string; readonly stuck?: unknown },
): Observed {
  const count = passes.length / 2;
  let unloaded = problem;
  const [limit] = observation.limits;
  const ended =
    observation.issue?.message ??
    (limit
      ? `the limit ${limit.limit} (${limit.value}) was reached`
      : done
        ? 'too many calls had no end'
        : 'it ended its process');
  // What else it does to its process is the draft's own.
  const isOwn = done || stuck !== undefined || problem !== undefined || (limit !== undefined && limit.limit !== 'ms');
  const unspent = isOwn ? {} : ({ unspent: true } as const);
  if (!done && unloaded === undefined && passes.every((one) => one === undefined)) unloaded = ended;
  // What chance decides may come out the same twice by chance.
  const byChance = new Set<number>();
  for (const [index, first] of passes.slice(0, count).entries()) {
    const again = passes[index + count];
    if (isChance(first) && again && !('unknown' in again) && key(first) !== key(again)) byChance.add(of[index]!);
  }
  const outcomes = passes.slice(0, count).map((first, index): Outcome => {
    const again = passes[index + count];
    if (!first && unloaded !== undefined)
      return { kind: 'unknown', reason: `it could not be loaded: ${unloaded}`, ...unspent };
    if (!first) return { kind: 'unknown', reason: ended, ...(done ? { slow: true } : unspent) };
    if ('unknown' in first) return { kind: 'unknown', reason: first.unknown, ...(first.slow ? { slow: true } : {}) };
    if (!again) return { kind: 'unknown', reason: ended, ...unspent };
    if ('unknown' in again) return { kind: 'unknown', reason: again.unknown, ...(again.slow ? { slow: true } : {}) };
    const isChosen = isChance(first) && byChance.has(of[index]!);
    if (isChosen || key(first) !== key(again)) {
      const unsteady = isChance(first) ? 'chance' : 'itself';
      return { kind: 'unknown', reason: 'it gives another thing each time', unsteady };
    }
    if ('partly' in first && first.partly !== undefined)
      return { kind: 'unknown', reason: `its result holds ${first.partly}`, seen: first.value };
    const { waited, changed, called } = first;
    const rest = {
      ...(waited ? { waited } : {}),
      ...(changed === undefined ? {} : { changed }),
      ...(called === undefined ? {} : { called }),
    };
    return 'value' in first
      ? { kind: 'value', value: first.value, ...rest }
      : {
          kind: 'throws',
          error: first.threw,
          message: first.message,
          ...(first.above ? { above: first.above } : {}),
          ...rest,
        };
  });
  return { outcomes, ...(unloaded === undefined ? {} : { unloaded }), observation };
}

/** Whether it asked for a random number. */
const isChance = (came: Reported | undefined): came is Exclude<Reported, { readonly unknown: string }> =>
  came !== undefined && !('unknown' in came) && came.chance === true;

const key = (came: Exclude<Reported, { readonly unknown: string }>): string =>
  'threw' in came ? JSON.stringify({ ...came, message: '' }) : JSON.stringify(came);

const textOf = (encoded: string): string => printed(JSON.parse(encoded) as Encoded);

/** Whether a call did not come to its turn before its process was ended. */
export const isUnspent = (one: Outcome): boolean => one.kind === 'unknown' && one.unspent === true;

/** What came of a call, for people: a value as source, `throws RangeError: …`, what became of the arguments. */
export function outcomeText(outcome: Outcome): string {
  if (outcome.kind === 'unknown') return `unknown: ${outcome.reason}`;
  const made =
    outcome.kind === 'value'
      ? `${outcome.waited ? 'a promise of ' : ''}${shortened(textOf(outcome.value))}`
      : `throws ${outcome.error}${outcome.message === '' ? '' : `: ${outcome.message}`}`;
  const came = outcome.called === undefined ? made : `${made}, calling ${callsText(outcome.called)}`;
  return outcome.changed === undefined
    ? came
    : `${came}, and its arguments become ${shortened(textOf(outcome.changed).slice(1, -1))}`;
}

const callsText = (encoded: string): string => {
  const calls = JSON.parse(encoded) as readonly Encoded[];
  const told = (name: Encoded, args: Encoded): string => `${String(name)}(${printed(args).slice(1, -1)})`;
  return shortened(calls.map((one) => (Array.isArray(one) ? told(one[0]!, one[1]!) : '…')).join(', '));
};

/** The same, of a plan with what came before its last command, and the public state. */
export function wholeText(outcome: Outcome): string {
  if (outcome.kind === 'unknown' || !outcome.played) return outcomeText(outcome);
  const { before, state, log } = outcome.played;
  const steps = (JSON.parse(before) as (readonly Encoded[])[]).map(([first, ...rest]) =>
    [printed(first!), ...rest.map((one) => printed(one))].join(' '),
  );
  const calls = (JSON.parse(log) as readonly Encoded[]).map((one) => `(${printed(one).slice(1, -1)})`);
  return [
    [...steps.filter((one) => one !== NEXT), outcomeText(outcome)].join(', '),
    ...(calls.length > 0 ? [`log is called with ${shortened(calls.join(', '))}`] : []),
    ...(state === NO_STATE ? [] : [`it is ${shortened(textOf(state))}`]),
  ].join('; ');
}

/** How a new instance is told, and a state without a property. */
const NEXT = 'an instance';
const NO_STATE = '["object",[]]';
