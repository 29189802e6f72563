import { fail, failed, type Issue, isRecord, ok, type Result } from '../base/index.ts';

/** One package of the training text, at one version. */
export interface CorpusPackage {
  readonly package: string;
  readonly version: string;
  /** SPDX expression, as the package's own package.json states it at that version. */
  readonly licence: string;
  /**
   * Packages of one family share code or authors and go to the same side of the split. Where it is not given it is the
   * scope, or the name up to its first hyphen.
   */
  readonly family?: string;
  /** Files whose path starts with one of these are left out: what a generator wrote without saying so. */
  readonly exclude?: readonly string[];
}

/** What `train/corpus.json` holds: the whole description of the training text. */
export interface CorpusList {
  /** Decides which families go to validation and test, and which files of a capped package stay. */
  readonly seed: number;
  readonly packages: readonly CorpusPackage[];
}

const SCHEMA = 'assay/corpus-list/1';
const PACKAGES = 2_000;
const NAME = /^(@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/;
const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

const PERMISSIVE = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Zlib',
]);

/** Whether an SPDX expression lets text be used with attribution alone. `OR` needs one such side, `AND` all. */
export function isPermissive(expression: string): boolean {
  const bare = expression.trim().replace(/^\((.*)\)$/, '$1');
  if (/[()]/.test(bare)) return false;
  return bare.split(/ OR /i).some((side) => side.split(/ AND /i).every((name) => PERMISSIVE.has(name.trim())));
}

export function familyOf({ package: name, family }: CorpusPackage): string {
  if (family !== undefined) return family;
  return name.startsWith('@') ? name.slice(1, name.indexOf('/')) : name.split('-')[0]!;
}

/** Reads `train/corpus.json`. Every fault is told, not only the first. */
export function readCorpusList(json: string): Result<CorpusList> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return fail('corpus/bad-list', `the package list is not JSON: ${(error as Error).message}`);
  }
  const issues: Issue[] = [];
  const wrong = (message: string): void => {
    issues.push({ code: 'corpus/bad-list', message, severity: 'error' });
  };
  if (!isRecord(value)) return fail('corpus/bad-list', 'the package list is an object with schema, seed and packages');
  for (const key of Object.keys(value)) {
    if (!['schema', 'seed', 'packages'].includes(key)) wrong(`the package list has no member "${key}"`);
  }
  if (value.schema !== SCHEMA) wrong(`schema is "${SCHEMA}", got ${JSON.stringify(value.schema)}`);
  if (!Number.isInteger(value.seed)) wrong(`seed is an integer, got ${JSON.stringify(value.seed)}`);
  if (!Array.isArray(value.packages) || value.packages.length === 0) wrong('packages is a non-empty array');
  const packages: CorpusPackage[] = [];
  for (const [index, entry] of (Array.isArray(value.packages) ? value.packages : []).entries()) {
    const where = `packages[${index}]`;
    if (index >= PACKAGES) {
      wrong(`a list holds at most ${PACKAGES} packages`);
      break;
    }
    if (!isRecord(entry)) {
      wrong(`${where} is an object`);
      continue;
    }
    const { package: name, version, licence, family, exclude, ...rest } = entry;
    for (const key of Object.keys(rest)) wrong(`${where} has no member "${key}"`);
    if (typeof name !== 'string' || !NAME.test(name)) wrong(`${where}.package is an npm package name`);
    else if (typeof version !== 'string' || !VERSION.test(version))
      wrong(`${where}.version is an exact version such as 1.2.3, got ${JSON.stringify(version)}`);
    else if (typeof licence !== 'string' || !isPermissive(licence))
      wrong(`${where} (${name}): licence is a permissive SPDX expression, got ${JSON.stringify(licence)}`);
    else if (family !== undefined && typeof family !== 'string') wrong(`${where}.family is a string`);
    else if (exclude !== undefined && !(Array.isArray(exclude) && exclude.every((start) => typeof start === 'string')))
      wrong(`${where}.exclude is an array of path starts`);
    else if (packages.some((other) => other.package === name)) wrong(`${where}: ${name} is listed twice`);
    else
      packages.push({
        package: name,
        version,
        licence,
        ...(family === undefined ? {} : { family }),
        ...(exclude === undefined ? {} : { exclude }),
      });
  }
  return issues.length > 0 ? failed(...issues) : ok({ seed: value.seed as number, packages });
}
