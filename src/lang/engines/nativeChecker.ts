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
/** TypeFormatFlags: NoTruncation, InTypeAlias and UseAliasDefinedOutsideCurrentScope, of which the client exports no names. */
const FULL_TEXT = 1 | (1 << 23) | (1 << 14);

const SIGNATURE_KIND = { call: 0, construct: 1 } as const;

export function nativeChecker(project: Project): Checker {
  const checker: NativeChecker = project.checker;
  // A type keeps its identity within a snapshot, and each question is a round trip: none is asked twice.
  const nonNullable = memo((value: NativeType) => checker.getNonNullableType(value) ?? value);
  const constraint = memo((value: NativeType) => checker.getBaseConstraintOfType(value) ?? value);
  const properties = memo((value: Type) => own<readonly Sym[]>(checker.getPropertiesOfType(type(value))));
  const calls = memo((value: Type) =>
    own<readonly Signature[]>(checker.getSignaturesOfType(type(value), SIGNATURE_KIND.call)),
  );
  const constructs = memo((value: Type) =>
    own<readonly Signature[]>(checker.getSignaturesOfType(type(value), SIGNATURE_KIND.construct)),
  );
  const byName = memo((_: Type) => new Map<string, Sym | undefined>());
  const constituents = memo((value: Type) => own<readonly Type[]>(own<{ getTypes(): unknown }>(value).getTypes()));
  const texts = memo((value: Type) => checker.typeToString(type(value)));
  const indexInfos = memo((value: Type) =>
    checker.getIndexInfosOfType(type(value)).map((info) => {
      const declaration = info.declaration?.resolve(project);
      return { key: own<Type>(info.keyType), ...(declaration ? { declaration: own<Node>(declaration) } : {}) };
    }),
  );
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
    constant: (member) => checker.getConstantValue(node(member)),
    property: (value, name) => {
      const known = byName(value);
      if (!known.has(name)) known.set(name, own(checker.getPropertyOfType(type(value), name)));
      return known.get(name);
    },
    properties,
    indexInfos,
    constituents: (value) => ((value.flags & TypeFlags.UnionOrIntersection) !== 0 ? constituents(value) : [value]),
    apparent: (value) => {
      const given = type(value);
      // Only these can hold null or undefined; what is an object or a primitive stays what it is.
      const mayBeNull = (given.flags & (TypeFlags.Union | TypeFlags.Instantiable | TypeFlags.Unknown)) !== 0;
      const plain = mayBeNull ? nonNullable(given) : given;
      return own((plain.flags & TypeFlags.Instantiable) !== 0 ? constraint(plain) : plain);
    },
    literal: (value) => (isStringLiteralType(type(value)) ? own<{ value: string }>(value).value : undefined),
    contextualType: (expression) => own(checker.getContextualType(node(expression) as Expression)),
    signatures: (value, kind) => (kind === 'call' ? calls : constructs)(value),
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
    typeText: (value, at) => (at ? checker.typeToString(type(value), node(at)) : texts(value)),
    fullText: (value) => checker.typeToString(type(value), undefined, FULL_TEXT),
    declaredType: (value) => own(checker.getDeclaredTypeOfSymbol(sym(value))),
    symbolOfType: (value) => own(type(value).getAliasSymbol() ?? type(value).getSymbol()),
  };
  return guardAll(all);
}

function memo<K extends object, V>(question: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = question(key);
      known.set(key, value);
    }
    return value;
  };
}

/** Each question may find the process gone. */
function guardAll(checker: Checker): Checker {
  const wrapped = Object.entries(checker).map(([name, question]) => {
    const ask = question as (...args: readonly unknown[]) => unknown;
    return [name, (...args: readonly unknown[]) => guarded(() => ask(...args))];
  });
  return Object.fromEntries(wrapped) as unknown as Checker; // same names, same functions, guarded
}
