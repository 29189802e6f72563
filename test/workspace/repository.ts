import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  type Dirent,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { Result } from '../../src/base/index.ts';
import { openWorkspace, type Workspace } from '../../src/workspace/index.ts';

// Neither the user's nor the machine's configuration of git decides a test.
process.env.GIT_CONFIG_GLOBAL = '/dev/null';
process.env.GIT_CONFIG_SYSTEM = '/dev/null';

const made: string[] = [];
afterAll(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** A folder of its own in the temporary folder, removed after the tests of the file. */
export function temporaryFolder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'assay-test-')));
  made.push(path);
  return path;
}

/** Files by path: text or bytes, `{link}` a symbolic link. */
export type Files = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

/** A project in a folder of its own. */
export class Project {
  readonly root: string;

  constructor(files: Files = {}, root = temporaryFolder()) {
    this.root = root;
    this.write(files);
  }

  write(files: Files): this {
    for (const [path, content] of Object.entries(files)) {
      const place = join(this.root, path);
      mkdirSync(dirname(place), { recursive: true });
      if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, place);
      else writeFileSync(place, content);
    }
    return this;
  }

  remove(...paths: string[]): this {
    for (const path of paths) rmSync(join(this.root, path), { recursive: true });
    return this;
  }

  chmod(path: string, mode: number): this {
    chmodSync(join(this.root, path), mode);
    return this;
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  git(...args: string[]): string {
    return this.gitWith({}, ...args);
  }

  gitWith(options: { readonly input?: string | Buffer; readonly fails?: boolean }, ...args: string[]): string {
    try {
      return execFileSync('git', args, {
        cwd: this.root,
        encoding: 'utf8',
        maxBuffer: 256 * 1024 * 1024,
        stdio: ['pipe', 'pipe', 'pipe'],
        env: {
          ...process.env,
          GIT_AUTHOR_NAME: 'A',
          GIT_AUTHOR_EMAIL: 'a@example.org',
          GIT_COMMITTER_NAME: 'A',
          GIT_COMMITTER_EMAIL: 'a@example.org',
        },
        ...(options.input === undefined ? {} : { input: options.input }),
      });
    } catch (error) {
      if (options.fails) return '';
      throw error;
    }
  }

  /** Makes it a repository, as `git init` does but without a process; settings are `section.name=value`, `section.part.name=value`. */
  repository(...settings: string[]): this {
    const lines = ['core.repositoryformatversion=0', 'core.filemode=true', 'core.bare=false', ...settings].map(
      (setting) =>
        setting.replace(
          /^([^.]+)(?:\.([^=]+))?\.([^.=]+)=(.*)$/,
          (_, section, part, name, set) =>
            `[${part ? `${section} "${part}"` : section}]\n\t${name} = ${JSON.stringify(set)}\n`,
        ),
    );
    mkdirSync(join(this.root, '.git/refs'), { recursive: true });
    mkdirSync(join(this.root, '.git/objects'));
    return this.write({ '.git/HEAD': 'ref: refs/heads/main\n', '.git/config': lines.join('') });
  }

  /** Makes it a repository with all files committed on `main`. */
  init(...settings: string[]): this {
    return this.repository(...settings).commit('first');
  }

  commit(message: string): this {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this;
  }

  async open(): Promise<Workspace> {
    return value(await openWorkspace(this.root));
  }
}

/** The value of a result that must be there. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`expected a value, found ${JSON.stringify(result.issues, null, 1)}`);
  return result.value;
}

/** Every file, link and folder below a folder with its content, to tell whether anything was written. */
export function contents(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  const folders = [Buffer.from(folder)];
  for (let at = folders.pop(); at; at = folders.pop()) {
    for (const entry of readdirSync(at, { withFileTypes: true, encoding: 'buffer' })) {
      const path = Buffer.concat([at, Buffer.from('/'), entry.name]);
      if (entry.isDirectory()) folders.push(path);
      found.set(path.toString('latin1'), contentOf(entry, path));
    }
  }
  return found;
}

/** From this size on a file counts as written where its time of change is another, bytes. */
const LARGE = 1024 * 1024;

function contentOf(entry: Dirent<Buffer>, path: Buffer): string {
  if (entry.isSymbolicLink()) return `link ${readlinkSync(path)}`;
  if (!entry.isFile()) return 'folder';
  const { size, ctimeMs } = lstatSync(path);
  return size >= LARGE ? `${size} ${ctimeMs}` : readFileSync(path, 'latin1');
}
