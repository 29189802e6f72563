import { posix } from 'node:path';
import type { RepoPath } from '../base/index.ts';
import type { LanguageService } from '../lang/index.ts';
import type { Workspace } from '../workspace/index.ts';
import { mostSimilarChunk, telling } from './similar.ts';
import type { Survey } from './survey.ts';
import type { Snippet } from './types.ts';

export interface CursorQuery {
  readonly workspace: Workspace;
  readonly language: LanguageService;
  readonly survey: Survey;
  readonly path: RepoPath;
  /** The file's text, saved or not. */
  readonly text: string;
  /** UTF-16 offset of the cursor. */
  readonly offset: number;
}

/** Files looked into, a source each. */
const FILES = 20;
/** Lines before and after the cursor that say what the place is about. */
const AROUND = 20;

const CODE = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/**
 * What in the repository matters at a cursor: what the file imports, what was edited recently, what lies beside it.
 * One snippet a file, best first; a file that shares nothing with the cursor's surroundings is left out.
 */
export function aroundCursor(query: CursorQuery): readonly Snippet[] {
  const wanted = telling(surroundings(query.text, query.offset));
  const seen = new Set<string>([query.path]);
  const snippets: Snippet[] = [];
  const add = (kind: Snippet['kind'], path: RepoPath, reason: string, weight: number): void => {
    if (seen.has(path) || !CODE.test(path)) return;
    seen.add(path);
    const source = query.workspace.read(path);
    if (!source.ok) return;
    const chunk = mostSimilarChunk(source.value.text, wanted);
    if (!chunk) return;
    const { first, last, text, similarity } = chunk;
    snippets.push({
      kind,
      path,
      lines: { first, last },
      text,
      score: weight * similarity,
      reason: `${reason}; ${Math.round(similarity * 100)} % of its names occur around the cursor`,
    });
  };

  const references = query.language.references(query.path);
  if (references.status === 'known') {
    for (const { specifier, target } of references.value.slice(0, FILES)) {
      if (target && 'path' in target) add('import', target.path, `imported as ${specifier}`, 3);
    }
  }
  for (const path of query.survey.recent) add('recent', path, 'among the files edited last', 2);

  const folder = posix.dirname(query.path);
  const beside = query.survey.paths.filter((path) => posix.dirname(path) === folder);
  for (const path of beside.slice(0, FILES)) add('nearby', path, 'in the same folder', 1);

  return snippets.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

function surroundings(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n').slice(-AROUND);
  const after = text.slice(offset).split('\n').slice(0, AROUND);
  return [...before, ...after].join('\n');
}
