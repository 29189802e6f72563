import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '../base/index.ts';
import { recover } from '../integrate/index.ts';
import { openWorkspace, type Workspace } from '../workspace/index.ts';

/** Opens the repository around a folder, and first brings to an end what a killed command left half written there. */
export async function openRepository(cwd: string): Promise<Result<Workspace>> {
  const workspace = await openWorkspace(cwd);
  if (!workspace.ok) return workspace;
  const { root } = workspace.value;
  const store = join(root, '.assay');
  const recovered = existsSync(store) ? recover(root, store) : ok(undefined);
  return recovered.ok ? ok(workspace.value, [...workspace.issues, ...recovered.issues]) : recovered;
}
