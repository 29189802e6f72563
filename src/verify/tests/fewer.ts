import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Issue, RepoPath } from '../../base/index.ts';
import type { CheckContext } from '../context.ts';
import type { Ran } from '../types.ts';
import { isTestFile } from './detect.ts';
import { runTests, toRan } from './run.ts';
import { runnerFiles } from './runnerFiles.ts';
import type { Runner, TestCase } from './types.ts';

/** Folders whose files tests are made from: tables of cases, helpers that declare tests. */
const SUPPORT = /(?:^|\/)(?:tests?|__tests__|specs?|e2e|(?:__)?fixtures(?:__)?|(?:__)?mocks(?:__)?)\//;
/** Tests named in one message, and files told one by one. */
const NAMED = 3;
const FILES = 5;

/** Whether a change touches what decides which tests there are, without being a test itself. */
export const decidesWhatRuns = (context: CheckContext, folder: string): boolean =>
  runnerFiles(context, folder, true).length > 0 ||
  context.change.files.some(
    ({ path, kind }) =>
      kind !== 'added' && !isTestFile(path) && SUPPORT.test(path) && path.startsWith(folder && `${folder}/`),
  );

const didRun = ({ status }: TestCase): boolean => status !== 'skipped';

/**
 * Tests that ran at the base and that no report of the head names as run, though their files stand there. What the head did
 * not report at all is asked for by its path: another file may have become related, or none.
 */
export async function fewerTests(
  context: CheckContext,
  runner: Runner,
  before: readonly TestCase[],
  now: readonly TestCase[],
): Promise<{ readonly issues: readonly Issue[]; readonly ran: readonly Ran[] }> {
  const stands = (path: string): boolean =>
    path !== '' && lstatSync(join(context.change.root, path), { throwIfNoEntry: false })?.isFile() === true;
  const paths = [...new Set(before.filter(didRun).map(({ path }) => path))].filter(stands);
  const silent = paths.filter((path) => !now.some((one) => one.path === path)) as RepoPath[];
  const bench = silent.length > 0 ? await context.bench('fresh') : undefined;
  const asked = bench?.ok ? await runTests(runner, bench.value, silent) : undefined;
  const all = [...now, ...(asked?.report?.cases.filter(({ path }) => silent.includes(path as RepoPath)) ?? [])];
  const isKept = context.options.constraints.some(({ constraints }) => constraints.keepTests === true);
  const issues = paths.flatMap((path): Issue[] => {
    const own = (cases: readonly TestCase[]): TestCase[] => cases.filter((one) => one.path === path);
    const had = own(before).filter(didRun);
    const has = own(all).filter(didRun);
    // A file that could not be loaded is told as a failure.
    if (has.length >= had.length || has.some(({ status, name }) => status === 'failed' && /^\(.*\)$/.test(name)))
      return [];
    const names = new Set(has.map(({ name }) => name));
    const gone = had.flatMap(({ name }) => (names.has(name) ? [] : [name]));
    const more = gone.length > NAMED ? ` and ${gone.length - NAMED} more` : '';
    const told = gone.length > 0 ? `: ${gone.slice(0, NAMED).join(', ')}${more}` : '';
    // Of a file that the change edits, what its tests lost is told by its text.
    const isEdited = context.change.files.some((file) => file.path === path);
    return [
      {
        code: 'tests/fewer',
        message: `${had.length} ${had.length === 1 ? 'test' : 'tests'} of this file ran at the base, ${has.length} now${told}`,
        severity: isKept ? 'error' : isEdited ? 'info' : 'warning',
        path,
      },
    ];
  });
  const left = issues.length - FILES;
  const rest: Issue[] =
    left > 0 ? [{ code: 'tests/fewer', message: `${left} more files with fewer tests`, severity: 'warning' }] : [];
  return { issues: [...issues.slice(0, FILES), ...rest], ran: asked ? [toRan(asked)] : [] };
}
