import { readdirSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type ts from 'typescript6';
import type {
  CompilerOptions,
  Engine,
  FileChanges,
  FileView,
  Kinds,
  ParsedConfig,
  Program,
  RawCompletion,
  RawDiagnostic,
  SourceFile,
} from '../engine.ts';
import { CompilerFailed } from '../engine.ts';
import { kindTable } from '../kinds.ts';
import { heldBack } from '../overlay.ts';
import { QUESTION_MS } from '../watchdog.ts';
import { serviceChecker } from './serviceChecker.ts';

export interface ServiceOptions {
  /** File of the compiler: `typescript/lib/typescript.js` of versions 4.7 to 6. */
  readonly module: string;
  readonly version: string;
  /** Major version whose defaults a configuration relies on, where that is an older one than the compiler's. */
  readonly defaultsOf?: number;
  /** Whether to keep complaints about deprecated and removed options to itself. */
  readonly lenient: boolean;
}

/** Defaults that changed with TypeScript 6, as they were before. */
const BEFORE_6 = { strict: false, esModuleInterop: false, types: ['*'], noUncheckedSideEffectImports: false };

/** TypeScript 4.7 to 6, loaded into this process, one language service for each project. */
export class ServiceEngine implements Engine {
  readonly kind = 'service';
  readonly version: string;
  readonly #ts: typeof ts;
  readonly #host: ts.ParseConfigFileHost;
  readonly #options: ServiceOptions;
  readonly #registry: ts.DocumentRegistry;
  readonly #projects = new Map<string, Project>();
  readonly #parsed = new Map<string, ts.ParsedCommandLine | null>();
  readonly #versions = new Map<string, number>();
  readonly #snapshots = new Map<string, { readonly version: string; readonly snapshot: ts.IScriptSnapshot }>();
  readonly #kinds: Kinds;
  /** Counts every change, and those after which imports may lead elsewhere. */
  readonly #epoch = { text: 0, structure: 0, all: 0 };

  constructor(root: string, view: FileView, options: ServiceOptions) {
    this.#options = options;
    this.version = options.version;
    this.#ts = createRequire(import.meta.url)(options.module) as typeof ts;
    this.#host = parseHost(this.#ts, root, view);
    this.#registry = this.#ts.createDocumentRegistry(this.#ts.sys.useCaseSensitiveFileNames, root);
    this.#kinds = kindTable(this.#ts.SyntaxKind as unknown as Record<string, string | number>); // enum object, by name
  }

  parseConfig(config: string): ParsedConfig | undefined {
    const parsed = this.#parse(config);
    return parsed && { options: parsed.options as CompilerOptions, fileNames: parsed.fileNames };
  }

  change({ changed, created, deleted, all }: FileChanges): void {
    for (const path of [...changed, ...created, ...deleted]) {
      this.#versions.set(path, (this.#versions.get(path) ?? 0) + 1);
    }
    this.#epoch.text++;
    if (all) this.#epoch.all++;
    const anyMoved = all || created.length > 0 || deleted.length > 0;
    if (anyMoved || changed.some((path) => path.endsWith('/package.json'))) this.#epoch.structure++;
    if (anyMoved || changed.some((path) => path.endsWith('.json'))) this.#parsed.clear();
  }

  program(config: string): Program | undefined {
    const parsed = this.#parse(config);
    if (!parsed) return undefined;
    let project = this.#projects.get(config);
    if (!project) {
      project = this.#open(config);
      this.#projects.set(config, project);
    }
    return project.current();
  }

  close(): void {
    for (const project of this.#projects.values()) project.service.dispose();
    this.#projects.clear();
  }

  #parse(config: string): ts.ParsedCommandLine | undefined {
    const known = this.#parsed.get(config);
    if (known !== undefined) return known ?? undefined;
    const parsed = this.#host.fileExists(config)
      ? this.#ts.getParsedCommandLineOfConfigFile(config, undefined, this.#host)
      : undefined;
    if (parsed) parsed.options = this.#adjusted(parsed.options);
    this.#parsed.set(config, parsed ?? null);
    return parsed;
  }

  #version(name: string): string {
    return `${this.#epoch.all}.${this.#versions.get(name) ?? 0}`;
  }

  /** The text of a file. The compiler asks for that of every file after each change, though it has those that stayed. */
  #snapshot(name: string): ts.IScriptSnapshot | undefined {
    const version = this.#version(name);
    const known = this.#snapshots.get(name);
    if (known?.version === version) return known.snapshot;
    const text = this.#host.readFile(name);
    const snapshot = text === undefined ? undefined : this.#ts.ScriptSnapshot.fromString(text);
    // One that is not there may come without anybody saying so.
    if (snapshot) this.#snapshots.set(name, { version, snapshot });
    else this.#snapshots.delete(name);
    return snapshot;
  }

  /** A compiler that the project did not ask for does not get to complain about options, nor to change defaults. */
  #adjusted(options: ts.CompilerOptions): ts.CompilerOptions {
    const { defaultsOf } = this.#options;
    if (defaultsOf === undefined) return options;
    const moduleKind = options.module ?? this.#ts.ModuleKind.CommonJS;
    const classic = moduleKind === this.#ts.ModuleKind.CommonJS || moduleKind === this.#ts.ModuleKind.None;
    return {
      ...BEFORE_6,
      target: this.#ts.ScriptTarget.ES5,
      module: moduleKind,
      ...(options.moduleResolution === undefined && classic
        ? { moduleResolution: this.#ts.ModuleResolutionKind.Node10 }
        : {}),
      ...options,
      ignoreDeprecations: '6.0',
    };
  }

  #open(config: string): Project {
    const compiler = this.#ts;
    const host = this.#host;
    const state = {
      structure: -1,
      invalid: false,
      deadline: { wall: Number.POSITIVE_INFINITY, processor: Number.POSITIVE_INFINITY },
      // The compiler asks this very often, and the time of day is cheaper.
      isCancellationRequested: () =>
        performance.now() >= state.deadline.wall && processorMs() >= state.deadline.processor,
      throwIfCancellationRequested: () => {
        if (state.isCancellationRequested()) throw new compiler.OperationCanceledException();
      },
    };
    const parsed = (): ts.ParsedCommandLine => {
      const found = this.#parse(config);
      return found ?? { options: {}, fileNames: [], errors: [] };
    };
    const serviceHost: ts.LanguageServiceHost & InternalHost = {
      getCompilationSettings: () => parsed().options,
      getScriptFileNames: () => parsed().fileNames,
      getProjectReferences: () => parsed().projectReferences,
      getParsedCommandLine: (name) => this.#parse(name),
      useSourceOfProjectReferenceRedirect: () => true,
      getProjectVersion: () => String(this.#epoch.text),
      getScriptVersion: (name) => this.#version(name),
      getScriptSnapshot: (name) => this.#snapshot(name),
      getCurrentDirectory: () => dirname(config),
      getDefaultLibFileName: (options) => compiler.getDefaultLibFilePath(options),
      fileExists: host.fileExists,
      readFile: host.readFile,
      readDirectory: host.readDirectory as NonNullable<ts.LanguageServiceHost['readDirectory']>,
      directoryExists: (path) => host.directoryExists?.(path) ?? false,
      getDirectories: (path) => host.getDirectories?.(path) ?? [],
      realpath: (path) => host.realpath?.(path) ?? path,
      useCaseSensitiveFileNames: () => compiler.sys.useCaseSensitiveFileNames,
      hasInvalidatedResolutions: () => state.invalid,
      getCancellationToken: () => state,
    };
    const service = compiler.createLanguageService(serviceHost, this.#registry);
    let seen: { readonly program: ts.Program; readonly view: Program } | undefined;
    const current = guard((): Program => {
      state.deadline = { wall: performance.now() + QUESTION_MS, processor: processorMs() + QUESTION_MS };
      state.invalid = state.structure !== this.#epoch.structure;
      const program = service.getProgram();
      if (!program) throw new Error(`no program for ${config}`);
      state.invalid = false;
      state.structure = this.#epoch.structure;
      if (seen?.program !== program) {
        const errors = (): readonly ts.Diagnostic[] => {
          const { options, errors } = parsed();
          const json = options.configFile as { parseDiagnostics?: readonly ts.Diagnostic[] } | undefined;
          return [...(json?.parseDiagnostics ?? []), ...errors];
        };
        const { lenient } = this.#options;
        seen = { program, view: serviceProgram(compiler, this.#kinds, service, program, state, errors, lenient) };
      }
      return seen.view;
    });
    return { service, current };
  }
}

/** Processor time of this process: a machine that is busy with other things makes no question longer. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** What the editor's server gives its language service beyond the public interface, in every supported version. */
interface InternalHost {
  hasInvalidatedResolutions(path: string): boolean;
  useSourceOfProjectReferenceRedirect(): boolean;
}

/** What the compiler throws is a defect of its own, or that the question took too long. */
export function guard<A extends readonly unknown[], T>(question: (...args: A) => T): (...args: A) => T {
  return (...args) => {
    try {
      return question(...args);
    } catch (error) {
      if (error instanceof CompilerFailed) throw error;
      const isLate = (error as { constructor?: { name?: string } }).constructor?.name === 'OperationCanceledException';
      const why = isLate
        ? `it took more than ${QUESTION_MS} ms of processor time`
        : error instanceof Error
          ? error.message
          : String(error);
      throw new CompilerFailed(why, { cause: error });
    }
  };
}

interface Project {
  readonly service: ts.LanguageService;
  current(): Program;
}

/** "Deprecated" and "removed": complaints of a compiler that was not asked for. */
const ABOUT_OPTIONS = new Set([5101, 5102, 5107, 5108]);

function serviceProgram(
  compiler: typeof ts,
  kinds: Kinds,
  service: ts.LanguageService,
  program: ts.Program,
  cancel: ts.CancellationToken,
  configErrors: () => readonly ts.Diagnostic[],
  lenient: boolean,
): Program {
  const raw = (diagnostic: ts.Diagnostic, source: RawDiagnostic['source']): RawDiagnostic => {
    const { file, start = 0, length = 0, code, messageText, category } = diagnostic;
    const categories = compiler.DiagnosticCategory;
    return {
      ...(file === undefined ? {} : { fileName: file.fileName }),
      start,
      end: start + length,
      code,
      message: compiler.flattenDiagnosticMessageText(messageText, '\n'),
      category: category === categories.Error ? 'error' : category === categories.Warning ? 'warning' : 'info',
      source,
    };
  };
  const file = (fileName: string): ts.SourceFile => {
    const found = program.getSourceFile(fileName);
    if (!found) throw new CompilerFailed(`the program does not have ${fileName}`);
    return found;
  };
  return {
    kinds,
    options: program.getCompilerOptions() as CompilerOptions,
    checker: serviceChecker(compiler, program.getTypeChecker()),
    // The compiler's node classes have the shape of `Node`, without naming the optional children on every kind.
    sourceFile: (fileName) => program.getSourceFile(fileName) as unknown as SourceFile | undefined,
    has: (fileName) => program.getSourceFile(fileName) !== undefined,
    sourceFileNames: () => program.getSourceFiles().map(({ fileName }) => fileName),
    diagnostics: guard((fileName) => {
      const source = file(fileName);
      return [
        ...program.getSyntacticDiagnostics(source, cancel).map((d) => raw(d, 'syntax')),
        ...program.getSemanticDiagnostics(source, cancel).map((d) => raw(d, 'semantic')),
      ];
    }),
    declarationDiagnostics: guard((fileName) =>
      program.getDeclarationDiagnostics(file(fileName), cancel).map((d) => raw(d, 'semantic')),
    ),
    configDiagnostics: guard(() =>
      [...configErrors(), ...program.getOptionsDiagnostics()]
        .filter(({ code }) => !lenient || !ABOUT_OPTIONS.has(code))
        .map((d) => raw(d, 'config')),
    ),
    globals: guard(() => {
      const { Value, Type, Namespace } = compiler.SymbolFlags;
      const [anywhere] = program.getSourceFiles();
      const checker = program.getTypeChecker();
      const found = anywhere ? checker.getSymbolsInScope(anywhere, Value | Type | Namespace) : [];
      return found.map(({ name, flags }) => ({ name, flags }));
    }),
    completions: guard((fileName, offset) =>
      service
        .getCompletionsAtPosition(fileName, offset, {
          includeCompletionsForModuleExports: false,
          includeCompletionsForImportStatements: false,
          includeCompletionsWithInsertText: true,
        })
        ?.entries.map((entry) => ({
          name: entry.name,
          kind: COMPLETION_KINDS.get(entry.kind) ?? 'other',
          sortText: entry.sortText,
          ...(entry.insertText === undefined ? {} : { insertText: entry.insertText }),
        })),
    ),
  };
}

const COMPLETION_KINDS: ReadonlyMap<string, RawCompletion['kind']> = new Map([
  ['method', 'method'],
  ['construct', 'method'],
  ['constructor', 'method'],
  ['function', 'function'],
  ['local function', 'function'],
  ['property', 'property'],
  ['getter', 'property'],
  ['setter', 'property'],
  ['accessor', 'property'],
  ['var', 'variable'],
  ['let', 'variable'],
  ['const', 'variable'],
  ['local var', 'variable'],
  ['using', 'variable'],
  ['await using', 'variable'],
  ['parameter', 'variable'],
  ['class', 'class'],
  ['local class', 'class'],
  ['interface', 'interface'],
  ['type', 'type'],
  ['module', 'namespace'],
  ['enum', 'enum'],
  ['enum member', 'enum-member'],
  ['type parameter', 'type-parameter'],
  ['alias', 'alias'],
  ['keyword', 'keyword'],
]);

/** Configuration parsing and file access over the overlay. */
function parseHost(
  compiler: typeof ts,
  root: string,
  view: FileView,
): ts.ParseConfigFileHost & ts.ModuleResolutionHost {
  const { sys } = compiler;
  const directoryExists = (path: string): boolean => view.directoryExists(path) ?? sys.directoryExists(path);
  const entries = (path: string): { files: string[]; directories: string[] } => view.entries(path) ?? listing(path);
  // The compiler's own glob matching over any listing; internal, and there in every version that is supported.
  const { matchFiles } = compiler as unknown as {
    matchFiles(
      path: string,
      extensions: readonly string[] | undefined,
      excludes: readonly string[] | undefined,
      includes: readonly string[] | undefined,
      caseSensitive: boolean,
      currentDirectory: string,
      depth: number | undefined,
      entries: (path: string) => { files: readonly string[]; directories: readonly string[] },
      realpath: (path: string) => string,
    ): string[];
  };
  const realpath = (path: string): string => {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  };
  return {
    useCaseSensitiveFileNames: sys.useCaseSensitiveFileNames,
    getCurrentDirectory: () => root,
    onUnRecoverableConfigFileDiagnostic: () => {},
    fileExists: (path) => view.fileExists(path) ?? sys.fileExists(path),
    readFile: (path) => {
      const own = view.read(path);
      const text = own === undefined ? heldBack(path) : own;
      return text === undefined ? sys.readFile(path) : (text ?? undefined);
    },
    directoryExists,
    getDirectories: (path) => (directoryExists(path) ? entries(path).directories : []),
    realpath,
    readDirectory: (path, extensions, excludes, includes, depth) =>
      matchFiles(path, extensions, excludes, includes, sys.useCaseSensitiveFileNames, root, depth, entries, realpath),
  };
}

/** Files and folders of a folder, links followed; empty where there is none. */
function listing(path: string): { files: string[]; directories: string[] } {
  const files: string[] = [];
  const directories: string[] = [];
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const isFolder = entry.isSymbolicLink()
        ? statSync(`${path}/${entry.name}`, { throwIfNoEntry: false })?.isDirectory()
        : entry.isDirectory();
      (isFolder ? directories : files).push(entry.name);
    }
  } catch {
    // Not a folder, or not readable: nothing to list.
  }
  return { files: files.sort(), directories: directories.sort() };
}
