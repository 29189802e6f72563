import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type ts from 'typescript6';
import { type Issue, isRecord, LIMITS, type RepoPath, readRegular, utf8Of } from '../base/index.ts';
import { parseJsonc } from './jsonc.ts';
import { heldBack } from './overlay.ts';
import { parentOf, upwards } from './packages/files.ts';
import type { Packages } from './types.ts';

/** Length of a chain of `extends` that is followed. */
const BASES_LIMIT = 20;

/**
 * What keeps files from being judged at all, an error each: a tsconfig.json over them that cannot be read, one that
 * extends what is not there, dependencies declared and nothing installed. Reads the disk, starts no compiler.
 */
export function setupFaults(root: string, packages: Packages, paths: readonly RepoPath[]): readonly Issue[] {
  const configs = new Set(paths.flatMap((path) => nearest(root, path, ['tsconfig.json', 'jsconfig.json']) ?? []));
  const broken = [...configs].flatMap((config) => brokenConfig(root, config) ?? []);
  const bare = new Map<RepoPath, Issue>();
  for (const path of paths) {
    const manifest = packages.manifestOf(path);
    if (!manifest || bare.has(manifest.path) || nearest(root, path, ['node_modules', '.pnp.cjs'])) continue;
    const { dependencies, devDependencies } = manifest.dependencies;
    const declared = Object.keys({ ...dependencies, ...devDependencies }).length;
    if (declared === 0) continue;
    bare.set(manifest.path, {
      code: 'setup/not-installed',
      message: `${manifest.path}: expected its ${declared} dependencies to be installed, found no node_modules`,
      severity: 'error',
      path: manifest.path,
      suggestion: 'install them (npm ci, pnpm install, yarn install) and try again',
    });
  }
  return [...broken, ...bare.values()];
}

/** The first of `names` that is there, in the folder of a file or above it. */
function nearest(root: string, path: RepoPath, names: readonly string[]): string | undefined {
  for (const folder of upwards(parentOf(path))) {
    for (const name of names) if (existsSync(join(root, folder, name))) return join(root, folder, name);
  }
  return undefined;
}

function brokenConfig(root: string, config: string, depth = 0): Issue | undefined {
  if (depth >= BASES_LIMIT) return undefined;
  const path = relative(root, config).split(sep).join('/') as RepoPath;
  const broken = (found: string, suggestion: string): Issue => ({
    code: 'setup/tsconfig',
    message: `${path}: expected a configuration that the compiler can read, ${found}`,
    severity: 'error',
    path,
    suggestion,
  });
  let text: string | undefined;
  try {
    const bytes = readRegular(config, LIMITS.fileBytes);
    text = bytes && utf8Of(bytes);
    if (text === undefined) return broken('found a folder, a device or one too large', 'put a file there');
  } catch (error) {
    return broken(`but ${(error as Error).message}`, 'make the file readable');
  }
  const json = parseJsonc(text);
  if (json === undefined && text.trim() !== '') {
    const fault = syntaxError(config, text);
    return fault === undefined ? undefined : broken(`found at ${fault}`, 'mend the file and try again');
  }
  const from = isRecord(json) ? json.extends : undefined;
  for (const name of Array.isArray(from) ? from : [from]) {
    if (typeof name !== 'string') continue;
    const base = baseOf(root, config, name);
    if (base === null)
      return broken(`but what it extends is not there: ${name}`, 'install or generate it and try again');
    const inherited = base === undefined ? undefined : brokenConfig(root, base, depth + 1);
    if (inherited) return inherited;
  }
  return undefined;
}

/** What a configuration extends; null where it is not there, undefined where only the compiler can tell. */
function baseOf(root: string, config: string, name: string): string | null | undefined {
  if (name.startsWith('.') || isAbsolute(name)) {
    const path = resolve(dirname(config), name);
    return [path, `${path}.json`].find((at) => statSync(at, { throwIfNoEntry: false })?.isFile()) ?? null;
  }
  const require = createRequire(config);
  const place = name.split('/', name.startsWith('@') ? 2 : 1).join('/');
  // Node reads the manifests on its way, and would wait for what never ends.
  for (const folder of upwards(parentOf(relative(root, config).split(sep).join('/'))))
    if (heldBack(join(root, folder, 'node_modules', place, 'package.json')) === null) return null;
  for (const request of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      return require.resolve(request);
    } catch {}
  }
  return nearest(root, relative(root, config) as RepoPath, [join('node_modules', place), '.pnp.cjs'])
    ? undefined
    : null;
}

/** `line 2: '}' expected`, as the compiler says it; undefined where it reads the file all the same. */
function syntaxError(config: string, text: string): string | undefined {
  // Loaded for this one message: most configurations are well.
  const compiler = createRequire(import.meta.url)('typescript6') as typeof ts;
  const { parseDiagnostics } = compiler.parseJsonText(config, text) as ts.JsonSourceFile & {
    // Not in the public types; what `readConfigFile` gives has no position.
    readonly parseDiagnostics: readonly ts.DiagnosticWithLocation[];
  };
  const [first] = parseDiagnostics;
  if (!first) return undefined;
  const line = text.slice(0, first.start).split('\n').length;
  return `line ${line}: ${compiler.flattenDiagnosticMessageText(first.messageText, ' ').replace(/\.$/, '')}`;
}
