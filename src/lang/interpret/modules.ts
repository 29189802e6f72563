import type ts from 'typescript6';
import { readFunction } from '../lambdas.ts';
import { parse, parser } from '../syntax.ts';
import type { Outside } from './expressions.ts';
import { Functions } from './functions.ts';
import { Beyond, type Callable, isOpaque, Names, outside, type Scope, type Step } from './machine.ts';

/** A module's text by where it is imported from; undefined where it is no module of the repository. */
export type LoadModule = (
  from: string,
  specifier: string,
) => { readonly path: string; readonly text: string } | undefined;

/** Modules read at once. */
const MODULES = 60;
const NOWHERE: Scope = { values: [], parent: undefined };

/** Functions of modules of a repository, read and computed without running their text: what they import is followed. */
export class Modules {
  readonly #load: LoadModule;
  readonly #modules = new Map<string, Module>();

  constructor(load: LoadModule) {
    this.#load = load;
  }

  /** The function that a module imports under a name; undefined where its text, or what it needs, goes beyond what is read. */
  imported(from: string, specifier: string, name: string): Callable | undefined {
    const value = this.find(from, specifier, name);
    return typeof value === 'function' ? outside(value as Callable) : undefined;
  }

  /** What a module exports under a name, where it can be read. */
  find(from: string, specifier: string, name: string): unknown {
    const found = this.#load(from, specifier);
    if (!found) return undefined;
    let module = this.#modules.get(found.path);
    if (!module) {
      if (this.#modules.size >= MODULES) return undefined;
      module = new Module(this, found.path, found.text);
      this.#modules.set(found.path, module);
    }
    try {
      return module.exported(name);
    } catch (error) {
      if (error instanceof Beyond || error instanceof TypeError || error instanceof RangeError) return undefined;
      throw error;
    }
  }
}

/** What an expression outside of all functions gives, where it can be read; nothing that it made may be changed later. */
export function expressionValue(
  node: ts.Expression,
  file: ts.SourceFile,
  names: Outside,
): { readonly value: unknown } | undefined {
  try {
    const value = new Functions(file, names).expression(node, new Names());
    return { value: outside(() => kept(value(NOWHERE)))() };
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** What a text computes of values that have names, where it can be read. */
export function computedValue(
  text: string,
  names: ReadonlyMap<string, unknown>,
): { readonly value: unknown } | undefined {
  const file = parse(`(${text}\n);`, 'value.ts');
  const [statement] = file.statements;
  if (file.parseDiagnostics?.length || file.statements.length !== 1 || !statement) return undefined;
  if (!parser().isExpressionStatement(statement)) return undefined;
  return expressionValue(statement.expression, file, (name) => (names.has(name) ? () => names.get(name) : undefined));
}

/** A name that a module imports as a value. */
export interface ImportText {
  readonly specifier: string;
  /** What it is called where it comes from. */
  readonly name: string;
  readonly local: string;
}

/** What a module imports by name, types left out. */
export function importsOf(text: string, path: string): readonly ImportText[] {
  const api = parser();
  return parse(text, path).statements.flatMap((statement): ImportText[] => {
    if (!api.isImportDeclaration(statement) || !api.isStringLiteral(statement.moduleSpecifier)) return [];
    const { importClause, moduleSpecifier } = statement;
    const bindings = importClause?.isTypeOnly ? undefined : importClause?.namedBindings;
    if (!bindings || !api.isNamedImports(bindings)) return [];
    return bindings.elements
      .filter(({ isTypeOnly }) => !isTypeOnly)
      .map(({ name, propertyName }) => ({
        specifier: moduleSpecifier.text,
        name: (propertyName ?? name).text,
        local: name.text,
      }));
  });
}

class Module {
  readonly #all: Modules;
  readonly #path: string;
  readonly #file: ts.SourceFile;
  readonly #reader: Functions;
  readonly #known = new Map<string, { readonly value: unknown } | 'reading' | 'beyond'>();

  constructor(all: Modules, path: string, text: string) {
    this.#all = all;
    this.#path = path;
    this.#file = parse(text, path);
    this.#reader = new Functions(this.#file, (name) => this.#outside(name));
  }

  exported(name: string): unknown {
    const api = parser();
    for (const statement of this.#file.statements) {
      if (!api.isExportDeclaration(statement) || !statement.exportClause || !api.isNamedExports(statement.exportClause))
        continue;
      const one = statement.exportClause.elements.find((element) => element.name.text === name);
      if (!one) continue;
      const own = (one.propertyName ?? one.name).text;
      const { moduleSpecifier: from } = statement;
      if (from && api.isStringLiteral(from)) return this.#all.find(this.#path, from.text, own);
      return this.#value(own);
    }
    return this.#value(name);
  }

  /** A function of the module may call one that is declared after it, or itself: what it is, is looked up when it is called. */
  #outside(name: string): Step | undefined {
    if (!this.#declaration(name)) return undefined;
    return () => {
      const value = this.#value(name);
      if (value === undefined) throw new TypeError(`${name} is not read`);
      return value;
    };
  }

  #declaration(name: string): ts.Node | undefined {
    const api = parser();
    for (const statement of this.#file.statements) {
      if (api.isFunctionDeclaration(statement) && statement.name?.text === name && statement.body) return statement;
      if (api.isVariableStatement(statement)) {
        const isConst = (statement.declarationList.flags & api.NodeFlags.Const) !== 0;
        const found = statement.declarationList.declarations.find(
          (one) => api.isIdentifier(one.name) && one.name.text === name,
        );
        if (found) return isConst ? found.initializer : undefined;
      }
      if (!api.isImportDeclaration(statement)) continue;
      const bindings = statement.importClause?.namedBindings;
      const found =
        bindings && api.isNamedImports(bindings)
          ? bindings.elements.find((one) => one.name.text === name && !one.isTypeOnly)
          : undefined;
      if (found) return found;
    }
    return undefined;
  }

  #value(name: string): unknown {
    const known = this.#known.get(name);
    if (known === 'reading' || known === 'beyond') throw new TypeError(`${name} is not read`);
    if (known) return known.value;
    this.#known.set(name, 'reading');
    try {
      const value = this.#read(name);
      this.#known.set(name, { value });
      return value;
    } catch (error) {
      this.#known.set(name, 'beyond');
      throw error;
    }
  }

  #read(name: string): unknown {
    const api = parser();
    const node = this.#declaration(name);
    if (!node) throw new Beyond();
    if (api.isImportSpecifier(node)) {
      const { moduleSpecifier } = node.parent.parent.parent as ts.ImportDeclaration;
      if (!api.isStringLiteral(moduleSpecifier)) throw new Beyond();
      return this.#all.find(this.#path, moduleSpecifier.text, (node.propertyName ?? node.name).text);
    }
    // One that needs nothing from around it has a text of its own.
    const alone = readFunction(node, this.#file);
    if (alone) return alone;
    if (api.isFunctionDeclaration(node)) return this.#reader.lambda(node, new Names())(NOWHERE);
    // Computed as a function would be, so that nobody may change what came of it later but the module's own functions never do either.
    const value = this.#reader.expression(node as ts.Expression, new Names());
    return outside(() => kept(value(NOWHERE)))();
  }
}

/** A constant of a module, a copy that nothing has made and nothing may change. */
function kept(value: unknown): unknown {
  if (isOpaque(value)) return value;
  if (Array.isArray(value)) return value.map(kept);
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, kept(one)]));
  if (value instanceof Set) return new Set([...value].map(kept));
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, kept(one)]));
}
