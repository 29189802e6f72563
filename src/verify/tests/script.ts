import { posix } from 'node:path';
import type { RepoPath } from '../../base/index.ts';
import { pathMatcher } from '../../workspace/index.ts';

/** How deep `npm run a` may lead to `npm run b`. */
const DEPTH = 4;

const RUN = /\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+|run-script\s+)?([\w:.-]+)(?=\s|$|&|;|\|)/g;
/** pnpm runs all scripts that an expression finds. One that repeats something is passed over: it could take for ever. */
const RUN_ALL = /((?:\b\w+=\S+\s+)*)\bpnpm\s+(?:run\s+)?(["']?)\/([\w:.|^$-]+)\/\2(?=\s|$|&|;|\|)/g;

/** A script with the scripts that it runs, by name or by an expression, written out. */
export function expandScript(script: string, scripts: Readonly<Record<string, string>>, depth = 0): string {
  if (depth >= DEPTH) return script;
  const found = (_: string, sets: string, _quote: string, expression: string): string =>
    Object.keys(scripts)
      .filter((name) => new RegExp(expression).test(name) && scripts[name] !== script)
      .map((name) => `${sets}pnpm run ${name}`)
      .join(' && ');
  // Once: scripts that all run all would be without end.
  const named = depth > 0 ? script : script.replace(RUN_ALL, found);
  return named.replace(RUN, (whole, name: string) => {
    const found = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
    return found === undefined || found === script ? whole : expandScript(found, scripts, depth + 1);
  });
}

/** The commands of a script, one after another. */
export const commandsOf = (script: string): readonly string[] =>
  script.match(/(?:"[^"]*"|'[^']*'|[^&;|]|(?<!&)&(?!&))+/g) ?? [];

/** The one command in a script that starts a program: the words before and after it; undefined where none does. */
function partsOf(script: string, program: string): { readonly before: string[]; readonly after: string[] } | undefined {
  for (const command of commandsOf(script)) {
    const words = (command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) =>
      word.replace(/^(["'])(.*)\1$/, '$2'),
    );
    const at = words.findIndex((word) => new RegExp(`(?:^|/)_?${program}(?:\\.[cm]?js)?$`).test(word));
    if (at >= 0) return { before: words.slice(0, at), after: words.slice(at + 1) };
  }
  return undefined;
}

const commandOf = (script: string, program: string): string[] | undefined => partsOf(script, program)?.after;

/** What a script sets before the command that starts a program (`TZ=UTC vitest`, `cross-env CI=1 jest`), as far as it is written out. */
export function envFrom(script: string, program: string): Record<string, string> {
  const sets = (partsOf(script, program)?.before ?? []).flatMap((word): [string, string][] => {
    const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
    const plain = value.replace(/^(["'])(.*)\1$/s, '$2');
    if (name === undefined || /[$`]/.test(plain)) return [];
    if (name !== 'NODE_OPTIONS') return [[name, plain]];
    const options = loadingOptions(plain);
    return options === '' ? [] : [[name, options]];
  });
  return Object.fromEntries(sets);
}

/** Options of Node, but what this Node does not take from the environment, and what is for watching a program. */
function loadingOptions(options: string): string {
  const words = options.split(/\s+/);
  const kept = words.flatMap((word, index) => {
    const [flag = ''] = word.split('=', 1);
    if (!process.allowedNodeEnvironmentFlags.has(flag) || WATCHES.test(flag)) return [];
    const next = words[index + 1] ?? '-';
    return word.includes('=') || next.startsWith('-') ? [word] : [word, next];
  });
  return kept.join(' ');
}

const WATCHES = /^--(?:inspect|debug|watch|prof|cpu-prof|heap|report|trace|test|title)/;

/** Those flags of a program in a script, with their values, that decide how tests are loaded. */
export function flagsFrom(script: string, program: string, wanted: readonly string[]): string[] {
  const words = commandOf(script, program) ?? [];
  return words.flatMap((word, index) => {
    if (wanted.some((flag) => word.startsWith(`${flag}=`))) return [word];
    return wanted.includes(word) && words[index + 1] !== undefined ? [word, words[index + 1]!] : [];
  });
}

/** The words that a script gives a program beside flags: patterns of test files. */
export function wordsAfter(script: string, program: string, valued: readonly string[]): string[] {
  const words = commandOf(script, program) ?? [];
  return words.filter((word, index) => !word.startsWith('-') && !valued.includes(words[index - 1] ?? ''));
}

/**
 * Those of some test files that a script names itself, by paths, folders or patterns from the folder of the package: others are
 * not for its runner. All of them where it names none.
 */
export function namedBy(words: readonly string[], folder: string, files: readonly RepoPath[]): readonly RepoPath[] {
  const isNamed = pathMatcher(words);
  const own = files.filter((path) => isNamed(posix.relative(folder, path)));
  return own.length > 0 ? own : files;
}

/** Flags that the script has for Node itself, as words or in NODE_OPTIONS. */
export function nodeFlags(script: string): string[] {
  return [...new Set(script.match(/--(?:experimental-[\w-]+|no-experimental-[\w-]+|expose-gc|conditions=\S+)/g) ?? [])];
}

export const inBench = (bench: string, bin: string): string => (bin.startsWith('/') ? bin : `${bench}/${bin}`);
