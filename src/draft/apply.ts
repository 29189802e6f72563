import { failed, type Issue, ok, type RepoPath, type Result, span } from '../base/index.ts';
import { ChangeSet, encodeText, type SourceText, sourceText } from '../text/index.ts';
import { draft } from './draft.ts';
import type { Draft, FileEdit, ReadSource } from './types.ts';

/** The files of a draft after it; null where it deletes. */
export type DraftResult = ReadonlyMap<RepoPath, SourceText | null>;

/**
 * The texts after a draft, nothing written. All or nothing: a base that has changed (`draft/wrong-base`), appeared, gone
 * or cannot be read refuses the whole draft, and every such file is named.
 */
export function applyDraft(draft: Draft, read: ReadSource): Result<DraftResult> {
  const pairs = applied(draft, read);
  if (!pairs.ok) return pairs;
  return ok(new Map(pairs.value.map(({ edit, after }) => [edit.path, after])), pairs.issues);
}

/** The draft that takes this one back, on the texts after it. `read` gives the texts before. Refuses as `applyDraft`. */
export function invertDraft(forward: Draft, read: ReadSource): Result<Draft> {
  const pairs = applied(forward, read);
  if (!pairs.ok) return pairs;
  return draft(
    pairs.value.map(({ edit, before, after }): FileEdit => {
      const { path } = edit;
      if (after === null) return { path, baseHash: null, change: whole(before?.text ?? '') };
      if (before === null) return { path, baseHash: after.hash, change: 'delete' };
      if (edit.change === 'delete') throw new Error('a deletion leaves no text');
      return { path, baseHash: after.hash, change: edit.change.invert(before.text) };
    }),
  );
}

/** The change from an absent or empty file to this text. */
export const whole = (text: string): ChangeSet => ChangeSet.of(0, [{ span: span(0, 0), insert: text }]);

interface Applied {
  readonly edit: FileEdit;
  readonly before: SourceText | null;
  readonly after: SourceText | null;
}

function applied({ edits }: Draft, read: ReadSource): Result<readonly Applied[]> {
  const issues: Issue[] = [];
  const pairs: Applied[] = [];
  const wrong = (path: RepoPath, code: string, message: string): void => {
    issues.push({ code, message, severity: 'error', path });
  };
  for (const edit of edits) {
    const { path, baseHash, change } = edit;
    const base = read(path);
    issues.push(...base.issues);
    if (!base.ok) continue;
    const before = base.value;
    if (before === null && baseHash !== null) wrong(path, 'draft/wrong-base', 'expected the file, found none');
    else if (before !== null && baseHash === null) wrong(path, 'draft/wrong-base', 'expected no file, found one');
    else if (before !== null && before.hash !== baseHash) {
      wrong(path, 'draft/wrong-base', `expected the file with hash ${baseHash}, found ${before.hash}`);
    } else if (change === 'delete') pairs.push({ edit, before, after: null });
    else {
      const text = before?.text ?? '';
      const misfit = change.mismatch(text);
      if (misfit !== undefined) {
        issues.push({ ...misfit, path });
        continue;
      }
      // Through the bytes, so that what is handed on is a file every room can read again.
      const after = sourceText(path, encodeText(change.apply(text)));
      issues.push(...after.issues);
      if (after.ok) pairs.push({ edit, before, after: after.value });
    }
  }
  return issues.some(({ severity }) => severity === 'error') ? failed(...issues) : ok(pairs, issues);
}
