import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Issue, LIMITS, nearestNames, type RepoPath } from '../../base/index.ts';
import type { SurfaceEntry } from '../../lang/index.ts';
import { pathMatcher } from '../../workspace/index.ts';
import { basePath, type CheckContext, changedCode, isCode } from '../context.ts';

/** How much of a type is told. */
const SHOWN = 160;

/**
 * A type as callers are bound to it: what parameters are called does not matter to them, nor in which order the members of
 * a union come.
 */
export function comparable(type: string): string {
  return type
    .replace(/(?<=[([,] ?)(\.\.\.)?(?!this\b)[\w$]+(\??): /g, '$1_$2: ')
    .replace(/=> (asserts )?(?!this\b)[\w$]+( is |$)/g, (all, asserts, rest) =>
      asserts || rest === ' is ' ? `=> ${asserts ?? ''}_${rest}` : all,
    )
    .replace(/[\w"$.'-]+(?: \| [\w"$.'-]+)+/g, (union) => union.split(' | ').sort().join(' | '));
}

/** Exported names of the kept modules that a change takes away or gives another type. */
export function exportIssues(
  context: CheckContext,
  patterns: readonly string[],
): { readonly issues: readonly Issue[]; readonly unknown: number; readonly looked: number } {
  const issues: Issue[] = [];
  const kept = pathMatcher(patterns);
  const changed = changedCode(context).map(({ path }) => path);
  const found = changed.length > 0 ? context.language.importers(changed, LIMITS.dependents) : undefined;
  const importers = found?.status === 'known' ? found.value.paths : [];
  const paths = [...new Set([...changed, ...importers])].filter((path) => kept(path));
  let unknown = 0;
  if (found?.status === 'unknown' || (found?.status === 'known' && found.value.limitHit)) {
    unknown++;
    const reason = found.status === 'unknown' ? found.reason : `${LIMITS.dependents} files see the change, more exist`;
    issues.push({ code: 'constraints/not-checked', message: `exported declarations: ${reason}`, severity: 'warning' });
  }
  for (const file of context.change.files) {
    const gone = file.kind === 'deleted' ? file.path : file.kind === 'renamed' ? file.from : undefined;
    if (gone === undefined || !isCode(gone) || !kept(gone)) continue;
    issues.push({
      code: 'constraints/export-removed',
      message: `expected the exports of ${gone} to stay, found the module ${file.kind}`,
      severity: 'error',
      path: gone,
      suggestion: 'keep the module and pass its exports on from there',
    });
  }
  for (const path of patterns.filter((one) => !isThere(context, one))) {
    issues.push({
      code: 'constraints/no-such-file',
      message: `expected a file or folder ${path}, whose exports are to stay, found it neither at the base nor at the head`,
      severity: 'warning',
      suggestion: 'name what is there, or take it out of stableExports',
    });
  }
  const surfaces = paths.map((path) => ({ path, head: context.language.surface(path), base: basePath(context, path) }));
  const before = context.atBase((language) =>
    surfaces.map(({ base }) => (base === undefined ? undefined : language.surface(base))),
  );
  let looked = 0;
  for (const [index, { path, head }] of surfaces.entries()) {
    const base = before[index];
    if (!base) continue;
    const reason = head.status === 'unknown' ? head.reason : base.status === 'unknown' ? base.reason : undefined;
    if (head.status === 'unknown' || base.status === 'unknown') {
      unknown++;
      issues.push({ code: 'constraints/not-checked', message: reason ?? '', severity: 'warning', path });
      continue;
    }
    looked += base.value.length;
    issues.push(...differences(path, base.value, head.value));
  }
  return { issues, unknown, looked };
}

/** Whether what an entry names is on a side; what is no plain path may be meant for files to come. */
function isThere({ change: { root, files } }: CheckContext, entry: string): boolean {
  if (/^!|[*?[{\\]/.test(entry)) return true;
  const matches = pathMatcher([entry]);
  return existsSync(join(root, entry)) || files.some(({ path, from }) => matches(path) || (from && matches(from)));
}

function differences(path: RepoPath, base: readonly SurfaceEntry[], head: readonly SurfaceEntry[]): Issue[] {
  const now = new Map(head.map((entry) => [entry.name, entry]));
  const direct = new Set<string>();
  const byWay = new Map<string, SurfaceEntry[]>();
  const issues: Issue[] = [];
  for (const old of base) {
    const entry = now.get(old.name);
    now.delete(old.name);
    if (!entry) {
      const fresh = head.map(({ name }) => name).filter((name) => !base.some((one) => one.name === name));
      const [nearest] = nearestNames(old.name, fresh, 1);
      issues.push({
        code: 'constraints/export-removed',
        message: `expected the exported ${old.kind} ${old.name} to stay, found it gone`,
        severity: 'error',
        path,
        suggestion: nearest === undefined ? 'export it again' : `export ${nearest} as ${old.name} too`,
      });
      continue;
    }
    if (entry.isTypeOnly && !old.isTypeOnly) {
      issues.push({
        code: 'constraints/export-changed',
        message: `expected the exported ${old.kind} ${old.name} to stay a value, found it exported as a type only`,
        severity: 'error',
        path,
        ...(entry.span ? { span: entry.span } : {}),
        suggestion: 'export the value again, without the word type',
      });
      continue;
    }
    if (comparable(old.type) === comparable(entry.type)) {
      const by = usedChange(old, entry);
      if (by !== undefined) byWay.set(by, [...(byWay.get(by) ?? []), entry]);
      continue;
    }
    direct.add(old.name);
    issues.push(changed(path, entry, `exported ${old.kind} ${old.name}`, old.type, entry.type));
  }
  for (const [name, entries] of byWay) {
    // Told once, of the type itself, where that is exported here as well.
    if (direct.has(name)) continue;
    const [first] = entries;
    const was = base.find((one) => one.name === first?.name)?.uses[name] ?? '';
    const others = entries.length > 1 ? ` and ${entries.length - 1} more` : '';
    const what = `type ${name}, which the exported ${first!.kind} ${first!.name}${others} ${entries.length > 1 ? 'name' : 'names'},`;
    issues.push(changed(path, first!, what, was, first!.uses[name] ?? ''));
  }
  for (const { name, kind, span } of now.values()) {
    const at = span ? { span } : {};
    const message = `${kind} ${name} is exported newly`;
    issues.push({ code: 'constraints/export-added', message, severity: 'info', path, ...at });
  }
  return issues;
}

const changed = (path: RepoPath, { span }: SurfaceEntry, what: string, was: string, is: string): Issue => ({
  code: 'constraints/export-changed',
  message: `expected the ${what} to keep its type: ${windowed(was, is)}, found ${windowed(is, was)}`,
  severity: 'error',
  path,
  ...(span ? { span } : {}),
  suggestion: 'keep the declaration, and add another one beside it',
});

/** A type that both declarations name and that is not the same. What one no longer names shows in its own type. */
const usedChange = (old: SurfaceEntry, entry: SurfaceEntry): string | undefined =>
  Object.entries(old.uses).find(([name, was]) => {
    const is = entry.uses[name];
    return is !== undefined && is !== was && comparable(was) !== comparable(is);
  })?.[0];

/** The part of a text around where it begins to differ from another one. */
function windowed(text: string, other: string): string {
  if (text.length <= SHOWN) return text;
  let same = 0;
  while (same < text.length && text[same] === other[same]) same++;
  const from = Math.max(0, same - 40);
  const cut = text.slice(from, from + SHOWN);
  return `${from > 0 ? '…' : ''}${cut}${from + SHOWN < text.length ? '…' : ''}`;
}
