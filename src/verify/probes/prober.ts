import type { RepoPath } from '../../base/index.ts';
import { CLASS, docExamplesOf, type LanguageService } from '../../lang/index.ts';
import { busyness } from '../busyness.ts';
import { RUN_LIMITS, type Runnable, runDrafts } from '../compare/run.ts';
import type { Ran } from '../types.ts';
import { asynchrony } from './asynchrony.ts';
import { callsIn } from './calls.ts';
import { differential } from './differential.ts';
import { growth } from './growth.ts';
import { filesOf, runnableOf } from './load.ts';
import { changedIn, moduleText, targetsOf } from './module.ts';
import { hiddenIn, type Reached, reachedFrom } from './reached.ts';
import { reducers } from './reducers.ts';
import { sequences } from './sequences.ts';
import type { Finding, Place, Probe, ProbedModule, Side, Target } from './types.ts';

/** Every way to probe, in order. */
export const PROBES: readonly Probe[] = [differential, sequences, reducers, asynchrony, growth];

/** One changed file of code. */
export interface ChangedModule {
  readonly path: RepoPath;
  /** Undefined where it is new. */
  readonly before?: string;
  readonly after: string;
  /** Where it was, if elsewhere. */
  readonly from?: RepoPath;
}

export interface ProbeRequest {
  readonly modules: readonly ChangedModule[];
  /** Stands over the head. */
  readonly language: LanguageService;
  /** Where each side is run. What changed is given as text, so both may be run in one place. */
  place(side: Side): Promise<Place>;
  /** Text of a file that did not change. */
  textOf(path: RepoPath): string | undefined;
  /** Tests that may call what a file exports. */
  testsOf(path: RepoPath): readonly RepoPath[];
  readonly seed: number;
  /** For all modules together, milliseconds, on a machine that does nothing else. */
  readonly ms: number;
}

export interface Probed {
  readonly path: RepoPath;
  readonly targets: readonly Target[];
  readonly findings: readonly Finding[];
  /** Inputs of which both sides are known, by target. */
  readonly tried: ReadonlyMap<string, number>;
  /** What is not known, by target, with the reason. */
  readonly unknown: ReadonlyMap<string, string>;
  /** Whether it was not all done that was to be, because the time was up. */
  readonly isCut: boolean;
  /** Whether inputs may be instances of classes: of what those can come to hold only a part is reached. */
  readonly holdsInstances?: boolean;
  /** The changed module that these functions of another one use, where they were probed in its place. */
  readonly through?: RepoPath;
}

/** Time of one call, of the processor and of waiting, milliseconds. */
const CALL_MS = 100;
const WAIT_MS = 250;
/** Calls of one target without an end, after which it is left alone. */
const SLOW = 4;
/** What a process has in any case, milliseconds. */
const PROCESS_MS = 3_000;
/** The share of the time that what uses a change in other modules has at least. */
const AGAIN = 0.4;
/** Names that are told of one module. */
const NAMED = 3;
/** Examples of one target. */
const EXAMPLES = 240;

/** Probes what changed modules export, each module for its share of the time. */
export async function probe(request: ProbeRequest, ran: Ran[]): Promise<readonly Probed[]> {
  const started = performance.now();
  const whole = request.ms * busyness();
  const found: Probed[] = [];
  const open = request.modules
    .map((module) => ({ module, targets: targetsIn(module) }))
    .filter(({ targets }) => targets.length > 0);
  for (const [index, { module, targets }] of open.entries()) {
    const share = (whole - (performance.now() - started)) / (open.length - index);
    found.push(await probeOne(request, module, targets, share, ran));
  }
  const rest = Math.max(whole - (performance.now() - started), whole * AGAIN);
  return [
    ...found,
    ...request.modules.flatMap((module) => heldIn(module) ?? []),
    ...(await probeReached(request, found, rest, ran)),
  ];
}

/** What is not known of a module whose constants hold functions: those are not called by themselves. */
function heldIn(module: ChangedModule): Probed | undefined {
  const names = [...(hiddenIn(module, new Set())?.names.values() ?? [])].filter((one) => one.holdsFunctions);
  if (names.length === 0) return undefined;
  const unknown = new Map(names.map(({ own }) => [own, 'what it holds is not called by itself']));
  return { path: module.path, targets: [], findings: [], tried: new Map(), unknown, isCut: false };
}

function targetsIn({ path, from = path, before, after }: ChangedModule): readonly Target[] {
  const old = before === undefined ? undefined : moduleText(before, from);
  const now = moduleText(after, path);
  return targetsOf(old, now, changedIn(old, now));
}

/** One module with what can be called in it, to be run on inputs of the caller's own; it has the whole of the time. */
export function openModule(request: ProbeRequest, module: ChangedModule, ran: Ran[]): ProbedModule {
  const until = performance.now() + request.ms * busyness();
  return probedModule(request, module, targetsIn(module), { left: () => until - performance.now() }, ran);
}

/** What uses a changed constant, or a function that could not be called, in other modules. */
async function probeReached(
  request: ProbeRequest,
  known: readonly Probed[],
  ms: number,
  ran: Ran[],
): Promise<readonly Probed[]> {
  const { modules, language, textOf } = request;
  const sidesOf = (path: RepoPath): ChangedModule | undefined => {
    const text = textOf(path);
    return (
      modules.find((one) => one.path === path) ?? (text === undefined ? undefined : { path, before: text, after: text })
    );
  };
  const done = new Set(known.flatMap(({ path, targets }) => targets.map(({ name }) => `${path} ${name}`)));
  const found: Probed[] = [];
  const open: Reached[] = [];
  for (const module of modules) {
    const own = known.find(({ path }) => path === module.path);
    const shown = (own?.targets ?? []).filter(({ name }) => !own!.unknown.has(name));
    const hidden = hiddenIn(module, new Set(shown.map(({ exported }) => exported)));
    if (!hidden) continue;
    const { reached, isCut } = reachedFrom(hidden, language, sidesOf, (path, name) => done.has(`${path} ${name}`));
    for (const one of reached) {
      for (const { name } of one.targets) done.add(`${one.module.path} ${name}`);
      open.push(one);
    }
    if (isCut) open.push({ module, targets: [], hidden });
  }
  const until = performance.now() + ms;
  for (const [index, { module, targets, hidden }] of open.entries()) {
    const through = hidden.module.path;
    if (targets.length === 0) {
      const none = { targets, findings: [], tried: new Map(), unknown: new Map() };
      found.push({ ...none, path: module.path, isCut: true, through });
      continue;
    }
    const probed = await probeOne(request, module, targets, (until - performance.now()) / (open.length - index), ran);
    const uses = [...hidden.names].filter(([exported]) => new RegExp(`\\b${exported}\\b`).test(module.after));
    const names = (uses.length > 0 ? uses : [...hidden.names]).map(([, one]) => one);
    const [first] = names;
    const told = `${names
      .slice(0, NAMED)
      .map(({ own }) => own)
      .join(', ')}${names.length > NAMED ? ', …' : ''}`;
    found.push({
      ...probed,
      findings: probed.findings.map((one) => ({
        ...one,
        span: first!.span,
        message: `${one.message} (${one.target} of ${module.path} uses ${told})`,
      })),
      tried: new Map([...probed.tried].map(([name, count]) => [`${name} of ${module.path}`, count])),
      unknown: new Map(),
      through,
    });
  }
  return found;
}

async function probeOne(
  request: ProbeRequest,
  module: ChangedModule,
  targets: readonly Target[],
  share: number,
  ran: Ran[],
): Promise<Probed> {
  const until = performance.now() + share;
  const budget = { left: () => until - performance.now() };
  const probed = probedModule(request, module, targets, budget, ran);
  const findings: Finding[] = [];
  const tried = new Map<string, number>();
  const unknown = new Map<string, string>();
  let isCut = false;
  for (const one of PROBES) {
    if (budget.left() <= 0) {
      isCut = true;
      break;
    }
    const report = await one.run(probed);
    findings.push(...report.findings);
    isCut ||= report.isCut === true;
    for (const [name, count] of report.tried) tried.set(name, (tried.get(name) ?? 0) + count);
    for (const [name, reason] of report.unknown) unknown.set(name, reason);
  }
  for (const name of tried.keys()) if ((tried.get(name) ?? 0) > 0) unknown.delete(name);
  return {
    path: module.path,
    targets,
    findings,
    tried,
    unknown,
    isCut,
    holdsInstances: probed.classes.size > 0,
  };
}

function probedModule(
  request: ProbeRequest,
  module: ChangedModule,
  targets: readonly Target[],
  budget: ProbedModule['budget'],
  ran: Ran[],
): ProbedModule {
  const { language, seed } = request;
  const { path } = module;
  const changed = new Map(request.modules.map((one) => [one.path, one]));
  const earlier = new Map(request.modules.map((one) => [one.from ?? one.path, one]));
  const textOf = (side: Side, of: RepoPath): string | undefined => {
    const one = side === 'head' ? changed.get(of) : earlier.get(of);
    return one ? (side === 'head' ? one.after : one.before) : request.textOf(of);
  };
  const asked = [module.before ?? '', module.after].flatMap((text) => [...text.matchAll(/\binstanceof\s+([\w$]+)/g)]);
  const classes = classesFor(
    request,
    path,
    targets,
    asked.map(([, name]) => name!),
    (of) => textOf('head', of),
  );
  const runnables = new Map<Side, Promise<{ readonly runnable: Runnable; readonly place: Place }>>();
  const prepare = async (side: Side) => {
    const place = await request.place(side);
    const runnable = runnableOf({
      root: place.root,
      path: side === 'head' ? path : (module.from ?? path),
      language,
      textOf: (of) => textOf(side, of),
      changed: [...(side === 'head' ? changed : earlier).keys()],
      classes,
    });
    return { runnable, place };
  };
  let examples: ReadonlyMap<Target, readonly (readonly unknown[])[]> | undefined;
  return {
    path,
    ...(module.before === undefined ? {} : { before: module.before }),
    after: module.after,
    targets,
    language,
    examplesOf(target) {
      examples ??= examplesFor(request, module, targets);
      return examples.get(target) ?? [];
    },
    classes,
    async run(side, calls) {
      const ready = runnables.get(side) ?? prepare(side);
      runnables.set(side, ready);
      const { runnable, place } = await ready;
      const subjects = [...new Set(calls.map(({ subject }) => subject))];
      const options = {
        limits: { ...RUN_LIMITS, callMs: CALL_MS, waitMs: Math.round(WAIT_MS * busyness()), slow: SLOW },
        of: calls.map(({ subject }) => subjects.indexOf(subject)),
        still: true,
        ms: Math.max(PROCESS_MS, budget.left() / busyness()),
      };
      const sources = calls.map(({ args }) => args);
      const [observed] = await runDrafts(place.sandbox, place.root, [{ ...runnable, subjects }], sources, options);
      const { observation, outcomes } = observed!;
      ran.push({
        oracle: `${calls.length} calls of ${path} at the ${side}`,
        isolation: observation.isolation,
        ms: Math.round(observation.ms),
      });
      return outcomes;
    },
    budget,
    seed,
  };
}

/** Where the classes are declared whose instances the inputs of a module's targets may hold. */
function classesFor(
  { language }: ProbeRequest,
  path: RepoPath,
  targets: readonly Target[],
  asked: readonly string[],
  textOf: (path: RepoPath) => string | undefined,
): ReadonlyMap<string, { readonly path: RepoPath; readonly exported: string }> {
  const surface = language.surface(path);
  const named = new Set([...asked, ...targets.flatMap(({ of }) => (of === undefined ? [] : [of]))]);
  if (surface.status === 'known')
    for (const { name, uses } of surface.value)
      if (targets.some(({ exported }) => exported === name))
        for (const [key, text] of Object.entries(uses)) if (CLASS.test(text)) named.add(key);
  const found = new Map<string, { readonly path: RepoPath; readonly exported: string }>();
  if (named.size === 0) return found;
  for (const file of filesOf(language, path).files) {
    const text = textOf(file);
    if (text === undefined || !/\bclass\b/.test(text)) continue;
    const { declared, exports, format } = moduleText(text, file);
    if (format !== 'module' && file !== path) continue;
    for (const name of named) {
      const exported = exports.get(name);
      if (declared.has(`${name}.constructor`) && exported !== undefined && !found.has(name))
        found.set(name, { path: file, exported });
    }
  }
  return found;
}

/** Calls of targets in their doc comments and in tests. */
function examplesFor(
  { testsOf, textOf }: ProbeRequest,
  { path, after }: ChangedModule,
  targets: readonly Target[],
): ReadonlyMap<Target, readonly (readonly unknown[])[]> {
  const tests = testsOf(path).flatMap((test) => {
    const text = textOf(test);
    return text === undefined ? [] : [{ test, text }];
  });
  return new Map(
    targets.map((target): [Target, readonly (readonly unknown[])[]] => {
      if ((target.kind !== 'function' && target.kind !== 'static') || target.takesThis) return [target, []];
      const own = target.member ?? target.name;
      const comment = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?$/.exec(
        after.slice(Math.max(0, target.span.start - 5_000), target.span.start),
      )?.[0];
      const written = comment ? docExamplesOf(comment.trim(), own).examples.map(({ args }) => args) : [];
      const shown = comment ? callsIn(comment.replace(/^\s*(?:\/\*\*|\*\/|\*)/gm, ''), path, own) : [];
      const tested = tests
        .filter(({ text }) => text.includes(own))
        .flatMap(({ test, text }) => callsIn(text, test, own));
      return [target, [...written, ...shown, ...tested].slice(0, EXAMPLES)];
    }),
  );
}
