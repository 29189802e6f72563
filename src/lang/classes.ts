import type ts from 'typescript6';
import { type Span, span } from '../base/index.ts';
import { type ParameterText, parametersOf } from './functions.ts';
import { parse, parser } from './syntax.ts';

/** A class declared at the top of a file, by its grammar: what can be done with it from outside. */
export interface ClassText {
  readonly name: string;
  readonly exported: boolean;
  readonly span: Span;
  /** The doc comment, whole. */
  readonly comment?: Span;
  readonly isAbstract: boolean;
  /** Type parameters with what they extend, as written. */
  readonly generics: readonly { readonly name: string; readonly constraint?: string }[];
  /** Of the constructor; undefined where it is private or protected. */
  readonly parameters?: readonly ParameterText[];
  /** Public members, those of classes of the same file that it extends included. */
  readonly members: readonly MemberText[];
  /** Names of what is not public: `#a`, `private a`, `protected a`, `_a`. */
  readonly hides: readonly string[];
}

export interface MemberText {
  /** As it stands after the dot, or `[Symbol.iterator]`. */
  readonly name: string;
  readonly isStatic: boolean;
  /** Of a method. */
  readonly parameters?: readonly ParameterText[];
  /** What a method returns, of what type a property is, as written. */
  readonly type?: string;
  /** Of a property. */
  readonly canRead: boolean;
  readonly canWrite: boolean;
}

/** A member that is not public. */
interface Hidden {
  readonly hidden: string;
}

/** Classes that one extends, in one file. */
const BASES = 8;

/** The classes of a file, in order. What begins with `_` or is marked `@private` or `@internal` is not public. */
export function classesOf(text: string, path: string): readonly ClassText[] {
  const api = parser();
  const file = parse(text, path);
  const listed = exportedNames(file);
  const declared = new Map<string, ts.ClassLikeDeclaration>();
  const holders = new Map<string, ts.Node>();
  for (const statement of file.statements) {
    if (api.isClassDeclaration(statement) && statement.name) {
      declared.set(statement.name.text, statement);
      holders.set(statement.name.text, statement);
    }
    if (!api.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!initializer || !api.isClassExpression(initializer) || !api.isIdentifier(name)) continue;
      declared.set(name.text, initializer);
      holders.set(name.text, statement);
    }
  }
  return [...declared].map(([name, node]): ClassText => {
    const holder = holders.get(name)!;
    const comment = (holder as { jsDoc?: readonly ts.Node[] }).jsDoc?.at(-1);
    const lines = [node];
    for (let at = baseOf(node); at && lines.length < BASES; at = baseOf(at)) {
      if (lines.includes(at)) break;
      lines.push(at);
    }
    const members = new Map<string, MemberText>();
    const hides = new Set<string>();
    for (const one of lines) {
      for (const found of membersOf(file, one)) {
        if ('hidden' in found) hides.add(found.hidden);
        else addMember(members, found);
      }
    }
    const maker = lines.flatMap((one) => one.members.filter(api.isConstructorDeclaration)).find((one) => one.body);
    const isHidden = maker && modifiers(maker).some((kind) => HIDDEN().has(kind));
    return {
      name,
      exported: modifiers(holder).includes(api.SyntaxKind.ExportKeyword) || listed.has(name),
      span: span(holder.getStart(file), holder.getEnd()),
      ...(comment ? { comment: span(comment.pos, comment.end) } : {}),
      isAbstract: modifiers(node).includes(api.SyntaxKind.AbstractKeyword),
      generics: (node.typeParameters ?? []).map((one) => ({
        name: one.name.text,
        ...(one.constraint ? { constraint: one.constraint.getText(file) } : {}),
      })),
      ...(isHidden ? {} : { parameters: maker ? parametersOf(maker, file) : [] }),
      members: [...members.values()],
      hides: [...hides],
    };
  });

  function baseOf(node: ts.ClassLikeDeclaration): ts.ClassLikeDeclaration | undefined {
    const clause = node.heritageClauses?.find(({ token }) => token === api.SyntaxKind.ExtendsKeyword);
    const base = clause?.types[0]?.expression;
    return base && api.isIdentifier(base) ? declared.get(base.text) : undefined;
  }
}

/**
 * Names of a file's own that it exports by lists: `export { a }`, `export default a`, `module.exports = { a }`,
 * `exports.a = a`.
 */
export function listedExports(text: string, path: string): ReadonlySet<string> {
  return exportedNames(parse(text, path));
}

/**
 * Names at the top of a file whose value can differ from call to call: `let`, `var`, and constants that hold a list, an
 * object or an instance.
 */
export function stateOf(text: string, path: string): readonly string[] {
  const api = parser();
  const file = parse(text, path);
  return file.statements.flatMap((statement) => {
    if (!api.isVariableStatement(statement)) return [];
    const isConstant = (statement.declarationList.flags & api.NodeFlags.Const) !== 0;
    return statement.declarationList.declarations.flatMap(({ name, initializer }) => {
      if (!api.isIdentifier(name)) return [];
      const value = initializer && bare(initializer);
      if (value && (api.isArrowFunction(value) || api.isFunctionExpression(value) || api.isClassExpression(value)))
        return isConstant ? [] : [name.text];
      // A list that is filled when it is written is a table more often than a store.
      const isStore =
        value !== undefined &&
        ((api.isArrayLiteralExpression(value) && value.elements.length === 0) ||
          (api.isObjectLiteralExpression(value) && !isFrozen(initializer!)) ||
          api.isNewExpression(value));
      return !isConstant || isStore ? [name.text] : [];
    });
  });

  function isFrozen(node: ts.Expression): boolean {
    return api.isAsExpression(node) && node.type.getText(file) === 'const';
  }
}

const bare = (node: ts.Expression): ts.Expression => {
  const api = parser();
  return api.isAsExpression(node) || api.isSatisfiesExpression(node) || api.isParenthesizedExpression(node)
    ? bare(node.expression)
    : node;
};

const modifiers = (node: ts.Node): readonly ts.SyntaxKind[] => {
  const api = parser();
  return ((api.canHaveModifiers(node) ? api.getModifiers(node) : undefined) ?? []).map(({ kind }) => kind);
};

const HIDDEN = (): ReadonlySet<ts.SyntaxKind> => {
  const kinds = parser().SyntaxKind;
  return new Set([kinds.PrivateKeyword, kinds.ProtectedKeyword]);
};

function addMember(members: Map<string, MemberText>, found: MemberText): void {
  const key = `${found.isStatic ? 'static ' : ''}${found.name}`;
  const known = members.get(key);
  // A getter and a setter of one name are one property; otherwise what a class itself says wins over its base.
  if (!known) members.set(key, found);
  else if (!known.parameters && !found.parameters)
    members.set(key, {
      ...known,
      ...(found.type !== undefined && known.type === undefined ? { type: found.type } : {}),
      canRead: known.canRead || found.canRead,
      canWrite: known.canWrite || found.canWrite,
    });
}

function* membersOf(file: ts.SourceFile, node: ts.ClassLikeDeclaration): Generator<MemberText | Hidden> {
  const api = parser();
  const kinds = api.SyntaxKind;
  const hidden = HIDDEN();
  const declared = new Set(node.members.flatMap(({ name }) => (name ? [name.getText(file)] : [])));
  for (const member of node.members) {
    const own = modifiers(member);
    if (api.isConstructorDeclaration(member)) {
      for (const one of member.parameters) {
        const said = modifiers(one);
        if (said.length === 0 || !api.isIdentifier(one.name)) continue;
        if (said.some((kind) => hidden.has(kind)) || one.name.text.startsWith('_')) yield { hidden: one.name.text };
        else
          yield {
            name: one.name.text,
            isStatic: false,
            ...(one.type ? { type: one.type.getText(file) } : {}),
            canRead: true,
            canWrite: !said.includes(kinds.ReadonlyKeyword),
          };
      }
      yield* assigned(file, member, declared);
      continue;
    }
    const { name } = member;
    if (!name || own.includes(kinds.AbstractKeyword)) continue;
    const isMarked = api
      .getJSDocTags(member)
      .some(({ tagName }) => /^(?:private|protected|internal)$/.test(tagName.text));
    const text = name.getText(file);
    if (api.isPrivateIdentifier(name) || own.some((kind) => hidden.has(kind)) || text.startsWith('_') || isMarked) {
      yield { hidden: text };
      continue;
    }
    if (!/^(?:[A-Za-z$][\w$]*|\[Symbol\.(?:asyncI|i)terator\])$/.test(text)) continue;
    const isStatic = own.includes(kinds.StaticKeyword);
    const type = (of: ts.TypeNode | undefined) => (of ? { type: of.getText(file) } : {});
    const base = { name: text, isStatic };
    if (api.isMethodDeclaration(member)) {
      // Of the forms of an overloaded method the one with the body is what runs.
      if (member.body)
        yield {
          ...base,
          parameters: parametersOf(member, file),
          ...type(member.type),
          canRead: false,
          canWrite: false,
        };
    } else if (api.isGetAccessor(member)) yield { ...base, ...type(member.type), canRead: true, canWrite: false };
    else if (api.isSetAccessor(member))
      yield { ...base, ...type(member.parameters[0]?.type), canRead: false, canWrite: true };
    else if (api.isPropertyDeclaration(member)) {
      const value = member.initializer && bare(member.initializer);
      if (value && (api.isArrowFunction(value) || api.isFunctionExpression(value)))
        yield { ...base, parameters: parametersOf(value, file), ...type(value.type), canRead: false, canWrite: false };
      else
        yield {
          ...base,
          ...type(member.type),
          canRead: true,
          canWrite: !own.includes(kinds.ReadonlyKeyword),
        };
    }
  }
}

/** Properties that a constructor of plain JavaScript makes: `this.a = …`. */
function* assigned(
  file: ts.SourceFile,
  maker: ts.ConstructorDeclaration,
  declared: ReadonlySet<string>,
): Generator<MemberText | Hidden> {
  const api = parser();
  for (const statement of maker.body?.statements ?? []) {
    if (!api.isExpressionStatement(statement) || !api.isBinaryExpression(statement.expression)) continue;
    const { left, operatorToken, right } = statement.expression;
    if (operatorToken.kind !== api.SyntaxKind.EqualsToken || !api.isPropertyAccessExpression(left)) continue;
    if (left.expression.kind !== api.SyntaxKind.ThisKeyword) continue;
    const name = left.name.getText(file);
    if (declared.has(name)) continue;
    if (name.startsWith('_')) yield { hidden: name };
    else if (!name.startsWith('#') && !api.isArrowFunction(right) && !api.isFunctionExpression(right))
      yield { name, isStatic: false, canRead: true, canWrite: true };
  }
}

function exportedNames(file: ts.SourceFile): ReadonlySet<string> {
  const api = parser();
  const found = new Set<string>();
  for (const statement of file.statements) {
    if (api.isExportDeclaration(statement) && !statement.moduleSpecifier && statement.exportClause) {
      if (api.isNamedExports(statement.exportClause))
        for (const { name, propertyName } of statement.exportClause.elements) found.add((propertyName ?? name).text);
    } else if (api.isExportAssignment(statement) && api.isIdentifier(statement.expression)) {
      found.add(statement.expression.text);
    } else if (api.isExpressionStatement(statement) && api.isBinaryExpression(statement.expression)) {
      const { left, right } = statement.expression;
      const target = left.getText(file);
      if (target === 'module.exports' && api.isObjectLiteralExpression(right)) {
        for (const one of right.properties) {
          if (api.isShorthandPropertyAssignment(one)) found.add(one.name.text);
          else if (api.isPropertyAssignment(one) && api.isIdentifier(one.initializer)) found.add(one.initializer.text);
        }
      } else if (/^(?:module\.)?exports(?:\.[\w$]+)?$/.test(target) && api.isIdentifier(right)) found.add(right.text);
    }
  }
  return found;
}
