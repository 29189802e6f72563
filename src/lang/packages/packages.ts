import { resolve } from 'node:path';
import { type Issue, isRecord, nearestNames, type RepoPath } from '../../base/index.ts';
import type { DependencyField, PackageStatus, Packages } from '../types.ts';
import { exportedSubpaths, matchKey, targets } from './exports.ts';
import { Files, joinPath, parentOf, type RootPath, upwards } from './files.ts';
import { Installed, type InstalledPackage } from './installed.ts';
import { PACKAGE_LIMITS } from './limits.ts';
import type { Importer, Lock } from './lock.ts';
import { Locks } from './locks.ts';
import { declaration, declaredNames, type Manifest, readManifest } from './manifest.ts';
import { nearestPackages } from './nearest.ts';
import { nearestBuiltins, parseSpecifier, typesPackage } from './specifier.ts';
import { readWorkspace, type WorkspaceRoot } from './workspaces.ts';

/**
 * Knowledge of the packages of one repository, read from disk only: no process is started and nothing is fetched.
 * `root` is an absolute folder; nothing above it counts. `paths` are the repository's own files where the caller has them;
 * they spare the search for workspace members and keep ignored folders out of it.
 *
 * `status` answers with the first that holds: built into Node, the package itself, a member of the workspace, declared,
 * transitive, present as `@types/…` only, missing. A manifest applies to a file if it is the nearest one above that is
 * more than a mark, or the root of the workspace that the nearest one is a member of. Under pnpm and Plug'n'Play a
 * transitive package cannot be imported, under npm and yarn it can until another version is hoisted: `installed` tells.
 *
 * `missing` needs evidence: a lock file, an installation beside one of these manifests, or manifests that declare nothing.
 * Not covered: Plug'n'Play archives (the lock file stands for them), semver ranges (nothing says whether an installed
 * version satisfies its range), aliases of compilers and bundlers, built-in modules of newer versions of Node.
 */
export function openPackages(root: string, paths?: readonly RepoPath[]): Packages {
  return new RepositoryPackages(resolve(root), paths);
}

/** The manifests that apply to one folder. */
interface Owner {
  readonly manifest: Manifest;
  readonly workspace?: WorkspaceRoot;
  /** The importing manifest first, then that of the workspace root where it is another one. */
  readonly manifests: readonly Manifest[];
}

type Missing = { readonly reason: string };

const README = /^readme(?:\.(?:md|markdown|mdown|txt|rst))?$/i;
const PNP_FILES = ['.pnp.cjs', '.pnp.js', '.pnp.loader.mjs'];

class RepositoryPackages implements Packages {
  readonly #files: Files;
  readonly #locks: Locks;
  #paths: readonly RepoPath[] | undefined;
  #installed: Installed;
  readonly #manifests = new Map<RootPath, Manifest | 'broken' | null>();
  readonly #workspaces = new Map<RootPath, WorkspaceRoot | null>();
  readonly #owners = new Map<RootPath, Owner | Missing>();

  constructor(root: string, paths: readonly RepoPath[] | undefined) {
    this.#files = new Files(root);
    this.#locks = new Locks(this.#files);
    this.#installed = new Installed(this.#files);
    this.#paths = paths;
  }

  status(specifier: string, from: RepoPath, typeOnly = false): PackageStatus {
    const parsed = parseSpecifier(specifier);
    switch (parsed.kind) {
      case 'builtin':
        return { status: 'builtin' };
      case 'missing-builtin':
        return { status: 'missing', nearest: parsed.nearest };
      case 'other':
        return { status: 'unknown', reason: parsed.reason };
      case 'imports':
        return this.#statusOfImports(parsed.key, parentOf(from), typeOnly);
      case 'package':
        return this.#statusOfPackage(parsed.name, specifier, parentOf(from), typeOnly);
    }
  }

  manifestOf(path: RepoPath): ReturnType<Packages['manifestOf']> {
    const owner = this.#owner(parentOf(path));
    if ('reason' in owner) return undefined;
    const { path: file, name, scripts, dependencies } = owner.manifest;
    return { path: file, ...(name === undefined ? {} : { name }), scripts, dependencies };
  }

  exportsOf(name: string, from: RepoPath): readonly string[] | undefined {
    const located = this.#locate(name, parentOf(from));
    return located && exportedSubpaths(this.#files, located.folder, located.manifest.exports);
  }

  lockedVersion(name: string, from: RepoPath): string | undefined {
    const owner = this.#owner(parentOf(from));
    return 'reason' in owner ? undefined : this.#locked(name, owner);
  }

  readme(name: string, from: RepoPath): string | undefined {
    const located = this.#locate(name, parentOf(from));
    if (!located) return undefined;
    const found = this.#files
      .list(located.folder)
      .filter((entry) => !entry.folder && README.test(entry.name))
      // A link out of the repository leads to what no package holds.
      .filter((entry) => !entry.link || this.#isOwn(located.folder, entry.name))
      .map((entry) => entry.name);
    const file = found.find((entry) => /\.(?:md|markdown|mdown)$/i.test(entry)) ?? found[0];
    return (file && this.#files.text(joinPath(located.folder, file), PACKAGE_LIMITS.fileBytes)) ?? undefined;
  }

  #isOwn(folder: RootPath, name: string): boolean {
    const path = this.#files.inside(joinPath(folder, name));
    return path !== undefined && !/(?:^|\/)\.(?:git|assay)\//.test(path);
  }

  issues(): readonly Issue[] {
    return this.#files.issues();
  }

  refresh(paths?: readonly RepoPath[]): void {
    if (paths) this.#paths = paths;
    this.#files.forgetIssues();
    this.#locks.forget();
    this.#installed = new Installed(this.#files);
    this.#manifests.clear();
    this.#workspaces.clear();
    this.#owners.clear();
  }

  #statusOfPackage(name: string, specifier: string, folder: RootPath, typeOnly: boolean): PackageStatus {
    const owner = this.#owner(folder);
    if ('reason' in owner) return { status: 'unknown', reason: owner.reason };
    const installed = this.#installed.find(name, folder);
    const scope = this.#scope(folder);
    const declared = declaration(name, owner.manifests);
    if (scope?.name === name) {
      const reaches = scope.exports !== undefined || installed?.source === scope.folder || this.#plugAndPlay(owner);
      if (reaches) return { status: 'self' };
      // Otherwise the name can only mean another package, such as an older version of itself.
      if (!installed && !declared)
        return { status: 'unknown', reason: `${name} has no "exports", so it cannot import itself by its name` };
    }
    const member = this.#member(name, owner, installed, declared?.range);
    if (member !== undefined)
      return { status: 'workspace', path: this.#manifestIn(member)!.path, declared: declared !== undefined };

    const found = this.#found(name, owner, installed, declared);
    if (found && (found.status === 'declared' || found.status === 'unknown' || !typeOnly)) return found;
    const types = this.#statusOfTypes(name, owner, folder);
    if (types && (!found || types.status === 'declared')) return types;
    if (found) return found;

    const unknown = this.#noEvidence(owner);
    if (unknown !== undefined) return { status: 'unknown', reason: unknown };
    // `fs/promise` asks for a package called fs: the slip is in the built-in module.
    if (parseSpecifier(name).kind === 'builtin') return { status: 'missing', nearest: nearestBuiltins(specifier) };
    return { status: 'missing', nearest: nearestPackages(name, this.#knownNames(owner, folder)) };
  }

  /** Folder of the workspace member that a name leads to. */
  #member(
    name: string,
    owner: Owner,
    installed: InstalledPackage | undefined,
    range: string | undefined,
  ): RootPath | undefined {
    const { workspace } = owner;
    if (!workspace) return undefined;
    if (installed) {
      const source = installed.source;
      return source !== undefined && workspace.folders.has(source) ? source : undefined;
    }
    // An alias for another package, or one from elsewhere, is no member however it is called.
    return range !== undefined && /^(?:npm|file|link|portal|https?|git\S*):/.test(range)
      ? undefined
      : workspace.byName.get(name);
  }

  /** Declared or transitive, as far as installation and lock file go. */
  #found(
    name: string,
    owner: Owner,
    installed: InstalledPackage | undefined,
    declared: { readonly range: string; readonly field: DependencyField } | undefined,
  ): Extract<PackageStatus, { status: 'declared' | 'transitive' | 'unknown' }> | undefined {
    const version = installed ? installed.manifest.version : this.#locked(name, owner);
    const versionPart = version === undefined ? {} : { version };
    const pnp = this.#plugAndPlay(owner);
    if (declared) {
      if (!installed && pnp !== undefined && !this.#lock(owner))
        return { status: 'unknown', reason: `${pnp} holds the packages, and no lock file says which they are` };
      const isThere = installed !== undefined || (pnp !== undefined && this.#isLocked(name, owner));
      return { status: 'declared', installed: isThere, ...versionPart, ...declared };
    }
    if (!installed && !this.#isLocked(name, owner)) return undefined;
    return { status: 'transitive', installed: installed !== undefined, ...versionPart };
  }

  #statusOfTypes(name: string, owner: Owner, folder: RootPath): PackageStatus | undefined {
    if (name.startsWith('@types/')) return undefined;
    const types = typesPackage(name);
    const found = this.#found(types, owner, this.#installed.find(types, folder), declaration(types, owner.manifests));
    return found && found.status !== 'unknown' ? { ...found, typesOnly: true } : undefined;
  }

  /** Node looks only at the nearest package.json, even one that merely marks its folder. */
  #statusOfImports(key: string, folder: RootPath, typeOnly: boolean): PackageStatus {
    const scope = this.#scope(folder);
    const imports = scope?.imports;
    if (!scope || !isRecord(imports)) {
      const where = scope ? `${scope.path} has no "imports"` : 'there is no readable package.json above';
      return { status: 'unknown', reason: `${where}; "${key}" may be an alias of the bundler` };
    }
    const keys = Object.keys(imports);
    const match = matchKey(key, keys);
    const leads = match ? targets(imports[match.key]) : [];
    if (leads.length === 0) {
      const leading = keys.filter((other) => targets(imports[other]).length > 0);
      return { status: 'missing', nearest: nearestNames(key, leading) };
    }
    if (leads.some((lead) => lead.startsWith('./'))) return { status: 'self' };
    for (const lead of leads) {
      // Node refuses targets with a scheme, `node:` among them.
      const parsed = parseSpecifier(lead.replaceAll('*', () => match?.star ?? '*'));
      if (parsed.kind === 'builtin' && !lead.startsWith('node:')) return { status: 'builtin' };
      if (parsed.kind === 'package') return this.#statusOfPackage(parsed.name, parsed.name, folder, typeOnly);
    }
    return {
      status: 'unknown',
      reason: `"${key}" of ${scope.path} leads to ${leads[0]}, which Node takes neither as a file nor as a package`,
    };
  }

  /** Why a name that was found nowhere may exist all the same. */
  #noEvidence(owner: Owner): string | undefined {
    if (this.#lock(owner)) return undefined;
    if (this.#ownerFolders(owner).some((folder) => this.#installed.namesIn(folder).length > 0)) return undefined;
    if (declaredNames(owner.manifests).length === 0) return undefined;
    return `nothing is installed for ${owner.manifest.path} and there is no readable lock file`;
  }

  #knownNames(owner: Owner, folder: RootPath): string[] {
    return [
      ...declaredNames(owner.manifests),
      ...(owner.workspace?.byName.keys() ?? []),
      ...this.#installed.namesFrom(folder),
    ];
  }

  /** Folder and manifest of a package that an import from a folder reaches. */
  #locate(name: string, from: RootPath): { readonly folder: RootPath; readonly manifest: Manifest } | undefined {
    const scope = this.#scope(from);
    if (scope?.name === name && scope.exports !== undefined) return { folder: scope.folder, manifest: scope };
    const installed = this.#installed.find(name, from);
    if (installed) return installed;
    const owner = this.#owner(from);
    const member = 'reason' in owner ? undefined : owner.workspace?.byName.get(name);
    const manifest = member === undefined ? undefined : this.#manifestIn(member);
    return manifest && { folder: manifest.folder, manifest };
  }

  #ownerFolders(owner: Owner): RootPath[] {
    return [...new Set([owner.workspace?.folder ?? owner.manifest.folder, owner.manifest.folder])];
  }

  /** The lock file of the workspace, or of the manifest itself. */
  #lock(owner: Owner): Lock | undefined {
    for (const folder of this.#ownerFolders(owner)) {
      const lock = this.#locks.in(folder, this.#manifestIn(folder)?.packageManager);
      if (lock) return lock;
    }
    return undefined;
  }

  #locked(name: string, owner: Owner): string | undefined {
    const lock = this.#lock(owner);
    if (!lock) return undefined;
    const base = parentOf(lock.path);
    const { folder, name: own } = owner.manifest;
    const ranges = owner.manifests.flatMap((manifest) => declaration(name, [manifest])?.range ?? []);
    const importer: Importer = {
      folder: base === '' ? folder : folder.slice(base.length + 1),
      ranges,
      ...(own === undefined ? {} : { name: own }),
    };
    return lock.version(name, importer);
  }

  #isLocked(name: string, owner: Owner): boolean {
    const lock = this.#lock(owner);
    if (lock) return lock.has(name);
    return this.#ownerFolders(owner).some((folder) => this.#locks.installedIn(folder)?.has(name));
  }

  /** The file of Plug'n'Play that serves a manifest. */
  #plugAndPlay(owner: Owner): string | undefined {
    for (const folder of this.#ownerFolders(owner)) {
      const file = PNP_FILES.map((name) => joinPath(folder, name)).find((path) => this.#files.isFile(path));
      if (file !== undefined) return file;
    }
    return undefined;
  }

  #owner(folder: RootPath): Owner | Missing {
    let owner = this.#owners.get(folder);
    if (!owner) {
      owner = this.#findOwner(folder);
      this.#owners.set(folder, owner);
    }
    return owner;
  }

  #findOwner(folder: RootPath): Owner | Missing {
    let mark: Manifest | undefined;
    for (const at of upwards(folder)) {
      const manifest = this.#read(at);
      if (manifest === 'broken') return { reason: `${joinPath(at, 'package.json')} cannot be read` };
      if (!manifest) continue;
      if (manifest.isMark) mark ??= manifest;
      else return this.#ownerFrom(manifest);
    }
    return mark ? this.#ownerFrom(mark) : { reason: 'there is no package.json above the file' };
  }

  #ownerFrom(manifest: Manifest): Owner {
    for (const folder of upwards(manifest.folder)) {
      const workspace = this.#workspace(folder);
      if (!workspace?.folders.has(manifest.folder)) continue;
      const manifests = folder === manifest.folder ? [manifest] : [manifest, workspace.manifest];
      return { manifest, workspace, manifests };
    }
    return { manifest, manifests: [manifest] };
  }

  #workspace(folder: RootPath): WorkspaceRoot | undefined {
    let workspace = this.#workspaces.get(folder);
    if (workspace === undefined) {
      const manifest = this.#manifestIn(folder);
      const manifestIn = (at: RootPath): Manifest | undefined => this.#manifestIn(at);
      workspace = (manifest && readWorkspace(this.#files, manifest, manifestIn, this.#paths)) ?? null;
      this.#workspaces.set(folder, workspace);
    }
    return workspace ?? undefined;
  }

  /** What Node calls the package scope: the nearest package.json, whatever is in it. */
  #scope(folder: RootPath): Manifest | undefined {
    for (const at of upwards(folder)) {
      const manifest = this.#read(at);
      if (manifest) return manifest === 'broken' ? undefined : manifest;
    }
    return undefined;
  }

  #manifestIn(folder: RootPath): Manifest | undefined {
    const manifest = this.#read(folder);
    return manifest === 'broken' ? undefined : manifest;
  }

  #read(folder: RootPath): Manifest | 'broken' | undefined {
    let manifest = this.#manifests.get(folder);
    if (manifest === undefined) {
      manifest = readManifest(this.#files, folder) ?? null;
      this.#manifests.set(folder, manifest);
    }
    return manifest ?? undefined;
  }
}
