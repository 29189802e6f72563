import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';
import { failed, type Issue, ok, type Result } from '../base/index.ts';
import { nodeFolder } from './environment.ts';
import type { Access } from './types.ts';

/** One path that a command may reach, all links in it resolved. */
export interface Opening {
  readonly path: string;
  readonly writable: boolean;
  readonly folder: boolean;
}

/** An `Access` as the levels use it. Of two openings one in the other, the inner decides. */
export interface Openings {
  /** Outer before inner. */
  readonly paths: readonly Opening[];
  /** Links on the way to what was named, outside of everything named; targets are real paths. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
  readonly network: boolean;
}

export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Checks what a caller asks for: absolute paths of things that exist, not the whole file system. */
export function resolveAccess(access: Access): Result<Openings> {
  const issues: Issue[] = [];
  const openings = new Map<string, Opening>();
  const links = new Map<string, string>();
  for (const [paths, writable] of [
    [access.read, false],
    [access.write, true],
  ] as const) {
    for (const path of paths) {
      const problem = problemOf(path);
      if (problem !== undefined) {
        issues.push({
          code: 'sandbox/access',
          message: `expected what a command may ${writable ? 'write' : 'read'} to be an absolute path of something that exists, got ${JSON.stringify(path)}: ${problem}`,
          severity: 'error',
          path,
          suggestion: 'name an existing file or folder',
        });
        continue;
      }
      const real = followLinks(resolve(path), links);
      openings.set(real, { path: real, writable, folder: statSync(real).isDirectory() });
    }
  }
  if (issues.length > 0) return failed(...issues);
  return ok(ordered([...openings.values()], links, access.network));
}

/** The same openings with more of them; those there are decide about their own paths. */
export function widen(openings: Openings, read: readonly string[], write: readonly string[] = []): Openings {
  const paths = new Map<string, Opening>();
  const links = new Map(openings.links.map(({ path, target }) => [path, target]));
  for (const [more, writable] of [
    [read, false],
    [write, true],
  ] as const) {
    for (const path of more) {
      if (!existsSync(path)) continue;
      const real = followLinks(path, links);
      paths.set(real, { path: real, writable, folder: statSync(real).isDirectory() });
    }
  }
  for (const opening of openings.paths) paths.set(opening.path, opening);
  return ordered([...paths.values()], links, openings.network);
}

function ordered(paths: readonly Opening[], links: ReadonlyMap<string, string>, network: boolean): Openings {
  const sorted: Opening[] = [];
  for (const opening of [...paths].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    const outer = sorted.findLast((other) => isWithin(opening.path, other.path));
    if (outer?.writable !== opening.writable) sorted.push(opening);
  }
  return {
    paths: sorted,
    links: [...links]
      .map(([path, target]) => ({ path, target }))
      .filter(({ path }) => !sorted.some((opening) => isWithin(path, opening.path))),
    network,
  };
}

/** Whether a real path can be reached; the opening that decides about it. */
export const openingOf = (openings: Openings, path: string): Opening | undefined =>
  openings.paths.findLast((opening) => isWithin(path, opening.path));

/**
 * What programs of the system need, beyond what a caller names: the system's own folders, the Node that runs assay, and
 * from the configuration of the system only what names users, hosts, libraries and certificates.
 */
export const systemPaths = (): string[] => {
  const node = nodeFolder();
  return [
    ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store'],
    ...['alternatives', 'group', 'host.conf', 'hosts', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'localtime'].map(
      (name) => `/etc/${name}`,
    ),
    ...['nsswitch.conf', 'os-release', 'passwd', 'protocols', 'resolv.conf', 'services', 'timezone'].map(
      (name) => `/etc/${name}`,
    ),
    ...['/etc/ca-certificates', '/etc/pki/tls/certs', '/etc/ssl/certs', '/etc/ssl/openssl.cnf'],
    node,
    join(dirname(node), 'lib', 'node_modules', 'npm'),
  ];
};

function problemOf(path: string): string | undefined {
  if (path.includes('\0')) return 'it holds a NUL byte';
  if (!isAbsolute(path)) return 'it is relative';
  try {
    return realpathSync(path) === parse(path).root ? 'it is the whole file system' : undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' ? 'nothing is there' : `it cannot be looked at (${code})`;
  }
}

/** The real path, noting every link on the way with the real path it leads to. */
function followLinks(path: string, links: Map<string, string>): string {
  const { root } = parse(path);
  let real = root;
  for (const name of path.slice(root.length).split(sep).filter(Boolean)) {
    const next = join(real, name);
    if (lstatSync(next).isSymbolicLink()) {
      real = realpathSync(next);
      links.set(next, real);
    } else real = next;
  }
  return real;
}
