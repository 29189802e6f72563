import type { SyntaxNode } from '../../lang/index.ts';
import { Canon, textIn } from './canon.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import { isOfTests } from './imported.ts';
import { valuesIn } from './knownInputs.ts';
import { isLookedUpIn } from './members.ts';
import { bare, functionOf, Names, nameOf } from './scope.ts';
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

/**
 * What new code has in common with the tests that come with it, and nobody would write by chance: two numbers told apart at
 * once that one test hands in, a fraction compared with exactly, digits put in the place of others, corrections by number.
 * Of code for a new feature there is no older one to hold it against.
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
  const found: Coincidence[] = [];
  const tell = (node: SyntaxNode, met: readonly string[]): void => {
    if (!before.includes(flat(node))) found.push({ node, met });
  };
  each(head!.root, (node) => {
    if (isAnd(node) && !(node.parent && isAnd(node.parent))) {
      const numbers = partsOf(node)
        .flatMap((one) => comparedWith(one, canon))
        .filter((one) => isNumber(one) && !isEdge(one));
      if (new Set(numbers).size > 1 && groups.some((group) => numbers.every((one) => group.has(one))))
        tell(node, numbers);
    } else if (node.kind === 'BinaryExpression') {
      const [value] = comparedWith(node, canon).filter(isFraction);
      if (value !== undefined && handed.has(value)) tell(node, [value]);
    } else if (node.kind === 'CallExpression' && /\.replace(?:All)?$/.test(flat(node.part('expression')!))) {
      const [from, to] = node.parts('arguments').map((one) => textIn(canon.print(bare(one)).text));
      const digits = /\d{2,}/.exec(from ?? '')?.[0];
      if (digits !== undefined && to !== undefined && /\d/.test(to) && isPartOf(digits) && isPartOf(to))
        tell(node, [from!, to]);
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
  if (node.kind !== 'BinaryExpression' || !node.part('operatorToken')!.kind.startsWith('EqualsEquals')) return [];
  const sides = [node.part('left')!, node.part('right')!].map((one) => canon.print(bare(one)));
  return sides.some(({ pure }) => !pure) ? sides.flatMap(({ pure, text }) => (pure ? [text] : [])) : [];
}
