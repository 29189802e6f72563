import { dirname } from 'node:path';
import type { Issue, RepoPath } from '../base/index.ts';
import { type ModuleReference, notExported, type PackageStatus, packagePart } from '../lang/index.ts';
import { type CheckContext, type CheckDefinition, changedCode, locate, overlaps } from './context.ts';
import { parsed } from './manifest.ts';
import { manifestIssues } from './manifests.ts';

const isPath = ({ specifier }: ModuleReference): boolean =>
  /^(?:\.{0,2}\/|\.{1,2}$|[a-z][a-z+.-]+:\/\/|data:)/.test(specifier);

/** What the compiler resolved inside the repository is an alias, or a package of the workspace by its name. */
const isWithin = ({ target }: ModuleReference): boolean =>
  target !== undefined && 'path' in target && !target.path.includes('node_modules/');

function judge(
  { specifier, typeOnly }: ModuleReference,
  status: PackageStatus,
  before: string,
): Omit<Issue, 'path' | 'span'> | undefined {
  switch (status.status) {
    case 'builtin':
    case 'self':
      return undefined;
    case 'declared':
      if (status.installed) return undefined;
      return {
        code: 'packages/not-installed',
        message: `${specifier} is declared as ${status.range} but not installed, so nothing is known of it`,
        severity: 'warning',
        suggestion: 'install the dependencies and check again',
      };
    case 'workspace':
      if (status.declared) return undefined;
      return {
        code: 'packages/undeclared',
        message: `${specifier} is a package of this workspace (${status.path}) that the importing package does not declare`,
        severity: 'warning',
        suggestion: 'declare it',
      };
    case 'transitive': {
      // An import of types alone is gone at run time, and what the base imported already is not this change's doing.
      const tolerated = typeOnly || before.includes(`'${specifier}'`) || before.includes(`"${specifier}"`);
      return {
        code: 'packages/undeclared',
        message: `${specifier} is there only because another package depends on it; package.json does not declare it${status.installed ? '' : ', and from here it cannot be found'}`,
        severity: tolerated ? 'warning' : 'error',
        suggestion: 'declare it',
      };
    }
    case 'missing':
      return {
        code: 'packages/missing',
        message: `expected an existing package, found ${specifier}: it is neither declared, installed, nor in the lock file`,
        severity: 'error',
        ...(status.nearest.length > 0 ? { suggestion: status.nearest.join(', ') } : {}),
      };
    case 'unknown':
      return { code: 'packages/unknown', message: `${specifier}: ${status.reason}`, severity: 'warning' };
  }
}

/** Whether a package of this repository, above the importing one, has the name: examples and end-to-end tests import it so. */
function isOfRepository(context: CheckContext, specifier: string, from: RepoPath): boolean {
  const { name } = packagePart(specifier);
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const manifest = context.packages.manifestOf(`${folder === '.' ? '' : `${folder}/`}package.json` as RepoPath);
    if (manifest?.name === name) return true;
    if (folder === '.') return false;
  }
}

const ofRepository = (specifier: string): Omit<Issue, 'path' | 'span'> => ({
  code: 'packages/not-installed',
  message: `${specifier} is a package of this repository that is not installed where it is imported`,
  severity: 'warning',
});

const leavesUnknown = (code: string): boolean => code === 'packages/not-installed' || code === 'packages/unknown';

/** A part of an installed package that its exports map does not let anyone import, where the compiler finds nothing either. */
function partIssue(
  context: CheckContext,
  { specifier, target }: ModuleReference,
  from: RepoPath,
): Omit<Issue, 'path' | 'span'> | undefined {
  if (target) return undefined;
  const { name } = packagePart(specifier);
  const nearest = notExported(specifier, context.packages.exportsOf(name, from));
  if (!nearest) return undefined;
  return {
    code: 'packages/not-exported',
    message: `expected a part that ${name} exports, found ${specifier}`,
    severity: 'error',
    ...(nearest.length > 0 ? { suggestion: nearest.join(', ') } : {}),
  };
}

/** Whether a file can be read no more since the change. */
function isBrokenBy({ change }: CheckContext, path: string | undefined): boolean {
  const file = change.files.find((one) => one.path === path);
  return file?.after !== undefined && (!file.before || parsed(file.before.text) !== undefined);
}

/** Every package that a changed line imports: declared, installed, only transitive, built in, or not existing. */
export const packages: CheckDefinition = {
  name: 'packages',
  decides: true,
  async run(context) {
    const started = performance.now();
    const issues: Issue[] = manifestIssues(context);
    let looked = 0;
    let unknown = issues.filter(({ code }) => code === 'packages/unlocked').length;
    const files = changedCode(context);
    for (const file of files) {
      const references = context.language.references(file.path);
      if (references.status === 'unknown') {
        unknown++;
        issues.push({ code: 'packages/not-checked', message: references.reason, severity: 'warning', path: file.path });
        continue;
      }
      for (const reference of references.value) {
        if (!overlaps(reference.span, file.spans) || isPath(reference)) continue;
        const status = context.packages.status(reference.specifier, file.path, reference.typeOnly);
        if (isWithin(reference) && status.status !== 'workspace') continue;
        looked++;
        const found =
          status.status === 'missing' && isOfRepository(context, reference.specifier, file.path)
            ? ofRepository(reference.specifier)
            : (judge(reference, status, file.before?.text ?? '') ??
              (status.status === 'declared' ? partIssue(context, reference, file.path) : undefined));
        if (!found) continue;
        if (leavesUnknown(found.code)) unknown++;
        issues.push({ ...found, path: file.path, span: reference.span });
      }
    }
    for (const issue of context.packages.issues()) {
      const severity = issue.severity === 'error' && isBrokenBy(context, issue.path) ? 'error' : 'warning';
      if (severity === 'warning') unknown++;
      issues.push({ ...issue, severity });
    }
    if (context.change.packagesUnknown !== undefined) {
      unknown++;
      issues.push({ code: 'packages/other-lock', message: context.change.packagesUnknown, severity: 'warning' });
    }
    const errors = issues.filter((issue) => issue.severity === 'error').length;
    return {
      status: errors > 0 ? 'fail' : unknown > 0 ? 'unknown' : 'pass',
      issues: locate(context, issues),
      ran: [{ oracle: 'package.json, lock file, node_modules', ms: Math.round(performance.now() - started) }],
      summary: `${looked} package ${looked === 1 ? 'import' : 'imports'}: ${errors} wrong, ${unknown} unknown`,
    };
  },
};
