import type { Span } from '../../base/index.ts';
import { docCommentsOf } from '../../lang/index.ts';

/** Characters of each part. */
const DOC = 3_000;
const DECLARED = 800;
const README = 2_000;

const cut = (text: string, limit: number): string => (text.length < limit ? text : `${text.slice(0, limit - 2)} …`);

/** What is written at a symbol's declaration in a file: its doc comment and its first lines. `at`: of its name there. */
export function docOf(
  text: string,
  path: string,
  name: string,
  at: Span | undefined,
): { readonly doc?: string; readonly declaration?: string } {
  const word = new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`);
  const comment = docCommentsOf(text, path)
    .filter((one) => one.name === name || one.name.endsWith(`.${name}`))
    .findLast(({ span }) => at === undefined || span.end <= at.end);
  const from = comment ? comment.span.end : declaredAt(text, word);
  if (from === undefined) return {};
  const declaration = cut(firstLines(text.slice(from).trimStart()), DECLARED);
  if (!comment) return { declaration };
  const doc = text
    .slice(comment.span.start, comment.span.end)
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^[ \t]*\* ?/gm, '')
    .trim();
  return { doc: cut(doc, DOC), declaration };
}

/** The line on which a name is first declared, by the words before it. */
function declaredAt(text: string, word: RegExp): number | undefined {
  const line = new RegExp(
    `^[ \\t]*(?:export |declare |default |abstract |async |static |readonly |public )*(?:function|class|interface|type|const|let|var|enum|namespace)?\\s*\\*?\\s*${word.source}`,
    'm',
  ).exec(text);
  return line?.index;
}

/** Up to the end of the statement, its body left out. */
function firstLines(text: string): string {
  const end = /;\n|;$|\{\n|\n\n/.exec(text);
  return (end ? text.slice(0, end.index + 1) : text).trimEnd();
}

/** Of a README the section that mentions a name most; without a name, or where none does, its beginning. */
export function readmeOf(readme: string | undefined, name: string | undefined): string | undefined {
  if (readme === undefined) return undefined;
  if (name === undefined) return cut(readme, README);
  const sections = readme.split(/^(?=#{1,6} )/m);
  const mentions = (section: string): number => section.split(name).length - 1;
  const best = sections.toSorted((a, b) => mentions(b) - mentions(a))[0];
  return best !== undefined && mentions(best) > 0 ? cut(best, README) : undefined;
}
