import { accessSync, constants, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { fail, ok, type Result } from '../base/index.ts';
import { environment } from './environment.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { observe } from './observe.ts';
import type { Command, Observation } from './types.ts';

/** Only root could make it, so nobody else can put a configuration there. */
const NO_HOME =
  process.platform === 'win32' ? join(process.env.SystemRoot ?? 'C:\\Windows', 'nonexistent') : '/nonexistent';

/**
 * Runs one of assay's own trusted tools (git, ripgrep) at isolation `none`: no shell, the given arguments, limits on
 * time and output only, a HOME that does not exist, nothing of assay's own environment. Never for a program of a
 * project.
 */
export function runTool(command: Command): Promise<Observation> {
  const [file = '', ...args] = command.argv;
  return observe({
    argv: command.argv,
    isolation: 'none',
    file,
    args,
    cwd: command.cwd,
    env: environment({ home: NO_HOME, temporary: tmpdir() }, command.env),
    stdin: command.stdin,
    limits: { ...DEFAULT_LIMITS, ...command.limits },
  });
}

/** Absolute path of a tool: ripgrep from assay's own installation, git from the PATH assay was started with. */
export async function toolPath(tool: 'rg' | 'git'): Promise<Result<string>> {
  if (tool === 'git') {
    const path = findProgram('git', process.env.PATH ?? '');
    return path === undefined
      ? fail('sandbox/no-git', 'expected git on the PATH, found none', { suggestion: 'install git' })
      : ok(path);
  }
  try {
    return ok((await import('@vscode/ripgrep')).rgPath);
  } catch (error) {
    return fail('sandbox/no-ripgrep', `expected a ripgrep binary for this platform: ${(error as Error).message}`, {
      suggestion: 'install assay again with optional dependencies',
    });
  }
}

/** The file that a program name stands for on `path`. Undefined where there is none that may be executed. */
export function findProgram(name: string, path: string): string | undefined {
  const names = process.platform === 'win32' ? [`${name}.exe`, name] : [name];
  for (const folder of path.split(delimiter)) {
    // A relative folder on the PATH would let the repository choose the program.
    if (!isAbsolute(folder)) continue;
    for (const file of names.map((one) => join(folder, one))) {
      try {
        accessSync(file, constants.X_OK);
        if (statSync(file).isFile()) return file;
      } catch {}
    }
  }
  return undefined;
}
