import { escaped } from '../../base/index.ts';
import type { SyntaxNode, SyntaxTree } from '../../lang/index.ts';
import { each, identifiersIn } from './code.ts';
import { isFunction } from './scope.ts';
import { Rewritten } from './snapshotTexts.ts';
import type { Assertion, Test } from './types.ts';
import { writtenIn } from './written.ts';

/** One side of a changed file that is no test. */
export interface CodeSides {
  readonly base: SyntaxTree | undefined;
  readonly head: SyntaxTree | undefined;
}

/** What was added to a file of prose. */
export interface Prose {
  readonly path: string;
  readonly text: string;
}

/** Where users are told what is other than before. */
const NEWS = /(?:^|[./_-])(?:change(?:s|log|sets?)?|history|news|releases?|migrat\w*|upgrad\w*)(?=[./_-])/i;

/** Texts in what is printed. */
const TEXTS = /"(?:[^"\\]|\\.)*"(?!:)/g;

/** What a change did to the code that the tests are about. */
export class CodeFacts {
  /** Whether any code that is no test changed. */
  readonly changed: boolean;
  /** Whether what a doc comment says of something reads otherwise. */
  readonly isDocumented: boolean;
  /** Functions that did nothing but to throw and do something now: of those the tests said what they are to do. */
  readonly #unwritten: ReadonlySet<string>;
  /** Texts of the code that read otherwise now. */
  readonly rewritten: Rewritten;
  /** Whether prose was added. */
  readonly declared: boolean;
  readonly #prose: readonly Prose[];
  readonly #lost: ReadonlySet<string>;
  /** Names in the code that were not in it. */
  readonly #come: ReadonlySet<string>;
  readonly #gone: ReadonlySet<string>;
  readonly #fewer: ReadonlyMap<string, number>;
  /** How many arguments functions and methods took that take more now. */
  readonly #more: ReadonlyMap<string, number>;
  readonly #textsBefore: ReadonlySet<string>;
  readonly #textsAfter: ReadonlySet<string>;

  constructor(files: readonly CodeSides[], prose: readonly Prose[]) {
    this.changed = files.length > 0;
    this.declared = prose.length > 0;
    this.#prose = prose;
    this.rewritten = new Rewritten(
      files.flatMap(({ base: tree }) => tree?.root ?? []),
      files.flatMap(({ head: tree }) => tree?.root ?? []),
    );
    this.isDocumented = files.some(({ base: was, head: is }) => was && is && isDocumented(was, is));
    this.#unwritten = new Set(
      files.flatMap(({ base: was, head: is }) =>
        was && is ? [...writtenIn(was.root).open.intersection(writtenIn(is.root).worked)] : [],
      ),
    );
    const [base, head] = [new Words(), new Words()];
    for (const file of files) {
      if (file.base) base.readAll(file.base.root);
      if (file.head) head.readAll(file.head.root);
    }
    this.#gone = new Set([...base.exported].filter((name) => !head.exported.has(name)));
    this.#fewer = new Map([...head.parameters].filter(([name, many]) => many < (base.parameters.get(name) ?? 0)));
    this.#more = new Map([...base.taken].filter(([name, many]) => many < (head.taken.get(name) ?? 0)));
    this.#lost = new Set([...base.declared].filter((name) => !head.names.has(name)));
    this.#come = head.names.difference(base.names);
    this.#textsBefore = base.texts;
    this.#textsAfter = head.texts;
  }

  /** Whether one of these names was declared in the changed code and is nowhere in it any more. */
  hasLost(names: readonly string[]): boolean {
    return names.some((name) => name.length > 2 && this.#lost.has(name));
  }

  /**
   * Whether a question is asked by names that are new in the code, or with more arguments than were taken, and another does
   * without: of what was not there, not of what is other.
   */
  isOfNew(one: Assertion, other: Assertion): boolean {
    const known = new Set(identifiersIn(other.subject.text));
    const isNamed = identifiersIn(one.subject.text.replace(TEXTS, '""')).some(
      (word) => this.#come.has(word) && !known.has(word),
    );
    return isNamed || (this.#handsMore(one.node) && !this.#handsMore(other.node));
  }

  #handsMore(node: SyntaxNode): boolean {
    let found = false;
    if (this.#more.size > 0)
      each(node, (one) => {
        const called = one.kind === 'CallExpression' ? one.part('expression')! : undefined;
        const many = this.#more.get((called?.part('name') ?? called)?.value ?? '');
        found ||= many !== undefined && one.parts('arguments').length > many;
      });
    return found;
  }

  /** Whether the change says that something of one of these names behaves otherwise, or tells its users of what it does. */
  announces(names: readonly string[]): boolean {
    return this.#prose.some(({ path, text }) => {
      if (NEWS.test(path)) return saysNews(text);
      return names.some((name) => new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`).test(text));
    });
  }

  /** Whether one of these names is a function that was not written yet. */
  wasUnwritten(names: readonly string[]): boolean {
    return names.some((name) => this.#unwritten.has(name));
  }

  /** Whether a test calls what is exported no more, or hands over more than what it calls now takes. */
  outlives({ node, body }: Test): boolean {
    const calls = body.match(/(?<![.\w$])[A-Za-z_$][\w$]*(?=\()/g) ?? [];
    if (calls.some((name) => this.#gone.has(name))) return true;
    let found = false;
    if (this.#fewer.size > 0)
      each(node, (one) => {
        if (!/^(?:Call|New)Expression$/.test(one.kind)) return;
        const taken = this.#fewer.get(one.part('expression')?.value ?? '');
        found ||= taken !== undefined && one.parts('arguments').length > taken;
      });
    return found;
  }

  /** Whether words that changed in an expectation changed in the code just so: a message written anew. */
  explains(base: readonly string[], head: readonly string[]): boolean {
    const gone = base.filter((text) => !head.includes(text));
    const fresh = head.filter((text) => !base.includes(text));
    const isProse = (text: string): boolean => /^".*\w \w.*"$/.test(text);
    if (gone.length === 0 || fresh.length === 0 || ![...gone, ...fresh].every(isProse)) return false;
    const within = (text: string, texts: ReadonlySet<string>): boolean =>
      [...texts].some((one) => (JSON.parse(text) as string).includes(one));
    const only = (one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> =>
      new Set([...one].filter((text) => text.length > 5 && !other.has(text)));
    const [was, is] = [only(this.#textsBefore, this.#textsAfter), only(this.#textsAfter, this.#textsBefore)];
    return gone.every((text) => within(text, was)) && fresh.every((text) => within(text, is));
  }

  /** Whether an assertion may rightly stand under a condition: it tells types apart, or where the test runs. */
  guards(condition: string): boolean {
    // A version that there is.
    const version = /\bprocess\.versions?\b.*[<>]=?(\d+)/.exec(condition)?.[1];
    return (
      (version !== undefined && Number(version) < 30) ||
      /\.(?:success|ok|done)\b|\btypeof\b|\binstanceof\b|process\.platform|\.kind===|\.type===|"in"/.test(condition)
    );
  }
}

/** Names and texts of a syntax tree. */
class Words {
  readonly names = new Set<string>();
  readonly declared = new Set<string>();
  readonly texts = new Set<string>();
  /** Names that a module exports where they are declared. */
  readonly exported = new Set<string>();
  /** How many arguments what is declared at the top of a file takes. */
  readonly parameters = new Map<string, number>();
  /** The same of all functions with a name and methods, the most where several have one name. */
  readonly taken = new Map<string, number>();

  readAll(root: SyntaxNode): void {
    for (const statement of root.parts('statements')) {
      const own = statement.part('declarationList')?.parts('declarations') ?? [statement];
      for (const one of own) {
        const name = one.part('name')?.value;
        if (name === undefined) continue;
        if (/^export\b/.test(statement.text)) this.exported.add(name);
        const value = one.part('initializer') ?? one;
        const called = isFunction(value)
          ? value
          : one.kind === 'ClassDeclaration' && !one.part('heritageClauses') && one.parts('heritageClauses').length === 0
            ? (one.parts('members').find(({ kind }) => kind === 'Constructor') ?? 'none')
            : undefined;
        if (called === 'none') this.parameters.set(name, 0);
        else if (called && !called.parts('parameters').some(({ text }) => text.startsWith('...')))
          this.parameters.set(name, called.parts('parameters').length);
      }
      const clause = statement.kind === 'ExportDeclaration' ? statement.part('exportClause') : undefined;
      for (const one of clause?.parts('elements') ?? []) this.exported.add(one.part('name')?.value ?? '');
    }
    this.read(root);
  }

  read(node: SyntaxNode): void {
    const { value, kind } = node;
    const name = isFunction(node) ? (node.part('name') ?? node.parent?.part('name'))?.value : undefined;
    if (name !== undefined) this.taken.set(name, Math.max(this.taken.get(name) ?? 0, node.parts('parameters').length));
    if (value !== undefined) {
      if (/^(?:Private)?Identifier$/.test(kind)) {
        this.names.add(value);
        const { parent } = node;
        const declares =
          parent &&
          /Declaration$|^(?:PropertySignature|MethodSignature|PropertyAssignment|Parameter|EnumMember)$/.test(
            parent.kind,
          );
        if (declares && parent.part('name') === node && isOuter(parent)) this.declared.add(value);
      } else if (/^(?:String|NoSub|Template)/.test(kind)) {
        this.texts.add(value);
        this.names.add(value);
        if (
          /^[\w$-]{3,}$/.test(value) &&
          node.parent &&
          /^(?:LiteralType|PropertyAssignment|CaseClause)$/.test(node.parent.kind)
        )
          this.declared.add(value);
      }
    }
    for (const child of node.children) this.read(child);
  }
}

/** Lines of a changelog that say of themselves that nobody sees a difference. */
const INTERNAL = /^[\s*+#>-]*(?:\*\*)?(?:chore|refactor\w*|internals?|tests?|style|ci|build|docs?|perf|clean-?up)\b/i;
/** Headings and blank lines say nothing. */
const saysNews = (text: string): boolean => {
  const lines = text.split('\n').filter((line) => /\w/.test(line) && !/^\s*#/.test(line));
  return lines.length === 0 || lines.some((line) => !INTERNAL.test(line));
};

/** Whether a doc comment was put in other words: it is much like one that is gone. */
function isDocumented(base: SyntaxTree, head: SyntaxTree): boolean {
  const docs = ({ comments }: SyntaxTree): readonly string[] =>
    comments.filter(({ text }) => text.startsWith('/**')).map(({ text }) => text.replace(/[\s*/]+/g, ' ').trim());
  const wordsOf = (text: string): readonly string[] => text.match(/[\w'-]+/g) ?? [];
  const [was, is] = [docs(base), docs(head)];
  const gone = was.filter((one) => !is.includes(one)).map((one) => new Set(wordsOf(one)));
  return is
    .filter((one) => !was.includes(one))
    .map(wordsOf)
    .some((words) => gone.some((old) => words.filter((word) => old.has(word)).length > words.length / 2));
}

/** Whether a declaration is seen outside of a function's body. */
function isOuter(node: SyntaxNode): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.kind === 'Block') return false;
  return true;
}
