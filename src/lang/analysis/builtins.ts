import { isBuiltin } from 'node:module';
import type { Kinds, Node, Type } from '../engine.ts';
import type { Resolver } from './resolver.ts';

/** Modules that warn where they are loaded, or change others. */
const LEFT_ALONE = /^(?:node:)?(?:_.*|domain|punycode|sys|wasi)$/;

/**
 * What Node's own modules give, as far as it needs no types: that a name is there is seen in the module itself. One that is not
 * may be there in another Node.
 */
export function builtinModule(specifier: string): object | undefined {
  return isBuiltin(specifier) && !LEFT_ALONE.test(specifier) ? process.getBuiltinModule(specifier) : undefined;
}

/** Whether an import of a module's name, or of all of it, gives something. */
export function isBuiltinExport(kinds: Kinds, local: Node, specifier: string, name: string): boolean {
  const module = builtinModule(specifier);
  if (module === undefined) return false;
  const isNamed = local.parent.kind === kinds.ImportSpecifier || local.parent.kind === kinds.ExportSpecifier;
  return !isNamed || name === 'default' || Object.hasOwn(module, name);
}

/**
 * Whether a built-in module, or what it holds, has a member of that name. `type`: what the compiler makes of it, which cannot tell
 * it where the module has no types; of what is `any` only a `require` is looked at, and what is taken from one.
 */
export function isBuiltinMember(resolver: Resolver, of: Node, type: Type, name: string): boolean {
  const { checker, program } = resolver;
  const from = of.kind === program.kinds.ObjectBindingPattern ? of.parent.initializer : of;
  const isOpaque = checker.isError(type) || (from?.kind === program.kinds.CallExpression && checker.is(type, 'Any'));
  const value = isOpaque && from ? builtinValue(resolver, from) : undefined;
  return (typeof value === 'object' || typeof value === 'function') && value !== null && name in value;
}

/** What an identifier, a `require` or a chain of members stands for, where it starts at a built-in module. */
export function builtinValue(resolver: Resolver, node: Node): unknown {
  const { checker, program } = resolver;
  const { kinds } = program;
  if (node.kind === kinds.PropertyAccessExpression)
    return memberOf(builtinValue(resolver, node.expression!), node.name?.text);
  if (node.kind === kinds.CallExpression && node.expression?.text === 'require')
    return builtinModule(node.arguments?.[0]?.text ?? '');
  const [symbol] = node.kind === kinds.Identifier ? checker.symbolsAt([node]) : [];
  const [declaration] = symbol ? checker.declarations(symbol) : [];
  if (!declaration) return undefined;
  const module = importedBy(resolver, declaration);
  const isNamed = declaration.kind === kinds.ImportSpecifier || declaration.kind === kinds.BindingElement;
  const name = (declaration.propertyName ?? declaration.name)?.text;
  return isNamed && name !== 'default' ? memberOf(module, name) : module;
}

/** The module that an import takes its name from, or that a variable is or takes its name from. */
function importedBy(resolver: Resolver, declaration: Node): unknown {
  const { kinds } = resolver.program;
  // A pattern within a pattern takes something deeper.
  const whole = declaration.kind === kinds.BindingElement ? declaration.parent.parent : declaration;
  if (whole.kind === kinds.VariableDeclaration) return whole.initializer && builtinValue(resolver, whole.initializer);
  if (![kinds.ImportSpecifier, kinds.NamespaceImport, kinds.ImportClause].includes(declaration.kind)) return undefined;
  let at = declaration;
  while (!at.moduleSpecifier && at.parent) at = at.parent;
  return builtinModule(at.moduleSpecifier?.text ?? '');
}

/** A member that is a value; a getter is not asked. */
function memberOf(of: unknown, name: string | undefined): unknown {
  if ((typeof of !== 'object' && typeof of !== 'function') || of === null || name === undefined) return undefined;
  return Object.getOwnPropertyDescriptor(of, name)?.value;
}
