import { isRecord, nearestNames } from '../../base/index.ts';
import { type Files, joinPath, type RootPath } from './files.ts';
import { PACKAGE_LIMITS } from './limits.ts';
import { packagePart } from './specifier.ts';

/**
 * Maps of `exports` and `imports`, by Node's rules (https://nodejs.org/api/packages.html, "Resolution Algorithm
 * Specification" of https://nodejs.org/api/esm.html), but over all conditions at once: which of them hold is the
 * business of whoever runs or bundles the code.
 */

/** Every string that a target leads to under some condition; `null` targets lead nowhere. */
export function targets(target: unknown): string[] {
  if (typeof target === 'string') return [target];
  if (Array.isArray(target)) return target.flatMap(targets);
  return isRecord(target) ? Object.values(target).flatMap(targets) : [];
}

/** The key of a map that decides for a subpath, and what stands for its star; the most specific pattern wins. */
export function matchKey(
  wanted: string,
  keys: readonly string[],
): { readonly key: string; readonly star?: string } | undefined {
  if (!/[*]|\/$/.test(wanted) && keys.includes(wanted)) return { key: wanted };
  let best: { readonly key: string; readonly star: string } | undefined;
  for (const key of keys) {
    const at = key.indexOf('*');
    if (at < 0 || key.includes('*', at + 1)) continue;
    const base = key.slice(0, at);
    const trailer = key.slice(at + 1);
    if (!wanted.startsWith(base) || wanted === base) continue;
    if (!wanted.endsWith(trailer) || wanted.length < key.length) continue;
    if (best && !isMoreSpecific(key, best.key)) continue;
    best = { key, star: wanted.slice(base.length, wanted.length - trailer.length) };
  }
  return best;
}

/** Longer before the star first, then longer altogether. */
function isMoreSpecific(key: string, than: string): boolean {
  const length = key.indexOf('*');
  const other = than.indexOf('*');
  return length === other ? key.length > than.length : length > other;
}

/** The exports map by subpath: a string, an array or an object of conditions stands for `.` alone. */
export function exportsMap(exports: unknown): ReadonlyMap<string, unknown> | undefined {
  if (exports === undefined || exports === null) return undefined;
  if (!isRecord(exports) || !Object.keys(exports).some((key) => key.startsWith('.'))) return new Map([['.', exports]]);
  return new Map(Object.entries(exports));
}

/**
 * Subpaths that the exports map of the package in `folder` leads to a file, sorted. A pattern whose files are too many
 * stays as it is. Undefined where there is no map.
 */
export function exportedSubpaths(files: Files, folder: RootPath, exports: unknown): readonly string[] | undefined {
  const map = exportsMap(exports);
  if (!map) return undefined;
  const keys = [...map.keys()];
  const found = new Set<string>();
  const listing = new Listing(files, folder);
  for (const [key, target] of map) {
    // Keys that end in a slash were folders once; Node refuses them.
    if (!/^\.(?:\/|$)/.test(key) || key.endsWith('/')) continue;
    const leads = targets(target).filter(isFileTarget);
    if (!key.includes('*')) {
      if (leads.some((lead) => !lead.includes('*') && files.isFile(joinPath(folder, lead.slice(2))))) found.add(key);
      continue;
    }
    if (key.indexOf('*') !== key.lastIndexOf('*')) continue;
    const stars = new Set<string>();
    for (const lead of leads) {
      if (!lead.includes('*')) {
        // A target without a star serves every subpath of the pattern.
        if (files.isFile(joinPath(folder, lead.slice(2)))) found.add(key);
        continue;
      }
      const more = listing.stars(lead.slice(2));
      if (!more || found.size + stars.size + more.length >= PACKAGE_LIMITS.exportedSubpaths) {
        found.add(key);
        listing.reportLimit();
      } else for (const star of more) stars.add(star);
    }
    for (const star of stars) {
      const subpath = key.replace('*', () => star);
      if (matchKey(subpath, keys)?.key === key) found.add(subpath);
    }
  }
  return [...found].sort();
}

/**
 * What a package exports nearest to a part that its exports map does not let anyone import, as specifiers. Undefined where it does, and
 * where nothing is known: there is no map, or it leads to no file that is there. `parts`: see `Packages.exportsOf`.
 */
export function notExported(specifier: string, parts: readonly string[] | undefined): readonly string[] | undefined {
  const { name, part } = packagePart(specifier);
  const isThere = parts?.some(
    (one) => one === part || (one.includes('*') && part.startsWith(one.slice(0, one.indexOf('*')))),
  );
  if (!parts || parts.length === 0 || isThere) return undefined;
  return nearestNames(part, parts, 3).map((one) => name + one.slice(1));
}

/** Targets are relative and must not leave the package or enter its own dependencies. */
const isFileTarget = (target: string): boolean =>
  target.startsWith('./') && !/(?:^|[\\/])(?:\.{0,2}|node_modules)(?:[\\/]|$)/i.test(target.slice(2));

/** Files of a package, listed folder by folder as patterns ask for them. */
class Listing {
  readonly #files: Files;
  readonly #folder: RootPath;
  readonly #listed = new Map<string, readonly string[]>();
  #looked = 0;

  constructor(files: Files, folder: RootPath) {
    this.#files = files;
    this.#folder = folder;
  }

  /** What stands for the star in the files that a target (`dist/*.js`) matches; undefined where they are too many. */
  stars(target: string): string[] | undefined {
    const [base = '', ...trailers] = target.split('*');
    const found: string[] = [];
    const paths = this.#below(base.slice(0, base.lastIndexOf('/') + 1));
    if (!paths) return undefined;
    for (const path of paths) {
      const length = (path.length - target.length + trailers.length) / trailers.length;
      if (length < 1 || !Number.isInteger(length) || !path.startsWith(base)) continue;
      const star = path.slice(base.length, base.length + length);
      if (target.replaceAll('*', () => star) === path) found.push(star);
    }
    return found;
  }

  reportLimit(): void {
    const limit = PACKAGE_LIMITS.exportedSubpaths;
    const message = `expected fewer than ${limit} exported subpaths among ${PACKAGE_LIMITS.exportedFiles} files`;
    this.#files.report('packages/limit', this.#folder, `${message}; a pattern stays a pattern`, 'info');
  }

  /** Files at any depth below a folder of the package (`dist/`), relative to the package. */
  #below(prefix: string): readonly string[] | undefined {
    const known = this.#listed.get(prefix);
    if (known) return known;
    const found: string[] = [];
    const queue = [prefix];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const entry of this.#files.list(joinPath(this.#folder, at.slice(0, -1)))) {
        if (this.#looked >= PACKAGE_LIMITS.exportedFiles) return undefined;
        this.#looked++;
        if (!entry.folder) found.push(at + entry.name);
        else if (entry.name !== 'node_modules' && !entry.link) queue.push(`${at}${entry.name}/`);
      }
    }
    this.#listed.set(prefix, found);
    return found;
  }
}
