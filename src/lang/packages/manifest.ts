import { isRecord, type RepoPath, repoPath } from '../../base/index.ts';
import type { DependencyField } from '../types.ts';
import { type Files, joinPath, type RootPath } from './files.ts';
import { PACKAGE_LIMITS } from './limits.ts';

/** A package.json, as much of it as says something about packages. */
export interface Manifest {
  /** Path of the file. */
  readonly path: RepoPath;
  readonly folder: RootPath;
  readonly name?: string;
  readonly version?: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Partial<Record<DependencyField, Readonly<Record<string, string>>>>>;
  /** Patterns of `workspaces`, whichever of its two forms is used. */
  readonly workspaces?: readonly string[];
  /** Name before the `@` of `packageManager`. */
  readonly packageManager?: string;
  readonly exports?: unknown;
  readonly imports?: unknown;
  /** True for a file that only marks its folder, such as `{"type": "module"}`: nobody declares anything in it. */
  readonly isMark: boolean;
}

/**
 * Where several fields name one package, the first of these counts: npm lets `optionalDependencies` override
 * `dependencies`, and what consumers need comes before what developers need.
 */
export const DEPENDENCY_FIELDS: readonly DependencyField[] = [
  'optionalDependencies',
  'dependencies',
  'peerDependencies',
  'devDependencies',
];

/** The manifest of a folder; undefined where there is none, `'broken'`, with an issue, where it is no JSON object. */
export function readManifest(files: Files, folder: RootPath): Manifest | 'broken' | undefined {
  const path = joinPath(folder, 'package.json');
  const text = files.text(path, PACKAGE_LIMITS.fileBytes);
  if (typeof text !== 'string') return text === null ? 'broken' : undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    files.report('packages/bad-manifest', path, `expected JSON, found ${(error as Error).message}`, 'error');
    return 'broken';
  }
  if (!isRecord(value)) {
    files.report('packages/bad-manifest', path, `expected an object, found ${kindOf(value)}`, 'error');
    return 'broken';
  }
  const wrong = (field: string, expected: string, found: unknown): void =>
    files.report('packages/bad-field', path, `expected ${expected} in "${field}", found ${kindOf(found)}`);
  return manifestFrom(value, repoPath(path)!, folder, wrong);
}

type Wrong = (field: string, expected: string, found: unknown) => void;

function manifestFrom(
  value: Readonly<Record<string, unknown>>,
  path: RepoPath,
  folder: RootPath,
  wrong: Wrong,
): Manifest {
  const text = (field: string): string | undefined => {
    const found = value[field];
    if (found === undefined || typeof found === 'string') return found;
    wrong(field, 'a string', found);
    return undefined;
  };
  const dependencies: Partial<Record<DependencyField, Readonly<Record<string, string>>>> = {};
  for (const field of DEPENDENCY_FIELDS) {
    const members = strings(value, field, wrong);
    if (members) dependencies[field] = members;
  }
  const name = text('name');
  const version = text('version');
  const manager = text('packageManager')?.replace(/@.*$/s, '');
  const workspaces = workspacePatterns(value.workspaces, wrong);
  const scripts = strings(value, 'scripts', wrong);
  return {
    path,
    folder,
    scripts: scripts ?? {},
    dependencies,
    isMark: name === undefined && !scripts && !workspaces && Object.keys(dependencies).length === 0,
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(workspaces === undefined ? {} : { workspaces }),
    ...(manager === undefined ? {} : { packageManager: manager }),
    ...(value.exports === undefined ? {} : { exports: value.exports }),
    ...(value.imports === undefined ? {} : { imports: value.imports }),
  };
}

/** A field that maps names to strings, without a prototype: packages are called `constructor` and the like. */
function strings(
  value: Readonly<Record<string, unknown>>,
  field: string,
  wrong: Wrong,
): Readonly<Record<string, string>> | undefined {
  const found = value[field];
  if (found === undefined) return undefined;
  if (!isRecord(found)) {
    wrong(field, 'an object', found);
    return undefined;
  }
  const members: Record<string, string> = Object.create(null);
  for (const [name, member] of Object.entries(found)) {
    if (typeof member === 'string') members[name] = member;
    else wrong(field, `a string for "${name}"`, member);
  }
  return members;
}

/** npm and yarn take an array; yarn also `{packages, nohoist}`. */
function workspacePatterns(value: unknown, wrong: Wrong): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const list = isRecord(value) ? value.packages : value;
  if (Array.isArray(list)) return list.filter((pattern): pattern is string => typeof pattern === 'string');
  if (!isRecord(value) || list !== undefined) wrong('workspaces', 'an array of patterns', list);
  return undefined;
}

/** The range under which manifests declare a package, the first manifest first. */
export function declaration(
  name: string,
  manifests: readonly Manifest[],
): { readonly range: string; readonly field: DependencyField } | undefined {
  for (const manifest of manifests) {
    for (const field of DEPENDENCY_FIELDS) {
      const range = manifest.dependencies[field]?.[name];
      if (range !== undefined) return { range, field };
    }
  }
  return undefined;
}

/** Every name that any of the manifests declares. */
export const declaredNames = (manifests: readonly Manifest[]): string[] =>
  manifests.flatMap((manifest) =>
    DEPENDENCY_FIELDS.flatMap((field) => Object.keys(manifest.dependencies[field] ?? {})),
  );

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return value === null ? 'null' : 'nothing';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
