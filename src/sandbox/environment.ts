import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { removeWritten } from './written.ts';

/** The folder of the Node that runs assay, links resolved. */
export const nodeFolder = (): string => dirname(realpathSync(process.execPath));

const SYSTEM_FOLDERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'],
  win32: [join(process.env.SystemRoot ?? 'C:\\Windows', 'System32'), process.env.SystemRoot ?? 'C:\\Windows'],
};

/** Where a command's programs are looked for: the Node that runs assay, then the system's folders. */
export const searchPath = (): string =>
  [
    nodeFolder(),
    ...(SYSTEM_FOLDERS[process.platform] ?? ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']),
  ].join(delimiter);

/**
 * The whole environment of a command: a minimal PATH, a HOME and a TMPDIR of its own, UTF-8, and what the command asks
 * for. Nothing of assay's own environment is passed on.
 */
export function environment(
  folders: Pick<Folders, 'home' | 'temporary'>,
  own: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    PATH: searchPath(),
    HOME: folders.home,
    TMPDIR: folders.temporary,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    // Windows programs do not start without it.
    ...(process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot ?? 'C:\\Windows' } : {}),
    ...own,
  };
}

/** The folders that a sandbox has to itself, all in one private folder. */
export interface Folders {
  readonly base: string;
  readonly home: string;
  readonly temporary: string;
  /** Scripts of the commands; the commands may read it. */
  readonly scripts: string;
}

export function sandboxFolders(): Folders {
  const base = privateFolder();
  const folders = {
    base,
    home: join(base, 'home'),
    temporary: join(base, 'tmp'),
    scripts: join(base, 'scripts'),
  };
  for (const folder of [folders.home, folders.temporary, folders.scripts]) mkdirSync(folder, { mode: 0o700 });
  return folders;
}

const made = new Set<string>();
let removing = false;

/** A new private folder (0700) under the system's temporary folder, removed when assay exits if not before. */
export function privateFolder(): string {
  if (!removing) process.once('exit', () => [...made].forEach(removeFolder));
  removing = true;
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'assay-')));
  made.add(path);
  return path;
}

export function removeFolder(path: string): void {
  made.delete(path);
  removeWritten(path);
}
