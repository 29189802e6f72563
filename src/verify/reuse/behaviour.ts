import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RepoPath, random } from '../../base/index.ts';
import { type Shape, type SignatureShape, signaturesOf } from '../../lang/index.ts';
import { inputSource, inputsOf, type Outcome, resultOf, runDrafts, type Subject, subjectOf } from '../compare/index.ts';
import { RUN_LIMITS } from '../compare/run.ts';
import type { Bench, CheckContext } from '../context.ts';
import { patternsOf, samplesOf } from '../probes/inputs.ts';

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
}

/** Inputs that are made, and how many at least must tell something. */
const INPUTS = 240;
const TELLING = 100;
const LEAST = 60;
const FEW = 4;
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
/** Calls without an end after which a function is given up. */
const SLOW = 12;
/** One function, milliseconds. */
const MS = 10_000;

/** Forms of functions as the compiler sees them; undefined where it cannot say or there are several. */
export function signatures(context: CheckContext, places: readonly Place[]): readonly (SignatureShape | undefined)[] {
  const byPath = Map.groupBy(places, ({ path }) => path);
  const overlay = new Map<RepoPath, string>();
  const alias = (name: string): string => `${name}$seen`;
  for (const [path, own] of byPath) {
    const names = [...new Set(own.map(({ name }) => name))];
    overlay.set(path, `${own[0]!.text}\nexport { ${names.map((name) => `${name} as ${alias(name)}`).join(', ')} };\n`);
  }
  context.language.setOverlay(overlay);
  try {
    const surfaces = new Map([...byPath.keys()].map((path) => [path, context.language.surface(path)]));
    return places.map(({ path, name }) => {
      const surface = surfaces.get(path);
      const entry = surface?.status === 'known' ? surface.value.find((one) => one.name === alias(name)) : undefined;
      const forms = entry ? signaturesOf(entry.type, entry.uses) : [];
      return forms.length === 1 ? forms[0] : undefined;
    });
  } finally {
    context.language.setOverlay(new Map());
  }
}

/** Whether what fits the first shape fits the second. */
export function fitsShape(from: Shape, to: Shape, depth = 0): boolean {
  if (depth >= 8 || from.kind === 'unknown' || to.kind === 'unknown') return true;
  // What comes of it is seen when it runs.
  if (from.kind === 'union') return from.members.some((one) => fitsShape(one, to, depth + 1));
  if (to.kind === 'union') return to.members.some((one) => fitsShape(from, one, depth + 1));
  if (from.kind === 'literal') return to.kind === 'literal' ? from.value === to.value : typeof from.value === to.kind;
  if (from.kind === 'tuple' && to.kind === 'array')
    return from.elements.every((one) => fitsShape(one, to.element, depth + 1));
  if (from.kind === 'record' && to.kind === 'dictionary')
    return from.fields.every(({ shape }) => fitsShape(shape, to.value, depth + 1));
  if (from.kind !== to.kind) return false;
  if ('element' in from) return fitsShape(from.element, (to as typeof from).element, depth + 1);
  if (from.kind === 'tuple') {
    const { elements } = to as typeof from;
    return (
      elements.length === from.elements.length &&
      from.elements.every((one, at) => fitsShape(one, elements[at]!, depth + 1))
    );
  }
  if (from.kind === 'record') {
    // What a function is given more than it reads is no part of what it does: fields that both know must fit.
    const { fields } = to as typeof from;
    const shared = fields.flatMap((field) => {
      const own = from.fields.find(({ name }) => name === field.name);
      return own ? [fitsShape(own.shape, field.shape, depth + 1)] : [];
    });
    return shared.every((one) => one) && (shared.length > 0 || fields.every(({ optional }) => optional));
  }
  if (from.kind === 'map' || from.kind === 'dictionary')
    return fitsShape(from.value, (to as typeof from).value, depth + 1);
  return from.kind !== 'instance' || from.name === (to as typeof from).name;
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
    const usual = made.inputs.filter(({ source }) => !UNUSUAL.test(source));
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
        const all = others[index]!;
        const rare = straight.map((source) => RARE.test(source));
        const few = reference!.filter((_, input) => !rare[input]);
        const telling =
          agreement(reference!, all, isSmall) ||
          agreement(
            few,
            all.filter((_, input) => !rare[input]),
            isSmall,
          );
        if (telling > 0) found[at] = { inputs: telling, swapped: way === 'swapped' };
      }
    }
  }
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
