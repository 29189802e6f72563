import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { canonicalJson, readRegularText } from '../base/index.ts';
import { isOwnFolder } from '../sandbox/index.ts';
import { isInside } from './files.ts';
import { neverPart } from './list.ts';

const LOCKS = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];

/** The largest lock file that is held against another, in bytes. */
const LOCK_BYTES = 128 * 1024 * 1024;

/** What of a manifest decides what is installed. */
const FIELDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'resolutions',
  'pnpm',
  'workspaces',
];

/** Where tools keep what they write while they run; linking them would let a run at the copy write to the original. */
const SCRATCH = /^\.(?:.*cache|te?mp|vite.*|turbo)$/;

/** Reasons given before the rest is only counted. */
const REASONS = 3;

interface Sides {
  /** The working tree, where packages are installed. */
  readonly root: string;
  /** The copy. */
  readonly copy: string;
}

/**
 * Gives a copy of the tree the packages installed in the working tree. Each `node_modules` becomes a folder of links to
 * what is installed, except links back into the repository (workspace packages), which lead to the copy's own.
 *
 * Only where they are the right ones: the lock file and the dependencies in the manifests must be the same in both trees.
 * Where they are not, nothing is linked, so that no check can take packages of another lock file for the copy's own.
 *
 * @param folders folders that have a package.json in the working tree, relative, '' for the root
 * @returns why the packages at the copy cannot be relied on; undefined where they can
 */
export function linkInstalled(sides: Sides, folders: readonly string[]): string | undefined {
  const reasons: string[] = [];
  if (existsSync(join(sides.root, '.pnp.cjs'))) {
    reasons.push("packages are installed as Yarn Plug'n'Play, which only works in the working tree itself");
  }
  for (const folder of new Set(['', ...folders])) {
    const installed = join(sides.root, folder, 'node_modules');
    const target = join(sides.copy, folder, 'node_modules');
    // A repository may bring its packages along; then the copy has its own. A folder may be a link there, to anywhere.
    if (!isFolder(installed) || lstatSync(target, { throwIfNoEntry: false }) || !isOwnFolder(dirname(target))) continue;
    const back = linksBack(sides, installed);
    const wrong = [
      ...differentLocks(sides, folder),
      ...[folder, ...back].flatMap((one) => differentManifest(sides, one)),
      ...back.flatMap((one) => missingOutput(sides, one)),
    ];
    if (wrong.length > 0) reasons.push(...wrong);
    else linkFolder(sides, realpathSync(installed), target);
  }
  const unique = [...new Set(reasons)];
  if (unique.length === 0) return undefined;
  const more = unique.length > REASONS ? `; and ${unique.length - REASONS} more` : '';
  return `${unique.slice(0, REASONS).join('; ')}${more}`;
}

const isFolder = (path: string): boolean => {
  try {
    return readdirSync(path) !== undefined;
  } catch {
    return false;
  }
};

const read = (path: string): string | undefined => readRegularText(path, LOCK_BYTES)?.replaceAll('\r\n', '\n');

/** The lock files at the nearest folder, from `folder` up, that has any on either side. */
function differentLocks({ root, copy }: Sides, folder: string): string[] {
  for (let at = folder; ; at = dirname(at) === '.' ? '' : dirname(at)) {
    const here = LOCKS.map((name) => join(at, name));
    const present = here.filter((path) => existsSync(join(root, path)) || existsSync(join(copy, path)));
    if (present.length > 0 || at === '') {
      return present
        .filter((path) => read(join(root, path)) !== read(join(copy, path)))
        .map((path) => `${path} is not the one of the working tree, whose packages are installed`);
    }
  }
}

function differentManifest({ root, copy }: Sides, folder: string): string[] {
  const path = join(folder, 'package.json');
  const same = dependencies(read(join(root, path))) === dependencies(read(join(copy, path)));
  return same ? [] : [`dependencies in ${path} are not those of the working tree, whose packages are installed`];
}

function dependencies(manifest: string | undefined): string | undefined {
  const parsed = parseObject(manifest);
  return parsed ? canonicalJson(FIELDS.map((field) => parsed[field] ?? null)) : manifest;
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Packages of a `node_modules`, scoped ones included, and its other entries. */
function* entriesOf(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    if (name.startsWith('@')) yield* readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`);
    else yield name;
  }
}

/** The folder of the repository that an entry leads back to; undefined where it leads to an installed package. */
function leadsBack({ root }: Sides, entry: string): string | undefined {
  try {
    if (!lstatSync(entry).isSymbolicLink()) return undefined;
    const real = realpathSync(entry);
    const inside = relative(root, real);
    return isInside(root, real) && inside !== '' && !neverPart(inside) ? inside : undefined;
  } catch {
    return undefined;
  }
}

const linksBack = (sides: Sides, installed: string): string[] =>
  [...entriesOf(installed)].flatMap((name) => leadsBack(sides, join(installed, name)) ?? []);

/**
 * Built files through which a workspace package is used: ignored by git, so at hand in the working tree and not in the
 * copy. What imports the package would fail in the copy for no fault of its own.
 */
function missingOutput({ root, copy }: Sides, folder: string): string[] {
  const manifest = parseObject(read(join(copy, folder, 'package.json')));
  if (!manifest) return [];
  const targets: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') targets.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  for (const field of ['main', 'module', 'types', 'typings', 'exports']) collect(manifest[field]);
  return targets
    .filter((target) => !target.includes('*'))
    .map((target) => join(folder, target))
    .filter((path) => isInside(root, join(root, path)) && existsSync(join(root, path)) && !existsSync(join(copy, path)))
    .slice(0, 1)
    .map(
      (path) => `${path}, which a package of the workspace is used through, is built and not part of the repository`,
    );
}

function linkFolder(sides: Sides, installed: string, target: string): void {
  mkdirSync(target);
  for (const name of entriesOf(installed)) {
    if (SCRATCH.test(name)) continue;
    const from = join(installed, name);
    const to = join(target, name);
    if (name.startsWith('@')) mkdirSync(dirname(to), { recursive: true });
    if (name === '.bin') {
      linkPrograms(from, to);
      continue;
    }
    const back = leadsBack(sides, from);
    if (back === undefined) {
      if (existsSync(from)) symlinkSync(from, to);
    } else if (existsSync(join(sides.copy, back))) symlinkSync(relative(dirname(to), join(sides.copy, back)), to);
  }
}

/** Programs lead to packages beside them by relative links, which hold in the copy as they are. */
function linkPrograms(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const path = join(from, name);
    const link = lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
    symlinkSync(link === undefined || link.startsWith('/') ? path : link, join(to, name));
  }
}
