/** Door of `text/`. */

export { ChangeSet } from './changeSet.ts';
export { changedSpans, DIFF_DISTANCE, diffTexts } from './diff.ts';
export { lineIndex } from './lines.ts';
export { encodeText, sourceFromText, sourceText } from './source.ts';
export type * from './types.ts';
export { applyPatch } from './unified/apply.ts';
export { type FileSides, formatUnifiedDiff } from './unified/format.ts';
export { parseUnifiedDiff } from './unified/parse.ts';
