import { constants, type Dirent, existsSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fail, type Issue, LIMITS, ok, type Result } from '../base/index.ts';
import { isWithin } from './access.ts';

export interface CopyOptions {
  /** Names of files and folders that are left out wherever they are. Default: `.git` and `.assay`. */
  readonly exclude?: readonly string[];
  /**
   * Whether an installed package is a link to where it is installed instead of a copy. Default: yes. `node_modules`
   * itself is a folder of its own then, though it is a link out of the tree, so that caches written into it stay in the
   * copy; links from it into the tree (a workspace's own packages) lead into the copy. Packages installed above the tree
   * (hoisted) are linked from the root of the copy, where nothing is above it.
   */
  readonly linkNodeModules?: boolean;
  /** Files, folders and links; default 200,000. */
  readonly maxEntries?: number;
  /** All files together, bytes; default 2 GiB. */
  readonly maxBytes?: number;
}

export interface CopyReport {
  readonly entries: number;
  readonly bytes: number;
  /** Folders outside of the copy that links to packages lead into; who uses the copy must be able to read them. */
  readonly packages: readonly string[];
}

const PARALLEL = 16;

/**
 * Copies a tree to an empty or missing folder outside of it. Links are kept as links; an absolute one into the tree leads
 * into the copy. What is no file, folder or link is left out with a warning. Fails, with what was copied so far left
 * behind, where a limit is reached or something cannot be read.
 */
export async function copyTree(from: string, to: string, options: CopyOptions = {}): Promise<Result<CopyReport>> {
  const source = await realpath(from).catch(() => undefined);
  if (source === undefined)
    return fail('sandbox/copy', `expected a folder to copy, nothing is at ${from}`, { path: from });
  if (isWithin(resolve(to), source)) {
    return fail('sandbox/copy', `expected a target outside of ${from}, got ${to}`, { path: to });
  }
  try {
    await mkdir(to, { recursive: true });
    if ((await readdir(to)).length > 0) {
      return fail('sandbox/copy', `expected an empty target, ${to} holds files`, { path: to });
    }
    return await new TreeCopy(source, resolve(to), options).run();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail('sandbox/copy', `${from} could not be copied to ${to}: ${code} at ${path}`, { path: path ?? from });
  }
}

/**
 * What a real path among the packages of a tree lets its commands read: the outermost `node_modules` that it is in, as
 * packages find each other there; where it is in none, itself. Undefined where that is no package, or the user's home: a
 * repository can bring a link of any name to any place.
 */
export function installation(path: string): string | undefined {
  const at = path.indexOf(`${sep}node_modules${sep}`);
  if (at >= 0) return path.slice(0, at + `${sep}node_modules`.length);
  return existsSync(join(path, 'package.json')) && !isWithin(homedir(), path) ? path : undefined;
}

const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

class LimitReached extends Error {}

class TreeCopy {
  readonly #from: string;
  readonly #to: string;
  readonly #exclude: ReadonlySet<string>;
  readonly #link: boolean;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #issues: Issue[] = [];
  readonly #files: { readonly from: string; readonly to: string }[] = [];
  readonly #linked = new Set<string>();
  #entries = 0;
  #bytes = 0;

  constructor(from: string, to: string, options: CopyOptions) {
    this.#from = from;
    this.#to = to;
    this.#exclude = new Set(options.exclude ?? ['.git', '.assay']);
    this.#link = options.linkNodeModules ?? true;
    this.#maxEntries = options.maxEntries ?? LIMITS.snapshotFiles;
    this.#maxBytes = options.maxBytes ?? 2 * 1024 * 1024 * 1024;
  }

  async run(): Promise<Result<CopyReport>> {
    try {
      await this.#folder(this.#from, this.#to);
      if (this.#link) await this.#hoisted();
      const queue = this.#files.values();
      await Promise.all(
        Array.from({ length: PARALLEL }, async () => {
          for (const file of queue) await copyFile(file.from, file.to, constants.COPYFILE_FICLONE);
        }),
      );
    } catch (error) {
      if (error instanceof LimitReached) {
        return fail('sandbox/copy-limit', error.message, {
          path: this.#from,
          suggestion: 'exclude folders that the commands do not need',
        });
      }
      throw error;
    }
    return ok({ entries: this.#entries, bytes: this.#bytes, packages: [...this.#linked] }, this.#issues);
  }

  async #folder(from: string, to: string): Promise<void> {
    await mkdir(to, { recursive: true });
    for (const entry of await readdir(from, { withFileTypes: true })) {
      if (this.#exclude.has(entry.name)) continue;
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      const installed =
        this.#link && entry.name === 'node_modules' ? await this.#installedAt(entry, source) : undefined;
      if (installed !== undefined) await this.#packages(installed, target);
      else await this.#entry(entry, source, target);
    }
  }

  /** The folder that a `node_modules` is: itself, or that of another checkout which it is a link to. */
  async #installedAt(entry: Dirent, source: string): Promise<string | undefined> {
    if (entry.isDirectory()) return source;
    const real = entry.isSymbolicLink() ? await realpath(source).catch(() => undefined) : undefined;
    // Of any other folder the files would be copied too.
    const outside = real !== undefined && basename(real) === 'node_modules' && !isWithin(real, this.#from);
    return outside && (await lstat(real)).isDirectory() ? real : undefined;
  }

  async #entry(entry: Dirent, source: string, target: string): Promise<void> {
    this.#count();
    if (entry.isDirectory()) await this.#folder(source, target);
    else if (entry.isSymbolicLink()) await this.#symlink(source, target);
    else if (entry.isFile()) {
      this.#bytes += (await lstat(source)).size;
      if (this.#bytes >= this.#maxBytes) {
        throw new LimitReached(`expected less than ${this.#maxBytes} bytes to copy below ${this.#from}, found more`);
      }
      this.#files.push({ from: source, to: target });
    } else {
      this.#issues.push({
        code: 'sandbox/copy-special',
        message: `${source} is no file, folder or link and was not copied`,
        severity: 'warning',
        path: source,
      });
    }
  }

  /** One `node_modules`, or one scope in it: packages are linked, caches (hidden folders) are left out. */
  async #packages(from: string, to: string): Promise<void> {
    await mkdir(to, { recursive: true });
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (!entry.isDirectory()) {
        const real = entry.isSymbolicLink() ? await realpath(source).catch(() => undefined) : undefined;
        if (real !== undefined && !isWithin(real, this.#from)) this.#grant(real);
        await this.#entry(entry, source, target);
      } else if (entry.name.startsWith('@')) await this.#packages(source, target);
      // Links to programs of packages: copied as links they lead into the copy, as those made by installing do.
      else if (entry.name === '.bin') await this.#entry(entry, source, target);
      // The stores of pnpm and of npm's linked strategy hold packages; other hidden folders are caches.
      else if (!entry.name.startsWith('.') || entry.name === '.pnpm' || entry.name === '.store') {
        this.#count();
        this.#grant(source);
        await symlink(source, target);
      }
    }
  }

  /** Packages of the folders above that resolution finds from the tree, nearest first. */
  async #hoisted(): Promise<void> {
    for (let above = dirname(this.#from); ; above = dirname(above)) {
      const installed = join(above, 'node_modules');
      for (const name of await names(installed)) {
        const scoped = name.startsWith('@')
          ? (await names(join(installed, name))).map((one) => join(name, one))
          : [name];
        for (const one of scoped) {
          if (one.startsWith('.') && one !== '.bin') continue;
          const target = join(this.#to, 'node_modules', one);
          if (await lstat(target).catch(() => undefined)) continue;
          this.#count();
          await mkdir(dirname(target), { recursive: true });
          const real = await realpath(join(installed, one)).catch(() => undefined);
          if (real === undefined) continue;
          const own = isWithin(real, this.#from);
          if (!own) this.#grant(real);
          await symlink(own ? join(this.#to, relative(this.#from, real)) : real, target);
        }
      }
      if (above === dirname(above)) return;
    }
  }

  async #symlink(source: string, target: string): Promise<void> {
    const leadsTo = await readlink(source);
    const absolute = resolve(dirname(source), leadsTo);
    // A relative link out of the tree would lead elsewhere from the copy's place.
    const outside = !isWithin(absolute, this.#from);
    if (isAbsolute(leadsTo) && !outside) await symlink(join(this.#to, relative(this.#from, absolute)), target);
    else await symlink(outside ? absolute : leadsTo, target);
  }

  #grant(path: string): void {
    const installed = installation(path);
    if (installed !== undefined) this.#linked.add(installed);
  }

  #count(): void {
    this.#entries += 1;
    if (this.#entries >= this.#maxEntries) {
      throw new LimitReached(
        `expected fewer than ${this.#maxEntries} files and folders below ${this.#from}${sep}, found more`,
      );
    }
  }
}
