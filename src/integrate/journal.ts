import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, type Hash, ok, type RepoPath, type Result, readRegular, repoPath, utf8Of } from '../base/index.ts';
import { exists, isSystemError, MOST_BYTES, removeFile, syncFolder, writeDurably } from './system.ts';

/**
 * The journal: one folder an integration or undo under `<store>/integrations`, named by its id, with `.open` behind it
 * until it is done. In it:
 *
 *   plan.json   what becomes of which file; written whole before anything in the user's tree is touched
 *   before/<n>  the bytes of the plan's n-th file as it was
 *   commit      exists from the moment all new contents are on the disk; the first rename comes after it
 *   rollback    exists from the moment it was decided to take everything back
 *
 * New contents wait beside their files as `.assay-<id>-<n>.tmp`.
 */

/** Done integrations that are kept for undo: so many, and so many bytes of files as they were. */
const KEEP_ENTRIES = 100;
const KEEP_BYTES = 512 * 1024 * 1024;

export interface PlanFile {
  readonly path: RepoPath;
  readonly before: Hash | null;
  readonly after: Hash | null;
  /** Permission bits of the file: of the one that is there, else of the one that is made. */
  readonly mode: number;
}

export interface Plan {
  readonly schema: 'assay/integration/1';
  readonly id: string;
  /** The integration that this one takes back. */
  readonly undoes?: string;
  readonly files: readonly PlanFile[];
  /** Folders that did not exist before, parents first. */
  readonly made: readonly RepoPath[];
  /** Folders to remove at the end where they are empty, parents first. */
  readonly removed: readonly RepoPath[];
  /** Bytes of all files as they were. */
  readonly bytes: number;
}

export type Mark = 'commit' | 'rollback';

const OPEN = '.open';
const ID = /^\d{6,}-[0-9a-f]{8}$/;

export class Journal {
  private readonly folder: string;

  constructor(store: string) {
    this.folder = join(store, 'integrations');
  }

  /** Ids of what a crash left open, in order. */
  open(): string[] {
    return this.list((name) => (name.endsWith(OPEN) ? name.slice(0, -OPEN.length) : undefined));
  }

  /** Ids of what is done, in order. */
  done(): string[] {
    return this.list((name) => name);
  }

  /** An id after all others: a number, and eight random digits so that no left-over file of a lost store has it. */
  nextId(): string {
    const last = [...this.open(), ...this.done()].map((id) => Number.parseInt(id, 10));
    return `${String(Math.max(0, ...last) + 1).padStart(6, '0')}-${randomBytes(4).toString('hex')}`;
  }

  /** Opens an entry: bytes as they were first, then the plan, each on the disk before the next. */
  begin(plan: Plan, before: readonly (Uint8Array | null)[]): void {
    const entry = this.entry(plan.id);
    mkdirSync(join(entry, 'before'), { recursive: true, mode: 0o700 });
    for (const [index, bytes] of before.entries()) {
      if (bytes !== null) writeDurably(join(entry, 'before', `${index}`), bytes, { mode: 0o600 });
    }
    syncFolder(join(entry, 'before'));
    const temporary = join(entry, 'plan.tmp');
    writeDurably(temporary, Buffer.from(`${JSON.stringify(plan, null, 2)}\n`), { mode: 0o600 });
    renameSync(temporary, join(entry, 'plan.json'));
    syncFolder(entry);
    syncFolder(this.folder);
    syncFolder(dirname(this.folder));
  }

  hasPlan(id: string): boolean {
    return exists(join(this.entry(id), 'plan.json'));
  }

  isMarked(id: string, mark: Mark): boolean {
    return exists(join(this.entry(id), mark));
  }

  mark(id: string, mark: Mark): void {
    if (this.isMarked(id, mark)) return;
    writeDurably(join(this.entry(id), mark), new Uint8Array(), { mode: 0o600 });
    syncFolder(this.entry(id));
  }

  unmark(id: string, mark: Mark): void {
    removeFile(join(this.entry(id), mark));
    syncFolder(this.entry(id));
  }

  finish(id: string): void {
    renameSync(this.entry(id), join(this.folder, id));
    try {
      syncFolder(this.folder);
    } catch (error) {
      // Should the disk lose this rename, the next command finds all files written and finishes again.
      if (!isSystemError(error)) throw error;
    }
  }

  /** Forgets an open entry: the plan first, since an entry without one says that nothing was begun. */
  drop(id: string): void {
    removeFile(join(this.entry(id), 'plan.json'));
    rmSync(this.entry(id), { recursive: true, force: true });
  }

  plan(id: string, state: 'open' | 'done'): Result<Plan> {
    const path = join(state === 'open' ? this.entry(id) : join(this.folder, id), 'plan.json');
    const damaged = (found: string) =>
      fail('integrate/damaged', `expected the plan of integration ${id}, found ${found} in ${path}`, {
        suggestion: `Look at the files it names, then remove the folder ${dirname(path)}.`,
      });
    let value: unknown;
    try {
      const bytes = readRegular(path, MOST_BYTES);
      if (!bytes) return damaged('something else');
      value = JSON.parse(utf8Of(bytes));
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return damaged('nothing');
      if (error instanceof SyntaxError) return damaged('broken JSON');
      throw error;
    }
    return isPlan(value) && value.id === id ? ok(value) : damaged('something else');
  }

  /** The bytes of a file as it was. Undefined where they are missing. */
  before(id: string, index: number, state: 'open' | 'done'): Uint8Array | undefined {
    try {
      return readRegular(
        join(state === 'open' ? this.entry(id) : join(this.folder, id), 'before', `${index}`),
        MOST_BYTES,
      );
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** Removes the oldest entries past the limits; the newest always stays. */
  prune(): void {
    let bytes = 0;
    for (const [age, id] of this.done().toReversed().entries()) {
      const plan = this.plan(id, 'done');
      bytes += plan.value?.bytes ?? 0;
      if (age > 0 && (age >= KEEP_ENTRIES || bytes >= KEEP_BYTES)) {
        rmSync(join(this.folder, id), { recursive: true, force: true });
      }
    }
  }

  private entry(id: string): string {
    return join(this.folder, id + OPEN);
  }

  private list(id: (name: string) => string | undefined): string[] {
    let names: string[];
    try {
      names = readdirSync(this.folder);
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return [];
      throw error;
    }
    return names
      .map(id)
      .filter((name): name is string => name !== undefined && ID.test(name))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  }
}

/** The store lies in the user's tree, so a plan is checked like any other input before files are written by it. */
function isPlan(value: unknown): value is Plan {
  if (typeof value !== 'object' || value === null) return false;
  const plan = value as Partial<Plan>;
  const isPath = (path: unknown): boolean => typeof path === 'string' && repoPath(path) === path;
  const isHash = (hash: unknown): boolean => hash === null || (typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash));
  const isMode = (mode: unknown): boolean =>
    Number.isInteger(mode) && (mode as number) >= 0 && (mode as number) <= 0o7777;
  return (
    plan.schema === 'assay/integration/1' &&
    typeof plan.id === 'string' &&
    (plan.undoes === undefined || typeof plan.undoes === 'string') &&
    Number.isSafeInteger(plan.bytes) &&
    Array.isArray(plan.made) &&
    plan.made.every(isPath) &&
    Array.isArray(plan.removed) &&
    plan.removed.every(isPath) &&
    Array.isArray(plan.files) &&
    plan.files.every(
      (file: Partial<PlanFile> | null) =>
        file !== null && isPath(file.path) && isHash(file.before) && isHash(file.after) && isMode(file.mode),
    )
  );
}
