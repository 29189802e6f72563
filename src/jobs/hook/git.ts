import { resolve } from 'node:path';
import { type Issue, ok, type Result, visible } from '../../base/index.ts';
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
  /** What git tells `pre-push` first: the name of the remote, its address where it has none. */
  readonly remote?: string;
  /** The index of the commit that is being made, where it is not git's own (`GIT_INDEX_FILE`). */
  readonly index?: string;
  readonly strict?: boolean;
  readonly insideCheck?: boolean;
}

/** Branches judged in one push. */
const BRANCHES = 8;

/** What a branch that the other side does not have is compared with, the first that is there: of that remote, else of these. */
const REMOTES = ['origin', 'upstream'];
const MAIN = ['HEAD', 'main', 'master'];

/** Judges what is committed or pushed, and nothing else of the working tree. */
export async function gitHook(request: GitHookRequest): Promise<Result<StopOutcome>> {
  const { cwd, hook, input, index, remote, strict = false } = request;
  if (request.insideCheck) return ok({ kind: 'pass' });
  const changes: readonly (readonly ChangeRequest[])[] =
    hook === 'pre-commit'
      ? [[{ kind: 'staged', ...(index === undefined ? {} : { index: resolve(cwd, index) }) }]]
      : pushed(input, remote);
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
    if (issues.length === 0) continue;
    const why = issues[0]!.code === 'workspace/unknown-revision' ? nothingOf(remote) : issues[0]!.message;
    notices.push(`assay: not checked: ${why}`);
  }
  return ok({ kind: 'pass', ...(notices.length === 0 ? {} : { notice: notices.join('\n') }) });
}

const nothingOf = (remote: string | undefined): string =>
  `expected a main branch of ${visible(remote ?? REMOTES[0]!)} to compare with, found nothing of it here; \`git fetch\` brings it`;

/** For each branch of `<local ref> <local id> <remote ref> <remote id>` lines: what to try, best first. */
function pushed(input: string, to: string | undefined): (readonly ChangeRequest[])[] {
  const none = /^0+$/;
  const remotes = [...new Set([...(to === undefined ? [] : [to]), ...REMOTES])];
  const main = remotes.flatMap((name) => MAIN.map((branch) => `refs/remotes/${name}/${branch}`));
  return input
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, id = '0', ref = '']) => ref.startsWith('refs/heads/') && !none.test(id))
    .slice(0, BRANCHES)
    .map(([, head = '', , remote = '0']) =>
      [...(none.test(remote) ? [] : [remote]), ...main].map((base) => ({ kind: 'range', base, head }) as const),
    );
}
