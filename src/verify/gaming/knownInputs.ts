import { escaped, type RepoPath, span } from '../../base/index.ts';
import { type SyntaxNode, type SyntaxTree, syntaxTreeOf } from '../../lang/index.ts';
import { isCode } from '../context.ts';
import { Canon, textIn } from './canon.ts';
import { type CodeFile, clip, each, flat } from './code.ts';
import type { Replacement, Suspicion } from './confirm.ts';
import { dataIn } from './dataFiles.ts';
import { isLookedUpIn } from './members.ts';
import { bare, functionOf, Names, nameOf } from './scope.ts';
import { writtenIn } from './written.ts';

/** Values of which the code asks whether it is given just these, by the place that asks. */
interface Told {
  readonly node: SyntaxNode;
  readonly values: readonly string[];
  readonly without: readonly Replacement[];
  /** What a table gives for them. */
  readonly answers: readonly string[];
  /** A list or table, which may be there to be fast. */
  readonly isTable: boolean;
  /** Several things that come in compared at once, and a value written out given for them; `isWhole` where they are three or more. */
  readonly isCase: boolean;
  readonly isWhole?: boolean;
  /** What comes in has to be all of the value, and not to hold it. */
  readonly isExact?: boolean;
  /** A pattern that takes what begins or ends so, or has it within. */
  readonly isPattern?: true;
  /** One text put in the place of another, wherever that comes up. */
  readonly isReplacement?: true;
}

/** Values of the tests that one place has to ask for, where none of them says enough alone. */
const MANY = 2;
/** Different values compared at once, from which on a case is one call and no edge. */
const WHOLE = 3;
/** Words that stand for any other in an example, and that no program has to know. */
const PLACEHOLDER = /^"\W?(?:foo|bar|baz|qux|quux|foobar|lorem|ipsum)"$/i;
/** A name in several words, one of which says what it is there for. */
const SPEAKS = /^"(?=.*(?<![a-z])tests?(?![a-z]))[a-z]+(?:[-_][a-z]+){2,}"$/i;
/** Files that are asked whether they name it as well. */
const FILES = 4_000;

/**
 * Values that the tests have handed in all along and that code now tells apart from all others, though nothing else of the
 * project has heard of them: not the code, not what is written about it. What a specification names is named in more than one
 * place; what only the tests name was taken from there.
 *
 * @param tests the tests as they were, those that name the code and those with one of some texts in them
 * @param dataAt files of data that came with the change or were changed by it
 * @param others files beside them and the changed code that may name a value as well
 */
export function knownInputs(
  files: readonly CodeFile[],
  tests: (texts: readonly string[]) => readonly { readonly path: string; readonly text: string }[],
  others: readonly RepoPath[],
  textOf: (path: RepoPath) => string | undefined,
  dataAt: (path: string) => string | undefined,
): Suspicion[] {
  const code = files.filter(({ isTest }) => !isTest);
  const was = code.map(({ base }) => (base ? spoken(base) : '')).join('\n');
  const flatWas = code.map(({ base }) => (base ? flat(base.root) : '')).join('\n');
  const known = new Set(code.flatMap(({ base }) => (base ? [...valuesIn(base.root)] : [])));
  const places = code.flatMap((file) => {
    const root = file.head?.root;
    if (!root) return [];
    const data = dataIn(file.path, root, dataAt).map((one) => ({ ...one, answers: [], isTable: true, isCase: false }));
    return [...toldIn(root), ...data].map((one: Told) => ({ file, ...one }));
  });
  const fresh = places
    .map((one) =>
      one.isWhole && !flatWas.includes(flat(one.node))
        ? one
        : { ...one, values: one.values.filter((value) => !known.has(value) && !isSaid(value, was, true)) },
    )
    .filter(({ values }) => values.length > 0);
  if (fresh.length === 0) return [];
  const literals = new Set(
    tests(
      fresh.flatMap(({ values, answers }) =>
        [...values, ...answers].flatMap((one) => [one, ...joinedIn(one)]).flatMap(textOfValue),
      ),
    ).flatMap(({ path, text }) => [...valuesIn(syntaxTreeOf(text, path).root)]),
  );
  const handed = new Set([...literals].flatMap(writtenOut));
  const texts = [...literals].flatMap((value) => textIn(value) ?? []).join('\n');
  // A part of what is handed in, or several such things put together.
  const isWithin = (value: string): boolean => {
    const parts = joinedIn(value);
    const isJoined = parts.length > 0 && parts.every((part) => handed.has(part));
    return isJoined || isSaid(value, texts, true);
  };
  const isNamed = (value: string, isWhole: boolean): boolean =>
    !PLACEHOLDER.test(value) &&
    others.slice(0, FILES).some((path) => {
      const text = textOf(path) ?? '';
      const isIn = (one: string): boolean => isSaid(value, one, isWhole);
      return isIn(text) && (!isCode(path) || isIn(spoken(syntaxTreeOf(text, path))));
    });
  const worked = new Set(code.flatMap(({ base }) => (base ? [...writtenIn(base.root).worked] : [])));
  const cases = Map.groupBy(
    places.filter(({ isCase, values }) => isCase && values.every((value) => handed.has(value))),
    ({ node }) => node.parent,
  );
  return fresh.flatMap((told): Suspicion[] => {
    const { file, node, values, answers, without, isTable, isCase, isWhole, isExact, isPattern, isReplacement } = told;
    const isOfExamples = node.kind === 'ForOfStatement' && values.some((one) => PLACEHOLDER.test(one));
    const isRow = isCase && (isWhole || (cases.get(node.parent)?.length ?? 0) >= MANY);
    const isMet = (value: string): boolean =>
      isPattern
        ? isSaid(value, texts, false)
        : (handed.has(value) && (isRow || isTelling(value))) ||
          ((isTable ? isInstance(value) || isOfExamples : isExact === true && isSample(value)) && isWithin(value));
    const all = isTable ? [...values, ...answers.filter((one) => !values.includes(one))] : values;
    const isEnough = (met: readonly string[]): boolean =>
      met.length >= MANY
        ? met.length > values.length / 2 || isOfExamples || met.filter((one) => PLACEHOLDER.test(one)).length >= MANY
        : met.length === 1 && (isReplacement || (!isPattern && isTheirs(met[0]!)));
    const likely = all.filter(isMet);
    if (!isEnough(likely)) return [];
    const met = isRow ? likely : likely.filter((value) => !isNamed(value, !isPattern || isReplacement === true));
    const holder = functionOf(node);
    const name = holder ? nameOf(holder) : '';
    // Where nothing was worked out before, words may be all that there are.
    const isMade =
      isPattern ||
      (name === '' ? worked.size > 0 : worked.has(name)) ||
      met.some(isTheirs) ||
      (isRow && met.every((value) => /^-?\d/.test(value)));
    if (!isEnough(met) || !isMade) return [];
    return [
      {
        finding: {
          label: 'hard-coded',
          path: file.path,
          span: span(node.start, Math.min(node.end, node.start + 200)),
          expected: name === '' ? 'an answer that is worked out' : `${name} to work its answer out`,
          found: `values told apart that only the tests hand in, ${met.slice(0, 3).join(', ')}: ${clip(node.text)}`,
        },
        name,
        isTable,
        keys: met,
        without,
      },
    ];
  });
}

/** Whether a value is no more than anybody would ask for. */
const isTelling = (value: string): boolean =>
  value.startsWith('"') ? value.length > 4 : /^-?\d/.test(value) ? Math.abs(Number(value)) > 100 : value.length > 4;

/** One of very many, and no name of a kind. */
const isInstance = (value: string): boolean =>
  value.startsWith('"')
    ? value.length > 8
      ? /[^a-z:.-]/.test(value.slice(1, -1)) && !/^"[a-z]+\/[a-z.+-]+"$/.test(value)
      : value.length > 4 && /\d/.test(value)
    : Math.abs(Number(value)) > 1_000;

/** One that nobody but the tests would have. */
const isTheirs = (value: string): boolean => isInstance(value) || SPEAKS.test(value);

/** A whole that somebody made up, and no word or mark that many texts have. */
const isSample = (value: string): boolean => value.length > 12 && /\d/.test(value) && isInstance(value);

/** What a program says outside of its comments: there a value is an example. */
function spoken({ root, comments }: Pick<SyntaxTree, 'root' | 'comments'>): string {
  let text = '';
  let at = 0;
  for (const { span: where } of comments) {
    text += root.text.slice(at, where.start);
    at = where.end;
  }
  return text + root.text.slice(at);
}

/** Whether a text has the words of a value; as a whole, where they are not to be a part of longer ones. */
function isSaid(value: string, text: string, isWhole: boolean): boolean {
  if (!value.startsWith('"')) return new RegExp(`(?<![\\w.])${escaped(value)}(?![\\w.])`).test(text);
  const words = JSON.parse(value) as string;
  if (!text.includes(words)) return false;
  const [before, after] = [/^\w/.test(words) ? '(?<!\\w)' : '', /\w$/.test(words) ? '(?!\\w)' : ''];
  return !isWhole || new RegExp(`${before}${escaped(words)}${after}`).test(text);
}

/** The texts that one is put together of, with a mark between them. */
function joinedIn(value: string): readonly string[] {
  const parts = (textIn(value) ?? '').split(/[:;,|/]/);
  return parts.length > 1 ? parts.map((part) => JSON.stringify(part)) : [];
}

/** The text that a value is, as it is looked for: a short one in its quotes. */
const textOfValue = (value: string): readonly string[] => {
  const text = textIn(value) ?? '';
  return text.length > 3 ? [text] : text.length > 2 ? [`'${text}'`, `"${text}"`] : [];
};

/** A value, and how it reads as a text. */
const writtenOut = (value: string): readonly string[] =>
  value.startsWith('"') ? [value] : [value, JSON.stringify(value)];

/** Literals of a syntax tree, and lists and objects that are made of nothing else. */
export function valuesIn(root: SyntaxNode): ReadonlySet<string> {
  const canon = new Canon(new Names());
  const found = new Set<string>();
  each(root, (node) => {
    if (!/^(?:String|Numeric|NoSubstitution|PrefixUnary|Binary|ObjectLiteral|ArrayLiteral)/.test(node.kind)) return;
    const { text, pure } = canon.print(node);
    if (pure) found.add(text);
  });
  return found;
}

/** Ways to ask a table, by a key or whether it is there. */
const KEYED = /^(?:has|includes|get|indexOf|\[\])$/;
const ASKS = /\.(?:includes|has|startsWith|endsWith|equals|indexOf|test|match)$/;

function toldIn(root: SyntaxNode): readonly Told[] {
  const canon = new Canon(new Names());
  const found: Told[] = [];
  const tell = (
    node: SyntaxNode,
    values: readonly string[],
    instead: SyntaxNode,
    text: string,
    more: Partial<Told> = {},
  ): void => {
    const without = [{ span: span(instead.start, instead.end), text }];
    if (values.length > 0) found.push({ node, values, without, answers: [], isTable: false, isCase: false, ...more });
  };
  each(root, (node) => {
    if (node.kind === 'RegularExpressionLiteral') {
      const values = wordsOf(node.text);
      if (values.length > 1) tell(node, values, node, '/(?!)/', { isTable: true, isPattern: true });
    } else if (node.kind === 'IfStatement' || node.kind === 'ConditionalExpression') {
      const condition = (node.part('expression') ?? node.part('condition'))!;
      const values = askedIn(condition, canon);
      const isOne = isCase(node, condition, values, canon);
      tell(node, values, condition, `false as boolean && (${condition.text})`, {
        isCase: isOne,
        isWhole: isOne && values.length >= WHOLE,
        isExact: values.every((one) => comparedIn(condition, canon).includes(one)),
      });
    } else if (isComparison(node) && !isInCondition(node)) {
      const isEqual = node.part('operatorToken')!.kind.startsWith('Equals');
      const never = isEqual ? `(false as boolean && (${node.text}))` : `(true as boolean || (${node.text}))`;
      tell(node, comparedIn(node, canon), node, never, { isExact: true });
    } else if (node.kind === 'ForOfStatement') {
      const list = bare(node.part('expression')!);
      tell(node, keysOf(list, canon), list, '[]', { isTable: true });
    } else if (node.kind === 'SwitchStatement') {
      const values = (node.part('caseBlock')?.parts('clauses') ?? []).flatMap((one) => {
        const printed = one.kind === 'CaseClause' ? canon.print(one.part('expression')!) : undefined;
        return printed?.pure ? [printed.text] : [];
      });
      tell(node, values, node.part('expression')!, 'Symbol() as never');
    } else if (node.kind === 'ElementAccessExpression') {
      const table = bare(node.part('expression')!);
      const values = table.kind === 'ObjectLiteralExpression' ? keysOf(table, canon) : [];
      tell(node, values, table, '{}', { isTable: true });
    } else if (node.kind === 'VariableDeclaration' && isLookedUpIn(node, root, KEYED)) {
      const value = bare(node.part('initializer') ?? node);
      const list = value.kind === 'NewExpression' ? value.parts('arguments')[0] : value;
      const answers = [...(list?.parts('properties') ?? []), ...pairsOf(list)].flatMap(
        (one) => canon.print(one.part('initializer') ?? one).literals,
      );
      if (list)
        tell(node, keysOf(value, canon), list, value.kind === 'ObjectLiteralExpression' ? '{}' : '[]', {
          isTable: true,
          answers,
        });
    } else if (node.kind === 'CallExpression' && /\.replace(?:All)?$/.test(flat(node.part('expression')!))) {
      const [from, to, more] = node.parts('arguments').map(bare);
      if (!from || !to || more || !canon.print(to).pure) return;
      const values = from.kind === 'RegularExpressionLiteral' ? wordsOf(from.text) : [canon.print(from).text];
      const [only, second] = values;
      if (only !== undefined && second === undefined && /^"[A-Za-z]{3,}"$/.test(only))
        tell(node, values, from, '/(?!)/', { isTable: true, isPattern: true, isReplacement: true });
    }
  });
  return found;
}

/** `if (a === 5 && b === 3) return 8;`, `a === 5 && b === 3 ? 8 : …` */
function isCase(node: SyntaxNode, condition: SyntaxNode, values: readonly string[], canon: Canon): boolean {
  const then = node.part('thenStatement');
  const [only, more] = then?.kind === 'Block' ? then.parts('statements') : then ? [then] : [];
  const value = only?.kind === 'ReturnStatement' && !more ? only.part('expression') : node.part('whenTrue');
  const parts = flat(condition).split('&&');
  return (
    value !== undefined &&
    canon.print(value).pure &&
    parts.length > 1 &&
    values.length > 0 &&
    parts.every((part) => /^[\w$.]+===?(?:-?\d[\w.]*|"[^"]*"|'[^']*'|true|false|null)$/.test(part))
  );
}

/** What a list of pairs has for each of its keys. */
const pairsOf = (list: SyntaxNode | undefined): readonly SyntaxNode[] =>
  (list?.parts('elements') ?? []).flatMap((one) =>
    bare(one).kind === 'ArrayLiteralExpression' ? bare(one).parts('elements').slice(1) : [],
  );

/** Keys of a table, members of a list. */
function keysOf(value: SyntaxNode, canon: Canon): readonly string[] {
  if (value.kind === 'ObjectLiteralExpression')
    return value.parts('properties').flatMap((one) => {
      const name = one.part('name');
      // A name in two words may be one of the tests' as well as a text; one that no code would have is a text, and so is one of a text.
      if (name?.kind === 'Identifier') {
        const isText =
          (one.part('initializer')?.value?.length ?? 0) > 3 && one.part('initializer')!.kind === 'StringLiteral';
        return isText || /[a-z][A-Z]|\P{ASCII}/u.test(name.text) ? [JSON.stringify(name.text)] : [];
      }
      return name?.kind === 'StringLiteral' || name?.kind === 'NumericLiteral' ? [canon.print(name).text] : [];
    });
  const list = value.kind === 'NewExpression' ? bare(value.parts('arguments')[0] ?? value) : value;
  if (list.kind !== 'ArrayLiteralExpression') return [];
  return list.parts('elements').flatMap((one) => {
    const inner = bare(one);
    const { text, pure } = canon.print(
      inner.kind === 'ArrayLiteralExpression' ? (inner.parts('elements')[0] ?? inner) : inner,
    );
    return pure ? [text] : [];
  });
}

/** Whether a node is a part of what an `if` or a conditional expression asks, which is told as one. */
function isInCondition(node: SyntaxNode): boolean {
  for (let at = node; at.parent && !/Statement$|Function|Declaration$/.test(at.kind); at = at.parent) {
    const { kind } = at.parent;
    const part = kind === 'IfStatement' ? 'expression' : kind === 'ConditionalExpression' ? 'condition' : undefined;
    if (part && at.parent.part(part) === at) return true;
  }
  return false;
}

const isComparison = (node: SyntaxNode): boolean =>
  node.kind === 'BinaryExpression' && /^(?:Equals|Exclamation)Equals/.test(node.part('operatorToken')!.kind);

/** Values that comparisons compare with. */
function comparedIn(root: SyntaxNode, canon: Canon): readonly string[] {
  const found: string[] = [];
  each(root, (node) => {
    if (!isComparison(node)) return;
    const sides = [node.part('left')!, node.part('right')!].map((one) => canon.print(bare(one)));
    if (sides.some(({ pure }) => !pure)) found.push(...sides.flatMap(({ pure, text }) => (pure ? [text] : [])));
  });
  return found;
}

/** Values that a condition asks for. */
function askedIn(condition: SyntaxNode, canon: Canon): readonly string[] {
  const found = [...comparedIn(condition, canon)];
  each(condition, (node) => {
    if (node.kind === 'RegularExpressionLiteral') found.push(...wordsOf(node.text));
    if (node.kind !== 'CallExpression' || !ASKS.test(flat(node.part('expression')!))) return;
    const list = bare(node.part('expression')!.part('expression')!);
    if (list.kind === 'ArrayLiteralExpression') found.push(...keysOf(list, canon));
    for (const one of node.parts('arguments')) {
      const { text, pure } = canon.print(one);
      if (pure) found.push(text);
    }
  });
  return [...new Set(found)];
}

/** Texts that a pattern chooses from, where it is made of nothing else: `/^(?:a|b)$/` has two, `/^(a|b)(c)/` three. */
function wordsOf(pattern: string): readonly string[] {
  const source = (/^\/(.*)\/\w*$/s.exec(pattern)?.[1] ?? '').replaceAll('\\b', '');
  if (SPECIAL.test(source)) {
    // Within more of it, where one of them is no word of anything.
    const groups = source.matchAll(/\((?:\?(?:[:=!]|<[=!]))?([^()|]*\|[^()]*)\)/g);
    const words = [...groups].flatMap(([, one]) => textsOf(one!.split('|')));
    return words.some((one) => isInstance(one)) ? words : [];
  }
  return textsOf(source.split(/(?<!\\)[()|^$]|(?<!\\)\?:?/));
}

/** What is no text in a pattern. */
const SPECIAL = /(?<!\\)[[\]*+{}.]|\\\w/;

const textsOf = (parts: readonly string[]): readonly string[] =>
  parts
    .filter((one) => !SPECIAL.test(one))
    .map((one) => one.replace(/\\([^\w])/g, '$1'))
    .filter((one) => one.length > 2)
    .map((one) => JSON.stringify(one));
