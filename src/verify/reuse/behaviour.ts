import type { RepoPath } from '../../base/index.ts';
import { type SignatureShape, signaturesOf } from '../../lang/index.ts';
import {
  type Input,
  inputSource,
  type Outcome,
  resultOf,
  runDrafts,
  type Subject,
  subjectOf,
} from '../compare/index.ts';
import { isUnspent, RUN_LIMITS } from '../compare/run.ts';
import type { Bench, CheckContext } from '../context.ts';
import { fitsShape } from './fitsShape.ts';
import { hasFewValues, isRare, usualInputs } from './inputs.ts';
import { regroupings } from './regroup.ts';
import { type ClassHome, classesFor, moduleFor } from './slice.ts';

/** A function at the top of a file. */
export interface Place {
  readonly path: RepoPath;
  readonly name: string;
  readonly text: string;
}

/** How two functions did the same on everything that was tried. */
export interface Sameness {
  readonly inputs: number;
  /** Whether the second takes its arguments the other way round. */
  readonly swapped: boolean;
  /** Whether it takes them otherwise: options for positions, another order, a constant put in. */
  readonly regrouped?: true;
}

/** How many inputs must tell something. */
const TELLING = 100;
const LEAST = 40;
const FEW = 4;
/** Different results that there must be at least; of results of two kinds each must come so often. */
const RESULTS = 5;
const RARER = 6;
/** Pairs whose arguments are handed over in other ways, and inputs that each way is tried on first. */
const REGROUPED = 12;
const FIRST = 40;
/** Calls without an end after which a function is given up. */
const SLOW = 12;
/** One function, milliseconds. */
const MS = 20_000;

/** Forms of functions as the compiler sees them, one for each overload; none where it cannot say. */
export function signatures(context: CheckContext, places: readonly Place[]): readonly (readonly SignatureShape[])[] {
  const byPath = Map.groupBy(places, ({ path }) => path);
  const overlay = new Map<RepoPath, string>();
  const alias = (name: string): string => `${name}$seen`;
  for (const [path, own] of byPath) {
    const names = [...new Set(own.map(({ name }) => name))];
    // What has runs of statements as functions behind it is longer.
    const text = own.reduce((most, one) => (one.text.length > most.length ? one.text : most), '');
    overlay.set(path, `${text}\nexport { ${names.map((name) => `${name} as ${alias(name)}`).join(', ')} };\n`);
  }
  context.language.setOverlay(overlay);
  try {
    const surfaces = new Map([...byPath.keys()].map((path) => [path, context.language.surface(path)]));
    return places.map(({ path, name }) => {
      const surface = surfaces.get(path);
      const entry = surface?.status === 'known' ? surface.value.find((one) => one.name === alias(name)) : undefined;
      return entry ? signaturesOf(entry.type, entry.uses) : [];
    });
  } finally {
    context.language.setOverlay(new Map());
  }
}

/** Whether one function could be called in the place of another: with the same arguments, or with two the other way round. */
export function canStandFor(helper: SignatureShape, own: SignatureShape): 'same' | 'swapped' | undefined {
  const inPlace = (list: SignatureShape['parameters']): boolean =>
    helper.parameters.every((to, at) => {
      const from = list[at];
      return from ? fitsShape(from.shape, to.shape) && from.rest === to.rest : to.optional || to.rest;
    }) && list.length <= helper.parameters.length;
  if (!fitsShape(helper.returns, own.returns) || !fitsShape(own.returns, helper.returns)) return undefined;
  if (own.returns.kind === 'undefined') return undefined;
  if (inPlace(own.parameters)) return 'same';
  return own.parameters.length === 2 && inPlace([...own.parameters].reverse()) ? 'swapped' : undefined;
}

/** One question: does `helper` do what `own` does? */
export interface Pair {
  readonly own: Place;
  readonly helper: Place;
  readonly ownForm: SignatureShape;
  readonly helperForm: SignatureShape;
}

/** The form of a helper that a function's own could be handed over to, and whether it could; the straight way first. */
export function formFor(forms: readonly SignatureShape[], own: SignatureShape): SignatureShape | undefined {
  const straight = forms.find((form) => canStandFor(form, own) !== undefined);
  if (straight) return straight;
  if (own.returns.kind === 'undefined') return undefined;
  return forms.find(
    (form) =>
      fitsShape(form.returns, own.returns) &&
      fitsShape(own.returns, form.returns) &&
      regroupings(form, own, [1, '']).length > 0,
  );
}

/**
 * Runs functions beside those that may do the same, on generated values; what comes of a pair, in order. Undefined where they
 * part on one, or where too little could be told; `cut` where that is because a process was ended.
 */
export async function sameResults(
  bench: Bench,
  pairs: readonly Pair[],
  seed: number,
): Promise<readonly (Sameness | 'cut' | undefined)[]> {
  const found: (Sameness | undefined)[] = pairs.map(() => undefined);
  const cut = new Set<string>();
  const groups = Map.groupBy(
    pairs.map((pair, at) => ({ pair, at })),
    ({ pair }) => keyOf(pair),
  );
  let regrouped = 0;
  await Promise.all([...groups].map(([key, group]) => one(key, group)));
  return found.map((same, at) => same ?? (cut.has(keyOf(pairs[at]!)) ? 'cut' : undefined));

  async function one(key: string, group: readonly { readonly pair: Pair; readonly at: number }[]): Promise<void> {
    const { own, ownForm } = group[0]!.pair;
    const classes = classesFor(own.text, own.path, bench.root, ownForm);
    const subject = subjectIn(bench, own, classes);
    const helpers = group.map(({ pair }) => subjectIn(bench, pair.helper, classes));
    if (!subject) return;
    const others = helpers.filter((one) => one !== undefined);
    const said = [subject, ...others].flatMap(({ literals }) => literals);
    const usual = usualInputs(subject, ownForm, seed, others, classes);
    const isSmall = hasFewValues(ownForm);
    const textsOf = (helper: Subject | undefined): readonly string[] => [subject.file.text, helper?.file.text ?? ''];
    if (usual.length < (isSmall ? FEW : TELLING)) return;
    const straight = usual.map(({ source }) => source);
    const run = async (
      drafts: readonly Subject[],
      inputs: readonly string[],
    ): Promise<readonly (readonly Outcome[])[]> => {
      const observed = await runDrafts(
        bench.sandbox,
        bench.root,
        drafts.map(({ runnable }) => runnable),
        inputs,
        { still: true, steady: true, ms: MS, limits: { ...RUN_LIMITS, slow: SLOW } },
      );
      if (observed.some(({ outcomes }) => outcomes.some(isUnspent))) cut.add(key);
      return observed.map(({ outcomes }) => outcomes);
    };
    const ways = group.map(({ pair }) => canStandFor(pair.helperForm, ownForm));
    for (const way of ['same', 'swapped'] as const) {
      const tried = group.flatMap(({ at }, index) => {
        const helper = helpers[index];
        const isSwappable = ownForm.parameters.length === 2 && ways[index] !== undefined;
        return helper &&
          !found[at] &&
          (way === 'same' ? ways[index] === 'same' : isSwappable && fitsSwapped(group[index]!.pair))
          ? [{ at, helper }]
          : [];
      });
      if (tried.length === 0) continue;
      const inputs = way === 'same' ? straight : usual.map(({ args }) => inputSource([...args].reverse()));
      const [reference] = await run([subject], straight);
      const others = await run(
        tried.map(({ helper }) => helper),
        inputs,
      );
      for (const [index, { at }] of tried.entries()) {
        const telling = alike(
          usual,
          reference!,
          others[index]!,
          isSmall,
          ownForm,
          textsOf(helpers[group.findIndex((x) => x.at === at)]),
        );
        if (telling > 0) found[at] = { inputs: telling, swapped: way === 'swapped' };
      }
    }
    let reference: readonly Outcome[] | undefined;
    for (const [index, { pair, at }] of group.entries()) {
      const helper = helpers[index];
      const ways = helper && !found[at] ? regroupings(pair.helperForm, ownForm, said) : [];
      if (!helper || ways.length === 0 || regrouped++ >= REGROUPED) continue;
      reference ??= (await run([subject], straight))[0]!;
      const given = ways.map((way) =>
        usual.flatMap((one, input) => {
          const other = way.args(one.args);
          return other ? [{ input: one, other: inputSource(other), own: reference![input]! }] : [];
        }),
      );
      // Most ways part at once: a few inputs of each are run together.
      const few = given.map((all) => all.slice(0, FIRST));
      const [seen] = await run(
        [helper],
        few.flat().map(({ other }) => other),
      );
      let from = 0;
      for (const [turn, all] of given.entries()) {
        const first = seen!.slice(from, from + few[turn]!.length);
        from += first.length;
        if (found[at] || all.length < (isSmall ? FEW : TELLING) || parts(few[turn]!, first, ownForm)) continue;
        const [others] = await run(
          [helper],
          all.map(({ other }) => other),
        );
        const own = all.map((one) => one.own);
        // Arguments that are grouped otherwise cannot be compared afterwards.
        if ([...own, ...others!].some((one) => one.kind !== 'unknown' && one.changed !== undefined)) continue;
        const inputs = all.map(({ input }) => input);
        const telling = alike(inputs, own, others!, isSmall, ownForm, textsOf(helper));
        if (telling > 0) found[at] = { inputs: telling, swapped: false, regrouped: true };
      }
    }
  }
}

const keyOf = ({ own }: Pair): string => `${own.path}\0${own.name}`;

/** Whether two part on an ordinary input. */
const parts = (
  given: readonly { readonly input: Input; readonly own: Outcome }[],
  others: readonly Outcome[],
  form: SignatureShape,
): boolean =>
  given.some(
    ({ input, own }, at) =>
      !isRare(input, form) &&
      own.kind !== 'unknown' &&
      others[at]!.kind !== 'unknown' &&
      resultOf(own) !== resultOf(others[at]!),
  );

/** Inputs on which two do the same, on all or on all that are ordinary. */
function alike(
  inputs: readonly Input[],
  a: readonly Outcome[],
  b: readonly Outcome[],
  isSmall: boolean,
  form: SignatureShape,
  texts: readonly string[],
): number {
  const usual = (outcomes: readonly Outcome[]): readonly Outcome[] =>
    outcomes.filter((_, input) => !isRare(inputs[input]!, form, texts));
  return agreement(a, b, isSmall) || agreement(usual(a), usual(b), isSmall);
}

const fitsSwapped = ({ helperForm, ownForm }: Pair): boolean =>
  canStandFor(helperForm, { ...ownForm, parameters: [...ownForm.parameters].reverse() }) === 'same';

/** Inputs on which two do the same, if they do on all that is known and that tells enough; else 0. */
export function agreement(a: readonly Outcome[], b: readonly Outcome[], isSmall: boolean): number {
  const kinds = new Map<string, number>();
  let telling = 0;
  let thrown = 0;
  for (const [at, one] of a.entries()) {
    const other = b[at]!;
    if (one.kind === 'unknown' || other.kind === 'unknown') continue;
    const result = `${resultOf(one)}\n${one.changed ?? ''}`;
    if (result !== `${resultOf(other)}\n${other.changed ?? ''}`) return 0;
    if (one.kind === 'throws') {
      thrown++;
      continue;
    }
    telling++;
    kinds.set(result, (kinds.get(result) ?? 0) + 1);
  }
  const often = [...kinds.values()].filter((times) => times >= RARER).length;
  if (isSmall) return telling >= FEW && kinds.size >= 3 ? telling : 0;
  // What both refuse says something too.
  const enough = telling + thrown / 4 >= LEAST && telling >= LEAST / 2;
  return enough && (kinds.size >= RESULTS || often >= 2) ? telling : 0;
}

/** A function as it is run: with what it needs of its file, and classes that it is given values of. */
export function subjectIn(bench: Bench, place: Place, classes: readonly ClassHome[]): Subject | undefined {
  const { path, name } = place;
  const subject = subjectOf({ path, ...moduleFor(bench.root, place, [name], classes) }, name);
  return subject.ok ? subject.value : undefined;
}
