import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RepoPath } from '../../base/index.ts';
import { type Shape, type SignatureShape, signaturesOf } from '../../lang/index.ts';
import { inputSource, inputsOf, type Outcome, resultOf, runDrafts, type Subject, subjectOf } from '../compare/index.ts';
import type { Bench, CheckContext } from '../context.ts';

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
/** Different results that there must be at least; of results of two kinds each must come so often. */
const RESULTS = 5;
const RARER = 8;
/** Words and numbers that inputs are made of: those of the code, and a few more. */
const LITERALS = 60;
const COMMON = ['A', 'B', 'a', 'x', 1, 2];
/** Numbers that two ways to do the same treat otherwise without anybody minding. */
const UNUSUAL = /\bNaN\b|\bInfinity\b|(?<![\w.])-0(?![\w.])/;
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
  if (from.kind === 'union') return from.members.every((one) => fitsShape(one, to, depth + 1));
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
  if (from.kind === 'record')
    return (to as typeof from).fields.every(({ name, shape, optional }) => {
      const own = from.fields.find((field) => field.name === name);
      return own ? fitsShape(own.shape, shape, depth + 1) : optional;
    });
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
      seed,
      count: INPUTS,
    });
    if ('unknown' in made) return;
    const usual = made.inputs.filter(({ source }) => !UNUSUAL.test(source));
    if (usual.length < TELLING) return;
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
          { still: true, ms: MS },
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
        const telling = agreement(reference!, others[index]!);
        if (telling >= TELLING) found[at] = { inputs: telling, swapped: way === 'swapped' };
      }
    }
  }
}

const fitsSwapped = ({ helperForm, ownForm }: Pair): boolean =>
  canStandFor(helperForm, { ...ownForm, parameters: [...ownForm.parameters].reverse() }) === 'same';

/** Inputs on which two do the same, if they do on all that is known and that tells something; else 0. */
function agreement(a: readonly Outcome[], b: readonly Outcome[]): number {
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
  const isTelling =
    kinds.size >= RESULTS || (kinds.size >= 2 && [...kinds.values()].filter((times) => times >= RARER).length >= 2);
  return isTelling ? telling : 0;
}

function subjectIn(bench: Bench, { path, name, text }: Place): Subject | undefined {
  const subject = subjectOf({ path, url: pathToFileURL(join(bench.root, path)).href, text }, name);
  return subject.ok ? subject.value : undefined;
}
