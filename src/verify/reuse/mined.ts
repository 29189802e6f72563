import { random } from '../../base/index.ts';
import { literalsOf, type Shape, type SignatureShape, type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { type Input, inputSource, type Subject } from '../compare/index.ts';
import { Code } from '../compare/print.ts';
import { patternsOf, samplesOf } from '../probes/inputs.ts';

/** Texts and numbers that are put into one parameter, and texts of which each is put beside each other one. */
const TEXTS = 160;
const NUMBERS = 60;
const PAIRED = 24;
/** Lengths that code may ask for: up to so many characters, and items of a list. */
const CHARACTERS = 400;
const ITEMS = 60;
/** Lengths that chance makes. */
const SHORT = 3;
/** Inputs that are looked through for one with a place for a value. */
const HOSTS = 12;
/** Texts that are as long as is asked for are made of this; of those twice as long more is left where some is dropped. */
const LONG = 'aB1 cd ef2 ';

/** Words and numbers of a file, with names of properties of objects that are written out: tables are read by them. */
export function wordsOf({ text, path }: Pick<Subject['file'], 'text' | 'path'>): readonly (number | string)[] {
  const found = new Set(literalsOf(text, path));
  const visit = (node: SyntaxNode): void => {
    const name = node.kind === 'PropertyAssignment' ? node.part('name') : undefined;
    if (name && /^(?:Identifier|StringLiteral)$/.test(name.kind)) found.add(name.value ?? name.text);
    node.children.forEach(visit);
  };
  visit(syntaxTreeOf(text, path).root);
  return [...found];
}

/**
 * Inputs with what the code itself works with, which chance may pass by: each of its texts alone and within others, what its
 * regular expressions match, its numbers and those next to them, texts and lists as long as these say, each in each parameter that
 * takes such; and two texts that share one of its texts, in two parameters. The first file's come before those of the others.
 */
export function minedInputs(
  inputs: readonly Input[],
  parameters: SignatureShape['parameters'],
  files: readonly Pick<Subject['file'], 'text' | 'path'>[],
  seed: number,
): readonly Input[] {
  if (inputs.length === 0) return [];
  const samples = files.map((file) => [
    ...wordsOf(file).map((word) => samplesOf([word], [], random(seed))),
    ...patternsOf(file.text, file.path).map((source) => samplesOf([], [source], random(seed))),
  ]);
  const numbers = files.flatMap(wordsOf).filter((word) => typeof word === 'number');
  const lengths = numbers
    .filter((one) => Number.isInteger(one) && one > SHORT)
    .flatMap((one) => [one, one + 1, 2 * one]);
  const long = lengths.filter((one) => one <= CHARACTERS).map((one) => LONG.repeat(one).slice(0, one));
  const texts = [...new Set([...long, ...inTurns(samples.flat())])].slice(0, TEXTS);
  const near = [...new Set(numbers.flatMap((one) => [one, one + 1, one - 1]))].slice(0, NUMBERS);
  const items = lengths.filter((one) => one <= ITEMS);
  const found: Input[] = [];
  for (const [index, { shape, rest }] of parameters.entries()) {
    // What a rest parameter takes comes one by one.
    if (rest) continue;
    const put = (change: (value: unknown, turn: number) => unknown, turn: number): void => {
      for (let tries = 0; tries < HOSTS; tries++) {
        const host = inputs[(turn + tries) % inputs.length]!;
        if (index >= host.args.length) continue;
        const value = change(host.args[index], turn);
        if (value !== undefined) return void found.push(given(host, host.args.with(index, value)));
      }
    };
    for (const [turn, by] of [...texts, ...near].entries()) put((value, at) => replaced(value, shape, by, at), turn);
    for (const [turn, length] of items.entries()) put((value) => lengthened(value, length), turn);
  }
  return [...found, ...pairs(inputs, parameters, samples.flatMap(inTurns).slice(0, PAIRED))];
}

/** Inputs with each two of some texts in the first two parameters that take a text. */
function pairs(
  inputs: readonly Input[],
  parameters: SignatureShape['parameters'],
  texts: readonly string[],
): readonly Input[] {
  const [first, second] = parameters.flatMap(({ shape, rest }, at) => (isText(shape) && !rest ? [at] : []));
  if (first === undefined || second === undefined) return [];
  const hosts = inputs.filter(({ args }) => args.length > second);
  if (hosts.length === 0) return [];
  return texts.flatMap((one, at) =>
    texts.map((other, turn) => {
      const host = hosts[(at * texts.length + turn) % hosts.length]!;
      return given(host, host.args.with(first, one).with(second, other));
    }),
  );
}

const isText = (shape: Shape): boolean =>
  shape.kind === 'string' || (shape.kind === 'union' && shape.members.some(isText));

/** Members of lists, the first of each before the second of any, each once. */
function inTurns<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const most = Math.max(0, ...lists.map(({ length }) => length));
  const all = Array.from({ length: most }, (_, at) => lists.flatMap((list) => (at < list.length ? [list[at]!] : [])));
  return [...new Set(all.flat())];
}

/** A value with one of its texts or numbers replaced, as its shape allows; undefined where it has none. */
function replaced(value: unknown, shape: Shape, by: number | string, turn: number): unknown {
  switch (shape.kind) {
    case 'string':
    case 'number':
      return typeof by === shape.kind ? by : undefined;
    case 'unknown':
      return by;
    case 'union':
      return firstOf(shape.members, turn, (member) => replaced(value, member, by, turn));
    case 'array': {
      if (!Array.isArray(value)) return undefined;
      const at = turn % Math.max(1, value.length);
      const item = replaced(value[at], shape.element, by, turn);
      return item === undefined ? undefined : value.length === 0 ? [item] : value.with(at, item);
    }
    case 'tuple':
      if (!Array.isArray(value)) return undefined;
      // Of several lengths that a list may have this may be another.
      return firstOf([...shape.elements.slice(0, value.length).entries()], turn, ([at, element]) => {
        const item = replaced(value[at], element, by, turn);
        return item === undefined ? undefined : value.with(at, item);
      });
    case 'record':
      if (!isPlain(value)) return undefined;
      return firstOf(shape.fields, turn, ({ name, shape: of }) => {
        const field = replaced(value[name], of, by, turn);
        return field === undefined ? undefined : { ...value, [name]: field };
      });
    case 'dictionary': {
      if (!isPlain(value)) return undefined;
      const names = Object.keys(value);
      const name = names[turn % Math.max(1, names.length)] ?? 'a';
      const item = replaced(value[name], shape.value, by, turn);
      return item === undefined ? undefined : { ...value, [name]: item };
    }
    default:
      return undefined;
  }
}

/** What comes of the first of a list for which anything does, beginning elsewhere each turn. */
function firstOf<T>(list: readonly T[], turn: number, one: (of: T) => unknown): unknown {
  for (let tries = 0; tries < list.length; tries++) {
    const found = one(list[(turn + tries) % list.length]!);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A list with so many items, its own again and again; undefined for what is none or has none. */
const lengthened = (value: unknown, length: number): readonly unknown[] | undefined =>
  Array.isArray(value) && value.length > 0
    ? Array.from({ length }, (_, at): unknown => value[at % value.length])
    : undefined;

/** Whether a value is an object that is written out. */
export const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null &&
  typeof value === 'object' &&
  !(value instanceof Code) &&
  Object.getPrototypeOf(value) === Object.prototype;

/** An input with other arguments. */
export const given = (one: Input, args: readonly unknown[]): Input => ({ ...one, args, source: inputSource(args) });
