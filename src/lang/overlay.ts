import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { type RepoPath, readRegularText } from '../base/index.ts';
import type { FileChanges, FileView } from './engine.ts';

/**
 * The tree as the compilers are to see it: the disk, with unsaved text over it, hidden files taken away and the
 * configuration files that assay makes up for files without one. Never writes.
 */
export class Overlay implements FileView {
  readonly #root: string;
  /** Absolute path to text; null hides the file. */
  #files = new Map<string, string | null>();
  /** Unsaved files whose text starts with a byte order mark, which the compilers do not get to see. */
  readonly #marked = new Set<string>();
  /** Configurations that assay makes up. They can be read, but no folder lists them. */
  readonly #madeUp = new Map<string, string>();
  /** Folders whose listing differs from the disk's, each with what is added (true) or taken away (false). */
  #listings = new Map<string, Map<string, 'file' | 'folder' | 'gone'>>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Replaces everything, and says what that changes. */
  set(files: ReadonlyMap<RepoPath, string | null>): FileChanges {
    const before = this.#files;
    const after = new Map<string, string | null>();
    this.#marked.clear();
    for (const [path, text] of files) {
      const full = `${this.#root}/${path}`;
      if (text?.charCodeAt(0) === BYTE_ORDER_MARK) this.#marked.add(full);
      const bare = this.#marked.has(full) ? text!.slice(1) : text;
      // Half a surrogate pair, as an edit in the middle of one leaves behind, ends the native compiler. Its stand-in is
      // as long.
      after.set(full, bare?.toWellFormed() ?? null);
    }
    const changed: string[] = [];
    const created: string[] = [];
    const deleted: string[] = [];
    let globals = false;
    for (const path of new Set([...before.keys(), ...after.keys()])) {
      const old = before.get(path);
      const now = after.get(path);
      if (old === now) continue;
      globals ||= [old, now].some((text) =>
        declaresGlobals(path, text === undefined ? (readRegularText(path, COMPILED_BYTES) ?? '') : (text ?? '')),
      );
      const existed = old === undefined ? existsSync(path) : old !== null;
      const exists = now === undefined ? existsSync(path) : now !== null;
      if (existed && exists) changed.push(path);
      else if (exists) created.push(path);
      else if (existed) deleted.push(path);
    }
    this.#files = after;
    this.#listings = this.#list();
    return { changed, created, deleted, all: false, globals };
  }

  /** The disk changed: listings are made from it. */
  refresh(): void {
    this.#listings = this.#list();
  }

  /** Makes up a configuration file. True where its text is new. */
  makeUp(path: string, text: string): boolean {
    if (this.#madeUp.get(path) === text) return false;
    this.#madeUp.set(path, text);
    return true;
  }

  isMadeUp(path: string): boolean {
    return this.#madeUp.has(path);
  }

  read(path: string): string | null | undefined {
    const text = this.#files.get(path);
    return text === undefined ? this.#madeUp.get(path) : text;
  }

  fileExists(path: string): boolean | undefined {
    const text = this.read(path);
    return text === undefined ? undefined : text !== null;
  }

  directoryExists(path: string): boolean | undefined {
    return this.#listings.has(path) && [...this.#listings.get(path)!.values()].some((kind) => kind !== 'gone')
      ? true
      : undefined;
  }

  entries(path: string): { files: string[]; directories: string[] } | undefined {
    const differs = this.#listings.get(path);
    if (!differs) return undefined;
    const files = new Set<string>();
    const directories = new Set<string>();
    for (const entry of existsSync(path) ? readdirSync(path, { withFileTypes: true }) : []) {
      const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && isDirectory(`${path}/${entry.name}`));
      (isFolder ? directories : files).add(entry.name);
    }
    for (const [name, kind] of differs) {
      if (kind === 'gone') files.delete(name);
      else (kind === 'file' ? files : directories).add(name);
    }
    return { files: [...files].sort(), directories: [...directories].sort() };
  }

  /** 1 where the file's text starts with a byte order mark: what offsets of the compilers lack. */
  shift(path: string): 0 | 1 {
    if (this.#files.has(path)) return this.#marked.has(path) ? 1 : 0;
    const bytes = Buffer.alloc(3);
    if (heldBack(path) !== undefined) return 0;
    try {
      const file = openSync(path, 'r');
      try {
        readSync(file, bytes, 0, 3, 0);
      } finally {
        closeSync(file);
      }
    } catch {
      return 0;
    }
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 1 : 0;
  }

  /** Whether the file is there, unsaved or on disk. */
  has(path: string): boolean {
    return this.fileExists(path) ?? existsSync(path);
  }

  #list(): Map<string, Map<string, 'file' | 'folder' | 'gone'>> {
    const listings = new Map<string, Map<string, 'file' | 'folder' | 'gone'>>();
    const add = (path: string, kind: 'file' | 'folder' | 'gone'): void => {
      const slash = path.lastIndexOf('/');
      const folder = path.slice(0, slash);
      const entries = listings.get(folder) ?? new Map();
      entries.set(path.slice(slash + 1), kind);
      listings.set(folder, entries);
      if (kind !== 'gone' && folder.length > this.#root.length && !existsSync(folder)) add(folder, 'folder');
    };
    for (const [path, text] of this.#files) {
      if (text === null) add(path, 'gone');
      else if (!existsSync(path)) add(path, 'file');
    }
    return listings;
  }
}

/** Whether a text may declare names for every file: it is no module, or it says so. */
const declaresGlobals = (path: string, text: string): boolean =>
  text !== '' && (path.endsWith('.d.ts') || /\bdeclare\s+global\b/.test(text) || !/^\s*(import|export)\b/m.test(text));

const BYTE_ORDER_MARK = 0xfeff;

/** The largest file that a compiler reads, in bytes. */
const COMPILED_BYTES = 256 * 1024 * 1024;

/**
 * What the compilers get instead of reading a place on the disk themselves, where that may not end (see `readRegular`): null
 * for no file, no text for an empty one, which those of `/proc` look like. Undefined where they may read.
 */
export function heldBack(path: string): '' | null | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats || stats.isDirectory()) return undefined;
    if (!stats.isFile() || stats.size >= COMPILED_BYTES) return null;
    return stats.size === 0 ? '' : undefined;
  } catch {
    return undefined;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
