import { CompilerFailed, type Node, type Signature, type Sym, type Type } from '../engine.ts';
import type { FileInProject } from '../session.ts';
import type { SurfaceEntry } from '../types.ts';
import { declarationKind } from './declarations.ts';

/** Types of the repository that one exported name leads to, told at most. */
const USED_LIMIT = 200;
/** Members of one type whose types are asked for one by one. */
const MEMBERS_LIMIT = 150;
/** Namespaces in namespaces. */
const DEPTH_LIMIT = 4;

/** Values of `SymbolFlags`, equal in all versions. */
const FLAGS = {
  value: 111551, // variables, properties, functions, classes, enums, accessors, methods
  constEnum: 128,
  enum: 384,
  class: 32,
  interface: 64,
  alias: 524288,
  namespace: 1536,
  getter: 32768,
  setter: 65536,
  optional: 16777216,
} as const;

/**
 * What a module shows to its importers: every exported name with its type written out, and the types of the repository
 * that its declaration names, written out too, exported or not. Two surfaces that are equal take the same callers. What
 * only an inferred type leads to is told by name, not written out; a type that depends on others as it stands in the source.
 */
export function surfaceOf(at: FileInProject): readonly SurfaceEntry[] {
  const { program, file, places, fileName } = at;
  const { checker } = program;
  const [module] = checker.symbolsAt([file]);
  if (!module) return [];
  const told = new Told(at);
  const values = valuesOf(at, module);
  return checker
    .exportsOf(module)
    .map((symbol): SurfaceEntry => {
      const target = checker.target(symbol);
      const here = checker.declarations(symbol).find((node) => sourceFileName(node) === fileName);
      const nodes = target ? checker.declarations(target) : [];
      return {
        name: symbol.name,
        kind: nodes[0] ? declarationKind(program.kinds, nodes[0]) : 'other',
        type: target ? told.shape(target) : 'unresolved',
        uses: target ? told.used(target) : {},
        ...(target && (target.flags & FLAGS.value) !== 0 && !values.has(symbol.name) ? { isTypeOnly: true } : {}),
        ...(here ? { span: places.span(fileName, here.getStart(), here.end) } : {}),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names that a module exports as values. The compiler counts what `export type *` hands on among them, which is none. */
function valuesOf(at: FileInProject, module: Sym, known = new Map<Sym, ReadonlySet<string>>()): ReadonlySet<string> {
  const { checker, kinds } = at.program;
  const found = known.get(module);
  if (found) return found;
  const namespace = checker.typeOfSymbol(module);
  const all = new Set(namespace ? checker.properties(namespace).map(({ name }) => name) : []);
  // Modules may hand on each other's exports.
  known.set(module, all);
  const files = new Set(checker.declarations(module).map(sourceFileName));
  const stars = checker
    .declarations(module)
    .flatMap(({ statements }) => statements ?? [])
    .filter((node) => node.kind === kinds.ExportDeclaration && !node.exportClause);
  if (stars.length === 0) return all;
  const from = stars.flatMap(({ isTypeOnly, moduleSpecifier }) => (isTypeOnly ? [] : (moduleSpecifier ?? [])));
  const handed = checker.symbolsAt(from).flatMap((one) => (one ? [...valuesOf(at, one, known)] : []));
  const own = checker
    .exportsOf(module)
    .filter((symbol) => checker.declarations(symbol).some((node) => files.has(sourceFileName(node))))
    .map(({ name }) => name);
  const values = new Set([...own, ...handed].filter((name) => all.has(name)));
  known.set(module, values);
  return values;
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
    const told = (node: Node): string => {
      const value = checker.constant(node);
      if (value === undefined || !node.name) return textOf(node);
      return `${textOf(node.name)} = ${typeof value === 'string' ? JSON.stringify(value) : value}`;
    };
    return `${(flags & FLAGS.constEnum) !== 0 ? 'const ' : ''}enum {${members.map(told).join(', ')}}`;
  }
  const parts: string[] = [];
  if ((flags & (FLAGS.class | FLAGS.interface)) !== 0) {
    const type = checker.declaredType(symbol);
    const parameters = parametersOf(nodes.find((node) => node.typeParameters));
    const isAbstract = nodes.some((node) => has(node, kinds.AbstractKeyword));
    const word = (flags & FLAGS.class) === 0 ? 'interface' : isAbstract ? 'abstract class' : 'class';
    if (type) parts.push(`${word}${parameters} ${members(at, type)}`);
  }
  if ((flags & FLAGS.alias) !== 0) {
    const choice = nodes.find((node) => node.kind === kinds.TypeAliasDeclaration && choosesType(at, node));
    const type = choice ? undefined : checker.declaredType(symbol);
    const text = choice?.type ? textOf(choice.type) : type && checker.fullText(type);
    if (text !== undefined) parts.push(`type${parametersOf(nodes.find((node) => node.typeParameters))} ${text}`);
  }
  if ((flags & FLAGS.value) !== 0) {
    const heads = headsOf(at, nodes);
    const type = heads ? undefined : checker.typeOfSymbol(symbol);
    if (heads) parts.push(heads);
    if (type && (flags & FLAGS.class) !== 0) parts.push(`static ${members(at, type)}`, ...closedTo(at, type));
    else if (type) parts.push(checker.fullText(type));
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

/**
 * Whether what is written of a type, or an alias that this names, depends on other types. Such a type is told as it is written:
 * one that leads to itself has no end once it is written out.
 */
function choosesType(at: FileInProject, node: Node, seen = new Set<Node>()): boolean {
  const { checker, kinds } = at.program;
  const visit = (one: Node): boolean => one.kind === kinds.ConditionalType || one.forEachChild(visit) === true;
  // Aliases lead to each other in many ways: each is looked at once.
  if (node.type === undefined || seen.has(node)) return false;
  seen.add(node);
  if (visit(node.type)) return true;
  return checker.symbolsAt(namesIn(at, node.type)).some((one) => {
    const target = one && checker.target(one);
    return (
      target !== undefined &&
      (target.flags & FLAGS.alias) !== 0 &&
      checker.declarations(target).some((alias) => choosesType(at, alias, seen))
    );
  });
}

/** Functions as their declarations write them, where what they give back is a type that depends on others; else undefined. */
function headsOf(at: FileInProject, nodes: readonly Node[]): string | undefined {
  const { kinds } = at.program;
  const functions = nodes.filter(({ kind }) => kind === kinds.FunctionDeclaration);
  const shown = functions.length > 1 ? functions.filter(({ body }) => !body) : functions;
  const isWritten = shown.every((node) => node.type && (node.parameters ?? []).every(({ type }) => type));
  if (shown.length === 0 || !isWritten) return undefined;
  if (!shown.some((node) => choosesType(at, node))) return undefined;
  const parameter = (node: Node): string =>
    `${node.dotDotDotToken ? '...' : ''}${node.name ? textOf(node.name) : ''}${node.questionToken || node.initializer ? '?' : ''}: ${textOf(node.type!)}`;
  const head = (node: Node, arrow: string): string =>
    `${parametersOf(node)}(${(node.parameters ?? []).map(parameter).join(', ')})${arrow} ${textOf(node.type!)}`;
  return shown.length === 1 ? head(shown[0]!, ' =>') : `{ ${shown.map((node) => `${head(node, ':')};`).join(' ')} }`;
}

const has = (node: Node, modifier: number): boolean => node.modifiers?.some(({ kind }) => kind === modifier) ?? false;

/** Who but the class itself, or those that extend it, cannot call its constructor. */
function closedTo(at: FileInProject, type: Type): readonly string[] {
  const { checker, kinds } = at.program;
  const declared = checker.signatures(type, 'construct').flatMap((one) => checker.signatureDeclaration(one) ?? []);
  return declared.some((node) => has(node, kinds.PrivateKeyword))
    ? ['private constructor']
    : declared.some((node) => has(node, kinds.ProtectedKeyword))
      ? ['protected constructor']
      : [];
}

function members(at: FileInProject, type: Type): string {
  const { checker, kinds } = at.program;
  const isMarked = (member: Sym, modifier: number): boolean =>
    checker.declarations(member).some((node) => has(node, modifier));
  const isHidden = (member: Sym): boolean =>
    member.name.startsWith('#') ||
    member.name.startsWith('__#') ||
    member.name === 'prototype' ||
    isMarked(member, kinds.PrivateKeyword);
  // What has a getter and no setter can be read only as well.
  const isReadonly = (member: Sym): boolean =>
    (member.flags & (FLAGS.getter | FLAGS.setter)) === FLAGS.getter || isMarked(member, kinds.ReadonlyKeyword);
  const shown = checker.properties(type).filter((member) => !isHidden(member));
  const properties = shown.map((member) => {
    const words = [
      ...(isMarked(member, kinds.ProtectedKeyword) ? ['protected'] : []),
      ...(isMarked(member, kinds.AbstractKeyword) ? ['abstract'] : []),
      ...(isReadonly(member) ? ['readonly'] : []),
    ];
    const mark = (member.flags & FLAGS.optional) !== 0 ? '?' : '';
    return [...words, `${shownName(member)}${mark}: ${memberText(at, member, shown.length)}`].join(' ');
  });
  const calls = checker.signatures(type, 'call').map((one) => headText(at, one));
  const news = checker.signatures(type, 'construct').map((one) => `new ${headText(at, one)}`);
  const indexes = checker
    .indexInfos(type)
    .map(({ declaration, key }) => (declaration ? textOf(declaration) : `[${checker.fullText(key)}]`));
  return `{${[...calls, ...news, ...indexes, ...properties.sort()].join('; ')}}`;
}

/** Members that symbols name are numbered anew each time the compiler looks. */
const shownName = ({ name }: Sym): string => name.replace(/^__@(.+)@\d+$/, '[$1]');

/** The type of a member; of one among very many what its declarations say, which takes no question each. */
function memberText({ program: { checker, kinds } }: FileInProject, member: Sym, among: number): string {
  if (among >= MEMBERS_LIMIT) {
    const nodes = checker.declarations(member);
    const isDeclared = ({ kind }: Node): boolean => kind === kinds.MethodSignature || kind === kinds.PropertySignature;
    if (nodes.length > 0 && nodes.every(isDeclared)) return nodes.map(textOf).join('; ');
  }
  const type = checker.typeOfSymbol(member);
  return type ? checker.fullText(type) : '?';
}

/** A signature as text; where the compiler cannot print it, as it stands in the source. */
function headText({ program: { checker } }: FileInProject, signature: Signature): string {
  try {
    return checker.signatureText(signature);
  } catch (error) {
    if (!(error instanceof CompilerFailed)) throw error;
    const node = checker.signatureDeclaration(signature);
    if (!node) throw error;
    return `(${(node.parameters ?? []).map(textOf).join(', ')})`;
  }
}

function parametersOf(node: Node | undefined): string {
  return node?.typeParameters ? `<${node.typeParameters.map(textOf).join(', ')}>` : '';
}

function textOf(node: Node): string {
  let top = node;
  while (top.parent) top = top.parent;
  return ((top as { text?: string }).text ?? '').slice(node.getStart(), node.end).replace(/\s+/g, ' ');
}

/** What was told of symbols: many exports lead to the same types. */
class Told {
  readonly #at: FileInProject;
  readonly #shapes = new Map<Sym, string>();
  readonly #named = new Map<Sym, readonly Sym[]>();

  constructor(at: FileInProject) {
    this.#at = at;
  }

  shape(symbol: Sym): string {
    let text = this.#shapes.get(symbol);
    if (text === undefined) {
      text = shape(this.#at, symbol, 0);
      this.#shapes.set(symbol, text);
    }
    return text;
  }

  /** Types of the repository that a declaration names, directly and through each other, by name. */
  used(symbol: Sym): Readonly<Record<string, string>> {
    const found = new Set<Sym>();
    const queue: Sym[] = [symbol];
    for (let next = queue.shift(); next && found.size < USED_LIMIT; next = queue.shift()) {
      for (const target of this.#namedBy(next)) {
        if (target === symbol || found.has(target)) continue;
        found.add(target);
        queue.push(target);
      }
    }
    return Object.fromEntries([...found].map((one) => [one.name, this.shape(one)] as const).sort(byName));
  }

  #namedBy(symbol: Sym): readonly Sym[] {
    let named = this.#named.get(symbol);
    if (!named) {
      const { checker } = this.#at.program;
      const names = checker.declarations(symbol).flatMap((node) => namesIn(this.#at, node));
      named = [...new Set(checker.symbolsAt(names))].flatMap((one) => {
        const target = one && checker.target(one);
        return target && isType(target) && this.#isOwn(target) ? [target] : [];
      });
      this.#named.set(symbol, named);
    }
    return named;
  }

  #isOwn(symbol: Sym): boolean {
    const [declared] = this.#at.program.checker.declarations(symbol);
    const file = declared && sourceFileName(declared);
    return file !== undefined && this.#at.places.repo(file) !== undefined && !file.includes('/node_modules/');
  }
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
