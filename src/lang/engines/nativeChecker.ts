import { type Expression, type Node as NativeNode, SyntaxKind } from 'typescript/unstable/ast';
import {
  isErrorType,
  isStringLiteralType,
  type Checker as NativeChecker,
  type Signature as NativeSignature,
  type Symbol as NativeSymbol,
  type Type as NativeType,
  type Project,
  SymbolFlags,
  TypeFlags,
} from 'typescript/unstable/sync';
import type { Checker, Node, Signature, Sym, Type } from '../engine.ts';
import { guarded } from './native.ts';

// The analyses hand back what they were given, so each of their objects is the client's own.
const nodes = (list: readonly Node[]): readonly NativeNode[] => list as unknown as readonly NativeNode[];
const node = (value: Node): NativeNode => value as unknown as NativeNode;
const sym = (value: Sym): NativeSymbol => value as unknown as NativeSymbol;
const type = (value: Type): NativeType => value as unknown as NativeType;
const signature = (value: Signature): NativeSignature => value as unknown as NativeSignature;
const own = <T>(value: unknown): T => value as T;

/** SignatureKind is declared but not exported by the client; these are its values. */
const SIGNATURE_KIND = { call: 0, construct: 1 } as const;

export function nativeChecker(project: Project): Checker {
  const checker: NativeChecker = project.checker;
  const targets = new Map<Sym, Sym | undefined>();
  const all: Checker = {
    is: (value, ...flags) => flags.some((flag) => (value.flags & TypeFlags[flag]) !== 0),
    isError: (value) => isErrorType(type(value)),
    symbolsAt: (list) => (list.length === 0 ? [] : own(checker.getSymbolAtLocation(nodes(list)))),
    typesAt: (list) => (list.length === 0 ? [] : own(checker.getTypeAtLocation(nodes(list)))),
    typeOfSymbol: (value) => own(checker.getTypeOfSymbol(sym(value))),
    target: (value) => {
      if ((value.flags & SymbolFlags.Alias) === 0) return value;
      if (!targets.has(value)) {
        const found = checker.getAliasedSymbol(sym(value));
        targets.set(value, checker.isUnknownSymbol(found) ? undefined : own(found));
      }
      return targets.get(value);
    },
    declarations: (value) =>
      sym(value).declarations.flatMap((handle) => {
        const found = handle.resolve(project);
        return found ? [own<Node>(found)] : [];
      }),
    exportsOf: (value) => own(checker.getExportsOfModule(sym(value))),
    property: (value, name) => own(checker.getPropertyOfType(type(value), name)),
    properties: (value) => own(checker.getPropertiesOfType(type(value))),
    indexInfos: (value) =>
      checker.getIndexInfosOfType(type(value)).map((info) => {
        const declaration = info.declaration?.resolve(project);
        return { key: own<Type>(info.keyType), ...(declaration ? { declaration: own<Node>(declaration) } : {}) };
      }),
    constituents: (value) =>
      (value.flags & TypeFlags.UnionOrIntersection) !== 0
        ? own(own<{ getTypes(): unknown }>(value).getTypes())
        : [value],
    apparent: (value) => {
      const plain = checker.getNonNullableType(type(value)) ?? type(value);
      const bound = (plain.flags & TypeFlags.Instantiable) !== 0 ? checker.getBaseConstraintOfType(plain) : plain;
      return own(bound ?? plain);
    },
    literal: (value) => (isStringLiteralType(type(value)) ? own<{ value: string }>(value).value : undefined),
    contextualType: (expression) => own(checker.getContextualType(node(expression) as Expression)),
    signatures: (value, kind) => own(checker.getSignaturesOfType(type(value), SIGNATURE_KIND[kind])),
    resolvedSignature: (call) => own(checker.getResolvedSignature(node(call))),
    signatureDeclaration: (value) => {
      const handle = signature(value).declaration;
      return handle && own(handle.resolve(project));
    },
    signatureText: (value) => {
      const declaration = checker.signatureToSignatureDeclaration(signature(value), SyntaxKind.CallSignature);
      return declaration ? project.emitter.printNode(declaration).replace(/\s+/g, ' ').replace(/;$/, '') : '';
    },
    shorthandValue: (value) => own(checker.getShorthandAssignmentValueSymbol(node(value))),
    typeText: (value, at) => checker.typeToString(type(value), at && node(at)),
    symbolOfType: (value) => own(type(value).getAliasSymbol() ?? type(value).getSymbol()),
  };
  return guardAll(all);
}

/** Each question may find the process gone. */
function guardAll(checker: Checker): Checker {
  const wrapped = Object.entries(checker).map(([name, question]) => {
    const ask = question as (...args: readonly unknown[]) => unknown;
    return [name, (...args: readonly unknown[]) => guarded(() => ask(...args))];
  });
  return Object.fromEntries(wrapped) as unknown as Checker; // same names, same functions, guarded
}
