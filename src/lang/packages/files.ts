import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Issue, readRegular } from '../../base/index.ts';

/** A folder or file relative to the root, forward slashes; the empty string is the root itself. */
export type RootPath = string;

export const joinPath = (folder: RootPath, name: string): RootPath => (folder === '' ? name : `${folder}/${name}`);
export const parentOf = (path: RootPath): RootPath => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** A folder and every folder above it, the root last. */
export function* upwards(folder: RootPath): Generator<RootPath> {
  for (let at = folder; ; at = parentOf(at)) {
    yield at;
    if (at === '') return;
  }
}

/** The disk below one root, read only: what cannot be read becomes an issue, told once. */
export class Files {
  readonly root: string;
  readonly #issues = new Map<string, Issue>();

  constructor(root: string) {
    this.root = realPath(root) ?? root;
  }

  /** Text of a file without its byte order mark; undefined where there is none, null, with an issue, where it is refused. */
  text(path: RootPath, limit: number): string | undefined | null {
    try {
      const stats = statSync(join(this.root, path), { throwIfNoEntry: false });
      if (!stats?.isFile()) return undefined;
      if (stats.size >= limit) {
        this.report(
          'packages/too-large',
          path,
          `expected less than ${limit} bytes, found ${stats.size}; it is left out`,
        );
        return null;
      }
      return new TextDecoder('utf-8', { fatal: true }).decode(readRegular(join(this.root, path), limit));
    } catch (error) {
      const problem = error instanceof TypeError ? 'other bytes' : String((error as Error).message);
      this.report('packages/unreadable', path, `expected a readable file in UTF-8, found ${problem}`);
      return null;
    }
  }

  /** Changes whenever the file does, as far as size and time of change tell; undefined where there is no file. */
  stamp(path: RootPath): string | undefined {
    const stats = this.#stat(path);
    return stats?.isFile() ? `${stats.size} ${stats.mtimeMs} ${stats.ino}` : undefined;
  }

  isFile(path: RootPath): boolean {
    return this.#stat(path)?.isFile() ?? false;
  }

  isFolder(path: RootPath): boolean {
    return this.#stat(path)?.isDirectory() ?? false;
  }

  /** Entries of a folder in order of name, links to folders told as folders; empty where it cannot be read. */
  list(path: RootPath): { readonly name: string; readonly folder: boolean; readonly link: boolean }[] {
    try {
      return readdirSync(join(this.root, path), { withFileTypes: true })
        .map((entry) => ({
          name: entry.name,
          folder: entry.isDirectory() || (entry.isSymbolicLink() && this.isFolder(joinPath(path, entry.name))),
          link: entry.isSymbolicLink(),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch {
      return [];
    }
  }

  /** The path with links resolved, where that is still inside the root. */
  inside(path: RootPath): RootPath | undefined {
    const real = realPath(join(this.root, path));
    if (real === undefined) return undefined;
    const found = relative(this.root, real).split(sep).join('/');
    return found === '..' || found.startsWith('../') || found.startsWith('/') ? undefined : found;
  }

  report(code: string, path: RootPath, message: string, severity: Issue['severity'] = 'warning'): void {
    this.#issues.set(`${code} ${path}`, { code, message: `${path}: ${message}`, severity, path });
  }

  issues(): readonly Issue[] {
    return [...this.#issues.values()];
  }

  forgetIssues(): void {
    this.#issues.clear();
  }

  #stat(path: RootPath): ReturnType<typeof statSync> {
    try {
      return statSync(join(this.root, path), { throwIfNoEntry: false });
    } catch {
      return undefined;
    }
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
