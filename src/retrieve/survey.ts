import type { RepoPath } from '../base/index.ts';
import type { Workspace } from '../workspace/index.ts';

/** What of a repository changes slowly, so that a warm caller need not ask git before every answer. */
export interface Survey {
  /** Files, those changed last first. */
  readonly recent: readonly RepoPath[];
  /** Every file, in the order of names. */
  readonly paths: readonly RepoPath[];
}

/** Files changed last that are looked into. */
const RECENT = 20;

export async function survey(workspace: Workspace): Promise<Survey> {
  const recent = await workspace.recent(RECENT);
  const paths = await workspace.paths();
  return { recent: recent.map(({ path }) => path), paths: paths.ok ? paths.value : [] };
}
