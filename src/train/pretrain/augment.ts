import type { Random } from '../../base/index.ts';

/** The text without the imports at its start (and the blank lines among them). Comments before them stay. */
export function dropImports(text: string): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (/^import\b/.test(line)) {
      // An import ends with the line that names its module.
      const start = at;
      while (at < lines.length && at - start < IMPORT_LINES && !/['"]\s*(with\s*\{.*\})?\s*;?\s*$/.test(lines[at]!))
        at++;
      at++;
    } else if (line.trim() === '') {
      at++;
    } else if (/^(\/\/|\/\*|\s*\*|['"]use )/.test(line)) {
      kept.push(line);
      at++;
    } else {
      break;
    }
  }
  return [...kept, ...lines.slice(at)].join('\n');
}

const IMPORT_LINES = 200;

/**
 * The text without lines that are comments as a whole. It reads lines, not syntax: a line inside a template that looks
 * like a comment goes too, which is harmless in training text.
 */
export function dropComments(text: string): string {
  const kept: string[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    const trimmed = line.trimStart();
    if (inside) {
      inside = !line.includes('*/');
    } else if (trimmed.startsWith('/*')) {
      const end = trimmed.indexOf('*/');
      if (end >= 0 && trimmed.slice(end + 2).trim() !== '') kept.push(line);
      inside = end < 0;
    } else if (!trimmed.startsWith('//')) {
      kept.push(line);
    }
  }
  return kept.join('\n');
}

/** Where a hole lies: UTF-16 offsets into the text, `0 <= start < end <= text.length`. */
export interface Hole {
  readonly start: number;
  readonly end: number;
}

/** The part of the text that a hole may take. */
const LARGEST = 0.5;

/**
 * A hole as people leave them: the rest of a line (two in five), lines to a line's end (three in ten), the body of a block
 * (three in twenty), any stretch (the rest). Nothing for a text of fewer than 16 characters.
 */
export function hole(text: string, random: Random): Hole | undefined {
  if (text.length < 16) return undefined;
  const most = Math.max(1, Math.floor(text.length * LARGEST));
  const kind = random.float();
  const found =
    kind < 0.4
      ? restOfLine(text, random, 1)
      : kind < 0.7
        ? restOfLine(text, random, 1 + random.below(8))
        : kind < 0.85
          ? (block(text, random, most) ?? stretch(text, random, most))
          : stretch(text, random, most);
  const start = boundary(text, found.start);
  const end = boundary(text, Math.min(found.end, start + most));
  return start < end ? { start, end } : undefined;
}

function restOfLine(text: string, random: Random, lines: number): Hole {
  const start = random.below(text.length - 1);
  let end = start;
  for (let line = 0; line < lines && end < text.length; line++) {
    // From the end of a line it is the next one.
    const next = text.indexOf('\n', end + (text[end] === '\n' ? 1 : 0));
    end = next < 0 ? text.length : next;
  }
  return { start, end };
}

function stretch(text: string, random: Random, most: number): Hole {
  const start = random.below(text.length - 1);
  return { start, end: Math.min(text.length, start + 1 + random.below(most)) };
}

/** What stands between a line that ends with `{` and the line of the same indentation that begins with `}`. */
function block(text: string, random: Random, most: number): Hole | undefined {
  const opened: { indentation: string; start: number }[] = [];
  const bodies: Hole[] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next;
    const line = text.slice(at, end);
    const indentation = /^[ \t]*/.exec(line)![0];
    if (line[indentation.length] === '}') {
      while (opened.length > 0 && opened.at(-1)!.indentation.length > indentation.length) opened.pop();
      if (opened.at(-1)?.indentation === indentation) {
        const { start } = opened.pop()!;
        if (start < at && at - start <= most) bodies.push({ start, end: at });
      }
    }
    if (line.endsWith('{')) opened.push({ indentation, start: end + 1 });
    at = end + 1;
  }
  return bodies.length === 0 ? undefined : random.pick(bodies);
}

/** Not between the halves of a surrogate pair. */
function boundary(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}
