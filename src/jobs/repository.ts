import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, type Position, type RepoPath, type Result } from '../base/index.ts';
import { recover } from '../integrate/index.ts';
import { openPackages, setupFaults } from '../lang/index.ts';
import { openWorkspace, type Workspace } from '../workspace/index.ts';
import { cursorOffset } from './cursor.ts';

/**
 * Opens the repository around a folder, and first brings to an end what a killed command left half written there. A store
 * that is refused, such as one that the repository brought, says nothing of that.
 */
export async function openRepository(cwd: string): Promise<Result<Workspace>> {
  const workspace = await openWorkspace(cwd);
  if (!workspace.ok) return workspace;
  const { root } = workspace.value;
  const store = existsSync(join(root, '.assay')) ? workspace.value.store() : undefined;
  const recovered = store?.ok ? recover(root, store.value) : ok(undefined);
  return recovered.ok ? ok(workspace.value, [...workspace.issues, ...recovered.issues]) : recovered;
}

/** A place in a repository as a user names it. */
export interface PlaceRequest {
  readonly cwd: string;
  /** Relative to `cwd`. */
  readonly path: string;
  readonly position: Position;
}

/**
 * Opens the repository, reads the file, finds the offset. What is not installed is a warning here: the rest of the
 * repository can be seen without it.
 */
export async function openPlace(
  request: PlaceRequest,
): Promise<
  Result<{ readonly workspace: Workspace; readonly path: RepoPath; readonly text: string; readonly offset: number }>
> {
  const workspace = await openRepository(request.cwd);
  if (!workspace.ok) return workspace;
  const path = workspace.value.resolve(request.cwd, request.path);
  if (!path.ok) return path;
  const source = workspace.value.read(path.value);
  if (!source.ok) return source;
  const offset = cursorOffset(source.value, request.position);
  if (!offset.ok) return offset;
  const { root } = workspace.value;
  const faults = setupFaults(root, openPackages(root), [path.value]);
  const broken = faults.filter(({ code }) => code === 'setup/tsconfig');
  if (broken.length > 0) return failed(...broken);
  return ok(
    { workspace: workspace.value, path: path.value, text: source.value.text, offset: offset.value },
    faults.map((fault) => ({ ...fault, severity: 'warning' })),
  );
}
