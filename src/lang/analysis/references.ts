import { isBuiltin } from 'node:module';
import { dirname, posix } from 'node:path';
import type { Kinds, Node } from '../engine.ts';
import type { FileInProject } from '../session.ts';
import type { ModuleReference } from '../types.ts';
import { sourceOf } from './declarations.ts';

export interface Specifier {
  readonly node: Node;
  readonly typeOnly: boolean;
}

/** Every module specifier of a file: imports, re-exports, `import()`, `import("…")` types and `require` in JavaScript. */
export function specifiersIn({ program, file, fileName }: FileInProject): readonly Specifier[] {
  const { kinds } = program;
  const isScript = /\.[cm]?jsx?$/.test(fileName);
  const found: Specifier[] = [];
  const add = (node: Node | undefined, typeOnly: boolean): void => {
    if (node && (node.kind === kinds.StringLiteral || node.kind === kinds.NoSubstitutionTemplateLiteral)) {
      found.push({ node, typeOnly });
    }
  };
  const visit = (node: Node): void => {
    switch (node.kind) {
      case kinds.ImportDeclaration:
      case kinds.JSImportDeclaration:
        add(node.moduleSpecifier, isTypeClause(kinds, node.importClause));
        return;
      case kinds.ExportDeclaration:
        add(node.moduleSpecifier, node.isTypeOnly ?? false);
        return;
      case kinds.ExternalModuleReference:
        add(node.expression, node.parent.isTypeOnly ?? false);
        return;
      case kinds.ImportType:
        add(node.argument?.literal, true);
        break;
      case kinds.CallExpression:
        if (isImportCall(kinds, node, isScript)) add(node.arguments?.[0], false);
        break;
    }
    node.forEachChild((child) => visit(child));
  };
  visit(file);
  return found.sort((a, b) => a.node.pos - b.node.pos);
}

/** `import("…")`, and `require("…")` where that imports. */
export function isImportCall(kinds: Kinds, call: Node, isScript: boolean): boolean {
  const callee = call.expression;
  return (
    callee?.kind === kinds.ImportKeyword ||
    (isScript && callee?.kind === kinds.Identifier && callee.text === 'require' && call.arguments?.length === 1)
  );
}

/** `import type …`, or nothing but `type` names between the braces. */
export function isTypeClause(kinds: Kinds, clause: Node | undefined): boolean {
  if (!clause) return false;
  if (clause.isTypeOnly || clause.phaseModifier === kinds.TypeKeyword) return true;
  const names = clause.namedBindings?.elements;
  return !clause.name && names !== undefined && names.length > 0 && names.every(({ isTypeOnly }) => isTypeOnly);
}

export function referencesOf(at: FileInProject): readonly ModuleReference[] {
  const specifiers = specifiersIn(at);
  const { checker } = at.program;
  const modules = checker.symbolsAt(specifiers.map(({ node }) => node));
  return specifiers.map(({ node, typeOnly }, index) => {
    const specifier = node.text ?? '';
    const symbol = modules[index];
    const target = targetOf(at, specifier, symbol ? checker.declarations(symbol) : []);
    return {
      specifier,
      span: at.places.span(at.fileName, node.getStart(), node.end),
      typeOnly,
      ...(target ? { target } : {}),
    };
  });
}

/** Where a resolved module is; a file that is no module (a style sheet, a script) is found by its relative path. */
export function targetOf(
  { fileName, places }: FileInProject,
  specifier: string,
  declarations: readonly Node[],
): ModuleReference['target'] {
  if (isBuiltin(specifier)) return { builtin: specifier.replace(/^node:/, '') };
  const module = declarations[0];
  const resolved = module
    ? sourceOf(module).fileName
    : specifier.startsWith('.')
      ? posix.join(dirname(fileName), specifier)
      : undefined;
  if (resolved === undefined || (!module && !places.exists(resolved))) return undefined;
  const owner = places.package(resolved, '');
  if (owner) return { package: owner.name };
  const path = places.repo(resolved);
  return path ? { path } : undefined;
}
