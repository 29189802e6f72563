/** Small holes in functions that stand alone, and what fills of them do: what `bench/preferPairs.ts` draws and judges. */
import {
  codeOf,
  type FunctionText,
  functionsOf,
  javascriptOf,
  type SyntaxNode,
  syntaxTreeOf,
} from '../src/lang/index.ts';
import { type Outcome, resultOf } from '../src/verify/index.ts';

/** A function with what it needs of its file and nothing else: it can be run. */
export interface Alone {
  readonly text: string;
  /** In `text`. */
  readonly written: FunctionText;
  /** What is to be added to an offset in `text` for that in the file; holds inside the function. */
  readonly shift: number;
}

/** Takes a function out of its file with all that it refers to there; undefined where some of that is imported. */
export function standingAlone(text: string, path: string, one: FunctionText): Alone | undefined {
  const { statements } = codeOf(text);
  const declared = Map.groupBy(
    statements.flatMap((statement) => statement.declares.map((name) => ({ name, statement }))),
    ({ name }) => name,
  );
  const own = statements.find(({ span }) => span.start <= one.span.start && one.span.end <= span.end);
  if (!own) return undefined;
  const needed = new Set([own]);
  for (const statement of needed) {
    if (statement.kind === 'import') continue;
    for (const name of codeOf(text.slice(statement.span.start, statement.span.end)).identifiers)
      for (const { statement: other } of declared.get(name) ?? []) needed.add(other);
  }
  let found = '';
  let shift = 0;
  for (const statement of [...needed].sort((a, b) => a.span.start - b.span.start)) {
    const start = statement === own ? (one.comment?.start ?? statement.span.start) : statement.span.start;
    if (statement === own) shift = start - found.length;
    found += `${text.slice(start, statement.span.end)}\n`;
  }
  const written = functionsOf(found, path).find(({ name }) => name === one.name);
  return written && !/\bimport\b|\brequire\(/.test(javascriptOf(found, path))
    ? { text: found, written, shift }
    : undefined;
}

/** The rest of a line, as somebody who writes it would leave it to be completed. */
export interface Hole {
  /** What begins it. */
  readonly kind: 'statement' | 'expression' | 'condition';
  /** Offsets in the text that the function stands in; `inner` is where the statement or expression ends. */
  readonly start: number;
  readonly inner: number;
  readonly end: number;
}

/** Characters that are taken away. */
const SHORTEST = 3;
const LONGEST = 80;
const STATEMENTS = new Set(['ExpressionStatement', 'ReturnStatement', 'VariableStatement']);
/** Which part of a node is something that somebody might be about to write. */
const PARTS: Readonly<Record<string, readonly [string, Hole['kind']]>> = {
  ReturnStatement: ['expression', 'expression'],
  VariableDeclaration: ['initializer', 'expression'],
  BinaryExpression: ['right', 'expression'],
  IfStatement: ['expression', 'condition'],
  WhileStatement: ['expression', 'condition'],
  ConditionalExpression: ['condition', 'condition'],
};

/** Rests of lines in a function's body from where a statement or an expression begins that ends there. */
export function holesOf(text: string, path: string, { body }: FunctionText): readonly Hole[] {
  const found: Hole[] = [];
  const add = (kind: Hole['kind'], { start, end: inner }: SyntaxNode): void => {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const isInside = start > body.start && end < body.end && inner <= end;
    if (!isInside || end - start < SHORTEST || end - start > LONGEST) return;
    if (found.every((one) => one.start !== start)) found.push({ kind, start, inner, end });
  };
  const visit = (node: SyntaxNode): void => {
    if (node.end <= body.start || node.start >= body.end) return;
    if (STATEMENTS.has(node.kind)) add('statement', node);
    const [name, kind] = PARTS[node.kind] ?? [];
    const part = name === undefined ? undefined : node.part(name);
    if (part) add(kind!, part);
    for (const child of node.children) visit(child);
  };
  visit(syntaxTreeOf(text, path).root);
  return found;
}

/** The body of a function with something else in the hole. */
export const filled = (text: string, { body }: FunctionText, { start, end }: Hole, fill: string): string =>
  text.slice(body.start, start) + fill + text.slice(end, body.end);

const TRAP = "throw new EvalError('hole');";
const WRONG: Readonly<Record<Hole['kind'], readonly string[]>> = {
  statement: [TRAP, ''],
  expression: [`(() => { ${TRAP} })()`, 'undefined'],
  condition: [`(() => { ${TRAP} })()`, 'true', 'false'],
};

/** Bodies with what is surely wrong in the hole: where one of them does what the original does, inputs do not tell what belongs there. */
export const wrongBodies = (text: string, written: FunctionText, hole: Hole): readonly string[] =>
  WRONG[hole.kind].map((wrong) => filled(text, written, hole, wrong + text.slice(hole.inner, hole.end)));

const behaviour = (outcome: Outcome): string | undefined => {
  const result = resultOf(outcome);
  return outcome.kind === 'unknown' || result === undefined ? undefined : `${result}\n${outcome.changed ?? ''}`;
};

/** Inputs of which it must be known what the original does, of those that it must return from, and different results of those. */
const KNOWN = 10;
const RETURNS = 0.4;
const RESULTS = 2;

/** Whether the outcomes of an original tell enough to judge others by. */
export function tells(outcomes: readonly Outcome[]): boolean {
  const known = outcomes.filter((one) => behaviour(one) !== undefined);
  const values = known.filter(({ kind }) => kind === 'value');
  return (
    known.length >= KNOWN && values.length >= RETURNS * known.length && new Set(values.map(behaviour)).size >= RESULTS
  );
}

/** `open`: it is not known of all inputs on which the original's is known what it does there, and nowhere does it differ. */
export type Verdict = 'same' | 'differs' | 'open';

/** What a fill does beside the original, input by input. An end that does not come, or one that comes by chance, differs. */
export function verdictOf(original: readonly Outcome[], fill: readonly Outcome[]): Verdict {
  let verdict: Verdict = 'same';
  for (const [index, one] of original.entries()) {
    const wanted = behaviour(one);
    if (wanted === undefined) continue;
    const other = fill[index]!;
    const found = behaviour(other);
    if (found === wanted) continue;
    if (found !== undefined || (other.kind === 'unknown' && (other.slow || other.unsteady))) return 'differs';
    verdict = 'open';
  }
  return verdict;
}

/**
 * What bodies do beside the original, which stands before and after them in their process: where it is another one there they are
 * run in halves, and what alone makes it so differs (it ends the process, changes what all see, or cannot be loaded). Undefined
 * where the original alone tells nothing.
 */
export async function verdictsOf(
  run: (bodies: readonly string[]) => Promise<readonly (readonly Outcome[] | undefined)[]>,
  original: string,
  bodies: readonly string[],
): Promise<readonly Verdict[] | undefined> {
  const [before] = await run([original]);
  if (!before || !tells(before)) return undefined;
  const some = async (part: readonly string[]): Promise<readonly Verdict[]> => {
    const outcomes = await run([...part, original]);
    const after = outcomes.at(-1);
    if (after && verdictOf(before, after) === 'same')
      return part.map((_, at) => (outcomes[at] ? verdictOf(before, outcomes[at]!) : 'differs'));
    if (part.length <= 1) return part.map(() => 'differs');
    const half = part.length >> 1;
    return [...(await some(part.slice(0, half))), ...(await some(part.slice(half)))];
  };
  return some(bodies);
}
