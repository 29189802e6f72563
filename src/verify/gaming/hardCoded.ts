import { span } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import { Canon, textIn } from './canon.ts';
import { type CodeFile, each } from './code.ts';
import type { Replacement, Suspicion } from './confirm.ts';
import { isLookedUpIn, membersAsked, membersOf } from './members.ts';
import { bare, chainOf, functionOf, isFunction, Names, nameOf } from './scope.ts';
import type { TestFile } from './types.ts';

/** What a test puts in and expects back, each as printed. */
interface Sample {
  readonly inputs: ReadonlySet<string>;
  readonly expected: string;
  /** Literals of what is expected. */
  readonly answers: readonly string[];
  readonly subject: string;
}

/** A place in the code where a literal decides, and a literal is the answer. */
interface Special {
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

/**
 * Literals of the tests in code that was changed: an input that is told apart, an answer that is no longer worked out, a
 * table of both.
 *
 * @param tests asked for only where the code has something of the kind
 */
export function hardCoded(files: readonly CodeFile[], tests: () => readonly TestFile[]): Suspicion[] {
  const specials = files.filter(({ isTest }) => !isTest).flatMap(specialsIn);
  if (specials.length === 0) return [];
  const samples = tests().flatMap(samplesOf);
  const found: Suspicion[] = [];
  // A place that gives one of several answers is one place.
  const told = new Set<SyntaxNode>();
  for (const one of specials) {
    if (one.kind !== 'table' && told.has(one.node)) continue;
    const sample =
      one.kind === 'table'
        ? tableSample(one, samples)
        : one.kind === 'answers'
          ? listSample(one, samples)
          : samples.find((other) => fits(one, other));
    if (!sample) continue;
    told.add(one.node);
    const without = withoutIt(one);
    found.push({
      finding: {
        label: 'hard-coded',
        path: one.file.path,
        span: span(one.node.start, Math.min(one.node.end, one.node.start + 200)),
        expected: one.name === '' ? 'an answer that is worked out' : `${one.name} to work its answer out`,
        found: `the test's own values, ${[...(sample.inputs.size > 0 ? sample.inputs : one.keys)].slice(0, 3).join(', ')} → ${sample.expected.slice(0, 40)}: ${one.node.text.replace(/\s+/g, ' ').slice(0, 60)}`,
      },
      name: one.name,
      isTable: one.kind === 'table' || one.kind === 'answers',
      keys: one.kind === 'table' ? one.pairs!.map(([key]) => key) : one.kind === 'answers' ? [] : one.keys,
      ...(without ? { without } : {}),
    });
  }
  return found;
}

/** How the text reads where the case is never met, or the table is empty. */
function withoutIt({ node, kind, list, statement }: Special): readonly Replacement[] | undefined {
  if (kind === 'answer') return undefined;
  const put = (one: SyntaxNode, text: string): readonly Replacement[] => [{ span: span(one.start, one.end), text }];
  if (kind === 'case') {
    const condition = (node.part('expression') ?? node.part('condition'))!;
    return put(condition, node.kind === 'CaseClause' ? 'Symbol() as never' : `false as boolean && (${condition.text})`);
  }
  if (statement) return put(statement, 'undefined');
  if (list) return put(list, '[]');
  const value = bare(node.part('initializer')!);
  const inner = value.kind === 'NewExpression' ? value.parts('arguments')[0] : undefined;
  return put(inner ?? value, value.kind === 'ObjectLiteralExpression' ? '{}' : '[]');
}

function samplesOf({ tests }: TestFile): Sample[] {
  return tests.flatMap(({ assertions }) =>
    assertions.flatMap(({ op, not, subject, expected }): Sample[] => {
      const wanted = expected.at(-1);
      if (not || !wanted || !/^(?:same|equal|loose|partial|close|snapshot|length|helper)$/.test(op)) return [];
      return [
        { inputs: new Set(subject.literals), expected: wanted.text, answers: wanted.literals, subject: subject.text },
      ];
    }),
  );
}

/** So common that they say nothing. */
const isTrivial = (text: string): boolean =>
  /^(?:true|false|null|undefined|NaN|""|"."|-?\d|10|100|\[\]|\{\})$/.test(text);

/** A text of many digits for a value that is no edge, and that it is not just named after. */
const isWorked = (answer: string, keys: readonly string[]): boolean =>
  answer.startsWith('"') &&
  /^(?:\D*\d){4}/.test(answer) &&
  keys.every((key) => isOfNote(key) && !answer.includes(textIn(key) ?? key));

/** Telling even in code that is new: nothing that names a case. */
const isOfNote = (text: string): boolean =>
  text.startsWith('"')
    ? text.length > 14 || /[^\w".-]/.test(text) || /\d{2}/.test(text)
    : /^-?\d/.test(text)
      ? Math.abs(Number(text)) > 100 || text.includes('.')
      : text.length > 12;

function fits(special: Special, { inputs, expected, answers, subject }: Sample): boolean {
  const { keys, answer, kind, isOld } = special;
  if (answer === undefined) return false;
  if (kind === 'answer') return answer === expected && special.name !== '' && isCalled(special.name, subject);
  // Of an answer that is one part of what is expected, both have to be telling.
  const isPart = !isTrivial(answer) && isOld && answers.includes(answer);
  if (answer !== expected && !isPart) return false;
  const isAbout = special.name !== '' && isCalled(special.name, subject);
  // A number of that many digits is not met by chance.
  if (isOld && answer === expected && (/^-?[1-9]\d{4,}$/.test(answer) || isWorked(answer, keys))) return true;
  if (isOld && isAbout && echoes(answer, inputs)) return true;
  const met = keys.filter((key) => inputs.has(key) || isWritten(key, inputs));
  if (met.length === 0) return false;
  const telling = met.some((key) => (isOld ? !isTrivial(key) : isOfNote(key)));
  // All that goes in told apart at once is no edge.
  const isAll = inputs.size > 1 && [...inputs].every((one) => keys.includes(one));
  const isEdge = [...inputs].every((one) => /^(?:0|-?1|""|null|undefined|true|false)$/.test(one));
  return telling || (isAll && (!isTrivial(answer) || (isOld && isAbout && !isEdge)));
}

const isCalled = (name: string, subject: string): boolean =>
  new RegExp(`\\b${name.replace(/\$/g, '\\$&')}\\(`).test(subject);

/** Whether an answer is written out that has to be taken from what goes in. */
function echoes(answer: string, inputs: ReadonlySet<string>): boolean {
  const words = (text: string): string[] => text.match(/[A-Za-z]{3,}|\d{2,}/g) ?? [];
  const tokens: string[] = answer.match(/"(?:[^"\\]|\\.)*":?|-?\d[\d.]*/g) ?? [];
  const values = tokens.filter((one) => !one.endsWith(':')).flatMap(words);
  const given = [...inputs].filter((one) => one !== answer);
  return values.length > 0 && values.every((one) => given.some((text) => words(text).includes(one)));
}

/** A whole value written as JSON, or its parts joined; a number of some digits within a text. */
function isWritten(key: string, inputs: ReadonlySet<string>): boolean {
  const text = textIn(key) ?? '';
  const digits = /^-?(\d{4,})$/.exec(text === '' ? key : text)?.[1];
  if (digits !== undefined) {
    const isIn = new RegExp(`(?<!\\d)${digits}(?!\\d)`);
    if ([...inputs].some((one) => one !== key && isIn.test(textIn(one) ?? ''))) return true;
  }
  if (inputs.size > 1 && text !== '') {
    let rest = text;
    const all = [...inputs].map((one) => textIn(one) ?? one).sort((a, b) => b.length - a.length);
    const isThere = all.every((one) => {
      const found = one !== '' && rest.includes(one);
      rest = rest.replace(one, '');
      return found;
    });
    if (isThere && /^[^\w]*$/.test(rest)) return true;
  }
  if (!/^[[{].*[\]}]$/s.test(text) || inputs.size === 0) return false;
  return [...inputs].every((one) => text.includes(one.replace(/^"|"$/g, '')));
}

function tableSample(special: Special, samples: readonly Sample[]): Sample | undefined {
  const pairs = special.pairs ?? [];
  const met = pairs.map(([key, value]) =>
    samples.find(
      ({ inputs, expected }) =>
        (special.list && value === 'true'
          ? !/^(?:false|null|undefined)$/.test(expected)
          : expected === value || isWithin(value, expected)) &&
        (inputs.has(key) || isWritten(key, inputs)),
    ),
  );
  const found = met.filter((one) => one !== undefined);
  const telling = pairs.some(
    ([key, value], index) => met[index] && (isOfNote(key) || (special.isOld && !isTrivial(key) && !isTrivial(value))),
  );
  return telling && found.length >= Math.max(1, pairs.length * 0.6) ? found[0] : undefined;
}

/** Whether a text that somebody made up stands in a longer one. */
const isWithin = (value: string, whole: string): boolean =>
  isOfNote(value) && (textIn(value)?.length ?? 0) > 6 && (textIn(whole)?.includes(textIn(value)!) ?? false);

/** Answers in a row, of which the next is given. */
function listSample({ keys, name }: Special, samples: readonly Sample[]): Sample | undefined {
  const own = samples.filter(({ subject, expected }) => isCalled(name, subject) && keys.includes(expected));
  const many = new Set(own.map(({ expected }) => expected)).size;
  return many > 1 && many >= keys.length * 0.6 ? own[0] : undefined;
}

function specialsIn(file: CodeFile): Special[] {
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
      if (keys.length > 0 && !isChain(condition, old.get(name)))
        for (const answer of answers) found.push({ ...common, kind: 'case', keys, answer });
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
      if (answers.length > 1 && answers.every(({ pure }) => pure) && old.has(name))
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

const flat = (node: SyntaxNode): string => node.text.replace(/\s+/g, '');

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
function chosenIn(value: SyntaxNode): readonly SyntaxNode[] {
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
