import { nearestNames } from '../../base/index.ts';
import type { Checker, Kinds, Node, Type } from '../engine.ts';
import type { NameUse, Resolution } from '../types.ts';
import { describe } from './declarations.ts';
import { lookUp, propertyNames, unionMembers } from './lookup.ts';
import { firstLine } from './modules.ts';
import { isOnlyItself, type Resolved, type Resolver, type SiteOf } from './resolver.ts';

/**
 * A key of an object literal, or a JSX attribute, against the type that is expected there. Undefined where nothing is
 * expected, so that the key declares rather than names something.
 */
export function resolveKey(resolver: Resolver, site: SiteOf<'key' | 'attribute'>): Resolved | undefined {
  const { checker, complaints } = resolver;
  const { node, literal, role } = site;
  const name = node.text ?? '';
  const expected = expectedTypes(resolver, literal);
  if (!expected) return undefined;
  const found = expected.flatMap((type) => lookUp(checker, type, name) ?? []);
  const own = complaints.ofKey(node);
  if (found.length > 0) {
    const declarations = found.flatMap(
      (one): NonNullable<NameUse['resolution'] & { status: 'found' }>['declarations'] => {
        if ('symbol' in one) {
          const resolution = resolver.found(one.symbol);
          return resolution.status === 'found' ? resolution.declarations : [];
        }
        return one.index ? describe(resolver.at, [one.index], name, resolver.version) : [];
      },
    );
    const resolution: Resolution = { status: 'found', declarations: withoutRepeats(declarations) };
    return isOnlyItself(resolver, resolution, node) ? undefined : { resolution };
  }
  if (role === 'attribute' && name.includes('-')) return undefined; // `data-…` is always allowed
  const error = own ?? complaints.around(node, outermost(resolver.program.kinds, literal));
  if (!error) return undefined;
  const type = checker.contextualType(literal);
  return {
    resolution: {
      status: 'missing',
      reason: own ? firstLine(own.message) : `'${name}' does not exist on the type that is expected here.`,
      nearest: nearestNames(
        name,
        expected.flatMap((member) => propertyNames(checker, member)),
      ),
    },
    receiver: type && checker.typeText(type),
  };
}

/** The object types that a literal may be; undefined where anything may stand. */
function expectedTypes({ checker }: Resolver, literal: Node): readonly Type[] | undefined {
  const type = checker.contextualType(literal);
  if (!type) return undefined;
  const members = unionMembers(checker, checker.apparent(type));
  if (members.some((member) => checker.is(member, 'Any', 'Unknown', 'Never') || checker.isError(member)))
    return undefined;
  const objects = members.filter((member) => checker.is(member, 'Object', 'Intersection', 'TypeParameter'));
  const isOpen = (member: Type): boolean =>
    checker.properties(member).length === 0 && checker.indexInfos(member).length === 0;
  return objects.length === 0 || objects.some(isOpen) ? undefined : objects;
}

/** The call, element, declaration or statement whose check an excess key of a literal would fail. */
function outermost(kinds: Kinds, literal: Node): Node {
  let at = literal;
  while (at.parent) {
    const { kind } = at.parent;
    const isWithin =
      kind === kinds.PropertyAssignment ||
      kind === kinds.JsxAttribute ||
      kind === kinds.JsxAttributes ||
      kind === kinds.JsxExpression ||
      kind === kinds.ObjectLiteralExpression ||
      kind === kinds.ArrayLiteralExpression ||
      kind === kinds.ParenthesizedExpression ||
      kind === kinds.SatisfiesExpression;
    const isLast =
      kind === kinds.CallExpression ||
      kind === kinds.NewExpression ||
      kind === kinds.VariableDeclaration ||
      kind === kinds.JsxOpeningElement ||
      kind === kinds.JsxSelfClosingElement ||
      kind === kinds.PropertyDeclaration ||
      kind === kinds.BinaryExpression;
    if (isLast) return at.parent;
    if (!isWithin) return at;
    at = at.parent;
  }
  return at;
}

/** A string literal where a union of literals is expected; undefined where any string may stand. */
export function resolveLiteral(
  resolver: Resolver,
  { node, against }: SiteOf<'literal'>,
  other: Type | undefined,
): Resolved | undefined {
  const { checker, complaints } = resolver;
  const type = against ? other : checker.contextualType(node);
  const expected = type && literalsOf(checker, type);
  if (!type || !expected) return undefined;
  const value = node.text ?? '';
  if (expected.has(value))
    return { resolution: { status: 'found', declarations: [] }, receiver: checker.typeText(type) };
  const error = against
    ? complaints.ofComparison(node)
    : (complaints.at(node) ?? complaints.around(node, outermost(resolver.program.kinds, node)));
  if (!error) return undefined;
  return {
    resolution: { status: 'missing', reason: firstLine(error.message), nearest: nearestNames(value, expected) },
    receiver: checker.typeText(type),
  };
}

/** The string literals of a type, where it allows no other string. */
function literalsOf(checker: Checker, type: Type): ReadonlySet<string> | undefined {
  const members = unionMembers(checker, type);
  if (members.some((member) => checker.is(member, 'Any', 'Unknown', 'Never') || checker.isError(member)))
    return undefined;
  const open = ['String', 'TemplateLiteral', 'StringMapping', 'TypeParameter', 'Intersection', 'EnumLiteral'] as const;
  if (members.some((member) => checker.is(member, ...open))) return undefined;
  const values = members.flatMap((member) => checker.literal(member) ?? []);
  return values.length === 0 ? undefined : new Set(values);
}

function withoutRepeats<T extends { readonly path: string; readonly span: { readonly start: number } }>(
  declarations: readonly T[],
): readonly T[] {
  const seen = new Set<string>();
  return declarations.filter(({ path, span }) => {
    const key = `${path} ${span.start}`;
    return !seen.has(key) && seen.add(key);
  });
}
