import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import type ts from 'typescript6';
import { fail, ok, type Result, type Span, span } from '../base/index.ts';

/**
 * What a text says by its grammar alone, without a project: no name is looked up, nothing is run. Parsed by the bundled
 * TypeScript 6, which is loaded on first use.
 */

/** A plain value as it stands in a file, each part with its place. */
export type Literal =
  | { readonly kind: 'object'; readonly span: Span; readonly entries: readonly LiteralEntry[] }
  | { readonly kind: 'array'; readonly span: Span; readonly items: readonly Literal[] }
  | { readonly kind: 'value'; readonly span: Span; readonly value: string | number | boolean | null };

export interface LiteralEntry {
  readonly key: string;
  readonly span: Span;
  readonly value: Literal;
}

/** One statement of a piece of code. */
export interface Statement {
  readonly kind: 'import' | 'expression' | 'declaration' | 'other';
  readonly span: Span;
  /** Of an expression statement; of a call of `console.log` with one argument, that argument. */
  readonly expression?: Span;
  /** Whether `expression` is what is printed. */
  readonly printed?: true;
  /** Of an import: where from, as a literal inside its quotes. */
  readonly module?: Span;
  /** Names that the statement declares for those after it. */
  readonly declares: readonly string[];
}

/** A piece of code as statements. */
export interface Code {
  readonly statements: readonly Statement[];
  /** Every identifier that is read as a value or a type, wherever. */
  readonly identifiers: ReadonlySet<string>;
  /** What the grammar does not allow; the first only. */
  readonly problem?: { readonly message: string; readonly span: Span };
}

/** A doc comment before a declaration. */
export interface DocComment {
  /** The nearest declared name: of a member `Class.member`. */
  readonly name: string;
  readonly exported: boolean;
  readonly span: Span;
}

/** Values in one literal. */
const PARTS_LIMIT = 10_000;

/** The bundled compiler's one file, for processes that turn TypeScript into JavaScript as projects expect it. */
export const transpilerPath = (): string => realpathSync(createRequire(import.meta.url).resolve('typescript6'));

let compiler: typeof ts | undefined;
export const parser = (): typeof ts => {
  compiler ??= createRequire(import.meta.url)('typescript6') as typeof ts;
  return compiler;
};

export function parse(
  text: string,
  name: string,
): ts.SourceFile & { readonly parseDiagnostics?: readonly ts.Diagnostic[] } {
  const api = parser();
  const kind = name.endsWith('x') ? api.ScriptKind.TSX : api.ScriptKind.TS;
  return api.createSourceFile(name, text, api.ScriptTarget.Latest, true, kind);
}

/**
 * The default export of a module that is a plain value, without running it: an object, alone or inside a call of
 * `wrapper`, with `as const` and `satisfies` left out, names of constants of the same file followed.
 */
export function defaultLiteral(text: string, wrapper: string): Result<Literal> {
  const api = parser();
  const file = parse(text, 'literal.ts');
  const refuse = (node: ts.Node, expected: string): Refused =>
    new Refused(expected, node.getStart(file), node.getEnd());
  const problem = file.parseDiagnostics?.[0];
  if (problem) {
    const message = api.flattenDiagnosticMessageText(problem.messageText, ' ');
    const start = problem.start ?? 0;
    return fail('literal/syntax', message, { span: span(start, start + (problem.length ?? 0)) });
  }
  const constants = new Map<string, ts.Expression>();
  let exported: ts.Expression | undefined;
  for (const statement of file.statements) {
    if (api.isVariableStatement(statement) && (statement.declarationList.flags & api.NodeFlags.Const) !== 0) {
      for (const { name, initializer } of statement.declarationList.declarations)
        if (api.isIdentifier(name) && initializer) constants.set(name.text, initializer);
    } else if (api.isExportAssignment(statement) && !statement.isExportEquals) exported = statement.expression;
  }
  let parts = 0;
  const read = (node: ts.Expression, depth: number): Literal => {
    // Constants that name each other could otherwise stand for more than any memory holds.
    if (++parts >= PARTS_LIMIT) throw refuse(node, `fewer than ${PARTS_LIMIT} values`);
    if (depth >= 32) throw refuse(node, 'a value that is nested less deep');
    const at = span(node.getStart(file), node.getEnd());
    if (api.isAsExpression(node) || api.isSatisfiesExpression(node) || api.isParenthesizedExpression(node))
      return read(node.expression, depth + 1);
    if (api.isStringLiteralLike(node)) return { kind: 'value', span: at, value: node.text };
    if (api.isNumericLiteral(node)) return { kind: 'value', span: at, value: Number(node.text) };
    if (node.kind === api.SyntaxKind.TrueKeyword) return { kind: 'value', span: at, value: true };
    if (node.kind === api.SyntaxKind.FalseKeyword) return { kind: 'value', span: at, value: false };
    if (node.kind === api.SyntaxKind.NullKeyword) return { kind: 'value', span: at, value: null };
    if (api.isPrefixUnaryExpression(node) && node.operator === api.SyntaxKind.MinusToken) {
      const inner = read(node.operand, depth + 1);
      if (inner.kind === 'value' && typeof inner.value === 'number')
        return { kind: 'value', span: at, value: -inner.value };
    }
    if (api.isIdentifier(node)) {
      const constant = constants.get(node.text);
      if (constant) return read(constant, depth + 1);
    }
    if (api.isArrayLiteralExpression(node))
      return { kind: 'array', span: at, items: node.elements.map((item) => read(item, depth + 1)) };
    if (api.isObjectLiteralExpression(node)) {
      const entries = node.properties.map((property): LiteralEntry => {
        const plain = api.isPropertyAssignment(property) && !api.isComputedPropertyName(property.name);
        if (!plain && !api.isShorthandPropertyAssignment(property)) throw refuse(property, 'a key with a plain value');
        const { name } = property;
        const value = plain ? (property as ts.PropertyAssignment).initializer : (name as ts.Identifier);
        return {
          key: (name as ts.Identifier).text,
          span: span(name.getStart(file), name.getEnd()),
          value: read(value, depth + 1),
        };
      });
      return { kind: 'object', span: at, entries };
    }
    throw refuse(node, 'a plain value (text, number, true, false, a list or an object of these)');
  };
  try {
    if (!exported) throw new Refused('export default', 0, 0);
    const isWrapped =
      api.isCallExpression(exported) && api.isIdentifier(exported.expression) && exported.expression.text === wrapper;
    if (!isWrapped) return ok(read(exported, 0));
    const [argument, second] = (exported as ts.CallExpression).arguments;
    if (!argument || second) throw refuse(exported, `${wrapper}() with one argument`);
    return ok(read(argument, 0));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const found = text.slice(error.start, Math.min(error.end, error.start + 60)) || 'none';
    return fail('literal/not-plain', `expected ${error.message}, found ${found}`, {
      span: span(error.start, error.end),
    });
  }
}

class Refused extends Error {
  readonly start: number;
  readonly end: number;
  constructor(expected: string, start: number, end: number) {
    super(expected);
    this.start = start;
    this.end = end;
  }
}

/** The JavaScript that is left of a file when its types are taken away. */
export function javascriptOf(text: string, path: string): string {
  const api = parser();
  const { ESNext: module } = api.ModuleKind;
  const compilerOptions = { module, target: api.ScriptTarget.ESNext, jsx: api.JsxEmit.Preserve };
  return api.transpileModule(text, { fileName: path, compilerOptions }).outputText;
}

/** The statements of a piece of TypeScript or JavaScript. */
export function codeOf(text: string): Code {
  const api = parser();
  const file = parse(text, 'code.ts');
  const identifiers = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isMember =
      (api.isPropertyAccessExpression(node.parent ?? node) &&
        (node.parent as ts.PropertyAccessExpression).name === node) ||
      (api.isPropertyAssignment(node.parent ?? node) && (node.parent as ts.PropertyAssignment).name === node);
    if (api.isIdentifier(node) && !isMember) identifiers.add(node.text);
    api.forEachChild(node, visit);
  };
  visit(file);
  const problem = file.parseDiagnostics?.[0];
  return {
    statements: file.statements.map((statement) => describe(api, file, statement)),
    identifiers,
    ...(problem
      ? {
          problem: {
            message: api.flattenDiagnosticMessageText(problem.messageText, ' '),
            span: span(problem.start ?? 0, (problem.start ?? 0) + (problem.length ?? 0)),
          },
        }
      : {}),
  };
}

function describe(api: typeof ts, file: ts.SourceFile, statement: ts.Statement): Statement {
  const whole = (node: ts.Node): Span => span(node.getStart(file), node.getEnd());
  const at = whole(statement);
  if (api.isImportDeclaration(statement)) {
    const { importClause, moduleSpecifier } = statement;
    const declares: string[] = [];
    if (importClause?.name) declares.push(importClause.name.text);
    const bindings = importClause?.namedBindings;
    if (bindings && api.isNamespaceImport(bindings)) declares.push(bindings.name.text);
    if (bindings && api.isNamedImports(bindings)) declares.push(...bindings.elements.map(({ name }) => name.text));
    return {
      kind: 'import',
      span: at,
      module: span(moduleSpecifier.getStart(file) + 1, moduleSpecifier.getEnd() - 1),
      declares,
    };
  }
  if (api.isExpressionStatement(statement)) {
    const { expression } = statement;
    const isPrint =
      api.isCallExpression(expression) &&
      /^console\.(?:log|info|error|warn|dir)$/.test(expression.expression.getText(file)) &&
      expression.arguments.length === 1;
    return isPrint
      ? {
          kind: 'expression',
          span: at,
          expression: whole((expression as ts.CallExpression).arguments[0]!),
          printed: true,
          declares: [],
        }
      : { kind: 'expression', span: at, expression: whole(expression), declares: [] };
  }
  if (api.isVariableStatement(statement)) {
    const declares = statement.declarationList.declarations.flatMap(({ name }) => boundIn(api, name));
    return { kind: 'declaration', span: at, declares };
  }
  const named = (statement as { name?: ts.Node }).name;
  if (named && api.isIdentifier(named)) return { kind: 'declaration', span: at, declares: [named.text] };
  return { kind: 'other', span: at, declares: [] };
}

function boundIn(api: typeof ts, name: ts.BindingName): string[] {
  if (api.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (api.isBindingElement(element) ? boundIn(api, element.name) : []));
}

/** The doc comments of a file, each with the name of what it stands before. */
export function docCommentsOf(text: string, path: string): readonly DocComment[] {
  const api = parser();
  const file = parse(text, path);
  const found: DocComment[] = [];
  const nameOf = (node: ts.Node): string => {
    const { name } = node as { name?: ts.Node };
    if (name) return name.getText(file);
    if (api.isVariableStatement(node)) return node.declarationList.declarations[0]?.name.getText(file) ?? '';
    return '';
  };
  const visit = (node: ts.Node, container: string, inExported: boolean): void => {
    const isExported =
      inExported ||
      (api.canHaveModifiers(node) &&
        (api.getModifiers(node)?.some(({ kind }) => kind === api.SyntaxKind.ExportKeyword) ?? false));
    const own = nameOf(node);
    const name = container && own ? `${container}.${own}` : own || container;
    for (const comment of (node as { jsDoc?: readonly ts.Node[] }).jsDoc ?? [])
      found.push({ name, exported: isExported, span: span(comment.pos, comment.end) });
    const isHolder = api.isClassDeclaration(node) || api.isInterfaceDeclaration(node) || api.isModuleDeclaration(node);
    api.forEachChild(node, (child) => visit(child, isHolder ? name : container, isHolder && isExported));
  };
  for (const statement of file.statements) visit(statement, '', false);
  return found;
}
