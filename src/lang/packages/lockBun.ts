import { isRecord } from '../../base/index.ts';
import { parseJsonc } from '../jsonc.ts';
import { type LockContent, Versions } from './lock.ts';

/**
 * `bun.lock`, JSON with trailing commas. A key of `packages` is a name, or names from the outside in where another
 * version nests (`debug/ms`, `@w/a/ms`); its value starts with `name@version`.
 */
export function readBunLock(text: string): LockContent {
  const value = parseJsonc(text);
  if (value === undefined) return { problem: 'expected JSON' };
  if (!isRecord(value) || !isRecord(value.workspaces))
    return { problem: 'expected a lock file of bun with "workspaces"' };
  const places = new Map<string, string | undefined>();
  const versions = new Versions();
  for (const [place, entry] of Object.entries(isRecord(value.packages) ? value.packages : {})) {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string') continue;
    const resolution = entry[0].slice(entry[0].indexOf('@', 1) + 1);
    const version = /^(?:workspace|link|file|root):/.test(resolution) ? undefined : resolution;
    places.set(place, version);
    const names = place.match(/@[^/]+\/[^/]+|[^/]+/g);
    if (names) versions.add(names[names.length - 1]!, version);
  }
  return {
    has: (name) => versions.has(name),
    version(name, importer) {
      for (const place of importer.name === undefined ? [name] : [`${importer.name}/${name}`, name]) {
        if (places.has(place)) return places.get(place);
      }
      return versions.only(name);
    },
  };
}
