import type { Checker, Node, Sym, Type } from '../engine.ts';

/** Values of `SymbolFlags`, equal in all versions. */
const TYPE_ALIAS = 1 << 19;
const TRANSIENT = 1 << 25;

/** Properties that are offered as nearest names, at most. */
const OFFERED_LIMIT = 5_000;

/** A symbol that the compiler makes up where a type is not found. */
export const isMadeUp = (checker: Checker, symbol: Sym): boolean =>
  (symbol.flags & TYPE_ALIAS) !== 0 && (symbol.flags & TRANSIENT) !== 0 && checker.declarations(symbol).length === 0;

/** Members of unions, all levels. */
export function unionMembers(checker: Checker, type: Type): readonly Type[] {
  if (!checker.is(type, 'Union')) return [type];
  return checker.constituents(type).flatMap((member) => unionMembers(checker, member));
}

export type Found =
  | { readonly symbol: Sym }
  /** Through an index signature, which has no declaration where a mapped type made it. */
  | { readonly index: Node | undefined };

/** A property of a type by name, through an index signature if need be. */
export function lookUp(checker: Checker, type: Type, name: string): Found | undefined {
  const apparent = checker.apparent(type);
  const symbol = checker.property(apparent, name);
  if (symbol) return { symbol };
  const infos = checker.indexInfos(apparent);
  const isNumeric = String(Number(name)) === name;
  const info = infos.find(({ key }) => checker.is(key, 'String', 'TemplateLiteral', 'StringMapping') || isNumeric);
  return info && { index: info.declaration };
}

/** Names of a type's properties; those of symbols left out. */
export function propertyNames(checker: Checker, type: Type): readonly string[] {
  const apparent = checker.apparent(type);
  return unionMembers(checker, apparent)
    .flatMap((member) => checker.properties(member))
    .slice(0, OFFERED_LIMIT)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('__@') && !name.startsWith('#'));
}
