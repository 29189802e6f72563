import type ts from 'typescript6';
import { span } from '../base/index.ts';
import { importsOf } from './interpret/modules.ts';
import { parse, parser } from './syntax.ts';
import {
  attempt,
  type Bindings,
  Declared,
  type ExampleCall,
  isPlainObject,
  NOTHING,
  NotPlain,
  OPAQUE,
  type ReadConstant,
  Reader,
} from './values.ts';

/** Calls read from one file. */
const CALLS = 1_000;
/** Names and calls of calls that are followed. */
const FOLLOWED = 4;
const EQUAL = /^(?:toBe|toEqual|toStrictEqual)$/;
const ASSERT = /^(?:assert\.)?(?:equal|strictEqual|deepEqual|deepStrictEqual|is|same)$/;
/** Of an object they say which it is, not what is in it. */
const IDENTITY = /^(?:assert\.)?(?:toBe|equal|strictEqual|is)$/;
/** A name as classes have them, and constants have not. */
const CLASS = /^[A-Z]\w*[a-z]\w*$/;
const ASSIGNS = /^(?:[^=!<>]|\*\*|<<|>>>?|&&|\|\||\?\?)?=$/;
/** Methods that change what they are called on. */
const CHANGES = /^(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|add|delete|clear|set\w*)$/;

/**
 * What a file calls a function by that it imports: the name it imports it under, a member of the whole module (`all.f`).
 * `leads`: whether a specifier leads to where the function is from.
 */
export function calleesOf(
  text: string,
  path: string,
  name: string,
  leads: (specifier: string) => boolean,
): readonly string[] {
  const named = importsOf(text, path).filter((one) => one.name === name && leads(one.specifier));
  const wholes = wholesOf(parser(), parse(text, path)).filter(({ specifier }) => leads(specifier));
  return [...named.map(({ local }) => local), ...wholes.map(({ local }) => `${local}.${name}`)];
}

/**
 * What a test file says of a function, by what it calls it (`f`, `all.f`), in calls with plain values: `expect(f(…)).toBe/toEqual/toStrictEqual(…)`,
 * `.toBeUndefined/Null/NaN()`, `expect(() => f(…)).toThrow(…)`, node's `assert.equal/deepEqual/throws`, alone, in tables
 * (`it.each(table)(name, callback)`) and in `for (const … of table)`; the call, its arguments and the value may be names that
 * the test declares and does not change. With `functions` an argument may be a small function, see lambdas.ts.
 */
export function exampleCallsOf(
  text: string,
  path: string,
  names: readonly string[],
  imported: ReadConstant = NOTHING,
  functions = false,
): readonly ExampleCall[] {
  const api = parser();
  const file = parse(text, path);
  const reader = new Reader(file, imported, functions);
  const found: ExampleCall[] = [];
  const callees = new Set(names);
  const add = (subject: ts.Node | undefined, bound: Bindings, expected: Told): void => {
    if (found.length >= CALLS) return;
    const call = calledAt(subject, bound, 0);
    const example = call && attempt(() => ({ ...call.args(), expected: expected(call.handed) }));
    if (example) found.push({ ...example, span: span(call.node.getStart(file), call.node.getEnd()) });
  };
  /** The call that a node is, or a name stands for: of the function itself, or of what it gives. */
  const calledAt = (node: ts.Node | undefined, bound: Bindings, depth: number): Called | undefined => {
    const declared = node && api.isIdentifier(node) ? bound.get(node.text) : undefined;
    if (depth >= FOLLOWED) return undefined;
    if (declared instanceof Declared)
      return declared.changes ? undefined : calledAt(declared.initializer, declared.bound, depth + 1);
    if (!node || !api.isCallExpression(node)) return undefined;
    const { expression, arguments: given } = node;
    const callee = expression.getText(file);
    const handed = new Set(given.filter(api.isIdentifier).map(({ text }) => text));
    if (callees.has(callee)) return { node, handed, isWhole: true, args: () => ({ args: reader.list(given, bound) }) };
    if (!functions) return undefined;
    // `pipe(value, f(…))` calls what `f` gives with the value.
    const [value, through] = given;
    const isPipe = callee === 'pipe' && through !== undefined && given.length === 2;
    const inner = calledAt(isPipe ? through : expression, bound, depth + 1);
    if (!inner?.isWhole) return undefined;
    const further = () => (isPipe ? [reader.read(value!, bound)] : reader.list(given, bound));
    return { node, handed, isWhole: false, args: () => ({ ...inner.args(), further: further() }) };
  };
  const bodyOf = (node: ts.Node | undefined): ts.Node | undefined => {
    if (!node || !(api.isArrowFunction(node) || api.isFunctionExpression(node))) return undefined;
    if (!api.isBlock(node.body)) return node.body;
    const [only] = node.body.statements;
    if (node.body.statements.length !== 1 || !only) return undefined;
    return api.isExpressionStatement(only) || api.isReturnStatement(only) ? only.expression : undefined;
  };
  /** What a matcher says of an error: its class, an error like it, an object of its name and message, a part of its message. */
  const thrown = (matcher: ts.Expression | undefined, bound: Bindings): ExampleCall['expected'] => {
    if (!matcher) return { kind: 'throws' };
    const textOf = (node: ts.Expression | undefined): string | undefined => {
      const read = node && attempt(() => reader.read(node, bound));
      return typeof read === 'string' ? read : undefined;
    };
    const told = (error: string | undefined, message: string | undefined): ExampleCall['expected'] => ({
      kind: 'throws',
      ...(error !== undefined && CLASS.test(error) ? { error } : {}),
      ...(message === undefined ? {} : { message }),
    });
    if (api.isNewExpression(matcher)) return told(matcher.expression.getText(file), textOf(matcher.arguments?.[0]));
    if (api.isObjectLiteralExpression(matcher)) {
      const part = (name: string): string | undefined =>
        textOf(
          matcher.properties.find(
            (one): one is ts.PropertyAssignment => api.isPropertyAssignment(one) && one.name.getText(file) === name,
          )?.initializer,
        );
      return told(part('name'), part('message'));
    }
    const message = textOf(matcher);
    return told(message === undefined ? matcher.getText(file) : undefined, message);
  };
  const value =
    (node: ts.Expression, bound: Bindings, matcher: string) =>
    (handed: ReadonlySet<string>): ExampleCall['expected'] => {
      const read = reader.read(node, bound);
      // What is the same as a name's value is equal to it; but what is handed in may be changed.
      const isNamed = functions && api.isIdentifier(node) && !handed.has(node.text);
      if (IDENTITY.test(matcher) && typeof read === 'object' && read !== null && !isNamed) throw new NotPlain();
      return { kind: 'value', value: read };
    };

  const judge = (node: ts.CallExpression, bound: Bindings): void => {
    const { expression, arguments: args } = node;
    const [first, second] = args;
    const callee = expression.getText(file);
    if (ASSERT.test(callee) && first && second) add(first, bound, value(second, bound, callee));
    else if (callee === 'assert.throws') add(bodyOf(first), bound, () => thrown(second, bound));
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

/** Names that a file gives to whole modules: `import * as all from './module'`. */
const wholesOf = (
  api: typeof ts,
  { statements }: ts.SourceFile,
): readonly { readonly local: string; readonly specifier: string }[] =>
  statements.flatMap((statement) => {
    if (!api.isImportDeclaration(statement) || !api.isStringLiteral(statement.moduleSpecifier)) return [];
    const bindings = statement.importClause?.namedBindings;
    const specifier = statement.moduleSpecifier.text;
    return bindings && api.isNamespaceImport(bindings) ? [{ local: bindings.name.text, specifier }] : [];
  });

/** A call whose arguments are to be read. */
interface Called {
  readonly node: ts.Node;
  /** Names among its arguments. */
  readonly handed: ReadonlySet<string>;
  /** Whether it is a call of the function itself. */
  readonly isWhole: boolean;
  readonly args: () => Pick<ExampleCall, 'args' | 'further'>;
}

type Told = (handed: ReadonlySet<string>) => ExampleCall['expected'];

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
  const functions = node.statements.filter(api.isFunctionDeclaration).filter(({ name }) => name !== undefined);
  if (declarations.length === 0 && functions.length === 0) return outer;
  const inner = new Map(outer);
  const changed = changedIn(api, node);
  for (const one of functions) inner.set(one.name!.text, new Declared(one, inner, changed.has(one.name!.text)));
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
