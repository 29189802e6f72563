import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result, sha256 } from '../../base/index.ts';
import type { Workspace } from '../../workspace/index.ts';

/** Sessions of agents that are remembered, the last used ones. */
const KEPT = 50;

/** What is remembered of one session of an agent, between two calls of a hook. */
export interface HookSession {
  /** The commit that HEAD was when the session was first seen; null before the first commit and without git. */
  readonly base: string | null;
  /** The tree as the session found it, where that was seen. */
  readonly start?: string;
  /** Times in a row that the end was refused. */
  readonly refusals: number;
  /** The tree that needs no second look: it passed, or was let go. */
  readonly settled?: string;
}

const folderOf = (store: string): string => join(store, 'hook', 'sessions');
const fileOf = (store: string, session: string): string =>
  join(folderOf(store), `${sha256(session).slice(0, 32)}.json`);

/** What is known of a session; undefined where it was never seen or cannot be read. */
export function readSession(store: string, session: string): HookSession | undefined {
  try {
    const value = JSON.parse(readFileSync(fileOf(store, session), 'utf8')) as Partial<HookSession> | null;
    if (typeof value !== 'object' || value === null) return undefined;
    const { base = null, start, refusals = 0, settled } = value;
    if ((base !== null && !/^[0-9a-f]{40,64}$/.test(base)) || !Number.isSafeInteger(refusals)) return undefined;
    return {
      base,
      refusals,
      ...(typeof start === 'string' ? { start } : {}),
      ...(typeof settled === 'string' ? { settled } : {}),
    };
  } catch {
    return undefined;
  }
}

export function writeSession(store: string, session: string, value: HookSession): void {
  const folder = folderOf(store);
  mkdirSync(folder, { recursive: true });
  const file = fileOf(store, session);
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(value));
  renameSync(temporary, file);
  prune(folder);
}

/** Remembers a session where it begins, or where it is first seen; later calls change nothing. */
export async function startSession(
  workspace: Workspace,
  session: string,
  atStart: boolean,
): Promise<Result<HookSession>> {
  const store = workspace.store();
  if (!store.ok) return store;
  const known = readSession(store.value, session);
  if (known) return ok(known);
  // Asked now: who opened the workspace may have done so long before.
  const committed = await workspace.committed([]);
  if (!committed.ok) return committed;
  const now = atStart ? await workspace.snapshot() : undefined;
  const fresh: HookSession = {
    base: committed.value.head ?? null,
    refusals: 0,
    ...(now?.ok ? { start: now.value.treeHash } : {}),
  };
  writeSession(store.value, session, fresh);
  return ok(fresh);
}

function prune(folder: string): void {
  const names = readdirSync(folder);
  if (names.length < KEPT) return;
  const byAge = names
    .map((name) => ({ name, at: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of byAge.slice(KEPT)) rmSync(join(folder, name), { force: true });
}
