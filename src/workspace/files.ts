import { lstatSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fail, LIMITS, ok, type RepoPath, type Result, repoPath } from '../base/index.ts';
import { type SourceText, sourceText } from '../text/index.ts';
import { secretReason } from './secrets.ts';

/** Folders of the root that hold git's and assay's own affairs, credentials among them. */
const PRIVATE = /(?:^|\/)(?:\.git|\.assay)(?:\/|$)/i;

/** Whether an absolute path without links is `root` or below it. */
export const isInside = (root: string, path: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

/** Whether a path that leads to nothing is itself there, as a link. */
function isDangling(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/**
 * The real place of a path that may not exist yet: links of everything that exists resolved. An issue where a link leads
 * to nothing or in a circle, or a file stands where a folder is needed.
 */
function realPlace(path: string): Result<string> {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    try {
      const real = realpathSync.native(at);
      if (missing.length > 0 && !statSync(real).isDirectory()) {
        return fail('workspace/not-a-folder', `expected a folder at ${at}, found a file`, { path });
      }
      return ok(missing.length === 0 ? real : resolve(real, ...missing));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ELOOP') return fail('workspace/link', `the symbolic link ${at} leads in a circle`, { path });
      if (code !== 'ENOENT' && code !== 'ENOTDIR') {
        return fail('workspace/unreadable', `${at} cannot be looked at: ${code}`, { path });
      }
      if (isDangling(at)) {
        return fail('workspace/link', `the symbolic link ${at} leads to nothing (${readlinkSync(at)})`, { path });
      }
    }
    if (dirname(at) === at) return fail('workspace/missing', `${path} does not exist`, { path });
    missing.unshift(at.slice(dirname(at).length).replace(/^\/+/, ''));
  }
}

/**
 * A path as the user gave it to a path in the repository. What leads outside is refused, be it absolute, through `..` or
 * through links; a link that stays inside gives the path it leads to. The file need not exist.
 */
export function resolvePath(root: string, cwd: string, path: string): Result<RepoPath> {
  if (path === '' || path.includes('\0')) {
    return fail('workspace/path', `expected a path, found ${path === '' ? 'nothing' : 'one that holds a NUL byte'}`, {
      path,
    });
  }
  if (!isAbsolute(cwd)) throw new Error(`resolve() takes an absolute folder, got ${cwd}`);
  const place = realPlace(resolve(cwd, path));
  if (!place.ok) return place;
  if (!isInside(root, place.value)) {
    return fail('workspace/outside', `expected a path inside ${root}, found ${path}, which is ${place.value}`, {
      path,
    });
  }
  const found = repoPath(relative(root, place.value));
  if (found === undefined) return fail('workspace/path', `expected a file, found ${path}, which is the root`, { path });
  if (PRIVATE.test(found)) {
    return fail('workspace/private', `expected a file of the project, found ${found}, which is not part of it`, {
      path,
    });
  }
  return ok(found);
}

/** The bytes of a file below `root`. Folders, devices, secrets, links that lead outside and large files are refused. */
export function readBytes(root: string, path: RepoPath): Result<Uint8Array> {
  // A `RepoPath` is only as good as whoever made it.
  const resolved = repoPath(path) === path ? resolvePath(root, root, path) : undefined;
  if (!resolved) return fail('workspace/path', `expected a path inside the repository, found ${path}`, { path });
  if (!resolved.ok) return resolved;
  const place = `${root}/${resolved.value}`;
  try {
    const stats = statSync(place, { throwIfNoEntry: false });
    if (!stats) return fail('workspace/missing', `expected a file, found nothing at ${path}`, { path });
    if (!stats.isFile()) {
      const found = stats.isDirectory() ? 'a folder' : 'neither file nor folder';
      return fail('workspace/not-a-file', `expected a file at ${path}, found ${found}`, { path });
    }
    if (stats.size >= LIMITS.fileBytes) {
      return fail('workspace/too-large', `expected a file under ${LIMITS.fileBytes} bytes, found ${stats.size}`, {
        path,
      });
    }
    const bytes = readFileSync(place);
    const secret = secretReason(path, bytes) ?? secretReason(resolved.value, bytes);
    if (secret !== undefined) {
      return fail('workspace/secret', `${path} is not read: it holds secrets (${secret})`, { path });
    }
    return ok(bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fail('workspace/unreadable', `${path} cannot be read: ${code ?? String(error)}`, { path });
  }
}

export function readText(root: string, path: RepoPath): Result<SourceText> {
  const bytes = readBytes(root, path);
  return bytes.ok ? sourceText(path, bytes.value) : bytes;
}
