import type { Issue } from '../base/index.ts';
import { constraints } from './constraints/index.ts';
import { type CheckContext, type CheckDefinition, isChecked, isInert } from './context.ts';
import { examples } from './examples/index.ts';
import { gaming } from './gaming/index.ts';
import { mutants } from './mutants/index.ts';
import { names } from './names.ts';
import { packages } from './packages.ts';
import { probes } from './probes/index.ts';
import { reuse } from './reuse/index.ts';
import { seenByTests } from './seen.ts';
import { tests } from './tests/index.ts';
import { typeErrors } from './typeErrors.ts';
import type { Check, Status, Verdict } from './types.ts';

/** Every check, in the order they run: cheap and exact first. */
export const CHECKS: readonly CheckDefinition[] = [
  constraints,
  names,
  packages,
  typeErrors,
  gaming,
  tests,
  examples,
  reuse,
  mutants,
  probes,
];

/**
 * Fail if a deciding check fails; else unknown if a deciding check is unknown; else pass. Nothing run is never pass,
 * except where there was nothing to check.
 */
export function decide(checks: readonly Check[]): Status {
  const deciding = checks.filter((check) => check.decides);
  if (deciding.some(({ status }) => status === 'fail')) return 'fail';
  if (deciding.some(({ status }) => status === 'unknown')) return 'unknown';
  return deciding.length > 0 ? 'pass' : 'unknown';
}

/** Runs the checks named in `only` (all where undefined) and decides. */
export async function verify(context: CheckContext, only: readonly string[] | undefined): Promise<Verdict> {
  const { treeHash, files } = context.change;
  const live = files.filter((file) => !isInert(file.path));
  const uncovered = live.filter((file) => !isChecked(file.path));
  const hasCode = uncovered.length < live.length;
  const checks: Check[] = [];
  for (const definition of files.length === 0 ? [] : CHECKS) {
    if (context.signal?.aborted) break;
    if ((only ? !only.includes(definition.name) : definition.onRequest) || !(hasCode || definition.anyFile)) continue;
    context.events({ type: 'check-start', check: definition.name });
    const started = performance.now();
    const check: Check = { name: definition.name, decides: definition.decides, ...(await ran(definition, context)) };
    checks.push(check);
    context.events({ type: 'check-end', check: check.name, status: check.status, ms: performance.now() - started });
  }
  const open = checks.findIndex(({ name, status }) => name === names.name && status === 'unknown');
  const isTested = checks.some(({ name, status, decides }) => name === tests.name && status === 'pass' && decides);
  if (open >= 0 && isTested && !context.signal?.aborted) {
    const check = checks[open]!;
    const seen = await ran({ ...names, run: () => seenByTests(context, check) }, context);
    const issues = seen.issues.some(isFault) ? [...check.issues, ...seen.issues] : undefined;
    checks[open] = { ...check, ...(issues ? { issues } : seen) };
  }
  if (live.length === 0) checks.push(nothingToCheck(files.length));
  if (uncovered.length > 0) checks.push(notCovered(uncovered.map(({ path }) => path)));
  else if (live.length > 0 && !checks.some(({ decides }) => decides)) checks.push(nothingDecided(checks));
  const status = live.length === 0 && !checks.some(({ decides }) => decides) ? 'pass' : decide(checks);
  // Of files that no check covers, a rule that is kept says too little; tests that read them say something.
  const isKnown = hasCode || live.length === 0 || checks.some(({ name, decides }) => name === tests.name && decides);
  return { status: status === 'pass' && !isKnown ? 'unknown' : status, treeHash, checks };
}

const isFault = ({ code }: Issue): boolean => /\/(?:fault|too-deep)$/.test(code);

/**
 * What a check found. Code may be nested deeper than any program that goes down its tree has room for, and a check may be wrong
 * itself: then nothing is known by it, and the others are worth what they say.
 */
async function ran(definition: CheckDefinition, context: CheckContext): ReturnType<CheckDefinition['run']> {
  try {
    return await definition.run(context);
  } catch (error) {
    if (context.signal?.aborted) throw error;
    const isDeep = error instanceof RangeError && /call stack/.test(error.message);
    const [first = '', at = ''] = (error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n');
    const message = isDeep
      ? 'expected code that can be looked at, found some that is nested too deeply'
      : `a fault of assay itself ended this check, please report it: ${first} ${at.trim()}`;
    // What the code does decides only where it is declared to stay.
    const informs = definition.name === probes.name && context.options.sameBehaviour === undefined;
    const issue: Issue = { code: `${definition.name}/${isDeep ? 'too-deep' : 'fault'}`, message, severity: 'warning' };
    return { status: 'unknown', ...(informs ? { decides: false } : {}), issues: [issue], ran: [], summary: message };
  }
}

/** Says that there was nothing, or nothing but prose, to look at. */
function nothingToCheck(files: number): Check {
  const summary =
    files === 0 ? 'nothing to check: the change is empty' : 'nothing more to check: only prose and pictures changed';
  return { name: 'coverage', decides: false, status: 'pass', issues: [], ran: [], summary };
}

/** Says why nothing is known where all that ran informs. */
function nothingDecided(checks: readonly Check[]): Check {
  const ran = checks.map(({ name }) => name).join(', ');
  const summary = `nothing decides here: ${ran === '' ? 'no check applies' : `${ran} can only inform`}`;
  return { name: 'coverage', decides: false, status: 'unknown', issues: [], ran: [], summary };
}

/** Says which changed files no check looked at; informs, because what was looked at is still worth its verdict. */
function notCovered(paths: readonly string[]): Check {
  return {
    name: 'coverage',
    decides: false,
    status: 'unknown',
    issues: paths.map(
      (path): Issue => ({
        code: 'coverage/not-checked',
        message: 'no check covers this kind of file',
        severity: 'info',
        path,
      }),
    ),
    ran: [],
    summary: `${paths.length} changed ${paths.length === 1 ? 'file is' : 'files are'} of a kind that no check covers`,
  };
}
