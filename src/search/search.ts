import { setImmediate as breathe } from 'node:timers/promises';
import { noEvents } from '../base/index.ts';
import { beam } from './beam.ts';
import { run } from './body.ts';
import { confidence } from './confidence.ts';
import { Context, Ended, type Shared } from './context.ts';
import { Found, meets } from './found.ts';
import { Goal, MASKED, type Way } from './goal.ts';
import { BOOLEAN, kindOf, kindsOf, NUMBER, Universe } from './kinds.ts';
import { makerOf } from './maker.ts';
import { mapped } from './mapped.ts';
import { isLambda, operatorsOf } from './operators/index.ts';
import { diverseInputs, probesOf } from './probes.ts';
import { Coverage, literalsOf, proseCosts } from './prose.ts';
import { recurrences } from './recurrence.ts';
import { render } from './render.ts';
import { spread } from './rows.ts';
import type { Term } from './term.ts';
import { throwable, withConstantMessages } from './thrown.ts';
import type { Nearest, Problem, SearchOptions, SearchReport } from './types.ts';
import { Values } from './values.ts';

const DEFAULTS = { ms: 8_000, expressions: 5_000_000, behaviours: 8, seed: 1 } as const;
/** Inputs beyond the examples' that tell behaviours apart. */
const PROBES = 12;
/** Inputs beyond the examples' on which bodies that fit are compared, the former included. */
const INPUTS = 64;
/** Steps of cost that search goes on beyond the first body that fits. */
const MARGIN = 2;
const MOST_COST = 40;
/** A body that fits is looked past for so many times the expressions that led to it, and some. */
const PATIENCE = 3;
const PATIENT = 150_000;
const PATIENT_GUARDED = 400_000;
/** The cost at which literals and names are all there, and chains may start from them. */
const BEAM_AT = 7;
/** Examples that are left out in turn. */
const LEFT_OUT = 10;
/** Guards before what is returned. */
const GUARDS = 2;
/** Of time and expressions, how far calls of neighbours may go, then chains of calls, and then what the prose speaks of. */
const CALLS_SHARE = 0.15;
const CHAINS_SHARE = 0.3;
const FEW_SHARE = 0.1;
const SPOKEN_SHARE = 0.5;
const CONSTANT_LENGTH = 32;
/** Expressions between two looks at the clock. */
const CLOCK = 64;
/** Expressions kept. */
const KEPT = 400_000;

/**
 * Finds bodies for a function that fit its examples: typed expressions from the cheapest up, then guards, records and
 * folds over them. Runs nothing but assay's own operators. The same problem and options give the same bodies as long as
 * neither time nor signal end the search.
 */
export async function search(given: Problem, options: SearchOptions = {}): Promise<SearchReport> {
  const problem: Problem = { ...given, examples: withConstantMessages(given.examples) };
  const classes = throwable(problem.errors);
  const { ms, expressions, behaviours: wanted, seed } = { ...DEFAULTS, ...options };
  const events = options.events ?? noEvents;
  const started = performance.now();
  const task = `searching for ${problem.name}`;
  events({ type: 'progress-start', task });
  const values = new Values(expectsAnyNumber(problem));
  const further = probesOf(problem, INPUTS, seed);
  const parameters = problem.parameters.map(({ shape }) => kindOf(shape));
  const returns = kindsOf(problem.returns);
  const neighbours = problem.neighbours ?? [];
  const universe = new Universe(
    parameters,
    returns,
    neighbours.flatMap(({ forms }) => forms.flatMap((form) => kindsOf(form.returns))),
  );
  const prose = proseCosts(problem);
  const operators = operatorsOf(universe, neighbours)
    .map((operator) => {
      const said = prose(operator, operator.cost);
      return {
        ...operator,
        price: options.costs?.(operator, said) ?? said,
        spoken: operator.core || said < operator.cost,
      };
    })
    .filter((operator) => operator.price < MOST_COST);
  const literals = literalsOf(problem, universe);
  const rows = [...problem.examples.map(({ args }) => args), ...further].map((args) =>
    parameters.map((_, index) => args[index]),
  );
  // Examples beyond those that expressions are made on are held against the bodies that fit these.
  const shown = problem.examples.slice(0, MASKED).map(({ expected }) => expected);
  const known = rows.slice(0, shown.length);
  const made = [...known, ...diverseInputs(rows.slice(problem.examples.length), known, PROBES)];
  const found = new Found(problem, rows, wanted, new Coverage(problem, operators));
  const names = parameters.map((kind) => ({
    kind,
    cost: 1,
    ...(kind.tag === 'array' ? { flavour: 'item' as const } : {}),
  }));
  let looked = 0;
  let nearest: Nearest | undefined;
  let last: Goal | undefined;
  /** Looks through what a set of operators makes, until the share of time and expressions is spent. */
  const look = async (these: Shared['operators'], share: number, chains: boolean): Promise<SearchReport['end']> => {
    const goal = new Goal(values, returns, shown, makerOf(returns, problem.examples), classes);
    let kept = 0;
    // A body that fits is looked past for a while: a better one may cost a little less.
    const from = looked;
    const patient = (): number => (found.isGuarded ? PATIENT_GUARDED : PATIENT);
    let enough = found.best < Number.POSITIVE_INFINITY ? from + patient() : Number.POSITIVE_INFINITY;
    const take = (ways: readonly Way[]): void => {
      if (found.add(ways)) enough = from + (looked - from) * PATIENCE + patient();
    };
    const shared: Shared = {
      values,
      chains,
      mixes: /\b(?:index|indices|indexes|position|place|second|third|fourth|nth|median)/i.test(problem.prose),
      operators: these,
      literals,
      keep: () => {
        kept++;
        if (kept >= KEPT) throw new Ended('expressions');
      },
      step: () => {
        looked++;
        if (looked % CLOCK !== 0) return;
        if (looked >= expressions * share) throw new Ended('expressions');
        if (performance.now() - started >= ms * share) throw new Ended('time');
        if (options.signal?.aborted) throw new Ended('cancelled');
        if (looked >= enough) throw new Ended('found');
      },
    };
    const context = new Context(shared, names, made, 0, 0, (term) => goal.add(term, term.kind === BOOLEAN));
    for (const term of constants(problem, made.length, values)) goal.add(term, false);
    let end: SearchReport['end'] = 'exhausted';
    try {
      for (let cost = 1; cost < MOST_COST; cost++) {
        if (cost === BEAM_AT && chains) {
          for (const kind of returns)
            if (kind.tag === 'string' || kind.tag === 'array')
              beam(context, kind, these, shown, values, (term) => goal.add(term, false));
        }
        if (cost === BEAM_AT && !chains) {
          for (const kind of returns) {
            mapped(context, shared, names, kind, shown, take);
            if (kind === NUMBER) take(recurrences(problem, shared));
          }
        }
        if (found.best + MARGIN < cost) {
          end = 'found';
          break;
        }
        // Others get a turn between two levels: whoever listens to events, whoever cancels.
        await breathe();
        if (options.signal?.aborted) throw new Ended('cancelled');
        context.grow(cost);
        take(goal.bodies(cost > 3 ? GUARDS : 0));
        events({ type: 'progress-delta', task, done: looked, note: `expressions, cost ${cost}` });
      }
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      end = error.reason;
      take(goal.bodies(GUARDS));
    }
    nearest ??= nearestOf(goal, problem, rows);
    last = goal;
    return end;
  };
  // First what the prose speaks of, with what is part of any function: few operators reach far.
  const isListed = returns.some(({ tag }) => tag === 'string' || tag === 'array');
  const spoken = operators.filter((operator) => operator.spoken);
  if (problem.examples.length === 0)
    return { behaviours: [], inputs: further, confidence: 0, expressions: 0, ms: 0, end: 'exhausted' };
  const called = operators.filter(({ calls }) => calls);
  const plans: readonly (readonly [Shared['operators'], number, boolean])[] = [
    // Calls of what is at hand, one in the other: so few that they are looked through deep.
    ...(called.length > 0 ? [[called, CALLS_SHARE, false] as const] : []),
    [spoken.filter(({ slots }) => !slots.some(isLambda)), isListed ? CHAINS_SHARE : FEW_SHARE, true],
    [spoken, SPOKEN_SHARE, false],
    [operators, 1, false],
  ];
  let end: SearchReport['end'] = 'exhausted';
  for (const [these, share, chains] of plans) {
    if (end === 'cancelled') break;
    end = await look(these, share, chains);
  }
  const took = performance.now() - started;
  events({ type: 'progress-end', task, ms: took });
  const { behaviours, inputs } = found.report();
  return {
    behaviours,
    inputs,
    confidence: last
      ? confidence(
          behaviours.map(({ cost }) => cost),
          predicted(last, found),
        )
      : 0,
    ...(behaviours.length === 0 && nearest ? { nearest } : {}),
    expressions: looked,
    ms: took,
    end,
  };
}

/**
 * Each example in turn left out, of many some: the share of them that the cheapest body that fits the others meets all the same. Of one
 * alone nothing is to be known.
 */
function predicted(goal: Goal, found: Found): number {
  if (goal.count < 2) return 0.5;
  const left = spread(
    Array.from({ length: goal.count }, (_, index) => index),
    LEFT_OUT,
  );
  const met = left.filter((index) => found.predicts(goal.bodies(GUARDS, goal.full & ~(1 << index)), index));
  return met.length / left.length;
}

const expectsAnyNumber = ({ examples }: Problem): boolean =>
  examples.some(({ args, expected }) =>
    [...args, expected.kind === 'value' && expected.value].some(
      (value) => typeof value === 'number' && !Number.isFinite(value),
    ),
  );

/**
 * Literals that only a whole branch hands back: absence, what several examples expect, and what the prose names. What one
 * example alone expects would only repeat that example.
 */
function constants({ examples, returns, prose }: Problem, rows: number, values: Values): Term[] {
  const expected = examples.flatMap((example) => (example.expected.kind === 'value' ? [example.expected.value] : []));
  const kinds = kindsOf(returns);
  return [...new Set(expected)].flatMap((value): Term[] => {
    const isAbsent = value === undefined || value === null;
    const kind = isAbsent ? kinds[0] : kinds.find(({ tag }) => tag === typeof value);
    if (!kind || (typeof value === 'string' && value.length >= CONSTANT_LENGTH)) return [];
    const isSaid =
      value === '' || value === 0 || value === -1 || (String(value) !== '' && prose.includes(String(value)));
    const isCommon = expected.filter((one) => one === value).length > 1;
    if (!isAbsent && typeof value !== 'boolean' && !isSaid && !isCommon) return [];
    const cost = isAbsent ? 2 : typeof value === 'boolean' || isSaid ? 3 : 6;
    const ids = new Int32Array(rows).fill(values.id(value));
    return [{ kind, cost, parts: [], literal: { value }, uses: 0, flavour: undefined, ids }];
  });
}

function nearestOf(goal: Goal, problem: Problem, rows: readonly (readonly unknown[])[]): Nearest | undefined {
  const body = goal.nearest();
  if (!body) return undefined;
  const misses = problem.examples.flatMap(({ expected }, index) =>
    meets(run(body, [...rows[index]!]), expected) ? [] : [index],
  );
  return {
    body: render(
      body,
      problem.parameters.map(({ name }) => name),
    ),
    misses,
  };
}
