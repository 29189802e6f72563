import type ts from 'typescript6';
import type { Span } from '../base/index.ts';
import { expressionValue } from './interpret/modules.ts';
import { readFunction } from './lambdas.ts';
import { parse, parser } from './syntax.ts';
import type { Thrown } from './thrown.ts';

/** A call of a function with arguments that are plain values, and what it must do. */
export interface ExampleCall {
  readonly args: readonly unknown[];
  readonly expected: { readonly kind: 'value'; readonly value: unknown } | ({ readonly kind: 'throws' } & Thrown);
  readonly span: Span;
  /** Where the call gives a function: what that one is called with. The value is what comes of it. */
  readonly further?: readonly unknown[];
}

/** What a module exports under a name, where that is a plain value. */
export type ReadConstant = (specifier: string, name: string) => { readonly value: unknown } | undefined;

export const NOTHING: ReadConstant = () => undefined;
/** Values in one literal. */
const PARTS = 100_000;

/** Raised inside this file where an expression is not a plain value. */
export class NotPlain extends Error {}

export type Bindings = ReadonlyMap<string, unknown>;

/** A name of a block, read where it is asked for. */
export class Declared {
  readonly initializer: ts.Expression | ts.FunctionDeclaration;
  readonly bound: Bindings;
  /** Whether something in its block changes it. */
  readonly changes: boolean;

  constructor(initializer: ts.Expression | ts.FunctionDeclaration, bound: Bindings, changes: boolean) {
    this.initializer = initializer;
    this.bound = bound;
    this.changes = changes;
  }
}

/** Stands for a name that has no plain value and hides one that has. */
export const OPAQUE = Symbol('opaque');

/**
 * Reads expressions of plain values without running anything: literals, arrays, objects, `undefined`, `NaN`, `Infinity`,
 * signs, `new Date/Map/Set` of plain values, names bound to such; where `functions` is set, small functions too, and what is computed
 * of all these by what interpret/ reads.
 */
export class Reader {
  readonly api = parser();
  readonly #imported: ReadConstant;
  readonly #file: ts.SourceFile;
  /** Functions that were read; undefined where none are to be. */
  readonly #functions: Map<ts.Node, unknown> | undefined;
  readonly #constants = new Map<string, ts.Expression | ts.FunctionDeclaration>();
  readonly #imports = new Map<string, { readonly specifier: string; readonly name: string }>();
  #parts = 0;

  constructor(file: ts.SourceFile, imported: ReadConstant, functions = false) {
    this.#imported = imported;
    this.#file = file;
    this.#functions = functions ? new Map() : undefined;
    for (const statement of file.statements) {
      if (this.api.isVariableStatement(statement)) {
        if ((statement.declarationList.flags & this.api.NodeFlags.Const) === 0) continue;
        for (const { name, initializer } of statement.declarationList.declarations)
          if (this.api.isIdentifier(name) && initializer) this.#constants.set(name.text, initializer);
      } else if (this.api.isImportDeclaration(statement)) this.#import(statement);
      else if (this.api.isFunctionDeclaration(statement) && statement.name)
        this.#constants.set(statement.name.text, statement);
    }
  }

  #import({ importClause, moduleSpecifier }: ts.ImportDeclaration): void {
    const bindings = importClause?.namedBindings;
    if (!bindings || !this.api.isNamedImports(bindings) || !this.api.isStringLiteral(moduleSpecifier)) return;
    for (const { name, propertyName } of bindings.elements)
      this.#imports.set(name.text, { specifier: moduleSpecifier.text, name: (propertyName ?? name).text });
  }

  read(node: ts.Expression | ts.FunctionDeclaration, bound: Bindings): unknown {
    if (++this.#parts >= PARTS) throw new NotPlain();
    const { api } = this;
    if (
      api.isAsExpression(node) ||
      api.isSatisfiesExpression(node) ||
      api.isParenthesizedExpression(node) ||
      api.isNonNullExpression(node)
    )
      return this.read(node.expression, bound);
    if (api.isStringLiteralLike(node)) return node.text;
    if (api.isNumericLiteral(node)) return Number(node.text);
    switch (node.kind) {
      case api.SyntaxKind.TrueKeyword:
        return true;
      case api.SyntaxKind.FalseKeyword:
        return false;
      case api.SyntaxKind.NullKeyword:
        return null;
    }
    if (api.isPrefixUnaryExpression(node)) {
      const inner = this.read(node.operand, bound);
      if (typeof inner === 'number' && node.operator === api.SyntaxKind.MinusToken) return -inner;
      if (typeof inner === 'number' && node.operator === api.SyntaxKind.PlusToken) return inner;
    }
    if (api.isIdentifier(node)) return this.#name(node.text, bound);
    if (api.isPropertyAccessExpression(node)) {
      const object = this.read(node.expression, bound);
      if (isPlainObject(object) && Object.hasOwn(object, node.name.text)) return object[node.name.text];
    }
    if (api.isArrayLiteralExpression(node)) return this.list(node.elements, bound);
    if (api.isObjectLiteralExpression(node)) return this.#object(node, bound);
    if (!this.#functions && api.isNewExpression(node) && api.isIdentifier(node.expression))
      return this.#made(node, bound);
    const known = this.#functions?.get(node) ?? (this.#functions && readFunction(node, this.#file));
    if (known) this.#functions!.set(node, known);
    if (known || !this.#functions) return known ?? notPlain();
    if (api.isFunctionLike(node)) throw new NotPlain();
    return this.#computed(node, bound);
  }

  /** What is computed of plain values by what can be read. */
  #computed(node: ts.Expression, bound: Bindings): unknown {
    const result = expressionValue(node, this.#file, (name) => {
      const value = attempt(() => ({ value: this.#name(name, bound) }));
      return value && (() => value.value);
    });
    return result ? result.value : notPlain();
  }

  /** Items of a list or arguments of a call, spreads of plain lists included. */
  list(nodes: readonly ts.Expression[], bound: Bindings): unknown[] {
    return nodes.flatMap((item) => {
      if (!this.api.isSpreadElement(item)) return [this.read(item, bound)];
      const spread = this.read(item.expression, bound);
      if (!Array.isArray(spread)) throw new NotPlain();
      return spread as unknown[];
    });
  }

  #name(name: string, bound: Bindings): unknown {
    if (bound.has(name)) {
      const value = bound.get(name);
      if (value === OPAQUE || (value instanceof Declared && value.changes)) throw new NotPlain();
      return value instanceof Declared ? this.read(value.initializer, value.bound) : value;
    }
    if (name === 'undefined') return undefined;
    if (name === 'NaN') return Number.NaN;
    if (name === 'Infinity') return Number.POSITIVE_INFINITY;
    const constant = this.#constants.get(name);
    if (constant) return this.read(constant, bound);
    const from = this.#imports.get(name);
    const found = from && this.#imported(from.specifier, from.name);
    if (found) return found.value;
    throw new NotPlain();
  }

  #object(node: ts.ObjectLiteralExpression, bound: Bindings): unknown {
    const made: Record<string, unknown> = {};
    for (const property of node.properties) {
      let name: string;
      let value: unknown;
      if (this.api.isShorthandPropertyAssignment(property)) {
        name = property.name.text;
        value = this.#name(name, bound);
      } else if (this.api.isPropertyAssignment(property) && !this.api.isComputedPropertyName(property.name)) {
        name = (property.name as ts.Identifier).text;
        value = this.read(property.initializer, bound);
      } else if (this.#functions) return this.#computed(node, bound);
      else throw new NotPlain();
      Object.defineProperty(made, name, { value, enumerable: true, writable: true, configurable: true });
    }
    return made;
  }

  #made(node: ts.NewExpression, bound: Bindings): unknown {
    const args = this.list(node.arguments ?? [], bound);
    const [first] = args;
    switch ((node.expression as ts.Identifier).text) {
      case 'Date':
        if (args.length === 1 && (typeof first === 'string' || typeof first === 'number')) return new Date(first);
        break;
      case 'Set':
        if (args.length === 0 || Array.isArray(first)) return new Set(first as unknown[] | undefined);
        break;
      case 'Map':
        if (args.length === 0 || (Array.isArray(first) && first.every((one) => Array.isArray(one) && one.length === 2)))
          return new Map(first as [unknown, unknown][] | undefined);
    }
    throw new NotPlain();
  }
}

function notPlain(): never {
  throw new NotPlain();
}

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** An expression of plain values as a value; undefined where it is anything else. */
export function plainValue(text: string): { readonly value: unknown } | undefined {
  const api = parser();
  const file = parse(`(${text}\n);`, 'value.ts');
  const [statement] = file.statements;
  if (file.parseDiagnostics?.length || file.statements.length !== 1 || !statement) return undefined;
  if (!api.isExpressionStatement(statement)) return undefined;
  return attempt(() => ({ value: new Reader(file, NOTHING).read(statement.expression, new Map()) }));
}

/** The arguments of a call of `name` that the text is, where they are plain values or names that `constants` declare. */
export function plainCall(
  text: string,
  name: string,
  constants = '',
  functions = false,
): readonly unknown[] | undefined {
  const api = parser();
  const file = parse(`${constants}\n;${text}\n;`, 'call.ts');
  const statement = file.statements.findLast((one) => one.kind !== api.SyntaxKind.EmptyStatement);
  if (file.parseDiagnostics?.length || !statement || !api.isExpressionStatement(statement)) return undefined;
  const call = statement.expression;
  if (!api.isCallExpression(call) || call.expression.getText(file) !== name) return undefined;
  return attempt(() => new Reader(file, NOTHING, functions).list(call.arguments, new Map()));
}

export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotPlain || error instanceof RangeError) return undefined;
    throw error;
  }
}
