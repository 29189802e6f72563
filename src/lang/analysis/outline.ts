import type { Kinds, Node } from '../engine.ts';
import type { FileInProject } from '../session.ts';
import type { OutlineEntry } from '../types.ts';
import { declarationKind } from './declarations.ts';

/** Top level declarations, and the members one level inside classes, interfaces, enums, object types and namespaces. */
export function outlineOf({ program, file, fileName, places }: FileInProject): readonly OutlineEntry[] {
  const { kinds } = program;
  const entries: OutlineEntry[] = [];
  const exportedNames = localExports(kinds, file.statements);

  const add = (node: Node, name: Node | undefined, exported: boolean, container?: string): void => {
    const text = name?.text;
    if (text === undefined) return;
    const whole = spanNode(kinds, node);
    entries.push({
      name: text,
      kind: declarationKind(kinds, node),
      exported,
      span: places.span(fileName, whole.getStart(), whole.end),
      ...(container === undefined ? {} : { container }),
    });
  };

  const statement = (node: Node, container?: string): void => {
    const isExported = (name: Node | undefined): boolean =>
      hasExport(kinds, node) || (container === undefined && name?.text !== undefined && exportedNames.has(name.text));
    if (node.kind === kinds.VariableStatement) {
      for (const declaration of node.declarationList?.declarations ?? []) {
        for (const name of boundNames(kinds, declaration.name)) add(declaration, name, isExported(name), container);
      }
      return;
    }
    if (!DECLARING.some((kind) => node.kind === kinds[kind])) return;
    add(node, node.name, isExported(node.name), container);
    const own = node.name?.text;
    if (container !== undefined || own === undefined) return;
    for (const member of membersOf(kinds, node)) {
      if (node.kind === kinds.ModuleDeclaration) statement(member, own);
      else add(member, member.name, isExported(node.name), own);
    }
  };
  for (const node of file.statements) statement(node);
  return entries;
}

const DECLARING = [
  'ClassDeclaration',
  'InterfaceDeclaration',
  'TypeAliasDeclaration',
  'JSTypeAliasDeclaration',
  'EnumDeclaration',
  'FunctionDeclaration',
  'ModuleDeclaration',
] as const;

function membersOf(kinds: Kinds, node: Node): readonly Node[] {
  if (node.kind === kinds.ModuleDeclaration) return node.body?.statements ?? [];
  return node.members ?? [];
}

const hasExport = (kinds: Kinds, node: Node): boolean =>
  node.modifiers?.some(({ kind }) => kind === kinds.ExportKeyword) ?? false;

/** Names in `export { … }` without a module, and in `export default name`. */
function localExports(kinds: Kinds, statements: readonly Node[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of statements) {
    if (node.kind === kinds.ExportAssignment && node.expression?.text) names.add(node.expression.text);
    if (node.kind !== kinds.ExportDeclaration || node.moduleSpecifier) continue;
    for (const { propertyName, name } of node.exportClause?.elements ?? [])
      names.add((propertyName ?? name)?.text ?? '');
  }
  return names;
}

/** The names that a binding binds, patterns opened. */
function boundNames(kinds: Kinds, name: Node | undefined): readonly Node[] {
  if (!name) return [];
  return name.elements ? name.elements.flatMap((element) => boundNames(kinds, element.name)) : [name];
}

/** A single variable is shown with its statement, doc comment left out. */
function spanNode(kinds: Kinds, node: Node): Node {
  const list = node.parent;
  const alone = list?.kind === kinds.VariableDeclarationList && list.declarations?.length === 1;
  return alone && list.parent?.kind === kinds.VariableStatement ? list.parent : node;
}
