import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, failed, type Issue, ok, type Result } from '../base/index.ts';
import { runTool } from '../sandbox/index.ts';

/** A checkout over which a suite would measure nothing. */
export class BrokenCheckout extends Error {}

/** Runs git in a checkout. Throws a `BrokenCheckout` with what git said. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runTool({ argv: ['git', ...args], cwd: folder });
  if (exitCode !== 0)
    throw new BrokenCheckout(`git ${args.join(' ')} in ${folder}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}

/** A JSON Lines file, one case a line. */
export function readCases<T>(path: string): Result<readonly T[]> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return fail('evals/cases', `expected a suite of cases at ${path}: ${(error as Error).message}`);
  }
  const cases: T[] = [];
  const issues: Issue[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      cases.push(JSON.parse(line) as T);
    } catch (error) {
      issues.push({
        code: 'evals/cases',
        message: `line ${index + 1}: ${(error as Error).message}`,
        severity: 'error',
        path,
      });
    }
  }
  return issues.length > 0 ? failed(...issues) : ok(cases);
}

/** The checkout of a repository below the folder of all of them, or undefined where it is not there. */
export function checkoutOf(repositories: string, name: string): string | undefined {
  const folder = join(repositories, name);
  return existsSync(join(folder, '.git')) ? folder : undefined;
}
