import { type EventSink, LIMITS, ok, type Position, type RepoPath, type Result } from '../base/index.ts';
import { type ContextWindow, cursorWindow } from '../context/index.ts';
import { type LanguageService, openLanguage } from '../lang/index.ts';
import { aroundCursor, survey } from '../retrieve/index.ts';
import { loadShipped } from '../tokens/index.ts';
import type { Workspace } from '../workspace/index.ts';
import { openPlace } from './repository.ts';

export interface ContextRequest {
  readonly cwd: string;
  /** As the user gave it, relative to `cwd`. */
  readonly path: string;
  readonly position: Position;
  /** Tokens; `LIMITS.windowTokens` where undefined. */
  readonly budget?: number;
  readonly events?: EventSink;
}

/** What the model would see at a cursor, why each piece is there, what was left out and why. */
export async function context(request: ContextRequest): Promise<Result<ContextWindow>> {
  const place = await openPlace(request);
  if (!place.ok) return place;
  const { workspace, path, text, offset } = place.value;
  const language = openLanguage({ root: workspace.root, ...(request.events ? { events: request.events } : {}) });
  if (!language.ok) return language;
  try {
    return ok(await windowAt(workspace, language.value, path, text, offset, request.budget), place.issues);
  } finally {
    language.value.close();
  }
}

/** The window at an offset of a text, saved or not. */
export async function windowAt(
  workspace: Workspace,
  language: LanguageService,
  path: RepoPath,
  text: string,
  offset: number,
  budget: number = LIMITS.windowTokens,
): Promise<ContextWindow> {
  const snippets = aroundCursor({ workspace, language, survey: await survey(workspace), path, text, offset });
  return cursorWindow({
    tokenizer: loadShipped(),
    budget,
    path,
    prefix: text.slice(0, offset),
    suffix: text.slice(offset),
    snippets,
  });
}
