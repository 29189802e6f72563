import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LIMITS, type RepoPath, readRegularText } from '../base/index.ts';
import type { CheckContext } from './context.ts';

/**
 * An import of a file whose types cannot be relied on, or undefined: a package that is declared and not installed, or one
 * of the workspace's own whose declared types have not been built. Errors that follow say nothing about the code.
 */
export function unreliableImport(context: CheckContext, path: RepoPath): string | undefined {
  const references = context.language.references(path);
  if (references.status === 'unknown') return undefined;
  for (const { specifier, target, typeOnly } of references.value) {
    if (/^[./]/.test(specifier)) continue;
    const status = context.packages.status(specifier, path, typeOnly);
    if (status.status === 'declared' && !status.installed && !target) return specifier;
    if (status.status === 'workspace' && isUnbuilt(join(context.change.root, status.path))) return specifier;
  }
  return undefined;
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
