import { type Issue, LIMITS, type RepoPath } from '../base/index.ts';
import type { Diagnostic, LanguageService } from '../lang/index.ts';
import { diffTexts } from '../text/index.ts';
import {
  basePath,
  type CheckContext,
  type CheckDefinition,
  changedCode,
  isChecked,
  isCode,
  locate,
  Multiset,
  withheldCode,
} from './context.ts';
import { expectedErrors } from './expected.ts';
import { oracles } from './names.ts';
import { changedData, codeUnderSettings, readersOf } from './readers.ts';
import { doubted, isLoose, otherVersion, unreliableImport } from './reliance.ts';

/** Line numbers inside a message move with every edit above them; everything else must match. */
const keyOf = (path: string, diagnostic: Diagnostic): string => `${path}\0${diagnostic.code}\0${diagnostic.message}`;

/**
 * An error by what it stands at. The compiler words the same error otherwise where a type that it prints has one member more, or
 * its members in another order.
 */
const placeOf = ({ code }: Diagnostic, start: number, text: string): string => `${code}\0${start}\0${text}`;

/**
 * Configuration errors under which files or declarations are missing: type definitions not found (2688), files or what is
 * extended not there (5012, 5083, 6053, 18000), no inputs (18002, 18003), and text that is not read whole (below 2000). The
 * others are about output and options that do not go together; types are what they are under them.
 */
const TAKES_AWAY = new Set([2688, 5012, 5083, 6053, 18_000, 18_002, 18_003]);
const takesAway = ({ code }: Diagnostic): boolean => code < 2000 || TAKES_AWAY.has(code);

interface Scope {
  readonly paths: readonly RepoPath[];
  readonly issues: readonly Issue[];
}

/**
 * The changed files and every file that sees them, at the head or (for what was deleted) at the base; and all that settings or
 * declarations for all files are about.
 */
async function scope(context: CheckContext): Promise<Scope> {
  const issues: Issue[] = [];
  const limit = context.options.dependents ?? LIMITS.dependents;
  const changed = changedCode(context).map((file) => file.path);
  const paths = new Set<RepoPath>(changed);
  const collect = (language: LanguageService, from: readonly RepoPath[]): void => {
    if (from.length === 0 || limit === 0) return;
    const importers = language.importers(from, limit);
    if (importers.status === 'unknown') {
      issues.push({ code: 'types/importers-unknown', message: importers.reason, severity: 'warning' });
      return;
    }
    for (const path of importers.value.paths) paths.add(path);
    if (importers.value.limitHit) tooMany();
  };
  const tooMany = (): void => {
    const message = `${limit} files that see the change were checked, more exist`;
    if (issues.every(({ code }) => code !== 'types/limit'))
      issues.push({ code: 'types/limit', message, severity: 'warning' });
  };
  const readers = limit === 0 ? [] : [...(await readersOf(context, changedData(context))).values()].flat();
  for (const path of readers) paths.add(path);
  collect(context.language, [...changed, ...readers]);
  const gone = context.change.files.flatMap((file) =>
    file.kind === 'deleted' ? [file.path] : file.kind === 'renamed' && file.from ? [file.from] : [],
  );
  const code = gone.filter(isCode);
  if (code.length > 0) context.atBase((language) => collect(language, code));
  for (const path of gone) paths.delete(path);
  const under = limit === 0 ? [] : (await codeUnderSettings(context)).filter((path) => !paths.has(path));
  for (const path of under.slice(0, limit)) paths.add(path);
  if (under.length > limit) tooMany();
  return { paths: [...paths], issues };
}

/** Configurations under which these files are diagnosed. */
function configsOf({ language }: CheckContext, paths: Iterable<RepoPath>): ReadonlySet<RepoPath> {
  const answers = [...paths].map((path) => language.projectsOf(path));
  const configs = answers.flatMap((one) => (one.status === 'known' ? one.value.map(({ config }) => config) : []));
  return new Set(configs.filter((config) => config !== undefined));
}

/**
 * Whether an error is about a name that the file's text at the base does not have: the same error cannot have been there, and
 * the compiler need not be asked.
 */
function isNewName(context: CheckContext, path: RepoPath, { span, message }: Diagnostic): boolean {
  const file = context.change.files.find((one) => one.path === path);
  const name = file?.after?.text.slice(span.start, span.end) ?? '';
  return /^[\w$]+$/.test(name) && message.includes(`'${name}'`) && !(file?.before?.text ?? '').includes(name);
}

/** Those errors of a file that are not among what was reported at the base, in these or other words. */
function newErrors(
  context: CheckContext,
  path: RepoPath,
  errors: readonly Diagnostic[],
  reported: readonly Diagnostic[],
): readonly Diagnostic[] {
  const before = new Multiset();
  for (const one of reported) before.add(keyOf(path, one));
  const { known = [], fresh = [] } = Object.groupBy(errors, (one) =>
    before.take(keyOf(path, one)) ? 'known' : 'fresh',
  );
  if (fresh.length === 0 || reported.length === 0) return fresh;
  const file = context.change.files.find((one) => one.path === path);
  const moved = file?.before && file.after ? diffTexts(file.before.text, file.after.text) : undefined;
  const textAt = (text: string | undefined, { span }: Diagnostic): string => text?.slice(span.start, span.end) ?? '';
  const places = new Multiset();
  for (const one of reported) {
    const { start } = one.span;
    if (moved?.changes.some(({ span }) => span.start <= start && start < span.end)) continue;
    places.add(placeOf(one, moved?.mapPosition(start, 1) ?? start, textAt(file?.before?.text, one)));
  }
  const stood = (one: Diagnostic): boolean => places.take(placeOf(one, one.span.start, textAt(file?.after?.text, one)));
  // Those in the same words take their places first.
  known.forEach(stood);
  return fresh.filter((one) => !stood(one));
}

/** A module that another program than a file's own does not find. Where it lacked it before, what it says of what imports it is in doubt. */
const missingFor = ({ code, config, message }: Diagnostic): readonly string[] =>
  (code === 2307 || code === 7016) && config !== undefined ? [`${config}\0${message}`] : [];

/** What the compiler reports at the head and did not report at the base, in every file that sees the change. */
export const typeErrors: CheckDefinition = {
  name: 'types',
  decides: true,
  anyFile: true,
  async run(context) {
    const started = performance.now();
    const found = await scope(context);
    if (found.paths.length === 0 && !context.change.files.some(({ path }) => isChecked(path)))
      return { status: 'unknown', decides: false, issues: [], ran: [], summary: 'no code sees the change' };
    const issues: Issue[] = [...withheldCode(context, 'types'), ...found.issues];
    let unknown = issues.length;
    const changed = new Set<RepoPath>(changedCode(context).map((file) => file.path));
    const head = new Map<RepoPath, readonly Diagnostic[]>();
    const configs = configsOf(context, found.paths);
    // What one project imports of another is held against both; of one there is no other to ask.
    const projects = configs.size > 1 ? [...configs] : [];
    for (const path of found.paths) {
      const answer = context.language.diagnostics(path, projects);
      if (answer.status === 'unknown') {
        if (!changed.has(path)) continue;
        unknown++;
        issues.push({ code: 'types/not-checked', message: answer.reason, severity: 'warning', path });
      } else {
        const isExpected = expectedErrors(context, path);
        head.set(
          path,
          answer.value.filter(({ span }) => !isExpected(span)),
        );
      }
    }
    const config = context.language.configDiagnostics();
    const withErrors = [...head].filter(([, diagnostics]) => diagnostics.some((one) => one.severity === 'error'));
    const before = new Map<RepoPath, readonly Diagnostic[]>();
    const configBefore = new Multiset();
    const configErrors = config.status === 'known' ? config.value.filter((one) => one.severity === 'error') : [];
    if (withErrors.length > 0 || configErrors.length > 0) {
      context.atBase((language) => {
        for (const [path, diagnostics] of withErrors) {
          if (diagnostics.every((one) => one.severity !== 'error' || isNewName(context, path, one))) continue;
          const base = basePath(context, path);
          const answer = base === undefined ? undefined : language.diagnostics(base, projects);
          if (answer?.status === 'known') before.set(path, answer.value);
        }
        const answer = language.configDiagnostics();
        if (answer.status === 'known') for (const one of answer.value) configBefore.add(keyOf(one.path, one));
      });
    }
    const own = configErrors.length > 0 ? configsOf(context, changed) : new Set<RepoPath>();
    for (const one of configErrors) {
      const old = configBefore.take(keyOf(one.path, one));
      // What was wrong before is not this change's fault. It is a doubt only where files or types are missing for it, and not of a
      // program, such as a demonstration that is not installed, that at most imports what changed.
      const isOthers = own.size > 0 && !own.has(one.config ?? one.path);
      if (old && takesAway(one) && !isOthers) unknown++;
      const severity = isOthers ? ('info' as const) : ('warning' as const);
      issues.push({ ...toIssue(one.path, one), ...(old ? { severity } : {}) });
    }
    const standing = new Set([...before.values()].flat().flatMap(missingFor));
    for (const [path, diagnostics] of withErrors) {
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      const lacking = new Set(
        errors.filter((one) => missingFor(one).some((it) => standing.has(it))).map(({ config }) => config),
      );
      const fresh = newErrors(context, path, errors, before.get(path) ?? []);
      if (fresh.length === 0) continue;
      const isSyntax = fresh.every(({ source }) => source === 'syntax');
      const missing = isSyntax
        ? undefined
        : (unreliableImport(context, path) ?? otherVersion(context, 'typescript', path));
      const isDoubtful = !isSyntax && (missing !== undefined || isLoose(context, path));
      for (const one of fresh) {
        const isLacking = one.config !== undefined && lacking.has(one.config);
        if ((!isDoubtful && !isLacking) || one.source === 'syntax') issues.push(toIssue(path, one));
        else {
          unknown++;
          issues.push(doubted(toIssue(path, one), missing));
        }
      }
    }
    const errors = issues.filter((issue) => issue.severity === 'error').length;
    return {
      status: errors > 0 ? 'fail' : unknown > 0 ? 'unknown' : 'pass',
      issues: locate(context, issues),
      ran: [{ oracle: oracles(context), ms: Math.round(performance.now() - started) }],
      summary: `${head.size} files diagnosed against the base: ${errors} new errors${unknown > 0 ? `, ${unknown} unknown` : ''}`,
    };
  },
};

const toIssue = (path: string, diagnostic: Diagnostic): Issue => ({
  code: `types/TS${diagnostic.code}`,
  message: diagnostic.config ? `${diagnostic.message} (under ${diagnostic.config})` : diagnostic.message,
  severity: diagnostic.severity,
  path,
  span: diagnostic.span,
});
