import { setImmediate as breathe } from 'node:timers/promises';
import { fail, type Issue, noEvents, ok, type RepoPath, type Result, sha256, span } from '../../base/index.ts';
import { type LanguageService, openLanguage, openPackages, type Packages } from '../../lang/index.ts';
import { changedSpans, diffTexts, formatUnifiedDiff, type SourceText, sourceFromText } from '../../text/index.ts';
import { type CheckContext, isCode, type Verdict, verify } from '../../verify/index.ts';
import type { ChangeView, FileChange, Workspace } from '../../workspace/index.ts';
import { type CheckRequest, check } from '../check.ts';
import { openRepository } from '../repository.ts';
import { Remembered } from './remembered.ts';
import { WatchedTree } from './tree.ts';

/** What can be said of a file at once: nothing is executed. */
const CHECKS = ['names', 'packages', 'types'];
/** Files judged in one question. */
const FILES = 50;
/** Files that wait to be told. */
const SUSPECTS = 20;
/** Files that see an edit and are looked at after it was answered: so many, and so long, milliseconds. */
const DEPENDENTS = 40;
const DEPENDENTS_MS = 5_000;

/** A file to judge: as it is on disk, or with another text; null takes it away. */
export interface JudgedFile {
  readonly path: RepoPath;
  readonly text?: string | null;
}

const isMissingModule = ({ code }: Issue): boolean => /^(?:names\/missing-module|packages\/|types\/TS2307)/.test(code);

/** Of a check that a question may lead to. */
export type ProposeOptions = Pick<CheckRequest, 'insideCheck' | 'signal'>;

/** `names`, `packages` and `types` of some files against HEAD (of proposed texts: against the disk). */
export interface Judgement {
  readonly status: Verdict['status'];
  /** Errors that the change brought, each told once, in order of place. */
  readonly errors: readonly Issue[];
  /** Why something could not be known, and what is deprecated. */
  readonly notes: readonly Issue[];
  readonly files: readonly RepoPath[];
}

/**
 * One repository with its compiler kept warm, for faces that ask often: a hook after each edit, another agent's tools.
 * Answers are for the files as they are on disk at the moment of the question. Nothing is written to the tree.
 */
export class Resident {
  readonly workspace: Workspace;
  readonly language: LanguageService;
  readonly packages: Packages;
  readonly #tree: WatchedTree;
  /** Files that broke with an earlier edit, by what was found while nobody waited, each with who made that edit. */
  #suspects: ReadonlyMap<RepoPath, string> = new Map();
  /** Files that were judged or seen to change, the last ones: they are put back as HEAD has them where HEAD is asked. */
  #touched: readonly RepoPath[] = [];
  /** Files that were judged whose importers are still to be looked at, each with who edited it last. */
  readonly #around = new Map<RepoPath, string>();
  /** What the compiler said of files as they are at `#head`. Kept while nothing changes but what is put back. */
  readonly #atHead = new Remembered();
  #head: string | undefined;
  /** What the compiler said of files as they are on disk. Kept while nothing there changes. */
  readonly #onDisk = new Remembered();
  /** One question at a time: the overlay is one. */
  #turn: Promise<unknown> = Promise.resolve();
  #asked = 0;

  private constructor(workspace: Workspace, language: LanguageService, packages: Packages) {
    this.workspace = workspace;
    this.language = language;
    this.packages = packages;
    this.#tree = new WatchedTree(workspace, language, packages, (paths) => this.#changed(paths));
  }

  static async open(cwd: string): Promise<Result<Resident>> {
    const workspace = await openRepository(cwd);
    if (!workspace.ok) return workspace;
    const { root } = workspace.value;
    const language = openLanguage({ root });
    if (!language.ok) return language;
    const resident = new Resident(workspace.value, language.value, openPackages(root));
    await resident.#tree.start();
    return ok(resident);
  }

  /** Opens the compiler on some file of the repository's, so that the first question need not wait for it. */
  warm(): Promise<void> {
    return this.inTurn(async () => {
      const paths = await this.workspace.paths();
      const code = (paths.value ?? []).filter((path) => isCode(path) && !path.endsWith('.d.ts'));
      const first = code.find((path) => /(?:^|\/)src\//.test(path)) ?? code[0];
      if (first) this.language.diagnostics(first);
    });
  }

  /** Judges files that `editor` wrote as they are on disk, and once those that broke with an earlier edit of its own. */
  judge(paths: readonly RepoPath[], editor: string): Promise<Result<Judgement>> {
    return this.inTurn(async () => {
      for (const path of paths.filter(isCode)) this.#around.set(path, editor);
      const suspects = [...this.#suspects].flatMap(([path, by]) => (by === editor ? [path] : []));
      const all = [...new Set([...paths, ...suspects])].filter(isCode);
      this.#tree.sync(all);
      let judged = await this.#againstHead(all, suspects);
      // A file that appeared meanwhile and was not named by anyone would make its importers wrong.
      if (judged.ok && judged.value.errors.some(isMissingModule) && (await this.#tree.list()))
        judged = await this.#againstHead(all, suspects);
      if (judged.ok) this.#suspects = new Map([...this.#suspects].filter(([, by]) => by !== editor));
      return judged;
    });
  }

  /**
   * Judges texts that nobody has written yet against the files as they are on disk. Manifests and settings, which
   * compilers and packages read from disk, in a tree of its own: that takes seconds.
   */
  propose(files: readonly JudgedFile[], options: ProposeOptions = {}): Promise<Result<Judgement>> {
    if (!files.every(({ path }) => isCode(path))) return this.#inTree(files, options);
    return this.inTurn(async () => {
      await this.#tree.list();
      const head = new Map<RepoPath, string | null>();
      const base = new Map<RepoPath, SourceText | undefined>();
      for (const { path, text } of files) {
        base.set(path, this.#read(path));
        head.set(path, text ?? null);
      }
      return this.#judge(head, base, this.#onDisk, DEPENDENTS);
    });
  }

  /**
   * Looks at files that see those that were judged, nearest first, until another question waits or time is up. What is
   * found is told with the next judgement.
   */
  async lookAround(): Promise<void> {
    if (this.#around.size === 0) return;
    const mine = this.#asked + 1;
    await this.inTurn(async () => {
      const until = performance.now() + DEPENDENTS_MS;
      const isWanted = async (): Promise<boolean> => {
        await breathe();
        return this.#asked > mine || performance.now() >= until;
      };
      if (await isWanted()) return;
      await this.#tree.list();
      // Each by itself: what was edited may use what was edited since.
      for (const [edited, editor] of this.#around) {
        if (await isWanted()) return;
        for (const path of this.#importersOf(edited)) {
          if (await isWanted()) return;
          const found = this.language.diagnostics(path);
          if (found.status === 'known' && found.value.some(({ severity }) => severity === 'error'))
            this.#suspects = new Map(
              [[path, editor] as const, ...[...this.#suspects].filter(([one]) => one !== path)].slice(0, SUSPECTS),
            );
        }
        this.#around.delete(edited);
      }
    });
  }

  /** Runs `body` when nobody else asks, with files and service in step with the disk where it calls `sync`. */
  inTurn<T>(body: () => Promise<T>): Promise<T> {
    this.#asked++;
    const turn = this.#turn.then(body, body);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** For a question of its own within `inTurn`: brings the service in step with the disk, under an overlay while it asks. */
  async under<T>(overlay: ReadonlyMap<RepoPath, string>, ask: () => T): Promise<T> {
    await this.#tree.list();
    this.language.setOverlay(overlay);
    try {
      return ask();
    } finally {
      this.language.setOverlay(new Map());
    }
  }

  close(): void {
    this.language.close();
  }

  /** Of a file that is gone, too, which stands as an empty one while it is asked: nothing is known of what is not there. */
  #importersOf(path: RepoPath): readonly RepoPath[] {
    const isGone = this.#read(path) === undefined;
    if (isGone) this.language.setOverlay(new Map([[path, '']]));
    const importers = this.language.importers([path], DEPENDENTS);
    if (isGone) this.language.setOverlay(new Map());
    return importers.status === 'known' ? importers.value.paths : [];
  }

  async #inTree(files: readonly JudgedFile[], options: ProposeOptions): Promise<Result<Judgement>> {
    const sides = files.flatMap(({ path, text }) => {
      const before = this.#read(path);
      const after = sourceOf(path, text);
      return before || after ? [{ ...(before ? { before } : {}), ...(after ? { after } : {}) }] : [];
    });
    const diff = formatUnifiedDiff(sides);
    if (diff === '') return ok({ status: 'pass', errors: [], notes: [], files: [] });
    const report = await check({
      cwd: this.workspace.root,
      change: { kind: 'diff', diff, onto: 'working-tree' },
      only: CHECKS,
      ...options,
    });
    return report.ok ? ok(judgementOf(report.value.verdict, files)) : report;
  }

  /** What was seen to change on disk. Settings and packages cannot be put back: nothing said before them holds. */
  #changed(paths: readonly RepoPath[]): void {
    this.#onDisk.forget();
    if (!paths.every(isCode)) this.#atHead.forget();
    this.#touch(paths.filter(isCode));
  }

  #touch(paths: readonly RepoPath[]): void {
    // Until now HEAD was asked with these as they are on disk.
    if (paths.some((path) => !this.#touched.includes(path))) this.#atHead.forget();
    this.#touched = [...new Set([...paths, ...this.#touched])].slice(0, FILES);
  }

  /** `whole`: files of which every name is looked at, changed or not. */
  async #againstHead(paths: readonly RepoPath[], whole: readonly RepoPath[]): Promise<Result<Judgement>> {
    if (paths.length >= FILES)
      return fail('resident/files', `expected fewer than ${FILES} files, found ${paths.length}`);
    this.#touch(paths);
    const committed = await this.workspace.committed(this.#touched);
    if (!committed.ok) return committed;
    const { head: now, texts } = committed.value;
    if (now !== this.#head) this.#atHead.forget();
    this.#head = now;
    const head = new Map(paths.map((path) => [path, undefined]));
    const base = new Map(this.#touched.map((path) => [path, texts.get(path)]));
    return this.#judge(head, base, this.#atHead, 0, whole);
  }

  /**
   * `head`: undefined stands for the disk. `base`: undefined stands for no file; `memory` is what was said of it. `whole`
   * as there.
   */
  async #judge(
    head: ReadonlyMap<RepoPath, string | null | undefined>,
    base: ReadonlyMap<RepoPath, SourceText | undefined>,
    memory: Remembered,
    dependents: number,
    whole: readonly RepoPath[] = [],
  ): Promise<Result<Judgement>> {
    const overlay = new Map<RepoPath, string | null>();
    const before = new Map<RepoPath, string | null>();
    for (const [path, kept] of base) if (kept?.text !== this.#read(path)?.text) before.set(path, kept?.text ?? null);
    const files: FileChange[] = [];
    for (const [path, text] of head) {
      const kept = base.get(path);
      const now = text === undefined ? this.#read(path) : sourceOf(path, text);
      const old = kept && now ? withEndings(kept, now.text) : kept;
      if (text !== undefined) overlay.set(path, text);
      if (!old && !now) continue;
      before.set(path, old?.text ?? null);
      const change = fileChange(path, old, now);
      files.push(now && whole.includes(path) ? { ...change, spans: [span(0, now.text.length)] } : change);
    }
    const change: ChangeView = {
      base: 'HEAD',
      head: 'working tree',
      files,
      root: this.workspace.root,
      inPlace: true,
      treeHash: sha256(files.map(({ path, after }) => `${path} ${after?.hash ?? ''}`).join('\n')),
      close: async () => {},
    };
    const { language } = this;
    const context: CheckContext = {
      change,
      language: new Remembered().over(
        language,
        () => '',
        () => {},
      ),
      packages: this.packages,
      options: { allTests: false, dependents, constraints: [] },
      events: noEvents,
      atBase: (body) => {
        let isThere = false;
        const textOf = (path: RepoPath): string => base.get(path)?.hash ?? '';
        const ready = (): void => {
          if (!isThere) language.setOverlay(before);
          isThere = true;
        };
        try {
          return body(memory.over(language, textOf, ready));
        } finally {
          if (isThere) language.setOverlay(overlay);
        }
      },
      bench: async () => fail('resident/no-bench', 'expected a check that runs nothing'),
    };
    if (overlay.size > 0) language.setOverlay(overlay);
    try {
      const verdict = await verify(context, CHECKS);
      return ok(judgementOf(verdict, files));
    } finally {
      if (overlay.size > 0) language.setOverlay(new Map());
    }
  }

  #read(path: RepoPath): SourceText | undefined {
    const read = this.workspace.read(path);
    return read.ok ? read.value : undefined;
  }
}

const sourceOf = (path: RepoPath, text: string | null | undefined): SourceText | undefined =>
  typeof text === 'string' ? sourceFromText(path, text) : undefined;

/** A text as git keeps it, with the line endings of the one on disk where a checkout has given it those of Windows. */
function withEndings(kept: SourceText, now: string): SourceText {
  if (!now.includes('\r\n') || /(?:^|[^\r])\n/.test(now) || kept.text.includes('\r')) return kept;
  return sourceFromText(kept.path, kept.text.replaceAll('\n', '\r\n'));
}

const fileChange = (path: RepoPath, before: SourceText | undefined, after: SourceText | undefined): FileChange => ({
  kind: before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified',
  path,
  ...(before ? { before } : {}),
  ...(after ? { after } : {}),
  binary: false,
  spans: after ? changedSpans(diffTexts(before?.text ?? '', after.text)) : [],
});

function judgementOf(verdict: Verdict, files: readonly { readonly path: RepoPath }[]): Judgement {
  const issues = verdict.checks.flatMap((check) => check.issues);
  const seen = new Set<string>();
  const errors: Issue[] = [];
  // `names` comes first and knows the nearest real name; what the compiler says of the same place adds nothing.
  for (const issue of issues.filter(({ severity }) => severity === 'error')) {
    const place = `${issue.path}:${issue.span?.start}`;
    if (issue.span && seen.has(place)) continue;
    seen.add(place);
    errors.push(issue);
  }
  const order = new Map(files.map(({ path }, index) => [path as string, index]));
  errors.sort(
    (a, b) =>
      (order.get(a.path ?? '') ?? files.length) - (order.get(b.path ?? '') ?? files.length) ||
      (a.span?.start ?? 0) - (b.span?.start ?? 0),
  );
  return {
    status: verdict.status,
    errors,
    notes: issues.filter(({ severity }) => severity === 'warning'),
    files: files.map(({ path }) => path),
  };
}
