import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '../base/index.ts';
import { viewChange } from './change.ts';
import { committedTexts } from './committed.ts';
import { readBytes, readText, resolvePath } from './files.ts';
import { hooksFolder } from './hooks.ts';
import { type Listing, listByWalking, listWithGit, textNames } from './list.ts';
import { toByteString } from './names.ts';
import { recentFiles } from './recent.ts';
import { findRoot, gitState } from './root.ts';
import { secretByName } from './secrets.ts';
import { look } from './snapshot.ts';
import { StatCache } from './statCache.ts';
import { openStore } from './store.ts';
import type { Workspace } from './types.ts';

/**
 * Opens the repository that a folder belongs to. Issues: the folder does not exist or is a file, git refuses it, or it is
 * the file system's root or the user's home without any mark of a project.
 *
 * @param start any folder of the repository, absolute or relative to the process's own
 */
export async function openWorkspace(start: string): Promise<Result<Workspace>> {
  const found = await findRoot(start);
  if (!found.ok) return found;
  const { path: root, repository } = found.value;
  const git = repository?.git;
  const state = repository ? await gitState(repository) : undefined;
  if (state && !state.ok) return state;
  const list = (): Promise<Result<Listing>> => (git ? listWithGit(git) : listByWalking(root));
  const brought =
    git && existsSync(`${root}/.assay`) ? await git.run(['ls-files', '-z', '--', ':(icase).assay']) : undefined;
  const store = () => openStore(root, brought !== undefined && (!brought.ok || brought.value.stdout.length > 0));
  const lookAt = (listing: Listing) => {
    const opened = store();
    // A folder that cannot be written has no cache; everything is read then.
    const cache = opened.ok ? StatCache.open(join(opened.value, 'cache', 'stat')) : undefined;
    return look(root, listing, cache);
  };
  const workspace: Workspace = {
    root,
    ...(state?.ok ? { git: state.value } : {}),
    store,
    snapshot: async () => {
      const listing = await list();
      return listing.ok ? ok((await lookAt(listing.value)).snapshot) : listing;
    },
    read: (path) => readText(root, path),
    readBytes: (path) => readBytes(root, path),
    recent: async (limit) => {
      const listing = await list();
      return listing.ok ? recentFiles(root, git, listing.value, limit) : [];
    },
    paths: async () => {
      const listing = await list();
      if (!listing.ok) return listing;
      const { links } = listing.value;
      return ok(textNames(listing.value).filter((path) => !links.has(toByteString(path)) && !secretByName(path)));
    },
    change: (request) => {
      // Once for one change: all its parts are of the same state.
      let listed: ReturnType<typeof list> | undefined;
      let looked: ReturnType<typeof lookAt> | undefined;
      const once = {
        list: () => (listed ??= list()),
        look: (listing: Listing) => (looked ??= lookAt(listing)),
      };
      return viewChange({ root, ...(repository ? { repository } : {}), ...once }, request);
    },
    committed: async (paths) => (git ? committedTexts(git, paths) : ok({ texts: new Map() })),
    hooksFolder: async () => (git ? hooksFolder(git, root) : ok(undefined)),
    resolve: (cwd, path) => resolvePath(root, cwd, path),
  };
  return ok(workspace, found.issues);
}
