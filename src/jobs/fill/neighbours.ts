import type { RepoPath } from '../../base/index.ts';
import {
  functionsOf,
  importsOf,
  type LanguageService,
  type LoadModule,
  Modules,
  type SignatureShape,
  signaturesOf,
} from '../../lang/index.ts';
import type { Neighbour } from '../../search/index.ts';
import type { Workspace } from '../../workspace/index.ts';

/** Functions that a body may call. */
const NEIGHBOURS = 24;
/** Specifier of a module for itself. */
const ITSELF = '';

/** The modules of a repository as they are imported, `path` with a text of its own; each is looked up once. */
export function modulesOf(
  workspace: Workspace,
  path: RepoPath,
  text: string,
  follow: (from: RepoPath, specifier: string) => RepoPath | undefined,
): Modules {
  const known = new Map<string, ReturnType<LoadModule>>();
  const load: LoadModule = (from, specifier) => {
    const target = specifier === ITSELF ? (from as RepoPath) : follow(from as RepoPath, specifier);
    if (target === undefined || target === path) return target && { path, text };
    const source = workspace.read(target);
    return source.ok ? { path: target, text: source.value.text } : undefined;
  };
  return new Modules((from, specifier) => {
    const key = `${from}\n${specifier}`;
    if (!known.has(key)) known.set(key, load(from, specifier));
    return known.get(key);
  });
}

/**
 * Functions that stand where the new one will: what its module imports, and what is written beside it. Only those whose text can be
 * read to the end are told, as nothing is run.
 */
export function neighboursOf(
  language: LanguageService,
  modules: Modules,
  path: RepoPath,
  text: string,
  name: string,
  follow: (from: RepoPath, specifier: string) => RepoPath | undefined,
): readonly Neighbour[] {
  const beside = functionsOf(text, path)
    .filter((one) => one.name !== name && !one.isStub)
    .map((one) => ({ specifier: ITSELF, name: one.name, local: one.name }));
  const found: Neighbour[] = [];
  for (const one of [...importsOf(text, path), ...beside]) {
    if (found.length >= NEIGHBOURS) break;
    const call = modules.imported(path, one.specifier, one.name);
    const target = one.specifier === ITSELF ? path : follow(path, one.specifier);
    const forms = call && target ? formsOf(language, target, one.name, target === path ? text : undefined) : [];
    if (call && forms.length > 0) found.push({ name: one.local, forms, call });
  }
  return found;
}

/** How a function is called, as the compiler sees it. */
function formsOf(
  language: LanguageService,
  path: RepoPath,
  name: string,
  text: string | undefined,
): readonly SignatureShape[] {
  // Only what a module exports has a written-out type.
  const own = text !== undefined && functionsOf(text, path).some((one) => one.name === name && !one.exported);
  if (own) language.setOverlay(new Map([[path, `${text}\nexport { ${name} };\n`]]));
  const surface = language.surface(path);
  if (own) language.setOverlay(new Map());
  const entry = surface.status === 'known' ? surface.value.find((one) => one.name === name) : undefined;
  return entry ? signaturesOf(entry.type, entry.uses) : [];
}
