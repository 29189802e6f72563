import type { RepoPath, Span } from '../../base/index.ts';
import { span } from '../../base/index.ts';
import { type LanguageService, type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { HOLDS_BODY } from './catalog.ts';

/** A run of statements as a function of what it uses. */
export interface Extracted {
  readonly span: Span;
  readonly name: string;
  /** Its text, to stand at the end of its module. */
  readonly source: string;
}

/** Statements of one run, runs of one file, values that one may need, characters of one type. */
const STATEMENTS = 8;
const RUNS = 40;
const VALUES = 4;
const TYPE = 300;
/** Characters of a run that is worth a call. */
const LEAST = 60;

/**
 * Runs of new statements that come to one value, each as a function: of one variable that is used afterwards, or of what is returned
 * at their end. The longest first; none that jumps elsewhere, waits, or changes a variable from outside.
 */
export function extractedFrom(
  text: string,
  path: RepoPath,
  isNew: (from: number, to: number) => boolean,
  language: LanguageService,
): readonly Extracted[] {
  const found: Extracted[] = [];
  const visit = (node: SyntaxNode, holder: SyntaxNode | undefined): void => {
    if (found.length >= RUNS) return;
    const statements = holder && node.kind === 'Block' ? node.parts('statements') : [];
    for (let length = Math.min(statements.length, STATEMENTS); length >= 1; length--)
      for (let from = 0; from + length <= statements.length && found.length < RUNS; from++) {
        // A whole body is a matter of the function as a whole.
        if (length === statements.length && node.parent === holder) continue;
        const run = statements.slice(from, from + length);
        const at = span(run[0]!.start, run.at(-1)!.end);
        if (at.end - at.start < LEAST || !isNew(at.start, at.end)) continue;
        const made = functionOf(text, path, run, statements.slice(from + length), holder!, found.length, language);
        if (made) found.push({ ...made, span: at });
      }
    for (const child of node.children) visit(child, HOLDS_BODY.test(node.kind) ? node : holder);
  };
  visit(syntaxTreeOf(text, path).root, undefined);
  return [...found].sort((a, b) => b.span.end - b.span.start - (a.span.end - a.span.start));
}

function functionOf(
  text: string,
  path: RepoPath,
  run: readonly SyntaxNode[],
  after: readonly SyntaxNode[],
  holder: SyntaxNode,
  index: number,
  language: LanguageService,
): Omit<Extracted, 'span'> | undefined {
  const last = run.at(-1)!;
  const returns = last.kind === 'ReturnStatement' && last.part('expression') !== undefined;
  if (run.some((one) => jumps(one, returns ? last : undefined))) return undefined;
  const own = new Set(run.flatMap(declaredBy));
  const used = usedIn(after);
  const results = [...own].filter((name) => used.has(name));
  if (returns ? results.length > 0 : results.length !== 1) return undefined;
  const around = outerNames(holder);
  const inside = new Set<string>();
  for (const one of run) declaredIn(one, inside);
  const values = new Map<string, SyntaxNode>();
  for (const [name, node] of usedIn(run)) if (!inside.has(name) && around.has(name)) values.set(name, node);
  if (values.size === 0 || values.size > VALUES) return undefined;
  if (run.some((one) => assigns(one, new Set(values.keys())))) return undefined;
  const parameters: string[] = [];
  for (const [name, node] of values) {
    const type = language.typeAt(path, node.start);
    // The compiler writes `name: type`, or the type alone.
    const written = type.status === 'known' ? type.value.text : undefined;
    if (written === undefined || written.length >= TYPE || /\.\.\.|\btypeof\b|\n/.test(written)) return undefined;
    parameters.push(`${name}: ${written}`);
  }
  const body = text.slice(run[0]!.start, last.end);
  const [result] = results;
  const name = `${result ?? 'returned'}$${index}`;
  const generics = holder.parts('typeParameters').map((one) => one.text);
  const head = `function ${name}${generics.length > 0 ? `<${generics.join(', ')}>` : ''}(${parameters.join(', ')})`;
  return { name, source: `${head} {\n${body}\n${returns ? '' : `return ${result};\n`}}\n` };
}

/** Whether a statement leads elsewhere, waits, or needs the instance it is called on. */
function jumps(node: SyntaxNode, allowed: SyntaxNode | undefined, loops = 0): boolean {
  if (node === allowed) return node.children.some((one) => jumps(one, undefined, loops));
  if (/^(?:ThisKeyword|SuperKeyword|AwaitExpression|YieldExpression|LabeledStatement)$/.test(node.kind)) return true;
  if (HOLDS_BODY.test(node.kind)) return hasThis(node);
  if (node.kind === 'ReturnStatement') return true;
  if (/^(?:Break|Continue)Statement$/.test(node.kind)) return loops === 0;
  const more = /^(?:For|While|Do|Switch)/.test(node.kind) ? 1 : 0;
  return node.children.some((one) => jumps(one, allowed, loops + more));
}

const hasThis = (node: SyntaxNode): boolean =>
  /^(?:ThisKeyword|SuperKeyword)$/.test(node.kind) || node.children.some(hasThis);

/** Names that a statement declares for those after it. */
function declaredBy(node: SyntaxNode): readonly string[] {
  if (node.kind === 'FunctionDeclaration') return [node.part('name')?.text ?? ''];
  return (node.part('declarationList')?.parts('declarations') ?? []).flatMap((one) => bound(one.part('name')));
}

function bound(node: SyntaxNode | undefined): readonly string[] {
  if (!node) return [];
  if (node.kind === 'Identifier') return [node.text];
  return node.parts('elements').flatMap((one) => bound(one.part('name')));
}

/** Names that a function is given or declares, those of functions around it too. */
function outerNames(holder: SyntaxNode): ReadonlySet<string> {
  const found = new Set<string>();
  for (let at: SyntaxNode | undefined = holder; at && at.kind !== 'SourceFile'; at = at.parent)
    if (HOLDS_BODY.test(at.kind)) for (const one of at.children) declaredIn(one, found);
  return found;
}

/** Names that are declared anywhere in a node. */
function declaredIn(node: SyntaxNode, names: Set<string>): void {
  if (/^(?:VariableDeclaration|Parameter)$/.test(node.kind)) for (const one of bound(node.part('name'))) names.add(one);
  if (node.kind === 'FunctionDeclaration') names.add(node.part('name')?.text ?? '');
  for (const child of node.children) declaredIn(child, names);
}

/** Names that are read, with where that is first. */
function usedIn(nodes: readonly SyntaxNode[]): ReadonlyMap<string, SyntaxNode> {
  const found = new Map<string, SyntaxNode>();
  const visit = (node: SyntaxNode): void => {
    const { parent } = node;
    if (node.kind === 'Identifier') {
      const isPart = (part: string): boolean => parent?.part(part)?.start === node.start;
      const isMember =
        (parent?.kind === 'PropertyAccessExpression' && isPart('name')) ||
        (/^(?:PropertyAssignment|MethodDeclaration|PropertySignature)$/.test(parent?.kind ?? '') && isPart('name')) ||
        (parent?.kind === 'BindingElement' && isPart('propertyName'));
      if (!isMember && !found.has(node.text)) found.set(node.text, node);
    }
    node.children.forEach(visit);
  };
  nodes.forEach(visit);
  return found;
}

function assigns(node: SyntaxNode, names: ReadonlySet<string>): boolean {
  const target =
    node.kind === 'BinaryExpression' && /EqualsToken$/.test(node.part('operatorToken')?.kind ?? '')
      ? node.part('left')
      : /^(?:Prefix|Postfix)UnaryExpression$/.test(node.kind)
        ? node.part('operand')
        : undefined;
  const isCompared = /^(?:EqualsEquals|Exclamation|LessThan|GreaterThan)/.test(node.part('operatorToken')?.kind ?? '');
  if (target?.kind === 'Identifier' && !isCompared && names.has(target.text)) {
    const isStep = node.kind === 'BinaryExpression' || /\+\+|--/.test(node.text);
    if (isStep) return true;
  }
  return node.children.some((one) => assigns(one, names));
}
