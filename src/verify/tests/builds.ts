import { dirname, join } from 'node:path';
import { LIMITS, type RepoPath, readRegularText } from '../../base/index.ts';
import { type CheckContext, changedCode, codePaths } from '../context.ts';
import { isTestFile } from './detect.ts';

/** Packages of the workspace that are looked through. */
const PACKAGES = 200;

/**
 * The changed package that a test of another one comes to by what was built of it, by name; undefined where there is none. What is
 * built is not part of the change: it is of before, and what the test says may be said of that.
 */
export async function builtBefore(context: CheckContext, test: RepoPath): Promise<string | undefined> {
  const { packages } = context;
  const own = packages.manifestOf(test);
  const changed = changedCode(context).filter(({ path }) => !isTestFile(path));
  const seen = new Set(own ? [own.path] : []);
  const open = own ? [own] : [];
  for (let at = open.pop(); at && seen.size <= PACKAGES; at = open.pop())
    for (const name of new Set(Object.values(at.dependencies).flatMap((group) => Object.keys(group ?? {})))) {
      const status = packages.status(name, at.path);
      const manifest = status.status === 'workspace' ? packages.manifestOf(status.path) : undefined;
      if (!manifest || seen.has(manifest.path)) continue;
      seen.add(manifest.path);
      open.push(manifest);
      const isChanged = changed.some(({ path }) => packages.manifestOf(path)?.path === manifest.path);
      if (isChanged && (await isBuilt(context, manifest.path))) return name;
    }
  return undefined;
}

/** Whether others are given none of the code of a package as it is written. */
async function isBuilt(context: CheckContext, manifest: RepoPath): Promise<boolean> {
  const text = readRegularText(join(context.change.root, manifest), LIMITS.fileBytes) ?? '{}';
  const { main, module, exports } = JSON.parse(text) as Record<string, unknown>;
  const entries = stringsIn([main, module, exports]).filter((entry) => /\.[cm]?[jt]sx?$/.test(entry));
  const written = new Set(await codePaths(context));
  return entries.length > 0 && !entries.some((entry) => written.has(join(dirname(manifest), entry) as RepoPath));
}

const stringsIn = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(stringsIn);
