import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Issue, LIMITS, type RepoPath, readRegularText } from '../base/index.ts';
import { packagePart } from '../lang/index.ts';
import type { ChangeView } from '../workspace/index.ts';
import { basePath, type CheckContext, changedCode } from './context.ts';
import { satisfies } from './versions.ts';

/**
 * An import of a file whose types cannot be relied on, or undefined: a package that is declared and not installed, or in a
 * version that was not asked for, one of the workspace's own whose declared types have not been built, or a file that was not there
 * before the change either, as a build is not. Errors that follow say nothing about the code.
 */
export function unreliableImport(context: CheckContext, path: RepoPath): string | undefined {
  const references = context.language.references(path);
  if (references.status === 'unknown') return undefined;
  for (const { specifier, target, typeOnly } of references.value) {
    if (/^[./]/.test(specifier)) {
      if (!target && isCodeName(specifier) && isUnfoundBefore(context, path, specifier)) return specifier;
      continue;
    }
    const status = context.packages.status(specifier, path, typeOnly);
    if (status.status === 'declared' && !status.installed && !target) return specifier;
    if (status.status === 'workspace' && isUnbuilt(join(context.change.root, status.path))) return specifier;
    const asked = otherVersion(context, specifier, path);
    if (asked !== undefined) return asked;
  }
  return undefined;
}

/** Code by its ending, or by none. */
const isCodeName = (specifier: string): boolean => /^[^.?]+$|\.[cm]?[jt]sx?$/.test(basename(specifier));

function isUnfoundBefore(context: CheckContext, path: RepoPath, specifier: string): boolean {
  const base = basePath(context, path);
  if (base === undefined) return false;
  return context.atBase((language) => {
    const references = language.references(base);
    return references.status === 'known' && references.value.some((one) => one.specifier === specifier && !one.target);
  });
}

/** The version asked for of a package that is installed in one that neither the manifest nor the lock file means, or undefined. */
export function otherVersion({ packages }: CheckContext, specifier: string, path: RepoPath): string | undefined {
  const { name } = packagePart(specifier);
  const status = packages.status(name, path, true);
  if (status.status !== 'declared' || !status.installed || status.version === undefined) return undefined;
  if (satisfies(status.version, status.range) !== false) return undefined;
  const locked = packages.lockedVersion(name, path);
  return locked === status.version ? undefined : `${name} ${locked ?? status.range}`;
}

/** An error that says little of the code: a warning, with what has to be there for more to be known, where something is missing. */
export const doubted = (issue: Issue, missing: string | undefined): Issue => ({
  ...issue,
  severity: 'warning',
  ...(missing === undefined ? {} : { suggestion: `install or build ${missing} and check again` }),
});

const lived = new WeakMap<ChangeView, boolean>();

/**
 * Whether nobody keeps a file to its types: JavaScript, or what the project's scripts leave out where they compile the rest, where
 * changed files of the kind had errors of the compiler at the base already. One more that the compiler sees, perhaps for a comment
 * that tells it more, is no ground to refuse the change.
 */
export function isLoose(context: CheckContext, path: RepoPath): boolean {
  if (!isUnkept(context, path)) return false;
  let found = lived.get(context.change);
  if (found === undefined) {
    const paths = changedCode(context).flatMap((one) =>
      isUnkept(context, one.path) ? (basePath(context, one.path) ?? []) : [],
    );
    found = context.atBase((language) =>
      paths.some((one) => {
        const answer = language.diagnostics(one);
        return answer.status === 'known' && answer.value.some(({ severity }) => severity === 'error');
      }),
    );
    lived.set(context.change, found);
  }
  return found;
}

function isUnkept({ language }: CheckContext, path: RepoPath): boolean {
  if (/\.(?:[cm]?js|jsx)$/.test(path)) return true;
  const projects = language.projectsOf(path);
  return projects.status === 'known' && projects.value.length > 0 && projects.value.every((one) => one.isLeftOut);
}

/** Whether a manifest names files of declarations of which none is there. */
function isUnbuilt(manifest: string): boolean {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readRegularText(manifest, LIMITS.fileBytes) ?? '');
  } catch {
    return false;
  }
  const { types, typings, exports } = parsed as Record<string, unknown>;
  const named = [types, typings, ...strings(exports, 0)].filter(
    (entry): entry is string => typeof entry === 'string' && /\.d\.[cm]?ts$/.test(entry) && !entry.includes('*'),
  );
  return named.length > 0 && !named.some((entry) => existsSync(join(dirname(manifest), entry)));
}

/** Every string in a map of exports; conditions are nested a few deep at most. */
function strings(value: unknown, depth: number): readonly unknown[] {
  if (typeof value !== 'object' || value === null || depth >= 8) return [value];
  return Object.values(value).flatMap((member) => strings(member, depth + 1));
}
