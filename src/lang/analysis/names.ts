import type { Checker, Node, Sym, Type } from '../engine.ts';
import type { FileInProject } from '../session.ts';
import type { NameUse, Resolution } from '../types.ts';
import { calledWith, memberTakes } from './arity.ts';
import { builtinValue, isBuiltinExport, isBuiltinMember } from './builtins.ts';
import { resolveCall } from './calls.ts';
import { resolveKey, resolveLiteral } from './contextual.ts';
import { describe } from './declarations.ts';
import { isMadeUp, lookUp, propertyNames } from './lookup.ts';
import { unresolvedModule } from './modules.ts';
import { isOnlyItself, makeResolver, type Resolved, type Resolver, type SiteOf } from './resolver.ts';
import { type Range, type Site, sitesIn } from './sites.ts';

/**
 * Every name used in the ranges (in the whole file without), resolved. `missing` is said only where the compiler itself
 * complains there, so code that compiles has none.
 */
export function namesIn(at: FileInProject, version: string, ranges?: readonly Range[]): readonly NameUse[] {
  const { program, file } = at;
  const { checker } = program;
  const sites = sitesIn(program.kinds, file, ranges);
  const resolver = makeResolver(at, version);
  const symbols = symbolsOf(checker, sites);
  const types = receiverTypes(checker, sites, symbols);
  const uses: NameUse[] = [];
  for (const site of sites) {
    const resolved = resolve(resolver, site, symbols.get(site), types);
    if (!resolved) continue;
    const { node } = site;
    uses.push({
      name: node.text ?? '',
      role: site.role === 'destructured' ? 'member' : site.role,
      span: at.places.span(at.fileName, node.getStart(), node.end),
      ...(resolved.receiver === undefined ? {} : { receiver: resolved.receiver }),
      resolution: named(resolved.resolution, node.text ?? ''),
    });
  }
  return uses.sort((a, b) => a.span.start - b.span.start);
}

/** What an index signature gives goes by the name that is asked for; one of the compilers has no name for some. */
const named = (resolution: Resolution, name: string): Resolution =>
  resolution.status === 'found' && resolution.declarations.some((one) => one.name === '__index')
    ? {
        ...resolution,
        declarations: resolution.declarations.map((one) => (one.name === '__index' ? { ...one, name } : one)),
      }
    : resolution;

/** Symbols at the names, asked for all at once. */
function symbolsOf(checker: Checker, sites: readonly Site[]): ReadonlyMap<Site, Sym> {
  const asked = sites.filter(({ role }) => ['member', 'import', 'module', 'type', 'value'].includes(role));
  const symbols = checker.symbolsAt(asked.map((site) => (site.role === 'import' ? site.local : site.node)));
  const found = new Map<Site, Sym>();
  asked.forEach((site, index) => {
    const symbol =
      'shorthand' in site && site.shorthand ? checker.shorthandValue(site.shorthand) : (symbols[index] ?? undefined);
    if (symbol && !isMadeUp(checker, symbol)) found.set(site, symbol);
  });
  return found;
}

/** Types that names without a symbol were looked up on, and those that literals are compared with. */
function receiverTypes(
  checker: Checker,
  sites: readonly Site[],
  symbols: ReadonlyMap<Site, Sym>,
): ReadonlyMap<Node, Type> {
  const nodes = new Set<Node>();
  for (const site of sites) {
    if (site.role === 'member' && site.receiver && !symbols.has(site)) nodes.add(site.receiver);
    if (site.role === 'destructured' && site.on) nodes.add(site.on);
    if (site.role === 'literal' && site.against) nodes.add(site.against);
    if (site.role === 'call') nodes.add(site.callee);
  }
  const list = [...nodes];
  const types = checker.typesAt(list);
  return new Map(list.flatMap((node, index) => (types[index] ? [[node, types[index]] as const] : [])));
}

function resolve(
  resolver: Resolver,
  site: Site,
  symbol: Sym | undefined,
  types: ReadonlyMap<Node, Type>,
): Resolved | undefined {
  switch (site.role) {
    case 'member':
      return resolveMember(resolver, site, symbol, site.receiver && types.get(site.receiver));
    case 'destructured':
      return resolveDestructured(resolver, site, site.on && types.get(site.on));
    case 'import':
      return resolveImport(resolver, site, symbol);
    case 'module':
      return resolveModule(resolver, site, symbol);
    case 'key':
    case 'attribute':
      return resolveKey(resolver, site);
    case 'literal':
      return resolveLiteral(resolver, site, site.against && types.get(site.against));
    case 'type':
    case 'value':
      return resolveName(resolver, site, symbol);
    case 'call':
      return resolveCall(resolver, site, types.get(site.callee));
  }
}

function resolveMember(
  resolver: Resolver,
  site: SiteOf<'member'>,
  symbol: Sym | undefined,
  type: Type | undefined,
): Resolved {
  const { checker, complaints } = resolver;
  const { node, receiver } = site;
  // Of `a['b']` and of `<div />` it is told of the whole.
  const error = complaints.ofName(node) ?? complaints.ofWhole(node);
  if (symbol && !error) return resolveSymbol(resolver, symbol, node);
  const text = resolver.typeText(type);
  const isOpaque = receiver && type && (checker.isError(type) || checker.is(type, 'Any'));
  // Of a namespace or an enum the members are its exports.
  const container = receiver && isOpaque ? containerOf(checker, receiver) : undefined;
  if (isOpaque && !container) {
    if (isBuiltinMember(resolver, receiver, type, node.text ?? '')) return { resolution: PRESENT };
    const reason = checker.isError(type)
      ? 'the type of the receiver cannot be determined'
      : 'the receiver is of type any';
    return { resolution: { status: 'unknown', reason } };
  }
  if (!error && type) {
    const found = lookUp(checker, type, node.text ?? '');
    if (found) return { resolution: fromLookUp(resolver, found, node.text ?? ''), receiver: text };
  }
  const nearest = (): Iterable<string> =>
    container ? checker.exportsOf(container).map(({ name }) => name) : type ? propertyNames(checker, type) : [];
  const count = calledWith(resolver.program.kinds, node);
  const suits =
    count === undefined || !type || container
      ? undefined
      : (name: string): boolean => memberTakes(checker, type, name, count);
  return { resolution: resolver.absent(node, error, nearest, suits), receiver: text };
}

/** The namespace or module that a receiver stands for. */
function containerOf(checker: Checker, receiver: Node): Sym | undefined {
  const [symbol] = checker.symbolsAt([receiver]);
  const target = symbol && checker.target(symbol);
  return target && (target.flags & MODULE) !== 0 ? target : undefined;
}

/** `SymbolFlags.Module`: value and namespace modules. */
const MODULE = 1536;

function fromLookUp(
  resolver: Resolver,
  found: { readonly symbol: Sym } | { readonly index: Node | undefined },
  name: string,
): Resolution {
  if ('symbol' in found) return resolver.found(found.symbol);
  const nodes = found.index ? [found.index] : [];
  return { status: 'found', declarations: describe(resolver.at, nodes, name, resolver.version) };
}

function resolveDestructured(
  resolver: Resolver,
  { node, on }: SiteOf<'destructured'>,
  type: Type | undefined,
): Resolved | undefined {
  const { checker, complaints } = resolver;
  const name = node.text ?? '';
  const error = complaints.ofName(node);
  if (type && on && isBuiltinMember(resolver, on, type, name)) return { resolution: PRESENT };
  if (!type || checker.isError(type)) {
    if (type) return { resolution: { status: 'unknown', reason: 'what is destructured cannot be determined' } };
    // An inner pattern of an assignment: only the compiler's own word is at hand.
    return error ? { resolution: resolver.absent(node, error, () => []) } : undefined;
  }
  if (checker.is(type, 'Any'))
    return { resolution: { status: 'unknown', reason: 'what is destructured is of type any' } };
  const found = lookUp(checker, type, name);
  if (found && !error) {
    const resolution = fromLookUp(resolver, found, name);
    // A pattern without anything to destructure declares its keys itself.
    return isOnlyItself(resolver, resolution, node) ? undefined : { resolution };
  }
  const receiver = resolver.typeText(type);
  return { resolution: resolver.absent(node, error, () => propertyNames(checker, type)), receiver };
}

function resolveSymbol(resolver: Resolver, symbol: Sym, node: Node): Resolved {
  const { checker, complaints } = resolver;
  if (checker.target(symbol)) return { resolution: resolver.found(symbol) };
  // An import that leads nowhere is told of where it stands.
  const error = complaints.ofName(node);
  if (error) return { resolution: resolver.absent(node, error, () => []) };
  if (builtinValue(resolver, node) !== undefined) return { resolution: PRESENT };
  return { resolution: { status: 'unknown', reason: 'it is imported from something that is not resolved' } };
}

function resolveImport(resolver: Resolver, site: SiteOf<'import'>, symbol: Sym | undefined): Resolved {
  const { checker, complaints } = resolver;
  const { node, local, module } = site;
  const receiver = `module "${module.text ?? ''}"`;
  const error = complaints.ofName(node) ?? complaints.ofName(local);
  if (symbol && !error && checker.target(symbol)) return { resolution: resolver.found(symbol), receiver };
  const [moduleSymbol] = checker.symbolsAt([module]);
  if (!moduleSymbol) {
    if (isBuiltinExport(resolver.program.kinds, local, module.text ?? '', node.text ?? ''))
      return { resolution: PRESENT, receiver };
    return { resolution: { status: 'unknown', reason: `the module '${module.text ?? ''}' is not resolved` }, receiver };
  }
  const nearest = (): readonly string[] => checker.exportsOf(moduleSymbol).map(({ name }) => name);
  return { resolution: resolver.absent(node, error, nearest), receiver };
}

function resolveModule(resolver: Resolver, { node }: SiteOf<'module'>, symbol: Sym | undefined): Resolved {
  if (symbol) return { resolution: resolver.found(symbol) };
  const resolution = unresolvedModule(resolver.at, node, resolver.complaints.at(node));
  return { resolution };
}

/** It is there, and nothing declares it. */
const PRESENT: Resolution = { status: 'found', declarations: [] };

/** What the language itself provides, without a declaration. */
const PROVIDED = new Set(['undefined', 'arguments', 'globalThis', 'require', 'module', 'exports']);

function resolveName(resolver: Resolver, site: SiteOf<'type' | 'value'>, symbol: Sym | undefined): Resolved {
  const { complaints } = resolver;
  const { node } = site;
  const error = complaints.ofName(node);
  if (symbol && !error) return resolveSymbol(resolver, symbol, node);
  const name = node.text ?? '';
  if (!error && PROVIDED.has(name)) return { resolution: PRESENT };
  return { resolution: resolver.absent(node, error, () => resolver.inScope(node)) };
}
