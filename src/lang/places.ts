import { basename, dirname } from 'node:path';
import { LIMITS, type RepoPath, readRegularText, type Span, span } from '../base/index.ts';
import type { Overlay } from './overlay.ts';
import type { Declaration } from './types.ts';

type Package = NonNullable<Declaration['package']>;

/** Where files are: repository paths, packages and their versions, offsets in the file's own text. */
export class Places {
  readonly #root: string;
  readonly #overlay: Overlay;
  readonly #packages = new Map<string, Package>();
  readonly #shifts = new Map<string, 0 | 1>();

  constructor(root: string, overlay: Overlay) {
    this.#root = root;
    this.#overlay = overlay;
  }

  /** To be called when files changed. */
  invalidate(): void {
    this.#packages.clear();
    this.#shifts.clear();
  }

  /** The repository path of an absolute one, or undefined where it lies outside. */
  repo(fileName: string): RepoPath | undefined {
    return fileName.startsWith(`${this.#root}/`) ? (fileName.slice(this.#root.length + 1) as RepoPath) : undefined;
  }

  absolute(path: RepoPath): string {
    return `${this.#root}/${path}`;
  }

  /** Whether there is such a file, unsaved or on disk. */
  exists(fileName: string): boolean {
    return this.#overlay.has(fileName);
  }

  /** A span of the file's own text from the compiler's offsets. */
  span(fileName: string, start: number, end: number): Span {
    const shift = this.shift(fileName);
    return span(start + shift, end + shift);
  }

  shift(fileName: string): 0 | 1 {
    let shift = this.#shifts.get(fileName);
    if (shift === undefined) {
      shift = this.#overlay.shift(fileName);
      this.#shifts.set(fileName, shift);
    }
    return shift;
  }

  /** The installed package that a file belongs to; `typescript` for the compiler's libraries; undefined for own code. */
  package(fileName: string, compilerVersion: string): Package | undefined {
    const folder = dirname(fileName);
    if (
      /^lib(\..+)?\.d\.ts$/.test(basename(fileName)) &&
      /[/-]typescript(-[^/]+|6)?\/lib$|\/typescript6?\/lib$/.test(folder)
    ) {
      return { name: 'typescript', version: compilerVersion };
    }
    const inside = fileName.lastIndexOf('/node_modules/');
    if (inside < 0) return undefined;
    const [scope, name] = fileName.slice(inside + '/node_modules/'.length).split('/');
    if (!scope) return undefined;
    const packageName = scope.startsWith('@') && name ? `${scope}/${name}` : scope;
    const home = `${fileName.slice(0, inside)}/node_modules/${packageName}`;
    let known = this.#packages.get(home);
    if (known === undefined) {
      const version = versionAt(`${home}/package.json`);
      known = { name: packageName, ...(version === undefined ? {} : { version }) };
      this.#packages.set(home, known);
    }
    return known;
  }
}

function versionAt(manifest: string): string | undefined {
  try {
    const { version } = JSON.parse(readRegularText(manifest, LIMITS.fileBytes) ?? '') as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
