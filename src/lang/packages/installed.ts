import { type Files, joinPath, type RootPath, upwards } from './files.ts';
import { PACKAGE_LIMITS } from './limits.ts';
import { type Manifest, readManifest } from './manifest.ts';

const MODULES = 'node_modules';

/** A package found in a `node_modules` folder. */
export interface InstalledPackage {
  /** As it is found, links not resolved: `node_modules/zod`. */
  readonly folder: RootPath;
  readonly manifest: Manifest;
  /** With links resolved, where that is inside the root: the folder of a workspace member, for one that is linked. */
  readonly source?: RootPath;
}

/** `node_modules` as Node walks them, up to the root and not above it. */
export class Installed {
  readonly #files: Files;
  readonly #found = new Map<RootPath, InstalledPackage | null>();
  readonly #names = new Map<RootPath, readonly string[]>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** The package that an import in a folder gets. */
  find(name: string, from: RootPath): InstalledPackage | undefined {
    for (const folder of modulesAbove(from)) {
      const found = this.#at(joinPath(folder, name));
      if (found) return found;
    }
    return undefined;
  }

  /** Names of the packages in one `node_modules` folder, in order. */
  namesIn(folder: RootPath): readonly string[] {
    const modules = joinPath(folder, MODULES);
    let names = this.#names.get(modules);
    if (!names) {
      names = this.#list(modules);
      this.#names.set(modules, names);
    }
    return names;
  }

  /** Names of all packages that an import in a folder can reach, at most a limit. */
  namesFrom(from: RootPath): readonly string[] {
    const names = new Set<string>();
    for (const folder of upwards(from)) for (const name of this.namesIn(folder)) names.add(name);
    return [...names];
  }

  #at(folder: RootPath): InstalledPackage | undefined {
    const known = this.#found.get(folder);
    if (known !== undefined) return known ?? undefined;
    const manifest = readManifest(this.#files, folder);
    let found: InstalledPackage | undefined;
    if (manifest !== undefined && manifest !== 'broken') {
      const source = this.#files.inside(folder);
      found = { folder, manifest, ...(source === undefined ? {} : { source }) };
    }
    this.#found.set(folder, found ?? null);
    return found;
  }

  #list(modules: RootPath): readonly string[] {
    const names: string[] = [];
    for (const entry of this.#files.list(modules)) {
      if (!entry.folder || entry.name.startsWith('.')) continue;
      if (!entry.name.startsWith('@')) names.push(entry.name);
      else {
        for (const inner of this.#files.list(joinPath(modules, entry.name)))
          if (inner.folder && !inner.name.startsWith('.')) names.push(`${entry.name}/${inner.name}`);
      }
      if (names.length >= PACKAGE_LIMITS.installedNames) {
        const limit = PACKAGE_LIMITS.installedNames;
        this.#files.report('packages/limit', modules, `listed ${limit} installed packages and stopped there`);
        break;
      }
    }
    return names;
  }
}

/** The `node_modules` folders that Node looks into; none inside another directly. */
function* modulesAbove(from: RootPath): Generator<RootPath> {
  for (const folder of upwards(from)) {
    if (folder !== MODULES && !folder.endsWith(`/${MODULES}`)) yield joinPath(folder, MODULES);
  }
}
