import { random } from '../../base/index.ts';
import { type Shape, type SignatureShape, type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { type Input, inputsOf, type Subject } from '../compare/index.ts';
import { Code } from '../compare/print.ts';
import { patternsOf, samplesOf } from '../probes/inputs.ts';
import { given, isPlain, minedInputs, wordsOf } from './mined.ts';
import type { ClassHome } from './slice.ts';

/** Inputs that are made. */
const INPUTS = 240;
/** One input of so many is tried with values that have to do with each other, and with halves. */
const TWINS = 6;
/** Words and numbers that inputs are made of: those of the code, and a few more. */
const LITERALS = 60;
const PATTERNS = 20;
const SIGNS = 3;
const WORDS = 6;
const COMMON = ['A', 'B', 'a', 'x', 1, 2, '1.2.3-beta.4', 'a/b.txt', 'a: b; c=d'];
/** Numbers and names that two ways to do the same treat otherwise without anybody minding. */
const NEGATIVE_ZERO = /(?<![\w.])-0(?![\w.])/;
const UNUSUAL = [/\bNaN\b/, /\bInfinity\b/, NEGATIVE_ZERO, /\b__proto__\b/];
/**
 * What is outside of what many functions are made for: numbers below 0, fractions, whole ones of more than 32 bits. Looked at first
 * all the same.
 */
const RARE = /(?<![\w)\]] ?)-\d|\d\.\d|\de[-+]?\d|(?<!\d)(?:[4-9]\d{9}|\d{11,})n/;
const RARE_BUT_FRACTIONS = /(?<![\w)\]] ?)-\d/;
/** Code to which fractions are no rare thing. */
const ROUNDS = /\bMath\.(?:round|floor|ceil|trunc|fround)\b|\.to(?:Fixed|Precision)\(|\bparseFloat\(/;
/** Properties that an object is given because a function reads them, and how deep types are looked into. */
const READ = 8;
const DEPTH = 4;

/** Inputs for a function by its type and by what it reads, without those that nobody minds; none where they cannot be made. */
export function usualInputs(
  subject: Subject,
  form: SignatureShape,
  seed: number,
  others: readonly Subject[],
  classes: readonly ClassHome[],
): readonly Input[] {
  const all = [subject, ...others].map(({ file }) => file);
  const said = all.flatMap(wordsOf).slice(0, LITERALS);
  // Of few words the same come up in several arguments.
  const literals = [...new Set([...joinedWords(wordsOf(subject.file)), ...said, ...COMMON])];
  const patterns = all.flatMap(({ text, path }) => patternsOf(text, path)).slice(0, PATTERNS);
  const read = readIn(subject.file.text, subject.file.path);
  const parameters = form.parameters.map((parameter, at) => ({
    ...(subject.parameters[at] ?? { name: parameter.name }),
    shape: guessed(parameter.shape, read),
    optional: parameter.optional,
    rest: parameter.rest,
  }));
  const made = inputsOf({
    parameters,
    uses: subject.uses,
    examples: [],
    literals,
    classes: new Set(classes.map(({ name }) => name)),
    samples: samplesOf(literals, patterns, random(seed)),
    seed,
    count: INPUTS,
  });
  if ('unknown' in made) return [];
  const rounds = all.some(({ text }) => ROUNDS.test(text)) ? halves(made.inputs) : [];
  // What the code names itself is what it is about.
  const unusual = UNUSUAL.filter((pattern) => !pattern.test(subject.file.text));
  const isUsual = ({ source }: Input): boolean => !unusual.some((pattern) => pattern.test(source));
  const near = [...twins(made.inputs, form), ...related(made.inputs), ...rounds];
  const ordinary = made.inputs.filter((one) => isUsual(one) && !isRare(one, form));
  const mined = minedInputs(ordinary, parameters, all, seed);
  const odd = [...failing(made.inputs), ...blanks([...made.inputs, ...near], form)];
  const known = new Set<string>();
  return [...made.inputs, ...near, ...mined, ...odd].filter(
    (one) => isUsual(one) && !known.has(one.source) && known.add(one.source),
  );
}

/** Words of the code behind the signs that it knows: `.json` of `json` and `.`. */
function joinedWords(said: readonly (number | string)[]): readonly string[] {
  const texts = said.filter((one) => typeof one === 'string');
  const signs = texts.filter((one) => /^\W{1,2}$/.test(one)).slice(0, SIGNS);
  const words = texts.filter((one) => /^\w+$/.test(one)).slice(0, WORDS);
  return signs.flatMap((sign) => words.flatMap((word) => [`a${sign}${word}`, `b c${sign}${word}`]));
}

const NUMBER: Shape = { kind: 'number' };
const STRING: Shape = { kind: 'string' };
const UNKNOWN: Shape = { kind: 'unknown' };
const ANY_OBJECT: readonly Shape[] = [
  { kind: 'dictionary', value: UNKNOWN },
  { kind: 'array', element: UNKNOWN },
];

/** A type of which little is known, or no value can be made, as what the function reads of it. */
function guessed(shape: Shape, read: ReadonlyMap<string, Shape>, depth = 0): Shape {
  if (depth >= DEPTH) return shape;
  const inner = (one: Shape): Shape => guessed(one, read, depth + 1);
  const object: Shape = {
    kind: 'record',
    fields: [...read].map(([name, of]) => ({ name, shape: of, optional: false })),
  };
  switch (shape.kind) {
    case 'strange':
      return read.size > 0 ? object : { kind: 'union', members: [STRING, NUMBER, UNKNOWN] };
    case 'unknown':
      if (read.size === 0) return { kind: 'union', members: [UNKNOWN, UNKNOWN, ...ANY_OBJECT] };
      // In a list nothing is looked at where one of many has no properties.
      return {
        kind: 'union',
        members: depth > 0 ? [object] : [UNKNOWN, UNKNOWN, ...ANY_OBJECT, object, object],
      };
    case 'array':
      return shape.element.kind === 'unknown' && read.size === 0 ? shape : { ...shape, element: inner(shape.element) };
    case 'record':
      return { kind: 'record', fields: shape.fields.map((field) => ({ ...field, shape: inner(field.shape) })) };
    case 'tuple':
      return { kind: 'tuple', elements: shape.elements.map(inner) };
    case 'union':
      return shape.members.some(({ kind }) => kind === 'strange')
        ? { kind: 'union', members: shape.members.map(inner) }
        : shape;
    default:
      return shape;
  }
}

/** Properties that code reads of something, and what they may be: what has methods is a text, else it is a number. */
function readIn(text: string, path: string): ReadonlyMap<string, Shape> {
  const found = new Map<string, Shape>();
  const add = (name: string, shape: Shape): void => {
    if (found.size < READ && (!found.has(name) || shape === STRING)) found.set(name, shape);
  };
  const visit = (node: SyntaxNode): void => {
    if (/^(?:ImportDeclaration|InterfaceDeclaration|TypeAliasDeclaration)$/.test(node.kind)) return;
    const { parent } = node;
    if (node.kind === 'PropertyAccessExpression') {
      const isOf = (part: string, of: SyntaxNode | undefined): boolean => of?.part(part)?.start === node.start;
      const name = node.part('name')!.text;
      const isCalled = parent?.kind === 'CallExpression' && isOf('expression', parent);
      const isAsked =
        parent?.kind === 'PropertyAccessExpression' &&
        parent.parent?.kind === 'CallExpression' &&
        isOf('expression', parent);
      if (!isCalled && !/^(?:length|size|prototype)$/.test(name)) add(name, isAsked ? STRING : NUMBER);
    }
    if (node.kind === 'BindingElement' && parent?.kind === 'ObjectBindingPattern') {
      const name = node.part('propertyName') ?? node.part('name');
      if (name?.kind === 'Identifier') add(name.text, NUMBER);
    }
    node.children.forEach(visit);
  };
  visit(syntaxTreeOf(text, path).root);
  return found;
}

/** Inputs in which two values of one type are the same, which chance seldom makes them: what compares says otherwise there. */
function twins(inputs: readonly Input[], { parameters }: SignatureShape): readonly Input[] {
  const kinds = parameters.map(({ shape, rest }) => (rest ? '' : JSON.stringify(shape)));
  const second = kinds.findIndex((kind, at) => kind !== '' && kinds.indexOf(kind) < at);
  if (second < 0) return [];
  const first = kinds.indexOf(kinds[second]!);
  return inputs.flatMap((one, at): Input[] =>
    at % TWINS !== 0 || one.args.length <= second ? [] : [given(one, one.args.with(second, one.args[first]))],
  );
}

/** Inputs in which a table or a list holds a text that is given beside it, or its last word. */
function related(inputs: readonly Input[]): readonly Input[] {
  return inputs.flatMap((one, at): Input[] => {
    const text = one.args.find((value) => typeof value === 'string');
    const index = one.args.findIndex(isTable);
    if (at % 2 !== 0 || text === undefined || index < 0) return [];
    const last = text.split(/\W+/).at(-1)!;
    const word = [last.toLowerCase(), text, last.toLowerCase(), last][(at / 2) % 4]!;
    const table = one.args[index] as object;
    const value: unknown = Object.values(table)[0] ?? at;
    return [given(one, one.args.with(index, Array.isArray(table) ? [word, ...table] : { ...table, [word]: value }))];
  });
}

const isTable = (value: unknown): value is object =>
  Array.isArray(value) ? value.every((one) => typeof one === 'string') : isPlain(value);

/** Inputs with halves, on which ways to round part: alone, and with all other numbers 0. */
function halves(inputs: readonly Input[]): readonly Input[] {
  const isNumber = (value: unknown): value is number => typeof value === 'number';
  return inputs.flatMap((one, at): Input[] => {
    const index = one.args.findIndex(isNumber);
    if (at % TWINS !== 0 || index < 0) return [];
    const half = Math.trunc(one.args[index] as number) + 0.5;
    return [
      given(one, one.args.with(index, half)),
      given(
        one,
        one.args.map((value, other) => (other === index ? half : isNumber(value) ? 0 : value)),
      ),
    ];
  });
}

/** A function that throws whenever it is given what it was given first, or second: how often it is asked makes no difference. */
const THROWS = `((f, asked, at) => (...all) => {
  const key = JSON.stringify(all[0]) ?? '';
  if (!asked.includes(key)) asked.push(key);
  if (asked.indexOf(key) === at) throw new RangeError('no');
  return f(...all);
})`;

/** Inputs with a function that throws: some look after that, others leave it to who called. */
function failing(inputs: readonly Input[]): readonly Input[] {
  return inputs.flatMap((one, at): Input[] => {
    const index = one.args.findIndex((value) => value instanceof Code && / => /.test(value.source));
    if (at % TWINS !== 1 || index < 0) return [];
    const { source } = one.args[index] as Code;
    const isAsync = source.startsWith('async');
    const thrower = (isAsync ? THROWS.replace(' => (...', ' => async (...') : THROWS).replaceAll(/\n\s*/g, ' ');
    return [given(one, one.args.with(index, new Code(`${thrower}(${source}, [], ${((at - 1) / TWINS) % 2})`)))];
  });
}

/** Inputs in which a member of an object is there and undefined, which some take for one that is not there. */
function blanks(inputs: readonly Input[], { parameters }: SignatureShape): readonly Input[] {
  return inputs.flatMap((one, at): Input[] => {
    if (at % TWINS > 1) return [];
    for (const [index, value] of one.args.entries()) {
      const shape = parameters[index]?.shape;
      const blank = shape && blanked(value, shape, Math.floor(at / TWINS));
      if (blank) return [given(one, one.args.with(index, blank))];
    }
    return [];
  });
}

/** An object, or a list of them, with an undefined member where its type allows. */
function blanked(value: unknown, shape: Shape, turn: number): object | undefined {
  if (Array.isArray(value)) {
    const at = turn % Math.max(1, value.length);
    const item = shape.kind === 'array' ? blanked(value[at], shape.element, turn) : undefined;
    return item && value.with(at, item);
  }
  if (!isTable(value)) return undefined;
  const declared =
    shape.kind === 'record' ? shape.fields.filter(({ optional }) => optional).map(({ name }) => name) : [];
  const names = [...new Set([...Object.keys(value), ...declared])].filter((name) => mayLack(shape, name));
  return names.length === 0 ? undefined : { ...value, [names.at(-1 - (turn % names.length))!]: undefined };
}

/** Whether a member of a type may be undefined. */
function mayLack(shape: Shape, name: string): boolean {
  switch (shape.kind) {
    case 'record':
      return shape.fields.some((field) => field.name === name && isLacking(field.shape));
    case 'dictionary':
      return isLacking(shape.value);
    case 'union':
      return shape.members.some((one) => mayLack(one, name));
    default:
      return shape.kind === 'unknown';
  }
}

const isLacking = (shape: Shape): boolean =>
  /^(?:undefined|unknown)$/.test(shape.kind) || (shape.kind === 'union' && shape.members.some(isLacking));

/** Names of what bounds something, the lower end and the upper. */
const BOUNDS = [
  ['min', 'max'],
  ['minimum', 'maximum'],
  ['low', 'high'],
  ['lower', 'upper'],
  ['from', 'to'],
  ['start', 'end'],
] as const;

/** Whether two bounds are given the wrong way round, as their names say. */
function isTurned({ args }: Input, { parameters }: SignatureShape): boolean {
  const named = (entries: readonly (readonly [string, unknown])[]): boolean => {
    const values = new Map(entries.map(([name, value]) => [name.toLowerCase(), value]));
    return BOUNDS.some(([low, high]) => {
      const [from, to] = [values.get(low), values.get(high)];
      return typeof from === 'number' && typeof to === 'number' && from > to;
    });
  };
  const isOptions = (value: unknown): value is object => typeof value === 'object' && value !== null;
  return (
    named(parameters.map(({ name }, at) => [name, args[at]])) ||
    args.some((value) => isOptions(value) && named(Object.entries(value)))
  );
}

/** Whether an input is outside of what functions of some texts are made for. */
export function isRare(input: Input, form: SignatureShape, texts: readonly string[] = []): boolean {
  const rare = texts.some((text) => ROUNDS.test(text)) ? RARE_BUT_FRACTIONS : RARE;
  const isMeant = texts.some((text) => NEGATIVE_ZERO.test(text));
  const source = isMeant ? input.source.replaceAll(new RegExp(NEGATIVE_ZERO, 'g'), '0') : input.source;
  return rare.test(source) || isTurned(input, form);
}

/** Whether what a function takes has few values: then all are tried. */
export const hasFewValues = ({ parameters }: SignatureShape): boolean => parameters.every(({ shape }) => isFew(shape));

const isFew = (shape: Shape): boolean =>
  /^(?:literal|boolean|undefined|null)$/.test(shape.kind) || (shape.kind === 'union' && shape.members.every(isFew));
