import { accessSync, constants, existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../base/index.ts';

/**
 * Makes assay's store below a root, with an ignore file that keeps all of it out of git, its own self included. A link
 * of that name or in it is refused, and so is one of which git tracks a file: what a repository brought says where assay
 * writes and removes files, and what it takes back.
 */
export function openStore(root: string, isTracked = false): Result<string> {
  const store = `${root}/.assay`;
  const ignoreFile = `${store}/.gitignore`;
  const refuse = (why: string): Result<never> =>
    fail('workspace/store', `expected to keep assay's own files in ${store}, but ${why}`, {
      suggestion: 'make the folder writable, or work in a copy of the repository',
    });
  try {
    const there = lstatSync(store, { throwIfNoEntry: false });
    if (there && !there.isDirectory()) return refuse('something else of that name is in the way');
    if (isTracked) return refuse('git tracks files in it, so that they came with the repository: remove them');
    const link = there && linkIn(store);
    if (link !== undefined) return refuse(`${link} is a symbolic link: remove it`);
    if (!there) mkdirSync(store);
    if (!existsSync(ignoreFile)) writeFileSync(ignoreFile, '*\n');
    accessSync(store, constants.W_OK);
    return ok(store);
  } catch (error) {
    return refuse(`it cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}

/** A symbolic link in a folder or below. */
function linkIn(folder: string): string | undefined {
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (entry.isSymbolicLink()) return join(at, entry.name);
      if (entry.isDirectory()) folders.push(join(at, entry.name));
    }
  }
  return undefined;
}
