import { fail, type Issue, ok, type RepoPath, type Result } from '../base/index.ts';
import { applyPatch, encodeText, type FilePatch, sourceText } from '../text/index.ts';
import { isBlob } from './blobs.ts';
import { fileChange, sideOf } from './fileChanges.ts';
import type { Overlay } from './layOut.ts';
import type { FileChange } from './types.ts';

/** A file that a diff is applied to. */
export interface Original {
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/** Reads a file of the tree a diff is applied to; undefined where there is none. */
export type ReadOriginal = (path: RepoPath) => Result<Original | undefined>;

export interface Patched {
  /** Every path that is not as it was; null where the file is gone. */
  readonly overlay: Overlay;
  readonly files: readonly FileChange[];
}

interface State extends Original {
  /** Where the file came from, if it was moved. */
  readonly from?: RepoPath;
}

/**
 * Applies the patches of a diff in order, all of them or none. A file may come up several times (a series of commits);
 * what counts is how it was and how it ends. `contents`: what binary files become, by git's id of it.
 */
export function applyPatches(
  patches: readonly FilePatch[],
  read: ReadOriginal,
  contents: ReadonlyMap<string, Uint8Array>,
): Result<Patched> {
  const originals = new Map<RepoPath, Original | null>();
  const states = new Map<RepoPath, State | null>();
  const issues: Issue[] = [];
  const look = (path: RepoPath): Result<State | null> => {
    const state = states.get(path);
    if (state !== undefined) return ok(state);
    const found = read(path);
    if (!found.ok) return found;
    originals.set(path, found.value ?? null);
    states.set(path, found.value ?? null);
    return ok(found.value ?? null);
  };
  for (const patch of patches) {
    const path = (patch.after ?? patch.before) as RepoPath;
    if ([patch.oldMode, patch.newMode].some((mode) => mode !== undefined && !mode.startsWith('100'))) {
      return fail('workspace/diff-kind', `expected changes of regular files, found a symbolic link or submodule`, {
        path,
      });
    }
    const target = look(path);
    if (!target.ok) return target;
    if (patch.after !== undefined && patch.after !== patch.before && target.value !== null) {
      return fail('workspace/diff-exists', `expected no file for the diff to make, found one`, { path });
    }
    const source = patch.before === undefined || patch.before === path ? target : look(patch.before);
    if (!source.ok) return source;
    if (patch.before !== undefined && source.value === null) {
      return fail('workspace/diff-missing', `expected a file for the diff to change, found none`, {
        path: patch.before,
      });
    }
    const result = patch.binary
      ? applyBinary(patch, source.value?.bytes, contents)
      : applyText(patch, path, source.value?.bytes ?? new Uint8Array());
    if (!result.ok) return result;
    issues.push(...result.issues);
    const moved = patch.before !== undefined && patch.before !== path && !patch.copied;
    if (patch.before !== undefined && (moved || patch.after === undefined)) states.set(patch.before, null);
    if (patch.after === undefined) continue;
    states.set(path, {
      bytes: result.value,
      executable: patch.newMode === undefined ? (source.value?.executable ?? false) : patch.newMode === '100755',
      ...(moved
        ? { from: source.value?.from ?? patch.before }
        : source.value?.from && !patch.copied
          ? { from: source.value.from }
          : {}),
    });
  }
  return ok(outcome(originals, states), issues);
}

export const isSameFile = (one: Original | null | undefined, other: Original | null | undefined): boolean =>
  one && other ? one.executable === other.executable && Buffer.compare(one.bytes, other.bytes) === 0 : !one && !other;

function outcome(
  originals: ReadonlyMap<RepoPath, Original | null>,
  states: ReadonlyMap<RepoPath, State | null>,
): Patched {
  const overlay = new Map<RepoPath, Original | null>();
  const files: FileChange[] = [];
  const side = (path: RepoPath, file: Original) => sideOf(path, file.bytes);
  const movedFrom = new Set<RepoPath>();
  for (const [path, state] of states) {
    const original = originals.get(path) ?? null;
    if (isSameFile(state, original)) continue;
    overlay.set(path, state);
    if (state === null) continue;
    const from = state.from ?? path;
    const before = originals.get(from) ?? null;
    if (original === null && from !== path && before !== null && states.get(from) === null && !movedFrom.has(from)) {
      movedFrom.add(from);
      files.push(fileChange('renamed', path, from, side(from, before), side(path, state)));
    } else if (original === null) files.push(fileChange('added', path, path, undefined, side(path, state)));
    else files.push(fileChange('modified', path, path, side(path, original), side(path, state)));
  }
  for (const [path, state] of overlay) {
    const original = originals.get(path);
    if (state !== null || !original || movedFrom.has(path)) continue;
    files.push(fileChange('deleted', path, path, side(path, original), undefined));
  }
  return { overlay, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function applyBinary(
  { before, after, oldId, newId = '' }: FilePatch,
  bytes: Uint8Array | undefined,
  contents: ReadonlyMap<string, Uint8Array>,
): Result<Uint8Array> {
  const path = after ?? before!;
  if (bytes && oldId !== undefined && !isBlob(oldId, bytes))
    return fail('diff/no-match', `expected the binary file ${oldId}, found another`, { path });
  const made = after === undefined ? new Uint8Array() : contents.get(newId);
  return made ? ok(made) : fail('diff/binary', 'expected a change of text, found a binary one', { path });
}

function applyText(patch: FilePatch, path: RepoPath, bytes: Uint8Array): Result<Uint8Array> {
  // What is only moved, copied or given another mode may be anything.
  if (patch.hunks.length === 0 && patch.after !== undefined) return ok(bytes);
  const text = sourceText(patch.before ?? path, bytes);
  if (!text.ok) return text;
  const result = applyWithEndings(patch, text.value.text);
  return result.ok ? ok(encodeText(result.value), result.issues) : result;
}

/**
 * A diff speaks of lines as git keeps them; on disk their ends may be CR LF throughout (`core.autocrlf`). What the diff
 * does to such a text is done between its own line ends.
 */
function applyWithEndings(patch: FilePatch, text: string): Result<string> {
  const direct = applyPatch(patch, text);
  if (direct.ok) return ok(direct.value.apply(text), direct.issues);
  const bare = text.replaceAll('\r\n', '\n');
  if (bare === text || bare.replaceAll('\n', '\r\n') !== text) return direct;
  const converted = applyPatch(patch, bare);
  if (!converted.ok) return direct;
  const changed = converted.value.apply(bare);
  return changed.includes('\r') ? direct : ok(changed.replaceAll('\n', '\r\n'), converted.issues);
}

/** The patches that undo others, in the order to apply them. */
export const inverted = (patches: readonly FilePatch[]): FilePatch[] =>
  patches.toReversed().map((patch) => ({
    ...(patch.after === undefined ? {} : { before: patch.after }),
    ...(patch.before === undefined ? {} : { after: patch.before }),
    ...(patch.newMode === undefined ? {} : { oldMode: patch.newMode }),
    ...(patch.oldMode === undefined ? {} : { newMode: patch.oldMode }),
    ...(patch.newId === undefined ? {} : { oldId: patch.newId }),
    ...(patch.oldId === undefined ? {} : { newId: patch.oldId }),
    binary: patch.binary,
    hunks: patch.hunks.map((hunk) => ({
      oldStart: hunk.newStart,
      oldLines: hunk.newLines,
      newStart: hunk.oldStart,
      newLines: hunk.oldLines,
      lines: hunk.lines.map(({ kind, text }) => ({
        kind: kind === 'insert' ? 'delete' : kind === 'delete' ? 'insert' : kind,
        text,
      })),
    })),
  }));
