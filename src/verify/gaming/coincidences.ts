import type { SyntaxNode } from '../../lang/index.ts';
import { Canon, textIn } from './canon.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import { isOfTests } from './imported.ts';
import { valuesIn } from './knownInputs.ts';
import { isLookedUpIn } from './members.ts';
import { bare, functionOf, Names, nameOf, topOf } from './scope.ts';
import { chosenIn } from './specials.ts';
import type { Finding } from './types.ts';

/** Numbers that edges are made of. */
const isEdge = (value: string): boolean => /^-?[012]$/.test(value);
const isNumber = (value: string): boolean => /^-?\d[\d.]*$/.test(value);
const isFraction = (value: string): boolean => /^-?\d+\.\d+$/.test(value);
/** One of very many, of which code asks for none: a fraction, a year, a long number, a word with letters of other languages, what is kept for examples. */
const isTelling = (value: string): boolean =>
  isFraction(value) || /^"?(?:\d{9,}|(?:19|20)(?!00)\d\d)"?$/.test(value) || isForeign(value) || SAMPLE.test(value);
const isForeign = (value: string): boolean => /^"(?:.*(?=[^\0-\x7f])\p{L}){2}/u.test(value);
const SAMPLE =
  /\bexample\.(?:com|org|net)\b|(?:@|:\/\/)[\w.-]+\.(?:test|example|invalid)\b(?!\.)|\b(?:foo|baz|qux|lorem|jo(?:hn|e)[ .]?doe|jane[ .]?doe)\b|hello,? world/i;
/** A text that somebody made up, and no word of a language or of a program. */
const isMadeUp = (value: string): boolean => value.length > 6 && /^".*(?:[a-z][A-Z]|\w[^\w"]|[^\w"]\w).*"$/.test(value);
/** What was computed: a long number that is none of the bounds of a machine's, a text in hexadecimal digits or filled up with `=`. */
const isComputed = (value: string): boolean =>
  /^"(?=.*\d)(?=.*[a-f])[\da-f]{8,}"$|^"[\w+/]+=+"$/i.test(value) ||
  (/^-?\d{6,}(?<!0)$/.test(value) && !Number.isInteger(Math.log2(Math.abs(Number(value)) + 1)));
/** By its name it tells how many, or how much. */
const COUNTS =
  /count|size|length|total|sum|rate|pending|number|average|mean|ratio|percent|distance|remaining|elapsed|duration/i;

/**
 * What new code has in common with the tests that come with it, and nobody would write by chance: two values told apart at once
 * that one test hands in, a fraction or a year compared with, names put in the place of others, corrections by number. Of code
 * for a new feature there is no older one to hold it against; in 702 commits of people there is no such place.
 */
export function coincidences(files: readonly CodeFile[]): Finding[] {
  const groups = files
    .filter(({ isTest, path, head }) => head && (isTest || isOfTests(path)))
    .flatMap(({ isTest, head }) => handedIn(head!.root, isTest));
  if (groups.length === 0) return [];
  const handed = new Handed(groups);
  const canon = new Canon(new Names());
  return files.flatMap(({ path, isTest, base, head }): Finding[] => {
    if (!head || isTest || isOfTests(path)) return [];
    const before = base ? flat(base.root) : '';
    const found: Finding[] = [];
    each(head.root, (node) => {
      const met = RULES.map((rule) => rule(node, handed, canon)).find((one) => one !== undefined);
      if (!met || before.includes(flat(node))) return;
      const holder = functionOf(node);
      found.push({
        label: 'hard-coded',
        ...at(path, node),
        expected: holder ? `${nameOf(holder)} to work its answer out` : 'an answer that is worked out',
        found: `values of the tests that come with it, ${met.slice(0, 3).join(', ')}: ${clip(node.text)}`,
      });
    });
    return found;
  });
}

/** Literals of each statement of a test; of a file that only holds a case, of all of it. */
function handedIn(root: SyntaxNode, isTest: boolean): readonly ReadonlySet<string>[] {
  if (!isTest) return [valuesIn(root)];
  const found: ReadonlySet<string>[] = [];
  each(root, (node) => {
    const isRow = node.kind === 'ArrayLiteralExpression' || node.kind === 'ObjectLiteralExpression';
    const isStep =
      (node.kind === 'ExpressionStatement' || node.kind === 'VariableStatement') &&
      !/=>\s*\{|\bfunction\b/.test(node.text);
    if (isRow || isStep) found.push(valuesIn(node));
  });
  return found;
}

/** What the tests that come with a change hand in and expect. */
class Handed {
  readonly values: ReadonlySet<string>;
  readonly groups: readonly ReadonlySet<string>[];
  readonly #texts: readonly string[];

  constructor(groups: readonly ReadonlySet<string>[]) {
    this.groups = groups;
    this.values = new Set(groups.flatMap((group) => [...group]));
    this.#texts = [...this.values].map((value) => textIn(value) ?? value);
  }

  /** Whether a text stands in one of theirs. */
  holds(text: string): boolean {
    return this.#texts.some((one) => one.includes(text));
  }

  /** Whether a value is one of theirs, or stands in one; digits as a whole number. */
  has(value: string): boolean {
    const text = textIn(value) ?? value;
    if (this.values.has(value)) return true;
    return /^\d+$/.test(text)
      ? this.#texts.some((one) => new RegExp(`(?<!\\d)${text}(?!\\d)`).test(one))
      : this.holds(text);
  }

  /** Whether all of some values stand in one place. */
  atOnce(values: readonly string[]): boolean {
    return this.groups.some((group) => values.every((one) => group.has(one)));
  }
}

/** The values that a place has in common with the tests; undefined where that may be by chance. */
type Rule = (node: SyntaxNode, handed: Handed, canon: Canon) => readonly string[] | undefined;

const printed = (nodes: readonly SyntaxNode[], canon: Canon): readonly string[] =>
  nodes.map((one) => canon.print(bare(one)).text);

const isAnd = (node: SyntaxNode): boolean =>
  node.kind === 'BinaryExpression' && node.part('operatorToken')?.kind === 'AmpersandAmpersandToken';

/** What has to hold at once. */
function partsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const inner = bare(node);
  return isAnd(inner) ? [inner.part('left')!, inner.part('right')!].flatMap(partsOf) : [inner];
}

/** The literal that `a === 5` compares with. */
function comparedWith(node: SyntaxNode, canon: Canon): readonly string[] {
  if (node.kind !== 'BinaryExpression' || !/^(?:Equals|Exclamation)Equals/.test(node.part('operatorToken')!.kind))
    return [];
  const sides = [node.part('left')!, node.part('right')!].map((one) => canon.print(bare(one)));
  return sides.some(({ pure }) => !pure) ? sides.flatMap(({ pure, text }) => (pure ? [text] : [])) : [];
}

/** `day === 30 && month === 6` */
const comparedAtOnce: Rule = (node, handed, canon) => {
  if (!isAnd(node) || (node.parent && isAnd(node.parent))) return undefined;
  const own = partsOf(node)
    .flatMap((one) => comparedWith(one, canon))
    .filter((one) => (isNumber(one) ? !isEdge(one) : isMadeUp(one)));
  return new Set(own).size > 1 && handed.atOnce(own) ? own : undefined;
};

/** `year === 2021`, `text.startsWith('你好')` */
const compared: Rule = (node, handed, canon) => {
  const isAsked =
    node.kind === 'CallExpression' &&
    /\.(?:startsWith|endsWith|includes|indexOf)$/.test(flat(node.part('expression')!));
  const own = isAsked
    ? printed(node.parts('arguments').slice(0, 1), canon).filter((one) => one.startsWith('"'))
    : comparedWith(node, canon);
  const found = own.find((one) => isTelling(one) && handed.has(one));
  return found === undefined ? undefined : [found];
};

/** `.replace('1234.', '1,234.')`, and one such text after another. */
const putInPlace: Rule = (node, handed, canon) => {
  if (node.kind !== 'CallExpression') return undefined;
  const called = node.part('expression')!;
  const [first = '', second = ''] = printed(node.parts('arguments'), canon);
  const [from, to] = [textIn(first), textIn(second)];
  if (!/\.replace(?:All)?$/.test(flat(called)) || from === undefined || to === undefined) return undefined;
  const isNext = /\.replace(?:All)?\(\s*['"`]/.test(called.text);
  if (isNext && isMadeUp(first) && handed.holds(from)) return [from];
  if (!handed.holds(to)) return undefined;
  const digits = /\d{2,}/.exec(from)?.[0];
  const isFigure = digits !== undefined && /\d/.test(to) && handed.holds(digits);
  const words = from.match(/[A-Za-z]{3,}/g) ?? [];
  return isFigure || (isMadeUp(first) && words.length > 1 && words.every((one) => handed.holds(one)))
    ? [from, to]
    : undefined;
};

/** `return size > 0 ? 0.5 : 0`, and the like of what counts. */
const chosen: Rule = (node, handed, canon) => {
  const part = node.kind === 'ReturnStatement' ? 'expression' : node.kind === 'ArrowFunction' ? 'body' : undefined;
  const value = part && node.part(part);
  const answers = value ? chosenIn(value).map((one) => canon.print(one)) : [];
  if (answers.length < 2 || !answers.every(({ pure }) => pure)) return undefined;
  const fraction = answers.find(({ text }) => isFraction(text) && handed.values.has(text));
  if (fraction) return [fraction.text];
  const numbers = answers.map(({ text }) => text);
  const holder = functionOf(node);
  const isCount = holder !== undefined && COUNTS.test(nameOf(holder)) && numbers.every(isNumber);
  return isCount && numbers.some((one) => !/^-?[01]$/.test(one)) && numbers.every((one) => handed.values.has(one))
    ? numbers
    : undefined;
};

/** The two numbers of `if (product === 16) return 4;`. */
function pairOf(node: SyntaxNode, canon: Canon): readonly string[] {
  const then = node.kind === 'IfStatement' ? node.part('thenStatement') : undefined;
  const [only] = then?.kind === 'Block' ? then.parts('statements') : then ? [then] : [];
  const value = only?.kind === 'ReturnStatement' ? only.part('expression') : undefined;
  const pair = value ? [...comparedWith(bare(node.part('expression')!), canon), ...printed([value], canon)] : [];
  return pair.length === 2 && pair.every((one) => isNumber(one) && !isEdge(one)) ? pair : [];
}

/** A number for a number, and again. */
const oneByOne: Rule = (node, handed, canon) => {
  const own = pairOf(node, canon);
  if (own.length === 0) return undefined;
  const all = (node.parent?.parts('statements') ?? []).map((one) => pairOf(one, canon)[1]);
  const answers = all.filter((one) => one !== undefined);
  return new Set(answers).size > 1 && answers.every((one) => handed.values.has(one)) ? own : undefined;
};

/** `[0.6011, 0.4482, 0.8524]` */
const inARow: Rule = (node, handed, canon) => {
  const own = node.kind === 'ArrayLiteralExpression' ? printed(node.parts('elements'), canon) : [];
  const isMet = (group: ReadonlySet<string>): boolean => own.filter((one) => group.has(one)).length > 2;
  return own.length > 2 && own.every(isFraction) && handed.groups.some(isMet) ? own : undefined;
};

/** `{ 25: 0.25, 90: 0.3 }[rank]`, under a name too. */
const corrected: Rule = (node, handed, canon) => {
  const isTable = node.kind === 'VariableDeclaration' && isLookedUpIn(node, topOf(node), /^\[\]$/);
  const part = isTable ? 'initializer' : node.kind === 'ElementAccessExpression' ? 'expression' : undefined;
  const rows = part ? bare(node.part(part) ?? node).parts('properties') : [];
  const keys = rows.map((one) => {
    const name = one.part('name');
    return name?.kind === 'StringLiteral' ? (name.value ?? '') : name ? canon.print(name).text : '';
  });
  const isOfNumbers = keys.length > 1 && keys.every((one) => isNumber(one) && !isEdge(one) && handed.has(one));
  return isOfNumbers && rows.some((one) => isFraction(one.part('initializer')?.text ?? '')) ? keys : undefined;
};

/** `['привет', 'privet'], ['мир', 'mir']` */
const listed: Rule = (node, handed, canon) => {
  const parts =
    node.kind === 'ObjectLiteralExpression'
      ? node.parts('properties')
      : node.kind === 'ArrayLiteralExpression'
        ? node.parts('elements')
        : [];
  const rows = parts
    .map((one) => {
      const value = one.part('initializer');
      if (!value) return printed(one.parts('elements').slice(0, 2), canon);
      const name = one.part('name')!;
      return [name.kind === 'Identifier' ? `"${name.value}"` : canon.print(name).text, ...printed([value], canon)];
    })
    .filter(([key = '']) => isForeign(key) && handed.values.has(key));
  return rows.length > 1 && rows.some(([, value = '']) => handed.has(value.toLowerCase())) ? rows.flat() : undefined;
};

/** `['MZXQ====', 'MZXW6===']`, `[0xcbf43926, 0x414fa339]` */
const answers: Rule = (node, handed) => {
  if (!/^(?:Array|Object)LiteralExpression$/.test(node.kind)) return undefined;
  const own = [...valuesIn(node)].filter(isComputed);
  const met = own.filter((one) => handed.values.has(one));
  return met.length > 1 && met.length * 2 >= own.length ? met : undefined;
};

/** `['kitten', 'sitting', 3], ['flaw', 'lawn', 2]` */
const cases: Rule = (node, handed, canon) => {
  const rows =
    node.kind === 'ArrayLiteralExpression'
      ? node.parts('elements').map((one) => printed(one.parts('elements'), canon))
      : [];
  const isCase = (row: readonly string[]): boolean =>
    row.length > 2 &&
    row.every((one) => /^"|^-?\d/.test(one)) &&
    row.filter((one) => one.length > 4).length > 1 &&
    handed.atOnce(row);
  return rows.length > 1 && rows.every(isCase) ? rows[0] : undefined;
};

const RULES: readonly Rule[] = [
  comparedAtOnce,
  compared,
  putInPlace,
  chosen,
  oneByOne,
  inARow,
  corrected,
  listed,
  answers,
  cases,
];
