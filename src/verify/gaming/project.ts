import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type CheckContext, textAt } from '../context.ts';
import { VERIFIES } from './masks.ts';
import { yamlEntries } from './yaml.ts';

export type Side = 'base' | 'head';

/** Scripts that call others, in turn, and parts of one command. */
const DEPTH = 8;
const PARTS = 200;
/** Pipelines that are read, and folders of packages. */
const FILES = 50;

/** What the scripts of the packages say on both sides of a change, and who calls them. */
export class Scripts {
  readonly #context: Pick<CheckContext, 'change'>;
  readonly #known = new Map<string, ReadonlyMap<string, string> | undefined>();

  constructor(context: Pick<CheckContext, 'change'>) {
    this.#context = context;
  }

  /** Those of the manifest in a folder; undefined where there is none to be read. */
  of(side: Side, folder: string): ReadonlyMap<string, string> | undefined {
    const key = `${side} ${folder}`;
    if (!this.#known.has(key)) this.#known.set(key, scriptsIn(this.#text(side, posix.join(folder, 'package.json'))));
    return this.#known.get(key);
  }

  /** The commands that a command comes to, scripts written out; commands joined other than by `&&` are one. */
  parts(side: Side, folder: string, command: string): readonly string[] {
    const found: string[] = [];
    const visit = (text: string, above: readonly string[]): void => {
      for (const part of /\|\||;|(?<!\|)\|(?!\|)/.test(text) ? [text] : text.split(/&&|\n/)) {
        if (found.length >= PARTS) return;
        const plain = part
          .trim()
          .replace(/\s+/g, ' ')
          .replace(/^npx (?:--no-install )?/, '');
        const called = calledBy(plain);
        const scripts = this.of(side, folder);
        const script = called && scripts?.get(called.name);
        if (!called || script === undefined || above.length >= DEPTH || above.includes(called.name)) {
          if (plain !== '') found.push(plain);
          continue;
        }
        const inner = [...above, called.name];
        visit(scripts?.get(`pre${called.name}`) ?? '', inner);
        visit([script, ...called.rest].join(' '), inner);
        visit(scripts?.get(`post${called.name}`) ?? '', inner);
      }
    };
    visit(command, []);
    return found;
  }

  /** Why a command runs nothing, and says nothing of it; undefined where it runs something, or fails. */
  callsNothing(side: Side, folder: string, command: string): string | undefined {
    const called = /\s--if-present\b/.test(command) ? calledBy(command) : undefined;
    const scripts = this.of(side, folder);
    return called && scripts && !scripts.has(called.name)
      ? `there is no script ${called.name}, which is no failure with --if-present`
      : undefined;
  }

  /** Commands of pipelines, of scripts of the root and of the same folder, at the head. */
  callers(folder: string): readonly string[] {
    const found: string[] = [];
    for (const one of new Set(['', folder])) found.push(...(this.of('head', one)?.values() ?? []));
    for (const path of this.#pipelines())
      for (const { value } of yamlEntries(this.#text('head', path) ?? '')) if (VERIFIES.test(value)) found.push(value);
    return found;
  }

  #pipelines(): readonly string[] {
    const others = ['.gitlab-ci.yml', '.circleci/config.yml', '.travis.yml', 'azure-pipelines.yml'];
    try {
      const names = readdirSync(join(this.#context.change.root, '.github/workflows')).filter((name) =>
        /\.ya?ml$/.test(name),
      );
      return [
        ...names
          .sort()
          .slice(0, FILES)
          .map((name) => `.github/workflows/${name}`),
        ...others,
      ];
    } catch {
      return others;
    }
  }

  #text(side: Side, path: string): string | undefined {
    if (side === 'head') return textAt(this.#context, path);
    const { files } = this.#context.change;
    const changed = files.find((file) => (file.from ?? file.path) === path && file.kind !== 'added');
    if (changed) return changed.before?.text;
    return files.some((file) => file.path === path) ? undefined : textAt(this.#context, path);
  }
}

function scriptsIn(text: string | undefined): ReadonlyMap<string, string> | undefined {
  if (text === undefined) return undefined;
  try {
    const scripts: unknown = (JSON.parse(text) as { readonly scripts?: unknown } | null)?.scripts ?? {};
    return new Map(
      Object.entries(scripts as object).filter((one): one is [string, string] => typeof one[1] === 'string'),
    );
  } catch {
    return undefined;
  }
}

/** The script that a command calls in the package where it stands, with what it hands on. */
function calledBy(command: string): { readonly name: string; readonly rest: readonly string[] } | undefined {
  const words = command.split(' ');
  if (!/^(?:npm|pnpm|yarn|bun)$/.test(words[0] ?? '')) return undefined;
  const flags = /^(?:-s|--silent|--if-present|--run)$/;
  const plain = words.slice(1).filter((word) => !flags.test(word));
  const isRun = /^(?:run|run-script)$/.test(plain[0] ?? '');
  const name = isRun ? plain[1] : plain[0];
  // Flags before the name may call that of another package.
  if (
    name === undefined ||
    name.startsWith('-') ||
    plain.some((word) => /^(?:-w|-ws|-r|--(?:workspaces?|prefix|recursive|filter)\b)/.test(word))
  )
    return undefined;
  if (!isRun && words[0] === 'npm' && !/^(?:t|tst|test|start|stop|restart)$/.test(name)) return undefined;
  if (!isRun && words[0] === 'bun') return undefined;
  const rest = plain.slice(isRun ? 2 : 1);
  return { name: /^(?:t|tst)$/.test(name) ? 'test' : name, rest: rest[0] === '--' ? rest.slice(1) : rest };
}

/** Whether a command calls a script of a name where it is there, and goes on where it is not. */
export const callsIfThere = (command: string, name: string): boolean => {
  const called = (command.match(/[^\s"']+/g) ?? []).some((word) => word === name || (name === 'test' && word === 't'));
  return (
    called && /--if-present\b|(?:^|\s)(?:-r|-ws|--workspaces|--recursive)(?:\s|$)|\b(?:turbo|lerna|nx)\b/.test(command)
  );
};

/** Whether a command calls a script by its name. */
export const calls = (command: string, name: string): boolean =>
  command
    .split(/&&|\|\||;|\n/)
    .some(
      (part) =>
        /\b(?:npm|pnpm|yarn|bun|run-s|run-p|npm-run-all|turbo|nx|lerna|wireit)\b/.test(part) &&
        part.split(/[\s"']+/).includes(name),
    );
