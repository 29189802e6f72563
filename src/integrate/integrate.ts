import { closeSync, constants, mkdirSync, openSync, realpathSync } from 'node:fs';
import { fail, failed, type Issue, LIMITS, ok, type RepoPath, type Result, sha256 } from '../base/index.ts';
import { applyDraft, type Draft, draft } from '../draft/index.ts';
import { encodeText, sourceText } from '../text/index.ts';
import { Journal, type Plan } from './journal.ts';
import { type Location, locate, type Tree } from './locate.ts';
import { takeLock } from './lock.ts';
import { isSystemError, MOST_BYTES, systemIssue } from './system.ts';
import type { IntegrateOptions, Integration, RecoverReport } from './types.ts';
import { contents, damaged, execute, recoverOpen, type Write } from './writer.ts';

const WAIT_MS = 5_000;

/**
 * Writes a draft to the user's tree, all of it or nothing. Every file must be as the draft's base hashes say; a new one
 * must not exist. Modes, line ends and byte order marks stay, missing folders are made. `root` is the top of the tree,
 * `store` assay's own folder; both absolute.
 *
 * Refuses, with nothing changed: what `draft` and `applyDraft` refuse, paths that a link leads outside, into `.git` or
 * into the store, files that are not regular or not writable, a full disk, missing permission, another writer at work
 * (`integrate/locked`). Not kept: hard links (the other names keep the old content), access control lists, extended
 * attributes.
 */
export function integrate(
  root: string,
  store: string,
  proposed: Draft,
  options: IntegrateOptions = {},
): Result<Integration> {
  return locked(root, store, options, (tree, journal) => {
    const checked = draft(proposed.edits);
    if (!checked.ok) return checked;
    if (checked.value.edits.length === 0) {
      return fail('integrate/nothing', 'expected a draft with an edit, found an empty one');
    }
    const writes = writesOf(tree, checked.value, options.executable === true ? 0o755 : undefined);
    if (!writes.ok) return writes;
    const done = execute(tree, journal, { writes: writes.value, removed: [] });
    if (done.ok) prune(journal);
    return { ...done, issues: [...writes.issues, ...done.issues] };
  });
}

/**
 * Takes back an integration, the last one where no id is given, if its files are still as it left them; else refuses and
 * names each that is not. Folders it made are removed where nothing else is in them.
 */
export function undo(root: string, store: string, id?: string, options: IntegrateOptions = {}): Result<Integration> {
  return locked(root, store, options, (tree, journal) => {
    const plan = planToUndo(journal, id);
    if (!plan.ok) return plan;
    const issues: Issue[] = [];
    const writes: Write[] = [];
    for (const [index, file] of plan.value.files.entries()) {
      const location = locate(tree, file.path);
      issues.push(...location.issues);
      if (!location.ok) continue;
      const read = readNow(location.value);
      issues.push(...read.issues);
      if (!read.ok) continue;
      const now = read.value;
      if ((now === null ? null : sha256(now)) !== file.after) {
        issues.push({
          code: 'integrate/changed-since',
          message: `expected ${file.path} as integration ${plan.value.id} left it, found ${now === null ? 'no file' : 'it changed'}`,
          severity: 'error',
          path: file.path,
        });
        continue;
      }
      const old = file.before === null ? null : journal.before(plan.value.id, index, 'done');
      if (old === undefined || (old !== null && sha256(old) !== file.before)) {
        issues.push(damaged(plan.value.id, file.path));
      } else writes.push({ location: location.value, before: now, after: old, mode: file.mode });
    }
    if (issues.length > 0) return failed(...issues);
    return execute(tree, journal, { writes, undoes: plan.value.id, removed: plan.value.made });
  });
}

/**
 * To be called at the start of each command: finishes or takes back what a crash left half done. Costs one folder
 * listing where there is nothing.
 */
export function recover(root: string, store: string, options: IntegrateOptions = {}): Result<RecoverReport> {
  try {
    if (new Journal(store).open().length === 0) return ok({ finished: [], rolledBack: [] });
  } catch (error) {
    return failed(systemIssue(error, 'nothing was changed', 'read the journal'));
  }
  return locked(root, store, options, (_tree, _journal, recovered) => ok(recovered));
}

/** Runs `body` as the only writer, with nothing left open from before. */
function locked<T>(
  root: string,
  store: string,
  { waitMs = WAIT_MS }: IntegrateOptions,
  body: (tree: Tree, journal: Journal, recovered: RecoverReport) => Result<T>,
): Result<T> {
  let release: (() => void) | undefined;
  try {
    const top = realpathSync(root);
    mkdirSync(store, { recursive: true });
    const tree: Tree = { root: top, store: realpathSync(store) };
    const lock = takeLock(tree.store, waitMs);
    if (!lock.ok) return lock;
    release = lock.value;
    const journal = new Journal(tree.store);
    const recovered = recoverOpen(tree, journal);
    if (!recovered.ok) return recovered;
    const done = body(tree, journal, recovered.value);
    return { ...done, issues: [...recovered.issues, ...done.issues] };
  } catch (error) {
    return failed(systemIssue(error, 'nothing was changed', 'read the tree and write the store'));
  } finally {
    release?.();
  }
}

/** `mode`: of files that do not exist yet; where undefined it follows the folder. */
function writesOf(tree: Tree, { edits }: Draft, mode: number | undefined): Result<readonly Write[]> {
  const issues: Issue[] = [];
  const say = (code: string, path: RepoPath, message: string): void => {
    issues.push({ code, message: `nothing was changed: ${message}`, severity: 'error', path });
  };
  const places = new Map<RepoPath, { readonly location: Location; readonly before: Uint8Array | null }>();
  const taken = new Map<string, RepoPath>();
  for (const { path, change, baseHash } of edits) {
    const found = locate(tree, path);
    issues.push(...found.issues);
    if (!found.ok) continue;
    const location = found.value;
    const same = taken.get(location.absolute);
    if (same !== undefined) {
      say('integrate/same-file', path, `expected different files, found that ${path} and ${same} are one`);
      continue;
    }
    taken.set(location.absolute, path);
    if (location.stat !== undefined && location.stat.size >= LIMITS.fileBytes) {
      say('integrate/too-large', path, `expected ${path} under ${LIMITS.fileBytes} bytes, found ${location.stat.size}`);
    } else if (location.stat !== undefined && !isWritable(location.absolute)) {
      say('integrate/read-only', path, `expected ${path} to be writable, found it read-only`);
    } else if (change === 'delete' && location.link) {
      say('integrate/link', path, `expected a file to delete at ${path}, found a symbolic link`);
    } else {
      const read = readNow(location);
      issues.push(...read.issues);
      if (!read.ok) continue;
      const before = read.value;
      places.set(path, { location, before });
      const now = before === null ? 'none' : sha256(before);
      if (change === 'delete' && now !== baseHash) {
        say('draft/wrong-base', path, `expected the file with hash ${baseHash}, found ${now}`);
      }
    }
  }
  // What is deleted need not be text; everything else goes by the draft's own rules.
  const changed = edits.filter(({ path, change }) => change !== 'delete' && places.has(path));
  const after = applyDraft({ edits: changed }, (path) => {
    const before = places.get(path)?.before ?? null;
    return before === null ? ok(null) : sourceText(path, before);
  });
  issues.push(...after.issues);
  for (const [path, source] of after.value ?? [])
    if (source !== null && source.text.length >= MOST_BYTES)
      say(
        'integrate/too-large',
        path,
        `expected fewer than ${MOST_BYTES} characters for ${path}, found ${source.text.length}`,
      );
  if (!after.ok || issues.some(({ severity }) => severity === 'error')) return failed(...issues);
  return ok(
    [...places].map(([path, { location, before }]): Write => {
      const source = after.value.get(path);
      const now = source === undefined || source === null ? null : encodeText(source.text);
      return { location, before, after: now, ...(mode === undefined ? {} : { mode }) };
    }),
    issues,
  );
}

function readNow(location: Location): Result<Uint8Array | null> {
  const { path } = location;
  try {
    const found = contents(location);
    if (found !== undefined) return ok(found);
    const message = `nothing was changed: expected a regular file of fewer than ${MOST_BYTES} bytes at ${path}, found another`;
    return fail('integrate/too-large', message, { path });
  } catch (error) {
    return failed(systemIssue(error, 'nothing was changed', `read ${path}`, path));
  }
}

/** A file marked read-only is respected, though a rename could replace it. Opening it changes nothing of it. */
function isWritable(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_WRONLY));
    return true;
  } catch (error) {
    if (isSystemError(error, 'EACCES', 'EPERM')) return false;
    // A read-only file system is told by the attempt to write, for all files at once; a running program may be replaced.
    if (isSystemError(error, 'EROFS', 'ETXTBSY')) return true;
    throw error;
  }
}

function planToUndo(journal: Journal, id: string | undefined): Result<Plan> {
  const done = journal.done();
  if (id !== undefined && !done.includes(id)) {
    return fail('integrate/unknown', `expected the id of an integration, found ${JSON.stringify(id)}`, {
      suggestion: done.length === 0 ? 'There is none yet.' : `The last is ${done.at(-1)}.`,
    });
  }
  const plans = done.flatMap((name) => journal.plan(name, 'done').value ?? []);
  const undone = new Set(plans.map(({ undoes }) => undoes));
  const plan = plans.findLast((plan) => (id === undefined ? !plan.undoes && !undone.has(plan.id) : plan.id === id));
  if (plan === undefined) {
    return id === undefined
      ? fail('integrate/nothing', 'expected an integration to take back, found none')
      : (journal.plan(id, 'done') as Result<Plan>);
  }
  if (plan.undoes !== undefined) {
    return fail('integrate/unknown', `expected the id of an integration, found that ${plan.id} is itself an undo`);
  }
  return undone.has(plan.id)
    ? fail('integrate/undone', `expected an integration that stands, found that ${plan.id} was already taken back`)
    : ok(plan);
}

/** Old entries cost only space, so a failure to remove them is left to the next time. */
function prune(journal: Journal): void {
  try {
    journal.prune();
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}
