import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { escaped, type RepoPath } from '../base/index.ts';
import { type CheckContext, codePaths, isChecked, textAt } from './context.ts';

/** Code by the files that it names; one that nobody names has none. */
type Naming = Promise<ReadonlyMap<RepoPath, readonly RepoPath[]>>;

/** Code that imports or names files which are no code. */
export const readersOf = (context: CheckContext, paths: readonly RepoPath[]): Naming =>
  naming(context, new Map(paths.map((path) => [path, namedBy(path)])));

/** Code that starts files as programs of their own, by their names. */
export const startersOf = (context: CheckContext, paths: readonly RepoPath[]): Naming =>
  naming(context, new Map(paths.map((path) => [path, startedBy(path)])), STARTS);

async function naming(context: CheckContext, names: ReadonlyMap<RepoPath, RegExp>, among?: RegExp): Naming {
  const code = names.size > 0 ? ((await codePaths(context)) ?? []) : [];
  const found = new Map([...names.keys()].map((path): [RepoPath, RepoPath[]] => [path, []]));
  for (const one of code) {
    const text = textAt(context, one) ?? '';
    if (among?.test(text) === false) continue;
    for (const [path, name] of names) if (name.test(text)) found.get(path)!.push(one);
  }
  return found;
}

/** Changed files that are neither code nor manifests. */
export const changedData = ({ change }: CheckContext): readonly RepoPath[] =>
  change.files.map(({ path }) => path).filter((path) => !isChecked(path));

/** A text that starts programs. */
const STARTS = /\b(?:child_process|worker_threads|cluster|execa|zx|cross-spawn|tinyexec|nano-spawn)\b|\bBun\.spawn\b/;

/** How a text names a file that it reads; of JSON the ending may be left out. */
const namedBy = (path: RepoPath): RegExp =>
  new RegExp(`['"\`/]${escaped(basename(path)).replace(/\\\.json$/, '(?:$&)?')}['"\`]`);

/** How a text names a program; a name that any folder has goes with its folder. */
const startedBy = (path: RepoPath): RegExp =>
  /(?:^|\/)(?:index|main|mod)\.\w+$/.test(path) && path.includes('/')
    ? new RegExp(`['"\`/]${escaped(path.split('/').slice(-2).join('/'))}['"\`]`)
    : namedBy(path);

/** Fields of a package.json that say where imports lead, and how files are read. */
const LEADING = ['name', 'type', 'imports', 'exports', 'main', 'types', 'typings', 'typesVersions', 'workspaces'];

/**
 * All code whose meaning a change may alter without a module that it imports: under other settings of the compiler, where
 * names of packages lead elsewhere, below declarations that hold for all files.
 */
export async function codeUnderSettings(context: CheckContext): Promise<readonly RepoPath[]> {
  const { files, root } = context.change;
  const folders = files.flatMap(({ path, from = path, before, after }): string[] => {
    if (/(?:^|\/)[tj]sconfig(?:\.[^/]+)?\.json$/.test(path)) return [dirname(path)];
    if (/(?:^|\/)package\.json$/.test(path))
      return leadingOf(before?.text) === leadingOf(after?.text) ? [] : [dirname(path)];
    const isForAll = [before, after].some((one) => one && holdsForAll(one.text, from));
    return isForAll ? [projectOf(root, path)] : [];
  });
  if (folders.length === 0) return [];
  const all = (await codePaths(context)) ?? [];
  return all.filter((path) => folders.some((folder) => folder === '.' || path.startsWith(`${folder}/`)));
}

function leadingOf(text: string | undefined): string {
  try {
    const fields = JSON.parse(text ?? '{}') as Readonly<Record<string, unknown>>;
    return JSON.stringify(LEADING.map((name) => fields[name]));
  } catch {
    return '';
  }
}

/** Whether what a file declares is there for files that do not import it. */
const holdsForAll = (text: string, path: string): boolean =>
  /\bdeclare\s+(?:global|module\s*['"])/.test(text) ||
  (/\.d\.[cm]?ts$/.test(path) && !/^\s*(?:import|export)\b/m.test(text));

/** The nearest folder above a file with settings of the compiler. */
function projectOf(root: string, path: RepoPath): string {
  let folder = dirname(path);
  while (folder !== '.' && !existsSync(join(root, folder, 'tsconfig.json'))) folder = dirname(folder);
  return folder;
}
