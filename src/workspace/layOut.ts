import { chmodSync, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail, type Hash, ok, type RepoPath, type Result } from '../base/index.ts';
import { copyTree } from '../sandbox/index.ts';
import { checkOut, copyFiles, listTree } from './checkOut.ts';
import type { Git } from './git.ts';
import { linkInstalled } from './installed.ts';
import { type Listing, textNames } from './list.ts';
import { toByteString } from './names.ts';
import { takeSnapshot } from './snapshot.ts';
import { makeTemporary, removeTemporary } from './temporary.ts';
import type { TreeCopy } from './types.ts';

/** Where a tree comes from: a commit or tree of the repository, or a copy of the working tree. */
export type Source =
  | { readonly kind: 'tree'; readonly git: Git; readonly gitFolder: string; readonly id: string }
  | { readonly kind: 'working-tree'; readonly listing: Listing };

/** A file to be written over what the source holds; null removes it. */
export type Overlay = ReadonlyMap<RepoPath, { readonly bytes: Uint8Array; readonly executable: boolean } | null>;

/** A tree in a folder of its own. */
export interface LaidOut {
  /** Absolute, links resolved. Not a git repository. */
  readonly root: string;
  readonly treeHash: Hash;
  readonly packagesUnknown?: string;
  /** The same files and links once more. Git is not asked again: a branch may have moved since. */
  copy(): Promise<Result<TreeCopy>>;
  close(): Promise<void>;
}

/**
 * Lays a tree out in a temporary folder, with the packages installed in the working tree where they are the right ones
 * (see installed.ts). `working` lists the working tree.
 */
export async function layOut(
  root: string,
  working: Listing,
  source: Source,
  overlay: Overlay = new Map(),
): Promise<Result<LaidOut>> {
  const temporary = makeTemporary();
  const close = async (): Promise<void> => removeTemporary(temporary);
  // Some tools go by the name of the folder they run in.
  const copy = join(temporary, 'tree', basename(root) || 'root');
  const laid = await fill(root, source, copy, join(temporary, 'index'));
  const listing = laid.ok ? write(copy, laid.value, overlay) : laid;
  if (!listing.ok) {
    await close();
    return listing;
  }
  const { treeHash } = await takeSnapshot(copy, listing.value);
  const manifests = textNames(working).filter((path) => basename(path) === 'package.json');
  const folders = manifests.map((path) => (dirname(path) === '.' ? '' : dirname(path)));
  const absent = listing.value.excluded.map(({ path }) => `${path} is another repository, which is not laid out`);
  const packagesUnknown = [linkInstalled({ root, copy }, folders), ...absent]
    .filter((reason) => reason !== undefined)
    .join('; ');
  return ok({
    root: copy,
    treeHash,
    ...(packagesUnknown === '' ? {} : { packagesUnknown }),
    copy: () => copyOf(copy),
    close,
  });
}

async function copyOf(tree: string): Promise<Result<TreeCopy>> {
  const temporary = makeTemporary();
  const close = async (): Promise<void> => removeTemporary(temporary);
  const root = join(temporary, 'tree', basename(tree));
  // Its packages are links already.
  const copied = await copyTree(tree, root, { linkNodeModules: false });
  if (copied.ok) return ok({ root, close });
  await close();
  return copied;
}

async function fill(root: string, source: Source, copy: string, index: string): Promise<Result<Listing>> {
  mkdirSync(copy, { recursive: true });
  if (source.kind === 'working-tree') {
    const copied = await copyFiles(root, source.listing, copy);
    return copied.ok ? ok(source.listing) : copied;
  }
  const listing = await listTree(source.git, source.id);
  if (!listing.ok) return listing;
  const written = await checkOut(source.git, source.gitFolder, source.id, { into: copy, index });
  return written.ok ? listing : written;
}

function write(copy: string, listing: Listing, overlay: Overlay): Result<Listing> {
  if (overlay.size === 0) return ok(listing);
  const names = new Set(listing.names);
  const files = [...overlay].sort(([, a], [, b]) => Number(a !== null) - Number(b !== null));
  for (const [path, file] of files) {
    const through = [...foldersOf(path)].find((folder) => listing.links.has(toByteString(folder)));
    if (through !== undefined || listing.links.has(toByteString(path))) {
      return fail('workspace/link', `${path} is not written: ${through ?? path} is a symbolic link`, { path });
    }
    const place = join(copy, path);
    try {
      if (file === null) {
        rmSync(place, { force: true });
        removeEmpty(dirname(place), copy);
        names.delete(toByteString(path));
        continue;
      }
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, file.bytes);
      if (file.executable) chmodSync(place, 0o755);
      names.add(toByteString(path));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      return fail('workspace/lay-out', `${path} cannot be laid out: ${code}`, { path });
    }
  }
  return ok({ ...listing, names: [...names].sort() });
}

/** Removes a folder and those above it, below `top`, as far as they are empty: git keeps no empty folders. */
function removeEmpty(folder: string, top: string): void {
  for (let at = folder; at !== top && existsSync(at) && readdirSync(at).length === 0; at = dirname(at)) rmdirSync(at);
}

/** The folders a path lies in, outermost first, itself left out. */
function* foldersOf(path: string): Generator<string> {
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) yield path.slice(0, at);
}
