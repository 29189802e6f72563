import type ts from 'typescript6';
import { dictionaryOf, enumOf, isPlain, keysOf, memberOf, templateOf, unionOf } from './shapeAlgebra.ts';
import { parse, parser } from './syntax.ts';

/** A type as data: what values of it are made of, readonly or not. */
export type Shape =
  | {
      readonly kind:
        | 'number'
        | 'string'
        | 'boolean'
        | 'bigint'
        | 'symbol'
        | 'undefined'
        | 'null'
        | 'date'
        | 'regexp'
        | 'unknown';
    }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  /** A text that is made of pieces: fixed ones, and what is of a shape as text. */
  | { readonly kind: 'template'; readonly pieces: readonly (string | Shape)[] }
  /** `least`: so many items at least. */
  | { readonly kind: 'array'; readonly element: Shape; readonly least?: number }
  | { readonly kind: 'set' | 'promise'; readonly element: Shape }
  /** The name of a property of an object of which more is not known. */
  | { readonly kind: 'key' }
  | { readonly kind: 'function'; readonly parameters: readonly Shape[]; readonly returns: Shape }
  /** A type of which no value can be made from its text. */
  | { readonly kind: 'strange'; readonly name: string }
  /** An instance of a class: of the repository with what its constructor takes, else built in. */
  | { readonly kind: 'instance'; readonly name: string; readonly parameters?: readonly ParameterShape[] }
  | { readonly kind: 'tuple'; readonly elements: readonly Shape[] }
  | { readonly kind: 'record'; readonly fields: readonly ShapeField[] }
  /** `key`: what names its properties, where not any text does. */
  | { readonly kind: 'dictionary'; readonly value: Shape; readonly key?: Shape }
  | { readonly kind: 'map'; readonly key: Shape; readonly value: Shape }
  | { readonly kind: 'union'; readonly members: readonly Shape[] };

export interface ShapeField {
  readonly name: string;
  readonly shape: Shape;
  readonly optional: boolean;
}

/** A parameter of a function's type. */
export interface ParameterShape {
  readonly name: string;
  readonly shape: Shape;
  readonly optional: boolean;
  readonly rest: boolean;
}

/** One form of a function. What it is called on is its first parameter, `this`, where its type says it. */
export interface SignatureShape {
  readonly parameters: readonly ParameterShape[];
  readonly returns: Shape;
}

/** What stands for type parameters by their names. */
type Bound = ReadonlyMap<string, Shape>;

const UNKNOWN: Shape = { kind: 'unknown' };
const DEPTH = 8;
/** Instances inside of the arguments of constructors. */
const MAKING = 2;
/** Classes that come with the language or with Node and whose instances can be made. */
const MADE_BUILT_IN =
  /^(?:(?:Big)?(?:Ui|I)nt\d+(?:Clamped)?Array|Float\d+Array|ArrayBuffer|Buffer|DataView|URL|URLSearchParams|Request|Response|Headers|Blob|(?:Aggregate|Eval|Range|Reference|Syntax|Type|URI)?Error|AbortSignal)$/;

/**
 * A type written out, as data. Names are looked up in `uses` (as `SurfaceEntry.uses`: `interface { … }`, `type …`); what
 * is neither found there nor built in is `unknown`, and so is what is nested too deep.
 */
export function shapeOf(type: string, uses: Readonly<Record<string, string>> = {}): Shape {
  const node = parsedType(type);
  return node ? new Reader(uses).read(node, 0, new Map()) : UNKNOWN;
}

/** A function's type written out, as data; undefined for what is no function or has several forms. */
export function signatureOf(
  type: string,
  uses: Readonly<Record<string, string>> = {},
): { readonly parameters: readonly Shape[]; readonly returns: Shape } | undefined {
  const node = parsedType(type);
  if (!node || !parser().isFunctionTypeNode(node)) return undefined;
  const { parameters, returns } = signaturesOf(type, uses)[0]!;
  return { parameters: parameters.map(({ shape }) => shape), returns };
}

/**
 * All forms of a function's type written out, those of an overloaded one in order; of a class (`class { … } & static { new (…) … }`)
 * those of its constructor, or of the named member. A type parameter that nothing bounds is what `free` says.
 */
export function signaturesOf(
  type: string,
  uses: Readonly<Record<string, string>> = {},
  free: Shape = UNKNOWN,
  member?: MemberName,
): readonly SignatureShape[] {
  return new Reader(uses).forms(type, free, member);
}

/** A method of a class. */
export interface MemberName {
  readonly name: string;
  readonly isStatic: boolean;
}

/** How the type of a class begins. */
export const CLASS = /^(?:abstract )?class\b/;

/** The two sides of a class as `SurfaceEntry.type` tells them. */
function sidesOf(type: string): { readonly instance?: string; readonly statics?: string } {
  const [word] = CLASS.exec(type) ?? [];
  if (word === undefined) return {};
  const start = afterBrackets(type, word.length);
  const end = afterBrackets(type, type.indexOf('{', start));
  const statics = /^ & static (?=\{)/.exec(type.slice(end));
  return {
    instance: type.slice(type.indexOf('{', start), end),
    ...(statics ? { statics: type.slice(end + statics[0].length, afterBrackets(type, end + statics[0].length)) } : {}),
  };
}

/** Where the brackets end that open at an offset; the offset itself where none do. */
function afterBrackets(text: string, open: number): number {
  const pairs: Readonly<Record<string, string>> = { '<': '>', '{': '}', '(': ')', '[': ']' };
  if (pairs[text[open]!] === undefined) return open;
  const stack: string[] = [];
  let quote = '';
  for (let at = open; at < text.length; at++) {
    const one = text[at]!;
    if (quote !== '') {
      if (one === '\\') at++;
      else if (one === quote) quote = '';
    } else if (one === '"' || one === "'") quote = one;
    else if (pairs[one] !== undefined) stack.push(pairs[one]);
    else if (one === stack.at(-1) && !(one === '>' && text[at - 1] === '=')) {
      stack.pop();
      if (stack.length === 0) return at + 1;
    }
  }
  return text.length;
}

function parsedType(text: string): ts.TypeNode | undefined {
  const api = parser();
  const file = parse(`type T = ${text};`, 'type.ts');
  const [statement] = file.statements;
  return statement && api.isTypeAliasDeclaration(statement) && !file.parseDiagnostics?.length
    ? statement.type
    : undefined;
}

/** The type parameters of `class<T> …`, `interface<T> …`, `type<T> …`. */
function typeParametersOf(text: string): readonly ts.TypeParameterDeclaration[] {
  const api = parser();
  const [word] = /^(?:(?:abstract )?class|interface|type)(?=<)/.exec(text) ?? [];
  if (word === undefined) return [];
  const [statement] = parse(
    `type T${text.slice(word.length, afterBrackets(text, word.length))} = 0;`,
    'type.ts',
  ).statements;
  return statement && api.isTypeAliasDeclaration(statement) ? (statement.typeParameters ?? []) : [];
}

/** Type parameters by what bounds them, in order: a later one may be bounded by an earlier one. */
function boundBy(
  reader: Reader,
  parameters: readonly ts.TypeParameterDeclaration[] | undefined,
  free: Shape,
  outer: Bound,
  depth = 0,
): Bound {
  const bound = new Map(outer);
  for (const { name, constraint } of parameters ?? []) {
    const own = constraint && reader.read(constraint, depth, bound);
    const isOpen = own === undefined || own.kind === 'unknown';
    const isObject = own?.kind === 'dictionary' && own.value.kind === 'unknown' && free.kind === 'record';
    bound.set(name.text, isOpen || isObject ? free : own);
  }
  return bound;
}

/** Whether no value can be made of it but that there is none. */
const isStrange = (shape: Shape): boolean =>
  shape.kind === 'strange' || (shape.kind === 'union' && shape.members.some(({ kind }) => kind === 'strange'));

const withoutThis = (parameters: readonly ParameterShape[]): readonly ParameterShape[] =>
  parameters.filter(({ name }) => name !== 'this');

const functionOf = ({ parameters, returns }: SignatureShape): Shape => ({
  kind: 'function',
  parameters: withoutThis(parameters).map(({ shape }) => shape),
  returns,
});

class Reader {
  readonly #api = parser();
  readonly #uses: Readonly<Record<string, string>>;
  readonly #named = new Map<
    string,
    { readonly node: ts.TypeNode; readonly parameters: readonly string[] } | undefined
  >();

  /** Classes whose constructors are being read: they may take themselves. */
  readonly #making: readonly string[];

  constructor(uses: Readonly<Record<string, string>>, making: readonly string[] = []) {
    this.#uses = uses;
    this.#making = making;
  }

  forms(type: string, free: Shape, member?: MemberName): readonly SignatureShape[] {
    const api = this.#api;
    const { instance, statics } = sidesOf(type);
    const text = member && !member.isStatic ? instance : (statics ?? type);
    const node = text === undefined ? undefined : parsedType(text);
    const outer = boundBy(this, typeParametersOf(type), free, new Map());
    const forms = (of: ts.TypeNode): readonly ts.SignatureDeclarationBase[] => {
      if (api.isParenthesizedTypeNode(of)) return forms(of.type);
      if (api.isFunctionTypeNode(of) || api.isConstructorTypeNode(of)) return [of];
      if (!api.isTypeLiteralNode(of)) return [];
      return of.members.filter(
        (one) => api.isCallSignatureDeclaration(one) || api.isConstructSignatureDeclaration(one),
      );
    };
    let found: readonly ts.SignatureDeclarationBase[] = node ? forms(node) : [];
    if (member) {
      const own = node && api.isTypeLiteralNode(node) ? node.members : [];
      found = own.flatMap((one) =>
        api.isPropertySignature(one) && one.type && one.name.getText() === member.name ? forms(one.type) : [],
      );
    }
    const all = found.map((one) => this.signature(one, 0, boundBy(this, one.typeParameters, free, outer)));
    // A member is called on what it is a member of.
    return member ? all.map((one) => ({ ...one, parameters: withoutThis(one.parameters) })) : all;
  }

  signature(node: ts.SignatureDeclarationBase, depth: number, bound: Bound): SignatureShape {
    return {
      parameters: node.parameters.map((one) => ({
        name: one.name.getText(),
        shape: one.type ? this.read(one.type, depth + 1, bound) : UNKNOWN,
        optional: one.questionToken !== undefined,
        rest: one.dotDotDotToken !== undefined,
      })),
      returns: node.type ? this.read(node.type, depth + 1, bound) : UNKNOWN,
    };
  }

  #function(node: ts.SignatureDeclarationBase, depth: number, bound: Bound): Shape {
    return functionOf(this.signature(node, depth, boundBy(this, node.typeParameters, UNKNOWN, bound, depth + 1)));
  }

  read(node: ts.TypeNode, depth: number, bound: Bound): Shape {
    if (depth >= DEPTH) return UNKNOWN;
    const api = this.#api;
    const kinds = api.SyntaxKind;
    const inner = (one: ts.TypeNode): Shape => this.read(one, depth + 1, bound);
    if (api.isParenthesizedTypeNode(node)) return this.read(node.type, depth, bound);
    // Of what one declaration alone is, nothing else can be made.
    const strange = (): Shape => ({ kind: 'strange', name: node.getText() });
    if (api.isTypeOperatorNode(node)) {
      if (node.operator === kinds.UniqueKeyword) return strange();
      return node.operator === kinds.KeyOfKeyword ? keysOf(inner(node.type)) : this.read(node.type, depth, bound);
    }
    if (api.isTypeQueryNode(node)) return strange();
    if (api.isImportTypeNode(node))
      return node.qualifier && !node.isTypeOf
        ? this.#looked(node.qualifier.getText(), (node.typeArguments ?? []).map(inner), depth)
        : strange();
    if (api.isArrayTypeNode(node)) return { kind: 'array', element: inner(node.elementType) };
    if (api.isTupleTypeNode(node)) return this.#tuple(node, depth, bound);
    if (api.isUnionTypeNode(node)) return unionOf(node.types.map((one) => this.read(one, depth, bound)));
    if (api.isIntersectionTypeNode(node)) {
      const parts = node.types.map((one) => this.read(one, depth, bound));
      const records = parts.filter((one) => one.kind === 'record');
      // A branded string is a string to whoever computes with it.
      const plain = parts.filter(isPlain);
      if (plain.length > 0) {
        const narrow = plain.filter(({ kind }) => kind !== 'string');
        return narrow.length > 1 ? strange() : (narrow[0] ?? plain[0]!);
      }
      return records.length === parts.length
        ? { kind: 'record', fields: records.flatMap(({ fields }) => fields) }
        : UNKNOWN;
    }
    if (api.isFunctionTypeNode(node)) return this.#function(node, depth, bound);
    if (api.isTypePredicateNode(node)) return { kind: 'boolean' };
    if (api.isTemplateLiteralTypeNode(node))
      return (
        templateOf([
          node.head.text,
          ...node.templateSpans.flatMap(({ type, literal }) => [inner(type), literal.text]),
        ]) ?? strange()
      );
    if (api.isIndexedAccessTypeNode(node)) return memberOf(inner(node.objectType), inner(node.indexType));
    if (api.isTypeLiteralNode(node)) return this.#literalType(node, depth, bound);
    if (api.isTypeReferenceNode(node)) return this.#reference(node, depth, bound);
    if (api.isLiteralTypeNode(node)) {
      const { literal } = node;
      if (literal.kind === kinds.NullKeyword) return { kind: 'null' };
      if (literal.kind === kinds.TrueKeyword) return { kind: 'literal', value: true };
      if (literal.kind === kinds.FalseKeyword) return { kind: 'literal', value: false };
      if (api.isStringLiteralLike(literal)) return { kind: 'literal', value: literal.text };
      const number = Number(literal.getText());
      return Number.isNaN(number) ? UNKNOWN : { kind: 'literal', value: number };
    }
    switch (node.kind) {
      case kinds.NumberKeyword:
        return { kind: 'number' };
      case kinds.StringKeyword:
        return { kind: 'string' };
      case kinds.BooleanKeyword:
        return { kind: 'boolean' };
      case kinds.BigIntKeyword:
        return { kind: 'bigint' };
      case kinds.SymbolKeyword:
        return { kind: 'symbol' };
      case kinds.NeverKeyword:
        return strange();
      case kinds.UndefinedKeyword:
      case kinds.VoidKeyword:
        return { kind: 'undefined' };
      case kinds.ObjectKeyword:
        return { kind: 'dictionary', value: UNKNOWN };
      default:
        return UNKNOWN;
    }
  }

  #tuple({ elements }: ts.TupleTypeNode, depth: number, bound: Bound): Shape {
    const api = this.#api;
    const parts = elements.map((one) => {
      const type = api.isNamedTupleMember(one) ? one.type : one;
      const isRest = api.isRestTypeNode(type) || (api.isNamedTupleMember(one) && one.dotDotDotToken !== undefined);
      const isOptional =
        api.isOptionalTypeNode(type) || (api.isNamedTupleMember(one) && one.questionToken !== undefined);
      const inside = api.isRestTypeNode(type) || api.isOptionalTypeNode(type) ? type.type : type;
      return { isRest, shape: isOptional ? UNKNOWN : this.read(inside, depth + 1, bound) };
    });
    const at = parts.findIndex(({ isRest }) => isRest);
    if (at < 0) return { kind: 'tuple', elements: parts.map(({ shape }) => shape) };
    const { shape } = parts[at]!;
    const element = unionOf(
      parts.map((one) => (one.isRest && one.shape.kind === 'array' ? one.shape.element : one.shape)),
    );
    return shape.kind === 'array' ? { kind: 'array', element, least: parts.length - 1 } : UNKNOWN;
  }

  #reference(node: ts.TypeReferenceNode, depth: number, bound: Bound): Shape {
    const name = node.typeName.getText();
    const own = bound.get(name);
    if (own) return own;
    const [first, second] = node.typeArguments ?? [];
    const argument = (at: ts.TypeNode | undefined): Shape => (at ? this.read(at, depth + 1, bound) : UNKNOWN);
    switch (name) {
      case 'Array':
      case 'ReadonlyArray':
      case 'ArrayLike':
      case 'Iterable':
        return { kind: 'array', element: argument(first) };
      case 'Set':
      case 'ReadonlySet':
        return { kind: 'set', element: argument(first) };
      case 'Promise':
      case 'PromiseLike':
        return { kind: 'promise', element: argument(first) };
      case 'Map':
      case 'ReadonlyMap':
        return { kind: 'map', key: argument(first), value: argument(second) };
      case 'Record': {
        const key = argument(first);
        const literals = key.kind === 'union' ? key.members : [key];
        if (!literals.every((one) => one.kind === 'literal')) return dictionaryOf(key, argument(second));
        const value = argument(second);
        return {
          kind: 'record',
          fields: literals.map((one) => ({ name: String(one.value), shape: value, optional: false })),
        };
      }
      case 'Readonly':
        return argument(first);
      case 'Required':
      case 'Partial': {
        const whole = argument(first);
        return whole.kind === 'record'
          ? { kind: 'record', fields: whole.fields.map((field) => ({ ...field, optional: name === 'Partial' })) }
          : whole;
      }
      case 'Pick':
      case 'Omit': {
        const whole = argument(first);
        const keys = argument(second);
        const named = (keys.kind === 'union' ? keys.members : [keys]).map((one) =>
          one.kind === 'literal' ? one.value : '',
        );
        return whole.kind === 'record'
          ? { kind: 'record', fields: whole.fields.filter((field) => named.includes(field.name) === (name === 'Pick')) }
          : whole;
      }
      case 'Exclude':
      case 'Extract':
      case 'NoInfer':
        return argument(first);
      case 'NonNullable': {
        const whole = argument(first);
        return whole.kind === 'union'
          ? unionOf(whole.members.filter(({ kind }) => kind !== 'null' && kind !== 'undefined'))
          : whole;
      }
      case 'PropertyKey':
        return { kind: 'key' };
      case 'Function':
        return { kind: 'function', parameters: [], returns: UNKNOWN };
      case 'Date':
        return { kind: 'date' };
      case 'RegExp':
        return { kind: 'regexp' };
      case 'ArrayBufferLike':
        return { kind: 'instance', name: 'ArrayBuffer' };
      default:
        return this.#looked(name, (node.typeArguments ?? []).map(argument), depth);
    }
  }

  #looked(name: string, args: readonly Shape[], depth: number): Shape {
    const text = Object.hasOwn(this.#uses, name) ? this.#uses[name]! : undefined;
    if (text === undefined && name.includes('.')) return this.#lookedWithin(name, args, depth);
    if (text === undefined) return { kind: MADE_BUILT_IN.test(name) ? 'instance' : 'strange', name };
    if (/^(?:const )?enum\b/.test(text)) return enumOf(text) ?? { kind: 'strange', name };
    // Classes have methods and private parts: their values are not made of fields alone.
    if (CLASS.test(text)) {
      if (this.#making.includes(name) || this.#making.length >= MAKING) return { kind: 'strange', name };
      const [form] = new Reader(this.#uses, [...this.#making, name]).forms(text, UNKNOWN);
      if (!form) return { kind: 'strange', name };
      // What can be left out and cannot be made is left out, and what comes after it.
      const last = form.parameters.findIndex(({ optional, shape }) => optional && isStrange(shape));
      return { kind: 'instance', name, parameters: last < 0 ? form.parameters : form.parameters.slice(0, last) };
    }
    if (!this.#named.has(name)) {
      const start = /^(?:interface|type)/.exec(text)?.[0].length;
      const node = start === undefined ? undefined : parsedType(text.slice(afterBrackets(text, start)));
      this.#named.set(name, node && { node, parameters: typeParametersOf(text).map((one) => one.name.text) });
    }
    const found = this.#named.get(name);
    return found
      ? this.read(found.node, depth + 1, new Map(found.parameters.map((one, at) => [one, args[at] ?? UNKNOWN])))
      : UNKNOWN;
  }

  /** A member of an enum, or a type of a namespace, which goes by its own name. */
  #lookedWithin(name: string, args: readonly Shape[], depth: number): Shape {
    const [owner = '', last = ''] = name.split('.').slice(-2);
    const text = Object.hasOwn(this.#uses, owner) ? this.#uses[owner]! : '';
    if (!/^(?:const )?enum\b/.test(text)) return this.#looked(last, args, depth);
    return enumOf(text, last) ?? { kind: 'strange', name };
  }

  #literalType(node: ts.TypeLiteralNode, depth: number, bound: Bound): Shape {
    const api = this.#api;
    const fields: ShapeField[] = [];
    for (const member of node.members) {
      if (api.isIndexSignatureDeclaration(member) && node.members.length === 1)
        return dictionaryOf(
          this.read(member.parameters[0]!.type!, depth + 1, bound),
          this.read(member.type, depth + 1, bound),
        );
      if (api.isCallSignatureDeclaration(member) && node.members.length === 1)
        return functionOf(this.signature(member, depth, bound));
      const isMethod = api.isMethodSignature(member);
      if (!isMethod && !(api.isPropertySignature(member) && member.type)) continue;
      if (api.isComputedPropertyName(member.name)) continue;
      const shape = isMethod ? this.#function(member, depth, bound) : this.read(member.type!, depth + 1, bound);
      const optional = member.questionToken !== undefined;
      // What need not be there is left out rather than made up.
      if (optional && isStrange(shape)) continue;
      fields.push({ name: (member.name as ts.Identifier).text, shape, optional });
    }
    return { kind: 'record', fields };
  }
}
