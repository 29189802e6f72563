import { failed, type Issue, type RepoPath, type Result } from '../base/index.ts';
import { applyPatch, diffTexts, type FilePatch, type SourceText } from '../text/index.ts';
import { whole } from './apply.ts';
import { draft } from './draft.ts';
import type { Draft, FileEdit, ReadSource } from './types.ts';

/**
 * The draft that a parsed diff makes of the files as they are. Each hunk goes to the file the diff names, exactly
 * (`applyPatch`), or the whole diff is refused: nothing is tried on another file and no part is taken. A rename deletes one
 * file and makes the other. Refused besides: binary changes, symbolic links and submodules (`draft/mode`). A change of
 * mode is not part of a draft and comes back as a warning (`draft/mode-ignored`).
 */
export function draftFromPatches(patches: readonly FilePatch[], read: ReadSource): Result<Draft> {
  const issues: Issue[] = [];
  const say = (severity: Issue['severity'], path: RepoPath, code: string, message: string): void => {
    issues.push({ code, message, severity, path });
  };
  const removed = new Map<RepoPath, SourceText>();
  const edits: FileEdit[] = [];
  for (const patch of patches) {
    const path = (patch.after ?? patch.before) as RepoPath;
    const special = [patch.oldMode, patch.newMode].find((mode) => mode !== undefined && !mode.startsWith('100'));
    if (special !== undefined) {
      say('error', path, 'draft/mode', `expected a regular file, found mode ${special}`);
      continue;
    }
    if (patch.before !== undefined && patch.after !== undefined && patch.oldMode !== patch.newMode) {
      say('warning', path, 'draft/mode-ignored', `mode ${patch.oldMode} to ${patch.newMode} is not part of the draft`);
    }
    const base = patch.before === undefined ? undefined : read(patch.before);
    issues.push(...(base?.issues ?? []));
    if (base !== undefined && !base.ok) continue;
    const before = base?.value ?? null;
    if (patch.before !== undefined && before === null) {
      say('error', patch.before, 'draft/wrong-base', 'expected the file that the diff changes, found none');
      continue;
    }
    const change = applyPatch(patch, before?.text ?? '');
    issues.push(...change.issues);
    if (!change.ok) continue;
    const moves = before !== null && patch.after !== before.path && !patch.copied;
    if (moves) removed.set(before.path, before);
    if (patch.after === undefined) continue;
    if (before !== null && !moves && !patch.copied) {
      // A diff that only changes a mode leaves the text as it is.
      if (!change.value.isEmpty) edits.push({ path: before.path, baseHash: before.hash, change: change.value });
    } else edits.push({ path: patch.after, baseHash: null, change: whole(change.value.apply(before?.text ?? '')) });
  }
  // A path that one rename leaves and another takes is one edit of the file that is there.
  const joined = edits.map((edit): FileEdit => {
    const before = edit.baseHash === null ? removed.get(edit.path) : undefined;
    if (before === undefined || edit.change === 'delete') return edit;
    removed.delete(edit.path);
    return { path: edit.path, baseHash: before.hash, change: diffTexts(before.text, edit.change.apply('')) };
  });
  const gone = [...removed.values()].map(({ path, hash }): FileEdit => ({ path, baseHash: hash, change: 'delete' }));
  if (issues.some(({ severity }) => severity === 'error')) return failed(...issues);
  const made = draft([...joined, ...gone]);
  return { ...made, issues: [...issues, ...made.issues] };
}
