import { type Position, type Span, span } from '../base/index.ts';
import type { LineIndex } from './types.ts';

const LF = 10;
const CR = 13;

/**
 * Where lines start. A line ends at LF, CR LF or CR; the text after the last break is a line too, so the empty text has
 * one and `a\n` has two. U+2028 and U+2029 end no line here, as in editors and git (the compiler counts them).
 */
export function lineIndex(text: string): LineIndex {
  const found = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === LF || (code === CR && text.charCodeAt(i + 1) !== LF)) found.push(i + 1);
  }
  const starts = Uint32Array.from(found);
  const lines = starts.length;

  const lineSpan = (line: number): Span | undefined => {
    const start = starts[line - 1];
    if (start === undefined) return undefined;
    let end = starts[line] ?? text.length;
    if (line < lines) {
      if (text.charCodeAt(end - 1) === LF && text.charCodeAt(end - 2) === CR) end -= 2;
      else end -= 1;
    }
    return span(start, end);
  };
  // Between the two halves of CR LF the column is one past the line's end: the one offset `offsetAt` does not give back.
  const positionAt = (offset: number): Position => {
    if (!Number.isInteger(offset) || offset < 0 || offset > text.length) {
      throw new RangeError(`positionAt() takes an integer from 0 to ${text.length}, got ${offset}`);
    }
    let low = 0;
    let high = lines - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
  const offsetAt = ({ line, column }: Position): number | undefined => {
    const range = lineSpan(line);
    if (range === undefined || !Number.isInteger(column) || column < 1) return undefined;
    const offset = range.start + column - 1;
    return offset <= range.end ? offset : undefined;
  };
  return { lines, positionAt, offsetAt, lineSpan };
}

/**
 * Lines as git and `diff` see them, each with its break: only LF ends one, so CR LF is part of the line and a text of
 * bare CRs is a single line. The empty text has none, and there is no empty line after a final LF.
 */
export function gitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < text.length) {
    const at = text.indexOf('\n', start);
    const end = at < 0 ? text.length : at + 1;
    lines.push(text.slice(start, end));
    start = end;
  }
  return lines;
}
