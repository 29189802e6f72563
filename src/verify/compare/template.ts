import { escaped } from '../../base/index.ts';
import type { Shape } from '../../lang/index.ts';

type Pieces = Extract<Shape, { kind: 'template' }>['pieces'];

/** A text of a template, with values for what is not fixed in it. */
export const templateText = (pieces: Pieces, toValue: (shape: Shape) => unknown): string =>
  pieces
    .map((one) => {
      if (typeof one === 'string') return one;
      const value = toValue(one);
      // Of numbers those that are written as such: a template takes no `NaN`.
      return typeof value === 'number' && !Number.isFinite(value) ? '0' : String(value);
    })
    .join('');

/** What texts of a template match, and no others. */
export const templatePattern = (pieces: Pieces): RegExp => new RegExp(`^(?:${patternOf(pieces)})$`, 'su');

const patternOf = (pieces: Pieces): string =>
  pieces.map((one) => (typeof one === 'string' ? escaped(one) : partPattern(one))).join('');

function partPattern(shape: Shape): string {
  switch (shape.kind) {
    case 'number':
      return String.raw`-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+\-]?\d+)?`;
    case 'bigint':
      return String.raw`-?\d+`;
    case 'boolean':
      return '(?:false|true)';
    case 'literal':
      return escaped(String(shape.value));
    case 'undefined':
    case 'null':
      return shape.kind;
    case 'template':
      return patternOf(shape.pieces);
    case 'union':
      return `(?:${shape.members.map(partPattern).join('|')})`;
    default:
      return '.*';
  }
}

/** A value of a shape that has texts, the plainest one. */
export function plainest(shape: Shape): unknown {
  switch (shape.kind) {
    case 'number':
      return 0;
    case 'bigint':
      return 0n;
    case 'boolean':
      return true;
    case 'literal':
      return shape.value;
    case 'union':
      return plainest(shape.members[0]!);
    case 'template':
      return templateText(shape.pieces, plainest);
    default:
      return 'a';
  }
}
