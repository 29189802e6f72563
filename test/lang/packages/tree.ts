import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { RepoPath } from '../../../src/base/index.ts';
import type { PackageStatus } from '../../../src/lang/index.ts';
import { openPackages } from '../../../src/lang/packages/packages.ts';

/** Files by path: text, bytes, an object written as JSON, or a link to a path relative to the link's folder. */
export type Tree = Readonly<Record<string, string | Uint8Array | object | { readonly link: string }>>;

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that holds the tree, removed after the file's tests. */
export function plant(tree: Tree): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-packages-')));
  made.push(root);
  add(root, tree);
  return root;
}

export function add(root: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    const absolute = join(root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(absolute, content);
    else if ('link' in content) symlinkSync(content.link as string, absolute);
    else writeFileSync(absolute, JSON.stringify(content));
  }
}

/** An installed package: `node_modules/zod` at a version, with whatever else its package.json holds. */
export const installed = (folder: string, version: string, rest: object = {}): Tree => ({
  [`${folder}/package.json`]: { name: folder.slice(folder.lastIndexOf('node_modules/') + 13), version, ...rest },
  [`${folder}/index.js`]: 'module.exports = {};\n',
});

/** A status as one line: what a case expects. */
export function line(status: PackageStatus): string {
  switch (status.status) {
    case 'declared': {
      const where = `declared ${status.range} ${status.field}`;
      return `${where} ${status.installed ? 'installed' : 'absent'} ${status.version ?? '-'}${status.typesOnly ? ' types' : ''}`;
    }
    case 'transitive':
      return `transitive ${status.installed ? 'installed' : 'absent'} ${status.version ?? '-'}${status.typesOnly ? ' types' : ''}`;
    case 'workspace':
      return `workspace ${status.path} ${status.declared ? 'declared' : 'undeclared'}`;
    case 'missing':
      return `missing [${status.nearest.join(' ')}]`;
    case 'unknown':
      return `unknown: ${status.reason}`;
    default:
      return status.status;
  }
}

/** `specifier from` → line; a specifier that starts with `type ` is asked for as a type import. */
export function statuses(root: string, cases: readonly string[], paths?: readonly RepoPath[]): Record<string, string> {
  const packages = openPackages(root, paths);
  return Object.fromEntries(
    cases.map((key) => {
      const typeOnly = key.startsWith('type ');
      const [specifier = '', from = ''] = key.replace(/^type /, '').split(' ');
      return [key, line(packages.status(specifier, from as RepoPath, typeOnly))];
    }),
  );
}

export const path = (text: string): RepoPath => text as RepoPath;
