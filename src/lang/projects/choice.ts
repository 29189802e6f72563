import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRecord, LIMITS, readRegularText } from '../../base/index.ts';
import type { CompilerOptions } from '../engine.ts';

/** Which compiler a project gets. `module` is the file of an in-process compiler; undefined stands for the bundled one. */
export interface Choice {
  readonly engine: 'native' | 'service';
  readonly module?: string;
  readonly version: string;
  readonly reason: string;
  /** The project pins a compiler older than 6 that is not installed: its defaults have to be given to a newer one. */
  readonly defaultsOf?: number;
  /** The project did not ask for this version, so its complaints about deprecated options are not the project's. */
  readonly lenient?: boolean;
}

export interface Bundled {
  /** Undefined where TypeScript 7 has no build for this platform. */
  readonly native: string | undefined;
  readonly service: string;
}

/** Oldest compiler whose API the analyses use. */
const OLDEST = { major: 4, minor: 7 };

/**
 * What TypeScript 6 deprecates and 7 has taken out (`verifyDeprecatedCompilerOptions` of 6.0.3; 7.0.2 answers each with
 * error 5102 or 5108). Numbers are the enums' values, equal in all versions.
 */
export function removedOption(options: CompilerOptions): string | undefined {
  const { module, target, moduleResolution } = options;
  if (options.baseUrl !== undefined) return 'baseUrl';
  if (options.outFile !== undefined) return 'outFile';
  if (options.downlevelIteration !== undefined) return 'downlevelIteration';
  if (target === 0 || target === 1) return `target: ${target === 0 ? 'ES3' : 'ES5'}`;
  if (moduleResolution === 1 || moduleResolution === 2) {
    return `moduleResolution: ${moduleResolution === 1 ? 'classic' : 'node10'}`;
  }
  const modules: Readonly<Record<number, string>> = { 0: 'none', 2: 'amd', 3: 'umd', 4: 'system' };
  if (module !== undefined && modules[module]) return `module: ${modules[module]}`;
  for (const name of ['alwaysStrict', 'esModuleInterop', 'allowSyntheticDefaultImports']) {
    if (options[name] === false) return `${name}: false`;
  }
  return undefined;
}

/**
 * Chooses by the version that the project pins and has installed, then by the options that 7 has taken out. `untrusted`: the
 * root of a tree whose own code is not run.
 */
export function choose(
  config: string,
  options: CompilerOptions,
  bundled: Bundled,
  forced?: Choice['engine'],
  untrusted?: string,
): Choice {
  const service = (reason: string): Choice => ({ engine: 'service', version: bundled.service, reason });
  const native = (reason: string): Choice =>
    bundled.native === undefined
      ? { ...service('TypeScript 7 has no build for this platform'), lenient: true }
      : { engine: 'native', version: bundled.native, reason };
  if (forced === 'native') return native('asked for');
  const removed = removedOption(options);
  const pinned = pinnedTypescript(dirname(config), untrusted);
  if (pinned) {
    const { installed, range, manifest } = pinned;
    const major = installed ? installed.major : majorOf(range);
    if (installed && major < 7 && usable(installed)) {
      return {
        engine: 'service',
        module: installed.module,
        version: installed.version,
        reason: `${manifest} asks for typescript ${range}, ${installed.version} is installed`,
      };
    }
    if (major < 7) {
      const why = installed ? `${installed.version} has no usable API` : 'it is not installed';
      const choice = service(`${manifest} asks for typescript ${range}, but ${why}`);
      return major < 6 ? { ...choice, defaultsOf: major, lenient: true } : choice;
    }
  }
  if (forced === 'service') return { ...service('asked for'), lenient: true };
  if (removed) return { ...service(`the option ${removed} was taken out of TypeScript 7`), lenient: true };
  return native(pinned ? `${pinned.manifest} asks for typescript ${pinned.range}` : 'no other version is asked for');
}

interface Installed {
  readonly version: string;
  readonly major: number;
  readonly module: string;
}

function usable({ version, module }: Installed): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) && existsSync(module);
}

/** The version of TypeScript that the nearest package.json with an opinion asks for, up to the file system's root. */
function pinnedTypescript(
  folder: string,
  untrusted: string | undefined,
): { readonly range: string; readonly manifest: string; readonly installed?: Installed } | undefined {
  for (const at of upward(folder)) {
    const manifest = readJson(`${at}/package.json`);
    if (!manifest) continue;
    for (const field of ['devDependencies', 'dependencies', 'peerDependencies']) {
      const section = manifest[field];
      const range = isRecord(section) ? section.typescript : undefined;
      if (typeof range !== 'string') continue;
      const installed = installedTypescript(folder, untrusted);
      return { range, manifest: `${at}/package.json`, ...(installed ? { installed } : {}) };
    }
  }
  return undefined;
}

/** In a tree that is not trusted only what a link in it leads out to, as those to the user's own packages do. */
function installedTypescript(folder: string, untrusted: string | undefined): Installed | undefined {
  for (const at of upward(folder)) {
    if (untrusted !== undefined && at !== untrusted && !at.startsWith(`${untrusted}/`)) return undefined;
    const home = `${at}/node_modules/typescript`;
    const version = readJson(`${home}/package.json`)?.version;
    if (typeof version !== 'string') continue;
    const module = `${home}/lib/typescript.js`;
    if (untrusted !== undefined && !leadsOut(module, untrusted)) return undefined;
    return { version, major: Number.parseInt(version, 10), module };
  }
  return undefined;
}

function leadsOut(path: string, root: string): boolean {
  try {
    return !realpathSync(path).startsWith(`${root}/`);
  } catch {
    return false;
  }
}

/** The highest major version that a range names; 7 where it names none (`latest`, `*`, `workspace:`, `catalog:`). */
function majorOf(range: string): number {
  if (/^\s*>=?/.test(range) && !range.includes('<')) return 7;
  const majors = [...range.matchAll(/(?:^|[\s~^=v|<>-])(\d+)(?=[.\s]|$)/g)].map((match) => Number(match[1]));
  return majors.length === 0 ? 7 : Math.max(...majors);
}

function* upward(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at === '/' ? '' : at;
    if (dirname(at) === at) return;
  }
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readRegularText(path, LIMITS.fileBytes) ?? '');
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
