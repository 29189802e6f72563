import type { Kinds, Node, SourceFile, Sym } from '../engine.ts';
import type { FileInProject } from '../session.ts';
import type { Declaration, DeclarationKind } from '../types.ts';

/** Declarations told for one name; interfaces of the libraries are merged from a dozen and more. */
const DECLARATIONS_LIMIT = 8;

export function declarationKind(kinds: Kinds, node: Node): DeclarationKind {
  switch (node.kind) {
    case kinds.ClassDeclaration:
    case kinds.ClassExpression:
      return 'class';
    case kinds.InterfaceDeclaration:
      return 'interface';
    case kinds.TypeAliasDeclaration:
    case kinds.JSTypeAliasDeclaration:
      return 'type';
    case kinds.EnumDeclaration:
      return 'enum';
    case kinds.EnumMember:
      return 'enum-member';
    case kinds.FunctionDeclaration:
    case kinds.FunctionExpression:
    case kinds.ArrowFunction:
    case kinds.FunctionType:
    case kinds.CallSignature:
    case kinds.ConstructSignature:
      return 'function';
    case kinds.MethodDeclaration:
    case kinds.MethodSignature:
    case kinds.Constructor:
      return 'method';
    case kinds.PropertyDeclaration:
    case kinds.PropertySignature:
    case kinds.PropertyAssignment:
    case kinds.ShorthandPropertyAssignment:
    case kinds.JsxAttribute:
      return 'property';
    case kinds.GetAccessor:
    case kinds.SetAccessor:
      return 'accessor';
    case kinds.VariableDeclaration:
    case kinds.BindingElement:
      return 'variable';
    case kinds.Parameter:
      // A parameter property of a constructor is looked at as what it is inside.
      return 'parameter';
    case kinds.TypeParameter:
      return 'type-parameter';
    case kinds.ModuleDeclaration:
      return node.name?.kind === kinds.StringLiteral ? 'module' : 'namespace';
    case kinds.SourceFile:
      return 'module';
    case kinds.ImportSpecifier:
    case kinds.ImportClause:
    case kinds.NamespaceImport:
    case kinds.ExportSpecifier:
    case kinds.NamespaceExport:
    case kinds.ImportEqualsDeclaration:
      return 'alias';
    default:
      return 'other';
  }
}

/** The file that a node is in. */
export function sourceOf(node: Node): SourceFile {
  let at = node;
  while (at.parent) at = at.parent;
  return at as SourceFile;
}

/**
 * The text after `@deprecated` in the doc comment of a declaration, possibly empty; undefined where there is no such
 * tag. For a variable the comment stands before the statement.
 */
export function deprecation(kinds: Kinds, node: Node): string | undefined {
  const holder =
    node.kind === kinds.VariableDeclaration && node.parent?.parent?.kind === kinds.VariableStatement
      ? node.parent.parent
      : node;
  const comment = holder.jsDoc?.at(-1);
  if (!comment) return undefined;
  const text = sourceOf(holder).text.slice(comment.pos, comment.end);
  const tag = /(?:\/\*\*|\n)[\s*]*@deprecated\b([\s\S]*?)(?=\n[\s*]*@[a-z]|\*\/)/i.exec(text);
  return tag?.[1]
    ?.replace(/\n[ \t]*\*?[ \t]?/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The node that names a declaration: what an editor jumps to. */
const namePart = (node: Node): Node => node.name ?? node;

/** Where a symbol is declared, aliases followed. Empty for what the compiler itself provides. */
export function declarationsOf(at: FileInProject, symbol: Sym, version: string): readonly Declaration[] {
  const { checker } = at.program;
  const target = checker.target(symbol);
  if (!target) return [];
  const nodes = checker.declarations(target).slice(0, DECLARATIONS_LIMIT);
  return describe(at, nodes, target.name, version);
}

/** A symbol's name as people write it: private names are numbered, modules quoted, defaults have a name of their own. */
function shownName(name: string, node: Node): string {
  if (name === 'default' || name.startsWith('"') || name === '__export') return node.name?.text ?? name;
  return name.replace(/^__#\d+@/, '');
}

/**
 * Describes declaration nodes of one symbol. `deprecated` is set only where every declaration that says anything is: of
 * an overloaded function one signature may be deprecated, which only a call can tell.
 */
export function describe(
  at: FileInProject,
  nodes: readonly Node[],
  name: string,
  version: string,
): readonly Declaration[] {
  const { kinds } = at.program;
  const notes = nodes.map((node) => deprecation(kinds, node));
  const allDeprecated = notes.every((note) => note !== undefined);
  return nodes.map((node, index) => {
    const source = sourceOf(node);
    const part = source === node ? undefined : namePart(node);
    const { fileName } = source;
    const owner = at.places.package(fileName, version);
    return {
      name: shownName(name, node),
      path: at.places.repo(fileName) ?? fileName,
      span: at.places.span(fileName, part?.getStart() ?? 0, part?.end ?? 0),
      ...(owner ? { package: owner } : {}),
      kind: declarationKind(kinds, node),
      ...(allDeprecated ? { deprecated: notes[index]! } : {}),
    };
  });
}
