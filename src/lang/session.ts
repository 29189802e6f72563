import { existsSync } from 'node:fs';
import type { RepoPath } from '../base/index.ts';
import { Compilers, type CompilersOptions } from './compilers.ts';
import { CompilerFailed, CompilerGone, type FileChanges, type Program, type SourceFile } from './engine.ts';
import { Importers } from './importers.ts';
import { Overlay } from './overlay.ts';
import { Places } from './places.ts';
import type { Answer, OverlayVersion } from './types.ts';

/** Paths told in one change; with more, everything is looked at again. */
const CHANGES_LIMIT = 1_000;

/** Changes after which packages may resolve otherwise. */
const PACKAGES =
  /(^|\/)(package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock)$|(^|\/)node_modules\//;

const SOURCE = /\.([cm]?[jt]s|[jt]sx)$/;

/** One file in one of its projects, at the moment of one question. */
export interface FileInProject {
  readonly program: Program;
  readonly config: string;
  readonly fileName: string;
  /** Its tree; with the native compiler this takes a transfer of a few milliseconds, once for each text. */
  readonly file: SourceFile;
  readonly places: Places;
  /** What offsets of the file's own text are ahead of the compiler's: its byte order mark. */
  readonly shift: 0 | 1;
}

/** A question that has no answer, and why. */
export class Unknown extends Error {}

/** One tree: what is unsaved in it, its compilers, and how a question about a file comes to an answer. */
export class Session {
  readonly root: string;
  readonly overlay: Overlay;
  readonly compilers: Compilers;
  readonly places: Places;
  readonly importers: Importers;
  #version: OverlayVersion = 0;
  #closed = false;

  /** `questionMs`: the longest that one question may take. */
  constructor(root: string, options: CompilersOptions = {}) {
    this.root = root;
    this.overlay = new Overlay(root);
    this.compilers = new Compilers(root, this.overlay, options);
    this.places = new Places(root, this.overlay);
    this.importers = new Importers(this);
  }

  setOverlay(files: ReadonlyMap<RepoPath, string | null>): OverlayVersion {
    this.#changed(this.overlay.set(files));
    return ++this.#version;
  }

  filesChanged(paths: readonly RepoPath[]): void {
    this.overlay.refresh();
    const all = paths.length >= CHANGES_LIMIT || paths.some((path) => PACKAGES.test(path));
    const changed: string[] = [];
    const created: string[] = [];
    const deleted: string[] = [];
    for (const path of paths) {
      const full = this.places.absolute(path);
      // What is unsaved stands before the disk.
      if (this.overlay.read(full) !== undefined) continue;
      if (!existsSync(full)) deleted.push(full);
      else {
        changed.push(full);
        // Whether the compilers have seen it is certain only where a project listed it.
        if (!this.compilers.isListed(full)) created.push(full);
      }
    }
    this.#changed({ changed, created, deleted, all, globals: true });
  }

  #changed(changes: FileChanges): void {
    const { changed, created, deleted, all } = changes;
    this.places.invalidate();
    const isMoved = created.length > 0 || deleted.length > 0;
    this.importers.changed(all ? undefined : [...changed, ...created, ...deleted], isMoved);
    this.compilers.change(changes);
  }

  /** Asks, and turns whatever keeps the question from an answer into `unknown`. */
  ask<T>(question: () => T): Answer<T> {
    const version = this.#version;
    if (this.#closed) return { status: 'unknown', reason: 'the language service is closed' };
    try {
      const value = this.compilers.asking(question);
      if (version !== this.#version) return { status: 'unknown', reason: 'the text was replaced meanwhile' };
      return { status: 'known', value, version };
    } catch (error) {
      if (error instanceof Unknown) return { status: 'unknown', reason: error.message };
      if (error instanceof CompilerGone) return { status: 'unknown', reason: `the compiler ended: ${error.message}` };
      if (error instanceof CompilerFailed)
        return { status: 'unknown', reason: `the compiler failed: ${error.message}` };
      throw error;
    }
  }

  /** Configurations of the projects that hold a file. */
  projectsOf(path: RepoPath): readonly string[] {
    return this.compilers.of(this.#source(path));
  }

  /** The file in the project that an editor takes first. */
  first(path: RepoPath): FileInProject {
    return this.each(path)[0]!;
  }

  /** The file in every project that holds it, in one at least; also in those of `others` that hold it by an import. */
  each(path: RepoPath, others: readonly RepoPath[] = []): readonly FileInProject[] {
    const fileName = this.#source(path);
    const configs = others.map((config) => this.places.absolute(config));
    const found = this.#in(fileName, this.compilers.of(fileName, configs));
    if (found.length === 0) throw new Unknown(`no project holds ${path}`);
    return found;
  }

  #in(fileName: string, configs: readonly string[]): readonly FileInProject[] {
    // Opening one project voids the programs of others, so all are opened before any is used.
    for (const config of configs) this.compilers.program(config);
    return configs.flatMap((config) => {
      const program = this.compilers.program(config);
      // What a configuration lists is in its program; asking would be one round trip more.
      if (!program || !(this.compilers.projects.lists(config, fileName) || program.has(fileName))) return [];
      return [
        {
          program,
          config,
          fileName,
          get file() {
            const file = program.sourceFile(fileName);
            if (!file) throw new Unknown(`the program of ${config} does not have ${fileName}`);
            return file;
          },
          places: this.places,
          shift: this.places.shift(fileName),
        },
      ];
    });
  }

  #source(path: RepoPath): string {
    if (!SOURCE.test(path)) throw new Unknown(`${path} is neither TypeScript nor JavaScript`);
    if (/(^|\/)node_modules\//.test(path)) throw new Unknown(`${path} belongs to an installed package`);
    const fileName = this.places.absolute(path);
    if (!this.overlay.has(fileName)) throw new Unknown(`${path} does not exist`);
    return fileName;
  }

  close(): void {
    this.#closed = true;
    this.compilers.close();
  }
}
