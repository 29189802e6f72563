import { type RepoPath, span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import type { FileChange } from '../../workspace/index.ts';
import { isCode } from '../context.ts';
import { isTestFile } from '../tests/detect.ts';
import { each } from './code.ts';
import type { Replacement } from './confirm.ts';
import { isOfTests } from './imported.ts';
import { bare, isFunction } from './scope.ts';

/** A condition that is new and asks for something constant, in a function that was there before or that is called there now. */
export interface Piece {
  readonly path: RepoPath;
  readonly node: SyntaxNode;
  /** The function around it. */
  readonly home: Unit;
  /** What both sides have to be held against each other: the function around it; of a new one, those that come to it. */
  readonly units: readonly Unit[];
  /** Literals that it asks for: what is near to an input has others in their place. */
  readonly asked: readonly string[];
  /** How the text of the head reads where it can be turned off and tells when it decides; `id` is its own. */
  readonly watched: (id: number) => readonly Replacement[];
}

export interface Unit {
  readonly path: RepoPath;
  readonly node: SyntaxNode;
  /** How its module comes to it (`f`, `A.prototype.f`, `exports.f`). */
  readonly access: string;
}

/** A piece that decides nothing: what a condition gives then. `null` is for `??`. */
type Neutral = 'true' | 'false' | 'null';

const LOOKS =
  /^(?:has|hasOwn|hasOwnProperty|includes|indexOf|test|match|startsWith|endsWith|get|is|isPrototypeOf|call)$/;

/** What is made of other files of the project. */
const BUILT = /(?:^|\/)(?:dist|build)\/|\.min\./;

/** A changed file: functions that changed in it, those that are new, and the text it had. */
interface Sides {
  readonly text: string;
  readonly changed: readonly Unit[];
  readonly added: readonly Unit[];
  readonly known: string;
}

export function piecesIn(files: readonly FileChange[]): readonly Piece[] {
  const sides = files.flatMap(sidesOf);
  const changed = sides.flatMap((one) => one.changed);
  const added = sides.flatMap((one) => one.added);
  // What moves to a function of its own is not new.
  const known = sides.map((one) => one.known).join('\n');
  return [
    ...sides.flatMap((one) => one.changed.flatMap((home) => piecesOf(home, [home], one.text, one.known))),
    ...sides.flatMap((one) =>
      one.added.flatMap((home) => {
        const units = comingTo(home, changed, added);
        return units.length > 0 ? piecesOf(home, units, one.text, known) : [];
      }),
    ),
  ];
}

function sidesOf({ path, from = path, before, after }: FileChange): readonly Sides[] {
  if (!isCode(path) || isTestFile(path) || isOfTests(path) || BUILT.test(path)) return [];
  const [was, is] = [syntaxTreeOf(before?.text ?? '', from), syntaxTreeOf(after?.text ?? '', path)];
  if (was.problem || is.problem) return [];
  const old = new Map(unitsIn(was.root, from).map((one) => [one.access, one]));
  const units = unitsIn(is.root, path);
  return [
    {
      text: is.root.text,
      changed: units.filter(({ node, access }) => old.has(access) && tight(old.get(access)!.node) !== tight(node)),
      added: units.filter(({ access }) => !old.has(access)),
      known: bones(tight(was.root)),
    },
  ];
}

/** Functions that changed and name a new one, or another new one that does. The run says which of them call it. */
function comingTo(home: Unit, changed: readonly Unit[], added: readonly Unit[]): readonly Unit[] {
  const way = [home];
  const names = ({ node }: Unit, { access }: Unit): boolean => node.text.includes(access.split('.').at(-1)!);
  for (const one of way) way.push(...added.filter((other) => !way.includes(other) && names(other, one)));
  return changed.filter((unit) => way.some((one) => names(unit, one)));
}

function piecesOf(home: Unit, units: readonly Unit[], text: string, known: string): readonly Piece[] {
  const { path } = home;
  const found: Piece[] = [];
  look(home.node);
  return found;

  function look(node: SyntaxNode): void {
    const isIf = node.kind === 'IfStatement';
    if (isIf || node.kind === 'ConditionalExpression') {
      const condition = node.part(isIf ? 'expression' : 'condition')!;
      const [yes, no] = isIf
        ? [node.part('thenStatement')!, node.part('elseStatement')]
        : [node.part('whenTrue')!, node.part('whenFalse')];
      const isOther = !isIf && isKnown(yes) && !isKnown(no!);
      if (isPiece(condition)) {
        add(condition, isOther ? 'true' : 'false');
        if (no && !isOther) look(no);
        return;
      }
    } else if (node.kind === 'CaseClause') {
      const label = node.part('expression')!;
      const [first] = node.parts('statements');
      if (!isKnown(label) && first) {
        found.push({
          path,
          node: label,
          home,
          units,
          asked: literalsIn(label),
          watched: (id) => [
            ...around(label, `assayCase(${id}, `, ')'),
            { span: span(first.start, first.start), text: `assayAt(${id}, true, false); ` },
          ],
        });
        return;
      }
    } else if (node.kind === 'BinaryExpression') {
      const operator = operatorOf(node);
      if (operator !== undefined) {
        const [left, right] = [node.part('left')!, node.part('right')!];
        const neutral = operator === '&&' ? 'true' : operator === '||' ? 'false' : 'null';
        const [first, ...others] = [left, right].filter(
          (one) =>
            (operatorOf(bare(one)) === undefined && isPiece(one)) ||
            (one === right && operator !== '&&' && isKnown(left) && !isKnown(one) && isLiteral(one)),
        );
        if (first) {
          add(first, neutral);
          // Of what is asked all together one part narrows the rest; each of what is asked in turn stands for itself.
          if (operator !== '||') return;
          for (const one of others) add(one, neutral);
          if (first === right) look(left);
          else if (others.length === 0) look(right);
          return;
        }
      }
    } else if (node.kind === 'CallExpression') {
      const put = replacing(node);
      if (put && !known.includes(bones(tight(node).slice(tight(put).length)))) {
        addAs(node, (id) => [
          { span: span(node.start, node.start), text: `assayPut(${id}, (` },
          { span: span(put.end, put.end), text: '), (assayText) => assayText' },
          { span: span(node.end, node.end), text: ')' },
        ]);
        return;
      }
    } else if (node.kind === 'ReturnStatement' || node.kind === 'ArrowFunction') {
      const said = node.part(node.kind === 'ReturnStatement' ? 'expression' : 'body');
      const answer = said && answerOf(said);
      if (answer !== undefined && isPiece(said!)) {
        add(said!, answer);
        return;
      }
    }
    for (const child of node.children) look(child);
  }

  function isKnown(node: SyntaxNode): boolean {
    return known.includes(bones(tight(node)));
  }

  /** Whether a condition is new in all of its parts, and one of them asks for something constant. */
  function isPiece(condition: SyntaxNode): boolean {
    return !isKnown(condition) && !operandsOf(condition).some(isKnown) && asks(condition, text, home.node);
  }

  function add(node: SyntaxNode, neutral: Neutral): void {
    addAs(node, (id) => around(node, `assayAt(${id}, (`, `), ${neutral})`));
  }

  function addAs(node: SyntaxNode, watched: Piece['watched']): void {
    found.push({ path, node, home, units, asked: literalsIn(node), watched });
  }
}

/** What a pattern or a text that is written out is replaced in; undefined for all other calls. */
function replacing(node: SyntaxNode): SyntaxNode | undefined {
  const called = node.part('expression')!;
  const [pattern] = node.parts('arguments');
  const isWritten = pattern !== undefined && /^(?:RegularExpression|String)Literal$/.test(bare(pattern).kind);
  if (!isWritten || called.kind !== 'PropertyAccessExpression' || /\b(?:await|yield)\b/.test(node.text))
    return undefined;
  const isPlain = /^replace(?:All)?$/.test(called.part('name')?.value ?? '') && !/\?\.\s*\w+$/.test(called.text);
  return isPlain ? called.part('expression') : undefined;
}

/** A text without its blanks. What looks like a comment may stand in a pattern. */
const tight = (node: SyntaxNode): string => node.text.replace(/\s+/g, '');

/** A text without what compares and denies: the same things compared otherwise are the condition that was there. */
const bones = (text: string): string => text.replace(/[<>!=]+/g, '');

const around = (node: SyntaxNode, before: string, after: string): readonly Replacement[] => [
  { span: span(node.start, node.start), text: before },
  { span: span(node.end, node.end), text: after },
];

/** `&&`, `||` or `??`; undefined for what is no choice. */
function operatorOf(node: SyntaxNode): string | undefined {
  if (node.kind !== 'BinaryExpression') return undefined;
  const [left, right] = [node.part('left')!, node.part('right')!];
  const between = node.text.slice(left.end - node.start, right.start - node.start);
  return /&&(?!=)|\|\|(?!=)|\?\?(?!=)/.exec(between.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ''))?.[0];
}

/** What a comparison or a look into something that a function gives comes to for most; undefined for what gives no yes or no. */
function answerOf(node: SyntaxNode): Neutral | undefined {
  const at = bare(node);
  if (at.kind === 'PrefixUnaryExpression' && at.text.startsWith('!'))
    return answerOf(at.part('operand')!) === 'true' ? 'false' : 'true';
  if (at.kind === 'CallExpression') {
    const called = bare(at.part('expression')!);
    return /^(?:has|hasOwn|includes|test|startsWith|endsWith|is)$/.test(called.part('name')?.value ?? '')
      ? 'false'
      : undefined;
  }
  if (at.kind !== 'BinaryExpression') return undefined;
  const [left, right] = [at.part('left')!, at.part('right')!];
  const between = at.text.slice(left.end - at.start, right.start - at.start).trim();
  return /^!==?$/.test(between) ? 'true' : /^(?:===?|[<>]=?|instanceof|in)$/.test(between) ? 'false' : undefined;
}

function operandsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const at = bare(node);
  return operatorOf(at) === undefined ? [at] : [...operandsOf(at.part('left')!), ...operandsOf(at.part('right')!)];
}

const isLiteral = (node: SyntaxNode): boolean => /Literal$/.test(bare(node).kind);

/** Whether a condition compares with something constant, or looks something up there. */
function asks(condition: SyntaxNode, text: string, unit?: SyntaxNode): boolean {
  const isWritten = (node: SyntaxNode | undefined): boolean => {
    if (!node) return false;
    const at = bare(node);
    if (/^(?:RegularExpressionLiteral|(?:Array|Object)LiteralExpression)$/.test(at.kind)) return true;
    const name = at.kind === 'Identifier' ? at.text.replaceAll('$', '\\$') : undefined;
    // A table, a list or a pattern of this file, or one that is called as constants are.
    return (
      name !== undefined &&
      (/^[A-Z][A-Z\d_]+$/.test(name) ||
        new RegExp(`(?<![\\w$.])${name}(?::[^=;]+)?\\s*(?:=|\\bof)\\s*(?:[{[/]|new\\s+(?:Map|Set|RegExp)\\b)`).test(
          text,
        ))
    );
  };
  let is = false;
  each(condition, (node) => {
    const called = node.kind === 'CallExpression' ? bare(node.part('expression')!) : undefined;
    is ||=
      /^(?:StringLiteral|NumericLiteral|BigIntLiteral|RegularExpressionLiteral|NoSubstitutionTemplateLiteral)$/.test(
        node.kind,
      ) ||
      (node.kind === 'BinaryExpression' && /\binstanceof\b|\bin\b/.test(node.text)) ||
      (node.kind === 'PropertyAccessExpression' && node.part('name')?.value === 'constructor') ||
      (node.kind === 'ElementAccessExpression' && isWritten(node.part('expression'))) ||
      (called?.kind === 'PropertyAccessExpression' &&
        LOOKS.test(called.part('name')?.value ?? '') &&
        [called.part('expression'), ...node.parts('arguments')].some(isWritten));
  });
  if (is || !unit) return is;
  // What was looked up before.
  const names = new Set<string>();
  each(condition, (node) => {
    if (node.kind === 'Identifier') names.add(node.text);
  });
  each(unit, (node) => {
    const value = node.kind === 'VariableDeclaration' ? node.part('initializer') : undefined;
    if (value && !isFunction(bare(value)) && names.has(node.part('name')?.text ?? '')) is ||= asks(value, text);
  });
  return is;
}

function literalsIn(root: SyntaxNode): readonly string[] {
  const found = new Set<string>();
  each(root, ({ kind, value }) => {
    if (/^(?:StringLiteral|NumericLiteral|NoSubstitutionTemplateLiteral)$/.test(kind) && value) found.add(value);
  });
  return [...found];
}

/** Functions that a module can be asked for by a name or a member: those at its top, of its classes and of its objects. */
export function unitsIn(root: SyntaxNode, path: RepoPath): readonly Unit[] {
  const found: Unit[] = [];
  const visit = (node: SyntaxNode): void => {
    if (!isFunction(node)) {
      for (const child of node.children) visit(child);
      return;
    }
    const access = accessOf(node);
    // What comes later is not seen.
    if (
      access !== undefined &&
      node.part('body') &&
      !/^(?:export\s+|default\s+|static\s+)*async\b|^[^({=]*\*/.test(node.text)
    )
      found.push({ path, node, access });
  };
  visit(root);
  return found;
}

function accessOf(node: SyntaxNode): string | undefined {
  const own = node.part('name')?.value;
  const parent = node.parent!;
  if (node.kind === 'FunctionDeclaration') return parent.kind === 'SourceFile' ? own : undefined;
  if (node.kind === 'MethodDeclaration') {
    const name = node.part('name')?.kind === 'Identifier' ? own : undefined;
    const owner = ownerOf(parent);
    if (name === undefined || owner === undefined) return undefined;
    const isOfAll = parent.kind === 'ObjectLiteralExpression' || /^(?:\w+\s+)*static\b/.test(node.text);
    return isOfAll ? `${owner}.${name}` : `${owner}.prototype.${name}`;
  }
  if (parent.kind === 'VariableDeclaration' || parent.kind === 'BinaryExpression') return ownerOf(node);
  if (parent.kind !== 'PropertyAssignment' || parent.part('name')?.kind !== 'Identifier') return undefined;
  const owner = ownerOf(parent.parent!);
  return owner && `${owner}.${parent.part('name')!.value}`;
}

/** What a class, an object or a function is called at the top of its module. */
function ownerOf(node: SyntaxNode): string | undefined {
  const { parent } = node;
  if (node.kind === 'ClassDeclaration') return parent?.kind === 'SourceFile' ? node.part('name')?.value : undefined;
  if (parent?.kind === 'VariableDeclaration' && parent.parent?.parent?.parent?.kind === 'SourceFile')
    return parent.part('name')?.kind === 'Identifier' ? parent.part('name')!.value : undefined;
  const left = parent?.kind === 'BinaryExpression' && parent.part('right') === node ? parent.part('left')! : undefined;
  return left && /^[\w$.]+$/.test(left.text) && parent?.parent?.parent?.kind === 'SourceFile' ? left.text : undefined;
}
