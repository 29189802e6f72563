import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type EventSink, fail, type Issue, ok, type Result } from '../base/index.ts';
import { type EvidenceRecord, readRecord } from '../evidence/index.ts';
import type { Check, Verdict } from '../verify/index.ts';
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
  const { id, verdict, changeHash, request: asked } = found.value;
  if (!isRequest(asked)) {
    return fail('replay/request', `expected record ${id} to say what was checked, found ${JSON.stringify(asked)}`);
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
    const stale = done.issues.find(({ code }) => code === 'check/stale');
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
  const ids = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(record)) : [];
  if (ids.length === 1) return readRecord(join(folder, ids[0]!));
  const what = ids.length === 0 ? 'none is one' : `${ids.length} records begin so`;
  return fail(
    'replay/record',
    `expected a record's file or the start of its id in ${folder}, found ${record}: ${what}`,
  );
}

/** A record is a file, and files come from anywhere. */
function isRequest(
  asked: unknown,
): asked is Pick<CheckRequest, 'change' | 'only' | 'allTests' | 'constraints' | 'sameBehaviour'> {
  const { change, only = [], sameBehaviour = [] } = (asked ?? {}) as Partial<Record<string, unknown>>;
  const { kind, diff, base, head = '' } = (change ?? {}) as Partial<Record<string, unknown>>;
  const strings = (...values: unknown[]): boolean => values.every((value) => typeof value === 'string');
  const known =
    kind === 'working-tree' || (kind === 'diff' && strings(diff)) || (kind === 'range' && strings(base, head));
  return known && [only, sameBehaviour].every((list) => Array.isArray(list) && strings(...list));
}

const issueKey = ({ code, path, at, message }: Issue): string =>
  `${path ?? ''}${at ? `:${at.line}:${at.column}` : ''} ${code} ${message}`.trim();

function differencesOf(before: Verdict, now: Verdict): Difference[] {
  const found: Difference[] = [];
  const names = new Set([...before.checks, ...now.checks].map(({ name }) => name));
  for (const name of names) {
    const [old, fresh] = [before, now].map(({ checks }) => checks.find((one) => one.name === name));
    const differ = (what: string, was: string | undefined, is: string | undefined): void => {
      if (was !== is) found.push({ check: name, what, before: was ?? 'nothing', now: is ?? 'nothing' });
    };
    differ('status', old?.status, fresh?.status);
    if (!old || !fresh) continue;
    const [left, right] = [old, fresh].map(({ issues }) => issues.map(issueKey));
    for (const key of left!) if (!right!.includes(key)) differ('issue', key, undefined);
    for (const key of right!) if (!left!.includes(key)) differ('issue', undefined, key);
    const [was, is] = [observed(old), observed(fresh)];
    for (let i = 0; i < Math.max(was.length, is.length); i++) differ('run', was[i], is[i]);
  }
  return found;
}

/** What was run, without what changes from run to run. */
const observed = ({ ran }: Check): string[] =>
  ran.map(({ command, exitCode, counts, isolation, oracle }) =>
    [
      command?.join(' ') ?? oracle,
      exitCode === undefined ? '' : `exit status ${exitCode}`,
      counts ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped` : '',
      isolation ?? '',
    ]
      .filter(Boolean)
      .join(', '),
  );
