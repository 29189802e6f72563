import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RepoPath, random } from '../../base/index.ts';
import { functionsOf, type Shape, type SignatureShape, signaturesOf } from '../../lang/index.ts';
import {
  type Input,
  inputSource,
  inputsOf,
  type Outcome,
  resultOf,
  runDrafts,
  type Subject,
  subjectOf,
} from '../compare/index.ts';
import { RUN_LIMITS } from '../compare/run.ts';
import type { Bench, CheckContext } from '../context.ts';
import { patternsOf, samplesOf } from '../probes/inputs.ts';
import { fitsShape } from './fitsShape.ts';
import { regroupings } from './regroup.ts';

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

/** Inputs that are made, and how many at least must tell something. */
const INPUTS = 240;
const TELLING = 100;
const LEAST = 60;
const FEW = 4;
/** One input of so many is tried with two values the same. */
const TWINS = 6;
/** Different results that there must be at least; of results of two kinds each must come so often. */
const RESULTS = 5;
const RARER = 8;
/** Words and numbers that inputs are made of: those of the code, and a few more. */
const LITERALS = 60;
const PATTERNS = 20;
const COMMON = ['A', 'B', 'a', 'x', 1, 2];
/** Numbers that two ways to do the same treat otherwise without anybody minding. */
const UNUSUAL = /\bNaN\b|\bInfinity\b|(?<![\w.])-0(?![\w.])/;
/** What is outside of what many functions are made for: numbers below 0 and fractions. Looked at first all the same. */
const RARE = /(?<![\w)\]] ?)-\d|\d\.\d|\de[-+]?\d/;
/** Pairs whose arguments are handed over in other ways, and inputs that each way is tried on first. */
const REGROUPED = 12;
const FIRST = 40;
/** Code to which fractions are no rare thing. */
const ROUNDS = /\bMath\.(?:round|floor|ceil|trunc|fround)\b|\.to(?:Fixed|Precision)\(|\bparseFloat\(/;
const RARE_BUT_FRACTIONS = /(?<![\w)\]] ?)-\d/;
/** Calls without an end after which a function is given up. */
const SLOW = 12;
/** One function, milliseconds. */
const MS = 10_000;

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
  const [only] = forms;
  if (forms.length === 1 && canStandFor(only!, own) !== undefined) return only;
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
 * part on one, or where too little could be told.
 */
export async function sameResults(
  bench: Bench,
  pairs: readonly Pair[],
  seed: number,
): Promise<readonly (Sameness | undefined)[]> {
  const found: (Sameness | undefined)[] = pairs.map(() => undefined);
  const groups = Map.groupBy(
    pairs.map((pair, at) => ({ pair, at })),
    ({ pair: { own } }) => `${own.path}\0${own.name}`,
  );
  let regrouped = 0;
  await Promise.all([...groups.values()].map((group) => one(group)));
  return found;

  async function one(group: readonly { readonly pair: Pair; readonly at: number }[]): Promise<void> {
    const { own, ownForm } = group[0]!.pair;
    const subject = subjectIn(bench, own);
    const helpers = group.map(({ pair }) => subjectIn(bench, pair.helper));
    if (!subject) return;
    const said = [subject, ...helpers].flatMap((each) => each?.literals ?? []).slice(0, LITERALS);
    // Of few words the same come up in several arguments.
    const literals = [...new Set([...said, ...COMMON])];
    const texts = group.flatMap(({ pair }) => [pair.own, pair.helper]);
    const patterns = texts.flatMap(({ text, path }) => patternsOf(text, path)).slice(0, PATTERNS);
    const made = inputsOf({
      parameters: ownForm.parameters.map((parameter, at) => ({
        ...(subject.parameters[at] ?? { name: parameter.name }),
        shape: parameter.shape,
        optional: parameter.optional,
        rest: parameter.rest,
      })),
      uses: subject.uses,
      examples: [],
      literals,
      samples: samplesOf(literals, patterns, random(seed)),
      seed,
      count: INPUTS,
    });
    if ('unknown' in made) return;
    const usual = [...made.inputs, ...twins(made.inputs, ownForm)].filter(({ source }) => !UNUSUAL.test(source));
    // Of few values all are tried.
    const isSmall = ownForm.parameters.every(({ shape }) => isFew(shape));
    if (usual.length < (isSmall ? FEW : TELLING)) return;
    const straight = usual.map(({ source }) => source);
    const run = async (
      drafts: readonly Subject[],
      inputs: readonly string[],
    ): Promise<readonly (readonly Outcome[])[]> =>
      (
        await runDrafts(
          bench.sandbox,
          bench.root,
          drafts.map(({ runnable }) => runnable),
          inputs,
          { still: true, ms: MS, limits: { ...RUN_LIMITS, slow: SLOW } },
        )
      ).map(({ outcomes }) => outcomes);
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
        const telling = alike(straight, reference!, others[index]!, isSmall, rareFor(pairs[at]!));
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
        usual.flatMap(({ args, source }, input) => {
          const other = way.args(args);
          return other ? [{ source, other: inputSource(other), own: reference![input]! }] : [];
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
        if (found[at] || all.length < (isSmall ? FEW : TELLING) || parts(few[turn]!, first)) continue;
        const [others] = await run(
          [helper],
          all.map(({ other }) => other),
        );
        const own = all.map((one) => one.own);
        // Arguments that are grouped otherwise cannot be compared afterwards.
        if ([...own, ...others!].some((one) => one.kind !== 'unknown' && one.changed !== undefined)) continue;
        const sources = all.map(({ source }) => source);
        const telling = alike(sources, own, others!, isSmall, rareFor(pair));
        if (telling > 0) found[at] = { inputs: telling, swapped: false, regrouped: true };
      }
    }
  }
}

/** Inputs in which two values of one type are the same, which chance seldom makes them: what compares says otherwise there. */
function twins(inputs: readonly Input[], { parameters }: SignatureShape): readonly Input[] {
  const kinds = parameters.map(({ shape, rest }) => (rest ? '' : JSON.stringify(shape)));
  const second = kinds.findIndex((kind, at) => kind !== '' && kinds.indexOf(kind) < at);
  if (second < 0) return [];
  const first = kinds.indexOf(kinds[second]!);
  const known = new Set(inputs.map(({ source }) => source));
  return inputs.flatMap((one, at): Input[] => {
    if (at % TWINS !== 0 || one.args.length <= second) return [];
    const args = one.args.with(second, one.args[first]);
    const source = inputSource(args);
    return known.has(source) ? [] : [{ ...one, args, source }];
  });
}

/** Whether two part on an ordinary input. */
const parts = (
  given: readonly { readonly source: string; readonly own: Outcome }[],
  others: readonly Outcome[],
): boolean =>
  given.some(
    ({ source, own }, at) =>
      !RARE.test(source) &&
      own.kind !== 'unknown' &&
      others[at]!.kind !== 'unknown' &&
      resultOf(own) !== resultOf(others[at]!),
  );

/** What is rare for both functions of a pair. */
const rareFor = ({ own, helper }: Pair): RegExp =>
  [own, helper].some(({ text, path, name }) => {
    const at = functionsOf(text, path).findLast((one) => one.name === name)?.span;
    return at !== undefined && ROUNDS.test(text.slice(at.start, at.end));
  })
    ? RARE_BUT_FRACTIONS
    : RARE;

/** Inputs on which two do the same, on all or on all that are ordinary. */
function alike(
  sources: readonly string[],
  a: readonly Outcome[],
  b: readonly Outcome[],
  isSmall: boolean,
  rare: RegExp,
): number {
  const usual = (outcomes: readonly Outcome[]): readonly Outcome[] =>
    outcomes.filter((_, input) => !rare.test(sources[input]!));
  return agreement(a, b, isSmall) || agreement(usual(a), usual(b), isSmall);
}

const fitsSwapped = ({ helperForm, ownForm }: Pair): boolean =>
  canStandFor(helperForm, { ...ownForm, parameters: [...ownForm.parameters].reverse() }) === 'same';

/** Whether a type has few values. */
const isFew = (shape: Shape): boolean =>
  /^(?:literal|boolean|undefined|null)$/.test(shape.kind) || (shape.kind === 'union' && shape.members.every(isFew));

/** Inputs on which two do the same, if they do on all that is known and that tells enough; else 0. */
function agreement(a: readonly Outcome[], b: readonly Outcome[], isSmall: boolean): number {
  const kinds = new Map<string, number>();
  let telling = 0;
  for (const [at, one] of a.entries()) {
    const other = b[at]!;
    if (one.kind === 'unknown' || other.kind === 'unknown') continue;
    const result = `${resultOf(one)}\n${one.changed ?? ''}`;
    if (result !== `${resultOf(other)}\n${other.changed ?? ''}`) return 0;
    if (one.kind === 'throws') continue;
    telling++;
    kinds.set(result, (kinds.get(result) ?? 0) + 1);
  }
  const often = [...kinds.values()].filter((times) => times >= RARER).length;
  if (isSmall) return telling >= FEW && kinds.size >= 3 ? telling : 0;
  return telling >= LEAST && (kinds.size >= RESULTS || often >= 2) ? telling : 0;
}

function subjectIn(bench: Bench, { path, name, text }: Place): Subject | undefined {
  const subject = subjectOf({ path, url: pathToFileURL(join(bench.root, path)).href, text }, name);
  if (!subject.ok) return undefined;
  const { runnable } = subject.value;
  if (runnable.format !== 'module') return subject.value;
  // Inputs are made of the classes that the module knows: what it has by an upper-case name is seen under it.
  const known = runnable.source.matchAll(/^import\s*\{([^}]*)\}/gm);
  const names = [...known].flatMap(([, list]) =>
    list!.split(',').map(
      (one) =>
        one
          .trim()
          .split(/\s+as\s+/)
          .at(-1)!,
    ),
  );
  const seen = names.filter(
    (one) => /^[A-Z]\w*[a-z]/.test(one) && !new RegExp(`export[^;]*\\b${one}\\b`).test(runnable.source),
  );
  const source = seen.length === 0 ? runnable.source : `${runnable.source}export { ${seen.join(', ')} };\n`;
  return { ...subject.value, runnable: { ...runnable, source } };
}
