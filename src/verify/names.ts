import type { Issue, RepoPath } from '../base/index.ts';
import type { NameRole, NameUse } from '../lang/index.ts';
import {
  basePath,
  type CheckContext,
  type CheckDefinition,
  changedCode,
  locate,
  Multiset,
  withheldCode,
} from './context.ts';
import { expectedErrors } from './expected.ts';
import { doubted, isLoose, unreliableImport } from './reliance.ts';

const CODES: Readonly<Record<NameRole, string>> = {
  member: 'names/missing-member',
  import: 'names/missing-export',
  module: 'names/missing-module',
  key: 'names/unknown-key',
  attribute: 'names/unknown-attribute',
  literal: 'names/unknown-literal',
  type: 'names/missing-type',
  value: 'names/missing-name',
  call: 'names/no-overload',
};

const keyOf = (use: NameUse): string => `${use.role}\0${use.receiver ?? ''}\0${use.name}`;

/** Names that were already missing at the base: nothing this change has to answer for. */
function missingBefore(context: CheckContext, path: RepoPath): Multiset {
  const before = new Multiset();
  const base = basePath(context, path);
  if (base === undefined) return before;
  context.atBase((language) => {
    const answer = language.names(base);
    if (answer.status === 'unknown') return;
    for (const use of answer.value) if (use.resolution.status === 'missing') before.add(keyOf(use));
  });
  return before;
}

function missingIssue(
  path: RepoPath,
  use: NameUse,
  resolution: Extract<NameUse['resolution'], { status: 'missing' }>,
): Issue {
  return {
    code: CODES[use.role],
    message: resolution.reason,
    severity: 'error',
    path,
    span: use.span,
    ...(resolution.nearest.length > 0 ? { suggestion: resolution.nearest.join(', ') } : {}),
  };
}

/** What the text of a `@deprecated` tag says to use instead. */
export function replacementIn(note: string): string | undefined {
  const linked = /\{@link(?:code|plain)?\s+([^}|\s]+)/.exec(note)?.[1];
  const said =
    /(?<!not )\b(?:use|prefer|try|replaced (?:by|with)|in favou?r of|superseded by|renamed to|moved to|switch to|migrate to)\s+(?:the\s+|to\s+)?(?:`([^`]+)`|'([^']+)'|"([^"]+)"|((?!(?:a|an|any|at|by|for|in|is|it|of|only|this|with)\b)[A-Za-z_$][\w$]*(?:[.#/][\w$]+)*(?:\(\))?))/i.exec(
      note.replace(/\{@link(?:code|plain)?\s+([^}|\s]+)[^}]*\}/g, '`$1`'),
    );
  return said ? (said[1] ?? said[2] ?? said[3] ?? said[4]) : (linked ?? /^`([^`]+)`/.exec(note)?.[1]);
}

/**
 * Every name in the changed spans, resolved to what is really declared. Missing ones are errors, unless the same name was
 * missing on the same receiver at the base; names that cannot be known make the check `unknown`.
 */
export const names: CheckDefinition = {
  name: 'names',
  decides: true,
  async run(context) {
    const started = performance.now();
    const issues: Issue[] = withheldCode(context, 'names');
    let looked = 0;
    let unknown = issues.length;
    const files = changedCode(context);
    for (const file of files) {
      const answer = context.language.names(file.path, file.spans);
      if (answer.status === 'unknown') {
        unknown++;
        issues.push({ code: 'names/not-checked', message: answer.reason, severity: 'warning', path: file.path });
        continue;
      }
      looked += answer.value.length;
      const missing: Issue[] = [];
      const isExpected = expectedErrors(context, file.path);
      let before: Multiset | undefined;
      let unreliable: { readonly specifier: string | undefined } | undefined;
      for (const use of answer.value) {
        const { resolution } = use;
        if (resolution.status === 'missing') {
          if (isExpected(use.span)) continue;
          // A text without the name cannot have missed it; asking the compiler for the base costs as much as for the head.
          if (file.before?.text.includes(use.name)) {
            before ??= missingBefore(context, file.path);
            if (before.take(keyOf(use))) continue;
          }
          unreliable ??= { specifier: unreliableImport(context, file.path) };
          const { specifier } = unreliable;
          const issue = missingIssue(file.path, use, resolution);
          if (specifier === undefined && !isLoose(context, file.path)) missing.push(issue);
          else {
            unknown++;
            issues.push(doubted(issue, specifier));
          }
        } else if (resolution.status === 'unknown') {
          unknown++;
          issues.push({
            code: 'names/unknown',
            message: `${use.receiver ? `${use.receiver}.` : ''}${use.name}: ${resolution.reason}`,
            severity: 'info',
            path: file.path,
            span: use.span,
          });
        } else {
          const deprecated =
            resolution.declarations.length > 0 && resolution.declarations.every((one) => one.deprecated !== undefined);
          if (!deprecated) continue;
          const note = resolution.declarations[0]?.deprecated;
          const replacement = replacementIn(note ?? '');
          issues.push({
            code: 'names/deprecated',
            message: `${use.name} is deprecated${note ? `: ${note}` : ''}`,
            severity: 'warning',
            path: file.path,
            span: use.span,
            ...(replacement === undefined ? {} : { suggestion: replacement }),
          });
        }
      }
      issues.push(...missing);
    }
    const errors = issues.filter((issue) => issue.severity === 'error').length;
    return {
      status: errors > 0 ? 'fail' : unknown > 0 ? 'unknown' : 'pass',
      issues: locate(context, issues),
      ran: [{ oracle: oracles(context), ms: Math.round(performance.now() - started) }],
      summary: `${looked} names in ${files.length} ${files.length === 1 ? 'file' : 'files'}: ${errors} missing, ${unknown} unknown`,
    };
  },
};

/** The compilers that answer for the changed files, as text. */
export function oracles(context: CheckContext): string {
  const found = new Set<string>();
  for (const file of changedCode(context)) {
    const projects = context.language.projectsOf(file.path);
    if (projects.status === 'known') {
      for (const { compiler } of projects.value) found.add(`typescript ${compiler.version} (${compiler.engine})`);
    }
  }
  return [...found].sort().join(', ') || 'none';
}
