import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../base/index.ts';
import { runTool } from '../sandbox/index.ts';
import type { CorpusPackage } from './list.ts';

/** Where one version of a package lies in the cache, as npm itself names what it packs. */
export const tarballName = ({ package: name, version }: CorpusPackage): string =>
  `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`;

/**
 * Brings one package into the cache folder through the npm client, with its own configuration (registry, proxy); its
 * scripts do not run. Returns the path; a package that is in the cache already is not asked for again. Errors:
 * `corpus/no-package` (with what npm said), `corpus/disk-full`.
 */
export async function fetchPackage(wanted: CorpusPackage, cacheFolder: string): Promise<Result<string>> {
  const path = join(cacheFolder, tarballName(wanted));
  if (existsSync(path)) return ok(path);
  mkdirSync(cacheFolder, { recursive: true });
  // npm writes in place: only a download that ended well gets the name the cache looks for.
  const folder = mkdtempSync(join(cacheFolder, '.part-'));
  try {
    const spec = `${wanted.package}@${wanted.version}`;
    const seen = await runTool({
      argv: ['npm', 'pack', spec, '--ignore-scripts', '--silent', '--pack-destination', folder],
      cwd: cacheFolder,
      env: npmEnvironment(),
    });
    const [file] = readdirSync(folder);
    if (seen.exitCode === 0 && seen.limits.length === 0 && file !== undefined) {
      renameSync(join(folder, file), path);
      return ok(path);
    }
    const told = Buffer.from(seen.stderr).toString('utf8').trim().slice(-400);
    if (/ENOSPC/.test(told)) return diskFull(cacheFolder);
    const why = seen.limits[0] ? `${seen.limits[0].limit} reached its limit` : told || `exit status ${seen.exitCode}`;
    return fail('corpus/no-package', `npm pack ${spec} brought nothing: ${why}`, {
      suggestion: 'check the network, or take the package off the list if it is gone',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const diskFull = (folder: string): ReturnType<typeof fail> =>
  fail('corpus/disk-full', `no space left while writing to ${folder}`, {
    path: folder,
    suggestion: 'free some space and run the command again: what was fetched is kept',
  });

/** npm as it would run in the user's own shell. */
function npmEnvironment(): Record<string, string> {
  const env: Record<string, string> = { npm_config_update_notifier: 'false' };
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && /^(PATH|HOME|npm_config_.*|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS)$/i.test(name)) {
      env[name] = value;
    }
  }
  return env;
}
