import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type EventSink, fail, type Issue, ok, type Result } from '../base/index.ts';
import { type EvidenceRecord, readRecord } from '../evidence/index.ts';
import { type Check, readConfig, type Verdict } from '../verify/index.ts';
import { type CheckRequest, check } from './check.ts';
import { openRepository } from './repository.ts';

export interface ReplayRequest {
  readonly cwd: string;
  /** A file, or the start of a record's id, as long as only one begins so. */
  readonly record: string;
  /** As of `check`: a record cannot ask for it. */
  readonly allowRestricted?: boolean;
  readonly insideCheck?: boolean;
  readonly events?: EventSink;
}

/** One thing that a record says and that is not so any more. */
export interface Difference {
  readonly check: string;
  readonly what: string;
  readonly before: string;
  readonly now: string;
}

export interface ReplayReport {
  readonly id: string;
  /** `stale`: the tree or the change is not the one that the record is about; nothing was run. */
  readonly status: 'same' | 'differs' | 'stale';
  /** Why it is stale. */
  readonly reason?: string;
  readonly differences: readonly Difference[];
  /** What was found now, and where that is recorded. */
  readonly verdict?: Verdict;
  readonly record?: string;
}

/**
 * Runs again what a record says was run, and tells what differs: statuses, issues, exit statuses, counts, isolation.
 * Times and the hashes of outputs, which hold times, are not compared.
 */
export async function replay(request: ReplayRequest): Promise<Result<ReplayReport>> {
  const found = await findRecord(request);
  if (!found.ok) return found;
  const { id, verdict, changeHash } = found.value;
  const asked = requestIn(found.value.request);
  if (!asked) {
    const said = JSON.stringify(found.value.request ?? null).slice(0, SAID);
    return fail('replay/request', `expected record ${id} to say what was checked, found ${said}`);
  }
  const done = await check({
    ...asked,
    cwd: request.cwd,
    allowRestricted: request.allowRestricted ?? false,
    onlyFor: { treeHash: verdict.treeHash, changeHash },
    ...(request.insideCheck ? { insideCheck: true } : {}),
    ...(request.events ? { events: request.events } : {}),
  });
  if (!done.ok) {
    // A diff that does not apply any more was made of another tree.
    const stale = done.issues.find(({ code }) => code === 'check/stale' || code === 'workspace/diff-does-not-apply');
    return stale ? ok({ id, status: 'stale', reason: stale.message, differences: [] }) : done;
  }
  const differences = differencesOf(verdict, done.value.verdict);
  const { verdict: now, record } = done.value;
  return ok(
    { id, status: differences.length > 0 ? 'differs' : 'same', differences, verdict: now, record },
    done.issues,
  );
}

async function findRecord({ cwd, record }: ReplayRequest): Promise<Result<EvidenceRecord>> {
  const file = resolve(cwd, record);
  if (existsSync(file)) return readRecord(file);
  const workspace = await openRepository(cwd);
  if (!workspace.ok) return workspace;
  const folder = join(workspace.value.root, '.assay', 'records');
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  const ids = isFolder ? readdirSync(folder).filter((name) => name.startsWith(record)) : [];
  if (ids.length === 1) return readRecord(join(folder, ids[0]!));
  const what = ids.length === 0 ? 'none is one' : `${ids.length} records begin so`;
  return fail(
    'replay/record',
    `expected a record's file or the start of its id in ${folder}, found ${record}: ${what}`,
  );
}

/** What of a request is said where it is none, in characters; names in one of its lists, characters of a revision. */
const SAID = 200;
const NAMES = 1_000;
const REVISION = 1_000;

type Asked = Pick<CheckRequest, 'change' | 'only' | 'allTests' | 'constraints' | 'sameBehaviour'>;

/** A record is a file, and files come from anywhere: what is taken over is looked at, and the rest is left. */
function requestIn(asked: unknown): Asked | undefined {
  const { change, only, allTests, constraints, sameBehaviour } = fieldsOf(asked);
  const from = changeIn(change);
  const rules = constraints === undefined ? ok({}) : readConfig(`export default ${JSON.stringify({ constraints })}`);
  const isFlag = allTests === undefined || typeof allTests === 'boolean';
  if (!from || !rules.ok || !isFlag || !areNames(only) || !areNames(sameBehaviour)) return undefined;
  return {
    change: from,
    ...(only ? { only } : {}),
    ...(allTests === undefined ? {} : { allTests }),
    ...rules.value,
    ...(sameBehaviour ? { sameBehaviour } : {}),
  };
}

function changeIn(change: unknown): CheckRequest['change'] | undefined {
  const { kind, diff, onto, base, head } = fieldsOf(change);
  if (kind === 'working-tree') return { kind };
  if (kind === 'diff' && typeof diff === 'string' && (onto === undefined || onto === 'working-tree'))
    return { kind, diff, ...(onto ? { onto } : {}) };
  if (kind !== 'range' || !isRevision(base)) return undefined;
  return head === undefined ? { kind, base } : isRevision(head) ? { kind, base, head } : undefined;
}

const fieldsOf = (value: unknown): Partial<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Partial<Record<string, unknown>>) : {};

const isRevision = (value: unknown): value is string =>
  typeof value === 'string' && value.length < REVISION && !value.includes('\0');

const areNames = (list: unknown): list is readonly string[] | undefined =>
  list === undefined ||
  (Array.isArray(list) && list.length < NAMES && list.every((name) => typeof name === 'string' && name.length < NAMES));

const issueKey = ({ code, path, at, message }: Issue): string =>
  `${path ?? ''}${at ? `:${at.line}:${at.column}` : ''} ${code} ${message}`.trim();

function differencesOf(before: Verdict, now: Verdict): Difference[] {
  const found: Difference[] = [];
  const [olds, news] = [before, now].map(({ checks }) => new Map(checks.map((check) => [check.name, check])));
  for (const name of new Set([...olds!.keys(), ...news!.keys()])) {
    const [old, fresh] = [olds!.get(name), news!.get(name)];
    const differ = (what: string, was: string | undefined, is: string | undefined): void => {
      if (was !== is) found.push({ check: name, what, before: was ?? 'nothing', now: is ?? 'nothing' });
    };
    differ('status', old?.status, fresh?.status);
    if (!old || !fresh) continue;
    const [left, right] = [old, fresh].map(({ issues }) => new Set(issues.map(issueKey)));
    for (const key of left!) if (!right!.has(key)) differ('issue', key, undefined);
    for (const key of right!) if (!left!.has(key)) differ('issue', undefined, key);
    const [was, is] = [observed(old), observed(fresh)];
    for (const run of is) {
      const at = was.indexOf(run);
      if (at >= 0) was.splice(at, 1);
      else differ('run', undefined, run);
    }
    for (const run of was) differ('run', run, undefined);
  }
  return found;
}

/**
 * What was run, without what changes from run to run: the order in which two that run side by side end, and of calls by our own
 * hand how many there was time for.
 */
function observed({ ran }: Check): string[] {
  const told = ran.map(({ command, exitCode, counts, isolation, oracle }) => ({
    isCommand: command !== undefined,
    text: [
      command?.join(' ') ?? oracle?.replace(/^\d+ /, ''),
      exitCode === undefined ? '' : `exit status ${exitCode}`,
      counts ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped` : '',
      isolation ?? '',
    ]
      .filter(Boolean)
      .join(', '),
  }));
  const calls = new Set(told.filter(({ isCommand }) => !isCommand).map(({ text }) => text));
  return [...told.filter(({ isCommand }) => isCommand).map(({ text }) => text), ...calls];
}
