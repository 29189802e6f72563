/** Door of `draft/`. */

export { applyDraft, type DraftResult, invertDraft } from './apply.ts';
export { DRAFT_FILES, draft, inGitFolder } from './draft.ts';
export { exactEdit } from './exact.ts';
export { draftFromPatches } from './patches.ts';
export type * from './types.ts';
