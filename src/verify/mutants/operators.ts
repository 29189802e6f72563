import { type Span, span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';

/** A small fault that could stand in the code. */
export interface Mutant {
  /** What the grammar calls the operator. */
  readonly kind: Kind;
  /** What stands there, and what stands there instead. */
  readonly span: Span;
  readonly replacement: string;
  /** `statement`: what stands there is left out, and is no expression. */
  readonly form: 'expression' | 'statement';
  /** What becomes of the code, in words: `<` becomes `<=`. */
  readonly words: string;
  /** Where it is told. */
  readonly at: number;
}

export type Kind =
  | 'boundary'
  | 'condition'
  | 'logical'
  | 'arithmetic'
  | 'return'
  | 'removed'
  | 'fallback'
  | 'optional'
  | 'method'
  | 'await'
  | 'constant'
  | 'string';

/** Kinds by how much a survivor tells, most first. */
export const TELLING: readonly Kind[] = [
  'boundary',
  'condition',
  'return',
  'removed',
  'logical',
  'arithmetic',
  'fallback',
  'await',
  'method',
  'optional',
  'constant',
  'string',
];

const NO_CODE =
  /Type(?:Node|Reference|Literal|Predicate|Parameter|Operator|Query)?$|^(?:InterfaceDeclaration|TypeAliasDeclaration|EnumDeclaration|ModuleDeclaration|Import|Export(?:Declaration|Specifier)|Decorator|ExpressionWithTypeArguments|HeritageClause)/;
const BOUNDS: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const EQUALS: Readonly<Record<string, string>> = { '===': '!==', '!==': '===', '==': '!=', '!=': '==' };
const SUMS: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*', '**': '*' };
const LOGIC: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' };
const SWAPS: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  toUpperCase: 'toLowerCase',
  toLowerCase: 'toUpperCase',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  round: 'floor',
  push: 'unshift',
  unshift: 'push',
  find: 'findLast',
  indexOf: 'lastIndexOf',
};
const DROPS = new Set(['filter', 'sort', 'toSorted', 'reverse', 'toReversed', 'trim', 'slice']);
const CHAIN = new Set(['PropertyAccessExpression', 'ElementAccessExpression', 'CallExpression', 'NonNullExpression']);
const isText = (node: SyntaxNode | undefined): boolean =>
  node !== undefined && /^(?:StringLiteral|NoSubstitutionTemplateLiteral|TemplateExpression)$/.test(node.kind);
/** Characters of code that are told. */
const SHOWN = 50;
const shown = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ');
  return `\`${line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line}\``;
};

/** Faults that could stand in the given spans of a file, in the order of their places. */
export function mutantsOf(text: string, path: string, spans: readonly Span[]): readonly Mutant[] {
  const { root, problem } = syntaxTreeOf(text, path);
  if (problem) return [];
  const found: Mutant[] = [];
  const inside = (at: number): boolean => spans.some(({ start, end }) => start <= at && at < end);
  const visit = (node: SyntaxNode, depth: number): void => {
    if (depth >= 200 || NO_CODE.test(node.kind) || isLog(node)) return;
    if (node.end > node.start && !isTarget(node)) {
      for (const one of mutantsAt(node)) if (inside(one.at)) found.push(one);
    }
    for (const child of node.children) visit(child, depth + 1);
  };
  visit(root, 0);
  return found.sort((a, b) => a.at - b.at || TELLING.indexOf(a.kind) - TELLING.indexOf(b.kind));
}

/** Messages are nobody's behaviour. */
const isLog = (node: SyntaxNode): boolean =>
  node.kind === 'CallExpression' && /^(?:console|log|logger|debug)\b/.test(node.part('expression')?.text ?? '');

/** What is written to, and not read. */
function isTarget(node: SyntaxNode): boolean {
  const { parent } = node;
  if (!parent) return false;
  if (parent.kind === 'BinaryExpression' && /^(?!(?:===?|!==?|<=|>=)$).*=$/.test(parent.part('operatorToken')!.text))
    return parent.part('left') === node;
  return (
    /^(?:Delete|PrefixUnary|PostfixUnary)/.test(parent.kind) && /^(?:delete|\+\+|--)|(?:\+\+|--)$/.test(parent.text)
  );
}

function mutantsAt(node: SyntaxNode): readonly Mutant[] {
  const make = (kind: Kind, replacement: string, words: string, at = node.start): Mutant => ({
    kind,
    span: span(node.start, node.end),
    replacement,
    form: 'expression',
    words,
    at,
  });
  const { text } = node;
  switch (node.kind) {
    case 'BinaryExpression':
      return ofOperator(node, make);
    case 'IfStatement':
    case 'ConditionalExpression': {
      const on = node.part(node.kind === 'IfStatement' ? 'expression' : 'condition')!;
      if (on.kind === 'BinaryExpression') return [];
      const negated = {
        ...make('condition', `!(${on.text})`, `the condition ${shown(on.text)} is turned round`, on.start),
      };
      return [{ ...negated, span: span(on.start, on.end) }];
    }
    case 'NumericLiteral': {
      if (/^(?:PropertyAssignment|EnumMember)$/.test(node.parent?.kind ?? '') && node.parent?.part('name') === node)
        return [];
      const value = Number(node.value);
      return Number.isSafeInteger(value) ? [make('constant', String(value + 1), `${text} becomes ${value + 1}`)] : [];
    }
    case 'TrueKeyword':
      return [make('constant', 'false', '`true` becomes `false`')];
    case 'FalseKeyword':
      return [make('constant', 'true', '`false` becomes `true`')];
    case 'StringLiteral':
    case 'NoSubstitutionTemplateLiteral':
      return isValue(node) && node.value !== '' ? [make('string', "''", `${shown(text)} becomes empty`)] : [];
    case 'ReturnStatement':
      return ofReturn(node);
    case 'ExpressionStatement':
      return ofStatement(node);
    case 'ThrowStatement':
    case 'ContinueStatement':
      return [{ ...make('removed', '', `${shown(text)} is left out`), form: 'statement' }];
    case 'AwaitExpression':
      return [make('await', node.part('expression')!.text, `${shown(text)} is not awaited`)];
    case 'CallExpression':
    case 'PropertyAccessExpression':
    case 'ElementAccessExpression':
      return [...ofChain(node, make), ...(node.kind === 'CallExpression' ? ofMethod(node, make) : [])];
    default:
      return [];
  }
}

type Make = (kind: Kind, replacement: string, words: string, at?: number) => Mutant;

function ofOperator(node: SyntaxNode, make: Make): readonly Mutant[] {
  const [left, sign, right] = [node.part('left')!, node.part('operatorToken')!, node.part('right')!];
  const turn = (kind: Kind, to: string): Mutant =>
    make(kind, `${left.text} ${to} ${right.text}`, `\`${sign.text}\` becomes \`${to}\``, sign.start);
  const { text } = sign;
  if (BOUNDS[text])
    return [turn('boundary', BOUNDS[text]), turn('condition', { '<': '>=', '<=': '>', '>': '<=', '>=': '<' }[text]!)];
  if (EQUALS[text]) return [turn('condition', EQUALS[text])];
  // `&&` and `||` need brackets where they meet.
  if (LOGIC[text])
    return [
      make(
        'logical',
        `(${left.text}) ${LOGIC[text]} (${right.text})`,
        `\`${text}\` becomes \`${LOGIC[text]}\``,
        sign.start,
      ),
    ];
  if (text === '??')
    return [make('fallback', left.text, `the fallback ${shown(right.text)} is never taken`, sign.start)];
  if (SUMS[text] && !isText(left) && !isText(right)) return [turn('arithmetic', SUMS[text])];
  const [, compound] = /^([-+*/])=$/.exec(text) ?? [];
  if (compound && !isText(right)) return [turn('arithmetic', `${SUMS[compound]}=`)];
  return [];
}

function ofReturn(node: SyntaxNode): readonly Mutant[] {
  const value = node.part('expression');
  if (
    !value ||
    /^(?:Undefined|NullKeyword|TrueKeyword|FalseKeyword|NumericLiteral)/.test(value.kind) ||
    value.text === 'undefined'
  )
    return [];
  const empty = isText(value)
    ? "''"
    : value.kind === 'ArrayLiteralExpression'
      ? '[]'
      : value.kind === 'BinaryExpression' && SUMS[value.part('operatorToken')!.text]
        ? '0'
        : 'undefined';
  if (value.text === empty) return [];
  const words = `${shown(node.text)} gives \`${empty}\``;
  return [
    {
      kind: 'return',
      span: span(value.start, value.end),
      replacement: empty,
      form: 'expression',
      words,
      at: node.start,
    },
  ];
}

function ofStatement(node: SyntaxNode): readonly Mutant[] {
  const done = node.part('expression')!;
  // Without what `super` does nothing can be made; a word alone is a directive.
  if (isText(done) || /^super\b/.test(done.text) || isLog(done)) return [];
  return [
    {
      kind: 'removed',
      span: span(done.start, done.end),
      replacement: 'void 0',
      form: 'expression',
      words: `${shown(done.text)} is left out`,
      at: done.start,
    },
  ];
}

/** Every `?.` of a chain, told at its top. */
function ofChain(node: SyntaxNode, make: Make): readonly Mutant[] {
  const { parent } = node;
  if (parent && CHAIN.has(parent.kind) && parent.part('expression') === node) return [];
  const found: Mutant[] = [];
  for (let at: SyntaxNode | undefined = node; at && CHAIN.has(at.kind); at = at.part('expression')) {
    const mark = at.part('questionDotToken');
    if (!mark) continue;
    const next = node.text.slice(mark.end - node.start);
    const plain = `${node.text.slice(0, mark.start - node.start)}${/^\s*[[(]/.test(next) ? '' : '.'}${next}`;
    found.push(make('optional', plain, `\`?.\` becomes \`.\` in ${shown(node.text)}`, mark.start));
  }
  return found;
}

function ofMethod(node: SyntaxNode, make: Make): readonly Mutant[] {
  const callee = node.part('expression')!;
  const name = callee.kind === 'PropertyAccessExpression' ? callee.part('name')! : undefined;
  if (!name || inChain(node)) return [];
  const to = Object.hasOwn(SWAPS, name.text) ? SWAPS[name.text] : undefined;
  if (to) {
    const swapped = node.text.slice(0, name.start - node.start) + to + node.text.slice(name.end - node.start);
    return [make('method', swapped, `\`${name.text}\` becomes \`${to}\``, name.start)];
  }
  const on = callee.part('expression')!;
  const isBare = node.parent?.kind !== 'ExpressionStatement' && !callee.part('questionDotToken');
  return DROPS.has(name.text) && isBare ? [make('method', on.text, `\`.${name.text}()\` is left out`, name.start)] : [];
}

/** Whether a chain with `?.` goes on after it, which a bracket would end. */
function inChain(node: SyntaxNode): boolean {
  let at = node;
  while (at.parent && CHAIN.has(at.parent.kind) && at.parent.part('expression') === at) at = at.parent;
  for (let inner: SyntaxNode | undefined = at; inner && CHAIN.has(inner.kind); inner = inner.part('expression'))
    if (inner.part('questionDotToken')) return true;
  return false;
}

/** Whether a text is a value: no key, no module, no message of an error. */
function isValue(node: SyntaxNode): boolean {
  const { parent } = node;
  if (!parent) return false;
  if (/^(?:Import|Export|ExternalModule|JsxAttribute|TaggedTemplate|ExpressionStatement)/.test(parent.kind))
    return false;
  if (/^(?:Property|Method|Enum|Binding)/.test(parent.kind) && parent.part('initializer') !== node) return false;
  if (parent.kind === 'CallExpression' && /^(?:import|require)$/.test(parent.part('expression')?.text ?? ''))
    return false;
  return !(parent.kind === 'NewExpression' && /Error$/.test(parent.part('expression')?.text ?? ''));
}
