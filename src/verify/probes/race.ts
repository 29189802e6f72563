import { encode, VALUE_LIMITS } from '../compare/encode.ts';

/** What came of one run of several commands. Texts are encodings. */
export interface Raced {
  /** By command: what it gave; `never` where nothing came of it and nothing was left that could happen. */
  readonly results: readonly string[];
  /** The public state afterwards, and what dependencies hold, by the arguments that it was put under. */
  readonly state: readonly (readonly [name: string, value: string])[];
  /** Calls of what was handed in, sorted. */
  readonly calls: readonly (readonly [name: string, args: string])[];
  /** Of what was handed in, so many were under way at once. */
  readonly most: number;
  /** What happened, in order. */
  readonly trace: readonly string[];
}

export const NEVER = 'never';

type Make = (dep: Dependency, note: Dependency) => unknown[];
type Dependency = (
  name: string,
  kind: 'get' | 'set' | 'other',
  value: () => unknown,
) => (...args: unknown[]) => unknown;

/** Commands, and in which way they are run: each alone in an order, or beside each other with what happens next chosen by numbers. */
interface Written {
  readonly start?: Make;
  readonly commands: readonly (readonly [name: string, text: string, make: Make])[];
  readonly reads: readonly string[];
  readonly order?: readonly number[];
  readonly choices: readonly number[];
  /** Whether all start in one step. */
  readonly isTogether: boolean;
  /** Which call of what is awaited fails, from 0. */
  readonly fails: number;
}

/**
 * Makes what runs commands together. Whatever time passes in is decided here: what a dependency promised, timers, the start of a command. Sent as
 * text into the process of a probe, so it refers to nothing outside of itself; a scheduler of a package would have to come along each time.
 */
function racer(
  load: (turn: number) => Promise<(...args: unknown[]) => unknown>,
  isClass: boolean,
  limits: typeof VALUE_LIMITS,
  encoded: typeof encode,
  never: string,
): (written: Written) => Promise<string> {
  interface Waiting {
    readonly says: string;
    /** Of a timer: when. */
    readonly due?: number;
    readonly run: () => void;
  }
  const { stringify } = JSON;
  const STEPS = 60;
  const IDLE_MS = 5;
  const LONG = 300;
  const real = { setTimeout, setImmediate, clearTimeout, clearImmediate };
  const turn = (): Promise<void> => new Promise((resolve) => real.setImmediate(resolve));
  const text = (value: unknown): string => {
    const whole = stringify(encoded(value, limits).tree);
    return whole.length < LONG ? whole : stringify(`${whole.slice(0, LONG)}… ${whole.length}`);
  };
  const kindOf = (error: unknown): string =>
    typeof error === 'object' && error !== null && 'message' in error
      ? `threw ${(error as Error).constructor?.name}`
      : `threw ${text(error)}`;
  let turns = 0;
  const play = async ({ start, commands, reads, order, choices, isTogether, fails }: Written): Promise<string> => {
    const called = await load(turns++);
    const pool: Waiting[] = [];
    const cells = new Map<string, unknown>();
    const calls: [string, string][] = [];
    const trace: string[] = [];
    const results = commands.map(() => never);
    let [now, most, open, awaited, chosen, steps] = [0, 0, 0, 0, 0, 0];
    const answer = (name: string, kind: string, value: () => unknown, args: readonly unknown[]): unknown => {
      if (kind === 'get') return cells.get(text(args)) ?? value();
      if (kind === 'set') cells.set(text(args.slice(0, -1)), args.at(-1));
      calls.push([name, text(args)]);
      return value();
    };
    const dep: Dependency =
      (name, kind, value) =>
      (...args) =>
        new Promise((resolve, reject) => {
          const isFailing = awaited++ === fails;
          open++;
          most = Math.max(most, open);
          if (kind === 'get') calls.push([name, text(args)]);
          pool.push({
            says: `${name} ${isFailing ? 'fails' : 'answers'}`,
            run: () => {
              open--;
              if (isFailing) reject(new Error('no'));
              else resolve(answer(name, kind, value, args));
            },
          });
        });
    const note: Dependency =
      (name, kind, value) =>
      (...args) =>
        answer(name, kind, value, args);
    const timer = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): object => {
      const one: Waiting = { says: `a timer of ${ms} ms`, due: now + Math.max(0, ms), run: () => run(...args) };
      pool.push(one);
      const handle = { one, ref: () => handle, unref: () => handle, hasRef: () => true };
      return handle;
    };
    const clear = (handle: { readonly one?: Waiting } | undefined): void => {
      const at = handle?.one ? pool.indexOf(handle.one) : -1;
      if (at >= 0) pool.splice(at, 1);
    };
    /** Lets happen what is waiting, until nothing is. */
    const settle = async (isDone: () => boolean): Promise<void> => {
      for (; steps < STEPS; steps++) {
        await turn();
        if (pool.length === 0 && !isDone()) {
          await new Promise((resolve) => real.setTimeout(resolve, IDLE_MS));
          // Files, connections, timers that are not ours: what comes of it is not known.
          if (process.getActiveResourcesInfo().length > others) throw new Error('something else is waited for');
        }
        // Of timers none comes before one that is due earlier.
        const first = Math.min(...pool.flatMap(({ due }) => due ?? []));
        const ready = pool.filter(({ due }) => due === undefined || due === first);
        const next = ready[(choices[chosen++ % Math.max(1, choices.length)] ?? 0) % Math.max(1, ready.length)];
        if (!next) return;
        pool.splice(pool.indexOf(next), 1);
        now = Math.max(now, next.due ?? now);
        trace.push(next.says);
        next.run();
      }
    };
    Object.assign(globalThis, {
      setTimeout: timer,
      setImmediate: (run: () => void, ...args: unknown[]) => timer(run, 0, ...args),
      clearTimeout: clear,
      clearImmediate: clear,
    });
    await turn();
    const others = process.getActiveResourcesInfo().length;
    try {
      const it = isClass ? Reflect.construct(called, start!(dep, note)) : undefined;
      const begin = (at: number): void => {
        const [name, , make] = commands[at]!;
        const end = (result: string): void => {
          results[at] = result;
          trace.push(`${at + 1} ends`);
        };
        try {
          const made = make(dep, note);
          const value = it === undefined ? called(...made) : (it[name] as (...args: unknown[]) => unknown)(...made);
          Promise.resolve(value).then(
            (settled) => end(text(settled)),
            (error: unknown) => end(kindOf(error)),
          );
        } catch (error) {
          end(kindOf(error));
        }
      };
      const begins = (at: number): Waiting => ({ says: `${at + 1} starts: ${commands[at]![1]}`, run: () => begin(at) });
      if (order) {
        for (const at of order) {
          pool.push(begins(at));
          await settle(() => results[at] !== never);
        }
      } else {
        if (isTogether)
          pool.push({
            says: commands.map((_, at) => begins(at).says).join(', '),
            run: () => {
              for (const at of commands.keys()) begin(at);
            },
          });
        else pool.push(...commands.map((_, at) => begins(at)));
        await settle(() => !results.includes(never));
      }
      const state = [
        ...reads.map((name): [string, string] => [name, text(it![name])]),
        ...[...cells].map(([key, value]): [string, string] => [key, text(value)]).sort(),
      ];
      if (steps >= STEPS) throw new Error('too many things happen');
      return stringify({ results, state, calls: calls.sort(), most, trace: trace.slice(0, 40) });
    } finally {
      Object.assign(globalThis, real);
    }
  };
  return play;
}

/**
 * Source of a function of a module that gives what runs commands on a class, or calls of a function, that `subject` gives; of a module that keeps
 * something each time of another copy, which kept nothing yet.
 */
export const racerSource = (subject: string, isClass: boolean, keeps: boolean): string =>
  `($m) => (${racer.toString()})(async (turn) => (${subject})(${keeps ? '{ ...$m, own: await $m.$again(turn) }' : '$m'}), ${isClass}, ${JSON.stringify(VALUE_LIMITS)}, ${encode.toString()}, '${NEVER}')`;
