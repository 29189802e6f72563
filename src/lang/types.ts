import type { EventSink, Issue, RepoPath, Severity, Span } from '../base/index.ts';

/** Which compiler answers for a project, and why that one. The verdict names it. */
export interface CompilerChoice {
  /** `native`: typescript 7 through its API. `service`: an in-process compiler (the project's own, or the bundled 6). */
  readonly engine: 'native' | 'service';
  readonly version: string;
  readonly reason: string;
}

export interface ProjectInfo {
  /**
   * Config file, or undefined for files that no project of the user's holds: nobody checks those, and they get the
   * options of the nearest config without its matters of style, or default options where there is none.
   */
  readonly config?: RepoPath;
  readonly compiler: CompilerChoice;
  readonly strict: boolean;
  /** Scripts of its package give other configurations to the compiler, and not this one. */
  readonly isLeftOut: boolean;
}

/**
 * What an oracle says. `unknown` is never an empty answer: it is the answer when the compiler was not ready, crashed,
 * does not see the file, or the text behind the question was replaced meanwhile.
 */
export type Answer<T> =
  | { readonly status: 'known'; readonly value: T; readonly version: number }
  | { readonly status: 'unknown'; readonly reason: string };

export interface Diagnostic {
  readonly path: RepoPath;
  readonly span: Span;
  /** TypeScript's number, `2339`. */
  readonly code: number;
  /** The flattened message chain. */
  readonly message: string;
  readonly severity: Severity;
  readonly source: 'syntax' | 'semantic' | 'config';
  /**
   * Of several projects that hold the file, the configuration of the one that tells it where the first does not; of what is said of a
   * configuration that another one takes in, that other one.
   */
  readonly config?: RepoPath;
}

/** Where a name is declared. */
export interface Declaration {
  readonly name: string;
  /** Repository path, or an absolute path for files outside (compiler libraries). */
  readonly path: string;
  readonly span: Span;
  /** Undefined for the repository's own code. `typescript` for the compiler's libraries. */
  readonly package?: { readonly name: string; readonly version?: string };
  readonly kind: DeclarationKind;
  /** The text after `@deprecated`, possibly empty. */
  readonly deprecated?: string;
}

export type DeclarationKind =
  | 'class'
  | 'interface'
  | 'type'
  | 'enum'
  | 'enum-member'
  | 'function'
  | 'method'
  | 'property'
  | 'accessor'
  | 'variable'
  | 'parameter'
  | 'type-parameter'
  | 'namespace'
  | 'module'
  | 'alias'
  | 'other';

/** What a name in the text stands for syntactically. */
export type NameRole =
  | 'member' // a.b, a?.b, a['b'], qualified type names, destructured keys
  | 'import' // a named, default or namespace import or re-export
  | 'module' // a module specifier
  | 'key' // an object literal key against its contextual type
  | 'attribute' // a JSX attribute
  | 'literal' // a string literal where a union of literals is expected
  | 'type' // a type reference
  | 'value' // any other identifier that refers
  | 'call'; // a call or `new` against its overloads; the span is the callee's name

/** A name used in the text, resolved. */
export interface NameUse {
  readonly name: string;
  readonly role: NameRole;
  readonly span: Span;
  /**
   * The type or module it was looked up on, as text (`Cart`, `module "zod"`). Given for imports, for literals and for
   * whatever is not simply found.
   */
  readonly receiver?: string;
  readonly resolution: Resolution;
}

/** `missing` is said only where the compiler complains too, so code that compiles has none. */
export type Resolution =
  /** At most eight declarations; none for what the language itself provides. */
  | { readonly status: 'found'; readonly declarations: readonly Declaration[] }
  | {
      readonly status: 'missing';
      /** One sentence: what was looked for where. */
      readonly reason: string;
      /** Real names, nearest first: same receiver, for calls the overloads as text. */
      readonly nearest: readonly string[];
    }
  | { readonly status: 'unknown'; readonly reason: string };

/** A name that really exists at a position. */
export interface Candidate {
  readonly name: string;
  readonly kind: DeclarationKind | 'keyword';
  /** The compiler's own order key; lower sorts first. */
  readonly sortText: string;
  readonly deprecated: boolean;
  /** What must replace `Candidates.replace` where it is not just the name (`["odd-key"]`). */
  readonly insertText?: string;
}

export interface Candidates {
  readonly isMember: boolean;
  /** The identifier part already typed around the offset; empty span where nothing is typed. */
  readonly replace: Span;
  /** The type of the receiver as text, for members. `any` receivers give an `unknown` answer instead. */
  readonly receiver?: string;
  readonly candidates: readonly Candidate[];
}

/** A declaration at the top level of a file or one level inside a class, interface, enum or namespace. */
export interface OutlineEntry {
  readonly name: string;
  readonly kind: DeclarationKind;
  readonly exported: boolean;
  readonly span: Span;
  /** The name of what contains it, for members. */
  readonly container?: string;
}

/** An exported name of a module as its importers see it. */
export interface SurfaceEntry {
  readonly name: string;
  readonly kind: DeclarationKind;
  /** Its type written out, private members left out. */
  readonly type: string;
  /** Types of the repository that its declaration names, exported or not, each written out. */
  readonly uses: Readonly<Record<string, string>>;
  /** Whether it is a value that importers may use as a type only. */
  readonly isTypeOnly?: true;
  /** Where this file declares or passes on the name; undefined for `export * from`. */
  readonly span?: Span;
}

export interface ModuleReference {
  readonly specifier: string;
  readonly span: Span;
  readonly typeOnly: boolean;
  /** Where it leads: a repository path, or a package. Undefined where it does not resolve. */
  readonly target?: { readonly path: RepoPath } | { readonly package: string } | { readonly builtin: string };
}

export type OverlayVersion = number;

/**
 * The compiler as oracle over one tree. All calls are synchronous; each answer is for the overlay set last, never for
 * older text. A compiler that crashes is started again on the next call (at most `restarts` times; then `unknown`).
 */
export interface LanguageService {
  /** Absolute root of the tree. */
  readonly root: string;
  /** Replaces the whole overlay: unsaved text by path; null hides a file that is on disk. */
  setOverlay(files: ReadonlyMap<RepoPath, string | null>): OverlayVersion;
  /** Tells that files changed on disk since the service was opened or last told. */
  filesChanged(paths: readonly RepoPath[]): void;
  /** Projects whose program holds the file (several with references), the one an editor would take first. */
  projectsOf(path: RepoPath): Answer<readonly ProjectInfo[]>;
  /**
   * Syntactic and semantic diagnostics of one file, over all projects that hold it, without repeats. Another project may hold it
   * because one of its files imports it: of those with these configurations the ones that scripts compile are asked too.
   */
  diagnostics(path: RepoPath, others?: readonly RepoPath[]): Answer<readonly Diagnostic[]>;
  /** Diagnostics of a project's configuration itself (missing or broken tsconfig). */
  configDiagnostics(): Answer<readonly Diagnostic[]>;
  /** Files of the repository that import any of `paths`, transitively, nearest first; at most `limit`. */
  importers(
    paths: readonly RepoPath[],
    limit: number,
  ): Answer<{ readonly paths: readonly RepoPath[]; readonly limitHit: boolean }>;
  /**
   * Every name used within the spans, touching ones included (whole file where undefined), in order of position; in the
   * first project that holds the file.
   */
  names(path: RepoPath, spans?: readonly Span[]): Answer<readonly NameUse[]>;
  /** What can stand at an offset. */
  candidates(path: RepoPath, offset: number): Answer<Candidates>;
  outline(path: RepoPath): Answer<readonly OutlineEntry[]>;
  /** Exported names with their types, sorted by name; empty for what is no module. */
  surface(path: RepoPath): Answer<readonly SurfaceEntry[]>;
  references(path: RepoPath): Answer<readonly ModuleReference[]>;
  /** Type of the innermost expression at an offset as text, with the declaration of that type where it has one. */
  typeAt(
    path: RepoPath,
    offset: number,
  ): Answer<{ readonly text: string; readonly declarations: readonly Declaration[] }>;
  close(): void;
}

export interface LanguageOptions {
  readonly root: string;
  readonly events?: EventSink;
  /** Forces one engine; for tests and measurements. */
  readonly engine?: 'native' | 'service';
  /** Each folder's plain configuration judges, whatever scripts compile with: for a tree whose scripts are themselves on trial. */
  readonly plainConfigs?: boolean;
  /**
   * Whether a compiler that lies in the tree is run, in this process; true where undefined. Not for a tree that was laid out
   * for a change that nobody has taken over: it is as little trusted as the rest of it.
   */
  readonly ownCompiler?: boolean;
}

/** What is known of a package from one importing file. */
export type PackageStatus =
  | { readonly status: 'builtin' }
  /** In the importing manifest, or in the manifest of the workspace root that it is a member of. */
  | {
      readonly status: 'declared';
      /** Found by Node's walk through `node_modules`; under Plug'n'Play: in the lock file. */
      readonly installed: boolean;
      /** The installed version, else the locked one. */
      readonly version?: string;
      readonly range: string;
      readonly field: DependencyField;
      /** Only `@types/<name>` is there: right for type imports; a value import needs a host that provides the module. */
      readonly typesOnly?: true;
    }
  /** Installed or locked only because something else depends on it: no manifest that applies declares it. */
  | {
      readonly status: 'transitive';
      /** Whether an import from that file would find it all the same. */
      readonly installed: boolean;
      readonly version?: string;
      readonly typesOnly?: true;
    }
  /** A member of the importing package's workspace; `path` is its package.json. */
  | { readonly status: 'workspace'; readonly path: RepoPath; readonly declared: boolean }
  /** The package refers to itself: by its name, or by a key of its `imports` that leads to its own files. */
  | { readonly status: 'self' }
  /** Neither declared, installed, nor in the lock file; also a `node:` module or a key of `imports` that is not there. */
  | { readonly status: 'missing'; readonly nearest: readonly string[] }
  /** No readable manifest, or nothing installed and no lock file; and whatever is not a package (paths, URLs, aliases). */
  | { readonly status: 'unknown'; readonly reason: string };

export type DependencyField = 'dependencies' | 'devDependencies' | 'peerDependencies' | 'optionalDependencies';

/** Offline knowledge of packages, from `package.json`, lock files and `node_modules` (npm, pnpm, yarn, workspaces). */
export interface Packages {
  /**
   * `specifier` as written in the import (`zod`, `node:fs`, `@scope/name/sub`). Relative ones and aliases are the compiler's.
   * `typeOnly`: for `import type`, where a declared `@types/<name>` comes before a transitive `<name>`.
   */
  status(specifier: string, from: RepoPath, typeOnly?: boolean): PackageStatus;
  /**
   * The nearest package.json at or above a file that is more than a mark (`{"type": "module"}`), or undefined where there
   * is none or it cannot be read.
   */
  manifestOf(path: RepoPath):
    | {
        readonly path: RepoPath;
        readonly name?: string;
        readonly scripts: Readonly<Record<string, string>>;
        readonly dependencies: Readonly<Partial<Record<DependencyField, Readonly<Record<string, string>>>>>;
      }
    | undefined;
  /**
   * Subpaths that the exports map of an installed package leads to a file under any condition (`.`, `./sub`), sorted,
   * patterns expanded to the files there are (kept as `./x/*` where they are too many). Undefined where the package is
   * not installed or has no exports map.
   */
  exportsOf(name: string, from: RepoPath): readonly string[] | undefined;
  /** Version in the lock file for the manifest that owns `from`, if a lock file is there. */
  lockedVersion(name: string, from: RepoPath): string | undefined;
  /** README of the installed version, for the window. */
  readme(name: string, from: RepoPath): string | undefined;
  /** What could not be read or was too large, of all that was looked at since the last refresh. */
  issues(): readonly Issue[];
  /** Forgets what was read: files changed on disk. `paths` replaces the ones given to `openPackages`. */
  refresh(paths?: readonly RepoPath[]): void;
}
