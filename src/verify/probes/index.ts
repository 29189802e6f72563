import { failed, type Issue, type RepoPath, type Result } from '../../base/index.ts';
import type { LanguageService } from '../../lang/index.ts';
import { pathMatcher } from '../../workspace/index.ts';
import { type CheckContext, type CheckDefinition, changedCode, isCode, isInert, locate, textAt } from '../context.ts';
import { isTestFile } from '../tests/index.ts';
import type { Check, Ran } from '../types.ts';
import { type ChangedModule, type Probed, probe } from './prober.ts';
import type { Place, Side } from './types.ts';

export { type ChangedModule, openModule, type Probed, type ProbeRequest, probe } from './prober.ts';
export type { Finding, Place, ProbedModule, Target } from './types.ts';

/** For one module, and for all together, milliseconds. */
const ONE_MS = 3_000;
const ALL_MS = 8_000;
/** So many times as long where the outcome decides. */
const DECIDING = 5;
/** Modules of one change. */
const MODULES = 40;
/** Tests of one module that are read for their calls. */
const TESTS = 6;
/** Targets that are named in one summary. */
const NAMED = 3;
/** The same every time, so that a check can be run again. */
const SEED = 1;

/** The code before and after a change, run against each other on generated inputs. */
export const probes: CheckDefinition = {
  name: 'probes',
  decides: true,
  async run(context) {
    const issues: Issue[] = [];
    const ran: Ran[] = [];
    const declared = context.options.sameBehaviour;
    const keeps = declared ? pathMatcher(declared) : () => false;
    const all = modulesOf(context);
    const modules = all.slice(0, MODULES);
    if (all.length > MODULES) {
      context.events({ type: 'limit-hit', limit: 'probed-modules', value: MODULES, found: all.length });
      const message = `${MODULES} changed modules are probed, ${all.length} changed`;
      issues.push({ code: 'probes/limit', message, severity: 'warning' });
    }
    const decides = modules.some(({ path }) => keeps(path));
    const undecided = decides ? {} : { decides: false as const };
    if (modules.length === 0)
      return { status: 'unknown', decides: false, issues, ran, summary: 'no changed module can be probed' };
    if (context.change.packagesUnknown !== undefined) {
      issues.push({ code: 'probes/other-lock', message: context.change.packagesUnknown, severity: 'warning' });
      return { status: 'unknown', ...undecided, issues, ran, summary: 'nothing was probed' };
    }
    const places = await placesOf(context);
    if (!places.ok) {
      issues.push(...places.issues.map((issue) => ({ ...issue, severity: 'warning' as const })));
      return { status: 'unknown', ...undecided, issues, ran, summary: 'nothing was probed' };
    }
    const changed = new Set(context.change.files.map(({ path }) => path));
    const probed = await probe(
      {
        modules,
        language: context.language,
        place: async (side) => places.value[side],
        textOf: (path) => textAt(context, path),
        testsOf: (path) => testsOf(context.language, path, changed),
        seed: SEED,
        ms: Math.min(ALL_MS, ONE_MS * modules.length) * (decides ? DECIDING : 1),
      },
      ran,
    );
    const isKept = ({ path, through = path }: Probed): boolean => keeps(through);
    for (const one of probed) issues.push(...issuesOf(one, isKept(one)));
    const isBroken = issues.some(({ severity }) => severity === 'error');
    const isOpen = probed.some((one) => isKept(one) && (one.unknown.size > 0 || one.isCut));
    const isKnown = probed.some(({ tried }) => [...tried.values()].some((count) => count > 0));
    return {
      status: isBroken ? 'fail' : isOpen || !isKnown ? 'unknown' : 'pass',
      ...(decides && probed.some(isKept) ? {} : { decides: false as const }),
      issues: locate(context, issues),
      ran,
      summary: summaryOf(probed),
    };
  },
};

/** Changed modules that others can load. */
function modulesOf(context: CheckContext): readonly ChangedModule[] {
  return changedCode(context).flatMap(({ path, from, before, after }) =>
    isTestFile(path) || /\.d\.[cm]?ts$|\.[jt]sx$|(?:^|\/)[\w.-]+\.config\.[cm]?[jt]s$/.test(path)
      ? []
      : [
          {
            path,
            ...(from === undefined ? {} : { from }),
            ...(before ? { before: before.text } : {}),
            after: after.text,
          },
        ],
  );
}

/**
 * Both sides are run in the copy of the head, with the texts of changed modules as they were: all that differs between the two.
 * Where other files than code changed, which modules may read, the base has a copy of its own.
 */
export async function placesOf(context: CheckContext): Promise<Result<Readonly<Record<Side, Place>>>> {
  const head = await context.bench('head');
  if (!head.ok) return head;
  const isPlain = context.change.files.every(
    ({ path, kind, before }) =>
      (isCode(path) && (kind === 'added' || before !== undefined) && kind !== 'deleted') ||
      isInert(path) ||
      isTestFile(path),
  );
  const base = isPlain ? head : await context.bench('base');
  if (!base.ok) return failed(...base.issues);
  return { ok: true, value: { head: head.value, base: base.value }, issues: [] };
}

/** Tests that may call what a file exports; those that changed first, which say what a change is about. */
export function testsOf(
  language: LanguageService,
  path: RepoPath,
  changed: ReadonlySet<RepoPath> = new Set(),
): readonly RepoPath[] {
  const importers = language.importers([path], 30);
  const tests = importers.status === 'known' ? importers.value.paths.filter((one) => isTestFile(one)) : [];
  return tests.sort((a, b) => Number(changed.has(b)) - Number(changed.has(a))).slice(0, TESTS);
}

function issuesOf({ path: own, through, findings, unknown, isCut }: Probed, isDeclared: boolean): readonly Issue[] {
  // What other modules show of a change is told where the change is.
  const path = through ?? own;
  const found = findings.map(
    ({ code, message, severity, differs, span }): Issue => ({
      code,
      message,
      severity: differs && isDeclared ? 'error' : severity,
      path,
      span,
    }),
  );
  const doubts = [...unknown].map(
    ([name, reason]): Issue => ({
      code: 'probes/not-compared',
      message: `${name} was not compared: ${reason}`,
      severity: isDeclared ? 'warning' : 'info',
      path,
    }),
  );
  const what = through === undefined ? 'the time for probes was up' : `not all that uses it in ${own} was probed`;
  const limit: Issue = { code: 'probes/limit', message: what, severity: 'info', path };
  return [...found, ...doubts, ...(isCut ? [limit] : [])];
}

function summaryOf(probed: readonly Probed[]): Check['summary'] {
  const tried = probed.flatMap(({ path, tried: all, targets, findings }) =>
    [...all].flatMap(([name, count]) => {
      const target = targets.find((one) => [one.name, `${one.name} of ${path}`].includes(name));
      const parts = findings.some((one) => one.differs && one.target === target?.name);
      return count > 0 ? [{ name, count, parts, isNew: target?.why === 'added' }] : [];
    }),
  );
  const unknown = probed.flatMap((one) => [...one.unknown]);
  const differ = new Set(
    probed.flatMap(({ path, findings }) =>
      findings.filter(({ differs }) => differs).map(({ target }) => `${path} ${target}`),
    ),
  ).size;
  if (tried.length + unknown.length === 0) return 'nothing that changed can be called from outside of its module';
  const on = (all: typeof tried): string => {
    const names = all.slice(0, NAMED).map(({ name }) => name);
    const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : '';
    return `${names.join(', ')}${more} on ${all.reduce((sum, { count }) => sum + count, 0)} inputs`;
  };
  const old = tried.filter(({ isNew }) => !isNew).sort((a, b) => Number(b.parts) - Number(a.parts));
  // What is new has nothing that it could differ from.
  const fresh = tried.filter(({ isNew }) => isNew);
  const first = unknown[0] ? ` (${unknown[0][0]}: ${unknown[0][1]})` : '';
  return [
    ...(old.length > 0 ? [`${on(old)}: ${differ} ${differ === 1 ? 'differs' : 'differ'}`] : []),
    ...(fresh.length > 0 ? [`new: ${on(fresh)}`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} not compared${first}`] : []),
  ].join('; ');
}
