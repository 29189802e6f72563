import { createHash, hash as hashOnce } from 'node:crypto';
import { closeSync, lstatSync, openSync, readFileSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { type Hash, LIMITS, type RepoPath } from '../base/index.ts';
import { blobHash, blobId, gitIds, type ObjectFormat, objectFormat } from './blobs.ts';
import type { Exclusion, Listing } from './list.ts';
import { diskPath, fromByteString, showName } from './names.ts';
import { secretByName, secretReason } from './secrets.ts';
import type { Content, StatCache } from './statCache.ts';
import type { FileEntry, Snapshot } from './types.ts';

/** Files between two chances for other work to run. */
const FILES_AT_ONCE = 512;

/** Read at a time of files too large to be read as text, bytes. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Files of this size or more count with their size instead of their content, bytes. */
const HASHED_BYTES = 2 * 1024 * 1024 * 1024;

/**
 * The tree hash: SHA-256 over one record for each name, in the order of the names' bytes:
 *
 *     <name> NUL <kind> <64 hexadecimal digits> LF
 *
 * where kind and digits are `f` and the SHA-256 of a file's bytes, `l` and that of a link's target as written, `s` and
 * that of the decimal size of a file of 2 GiB or more, or `u` and zeros for a file that cannot be read. So the hash covers what `files` leaves out too: secrets, large files, links,
 * names that are not UTF-8. It covers no modes, times and empty folders, and nothing of other repositories inside.
 */
class TreeHash {
  readonly #hash = createHash('sha256');
  #records: string[] = [];

  add(name: string, kind: 'f' | 'l' | 's' | 'u', content: string): void {
    this.#records.push(`${name}\0${kind}${content}\n`);
    if (this.#records.length >= RECORDS_AT_ONCE) this.#flush();
  }

  digest(): Hash {
    this.#flush();
    return this.#hash.digest('hex') as Hash;
  }

  #flush(): void {
    this.#hash.update(this.#records.join(''), 'latin1');
    this.#records = [];
  }
}

/** One call of the hash costs as much as many bytes. */
const RECORDS_AT_ONCE = 512;

const UNREAD = '0'.repeat(64);

/** A tree as it was found on disk. */
export interface OnDisk {
  readonly listing: Listing;
  readonly snapshot: Snapshot;
  /** What each name holds that is there and can be read; of what is too large to be looked at, nothing. */
  readonly contents: ReadonlyMap<string, Partial<Content>>;
}

export const takeSnapshot = async (root: string, listing: Listing): Promise<Snapshot> =>
  (await look(root, listing)).snapshot;

/**
 * The files of a listing as they are on disk below `root`. Names that are gone since they were listed are not part of it.
 * With a cache, files that look as they did when they were last read are not read again. Ids of git's are told where the
 * listing is git's.
 */
export async function look(root: string, listing: Listing, cache?: StatCache): Promise<OnDisk> {
  const contents = new Map<string, Partial<Content>>();
  const held: string | undefined = listing.index.values().next().value;
  const format = held === undefined ? undefined : objectFormat(held.slice(held.indexOf(' ') + 1));
  const files = new Map<RepoPath, FileEntry>();
  const excluded: Exclusion[] = [...listing.excluded];
  const tree = new TreeHash();
  for (const [index, name] of listing.names.entries()) {
    if (index % FILES_AT_ONCE === FILES_AT_ONCE - 1) await breathe();
    const leaveOut = (reason: string): void => {
      excluded.push({ path: showName(name), reason });
    };
    const disk = diskPath(root, name);
    const now = Date.now();
    let stats: Stats | undefined;
    let content: Content;
    try {
      stats = lstatSync(disk, { throwIfNoEntry: false });
      if (stats?.isSymbolicLink()) {
        const target = readlinkSync(disk, 'buffer');
        tree.add(name, 'l', hashOnce('sha256', target));
        if (format) contents.set(name, { ids: blobId(format, target) });
        leaveOut('symbolic link: not followed');
        continue;
      }
      if (!stats?.isFile()) continue;
      if (stats.size >= HASHED_BYTES) {
        tree.add(name, 's', hashOnce('sha256', String(stats.size)));
        contents.set(name, {});
        leaveOut(`too large: ${stats.size} bytes; from ${HASHED_BYTES} on only the size is part of the tree hash`);
        continue;
      }
      const cached = cache?.get(name, stats);
      const known = format && cached?.ids === undefined ? undefined : cached;
      content = known ?? readContent(disk, name, stats, format);
      if (!known) cache?.set(name, stats, content, now);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') continue;
      tree.add(name, 'u', UNREAD);
      leaveOut(`unreadable (${code})`);
      continue;
    }
    tree.add(name, 'f', content.hash);
    contents.set(name, content);
    const path = fromByteString(name) as RepoPath | undefined;
    if (path === undefined) leaveOut('name is not UTF-8');
    else if (content.secret !== undefined) leaveOut(`secret: ${content.secret}`);
    else if (stats.size >= LIMITS.fileBytes)
      leaveOut(`too large: ${stats.size} bytes, the limit is ${LIMITS.fileBytes}`);
    else files.set(path, { path, hash: content.hash, bytes: stats.size });
  }
  cache?.save();
  return { listing, snapshot: { treeHash: tree.digest(), files, excluded }, contents };
}

function readContent(disk: string | Buffer, name: string, stats: Stats, format: ObjectFormat | undefined): Content {
  const text = fromByteString(name) ?? name;
  if (stats.size >= LIMITS.fileBytes) {
    const secret = secretByName(text);
    return { ...hashLarge(disk, stats.size, format), ...(secret === undefined ? {} : { secret }) };
  }
  const bytes = readFileSync(disk);
  const secret = secretReason(text, bytes);
  return {
    hash: hashOnce('sha256', bytes) as Hash,
    ...(secret === undefined ? {} : { secret }),
    ...(format ? { ids: gitIds(format, bytes) } : {}),
  };
}

function hashLarge(disk: string | Buffer, size: number, format: ObjectFormat | undefined): Content {
  const hash = createHash('sha256');
  const blob = format && blobHash(format, size);
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = openSync(disk, 'r');
  try {
    for (;;) {
      const read = readSync(file, chunk, 0, CHUNK_BYTES, null);
      if (read === 0) return { hash: hash.digest('hex') as Hash, ...(blob ? { ids: blob.digest('hex') } : {}) };
      hash.update(chunk.subarray(0, read));
      blob?.update(chunk.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}
