import { lstatSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RepoPath } from '../../base/index.ts';
import type { LanguageService, Packages } from '../../lang/index.ts';
import { isCode } from '../../verify/index.ts';
import type { Workspace } from '../../workspace/index.ts';

/** Files that the compilers and the packages read, beside code. */
const SETTINGS = /\.json$|(?:^|\/)(?:pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|bun\.lock)$/;

/** What installers leave behind in `node_modules`, its own time first. */
const INSTALLED = ['node_modules', 'node_modules/.package-lock.json', 'node_modules/.modules.yaml'];

/** Any path below `node_modules` says to the language service that packages may resolve otherwise. */
const PACKAGES = 'node_modules/.installed' as RepoPath;

/**
 * Keeps a warm language service in step with the disk without watching it: before each question the files that are known
 * are looked at, and what does not look as it did is told. New files are found by `list`, which costs a call of git.
 */
export class WatchedTree {
  readonly #workspace: Workspace;
  readonly #language: LanguageService;
  readonly #packages: Packages;
  readonly #told: (paths: readonly RepoPath[]) => void;
  readonly #stamps = new Map<RepoPath, string>();
  #installed = '';

  /** `told` hears what changed as well. */
  constructor(
    workspace: Workspace,
    language: LanguageService,
    packages: Packages,
    told: (paths: readonly RepoPath[]) => void,
  ) {
    this.#workspace = workspace;
    this.#language = language;
    this.#packages = packages;
    this.#told = told;
  }

  /** Tells what changed of the known files and of `named`. True where anything did. */
  sync(named: readonly RepoPath[] = []): boolean {
    const changed: RepoPath[] = [];
    for (const path of named) if (!this.#stamps.has(path) && isRead(path)) this.#stamps.set(path, '');
    for (const [path, stamp] of this.#stamps) {
      const now = this.#stamp(path);
      if (now === stamp) continue;
      changed.push(path);
      if (now === '') this.#stamps.delete(path);
      else this.#stamps.set(path, now);
    }
    const installed = this.#installedStamp();
    const fresh = installed !== this.#installed;
    if (fresh) changed.push(PACKAGES);
    this.#installed = installed;
    if (changed.length === 0) return false;
    if (fresh || changed.some((path) => SETTINGS.test(path))) this.#packages.refresh();
    this.#language.filesChanged(changed);
    this.#told(changed);
    return true;
  }

  /** Finds files that are new or no longer part of the repository, then as `sync`. */
  async list(named: readonly RepoPath[] = []): Promise<boolean> {
    const paths = await this.#workspace.paths();
    return this.sync(paths.ok ? [...paths.value, ...named] : named);
  }

  /** Takes everything that is there now as seen: for a service that was just opened. */
  async start(): Promise<void> {
    const paths = await this.#workspace.paths();
    for (const path of paths.ok ? paths.value : []) if (isRead(path)) this.#stamps.set(path, this.#stamp(path));
    this.#installed = this.#installedStamp();
  }

  #stamp(path: RepoPath): string {
    return stampOf(join(this.#workspace.root, path));
  }

  #installedStamp(): string {
    const folders = new Set(['.']);
    for (const path of this.#stamps.keys()) if (/(?:^|\/)package\.json$/.test(path)) folders.add(dirname(path));
    return [...folders]
      .flatMap((folder) => INSTALLED.map((name) => stampOf(join(this.#workspace.root, folder, name))))
      .join();
  }
}

const isRead = (path: string): boolean => isCode(path) || SETTINGS.test(path);

/** What tells that a file is not what it was, without reading it; empty where there is none. */
function stampOf(path: string): string {
  let stats: Stats | undefined;
  try {
    stats = lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return '';
  }
  return stats ? `${stats.mtimeMs} ${stats.ctimeMs} ${stats.size} ${stats.ino}` : '';
}
