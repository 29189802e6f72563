import { SyntaxKind } from 'typescript/unstable/ast';
import {
  API,
  CompletionItemKind,
  DiagnosticCategory,
  type Diagnostic as NativeDiagnostic,
  type Project,
  type Snapshot,
  SymbolFlags,
} from 'typescript/unstable/sync';
import { endWithUs } from '../../sandbox/index.ts';
import type {
  CompilerOptions,
  Engine,
  FileChanges,
  FileView,
  ParsedConfig,
  Program,
  RawCompletion,
  RawDiagnostic,
  SourceFile,
  Sym,
} from '../engine.ts';
import { CompilerFailed, CompilerGone } from '../engine.ts';
import { kindTable } from '../kinds.ts';
import { heldBack } from '../overlay.ts';
import { nativeChecker } from './nativeChecker.ts';

type UpdateSnapshot = NonNullable<Parameters<API['updateSnapshot']>[0]>;

/** Changed texts that are told one by one. */
const SINGLE_UPDATES = 50;

const KINDS = kindTable(SyntaxKind as unknown as Record<string, string | number>); // an enum object, indexed by name

/**
 * TypeScript 7 in a process of its own, through `typescript/unstable/sync`. One process serves all projects of the tree.
 * A call that fails because the process is gone throws `CompilerGone`; what the process itself reports as an error,
 * `CompilerFailed`.
 */
export class NativeEngine implements Engine {
  readonly kind = 'native';
  readonly version: string;
  readonly #api: API;
  readonly #opened = new Set<string>();
  readonly #programs = new Map<string, Program>();
  /** Global names by configuration: thousands, and few texts change them. */
  readonly #globals = new Map<string, readonly Sym[]>();
  #snapshot: Snapshot | undefined;
  #pending: FileChanges = NOTHING;
  readonly #letGo: (() => void) | undefined;

  constructor(root: string, view: FileView, version: string) {
    this.version = version;
    this.#api = new API({
      cwd: root,
      fs: {
        readFile: (path) => {
          const text = view.read(path);
          return text === undefined ? heldBack(path) : text;
        },
        fileExists: (path) => view.fileExists(path) ?? (heldBack(path) === null ? false : undefined),
        directoryExists: (path) => view.directoryExists(path),
        getAccessibleEntries: (path) => view.entries(path),
      },
    });
    this.#letGo = this.pid === undefined ? undefined : endWithUs(this.pid);
  }

  /** Of the compiler's process, where it is to be found. */
  get pid(): number | undefined {
    const pid = childOf(this.#api)?.pid;
    return typeof pid === 'number' ? pid : undefined;
  }

  parseConfig(config: string): ParsedConfig | undefined {
    return guarded(() => {
      try {
        const { options, fileNames } = this.#api.parseConfigFile(config);
        return { options, fileNames };
      } catch (error) {
        if (error instanceof Error && error.message.includes('could not read file')) return undefined;
        throw error;
      }
    });
  }

  change(changes: FileChanges): void {
    this.#pending = merge(this.#pending, changes);
  }

  program(config: string): Program | undefined {
    return guarded(() => {
      this.#refresh(config);
      const known = this.#programs.get(config);
      if (known) return known;
      const project = this.#snapshot?.getProject(config);
      if (!project) return undefined;
      const program = new NativeProgram(project, this.#globals);
      this.#programs.set(config, program);
      return program;
    });
  }

  /** Brings the process up to date, with the project open. */
  #refresh(config: string): void {
    const isOpen = this.#opened.has(config);
    if (this.#snapshot && isOpen && isNothing(this.#pending)) return;
    const { changed, created, deleted, all, globals } = this.#pending;
    if (all || globals || created.length + deleted.length > 0) this.#globals.clear();
    // The compiler keeps its program where one text changes, and builds it anew where several do at once: many updates
    // of one text are far cheaper than one of two.
    const isTextOnly = !all && created.length + deleted.length === 0 && changed.length <= SINGLE_UPDATES;
    if (isTextOnly) for (const path of changed) this.#update({ fileChanges: { changed: [path] } });
    else if (all) this.#update({ fileChanges: { invalidateAll: true } });
    else this.#update({ fileChanges: { changed: [...changed], created: [...created], deleted: [...deleted] } });
    if (!isOpen) this.#update({ openProjects: [config] });
    this.#opened.add(config);
    this.#pending = NOTHING;
  }

  #update(change: UpdateSnapshot): void {
    const next = this.#api.updateSnapshot(change);
    this.#snapshot?.dispose();
    this.#snapshot = next;
    this.#programs.clear();
  }

  close(): void {
    try {
      // Told to end in good order, the compiler's process complains on our standard error that it was cancelled.
      childOf(this.#api)?.kill('SIGKILL');
      this.#api.close();
    } catch {
      // A process that is gone cannot be told to go.
    }
    this.#letGo?.();
  }
}

/** The compiler's own process. Its client keeps it private, so nothing may depend on finding it. */
function childOf(api: API): { kill(signal: NodeJS.Signals): unknown; readonly pid?: unknown } | undefined {
  const channel: unknown = Reflect.get(Reflect.get(api, 'client') ?? {}, 'channel');
  const child: unknown = Reflect.get(Object(channel), 'child');
  return typeof child === 'object' && child !== null && 'kill' in child && typeof child.kill === 'function'
    ? (child as { kill(signal: NodeJS.Signals): unknown; readonly pid?: unknown })
    : undefined;
}

class NativeProgram implements Program {
  readonly kinds = KINDS;
  readonly options: CompilerOptions;
  readonly checker;
  readonly #project: Project;
  readonly #globals: Map<string, readonly Sym[]>;

  constructor(project: Project, globals: Map<string, readonly Sym[]>) {
    this.#project = project;
    this.#globals = globals;
    this.options = project.compilerOptions as CompilerOptions;
    this.checker = nativeChecker(project);
  }

  has(fileName: string): boolean {
    return guarded(() => this.#project.program.getSourceFileMetadata(fileName) !== undefined);
  }

  sourceFile(fileName: string): SourceFile | undefined {
    // The client's node classes have the shape of `Node`, without naming the optional children on every kind.
    return guarded(() => this.#project.program.getSourceFile(fileName) as unknown as SourceFile | undefined);
  }

  sourceFileNames(): readonly string[] {
    return guarded(() => this.#project.program.getSourceFileNames());
  }

  diagnostics(fileName: string): readonly RawDiagnostic[] {
    return guarded(() => {
      const { program } = this.#project;
      const syntactic = program.getSyntacticDiagnostics(fileName);
      const semantic = program.getSemanticDiagnostics(fileName);
      return [...syntactic.map((d) => raw(d, 'syntax')), ...semantic.map((d) => raw(d, 'semantic'))];
    });
  }

  declarationDiagnostics(fileName: string): readonly RawDiagnostic[] {
    return guarded(() => this.#project.program.getDeclarationDiagnostics(fileName).map((d) => raw(d, 'semantic')));
  }

  configDiagnostics(): readonly RawDiagnostic[] {
    return guarded(() => {
      const { program } = this.#project;
      // Global diagnostics are left out: the compiler has them only after checking every file of the project.
      return [...program.getConfigFileParsingDiagnostics(), ...program.getProgramDiagnostics()].map((d) =>
        raw(d, 'config'),
      );
    });
  }

  completions(fileName: string, offset: number): readonly RawCompletion[] | 'in-scope' | undefined {
    const { checker } = this.#project;
    try {
      return guarded(() => checker.getCompletionsAtPosition(fileName, offset))?.entries.map((entry) => {
        const { name, insertText, sortText = '', kind = CompletionItemKind.Text } = entry;
        // Optional members are labelled with a question mark.
        const plain = name === `${insertText}?` ? insertText! : name;
        return {
          name: plain,
          kind: COMPLETION_KINDS[kind] ?? 'other',
          sortText,
          ...(insertText === undefined || insertText === plain ? {} : { insertText }),
        };
      });
    } catch (error) {
      // https://github.com/microsoft/TypeScript/issues/64132: the API of 7.0.2 lists nothing where names in scope stand.
      if (error instanceof CompilerFailed && error.message.includes('needs auto imports')) return 'in-scope';
      throw error;
    }
  }

  globals(): readonly Sym[] {
    const { configFileName, checker } = this.#project;
    let globals = this.#globals.get(configFileName);
    if (!globals) {
      const all = guarded(() => checker.resolveName('globalThis', SymbolFlags.Value | SymbolFlags.Namespace));
      const exported = all ? guarded(() => checker.getExportsOfModule(all)) : [];
      // Plain values: the symbols themselves end with their snapshot.
      globals = exported.map(({ name, flags }) => ({ name, flags }));
      this.#globals.set(configFileName, globals);
    }
    return globals;
  }
}

const COMPLETION_KINDS: Partial<Record<CompletionItemKind, RawCompletion['kind']>> = {
  [CompletionItemKind.Method]: 'method',
  [CompletionItemKind.Constructor]: 'method',
  [CompletionItemKind.Function]: 'function',
  [CompletionItemKind.Field]: 'property',
  [CompletionItemKind.Property]: 'property',
  [CompletionItemKind.Variable]: 'variable',
  [CompletionItemKind.Constant]: 'variable',
  [CompletionItemKind.Class]: 'class',
  [CompletionItemKind.Interface]: 'interface',
  [CompletionItemKind.Module]: 'namespace',
  [CompletionItemKind.Enum]: 'enum',
  [CompletionItemKind.EnumMember]: 'enum-member',
  [CompletionItemKind.TypeParameter]: 'type-parameter',
  [CompletionItemKind.Keyword]: 'keyword',
};

function raw(diagnostic: NativeDiagnostic, source: RawDiagnostic['source']): RawDiagnostic {
  const { fileName, pos, end, code, category } = diagnostic;
  return {
    ...(fileName === undefined ? {} : { fileName }),
    start: Math.max(0, pos),
    end: Math.max(0, end),
    code,
    message: flatten(diagnostic, 0),
    category:
      category === DiagnosticCategory.Error ? 'error' : category === DiagnosticCategory.Warning ? 'warning' : 'info',
    source,
  };
}

/** A message chain as `tsc` prints it: each level indented by two more spaces. */
function flatten(diagnostic: NativeDiagnostic, depth: number): string {
  const own = `${'  '.repeat(depth)}${diagnostic.text}`;
  return [own, ...(diagnostic.messageChain ?? []).map((next) => flatten(next, depth + 1))].join('\n');
}

/** Errors of the channel to the process, as opposed to those that the process answers with. */
export function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof CompilerGone || error instanceof CompilerFailed) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const gone =
      code === 'EPIPE' ||
      code === 'EBADF' ||
      code === 'ECONNRESET' ||
      /^(Unexpected EOF|SyncRpcChannel is closed|Invalid message type|name mismatch)/.test(error.message);
    throw new (gone ? CompilerGone : CompilerFailed)(error.message, { cause: error });
  }
}

const NOTHING: FileChanges = { changed: [], created: [], deleted: [], all: false, globals: false };

const isNothing = ({ changed, created, deleted, all }: FileChanges): boolean =>
  !all && changed.length + created.length + deleted.length === 0;

/** Both in one: the later decides what became of a file, and one that went and came again has changed. */
export function merge(before: FileChanges, after: FileChanges): FileChanges {
  if (isNothing(before)) return after;
  const gone = new Set(after.deleted);
  const there = new Set([...after.changed, ...after.created]);
  const back = before.deleted.filter((path) => there.has(path));
  return {
    changed: [...new Set([...before.changed.filter((path) => !gone.has(path)), ...after.changed, ...back])],
    created: [...new Set([...before.created.filter((path) => !gone.has(path)), ...after.created, ...back])],
    deleted: [...new Set([...before.deleted.filter((path) => !there.has(path)), ...after.deleted])],
    all: before.all || after.all,
    globals: before.globals || after.globals,
  };
}
