import { createRequire } from 'node:module';
import { type EventSink, noEvents } from '../base/index.ts';
import {
  CompilerFailed,
  CompilerGone,
  type CompilerOptions,
  type Engine,
  type FileChanges,
  type Program,
} from './engine.ts';
import { NativeEngine } from './engines/native.ts';
import { ServiceEngine } from './engines/service.ts';
import type { Overlay } from './overlay.ts';
import { type Bundled, type Choice, choose } from './projects/choice.ts';
import { Projects } from './projects/projects.ts';
import { Watchdog } from './watchdog.ts';

/** How often a compiler that ended is started again before the answer stays `unknown`. */
const RESTARTS = 3;

/** Projects over which one file is asked about. */
const PROJECTS_OF_FILE = 4;

/** Key of the one native compiler among the engines. */
const NATIVE = 'native';

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;

/** Whether the package that holds the native compiler for this platform is installed. */
function hasNative(): boolean {
  try {
    const name = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
    return createRequire(require.resolve('typescript/package.json')).resolve(name) !== '';
  } catch {
    return false;
  }
}

export interface CompilersOptions {
  readonly events?: EventSink | undefined;
  /** As `LanguageOptions.engine`. */
  readonly forced?: Choice['engine'] | undefined;
  /** What one question to the native compiler may take, milliseconds. */
  readonly questionMs?: number;
  /** As `LanguageOptions.plainConfigs`. */
  readonly plainConfigs?: boolean | undefined;
  /** As `LanguageOptions.ownCompiler`. */
  readonly ownCompiler?: boolean | undefined;
}

/**
 * The compilers that are running for one tree, and which of them each project gets. Both are started on first use: the
 * native one serves all its projects from one process, and also reads the configurations of all.
 */
export class Compilers {
  readonly projects: Projects;
  readonly #root: string;
  readonly #overlay: Overlay;
  readonly #events: EventSink;
  readonly #forced: Choice['engine'] | undefined;
  /** No compiler below is run. */
  readonly #untrusted: string | undefined;
  readonly #bundled: Bundled = {
    native: hasNative() ? versionOf('typescript') : undefined,
    service: versionOf('typescript6'),
  };
  readonly #engines = new Map<string, Engine>();
  readonly #choices = new Map<string, Choice>();
  readonly #opened = new Set<string>();
  /** How often the native compiler was started. */
  #starts = 0;

  readonly #watchdog: Watchdog;

  constructor(
    root: string,
    overlay: Overlay,
    { events = noEvents, forced, questionMs, plainConfigs = false, ownCompiler = true }: CompilersOptions,
  ) {
    this.#watchdog = new Watchdog(questionMs);
    this.#root = root;
    this.#overlay = overlay;
    this.#events = events;
    this.#forced = forced;
    this.#untrusted = ownCompiler ? undefined : root;
    this.projects = new Projects(root, overlay, plainConfigs, (config) => this.#reader().parseConfig(config));
    this.projects.onMadeUp = (path) =>
      this.#tell({ changed: [path], created: [], deleted: [], all: false, globals: false });
  }

  /** Tells every compiler what changed. Cheap: they look at it when they are asked next. */
  change(changes: FileChanges): void {
    const { changed, created, deleted, all } = changes;
    const isConfig = (path: string): boolean => path.endsWith('.json');
    if (all || created.length > 0 || deleted.length > 0 || changed.some(isConfig)) {
      this.projects.invalidate();
      this.#choices.clear();
    } else if (changed.length > 0) this.projects.invalidateImports();
    this.#tell(changes);
  }

  #tell(changes: FileChanges): void {
    for (const engine of this.#engines.values()) engine.change(changes);
  }

  choice(config: string): Choice {
    let choice = this.#choices.get(config);
    if (!choice) {
      const options: CompilerOptions = this.projects.options(config) ?? {};
      choice = choose(config, options, this.#bundled, this.#forced, this.#untrusted);
      this.#choices.set(config, choice);
    }
    return choice;
  }

  /** The current program of a project; undefined where its configuration cannot be read. */
  program(config: string): Program | undefined {
    const choice = this.choice(config);
    const engine = this.#engine(choice);
    const key = `${choice.engine}${config}`;
    const programOf = (): Program | undefined =>
      engine.kind === 'service' ? this.#watchdog.aside(() => engine.program(config)) : engine.program(config);
    if (this.#opened.has(key)) return programOf();
    const compiler = `typescript ${choice.version}`;
    const project = config.slice(this.#root.length + 1);
    this.#events({ type: 'compiler-start', compiler, project });
    const start = performance.now();
    const program = programOf();
    this.#events({ type: 'compiler-end', compiler, project, ms: performance.now() - start });
    this.#opened.add(key);
    return program;
  }

  /** Configurations that people wrote: those of the projects that were asked about, before any was the one at the root. */
  configs(): readonly string[] {
    const opened = [...this.#opened]
      .map((key) => key.slice(key.indexOf('/')))
      .filter((p) => !this.#overlay.isMadeUp(p));
    return [...new Set(opened.length > 0 ? opened : this.projects.atRoot())];
  }

  /**
   * Configurations of the projects that hold a file, and are to be asked about it; and of `others`, which may hold it because
   * they import it.
   */
  of(file: string, others: readonly string[] = []): readonly string[] {
    const own = this.projects.of(file, (config) => this.program(config)?.has(file) ?? false);
    const all = [...own, ...this.projects.beside(own, others)];
    if (all.length < PROJECTS_OF_FILE) return all;
    this.#events({ type: 'limit-hit', limit: 'projects of a file', value: PROJECTS_OF_FILE, found: all.length });
    return all.slice(0, PROJECTS_OF_FILE);
  }

  /** Whether a project lists a file; with no compiler running nobody is asked. */
  isListed(file: string): boolean {
    try {
      return this.#engines.size > 0 && this.projects.listing(file).length > 0;
    } catch (error) {
      // A compiler that is gone is started again by the next question, and reads everything anew.
      if (error instanceof CompilerGone || error instanceof CompilerFailed) return false;
      throw error;
    }
  }

  /** Runs a question, starting a compiler that ended again. Throws `CompilerGone` when that was done too often. */
  asking<T>(question: () => T): T {
    for (;;) {
      try {
        return this.#watchdog.during(question);
      } catch (error) {
        const isLate = error instanceof CompilerFailed && error.cause instanceof CompilerGone;
        if (!isLate && !(error instanceof CompilerGone)) throw error;
        if (this.#starts > RESTARTS) throw error;
        this.#engines.get(NATIVE)?.close();
        this.#engines.delete(NATIVE);
        this.#opened.clear();
        // Asked again, it would take as long again.
        if (isLate) throw error;
      }
    }
  }

  close(): void {
    this.#watchdog.release();
    for (const engine of this.#engines.values()) engine.close();
    this.#engines.clear();
    this.#opened.clear();
  }

  #engine(choice: Choice): Engine {
    const key =
      choice.engine === 'native' ? 'native' : `${choice.module ?? 'bundled'} ${choice.defaultsOf} ${choice.lenient}`;
    let engine = this.#engines.get(key);
    if (!engine) {
      engine = key === NATIVE ? this.#startNative() : this.#startService(choice);
      this.#engines.set(key, engine);
    }
    return engine;
  }

  #startNative(): Engine {
    this.#starts++;
    const engine = new NativeEngine(this.#root, this.#overlay, this.#bundled.native ?? '');
    if (engine.pid !== undefined) this.#watchdog.watch(engine.pid);
    return engine;
  }

  #startService({ module, version, lenient, defaultsOf }: Choice): Engine {
    return new ServiceEngine(this.#root, this.#overlay, {
      module: module ?? require.resolve('typescript6'),
      version,
      lenient: lenient ?? false,
      ...(defaultsOf === undefined ? {} : { defaultsOf }),
    });
  }

  /** Reads configurations: the native compiler, unless only the other is wanted. */
  #reader(): Engine {
    const engine = this.#bundled.native === undefined ? 'service' : (this.#forced ?? 'native');
    return this.#engine({ engine, version: this.#bundled[engine] ?? '', reason: '' });
  }
}
