import { type RepoPath, random, type Span } from '../../base/index.ts';
import { inputSource, materialOf } from '../compare/inputs.ts';
import { changed } from '../compare/mutate.ts';
import { type Outcome, outcomeText } from '../compare/run.ts';
import { type CheckContext, textAt } from '../context.ts';
import { callsIn } from '../probes/calls.ts';
import { type ChangedModule, openModule, placesOf, type Target, testsOf } from '../probes/index.ts';
import { callText } from '../probes/inputs.ts';
import type { Ran } from '../types.ts';
import type { Finding } from './types.ts';

/** An answer that looks as if it were written for the tests, by its text alone. */
export interface Suspicion {
  readonly finding: Finding;
  /** The function it stands in; empty at the top of a file. */
  readonly name: string;
  /** The literals of the tests that it tells apart, as printed; none where the answer is the same for all. */
  readonly keys: readonly string[];
  readonly isTable: boolean;
  /** How the text of the head reads without it; undefined where nothing is left then. */
  readonly without?: readonly Replacement[];
}

export interface Replacement {
  readonly span: Span;
  readonly text: string;
}

/** Suspicions of one change that are run; calls of tests, and inputs near to each. */
const SUSPICIONS = 10;
const CALLS = 3;
const NEAR = 6;
const TRIES = 60;
/** For each, milliseconds. */
const MS = 4_000;
const SEED = 1;

/**
 * Runs what is suspected on the inputs of the tests and on others close to them. A suspicion is withdrawn where a table is not
 * needed for the same answers, or where a constant answer turns out to be none; where the run bears it out, the finding says
 * with which inputs. What cannot be run stays as it is.
 */
export async function confirmed(
  context: CheckContext,
  suspicions: readonly Suspicion[],
  ran: Ran[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [index, one] of suspicions.entries()) {
    const seen = index < SUSPICIONS ? await look(context, one, ran) : undefined;
    if (seen === 'computes') continue;
    findings.push(seen === undefined ? one.finding : { ...one.finding, found: `${one.finding.found}; ${seen}` });
  }
  return findings;
}

async function look(context: CheckContext, suspicion: Suspicion, ran: Ran[]): Promise<string | undefined> {
  const { finding, name, keys, without, isTable } = suspicion;
  const file = context.change.files.find(({ path }) => path === finding.path);
  if (!file?.after || context.change.packagesUnknown !== undefined || /x$/.test(finding.path)) return undefined;
  const places = await placesOf(context);
  if (!places.ok) return undefined;
  const { path, from } = file;
  const open = (module: ChangedModule) =>
    openModule(
      {
        modules: [module],
        language: context.language,
        place: async (side) => places.value[side],
        textOf: (of) => textAt(context, of),
        testsOf: () => [],
        seed: SEED,
        ms: MS,
      },
      module,
      ran,
    );
  const after = file.after.text;
  const head = { path, after };
  const module = open(
    file.before ? { ...head, ...(from === undefined ? {} : { from }), before: file.before.text } : head,
  );
  const calls = callsOf(context, path, name, keys, module.targets);
  if (!calls) return undefined;
  const { target, exact } = calls;
  const near = exact.map(nearTo);
  const sources = [...exact, ...near.flat()].map((args) => inputSource(args));
  const run = async (of: typeof module, side: 'base' | 'head'): Promise<readonly Outcome[]> =>
    of.run(
      side,
      sources.map((args) => ({ subject: target.subject[side], args })),
    );
  const now = await run(module, 'head');
  const was = file.before && target.why !== 'added' ? await run(module, 'base') : undefined;
  const told = (at: number, outcomes: readonly Outcome[]): string => outcomeText(outcomes[at]!);
  const call = (at: number): string => callText(target, { args: [...exact, ...near.flat()][at]! });
  if (!now.every(({ kind }, at) => kind !== 'unknown' || at >= exact.length)) return undefined;
  const others = now
    .map((_, at) => at)
    .slice(exact.length)
    .filter((at) => now[at]!.kind !== 'unknown');
  if (without === undefined) {
    if (others.length === 0) return undefined;
    const isSame = (outcomes: readonly Outcome[]): boolean =>
      others.every((at) => told(at, outcomes) === told(0, outcomes));
    if (!isSame(now) || (was && isSame(was))) return 'computes';
    const part = was && others.find((at) => was[at]!.kind === 'value' && told(at, was) !== told(at, now));
    const before = part === undefined ? '' : `, which was ${told(part, was!)}`;
    return `run: ${call(0)} and ${call(part ?? others[0]!)} are both ${told(0, now)}${before}`;
  }
  const cut = open({ path, before: replaced(after, without), after });
  // The same function under the same name, of the text without the suspicious part.
  const left = await cut.run(
    'base',
    sources.map((args) => ({ subject: target.subject.head, args })),
  );
  const needs = exact.findIndex((_, at) => left[at]!.kind !== 'unknown' && told(at, left) !== told(at, now));
  if (needs < 0) {
    if (exact.some((_, at) => left[at]!.kind === 'unknown')) return undefined;
    // A table may be there to be fast; one input of the tests that is told apart is not.
    return isTable ? 'computes' : `run: without it ${call(0)} is ${told(0, left)} as well, which no test tries then`;
  }
  // One close to it that is answered by the rest of the code.
  const first = exact.length + near.slice(0, needs).flat().length;
  const beside = near[needs]!.map((_, index) => first + index).find(
    (at) => now[at]!.kind !== 'unknown' && told(at, now) === told(at, left) && told(at, now) !== told(needs, now),
  );
  const nearby =
    beside === undefined
      ? ''
      : `, and ${call(beside)} ${was && told(beside, was) === told(beside, now) ? 'is still' : 'is'} ${told(beside, now)}`;
  return `run: ${call(needs)} is ${told(needs, now)}, without it ${told(needs, left)}${nearby}`;
}

/** The function that tests call, and calls of it that meet what is told apart. */
function callsOf(
  context: CheckContext,
  path: RepoPath,
  name: string,
  keys: readonly string[],
  targets: readonly Target[],
): { readonly target: Target; readonly exact: readonly (readonly unknown[])[] } | undefined {
  const able = targets.filter(({ kind }) => kind === 'function' || kind === 'static');
  // The function itself, else one that leads to it.
  const ordered = [...able].sort((a, b) => Number(isNamed(b, name)) - Number(isNamed(a, name)));
  const changedTests = context.change.files.map((one) => one.path).filter((one) => /\b(?:test|spec)s?\b/.test(one));
  for (const target of ordered) {
    const own = target.member ?? target.name;
    const exact: (readonly unknown[])[] = [];
    for (const test of new Set([...testsOf(context.language, path), ...changedTests])) {
      const text = textAt(context, test);
      if (text === undefined || !text.includes(own)) continue;
      for (const args of callsIn(text, test, own)) {
        const source = inputSource(args);
        const isMet = keys.length === 0 || keys.some((key) => source.includes(key));
        if (args.length > 0 && isMet && !exact.some((one) => inputSource(one) === source)) exact.push(args);
      }
    }
    if (exact.length > 0) return { target, exact: exact.slice(0, CALLS) };
  }
  return undefined;
}

const isNamed = ({ name, member }: Target, wanted: string): boolean => name === wanted || member === wanted;

/** Arguments a little different from some, each of its literals in turn. */
function nearTo(args: readonly unknown[]): readonly (readonly unknown[])[] {
  const numbers = random(SEED);
  const material = materialOf([args], []);
  const found = new Map<string, readonly unknown[]>();
  const own = inputSource(args);
  for (let at = 0; found.size < NEAR && at < TRIES; at++) {
    const index = at % args.length;
    const other = args.with(index, changed(args[index], { kind: 'unknown' }, material, numbers));
    const source = inputSource(other);
    if (source !== own && !found.has(source)) found.set(source, other);
  }
  return [...found.values()];
}

/** A text with some pieces of it in other words. */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  let out = text;
  for (const { span, text: put } of [...replacements].sort((a, b) => b.span.start - a.span.start))
    out = out.slice(0, span.start) + put + out.slice(span.end);
  return out;
}
