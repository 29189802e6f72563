import type { Issue } from '../../base/index.ts';
import { pathMatcher } from '../../workspace/index.ts';
import type { Constraints } from '../config/types.ts';
import { type CheckContext, type CheckDefinition, locate } from '../context.ts';
import { dependenciesIn } from '../manifest.ts';
import { exportIssues } from './exports.ts';
import { importIssues } from './imports.ts';
import { dependencyIssues, pathIssues, sizeIssues } from './paths.ts';
import { secretsIn } from './secrets.ts';

/** What the project, and the task that the change is for, ask of every change. */
export const constraints: CheckDefinition = {
  name: 'constraints',
  decides: true,
  anyFile: true,
  async run(context) {
    const started = performance.now();
    const { files } = context.change;
    const sets = context.options.constraints;
    const issues: Issue[] = [];
    let unknown = 0;
    for (const { source, constraints: one } of sets) {
      const found: Issue[] = [
        ...pathIssues(files, one),
        ...dependencyIssues(files, one, rootDependencies(context)),
        ...sizeIssues(files, one),
      ];
      if (one.forbiddenImports) {
        const imports = importIssues(context, one.forbiddenImports);
        found.push(...imports.issues);
        unknown += imports.unknown;
      }
      if (one.stableExports) {
        const exports = exportIssues(context, one.stableExports);
        found.push(...exports.issues);
        unknown += exports.unknown;
      }
      for (const issue of found) {
        const known = issues.some(
          ({ code, path, span, message }) =>
            code === issue.code &&
            path === issue.path &&
            span?.start === issue.span?.start &&
            message === issue.message,
        );
        if (!known) issues.push(source === '' ? issue : { ...issue, message: `${issue.message} (${source})` });
      }
    }
    const searched = files.filter(({ path }) => sets.every(({ constraints: one }) => isSearched(one, path)));
    for (const file of searched) issues.push(...secretsIn(file, context.change.root));
    const errors = issues.filter(({ severity }) => severity === 'error').length;
    const asked = [...new Set(sets.flatMap(({ constraints: one }) => Object.keys(one)))].filter(
      // What is said of tests, another check looks at.
      (key) => key !== 'secrets' && key !== 'keepTests',
    );
    return {
      status: errors > 0 ? 'fail' : unknown > 0 ? 'unknown' : 'pass',
      issues: locate(context, issues),
      ran: [{ oracle: 'change, manifests, compiler', ms: Math.round(performance.now() - started) }],
      summary: `${asked.length > 0 ? `${errors} broken of ${asked.join(', ')}` : 'none configured'}; ${searched.length} ${searched.length === 1 ? 'file' : 'files'} searched for secrets`,
    };
  },
};

function isSearched({ secrets }: Constraints, path: string): boolean {
  if (secrets === undefined || secrets === true) return true;
  return secrets !== false && !pathMatcher(secrets)(path);
}

/** What the root manifest asked for at the base. */
function rootDependencies({ change, packages }: CheckContext): ReadonlyMap<string, string> {
  const changed = change.files.find(({ path }) => path === 'package.json');
  if (changed) return dependenciesIn(changed.before?.text);
  const root = packages.manifestOf('package.json' as Parameters<typeof packages.manifestOf>[0]);
  return new Map(Object.values(root?.dependencies ?? {}).flatMap((group) => Object.entries(group ?? {})));
}
