import { resolve } from 'node:path';
import { type Issue, ok, type Result } from '../../base/index.ts';
import type { ChangeRequest } from '../../workspace/index.ts';
import { check } from '../check.ts';
import { openRepository } from '../repository.ts';
import type { GitHook } from './gitText.ts';
import type { StopOutcome } from './stop.ts';
import { gitWords, unknownWords } from './words.ts';

export interface GitHookRequest {
  readonly cwd: string;
  readonly hook: GitHook;
  /** What git tells `pre-push` on standard input. */
  readonly input: string;
  /** The index of the commit that is being made, where it is not git's own (`GIT_INDEX_FILE`). */
  readonly index?: string;
  readonly strict?: boolean;
  readonly insideCheck?: boolean;
}

/** Branches judged in one push. */
const BRANCHES = 8;

/** What a branch that the other side does not have is compared with: the first of these that is there. */
const MAIN = ['origin/HEAD', 'origin/main', 'origin/master', 'upstream/main', 'upstream/master'];

/** Judges what is committed or pushed, and nothing else of the working tree. */
export async function gitHook(request: GitHookRequest): Promise<Result<StopOutcome>> {
  const { cwd, hook, input, index, strict = false } = request;
  if (request.insideCheck) return ok({ kind: 'pass' });
  const changes: readonly (readonly ChangeRequest[])[] =
    hook === 'pre-commit'
      ? [[{ kind: 'staged', ...(index === undefined ? {} : { index: resolve(cwd, index) }) }]]
      : pushed(input);
  const root = await openRepository(cwd);
  if (!root.ok) return root;
  const notices: string[] = [];
  for (const alternatives of changes) {
    let issues: readonly Issue[] = [];
    for (const change of alternatives) {
      const report = await check({ cwd: root.value.root, change });
      issues = report.issues;
      if (!report.ok) {
        // A commit that is not here, or a name that leads nowhere: the next one may be.
        if (issues[0]?.code === 'workspace/unknown-revision') continue;
        break;
      }
      issues = [];
      const { verdict } = report.value;
      if (verdict.status === 'fail') return ok({ kind: 'refuse', reason: gitWords(verdict, hook) });
      if (verdict.status === 'unknown' && strict) return ok({ kind: 'refuse', reason: unknownWords(verdict) });
      if (verdict.status === 'unknown') notices.push(unknownWords(verdict));
      break;
    }
    if (issues.length > 0) notices.push(`assay: not checked: ${issues[0]!.message}`);
  }
  return ok({ kind: 'pass', ...(notices.length === 0 ? {} : { notice: notices.join('\n') }) });
}

/** For each branch of `<local ref> <local id> <remote ref> <remote id>` lines: what to try, best first. */
function pushed(input: string): (readonly ChangeRequest[])[] {
  const none = /^0+$/;
  return input
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, id = '0', ref = '']) => ref.startsWith('refs/heads/') && !none.test(id))
    .slice(0, BRANCHES)
    .map(([, head = '', , remote = '0']) =>
      [...(none.test(remote) ? [] : [remote]), ...MAIN].map((base) => ({ kind: 'range', base, head }) as const),
    );
}
