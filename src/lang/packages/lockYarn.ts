import { type Importer, type LockContent, Versions } from './lock.ts';
import { readYaml, unquote } from './yaml.ts';

/** Both formats of `yarn.lock`: what each descriptor (`name@range`) resolves to. */
export function readYarnLock(text: string): LockContent {
  const versions = new Versions();
  const descriptors = new Map<string, string | undefined>();
  const add = (keys: readonly string[], version: string | undefined): void => {
    for (const key of keys) {
      const at = key.indexOf('@', 1);
      if (at < 0) continue;
      descriptors.set(key, version);
      versions.add(key.slice(0, at), version);
    }
  };
  const problem = /^__metadata:/m.test(text) ? readBerry(text, add) : readClassic(text, add);
  if (problem !== undefined) return { problem };
  return {
    has: (name) => versions.has(name),
    version(name: string, importer: Importer) {
      for (const range of importer.ranges) {
        for (const key of [`${name}@${range}`, `${name}@npm:${range}`]) {
          if (descriptors.has(key)) return descriptors.get(key);
        }
      }
      // Resolutions and catalogs replace the range in the key.
      return versions.only(name);
    },
  };
}

type Add = (keys: readonly string[], version: string | undefined) => void;

/** Yarn 2 and later: YAML, all descriptors of an entry in one key. */
function readBerry(text: string, add: Add): string | undefined {
  let keys: readonly string[] = [];
  let version: string | undefined;
  const keep = (): void => add(keys, version);
  const problem = readYaml(text, (path, value) => {
    if (path.length === 1) {
      keep();
      keys = path[0] === '__metadata' ? [] : path[0]!.split(/,\s+/);
      version = undefined;
      return undefined;
    }
    // Members of the workspace are locked as `0.0.0-use.local`.
    if (path.length === 2 && path[1] === 'version' && !value.endsWith('-use.local')) version = value;
    return false;
  });
  keep();
  return problem && `line ${problem.line}: ${problem.message}`;
}

/** Yarn 1: not YAML. Entries `a@1, "b@>=1 <2":` with fields `  name "value"` (quoted by some tools) and blocks below. */
function readClassic(text: string, add: Add): string | undefined {
  let keys: readonly string[] = [];
  let version: string | undefined;
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    const rest = line.trimEnd();
    if (rest === '' || rest.startsWith('#')) continue;
    if (!rest.startsWith(' ')) {
      const entry = /^((?:"[^"]+"|[^\s",]+)(?:,\s+(?:"[^"]+"|[^\s",]+))*):$/.exec(rest);
      if (!entry) return `line ${number}: expected "name@range:", found ${JSON.stringify(rest.slice(0, 60))}`;
      if (keys.length > 0 && version === undefined)
        return `line ${number}: expected a version for ${keys[0]}, found none`;
      add(keys, version);
      keys = (entry[1]!.match(/"[^"]+"|[^\s",]+/g) ?? []).map(unquote);
      version = undefined;
    } else {
      if (keys.length === 0) return `line ${number}: expected "name@range:", found an indented line`;
      const field = /^ {2}(?:version|"version"):? +(\S.*)$/.exec(rest);
      if (field) version = unquote(field[1]!);
    }
  }
  if (keys.length > 0 && version === undefined) return `line ${number}: expected a version for ${keys[0]}, found none`;
  add(keys, version);
  return undefined;
}
