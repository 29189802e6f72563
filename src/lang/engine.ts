/**
 * What the analyses need of a compiler, written once over both engines. Nodes, symbols and types are the compiler's own
 * objects: TypeScript 7's client and TypeScript 4 to 6 build nearly the same tree, with other numbers for the kinds, so
 * everything here goes by kind tables and by questions to the `Checker`.
 *
 * All paths are absolute with forward slashes; all offsets are UTF-16 code units in the text without a byte order mark.
 */
import type { KindName } from './kinds.ts';
import type { Candidate } from './types.ts';

/** A node of either compiler. Only the children that the analyses look at are named. */
export interface Node {
  readonly kind: number;
  readonly pos: number;
  readonly end: number;
  readonly flags: number;
  readonly parent: Node;
  getStart(): number;
  forEachChild<T>(visit: (child: Node) => T | undefined): T | undefined;
  readonly jsDoc?: readonly Node[];
  /** Identifiers and literals. */
  readonly text?: string;
  readonly name?: Node;
  readonly propertyName?: Node;
  readonly expression?: Node;
  readonly argumentExpression?: Node;
  readonly arguments?: readonly Node[];
  readonly left?: Node;
  readonly right?: Node;
  readonly operatorToken?: Node;
  readonly initializer?: Node;
  readonly elements?: readonly Node[];
  readonly properties?: readonly Node[];
  readonly members?: readonly Node[];
  readonly modifiers?: readonly Node[];
  readonly statements?: readonly Node[];
  readonly declarationList?: Node;
  readonly declarations?: readonly Node[];
  readonly body?: Node;
  readonly parameters?: readonly Node[];
  readonly typeParameters?: readonly Node[];
  readonly typeArguments?: readonly Node[] & { readonly pos: number; readonly end: number };
  readonly typeParameter?: Node;
  readonly variableDeclaration?: Node;
  readonly clauses?: readonly Node[];
  readonly extendsType?: Node;
  readonly trueType?: Node;
  readonly dotDotDotToken?: Node;
  readonly questionToken?: Node;
  /** What is written behind the colon, or behind the `=` of an alias. */
  readonly type?: Node;
  readonly moduleSpecifier?: Node;
  readonly importClause?: Node;
  readonly exportClause?: Node;
  readonly namedBindings?: Node;
  readonly moduleReference?: Node;
  readonly isTypeOnly?: boolean;
  /** Kind of the keyword before an import clause, which newer compilers have in place of `isTypeOnly`. */
  readonly phaseModifier?: number;
  readonly argument?: Node;
  readonly literal?: Node;
  readonly qualifier?: Node;
  readonly objectType?: Node;
  readonly indexType?: Node;
  readonly tagName?: Node;
  readonly tag?: Node;
  readonly attributes?: Node;
  readonly label?: Node;
  readonly objectAssignmentInitializer?: Node;
}

export interface SourceFile extends Node {
  readonly fileName: string;
  readonly text: string;
  readonly isDeclarationFile: boolean;
  readonly statements: readonly Node[];
}

/** A symbol of either compiler. Flags are `SymbolFlags`, equal in all versions for the ones used. */
export interface Sym {
  readonly name: string;
  readonly flags: number;
}

/** A type of either compiler; `flags` mean something only to its own `Checker`. */
export interface Type {
  readonly flags: number;
}

export interface Signature {
  /** Which signature it is; no use but comparison. */
  readonly declaration?: unknown;
}

export type Kinds = Readonly<Record<KindName, number>>;

export type TypeFlag =
  | 'Any'
  | 'Unknown'
  | 'Never'
  | 'Undefined'
  | 'Null'
  | 'String'
  | 'StringLiteral'
  | 'EnumLiteral'
  | 'TypeParameter'
  | 'Object'
  | 'NonPrimitive'
  | 'Union'
  | 'Intersection'
  | 'TemplateLiteral'
  | 'StringMapping';

export interface IndexInfo {
  readonly key: Type;
  readonly declaration?: Node;
}

/** Questions about one program. Lists are asked at once because each question to a native process is a round trip. */
export interface Checker {
  is(type: Type, ...flags: readonly TypeFlag[]): boolean;
  /** The type that stands for "could not be determined". */
  isError(type: Type): boolean;
  symbolsAt(nodes: readonly Node[]): readonly (Sym | undefined)[];
  typesAt(nodes: readonly Node[]): readonly (Type | undefined)[];
  typeOfSymbol(symbol: Sym): Type | undefined;
  /** Follows an alias to its end; the symbol itself where it is none; undefined where the end does not resolve. */
  target(symbol: Sym): Sym | undefined;
  declarations(symbol: Sym): readonly Node[];
  exportsOf(module: Sym): readonly Sym[];
  /** The value of a member of an enum; undefined where it is only known once the program runs. */
  constant(member: Node): string | number | undefined;
  property(type: Type, name: string): Sym | undefined;
  properties(type: Type): readonly Sym[];
  indexInfos(type: Type): readonly IndexInfo[];
  /** Members of a union or intersection; the type itself otherwise. */
  constituents(type: Type): readonly Type[];
  /** Without null and undefined, and with a type parameter replaced by its constraint. */
  apparent(type: Type): Type;
  /** The text of a string literal type. */
  literal(type: Type): string | undefined;
  contextualType(expression: Node): Type | undefined;
  signatures(type: Type, kind: 'call' | 'construct'): readonly Signature[];
  resolvedSignature(call: Node): Signature | undefined;
  signatureDeclaration(signature: Signature): Node | undefined;
  /** `(a: string, b?: number): void` */
  signatureText(signature: Signature): string;
  shorthandValue(node: Node): Sym | undefined;
  typeText(type: Type, at?: Node): string;
  /** Never shortened, and with the right-hand side of an alias in place of its name. */
  fullText(type: Type): string;
  /** The type that a class, an interface, an enum or an alias declares. */
  declaredType(symbol: Sym): Type | undefined;
  symbolOfType(type: Type): Sym | undefined;
}

export interface RawDiagnostic {
  /** Undefined for what belongs to no file. */
  readonly fileName?: string;
  readonly start: number;
  readonly end: number;
  readonly code: number;
  readonly message: string;
  readonly category: 'error' | 'warning' | 'info';
  readonly source: 'syntax' | 'semantic' | 'config';
}

export interface RawCompletion {
  readonly name: string;
  /** A `DeclarationKind`, or `keyword`. */
  readonly kind: Candidate['kind'];
  readonly sortText: string;
  readonly insertText?: string;
}

/** One project at one moment. Void as soon as its engine is told of a change. */
export interface Program {
  readonly kinds: Kinds;
  readonly checker: Checker;
  readonly options: CompilerOptions;
  has(fileName: string): boolean;
  sourceFile(fileName: string): SourceFile | undefined;
  sourceFileNames(): readonly string[];
  /** Syntactic, then semantic, as `tsc` reports them for the file, which the program must have. */
  diagnostics(fileName: string): readonly RawDiagnostic[];
  /** What keeps the file's declarations from being written. */
  declarationDiagnostics(fileName: string): readonly RawDiagnostic[];
  /** Of the configuration and of the options. */
  configDiagnostics(): readonly RawDiagnostic[];
  /**
   * Undefined where nothing can stand; never with auto-imports. `in-scope`: names in scope can stand, but this compiler
   * does not list them.
   */
  completions(fileName: string, offset: number): readonly RawCompletion[] | 'in-scope' | undefined;
  /** Every global name. */
  globals(): readonly Sym[];
}

/** Options as a compiler parses them: enums are numbers, paths absolute. Only what lang itself looks at. */
export interface CompilerOptions {
  readonly [name: string]: unknown;
  readonly strict?: boolean;
  readonly strictNullChecks?: boolean;
  readonly checkJs?: boolean;
  readonly allowJs?: boolean;
  readonly target?: number;
  readonly module?: number;
  readonly moduleResolution?: number;
}

export interface ParsedConfig {
  readonly options: CompilerOptions;
  readonly fileNames: readonly string[];
}

/** Absolute paths whose text or existence changed. */
export interface FileChanges {
  readonly changed: readonly string[];
  readonly created: readonly string[];
  readonly deleted: readonly string[];
  /** Anything may have changed: packages were installed, or there are too many paths to name. */
  readonly all: boolean;
  /** Names that every file sees may have changed. */
  readonly globals: boolean;
}

/** Files as the compilers are to see them. `undefined` means: as on disk. */
export interface FileView {
  read(path: string): string | null | undefined;
  fileExists(path: string): boolean | undefined;
  directoryExists(path: string): boolean | undefined;
  entries(path: string): { files: string[]; directories: string[] } | undefined;
}

/** A compiler: a process of its own, or one loaded into this one. */
export interface Engine {
  readonly kind: 'native' | 'service';
  readonly version: string;
  /** Undefined where the file cannot be read. */
  parseConfig(config: string): ParsedConfig | undefined;
  /** What changed since the last call; to be told before the next question. */
  change(changes: FileChanges): void;
  /** The program of a configuration file, opened on first use; undefined where there is no such file. */
  program(config: string): Program | undefined;
  close(): void;
}

/** The compiler ended or stopped answering; a new one has to be started. */
export class CompilerGone extends Error {}

/** The compiler is there, but has no answer to this question: a defect of its own, or a limit. */
export class CompilerFailed extends Error {}
