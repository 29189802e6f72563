import type { RepoPath } from '../../base/index.ts';
import type { Diagnostic, LanguageService } from '../../lang/index.ts';
import type { Gate } from '../../predict/index.ts';

/** What a body that is not finished yet lacks: a value to return, a use of what it declares. */
const UNFINISHED: ReadonlySet<number> = new Set([2355, 2366, 2378, 6133, 6192, 6196, 6198, 7027, 7030]);

/** Where a body may be judged: how deep its braces are at the end, and where its last statement begins. */
interface Place {
  readonly braces: number;
  readonly start: number;
}

/**
 * Puts a body to the compiler wherever a statement of it ends, closed as if it ended there, and takes back the statement with the
 * first error. Errors of the text around it do not count.
 */
export function statementGate(
  language: LanguageService,
  { path, prefix, suffix }: { readonly path: RepoPath; readonly prefix: string; readonly suffix: string },
): Gate & { readonly asked: () => number } {
  const judged = new Map<string, number | undefined>();
  let asked = 0;
  const wrongAt = (text: string, { braces, start }: Place): number | undefined => {
    asked++;
    language.setOverlay(new Map([[path, prefix + text + '}'.repeat(braces) + suffix]]));
    const found = language.diagnostics(path);
    language.setOverlay(new Map());
    if (found.status === 'unknown') return undefined;
    const isOwn = ({ severity, code, span }: Diagnostic): boolean =>
      severity === 'error' &&
      !UNFINISHED.has(code) &&
      span.start >= prefix.length &&
      span.start < prefix.length + text.length;
    const first = Math.min(...found.value.filter(isOwn).map(({ span }) => span.start - prefix.length));
    return first === Infinity ? undefined : Math.min(first, start);
  };
  const gate: Gate = (text) => {
    const place = statementEnd(text);
    if (!place) return { ok: true };
    if (!judged.has(text)) judged.set(text, wrongAt(text, place));
    const at = judged.get(text);
    return at === undefined ? { ok: true } : { ok: false, at };
  };
  return Object.assign(gate, { asked: () => asked });
}

/** The place at the end of a text where a statement has just ended; undefined inside one, a bracket, a string or a comment. */
export function statementEnd(text: string): Place | undefined {
  if (!/[;}]\s*$/.test(text)) return undefined;
  const open: string[] = [];
  /** Where the last statements of each depth ended. */
  let start = 0;
  let last = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '/' && text[at + 1] === '/') {
      const end = text.indexOf('\n', at);
      if (end < 0) return undefined;
      at = end;
    } else if (char === '/' && text[at + 1] === '*') {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) return undefined;
      at = end + 1;
    } else if (char === '"' || char === "'" || char === '`') {
      let end = at + 1;
      while (end < text.length && text[end] !== char) end += text[end] === '\\' ? 2 : 1;
      if (end >= text.length) return undefined;
      at = end;
    } else if ('([{'.includes(char)) {
      open.push(char);
      if (char === '{') last = at + 1;
    } else if (')]}'.includes(char)) {
      open.pop();
    }
    if (char === ';' || char === '}') [start, last] = [last, at + 1];
  }
  return open.every((bracket) => bracket === '{') ? { braces: open.length, start } : undefined;
}
