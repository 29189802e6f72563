import type { SyntaxNode } from '../../lang/index.ts';
import { Multiset } from '../context.ts';
import { each } from './code.ts';

/** Stands before and after what a template puts in. */
const HOLE = '\0';
/** Texts that went, and that came, of one change. */
const TEXTS = 100;
/** Characters of a line that is compared. */
const LINE = 2_000;

interface Text {
  readonly pattern: string;
  /** What is put in, as written. */
  readonly holes: readonly string[];
}

/** Words that a change wrote otherwise in the code, to tell where stored output is other for that alone. */
export class Rewritten {
  readonly #gone: readonly Text[];
  readonly #fresh: readonly Text[];

  constructor(base: readonly SyntaxNode[], head: readonly SyntaxNode[]) {
    const [was, is] = [base.flatMap(linesIn), head.flatMap(linesIn)];
    this.#gone = without(was, is).map(textOf);
    this.#fresh = without(is, was).map(textOf);
  }

  /** Whether each line that differs does so in words that were put for others in the code, and in nothing else. */
  explains(before: string, after: string): boolean {
    const [was, is] = [before.split('\n'), after.split('\n')];
    if (was.length !== is.length && this.#follows(was, is)) return true;
    return was.length === is.length && was.every((line, index) => line === is[index] || this.#line(line, is[index]!));
  }

  /** Whether lines went and came as whole lines of the code did. */
  #follows(was: readonly string[], is: readonly string[]): boolean {
    const [gone, fresh] = [without(was, is), without(is, was)];
    const isOf = (line: string, texts: readonly Text[]): boolean =>
      line.length < LINE && texts.some(({ pattern, holes }) => holes.length === 0 && line.trim() === plainOf(pattern));
    return (
      gone.length + fresh.length > 0 &&
      gone.every((line) => isOf(line, this.#gone)) &&
      fresh.every((line) => isOf(line, this.#fresh))
    );
  }

  #line(was: string, is: string): boolean {
    if (Math.max(was.length, is.length) >= LINE) return false;
    return this.#gone.some((gone) => {
      const found = new RegExp(gone.pattern).exec(was);
      if (!found) return false;
      const [start, end] = [was.slice(0, found.index), was.slice(found.index + found[0].length)];
      if (!is.startsWith(start) || !is.endsWith(end) || is.length < start.length + end.length) return false;
      const put = is.slice(start.length, is.length - end.length);
      return this.#fresh.some((fresh) => {
        const other = new RegExp(`^${fresh.pattern}$`).exec(put);
        return other !== null && isProse(gone, fresh) && keepsValues(valuesOf(gone, found), valuesOf(fresh, other));
      });
    });
  }
}

/** Whether what differs is in words: attributes and tags do something. */
function isProse({ pattern: was }: Text, { pattern: is }: Text): boolean {
  let start = 0;
  while (start < was.length && was[start] === is[start]) start++;
  let end = 0;
  while (end < Math.min(was.length, is.length) - start && was.at(-1 - end) === is.at(-1 - end)) end++;
  return ![was, is].some((one) => /[\w-]=["']|<\/?\w/.test(one.slice(start, one.length - end)));
}

type Value = readonly [hole: string, value: string];

const valuesOf = ({ holes }: Text, found: RegExpExecArray): readonly Value[] =>
  holes.map((hole, index) => [hole, found[index + 1] ?? '']);

/** What was put in is put in still, with the same value; more may be. */
const keepsValues = (was: readonly Value[], is: readonly Value[]): boolean => {
  const left = [...is];
  return was.every(([hole, value]) => {
    // What goes by a name of its own now is the same where its value is.
    const at = left.findIndex(
      (other) => other[1] === value && (other[0] === hole || !was.some(([old]) => old === other[0])),
    );
    left.splice(0, at + 1);
    return at >= 0;
  });
};

/** What stands for a value in a text that is filled in later: `$property`, `%s`, `{name}`. */
const withHoles = (text: string): string =>
  text.replace(/\$\w+|%[sdifjoO](?!\w)|\{\{?\w+\}\}?/g, (one) => `${HOLE}${one}${HOLE}`);

/** Lines of two words or more in the texts of a program. */
function linesIn(root: SyntaxNode): string[] {
  const found: string[] = [];
  each(root, (node) => {
    if (/^(?:StringLiteral|NoSubstitutionTemplateLiteral|JsxText)$/.test(node.kind))
      found.push(withHoles(node.value ?? node.text));
    else if (node.kind === 'TemplateExpression')
      found.push(
        [
          withHoles(node.part('head')?.value ?? ''),
          ...node
            .parts('templateSpans')
            .flatMap((one) => [
              one.part('expression')!.text.replace(/\s+/g, ' '),
              withHoles(one.part('literal')?.value ?? ''),
            ]),
        ].join(HOLE),
      );
  });
  return found
    .flatMap((text) => text.split('\n'))
    .map((line) => line.trim())
    .filter((line) => /\w\W+\w/.test(partsOf(line).words.join('')));
}

function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Multiset();
  for (const one of others) left.add(one);
  return [...new Set(all.filter((one) => !left.take(one)))].slice(0, TEXTS);
}

/** Words and what is put in take turns. */
const partsOf = (text: string): { readonly words: readonly string[]; readonly holes: readonly string[] } => {
  const parts = text.split(HOLE);
  return { words: parts.filter((_, index) => index % 2 === 0), holes: parts.filter((_, index) => index % 2 === 1) };
};

/** The text of a pattern that has nothing to put in. */
const plainOf = (pattern: string): string => pattern.replace(/\\(.)/gs, '$1');

function textOf(text: string): Text {
  const { words, holes } = partsOf(text);
  return { pattern: words.map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('(.*?)'), holes };
}
