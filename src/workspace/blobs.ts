import { createHash } from 'node:crypto';
import type { FilePatch } from '../text/index.ts';
import { readOriginal } from './originals.ts';
import type { Repository } from './root.ts';

/** Whether an id that git gives content in a diff, whole or its first digits, is that of these bytes. */
export const isBlob = (id: string, bytes: Uint8Array): boolean =>
  ['sha1', 'sha256'].some((hash) =>
    createHash(hash).update(`blob ${bytes.length}\0`).update(bytes).digest('hex').startsWith(id),
  );

/**
 * What a diff makes of binary files, by git's id of it. A diff does not tell it, or not in a form that is read; it is what the
 * working tree holds, or the repository.
 */
export async function binaryContents(
  root: string,
  repository: Repository | undefined,
  patches: readonly FilePatch[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const { after, newId } of patches.filter(({ binary }) => binary)) {
    if (after === undefined || newId === undefined) continue;
    const here = readOriginal(root, after);
    if (here.ok && here.value && isBlob(newId, here.value.bytes)) found.set(newId, here.value.bytes);
    else {
      const kept = await repository?.git.run(['cat-file', 'blob', newId]);
      if (kept?.ok) found.set(newId, kept.value.stdout);
    }
  }
  return found;
}
