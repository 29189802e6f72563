import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type EventSink, type Issue, LIMITS, type RepoPath, type Result, type Span } from '../base/index.ts';
import type { LanguageService, Packages } from '../lang/index.ts';
import { readWritten, type Sandbox } from '../sandbox/index.ts';
import { type LineIndex, lineIndex } from '../text/index.ts';
import { type ChangeView, type FileChange, openWorkspace } from '../workspace/index.ts';
import type { ConstraintSet } from './config/types.ts';
import type { Check } from './types.ts';

/** What every check works from. The oracle stands over the head; `atBase` lends it over the base. */
export interface CheckContext {
  readonly change: ChangeView;
  readonly language: LanguageService;
  readonly packages: Packages;
  readonly options: CheckOptions;
  readonly events: EventSink;
  /** assay's own store, absolute, for what is slow to find out again; undefined where nothing is kept. */
  readonly store?: string;
  /** Runs `body` while the oracle sees the base, and puts the head back whatever happens. */
  atBase<T>(body: (language: LanguageService) => T): T;
  /**
   * A copy of the head, or of the base, to run commands in, with a sandbox over it at an acceptable level of isolation;
   * `fresh` is another copy of the head each time, in which nothing has run. No test runs in that of the head: it could mend
   * what is looked at there. With `undone`, files of the change, these are as they were at the base: of a fresh copy alone.
   * Fails with the reason where no acceptable level is to be had.
   */
  bench(side: 'head' | 'base' | 'fresh', undone?: ChangeView['files']): Promise<Result<Bench>>;
  /** Aborted where nobody wants the verdict any more: no further check begins. */
  readonly signal?: AbortSignal;
}

/** A copy of a tree that commands may change as they like. */
export interface Bench {
  /** Absolute. */
  readonly root: string;
  readonly sandbox: Sandbox;
}

export interface CheckOptions {
  readonly allTests: boolean;
  /** Most files that see the change and are diagnosed with it; `LIMITS.dependents` where undefined, 0 for none. */
  readonly dependents?: number;
  /** What the configuration and the task ask of the change. */
  readonly constraints: readonly ConstraintSet[];
  /** Patterns of the files whose code is declared to behave as before. */
  readonly sameBehaviour?: readonly string[];
}

export interface CheckDefinition {
  readonly name: string;
  readonly decides: boolean;
  /** Whether it has something to say about files that are no code: prose, scripts, data. */
  readonly anyFile?: true;
  /** Whether it runs only where it is named. */
  readonly onRequest?: true;
  /** `decides: false` where there was nothing about this change that it could decide. */
  run(context: CheckContext): Promise<Omit<Check, 'name' | 'decides'> & { readonly decides?: false }>;
}

const CODE = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/** Whether the compiler can say anything about a file. */
export const isCode = (path: string): boolean => CODE.test(path);

const MANIFEST =
  /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|bun\.lock|[tj]sconfig(?:\.[^/]+)?\.json)$/;

/** Whether the checks look at a file for itself. */
export const isChecked = (path: string): boolean => isCode(path) || MANIFEST.test(path);

const INERT =
  /(?:^|\/)(?:LICENSE|LICENCE|NOTICE|AUTHORS|CODEOWNERS|\.gitignore|\.editorconfig)$|\.(?:md|mdx|txt|rst|png|jpe?g|gif|svg|ico|webp|avif|pdf|woff2?)$/i;

/** Files that say nothing a machine could hold against the code. */
export const isInert = (path: string): boolean => INERT.test(path);

/** Changed files that are code and exist at the head. */
export function changedCode(
  context: CheckContext,
): readonly (FileChange & { readonly after: NonNullable<FileChange['after']> })[] {
  return context.change.files.filter(
    (file): file is FileChange & { readonly after: NonNullable<FileChange['after']> } =>
      isCode(file.path) && file.after !== undefined,
  );
}

/** Code that changed and whose text is not to be had: nothing can be known of it. */
export function withheldCode(context: CheckContext, check: string): Issue[] {
  return context.change.files
    .filter((file) => isCode(file.path) && file.kind !== 'deleted' && file.after === undefined)
    .map(({ path, withheld }) => ({
      code: `${check}/not-checked`,
      message: `expected text, but it is not read: ${withheld ?? 'binary'}`,
      severity: 'warning',
      path,
    }));
}

export const overlaps = (span: Span, spans: readonly Span[]): boolean =>
  spans.some((other) => span.start < other.end && other.start < span.end);

/** Fills in where issues start, from the text of their files at the head. */
export function locate(context: CheckContext, issues: readonly Issue[]): Issue[] {
  const indexes = new Map<string, LineIndex | undefined>();
  return issues.map((issue) => {
    const { at, path, span } = issue;
    if (at || !span || path === undefined) return issue;
    if (!indexes.has(path)) {
      const text = textAt(context, path);
      indexes.set(path, text === undefined ? undefined : lineIndex(text));
    }
    const index = indexes.get(path);
    return index ? { ...issue, at: index.positionAt(span.start) } : issue;
  });
}

/** The text of a file at the head; undefined where there is none, or it is not read. A link is followed within the tree only. */
export function textAt({ change }: Pick<CheckContext, 'change'>, path: string): string | undefined {
  const changed = change.files.find((file) => file.path === path);
  if (changed) return changed.after?.text;
  try {
    const real = realpathSync(join(change.root, path));
    const inside =
      real.startsWith(`${change.root}/`) && !/\/\.(?:git|assay)(?:\/|$)/.test(real.slice(change.root.length));
    return inside ? readWritten(real, LIMITS.fileBytes) : undefined;
  } catch {
    return undefined;
  }
}

const listings = new WeakMap<ChangeView, Promise<readonly RepoPath[] | undefined>>();

/** All code of the tree that git does not ignore, listed once for a change; undefined where it cannot be listed. */
export function codePaths({ change }: CheckContext): Promise<readonly RepoPath[] | undefined> {
  const known = listings.get(change) ?? listCode(change);
  listings.set(change, known);
  return known;
}

async function listCode(change: ChangeView): Promise<readonly RepoPath[] | undefined> {
  const workspace = await openWorkspace(change.root);
  if (!workspace.ok || workspace.value.root !== change.root) return undefined;
  const paths = await workspace.value.paths();
  return paths.ok ? paths.value.filter(isCode) : undefined;
}

/** Counts how often each key occurs, to subtract what was there before from what is there now. */
export class Multiset {
  readonly #counts = new Map<string, number>();
  add(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
  /** Takes one away; false where none is left. */
  take(key: string): boolean {
    const count = this.#counts.get(key) ?? 0;
    if (count === 0) return false;
    this.#counts.set(key, count - 1);
    return true;
  }
}

/** The path a file of the head had at the base, or undefined where it was not there. */
export function basePath(context: CheckContext, path: RepoPath): RepoPath | undefined {
  const file = context.change.files.find((candidate) => candidate.path === path);
  if (!file) return path;
  return file.kind === 'added' ? undefined : (file.from ?? file.path);
}
