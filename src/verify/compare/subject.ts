import { isBuiltin } from 'node:module';
import { fail, ok, type Result, sha256 } from '../../base/index.ts';
import {
  askedOf,
  type ClassText,
  classesOf,
  codeOf,
  docExamplesOf,
  type ExampleCall,
  type FunctionText,
  functionsOf,
  javascriptOf,
  listedExports,
  literalsOf,
  type Shape,
  stateOf,
} from '../../lang/index.ts';
import type { InputParameter } from './inputs.ts';
import { EXPORT } from './program.ts';
import type { Runnable } from './run.ts';

/** A file that holds one of the alternatives. */
export interface DraftFile {
  /** As the user named it. */
  readonly path: string;
  /** Absolute URL of the file, from which its imports are found. */
  readonly url: string;
  readonly text: string;
}

/** One alternative of a function, read but not run. */
export interface Subject {
  readonly file: DraftFile;
  readonly exported: boolean;
  readonly parameters: readonly InputParameter[];
  readonly uses: Readonly<Record<string, string>>;
  readonly literals: readonly (number | string)[];
  /** What the code asks of values, as `askedOf`. */
  readonly asked: readonly Shape[];
  /** The doc comment, whole. */
  readonly comment?: string;
  readonly runnable: Runnable;
  /** Of the JavaScript without comments and layout: drafts with the same one need to be run only once. */
  readonly hash: string;
  /** Whether it imports what does not come with Node. */
  readonly imports: boolean;
}

export type CalledExample = Omit<ExampleCall, 'span'>;

/** Functions and classes of several alternatives, read but not run. */
export interface ModuleSubject extends Omit<Subject, 'exported' | 'parameters' | 'comment'> {
  readonly functions: ReadonlyMap<string, FunctionText>;
  readonly classes: ReadonlyMap<string, ClassText>;
  /** Whether it keeps something from call to call. */
  readonly keeps: boolean;
}

/** What alternatives have in common at their top, by name: of that the exported ones where there are any. */
export function commonSymbols(files: readonly DraftFile[]): readonly string[] {
  const lists = files.map(symbolsOf);
  const shared = (lists[0] ?? []).filter(({ key }) => lists.every((list) => list.some((one) => one.key === key)));
  const exported = shared.filter(({ key }) => lists.every((list) => list.find((one) => one.key === key)!.exported));
  return [...new Set((exported.length > 0 ? exported : shared).map(({ name }) => name))];
}

export const exportsAll = (file: DraftFile, symbols: readonly string[]): boolean => {
  const exported = new Set(symbolsOf(file).flatMap((one) => (one.exported ? [one.name] : [])));
  return symbols.every((name) => exported.has(name));
};

/** Functions and classes at the top of a file. */
function symbolsOf({ text, path }: DraftFile) {
  const listed = listedExports(text, path);
  return [...functionsOf(text, path), ...classesOf(text, path)].map((one) => ({
    key: `${one.name} ${'members' in one}`,
    name: one.name,
    exported: one.exported || listed.has(one.name),
  }));
}

/** Whether most files that have a symbol have it as a class. */
export function isClass(files: readonly DraftFile[], symbol: string): boolean {
  const has = (list: readonly { readonly name: string }[]): boolean => list.some(({ name }) => name === symbol);
  const classes = files.filter(({ text, path }) => has(classesOf(text, path))).length;
  return classes > files.filter(({ text, path }) => has(functionsOf(text, path))).length;
}

/** Reads the function of a file; fails where the file does not parse or has no such function. */
export function subjectOf(file: DraftFile, symbol: string): Result<Subject> {
  const { path, text, url } = file;
  const read = draftOf(file);
  if (!read.ok) return read;
  const functions = functionsOf(text, path);
  const written = functions.findLast(({ name }) => name === symbol);
  if (!written) {
    const names = [...new Set(functions.map(({ name }) => name))].join(', ') || 'none';
    return fail('compare/no-symbol', `expected a function ${symbol} at the top of ${path}, found ${names}`, { path });
  }
  const { javascript, format, ...rest } = read.value;
  const ending =
    format === 'module' ? `export { ${symbol} as ${EXPORT} };` : `;module.exports = { ${EXPORT}: ${symbol} };`;
  return ok({
    ...rest,
    exported: written.exported,
    parameters: written.parameters.map(({ name, type, optional, rest }) => ({
      name,
      ...(type === undefined ? {} : { type }),
      optional,
      rest,
    })),
    ...(written.comment ? { comment: text.slice(written.comment.start, written.comment.end) } : {}),
    runnable: {
      url,
      format,
      source: `${javascript}\n${ending}\n`,
      alone: format === 'module' && !/\bimport\b/.test(javascript),
    },
  });
}

/** Reads functions and classes of a file; fails where the file does not parse or lacks one of them. */
export function moduleOf(file: DraftFile, symbols: readonly string[]): Result<ModuleSubject> {
  const { path, text, url } = file;
  const read = draftOf(file);
  if (!read.ok) return read;
  const functions = new Map(functionsOf(text, path).map((one) => [one.name, one]));
  const classes = new Map(classesOf(text, path).map((one) => [one.name, one]));
  const missing = symbols.find((name) => !functions.has(name) && !classes.has(name));
  if (missing !== undefined) {
    const names = [...functions.keys(), ...classes.keys()].join(', ') || 'none';
    return fail('compare/no-symbol', `expected ${missing} at the top of ${path}, found ${names}`, { path });
  }
  const { javascript, format, ...rest } = read.value;
  const all = symbols.join(', ');
  // A module can be had again, as it is when nothing was done with it.
  const source =
    format === 'module'
      ? `${javascript}\nexport const ${EXPORT} = { ${all}, $again: (turn) => import(import.meta.url.split('?')[0] + '?' + turn) };\n`
      : `const $again = () => { const module = { exports: {} }; const { exports } = module;\n${javascript}\nreturn { ${all} }; };\nmodule.exports = { ${EXPORT}: { ...$again(), $again } };\n`;
  return ok({ ...rest, functions, classes, keeps: stateOf(text, path).length > 0, runnable: { url, format, source } });
}

/** What is read of a file whatever it is compared for. */
function draftOf(file: DraftFile) {
  const { path, text } = file;
  const { statements, problem } = codeOf(text);
  if (problem && !path.endsWith('x'))
    return fail('compare/syntax', `${path} does not parse: ${problem.message}`, { path, span: problem.span });
  const isModule =
    !path.endsWith('.cjs') &&
    (!/\bmodule\.exports\b|\bexports\.\w|\brequire\(/.test(text) || /^\s*(?:import|export)\b/m.test(text));
  const javascript = javascriptOf(text, path);
  const modules = statements.flatMap(({ module: at }) => (at ? [text.slice(at.start, at.end)] : []));
  return ok({
    file,
    javascript,
    format: isModule ? ('module' as const) : ('commonjs' as const),
    uses: typesIn(text),
    literals: literalsOf(text, path),
    asked: askedOf(text, path),
    hash: sha256(normal(javascript)),
    imports:
      modules.some((one) => !isBuiltin(one)) ||
      /\b(?:require|import)\s*\(\s*['"`]|\bexport\b[^;\n]*\bfrom\s*['"]/.test(text),
  });
}

/** The interfaces, types and enums of a file, as `SurfaceEntry.uses`. */
export function typesIn(text: string): Readonly<Record<string, string>> {
  const uses: Record<string, string> = {};
  for (const { kind, declares, span: at } of codeOf(text).statements) {
    const [, form, body] =
      /^(?:export\s+)?(?:declare\s+)?(?:const\s+)?(interface|type|enum)\s+[\w$]+\s*=?\s*([\s\S]*?);?$/.exec(
        text.slice(at.start, at.end),
      ) ?? [];
    if (kind === 'declaration' && form && body && declares[0] !== undefined) uses[declares[0]] = `${form} ${body}`;
  }
  return uses;
}

/** Text without comments and white space, as far as that can be told without parsing: for finding repeated drafts. */
const normal = (text: string): string =>
  text
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/[ \t]*\n\s*/g, '\n')
    .trim();

/** What a function is given, as most of its alternatives declare it. */
export function parametersOf<T extends Pick<Subject, 'parameters'>>(subjects: readonly T[]): T {
  const counts = new Map<string, T[]>();
  for (const subject of subjects) {
    const key = JSON.stringify(subject.parameters.map(({ type, optional, rest }) => [type ?? null, optional, rest]));
    counts.set(key, [...(counts.get(key) ?? []), subject]);
  }
  return [...counts.values()].sort((a, b) => b.length - a.length)[0]![0]!;
}

/**
 * Examples of the function: those of the document where one is given, else those that more than half of the alternatives
 * have in their doc comments; a draft alone is no witness for itself.
 */
export function examplesOf(
  subjects: readonly Pick<Subject, 'comment'>[],
  symbol: string,
  doc: string | undefined,
): readonly CalledExample[] {
  if (doc !== undefined) {
    const comments = doc.match(/\/\*\*[\s\S]*?\*\//g) ?? [];
    const own = [...comments, doc].map((text) => docExamplesOf(text, symbol).examples).find(({ length }) => length > 0);
    if (own) return own;
    // Prompts that all call one other name are about the same function before it was renamed.
    const names = new Set([...doc.matchAll(/>>>\s*([\w$]+)\(/g)].map(([, name]) => name!));
    return names.size === 1 ? docExamplesOf(doc, [...names][0]!).examples : [];
  }
  const counts = new Map<string, { readonly example: CalledExample; count: number }>();
  for (const { comment } of subjects) {
    if (comment === undefined) continue;
    for (const example of docExamplesOf(comment, symbol).examples) {
      const known = counts.get(JSON.stringify(example));
      if (known) known.count++;
      else counts.set(JSON.stringify(example), { example, count: 1 });
    }
  }
  return [...counts.values()].filter(({ count }) => count * 2 > subjects.length).map(({ example }) => example);
}
