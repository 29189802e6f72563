import { isRecord } from '../../base/index.ts';
import type { ParameterShape, Shape } from '../../lang/index.ts';
import { Code, Made } from './print.ts';
import { templatePattern } from './template.ts';

/** Whether a value of our own making is of a shape; code that stands for a value is taken to be. */
export function conforms(value: unknown, shape: Shape): boolean {
  if (value instanceof Made && shape.kind === 'instance' && shape.parameters)
    return conformsTo(value.args, shape.parameters);
  if (value instanceof Code) return !PLAIN.has(shape.kind) || !/=>|\bfunction\b|\bnew\b/.test(value.source);
  switch (shape.kind) {
    case 'unknown':
    case 'strange':
      return true;
    case 'number':
    case 'string':
    case 'boolean':
    case 'bigint':
    case 'symbol':
    case 'undefined':
      return typeof value === shape.kind;
    case 'template':
      return typeof value === 'string' && templatePattern(shape.pieces).test(value);
    case 'null':
      return value === null;
    case 'literal':
      return value === shape.value;
    case 'key':
      return typeof value === 'string' || typeof value === 'number';
    case 'date':
      return value instanceof Date;
    case 'array':
      return (
        Array.isArray(value) &&
        value.length >= (shape.least ?? 0) &&
        value.every((one: unknown) => conforms(one, shape.element))
      );
    case 'tuple':
      return (
        Array.isArray(value) &&
        value.length === shape.elements.length &&
        shape.elements.every((one, at) => conforms(value[at], one))
      );
    case 'set':
      return value instanceof Set && [...(value as Set<unknown>)].every((one) => conforms(one, shape.element));
    case 'map':
      return (
        value instanceof Map &&
        [...(value as Map<unknown, unknown>)].every(
          ([key, one]) => conforms(key, shape.key) && conforms(one, shape.value),
        )
      );
    case 'record':
      return (
        isRecord(value) &&
        shape.fields.every(({ name, shape: of, optional }) =>
          Object.hasOwn(value, name)
            ? conforms(value[name], of) || (optional && value[name] === undefined)
            : optional || conforms(undefined, of),
        )
      );
    case 'dictionary':
      return (
        isRecord(value) &&
        Object.values(value).every((one) => conforms(one, shape.value)) &&
        (!shape.key || Reflect.ownKeys(value).every((key) => isKeyOf(key, shape.key!)))
      );
    case 'union':
      return shape.members.some((one) => conforms(value, one));
    default:
      return false;
  }
}

/** Whether a property may be called so: numbers are texts there. */
const isKeyOf = (key: string | symbol, shape: Shape): boolean =>
  conforms(key, shape) || (String(Number(key)) === key && conforms(Number(key), shape));

/** Whether arguments are what parameters take. */
export function conformsTo(args: readonly unknown[], parameters: readonly ParameterShape[]): boolean {
  const isRest = parameters.at(-1)?.rest === true;
  if (args.length > parameters.length && !isRest) return false;
  return parameters.every(({ shape, optional, rest }, at) => {
    if (rest) return shape.kind !== 'array' || args.slice(at).every((one) => conforms(one, shape.element));
    if (at >= args.length || args[at] === undefined) return optional || conforms(undefined, shape);
    return conforms(args[at], shape);
  });
}

const PLAIN: ReadonlySet<Shape['kind']> = new Set([
  'number',
  'string',
  'boolean',
  'bigint',
  'symbol',
  'template',
  'undefined',
  'null',
  'literal',
]);
