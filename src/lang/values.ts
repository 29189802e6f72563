import type ts from 'typescript6';
import { type Span, span } from '../base/index.ts';
import { readFunction } from './lambdas.ts';
import { parse, parser } from './syntax.ts';

/** A call of a function with arguments that are plain values, and what it must do. */
export interface ExampleCall {
  readonly args: readonly unknown[];
  readonly expected:
    | { readonly kind: 'value'; readonly value: unknown }
    | { readonly kind: 'throws'; readonly message?: string };
  readonly span: Span;
}

/** What a module exports under a name, where that is a plain value. */
export type ReadConstant = (specifier: string, name: string) => { readonly value: unknown } | undefined;

const NOTHING: ReadConstant = () => undefined;
/** Calls read from one file, and values in one literal. */
const CALLS = 1_000;
const PARTS = 100_000;

/** Raised inside this file where an expression is not a plain value. */
class NotPlain extends Error {}

type Bindings = ReadonlyMap<string, unknown>;

/** A name of a block, read where it is asked for. */
class Declared {
  readonly initializer: ts.Expression;
  readonly bound: Bindings;
  /** Whether something in its block changes it. */
  readonly changes: boolean;

  constructor(initializer: ts.Expression, bound: Bindings, changes: boolean) {
    this.initializer = initializer;
    this.bound = bound;
    this.changes = changes;
  }
}

/** Stands for a name that has no plain value and hides one that has. */
const OPAQUE = Symbol('opaque');

/**
 * Reads expressions of plain values without running anything: literals, arrays, objects, `undefined`, `NaN`, `Infinity`,
 * signs, `new Date/Map/Set` of plain values, names bound to such; where `functions` is set, small functions too.
 */
class Reader {
  readonly api = parser();
  readonly #imported: ReadConstant;
  readonly #file: ts.SourceFile;
  /** Functions that were read; undefined where none are to be. */
  readonly #functions: Map<ts.Node, unknown> | undefined;
  readonly #constants = new Map<string, ts.Expression>();
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
    }
  }

  #import({ importClause, moduleSpecifier }: ts.ImportDeclaration): void {
    const bindings = importClause?.namedBindings;
    if (!bindings || !this.api.isNamedImports(bindings) || !this.api.isStringLiteral(moduleSpecifier)) return;
    for (const { name, propertyName } of bindings.elements)
      this.#imports.set(name.text, { specifier: moduleSpecifier.text, name: (propertyName ?? name).text });
  }

  read(node: ts.Expression, bound: Bindings): unknown {
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
    if (api.isNewExpression(node) && api.isIdentifier(node.expression)) return this.#made(node, bound);
    const known = this.#functions?.get(node) ?? (this.#functions && readFunction(node, this.#file));
    if (!known) throw new NotPlain();
    this.#functions!.set(node, known);
    return known;
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
      } else throw new NotPlain();
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

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
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

/** The value of a constant of a module, where it is plain. */
export function plainConstant(
  text: string,
  name: string,
  imported: ReadConstant = NOTHING,
): { readonly value: unknown } | undefined {
  const api = parser();
  const file = parse(text, 'module.ts');
  for (const statement of file.statements) {
    if (!api.isVariableStatement(statement)) continue;
    for (const declared of statement.declarationList.declarations) {
      const { initializer } = declared;
      if (!api.isIdentifier(declared.name) || declared.name.text !== name || !initializer) continue;
      return attempt(() => ({ value: new Reader(file, imported).read(initializer, new Map()) }));
    }
  }
  return undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotPlain || error instanceof RangeError) return undefined;
    throw error;
  }
}

const EQUAL = /^(?:toBe|toEqual|toStrictEqual)$/;
const ASSERT = /^(?:assert\.)?(?:equal|strictEqual|deepEqual|deepStrictEqual|is|same)$/;
/** Of an object they say which it is, not what is in it. */
const IDENTITY = /^(?:assert\.)?(?:toBe|equal|strictEqual|is)$/;
const ASSIGNS = /^(?:[^=!<>]|\*\*|<<|>>>?|&&|\|\||\?\?)?=$/;
/** Methods that change what they are called on. */
const CHANGES = /^(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|add|delete|clear|set\w*)$/;

/**
 * What a test file says of a function in calls with plain values: `expect(f(…)).toBe/toEqual/toStrictEqual(…)`,
 * `.toBeUndefined/Null/NaN()`, `expect(() => f(…)).toThrow(…)`, node's `assert.equal/deepEqual/throws`, alone, in tables
 * (`it.each(table)(name, callback)`) and in `for (const … of table)`; the call, its arguments and the value may be names that
 * the test declares and does not change. With `functions` an argument may be a small function, see lambdas.ts.
 */
export function exampleCallsOf(
  text: string,
  path: string,
  name: string,
  imported: ReadConstant = NOTHING,
  functions = false,
): readonly ExampleCall[] {
  const api = parser();
  const file = parse(text, path);
  const reader = new Reader(file, imported, functions);
  const found: ExampleCall[] = [];
  const add = (subject: ts.Node | undefined, bound: Bindings, expected: () => ExampleCall['expected']): void => {
    const declared = subject && api.isIdentifier(subject) ? bound.get(subject.text) : undefined;
    const call = declared instanceof Declared ? declared.initializer : subject;
    const within = declared instanceof Declared ? declared.bound : bound;
    if (!call || found.length >= CALLS) return;
    if (!api.isCallExpression(call) || call.expression.getText(file) !== name) return;
    const example = attempt(() => ({ args: reader.list(call.arguments, within), expected: expected() }));
    if (example) found.push({ ...example, span: span(call.getStart(file), call.getEnd()) });
  };
  const bodyOf = (node: ts.Node | undefined): ts.Node | undefined => {
    if (!node || !(api.isArrowFunction(node) || api.isFunctionExpression(node))) return undefined;
    if (!api.isBlock(node.body)) return node.body;
    const [only] = node.body.statements;
    if (node.body.statements.length !== 1 || !only) return undefined;
    return api.isExpressionStatement(only) || api.isReturnStatement(only) ? only.expression : undefined;
  };
  const thrown = (matcher: ts.Expression | undefined, bound: Bindings): ExampleCall['expected'] => {
    const message = matcher && attempt(() => reader.read(matcher, bound));
    return { kind: 'throws', ...(typeof message === 'string' ? { message } : {}) };
  };
  const value = (node: ts.Expression, bound: Bindings, matcher: string) => (): ExampleCall['expected'] => {
    const read = reader.read(node, bound);
    if (IDENTITY.test(matcher) && typeof read === 'object' && read !== null) throw new NotPlain();
    return { kind: 'value', value: read };
  };

  const judge = (node: ts.CallExpression, bound: Bindings): void => {
    const { expression, arguments: args } = node;
    const [first, second] = args;
    const callee = expression.getText(file);
    if (ASSERT.test(callee) && first && second) add(first, bound, value(second, bound, callee));
    else if (callee === 'assert.throws') add(bodyOf(first), bound, () => thrown(undefined, bound));
    if (!api.isPropertyAccessExpression(expression) || !api.isCallExpression(expression.expression)) return;
    const inner = expression.expression;
    if (inner.expression.getText(file) !== 'expect') return;
    const subject = inner.arguments[0];
    const matcher = expression.name.text;
    if (EQUAL.test(matcher) && first) add(subject, bound, value(first, bound, matcher));
    else if (matcher === 'toBeUndefined') add(subject, bound, () => ({ kind: 'value', value: undefined }));
    else if (matcher === 'toBeNull') add(subject, bound, () => ({ kind: 'value', value: null }));
    else if (matcher === 'toBeNaN') add(subject, bound, () => ({ kind: 'value', value: Number.NaN }));
    else if (/^toThrow(?:Error)?$/.test(matcher)) add(bodyOf(subject), bound, () => thrown(first, bound));
  };

  const visit = (node: ts.Node, outer: Bindings): void => {
    const bound = scopeOf(api, node, outer);
    if (api.isCallExpression(node)) {
      judge(node, bound);
      const each = tableOf(node);
      if (each && eachRow(each.table, each.parameters, each.body, bound)) return;
    }
    if (api.isForOfStatement(node) && api.isVariableDeclarationList(node.initializer)) {
      const pattern = node.initializer.declarations[0]?.name;
      if (pattern && eachRow(node.expression, [pattern], node.statement, bound, true)) return;
    }
    api.forEachChild(node, (child) => visit(child, bound));
  };
  /** `it.each(table)(name, callback)`. */
  const tableOf = (node: ts.CallExpression) => {
    const { expression } = node;
    if (!api.isCallExpression(expression) || !/\.each$/.test(expression.expression.getText(file))) return undefined;
    const callback = node.arguments.find((one) => api.isArrowFunction(one) || api.isFunctionExpression(one));
    const [table] = expression.arguments;
    if (!callback || !table) return undefined;
    const { parameters, body } = callback as ts.ArrowFunction;
    return { table, parameters: parameters.map((one) => one.name), body };
  };
  const eachRow = (
    table: ts.Expression,
    parameters: readonly ts.BindingName[],
    body: ts.Node,
    bound: Bindings,
    isWhole = false,
  ): boolean => {
    const rows = attempt(() => reader.read(table, bound));
    if (!Array.isArray(rows)) return false;
    for (const row of rows as unknown[]) {
      const inner = new Map(bound);
      // A row that is a list is spread over the parameters of a table's callback.
      const values = !isWhole && Array.isArray(row) ? row : [row];
      parameters.forEach((parameter, index) => {
        bind(api, parameter, values[index], inner);
      });
      visit(body, inner);
    }
    return true;
  };
  visit(file, new Map());
  return found;
}

/** The names of a block, and those that a function's parameters hide, with those around it. */
function scopeOf(api: typeof ts, node: ts.Node, outer: Bindings): Bindings {
  if (api.isFunctionLike(node)) {
    const inner = new Map(outer);
    for (const { name } of node.parameters) for (const one of namesIn(api, name)) inner.set(one, OPAQUE);
    return inner;
  }
  if (!(api.isBlock(node) || api.isSourceFile(node) || api.isModuleBlock(node))) return outer;
  const declarations = node.statements.flatMap((statement) =>
    api.isVariableStatement(statement) ? statement.declarationList.declarations : [],
  );
  if (declarations.length === 0) return outer;
  const inner = new Map(outer);
  const changed = changedIn(api, node);
  for (const { name, initializer } of declarations) {
    for (const one of namesIn(api, name)) inner.set(one, OPAQUE);
    if (api.isIdentifier(name) && initializer)
      inner.set(name.text, new Declared(initializer, inner, changed.has(name.text)));
  }
  return inner;
}

const namesIn = (api: typeof ts, name: ts.BindingName): readonly string[] =>
  api.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (api.isBindingElement(element) ? namesIn(api, element.name) : []));

/** Names that are assigned to, or whose value is changed, anywhere in a block. */
function changedIn(api: typeof ts, block: ts.Node): ReadonlySet<string> {
  const found = new Set<string>();
  const root = (node: ts.Node): ts.Node =>
    api.isPropertyAccessExpression(node) || api.isElementAccessExpression(node) ? root(node.expression) : node;
  const take = (node: ts.Node): void => {
    const name = root(node);
    if (api.isIdentifier(name)) found.add(name.text);
  };
  const visit = (node: ts.Node): void => {
    if (api.isBinaryExpression(node) && ASSIGNS.test(node.operatorToken.getText())) take(node.left);
    else if (api.isPostfixUnaryExpression(node) || api.isDeleteExpression(node))
      take('operand' in node ? node.operand : node.expression);
    else if (api.isPrefixUnaryExpression(node) && /^[+-]{2}/.test(node.getText())) take(node.operand);
    else if (api.isCallExpression(node) && api.isPropertyAccessExpression(node.expression)) {
      if (CHANGES.test(node.expression.name.text)) take(node.expression.expression);
    }
    api.forEachChild(node, visit);
  };
  visit(block);
  return found;
}

function bind(api: typeof ts, name: ts.BindingName, value: unknown, into: Map<string, unknown>): void {
  if (api.isIdentifier(name)) {
    into.set(name.text, value);
    return;
  }
  name.elements.forEach((element, index) => {
    if (!api.isBindingElement(element)) return;
    if (api.isArrayBindingPattern(name)) {
      if (Array.isArray(value)) bind(api, element.name, value[index], into);
    } else if (isPlainObject(value)) {
      const key = (element.propertyName ?? element.name) as ts.Identifier;
      bind(api, element.name, value[key.text], into);
    }
  });
}
