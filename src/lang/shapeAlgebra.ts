import type ts from 'typescript6';
import type { Shape } from './shapes.ts';
import { parse, parser } from './syntax.ts';

/** Texts that a template stands for, told one by one. */
const TEXTS = 200;

const UNKNOWN: Shape = { kind: 'unknown' };

/** Names of the properties of a shape. */
export function keysOf(shape: Shape): Shape {
  return shape.kind === 'record' && shape.fields.length > 0
    ? unionOf(shape.fields.map(({ name }) => ({ kind: 'literal', value: name })))
    : { kind: 'key' };
}

export function memberOf(shape: Shape, key: Shape): Shape {
  if (shape.kind === 'dictionary') return shape.value;
  if (shape.kind === 'array') return shape.element;
  if (shape.kind !== 'record') return UNKNOWN;
  const names = (key.kind === 'union' ? key.members : [key]).map((one) =>
    one.kind === 'literal' ? one.value : undefined,
  );
  const fields = shape.fields.filter(({ name }) => names.includes(name));
  return fields.length > 0 ? unionOf(fields.map((field) => field.shape)) : UNKNOWN;
}

export const dictionaryOf = (key: Shape, value: Shape): Shape => ({
  kind: 'dictionary',
  value,
  ...(/^(?:string|key|unknown|strange)$/.test(key.kind) ? {} : { key }),
});

/** Whether values of a shape are no objects. */
export const isPlain = (shape: Shape): boolean =>
  shape.kind === 'union'
    ? shape.members.every(isPlain)
    : /^(?:string|number|bigint|boolean|symbol|literal|template)$/.test(shape.kind);

/** What a template stands for; undefined where there is something in it that has no text. */
export function templateOf(parts: readonly (string | Shape)[]): Shape | undefined {
  const pieces = parts.flatMap((one): readonly (string | Shape)[] =>
    one === '' ? [] : typeof one === 'string' ? [one] : [one.kind === 'unknown' ? { kind: 'string' } : one],
  );
  if (!pieces.every((one) => typeof one === 'string' || hasText(one))) return undefined;
  let all: readonly string[] | undefined = [''];
  for (const one of pieces) {
    const texts: readonly string[] | undefined = typeof one === 'string' ? [one] : textsOf(one);
    all = texts && all && all.length * texts.length <= TEXTS ? all.flatMap((a) => texts.map((b) => a + b)) : undefined;
  }
  if (all) return unionOf(all.map((value) => ({ kind: 'literal', value })));
  const [only, ...more] = pieces;
  const isText = typeof only === 'object' && /^(?:string|key|template)$/.test(only.kind);
  return isText && more.length === 0 ? only : { kind: 'template', pieces };
}

const hasText = (shape: Shape): boolean =>
  shape.kind === 'union'
    ? shape.members.every(hasText)
    : /^(?:string|number|bigint|boolean|key|literal|template|undefined|null)$/.test(shape.kind);

/** All that values of a shape are as text; undefined where there is no end of them. */
function textsOf(shape: Shape): readonly string[] | undefined {
  if (shape.kind === 'literal') return [String(shape.value)];
  if (shape.kind === 'undefined' || shape.kind === 'null') return [shape.kind];
  if (shape.kind === 'boolean') return ['false', 'true'];
  if (shape.kind !== 'union') return undefined;
  const lists = shape.members.map(textsOf);
  return lists.every((one) => one !== undefined) ? lists.flat() : undefined;
}

/** The values of an enum written out, or the one of a member; undefined where they are only known once it runs. */
export function enumOf(text: string, member?: string): Shape | undefined {
  const api = parser();
  const [statement] = parse(text.replace(/^(?:const )?enum/, 'enum E'), 'type.ts').statements;
  if (!statement || !api.isEnumDeclaration(statement)) return undefined;
  const values = new Map<string, string | number | undefined>();
  // Where nothing is written, it is one more than the member before.
  let next: number | undefined = 0;
  for (const { name, initializer } of statement.members) {
    const value: string | number | undefined = initializer ? constantOf(initializer) : next;
    values.set((name as ts.Identifier).text, value);
    next = typeof value === 'number' ? value + 1 : undefined;
  }
  const wanted = member === undefined ? [...values.values()] : [values.get(member)];
  return wanted.length > 0 && wanted.every((one) => one !== undefined)
    ? unionOf(wanted.map((value) => ({ kind: 'literal', value })))
    : undefined;
}

function constantOf(node: ts.Expression): string | number | undefined {
  const api = parser();
  if (api.isStringLiteralLike(node)) return node.text;
  const value = /^-?[\d.]/.test(node.getText()) ? Number(node.getText()) : Number.NaN;
  return Number.isNaN(value) ? undefined : value;
}

/** A union without unions inside; one member alone is itself. `true | false` is `boolean`. */
export function unionOf(members: readonly Shape[]): Shape {
  const all = members.flatMap((one) => (one.kind === 'union' ? one.members : [one]));
  const known = all.filter(({ kind }) => kind !== 'strange');
  const usable = known.some(({ kind }) => kind !== 'undefined' && kind !== 'null') ? known : all;
  const flat = [...new Map(usable.map((one) => [JSON.stringify(one), one])).values()];
  const isBoolean = (value: boolean): boolean => flat.some((one) => one.kind === 'literal' && one.value === value);
  const merged: Shape[] =
    isBoolean(true) && isBoolean(false)
      ? [...flat.filter((one) => !(one.kind === 'literal' && typeof one.value === 'boolean')), { kind: 'boolean' }]
      : flat;
  return merged.length === 1 ? merged[0]! : { kind: 'union', members: merged };
}
