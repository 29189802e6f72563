import { type RepoPath, type Span, span } from '../../base/index.ts';
import { codeOf, docCommentsOf } from '../../lang/index.ts';
import { claimIn, claimsPrint, expectationOf, isOpen } from './expectation.ts';
import type { Example, Step } from './types.ts';

/** One line of an example, and where it starts in its file. */
interface Line {
  readonly text: string;
  readonly start: number;
}

/** A longer line was written by no one as an example, and is looked at no further: UTF-16 units. */
const LINE_UNITS = 2_000;

/** Lines that one claim goes over, at most. */
const CLAIM_LINES = 40;

/** Whether a text can hold an example at all; most do not, and need not be parsed. */
export const mayHoldExamples = (text: string): boolean =>
  /@example|>>> |\/\/\s*(?:=>|→|⇒|returns?\b|throws?\b)|```/.test(text);

/** Examples in the doc comments and line comments of a source file. */
export function examplesInCode(path: RepoPath, text: string): Example[] {
  if (!mayHoldExamples(text)) return [];
  const found: Example[] = [];
  for (const comment of docCommentsOf(text, path)) {
    const lines = linesOf(text, comment.span).map((line) => without(line, /^\s*(?:\/\*\*|\*(?!\/))? ?/, /\s*\*\/\s*$/));
    for (const block of blocksIn(lines)) found.push(...exampleFrom(path, comment.name, block));
  }
  for (const block of lineComments(text)) {
    const name = /(?:function\*?|const|let|class)\s+([\w$]+)/.exec(text.slice(block.end, block.end + 200))?.[1];
    found.push(...exampleFrom(path, name ?? '', block.lines));
  }
  return found.filter((one, index) => found.findIndex(({ span: { start } }) => start === one.span.start) === index);
}

/** Examples in the fenced code of a document, each with the imports of those before it. */
export function examplesInDocument(path: RepoPath, text: string): Example[] {
  const lines = linesOf(text, span(0, text.length));
  const imports: Import[] = [];
  const found: Example[] = [];
  for (const block of fences(lines)) {
    const code = block.map((line) => line.text).join('\n');
    const own = codeOf(code).statements.map(({ kind, declares, span: at }) => ({
      kind,
      declares,
      text: code.slice(at.start, at.end),
    }));
    found.push(...exampleFrom(path, path, block, carried(imports, code)));
    imports.push(...own.filter(({ kind, text: one }) => kind === 'import' || REQUIRES.test(one)));
  }
  return found;
}

/** A declaration that does no more than an import does. */
const REQUIRES = /^(?:const|let|var)\s+[^=]+=\s*require\(\s*(["'])[^"']+\1\s*\)(?:\.[\w$]+)*\s*;?$/;

interface Import {
  readonly text: string;
  readonly declares: readonly string[];
}

/** Of the imports that a document showed before, those that give a piece of code a name it has not. */
function carried(imports: readonly Import[], code: string): string {
  const { statements, identifiers } = codeOf(code);
  const own = new Set(statements.flatMap(({ declares }) => declares));
  const wanted = imports.filter(
    ({ text, declares }) =>
      !/['"]https?:/.test(text) && declares.some((name) => identifiers.has(name) && !own.has(name)),
  );
  const last = new Map(wanted.flatMap((one) => one.declares.map((name) => [name, one] as const)));
  return [...new Set(last.values())].map(({ text }) => `${text}\n`).join('');
}

function linesOf(text: string, at: Span): Line[] {
  let start: number = at.start;
  return text
    .slice(at.start, at.end)
    .split('\n')
    .map((line) => {
      const own = { text: line.replace(/\r$/, ''), start };
      start += line.length + 1;
      return own;
    });
}

/** A line without what the comment puts before and after it. */
function without(line: Line, before: RegExp, after: RegExp): Line {
  const cut = before.exec(line.text)?.[0].length ?? 0;
  return { text: line.text.slice(cut).replace(after, ''), start: line.start + cut };
}

/** Pieces of code in a doc comment: fences, bodies of `@example`, prompts. */
function blocksIn(lines: readonly Line[]): Line[][] {
  const fenced = fences(lines);
  const inFence = new Set(fenced.flat());
  const blocks = [...fenced];
  let open: Line[] | undefined;
  let hasFence = false;
  const close = (): void => {
    if (open && !hasFence && open.length > 0) blocks.push(open);
    open = undefined;
  };
  for (const line of lines) {
    const tag = /^\s*@(\w+)(.*)$/.exec(line.text);
    if (tag && !inFence.has(line)) {
      close();
      hasFence = false;
      if (tag[1] !== 'example') continue;
      const rest = (tag[2] ?? '').replace(/<caption>.*?<\/caption>/, '');
      // A title of an example is no code, and code may follow on the line of the tag.
      open =
        rest.trim() === '' || !/[()=;]/.test(rest)
          ? []
          : [{ text: rest, start: line.start + line.text.length - rest.length }];
    } else if (open) {
      if (inFence.has(line) || /^\s*```/.test(line.text)) hasFence = true;
      else open.push(/^\s*<caption>.*<\/caption>\s*$/.test(line.text) ? { ...line, text: '' } : line);
    }
  }
  close();
  const taken = new Set(blocks.flat());
  const prompts = lines.filter((line) => !taken.has(line));
  for (let at = 0; at < prompts.length; at++) {
    if (!/^\s*>>> /.test(prompts[at]!.text)) continue;
    const end = prompts.findIndex((line, index) => index > at && (line.text.trim() === '' || /^\s*@/.test(line.text)));
    blocks.push(prompts.slice(at, end < 0 ? undefined : end));
    at = end < 0 ? prompts.length : end;
  }
  return blocks;
}

/** Code between fences that is marked as code of ours, or not marked at all. */
function fences(lines: readonly Line[]): Line[][] {
  const found: Line[][] = [];
  let open: { readonly fence: string; readonly ours: boolean; readonly lines: Line[] } | undefined;
  for (const line of lines) {
    const [, fence, mark] = /^\s*(`{3,}|~{3,})\s*([\w-]*)/.exec(line.text) ?? [];
    if (open) {
      if (fence?.startsWith(open.fence) && mark === '') {
        if (open.ours) found.push(open.lines);
        open = undefined;
      } else open.lines.push(line);
    } else if (fence !== undefined)
      open = { fence, ours: /^(?:|[cm]?[jt]s|javascript|typescript)$/i.test(mark ?? ''), lines: [] };
  }
  return found;
}

/** Runs of line comments that hold a claim: `// add(1, 2) // => 3`. */
function lineComments(text: string): { readonly lines: Line[]; readonly end: number }[] {
  const found: { lines: Line[]; end: number }[] = [];
  let run: Line[] = [];
  const close = (end: number): void => {
    const holds = run.some(({ text: line }) => /^\s*>>> |\S.*\/\/\s*(?:=>|→|⇒|returns?\b)/.test(line));
    if (holds) found.push({ lines: run, end });
    run = [];
  };
  for (const line of linesOf(text, span(0, text.length))) {
    if (line.text.length < LINE_UNITS && /^\s*\/\/(?!\/)/.test(line.text)) run.push(without(line, /^\s*\/\/ ?/, /$/));
    else if (run.length > 0) close(line.start);
  }
  close(text.length);
  return found;
}

/** The example in a block; none where it claims nothing or is no code. */
function exampleFrom(path: RepoPath, about: string, block: readonly Line[], imports = ''): Example[] {
  const [first] = block;
  const last = block.at(-1);
  if (!first || !last || block.some(({ text }) => text.length >= LINE_UNITS)) return [];
  const lines = block.some(({ text }) => /^\s*>>> /.test(text)) ? fromPrompts(block) : block;
  const starts: number[] = [];
  let code = '';
  for (const line of lines) {
    starts.push(code.length);
    code += `${line.text}\n`;
  }
  const { statements, problem } = codeOf(code);
  if (problem) return [];
  const lineAt = (offset: number): number => starts.findLastIndex((start) => start <= offset);
  const steps: Step[] = [];
  for (const [index, statement] of statements.entries()) {
    const { expression, declares, span: at, printed } = statement;
    const name = statement.kind === 'declaration' && declares.length === 1 ? declares[0] : undefined;
    if (!expression && name === undefined) continue;
    let line = lineAt(at.end);
    const next = statements[index + 1]?.span.start ?? code.length;
    const tail = lines[line]!.text.slice(at.end - starts[line]!).replace(/^\s*;/, '');
    let comment = tail.trim();
    if (comment === '' && line + 1 < lines.length && starts[line + 1]! < next) comment = lines[++line]!.text.trim();
    let claim = claimIn(comment, printed === true);
    if (claim === undefined) continue;
    const claimed = line;
    while (isOpen(claim) && line + 1 < lines.length && line - claimed < CLAIM_LINES) {
      const more = /^\s*\/\/ ?(.*)$/.exec(lines[line + 1]!.text);
      if (!more) break;
      claim += `\n${more[1]}`;
      line++;
    }
    const expectation = expectationOf(claim);
    if (!expectation) continue;
    const place = lines[claimed]!;
    steps.push({
      expression: expression ?? at,
      end: at.end,
      ...(name === undefined ? {} : { name }),
      ...(printed ? { printed } : claimsPrint(comment) ? { prints: true } : {}),
      expectation,
      span: span(place.start, place.start + place.text.length),
    });
  }
  if (steps.length === 0) return [];
  const shift = (at: Span): Span => span(at.start + imports.length, at.end + imports.length);
  return [
    {
      path,
      about,
      span: span(first.start, last.start + last.text.length),
      code: imports + code,
      steps: steps.map((step) => ({ ...step, expression: shift(step.expression), end: step.end + imports.length })),
    },
  ];
}

/** `>>> add(1, 2)` and the lines after it as code with claims. */
function fromPrompts(block: readonly Line[]): Line[] {
  const lines: Line[] = [];
  for (const line of block) {
    const prompt = /^(\s*(?:>>>|\.\.\.) )(.*)$/.exec(line.text);
    if (prompt) lines.push({ text: prompt[2]!, start: line.start + prompt[1]!.length });
    else if (line.text.trim() !== '' && lines.length > 0) {
      const isFirst = !lines.at(-1)!.text.startsWith('// ');
      lines.push({ text: `// ${isFirst ? '=> ' : ''}${line.text.trim()}`, start: line.start });
    }
  }
  return lines;
}
