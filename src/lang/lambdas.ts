import type ts from 'typescript6';
import { Functions } from './interpret/functions.ts';
import { staticOf } from './interpret/library.ts';
import { Beyond, type Callable, isOpaque, Names, outside, textOf, toldFunction } from './interpret/machine.ts';
import { javascriptOf, parser } from './syntax.ts';

/**
 * Small functions that stand as arguments in examples, made callable without running their text, see interpret/. Whatever a
 * function takes from around it is not read.
 */

const TEXT = 2_000;
/** A module, so that nothing is said of strictness. */
const EXPORT = 'export default ';
const NAMED = /^(?:String|Number|Boolean|parseInt|parseFloat)$/;
const NATIVE: Readonly<Record<string, unknown>> = { String, Number, Boolean, parseInt, parseFloat };

/** The JavaScript of a function that was read; undefined for any other value. */
export const functionText = (value: unknown): string | undefined =>
  typeof value === 'function' ? textOf(value) : undefined;

/** The text of an instance that was read; undefined for what is no more than what it holds. */
export const instanceText = (value: unknown): string | undefined => (isOpaque(value) ? textOf(value) : undefined);

/** A function of an example as one that can be called; undefined where its text goes beyond what is read. */
export function readFunction(node: ts.Node, file: ts.SourceFile): Callable | undefined {
  const api = parser();
  const text = node.getText(file);
  if (text.length > TEXT) return undefined;
  const native = NAMED.test(text) ? NATIVE[text] : staticOf(text)?.value;
  if (typeof native === 'function') return toldFunction((...args) => (native as Callable)(...args), text);
  if (!api.isArrowFunction(node) && !api.isFunctionExpression(node) && !api.isFunctionDeclaration(node))
    return undefined;
  try {
    const reader = new Functions(file, () => undefined);
    const make = reader.lambda(node, new Names()) as (scope: { values: unknown[]; parent: undefined }) => Callable;
    const call = make({ values: [], parent: undefined });
    return toldFunction(
      outside(call),
      javascriptOf(`${EXPORT}${text}`, 'lambda.ts').trim().replace(/;$/, '').slice(EXPORT.length),
    );
  } catch (error) {
    if (error instanceof Beyond) return undefined;
    throw error;
  }
}
