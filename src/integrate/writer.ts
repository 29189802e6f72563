import { chmodSync, mkdirSync, realpathSync, renameSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { failed, type Hash, type Issue, ok, type RepoPath, type Result, readRegular, sha256 } from '../base/index.ts';
import type { Journal, Plan, PlanFile } from './journal.ts';
import { type Location, locate, type Tree, unchanged } from './locate.ts';
import {
  exists,
  MOST_BYTES,
  type Ownership,
  removeEmptyFolders,
  removeFile,
  syncFolder,
  syncParents,
  systemIssue,
  writeDurably,
} from './system.ts';
import type { Integration, RecoverReport } from './types.ts';

/** One file to write: what it is found to hold and what it is to hold, null for no file. */
export interface Write {
  readonly location: Location;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  /** Mode for a file that does not exist yet, where it is known; else it follows the folder. */
  readonly mode?: number;
}

export interface Job {
  readonly writes: readonly Write[];
  readonly undoes?: string;
  /** Folders to remove at the end where they are empty, parents first. */
  readonly removed: readonly RepoPath[];
}

const hashOf = (bytes: Uint8Array | null): Hash | null => (bytes === null ? null : sha256(bytes));

/** New contents wait beside their file, so that the rename stays on one file system. */
const temporaryOf = ({ absolute }: Location, id: string, index: number): string =>
  join(dirname(absolute), `.assay-${id}-${index}.tmp`);

/**
 * Writes all files or none. In this order: journal, new contents beside their files, a last look at every file, the
 * commit mark, the renames. Up to the mark a failure or crash leaves nothing but files to sweep; after it the journal
 * says how to finish or take back.
 */
export function execute(tree: Tree, journal: Journal, { writes, undoes, removed }: Job): Result<Integration> {
  const id = journal.nextId();
  const made = [...new Set(writes.flatMap(({ location, after }) => (after === null ? [] : location.missing)))];
  const owners = writes.map(ownership);
  const files = writes.map(({ location: { path }, before, after }, index): PlanFile => {
    return { path, before: hashOf(before), after: hashOf(after), mode: owners[index]!.mode };
  });
  const plan: Plan = {
    schema: 'assay/integration/1',
    id,
    ...(undoes === undefined ? {} : { undoes }),
    files,
    made: made.map((folder) => relative(tree.root, folder).split(sep).join('/') as RepoPath),
    removed,
    bytes: writes.reduce((sum, { before }) => sum + (before?.length ?? 0), 0),
  };

  let path: RepoPath | undefined;
  try {
    journal.begin(
      plan,
      writes.map(({ before }) => before),
    );
    for (const folder of made) makeFolder(folder);
    const temporaries: string[] = [];
    for (const [index, { location, after }] of writes.entries()) {
      if (after === null) continue;
      path = location.path;
      temporaries.push(temporaryOf(location, id, index));
      writeDurably(temporaries.at(-1)!, after, owners[index]!);
    }
    path = undefined;
    syncParents([...temporaries, ...made]);
    const other = writes.find(({ location }) => !unchanged(location));
    if (other !== undefined) return abandon(tree, journal, plan, changedMeanwhile(other.location.path));
    journal.mark(id, 'commit');
  } catch (error) {
    const doing = path === undefined ? 'write the journal and new folders' : `write ${path}`;
    return abandon(tree, journal, plan, systemIssue(error, 'nothing was changed', doing, path));
  }

  let wrong: Issue | undefined;
  try {
    for (const [index, { location, after }] of writes.entries()) {
      path = location.path;
      // Someone may have saved the file since the last look: theirs stays.
      if (!unchanged(location)) {
        wrong = changedMeanwhile(location.path);
        break;
      }
      put(location, after === null ? null : temporaryOf(location, id, index));
    }
    if (wrong === undefined) complete(tree, journal, plan, writes);
  } catch (error) {
    wrong = systemIssue(error, 'the draft was not integrated', `put ${path ?? 'files'} in place`, path);
  }
  if (wrong === undefined) return ok({ id, files: files.map(({ path, before, after }) => ({ path, before, after })) });
  const back = takeBack(tree, journal, plan);
  return failed(wrong, ...back);
}

/**
 * Makes whole what a crash left open, under the lock. An integration whose commit mark is on the disk is finished where
 * its files are as it left them; where someone has changed one since, the others are taken back and a warning names it.
 */
export function recoverOpen(tree: Tree, journal: Journal): Result<RecoverReport> {
  const finished: string[] = [];
  const rolledBack: string[] = [];
  const issues: Issue[] = [];
  for (const id of journal.open()) {
    try {
      if (!journal.hasPlan(id)) {
        journal.drop(id);
        rolledBack.push(id);
        continue;
      }
      const read = journal.plan(id, 'open');
      if (!read.ok) return read;
      if (!journal.isMarked(id, 'commit')) {
        sweep(tree, journal, read.value);
        rolledBack.push(id);
      } else if (!journal.isMarked(id, 'rollback') && finish(tree, journal, read.value)) finished.push(id);
      else {
        issues.push(...takeBack(tree, journal, read.value));
        rolledBack.push(id);
      }
    } catch (error) {
      return failed(systemIssue(error, `integration ${id} is still open`, 'finish it or take it back'));
    }
  }
  return issues.some(({ severity }) => severity === 'error') ? failed(...issues) : ok({ finished, rolledBack }, issues);
}

/** Reads what a location holds, null for no file; undefined where it is `MOST_BYTES` or more, or no regular file by now. */
export const contents = ({ absolute, stat }: Location): Uint8Array | null | undefined =>
  stat === undefined ? null : readRegular(absolute, MOST_BYTES);

/** A file keeps its mode and owner. A new one gets what its folder suggests, whatever the umask, never for all to write. */
function ownership({ location, mode }: Write): Ownership {
  const { stat, absolute, missing } = location;
  if (stat !== undefined) {
    return { mode: Number(stat.mode) & 0o7777, owner: { uid: Number(stat.uid), gid: Number(stat.gid) } };
  }
  return { mode: mode ?? (statSync(dirname(missing[0] ?? absolute)).mode & 0o664) | 0o600 };
}

/** As its parent, group and set-group-id bit included, but not for all to write. */
function makeFolder(path: string): void {
  const { mode } = statSync(dirname(path));
  mkdirSync(path);
  chmodSync(path, (mode & 0o2775) | 0o700);
}

function put({ absolute }: Location, temporary: string | null): void {
  if (temporary === null) removeFile(absolute);
  else renameSync(temporary, absolute);
}

function complete(tree: Tree, journal: Journal, plan: Plan, writes: readonly { readonly location: Location }[]): void {
  syncParents(writes.flatMap(({ location }) => (location.missing.length > 0 ? [] : [location.absolute])));
  for (const folder of foldersOf(tree, plan.made)) syncFolder(folder);
  removeEmptyFolders(foldersOf(tree, plan.removed));
  journal.finish(plan.id);
}

const changedMeanwhile = (path: RepoPath): Issue => ({
  code: 'integrate/changed-meanwhile',
  message: `the draft was not integrated: expected ${path} to stay as it was read, found that someone has written it since`,
  severity: 'error',
  path,
  suggestion: 'Make the change again from the file as it is.',
});

/** Nothing was renamed yet: removes all traces and gives the issue. */
function abandon(tree: Tree, journal: Journal, plan: Plan, issue: Issue): Result<never> {
  try {
    if (journal.hasPlan(plan.id)) {
      if (journal.isMarked(plan.id, 'commit')) journal.unmark(plan.id, 'commit');
      sweep(tree, journal, plan);
    } else journal.drop(plan.id);
    return failed(issue);
  } catch (error) {
    const left = systemIssue(error, `integration ${plan.id} is still open`, 'remove its temporary files');
    return failed(issue, { ...left, severity: 'warning', suggestion: 'The next command takes it up.' });
  }
}

/** Removes temporary files and new folders, then the entry. */
function sweep(tree: Tree, journal: Journal, plan: Plan): void {
  const folders: string[] = [];
  for (const [index, { path }] of plan.files.entries()) {
    const location = locate(tree, path);
    if (!location.ok || location.value.missing.length > 0) continue;
    const temporary = temporaryOf(location.value, plan.id, index);
    if (!exists(temporary)) continue;
    removeFile(temporary);
    folders.push(temporary);
  }
  syncParents(folders);
  removeEmptyFolders(foldersOf(tree, plan.made));
  journal.drop(plan.id);
}

type State = { readonly kind: 'before' | 'after' | 'other'; readonly location?: Location };

function stateOf(tree: Tree, { path, before, after }: PlanFile): State {
  const location = locate(tree, path);
  if (!location.ok) return { kind: 'other' };
  const found = contents(location.value);
  // What is larger than anything that is written is someone else's.
  if (found === undefined) return { kind: 'other' };
  const now = hashOf(found);
  return { kind: now === after ? 'after' : now === before ? 'before' : 'other', location: location.value };
}

/** Goes on with the renames where every file is on one of its two sides and what is to come is there. */
function finish(tree: Tree, journal: Journal, plan: Plan): boolean {
  const states = plan.files.map((file) => stateOf(tree, file));
  const ready = states.every(({ kind, location }, index) => {
    const { after } = plan.files[index]!;
    if (kind === 'other' || location === undefined) return false;
    if (kind === 'after' || after === null) return true;
    const temporary = temporaryOf(location, plan.id, index);
    const next = exists(temporary) ? readRegular(temporary, MOST_BYTES) : undefined;
    return next !== undefined && sha256(next) === after;
  });
  if (!ready) return false;
  const writes = states.map(({ kind, location }, index) => ({ kind, location: location!, index }));
  for (const { kind, location, index } of writes) {
    const temporary = temporaryOf(location, plan.id, index);
    if (kind === 'before') put(location, plan.files[index]!.after === null ? null : temporary);
    // A file that was to stay the same counts as done and leaves its temporary behind.
    else if (location.missing.length === 0) removeFile(temporary);
  }
  complete(tree, journal, plan, writes);
  return true;
}

/** Puts every file back that is as the plan meant it. Gives a warning for each that someone else has changed. */
function takeBack(tree: Tree, journal: Journal, plan: Plan): Issue[] {
  const issues: Issue[] = [];
  try {
    journal.mark(plan.id, 'rollback');
    for (const [index, file] of plan.files.entries()) {
      const { kind, location } = stateOf(tree, file);
      if (file.before === file.after || kind === 'before') continue;
      if (kind === 'other' || location === undefined) {
        issues.push({
          code: 'integrate/left-alone',
          message: `expected ${file.path} to be as integration ${plan.id} left it, found another content and left it alone`,
          severity: 'warning',
          path: file.path,
        });
        continue;
      }
      if (file.before === null) {
        removeFile(location.absolute);
        continue;
      }
      const bytes = journal.before(plan.id, index, 'open');
      if (bytes === undefined || sha256(bytes) !== file.before) return [...issues, damaged(plan.id, file.path)];
      mkdirSync(dirname(location.absolute), { recursive: true });
      const temporary = temporaryOf(location, plan.id, index);
      removeFile(temporary);
      writeDurably(temporary, bytes, ownership({ location, before: null, after: bytes, mode: file.mode }));
      renameSync(temporary, location.absolute);
      syncFolder(dirname(location.absolute));
    }
    sweep(tree, journal, plan);
  } catch (error) {
    issues.push(systemIssue(error, `integration ${plan.id} is still open`, 'take it back'));
  }
  return issues;
}

export const damaged = (id: string, path: RepoPath): Issue => ({
  code: 'integrate/damaged',
  message: `expected the store to hold ${path} as it was before integration ${id}, found it missing or changed`,
  severity: 'error',
  path,
  suggestion: `Look at the file, then remove the entry ${id} from the store's folder integrations.`,
});

/** Folders of a plan that stand where it says, without a link on the way. */
function foldersOf({ root }: Tree, paths: readonly RepoPath[]): string[] {
  return paths.map((path) => join(root, path)).filter((folder) => exists(folder) && realpathSync(folder) === folder);
}
