import type { Shape } from '../lang/index.ts';

/** The type of an expression as search tells types apart: readonly, optional and literal types are widened. */
export interface Kind {
  /** Equal keys are equal types. */
  readonly key: string;
  readonly tag:
    | 'number'
    | 'string'
    | 'boolean'
    | 'date'
    | 'regexp'
    | 'unknown'
    | 'array'
    | 'set'
    | 'map'
    | 'tuple'
    | 'record'
    | 'dictionary'
    | 'function';
  /** Of arrays and sets the element, of dictionaries and maps the value, of functions what they give. */
  readonly element?: Kind;
  /** Of maps. */
  readonly mapKey?: Kind;
  /** Of tuples; of functions what they take. */
  readonly elements?: readonly Kind[];
  readonly fields?: readonly { readonly name: string; readonly kind: Kind }[];
}

const plain = (tag: Kind['tag']): Kind => ({ key: tag, tag });

export const NUMBER = plain('number');
export const STRING = plain('string');
export const BOOLEAN = plain('boolean');
export const DATE = plain('date');
export const REGEXP = plain('regexp');
export const UNKNOWN = plain('unknown');
const PLAIN = { number: NUMBER, string: STRING, boolean: BOOLEAN, date: DATE, unknown: UNKNOWN } as const;

export const arrayOf = (element: Kind): Kind => ({ key: `${element.key}[]`, tag: 'array', element });
const setOf = (element: Kind): Kind => ({ key: `Set<${element.key}>`, tag: 'set', element });
const mapOf = (mapKey: Kind, element: Kind): Kind => ({
  key: `Map<${mapKey.key},${element.key}>`,
  tag: 'map',
  mapKey,
  element,
});
export const tupleOf = (elements: readonly Kind[]): Kind => ({
  key: `[${elements.map(({ key }) => key).join(',')}]`,
  tag: 'tuple',
  elements,
});
const dictionaryOf = (element: Kind): Kind => ({ key: `{[]:${element.key}}`, tag: 'dictionary', element });
export const recordOf = (fields: readonly { readonly name: string; readonly kind: Kind }[]): Kind => ({
  key: `{${fields.map(({ name, kind }) => `${JSON.stringify(name)}:${kind.key}`).join(',')}}`,
  tag: 'record',
  fields,
});

const functionOf = (elements: readonly Kind[], element: Kind): Kind => ({
  key: `(${elements.map(({ key }) => key).join(',')})=>${element.key}`,
  tag: 'function',
  elements,
  element,
});

/** The kind of a shape without what is `undefined` or `null` in it: absence is seen in values. */
export function kindOf(shape: Shape): Kind {
  const [only, second] = kindsOf(shape);
  return only && !second ? only : UNKNOWN;
}

/** The kinds that values of a shape may have, absence left out. */
export function kindsOf(shape: Shape): readonly Kind[] {
  switch (shape.kind) {
    case 'undefined':
    case 'null':
      return [];
    case 'union': {
      const byKey = new Map(shape.members.flatMap(kindsOf).map((kind) => [kind.key, kind]));
      return [...byKey.values()];
    }
    case 'literal':
      return [PLAIN[typeof shape.value as 'string' | 'number' | 'boolean']];
    case 'array':
      return [arrayOf(kindOf(shape.element))];
    case 'set':
      return [setOf(kindOf(shape.element))];
    case 'map':
      return [mapOf(kindOf(shape.key), kindOf(shape.value))];
    case 'tuple':
      return [tupleOf(shape.elements.map(kindOf))];
    case 'dictionary':
      return [dictionaryOf(kindOf(shape.value))];
    // A name of a property is a text as far as values go, and so is what a template makes.
    case 'key':
    case 'template':
      return [STRING];
    case 'function':
      return [functionOf(shape.parameters.map(kindOf), kindOf(shape.returns))];
    case 'record':
      return [recordOf(shape.fields.map(({ name, shape: of }) => ({ name, kind: kindOf(of) })))];
    case 'number':
    case 'string':
    case 'boolean':
    case 'date':
      return [PLAIN[shape.kind]];
    default:
      return [PLAIN.unknown];
  }
}

/** Whether a value of a kind may be handed in where another is asked for: what its parts are need not be known. The compiler has the last word. */
export function isTaken(kind: Kind, asked: Kind, isInner = false): boolean {
  if (kind.key === asked.key || asked.tag === 'unknown') return true;
  if (kind.tag === 'unknown') return isInner;
  if (asked.tag === 'function') return kind.tag === 'function' && kind.elements!.length <= asked.elements!.length;
  if (asked.tag === 'dictionary')
    return (
      (kind.tag === 'dictionary' && isTaken(kind.element!, asked.element!, true)) ||
      (kind.tag === 'record' && kind.fields!.every((field) => isTaken(field.kind, asked.element!, true)))
    );
  if (kind.tag !== asked.tag) return false;
  if (asked.tag === 'tuple')
    return (
      kind.elements!.length === asked.elements!.length &&
      kind.elements!.every((one, at) => isTaken(one, asked.elements![at]!, true))
    );
  if (asked.tag === 'record')
    return asked.fields!.every(({ name, kind: of }) =>
      kind.fields!.some((field) => field.name === name && isTaken(field.kind, of, true)),
    );
  if (asked.mapKey && !isTaken(kind.mapKey!, asked.mapKey, true)) return false;
  return asked.element !== undefined && isTaken(kind.element!, asked.element, true);
}

/** Every kind that a kind is made of, itself included. */
export function partsOf(kind: Kind): Kind[] {
  const below = [
    ...(kind.element ? [kind.element] : []),
    ...(kind.mapKey ? [kind.mapKey] : []),
    ...(kind.elements ?? []),
    ...(kind.fields ?? []).map((field) => field.kind),
  ];
  return [kind, ...below.flatMap(partsOf)];
}

/** The kinds that a search makes expressions of. */
export class Universe {
  readonly kinds: ReadonlyMap<string, Kind>;
  /** Kinds that the signature itself names. */
  readonly named: ReadonlySet<string>;
  readonly returns: readonly Kind[];

  /** `made`: what functions of the project give. */
  constructor(parameters: readonly Kind[], returns: readonly Kind[], made: readonly Kind[] = []) {
    this.returns = returns;
    const named = [...parameters, ...returns].flatMap(partsOf);
    const kinds = [NUMBER, STRING, BOOLEAN, REGEXP, arrayOf(NUMBER), arrayOf(STRING), arrayOf(BOOLEAN), ...named];
    for (const kind of named) {
      if (kind.tag === 'dictionary') {
        kinds.push(tupleOf([STRING, kind.element!]), arrayOf(tupleOf([STRING, kind.element!])), arrayOf(kind.element!));
      } else if (kind.tag === 'record') kinds.push(arrayOf(kind));
      else if (kind.tag === 'set') kinds.push(arrayOf(kind.element!));
      else if (kind.tag === 'map') {
        const entry = tupleOf([kind.mapKey!, kind.element!]);
        kinds.push(entry, arrayOf(entry), arrayOf(kind.mapKey!), arrayOf(kind.element!));
      } else if (kind.tag === 'date') kinds.push(DATE);
    }
    for (const kind of parameters)
      if (kind.tag === 'array') for (const part of partsOf(kind)) kinds.push(arrayOf(part));
    for (const kind of made) if (kind.tag !== 'function') kinds.push(kind);
    this.kinds = new Map(kinds.map((kind) => [kind.key, kind]));
    this.named = new Set(named.map(({ key }) => key));
  }

  has(kind: Kind): boolean {
    return this.kinds.has(kind.key);
  }

  *tagged(tag: Kind['tag']): Iterable<Kind> {
    for (const kind of this.kinds.values()) if (kind.tag === tag) yield kind;
  }
}
