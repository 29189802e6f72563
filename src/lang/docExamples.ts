import { thrownIn } from './thrown.ts';
import { type ExampleCall, plainCall, plainValue } from './values.ts';

/** What a doc comment says: calls with what they give, and the rest as prose. */
export interface DocExamples {
  readonly examples: readonly Omit<ExampleCall, 'span'>[];
  /** The comment's lines without its marks, those of examples left out. */
  readonly prose: string;
}

const EXAMPLES = 100;
/** Lines over which one value may go on. */
const LINES = 12;
/** Lines below a call in which its value may be shown. */
const SHOWN = 3;
/** What stands between a call and its value: `// => v`, `=> v`, `→ v`, `=== v`, `// v`, `returns v`, `is v`. */
const ARROW = /^[\s;.]*(?:\/\/\s*)?(?:[-=]+>|→|⇒|={1,3}|\/\/|:|\b(?:returns?|gives|is|equals)\b)(?:\s*\/\/)?\s*/;
/** The same marks before an error that is told, which has no value. */
const MARK = /^[\s;.]*(?:\/\/\s*)?(?:[-=]+>|→|⇒|\/\/|:)?\s*/;

/** What stands before a value in a line of its own: `// => v`, `// result will be v`, `// Returns v`. */
const OWN_LINE =
  /^\s*\/\/\s*(?:[-=]+>|→|⇒|(?:(?:the\s+)?(?:result|output|returned value|value)\b(?:\s+(?:will be|is|are|equals))?|returns?|outputs?|prints?|logs?)\s*[:=]?)\s*/i;
/** A comment right below a call that begins as a value does. */
const BARE = /^\s*\/\/\s*(?=[-[{"'`\d]|(?:true|false|null|undefined)\b)/;
/** Words between the two: `// result will be v`. */
const SAID = /^(?:[A-Za-z_$][\w$]*\s+)?(?:will be|would be|is|are|equals)\s+/;
const DECLARES = /^\s*(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::[^=]*)?=\s*/;

/**
 * Examples of calls of `name` in a comment, of `//`, `/** … *\/` or neither, whose arguments and values are plain, or
 * names that lines before them declare. A call after `>>>` or `>` has its value on the lines that follow; one that is the last of its
 * line in a comment of its own below; one that is given a name, where that name is shown. With `functions` an argument may be a
 * small function, see lambdas.ts.
 */
export function docExamplesOf(comment: string, name: string, functions = false): DocExamples {
  const lines = comment
    .replace(/^\s*\/\*\*?/, '')
    .replace(/\*\/\s*$/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*(?:\*|\/\/)? ?/, '').trimEnd());
  const examples: DocExamples['examples'][number][] = [];
  const prose: string[] = [];
  let constants = '';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (/^\s*@/.test(line)) constants = '';
    const start = line.indexOf(`${name}(`);
    const taken =
      start < 0 || examples.length >= EXAMPLES ? undefined : readExample(lines, at, start, name, constants, functions);
    if (!taken) {
      constants += declaredAt(lines, at, constants, functions);
      if (!/^@example\b\s*$/.test(line.trim())) prose.push(line.replace(/^@example\b/, ''));
      continue;
    }
    examples.push(taken.example);
    at = taken.last;
  }
  return { examples, prose: prose.join('\n').trim() };
}

/** The constant that a line declares, over the lines that its value takes; empty where it has no plain value. */
function declaredAt(lines: readonly string[], at: number, constants: string, functions: boolean): string {
  const [head, name] = DECLARES.exec(lines[at]!) ?? [];
  if (head === undefined) return '';
  for (let last = at; last < Math.min(lines.length, at + LINES); last++) {
    const text = [lines[at]!.slice(head.length), ...lines.slice(at + 1, last + 1)].join('\n');
    const value = text.replace(/\s*(?:\/\/[^\n]*)?$/, '').replace(/;$/, '');
    if (plainCall(`${name}(${value})`, name!, constants, functions)) return `const ${name} = ${value};\n`;
  }
  return '';
}

function readExample(
  lines: readonly string[],
  at: number,
  start: number,
  name: string,
  constants: string,
  functions: boolean,
): { readonly example: DocExamples['examples'][number]; readonly last: number } | undefined {
  const line = lines[at]!;
  const isPrompt = /^\s*>{1,3}\s*(?:await\s+)?$/.test(line.slice(0, start));
  for (let last = at; last < Math.min(lines.length, at + LINES); last++) {
    const text = [line.slice(start), ...lines.slice(at + 1, last + 1)].join('\n');
    const end = closing(text, name.length);
    if (end === undefined) continue;
    const args = plainCall(text.slice(0, end), name, constants, functions);
    if (!args) return undefined;
    const rest = text.slice(end);
    const thrown = thrownIn(rest.trim().replace(MARK, ''));
    if (thrown) return { example: { args, expected: { kind: 'throws', ...thrown } }, last };
    if (ARROW.test(rest)) return valued(lines, args, rest.replace(ARROW, '').replace(SAID, ''), last);
    if (!/^[\s;]*$/.test(rest)) return undefined;
    if (isPrompt) return valued(lines, args, lines[last + 1] ?? '', last + 1);
    return shownBelow(lines, args, DECLARES.exec(line.slice(0, start))?.[1], last + 1);
  }
  return undefined;
}

/** The value in the lines below a call: in a comment of its own, or beside the name that the call was given. */
function shownBelow(lines: readonly string[], args: readonly unknown[], given: string | undefined, from: number) {
  for (let at = from; at < Math.min(lines.length, from + SHOWN); at++) {
    const line = lines[at]!;
    const claim = at === from ? /^\s*\/\/\s*(.*)$/.exec(line)?.[1] : undefined;
    const thrown = claim === undefined ? undefined : thrownIn(claim);
    if (thrown) return { example: { args, expected: { kind: 'throws' as const, ...thrown } }, last: at };
    const own = OWN_LINE.exec(line) ?? (at === from ? BARE.exec(line) : null);
    if (own) return valued(lines, args, line.slice(own[0].length), at);
    if (given === undefined) return undefined;
    const shown = /^\s*(?:console\.log\()?([\w$]+)\)?(?=[\s;]*(?:\/\/|[-=]+>|→|⇒))/.exec(line);
    if (shown?.[1] === given) return valued(lines, args, line.slice(shown[0].length).replace(ARROW, ''), at);
  }
  return undefined;
}

/** A value that begins with `text` and may go on over the lines after `last`. */
function valued(lines: readonly string[], args: readonly unknown[], text: string, last: number) {
  let whole = text;
  for (let at = last; at < Math.min(lines.length, last + LINES); at++) {
    // In a comment within the comment, each line has marks of its own.
    if (at > last) whole += `\n${lines[at]!.replace(/^\s*\/\/ ?/, '')}`;
    for (const cut of [
      whole,
      whole.replace(/[\s.;,]+$/, ''),
      whole.replace(/\s+(?:\/\/|#|—|\().*$/s, ''),
      bracketed(whole),
    ]) {
      const value = cut.trim() === '' ? undefined : plainValue(cut);
      if (value) return { example: { args, expected: { kind: 'value' as const, value: value.value } }, last: at };
    }
  }
  return undefined;
}

/** A value in brackets at the start of a sentence that goes on: `[1] since 2 is left out`. */
function bracketed(text: string): string {
  const start = text.search(/\S/);
  const end = start >= 0 && '[{'.includes(text[start]!) ? closing(text, start) : undefined;
  return end !== undefined && /^\s+(?:since|because|as|with|where|after)\b/.test(text.slice(end))
    ? text.slice(start, end)
    : '';
}

/** Where the bracket that opens at `open` is closed; undefined where it is not. */
function closing(text: string, open: number): number | undefined {
  let depth = 0;
  let quote = '';
  for (let at = open; at < text.length; at++) {
    const one = text[at]!;
    if (quote !== '') {
      if (one === '\\') at++;
      else if (one === quote) quote = '';
    } else if (one === '"' || one === "'" || one === '`') quote = one;
    else if ('([{'.includes(one)) depth++;
    else if (')]}'.includes(one) && --depth === 0) return at + 1;
  }
  return undefined;
}
