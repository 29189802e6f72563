import { type Random, random } from '../../base/index.ts';
import { type ParameterShape, type Shape, signaturesOf } from '../../lang/index.ts';
import { conformsTo } from '../compare/conforms.ts';
import { type Encoded, encode, VALUE_LIMITS } from '../compare/encode.ts';
import { inputSource } from '../compare/inputs.ts';
import { edgesOf } from '../compare/make.ts';
import { printed, shortened, sourceOf } from '../compare/print.ts';
import type { Outcome } from '../compare/run.ts';
import { smallerThan } from '../compare/smaller.ts';
import type { Finding, Probe, ProbedModule, Side, Target } from './types.ts';

/** Sequences of one reducer, and actions of one. */
const COUNT = 150;
const LONGEST = 8;
/** Different actions in one sequence: the same one comes again. */
const POOL = 4;
/** Smaller ones that are tried for one difference, in how many rounds, and what it may leave unspent, milliseconds. */
const SMALLER = 60;
const ROUNDS = 4;
const SPARE = 300;

interface Reducer {
  readonly target: Target;
  readonly action: ParameterShape;
  /** Source of the state that it starts from, and as people write it. */
  readonly initial: string;
  readonly shown: string;
}

interface Reduced {
  /** Encoding of the last state, or what was thrown. */
  readonly state: Encoded | string;
  /** Whether a state that it was given was changed. */
  readonly mutates: boolean;
}

interface Parted {
  readonly actions: readonly unknown[];
  readonly kind: 'differs' | 'mutates';
  readonly base: Reduced;
  readonly head: Reduced;
}

/** Functions of a state and an action: sequences of actions on the old code and the new one, shrunk to the shortest that parts them. */
export const reducers: Probe = {
  name: 'reducers',
  async run(module) {
    const none = { tried: new Map<string, number>(), unknown: new Map<string, string>() };
    const all = reducersOf(module);
    if (all.length === 0) return { findings: [], ...none };
    if (module.budget.left() <= SPARE) return { findings: [], ...none, isCut: true };
    const numbers = random(module.seed);
    const plans = all.map(({ action }) =>
      Array.from({ length: COUNT }, () => {
        const pool = Array.from({ length: POOL }, () => small(action.shape, numbers));
        return Array.from({ length: 1 + numbers.below(LONGEST) }, () => numbers.pick(pool));
      }),
    );
    const best = await played(module, all, plans);
    const seen = new Set<string>();
    for (let round = 0; round < ROUNDS && module.budget.left() > SPARE; round++) {
      const simpler = all.map(({ action }, at) =>
        [...best[at]!.values()]
          .flatMap(({ actions }) => smallerThan(actions) as readonly (readonly unknown[])[])
          .filter((actions) => actions.length > 0 && actions.every((one) => conformsTo([one], [action])))
          .filter((actions) => !seen.has(sourceOf(actions)))
          .sort(byLength)
          .slice(0, SMALLER),
      );
      for (const actions of simpler.flat()) seen.add(sourceOf(actions));
      if (simpler.every(({ length }) => length === 0)) break;
      for (const [at, found] of (await played(module, all, simpler)).entries())
        for (const [kind, one] of found)
          if (best[at]!.has(kind) && byLength(one.actions, best[at]!.get(kind)!.actions) < 0) best[at]!.set(kind, one);
    }
    const findings = all.flatMap((reducer, at) =>
      [...best[at]!.values()].flatMap((one) => findingOf(reducer, one) ?? []),
    );
    return { findings, ...none };
  },
};

const byLength = (one: readonly unknown[], other: readonly unknown[]): number =>
  one.length - other.length || sourceOf(one).length - sourceOf(other).length;

function reducersOf({ language, path, targets }: ProbedModule): readonly Reducer[] {
  const surface = language.surface(path);
  if (surface.status !== 'known') return [];
  const entries = surface.value;
  return targets
    .filter(({ kind, why }) => kind === 'function' && why !== 'added')
    .flatMap((target): Reducer[] => {
      const entry = entries.find(({ name }) => name === (target.exported || 'default'));
      const [form] = entry ? signaturesOf(entry.type, { ...entry.uses, [entry.name]: entry.type }) : [];
      const [state, action, ...rest] = form?.parameters ?? [];
      if (!state || !action || action.optional || rest.some(({ optional }) => !optional)) return [];
      if (!isAction(action.shape) || form!.returns.kind === 'promise') return [];
      const named = entries.find(({ name, kind }) => /^(?:initial|default|empty)/i.test(name) && kind !== 'function');
      const isEmpty =
        state.optional ||
        (state.shape.kind === 'union' && state.shape.members.some(({ kind }) => kind === 'undefined'));
      if (named) return [{ target, action, initial: `$m.own[${JSON.stringify(named.name)}]`, shown: named.name }];
      if (isEmpty) return [{ target, action, initial: 'undefined', shown: 'undefined' }];
      if (/^(?:strange|unknown|instance|function)$/.test(state.shape.kind)) return [];
      const initial = inputSource([edgesOf(state.shape)[0]]);
      return [{ target, action, initial, shown: initial }];
    });
}

/** A union of objects that are told apart by a literal, or one such object. */
function isAction(shape: Shape): boolean {
  const members = shape.kind === 'union' ? shape.members : [shape];
  const [first] = members;
  return (
    first?.kind === 'record' &&
    first.fields.some(({ name }) =>
      members.every(
        (one) => one.kind === 'record' && one.fields.some((field) => field.name === name && isName(field.shape)),
      ),
    )
  );
}

const isName = (shape: Shape): boolean =>
  shape.kind === 'literal' || (shape.kind === 'union' && shape.members.every(({ kind }) => kind === 'literal'));

/** Few different values, so that actions meet. */
function small(shape: Shape, numbers: Random): unknown {
  switch (shape.kind) {
    case 'number':
      return numbers.below(3);
    case 'string':
      return numbers.pick(['a', 'b', 'c']);
    case 'union':
      return shape.members.length === 0 ? undefined : small(numbers.pick(shape.members), numbers);
    case 'array':
      return Array.from({ length: numbers.below(3) }, () => small(shape.element, numbers));
    case 'record':
      return Object.fromEntries(
        shape.fields
          .filter(({ optional }) => !optional || numbers.below(2) === 0)
          .map((one) => [one.name, small(one.shape, numbers)]),
      );
    default:
      return numbers.pick(edgesOf(shape).slice(0, 3));
  }
}

/** Reduces actions in the process of a probe, into which it is sent as text. */
function reducer(
  reduce: (state: unknown, action: unknown) => unknown,
  limits: typeof VALUE_LIMITS,
  encoded: typeof encode,
): (initial: unknown, actions: readonly unknown[]) => string {
  const { stringify } = JSON;
  const text = (value: unknown): string => stringify(encoded(value, limits).tree);
  return (initial, actions) => {
    let mutates = false;
    // The initial state is the module's own.
    let state = structuredClone(initial);
    try {
      for (const action of actions) {
        const before = text(state);
        const next = reduce(state, action);
        if (text(state) !== before) mutates = true;
        state = next;
      }
    } catch (error) {
      return stringify({ state: `throws ${(error as Error | undefined)?.constructor?.name}`, mutates });
    }
    const { tree, unknown } = encoded(state, limits);
    if (unknown !== undefined) throw new Error(unknown);
    return stringify({ state: tree, mutates });
  };
}

/** The shortest sequence of each kind on which the sides part, by reducer. */
async function played(
  module: ProbedModule,
  all: readonly Reducer[],
  plans: readonly (readonly (readonly unknown[])[])[],
): Promise<Map<Parted['kind'], Parted>[]> {
  const callsOf = (side: Side) =>
    all.flatMap(({ target, initial }, at) =>
      plans[at]!.map((actions) => ({
        subject: `($m) => (${reducer.toString()})((${target.subject[side]})($m), ${JSON.stringify(VALUE_LIMITS)}, ${encode.toString()})`,
        args: `${initial}, ${sourceOf(actions)}`,
      })),
    );
  const [base, head] = await Promise.all([module.run('base', callsOf('base')), module.run('head', callsOf('head'))]);
  let at = 0;
  return all.map((_, index) => {
    const found = new Map<Parted['kind'], Parted>();
    for (const actions of plans[index]!) {
      const [old, now] = [reducedIn(base[at]!), reducedIn(head[at]!)];
      at++;
      if (!old || !now) continue;
      const isSame = JSON.stringify(old.state) === JSON.stringify(now.state);
      const kind = !isSame ? 'differs' : now.mutates && !old.mutates ? 'mutates' : undefined;
      const known = kind && found.get(kind);
      if (kind && (!known || byLength(actions, known.actions) < 0))
        found.set(kind, { actions, kind, base: old, head: now });
    }
    return found;
  });
}

function reducedIn(outcome: Outcome): Reduced | undefined {
  const text: unknown = outcome.kind === 'value' ? JSON.parse(outcome.value) : undefined;
  return typeof text === 'string' ? (JSON.parse(text) as Reduced) : undefined;
}

function findingOf({ target, shown }: Reducer, { actions, kind, base, head }: Parted): Finding | undefined {
  // What one call from the same state shows is told of by itself.
  if (kind === 'differs' && actions.length < 2) return undefined;
  const told = ({ state }: Reduced): string =>
    typeof state === 'string' && state.startsWith('throws ') ? state : shortened(printed(state as Encoded));
  const says =
    kind === 'mutates' ? 'changes a state that it is given, and did not' : `was ${told(base)}, is ${told(head)}`;
  return {
    code: `probes/${kind}`,
    message: `${sourceOf(actions)}.reduce(${target.name}, ${shown}) ${says}`,
    severity: 'info',
    differs: true,
    target: target.name,
    span: target.span,
  };
}
