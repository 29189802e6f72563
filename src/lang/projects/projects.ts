import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isRecord, LIMITS, readRegularText } from '../../base/index.ts';
import type { ParsedConfig } from '../engine.ts';
import { parseJsonc } from '../jsonc.ts';
import type { Overlay } from '../overlay.ts';
import { isLooser, mayTellMore } from './options.ts';

/** A configuration file as far as finding a file's project needs it. */
interface Config {
  readonly path: string;
  readonly parsed: ParsedConfig;
  readonly files: ReadonlySet<string>;
  /** Configuration files of the referenced projects, in order. */
  readonly references: readonly string[];
  /** Configuration files beside it, or above, that it extends. */
  readonly bases: readonly string[];
}

/** Name of the configuration that is made up for files in no project. Beside the one that it derives from. */
const MADE_UP = 'tsconfig.assay-made-up.json';

/** Referenced and neighbouring configurations that are looked at for one file. */
const CONFIGS_LIMIT = 200;

/** Programs that are opened to see whether a file is imported into one that does not list it. */
const PROGRAMS_LIMIT = 8;

/** Length of a chain of `extends` that is followed. */
const BASES_LIMIT = 20;

/**
 * Which projects hold a file: the nearest tsconfig upward that lists it, the projects that it references, the other
 * tsconfigs in its folder, then programs that import the file; else a project made up from the nearest tsconfig. Beside
 * these, those that scripts compile it in under other options.
 */
export class Projects {
  readonly #root: string;
  readonly #overlay: Overlay;
  readonly #isPlain: boolean;
  readonly #parse: (config: string) => ParsedConfig | undefined;
  readonly #configs = new Map<string, Config | null>();
  readonly #holding = new Map<string, readonly string[]>();
  /** Folder to the configurations that the scripts of its package give to the compiler. */
  readonly #scripted = new Map<string, readonly string[]>();
  /** Folder of a made-up configuration to the files that it lists. */
  readonly #orphans = new Map<string, Set<string>>();

  /** `isPlain`: as `LanguageOptions.plainConfigs`. */
  constructor(root: string, overlay: Overlay, isPlain: boolean, parse: (config: string) => ParsedConfig | undefined) {
    this.#root = root;
    this.#overlay = overlay;
    this.#isPlain = isPlain;
    this.#parse = parse;
  }

  /** To be called when a configuration, or which files there are, may have changed. */
  invalidate(): void {
    this.#configs.clear();
    this.#holding.clear();
    this.#scripted.clear();
  }

  /** Membership by import may have changed with a file's text; what a configuration lists has not. */
  invalidateImports(): void {
    this.#holding.clear();
  }

  options(config: string): ParsedConfig['options'] | undefined {
    return this.#config(config)?.parsed.options;
  }

  /** Whether the configuration itself lists a file. */
  lists(config: string, file: string): boolean {
    return this.#config(config)?.files.has(file) ?? false;
  }

  /**
   * Configurations of the projects that hold a file, the one that an editor takes first in front. `imports` tells
   * whether the program of a configuration has the file; it may open that program.
   */
  of(file: string, imports: (config: string) => boolean): readonly string[] {
    const known = this.#holding.get(file);
    if (known) return known;
    const found = this.#find(file, imports);
    this.#holding.set(file, found);
    return found;
  }

  /** The configuration at the root, to be told about even before a file is asked for. */
  atRoot(): readonly string[] {
    return this.#mainConfigs(this.#root);
  }

  /** Configurations that list a file themselves. */
  listing(file: string): readonly string[] {
    for (const folder of this.#upward(dirname(file))) {
      const main = this.#mainConfigs(folder).flatMap((config) => this.#withReferences(config));
      const listing = main.filter((config) => this.lists(config, file));
      if (listing.length > 0) {
        const own = this.#built(folder, file, listing) ?? listing;
        const scripted = this.#named(folder).filter((config) => this.lists(config, file));
        return [...own, ...this.beside(own, scripted)];
      }
      const other = this.#otherConfigs(folder, file).find((config) => this.lists(config, file));
      if (other) return [other];
    }
    return [];
  }

  /**
   * Which of `others`, whose programs have a file, may tell of it what its `own` projects do not: those that scripts compile,
   * under options that may bring other errors. What a project references it sees as declarations, and says nothing of.
   */
  beside(own: readonly string[], others: readonly string[]): readonly string[] {
    const found: string[] = [];
    for (const config of others) {
      const asked = [...own, ...found];
      if (asked.includes(config) || this.#withReferences(config).some((one) => own.includes(one))) continue;
      const options = this.options(config) ?? {};
      const isOther = asked.every((one) => mayTellMore(options, this.options(one) ?? {}));
      if (isOther && this.#isScripted(config)) found.push(config);
    }
    return found;
  }

  #isScripted(config: string): boolean {
    const named = this.#namedAbove(config);
    return named.includes(config) || named.some((one) => this.#withReferences(one).includes(config));
  }

  /** Whether scripts compile other configurations and not this one. */
  isLeftOut(config: string): boolean {
    return this.#namedAbove(config).length > 0 && !this.#isScripted(config);
  }

  #namedAbove(config: string): readonly string[] {
    return this.#upward(dirname(config)).flatMap((folder) => this.#named(folder));
  }

  #find(file: string, imports: (config: string) => boolean): readonly string[] {
    const listing = this.listing(file);
    if (listing.length > 0) return listing;
    const folders = this.#upward(dirname(file));
    let opened = 0;
    for (const folder of folders) {
      const here = this.#mainConfigs(folder).flatMap((config) => this.#withReferences(config));
      for (const config of [...here, ...this.#otherConfigs(folder, file)]) {
        if ((this.#config(config)?.files.size ?? 0) === 0) continue;
        if (opened++ >= PROGRAMS_LIMIT) break;
        if (imports(config)) return [config];
      }
    }
    return [this.#madeUp(file, folders)];
  }

  /**
   * The configuration that a package's scripts compile a file with, where all of them ask less of it than the plain
   * one does: that one is only an editor's then, and nothing that the project runs would tell of its errors.
   */
  #built(folder: string, file: string, plain: readonly string[]): readonly string[] | undefined {
    if (this.#isPlain) return undefined;
    const named = this.#named(folder);
    if (named.some((config) => this.#withReferences(config).some((one) => plain.includes(one)))) return undefined;
    const listing = named.filter((config) => this.lists(config, file));
    const options = listing.map((config) => this.options(config) ?? {});
    const asked = plain.map((config) => this.options(config) ?? {});
    const areLooser = options.every((one) => asked.every((other) => isLooser(one, other)));
    return listing[0] !== undefined && areLooser ? [listing[0]] : undefined;
  }

  /** Configurations that the scripts of a folder's package give to the compiler. */
  #named(folder: string): readonly string[] {
    let named = this.#scripted.get(folder);
    if (!named) {
      named = compiledByScripts(this.#json(`${folder}/package.json`).scripts, folder);
      this.#scripted.set(folder, named);
    }
    return named;
  }

  /** tsconfig.json, else jsconfig.json. */
  #mainConfigs(folder: string): readonly string[] {
    const config = ['tsconfig.json', 'jsconfig.json']
      .map((name) => `${folder}/${name}`)
      .find((p) => this.#overlay.has(p));
    return config ? [config] : [];
  }

  /** Other tsconfigs of a folder, those whose name fits the file first; what is there to be extended is no project. */
  #otherConfigs(folder: string, file: string): readonly string[] {
    const names = this.#overlay.entries(folder)?.files ?? (existsSync(folder) ? readdirSync(folder) : []);
    const isTest = /[./_-](test|spec)[./_-]|\/(test|tests|__tests__)\//.test(file);
    const rank = (name: string): number => (isTest && /test|spec/.test(name) ? 0 : /eslint/.test(name) ? 2 : 1);
    const others = names.filter((name) => /^tsconfig\..+\.json$/.test(name) && name !== MADE_UP);
    const here = [...this.#mainConfigs(folder), ...others.map((name) => `${folder}/${name}`)];
    const bases = new Set(here.flatMap((config) => this.#config(config)?.bases ?? []));
    return others
      .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
      .map((name) => `${folder}/${name}`)
      .filter((config) => !bases.has(config));
  }

  #withReferences(config: string): readonly string[] {
    const found = new Set([config]);
    for (const at of found) {
      for (const reference of this.#config(at)?.references ?? []) {
        if (found.size >= CONFIGS_LIMIT) break;
        found.add(reference);
      }
    }
    return [...found];
  }

  #config(path: string): Config | undefined {
    const known = this.#configs.get(path);
    if (known !== undefined) return known ?? undefined;
    const parsed = this.#overlay.has(path) ? this.#parse(path) : undefined;
    const config = parsed && {
      path,
      parsed: { ...parsed, options: { ...parsed.options, ...this.#forgotten(path) } },
      files: new Set(parsed.fileNames),
      references: this.#references(path),
      bases: this.#bases(path),
    };
    this.#configs.set(path, config ?? null);
    return config;
  }

  #references(config: string): readonly string[] {
    const { references } = this.#json(config);
    return (Array.isArray(references) ? references : []).flatMap((reference) => {
      if (!isRecord(reference) || typeof reference.path !== 'string') return [];
      const path = resolve(dirname(config), reference.path);
      return [path.endsWith('.json') ? path : `${path}/tsconfig.json`];
    });
  }

  #bases(config: string): readonly string[] {
    const { extends: from } = this.#json(config);
    return (Array.isArray(from) ? from : [from]).flatMap((base) => {
      if (typeof base !== 'string' || !base.startsWith('.')) return [];
      const path = resolve(dirname(config), base);
      return [path.endsWith('.json') ? path : `${path}.json`];
    });
  }

  /** Values that TypeScript 7 does not even know, and so leaves out where it parses: 0 is what older ones make of them. */
  #forgotten(config: string, depth = 0): { readonly module?: 0; readonly target?: 0 } {
    if (depth >= BASES_LIMIT) return {};
    const inherited = this.#bases(config).map((base) => this.#forgotten(base, depth + 1));
    const { compilerOptions } = this.#json(config);
    const { module, target } = isRecord(compilerOptions) ? compilerOptions : {};
    return {
      ...Object.assign({}, ...inherited),
      ...(/^none$/i.test(String(module)) ? { module: 0 } : {}),
      ...(/^es3$/i.test(String(target)) ? { target: 0 } : {}),
    };
  }

  #json(config: string): Record<string, unknown> {
    const json = parseJsonc(this.#overlay.read(config) ?? readRegularText(config, LIMITS.fileBytes) ?? '');
    return isRecord(json) ? json : {};
  }

  /** The configuration of a project for a file that no project holds. */
  #madeUp(file: string, folders: readonly string[]): string {
    const main = folders.flatMap((folder) => this.#mainConfigs(folder))[0];
    const folder = main ? dirname(main) : (folders.find((at) => this.#overlay.has(`${at}/package.json`)) ?? this.#root);
    const files = this.#orphans.get(folder) ?? new Set<string>();
    this.#orphans.set(folder, files.add(file));
    const from = main && this.#optionsFrom(main);
    const path = `${folder}/${MADE_UP}`;
    const ambient = [...(from ? (this.#config(from)?.files ?? []) : [])].filter((name) => /\.d\.[cm]?ts$/.test(name));
    const text = JSON.stringify({
      ...(from ? { extends: from, references: this.#references(from).map((path) => ({ path })) } : {}),
      compilerOptions: from ? DERIVED : DEFAULTS,
      include: [],
      files: [...new Set([...files, ...ambient])].filter((name) => this.#overlay.has(name)).sort(),
    });
    if (this.#overlay.makeUp(path, text)) {
      this.#configs.delete(path);
      this.onMadeUp?.(path);
    }
    return path;
  }

  /** Called when a made-up configuration has a new text. */
  onMadeUp: ((path: string) => void) | undefined;

  /** A solution has no options of its own; the project for tools, or else its first one, speaks for it. */
  #optionsFrom(main: string): string {
    const config = this.#config(main);
    if (!config || config.files.size > 0 || config.references.length === 0) return main;
    return config.references.find((path) => /node|tools|scripts/.test(basename(path))) ?? config.references[0] ?? main;
  }

  #upward(folder: string): readonly string[] {
    const folders: string[] = [];
    for (let at = folder; at.length >= this.#root.length && at.startsWith(this.#root); at = dirname(at)) {
      folders.push(at);
      if (at === this.#root) break;
    }
    return folders;
  }
}

/** Configurations that scripts give to the compiler, the plain one where they name none. */
function compiledByScripts(scripts: unknown, folder: string): readonly string[] {
  const named: string[] = [];
  for (const script of isRecord(scripts) ? Object.values(scripts) : []) {
    for (const [, words = ''] of String(script).matchAll(/(?:^|[\s/;&|])(?:vue-)?tsc(?=$|[\s;&|])([^;&|]*)/g)) {
      const [, path = '.'] = /(?:^|\s)(?:-p|--project|-b|--build)[\s=]+["']?([^\s"'-][^\s"']*)/.exec(words) ?? [];
      const full = resolve(folder, path);
      named.push(full.endsWith('.json') ? full : `${full}/tsconfig.json`);
    }
  }
  return named;
}

/**
 * What a file outside its nearest project takes back from that project's options: what is about output, and what is
 * about style, which nobody has asked of this file. JavaScript is read, and checked only where it says so itself.
 */
const DERIVED = {
  composite: false,
  incremental: false,
  declaration: false,
  declarationMap: false,
  noEmit: true,
  rootDir: null,
  outDir: null,
  declarationDir: null,
  tsBuildInfoFile: null,
  emitDeclarationOnly: false,
  isolatedDeclarations: false,
  allowJs: true,
  checkJs: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
  noImplicitReturns: false,
  noImplicitOverride: false,
  noFallthroughCasesInSwitch: false,
  noPropertyAccessFromIndexSignature: false,
  noUncheckedIndexedAccess: false,
  exactOptionalPropertyTypes: false,
};

/**
 * For a tree without tsconfig. `bundler` resolution takes imports with and without extensions, as both Node's type
 * stripping and bundlers do; every file is a module, so that unrelated scripts do not see each other's names.
 */
export const DEFAULTS = {
  strict: true,
  target: 'esnext',
  module: 'preserve',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  allowImportingTsExtensions: true,
  allowJs: true,
  resolveJsonModule: true,
  esModuleInterop: true,
  jsx: 'preserve',
  skipLibCheck: true,
  noEmit: true,
  types: ['*'],
};
