import { PACKAGE_LIMITS } from './limits.ts';

/**
 * Patterns of workspaces, as npm, yarn and pnpm read them: `*` and `?` within a segment, `**` for any number of segments,
 * `{a,b}`, `[abc]`, and a leading `!` that takes folders away again. The last pattern that matches a folder decides.
 */
export interface Patterns {
  matches(folder: string): boolean;
  /** Positive patterns, braces expanded, as segments: where to look for folders. */
  readonly positive: readonly (readonly string[])[];
  /** Patterns whose braces stand for too many alternatives, left out. */
  readonly refused: readonly string[];
}

export function workspacePatterns(patterns: readonly string[]): Patterns {
  const rules: { readonly test: RegExp; readonly keep: boolean }[] = [];
  const positive: string[][] = [];
  const refused: string[] = [];
  for (const pattern of patterns) {
    const keep = !pattern.startsWith('!');
    const expanded = expandBraces(keep ? pattern : pattern.slice(1));
    if (!expanded) refused.push(pattern);
    for (const one of expanded ?? []) {
      const segments = one.split('/').filter((segment) => segment !== '' && segment !== '.');
      if (segments.includes('..')) continue;
      rules.push({ test: segmentsToRegExp(segments), keep });
      if (keep) positive.push(segments);
    }
  }
  return {
    positive,
    refused,
    matches: (folder) => rules.findLast(({ test }) => test.test(`/${folder}`))?.keep ?? false,
  };
}

function segmentsToRegExp(segments: readonly string[]): RegExp {
  let source = '';
  for (const segment of segments) {
    // Each segment brings the slash before it, so that `packages/**` takes in `packages` itself.
    source += segment === '**' ? '(?:/(?!\\.)[^/]+)*' : `/${segmentSource(segment)}`;
  }
  return new RegExp(`^${source}$`);
}

/** Whether a name of a folder matches one segment of a pattern. */
export const segmentMatcher = (segment: string): RegExp => new RegExp(`^${segmentSource(segment)}$`);

export const isLiteral = (segment: string): boolean => !/[*?[\]]/.test(segment);

function segmentSource(segment: string): string {
  let source = '';
  for (let i = 0; i < segment.length; i++) {
    const char = segment[i]!;
    if (char === '*') {
      while (segment[i + 1] === '*') i++;
      source += '[^/]*';
    } else if (char === '?') source += '[^/]';
    else if (char === '[' && segment.indexOf(']', i + 2) > 0) {
      const end = segment.indexOf(']', i + 2);
      const body = segment.slice(i + 1, end).replace(/[\\\]^[]/g, '\\$&');
      source += `[${body.startsWith('!') || body.startsWith('\\^') ? `^/${body.replace(/^(?:!|\\\^)/, '')}` : body}]`;
      i = end;
    } else source += char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  }
  // As in a shell, a star does not match hidden folders.
  return /^[*?[]/.test(segment) ? `(?!\\.)${source}` : source;
}

/** The alternatives of `{a,b{c,d}}`, or undefined where they are too many. */
function expandBraces(pattern: string): string[] | undefined {
  const done: string[] = [];
  const queue = [pattern];
  while (queue.length > 0) {
    if (done.length + queue.length >= PACKAGE_LIMITS.patternAlternatives) return undefined;
    const next = queue.shift()!;
    const match = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(next);
    if (match) queue.push(...match[2]!.split(',').map((part) => match[1]! + part + match[3]!));
    else done.push(next);
  }
  return done;
}
