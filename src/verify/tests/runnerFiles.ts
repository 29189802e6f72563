import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { canonicalJson, LIMITS, type RepoPath, readRegularText } from '../../base/index.ts';
import { type CheckContext, isCode } from '../context.ts';
import { expandScript } from './script.ts';

const CONFIG =
  /^(?:(?:vite|vitest|jest|babel|ava)\.(?:config|workspace|setup|preset)(?:\..+)?|\.(?:mocha|babel|tap)rc(?:\..+)?)$/;

/** A test by its name, as runners take it for one where nothing else is said. What it imports is not loaded for all, though a script may name it. */
export const NAMED_TEST = /[._-](?:test|spec)\.[cm]?[jt]sx?$/;

/** Parts of a manifest that runners read. */
const MANIFEST_KEYS = ['jest', 'mocha', 'vitest', 'ava', 'tap', 'babel'] as const;

/**
 * Changed files that the runner itself reads or runs: its configuration, what that names (set-up files, reporters,
 * plugins), and what those import. Whoever writes them decides what is reported. With `configured`, of what is imported only
 * what configurations do: set-up files say nothing of which tests there are.
 */
export function runnerFiles({ change, language }: CheckContext, folder: string, configured = false): RepoPath[] {
  const texts = [...new Set([folder, ''])].flatMap((at) =>
    listed(join(change.root, at)).flatMap((name) => {
      const path = join(change.root, at, name);
      return name === 'package.json' ? runnerParts(textOf(path)) : CONFIG.test(name) ? textOf(path) : [];
    }),
  );
  const isNamed = (path: string): boolean => {
    const stem = basename(path).replace(/\.[cm]?[jt]sx?$/, '');
    const name = stem.replace(/\W/g, '\\$&');
    // Without a folder it is a file only with its ending: words of scripts and settings are none.
    const quoted = new RegExp(`(?:/${name}(?:\\.[cm]?[jt]sx?)?|["'\`\\s=]${name}\\.[cm]?[jt]sx?)["'\`\\s]`);
    return stem !== basename(path) && texts.some((text) => quoted.test(text));
  };
  const isHere = (path: string): boolean => !path.includes('/') || path.startsWith(folder && `${folder}/`);
  const stands = change.files.filter(({ kind }) => kind !== 'deleted');
  const direct = stands
    .filter(({ path }) => isHere(path))
    .filter(({ path, before, after }) =>
      basename(path) === 'package.json'
        ? runnerParts(before?.text) !== runnerParts(after?.text)
        : CONFIG.test(basename(path)) || isNamed(path),
    )
    .map(({ path }) => path);
  const loads = (path: RepoPath): boolean =>
    isHere(path) && (CONFIG.test(basename(path)) || (!configured && !NAMED_TEST.test(path) && isNamed(path)));
  const areLoaded = (paths: readonly RepoPath[]): boolean => {
    const importers = language.importers(paths, LIMITS.dependents);
    return importers.status !== 'unknown' && importers.value.paths.some(loads);
  };
  const code = stands.flatMap(({ path }) => (isCode(path) && !direct.includes(path) ? [path] : []));
  const imported = code.length > 0 && areLoaded(code) ? code.filter((path) => areLoaded([path])) : [];
  return [...direct, ...imported];
}

function runnerParts(manifest = '{}'): string {
  try {
    const parsed = JSON.parse(manifest) as Record<string, unknown> & { readonly scripts?: Record<string, string> };
    const test = expandScript(parsed.scripts?.test ?? '', parsed.scripts ?? {});
    return canonicalJson([test, ...MANIFEST_KEYS.map((key) => parsed[key] ?? null)]);
  } catch {
    return manifest;
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  return readRegularText(path, LIMITS.fileBytes) ?? '';
}
