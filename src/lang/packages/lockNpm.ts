import { isRecord } from '../../base/index.ts';
import { joinPath, upwards } from './files.ts';
import { type LockContent, Versions } from './lock.ts';

const MODULES = 'node_modules/';

/**
 * `package-lock.json`, `npm-shrinkwrap.json` and `node_modules/.package-lock.json` of npm: versions 2 and 3 list every
 * installed folder under `packages`, version 1 nests `dependencies` the way folders nest. Both name the place on disk,
 * so what an importer gets is found by Node's own walk upwards.
 */
export function readNpmLock(text: string): LockContent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `expected JSON, found ${(error as Error).message}` };
  }
  if (!isRecord(value) || !(isRecord(value.packages) || isRecord(value.dependencies) || 'lockfileVersion' in value))
    return { problem: 'expected a lock file of npm with "packages" or "dependencies"' };
  const places = new Map<string, string | undefined>();
  const versions = new Versions();
  if (isRecord(value.packages)) addPackages(value.packages, places, versions);
  else if (isRecord(value.dependencies)) addDependencies(value.dependencies, '', places, versions);
  return {
    has: (name) => versions.has(name),
    version(name, importer) {
      for (const folder of upwards(importer.folder)) {
        const place = joinPath(folder, MODULES + name);
        if (places.has(place)) return places.get(place);
      }
      return versions.only(name);
    },
  };
}

function addPackages(
  packages: Readonly<Record<string, unknown>>,
  places: Map<string, string | undefined>,
  versions: Versions,
): void {
  for (const [place, entry] of Object.entries(packages)) {
    const at = place.lastIndexOf(MODULES);
    if (at < 0 || !isRecord(entry)) continue;
    // Links have none.
    const version = typeof entry.version === 'string' ? entry.version : undefined;
    places.set(place, version);
    versions.add(place.slice(at + MODULES.length), version);
  }
}

function addDependencies(
  dependencies: Readonly<Record<string, unknown>>,
  folder: string,
  places: Map<string, string | undefined>,
  versions: Versions,
): void {
  for (const [name, entry] of Object.entries(dependencies)) {
    if (!isRecord(entry)) continue;
    const place = joinPath(folder, MODULES + name);
    const version = typeof entry.version === 'string' ? plainVersion(entry.version) : undefined;
    places.set(place, version);
    versions.add(name, version);
    if (isRecord(entry.dependencies)) addDependencies(entry.dependencies, place, places, versions);
  }
}

/** Version 1 writes an alias as `npm:ms@2.0.0`, a linked folder or a file as `file:packages/a`. */
function plainVersion(version: string): string | undefined {
  if (version.startsWith('npm:')) return version.slice(version.lastIndexOf('@') + 1);
  return version.startsWith('file:') ? undefined : version;
}
