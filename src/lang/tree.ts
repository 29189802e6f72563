import type ts from 'typescript6';
import { type Span, span } from '../base/index.ts';
import { parse, parser } from './syntax.ts';

/** A node of a syntax tree: what the grammar says of a piece of text. Parsed by the bundled TypeScript 6, made on first look. */
export interface SyntaxNode {
  /** TypeScript's name of it (`CallExpression`). */
  readonly kind: string;
  /** Offset of its first character, comments before it left out; of the file 0, so that spans fit its text. */
  readonly start: number;
  readonly end: number;
  /** Its own text, without comments before it; of the file all of it. */
  readonly text: string;
  readonly parent?: SyntaxNode;
  /** What it is made of, in order; punctuation and keywords left out. */
  readonly children: readonly SyntaxNode[];
  /** Of a name or a literal: what it stands for, quotes and escapes resolved. */
  readonly value?: string;
  /** The part that TypeScript calls so (`expression`, `initializer`); undefined where it has none. */
  part(name: string): SyntaxNode | undefined;
  /** The parts that TypeScript calls so (`arguments`, `statements`); empty where it has none. */
  parts(name: string): readonly SyntaxNode[];
}

/** A comment with its delimiters. */
export interface Comment {
  readonly text: string;
  readonly span: Span;
}

export interface SyntaxTree {
  readonly root: SyntaxNode;
  readonly comments: readonly Comment[];
  /** What the grammar does not allow; the first only. */
  readonly problem?: { readonly message: string; readonly span: Span };
}

/** The syntax tree of a TypeScript or JavaScript file. */
export function syntaxTreeOf(text: string, path: string): SyntaxTree {
  const api = parser();
  // The grammar of JavaScript has tags in it.
  const file = parse(text, /\.[cm]?js$/.test(path) ? `${path}x` : path);
  const problem = file.parseDiagnostics?.[0];
  const nodes = new Map<ts.Node, Wrapped>();
  return {
    root: wrap(file, nodes),
    comments: commentsIn(file, text),
    ...(problem
      ? {
          problem: {
            message: api.flattenDiagnosticMessageText(problem.messageText, ' '),
            span: span(problem.start ?? 0, (problem.start ?? 0) + (problem.length ?? 0)),
          },
        }
      : {}),
  };
}

function wrap(node: ts.Node, nodes: Map<ts.Node, Wrapped>): Wrapped {
  let made = nodes.get(node);
  if (!made) {
    made = new Wrapped(node, nodes);
    nodes.set(node, made);
  }
  return made;
}

/** Names of kinds; TypeScript has some twice, as borders of ranges. */
let kinds: Map<number, string> | undefined;
function kindOf(node: ts.Node): string {
  if (!kinds) {
    kinds = new Map();
    for (const [name, value] of Object.entries(parser().SyntaxKind))
      if (typeof value === 'number' && !(kinds.has(value) && /^(?:First|Last)/.test(name))) {
        if (!kinds.has(value) || /^(?:First|Last)/.test(kinds.get(value) ?? '')) kinds.set(value, name);
      }
  }
  return kinds.get(node.kind) ?? 'Unknown';
}

const isNode = (value: unknown): value is ts.Node =>
  typeof value === 'object' && value !== null && 'kind' in value && 'pos' in value && 'end' in value;

class Wrapped implements SyntaxNode {
  readonly kind: string;
  readonly end: number;
  readonly #node: ts.Node;
  readonly #nodes: Map<ts.Node, Wrapped>;
  #children: readonly Wrapped[] | undefined;
  #start: number | undefined;

  constructor(node: ts.Node, nodes: Map<ts.Node, Wrapped>) {
    this.#node = node;
    this.#nodes = nodes;
    this.kind = kindOf(node);
    this.end = node.end;
  }
  get start(): number {
    this.#start ??= this.#node.parent ? this.#node.getStart() : 0;
    return this.#start;
  }
  get text(): string {
    return this.#node.getSourceFile().text.slice(this.start, this.end);
  }
  get parent(): SyntaxNode | undefined {
    const { parent } = this.#node;
    return parent ? wrap(parent, this.#nodes) : undefined;
  }
  get children(): readonly SyntaxNode[] {
    if (!this.#children) {
      const found: Wrapped[] = [];
      parser().forEachChild(this.#node, (child) => {
        if (kindOf(child) !== 'EndOfFileToken') found.push(wrap(child, this.#nodes));
      });
      this.#children = found;
    }
    return this.#children;
  }
  get value(): string | undefined {
    const { text } = this.#node as { text?: unknown };
    return typeof text === 'string' && this.kind !== 'SourceFile' ? text : undefined;
  }
  part(name: string): SyntaxNode | undefined {
    const value = this.#member(name);
    return isNode(value) ? wrap(value, this.#nodes) : undefined;
  }
  parts(name: string): readonly SyntaxNode[] {
    const value = this.#member(name);
    return Array.isArray(value) ? value.filter(isNode).map((one) => wrap(one, this.#nodes)) : [];
  }
  /** Each kind of node has members of its own, which their common type does not name. */
  #member(name: string): unknown {
    return (this.#node as unknown as Record<string, unknown>)[name];
  }
}

/** Between the parts of a node stand only keywords, punctuation and comments. */
function commentsIn(file: ts.SourceFile, text: string): Comment[] {
  const api = parser();
  const found: Comment[] = [];
  const search = (start: number, end: number): void => {
    if (end - start < 2) return;
    for (const match of text.slice(start, end).matchAll(/\/\/[^\n\r]*|\/\*[\s\S]*?\*\//g))
      found.push({ text: match[0], span: span(start + match.index, start + match.index + match[0].length) });
  };
  const visit = (node: ts.Node): void => {
    let at = node.pos;
    api.forEachChild(node, (child) => {
      search(at, child.pos);
      visit(child);
      at = Math.max(at, child.end);
    });
    // Comments stand before a token, never in it.
    search(at, node.kind <= api.SyntaxKind.LastToken ? node.getStart(file) : node.end);
  };
  visit(file);
  return found.sort((a, b) => a.span.start - b.span.start);
}
