import { isAbsolute, join } from 'node:path';
import { ok, type Result } from '../base/index.ts';
import type { Git } from './git.ts';
import type { HooksFolder } from './types.ts';

/** Asks the configuration by its files: assay's own calls of git switch hooks off on the command line. */
export async function hooksFolder(git: Git, root: string): Promise<Result<HooksFolder>> {
  const common = await git.run(['rev-parse', '--path-format=absolute', '--git-common-dir']);
  if (!common.ok) return common;
  const gitFolder = common.value.stdout.toString('utf8').trim();
  for (const scope of ['--local', '--global', '--system']) {
    const read = await git.run(['config', scope, '--includes', '--path', '--get', 'core.hooksPath'], {
      accept: [0, 1, 128],
    });
    if (!read.ok) return read;
    const path = read.value.stdout.toString('utf8').trim();
    if (read.value.exitCode === 0 && path !== '') {
      return ok({ path: isAbsolute(path) ? path : join(root, path), gitFolder, configured: true });
    }
  }
  return ok({ path: join(gitFolder, 'hooks'), gitFolder, configured: false });
}
