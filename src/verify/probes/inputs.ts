import { type Random, random } from '../../base/index.ts';
import {
  askedOf,
  literalsOf,
  type ParameterShape,
  type Shape,
  type SignatureShape,
  type SurfaceEntry,
  type SyntaxNode,
  shapeOf,
  signaturesOf,
  syntaxTreeOf,
} from '../../lang/index.ts';
import { conformsTo } from '../compare/conforms.ts';
import { type Input, inputSource, inputsOf } from '../compare/inputs.ts';
import { matching } from '../compare/matching.ts';
import { shortened } from '../compare/print.ts';
import type { ProbedModule, Target } from './types.ts';

/** Texts that the code looks for or nearly so. */
const SAMPLES = 300;
/** Texts made for one regular expression. */
const MATCHES = 12;

/** What type parameters that nothing bounds are taken for, one after the other. */
const FREE: readonly Shape[] = [
  { kind: 'unknown' },
  { kind: 'number' },
  { kind: 'string' },
  {
    kind: 'record',
    fields: [
      { name: 'n', shape: { kind: 'number' }, optional: false },
      { name: 's', shape: { kind: 'string' }, optional: false },
    ],
  },
];

export interface Given {
  readonly inputs: readonly Input[];
  /** What it returns as its type says; undefined where that depends on what it is given. */
  readonly returns?: Shape;
  /** Whether the types say what the inputs are, so that all of them are meant. */
  readonly isTyped: boolean;
  /** Whether arguments are of its types. */
  takes(args: readonly unknown[]): boolean;
}

/** Inputs for a target, by its type at the head; the reason where none can be made. */
export function inputsFor(module: ProbedModule, target: Target, count: number): Given | { readonly unknown: string } {
  const surface = module.language.surface(module.path);
  if (surface.status !== 'known') return { unknown: surface.reason };
  const entry = surface.value.find(({ name }) => name === (target.exported === '' ? 'default' : target.exported));
  const forms = entry ? formsOf(target, entry) : formsWithoutTypes(module, target);
  if (forms.length === 0) return { unknown: 'its type has no form that can be called' };
  // What is called without it would be equally wrong on both sides.
  if (!target.takesThis && forms.some(({ parameters }) => parameters[0]?.name === 'this'))
    return { unknown: 'its type says what `this` is, and it does not itself' };
  const own = module.after.slice(target.span.start, target.span.end);
  const texts = [own, module.after, module.before ?? ''];
  const literals = [...new Set(texts.flatMap((text) => literalsOf(text, module.path)))].slice(0, 200);
  const limits = limitsOf(module, own);
  const numbers = random(module.seed);
  const samples = samplesOf(
    literals,
    texts.flatMap((text) => patternsOf(text, module.path)),
    numbers,
  );
  const classOf = (name: string): Shape | undefined => classShape(module, name);
  const asked = [
    ...new Map(
      texts.flatMap((text) => askedOf(text, module.path, classOf)).map((one) => [JSON.stringify(one), one]),
    ).values(),
  ];
  const shown = module.examplesOf(target);
  const found = new Map<string, Input>();
  let unknown: string | undefined;
  for (const [index, { parameters }] of forms.entries()) {
    // Tests may call another function of the same name.
    const examples = shown.filter((args) => conformsTo(args, parameters));
    const made = inputsOf({
      parameters: parameters.map(({ name, shape, optional, rest }) => ({
        name,
        shape: optional ? orNothing(shape) : shape,
        ...(shape.kind === 'unknown' ? { type: 'unknown' } : {}),
        optional,
        rest,
      })),
      uses: {},
      examples,
      literals,
      limits,
      samples,
      asked,
      classes: new Set(module.classes.keys()),
      seed: module.seed + index,
      count: Math.ceil(count / forms.length) + examples.length,
    });
    if ('unknown' in made) unknown ??= made.unknown;
    else for (const input of made.inputs) found.set(input.source, input);
  }
  if (found.size === 0) return { unknown: `expected types that inputs can be made of, found ${unknown ?? 'none'}` };
  const returns = forms.map((form) => form.returns);
  const [first] = returns;
  const isOne = returns.every((one) => JSON.stringify(one) === JSON.stringify(first));
  return {
    inputs: [...found.values()],
    ...(first && isOne ? { returns: first } : {}),
    takes: (args) => forms.some(({ parameters }) => conformsTo(args, parameters)),
    isTyped: forms.every(({ parameters }) => parameters.every(({ shape }) => shape.kind !== 'unknown')),
  };
}

/** Numbers of the code: those that only one side has, those of the target, the others. */
function limitsOf({ before, after, path }: ProbedModule, own: string): readonly number[] {
  const [now, old, inside] = [after, before ?? after, own].map(
    (text) => new Set(literalsOf(text, path).filter((one) => typeof one === 'number')),
  ) as [Set<number>, Set<number>, Set<number>];
  return [...new Set([...now.symmetricDifference(old), ...inside, ...now])];
}

/** Instances of a class that inputs can hold. */
function classShape({ classes, language }: ProbedModule, name: string): Shape | undefined {
  const home = classes.get(name);
  const surface = home && language.surface(home.path);
  const entry = surface?.status === 'known' ? surface.value.find((one) => one.name === home!.exported) : undefined;
  return entry && shapeOf(name, { ...entry.uses, [name]: entry.type });
}

const orNothing = (shape: Shape): Shape =>
  shape.kind === 'strange' ? { kind: 'undefined' } : { kind: 'union', members: [shape, { kind: 'undefined' }] };

/** Every form of a target's type, with each thing that its type parameters may stand for. */
function formsOf({ kind, member, of }: Target, { type, uses, name }: SurfaceEntry): readonly SignatureShape[] {
  const found = new Map<string, SignatureShape>();
  const known = { ...uses, [name]: type };
  for (const free of FREE) {
    const makers = kind === 'method' || kind === 'getter' ? signaturesOf(type, uses, free).slice(0, 1) : [];
    const instances = makers.map(
      ({ parameters }): ParameterShape => ({
        name: 'self',
        shape: { kind: 'instance', name: of!, parameters },
        optional: false,
        rest: false,
      }),
    );
    const forms: readonly SignatureShape[] =
      kind === 'getter'
        ? [{ parameters: [], returns: { kind: 'unknown' } }]
        : kind === 'function' || kind === 'constructor'
          ? signaturesOf(type, known, free)
          : signaturesOf(type, known, free, { name: member!, isStatic: kind === 'static' });
    if ((kind === 'method' || kind === 'getter') && instances.length === 0) return [];
    for (const { parameters, returns } of forms) {
      const form = { parameters: [...instances, ...parameters], returns };
      found.set(JSON.stringify(form), form);
    }
  }
  return [...found.values()];
}

/** Where the compiler knows no export of that name, as in CommonJS: as many parameters as are written. */
function formsWithoutTypes(module: ProbedModule, target: Target): readonly SignatureShape[] {
  if (target.kind !== 'function' && target.kind !== 'static') return [];
  const text = module.after.slice(target.span.start, target.span.end);
  const find = (node: SyntaxNode): SyntaxNode | undefined =>
    /^(?:FunctionDeclaration|FunctionExpression|ArrowFunction|MethodDeclaration)$/.test(node.kind)
      ? node
      : node.children.map(find).find((one) => one !== undefined);
  const found = find(syntaxTreeOf(`(${text})`, module.path).root) ?? find(syntaxTreeOf(text, module.path).root);
  if (!found) return [];
  const parameters = found.parts('parameters').map((one, index) => ({
    name: one.part('name')?.value ?? `parameter ${index + 1}`,
    shape: { kind: 'unknown' } as const,
    optional: one.part('initializer') !== undefined,
    rest: one.part('dotDotDotToken') !== undefined,
  }));
  return [{ parameters, returns: { kind: 'unknown' } }];
}

/** Regular expressions of a text, without their slashes and flags. */
export function patternsOf(text: string, path: string): readonly string[] {
  const found = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    if (node.kind === 'RegularExpressionLiteral') found.add(node.text.replace(/^\/|\/[a-z]*$/g, ''));
    else for (const child of node.children) visit(child);
  };
  if (text !== '') visit(syntaxTreeOf(text, path).root);
  return [...found];
}

/** Texts that the code may tell apart: its literals alone, in others, in another case; what its patterns match or nearly match. */
export function samplesOf(
  literals: readonly (number | string)[],
  patterns: readonly string[],
  numbers: Random,
): readonly string[] {
  const found = new Set<string>(['a', '']);
  for (const source of new Set(patterns)) {
    for (let at = 0; at < MATCHES; at++) {
      const text = matching(source, numbers);
      found.add(text);
      if (at % 3 === 0) found.add(`${text}${numbers.pick([' ', 'a', '-', text])}`);
      else if (at % 3 === 1) found.add(numbers.pick([' ', 'a', '1', '\u00c9']) + text);
      else found.add(text.slice(0, numbers.below(text.length + 1)) + text.slice(numbers.below(text.length + 1)));
    }
  }
  for (const literal of literals) {
    if (typeof literal === 'number') {
      found.add(String(literal));
      continue;
    }
    if (literal.length > 100) continue;
    for (const one of [
      literal,
      `${literal}a`,
      `a${literal}`,
      `a${literal}b`,
      literal + literal,
      literal.toUpperCase(),
      `${literal}1`,
    ])
      found.add(one);
  }
  return [...found].slice(0, SAMPLES);
}

/** A call as people write it. */
export function callText({ kind, name, of, member, takesThis }: Target, { args }: Pick<Input, 'args'>): string {
  const source = (list: readonly unknown[]): string => shortened(inputSource(list).replaceAll('$m.', ''));
  const [self, ...rest] = args;
  switch (kind) {
    case 'method':
      return `${source([self])}.${member}(${source(rest)})`;
    case 'getter':
      return `${source([self])}.${member}`;
    case 'constructor':
      return `new ${of}(${source(args)})`;
    default:
      return `${name}${takesThis ? '.call' : ''}(${source(args)})`;
  }
}
