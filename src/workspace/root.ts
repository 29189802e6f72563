import { existsSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fail, type Issue, ok, type Result } from '../base/index.ts';
import { isInside } from './files.ts';
import { type Git, openGit } from './git.ts';
import type { Workspace } from './types.ts';

export interface Root {
  /** Absolute, links resolved. */
  readonly path: string;
  /** Undefined where the folder is not under git or git is not installed. */
  readonly repository?: Repository;
}

export interface Repository {
  readonly git: Git;
  /** The repository's own folder (`.git`), absolute. */
  readonly gitFolder: string;
}

const MARKERS = ['package.json', 'tsconfig.json'];

/** A folder and those above it, nearest first. */
function* upwards(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

/** The nearest folder that holds one of `names`. A stray file in the user's home does not make all of it a project. */
const nearest = (folder: string, names: readonly string[]): string | undefined =>
  upwards(folder).find(
    (at) => (at === folder || at !== homedir()) && names.some((name) => existsSync(`${at}/${name}`)),
  );

/**
 * The root a folder belongs to: the top of the git working tree, else the nearest folder with a package.json or
 * tsconfig.json, else the folder itself with a warning. A project that the repository around it ignores (a scratch folder, a
 * checkout inside `node_modules`) is its own root, without git: nothing of it would be seen otherwise.
 */
export async function findRoot(start: string): Promise<Result<Root>> {
  const asked = resolve(start);
  const stats = statSync(asked, { throwIfNoEntry: false });
  if (!stats) return fail('workspace/missing', `expected a folder, found nothing at ${asked}`, { path: start });
  if (!stats.isDirectory()) {
    return fail('workspace/not-a-folder', `expected a folder, found a file at ${asked}`, {
      path: start,
      suggestion: `give its folder, ${dirname(asked)}`,
    });
  }
  const folder = realpathSync.native(asked);
  const git = await openGit(folder);
  if (!git.ok) {
    const top = nearest(folder, ['.git']);
    if (top === undefined) return withoutGit(folder);
    const issue: Issue = {
      code: 'workspace/no-git-program',
      message: `${top} is a git repository, but git is not installed: nothing is known of its history`,
      severity: 'warning',
      suggestion: 'install git',
    };
    return ok({ path: top }, [issue]);
  }
  const top = await git.value.run(['rev-parse', '--show-toplevel', '--absolute-git-dir']);
  if (!top.ok) {
    if (top.issues.some(({ message }) => message.includes('not a git repository'))) return withoutGit(folder);
    return fail('workspace/git-refused', `git does not open the repository at ${folder}: ${top.issues[0]?.message}`, {
      path: start,
      ...(top.issues[0] ? { cause: top.issues[0] } : {}),
    });
  }
  const [shown, gitFolder] = twoPaths(top.value.stdout.toString('utf8'));
  const path = realpathSync.native(shown);
  if (!isInside(path, folder)) {
    return fail('workspace/git-refused', `expected ${folder} in the working tree of its repository, which is ${path}`, {
      path: start,
      suggestion: `see what sets it: git -C ${folder} config --show-origin core.worktree`,
    });
  }
  if (path !== folder) {
    const project = nearest(folder, MARKERS);
    if (project?.startsWith(`${path}/`)) {
      const ignored = await git.value.run(['check-ignore', '--quiet', project], { accept: [0, 1] });
      if (ignored.ok && ignored.value.exitCode === 0) return ok({ path: project });
    }
  }
  const atRoot = await openGit(path);
  return atRoot.ok ? ok({ path, repository: { git: atRoot.value, gitFolder } }) : atRoot;
}

/** Two absolute paths on a line each. Names may hold line breaks; so the first is where one ends that exists. */
function twoPaths(output: string): readonly [string, string] {
  const text = output.replace(/\n$/, '');
  for (let at = text.indexOf('\n/'); at >= 0; at = text.indexOf('\n/', at + 1)) {
    const [first, second] = [text.slice(0, at), text.slice(at + 1)];
    if (existsSync(first) && existsSync(second)) return [first, second];
  }
  throw new Error(
    `git rev-parse gave ${JSON.stringify(output)}, expected the top of a working tree and its git folder`,
  );
}

function withoutGit(folder: string): Result<Root> {
  const path = nearest(folder, MARKERS);
  if (path !== undefined) return ok({ path });
  const suggestion = 'run `git init` in the folder of the project, or make a package.json there';
  const message = `expected a git repository, package.json or tsconfig.json at or above ${folder}, found none`;
  if (dirname(folder) === folder || folder === homedir()) return fail('workspace/no-project', message, { suggestion });
  return ok({ path: folder }, [{ code: 'workspace/no-project', message, severity: 'warning', suggestion }]);
}

const IN_PROGRESS: readonly (readonly [string, NonNullable<NonNullable<Workspace['git']>['inProgress']>])[] = [
  // First, because a rebase that stops leaves traces of what it was picking as well.
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
];

/** Where HEAD is now, and what git was left in the middle of. */
export async function gitState({ git, gitFolder }: Repository): Promise<Result<NonNullable<Workspace['git']>>> {
  const [head, branch] = await Promise.all([
    git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { accept: [0, 1] }),
    git.run(['symbolic-ref', '--quiet', '--short', 'HEAD'], { accept: [0, 1] }),
  ]);
  if (!head.ok) return head;
  if (!branch.ok) return branch;
  const inProgress = IN_PROGRESS.find(([name]) => existsSync(`${gitFolder}/${name}`))?.[1];
  return ok({
    ...(head.value.exitCode === 0 ? { head: text(head.value.stdout) } : {}),
    ...(branch.value.exitCode === 0 ? { branch: text(branch.value.stdout) } : {}),
    ...(inProgress ? { inProgress } : {}),
  });
}

const text = (bytes: Buffer): string => bytes.toString('utf8').trim();
