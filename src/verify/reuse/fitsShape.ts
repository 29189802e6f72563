import type { Shape } from '../../lang/index.ts';

/** Whether what fits the first shape fits the second. */
export function fitsShape(from: Shape, to: Shape, depth = 0): boolean {
  if (depth >= 8 || from.kind === 'unknown' || to.kind === 'unknown') return true;
  // What comes of it is seen when it runs.
  if (from.kind === 'union') return from.members.some((one) => fitsShape(one, to, depth + 1));
  if (to.kind === 'union') return to.members.some((one) => fitsShape(from, one, depth + 1));
  // Which texts a template takes is seen when it runs.
  if (from.kind === 'template') return fitsShape({ kind: 'string' }, to, depth + 1);
  if (to.kind === 'template') return fitsShape(from, { kind: 'string' }, depth + 1);
  if (from.kind === 'literal') return to.kind === 'literal' ? from.value === to.value : typeof from.value === to.kind;
  if (from.kind === 'tuple' && to.kind === 'array')
    return from.elements.every((one) => fitsShape(one, to.element, depth + 1));
  if (from.kind === 'record' && to.kind === 'dictionary')
    return from.fields.every(({ shape }) => fitsShape(shape, to.value, depth + 1));
  if (from.kind !== to.kind) return false;
  if ('element' in from) return fitsShape(from.element, (to as typeof from).element, depth + 1);
  if (from.kind === 'tuple') {
    const { elements } = to as typeof from;
    return (
      elements.length === from.elements.length &&
      from.elements.every((one, at) => fitsShape(one, elements[at]!, depth + 1))
    );
  }
  if (from.kind === 'record') {
    // What a function is given more than it reads is no part of what it does: fields that both know must fit.
    const { fields } = to as typeof from;
    const shared = fields.flatMap((field) => {
      const own = from.fields.find(({ name }) => name === field.name);
      return own ? [fitsShape(own.shape, field.shape, depth + 1)] : [];
    });
    return shared.every((one) => one) && (shared.length > 0 || fields.every(({ optional }) => optional));
  }
  if (from.kind === 'map' || from.kind === 'dictionary')
    return fitsShape(from.value, (to as typeof from).value, depth + 1);
  return from.kind !== 'instance' || from.name === (to as typeof from).name;
}
