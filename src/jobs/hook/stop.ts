import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EventSink, ok, type Result } from '../../base/index.ts';
import type { ChangeRequest, Workspace } from '../../workspace/index.ts';
import { check } from '../check.ts';
import { openRepository } from '../repository.ts';
import { type HookSession, readSession, startSession, writeSession } from './session.ts';
import { stopWords, unknownWords } from './words.ts';

/** Times in a row that an agent's end is refused where nothing else is said. */
export const REFUSALS = 3;

export interface StopRequest {
  readonly cwd: string;
  /** The agent's own name for its session. */
  readonly session: string;
  readonly refusals?: number;
  /** Judges nothing where the session was not seen before. */
  readonly onlySeen?: boolean;
  /** An unknown verdict refuses too. */
  readonly strict?: boolean;
  readonly insideCheck?: boolean;
  readonly events?: EventSink;
}

/** Lets the agent go, perhaps with a word for the person, or refuses with what the agent has to repair. */
export type StopOutcome =
  | { readonly kind: 'pass'; readonly notice?: string }
  | { readonly kind: 'refuse'; readonly reason: string };

/** What is not known of the commits of a session. */
const GONE =
  'assay: the commit that this session began with is gone. What was committed since was not judged; `assay check <base>` judges it.';
const UNSEEN =
  'assay: this session was not seen to begin. What it committed before was not judged; `assay check <base>` judges it.';

const passes = (notice?: string): Result<StopOutcome> =>
  ok({ kind: 'pass', ...(notice === undefined ? {} : { notice }) });

/**
 * Judges what a session changed since the commit it began with, committed or not, before its agent may stop. Refuses at
 * most `refusals` times in a row. A tree that passed, that was let go, or that is as the session found it is not judged
 * again. Fails only where nothing could be judged; the agent is to be let go then, too.
 */
export async function stop(request: StopRequest): Promise<Result<StopOutcome>> {
  const { refusals: limit = REFUSALS, strict = false } = request;
  const opened = await openRepository(request.cwd);
  if (!opened.ok) return opened;
  const workspace = opened.value;
  if (request.insideCheck) return passes();
  // Opening a store makes it where there is none.
  if (request.onlySeen && !existsSync(join(workspace.root, '.assay'))) return passes();
  const store = workspace.store();
  if (!store.ok) return store;
  const wasSeen = readSession(store.value, request.session) !== undefined;
  if (request.onlySeen && !wasSeen) return passes();
  const session = await startSession(workspace, request.session, false);
  if (!session.ok) return session;
  const known = session.value;
  const change = await changeOf(workspace, known);
  if (!change.ok) return change;
  const { request: compared, treeHash, files, isGone } = change.value;
  const unknown = isGone ? GONE : wasSeen ? undefined : UNSEEN;
  const isSame = known.start === treeHash && known.base === (workspace.git?.head ?? null);
  const keep = (fresh: Partial<HookSession>): void =>
    writeSession(store.value, request.session, { ...known, ...fresh });
  if (files === 0 || isSame || known.settled === treeHash) {
    if (known.refusals > 0) keep({ refusals: 0 });
    return passes(unknown);
  }
  const report = await check({
    cwd: workspace.root,
    change: compared,
    ...(request.events ? { events: request.events } : {}),
  });
  if (!report.ok) return report;
  const { verdict } = report.value;
  if (verdict.status === 'pass') {
    keep({ refusals: 0, settled: verdict.treeHash });
    return passes(unknown);
  }
  if (verdict.status === 'unknown' && !strict) {
    keep({ refusals: 0, settled: verdict.treeHash });
    return passes(unknownWords(verdict));
  }
  // Counted here and not by what the agent says of itself (`stop_hook_active`): the end comes with every agent.
  const before = known.refusals;
  if (before >= limit) {
    keep({ refusals: 0, settled: verdict.treeHash });
    return passes(
      `assay: the verdict is still ${verdict.status}, and the end was refused ${limit} ${limit === 1 ? 'time' : 'times'}: let go. \`assay check\` shows what is left.`,
    );
  }
  keep({ refusals: before + 1 });
  const reason = verdict.status === 'fail' ? stopWords(verdict, limit - before - 1) : unknownWords(verdict);
  return ok({ kind: 'refuse', reason });
}

interface Seen {
  readonly request: ChangeRequest;
  readonly treeHash: string;
  readonly files: number;
  /** Whether the commit that the session began with is there no more. */
  readonly isGone: boolean;
}

/** What to compare. A commit that is gone (a rewritten history that was cleaned up) leaves HEAD. */
async function changeOf(workspace: Workspace, { base }: HookSession): Promise<Result<Seen>> {
  const requests: ChangeRequest[] = [{ kind: 'working-tree' }];
  if (base !== null && base !== workspace.git?.head) requests.unshift({ kind: 'range', base });
  let last: Result<Seen> | undefined;
  for (const request of requests) {
    const view = await workspace.change(request);
    if (!view.ok) {
      last = view;
      continue;
    }
    const { treeHash, files } = view.value;
    await view.value.close();
    return ok({ request, treeHash, files: files.length, isGone: request.kind !== requests[0]!.kind });
  }
  return last!;
}
