import { type Random, random } from '../../base/index.ts';
import { type Shape, shapeOf, signatureOf } from '../../lang/index.ts';
import { conformsTo } from './conforms.ts';
import { edgesOf, type Material, made } from './make.ts';
import { changed } from './mutate.ts';
import type { Plan } from './plan.ts';
import { Code, sourceOf } from './print.ts';
import { functionsFor } from './special.ts';

/**
 * Where an input is from: a person's answer, an example, an example slightly changed, edge values, the types alone. `simpler`:
 * made of one on which drafts part, and run on a few drafts only.
 */
export type Origin = 'answer' | 'example' | 'near' | 'edge' | 'typed' | 'simpler';

export interface Input {
  readonly args: readonly unknown[];
  /** The arguments as source, as they stand between the brackets of a call. */
  readonly source: string;
  readonly origin: Origin;
  /** Of a class or a module: what is done, then `source` is all of it as code. */
  readonly plan?: Plan;
  /** What the process of a draft evaluates, where that is not `source`. */
  readonly run?: string;
  /** Which function or class of several it is for. */
  readonly symbol?: string;
}

/** A parameter as its function is declared; `type` is text, undefined in plain JavaScript. */
export interface InputParameter {
  readonly name: string;
  readonly type?: string;
  /** As the compiler sees it, where what is written does not say. */
  readonly shape?: Shape;
  readonly optional: boolean;
  readonly rest: boolean;
}

export interface InputRequest {
  readonly parameters: readonly InputParameter[];
  /** Types of the file by name, as `SurfaceEntry.uses`. */
  readonly uses: Readonly<Record<string, string>>;
  /** Arguments of examples. */
  readonly examples: readonly (readonly unknown[])[];
  /** Numbers and texts that stand in the code. */
  readonly literals: readonly (number | string)[];
  /** Numbers at which the code may begin to do another thing, those that matter most first. */
  readonly limits?: readonly number[];
  /** Texts near to what the code looks for. */
  readonly samples?: readonly string[];
  /** What the code asks of values, as `askedOf`. */
  readonly asked?: readonly Shape[];
  /** Classes that the module of a run exports, so that instances can be made. */
  readonly classes?: ReadonlySet<string>;
  readonly seed: number;
  /** About how many. */
  readonly count: number;
}

/** Tries for each input that is wanted: small types have few values. */
const TRIES = 6;
/** Characters of one input as source. */
const SOURCE = 20_000;
/** The largest number that values are made of where a call may take as long as it says; larger ones are tried by themselves. */
export const LARGEST = 10_000;
/** Numbers tried as lengths: how many, and which; shorter ones come up by chance. */
const LENGTHS = 4;
const SHORTEST = 8;
const LONGEST = 1_000;
/** Numbers that are tried as they are. */
const LIMITS = 8;
/** A number and those next to it. */
const BESIDE = [0, 1, -1];
const NUMERIC: ReadonlySet<Shape['kind']> = new Set(['number', 'unknown']);
const SIZED: ReadonlySet<Shape['kind']> = new Set(['string', 'array', 'set', 'dictionary', 'map', 'unknown']);

const BUILT_IN = new Set(
  'Array ReadonlyArray Iterable Set ReadonlySet Map ReadonlyMap Record Readonly Required Partial Date'.split(' '),
);

/** Arguments as they stand between the brackets of a call. */
export const inputSource = (args: readonly unknown[]): string => args.map(sourceOf).join(', ');

export interface Inputs {
  readonly inputs: readonly Input[];
  /** Whether arguments are of the types. */
  takes(args: readonly unknown[]): boolean;
}

/** What is made of a parameter: values of a shape, or functions to call. */
type Maker = { readonly shape: Shape } | { readonly functions: readonly Code[] };

/**
 * Inputs for functions of one signature: the examples' own, edge values one parameter at a time, examples slightly changed,
 * values of the types, with the literals of the code among them. The same request gives the same inputs. Where values of a
 * type cannot be made, `unknown` says of which.
 */
export function inputsOf(request: InputRequest): Inputs | { readonly unknown: string } {
  const { parameters, examples, literals, seed, count } = request;
  const numbers = random(seed);
  const makers: Maker[] = [];
  for (const [index, parameter] of parameters.entries()) {
    const maker = makerOf(
      parameter,
      request.uses,
      examples.length > 0 && examples.every((args) => index in args),
      request.classes,
    );
    if (typeof maker === 'string') return { unknown: `values of the type ${maker} of ${parameter.name}` };
    makers.push(maker);
  }
  const asked = (request.asked ?? []).filter((one) => classIn(one, request.classes) === undefined);
  const material = materialOf(examples, literals, request.samples, asked);
  const found = new Map<string, Input>();
  const add = (args: readonly unknown[], origin: Origin): void => {
    const source = inputSource(args);
    if (!found.has(source) && source.length < SOURCE) found.set(source, { args, source, origin });
  };
  for (const args of examples) add(args, 'example');
  const shapes = makers.map((maker, index) => ({
    ...parameters[index]!,
    shape:
      'shape' in maker ? maker.shape : ({ kind: 'function', parameters: [], returns: { kind: 'unknown' } } as const),
  }));
  const takes = (args: readonly unknown[]): boolean => conformsTo(args, shapes);
  if (parameters.length === 0) {
    add([], 'typed');
    return { inputs: [...found.values()], takes };
  }
  /** A list of arguments: what a rest parameter takes comes one by one. */
  const spread = (values: readonly unknown[]): unknown[] =>
    values.flatMap((value, index) =>
      parameters[index]?.rest && Array.isArray(value) ? (value as unknown[]) : [value],
    );
  const some = (maker: Maker): unknown => valueFrom(maker, material, numbers);
  const base = (): unknown[] => {
    const example = examples.length > 0 ? numbers.pick(examples) : undefined;
    return makers.map((maker, index) => (example && index < example.length ? example[index] : some(maker)));
  };
  const edges = makers.map((maker) => ('functions' in maker ? maker.functions : edgesOf(maker.shape, asked)));
  const forEdges = Math.floor(count / 4);
  const few = Math.max(4, Math.floor((forEdges - 4) / makers.length));
  const near = examples.length > 0 ? Math.floor(count / 2) : 0;
  fill(found.size + near, () => {
    const args = numbers.pick(examples);
    const other = numbers.pick(examples);
    add(
      args.map((value, index) => {
        const maker = makers[Math.min(index, makers.length - 1)]!;
        if ('functions' in maker) return numbers.pick(maker.functions);
        const from = index < other.length && numbers.below(3) === 0 ? other[index] : value;
        const shape = parameters[index]?.rest && maker.shape.kind === 'array' ? maker.shape.element : maker.shape;
        return numbers.below(3) === 0 ? from : changed(from, shape, material, numbers);
      }),
      'near',
    );
  });
  // One odd number among many is often refused before anything is done.
  const tame = (maker: Maker): unknown => valueFrom(maker, { ...material, isTame: true }, numbers);
  let turn = 0;
  fill(count - forEdges, () => {
    const isTame = material.samples.length > 0 && ++turn % 3 === 0;
    add(spread(makers.map(isTame ? tame : some)), 'typed');
  });
  // Last, because loops that do not end are found here: each costs its draft some of its time.
  for (const [index, own] of edges.entries())
    for (const value of own.slice(0, few)) add(spread(base().with(index, value)), 'edge');
  if (makers.length > 1) for (let at = 0; at < 4; at++) add(spread(edges.map((own) => own[at % own.length])), 'edge');
  const { limits = [] } = request;
  const lengths = limits.filter((one) => Number.isInteger(one) && one >= SHORTEST && one <= LONGEST);
  const at = (kinds: ReadonlySet<Shape['kind']>, values: readonly Partial<Material>[]): void => {
    const places = makers.flatMap((maker, index) =>
      'shape' in maker && partsIn(maker.shape, true).some(({ kind }) => kinds.has(kind)) ? [{ maker, index }] : [],
    );
    for (const value of places.length > 0 ? values : [])
      for (const { maker, index } of places)
        add(spread(base().with(index, valueFrom(maker, { ...material, ...value }, numbers))), 'edge');
  };
  const beside = (list: readonly number[]): readonly number[] => list.flatMap((one) => BESIDE.map((by) => one + by));
  at(
    SIZED,
    beside(lengths.slice(0, LENGTHS)).map((length) => ({ length })),
  );
  at(
    NUMERIC,
    beside(limits.slice(0, LIMITS)).map((exactly) => ({ exactly })),
  );
  return { inputs: [...found.values()], takes };

  function fill(to: number, one: () => void): void {
    for (let tries = 0; found.size < to && tries < to * TRIES; tries++) one();
  }
}

/** A value of what a maker makes. */
export const valueFrom = (maker: Maker, material: Material, numbers: Random): unknown =>
  'functions' in maker ? numbers.pick(maker.functions) : made(maker.shape, material, numbers);

/** How values of a parameter are made; the type's name where they cannot be. */
export function makerOf(
  parameter: InputParameter,
  uses: InputRequest['uses'],
  exampled: boolean,
  classes?: InputRequest['classes'],
): Maker | string {
  const { type, optional } = parameter;
  const strangeClass = parameter.shape && classIn(parameter.shape, classes);
  if (strangeClass !== undefined) return exampled ? { shape: { kind: 'unknown' } } : strangeClass;
  if (parameter.shape && parameter.shape.kind !== 'unknown') return { shape: parameter.shape };
  if (type === undefined) return { shape: { kind: 'unknown' } };
  const signature = /=>/.test(type)
    ? (signatureOf(type.replace(/^\((.*)\)$/s, '$1'), uses) ?? signatureOf(type, uses))
    : undefined;
  if (signature) return { functions: functionsFor(signature.parameters, signature.returns) };
  const shape = shapeOf(type, uses);
  if (holdsUnknown(shape, classes)) {
    // Objects of classes and of other files are not made of nothing; single capitals are type parameters.
    const words = type.replace(/'[^']*'|"[^"]*"/g, '').match(/[A-Za-z_$][\w$]*(?!\w*\s*\??:)/g) ?? [];
    const strange = words.find(
      (word) => /^(?:[A-Z]\w*[a-z]\w*|bigint|symbol|never)$/.test(word) && !BUILT_IN.has(word) && !(word in uses),
    );
    if (/=>/.test(type) || (strange !== undefined && !exampled)) return strange ?? type;
  }
  return { shape: optional ? { kind: 'union', members: [shape, { kind: 'undefined' }] } : shape };
}

const holdsUnknown = (shape: Shape, classes: InputRequest['classes']): boolean =>
  partsIn(shape).some(({ kind }) => kind === 'unknown' || kind === 'strange') || classIn(shape, classes) !== undefined;

/** A class in a shape of which no instance can be made. */
const classIn = (shape: Shape, classes: InputRequest['classes'] = new Set()): string | undefined =>
  partsIn(shape)
    .flatMap((one) =>
      one.kind === 'strange' || (one.kind === 'instance' && one.parameters && !classes.has(one.name)) ? [one.name] : [],
    )
    .at(0);

/** A shape and all that it is made of, what may be left out where one says so; what functions give and take is not. */
function partsIn(shape: Shape, isWhole = false): readonly Shape[] {
  const inner = (): readonly Shape[] => {
    switch (shape.kind) {
      case 'array':
      case 'set':
      case 'promise':
        return [shape.element];
      case 'tuple':
        return shape.elements;
      case 'record':
        return shape.fields.filter(({ optional }) => isWhole || !optional).map((field) => field.shape);
      case 'instance':
        return (shape.parameters ?? []).map((one) => one.shape);
      case 'dictionary':
        return [shape.value];
      case 'map':
        return [shape.key, shape.value];
      case 'union':
        return shape.members;
      default:
        return [];
    }
  };
  return [shape, ...inner().flatMap((one) => partsIn(one, isWhole))];
}

/** What values are made of: the texts, numbers and letters of examples and code. */
export function materialOf(
  examples: InputRequest['examples'],
  literals: InputRequest['literals'],
  samples: readonly string[] = [],
  asked: Material['asked'] = [],
): Material {
  const numbers = new Set<number>();
  const texts = new Set<string>();
  const whole: unknown[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (depth >= 6) return;
    if (typeof value === 'number') numbers.add(value);
    else if (typeof value === 'string') texts.add(value);
    else if (typeof value === 'object' && value !== null && !(value instanceof Code)) {
      for (const one of value instanceof Map || value instanceof Set ? value : Object.values(value))
        visit(one, depth + 1);
    }
  };
  for (const args of examples) {
    whole.push(...args);
    visit(args, 0);
  }
  const exampled = texts.size;
  for (const literal of literals) visit(literal, 0);
  const letters = new Set(
    [...texts]
      .slice(0, exampled > 0 ? exampled : 20)
      .join('')
      .slice(0, 2_000),
  );
  return {
    numbers: [...numbers].filter((one) => Math.abs(one) <= (samples.length > 0 ? 2 ** 48 : LARGEST)),
    texts: [...texts].filter((one) => one.length < 200),
    letters: letters.size >= 3 ? [...letters] : [...letters, ...'abcAB 01'],
    whole,
    samples,
    asked,
    isWhole: [...numbers].every((one) => Number.isInteger(one)),
  };
}
