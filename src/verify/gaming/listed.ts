import type { SyntaxNode } from '../../lang/index.ts';
import type { RawAssertion } from './assertions.ts';
import type { Canon, Printed } from './canon.ts';
import { bare, chainOf, isFunction } from './scope.ts';

/** A value of a list that a helper of the tests is handed, and what the helper asks of it. */
export interface Listed {
  readonly value: SyntaxNode;
  readonly given: RawAssertion;
  readonly read: (node: SyntaxNode) => Printed;
}

/** What says how something is tried, not with what. */
const HOW = /^(?:arg|argument|option|param|parameter)s?$/;

/**
 * The values that a helper asks about one by one, `test({ validator: 'isSlug', valid: ['a-b'], invalid: ['A'] })`: what is tried
 * is named, and the name of a list is what is expected of all that it holds.
 *
 * @param isHelper whether a name is that of a function of the tests
 */
export function listedIn(node: SyntaxNode, canon: Canon, isHelper: (name: SyntaxNode) => boolean): readonly Listed[] {
  if (node.kind !== 'CallExpression' || node.parent?.kind !== 'ExpressionStatement') return [];
  const { root, links } = chainOf(node);
  const [only, more] = links.length === 1 ? (links[0]!.args ?? []) : [];
  const object = only && !more ? bare(only) : undefined;
  if (object?.kind !== 'ObjectLiteralExpression' || root.kind !== 'Identifier' || !isHelper(root)) return [];
  const entries = object.parts('properties').map((one) => {
    const value = one.part('initializer');
    return { name: one.part('name')?.value ?? '', value: value && bare(value), whole: one };
  });
  if (entries.some(({ value }) => value && isFunction(value))) return [];
  const isList = ({ name, value }: (typeof entries)[number]): boolean =>
    !HOW.test(name) && value?.kind === 'ArrayLiteralExpression' && value.parts('elements').length > 0;
  const named = entries.flatMap(({ value }) => (value?.kind === 'StringLiteral' ? [value.value ?? ''] : []));
  if (named.length === 0) return [];
  const about = named.join();
  const how = entries.filter((one) => !isList(one)).map(({ whole }) => canon.print(whole).text);
  const by = `${root.value}(${how.join()})`;
  const read = (one: SyntaxNode): Printed => {
    const printed = canon.print(one);
    const [text, shape] = [`${about}(${printed.text})`, `${about}(${printed.shape})`];
    const literals = [...printed.literals, ...named.map((name) => JSON.stringify(name))];
    return { ...printed, text, shape, literals, names: [...printed.names, ...named] };
  };
  return entries.filter(isList).flatMap(({ name, value }) =>
    value!.parts('elements').map((one): Listed => {
      const asked = { op: 'helper' as const, not: false, subject: one, expected: [], isAsync: false, by };
      return { value: one, given: { ...asked, implied: name }, read };
    }),
  );
}
