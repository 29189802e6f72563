import type { SyntaxNode } from '../../lang/index.ts';
import { Multiset } from '../context.ts';
import { each } from './code.ts';

/** Stands where a template puts a value in. */
const HOLE = '\0';
/** Texts that went, and that came, of one change. */
const TEXTS = 100;
/** Characters of a line that is compared. */
const LINE = 2_000;

/** Words that a change wrote otherwise in the code, to tell where stored output is other for that alone. */
export class Rewritten {
  readonly #gone: readonly RegExp[];
  readonly #fresh: readonly RegExp[];

  constructor(base: readonly SyntaxNode[], head: readonly SyntaxNode[]) {
    const [was, is] = [base.flatMap(linesIn), head.flatMap(linesIn)];
    this.#gone = without(was, is).map((text) => new RegExp(patternOf(text)));
    this.#fresh = without(is, was).map((text) => new RegExp(`^${patternOf(text)}$`));
  }

  /** Whether each line that differs does so in words that were put for others in the code, and in nothing else. */
  explains(before: string, after: string): boolean {
    const [was, is] = [before.split('\n'), after.split('\n')];
    return was.length === is.length && was.every((line, index) => line === is[index] || this.#line(line, is[index]!));
  }

  #line(was: string, is: string): boolean {
    if (Math.max(was.length, is.length) >= LINE) return false;
    return this.#gone.some((gone) => {
      const found = gone.exec(was);
      if (!found) return false;
      const [start, end] = [was.slice(0, found.index), was.slice(found.index + found[0].length)];
      if (!is.startsWith(start) || !is.endsWith(end) || is.length < start.length + end.length) return false;
      const put = is.slice(start.length, is.length - end.length);
      return this.#fresh.some((fresh) => fresh.test(put));
    });
  }
}

/** Lines of two words or more in the texts of a program. */
function linesIn(root: SyntaxNode): string[] {
  const found: string[] = [];
  each(root, (node) => {
    if (/^(?:StringLiteral|NoSubstitutionTemplateLiteral|JsxText)$/.test(node.kind))
      found.push(node.value ?? node.text);
    else if (node.kind === 'TemplateExpression')
      found.push(
        [
          node.part('head')?.value ?? '',
          ...node.parts('templateSpans').map((one) => one.part('literal')?.value ?? ''),
        ].join(HOLE),
      );
  });
  return found
    .flatMap((text) => text.split('\n'))
    .map((line) => line.trim())
    .filter((line) => /\w\W+\w/.test(line));
}

function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Multiset();
  for (const one of others) left.add(one);
  return [...new Set(all.filter((one) => !left.take(one)))].slice(0, TEXTS);
}

const patternOf = (text: string): string =>
  text
    .split(HOLE)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('.*?');
