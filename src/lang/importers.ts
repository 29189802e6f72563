import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isRecord, LIMITS, type RepoPath, readRegularText } from '../base/index.ts';
import { referencesOf } from './analysis/references.ts';
import type { Session } from './session.ts';
import { type SyntaxNode, syntaxTreeOf } from './tree.ts';

/** Folders that hold no sources of the repository. */
const SKIPPED = new Set(['node_modules', '.git', '.assay']);

const SOURCE = /\.([cm]?[jt]s|[jt]sx)$/;

/** What a text imports, by a quick look that may find too much: the compiler has the last word. */
const IMPORTING =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*|\bimport\s*\(\s*)(["'`])((?:(?!\1)[^\\\n])+)\1|<reference\s+path\s*=\s*(["'])([^"']+)\3/g;

/** Lines that are comments. */
const COMMENTED = /^[ \t]*(?:\/\/|\*).*$/gm;

/**
 * Who imports whom. A quick look at every text of the tree names the files that might import a given one; of those the
 * compiler is asked. Texts are looked at once, and again when they change.
 */
export class Importers {
  readonly #session: Session;
  /** File to the specifiers in its text. */
  readonly #specifiers = new Map<string, readonly string[]>();
  /** Folder to the names by which its package is imported; null where it has no package.json. */
  readonly #packageNames = new Map<string, readonly string[] | null>();
  /** Folder to the file that its package.json names as `main`; null where none does. */
  readonly #mains = new Map<string, string | null>();
  #files: readonly string[] | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Texts changed; with `undefined` any may have. `isMoved`: there are other files than before. */
  changed(paths: readonly string[] | undefined, isMoved: boolean): void {
    if (!paths || isMoved) this.#files = undefined;
    if (!paths || isMoved || paths.some((path) => path.endsWith('/package.json'))) {
      this.#packageNames.clear();
      this.#mains.clear();
    }
    if (!paths) this.#specifiers.clear();
    for (const path of paths ?? []) this.#specifiers.delete(path);
  }

  /** Files that import any of `paths`, and those that import them in turn, nearest first. */
  of(paths: readonly RepoPath[], limit: number): { readonly paths: readonly RepoPath[]; readonly limitHit: boolean } {
    const seen = new Set<RepoPath>(paths);
    const found: RepoPath[] = [];
    let targets: readonly RepoPath[] = paths;
    while (targets.length > 0) {
      const next: RepoPath[] = [];
      const parts = new Set(targets.flatMap((target) => this.#namesOf(target)));
      for (const file of this.#candidates(parts)) {
        const path = this.#session.places.repo(file);
        if (!path || seen.has(path) || !this.#imports(path, targets, parts)) continue;
        if (found.length >= limit) return { paths: found, limitHit: true };
        seen.add(path);
        found.push(path);
        next.push(path);
      }
      targets = next;
    }
    return { paths: found, limitHit: false };
  }

  /** Relative specifiers speak for themselves; where other ones lead is the compiler's to say. */
  #imports(path: RepoPath, targets: readonly RepoPath[], parts: ReadonlySet<string>): boolean {
    const { compilers, places } = this.#session;
    const file = places.absolute(path);
    const paths = new Set(
      targets.flatMap((target) => {
        const at = places.absolute(target);
        return [...namesWithout(at), ...this.#packagesBy(at)];
      }),
    );
    const fitting = this.#specifiersOf(file).filter((specifier) => parts.has(stemOf(specifier)));
    const isRelative = (specifier: string): boolean => specifier.startsWith('.');
    const leadsThere = (specifier: string): boolean => paths.has(withoutExtension(resolve(dirname(file), specifier)));
    if (fitting.some((specifier) => isRelative(specifier) && leadsThere(specifier))) return true;
    if (compilers.projects.listing(file).length === 0) return false;
    const leading = fitting.filter((one) => !isRelative(one) && this.#mayLeadHome(file, one, targets));
    // A compiler opens the whole of a project to answer.
    if (leading.length === 0 || !isNamedIn(this.#textOf(file), file, leading)) return false;
    const wanted = new Set<string>(targets);
    return this.#session
      .each(path)
      .some((at) =>
        referencesOf(at).some(({ target }) => target !== undefined && 'path' in target && wanted.has(target.path)),
      );
  }

  /**
   * Whether what is no path may lead to one of the repository's files: through an alias or `imports` of a package, to the package that
   * it stands in, to one of the workspace, which is a link among the installed ones, or to a module that is declared only.
   */
  #mayLeadHome(file: string, specifier: string, targets: readonly RepoPath[]): boolean {
    const { compilers, places, root } = this.#session;
    // The start of a pattern that is put together when it runs.
    if (specifier.includes('${')) return false;
    const options = compilers.projects.listing(file).map((config) => compilers.projects.options(config) ?? {});
    if (/^[#/]/.test(specifier) || options.some(({ paths, baseUrl }) => paths || baseUrl !== undefined)) return true;
    const name = /^(?:@[^/]*\/)?[^/]*/.exec(specifier)![0];
    let own: unknown;
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      own ??= readJson(`${folder}/package.json`)?.name;
      for (const installed of [name, `@types/${name}`]) {
        const real = realPath(`${folder}/node_modules/${installed}`) ?? '';
        if (real === root || (places.repo(real) !== undefined && !real.includes('/node_modules/'))) return true;
      }
      if (folder === dirname(folder)) break;
    }
    const isDeclaring = (target: RepoPath): boolean =>
      /\bdeclare\s+module\b/.test(this.#textOf(places.absolute(target)));
    return own === name || targets.some(isDeclaring);
  }

  /** Files whose text has a specifier that ends like one of the targets, or like a package that holds one. */
  #candidates(parts: ReadonlySet<string>): readonly string[] {
    return this.#allFiles().filter((file) =>
      this.#specifiersOf(file).some((specifier) => parts.has(stemOf(specifier))),
    );
  }

  /** Folders of packages whose `main` a file is: a path that ends there leads to it (`require('..')`). */
  #packagesBy(file: string): readonly string[] {
    const own = namesWithout(file);
    const found: string[] = [];
    for (let folder = dirname(file); folder.length >= this.#session.root.length; folder = dirname(folder)) {
      const main = this.#mainOf(folder);
      if (main !== null && own.includes(withoutExtension(main))) found.push(folder);
    }
    return found;
  }

  #mainOf(folder: string): string | null {
    let main = this.#mains.get(folder);
    if (main === undefined) {
      const named = readJson(`${folder}/package.json`)?.main;
      main = typeof named === 'string' ? resolve(folder, named) : null;
      this.#mains.set(folder, main);
    }
    return main;
  }

  /** Under which last parts a file may be imported. */
  #namesOf(target: RepoPath): readonly string[] {
    const file = this.#session.places.absolute(target);
    const stem = stemOf(file);
    const names = [stem, ...(stem === 'index' ? [basename(dirname(file)), '.', '..'] : [])];
    for (const folder of this.#packagesBy(file)) names.push(basename(folder), '.', '..');
    for (let folder = dirname(file); folder.length >= this.#session.root.length; folder = dirname(folder)) {
      const own = this.#namesOfPackage(folder);
      if (!own) continue;
      names.push(...own);
      break;
    }
    // An alias may end otherwise than what it leads to.
    for (const config of this.#session.projectsOf(target)) {
      const { paths } = this.#session.compilers.projects.options(config) ?? {};
      for (const [alias, places] of Object.entries(isRecord(paths) ? paths : {}))
        if (!alias.includes('*') && mayLeadTo(places, file)) names.push(stemOf(alias));
    }
    return names;
  }

  #namesOfPackage(folder: string): readonly string[] | null {
    let names = this.#packageNames.get(folder);
    if (names === undefined) {
      const manifest = readJson(`${folder}/package.json`);
      const keys = (value: unknown): string[] => (isRecord(value) ? Object.keys(value) : []);
      names =
        typeof manifest?.name === 'string'
          ? [manifest.name, ...keys(manifest.exports), ...keys(manifest.imports)].map(stemOf)
          : null;
      this.#packageNames.set(folder, names);
    }
    return names;
  }

  #textOf(file: string): string {
    return this.#session.overlay.read(file) ?? readText(file);
  }

  #specifiersOf(file: string): readonly string[] {
    let specifiers = this.#specifiers.get(file);
    if (!specifiers) {
      specifiers = [...this.#textOf(file).replace(COMMENTED, '').matchAll(IMPORTING)].map(
        (match) => match[2] ?? match[4] ?? '',
      );
      this.#specifiers.set(file, specifiers);
    }
    return specifiers;
  }

  #allFiles(): readonly string[] {
    if (this.#files) return this.#files;
    const files: string[] = [];
    const { overlay, root } = this.#session;
    const walk = (folder: string): void => {
      const { files: names, directories } = overlay.entries(folder) ?? listed(folder);
      for (const name of names) {
        if (files.length >= LIMITS.snapshotFiles) return;
        if (SOURCE.test(name)) files.push(`${folder}/${name}`);
      }
      for (const name of directories) if (!SKIPPED.has(name)) walk(`${folder}/${name}`);
    };
    walk(root);
    this.#files = files;
    return files;
  }
}

/** Whether one of these stands in a program as a text of its own, not within one that it writes or compares. */
function isNamedIn(text: string, path: string, specifiers: readonly string[]): boolean {
  const visit = ({ kind, value, children }: SyntaxNode): boolean =>
    (/^(?:StringLiteral|NoSubstitutionTemplateLiteral)$/.test(kind) && specifiers.includes(value ?? '')) ||
    children.some(visit);
  try {
    return visit(syntaxTreeOf(text, path).root);
  } catch (error) {
    // Nested deeper than can be looked at.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

const withoutExtension = (path: string): string => path.replace(/(\.d)?\.([cm]?[jt]sx?|json)$/, '');

/** A file's path without extension, and that of its folder where the file is its index. */
function namesWithout(file: string): readonly string[] {
  const plain = withoutExtension(file);
  return basename(plain) === 'index' ? [plain, dirname(plain)] : [plain];
}

/**
 * Whether an alias for these places may lead to a file: to one of its name, or into a folder that it lies in. Links among
 * installed packages may lead anywhere.
 */
function mayLeadTo(places: unknown, file: string): boolean {
  const parts = new Set(withoutExtension(file).split('/'));
  const may = (place: unknown): boolean =>
    typeof place !== 'string' || /node_modules|\*|(?:^|\/)\.{0,2}\/?$/.test(place) || parts.has(stemOf(place));
  return !Array.isArray(places) || places.some(may);
}

/** The last part of a path or specifier, without extension. */
function stemOf(specifier: string): string {
  const last = basename(specifier);
  return last === '.' || last === '..' ? last : withoutExtension(last);
}

/** Files and folders of a folder; links are not followed, so that nothing is looked at twice. */
function listed(folder: string): { files: string[]; directories: string[] } {
  const entries = readdirSync(folder, { withFileTypes: true });
  return {
    files: entries.filter((entry) => entry.isFile()).map(({ name }) => name),
    directories: entries.filter((entry) => entry.isDirectory()).map(({ name }) => name),
  };
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

const readText = (path: string): string => readRegularText(path, LIMITS.fileBytes) ?? '';

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readText(path));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
