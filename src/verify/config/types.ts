/** What a project asks of every change. Each part is optional; without any, only secrets are looked for. */
export interface Constraints {
  /** Patterns of the paths that may change; every path where left out. */
  readonly mayChange?: readonly string[];
  /** Patterns of the paths that may not change, whatever `mayChange` says. */
  readonly mustNotChange?: readonly string[];
  /** `false`: no manifest may gain a dependency. A list: only these may be gained. */
  readonly newDependencies?: boolean | readonly string[];
  /** Patterns of modules whose exported declarations keep their types. More may be exported. */
  readonly stableExports?: readonly string[];
  readonly forbiddenImports?: readonly ForbiddenImport[];
  readonly size?: SizeLimits;
  /** `true`: a change that weakens tests, what is asked of them or what runs them fails (`gaming`). */
  readonly keepTests?: boolean;
  /** `false`: text is not searched for secrets. A list: patterns of the paths that are not searched. */
  readonly secrets?: boolean | readonly string[];
}

export interface ForbiddenImport {
  /** Patterns of the files that the rule is about; every file where left out. */
  readonly in?: readonly string[];
  /** Patterns of what they may not import: specifiers (`node:fs`, `lodash`) or paths of the repository (`src/ui/**`). */
  readonly from: readonly string[];
  /** Told with each finding. */
  readonly reason?: string;
}

/** All inclusive. Lock files count for none of them. */
export interface SizeLimits {
  /** Files that a change touches. */
  readonly files?: number;
  /** Lines that a change puts in and takes out, as `git diff --numstat` counts them. */
  readonly lines?: number;
  /** Lines of a changed file at the head; one that was longer before may not grow. */
  readonly fileLines?: number;
}

/** Constraints and who asks for them, for the messages; empty where that goes without saying. */
export interface ConstraintSet {
  readonly source: string;
  readonly constraints: Constraints;
}

/** `assay.config.ts` at the root of the repository. */
export interface AssayConfig {
  readonly constraints?: Constraints;
}

/** Gives the editor the type of the configuration. The file is read, not run: what it holds has to be plain values. */
export const defineConfig = (config: AssayConfig): AssayConfig => config;
