import { fail, nearestNames, ok, type RepoPath, type Result } from '../../base/index.ts';
import { type FunctionText, functionsOf, type LanguageService } from '../../lang/index.ts';
import type { SourceText } from '../../text/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import { importedBy } from './task.ts';
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
    return fail('fill/which', `expected one function that is not written yet in ${path}, found ${namesOf(stubs)}`, {
      path,
      suggestion: `name the function: ${path}#${stubs[0]?.name ?? 'name'}`,
    });
  }
  const named = functions.find(({ name }) => name === symbol);
  if (!named) return noSymbol(functions, path, symbol);
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
  const modules = path ? [path.value] : importedBy(language, test, content.value.text);
  const all: Place[] = [];
  for (const one of modules.slice(0, MODULES)) {
    const source = workspace.read(one);
    // What cannot be read has no function that could be written.
    if (source.ok)
      for (const written of functionsOf(source.value.text, one)) all.push({ path: one, source: source.value, written });
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
  const called = all.filter(({ written: { name, exported } }) =>
    symbol === undefined
      ? exported && new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}\\s*\\(`).test(content.value.text)
      : name === symbol,
  );
  const stubs = called.filter(({ written }) => written.isStub);
  const [only, ...more] = stubs.length > 0 ? stubs : called;
  if (only && more.length === 0) return ok(only);
  const found = [only, ...more].flatMap((one) => (one ? [`${one.path}#${one.written.name}`] : []));
  const what = stubs.length > 1 ? 'one function that is not written yet' : 'one function of a module that it imports';
  return fail('fill/which', `expected ${test} to call ${what}, found ${found.join(', ') || 'none'}`, {
    path: test,
    suggestion:
      found.length > 0 ? `name the function beside it: --file ${found[0]}` : 'name the function: --file path#name',
  });
}
