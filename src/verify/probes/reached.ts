import type { RepoPath, Span } from '../../base/index.ts';
import { type LanguageService, type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { isTestFile } from '../tests/index.ts';
import { changedIn, moduleText, namesOf, targetsOf, touchedIn } from './module.ts';
import type { Target } from './types.ts';

/** Files that import a changed module, nearest first; those of them that are probed, and their functions. */
const IMPORTERS = 40;
const MODULES = 4;
const TARGETS = 12;

const TYPE = /^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:interface|type)\s/;

/** A module on both sides. */
export interface Sides {
  readonly path: RepoPath;
  readonly before?: string;
  readonly after: string;
  readonly from?: RepoPath;
}

/** What a changed module has that no input shows by itself: constants, and functions that could not be called. */
export interface Hidden {
  readonly module: Sides;
  /** Names that it exports them by, with their names in it and where they stand at the head. */
  readonly names: ReadonlyMap<string, { readonly own: string; readonly span: Span; readonly holdsFunctions: boolean }>;
}

/** Functions of another module that use what changed. */
export interface Reached {
  readonly module: Sides;
  readonly targets: readonly Target[];
  readonly hidden: Hidden;
}

/** Exported names of a module that a change touches and none of the given targets shows. */
export function hiddenIn(module: Sides, shown: ReadonlySet<string>): Hidden | undefined {
  const after = moduleText(module.after, module.path);
  const before = module.before === undefined ? undefined : moduleText(module.before, module.from ?? module.path);
  if (!before) return undefined;
  const names = new Map<string, { readonly own: string; readonly span: Span; readonly holdsFunctions: boolean }>();
  for (const key of touchedIn(before, after, changedIn(before, after))) {
    const one = after.declared.get(key);
    if (!one || one.of !== undefined || TYPE.test(one.code)) continue;
    const exported = after.exports.get(one.name);
    // What was not there before nobody used before.
    if (exported !== undefined && before.exports.has(one.name) && !shown.has(exported))
      names.set(exported, {
        own: one.name,
        span: one.span,
        // What a class holds is called through its instances.
        holdsFunctions:
          one.kind === 'value' &&
          !after.declared.has(`${one.name}.constructor`) &&
          /=>|\bfunction\b|\)\s*\{/.test(one.code),
      });
  }
  return names.size > 0 ? { module, names } : undefined;
}

/**
 * Functions of the modules that import a changed one, through modules that hand it on as well, as far as what is hidden in it
 * reaches them. `isCut`: there were more than are looked at.
 */
export function reachedFrom(
  hidden: Hidden,
  language: LanguageService,
  sidesOf: (path: RepoPath) => Sides | undefined,
  isKnown: (path: RepoPath, target: string) => boolean,
): { readonly reached: readonly Reached[]; readonly isCut: boolean } {
  const importers = language.importers([hidden.module.path], IMPORTERS);
  if (importers.status !== 'known') return { reached: [], isCut: false };
  const open = new Map<RepoPath, ReadonlySet<string>>([[hidden.module.path, new Set(hidden.names.keys())]]);
  const reached: Reached[] = [];
  let targetCount = 0;
  for (const path of importers.value.paths) {
    if (isTestFile(path) || !/(?<!\.d)\.[cm]?[jt]s$/.test(path)) continue;
    const references = language.references(path);
    const sides = sidesOf(path);
    if (references.status !== 'known' || !sides) continue;
    const specifiers = new Map<string, ReadonlySet<string>>();
    for (const { specifier, target, typeOnly } of references.value) {
      const names = target && 'path' in target && !typeOnly ? open.get(target.path) : undefined;
      if (names) specifiers.set(specifier, names);
    }
    const { locals, handedOn } = namesFrom(sides.after, path, specifiers);
    const after = moduleText(sides.after, path);
    const before = sides.before === undefined ? undefined : moduleText(sides.before, sides.from ?? path);
    const touched = touchedIn(before, after, locals);
    const exported = [...touched].flatMap((key) => after.exports.get(after.declared.get(key)?.of ?? key) ?? []);
    if (exported.length + handedOn.size > 0) open.set(path, new Set([...exported, ...handedOn]));
    const targets = targetsOf(before, after, locals).filter(({ name, why }) => why !== 'added' && !isKnown(path, name));
    if (targets.length === 0) continue;
    if (reached.length >= MODULES || targetCount >= TARGETS) return { reached, isCut: true };
    const some = targets.slice(0, TARGETS - targetCount);
    targetCount += some.length;
    reached.push({ module: sides, targets: some, hidden });
    if (some.length < targets.length) return { reached, isCut: true };
  }
  return { reached, isCut: importers.value.limitHit };
}

/** Names that a module gives to what it takes from others, and what of theirs it hands on, by the names it exports it by. */
function namesFrom(
  text: string,
  path: string,
  specifiers: ReadonlyMap<string, ReadonlySet<string>>,
): { readonly locals: ReadonlySet<string>; readonly handedOn: ReadonlySet<string> } {
  const locals = new Set<string>();
  const handedOn = new Set<string>();
  const elements = (node: SyntaxNode | undefined): readonly (readonly [theirs: string, own: string])[] =>
    (node?.parts('elements') ?? []).flatMap((one) => {
      const own = one.part('name')?.value;
      return own === undefined ? [] : [[one.part('propertyName')?.value ?? own, own] as const];
    });
  for (const node of syntaxTreeOf(text, path).root.parts('statements')) {
    const names = specifiers.get(node.part('moduleSpecifier')?.value ?? '');
    if (node.kind === 'ImportDeclaration' && names) {
      const clause = node.part('importClause');
      const own = clause?.part('name')?.value;
      if (own !== undefined && names.has('default')) locals.add(own);
      const bindings = clause?.part('namedBindings');
      if (bindings?.kind === 'NamespaceImport') for (const one of namesOf(bindings)) locals.add(one);
      for (const [theirs, local] of elements(bindings)) if (names.has(theirs)) locals.add(local);
    } else if (node.kind === 'ExportDeclaration' && names) {
      const clause = node.part('exportClause');
      if (!clause) for (const one of names) if (one !== 'default') handedOn.add(one);
      for (const [theirs, own] of elements(clause)) if (names.has(theirs)) handedOn.add(own);
    } else if (node.kind === 'VariableStatement') {
      for (const one of node.part('declarationList')?.parts('declarations') ?? []) {
        const call = one.part('initializer');
        const given =
          call?.kind === 'CallExpression' ? specifiers.get(call.parts('arguments')[0]?.value ?? '') : undefined;
        if (!given) continue;
        const pattern = one.part('name');
        if (pattern?.kind === 'Identifier') locals.add(pattern.value!);
        for (const [theirs, local] of elements(pattern)) if (given.has(theirs)) locals.add(local);
      }
    }
  }
  return { locals, handedOn };
}
