import { isBuiltin } from 'node:module';
import { fail, ok, type Result, sha256 } from '../../base/index.ts';
import { codeOf, docExamplesOf, type ExampleCall, functionsOf, javascriptOf, literalsOf } from '../../lang/index.ts';
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
  /** The doc comment, whole. */
  readonly comment?: string;
  readonly runnable: Runnable;
  /** Of the JavaScript without comments and layout: drafts with the same one need to be run only once. */
  readonly hash: string;
  /** Whether it imports what does not come with Node. */
  readonly imports: boolean;
}

export type CalledExample = Omit<ExampleCall, 'span'>;

/** The functions that alternatives have in common: of those the exported ones where there are any. */
export function commonSymbols(files: readonly DraftFile[]): readonly string[] {
  const lists = files.map(({ text, path }) => functionsOf(text, path));
  const shared = (lists[0] ?? []).filter(({ name }) => lists.every((list) => list.some((one) => one.name === name)));
  const exported = shared.filter(({ name }) => lists.every((list) => list.find((one) => one.name === name)!.exported));
  return [...new Set((exported.length > 0 ? exported : shared).map(({ name }) => name))];
}

/** Reads the function of a file; fails where the file does not parse or has no such function. */
export function subjectOf(file: DraftFile, symbol: string): Result<Subject> {
  const { path, text, url } = file;
  const { statements, problem } = codeOf(text);
  if (problem && !path.endsWith('x'))
    return fail('compare/syntax', `${path} does not parse: ${problem.message}`, { path, span: problem.span });
  const functions = functionsOf(text, path);
  const written = functions.findLast(({ name }) => name === symbol);
  if (!written) {
    const names = [...new Set(functions.map(({ name }) => name))].join(', ') || 'none';
    return fail('compare/no-symbol', `expected a function ${symbol} at the top of ${path}, found ${names}`, { path });
  }
  const isModule =
    !path.endsWith('.cjs') &&
    (!/\bmodule\.exports\b|\bexports\.\w|\brequire\(/.test(text) || /^\s*(?:import|export)\b/m.test(text));
  const javascript = javascriptOf(text, path);
  const source = `${javascript}\n${isModule ? `export { ${symbol} as ${EXPORT} };` : `;module.exports = { ${EXPORT}: ${symbol} };`}\n`;
  const modules = statements.flatMap(({ module: at }) => (at ? [text.slice(at.start, at.end)] : []));
  const uses: Record<string, string> = {};
  for (const { kind, declares, span: at } of statements) {
    const [, form, body] =
      /^(?:export\s+)?(?:declare\s+)?(interface|type)\s+[\w$]+\s*=?\s*([\s\S]*?);?$/.exec(
        text.slice(at.start, at.end),
      ) ?? [];
    if (kind === 'declaration' && form && body && declares[0] !== undefined) uses[declares[0]] = `${form} ${body}`;
  }
  return ok({
    file,
    exported: written.exported,
    parameters: written.parameters.map(({ name, type, optional, rest }) => ({
      name,
      ...(type === undefined ? {} : { type }),
      optional,
      rest,
    })),
    uses,
    literals: literalsOf(text, path),
    ...(written.comment ? { comment: text.slice(written.comment.start, written.comment.end) } : {}),
    runnable: { url, format: isModule ? 'module' : 'commonjs', source },
    hash: sha256(normal(javascript)),
    imports:
      modules.some((one) => !isBuiltin(one)) ||
      /\b(?:require|import)\s*\(\s*['"`]|\bexport\b[^;\n]*\bfrom\s*['"]/.test(text),
  });
}

/** Text without comments and white space, as far as that can be told without parsing: for finding repeated drafts. */
const normal = (text: string): string =>
  text
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/[ \t]*\n\s*/g, '\n')
    .trim();

/** What a function is given, as most of its alternatives declare it. */
export function parametersOf(subjects: readonly Subject[]): Subject {
  const counts = new Map<string, Subject[]>();
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
  subjects: readonly Subject[],
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
