import { type Span, span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import type { Problem } from '../../search/index.ts';
import { mutantsOf } from '../../verify/index.ts';
import { valueText } from './task.ts';

/** A small change of code that may be what it lacks. */
export interface Edit {
  readonly span: Span;
  readonly replacement: string;
  /** How rarely people mend code so: 1 is the commonest. */
  readonly cost: number;
}

/** What kinds of fault cost to mend; those that are not here are no repairs. */
const MENDS: Readonly<Record<string, number>> = {
  boundary: 1,
  condition: 2,
  logical: 2,
  arithmetic: 2,
  constant: 2,
  method: 3,
  removed: 4,
  fallback: 5,
};
const COMPARES = ['<', '<=', '>', '>=', '===', '!=='];
const SUMS = ['+', '-', '*', '/', '%'];
/** Methods whose arguments are places in a list or a text. */
const PLACED = /^(?:slice|substring|substr|splice|at|charAt|charCodeAt|fill|toSpliced|padStart|padEnd|repeat)$/;
const IN_PLACE = /^(?:sort|reverse)$/;
/** Names that stand for one another, for each place; values of failing examples that a guard may give; edits in all. */
const NAMES = 8;
const GIVEN = 4;
const EDITS = 1_500;

/**
 * Edits of one place in the body of a function, the commonest first. `failing` are the indexes of the examples that the body
 * does not fit: what they ask for is what a guard may give, on a line of its own with `indent` before it.
 */
export function editsOf(
  text: string,
  path: string,
  body: Span,
  problem: Problem,
  failing: readonly number[],
  indent: string,
): readonly Edit[] {
  const { root, problem: broken } = syntaxTreeOf(text, path);
  if (broken) return [];
  const found: Edit[] = [];
  const add = (at: { readonly start: number; readonly end: number }, replacement: string, cost: number): void => {
    found.push({ span: span(at.start, at.end), replacement, cost });
  };
  for (const mutant of mutantsOf(text, path, [body]))
    if (MENDS[mutant.kind] !== undefined) add(mutant.span, mutant.replacement, MENDS[mutant.kind]!);
  const names = namesIn(root, body, problem);
  const visit = (node: SyntaxNode): void => {
    if (/Type|Interface/.test(node.kind)) return;
    if (node.start >= body.start && node.end <= body.end) editsAt(node, names, add);
    for (const child of node.children) if (child.start < body.end && child.end > body.start) visit(child);
  };
  visit(root);
  if (text[body.start] === '{')
    for (const guard of guards(problem, failing)) add(inside(body), `\n${indent}${guard}`, 3);
  const seen = new Set<string>();
  return found
    .filter(({ span: { start, end }, replacement }) => {
      const key = `${start} ${end} ${replacement}`;
      if (replacement === text.slice(start, end) || seen.has(key)) return false;
      return seen.add(key);
    })
    .sort((a, b) => a.cost - b.cost || a.span.start - b.span.start)
    .slice(0, EDITS);
}

const inside = ({ start }: Span): Span => span(start + 1, start + 1);

type Add = (at: { readonly start: number; readonly end: number }, replacement: string, cost: number) => void;

function editsAt(node: SyntaxNode, names: readonly string[], add: Add): void {
  const { kind, text, parent } = node;
  switch (kind) {
    case 'BinaryExpression':
      ofOperator(node, add);
      return;
    case 'NumericLiteral': {
      const value = Number(node.value);
      if (!Number.isSafeInteger(value) || parent?.part('name') === node) return;
      for (const other of [value - 1, 0, 1]) if (other !== value) add(node, valueText(other), 2);
      return;
    }
    case 'Identifier':
      if (!names.includes(text) || parent?.part('name') === node || /^(?:Parameter|BindingElement)$/.test(parent!.kind))
        return;
      for (const other of names)
        if (other !== text) add(node, parent?.kind.startsWith('Shorthand') ? `${text}: ${other}` : other, 4);
      return;
    case 'ElementAccessExpression': {
      const at = node.part('argumentExpression')!;
      if (!/Literal/.test(at.kind)) shifted(at, add, 3);
      return;
    }
    case 'CallExpression':
      ofCall(node, add);
      return;
    case 'ReturnStatement': {
      const value = node.part('expression');
      if (value && !/Literal|Keyword|Array|Object|Function/.test(value.kind)) shifted(value, add, 5);
      return;
    }
    case 'IfStatement':
      // A case that should not be one.
      if (!node.part('elseStatement')) add(node, '', 4);
      else add(node, node.part('elseStatement')!.text, 5);
      return;
    case 'RegularExpressionLiteral':
      for (const flag of 'gi') if (!text.slice(text.lastIndexOf('/')).includes(flag)) add(node, text + flag, 3);
      return;
    case 'ForInStatement':
      add(node, text.replace(/\bin\b/, 'of'), 3);
      return;
  }
}

/** The same place, one further and one nearer. */
function shifted(node: SyntaxNode, add: Add, cost: number): void {
  const own = node.kind === 'BinaryExpression' || node.kind === 'ConditionalExpression' ? `(${node.text})` : node.text;
  for (const by of ['+ 1', '- 1']) add(node, `${own} ${by}`, cost);
}

function ofOperator(node: SyntaxNode, add: Add): void {
  const [left, sign, right] = [node.part('left')!, node.part('operatorToken')!, node.part('right')!];
  const group = [COMPARES, SUMS].find((one) => one.includes(sign.text));
  for (const other of group ?? []) if (other !== sign.text) add(sign, other, 3);
  if (group === COMPARES && !/^(?:===|!==)$/.test(sign.text)) shifted(right, add, 3);
  if (/^[+-]$/.test(sign.text) && right.text === '1') add(node, left.text, 2);
  if (sign.text === '||') add(sign, '??', 3);
  if (sign.text === '??') add(sign, '||', 3);
  if (sign.text === '/')
    for (const round of ['floor', 'ceil', 'round', 'trunc']) add(node, `Math.${round}(${node.text})`, 4);
  if (sign.text === '%') add(node, `((${node.text} + ${right.text}) % ${right.text})`, 5);
  // One side of what is joined may be too much.
  if (/^(?:&&|\|\|)$/.test(sign.text)) {
    add(node, left.text, 4);
    add(node, right.text, 4);
  }
  if (/^[+\-*/]$/.test(sign.text)) add(node, `${right.text} ${sign.text} ${left.text}`, 5);
}

function ofCall(node: SyntaxNode, add: Add): void {
  const callee = node.part('expression')!;
  const list = node.parts('arguments');
  if (callee.kind !== 'PropertyAccessExpression') {
    if (callee.text === 'parseInt' && list.length === 1) add(node, `parseInt(${list[0]!.text}, 10)`, 3);
    return;
  }
  const [on, name] = [callee.part('expression')!, callee.part('name')!.text];
  if (PLACED.test(name)) for (const one of list) shifted(one, add, 3);
  if (IN_PLACE.test(name) && !on.text.startsWith('[...')) add(on, `[...${on.text}]`, 3);
  if (name === 'sort' && list.length === 0)
    for (const order of ['a - b', 'b - a']) add(node, `${callee.text}((a, b) => ${order})`, 3);
  if (name === 'replace') add(callee.part('name')!, 'replaceAll', 3);
  if (/^(?:includes|indexOf|startsWith|endsWith|split)$/.test(name)) add(on, `${on.text}.toLowerCase()`, 5);
  if (/^Math$/.test(on.text) && /^(?:floor|ceil|round|trunc|abs)$/.test(name)) {
    for (const other of ['floor', 'ceil', 'round', 'trunc']) if (other !== name) add(callee.part('name')!, other, 3);
    if (list[0]) add(node, list[0].text, 4);
  }
}

/** Parameters, and what the body declares. */
function namesIn(root: SyntaxNode, body: Span, problem: Problem): readonly string[] {
  const names = new Set(problem.parameters.map(({ name }) => name));
  const visit = (node: SyntaxNode): void => {
    const name = node.kind === 'VariableDeclaration' || node.kind === 'Parameter' ? node.part('name') : undefined;
    if (name?.kind === 'Identifier' && name.start >= body.start && name.end <= body.end) names.add(name.text);
    for (const child of node.children) visit(child);
  };
  visit(root);
  return [...names].slice(0, NAMES);
}

/** Cases that are looked at first, and give what a failing example asks for. */
function guards({ parameters, examples }: Problem, failing: readonly number[]): readonly string[] {
  const given = failing.map((index) => {
    const { expected } = examples[index]!;
    if (expected.kind === 'throws') {
      const { error = 'RangeError', message = 'out of range' } = expected;
      return `throw new ${error}(${JSON.stringify(message)});`;
    }
    const { value } = expected;
    const isPlain = typeof value !== 'object' || value === null || (Array.isArray(value) && value.length === 0);
    return isPlain ? `return ${valueText(value)};` : undefined;
  });
  const gives = [...new Set(given.filter((one) => one !== undefined))].slice(0, GIVEN);
  const cases = parameters.flatMap(({ name, shape }) => {
    switch (shape.kind) {
      case 'array':
      case 'string':
        return [`${name}.length === 0`, `${name}.length < 2`];
      case 'number':
        return [
          `${name} === 0`,
          `${name} < 0`,
          `${name} <= 0`,
          `${name} < 2`,
          `Number.isNaN(${name})`,
          `!Number.isInteger(${name})`,
        ];
      case 'union':
        return [`${name} === undefined`, `${name} === null`, `!${name}`];
      default:
        return [`!${name}`];
    }
  });
  return gives.flatMap((give) => cases.map((one) => `if (${one}) ${give}`));
}
