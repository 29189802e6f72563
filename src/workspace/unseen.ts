import type { Issue } from '../base/index.ts';
import type { Git } from './git.ts';
import { type Listing, NEVER } from './list.ts';
import { nulFields, showName } from './names.ts';

/** What compilers and runners of tests take in, as they find it on disk. */
const CODE = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'].map((ending) => `*.${ending}`);

/** Files named before the rest is only counted. */
const NAMED = 3;

/**
 * Tells of files that no change of the working tree holds for reasons that the repository does not give: nobody else who
 * has it sees them.
 */
export async function unseen(git: Git, listing: Listing): Promise<Issue[]> {
  const excluded = await excludedByUser(git, listing);
  return [
    ...(excluded.length === 0
      ? []
      : [notLooked(`${some(excluded)} excluded by .git/info/exclude or core.excludesFile`)]),
    ...(listing.sparse === 0 ? [] : [notLooked(`${count(listing.sparse)} left out by a sparse checkout`)]),
  ];
}

const notLooked = (found: string): Issue => ({
  code: 'workspace/not-looked-at',
  message: `expected every file that the repository does not ignore, found ${found}: part of no change, whatever else on disk uses it`,
  severity: 'warning',
});

const count = (files: number): string => `${files} ${files === 1 ? 'file' : 'files'}`;

const some = (names: readonly string[]): string =>
  `${names.slice(0, NAMED).map(showName).join(', ')}${names.length > NAMED ? ` and ${count(names.length - NAMED)} more` : ''}`;

/** Code that is not tracked, and that only rules of the user's own ignore. */
async function excludedByUser(git: Git, listing: Listing): Promise<string[]> {
  const own = ['--exclude-per-directory=.gitignore', ...[...NEVER].map((name) => `--exclude=${name}`)];
  const others = await git.run(['ls-files', '-z', '--others', ...own, '--', ...CODE]);
  return others.ok ? nulFields(others.value.stdout).filter((name) => !listing.untracked.has(name)) : [];
}
