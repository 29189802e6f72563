import { type LockContent, Versions } from './lock.ts';
import { readYaml } from './yaml.ts';

const FIELDS = new Set(['dependencies', 'devDependencies', 'optionalDependencies']);

/**
 * `pnpm-lock.yaml` of the formats 5, 6 and 9. `importers` (or, in 5 and 6 without a workspace, the top level) says what
 * each manifest gets; the keys of `packages` say what is locked at all. Of several documents the last one is the
 * project's: the ones before it lock pnpm itself.
 */
export function readPnpmLock(text: string): LockContent {
  let format = 0;
  let importers = new Map<string, string | undefined>();
  let versions = new Versions();
  /** `packages` entries whose key is an address; the name stands inside. */
  let named: { name?: string; version?: string } | undefined;

  const addImport = (folder: string, name: string, version: string): void => {
    const found = resolved(version);
    importers.set(`${folder}\n${name}`, found);
    versions.add(name, found);
  };
  const keepNamed = (): void => {
    if (named?.name !== undefined) versions.add(named.name, named.version);
    named = undefined;
  };
  /** `rest` is what follows the importer: field, name, and from format 6 on `version`. */
  const visitImport = (folder: string, rest: readonly string[], value: string): boolean | undefined => {
    const [field, name, member] = rest;
    if (field !== undefined && !FIELDS.has(field)) return false;
    if (name !== undefined && value !== '' && (member === undefined || member === 'version'))
      addImport(folder, name, value);
    return undefined;
  };

  const problem = readYaml(
    text,
    (path, value) => {
      const [section, key, ...rest] = path;
      if (section === 'lockfileVersion') format = Number.parseFloat(value);
      else if (section === 'importers') {
        if (key !== undefined) return visitImport(key === '.' ? '' : key, rest, value);
      } else if (section === 'packages') {
        if (path.length === 2) {
          keepNamed();
          const parsed = packageKey(key!, format);
          if (parsed) {
            versions.add(parsed.name, parsed.version);
            return false;
          }
          named = {};
        } else if (path.length === 3 && named) {
          if (rest[0] === 'name') named.name = value;
          else if (rest[0] === 'version') named.version = value;
          return false;
        }
      } else if (FIELDS.has(section!)) return visitImport('', path, value);
      else return false;
      return undefined;
    },
    () => {
      format = 0;
      importers = new Map();
      versions = new Versions();
      named = undefined;
    },
  );
  keepNamed();
  if (problem) return { problem: `line ${problem.line}: ${problem.message}` };
  if (!(format >= 5)) return { problem: `expected "lockfileVersion" 5 or later, found ${format || 'none'}` };
  return {
    has: (name) => versions.has(name),
    version(name, importer) {
      for (const folder of new Set([importer.folder, ''])) {
        const key = `${folder}\n${name}`;
        if (importers.has(key)) return importers.get(key);
      }
      return versions.only(name);
    },
  };
}

/** Name and version of a key of `packages`: `/ms/2.1.3_peers` in format 5, `/ms@2.1.3(peers)` in 6, `ms@2.1.3` in 9. */
function packageKey(key: string, format: number): { readonly name: string; readonly version?: string } | undefined {
  if (format < 9 && !key.startsWith('/')) return undefined;
  const plain = (key.startsWith('/') ? key.slice(1) : key).replace(/\(.*$/s, '');
  const match =
    format < 6 ? /^((?:@[^/]+\/)?[^/@]+)\/([^/_]+)/.exec(plain) : /^((?:@[^/@]+\/)?[^/@]+)@(.+)$/.exec(plain);
  if (!match) return undefined;
  const version = resolved(match[2]!);
  return version === undefined ? { name: match[1]! } : { name: match[1]!, version };
}

/**
 * The version in an importer's entry, which may carry peers (`1.2.0(react@18.2.0)`, `1.2.0_react@18.2.0`) or name
 * another package (`ms@2.0.0`, `/ms@2.0.0`, `/ms/2.0.0`). Undefined for files and folders; addresses stay as they are.
 */
function resolved(version: string): string | undefined {
  if (/^(?:link|file):/.test(version)) return undefined;
  const plain = version.replace(/\(.*$/s, '');
  if (/^\d/.test(plain)) return plain.replace(/_.*$/s, '');
  const alias = /^\/?(?:@[^/@]+\/)?[^/@:]+[@/](\d[^/_]*)(?:_.*)?$/s.exec(plain);
  return alias ? alias[1] : plain;
}
