import { identifierWords } from '../base/index.ts';
import { arrayOf, BOOLEAN, type Kind, NUMBER, REGEXP, STRING, type Universe } from './kinds.ts';
import { type Operator, patterns } from './operators/index.ts';
import type { Term } from './term.ts';
import type { Costs, Problem } from './types.ts';

export interface Literal {
  readonly kind: Kind;
  readonly value: unknown;
  readonly cost: number;
}

const NUMBER_WORDS: Readonly<Record<string, number>> = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  hundred: 100,
  half: 2,
  double: 2,
  twice: 2,
  triple: 3,
  third: 3,
  percent: 100,
  digit: 10,
  digits: 10,
};
const CHARACTER_WORDS: Readonly<Record<string, string>> = {
  hyphen: '-',
  dash: '-',
  underscore: '_',
  comma: ',',
  space: ' ',
  spaces: ' ',
  whitespace: ' ',
  blank: ' ',
  period: '.',
  dot: '.',
  slash: '/',
  colon: ':',
  semicolon: ';',
  newline: '\n',
  line: '\n',
  plus: '+',
};
/** Literals of one source, and the longest text taken as one. */
const LITERALS = 12;

/** The words of prose, lower-case, each with its plural. */
function wordsOf(prose: string): ReadonlySet<string> {
  return new Set((prose.match(/[A-Za-z]+/g) ?? []).flatMap((word) => identifierWords(word)));
}

/** What literals a function may need: common ones, those that prose speaks of, those that examples hand back. */
export function literalsOf(problem: Problem, universe: Universe): Literal[] {
  const found = new Map<string, Literal>();
  const add = (kind: Kind, value: unknown, cost: number): void => {
    const key = `${kind.key} ${typeof value === 'object' ? String(value) : `${typeof value} ${String(value)}`}`;
    const known = found.get(key);
    if (!known || known.cost > cost) found.set(key, { kind, value, cost });
  };
  const words = wordsOf(`${problem.prose} ${problem.name}`);
  add(NUMBER, 0, 2);
  add(NUMBER, 1, 2);
  add(NUMBER, 2, 3);
  add(NUMBER, -1, 5);
  add(NUMBER, 10, 7);
  add(STRING, '', 2);
  add(STRING, ' ', 4);
  for (const [word, value] of Object.entries(NUMBER_WORDS)) if (words.has(word)) add(NUMBER, value, value < 3 ? 2 : 3);
  for (const [word, value] of Object.entries(CHARACTER_WORDS)) if (words.has(word)) add(STRING, value, 3);
  const numbers = problem.prose.match(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\w)/g) ?? [];
  for (const text of [...new Set(numbers)].slice(0, LITERALS)) add(NUMBER, Number(text), 3);
  const quoted = [...problem.prose.matchAll(/(?<!\w)(["'`])([^"'`\n]{1,24}?)\1(?!\w)/g)].map((match) => match[2]!);
  const parameters = new Set(problem.parameters.map(({ name }) => name));
  for (const text of [...new Set(quoted)].filter((one) => !parameters.has(one)).slice(0, LITERALS)) {
    add(STRING, text, 3);
    if (/^-?\d+$/.test(text)) add(NUMBER, Number(text), 4);
  }
  for (const value of offsets(problem)) add(NUMBER, value, 4);
  if (problem.examples.some(({ expected }) => expected.kind === 'value' && typeof expected.value === 'boolean')) {
    add(BOOLEAN, true, 4);
    add(BOOLEAN, false, 4);
  }
  for (const kind of universe.tagged('array')) {
    const isNeeded = universe.named.has(kind.key) || kind.key === arrayOf(NUMBER).key;
    if (isNeeded) add(kind, [], 2);
  }
  for (const kind of universe.tagged('dictionary')) add(kind, {}, 2);
  for (const { value, words: about, cost } of patterns())
    add(REGEXP, value, about.some((word) => words.has(word)) ? cost - 1 : cost + 1);
  return [...found.values()];
}

/** Numbers that one parameter and every result differ by, as difference or as factor; one example shows none. */
function offsets({ examples, parameters }: Problem): readonly number[] {
  const pairs = examples.flatMap(({ args, expected }) =>
    expected.kind === 'value' && typeof expected.value === 'number' ? [{ args, value: expected.value }] : [],
  );
  return parameters.flatMap((_, index) =>
    [
      (given: number, value: number) => Math.abs(value - given),
      (given: number, value: number) => value / given,
      (given: number, value: number) => given / value,
    ].flatMap((between) => {
      if (!pairs.every(({ args }) => typeof args[index] === 'number')) return [];
      const all = new Set(pairs.map(({ args, value }) => between(args[index] as number, value)));
      const [only] = all;
      return pairs.length > 1 && all.size === 1 && Number.isInteger(only) ? [only!] : [];
    }),
  );
}

/** Words that say nothing of an operator, though they are said of it. */
const EMPTY = new Set('one in is by that which from many how where there it'.split(' '));
/** Words that are said of anything. */
const VAGUE = new Set(
  'number numbers one first is in by all each only list value values given if from and or not it that which many how return returns function string strings word words integer integers character characters index part extra without any some both than most more must element elements a an'.split(
    ' ',
  ),
);
/** Operators that one word may be said of and still tell something. */
const TELLING = 6;

/** What it costs a body that nothing in it is what prose speaks of: each telling word that is not met. */
export class Coverage {
  readonly #telling: ReadonlyMap<string, number>;

  constructor({ prose, name }: Problem, operators: readonly Operator[]) {
    const templates = new Map<string, Set<string>>();
    const count = (words: readonly string[], template: string): void => {
      for (const word of words) templates.set(word, (templates.get(word) ?? new Set()).add(template));
    };
    for (const { words, template } of operators) count(words, template);
    for (const { words } of patterns()) count(words, 'pattern');
    const telling = [...wordsOf(`${prose} ${name}`)].filter((word) => !VAGUE.has(word) && templates.has(word));
    this.#telling = new Map(
      telling.flatMap((word) => {
        const among = templates.get(word)!.size;
        return among <= TELLING ? [[word, among <= 2 ? 3 : among <= 4 ? 2 : 1] as const] : [];
      }),
    );
  }

  cost(terms: Iterable<Term>): number {
    const met = new Set<string>();
    for (const { operator, literal } of terms) {
      for (const word of operator?.words ?? []) met.add(word);
      if (literal?.value instanceof RegExp) for (const word of wordsOfPattern(literal.value)) met.add(word);
    }
    let cost = 0;
    for (const [word, weight] of this.#telling) if (!met.has(word)) cost += weight;
    return Math.min(cost, MOST_UNMET);
  }
}

const MOST_UNMET = 12;
const wordsOfPattern = (pattern: RegExp): readonly string[] =>
  patterns().find(({ value }) => String(value) === String(pattern))?.words ?? [];

/** The table's cost, less where prose speaks of what an operator does. */
export function proseCosts(problem: Problem): Costs {
  const words = wordsOf(`${problem.prose} ${problem.name}`);
  return (operator, usual) => {
    const { words: about = [] } = operator as Partial<Operator>;
    const hits = about.filter((word) => words.has(word) && !EMPTY.has(word)).length;
    if (hits === 0) return usual >= 4 && about.length > 0 ? usual + 1 : usual;
    return Math.max(1, Math.min(4, usual - (usual > 3 ? 2 : 1)) - (hits > 1 ? 1 : 0));
  };
}
