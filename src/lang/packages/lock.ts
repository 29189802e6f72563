import type { RootPath } from './files.ts';

/** The manifest a lock file is asked for. */
export interface Importer {
  /** Its folder relative to the lock file's; empty where they are the same. */
  readonly folder: RootPath;
  readonly name?: string;
  /** The range it or its workspace root declares the package under, nearest first. */
  readonly ranges: readonly string[];
}

/** What a lock file knows, whichever tool wrote it. */
export interface Lock {
  readonly path: RootPath;
  /** Whether any package of that name (or alias) is locked, for whomever. */
  has(name: string): boolean;
  /**
   * The version that the importer gets. Undefined where nothing is locked under that name, where several versions are
   * and the lock file does not say which one the importer gets, and for members of the workspace.
   */
  version(name: string, importer: Importer): string | undefined;
}

/** A lock file's content, or why it is none. */
export type LockContent = Omit<Lock, 'path'> | { readonly problem: string };

/** All locked versions by name: what is left to ask where a lock file says nothing of the importer. */
export class Versions {
  readonly #byName = new Map<string, Set<string>>();

  /** A name without a version is a member of the workspace or a linked folder. */
  add(name: string, version?: string): void {
    let versions = this.#byName.get(name);
    if (!versions) {
      versions = new Set();
      this.#byName.set(name, versions);
    }
    if (version !== undefined) versions.add(version);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The version where there is exactly one. */
  only(name: string): string | undefined {
    const versions = this.#byName.get(name);
    return versions?.size === 1 ? versions.values().next().value : undefined;
  }
}
