import { type Encoded, encode, VALUE_LIMITS } from './encode.ts';
import type { Outcome } from './run.ts';

/**
 * What came of one command. The tree `this` is the instance itself, `next` an instance that the next commands are for; `log` is what functions that were handed in were called with.
 */
interface Played {
  readonly kind: 'value' | 'threw';
  readonly tree?: Encoded;
  readonly error?: string;
  readonly message?: string;
  readonly waited?: true;
  readonly unknown?: string;
  readonly changed?: Encoded;
  readonly log?: readonly Encoded[];
}

interface Written {
  readonly steps: readonly (readonly [string, string | null, string, boolean, (log: unknown) => unknown[]])[];
  readonly reads: readonly string[];
}

type Own = Record<string, unknown> & { readonly $again?: (turn: number) => unknown };

/**
 * Makes what plays plans on what a module exports. Sent as text into the process of a draft, so it refers to nothing
 * outside of itself.
 */
function player(
  own: Own,
  hides: Readonly<Record<string, readonly string[]>>,
  fresh: boolean,
  limits: typeof VALUE_LIMITS,
  encoded: typeof encode,
): (written: Written) => unknown {
  type Maker = new (...args: unknown[]) => object;
  const { stringify } = JSON;
  // What a class keeps to itself is not compared.
  const mark = (from: Own): Own => {
    for (const [name, value] of Object.entries(hides)) {
      const { prototype } = from[name] as { prototype?: object };
      if (prototype) Object.defineProperty(prototype, Symbol.for('assay.hides'), { value });
    }
    return from;
  };
  const kindOf = (error: unknown): { error: string; message: string } => {
    if (typeof error === 'object' && error !== null && 'message' in error) {
      const { constructor: maker, name, message } = error as Error;
      return {
        error: String(maker?.name || name || 'Error').slice(0, 200),
        message: String(message).slice(0, 200),
      };
    }
    return { error: stringify(encoded(error, limits).tree).slice(0, 200), message: '' };
  };
  let turns = 0;
  mark(own);
  const play = (at: Own, { steps, reads }: Written): unknown => {
    let it: object | undefined;
    // One function for all commands: what was handed in once is known again.
    let log: unknown[] = [];
    const noted = (...all: unknown[]): void => {
      log.push(encoded(all, limits).tree);
    };
    const done: Record<string, unknown>[] = [];
    const seen = (value: unknown, more: object): void => {
      if (it !== undefined && value === it) done.push({ kind: 'value', tree: ['this'], ...more });
      else {
        const { tree, unknown } = encoded(value, limits);
        done.push({ kind: 'value', tree, ...(unknown === undefined ? {} : { unknown }), ...more });
      }
    };
    const from = (index: number): unknown => {
      for (let now = index; now < steps.length; now++) {
        const [kind, on, name, follows, make] = steps[now]!;
        log = [];
        const args = make(noted);
        const before = stringify(encoded(args, limits).tree);
        const more = (): object => {
          const { tree } = encoded(args, limits);
          return {
            ...(stringify(tree) === before ? {} : { changed: tree }),
            ...(log.length === 0 ? {} : { log }),
          };
        };
        const take = (value: unknown, waited: object): void => {
          const isInstance = typeof value === 'object' && value !== null;
          if (follows && isInstance && value !== it) {
            it = value;
            done.push({ kind: 'value', tree: ['next'], ...waited, ...more() });
          } else seen(value, { ...waited, ...more() });
        };
        try {
          const holder = (on === null ? at : on === 'it' ? it : at[on]) as Record<PropertyKey, unknown>;
          const key = /^\[Symbol\.(\w+)\]$/.exec(name)?.[1];
          const member = key === undefined ? name : Symbol[key as 'iterator'];
          if (kind === 'new') {
            it = new (at[name] as Maker)(...args);
            done.push({ kind: 'value', tree: ['next'], ...more() });
            continue;
          }
          if (kind === 'set') {
            holder[member] = args[0];
            done.push({ kind: 'value', tree: ['undefined'] });
            continue;
          }
          const value =
            kind === 'get' ? holder[member] : (holder[member] as (...all: unknown[]) => unknown).apply(holder, args);
          if (value !== null && typeof value === 'object' && typeof (value as PromiseLike<unknown>).then === 'function')
            return (value as PromiseLike<unknown>).then(
              (settled) => {
                take(settled, { waited: true });
                return from(now + 1);
              },
              (error: unknown) => {
                done.push({ kind: 'threw', ...kindOf(error), waited: true, ...more() });
                return from(now + 1);
              },
            );
          take(value, {});
        } catch (error) {
          done.push({ kind: 'threw', ...kindOf(error), ...more() });
          // Without an instance there is nothing to go on with.
          if (it === undefined && steps.some(([next, place]) => next === 'new' || place === 'it')) return end();
        }
      }
      return end();
    };
    const end = (): string => {
      const state: Record<string, unknown> = {};
      for (const name of it === undefined ? [] : reads) {
        try {
          const value = (it as Record<string, unknown>)[name];
          state[name] = value === it ? ['this'] : encoded(value, limits);
        } catch (error) {
          state[name] = { tree: ['threw', kindOf(error).error] };
        }
      }
      return stringify({ done, state });
    };
    return from(0);
  };
  return (written) => {
    if (!fresh || !own.$again) return play(own, written);
    const made = own.$again(++turns);
    return made instanceof Promise
      ? made.then((module: { $assay: Own }) => play(mark(module.$assay), written))
      : play(mark(made as Own), written);
  };
}

/** Source of a function that takes a module and gives what plays plans on what stands at `from`. */
export const playerSource = (
  hides: Readonly<Record<string, readonly string[]>>,
  fresh: boolean,
  from = '$m.$assay',
): string =>
  `($m) => (${player.toString()})(${from}, ${JSON.stringify(hides)}, ${fresh}, ${JSON.stringify(VALUE_LIMITS)}, ${encode.toString()})`;

/**
 * An outcome of a played plan as the outcome of its last command, with what came before it and the public state. Properties
 * whose value cannot be looked at are left out and named in `left`.
 */
export function playedOutcome(raw: Outcome, left: Map<string, string>): Outcome {
  if (raw.kind === 'throws') return { kind: 'unknown', reason: `its commands could not be played: ${raw.message}` };
  if (raw.kind === 'unknown') return raw;
  const text = JSON.parse(raw.value) as unknown;
  if (typeof text !== 'string') return { kind: 'unknown', reason: 'it has too many commands with long results' };
  const { done, state } = JSON.parse(text) as {
    readonly done: readonly Played[];
    readonly state: Readonly<Record<string, { readonly tree: Encoded; readonly unknown?: string }>>;
  };
  const opaque = done.find(({ unknown }) => unknown !== undefined);
  if (opaque) return { kind: 'unknown', reason: `its result holds ${opaque.unknown}` };
  const last = done.at(-1);
  if (!last) return { kind: 'unknown', reason: 'nothing was done' };
  const entries: Encoded[] = [];
  for (const [name, { tree, unknown }] of Object.entries(state)) {
    if (unknown === undefined) entries.push([name, tree]);
    else left.set(name, unknown);
  }
  const before = done
    .slice(0, -1)
    .map(
      ({ kind, tree, error, waited, changed, log }): Encoded => [
        kind === 'threw' ? ['threw', error!] : tree!,
        ...(waited ? ['waited'] : []),
        ...(changed === undefined ? [] : [['changed', changed]]),
        ...(log === undefined ? [] : [['log', log]]),
      ],
    );
  const rest = {
    ...(last.waited ? { waited: last.waited } : {}),
    ...(last.changed === undefined ? {} : { changed: JSON.stringify(last.changed) }),
    played: {
      before: JSON.stringify(before),
      state: JSON.stringify(['object', entries]),
      log: JSON.stringify(last.log ?? []),
    },
  };
  return last.kind === 'value'
    ? { kind: 'value', value: JSON.stringify(last.tree), ...rest }
    : { kind: 'throws', error: last.error!, message: last.message!, ...rest };
}
