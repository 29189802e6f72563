import { escaped, fail, nearestNames, ok, type RepoPath, type Result } from '../../base/index.ts';
import { type ClassText, classesOf, type FunctionText, functionsOf, type LanguageService } from '../../lang/index.ts';
import type { SourceText } from '../../text/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import { calledAs, importedAs, importedBy, passedOn } from './task.ts';
import type { FillRequest } from './types.ts';

/** Modules of a test that are looked into. */
const MODULES = 40;

/** A function of the repository. */
export interface Place {
  readonly path: RepoPath;
  readonly source: SourceText;
  readonly written: FunctionText;
}

/** The stub that a user names: by its symbol, or the only one of the file. */
export function placeOf(workspace: Workspace, { cwd, path: given, symbol }: FillRequest): Result<Place> {
  if (given === undefined) return fail('usage/option', 'expected --file path#symbol, or --test, found neither');
  const path = workspace.resolve(cwd, given);
  if (!path.ok) return path;
  const source = workspace.read(path.value);
  if (!source.ok) return source;
  const written = stubOf(source.value.text, path.value, symbol);
  return written.ok ? ok({ path: path.value, source: source.value, written: written.value }) : written;
}

function stubOf(text: string, path: RepoPath, symbol: string | undefined): Result<FunctionText> {
  const functions = functionsOf(text, path);
  if (symbol === undefined) {
    const stubs = functions.filter(({ isStub }) => isStub);
    if (stubs.length === 1) return ok(stubs[0]!);
    const own = functions.length === 0 ? classWith(text, path) : undefined;
    if (own) return noMethods(path, own.name);
    return fail('fill/which', `expected one function that is not written yet in ${path}, found ${namesOf(stubs)}`, {
      path,
      suggestion: `name the function: ${path}#${stubs[0]?.name ?? 'name'}`,
    });
  }
  const named = functions.find(({ name }) => name === symbol);
  if (!named) {
    const own = classWith(text, path, symbol);
    return own ? noMethods(path, own.name) : noSymbol(functions, path, symbol);
  }
  if (named.isStub) return ok(named);
  return fail('fill/written', `expected ${symbol} in ${path} to be a stub, found a function that is written already`, {
    path,
    span: named.body,
    suggestion:
      "a stub's body is empty, holds only a comment, or only throws an error that says not implemented; to mend a function name a test that it fails: --test",
  });
}

const namesOf = (list: readonly FunctionText[]): string => list.map(({ name }) => name).join(', ') || 'none';

function noSymbol(functions: readonly FunctionText[], path: RepoPath, symbol: string) {
  const names = functions.map(({ name }) => name);
  const [near] = nearestNames(symbol, names, 1);
  return fail('fill/no-symbol', `expected a function ${symbol} with a body in ${path}, found ${namesOf(functions)}`, {
    path,
    ...(near ? { suggestion: `${path}#${near}` } : {}),
  });
}

/** Where only methods of a class could be meant. */
const noMethods = (path: RepoPath, name: string) =>
  fail('fill/unsupported', `expected a function, found methods of the class ${name}, which are not written`, {
    path,
    suggestion:
      'put what the method does into a function of the module, which the method calls, and name that function',
  });

/** The class whose method a name is; without a name any that has one. */
const classWith = (text: string, path: RepoPath, symbol?: string): ClassText | undefined => {
  const [owner, method] = symbol?.includes('.') ? symbol.split('.') : [undefined, symbol];
  return classesOf(text, path).find(
    ({ name, members }) =>
      (owner ?? name) === name &&
      members.some((one) => one.parameters !== undefined && (method ?? one.name) === one.name),
  );
};

/**
 * The function that a test is about: the one named, else the only one it calls of what it imports that is not written yet, else
 * the only one it calls.
 */
export function testedPlace(
  workspace: Workspace,
  language: LanguageService,
  test: RepoPath,
  { cwd, path: given, symbol }: FillRequest,
): Result<Place> {
  const content = workspace.read(test);
  if (!content.ok) return content;
  const path = given === undefined ? undefined : workspace.resolve(cwd, given);
  if (path && !path.ok) return path;
  const { text } = content.value;
  const imported = path ? [path.value] : importedBy(language, test, text);
  const modules = path
    ? imported
    : [...new Set([...imported, ...imported.flatMap((one) => passedOn(workspace, language, one))])];
  const all: Place[] = [];
  const classes: ClassText[] = [];
  for (const one of modules.slice(0, MODULES)) {
    const source = workspace.read(one);
    // What cannot be read has no function that could be written.
    if (!source.ok) continue;
    for (const written of functionsOf(source.value.text, one)) all.push({ path: one, source: source.value, written });
    classes.push(...classesOf(source.value.text, one));
  }
  if (path && symbol !== undefined) {
    const named = all.find(({ written }) => written.name === symbol);
    return named
      ? ok(named)
      : noSymbol(
          all.map(({ written }) => written),
          path.value,
          symbol,
        );
  }
  const isCalled = ({ path: own, written: { name, exported } }: Place): boolean => {
    // What another module passes on is meant only where it is imported.
    const as = imported.includes(own) ? calledAs : importedAs;
    const names = exported ? as(language, test, text, own, name) : [];
    return new RegExp(`(?<![\\w$.])(?:${names.map(escaped).join('|') || '(?!)'})\\s*\\(`).test(text);
  };
  const called = all.filter((one) => (symbol === undefined ? isCalled(one) : one.written.name === symbol));
  const stubs = called.filter(({ written }) => written.isStub);
  const [only, ...more] = stubs.length > 0 ? stubs : called;
  if (only && more.length === 0) return ok(only);
  const found = [only, ...more].flatMap((one) => (one ? [`${one.path}#${one.written.name}`] : []));
  const made = classes.find(({ name, exported }) => exported && new RegExp(`\\bnew ${escaped(name)}\\b`).test(text));
  if (!only && made) return noMethods(test, made.name);
  const what = stubs.length > 1 ? 'one function that is not written yet' : 'one function of a module that it imports';
  return fail('fill/which', `expected ${test} to call ${what}, found ${found.join(', ') || 'none'}`, {
    path: test,
    suggestion:
      found.length > 0 ? `name the function beside it: --file ${found[0]}` : 'name the function: --file path#name',
  });
}
