import type { RepoPath, Span } from '../../base/index.ts';
import { span } from '../../base/index.ts';
import { type LanguageService, type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { declaredBy, declaredIn, HOLDS_BODY, outerNames, usedIn } from './names.ts';

/** A run of statements as a function of what it uses. */
export interface Extracted {
  readonly span: Span;
  readonly name: string;
  /** Its text, to stand at the end of its module. */
  readonly source: string;
}

/** Where what is to be a function stands: its file, the function around it, and how many of the file are functions already. */
interface Within {
  readonly text: string;
  readonly path: RepoPath;
  readonly language: LanguageService;
  readonly holder: SyntaxNode;
  readonly index: number;
}

/** Statements of one run, runs of one file, values that one may need, characters of one type. */
const STATEMENTS = 8;
const RUNS = 60;
const VALUES = 4;
const TYPE = 300;
/** Characters of a run, and of an expression, that is worth a call. */
const LEAST = 60;
const EXPRESSION = 40;
/** Statements before a callback that say what it uses. */
const SLICE = 6;

/**
 * Runs of new statements that come to one value, each as a function: of one variable that is used afterwards or added to, or of what
 * is returned at their end; and callbacks and expressions within a statement. The longest first; none that jumps elsewhere,
 * waits, or sets a variable from outside.
 */
export function extractedFrom(
  text: string,
  path: RepoPath,
  isNew: (from: number, to: number) => boolean,
  language: LanguageService,
): readonly Extracted[] {
  const found: Extracted[] = [];
  const within = (holder: SyntaxNode): Within => ({ text, path, language, holder, index: found.length });
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
        const made = functionOf(within(holder!), run, statements.slice(from + length));
        if (made) found.push({ ...made, span: at });
      }
    const at = span(node.start, node.end);
    const length = at.end - at.start;
    if (holder && found.length < RUNS && length >= EXPRESSION && isNew(at.start, at.end)) {
      const made = isCallback(node)
        ? callbackOf(within(holder), node)
        : isExpression(node)
          ? expressionOf(within(holder), node)
          : undefined;
      if (made && !found.some((one) => one.span.start === at.start && one.span.end === at.end))
        found.push({ ...made, span: at });
    }
    for (const child of node.children) visit(child, HOLDS_BODY.test(node.kind) ? node : holder);
  };
  visit(syntaxTreeOf(text, path).root, undefined);
  return [...found].sort((a, b) => b.span.end - b.span.start - (a.span.end - a.span.start));
}

function functionOf(
  within: Within,
  run: readonly SyntaxNode[],
  after: readonly SyntaxNode[],
): Omit<Extracted, 'span'> | undefined {
  const last = run.at(-1)!;
  const returns = last.kind === 'ReturnStatement' && last.part('expression') !== undefined;
  if (run.some((one) => jumps(one, returns ? last : undefined))) return undefined;
  const own = new Set(run.flatMap(declaredBy));
  const used = usedIn(after);
  const results = [...own].filter((name) => used.has(name));
  const sum = results.length === 0 && !returns ? addedTo(run) : undefined;
  if (returns ? results.length > 0 : results.length !== 1 && sum === undefined) return undefined;
  const taken = takenBy(run, within.holder);
  if (sum !== undefined) taken.delete(sum.name);
  if (run.some((one) => assigns(one, new Set(taken.keys())))) return undefined;
  const parameters = parametersFor(within, taken);
  const type = sum && (sum.isList ? typeOf(within, sum.node) : 'string');
  if (!parameters || (sum && type === undefined)) return undefined;
  const body = within.text.slice(run[0]!.start, last.end);
  const result = sum?.name ?? results[0];
  const start = sum ? `let ${sum.name}: ${type} = ${sum.isList ? '[]' : "''"};\n` : '';
  return made(within, result ?? 'returned', parameters, `${start}${body}\n${returns ? '' : `return ${result};\n`}`);
}

/** A function without a name that is handed on, with the constants that it uses. */
function callbackOf(within: Within, node: SyntaxNode): Omit<Extracted, 'span'> | undefined {
  const own = node.parts('parameters');
  const names = own.map((one) => one.part('name')!);
  const body = node.part('body')!;
  const isPlain = own.every((one) => !one.part('initializer') && !one.part('dotDotDotToken'));
  if (!isPlain || names.some(({ kind }) => kind !== 'Identifier') || node.parts('modifiers').length > 0)
    return undefined;
  const statements = body.kind === 'Block' ? body.parts('statements') : [body];
  if (waits(body)) return undefined;
  const before: SyntaxNode[] = [];
  let taken = takenBy(statements, node);
  // What it uses may be said by constants before it.
  for (let at = 0; at < SLICE; at++) {
    const said = [...taken.keys()].map((name) => constantBefore(node, name)).find((one) => one !== undefined);
    if (!said || before.includes(said) || waits(said)) break;
    before.unshift(said);
    const declared = new Set(before.flatMap(declaredBy));
    taken = new Map([...takenBy([...before, ...statements], node)].filter(([name]) => !declared.has(name)));
  }
  const inside = new Set<string>();
  for (const one of statements) declaredIn(one, inside);
  for (const one of names) if (!inside.has(one.text) && !taken.has(one.text)) taken.set(one.text, one);
  const parameters = parametersFor(within, new Map([...taken].sort(([, a], [, b]) => a.start - b.start)));
  if (!parameters) return undefined;
  const { text } = within;
  const lines = before.map((one) => `${text.slice(one.start, one.end)}\n`).join('');
  const inner = text.slice(body.start, body.end);
  const rest = body.kind === 'Block' ? inner.slice(1, -1) : `return (${inner});`;
  return made(within, 'callback', parameters, `${lines}${rest}\n`);
}

/** Part of a statement. */
function expressionOf(within: Within, node: SyntaxNode): Omit<Extracted, 'span'> | undefined {
  if (waits(node)) return undefined;
  const taken = takenBy([node], within.holder);
  if (assigns(node, new Set(taken.keys()))) return undefined;
  const parameters = parametersFor(within, taken);
  return parameters && made(within, 'value', parameters, `return (${within.text.slice(node.start, node.end)});\n`);
}

/** Values from around that statements use, and where first. */
function takenBy(run: readonly SyntaxNode[], holder: SyntaxNode): Map<string, SyntaxNode> {
  const around = outerNames(holder);
  const inside = new Set<string>();
  for (const one of run) declaredIn(one, inside);
  return new Map([...usedIn(run)].filter(([name]) => !inside.has(name) && around.has(name)));
}

/** Parameters of a function that is given values; undefined where there are none, too many, or their types are not to be had. */
function parametersFor(within: Within, values: ReadonlyMap<string, SyntaxNode>): readonly string[] | undefined {
  if (values.size === 0 || values.size > VALUES) return undefined;
  const parameters: string[] = [];
  for (const [name, node] of values) {
    const type = typeOf(within, node);
    if (type === undefined) return undefined;
    parameters.push(`${name}: ${type}`);
  }
  return parameters;
}

function typeOf({ path, language }: Within, node: SyntaxNode): string | undefined {
  const type = language.typeAt(path, node.start);
  // The compiler writes `name: type`, or the type alone.
  const written = type.status === 'known' ? type.value.text : undefined;
  return written === undefined || written.length >= TYPE || /\.\.\.|\btypeof\b|\n/.test(written) ? undefined : written;
}

function made(
  { holder, index }: Within,
  what: string,
  parameters: readonly string[],
  body: string,
): Omit<Extracted, 'span'> {
  const name = `${what}$${index}`;
  const generics = holder.parts('typeParameters').map((one) => one.text);
  const head = `function ${name}${generics.length > 0 ? `<${generics.join(', ')}>` : ''}(${parameters.join(', ')})`;
  return { name, source: `${head} {\n${body}}\n` };
}

const isCallback = ({ kind, parent }: SyntaxNode): boolean =>
  /^(?:ArrowFunction|FunctionExpression)$/.test(kind) && parent?.kind === 'CallExpression';

const EXPRESSIONS = /^(?:Call|Binary|Conditional|Template|New)Expression$/;

/** Whether a node is a value of its own: not a link of a chain, nor what is done and thrown away. */
const isExpression = (node: SyntaxNode): boolean => {
  const { kind, parent } = node;
  if (!EXPRESSIONS.test(kind) || !parent) return false;
  if (/^(?:ExpressionStatement|PropertyAccessExpression)$/.test(parent.kind)) return false;
  if (kind === 'BinaryExpression' && /EqualsToken$/.test(node.part('operatorToken')?.kind ?? ''))
    return /^(?:EqualsEquals|Exclamation|LessThan|GreaterThan)/.test(node.part('operatorToken')!.kind);
  // All that a function returns is a matter of the function.
  return !(parent.kind === 'ReturnStatement' && parent.parent?.parts('statements').length === 1);
};

/** Whether something waits, or needs the instance that it is called on. */
const waits = (node: SyntaxNode): boolean =>
  /^(?:ThisKeyword|SuperKeyword|AwaitExpression|YieldExpression)$/.test(node.kind) || node.children.some(waits);

/** The one list or text from outside that statements add to, where they do not read it. */
function addedTo(
  run: readonly SyntaxNode[],
): { readonly name: string; readonly node: SyntaxNode; readonly isList: boolean } | undefined {
  const inside = new Set<string>();
  for (const one of run) declaredIn(one, inside);
  const targets = new Map<string, { readonly node: SyntaxNode; readonly isList: boolean; times: number }>();
  const times = new Map<string, number>();
  const visit = (node: SyntaxNode): void => {
    if (node.kind === 'Identifier') times.set(node.text, (times.get(node.text) ?? 0) + 1);
    const callee = node.kind === 'CallExpression' ? node.part('expression') : undefined;
    const isPush = callee?.kind === 'PropertyAccessExpression' && callee.part('name')?.text === 'push';
    const isPlus = node.kind === 'BinaryExpression' && node.part('operatorToken')?.text === '+=';
    const target = isPush ? callee.part('expression') : isPlus ? node.part('left') : undefined;
    if (target?.kind === 'Identifier' && !inside.has(target.text)) {
      const known = targets.get(target.text);
      targets.set(target.text, { node: target, isList: isPush, times: (known?.times ?? 0) + 1 });
    }
    node.children.forEach(visit);
  };
  run.forEach(visit);
  const [[name, only] = [undefined, undefined]] = targets;
  return targets.size === 1 && only && times.get(name!) === only.times
    ? { name: name!, node: only.node, isList: only.isList }
    : undefined;
}

/** The constant of a name that is said before a node, in the function around it. */
function constantBefore(node: SyntaxNode, name: string): SyntaxNode | undefined {
  for (let at = node.parent; at && at.kind !== 'SourceFile'; at = at.parent) {
    const found = at
      .parts('statements')
      .find(
        (one) =>
          one.end <= node.start &&
          one.part('declarationList')?.text.startsWith('const') &&
          declaredBy(one).includes(name),
      );
    if (found) return found;
  }
  return undefined;
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
