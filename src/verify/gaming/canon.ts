import type { SyntaxNode } from '../../lang/index.ts';
import { bare, isFunction, type Names } from './scope.ts';

/** An expression written so that what means the same reads the same: constants put in, quotes, spaces and keys in one order. */
export interface Printed {
  readonly text: string;
  /** The same with every name left out: what stays is structure and literals. */
  readonly shape: string;
  /** Whether it is made of literals alone. */
  readonly pure: boolean;
  /** Literals in it, each as JSON. */
  readonly literals: readonly string[];
  /** Names in it that are imported, global or members. */
  readonly names: readonly string[];
}

/** Values of the names that a row of a table gives, by the node that declares the name. */
export type Row = ReadonlyMap<SyntaxNode, Cell>;

/** A value that is written out, and the way into it (`.a[0]`). */
export interface Cell {
  readonly node: SyntaxNode;
  readonly path: string;
}

/** Constants within constants. */
const DEPTH = 12;
/** Longer ones are cut: two that agree so far are taken for the same. */
const LENGTH = 4_000;

interface State {
  readonly names: Names;
  readonly row: Row;
  readonly locals: Map<SyntaxNode, string>;
  readonly literals: string[];
  readonly named: string[];
  pure: boolean;
  left: number;
}

export class Canon {
  readonly names: Names;
  constructor(names: Names) {
    this.names = names;
  }
  /** `locals` numbers names that have no value of their own; shared by what is to be compared as one. */
  print(node: SyntaxNode, row: Row = new Map(), locals: Map<SyntaxNode, string> = new Map()): Printed {
    const state: State = { names: this.names, row, locals, literals: [], named: [], pure: true, left: LENGTH };
    const text = write(node, state, 0);
    const shape = text.replace(/"(?:[^"\\]|\\.)*"|[A-Za-z_$§#][\w$]*/g, (one) =>
      one.startsWith('"') || /^(?:true|false|null|undefined|NaN)$/.test(one) ? one : '_',
    );
    return { text, shape, pure: state.pure, literals: state.literals, names: state.named };
  }
}

/** The text that a printed expression is, where it is one text and nothing else. */
export const textIn = (printed: string): string | undefined =>
  /^"(?:[^"\\]|\\.)*"$/s.test(printed) ? (JSON.parse(printed) as string) : undefined;

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  PlusToken: (left, right) => left + right,
  MinusToken: (left, right) => left - right,
  AsteriskToken: (left, right) => left * right,
  SlashToken: (left, right) => left / right,
  AsteriskAsteriskToken: (left, right) => left ** right,
};

const literal = (text: string, state: State): string => {
  state.literals.push(text);
  return text;
};

function write(given: SyntaxNode, state: State, depth: number): string {
  if (state.left <= 0) return '…';
  const node = bare(given);
  switch (node.kind) {
    case 'StringLiteral':
    case 'NoSubstitutionTemplateLiteral':
      state.left -= (node.value ?? '').length;
      return literal(JSON.stringify(node.value ?? ''), state);
    case 'NumericLiteral':
      return literal(String(Number(node.value)), state);
    case 'BigIntLiteral':
    case 'RegularExpressionLiteral':
      return literal(node.text, state);
    case 'TrueKeyword':
    case 'FalseKeyword':
    case 'NullKeyword':
      return literal(node.text, state);
    case 'Identifier':
      return name(node, state, depth);
    case 'PrefixUnaryExpression': {
      const operand = bare(node.part('operand')!);
      if (operand.kind === 'NumericLiteral' && node.text.startsWith('-'))
        return literal(String(-Number(operand.value)), state);
      break;
    }
    case 'ObjectLiteralExpression': {
      const parts = node.parts('properties').map((one) => property(one, state, depth));
      return `{${parts.some((one) => one.startsWith('...')) ? parts.join(',') : parts.sort().join(',')}}`;
    }
    case 'ArrayLiteralExpression':
      return `[${node
        .parts('elements')
        .map((one) => write(one, state, depth + 1))
        .join(',')}]`;
    case 'SpreadElement': {
      const list = write(node.part('expression')!, state, depth + 1);
      return /^\[.+\]$/s.test(list) ? list.slice(1, -1) : `...${list}`;
    }
    case 'PropertyAccessExpression': {
      const own = node.part('name')?.value ?? '';
      const cell = depth < DEPTH ? cellOf(node, state) : undefined;
      if (cell) return reach(cell.node, cell.path, state, depth);
      if (depth < DEPTH && isLacking(node, state)) return literal('undefined', state);
      const held = depth < DEPTH ? heldIn(node, state) : undefined;
      // Of a constant only what is asked of it; what it holds may have been changed since.
      const head = held
        ? `{${own}:${write(held, state, depth + 1)}}`
        : write(node.part('expression')!, state, depth + 1);
      state.named.push(own);
      state.pure = false;
      return `${head}.${own}`;
    }
    case 'ElementAccessExpression': {
      const cell = depth < DEPTH ? cellOf(node, state) : undefined;
      if (cell) return reach(cell.node, cell.path, state, depth);
      const key = bare(node.part('argumentExpression')!);
      if (key.kind !== 'StringLiteral' || !/^[A-Za-z_$][\w$]*$/.test(key.value ?? '')) break;
      const head = write(node.part('expression')!, state, depth + 1);
      state.pure = false;
      return `${head}.${key.value}`;
    }
    case 'TemplateExpression': {
      const parts = [JSON.stringify(node.part('head')?.value ?? '')];
      for (const one of node.parts('templateSpans'))
        parts.push(write(one.part('expression')!, state, depth + 1), JSON.stringify(one.part('literal')?.value ?? ''));
      return joined(parts, state);
    }
    case 'BinaryExpression':
      return operation(node, state, depth);
    case 'CallExpression':
    case 'NewExpression':
      state.pure =
        state.pure && node.kind === 'NewExpression' && /^(?:Date|Map|Set|RegExp)$/.test(node.part('expression')!.text);
      break;
    case 'ThisKeyword':
      state.pure = false;
      break;
  }
  return pieces(node, state, depth);
}

/** Two operands: worked out where both are numbers, bracketed where they are more than a name or a literal. */
function operation(node: SyntaxNode, state: State, depth: number): string {
  const token = node.part('operatorToken')!;
  const sides = [write(node.part('left')!, state, depth + 1), write(node.part('right')!, state, depth + 1)];
  const [left, right] = sides.map((text) => (/^-?\d/.test(text) ? Number(text) : Number.NaN));
  const value = ARITHMETIC[token.kind]?.(left!, right!);
  if (value !== undefined && Number.isFinite(value)) return literal(String(value), state);
  if (token.kind === 'PlusToken' && sides.some((text) => text.startsWith('"'))) return joined(sides, state);
  const operands = sides.map((text) => (/^(?:[\w$§#.]+|"(?:[^"\\]|\\.)*")$/.test(text) ? text : `(${text})`));
  return operands.join(/^\w/.test(token.text) ? ` ${token.text} ` : token.text);
}

/** Texts put together, in one where each is known. */
function joined(parts: readonly string[], state: State): string {
  if (!parts.every((one) => /^"(?:[^"\\]|\\.)*"$|^-?[\d.]+$/.test(one)) || !parts.some((one) => one.startsWith('"')))
    return parts.filter((one) => one !== '""').join('+');
  const text = parts.map((one) => (one.startsWith('"') ? (JSON.parse(one) as string) : one)).join('');
  return literal(JSON.stringify(text), state);
}

/** Any other node: its parts, and between them what stands there without spaces and comments. */
function pieces(node: SyntaxNode, state: State, depth: number): string {
  const { text, start, children } = node;
  if (children.length === 0) {
    const flat = squeeze(text);
    state.left -= flat.length;
    return flat;
  }
  let out = '';
  let at = start;
  for (const child of children) {
    if (child.start > at) out += squeeze(text.slice(at - start, child.start - start));
    // Types say nothing about values.
    if (
      !/Type(?:Reference|Literal|Query|Operator)?$|^(?:Any|String|Number|Boolean|Unknown|Void|Never)Keyword$/.test(
        child.kind,
      )
    )
      out += write(child, state, depth + 1);
    at = Math.max(at, child.end);
  }
  if (node.end > at) out += squeeze(text.slice(at - start));
  state.left -= out.length >> 2;
  return out
    .replace(/,(?=[)\]}])/g, '')
    .replace(/;+/g, ';')
    .replace(/\?:/g, ':');
}

const squeeze = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')
    .replace(/\s+/g, ' ')
    .replace(/(?<![\w$]) | (?![\w$])/g, '');

function property(node: SyntaxNode, state: State, depth: number): string {
  const own = node.part('name');
  const key = own ? (own.value ?? squeeze(own.text)) : '';
  if (node.kind === 'PropertyAssignment')
    return `${JSON.stringify(key)}:${write(node.part('initializer')!, state, depth + 1)}`;
  if (node.kind === 'ShorthandPropertyAssignment') return `${JSON.stringify(key)}:${write(own!, state, depth + 1)}`;
  if (node.kind === 'SpreadAssignment') {
    const inner = write(node.part('expression')!, state, depth + 1);
    return `...${inner}`;
  }
  state.pure = false;
  return pieces(node, state, depth);
}

function name(node: SyntaxNode, state: State, depth: number): string {
  const text = node.value ?? '';
  if (text === 'undefined' || text === 'NaN' || text === 'Infinity') return literal(text, state);
  if (isLabel(node)) return text;
  const found = state.names.find(text, node);
  const given = found && state.row.get(found.name);
  if (given && depth < DEPTH) return reach(given.node, given.path, state, depth);
  if (found?.kind === 'constant' && depth < DEPTH) return reach(found.value, found.path, state, depth);
  state.pure = false;
  if (!found || found.kind === 'import') {
    const told = found && found.exported !== 'default' && found.exported !== '*' ? found.exported : text;
    state.named.push(told);
    return told;
  }
  if (found.kind === 'function') return `#${text}`;
  let local = state.locals.get(found.name);
  if (local === undefined) {
    local = `§${state.locals.size}`;
    state.locals.set(found.name, local);
  }
  return local;
}

/** A name that stands for itself: of a property, a parameter, a label. */
function isLabel(node: SyntaxNode): boolean {
  const { parent } = node;
  if (!parent || parent.kind === 'ShorthandPropertyAssignment') return false;
  if (/^(?:Parameter|BindingElement|VariableDeclaration)$/.test(parent.kind)) return false;
  return parent.part('name') === node || parent.part('propertyName') === node || parent.part('label') === node;
}

/** Where a member of what a row gives lies; undefined of anything else, and of a member that is not written out there. */
function cellOf(node: SyntaxNode, state: State): Cell | undefined {
  const given = ownerCell(node, state);
  const step = stepOf(node);
  if (!given || step === undefined) return undefined;
  const path = given.path + step;
  return inside(given.node, path) ? { node: given.node, path } : undefined;
}

/** Where that lies in a row of which a member is asked for. */
function ownerCell(node: SyntaxNode, state: State): Cell | undefined {
  const owner = bare(node.part('expression')!);
  if (/^(?:PropertyAccess|ElementAccess)Expression$/.test(owner.kind)) return cellOf(owner, state);
  const found = owner.kind === 'Identifier' ? state.names.find(owner.value ?? '', owner) : undefined;
  return found && state.row.get(found.name);
}

/** Whether an object of a row, all of it written out, has no member of this name. */
function isLacking(node: SyntaxNode, state: State): boolean {
  const given = ownerCell(node, state);
  const owner = given && inside(given.node, given.path);
  if (owner?.kind !== 'ObjectLiteralExpression' || node.parent?.part('expression') === node) return false;
  const name = node.part('name')?.value;
  return owner.parts('properties').every((one) => one.part('name') && one.part('name')!.value !== name);
}

/** The value of a member of an object that is a constant, where it is written out and no function. */
function heldIn(node: SyntaxNode, state: State): SyntaxNode | undefined {
  const owner = bare(node.part('expression')!);
  const found = owner.kind === 'Identifier' ? state.names.find(owner.value ?? '', owner) : undefined;
  if (found?.kind !== 'constant' || found.path !== '') return undefined;
  const held = into(bare(found.value), stepOf(node)!);
  return held && !isFunction(bare(held)) ? held : undefined;
}

/** Which member is asked for, where that is written out. */
function stepOf(node: SyntaxNode): string | undefined {
  if (node.kind === 'PropertyAccessExpression') return `.${node.part('name')?.value ?? ''}`;
  const key = bare(node.part('argumentExpression')!);
  if (key.kind === 'NumericLiteral') return `[${Number(key.value)}]`;
  return key.kind === 'StringLiteral' && /^[^.[]+$/.test(key.value ?? '') ? `.${key.value}` : undefined;
}

/** What lies at a way into a value, where it is written out. */
export function inside(value: SyntaxNode, path: string): SyntaxNode | undefined {
  let at: SyntaxNode | undefined = bare(value);
  for (const step of path.match(/\.[^.[]+|\[\d+\]/g) ?? []) {
    const next: SyntaxNode | undefined = at && into(at, step);
    at = next && bare(next);
  }
  return at;
}

/** What lies at a way into a value: `.a[0]` of `{ a: [1] }` is 1. */
function reach(value: SyntaxNode, path: string, state: State, depth: number): string {
  let at = bare(value);
  const steps = path.match(/\.[^.[]+|\[\d+\]/g) ?? [];
  for (const [index, step] of steps.entries()) {
    const next = into(at, step);
    if (!next) {
      const head = write(at, state, depth + 1);
      state.pure = false;
      return head + steps.slice(index).join('');
    }
    at = bare(next);
  }
  return write(at, state, depth + 1);
}

function into(node: SyntaxNode, step: string): SyntaxNode | undefined {
  if (step.startsWith('[')) {
    const elements = node.kind === 'ArrayLiteralExpression' ? node.parts('elements') : [];
    const found = elements[Number(step.slice(1, -1))];
    return elements.some(({ kind }) => kind === 'SpreadElement') ? undefined : found;
  }
  if (node.kind !== 'ObjectLiteralExpression') return undefined;
  const found = node.parts('properties').find((one) => one.part('name')?.value === step.slice(1));
  if (found?.kind === 'ShorthandPropertyAssignment') return found.part('name');
  return found?.kind === 'PropertyAssignment' ? found.part('initializer') : undefined;
}
