import type { Files, RootPath } from './files.ts';
import { joinPath } from './files.ts';
import { PACKAGE_LIMITS } from './limits.ts';
import type { Lock, LockContent } from './lock.ts';
import { readBunLock } from './lockBun.ts';
import { readNpmLock } from './lockNpm.ts';
import { readPnpmLock } from './lockPnpm.ts';
import { readYarnLock } from './lockYarn.ts';

interface Format {
  readonly file: string;
  readonly manager: string;
  readonly read: (text: string) => LockContent;
}

/** In order of preference where a folder holds several and its manifest names no package manager. */
const FORMATS: readonly Format[] = [
  { file: 'npm-shrinkwrap.json', manager: 'npm', read: readNpmLock },
  { file: 'package-lock.json', manager: 'npm', read: readNpmLock },
  { file: 'pnpm-lock.yaml', manager: 'pnpm', read: readPnpmLock },
  { file: 'yarn.lock', manager: 'yarn', read: readYarnLock },
  { file: 'bun.lock', manager: 'bun', read: readBunLock },
];

/** What npm and pnpm write beside what they installed: all that is left where lock files are not kept. */
const INSTALLED: readonly Format[] = [
  { file: 'node_modules/.package-lock.json', manager: 'npm', read: readNpmLock },
  { file: 'node_modules/.pnpm/lock.yaml', manager: 'pnpm', read: readPnpmLock },
];

/** Lock files by folder. A parsed one is kept for as long as its file does not change: they are large. */
export class Locks {
  readonly #files: Files;
  readonly #parsed = new Map<RootPath, { readonly stamp: string; readonly content: LockContent }>();
  readonly #chosen = new Map<string, Lock | null>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** The readable lock file in a folder; that of the package manager its manifest names comes first. */
  in(folder: RootPath, manager?: string): Lock | undefined {
    const preferred = FORMATS.filter((format) => format.manager === manager);
    return this.#choose(`lock ${folder}`, folder, [...preferred, ...FORMATS.filter((one) => !preferred.includes(one))]);
  }

  /** What the package manager noted about its own installation. */
  installedIn(folder: RootPath): Lock | undefined {
    return this.#choose(`installed ${folder}`, folder, INSTALLED);
  }

  forget(): void {
    this.#chosen.clear();
  }

  #choose(key: string, folder: RootPath, formats: readonly Format[]): Lock | undefined {
    const known = this.#chosen.get(key);
    if (known !== undefined) return known ?? undefined;
    let lock: Lock | undefined;
    for (const format of formats) {
      lock ??= this.#read(joinPath(folder, format.file), format);
    }
    const binary = joinPath(folder, 'bun.lockb');
    if (!lock && formats !== INSTALLED && this.#files.isFile(binary))
      this.#files.report('packages/bad-lock', binary, 'expected bun.lock, found the binary format, which is not read');
    this.#chosen.set(key, lock ?? null);
    return lock;
  }

  #read(path: RootPath, format: Format): Lock | undefined {
    const stamp = this.#files.stamp(path);
    if (stamp === undefined) return undefined;
    let parsed = this.#parsed.get(path);
    if (parsed?.stamp !== stamp) {
      const text = this.#files.text(path, PACKAGE_LIMITS.lockBytes);
      if (typeof text !== 'string') return undefined;
      parsed = { stamp, content: conflict(text) ?? format.read(text) };
      this.#parsed.set(path, parsed);
    }
    const { content } = parsed;
    if (!('problem' in content)) return { path, ...content };
    this.#files.report('packages/bad-lock', path, `${content.problem}; the lock file is taken as absent`, 'error');
    return undefined;
  }
}

/** The markers that git leaves in a merge parse as half of each side; neither is what is installed. */
function conflict(text: string): { readonly problem: string } | undefined {
  const found = /^(?:<{7}|>{7}) /m.exec(text);
  if (!found) return undefined;
  const line = text.slice(0, found.index).split('\n').length;
  return { problem: `line ${line}: expected a merged file, found a conflict marker of git` };
}
