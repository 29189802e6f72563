/** Where the comment that begins at `start` ends: behind it, before the line break of one that is a line's. */
export function commentEnd(text: string, start: number): number {
  const mark = text[start + 1] === '*' ? '*/' : '\n';
  const end = text.indexOf(mark, start + 2);
  return end < 0 ? text.length : mark === '\n' ? end : end + mark.length;
}

export const beginsComment = (text: string, at: number): boolean =>
  text[at] === '/' && (text[at + 1] === '/' || text[at + 1] === '*');

/** What the comments above all code tell the compiler: the last of `// @ts-check` and `// @ts-nocheck`. */
export function checkPragma(text: string): 'check' | 'nocheck' | undefined {
  let pragma: 'check' | 'nocheck' | undefined;
  for (let at = text.startsWith('#!') ? commentEnd(text, 0) : 0; ; ) {
    while (/\s/.test(text[at] ?? '')) at++;
    if (!beginsComment(text, at)) return pragma;
    const end = commentEnd(text, at);
    const [, said] = /^\/\/\/?\s*@ts-(check|nocheck)\b/.exec(text.slice(at, end)) ?? [];
    pragma = (said as typeof pragma) ?? pragma;
    at = end;
  }
}
