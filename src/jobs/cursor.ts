import { fail, ok, type Position, type Result } from '../base/index.ts';
import { lineIndex, type SourceText } from '../text/index.ts';

/** `<path>:<line>:<column>`, 1-based; the path may hold colons. */
export function parseCursor(cursor: string): Result<{ readonly path: string; readonly position: Position }> {
  const match = /^(.+):(\d+):(\d+)$/.exec(cursor);
  const line = Number(match?.[2]);
  const column = Number(match?.[3]);
  if (!match || line < 1 || column < 1) {
    return fail('usage/cursor', `expected <path>:<line>:<column>, both 1 or more, found ${cursor}`, {
      suggestion: 'for example src/cart.ts:12:18',
    });
  }
  return ok({ path: match[1]!, position: { line, column } });
}

/** Offset of a position; says how far the file really goes where it lies past the end. */
export function cursorOffset(source: SourceText, position: Position): Result<number> {
  const index = lineIndex(source.text);
  const offset = index.offsetAt(position);
  if (offset !== undefined) return ok(offset);
  const { path } = source;
  const span = index.lineSpan(position.line);
  if (!span)
    return fail('usage/position', `expected a line from 1 to ${index.lines} in ${path}, found ${position.line}`, {
      path,
    });
  const last = span.end - span.start + 1;
  return fail(
    'usage/position',
    `expected a column from 1 to ${last} in line ${position.line} of ${path}, found ${position.column}`,
    { path },
  );
}
