import type { Result } from '../base/index.ts';
import { type Integration, undo as takeBack } from '../integrate/index.ts';
import { openRepository } from './repository.ts';

/** Takes back what assay wrote last, if the files are still as it left them. Fails where nothing was written. */
export async function undo({ cwd }: { readonly cwd: string }): Promise<Result<Integration>> {
  const workspace = await openRepository(cwd);
  if (!workspace.ok) return workspace;
  const store = workspace.value.store();
  return store.ok ? takeBack(workspace.value.root, store.value) : store;
}
