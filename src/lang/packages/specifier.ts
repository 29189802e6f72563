import { builtinModules, isBuiltin } from 'node:module';
import { nearestNames } from '../../base/index.ts';

/** What a module specifier asks for, before anything is looked up. */
export type Specifier =
  | { readonly kind: 'builtin' }
  | { readonly kind: 'missing-builtin'; readonly nearest: readonly string[] }
  /** A key of the package's own `imports`. */
  | { readonly kind: 'imports'; readonly key: string }
  | { readonly kind: 'package'; readonly name: string }
  /** Not a package at all, or not one that npm's rules allow. */
  | { readonly kind: 'other'; readonly reason: string };

const NAME_LENGTH = 214;

/**
 * npm's rules for names, capitals allowed because old packages have them. https://docs.npmjs.com/cli/configuring-npm/package-json#name
 * A leading `~` or a `$` anywhere is what bundlers use for aliases.
 */
const NAME = /^(?:@[a-z0-9-][a-z0-9-._~]*\/)?[a-z0-9-][a-z0-9-._~]*$/i;

/** Longer prefixes only: a single letter is a Windows drive, and no name contains a colon. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

const other = (reason: string): Specifier => ({ kind: 'other', reason });

export function parseSpecifier(specifier: string): Specifier {
  if (specifier === '' || /^\.{0,2}\//.test(specifier) || /^\.{1,2}$/.test(specifier))
    return other(`"${specifier}" is a path, not a package`);
  if (specifier.startsWith('node:')) {
    if (isBuiltin(specifier)) return { kind: 'builtin' };
    return { kind: 'missing-builtin', nearest: nearestBuiltins(specifier) };
  }
  const scheme = SCHEME.exec(specifier)?.[1];
  if (scheme !== undefined)
    return other(`"${scheme}:" imports are resolved by the runtime or the bundler, not from packages`);
  // Node takes a built-in module before any package of the same name; only `punycode/` asks for the package.
  if (isBuiltin(specifier)) return { kind: 'builtin' };
  if (specifier.startsWith('#')) return { kind: 'imports', key: specifier };
  const parts = specifier.replace(/\?.*$/s, '').split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
  if (!isPackageName(name)) return other(`"${name}" is no name that npm allows; it may be an alias of the bundler`);
  return { kind: 'package', name };
}

export const isPackageName = (name: string): boolean => name.length <= NAME_LENGTH && NAME.test(name);

/** Where the types of a package without its own are published. */
export const typesPackage = (name: string): string =>
  `@types/${name.startsWith('@') ? name.slice(1).replace('/', '__') : name}`;

/** Built-in modules nearest to a specifier, written with `node:` where it is. */
export function nearestBuiltins(specifier: string): string[] {
  if (!specifier.startsWith('node:')) return nearestNames(specifier, PLAIN_BUILTINS);
  const names = builtinModules.filter((name) => !name.startsWith('_')).map((name) => name.replace(/^node:/, ''));
  return nearestNames(specifier.slice('node:'.length), names).map((name) => `node:${name}`);
}

const PLAIN_BUILTINS = builtinModules.filter((name) => !name.startsWith('_') && !name.startsWith('node:'));

/** A specifier's package, and the part of it as a key of its exports map: `.` for all of it. */
export function packagePart(specifier: string): { readonly name: string; readonly part: string } {
  const [, name = specifier, part = ''] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? [];
  return { name, part: `.${part}` };
}
