import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, failed, type Issue, LIMITS, ok, type RepoPath, type Result, readRegular } from '../../base/index.ts';
import { openLanguage, plainCall, plainValue, type Shape, signatureOf, thrownIn } from '../../lang/index.ts';
import type { DraftFile, Input, Subject, Wanted } from '../../verify/index.ts';
import { inputSource } from '../../verify/index.ts';

/** Files in one comparison. */
const FILES = 100;
const ANSWERS = 1_000;

/** Reads a text file as the user named it. */
export function readText(cwd: string, path: string): Result<string> {
  const absolute = resolve(cwd, path);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (!found?.isFile())
    return fail('compare/file', `expected a file, found ${found ? 'a folder' : 'nothing'} at ${path}`, { path });
  if (found.size >= LIMITS.fileBytes)
    return fail('compare/file', `expected a file under ${LIMITS.fileBytes} bytes, ${path} has ${found.size}`, { path });
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(readRegular(absolute, LIMITS.fileBytes)));
  } catch (error) {
    const why = error instanceof TypeError ? 'is not UTF-8' : `cannot be read: ${(error as Error).message}`;
    return fail('compare/file', `expected text, ${path} ${why}`, { path });
  }
}

/** The files that hold the alternatives. */
export function readDrafts(cwd: string, paths: readonly string[]): Result<readonly DraftFile[]> {
  const again = paths.find((path, index) => paths.findIndex((one) => resolve(cwd, one) === resolve(cwd, path)) < index);
  if (paths.length < 2) return fail('compare/files', `expected two files or more to compare, found ${paths.length}`);
  if (paths.length >= FILES) return fail('compare/files', `expected fewer than ${FILES} files, found ${paths.length}`);
  if (again !== undefined)
    return fail('compare/files', `expected different files, found ${again} twice`, { path: again });
  const issues: Issue[] = [];
  const files: DraftFile[] = [];
  for (const path of paths) {
    const text = /\.[cm]?[jt]sx?$/.test(path)
      ? readText(cwd, path)
      : fail('compare/files', `expected TypeScript or JavaScript (.ts, .js, …), found ${path}`, { path });
    if (text.ok) files.push({ path, url: pathToFileURL(resolve(cwd, path)).href, text: text.value });
    else issues.push(...text.issues);
  }
  return issues.length > 0 ? failed(...issues) : ok(files);
}

/** An answer as it stands in a file of answers. */
export interface GivenAnswer {
  readonly input: string;
  readonly wanted: Wanted;
}

/** What a person says must come of a call: a value as source, or `throws`, `throws RangeError`, `throws RangeError: too small`. */
export function readWanted(text: string): Wanted | undefined {
  const thrown = /^throws\b/.test(text.trim()) ? thrownIn(text.trim()) : undefined;
  if (thrown) return { kind: 'throws', ...thrown };
  const value = plainValue(text.trim().replace(/^a promise of /, ''));
  return value ? { kind: 'value', value: value.value } : undefined;
}

/** Reads a JSON file of inputs and outputs, both as source; an output that is no text is the value itself. */
export function readAnswers(cwd: string, path: string): Result<readonly GivenAnswer[]> {
  const text = readText(cwd, path);
  if (!text.ok) return text;
  const refuse = (what: string): Result<readonly GivenAnswer[]> =>
    fail('compare/answers', `expected ${path} to hold one JSON object of inputs and outputs, ${what}`, {
      path,
      suggestion: 'write {"[1, 2], 0": "3", "[]": "throws RangeError"}; the arguments as they stand in the call',
    });
  let given: unknown;
  try {
    given = JSON.parse(text.value);
  } catch (error) {
    return refuse(`found no JSON: ${(error as Error).message}`);
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return refuse('found something else');
  const entries = Object.entries(given);
  if (entries.length >= ANSWERS) return refuse(`found ${entries.length} answers, more than are read`);
  const answers: GivenAnswer[] = [];
  for (const [input, output] of entries) {
    const wanted: Wanted | undefined =
      typeof output === 'string' ? readWanted(output) : { kind: 'value', value: output };
    if (!wanted)
      return refuse(
        `found ${JSON.stringify(output)} for ${input}, which is no source of a plain value; a text is written "\\"so\\""`,
      );
    answers.push({ input, wanted });
  }
  return ok(answers);
}

/** The arguments that a text stands for; undefined where they are not plain. */
export function readInput(text: string): Input | undefined {
  const args = plainCall(`f(${text})`, 'f');
  return args && { args, source: inputSource(args), origin: 'answer' };
}

/**
 * The nearest folder at or above a file that is a package's, or its own. It is readable for what runs, so a stray package.json
 * in the user's home does not make all of that one.
 */
export function homeOf(file: string): string {
  const own = dirname(file);
  for (let folder = own; ; folder = dirname(folder)) {
    if (folder === homedir() || folder === dirname(folder)) return own;
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
}

/** The parameters' types as the compiler sees them; undefined where it cannot say. */
export function shapesOf(
  { file, exported }: Pick<Subject, 'file' | 'exported'>,
  symbol: string,
  absolute: string,
): readonly Shape[] | undefined {
  const root = homeOf(absolute);
  const language = openLanguage({ root });
  if (!language.ok) return undefined;
  try {
    const path = absolute.slice(root.length + 1) as RepoPath;
    // Only what a module exports has a written-out type.
    language.value.setOverlay(new Map([[path, exported ? file.text : `${file.text}\nexport { ${symbol} };\n`]]));
    const surface = language.value.surface(path);
    const entry = surface.status === 'known' ? surface.value.find(({ name }) => name === symbol) : undefined;
    return entry && signatureOf(entry.type, entry.uses)?.parameters;
  } finally {
    language.value.close();
  }
}
