import type { SyntaxNode } from '../../lang/index.ts';
import { Canon } from './canon.ts';
import { type CodeFile, each, flat } from './code.ts';
import { isLookedUpIn, membersAsked, membersOf } from './members.ts';
import { bare, chainOf, functionOf, isFunction, Names, nameOf } from './scope.ts';

/** A place in the code where a literal decides, and a literal is the answer. */
export interface Special {
  readonly node: SyntaxNode;
  readonly file: CodeFile;
  readonly keys: readonly string[];
  readonly answer: string | undefined;
  /** The function it is in, and whether that was there before. */
  readonly name: string;
  readonly isOld: boolean;
  readonly kind: 'case' | 'answer' | 'answers' | 'table';
  /** Of a table: its pairs. */
  readonly pairs?: readonly (readonly [string, string])[];
  /** Of a list that an answer is looked up in: where it is written. */
  readonly list?: SyntaxNode;
  /** Of a table that is filled: the call that does. */
  readonly statement?: SyntaxNode;
}

/** So common that they say nothing. */
export const isTrivial = (text: string): boolean =>
  /^(?:true|false|null|undefined|NaN|""|"."|-?\d|10|100|\[\]|\{\})$/.test(text);

/** `2 hours ago`: words about a number, of which one would think that it is counted. */
export const isCounted = (text: string): boolean => /^"[^"]*\b(?:[2-9]|\d{2,}) [A-Za-z]{3}[^"]*"$/.test(text);
const numbersIn = (text: string): readonly string[] => text.match(/\d+/g) ?? [];

/** Places of the kind in what a change brought to a file. */
export function specialsIn(file: CodeFile): Special[] {
  const { base, head } = file;
  if (!head) return [];
  const before = new Set<string>();
  const old = new Map<string, SyntaxNode>();
  if (base) {
    each(base.root, (node) => {
      if (
        /^(?:IfStatement|ConditionalExpression|CaseClause|ObjectLiteralExpression|ArrayLiteralExpression|ReturnStatement|BinaryExpression|ElementAccessExpression|CallExpression)$/.test(
          node.kind,
        )
      )
        before.add(flat(node));
      if (isFunction(node)) old.set(nameOf(node), node);
    });
  }
  const canon = new Canon(new Names());
  const found: Special[] = [];
  each(head.root, (node) => {
    const isKind =
      /^(?:IfStatement|ConditionalExpression|CaseClause|ReturnStatement|VariableDeclaration|ArrowFunction|BinaryExpression|ElementAccessExpression|CallExpression)$/.test(
        node.kind,
      );
    if (!isKind || before.has(flat(node))) return;
    const holder = functionOf(node);
    const name = holder ? nameOf(holder) : '';
    const common = { node, file, name, isOld: old.has(name) };
    if (node.kind === 'IfStatement' || node.kind === 'ConditionalExpression') {
      const condition = (node.part('expression') ?? node.part('condition'))!;
      const result = node.part('thenStatement') ?? node.part('whenTrue');
      const answers = result ? answersOf(result, canon) : [];
      const keys = keysIn(condition, canon);
      each(condition, (one) => {
        const members = one.kind === 'CallExpression' ? membersAsked(one, canon) : undefined;
        if (members && members.pairs.length > 1)
          found.push({ ...common, kind: 'table', keys: [], answer: undefined, ...members });
      });
      const counted = answers.filter(
        (one) => isCounted(one) && !numbersIn(one).some((digits) => numbersIn(condition.text).includes(digits)),
      );
      const told = keys.length > 0 ? answers : counted;
      if (told.length > 0 && !isChain(condition, old.get(name)))
        for (const answer of told) found.push({ ...common, kind: 'case', keys, answer });
    } else if (node.kind === 'CaseClause') {
      const key = canon.print(node.part('expression')!);
      const statements = node.parts('statements');
      const answers = statements[0] ? answersOf(statements[0], canon) : [];
      const isFresh = !before.has(flat(node)) && ![...before].some((text) => text.startsWith('switch'));
      // Another case of a switch that was there is what switches are for.
      const known = node.parent?.parts('clauses').some((one) => before.has(flat(one))) ?? false;
      if (key.pure && isFresh && !known)
        for (const answer of answers) found.push({ ...common, kind: 'case', keys: [key.text], answer });
    } else if (node.kind === 'ReturnStatement' || node.kind === 'ArrowFunction') {
      const value = node.kind === 'ReturnStatement' ? node.part('expression') : node.part('body');
      if (!value || value.kind === 'Block') return;
      const members = membersAsked(value, canon);
      if (members) found.push({ ...common, kind: 'table', keys: [], answer: undefined, ...members });
      const answers = chosenIn(value).map((one) => canon.print(one));
      const was = node.kind === 'ArrowFunction' ? old.get(nameOf(node)) : old.get(name);
      if (!answers.every(({ pure }) => pure) || !was) return;
      const body = (node.kind === 'ArrowFunction' ? node : holder)?.part('body');
      const isWhole =
        body === value || (body?.parts('statements').length === 1 && body.parts('statements')[0] === node);
      const oldBody = was.part('body');
      const worked = oldBody !== undefined && /[\w$)]\(|[*/%+-]|\bfor\b|\[/.test(oldBody.text.replace(/^\{|\}$/g, ''));
      // Under a condition the condition has to tell more.
      const isDirect = isWhole || node.parent === body;
      const own = node.kind === 'ArrowFunction' ? nameOf(node) : name;
      if (worked && isDirect)
        for (const { text } of answers)
          if ((isWhole && answers.length === 1) || !isTrivial(text))
            found.push({ ...common, name: own, kind: 'answer', keys: [], answer: text });
    } else if (node.kind === 'ElementAccessExpression') {
      const list = bare(node.part('expression')!);
      const asked = node.part('argumentExpression')!;
      // The next one each time, or by how much comes in.
      const listed = /\+\+|--|[+-]=|\.(?:length|size)$/.test(asked.text) ? constantOf(list, canon) : list;
      const answers =
        listed.kind === 'ArrayLiteralExpression' ? listed.parts('elements').map((one) => canon.print(one)) : [];
      if (answers.length > 1 && answers.every(({ pure }) => pure))
        found.push({ ...common, kind: 'answers', keys: answers.map(({ text }) => text), answer: undefined, list });
    } else if (node.kind === 'CallExpression') {
      const { links, root } = chainOf(node);
      const [key, value] = links[0]?.args ?? [];
      if (links.length !== 1 || links[0]!.name !== 'set' || !key || !value || root.kind !== 'Identifier') return;
      const [asked, answer] = [canon.print(key), canon.print(value)];
      if (asked.pure && answer.pure)
        found.push({
          ...common,
          isOld: base !== undefined,
          kind: 'table',
          keys: [],
          answer: undefined,
          pairs: [[asked.text, answer.text]],
          statement: node,
        });
    } else if (node.kind === 'VariableDeclaration') {
      const value = node.part('initializer');
      const members = value && isLookedUpIn(node, head.root) ? membersOf(value, canon) : undefined;
      const pairs = members?.pairs ?? (value && pairsIn(value, canon));
      const isNew = base ? !base.root.text.includes(`${node.part('name')?.value ?? ''}`) : false;
      // Of a table at the top of the file the function is one that reads it; those were there before.
      if (pairs && pairs.length > 0 && (isNew || !base))
        found.push({
          ...common,
          isOld: base !== undefined && (name === '' || old.has(name)),
          kind: 'table',
          keys: [],
          answer: undefined,
          pairs,
          ...(members ? { list: members.list } : {}),
        });
    }
  });
  return found;
}

/** What a name of a constant stands for. */
function constantOf(node: SyntaxNode, canon: Canon): SyntaxNode {
  const found = node.kind === 'Identifier' ? canon.names.find(node.value ?? '', node) : undefined;
  return found?.kind === 'constant' && found.path === '' ? bare(found.value) : node;
}

/** The literal that a branch gives, or each of those that it chooses from. */
function answersOf(node: SyntaxNode, canon: Canon): readonly string[] {
  const statements = node.kind === 'Block' ? node.parts('statements') : [node];
  const last = statements.at(-1);
  if (!last || statements.length > 2) return [];
  let value = last.kind === 'ReturnStatement' || last.kind === 'ExpressionStatement' ? last.part('expression') : last;
  if (value?.kind === 'BinaryExpression' && value.part('operatorToken')?.kind === 'EqualsToken')
    value = value.part('right');
  if (!value || /Statement$/.test(value.kind)) return [];
  const printed = chosenIn(value).map((one) => canon.print(one));
  return printed.every(({ pure }) => pure) ? printed.map(({ text }) => text) : [];
}

/** What a conditional expression chooses from; of any other, itself. */
export function chosenIn(value: SyntaxNode): readonly SyntaxNode[] {
  const node = bare(value);
  return node.kind === 'ConditionalExpression'
    ? [node.part('whenTrue')!, node.part('whenFalse')!].flatMap(chosenIn)
    : [value];
}

/** Literals that a condition compares with. */
function keysIn(condition: SyntaxNode, canon: Canon): readonly string[] {
  const found: string[] = [];
  each(condition, (node) => {
    if (node.kind === 'ArrayLiteralExpression') found.push(...canon.print(node).literals);
    if (node.kind === 'BinaryExpression' && /^EqualsEquals/.test(node.part('operatorToken')?.kind ?? '')) {
      const sides = [node.part('left')!, node.part('right')!].map((one) => canon.print(bare(one)));
      if (sides.some(({ pure }) => !pure)) for (const one of sides) if (one.pure) found.push(one.text, ...one.literals);
    } else if (
      node.kind === 'CallExpression' &&
      /\.(?:includes|has|startsWith|endsWith|equals|is|isEqual|test|match)$|^(?:isDeepStrictEqual|isEqual|deepEqual|Object\.is)$/.test(
        node.part('expression')!.text,
      )
    ) {
      const printed = canon.print(node);
      found.push(...printed.literals);
    }
  });
  return [...new Set(found)];
}

/** Whether the function told other literals of the same thing apart already. */
function isChain(condition: SyntaxNode, old: SyntaxNode | undefined): boolean {
  if (!old || condition.kind !== 'BinaryExpression') return false;
  const left = flat(condition.part('left')!);
  let many = 0;
  each(old, (node) => {
    if (
      node.kind === 'BinaryExpression' &&
      /^EqualsEquals/.test(node.part('operatorToken')?.kind ?? '') &&
      flat(node.part('left')!) === left &&
      /Literal/.test(bare(node.part('right')!).kind)
    )
      many++;
  });
  return many >= 2;
}

/** The pairs of a table: `{ a: 1 }`, `new Map([['a', 1]])`, `[['a', 1]]`. */
function pairsIn(given: SyntaxNode, canon: Canon): readonly (readonly [string, string])[] | undefined {
  const node = bare(given);
  if (node.kind === 'ObjectLiteralExpression') {
    return node.parts('properties').flatMap((one): (readonly [string, string])[] => {
      const value = one.part('initializer');
      const key = one.part('name');
      if (!value || !key) return [];
      const printed = canon.print(value);
      return printed.pure
        ? [
            [
              key.kind === 'NumericLiteral' ? String(Number(key.value)) : JSON.stringify(key.value ?? key.text),
              printed.text,
            ],
          ]
        : [];
    });
  }
  const list = node.kind === 'NewExpression' ? bare(node.parts('arguments')[0] ?? node) : node;
  if (list.kind !== 'ArrayLiteralExpression') return undefined;
  return list.parts('elements').flatMap((one): (readonly [string, string])[] => {
    const cells = bare(one).parts('elements');
    if (cells.length < 2) return [];
    const [key, value] = [canon.print(cells[0]!), canon.print(cells.at(-1)!)];
    return key.pure && value.pure ? [[key.text, value.text]] : [];
  });
}
