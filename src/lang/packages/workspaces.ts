import type { RepoPath } from '../../base/index.ts';
import { type Files, joinPath, parentOf, type RootPath } from './files.ts';
import { PACKAGE_LIMITS } from './limits.ts';
import type { Manifest } from './manifest.ts';
import { isLiteral, type Patterns, segmentMatcher, workspacePatterns } from './patterns.ts';
import { flowItems, readYaml } from './yaml.ts';

/** A workspace: the folder of its root manifest, and its members. */
export interface WorkspaceRoot {
  readonly folder: RootPath;
  readonly manifest: Manifest;
  /** Folders of the members, the root among them. */
  readonly folders: ReadonlySet<RootPath>;
  /** Folder of each named member; the first by path where two have one name. */
  readonly byName: ReadonlyMap<string, RootPath>;
}

/**
 * The workspace whose root a manifest is, or undefined. `pnpm-workspace.yaml` comes before `workspaces`, which pnpm does
 * not read. `paths` are the files of the repository where they are known; otherwise folders are looked through.
 */
export function readWorkspace(
  files: Files,
  manifest: Manifest,
  manifestIn: (folder: RootPath) => Manifest | undefined,
  paths?: readonly RepoPath[],
): WorkspaceRoot | undefined {
  const patterns = pnpmPatterns(files, manifest.folder) ?? manifest.workspaces;
  if (!patterns) return undefined;
  const parsed = workspacePatterns(patterns);
  for (const pattern of parsed.refused)
    files.report('packages/pattern', manifest.path, `expected fewer alternatives in the workspace pattern ${pattern}`);
  const found = paths ? foldersAmong(paths, manifest.folder, parsed) : foldersOnDisk(files, manifest.folder, parsed);
  const folders = new Set<RootPath>([manifest.folder]);
  const byName = new Map<string, RootPath>();
  if (manifest.name !== undefined) byName.set(manifest.name, manifest.folder);
  for (const folder of found.sort()) {
    if (folders.size >= PACKAGE_LIMITS.workspaceMembers) {
      const limit = PACKAGE_LIMITS.workspaceMembers;
      files.report('packages/limit', manifest.path, `expected fewer than ${limit} members, found ${found.length}`);
      break;
    }
    const member = manifestIn(folder);
    if (!member) continue;
    folders.add(folder);
    if (member.name !== undefined && !byName.has(member.name)) byName.set(member.name, folder);
  }
  return { folder: manifest.folder, manifest, folders, byName };
}

/** `packages` of pnpm-workspace.yaml; undefined where the file is not there, is broken, or only holds settings. */
function pnpmPatterns(files: Files, folder: RootPath): readonly string[] | undefined {
  const path = joinPath(folder, 'pnpm-workspace.yaml');
  const text = files.text(path, PACKAGE_LIMITS.fileBytes);
  if (typeof text !== 'string') return undefined;
  let patterns: string[] | undefined;
  const problem = readYaml(text, ([section, item], value) => {
    if (section !== 'packages') return false;
    if (item === undefined) patterns = flowItems(value) ?? [];
    else if (item === '-' && value !== '') patterns?.push(value);
    return undefined;
  });
  if (!problem) return patterns;
  files.report('packages/bad-workspace', path, `line ${problem.line}: ${problem.message}`, 'error');
  return undefined;
}

/** A folder below the workspace's, relative to it; undefined for others. */
const below = (folder: RootPath, root: RootPath): string | undefined =>
  root === '' ? folder : folder.startsWith(`${root}/`) ? folder.slice(root.length + 1) : undefined;

function foldersAmong(paths: readonly RepoPath[], root: RootPath, patterns: Patterns): RootPath[] {
  return paths
    .filter((path) => path.endsWith('/package.json') && !/(?:^|\/)node_modules\//.test(path))
    .map((path) => parentOf(path))
    .filter((folder) => {
      const relative = below(folder, root);
      return relative !== undefined && relative !== '' && patterns.matches(relative);
    });
}

type Entry = ReturnType<Files['list']>[number];

function foldersOnDisk(files: Files, root: RootPath, patterns: Patterns): RootPath[] {
  const found = new Set<RootPath>();
  const listed = new Map<RootPath, readonly Entry[]>();
  const foldersIn = (folder: RootPath): readonly Entry[] => {
    const known = listed.get(folder);
    if (known) return known;
    if (listed.size >= PACKAGE_LIMITS.workspaceFolders) {
      const limit = PACKAGE_LIMITS.workspaceFolders;
      files.report('packages/limit', root || '.', `looked for workspace members in ${limit} folders and stopped there`);
      return [];
    }
    const found = files
      .list(folder)
      .filter((entry) => entry.folder && entry.name !== 'node_modules' && entry.name !== '.git');
    listed.set(folder, found);
    return found;
  };
  const visited = new Set<string>();
  const walk = (folder: RootPath, segments: readonly string[]): void => {
    const state = `${segments.join('/')}\n${folder}`;
    if (visited.has(state)) return;
    visited.add(state);
    const [segment, ...rest] = segments;
    if (segment === undefined) {
      const relative = below(folder, root);
      if (relative !== undefined && relative !== '' && patterns.matches(relative)) found.add(folder);
    } else if (segment === '**') {
      walk(folder, rest);
      // As in npm's globs a link is taken, but nothing below it: it may lead round in circles.
      for (const { name, link } of foldersIn(folder))
        if (!name.startsWith('.')) walk(joinPath(folder, name), link ? rest : segments);
    } else if (isLiteral(segment)) walk(joinPath(folder, segment), rest);
    else {
      const matcher = segmentMatcher(segment);
      for (const { name } of foldersIn(folder)) if (matcher.test(name)) walk(joinPath(folder, name), rest);
    }
  };
  for (const segments of patterns.positive) walk(root, segments);
  return [...found];
}
