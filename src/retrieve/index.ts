/** Door of `retrieve/`: what in the repository matters here, each snippet with its reason. Asks no model. */
export { aroundCursor, type CursorQuery } from './cursor.ts';
export { jaccard, mostSimilarChunk, telling } from './similar.ts';
export { type Survey, survey } from './survey.ts';
export type * from './types.ts';
