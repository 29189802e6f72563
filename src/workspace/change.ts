import { join } from 'node:path';
import { fail, failed, type Issue, ok, type RepoPath, type Result } from '../base/index.ts';
import { parseUnifiedDiff } from '../text/index.ts';
import { binaryContents } from './blobs.ts';
import { checkOut, listTree } from './checkOut.ts';
import { stagedTree } from './committed.ts';
import { fileChanges } from './fileChanges.ts';
import { resolvePath } from './files.ts';
import type { Git } from './git.ts';
import { layOut, type Source } from './layOut.ts';
import { type Listing, neverPart } from './list.ts';
import { fromByteString, toByteString } from './names.ts';
import { notRegular, readOriginal } from './originals.ts';
import { applyPatches, inverted, isSameFile, type Patched, type ReadOriginal } from './patched.ts';
import { diffTrees, diffWorkingTree } from './rawDiff.ts';
import { emptyTree, mergeBase, type Revision, resolveRevision } from './revisions.ts';
import type { Repository } from './root.ts';
import type { OnDisk } from './snapshot.ts';
import { makeTemporary, removeTemporary } from './temporary.ts';
import type { ChangeRequest, ChangeView, FileChange, Snapshot } from './types.ts';
import { unseen } from './unseen.ts';

/** What the parts of a change are made from. */
export interface Tree {
  readonly root: string;
  readonly repository?: Repository;
  list(): Promise<Result<Listing>>;
  look(listing: Listing): Promise<OnDisk>;
}

const WORKING_TREE = 'working tree';

export async function viewChange(tree: Tree, request: ChangeRequest): Promise<Result<ChangeView>> {
  const { repository } = tree;
  if (request.kind === 'diff') return viewDiff(tree, request.diff, request.onto === 'working-tree');
  if (!repository) {
    return fail('workspace/no-git', `expected a git repository to compare with, found none at ${tree.root}`, {
      suggestion: 'run `git init` and commit, or give the change as a unified diff (--diff)',
    });
  }
  if (request.kind === 'working-tree') {
    const base = await headOrNothing(repository.git);
    return base.ok ? againstWorkingTree(tree, repository, base.value, WORKING_TREE) : base;
  }
  if (request.kind === 'staged') return viewStaged(tree, repository, request.index);
  return viewRange(tree, repository, request.base, request.head);
}

/** HEAD, or before the first commit the tree without files. */
async function headOrNothing(git: Git): Promise<Result<Revision>> {
  const head = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { accept: [0, 1] });
  if (!head.ok) return head;
  if (head.value.exitCode === 0)
    return ok({ name: 'HEAD', kind: 'commit', id: head.value.stdout.toString('utf8').trim() });
  const empty = await emptyTree(git);
  return empty.ok ? ok({ name: 'nothing', kind: 'tree', id: empty.value }) : empty;
}

async function againstWorkingTree(
  tree: Tree,
  repository: Repository,
  base: Revision,
  head: string,
): Promise<Result<ChangeView>> {
  const { git, gitFolder } = repository;
  const listing = await tree.list();
  if (!listing.ok) return listing;
  const [untold, disk] = await Promise.all([unseen(git, listing.value), tree.look(listing.value)]);
  // What is changed in a submodule is of no commit of this repository, and of the working tree.
  const ignored = head === WORKING_TREE ? 'untracked' : 'dirty';
  const diff = await diffWorkingTree(git, gitFolder, base.id, disk, ignored);
  if (!diff.ok) return diff;
  try {
    const { entries, hunks } = diff.value;
    const files = await fileChanges({ git, gitFolder, base: base.id, entries, root: tree.root, hunks });
    if (!files.ok) return files;
    return ok(inPlace(tree, base.name, head, files.value, disk.snapshot), [...untold, ...files.issues]);
  } finally {
    diff.value.close();
  }
}

const inPlace = (tree: Tree, base: string, head: string, files: readonly FileChange[], now: Snapshot): ChangeView => ({
  base,
  head,
  files,
  root: tree.root,
  inPlace: true,
  treeHash: now.treeHash,
  close: async () => {},
});

async function viewRange(
  tree: Tree,
  repository: Repository,
  baseName: string,
  headName: string | undefined,
): Promise<Result<ChangeView>> {
  const { git } = repository;
  const given = await resolveRevision(git, baseName);
  if (!given.ok) return given;
  const head = await resolveRevision(git, headName ?? 'HEAD');
  if (!head.ok) return head;
  const base = await mergeBase(git, given.value, head.value);
  if (!base.ok) return base;
  const issues = base.issues;
  if (headName === undefined)
    return withIssues(await againstWorkingTree(tree, repository, base.value, WORKING_TREE), issues);
  const listing = await tree.list();
  if (!listing.ok) return listing;
  if (await isWorkingTree(tree, repository, head.value, listing.value)) {
    return withIssues(await againstWorkingTree(tree, repository, base.value, headName), issues);
  }
  return withIssues(
    await laidOut(tree, repository, base.value, { ...head.value, name: headName }, listing.value),
    issues,
  );
}

/** What is staged, in the working tree itself where that holds nothing else. */
async function viewStaged(tree: Tree, repository: Repository, index: string | undefined): Promise<Result<ChangeView>> {
  const { git, gitFolder } = repository;
  const base = await headOrNothing(git);
  if (!base.ok) return base;
  const staged = await stagedTree(git, gitFolder, index);
  if (!staged.ok) return staged;
  const listing = await tree.list();
  if (!listing.ok) return listing;
  if (listing.value.untracked.size === 0 && listing.value.sparse === 0) {
    const rest = await diffWorkingTree(git, gitFolder, staged.value, await tree.look(listing.value));
    if (!rest.ok) return rest;
    rest.value.close();
    if (rest.value.entries.length === 0) return againstWorkingTree(tree, repository, base.value, 'index');
  }
  return laidOut(tree, repository, base.value, { name: 'index', kind: 'tree', id: staged.value }, listing.value);
}

/** Two trees of git's, the head of them laid out aside. */
async function laidOut(
  tree: Tree,
  { git, gitFolder }: Repository,
  base: Revision,
  head: Revision,
  listing: Listing,
): Promise<Result<ChangeView>> {
  const entries = await diffTrees(git, base.id, head.id);
  if (!entries.ok) return entries;
  const laid = await layOut(tree.root, listing, { kind: 'tree', git, gitFolder, id: head.id });
  if (!laid.ok) return laid;
  const { root, treeHash, packagesUnknown, copy, close } = laid.value;
  const files = await fileChanges({ git, gitFolder, base: base.id, entries: entries.value, root });
  if (!files.ok) {
    await close();
    return files;
  }
  const view: ChangeView = {
    base: base.name,
    head: head.name,
    files: files.value,
    root,
    inPlace: false,
    treeHash,
    ...(packagesUnknown === undefined ? {} : { packagesUnknown }),
    copy,
    close,
  };
  return ok(view, files.issues);
}

const withIssues = <T>(result: Result<T>, issues: readonly Issue[]): Result<T> =>
  result.ok ? ok(result.value, [...issues, ...result.issues]) : result;

/** Whether a revision is what HEAD is, with a working tree that has nothing beside it. */
async function isWorkingTree(
  tree: Tree,
  { git, gitFolder }: Repository,
  revision: Revision,
  listing: Listing,
): Promise<boolean> {
  if (listing.untracked.size > 0 || listing.sparse > 0) return false;
  const head = await headOrNothing(git);
  if (!head.ok || head.value.id !== revision.id) return false;
  const diff = await diffWorkingTree(git, gitFolder, head.value.id, await tree.look(listing));
  if (!diff.ok) return false;
  diff.value.close();
  return diff.value.entries.length === 0;
}

async function viewDiff(tree: Tree, text: string, ontoWorkingTree: boolean): Promise<Result<ChangeView>> {
  const parsed = parseUnifiedDiff(text);
  if (!parsed.ok) return parsed;
  const patches = parsed.value;
  const touched = [...new Set(patches.flatMap(({ before, after }) => [before, after]))].filter(
    (path) => path !== undefined,
  );
  const strange = touched.find(neverPart);
  if (strange !== undefined) {
    return fail('workspace/diff-outside', `expected changes of the project's files, found ${strange}`, {
      path: strange,
    });
  }
  const listing = await tree.list();
  if (!listing.ok) return listing;
  const { repository } = tree;
  const head = repository ? await headOrNothing(repository.git) : undefined;
  if (head && !head.ok) return head;
  const contents = await binaryContents(tree.root, repository, patches);
  const unread = patches.find(({ binary, after, newId = '' }) => binary && after !== undefined && !contents.has(newId));
  if (unread) {
    return fail(
      'workspace/diff-binary',
      'expected a binary file whose content is at hand, found only that it changed',
      {
        path: unread.after!,
        suggestion: 'check it where the file is: as the working tree, or as commits that are fetched',
      },
    );
  }
  const refusals: Issue[] = [];
  if (repository && head?.value.kind === 'commit' && !ontoWorkingTree) {
    const id = head.value.id;
    const atHead = await withOriginals(repository, id, touched, (read) => applyPatches(patches, read, contents));
    if (atHead.ok) {
      const same = await equalsWorkingTree(tree, repository, id, listing.value, atHead.value);
      if (!same.ok) return same;
      if (same.value) {
        return ok(
          inPlace(tree, 'HEAD', 'diff', atHead.value.files, (await tree.look(listing.value)).snapshot),
          atHead.issues,
        );
      }
      return laidOutDiff(tree, listing.value, { kind: 'tree', ...repository, id }, 'HEAD', atHead);
    }
    refusals.push(...atHead.issues.map((issue) => ({ ...issue, message: `at HEAD: ${issue.message}` })));
  }
  const inTree = applyPatches(patches, fromWorkingTree(tree.root), contents);
  if (inTree.ok) {
    return laidOutDiff(tree, listing.value, { kind: 'working-tree', listing: listing.value }, WORKING_TREE, inTree);
  }
  refusals.push(...inTree.issues.map((issue) => ({ ...issue, message: `in the working tree: ${issue.message}` })));
  const applied = applyPatches(inverted(patches), fromWorkingTree(tree.root), contents).ok;
  const tried =
    refusals.length > inTree.issues.length ? 'neither to HEAD nor to the working tree' : 'not to the working tree';
  return failed(
    {
      code: 'workspace/diff-does-not-apply',
      message: `expected a diff of this repository, found one that applies ${tried}`,
      severity: 'error',
      suggestion: applied
        ? 'the working tree already holds this change: check it against what it started from (assay check <base>)'
        : 'make the diff from HEAD or from the working tree as they are now',
    },
    ...refusals,
  );
}

async function laidOutDiff(
  tree: Tree,
  listing: Listing,
  source: Source,
  base: string,
  patched: Extract<Result<Patched>, { ok: true }>,
): Promise<Result<ChangeView>> {
  const laid = await layOut(tree.root, listing, source, patched.value.overlay);
  if (!laid.ok) return laid;
  return ok({ base, head: 'diff', files: patched.value.files, inPlace: false, ...laid.value }, patched.issues);
}

/** Lends a reader over the files of a commit, those named checked out meanwhile. */
async function withOriginals<T>(
  { git, gitFolder }: Repository,
  commit: string,
  paths: readonly RepoPath[],
  body: (read: ReadOriginal) => Result<T>,
): Promise<Result<T>> {
  const listing = await listTree(git, commit);
  if (!listing.ok) return listing;
  const { names, links } = listing.value;
  const known = new Set(names);
  const wanted = paths.map(toByteString).filter((name) => known.has(name));
  const temporary = makeTemporary();
  try {
    const into = join(temporary, 'base');
    if (wanted.length > 0) {
      const written = await checkOut(git, gitFolder, commit, { into, index: join(temporary, 'index') }, wanted);
      if (!written.ok) return written;
    }
    return body((path) => {
      if (links.has(toByteString(path))) return notRegular(path);
      return known.has(toByteString(path)) ? readOriginal(into, path) : ok(undefined);
    });
  } finally {
    removeTemporary(temporary);
  }
}

const fromWorkingTree =
  (root: string): ReadOriginal =>
  (path) => {
    const resolved = resolvePath(root, root, path);
    if (!resolved.ok) return resolved;
    return resolved.value === path ? readOriginal(root, path) : notRegular(path);
  };

/** Whether a patched HEAD is exactly what is on disk, so that the working tree can stand for it. */
async function equalsWorkingTree(
  tree: Tree,
  { git, gitFolder }: Repository,
  head: string,
  listing: Listing,
  { overlay }: Patched,
): Promise<Result<boolean>> {
  if (listing.sparse > 0) return ok(false);
  const diff = await diffWorkingTree(git, gitFolder, head, await tree.look(listing));
  if (!diff.ok) return diff;
  diff.value.close();
  const differing = new Set(
    diff.value.entries
      .flatMap(({ status, name, from }) => (status === 'renamed' ? [name, from] : [name]))
      .map(fromByteString),
  );
  if (differing.size !== overlay.size) return ok(false);
  for (const [path, file] of overlay) {
    const now = readOriginal(tree.root, path);
    if (!differing.has(path) || !now.ok) return ok(false);
    if (!isSameFile(now.value, file)) return ok(false);
  }
  return ok(true);
}
