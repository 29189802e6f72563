import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../base/index.ts';
import { blobId, objectFormat, unconverted } from './blobs.ts';
import { checkOut } from './checkOut.ts';
import type { Git } from './git.ts';
import { diskPath } from './names.ts';
import type { OnDisk } from './snapshot.ts';

/**
 * Tracked files that are not on disk as git's index has them, by their bytes: what the index notes of files (when they were
 * looked at, that they are not to be looked at) is written by whoever may write the tree. Line endings alone are no other
 * bytes, nor is what stands for them in Git LFS. Installed packages are not looked at, so tracked ones are among them.
 */
export function unlikeIndex(root: string, { listing, contents }: OnDisk): string[] {
  const unlike: string[] = [];
  for (const [name, held] of listing.index) {
    const id = held.slice(held.indexOf(' ') + 1);
    const content = contents.get(name);
    if (content && content.ids === undefined) continue;
    if (content?.ids?.includes(id)) continue;
    if (content?.hash !== undefined && blobId(objectFormat(id), lfsPointer(root, name, content.hash)) === id) continue;
    unlike.push(name);
  }
  return unlike;
}

/** What git keeps of a file that lies in Git LFS. */
function lfsPointer(root: string, name: string, hash: string): Buffer {
  const bytes = lstatSync(diskPath(root, name), { throwIfNoEntry: false })?.size;
  return Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${hash}\nsize ${bytes}\n`);
}

/** Which of these files a checkout would write otherwise than they are on disk, line endings aside. */
export async function unlikeCheckout(
  git: Git,
  gitFolder: string,
  tree: string,
  names: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  const looked = names.filter((name) => {
    const stats = lstatSync(diskPath(git.cwd, name), { throwIfNoEntry: false });
    return stats?.isFile() && stats.size < LIMITS.fileBytes;
  });
  if (looked.length === 0) return [];
  const into = join(folder, 'checkout');
  // What cannot be written (a filter that fails) is unlike.
  await checkOut(git, gitFolder, tree, { into, index: join(folder, 'checkout.index') }, looked);
  return looked.filter((name) => !isSameText(diskPath(git.cwd, name), diskPath(into, name)));
}

function isSameText(one: string | Buffer, other: string | Buffer): boolean {
  try {
    return unconverted(readFileSync(one)).equals(unconverted(readFileSync(other)));
  } catch {
    return false;
  }
}
