import { utf16 } from '../../base/index.ts';
import { diffTexts, lineIndex } from '../../text/index.ts';

/** A place in code that ran, and the place in the file that it comes from; lines and columns 1-based. */
export interface OriginalPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Where the code that ran comes from, in the order of its offsets: by its inline source map (ECMA-426); without one, by its
 * own text where that is as long as the file's (Node blanks types out in place), else by the words that both texts have in
 * the same order, which is near but not exact.
 */
export function originalPositions(
  source: string,
  sourceMapURL: string | undefined,
  text: string,
): readonly OriginalPosition[] {
  const mappings = inlineMappings(sourceMapURL);
  if (mappings === undefined && source.length !== text.length) return byWords(source, text);
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  if (mappings === undefined) {
    return starts.flatMap((start, index) => {
      const end = starts[index + 1] ?? source.length;
      return [...source.slice(start, end).matchAll(/\S+/g)].map(({ index: column }) => ({
        offset: start + column,
        line: index + 1,
        column: column + 1,
      }));
    });
  }
  const positions: OriginalPosition[] = [];
  let line = 0;
  let column = 0;
  let file = 0;
  for (const [index, group] of mappings.split(';').entries()) {
    let at = 0;
    const start = starts[index];
    if (start === undefined) break;
    for (const segment of group === '' ? [] : group.split(',')) {
      const [step = 0, fileStep, lineStep, columnStep] = decoded(segment);
      at += step;
      if (fileStep === undefined || lineStep === undefined || columnStep === undefined) continue;
      file += fileStep;
      line += lineStep;
      column += columnStep;
      // Of a bundle only its first source is the file's own.
      if (file === 0) positions.push({ offset: start + at, line: line + 1, column: column + 1 });
    }
  }
  return positions;
}

/** Names, numbers and texts; what kind of quotes stands around a text is a matter of the printer. */
const WORDS = /[\w$]+|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g;

const wordsOf = (text: string): { readonly word: string; readonly offset: number }[] =>
  [...text.matchAll(WORDS)].map(({ 0: word, index }) => ({ word: word.replace(/^['"]|['"]$/g, "'"), offset: index }));

function byWords(source: string, text: string): readonly OriginalPosition[] {
  const made = wordsOf(source);
  const own = wordsOf(text);
  const joined = (words: typeof made): string => words.map(({ word }) => `${word}\n`).join('');
  const lines = lineIndex(text);
  const positions: OriginalPosition[] = [];
  let at = 0;
  let offset = 0;
  let index = 0;
  const same = (until: number): void => {
    for (; offset < until; at++, index++) {
      const word = made[at]!;
      offset += word.word.length + 1;
      positions.push({ offset: word.offset, ...lines.positionAt(utf16(own[index]!.offset)) });
    }
  };
  for (const { span, insert } of diffTexts(joined(made), joined(own)).changes) {
    same(span.start);
    for (; offset < span.end; at++) offset += made[at]!.word.length + 1;
    index += insert.split('\n').length - 1;
  }
  same(joined(made).length);
  return positions;
}

function inlineMappings(url: string | undefined): string | undefined {
  const [, base64, data] = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(url ?? '') ?? [];
  if (data === undefined) return undefined;
  try {
    const text = base64 ? Buffer.from(data, 'base64').toString('utf8') : decodeURIComponent(data);
    const { mappings } = JSON.parse(text) as { mappings?: unknown };
    return typeof mappings === 'string' ? mappings : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers of a segment, in base 64 with the sign in the lowest bit. */
function decoded(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) * 2 ** shift;
    shift += 5;
    if (bits >= 32) continue;
    numbers.push(value % 2 === 1 ? -Math.floor(value / 2) : value / 2);
    value = 0;
    shift = 0;
  }
  return numbers;
}
