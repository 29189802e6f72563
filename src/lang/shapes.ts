import type ts from 'typescript6';
import { parse, parser } from './syntax.ts';

/** A type as data: what values of it are made of, readonly or not. */
export type Shape =
  | { readonly kind: 'number' | 'string' | 'boolean' | 'undefined' | 'null' | 'date' | 'unknown' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'array' | 'set'; readonly element: Shape }
  | { readonly kind: 'tuple'; readonly elements: readonly Shape[] }
  | { readonly kind: 'record'; readonly fields: readonly ShapeField[] }
  | { readonly kind: 'dictionary'; readonly value: Shape }
  | { readonly kind: 'map'; readonly key: Shape; readonly value: Shape }
  | { readonly kind: 'union'; readonly members: readonly Shape[] };

export interface ShapeField {
  readonly name: string;
  readonly shape: Shape;
  readonly optional: boolean;
}

const UNKNOWN: Shape = { kind: 'unknown' };
const DEPTH = 8;

/**
 * A type written out, as data. Names are looked up in `uses` (as `SurfaceEntry.uses`: `interface { … }`, `type …`); what
 * is neither found there nor built in is `unknown`, and so is what is nested too deep.
 */
export function shapeOf(type: string, uses: Readonly<Record<string, string>> = {}): Shape {
  const api = parser();
  const named = new Map<string, ts.TypeNode | undefined>();
  const parsed = (text: string): ts.TypeNode | undefined => {
    const file = parse(`type T = ${text};`, 'type.ts');
    const [statement] = file.statements;
    return statement && api.isTypeAliasDeclaration(statement) && !file.parseDiagnostics?.length
      ? statement.type
      : undefined;
  };
  const lookUp = (name: string): ts.TypeNode | undefined => {
    if (!named.has(name)) {
      const text = Object.hasOwn(uses, name) ? uses[name]! : undefined;
      // Classes have methods and private parts: their values are not made of fields alone.
      const written = text === undefined ? null : /^(?:interface|type) ([\s\S]*)$/.exec(text);
      named.set(name, written ? parsed(written[1]!) : undefined);
    }
    return named.get(name);
  };
  const reference = (node: ts.TypeReferenceNode, depth: number): Shape => {
    const name = node.typeName.getText();
    const [first, second] = node.typeArguments ?? [];
    const argument = (at: ts.TypeNode | undefined): Shape => (at ? read(at, depth + 1) : UNKNOWN);
    switch (name) {
      case 'Array':
      case 'ReadonlyArray':
      case 'Iterable':
        return { kind: 'array', element: argument(first) };
      case 'Set':
      case 'ReadonlySet':
        return { kind: 'set', element: argument(first) };
      case 'Map':
      case 'ReadonlyMap':
        return { kind: 'map', key: argument(first), value: argument(second) };
      case 'Record': {
        const key = argument(first);
        const literals = key.kind === 'union' ? key.members : [key];
        if (!literals.every((one) => one.kind === 'literal')) return { kind: 'dictionary', value: argument(second) };
        const value = argument(second);
        return {
          kind: 'record',
          fields: literals.map((one) => ({ name: String(one.value), shape: value, optional: false })),
        };
      }
      case 'Readonly':
      case 'Required':
        return argument(first);
      case 'Partial': {
        const whole = argument(first);
        return whole.kind === 'record'
          ? { kind: 'record', fields: whole.fields.map((field) => ({ ...field, optional: true })) }
          : whole;
      }
      case 'Date':
        return { kind: 'date' };
      default: {
        const found = lookUp(name);
        return found ? read(found, depth + 1) : UNKNOWN;
      }
    }
  };
  const read = (node: ts.TypeNode, depth: number): Shape => {
    if (depth >= DEPTH) return UNKNOWN;
    const kinds = api.SyntaxKind;
    if (api.isParenthesizedTypeNode(node)) return read(node.type, depth);
    if (api.isTypeOperatorNode(node)) return node.operator === kinds.KeyOfKeyword ? UNKNOWN : read(node.type, depth);
    if (api.isArrayTypeNode(node)) return { kind: 'array', element: read(node.elementType, depth + 1) };
    if (api.isTupleTypeNode(node)) {
      const elements = node.elements.map((one) => {
        if (api.isNamedTupleMember(one))
          return one.dotDotDotToken || one.questionToken ? UNKNOWN : read(one.type, depth + 1);
        return api.isRestTypeNode(one) || api.isOptionalTypeNode(one) ? UNKNOWN : read(one, depth + 1);
      });
      return { kind: 'tuple', elements };
    }
    if (api.isUnionTypeNode(node)) return unionOf(node.types.map((one) => read(one, depth)));
    if (api.isIntersectionTypeNode(node)) {
      const parts = node.types.map((one) => read(one, depth));
      const records = parts.filter((one) => one.kind === 'record');
      // A branded string is a string to whoever computes with it.
      const plain = parts.find((one) => one.kind === 'string' || one.kind === 'number');
      if (plain) return plain;
      return records.length === parts.length
        ? { kind: 'record', fields: records.flatMap(({ fields }) => fields) }
        : UNKNOWN;
    }
    if (api.isTypeLiteralNode(node)) return literalType(node, depth);
    if (api.isTypeReferenceNode(node)) return reference(node, depth);
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
      case kinds.UndefinedKeyword:
      case kinds.VoidKeyword:
        return { kind: 'undefined' };
      default:
        return UNKNOWN;
    }
  };
  const literalType = (node: ts.TypeLiteralNode, depth: number): Shape => {
    const fields: ShapeField[] = [];
    for (const member of node.members) {
      if (api.isIndexSignatureDeclaration(member) && node.members.length === 1)
        return { kind: 'dictionary', value: read(member.type, depth + 1) };
      if (!api.isPropertySignature(member) || !member.type || api.isComputedPropertyName(member.name)) continue;
      fields.push({
        name: (member.name as ts.Identifier).text,
        shape: read(member.type, depth + 1),
        optional: member.questionToken !== undefined,
      });
    }
    return { kind: 'record', fields };
  };
  const root = parsed(type);
  return root ? read(root, 0) : UNKNOWN;
}

/** A function's type written out, as data; undefined for what is no function or has several forms. */
export function signatureOf(
  type: string,
  uses: Readonly<Record<string, string>> = {},
): { readonly parameters: readonly Shape[]; readonly returns: Shape } | undefined {
  const api = parser();
  const file = parse(`type T = ${type};`, 'type.ts');
  const [statement] = file.statements;
  if (!statement || !api.isTypeAliasDeclaration(statement) || file.parseDiagnostics?.length) return undefined;
  const node = statement.type;
  if (!api.isFunctionTypeNode(node)) return undefined;
  const shape = (of: ts.TypeNode | undefined): Shape => (of ? shapeOf(of.getText(file), uses) : UNKNOWN);
  return { parameters: node.parameters.map((one) => shape(one.type)), returns: shape(node.type) };
}

/** A union without unions inside; one member alone is itself. `true | false` is `boolean`. */
function unionOf(members: readonly Shape[]): Shape {
  const flat = members.flatMap((one) => (one.kind === 'union' ? one.members : [one]));
  const isBoolean = (value: boolean): boolean => flat.some((one) => one.kind === 'literal' && one.value === value);
  const merged: Shape[] =
    isBoolean(true) && isBoolean(false)
      ? [...flat.filter((one) => !(one.kind === 'literal' && typeof one.value === 'boolean')), { kind: 'boolean' }]
      : flat;
  return merged.length === 1 ? merged[0]! : { kind: 'union', members: merged };
}
