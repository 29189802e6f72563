import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { functionsOf, type SignatureShape, shapeOf } from '../../lang/index.ts';
import { type Input, inputSource, type Outcome, resultOf, runDrafts } from '../compare/index.ts';
import { EXPORT, type ModuleText } from '../compare/program.ts';
import { isUnspent, RUN_LIMITS } from '../compare/run.ts';
import { moduleOf, typesIn } from '../compare/subject.ts';
import type { Bench } from '../context.ts';
import { agreement, type Place, subjectIn } from './behaviour.ts';
import { hasFewValues, isRare, usualInputs } from './inputs.ts';
import { regroupings } from './regroup.ts';
import { classesFor, moduleFor } from './slice.ts';

/** How a helper may be handed what a function is given. */
export type Way = (args: readonly unknown[]) => readonly unknown[] | undefined;

/** One function, and helpers that may do what it does, each with ways to call it. */
export interface Asked {
  readonly own: Place;
  readonly form: SignatureShape;
  readonly helpers: readonly { readonly place: Place; readonly ways: readonly Way[] }[];
}

/** What is known of the helpers of one function. */
export interface Screened {
  /** Those that are worth a longer look, by their place; undefined where nothing was told. */
  readonly likely: ReadonlySet<number> | undefined;
  /** Whether its process was ended before all was tried. */
  readonly isCut: boolean;
}

/** Inputs that a helper is tried on at first: those on which the function itself came to different results. */
const TRIED = 10;
/** Characters of a result that is as telling as longer ones. */
const LONG = 40;
/** Helpers whose words are among the inputs. */
const LIKELY = 4;
/** Calls of one process. */
const CALLS = 12_000;
/** Functions and files that one process loads. */
const FILES = 120;
/** Calls without an end after which a function is given up, and a helper. */
const SLOW = { own: 12, helper: 2 };
/** Longer than for one function: many modules are loaded. Milliseconds of one process. */
const LIMITS = { ...RUN_LIMITS, callMs: 200 };
const MS = 60_000;

/**
 * Which helpers are worth a longer look: those that gave the same on the first few inputs. All helpers of the functions of one file
 * are run in one process, for `ms`.
 */
export async function screened(
  bench: Bench,
  asked: readonly Asked[],
  seed: number,
  ms = MS,
): Promise<readonly Screened[]> {
  const found: (Set<number> | undefined)[] = asked.map(() => undefined);
  const cut = new Set<number>();
  const files = Map.groupBy(
    asked.map((one, at) => ({ one, at })),
    ({ one: { own } }) => `${own.path}\0${own.text}`,
  );
  await Promise.all([...files.values()].map(screenFile));
  return found.map((likely, at) => ({ likely, isCut: cut.has(at) }));

  async function screenFile(list: readonly { readonly one: Asked; readonly at: number }[]): Promise<void> {
    const [{ one: first }] = list as [(typeof list)[0]];
    const hub = hubOf(
      bench,
      first.own,
      list.map(({ one }) => one),
    );
    if (!hub) return;
    const run = async (
      inputs: readonly { readonly source: string; readonly of: number }[],
      slow: number,
    ): Promise<readonly Outcome[] | undefined> => {
      const [seen] = await runDrafts(
        bench.sandbox,
        bench.root,
        [hub.runnable],
        inputs.map(({ source }) => source),
        { still: true, steady: true, ms, limits: { ...LIMITS, slow }, of: inputs.map(({ of }) => of) },
      );
      const { outcomes, unloaded } = seen!;
      return unloaded === undefined || outcomes.some(isUnspent) ? outcomes : undefined;
    };
    const given = list.map(({ one: { own, form, helpers } }) => {
      const [subject, ...likely] = [own, ...helpers.slice(0, LIKELY).map(({ place }) => place)].map((place) =>
        subjectIn(bench, place, []),
      );
      const others = likely.filter((each) => each !== undefined);
      const classes = classesFor(own.text, own.path, bench.root, form);
      return subject ? usualInputs(subject, form, seed, others, classes) : [];
    });
    // What the functions themselves come to says which inputs tell most, and which functions can be told apart at all.
    const own = await run(
      given.flatMap((inputs, at) => inputs.map(({ source }) => ({ source, of: hub.own[at]! }))),
      SLOW.own,
    );
    // What cannot be loaded here is not run beside another either.
    for (const { at } of list) found[at] = new Set();
    if (!own) return;
    let from = 0;
    const calls: { source: string; of: number; at: number; helper: number; way: number; wanted: Outcome }[] = [];
    for (const [index, { one, at }] of list.entries()) {
      const inputs = given[index]!;
      const outcomes = own.slice(from, from + inputs.length);
      from += inputs.length;
      if (outcomes.some(isUnspent)) cut.add(at);
      if (agreement(outcomes, outcomes, hasFewValues(one.form)) === 0) continue;
      const kinds = new Set<string>();
      const telling = [...inputs.keys()]
        .filter((input) => outcomes[input]!.kind === 'value' && !isRare(inputs[input]!, one.form))
        .sort((a, b) => worthOf(outcomes[b]!, inputs[b]!) - worthOf(outcomes[a]!, inputs[a]!))
        .filter((input) => !kinds.has(resultOf(outcomes[input]!)!) && kinds.add(resultOf(outcomes[input]!)!));
      const few = telling.slice(0, TRIED);
      for (const [helper, { place, ways }] of one.helpers.entries()) {
        const of = hub.places.get(keyOf(place));
        if (of === undefined) continue;
        for (const [way, hand] of ways.entries())
          for (const input of few) {
            const args = hand(inputs[input]!.args);
            if (args && calls.length < CALLS)
              calls.push({ source: inputSource(args), of, at, helper, way, wanted: outcomes[input]! });
          }
      }
    }
    if (calls.length === 0) return;
    const seen = await run(calls, SLOW.helper);
    const parted = new Set<string>();
    const same = new Map<string, number>();
    for (const [call, { at, helper, way, wanted }] of calls.entries()) {
      const key = `${at} ${helper} ${way}`;
      const outcome = seen?.[call];
      if (outcome && isUnspent(outcome)) cut.add(at);
      if (!outcome || outcome.kind === 'unknown') continue;
      if (resultOf(outcome) === resultOf(wanted)) same.set(key, (same.get(key) ?? 0) + 1);
      else parted.add(key);
    }
    for (const { at, helper, way } of calls) {
      const key = `${at} ${helper} ${way}`;
      if (!parted.has(key) && (same.get(key) ?? 0) > 1) found[at]!.add(helper);
    }
    if (!seen) for (const { at } of list) found[at] = undefined;
  }
}

/** Ways to hand a helper what a function is given, by the helper's types as they are written. */
export function waysFor(
  { path, name, text }: Place,
  form: SignatureShape,
  literals: readonly (number | string)[],
): readonly Way[] {
  const written = functionsOf(text, path).findLast((one) => one.name === name);
  if (!written) return [];
  const uses = typesIn(text);
  const parameters = written.parameters.map(({ name: own, type, optional, rest }) => ({
    name: own,
    shape: type === undefined ? ({ kind: 'unknown' } as const) : shapeOf(type, uses),
    optional,
    rest,
  }));
  const helper = { parameters, returns: { kind: 'unknown' } as const };
  return [
    (args) => args,
    ...(form.parameters.length === 2 ? [(args: readonly unknown[]) => [...args].reverse()] : []),
    ...regroupings(helper, form, literals).map(({ args }) => args),
  ];
}

const keyOf = ({ path, name }: Place): string => `${path}\0${name}`;

/** What an input tells: more where what comes of it is long, and not what was given. */
function worthOf(outcome: Outcome, { source }: Input): number {
  if (outcome.kind !== 'value') return 0;
  const isGiven = source.includes(outcome.value);
  return Math.min(outcome.value.length, LONG) - (isGiven ? LONG : 0);
}

/** A module that loads the file of some functions and those of all their helpers; what does not load is left out. */
function hubOf(bench: Bench, { path, text }: Place, asked: readonly Asked[]) {
  const modules: Record<string, ModuleText> = {};
  const names = asked.map(({ own }) => own.name);
  const places = asked.flatMap(({ helpers }) => helpers.map(({ place }) => place));
  const byPath = Map.groupBy(places, (place) => place.path);
  const files = [...byPath].filter(([other]) => other !== path).slice(0, FILES);
  const inOwn = (byPath.get(path) ?? []).map(({ name }) => name);
  const classes = asked
    .flatMap(({ own, form }) => classesFor(own.text, own.path, bench.root, form))
    .filter(({ name }, at, all) => all.findIndex((one) => one.name === name) === at);
  const here = [...new Set([...names, ...inOwn])];
  const ownModule = moduleFor(bench.root, { path, text }, here, classes);
  const own = moduleOf({ path, ...ownModule }, here);
  if (!own.ok || own.value.runnable.format !== 'module') return undefined;
  modules[ownModule.url] = { format: 'module', source: own.value.runnable.source };
  const subjects: string[] = [...names, ...inOwn].map((name) => `(m) => m.${EXPORT}.${name}`);
  const known = new Map(inOwn.map((name, at) => [`${path}\0${name}`, names.length + at]));
  const imports: string[] = [];
  for (const [other, list] of files) {
    const symbols = [...new Set(list.map(({ name }) => name))];
    const module = moduleFor(bench.root, list[0]!, symbols, classes);
    const read = moduleOf({ path: other, ...module }, symbols);
    if (!read.ok) continue;
    const { format, source } = read.value.runnable;
    modules[module.url] = { format, source };
    const at = imports.length;
    imports.push(module.url);
    for (const name of symbols) {
      known.set(`${other}\0${name}`, subjects.length);
      subjects.push(`(m) => m.$helpers[${at}]?.${name}`);
    }
  }
  const url = pathToFileURL(join(bench.root, '.reuse.mjs')).href;
  const loaded = imports.map((one) => `load(() => import(${JSON.stringify(one)}))`).join(',\n');
  modules[url] = {
    format: 'module',
    source: `export * from ${JSON.stringify(ownModule.url)};
const load = (one) => one().then((m) => m.${EXPORT} ?? m.default.${EXPORT}, () => undefined);
export const $helpers = await Promise.all([${loaded}]);
`,
  };
  return {
    runnable: { url, ...modules[url], modules, subjects },
    own: names.map((_, at) => at),
    places: known,
  };
}
