import { fail, type Issue, nearestNames, ok, type Result } from '../base/index.ts';
import type { Git } from './git.ts';

/** A name and what it stands for. */
export interface Revision {
  /** As given. */
  readonly name: string;
  readonly id: string;
  readonly kind: 'commit' | 'tree';
}

/** Looks up a branch, tag, commit or tree by any name git takes. */
export async function resolveRevision(git: Git, name: string): Promise<Result<Revision>> {
  // A name that starts with a dash would be an option.
  if (name !== '' && !name.startsWith('-')) {
    for (const kind of ['commit', 'tree'] as const) {
      const found = await git.run(['rev-parse', '--verify', '--quiet', `${name}^{${kind}}`], { accept: [0, 1, 128] });
      if (!found.ok) return found;
      if (found.value.exitCode === 0) return ok({ name, kind, id: found.value.stdout.toString('utf8').trim() });
    }
  }
  const refs = await git.run(['for-each-ref', '--format=%(refname:short)']);
  const nearest = refs.ok ? nearestNames(name, refs.value.stdout.toString('utf8').trim().split('\n'), 1)[0] : undefined;
  return fail('workspace/unknown-revision', `expected a branch, tag or commit, found ${JSON.stringify(name)}`, {
    ...(nearest === undefined ? {} : { suggestion: `did you mean ${nearest}?` }),
  });
}

/**
 * What a change on `head` is compared with: where it left `base`, as pull requests show it. Histories without a common
 * commit are compared as they are, with a warning; a shallow clone that lacks it is an issue.
 */
export async function mergeBase(git: Git, base: Revision, head: Revision): Promise<Result<Revision>> {
  if (base.kind === 'tree' || head.kind === 'tree') return ok(base);
  const found = await git.run(['merge-base', base.id, head.id], { accept: [0, 1] });
  if (!found.ok) return found;
  if (found.value.exitCode === 0) {
    const id = found.value.stdout.toString('utf8').trim();
    return ok(id === base.id ? base : { name: id, id, kind: 'commit' });
  }
  const shallow = await git.run(['rev-parse', '--is-shallow-repository']);
  if (!shallow.ok) return shallow;
  const message = `expected a common commit of ${base.name} and ${head.name}, found none`;
  if (shallow.value.stdout.toString('utf8').trim() === 'true') {
    return fail('workspace/no-merge-base', `${message} in this shallow clone`, {
      suggestion: 'fetch more of the history: git fetch --unshallow (in CI: fetch-depth: 0)',
    });
  }
  const issue: Issue = {
    code: 'workspace/no-merge-base',
    message: `${message}: the two are compared as they are`,
    severity: 'warning',
  };
  return ok(base, [issue]);
}

/** The id of the tree without files, in the hash of the repository. Git knows it though no object of it is stored. */
export async function emptyTree(git: Git): Promise<Result<string>> {
  const found = await git.run(['hash-object', '-t', 'tree', '--stdin'], { stdin: '' });
  return found.ok ? ok(found.value.stdout.toString('utf8').trim()) : found;
}
