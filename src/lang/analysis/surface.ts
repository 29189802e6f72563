import type { Node, Sym, Type } from '../engine.ts';
import type { FileInProject } from '../session.ts';
import type { SurfaceEntry } from '../types.ts';
import { declarationKind } from './declarations.ts';

/** Types of the repository that one exported name leads to, told at most. */
const USED_LIMIT = 200;
/** Namespaces in namespaces. */
const DEPTH_LIMIT = 4;

/** Values of `SymbolFlags`, equal in all versions. */
const FLAGS = {
  value: 111551, // variables, properties, functions, classes, enums, accessors, methods
  enum: 384,
  class: 32,
  interface: 64,
  alias: 524288,
  namespace: 1536,
  optional: 16777216,
} as const;

/**
 * What a module shows to its importers: every exported name with its type written out, and the types of the repository
 * that its declaration names, written out too, exported or not. Two surfaces that are equal take the same callers. What
 * only an inferred type leads to is told by name, not written out.
 */
export function surfaceOf(at: FileInProject): readonly SurfaceEntry[] {
  const { program, file, places, fileName } = at;
  const { checker } = program;
  const [module] = checker.symbolsAt([file]);
  if (!module) return [];
  return checker
    .exportsOf(module)
    .map((symbol): SurfaceEntry => {
      const target = checker.target(symbol);
      const here = checker.declarations(symbol).find((node) => sourceFileName(node) === fileName);
      const nodes = target ? checker.declarations(target) : [];
      return {
        name: symbol.name,
        kind: nodes[0] ? declarationKind(program.kinds, nodes[0]) : 'other',
        type: target ? shape(at, target, 0) : 'unresolved',
        uses: target ? used(at, target) : {},
        ...(here ? { span: places.span(fileName, here.getStart(), here.end) } : {}),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sourceFileName(node: Node): string | undefined {
  let top = node;
  while (top.parent) top = top.parent;
  return (top as { fileName?: string }).fileName;
}

/** One symbol as text: its value side and its type side. */
function shape(at: FileInProject, symbol: Sym, depth: number): string {
  const { checker, kinds } = at.program;
  const { flags } = symbol;
  const nodes = checker.declarations(symbol);
  if ((flags & FLAGS.enum) !== 0) {
    const members = checker.exportsOf(symbol).flatMap((member) => checker.declarations(member));
    return `enum {${members.map((node) => textOf(node)).join(', ')}}`;
  }
  const parts: string[] = [];
  if ((flags & (FLAGS.class | FLAGS.interface)) !== 0) {
    const type = checker.declaredType(symbol);
    const parameters = parametersOf(nodes.find((node) => node.typeParameters));
    if (type) parts.push(`${(flags & FLAGS.class) !== 0 ? 'class' : 'interface'}${parameters} ${members(at, type)}`);
  }
  if ((flags & FLAGS.alias) !== 0) {
    const type = checker.declaredType(symbol);
    if (type) parts.push(`type${parametersOf(nodes.find((node) => node.typeParameters))} ${checker.fullText(type)}`);
  }
  if ((flags & FLAGS.value) !== 0) {
    const type = checker.typeOfSymbol(symbol);
    if (type) parts.push((flags & FLAGS.class) !== 0 ? `static ${members(at, type)}` : checker.fullText(type));
  }
  if ((flags & FLAGS.namespace) !== 0 && depth < DEPTH_LIMIT && !nodes.some(({ kind }) => kind === kinds.SourceFile)) {
    const inner = checker.exportsOf(symbol).flatMap((member) => {
      const target = checker.target(member);
      return target ? [`${member.name}: ${shape(at, target, depth + 1)}`] : [];
    });
    if ((flags & FLAGS.class) === 0 || inner.length > 0) parts.push(`namespace {${inner.sort().join('; ')}}`);
  }
  return parts.join(' & ');
}

function members(at: FileInProject, type: Type): string {
  const { checker, kinds } = at.program;
  const isHidden = (member: Sym): boolean =>
    member.name.startsWith('#') ||
    member.name.startsWith('__#') ||
    member.name === 'prototype' ||
    checker.declarations(member).some((node) => node.modifiers?.some(({ kind }) => kind === kinds.PrivateKeyword));
  const isReadonly = (member: Sym): boolean =>
    checker.declarations(member).some((node) => node.modifiers?.some(({ kind }) => kind === kinds.ReadonlyKeyword));
  const properties = checker
    .properties(type)
    .filter((member) => !isHidden(member))
    .map((member) => {
      const own = checker.typeOfSymbol(member);
      const mark = (member.flags & FLAGS.optional) !== 0 ? '?' : '';
      return `${isReadonly(member) ? 'readonly ' : ''}${member.name}${mark}: ${own ? checker.fullText(own) : '?'}`;
    });
  const calls = checker.signatures(type, 'call').map((one) => checker.signatureText(one));
  const news = checker.signatures(type, 'construct').map((one) => `new ${checker.signatureText(one)}`);
  const indexes = checker
    .indexInfos(type)
    .map(({ declaration, key }) => (declaration ? textOf(declaration) : `[${checker.fullText(key)}]`));
  return `{${[...calls, ...news, ...indexes, ...properties.sort()].join('; ')}}`;
}

function parametersOf(node: Node | undefined): string {
  return node?.typeParameters ? `<${node.typeParameters.map(textOf).join(', ')}>` : '';
}

function textOf(node: Node): string {
  let top = node;
  while (top.parent) top = top.parent;
  return ((top as { text?: string }).text ?? '').slice(node.getStart(), node.end).replace(/\s+/g, ' ');
}

/** Types of the repository that a declaration names, directly and through each other, by name. */
function used(at: FileInProject, symbol: Sym): Readonly<Record<string, string>> {
  const { program, places } = at;
  const { checker } = program;
  const found = new Map<Sym, string>();
  const queue: Sym[] = [symbol];
  for (let next = queue.shift(); next && found.size < USED_LIMIT; next = queue.shift()) {
    const names = checker.declarations(next).flatMap((node) => namesIn(at, node));
    for (const one of checker.symbolsAt(names)) {
      const target = one && checker.target(one);
      if (!target || target === symbol || found.has(target) || !isType(target)) continue;
      const [declared] = checker.declarations(target);
      const file = declared && sourceFileName(declared);
      if (!file || places.repo(file) === undefined || file.includes('/node_modules/')) continue;
      found.set(target, shape(at, target, 0));
      queue.push(target);
    }
  }
  return Object.fromEntries([...found].map(([{ name }, text]) => [name, text] as const).sort(byName));
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : a > b ? 1 : 0);

const isType = ({ flags }: Sym): boolean => (flags & (FLAGS.class | FLAGS.interface | FLAGS.alias | FLAGS.enum)) !== 0;

/** Identifiers of a declaration outside of bodies and initial values. */
function namesIn({ program: { kinds } }: FileInProject, declaration: Node): readonly Node[] {
  const names: Node[] = [];
  const visit = (node: Node): void => {
    const isFunction = node.kind === kinds.ArrowFunction || node.kind === kinds.FunctionExpression;
    if (node.kind === kinds.Block || (node.parent?.initializer === node && !isFunction && node !== declaration)) return;
    if (node.kind === kinds.Identifier) names.push(node);
    else node.forEachChild((child) => (child === node.body && isFunction ? undefined : visit(child)));
  };
  visit(declaration);
  return names;
}
