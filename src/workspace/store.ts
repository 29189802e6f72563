import { accessSync, constants, existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { fail, ok, type Result } from '../base/index.ts';

/**
 * Makes assay's store below a root, with an ignore file that keeps all of it out of git, its own self included. A link
 * of that name is refused: the repository could have brought it.
 */
export function openStore(root: string): Result<string> {
  const store = `${root}/.assay`;
  const ignoreFile = `${store}/.gitignore`;
  const refuse = (why: string): Result<never> =>
    fail('workspace/store', `expected to keep assay's own files in ${store}, but ${why}`, {
      suggestion: 'make the folder writable, or work in a copy of the repository',
    });
  try {
    const there = lstatSync(store, { throwIfNoEntry: false });
    if (there && !there.isDirectory()) return refuse('something else of that name is in the way');
    if (!there) mkdirSync(store);
    if (!existsSync(ignoreFile)) writeFileSync(ignoreFile, '*\n');
    accessSync(store, constants.W_OK);
    return ok(store);
  } catch (error) {
    return refuse(`it cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}
