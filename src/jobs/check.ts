import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  canonicalJson,
  type EventSink,
  fail,
  failed,
  type Hash,
  noEvents,
  ok,
  type RepoPath,
  type Result,
  sha256,
  version,
} from '../base/index.ts';
import { type EvidenceRecord, inToto, sarif, seal, writeRecord } from '../evidence/index.ts';
import { type LanguageService, openLanguage, openPackages, setupFaults, transpilerPath } from '../lang/index.ts';
import {
  copyTree,
  type IsolationLevel,
  installation,
  isOwnFolder,
  openSandbox,
  removeWritten,
  type Sandbox,
} from '../sandbox/index.ts';
import {
  type Bench,
  CHECKS,
  type CheckContext,
  type ConstraintSet,
  type Constraints,
  isCode,
  loadConstraints,
  type Verdict,
  verify,
} from '../verify/index.ts';
import type { ChangeRequest, ChangeView, Workspace } from '../workspace/index.ts';
import { overMoved, sameIn, watch } from './moved.ts';
import { openRepository } from './repository.ts';

export interface CheckRequest {
  /** Any folder of the repository, absolute. */
  readonly cwd: string;
  readonly change: ChangeRequest;
  /** Names of the checks to run; all where undefined. */
  readonly only?: readonly string[];
  readonly allTests?: boolean;
  /** What the task that the change is for asks of it, beside the project's own configuration. */
  readonly constraints?: Constraints;
  /** Patterns of the files whose code is declared to behave as before: there a difference is an error. */
  readonly sameBehaviour?: readonly string[];
  /** Accept `restricted` isolation for code that is not the user's own working tree. Recorded. */
  readonly allowRestricted?: boolean;
  /** Judges this tree and change only; where they are others, fails with `check/stale` before anything runs. */
  readonly onlyFor?: Pick<EvidenceRecord, 'changeHash'> & Pick<Verdict, 'treeHash'>;
  /** True where this process was started by a test run of another check, which does not check again. */
  readonly insideCheck?: boolean;
  /** Ends what runs, and fails with `check/cancelled`; no record is left. */
  readonly signal?: AbortSignal;
  readonly events?: EventSink;
}

export interface CheckReport {
  readonly base: string;
  readonly head: string;
  readonly verdict: Verdict;
  /** Where the evidence was written. */
  readonly record: string;
  /** The verdict as SARIF 2.1.0. */
  sarif(): unknown;
  /** The verdict as an in-toto statement with a test result. */
  inToto(): unknown;
}

/**
 * Judges a change: what in it is wrong, what could not be known, what was run. Leaves an evidence record. Fails, before
 * anything runs, where the record could not be kept or the tree cannot be judged.
 */
export async function check(request: CheckRequest): Promise<Result<CheckReport>> {
  const unknownChecks = (request.only ?? []).filter((name) => !CHECKS.some((one) => one.name === name));
  if (unknownChecks.length > 0 || request.only?.length === 0) {
    return fail(
      'usage/check',
      `expected names of checks (${CHECKS.map(({ name }) => name).join(', ')}), found ${unknownChecks.join(', ') || 'none'}`,
    );
  }
  if (request.insideCheck) {
    return fail('check/nested', 'expected a check outside of a test run: tests run inside a check do not check again');
  }
  const events = request.events ?? noEvents;
  const workspace = await openRepository(request.cwd);
  if (!workspace.ok) return workspace;
  const store = workspace.value.store();
  if (!store.ok) return store;
  const moved = await watch(workspace.value);
  const view = await workspace.value.change(request.change);
  if (!view.ok) return view;
  const change = view.value;
  const changeHash = hashOf(change);
  const { onlyFor } = request;
  if (onlyFor && (onlyFor.treeHash !== change.treeHash || onlyFor.changeHash !== changeHash)) {
    await change.close();
    return fail(
      'check/stale',
      onlyFor.treeHash === change.treeHash
        ? 'expected the change that was judged, found the same tree with another base'
        : `expected tree ${onlyFor.treeHash} as it was judged, found ${change.treeHash}`,
    );
  }
  const benches = new Benches(workspace.value, change, request, events);
  const stop = (): void => benches.stop();
  request.signal?.addEventListener('abort', stop);
  if (request.signal?.aborted) stop();
  let language: LanguageService | undefined;
  try {
    const constraints = constraintsFor(change, request);
    if (!constraints.ok) return constraints;
    const packages = openPackages(change.root);
    const code = change.files.filter(({ kind, path }) => kind !== 'deleted' && isCode(path)).map(({ path }) => path);
    const faults = setupFaults(change.root, packages, code).filter(
      // A tree laid out aside has its own reason for having nothing installed, and the verdict says it.
      (fault) => change.inPlace || fault.code !== 'setup/not-installed',
    );
    if (faults.length > 0) return failed(...faults);
    const opened = openLanguage({
      root: change.root,
      events,
      plainConfigs: setsCompiler(change),
      ownCompiler: change.inPlace,
    });
    if (!opened.ok) return opened;
    language = opened.value;
    const context: CheckContext = {
      change,
      language: opened.value,
      packages,
      options: {
        allTests: request.allTests ?? false,
        constraints: constraints.value,
        ...(request.sameBehaviour ? { sameBehaviour: request.sameBehaviour } : {}),
      },
      events,
      store: store.value,
      atBase: (body) => atBase(opened.value, change, body),
      bench: (side, undone) => benches.open(side, undone),
      ...(request.signal ? { signal: request.signal } : {}),
    };
    const found = await verify(context, request.only);
    const verdict = overMoved(found, change.inPlace ? moved() : []);
    // What was ended before its time proves nothing.
    if (request.signal?.aborted) return fail('check/cancelled', CANCELLED);
    const record = sealed(request, change, changeHash, verdict);
    const written = writeRecord(store.value, record);
    if (!written.ok) return written;
    events({ type: 'record-write', path: written.value, hash: record.hash });
    return ok(
      {
        base: change.base,
        head: change.head,
        verdict,
        record: written.value,
        sarif: () => sarif(verdict, version()),
        inToto: () => inToto(record),
      },
      [...workspace.issues, ...view.issues],
    );
  } finally {
    request.signal?.removeEventListener('abort', stop);
    language?.close();
    await benches.close();
    await change.close();
  }
}

function constraintsFor(change: ChangeView, { constraints }: CheckRequest): Result<readonly ConstraintSet[]> {
  const configured = loadConstraints(change);
  return configured.ok && constraints
    ? ok([...configured.value, { source: 'asked by the task', constraints }])
    : configured;
}

/** Whether a change touches what says how its files are compiled. */
const setsCompiler = ({ files }: ChangeView): boolean =>
  files.some(
    ({ path, before, after }) =>
      /(?:^|\/)[jt]sconfig[^/]*\.json$/.test(path) ||
      (/(?:^|\/)package\.json$/.test(path) && scriptsIn(before?.text) !== scriptsIn(after?.text)),
  );

function scriptsIn(text: string | undefined): string {
  try {
    return JSON.stringify((JSON.parse(text ?? '{}') as { scripts?: unknown } | null)?.scripts) ?? '';
  } catch {
    return 'not read';
  }
}

function atBase<T>(language: LanguageService, change: ChangeView, body: (language: LanguageService) => T): T {
  const overlay = new Map<RepoPath, string | null>();
  for (const file of change.files) {
    if (file.binary) continue;
    if (file.kind === 'added' || file.kind === 'renamed') overlay.set(file.path, null);
    if (file.before) overlay.set(file.from ?? file.path, file.before.text);
  }
  language.setOverlay(overlay);
  try {
    return body(language);
  } finally {
    language.setOverlay(new Map());
  }
}

const hashOf = ({ files }: ChangeView): Hash =>
  sha256(
    canonicalJson(
      files.map(({ kind, path, from, before, after, withheld }) => [
        kind,
        path,
        from,
        before?.hash,
        after?.hash,
        withheld,
      ]),
    ),
  );

function sealed(request: CheckRequest, change: ChangeView, changeHash: Hash, verdict: Verdict): EvidenceRecord {
  return seal({
    createdAt: new Date().toISOString(),
    assay: version(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    base: change.base,
    head: change.head,
    changeHash,
    request: {
      change: request.change,
      only: request.only,
      allTests: request.allTests ?? false,
      constraints: request.constraints,
      ...(request.sameBehaviour ? { sameBehaviour: request.sameBehaviour } : {}),
      allowRestricted: request.allowRestricted ?? false,
    },
    compilers: [...new Set(verdict.checks.flatMap((one) => one.ran.flatMap((ran) => ran.oracle ?? [])))],
    verdict,
  });
}

/** Beside the Node that runs assay; not the folder around both, which may be the user's home. */
const GLOBAL_PACKAGES = [join(dirname(dirname(process.execPath)), 'lib', 'node_modules')];

const CANCELLED = 'expected the check to be wanted to its end, found it cancelled';

/** Copies of the two trees to run commands in, made when first asked for. */
class Benches {
  readonly #workspace: Workspace;
  readonly #change: ChangeView;
  readonly #request: CheckRequest;
  readonly #events: EventSink;
  readonly #open = new Map<'head' | 'base', Promise<Result<Bench>>>();
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #sandboxes: Sandbox[] = [];
  #packages: Promise<readonly string[]> | undefined;
  #stopping: Promise<unknown> | undefined;

  constructor(workspace: Workspace, change: ChangeView, request: CheckRequest, events: EventSink) {
    this.#workspace = workspace;
    this.#change = change;
    this.#request = request;
    this.#events = events;
  }

  open(side: 'head' | 'base' | 'fresh', undone?: ChangeView['files']): Promise<Result<Bench>> {
    if (side === 'fresh') return this.#prepare(side, undone);
    let bench = this.#open.get(side);
    if (!bench) {
      bench = this.#prepare(side);
      this.#open.set(side, bench);
    }
    return bench;
  }

  /** Ends every command that runs, and lets none begin. */
  stop(): void {
    this.#stopping ??= Promise.all(this.#sandboxes.map((one) => one.close()));
  }

  async close(): Promise<void> {
    await this.#stopping;
    for (const close of this.#closers.reverse()) await close();
  }

  async #prepare(side: 'head' | 'base' | 'fresh', undone: ChangeView['files'] = []): Promise<Result<Bench>> {
    if (this.#stopping) return fail('check/cancelled', CANCELLED);
    const tree = await this.#layOut(side);
    if (!tree.ok) return tree;
    const { root, packages } = tree.value;
    undoIn(root, undone);
    // The user's own working tree and what is already committed to it are trusted as far as the user runs them daily.
    const { kind } = this.#request.change;
    const own = kind === 'working-tree' || kind === 'staged' || this.#request.allowRestricted === true;
    const levels: IsolationLevel[] = own ? ['strong', 'namespaces', 'restricted'] : ['strong', 'namespaces'];
    const sandbox = await openSandbox({
      access: {
        read: [root, ...packages, ...GLOBAL_PACKAGES.filter((path) => existsSync(path)), dirname(transpilerPath())],
        write: [root],
        network: false,
      },
      levels,
      events: this.#events,
    });
    if (!sandbox.ok) return sandbox;
    this.#closers.push(() => sandbox.value.close());
    this.#sandboxes.push(sandbox.value);
    if (this.#stopping) await sandbox.value.close();
    return ok({ root, sandbox: sandbox.value });
  }

  #installed(): Promise<readonly string[]> {
    this.#packages ??= installedIn(this.#workspace);
    return this.#packages;
  }

  /** A tree to run in, and folders outside of it that its installed packages lie in. */
  async #layOut(
    side: 'head' | 'base' | 'fresh',
  ): Promise<Result<{ readonly root: string; readonly packages: readonly string[] }>> {
    const { base, inPlace, copy } = this.#change;
    if (side !== 'base' && copy) {
      // Not the tree that the checks look at: what runs could change what is judged, or lead it elsewhere.
      const tree = await copy();
      if (tree.ok) this.#closers.push(() => tree.value.close());
      return tree.ok ? ok({ root: tree.value.root, packages: await this.#installed() }) : tree;
    }
    const workingTree = side === 'base' ? base === 'working tree' : inPlace;
    // Where all that changed can be undone, the base is what the head is but for that: what git ignores (a build, settings) too.
    const canUndo = inPlace && this.#change.files.every(isUndone);
    if (!workingTree && !canUndo) {
      const view = await this.#workspace.change({ kind: 'range', base, head: base });
      if (!view.ok) return view;
      this.#closers.push(() => view.value.close());
      // With another lock file nothing is installed at the base; what is installed now is near enough to compare with.
      const isBare = view.value.packagesUnknown !== undefined && inPlace;
      if (!view.value.inPlace && !isBare) return ok({ root: view.value.root, packages: await this.#installed() });
    }
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-bench-')));
    this.#closers.push(async () => removeWritten(folder));
    const copied = await copyTree(this.#workspace.root, folder);
    if (!copied.ok) return copied;
    if (!workingTree && inPlace) undoIn(folder, this.#change.files);
    const same = workingTree && side !== 'base' ? sameIn(folder, this.#change.files) : ok(undefined);
    if (!same.ok) return same;
    return ok({ root: folder, packages: copied.value.packages });
  }
}

/** Whether `undoIn` takes back what changed of a file. Installed packages are links out of the copy. */
const isUndone = ({ kind, path, before }: ChangeView['files'][number]): boolean =>
  kind === 'added' ? !path.includes('node_modules/') : before !== undefined;

/** Gives the files of a copy the texts that they had before a change; what is not text stays, and what a link leads to. */
function undoIn(root: string, files: ChangeView['files']): void {
  for (const { kind, path } of files)
    if ((kind === 'added' || kind === 'renamed') && isOwnFolder(dirname(join(root, path))))
      rmSync(join(root, path), { force: true });
  for (const { kind, path, from = path, before } of files) {
    if (!before || kind === 'added') continue;
    const folder = dirname(join(root, from));
    let above = folder;
    while (!existsSync(above)) above = dirname(above);
    // A folder that became a link leads wherever the change pleases.
    if (realpathSync(above) !== above) continue;
    mkdirSync(folder, { recursive: true });
    // So does a file that became one.
    rmSync(join(root, from), { recursive: true, force: true });
    writeFileSync(join(root, from), before.text);
  }
}

/**
 * Where the packages lie that a tree laid out aside has links to: those of the working tree, and what links among them lead
 * to. Nothing else of the working tree may be read there: what git ignores and git's own folder hold credentials.
 */
async function installedIn({ root, paths }: Workspace): Promise<string[]> {
  const all = await paths();
  const manifests = (all.value ?? []).filter((path) => /(?:^|\/)package\.json$/.test(path));
  const found = new Set<string>();
  const grant = (path: string): void => {
    const installed = installation(path);
    if (installed !== undefined) found.add(installed);
  };
  const look = (folder: string): void => {
    for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && entry.name.startsWith('@')) look(path);
      if (entry.isDirectory()) grant(path);
      if (!entry.isSymbolicLink() || !existsSync(path)) continue;
      const real = realpathSync(path);
      // A package of the workspace is that of the tree laid out aside.
      if (real !== root && (!real.startsWith(`${root}/`) || real.includes('/node_modules/'))) grant(real);
    }
  };
  for (const folder of new Set(['.', ...manifests.map((path) => dirname(path))]))
    look(join(root, folder, 'node_modules'));
  return [...found];
}
