import { existsSync, readdirSync } from 'node:fs';
import { builtinModules, isBuiltin } from 'node:module';
import { basename, dirname, posix } from 'node:path';
import { isRecord, LIMITS, nearestNames, readRegularText } from '../../base/index.ts';
import type { Node, RawDiagnostic } from '../engine.ts';
import type { FileInProject } from '../session.ts';
import type { Resolution } from '../types.ts';

/** "Cannot find module", also for side effects and for JSON. */
const NOT_FOUND = new Set([2307, 2792, 2882, 2732]);
/** "Relative import paths need explicit file extensions. Did you mean …" */
const EXTENSION = new Set([2834, 2835]);

/** What a module specifier that the compiler did not resolve is: invented, or only not to be known here. */
export function unresolvedModule(at: FileInProject, node: Node, error: RawDiagnostic | undefined): Resolution {
  const specifier = node.text ?? '';
  const unknown = (reason: string): Resolution => ({ status: 'unknown', reason });
  const missing = (nearest: readonly string[]): Resolution => ({
    status: 'missing',
    reason: error ? firstLine(error.message) : `Nothing is at '${specifier}'.`,
    nearest,
  });
  if (isBuiltin(specifier)) return { status: 'found', declarations: [] };
  if (specifier.startsWith('node:'))
    return missing(
      nearestNames(
        specifier,
        builtinModules.map((name) => `node:${name.replace(/^node:/, '')}`),
      ),
    );
  if (!error) {
    const isFile = specifier.startsWith('.') && at.places.exists(posix.join(dirname(at.fileName), specifier));
    return isFile
      ? { status: 'found', declarations: [] }
      : unknown(`'${specifier}' was not resolved, and no error is told`);
  }
  if (EXTENSION.has(error.code)) return missing(/Did you mean '([^']+)'/.exec(error.message)?.slice(1) ?? []);
  if (!NOT_FOUND.has(error.code)) return unknown(firstLine(error.message));
  if (specifier.startsWith('.') || specifier.startsWith('/')) return missing(nearbyFiles(at.fileName, specifier));
  if (isAlias(at, specifier)) return missing([]);
  const found = packageOf(at.fileName, specifier);
  return 'status' in found ? found : missing(nearestNames(specifier, found));
}

/**
 * A package that is declared but not installed can be right; so can any where nothing is installed. Otherwise the
 * specifiers that there are instead: what the installed package exports.
 */
function packageOf(fileName: string, specifier: string): Resolution | readonly string[] {
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const unknown = (reason: string): Resolution => ({ status: 'unknown', reason });
  let anyInstalled = false;
  for (let folder = dirname(fileName); ; folder = dirname(folder)) {
    const modules = `${folder}/node_modules`;
    if (existsSync(`${modules}/${name}`)) {
      if (specifier === name) return unknown(`the installed package ${name} has no types that the compiler finds`);
      return exportsOf(`${modules}/${name}/package.json`).map((key) => posix.join(name, key));
    }
    anyInstalled ||= existsSync(modules);
    if (manifestNames(`${folder}/package.json`).has(name)) {
      return unknown(`${name} is declared in package.json but not installed`);
    }
    if (dirname(folder) === folder) break;
  }
  return anyInstalled ? [] : unknown('no packages are installed');
}

function exportsOf(manifest: string): readonly string[] {
  const map = readManifest(manifest)?.exports;
  return isRecord(map) ? Object.keys(map).filter((key) => key.startsWith('.') && !key.includes('*')) : [];
}

function readManifest(path: string): Record<string, unknown> | undefined {
  try {
    const manifest: unknown = JSON.parse(readRegularText(path, LIMITS.fileBytes) ?? '');
    return isRecord(manifest) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function manifestNames(path: string): ReadonlySet<string> {
  const manifest = readManifest(path) ?? {};
  const fields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
  return new Set(fields.flatMap((field) => Object.keys(isRecord(manifest[field]) ? manifest[field] : {})));
}

/** Whether a `paths` pattern or an `imports` key of the project takes the specifier. */
function isAlias({ program }: FileInProject, specifier: string): boolean {
  const paths = program.options.paths;
  if (specifier.startsWith('#')) return true;
  if (typeof paths !== 'object' || paths === null) return false;
  return Object.keys(paths).some((pattern) => {
    const [before = '', after] = pattern.split('*');
    if (after === undefined) return specifier === pattern;
    // A bare `*` takes everything, and says nothing.
    return before + after !== '' && specifier.startsWith(before) && specifier.endsWith(after);
  });
}

/** Specifiers of files beside the one that is missing, with the extension style of the one that was written. */
function nearbyFiles(fileName: string, specifier: string): readonly string[] {
  const target = posix.join(dirname(fileName), specifier);
  const folder = dirname(target);
  if (!existsSync(folder)) return [];
  const extension = /\.(?:d\.)?[cm]?[jt]sx?$|\.json$/.exec(specifier)?.[0] ?? '';
  const prefix = specifier.slice(0, specifier.length - basename(specifier).length);
  const stem = (name: string): string => name.replace(/(\.d)?\.([cm]?[jt]sx?|json)$/, '');
  const files = readdirSync(folder).filter((name) => /\.([cm]?[jt]sx?|json)$/.test(name));
  const isJson = extension === '.json';
  const stems = files.filter((name) => name.endsWith('.json') === isJson).map(stem);
  return nearestNames(stem(basename(specifier)), stems).map((name) => prefix + name + extension);
}

export const firstLine = (message: string): string => message.split('\n', 1)[0] ?? '';
