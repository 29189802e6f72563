import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RepoPath } from '../../base/index.ts';
import { classesOf, javascriptOf, type LanguageService } from '../../lang/index.ts';
import type { Runnable } from '../compare/run.ts';
import { moduleText } from './module.ts';

/** Modules that are turned into JavaScript here; the process of a probe does it with the others itself, which takes longer. */
const MODULES = 100;
/** Texts that are kept as JavaScript. */
const KEPT = 2_000;

export interface LoadRequest {
  readonly root: string;
  readonly path: RepoPath;
  readonly language: LanguageService;
  /** The text of a file on this side; undefined where it has none. */
  textOf(path: RepoPath): string | undefined;
  /** Files whose text on this side is not what lies under the root. */
  readonly changed: readonly RepoPath[];
  /** Files that declare classes, by the name of the class. */
  readonly classes: ReadonlyMap<string, { readonly path: RepoPath; readonly exported: string }>;
}

const javascript = new Map<string, string>();

function javascriptFor(text: string, path: string): string {
  const key = `${path}\0${text}`;
  let made = javascript.get(key);
  if (made === undefined) {
    made = /\.[cm]?js$/.test(path) ? text : javascriptOf(text, path);
    if (javascript.size >= KEPT) javascript.clear();
    javascript.set(key, made);
  }
  return made;
}

/** A module's own files, itself first, as far as imports lead from it within the repository. */
export function filesOf(
  language: LanguageService,
  path: RepoPath,
): { readonly files: readonly RepoPath[]; readonly imports: ReadonlyMap<string, RepoPath> } {
  const files: RepoPath[] = [path];
  const imports = new Map<string, RepoPath>();
  for (let at = 0; at < files.length && files.length < MODULES; at++) {
    const references = language.references(files[at]!);
    if (references.status !== 'known') continue;
    for (const { specifier, target, typeOnly } of references.value) {
      if (!target || !('path' in target) || typeOnly || /\.d\.[cm]?ts$/.test(target.path)) continue;
      if (!/^\.{0,2}\//.test(specifier)) imports.set(`${files[at]} ${specifier}`, target.path);
      if (!files.includes(target.path)) files.push(target.path);
    }
  }
  return { files, imports };
}

/** Says of classes what in their instances is not public: how that is kept is no behaviour. */
const marksOf = (text: string, path: RepoPath): string =>
  classesOf(text, path)
    .filter(({ hides }) => hides.length > 0)
    .map(
      ({ name, hides }) =>
        `\ntry { Object.defineProperty(${name}.prototype, Symbol.for('assay.hides'), { value: ${JSON.stringify(hides)} }); } catch {}`,
    )
    .join('');

/** What a process of a probe loads: a module of its own that hands on the probed one and the classes that inputs need. */
export function runnableOf(request: LoadRequest): Runnable {
  const { language, path, textOf, changed, classes } = request;
  const root = realpathSync(request.root);
  const urlOf = (of: string): string => pathToFileURL(join(root, of)).href;
  const { files, imports } = filesOf(language, path);
  const modules: Record<string, { format: 'module' | 'commonjs'; source: string }> = {};
  for (const file of new Set([...files, ...changed])) {
    const text = /\.(?:[cm]?[jt]s)$/.test(file) ? textOf(file) : undefined;
    if (text === undefined) continue;
    const isTyped = /\.[cm]?ts$/.test(file);
    // What Node loads as it lies there, it knows better how.
    if (!isTyped && !changed.includes(file)) continue;
    const format = isTyped && !file.endsWith('.cts') ? 'module' : moduleText(text, file).format;
    modules[urlOf(file)] = { format, source: `${javascriptFor(text, file)}${marksOf(text, file)}` };
  }
  const others = [...classes].filter(([, { path: from }]) => from !== path);
  const own = [...classes].filter(([, { path: from }]) => from === path);
  const source = [
    `import * as own from ${JSON.stringify(urlOf(path))};`,
    'export { own };',
    `export const $again = (turn) => import(${JSON.stringify(`${urlOf(path)}?`)} + turn);`,
    ...own.map(([name, { exported }]) => `export const ${name} = own[${JSON.stringify(exported)}];`),
    ...others.map(
      ([name, { path: from, exported }]) => `export { ${exported} as ${name} } from ${JSON.stringify(urlOf(from))};`,
    ),
  ].join('\n');
  return {
    url: urlOf(join(dirname(path), `.assay-probe-${process.pid}.mjs`)),
    format: 'module',
    source,
    modules,
    imports: Object.fromEntries(
      [...imports].map(([key, to]) => {
        const at = key.indexOf(' ');
        return [`${urlOf(key.slice(0, at))} ${key.slice(at + 1)}`, urlOf(to)];
      }),
    ),
  };
}
