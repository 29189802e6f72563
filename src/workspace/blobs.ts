import { createHash, type Hash } from 'node:crypto';
import type { FilePatch } from '../text/index.ts';
import { readOriginal } from './originals.ts';
import type { Repository } from './root.ts';

/** The hash that git names objects by in a repository. */
export type ObjectFormat = 'sha1' | 'sha256';

/** The length of any id tells. */
export const objectFormat = (id: string): ObjectFormat => (id.length === 64 ? 'sha256' : 'sha1');

/** Git's hash of a file, to be fed with as many bytes as are said. */
export const blobHash = (format: ObjectFormat, bytes: number): Hash => createHash(format).update(`blob ${bytes}\0`);

export const blobId = (format: ObjectFormat, bytes: Uint8Array): string =>
  blobHash(format, bytes.length).update(bytes).digest('hex');

/** Whether an id that git gives content in a diff, whole or its first digits, is that of these bytes. */
export const isBlob = (id: string, bytes: Uint8Array): boolean =>
  (['sha1', 'sha256'] as const).some((format) => blobId(format, bytes).startsWith(id));

/**
 * Text without what a checkout converts in many a repository and what changes nothing that a program does: line endings, and
 * the id that it writes into `$Id$`.
 */
export function unconverted(bytes: Buffer): Buffer {
  if (!(bytes.includes('\r\n') || bytes.includes('$Id: ')) || bytes.includes(0)) return bytes;
  const text = bytes.toString('latin1').replaceAll('\r\n', '\n');
  return Buffer.from(text.replace(/\$Id: (?:[0-9a-f]{40}|[0-9a-f]{64}) \$/g, '$Id$'), 'latin1');
}

/** The ids under which git may keep the content of a file: that of its bytes, and that of its text as it was converted. */
export function gitIds(format: ObjectFormat, bytes: Buffer): string {
  const kept = unconverted(bytes);
  const id = blobId(format, bytes);
  return kept === bytes ? id : `${id} ${blobId(format, kept)}`;
}

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
