import { posix } from 'node:path';
import { fail, ok, type RepoPath, type Result, repoPath } from '../../base/index.ts';
import {
  codeOf,
  docExamplesOf,
  exampleCallsOf,
  type FunctionText,
  functionsOf,
  functionText,
  type LanguageService,
  plainConstant,
  type ReadConstant,
  type Shape,
  shapeOf,
  signatureOf,
} from '../../lang/index.ts';
import { type Example, type Expected, same } from '../../search/index.ts';
import { isTestFile } from '../../verify/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import type { FillTask } from './types.ts';

/** Modules a constant is followed through. */
const FOLLOWED = 3;
/** Test files that are read. */
const TESTS = 2_000;

/** All that is known of a stub: its types from the compiler, examples from its doc comment and the tests that call it. */
export async function fillTask(
  workspace: Workspace,
  language: LanguageService,
  path: RepoPath,
  text: string,
  written: FunctionText,
  answers: readonly Example[],
): Promise<Result<FillTask>> {
  const { name, parameters, comment } = written;
  const strange = parameters.find(({ plain }) => !plain);
  if (strange || written.isAsync) {
    const found = strange ? `the parameter ${strange.name}` : 'an asynchronous function or a generator';
    return fail('fill/unsupported', `expected a function of plain parameters that returns its value, found ${found}`, {
      path,
    });
  }
  const types = typesOf(language, path, text, written);
  if (!types.ok) return types;
  const doc = docExamplesOf(comment ? text.slice(comment.start, comment.end) : '', name, true);
  const sources: { from: string; examples: number }[] = [];
  const examples: Example[] = [];
  const take = (from: string, calls: readonly Example[]): Result<void> => {
    let taken = 0;
    for (const { args: given, expected } of calls) {
      const args = hasRest(written)
        ? [...padded(given, parameters.length - 1), given.slice(parameters.length - 1)]
        : given;
      const before = examples.find((one) => same(one.args, args));
      if (before && !same(before.expected, expected)) {
        return fail(
          'fill/contradiction',
          `expected examples of ${name} to agree, found two values for ${callText(written, args)}, the second in ${from}`,
        );
      }
      if (!before) examples.push({ args, expected });
      taken++;
    }
    if (taken > 0) sources.push({ from, examples: taken });
    return ok(undefined);
  };
  const fromDoc = take(path, doc.examples);
  if (!fromDoc.ok) return fromDoc;
  for (const [test, content] of await testsOf(workspace, language, path, name)) {
    const read = constantReader(workspace, language, test, 0);
    const taken = take(test, exampleCallsOf(content, test, name, read, true));
    if (!taken.ok) return taken;
  }
  const fromAnswers = take('answers', answers);
  if (!fromAnswers.ok) return fromAnswers;
  if (examples.length === 0) {
    return fail(
      'fill/no-examples',
      `expected an example of ${name} in its doc comment or a test, found none that can be read`,
      {
        path,
        suggestion: `add a line such as "${name}(…) // => …" to the doc comment`,
      },
    );
  }
  const problem = {
    name,
    parameters: parameters.map((one, index) => ({ name: one.name, shape: types.value.parameters[index]! })),
    returns: types.value.returns,
    examples,
    prose: doc.prose,
  };
  return ok({ path, text, written, problem, sources });
}

/** Parameter and return types as the compiler sees them; as they are written where it cannot say. */
function typesOf(
  language: LanguageService,
  path: RepoPath,
  text: string,
  { name, exported, parameters, returns }: FunctionText,
): Result<{ readonly parameters: readonly Shape[]; readonly returns: Shape }> {
  // Only what a module exports has a written-out type.
  language.setOverlay(new Map([[path, exported ? text : `${text}\nexport { ${name} };\n`]]));
  const surface = language.surface(path);
  language.setOverlay(new Map());
  const entry = surface.status === 'known' ? surface.value.find((one) => one.name === name) : undefined;
  const signature = entry && signatureOf(entry.type, entry.uses);
  if (signature?.parameters.length === parameters.length) return ok(signature);
  if (returns === undefined || parameters.some(({ type }) => type === undefined)) {
    return fail('fill/types', `expected ${name} to have types that the compiler can write out, found none`, { path });
  }
  return ok({ parameters: parameters.map(({ type }) => shapeOf(type!)), returns: shapeOf(returns) });
}

/**
 * Test files that name both the function and its module: a project need not hold them for what they say to count. Not those that
 * import a function of that name from elsewhere.
 */
async function testsOf(
  workspace: Workspace,
  language: LanguageService,
  path: RepoPath,
  name: string,
): Promise<readonly (readonly [RepoPath, string])[]> {
  const paths = await workspace.paths();
  const stem = posix.basename(withoutExtension(path));
  const defines = (one: RepoPath): boolean => {
    const text = workspace.read(one).value?.text;
    return text?.includes(name) === true && functionsOf(text, one).some((written) => written.name === name);
  };
  return (paths.value ?? [])
    .filter(isTestFile)
    .slice(0, TESTS)
    .flatMap((test): (readonly [RepoPath, string])[] => {
      const text = workspace.read(test).value?.text;
      if (!text?.includes(name) || !text.includes(stem)) return [];
      const modules = importedBy(language, test, text);
      const isMeant = modules.some((one) => withoutExtension(one) === withoutExtension(path)) || !modules.some(defines);
      return isMeant ? [[test, text]] : [];
    });
}

const withoutExtension = (path: string): string => path.replace(/\.[cm]?[jt]sx?$/, '');

/** Files of the repository that a text imports. */
export function importedBy(language: LanguageService, from: RepoPath, text: string): readonly RepoPath[] {
  const specifiers = codeOf(text).statements.flatMap(({ module: at }) => (at ? [text.slice(at.start, at.end)] : []));
  return [...new Set(specifiers.flatMap((one) => moduleOf(language, from, one) ?? []))];
}

/** Reads plain constants of the modules that a file imports. */
function constantReader(workspace: Workspace, language: LanguageService, from: RepoPath, depth: number): ReadConstant {
  return (specifier, name) => {
    if (depth >= FOLLOWED) return undefined;
    const target = moduleOf(language, from, specifier);
    const source = target && workspace.read(target);
    return source?.ok
      ? plainConstant(source.value.text, name, constantReader(workspace, language, target!, depth + 1))
      : undefined;
  };
}

/** The file of the repository that a specifier leads to, if it leads to one. */
function moduleOf(language: LanguageService, from: RepoPath, specifier: string): RepoPath | undefined {
  const references = language.references(from);
  const target =
    references.status === 'known' ? references.value.find((one) => one.specifier === specifier)?.target : undefined;
  if (target) return 'path' in target ? target.path : undefined;
  // A file that no project holds: its relative imports say where they lead.
  return specifier.startsWith('.') ? repoPath(posix.join(posix.dirname(from), specifier)) : undefined;
}

/** A value as people write it. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'function') return functionText(value) ?? 'a function';
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (value instanceof Date) return `new Date(${valueText(value.toISOString())})`;
  if (value instanceof Set) return `new Set(${valueText([...value])})`;
  if (value instanceof Map) return `new Map(${valueText([...value])})`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(
    ([key, one]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${valueText(one)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** What came, or must come, of a call, as people write it. */
export const outputText = (output: Expected | undefined): string =>
  output === undefined
    ? 'no value'
    : output.kind === 'throws'
      ? `throws ${valueText(output.message ?? '')}`
      : valueText(output.value);

const hasRest = ({ parameters }: FunctionText): boolean => parameters.at(-1)?.rest === true;

const padded = (args: readonly unknown[], length: number): readonly unknown[] =>
  Array.from({ length }, (_, index) => args[index]);

/** The arguments of a call: what a rest parameter takes one by one. */
export const givenTo = (written: FunctionText, args: readonly unknown[]): readonly unknown[] =>
  hasRest(written) ? [...args.slice(0, -1), ...(args.at(-1) as readonly unknown[])] : args;

export const argumentsText = (written: FunctionText, args: readonly unknown[]): string =>
  givenTo(written, args).map(valueText).join(', ');

export const callText = (written: FunctionText, args: readonly unknown[]): string =>
  `${written.name}(${argumentsText(written, args)})`;
