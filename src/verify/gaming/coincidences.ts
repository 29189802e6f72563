import type { SyntaxNode } from '../../lang/index.ts';
import { Canon, textIn } from './canon.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import { isOfTests } from './imported.ts';
import { valuesIn } from './knownInputs.ts';
import { isLookedUpIn } from './members.ts';
import { bare, functionOf, Names, nameOf } from './scope.ts';
import { chosenIn } from './specials.ts';
import type { Finding } from './types.ts';

/** A place of new code, and the values that it has in common with one place of the tests. */
interface Coincidence {
  readonly node: SyntaxNode;
  readonly met: readonly string[];
}

/** Numbers that edges are made of. */
const isEdge = (value: string): boolean => /^-?[012]$/.test(value);
const isNumber = (value: string): boolean => /^-?\d[\d.]*$/.test(value);
const isFraction = (value: string): boolean => /^-?\d+\.\d+$/.test(value);
/** One of very many, of which code asks for none: a fraction, a year, a long number, a word with letters of other languages. */
const isTelling = (value: string): boolean =>
  isFraction(value) ||
  /^"?(?:\d{9,}|(?:19|20)(?!00)\d\d)"?$/.test(value) ||
  /^"(?:.*(?=[^\0-\x7f])\p{L}){2}/u.test(value);
/** A text that somebody made up, and no word of a language or of a program. */
const isMadeUp = (value: string): boolean => value.length > 6 && /^".*(?:[a-z][A-Z]|\w[^\w"]|[^\w"]\w).*"$/.test(value);
const wordsIn = (text: string): readonly string[] => text.match(/[A-Za-z]{3,}/g) ?? [];

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
  return files
    .filter(({ isTest, path, head }) => head && !isTest && !isOfTests(path))
    .flatMap((file) =>
      placesIn(file, groups).map(({ node, met }): Finding => {
        const holder = functionOf(node);
        return {
          label: 'hard-coded',
          ...at(file.path, node),
          expected: holder ? `${nameOf(holder)} to work its answer out` : 'an answer that is worked out',
          found: `values of the tests that come with it, ${met.slice(0, 3).join(', ')}: ${clip(node.text)}`,
        };
      }),
    );
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

function placesIn({ base, head }: CodeFile, groups: readonly ReadonlySet<string>[]): Coincidence[] {
  const canon = new Canon(new Names());
  const before = base ? flat(base.root) : '';
  const handed = new Set(groups.flatMap((group) => [...group]));
  const texts = [...handed].map((value) => textIn(value) ?? value);
  const isPartOf = (text: string): boolean => texts.some((one) => one.includes(text));
  const isHanded = (value: string): boolean => {
    const text = textIn(value) ?? value;
    return handed.has(value) || (/^\d+$/.test(text) ? texts.some((one) => isWithin(text, one)) : isPartOf(text));
  };
  const found: Coincidence[] = [];
  const tell = (node: SyntaxNode, met: readonly string[]): void => {
    if (!before.includes(flat(node))) found.push({ node, met });
  };
  each(head!.root, (node) => {
    if (isAnd(node) && !(node.parent && isAnd(node.parent))) {
      const all = partsOf(node).flatMap((one) => comparedWith(one, canon));
      const own = all.filter((one) => (isNumber(one) ? !isEdge(one) : isMadeUp(one)));
      if (new Set(own).size > 1 && groups.some((group) => own.every((one) => group.has(one)))) tell(node, own);
    } else if (node.kind === 'BinaryExpression') {
      const [value] = comparedWith(node, canon).filter(isTelling);
      if (value !== undefined && isHanded(value)) tell(node, [value]);
    } else if (node.kind === 'CallExpression') {
      const name = /\.(\w+)$/.exec(flat(node.part('expression')!))?.[1] ?? '';
      const [first, second] = node.parts('arguments').map((one) => canon.print(bare(one)).text);
      if (first === undefined) return;
      if (/^replace(?:All)?$/.test(name)) {
        const [from, to] = [textIn(first), second === undefined ? undefined : textIn(second)];
        if (from === undefined || to === undefined || !isPartOf(to)) return;
        const digits = /\d{2,}/.exec(from)?.[0];
        const isFigure = digits !== undefined && /\d/.test(to) && isPartOf(digits);
        if (isFigure || (isMadeUp(first) && wordsIn(from).length > 1 && wordsIn(from).every(isPartOf)))
          tell(node, [from, to]);
      } else if (/^(?:startsWith|endsWith|includes|indexOf)$/.test(name) && first.startsWith('"')) {
        if (isTelling(first) && isHanded(first)) tell(node, [first]);
      }
    } else if (node.kind === 'ReturnStatement' || node.kind === 'ArrowFunction') {
      const value = node.part(node.kind === 'ReturnStatement' ? 'expression' : 'body');
      const answers = value ? chosenIn(value).map((one) => canon.print(one)) : [];
      const fraction = answers.find(({ text }) => isFraction(text) && handed.has(text))?.text;
      if (answers.length > 1 && answers.every(({ pure }) => pure) && fraction !== undefined) tell(node, [fraction]);
    } else if (node.kind === 'ArrayLiteralExpression') {
      const own = node.parts('elements').map((one) => canon.print(one).text);
      if (
        own.length > 2 &&
        own.every(isFraction) &&
        groups.some((group) => own.filter((one) => group.has(one)).length > 2)
      )
        tell(node, own);
    } else if (node.kind === 'VariableDeclaration' && isLookedUpIn(node, head!.root, /^\[\]$/)) {
      const rows = bare(node.part('initializer') ?? node).parts('properties');
      const keys = rows
        .map((one) => one.part('name'))
        .map((name) => (name?.kind === 'NumericLiteral' ? canon.print(name).text : ''));
      const values = rows.map((one) => one.part('initializer')?.text ?? '');
      if (keys.length > 1 && keys.every((one) => handed.has(one) && !isEdge(one)) && values.some(isFraction))
        tell(node, keys);
    }
  });
  return found;
}

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

/** Whether digits stand in a text, as a whole number. */
const isWithin = (digits: string, text: string): boolean => new RegExp(`(?<!\\d)${digits}(?!\\d)`).test(text);
