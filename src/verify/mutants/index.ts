import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Issue, LIMITS, type RepoPath, sha256, span } from '../../base/index.ts';
import { syntaxTreeOf } from '../../lang/index.ts';
import { lineIndex } from '../../text/index.ts';
import { Cache } from '../cache.ts';
import { type CheckContext, type CheckDefinition, changedCode, textAt } from '../context.ts';
import { probe } from '../probes/index.ts';
import { detectRunner, isTestFile, packageFolders } from '../tests/detect.ts';
import type { Ran } from '../types.ts';
import { type Mutant, mutantsOf, TELLING } from './operators.ts';
import { type Result, runMutants } from './run.ts';
import { schemaOf } from './schema.ts';

/** Faults that are tried, and the time that they have in all, milliseconds; getting ready not counted. */
const MOST = 60;
const MS = 20_000;
/** Survivors that are looked at for an input that would notice, and the time for that, milliseconds. */
const WITNESSED = 12;
const WITNESS_MS = 10_000;
/** Generated inputs on which nothing changes, from which a fault is taken for none. */
const ALIKE = 60;
/** Survivors that are told. */
const TOLD = 30;
/** Results that are remembered. */
const KNOWN = 5_000;
const SEED = 1;
/** Kinds of which a survivor is worth a warning by itself. */
const LOUD = new Set(TELLING.slice(0, 5));

interface Tried {
  readonly id: number;
  readonly path: RepoPath;
  readonly text: string;
  readonly mutant: Mutant;
  readonly key: string;
}

/** Small faults in the changed lines: those that no test notices are the questions that the tests do not ask. On request. */
export const mutants: CheckDefinition = {
  name: 'mutants',
  decides: false,
  onRequest: true,
  async run(context) {
    const { chosen, left } = chosenMutants(context);
    const told = (
      summary: string,
      rest: { readonly issues?: readonly Issue[]; readonly ran?: readonly Ran[]; readonly known?: boolean } = {},
    ) => ({
      status: rest.known === false ? ('unknown' as const) : ('pass' as const),
      issues: rest.issues ?? [],
      ran: rest.ran ?? [],
      summary,
    });
    if (chosen.length === 0) return told('no changed line holds anything that a small fault could change');
    if (context.change.packagesUnknown !== undefined) return told(context.change.packagesUnknown, { known: false });
    const cache = new Cache<Result | 'not-run'>(context.store, 'mutants', 1, KNOWN);
    const known = cache.read();
    const results = new Map<number, Result | 'not-run'>();
    for (const { id, key } of chosen) if (known[key]) results.set(id, known[key]);
    const open = chosen.filter(({ id }) => !results.has(id));
    const ran: Ran[] = [];
    const notes: string[] = left > 0 ? [`the first ${MOST} of ${MOST + left}`] : [];
    if (open.length > 0) {
      const reasons = await runAll(context, open, results, ran, notes);
      if (results.size === 0)
        return told(reasons[0] ?? 'no test comes by the changed lines', { known: reasons.length === 0, ran });
    }
    const fresh = chosen.flatMap(({ id, key }) => (results.has(id) ? [[key, results.get(id)!] as const] : []));
    cache.write({ ...known, ...Object.fromEntries(fresh) });
    const survivors = chosen.filter(({ id }) => results.get(id) === 'survived');
    const { issues, same, wrong } = await questions(context, survivors, ran);
    const noticed = [...results.values()].filter((result) => result === 'killed' || result === 'timeout').length;
    const notRun = [...results.values()].filter((result) => result === 'not-run').length;
    const tried = noticed + survivors.length - same - wrong;
    if (same > 0) notes.push(`${same} change nothing on generated inputs`);
    if (notRun > 0) notes.push(`${notRun} where no test comes by`);
    if (open.length < chosen.length) notes.push(`${chosen.length - open.length} known from before`);
    return told([`${noticed} of ${tried} small faults are noticed by a test`, ...notes].join('; '), { issues, ran });
  },
};

/** Faults of all changed files, the most telling first and spread over the lines; and how many more there were. */
function chosenMutants(context: CheckContext): { readonly chosen: readonly Tried[]; readonly left: number } {
  const all = changedCode(context)
    .filter(
      ({ path, spans }) =>
        spans.length > 0 &&
        !isTestFile(path) &&
        !/\.d\.[cm]?ts$|\.config\.[cm]?[jt]s$|(?:^|\/)(?:dist|vendor|generated)\//.test(path),
    )
    .flatMap(({ path, after, spans }) => {
      const tests = hashOfTests(context, path);
      const homes = syntaxTreeOf(after.text, path).root.children;
      const lines = lineIndex(after.text);
      const turns = new Map<number, number>();
      return mutantsOf(after.text, path, spans).map((mutant) => {
        const home = homes.find(({ start, end }) => start <= mutant.at && mutant.at < end);
        const own = home
          ? [home.text, mutant.span.start - home.start, mutant.span.end - home.start]
          : [after.text, mutant.span];
        const key = sha256(JSON.stringify([path, own, mutant.replacement, mutant.form, tests]));
        const { line } = lines.positionAt(mutant.at);
        const turn = turns.get(line) ?? 0;
        turns.set(line, turn + 1);
        return { path, text: after.text, mutant, key, turn };
      });
    });
  const sorted = all.sort(
    (a, b) =>
      Math.floor(a.turn / 3) - Math.floor(b.turn / 3) ||
      TELLING.indexOf(a.mutant.kind) - TELLING.indexOf(b.mutant.kind),
  );
  const chosen = sorted.slice(0, MOST).map(({ turn: _, ...one }, index): Tried => ({ ...one, id: index + 1 }));
  return { chosen, left: all.length - chosen.length };
}

/** Of the tests that import a file, and of their texts. */
function hashOfTests(context: CheckContext, path: RepoPath): string {
  const importers = context.language.importers([path], LIMITS.dependents);
  const tests = importers.status === 'known' ? importers.value.paths.filter(isTestFile).sort() : [];
  return sha256(JSON.stringify(tests.map((test) => [test, sha256(textAt(context, test) ?? '')])));
}

/** Runs what is not known yet, package by package; gives the reasons where nothing could be run. */
async function runAll(
  context: CheckContext,
  open: readonly Tried[],
  results: Map<number, Result | 'not-run'>,
  ran: Ran[],
  notes: string[],
): Promise<readonly string[]> {
  const reasons: string[] = [];
  let left = MS;
  for (const [folder, changed] of packageFolders(context)) {
    const own = open.filter(({ path }) => changed.includes(path));
    if (own.length === 0) continue;
    const detected = detectRunner(context, folder);
    if ('reason' in detected) {
      reasons.push(detected.reason);
      continue;
    }
    // Code that ran in a copy may have put links there: what is written goes into one that nothing ran in.
    const opened = await context.bench('fresh');
    if (!opened.ok) {
      reasons.push(opened.issues[0]!.message);
      continue;
    }
    const bench = opened.value;
    const files = Map.groupBy(own, ({ path }) => path);
    for (const [path, all] of files) {
      const schema = schemaOf(all[0]!.text, path, all);
      if (syntaxTreeOf(schema, path).problem) files.delete(path);
      else writeFileSync(join(bench.root, path), schema);
    }
    const mutants = own.filter(({ path }) => files.has(path)).map(({ id }) => id);
    const done = await runMutants({ runner: detected.runner, bench, changed: [...files.keys()], mutants, ms: left });
    left = Math.max(0, left - done.ms);
    const how = done.way === 'warm' ? 'in one warm runner' : 'one process each';
    ran.push({
      oracle: `${detected.runner.name}: ${done.results.size} faults ${how}`,
      isolation: bench.sandbox.level,
      ms: Math.round(done.ms),
    });
    if (done.unknown !== undefined) reasons.push(done.unknown);
    else for (const { id } of own) if (!done.reach.has(id)) results.set(id, 'not-run');
    for (const [id, result] of done.results) results.set(id, result);
    const untried = own.filter(({ id }) => !results.has(id)).length;
    if (done.isCut) notes.push(`${untried} not tried: the time of ${MS / 1000} s was up`);
  }
  return reasons;
}

const mutated = ({ text, mutant: { span: at, replacement, form } }: Tried): string =>
  `${text.slice(0, at.start)}${form === 'statement' ? '{}' : replacement.includes('\n') ? replacement : `(${replacement})`}${text.slice(at.end)}`;

/** Survivors as questions: those that do not compile are none, those that change nothing on generated inputs neither. */
async function questions(
  context: CheckContext,
  survivors: readonly Tried[],
  ran: Ran[],
): Promise<{ readonly issues: readonly Issue[]; readonly same: number; readonly wrong: number }> {
  const compiling = survivors.filter((one) => compiles(context, one));
  const bench = compiling.length > 0 ? await context.bench('head') : undefined;
  const until = performance.now() + WITNESS_MS;
  const started = performance.now();
  let same = 0;
  let probed = 0;
  const asked: { readonly one: Tried; readonly witness?: string }[] = [];
  for (const [index, one] of compiling.entries()) {
    const ms = until - performance.now();
    if (!bench?.ok || index >= WITNESSED || ms <= 0) {
      asked.push({ one });
      continue;
    }
    probed++;
    const [found] = await probe(
      {
        modules: [{ path: one.path, before: one.text, after: mutated(one) }],
        language: context.language,
        place: async () => bench.value,
        textOf: (path) => textAt(context, path),
        testsOf: () => [],
        seed: SEED,
        ms: Math.min(ms, WITNESS_MS / 4),
      },
      [],
    );
    const witness = found?.findings.find(({ differs }) => differs)?.message;
    const tried = found ? Math.max(0, ...found.tried.values()) : 0;
    const isAlike = tried >= ALIKE && !found!.isCut && !found!.holdsInstances && found!.unknown.size === 0;
    if (witness === undefined && isAlike) same++;
    else asked.push({ one, ...(witness === undefined ? {} : { witness }) });
  }
  if (probed > 0)
    ran.push({ oracle: `${probed} survivors on generated inputs`, ms: Math.round(performance.now() - started) });
  const order = ({ one, witness }: (typeof asked)[number]): number =>
    (witness === undefined ? 100 : 0) + TELLING.indexOf(one.mutant.kind);
  const issues = asked
    .sort((a, b) => order(a) - order(b))
    .slice(0, TOLD)
    .map(
      ({ one: { path, text, mutant }, witness }): Issue => ({
        code: 'mutants/survived',
        message: `no test notices when ${mutant.words}${witness === undefined ? '' : `: ${witness}`}`,
        severity: witness !== undefined || LOUD.has(mutant.kind) ? 'warning' : 'info',
        path,
        span: span(mutant.span.start, mutant.span.end),
        at: lineIndex(text).positionAt(mutant.at),
        suggestion: witness === undefined ? 'add a test that fails then' : 'add this input to a test',
      }),
    );
  return { issues, same, wrong: survivors.length - compiling.length };
}

/** Whether the compiler has nothing against a fault that it has not against the file as it is. */
function compiles({ language }: CheckContext, one: Tried): boolean {
  const errors = (): number | undefined => {
    const answer = language.diagnostics(one.path);
    return answer.status === 'known' ? answer.value.filter(({ severity }) => severity === 'error').length : undefined;
  };
  const before = errors();
  language.setOverlay(new Map([[one.path, mutated(one)]]));
  try {
    const after = errors();
    return before === undefined || after === undefined || after <= before;
  } finally {
    language.setOverlay(new Map());
  }
}
