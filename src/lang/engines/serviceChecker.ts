import type ts from 'typescript6';
import type { Checker, Node, Signature, Sym, Type } from '../engine.ts';
import { guard } from './service.ts';

// The analyses hand back what they were given, so each of their objects is the compiler's own.
const node = (value: Node): ts.Node => value as unknown as ts.Node;
const sym = (value: Sym): ts.Symbol => value as unknown as ts.Symbol;
const type = (value: Type): ts.Type => value as unknown as ts.Type;
const signature = (value: Signature): ts.Signature => value as unknown as ts.Signature;
const own = <T>(value: unknown): T => value as T;

/** Public in newer versions, internal but there in older ones. */
interface AllVersions {
  isUnknownSymbol(symbol: ts.Symbol): boolean;
  getPropertyOfType(type: ts.Type, name: string): ts.Symbol | undefined;
}

export function serviceChecker(compiler: typeof ts, checker: ts.TypeChecker): Checker {
  const { TypeFlags, SymbolFlags, SignatureKind } = compiler;
  // Not in the types of the version that is compiled against.
  const internal = checker as unknown as AllVersions;
  const target = (value: Sym): Sym | undefined => {
    if ((value.flags & SymbolFlags.Alias) === 0) return value;
    const found = checker.getAliasedSymbol(sym(value));
    return internal.isUnknownSymbol(found) ? undefined : own(found);
  };
  const all: Checker = {
    is: (value, ...flags) => flags.some((flag) => (value.flags & TypeFlags[flag]) !== 0),
    isError: (value) =>
      (value.flags & TypeFlags.Any) !== 0 &&
      /^(error|unresolved)$/.test((value as { intrinsicName?: string }).intrinsicName ?? ''),
    symbolsAt: (list) => list.map((at) => own(checker.getSymbolAtLocation(node(at)))),
    typesAt: (list) => list.map((at) => own(checker.getTypeAtLocation(node(at)))),
    typeOfSymbol: (value) => own(checker.getTypeOfSymbol(sym(value))),
    target,
    declarations: (value) => own(sym(value).declarations ?? []),
    exportsOf: (value) => own(checker.getExportsOfModule(sym(value))),
    constant: (member) => checker.getConstantValue(node(member) as ts.EnumMember),
    property: (value, name) => own(internal.getPropertyOfType(type(value), name)),
    properties: (value) => own(checker.getPropertiesOfType(type(value))),
    indexInfos: (value) =>
      checker.getIndexInfosOfType(type(value)).map(({ keyType, declaration }) => ({
        key: own<Type>(keyType),
        ...(declaration ? { declaration: own<Node>(declaration) } : {}),
      })),
    constituents: (value) =>
      (value.flags & TypeFlags.UnionOrIntersection) !== 0 ? own((type(value) as ts.UnionType).types) : [value],
    apparent: (value) => {
      const plain = checker.getNonNullableType(type(value));
      const bound = (plain.flags & TypeFlags.Instantiable) !== 0 ? checker.getBaseConstraintOfType(plain) : plain;
      return own(bound ?? plain);
    },
    literal: (value) =>
      (value.flags & TypeFlags.StringLiteral) !== 0 ? (type(value) as ts.StringLiteralType).value : undefined,
    contextualType: (expression) => own(checker.getContextualType(node(expression) as ts.Expression)),
    signatures: (value, kind) =>
      own(checker.getSignaturesOfType(type(value), kind === 'call' ? SignatureKind.Call : SignatureKind.Construct)),
    resolvedSignature: (call) => own<Signature>(checker.getResolvedSignature(node(call) as ts.CallLikeExpression)),
    signatureDeclaration: (value) => own((value as { declaration?: unknown }).declaration),
    signatureText: (value) => checker.signatureToString(signature(value)),
    shorthandValue: (value) => own(checker.getShorthandAssignmentValueSymbol(node(value))),
    typeText: (value, at) => checker.typeToString(type(value), at && node(at)),
    fullText: (value) =>
      checker.typeToString(
        type(value),
        undefined,
        compiler.TypeFormatFlags.NoTruncation |
          compiler.TypeFormatFlags.InTypeAlias |
          compiler.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope,
      ),
    declaredType: (value) => own(checker.getDeclaredTypeOfSymbol(sym(value))),
    symbolOfType: (value) => own(type(value).aliasSymbol ?? type(value).getSymbol()),
  };
  const guarded = Object.entries(all).map(([name, question]) => [name, guard(question as () => unknown)]);
  return Object.fromEntries(guarded) as unknown as Checker; // same names, same functions, guarded
}
