import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { fail, LIMITS, ok, type RepoPath, type Result } from '../base/index.ts';
import type { Git } from './git.ts';
import { IgnoreRules } from './ignore.ts';
import { diskPath, fromByteString, nulFields, showName } from './names.ts';

/** Files by name; nothing was read. */
export interface Listing {
  /** Regular files and symbolic links as byte strings (see names.ts), in order. */
  readonly names: readonly string[];
  /** Which of `names` are symbolic links. */
  readonly links: ReadonlySet<string>;
  /** Which of `names` git does not track; empty without git. */
  readonly untracked: ReadonlySet<string>;
  /**
   * What git's index holds of each tracked file, `<mode> <id>`, be the file on disk or not; nothing of submodules, of what is
   * unmerged and of what a sparse checkout leaves out.
   */
  readonly index: ReadonlyMap<string, string>;
  /** Files that are tracked and meant not to be on disk (a sparse checkout). */
  readonly sparse: number;
  readonly excluded: readonly Exclusion[];
}

export interface Exclusion {
  readonly path: string;
  readonly reason: string;
}

/** Folders that are never part of the repository, at any depth: git's own, installed packages, assay's store. */
export const NEVER: ReadonlySet<string> = new Set(['.git', 'node_modules', '.assay']);

export const neverPart = (path: string): boolean => /(?:^|\/)(?:\.git|node_modules|\.assay)(?:\/|$)/.test(path);

/** Whether a path is git's or assay's own, and so of no change either. A tracked file among installed packages may change. */
export const neverChanges = (path: string): boolean => /(?:^|\/)(?:\.git|\.assay)(?:\/|$)/.test(path);

export const ANOTHER_REPOSITORY =
  'another repository (submodule or nested): it is not entered and not part of the tree hash';

/** The names of a listing that are text, in order. */
export const textNames = (listing: Listing): RepoPath[] =>
  listing.names.map(fromByteString).filter((name) => name !== undefined) as RepoPath[];

const tooMany = (limit: number): Result<never> =>
  fail('workspace/too-many-files', `expected fewer than ${limit} files that are not ignored, found ${limit} or more`, {
    suggestion: 'add what does not belong to the project to .gitignore',
  });

/**
 * As git sees it: tracked files that are on disk, ignored or not, and untracked ones that its ignore rules (the
 * repository's and the user's own) do not name.
 */
export async function listWithGit(git: Git, limit: number = LIMITS.snapshotFiles): Promise<Result<Listing>> {
  const listed = await git.run(
    ['ls-files', '-z', '-t', '--stage', '--cached', '--deleted', '--others', '--exclude-standard'].concat(
      // Tracked files are not touched by these.
      [...NEVER].map((name) => `--exclude=${name}`),
    ),
  );
  if (!listed.ok) return listed;
  const names = new Set<string>();
  const links = new Set<string>();
  const untracked = new Set<string>();
  const index = new Map<string, string>();
  const excluded: Exclusion[] = [];
  const left: string[] = [];
  const folders = new RealFolders(git.cwd);
  for (const field of nulFields(listed.value.stdout)) {
    // `<tag> <mode> <id> <stage>\t<name>` for what is in the index, `? <name>` for what is not.
    const entry = /^([A-Z]) ((\d{6}) [0-9a-f]+) (\d)\t/.exec(field);
    const name = field.slice(entry ? entry[0].length : 2);
    if (neverChanges(name)) continue;
    const [, tag, held = '', mode, stage] = entry ?? [];
    if (stage === '0' && mode !== '160000') index.set(name, held);
    if (neverPart(name)) continue;
    if (!entry) {
      if (name.endsWith('/')) excluded.push({ path: showName(name.slice(0, -1)), reason: ANOTHER_REPOSITORY });
      else {
        names.add(name);
        untracked.add(name);
        if (isLink(git.cwd, name)) links.add(name);
      }
    } else if (tag === 'S' && !isThere(git.cwd, name)) {
      left.push(name);
    } else if (tag === 'R') {
      // Deleted on disk; it was listed as cached before.
      names.delete(name);
    } else if (mode === '160000') {
      excluded.push({ path: showName(name), reason: ANOTHER_REPOSITORY });
    } else if (folders.hold(name)) {
      names.add(name);
      if (mode === '120000') links.add(name);
    }
    if (names.size >= limit) return tooMany(limit);
  }
  // Anyone may set the bit; only in a sparse checkout it says that a file is meant to be absent.
  const sparse = left.length > 0 && (await isSparse(git)) ? left : [];
  for (const name of sparse) index.delete(name);
  return ok({ names: [...names].sort(), links, untracked, index, sparse: sparse.length, excluded });
}

async function isSparse(git: Git): Promise<boolean> {
  const set = await git.run(['config', '--type=bool', '--get', 'core.sparseCheckout'], { accept: [0, 1, 128] });
  return set.ok && set.value.stdout.toString('utf8').trim() === 'true';
}

const isThere = (root: string, name: string): boolean =>
  lstatSync(diskPath(root, name), { throwIfNoEntry: false }) !== undefined;

const isLink = (root: string, name: string): boolean =>
  lstatSync(diskPath(root, name), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

/** Tells names that are reached through a symbolic link: what lies there is not what git tracks under that name. */
class RealFolders {
  readonly #root: string;
  readonly #known = new Map<string, boolean>([['', true]]);

  constructor(root: string) {
    this.#root = root;
  }

  hold(name: string): boolean {
    return this.#real(name.slice(0, Math.max(name.lastIndexOf('/'), 0)));
  }

  #real(folder: string): boolean {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const real = this.hold(folder) && !isLink(this.#root, folder);
    this.#known.set(folder, real);
    return real;
  }
}

/** Folders between two chances for other work to run. */
const FOLDERS_AT_ONCE = 64;

/**
 * Without git: every file under the root that no `.gitignore` names. The user's own ignore rules are git's and unknown
 * here; and a file that the rules name but git tracks is not seen.
 */
export async function listByWalking(root: string, limit: number = LIMITS.snapshotFiles): Promise<Result<Listing>> {
  const names: string[] = [];
  const links = new Set<string>();
  const excluded: Exclusion[] = [];
  const folders: { readonly name: string; readonly rules: IgnoreRules }[] = [{ name: '', rules: IgnoreRules.none }];
  for (let visited = 1; ; visited++) {
    const folder = folders.pop();
    if (!folder) break;
    if (visited % FOLDERS_AT_ONCE === 0) await breathe();
    let entries: Dirent<Buffer>[];
    try {
      entries = readdirSync(diskPath(root, folder.name), { withFileTypes: true, encoding: 'buffer' });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT')
        excluded.push({ path: showName(folder.name) || '.', reason: `unreadable folder (${code})` });
      continue;
    }
    const own = new Map(entries.map((entry) => [entry.name.toString('latin1'), entry]));
    if (folder.name !== '' && own.has('.git')) {
      excluded.push({ path: showName(folder.name), reason: ANOTHER_REPOSITORY });
      continue;
    }
    const rules = own.get('.gitignore')?.isFile() ? withOwnRules(root, folder) : folder.rules;
    for (const [last, entry] of own) {
      const name = folder.name === '' ? last : `${folder.name}/${last}`;
      if (NEVER.has(last) || rules.ignores(name, entry.isDirectory())) continue;
      if (entry.isDirectory()) folders.push({ name, rules });
      else if (entry.isFile()) names.push(name);
      else if (entry.isSymbolicLink()) {
        names.push(name);
        links.add(name);
      }
      if (names.length >= limit || folders.length >= limit) return tooMany(limit);
    }
  }
  return ok({ names: names.sort(), links, untracked: new Set(), index: new Map(), sparse: 0, excluded });
}

function withOwnRules(root: string, folder: { readonly name: string; readonly rules: IgnoreRules }): IgnoreRules {
  const path = diskPath(root, folder.name === '' ? '.gitignore' : `${folder.name}/.gitignore`);
  try {
    if (lstatSync(path).size >= LIMITS.fileBytes) return folder.rules;
    return folder.rules.with(folder.name, readFileSync(path));
  } catch {
    // Git too goes on without an ignore file it cannot read.
    return folder.rules;
  }
}
