import { posix } from 'node:path';
import { fail, ok, type RepoPath, type Result, repoPath } from '../../base/index.ts';
import {
  calleesOf,
  codeOf,
  computedValue,
  docExamplesOf,
  exampleCallsOf,
  type FunctionText,
  functionsOf,
  functionText,
  importsOf,
  instanceText,
  type LanguageService,
  plainValue,
  type ReadConstant,
  type Shape,
  shapeOf,
  signatureOf,
  signaturesOf,
  type Thrown,
} from '../../lang/index.ts';
import { type Example, type Expected, type Parameter, same } from '../../search/index.ts';
import { isTestFile } from '../../verify/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import { modulesOf, neighboursOf } from './neighbours.ts';
import type { FillTask } from './types.ts';

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
  const follow = (from: RepoPath, specifier: string): RepoPath | undefined => moduleOf(language, from, specifier);
  const modules = modulesOf(workspace, path, text, follow);
  const callees = new Map<string, readonly string[]>();
  const tested = (await testsOf(workspace, language, path, name)).map(([test, content]) => {
    const read: ReadConstant = (specifier, constant) => {
      const value = modules.find(test, specifier, constant);
      return value === undefined ? undefined : { value };
    };
    const names = calledAs(language, test, content, path, name);
    callees.set(test, names);
    return [test, exampleCallsOf(content, test, names, read, true)] as const;
  });
  const inner = written.isStub ? innerOf(written, types.value.returns) : undefined;
  // What is told of a function that gives a function is what that one does.
  const isCurried = inner !== undefined && tested.some(([, calls]) => calls.some(({ further }) => further));
  const isPredicate = types.value.returns.kind === 'boolean';
  /** How many arguments there are with those that are not given and are something all the same. */
  const lastTold = ({ length }: readonly unknown[]): number =>
    Math.min(parameters.length, Math.max(length, parameters.findLastIndex(({ initial }) => initial !== undefined) + 1));
  const sources: { from: string; examples: number }[] = [];
  const examples: Example[] = [];
  const origins = new Map<Example, string>();
  const disputed = new Set<Example>();
  const take = (from: string, calls: readonly TakenCall[]): Result<void> => {
    let taken = 0;
    for (const { args: given, expected, further } of calls) {
      if (from === 'answers' && given.length > parameters.length && !hasRest(written)) return surplus(written, given);
      if ((further !== undefined) !== isCurried && from !== 'answers') continue;
      // An instance is what it is: more than that is not computed of it.
      if (!isPredicate && given.some((arg) => instanceText(arg) !== undefined)) continue;
      const told = padded(given, further || hasRest(written) ? parameters.length : lastTold(given));
      const own = told.map((arg, at) => (arg === undefined ? initialOf(written, at, told) : arg));
      const outer = hasRest(written) ? [...own.slice(0, -1), given.slice(parameters.length - 1)] : own;
      const args = further ? [...outer, ...padded(further, inner!.parameters.length)] : outer;
      const before = examples.find((one) => same(one.args, args));
      if (before && !same(before.expected, expected)) {
        // A test that holds itself to two values speaks of more than the arguments.
        if (from !== 'answers' && from === origins.get(before) && from !== path) {
          disputed.add(before);
          continue;
        }
        return fail(
          'fill/contradiction',
          `expected examples of ${name} to agree, found two values for ${callText(written, args)}, the second in ${from}`,
        );
      }
      if (!before) {
        const example = { args, expected };
        examples.push(example);
        origins.set(example, from);
      }
      taken++;
    }
    if (taken > 0) sources.push({ from, examples: taken });
    return ok(undefined);
  };
  const fromDoc = take(path, doc.examples);
  if (!fromDoc.ok) return fromDoc;
  for (const [test, calls] of tested) {
    const taken = take(test, calls);
    if (!taken.ok) return taken;
  }
  const fromAnswers = take('answers', answers);
  if (!fromAnswers.ok) return fromAnswers;
  const agreed = examples.filter((one) => !disputed.has(one));
  if (agreed.length === 0) {
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
    parameters: [
      ...parameters.map((one, index) => ({ name: one.name, shape: types.value.parameters[index]! })),
      ...(isCurried ? inner.parameters : []),
    ],
    returns: isCurried ? inner.returns : types.value.returns,
    examples: agreed,
    prose: doc.prose,
    neighbours: neighboursOf(language, modules, path, text, name, follow),
    errors: errorsIn(text, agreed),
  };
  return ok({
    path,
    text,
    written,
    problem,
    sources,
    callees,
    ...(isCurried ? { inner: inner.parameters.map((one) => one.name) } : {}),
  });
}

/** Classes of errors that examples name, of those that stand in a file or that it imports. */
function errorsIn(text: string, examples: readonly Example[]): readonly string[] {
  const there = new Set(codeOf(text).statements.flatMap(({ declares }) => declares));
  return errorsOf(examples).filter((name) => there.has(name));
}

/** Classes of errors that examples name. */
export const errorsOf = (examples: readonly Example[]): readonly string[] => [
  ...new Set(examples.flatMap(({ expected }) => (expected.kind === 'throws' ? (expected.error ?? []) : []))),
];

/** What a parameter is called whose type has no name for it. */
const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'items',
  function: 'callback',
  record: 'item',
};

interface TakenCall extends Example {
  readonly further?: readonly unknown[];
}

/** An answer for a call that hands over more than the function takes. */
function surplus({ name, parameters }: FunctionText, given: readonly unknown[]): Result<void> {
  const takes = parameters.map((one) => one.name).join(', ');
  const count = `${parameters.length} ${parameters.length === 1 ? 'argument' : 'arguments'}`;
  return fail(
    'fill/answers',
    `expected an answer for at most ${count} of ${name}(${takes}), found one for ${given.length}: ${given.map(valueText).join(', ')}`,
    {
      suggestion:
        'write each call as an entry of its own, with the arguments as they stand in the call; a list in brackets',
    },
  );
}

/** What a function takes and gives that a function gives, with names of its own where its type has taken ones. */
function innerOf(
  { parameters, returns }: FunctionText,
  shape: Shape,
): { readonly parameters: readonly Parameter[]; readonly returns: Shape } | undefined {
  if (shape.kind !== 'function') return undefined;
  const form = returns === undefined ? undefined : signaturesOf(returns)[0];
  if (form?.parameters.some(({ rest }) => rest)) return undefined;
  const taken = new Set(parameters.map(({ name }) => name));
  const named = shape.parameters.map((own, index) => {
    const name = form?.parameters[index]?.name ?? NAMES[own.kind] ?? 'value';
    const isNew = !taken.has(name);
    taken.add(name);
    return { name: isNew ? name : `${name}${index + 2}`, shape: own };
  });
  return { parameters: named, returns: shape.returns };
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
  const shapes = parameters.map(({ type, initial }) => (type === undefined ? shapeOfInitial(initial) : shapeOf(type)));
  if (returns === undefined || shapes.includes(undefined)) {
    return fail('fill/types', `expected ${name} to have types that the compiler can write out, found none`, { path });
  }
  return ok({ parameters: shapes as readonly Shape[], returns: shapeOf(returns) });
}

/** What a parameter is where it is not given; it may be said by those before it. */
function initialOf({ parameters }: FunctionText, at: number, args: readonly unknown[]): unknown {
  const { initial } = parameters[at]!;
  const names = new Map(parameters.slice(0, at).map(({ name }, index) => [name, args[index]]));
  return initial === undefined ? undefined : computedValue(initial, names)?.value;
}

/** The type of a parameter that says what it is where it is not given. */
function shapeOfInitial(initial: string | undefined): Shape | undefined {
  const value = initial === undefined ? undefined : plainValue(initial)?.value;
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
    ? { kind: typeof value as 'number' | 'string' | 'boolean' }
    : undefined;
}

/**
 * Test files that name both the function and its module, or import it from one that passes it on: a project need not hold them for what they say to count. Not those that
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
      if (!text?.includes(name)) return [];
      if (!text.includes(stem)) return isPassedOn(workspace, language, test, text, path, name) ? [[test, text]] : [];
      const modules = importedBy(language, test, text);
      const isMeant = modules.some((one) => withoutExtension(one) === withoutExtension(path)) || !modules.some(defines);
      return isMeant ? [[test, text]] : [];
    });
}

/** Whether a test imports a function from a module that exports it from another one. */
function isPassedOn(
  workspace: Workspace,
  language: LanguageService,
  test: RepoPath,
  text: string,
  path: RepoPath,
  name: string,
): boolean {
  const names = calleesOf(text, test, name, (specifier) => {
    const target = moduleOf(language, test, specifier);
    return target !== undefined && passedOn(workspace, language, target).includes(path);
  });
  return names.length > 0;
}

/** Modules from which one exports. */
export function passedOn(workspace: Workspace, language: LanguageService, path: RepoPath): readonly RepoPath[] {
  const text = workspace.read(path).value?.text ?? '';
  const specifiers = [...text.matchAll(/^export\b[^;'"]*\bfrom\s*['"]([^'"\n]+)['"]/gm)].map(([, one]) => one!);
  return [...new Set(specifiers.flatMap((one) => moduleOf(language, path, one) ?? []))];
}

const withoutExtension = (path: string): string => path.replace(/\.[cm]?[jt]sx?$/, '');

/** What a test calls a function by that it imports from its module, else from one that passes it on. */
export function importedAs(
  language: LanguageService,
  test: RepoPath,
  text: string,
  path: RepoPath,
  name: string,
): readonly string[] {
  const own = calleesOf(text, test, name, (specifier) => {
    const target = moduleOf(language, test, specifier);
    return target !== undefined && withoutExtension(target) === withoutExtension(path);
  });
  return own.length > 0
    ? own
    : calleesOf(text, test, name, (specifier) => moduleOf(language, test, specifier) !== undefined);
}

/** The same, with the name itself where the test imports nothing else under it: it may get at it in other ways. */
export function calledAs(
  language: LanguageService,
  test: RepoPath,
  text: string,
  path: RepoPath,
  name: string,
): readonly string[] {
  const names = importedAs(language, test, text, path, name);
  const isTaken = importsOf(text, test).some(({ local }) => local === name);
  return isTaken && names.length > 0 ? names : [...new Set([name, ...names])];
}

/** Files of the repository that a text imports. */
export function importedBy(language: LanguageService, from: RepoPath, text: string): readonly RepoPath[] {
  const specifiers = codeOf(text).statements.flatMap(({ module: at }) => (at ? [text.slice(at.start, at.end)] : []));
  return [...new Set(specifiers.flatMap((one) => moduleOf(language, from, one) ?? []))];
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
  if (typeof value === 'bigint') return `${value}n`;
  const instance = instanceText(value);
  if (instance !== undefined) return instance;
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
  output === undefined ? 'no value' : output.kind === 'throws' ? thrownText(output) : valueText(output.value);

const thrownText = ({ error, message }: Thrown): string => {
  if (error === undefined) return message === undefined ? 'throws' : `throws ${valueText(message)}`;
  return `throws ${error}${message === undefined ? '' : `: ${message}`}`;
};

const hasRest = ({ parameters }: FunctionText): boolean => parameters.at(-1)?.rest === true;

const padded = (args: readonly unknown[], length: number): readonly unknown[] =>
  Array.from({ length }, (_, index) => args[index]);

/** The arguments of a call: what a rest parameter takes one by one. */
export function givenTo(written: FunctionText, args: readonly unknown[]): readonly unknown[] {
  const own = args.slice(0, written.parameters.length);
  return hasRest(written) ? [...own.slice(0, -1), ...(own.at(-1) as readonly unknown[])] : own;
}

export const argumentsText = (written: FunctionText, args: readonly unknown[]): string =>
  givenTo(written, args).map(valueText).join(', ');

/** A call, and that of the function it gives where there are arguments for that one. */
export function callText(written: FunctionText, args: readonly unknown[]): string {
  const further = args.slice(written.parameters.length);
  const call = `${written.name}(${argumentsText(written, args)})`;
  return further.length === 0 ? call : `${call}(${further.map(valueText).join(', ')})`;
}
