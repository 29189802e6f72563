import type { Issue, RepoPath } from '../../base/index.ts';
import type { ModuleReference } from '../../lang/index.ts';
import { pathMatcher } from '../../workspace/index.ts';
import type { ForbiddenImport } from '../config/types.ts';
import { basePath, type CheckContext, changedCode, overlaps } from '../context.ts';
import { requiresIn } from './requires.ts';

/** Everything that a rule may call an imported module by. */
function namesOf({ specifier, target }: ModuleReference): string[] {
  const bare = specifier.replace(/^node:/, '');
  const packageName = /^(?:@[^/]+\/)?[^./][^/]*/.exec(specifier)?.[0];
  return [
    ...new Set([
      specifier,
      ...(target && 'path' in target ? [target.path as string] : []),
      ...(target && 'builtin' in target ? [bare, `node:${bare}`] : []),
      ...(packageName === undefined ? [] : [packageName]),
    ]),
  ];
}

/** Imports that a changed line brings in against a rule. What the file imported at the base already is not its doing. */
export function importIssues(
  context: CheckContext,
  rules: readonly ForbiddenImport[],
): { readonly issues: readonly Issue[]; readonly unknown: number } {
  const issues: Issue[] = [];
  let unknown = 0;
  const compiled = rules.map((rule) => ({
    rule,
    applies: rule.in ? pathMatcher(rule.in) : () => true,
    forbids: pathMatcher(rule.from),
  }));
  for (const file of changedCode(context)) {
    const mine = compiled.filter(({ applies }) => applies(file.path));
    if (mine.length === 0) continue;
    const references = context.language.references(file.path);
    if (references.status === 'unknown') {
      unknown++;
      issues.push({
        code: 'constraints/not-checked',
        message: references.reason,
        severity: 'warning',
        path: file.path,
      });
      continue;
    }
    let before: ReadonlySet<string> | undefined;
    for (const reference of [...references.value, ...requiresIn(file.after.text, file.path, context.change.root)]) {
      if (!overlaps(reference.span, file.spans)) continue;
      const broken = mine.find(({ forbids }) => namesOf(reference).some(forbids));
      if (!broken) continue;
      before ??= importedBefore(context, file.path);
      if (before.has(reference.specifier)) continue;
      const { rule } = broken;
      issues.push({
        code: 'constraints/forbidden-import',
        message: `expected no import of ${rule.from.join(', ')}${rule.in ? ` in ${rule.in.join(', ')}` : ''}, found ${reference.specifier}${rule.reason ? `: ${rule.reason}` : ''}`,
        severity: 'error',
        path: file.path,
        span: reference.span,
        suggestion: 'do without it',
      });
    }
  }
  return { issues, unknown };
}

function importedBefore(context: CheckContext, path: RepoPath): ReadonlySet<string> {
  const base = basePath(context, path);
  if (base === undefined) return new Set();
  const text = context.change.files.find(({ path: own }) => own === path)?.before?.text ?? '';
  const answer = context.atBase((language) => language.references(base));
  const known = answer.status === 'known' ? answer.value : [];
  return new Set([...known, ...requiresIn(text, base, context.change.root)].map(({ specifier }) => specifier));
}
