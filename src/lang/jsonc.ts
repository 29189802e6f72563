import { beginsComment, commentEnd } from './comments.ts';

/**
 * JSON as configuration files write it: with comments and trailing commas. Undefined where it is not even that; the
 * compiler says what is wrong with it.
 */
export function parseJsonc(text: string): unknown {
  const kept: string[] = [];
  /** Where in `kept` a comma stands, with nothing but blanks behind it. */
  let comma = -1;
  for (let i = 0; i < text.length; ) {
    const start = i;
    const char = text[i]!;
    if (beginsComment(text, i)) {
      i = commentEnd(text, i);
      continue;
    }
    i = char === '"' ? stringEnd(text, i) : i + 1;
    if (comma >= 0 && (char === '}' || char === ']')) kept[comma] = '';
    if (char === ',') comma = kept.length;
    else if (!/\s/.test(char)) comma = -1;
    kept.push(text.slice(start, i));
  }
  const plain = kept.join('');
  try {
    return JSON.parse(plain.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function stringEnd(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return Math.min(i + 1, text.length);
}
