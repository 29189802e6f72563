import type { SyntaxNode } from '../../lang/index.ts';
import { Rewritten } from './snapshotTexts.ts';

/** One side of a changed file that is no test. */
export interface CodeSides {
  readonly base?: SyntaxNode;
  readonly head?: SyntaxNode;
}

/** What a change did to the code that the tests are about. */
export class CodeFacts {
  /** Whether any code that is no test changed. */
  readonly changed: boolean;
  /** Whether the change says that something behaves otherwise: prose was added. */
  readonly declared: boolean;
  /** Texts of the code that read otherwise now. */
  readonly rewritten: Rewritten;
  readonly #lost: ReadonlySet<string>;
  readonly #textsBefore: ReadonlySet<string>;
  readonly #textsAfter: ReadonlySet<string>;

  constructor(files: readonly CodeSides[], declared: boolean) {
    this.changed = files.length > 0;
    this.declared = declared;
    this.rewritten = new Rewritten(
      files.flatMap(({ base: root }) => root ?? []),
      files.flatMap(({ head: root }) => root ?? []),
    );
    const [base, head] = [new Words(), new Words()];
    for (const file of files) {
      if (file.base) base.read(file.base);
      if (file.head) head.read(file.head);
    }
    this.#lost = new Set([...base.declared].filter((name) => !head.names.has(name)));
    this.#textsBefore = base.texts;
    this.#textsAfter = head.texts;
  }

  /** Whether one of these names was declared in the changed code and is nowhere in it any more. */
  hasLost(names: readonly string[]): boolean {
    return names.some((name) => name.length > 2 && this.#lost.has(name));
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
    return /\.(?:success|ok|done)\b|\btypeof\b|\binstanceof\b|process\.platform|\.kind===|\.type===|"in"/.test(
      condition,
    );
  }
}

/** Names and texts of a syntax tree. */
class Words {
  readonly names = new Set<string>();
  readonly declared = new Set<string>();
  readonly texts = new Set<string>();

  read(node: SyntaxNode): void {
    const { value, kind } = node;
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

/** Whether a declaration is seen outside of a function's body. */
function isOuter(node: SyntaxNode): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.kind === 'Block') return false;
  return true;
}
