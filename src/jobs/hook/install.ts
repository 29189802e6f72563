import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import {
  fail,
  failed,
  type Issue,
  LIMITS,
  ok,
  type RepoPath,
  type Result,
  readRegular,
  sha256,
} from '../../base/index.ts';
import { integrate, undo } from '../../integrate/index.ts';
import { diffTexts, type SourceText, sourceText } from '../../text/index.ts';
import type { HooksFolder } from '../../workspace/index.ts';
import { openRepository } from '../repository.ts';
import { entriesFor, settingsOf } from './agents.ts';
import { GIT_HOOKS, type GitHook, isBare, isShell, withBlock, withoutBlock } from './gitText.ts';
import { HOLDS_NOTHING, type Stood, standing, withEntries, withoutEntries } from './settings.ts';
import type { Installation } from './shell.ts';
import type { Agent } from './types.ts';

export interface InstallRequest {
  readonly cwd: string;
  readonly agent?: Agent;
  /** Hooks of git: `pre-commit` and `pre-push`. */
  readonly git?: boolean;
  /** The user's own settings of the agent, for all projects, instead of the project's. */
  readonly user?: boolean;
  /** An unknown verdict refuses too. */
  readonly strict?: boolean;
  readonly installation: Installation;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface InstalledFile {
  /** Absolute. */
  readonly path: string;
  readonly done: 'written' | 'unchanged' | 'restored' | 'removed' | 'taken out';
  readonly notes: readonly string[];
}

/** A file to write, through `integrate` and its journal: below `root`, with what is journalled in `store`. */
interface Place {
  readonly root: string;
  readonly store: string;
  readonly path: RepoPath;
  readonly executable: boolean;
}

interface Target {
  readonly place: Place;
  readonly notes: readonly string[];
  /** The new text from the old one, undefined where there is no file; in the result undefined to have none. */
  readonly put: (text: string | undefined) => Result<string>;
  /** `stood`: what is known of the text before. */
  readonly take: (text: string, stood?: Stood) => Result<string | undefined>;
  readonly stood: (text: string) => Stood;
}

/** Puts hooks into settings and hook files, beside what is there. Installing again changes nothing. */
export async function installHook(request: InstallRequest): Promise<Result<readonly InstalledFile[]>> {
  const targets = await targetsOf(request);
  if (!targets.ok) return targets;
  const done = each(targets.value, put);
  return done.ok ? ok(done.value, [...targets.issues, ...done.issues]) : done;
}

/** Takes out what `installHook` put in: byte for byte as it was where nobody wrote since, else our entries alone. */
export async function uninstallHook(request: InstallRequest): Promise<Result<readonly InstalledFile[]>> {
  const targets = await targetsOf(request);
  return targets.ok ? each(targets.value, take) : targets;
}

function each(
  targets: readonly Target[],
  act: (target: Target) => Result<InstalledFile>,
): Result<readonly InstalledFile[]> {
  const done: InstalledFile[] = [];
  for (const target of targets) {
    const one = act(target);
    if (!one.ok) return one;
    done.push(one.value);
  }
  return ok(done);
}

async function targetsOf(request: InstallRequest): Promise<Result<readonly Target[]>> {
  const { agent, git, user = false, strict = false, installation, env } = request;
  if (agent === undefined && !git) return fail('usage/hook', 'expected --agent or --git, found neither');
  if (git && user) return fail('usage/hook', 'expected --user with --agent, found it with --git');
  const targets: Target[] = [];
  const issues: Issue[] = [];
  // What the user has for all projects needs no project.
  const repository = user ? undefined : await openRepository(request.cwd);
  if (repository && !repository.ok) return repository;
  const root = repository?.value.root ?? '/';
  const store = repository?.value.store();
  if (store && !store.ok) return store;
  if (repository && !repository.value.git)
    issues.push({
      code: 'hook/no-git',
      message: `expected a git repository, found none at ${root}: the hook has nothing to hold a change against, and will only say so`,
      severity: 'warning',
      suggestion: 'run `git init` and commit what is there',
    });
  if (agent) {
    const { notes } = settingsOf(agent);
    const place = store
      ? { root, store: store.value, path: settingsOf(agent).project as RepoPath, executable: false }
      : userPlace(agent, env);
    const entries = entriesFor(agent, installation, root, strict);
    targets.push({
      place,
      notes,
      put: (text) => withEntries(text ?? '', entries),
      take: withoutEntries,
      stood: standing,
    });
  }
  if (git && repository && store) {
    const found = await repository.value.hooksFolder();
    if (!found.ok) return found;
    if (!found.value) return fail('hook/no-git', `expected a git repository, found none at ${root}`);
    for (const hook of GIT_HOOKS) {
      const place = gitPlace(root, store.value, found.value, hook);
      if (!place.ok) return place;
      targets.push(gitTarget(place.value, hook, installation, strict));
    }
  }
  return ok(targets, issues);
}

/** The user's settings lie outside of every repository; what is journalled of them lies with the user's other state. */
function userPlace(agent: Agent, env: InstallRequest['env']): Place {
  const { user, userVariable } = settingsOf(agent);
  const own = userVariable === undefined ? undefined : env[userVariable];
  const home = env.HOME ?? homedir();
  const root = own ?? home;
  const state = env.XDG_STATE_HOME ?? join(home, '.local/state');
  const path = (own === undefined ? user : basename(user)) as RepoPath;
  return { root, store: join(state, 'assay', sha256(root).slice(0, 16)), path, executable: false };
}

function gitPlace(root: string, store: string, folder: HooksFolder, hook: GitHook): Result<Place> {
  // Husky makes `.husky/_` anew with each install; what the project commits lies above it.
  const husky = folder.configured && basename(folder.path) === '_' && basename(dirname(folder.path)) === '.husky';
  const path = husky ? dirname(folder.path) : folder.path;
  if (path.startsWith(`${root}/`) && !path.startsWith(`${folder.gitFolder}/`)) {
    return ok({ root, store, path: `${relative(root, path)}/${hook}` as RepoPath, executable: true });
  }
  if (!path.startsWith(`${folder.gitFolder}/`)) {
    return fail(
      'hook/shared',
      `expected hooks of this repository, found core.hooksPath at ${path}, which others share`,
      {
        suggestion: 'set core.hooksPath for this repository alone, or call assay from the hooks there',
      },
    );
  }
  // Paths through `.git` are refused to drafts, so its own folder is the root here, with a journal of its own. It lies there
  // too: what becomes a hook is told by nothing that a clone or an archive brings.
  return ok({
    root: folder.gitFolder,
    store: join(folder.gitFolder, 'assay'),
    path: `${relative(folder.gitFolder, path)}/${hook}` as RepoPath,
    executable: true,
  });
}

function gitTarget(place: Place, hook: GitHook, installation: Installation, strict: boolean): Target {
  const file = join(place.root, place.path);
  return {
    place,
    notes: [],
    put: (text) =>
      text === undefined || isShell(text)
        ? ok(withBlock(text, hook, installation, strict))
        : fail('hook/not-shell', `expected a hook for a shell to put lines before, found ${text.split('\n', 1)[0]}`, {
            path: file,
            suggestion: `call \`node ${installation.hook} git ${hook}${hook === 'pre-push' ? ' <remote>' : ''}\` from it: it ends with 10 where it refuses`,
          }),
    take: (text) => {
      const bare = withoutBlock(text);
      return ok(bare !== text && isBare(bare) ? undefined : bare);
    },
    stood: () => ({}),
  };
}

function put(target: Target): Result<InstalledFile> {
  const { place, notes } = target;
  const file = join(place.root, place.path);
  const before = read(place);
  if (!before.ok) return before;
  const text = before.value?.text;
  const after = target.put(text);
  if (!after.ok) return ofFile(file, after.issues);
  if (after.value === text) return ok({ path: file, done: 'unchanged', notes: [] });
  // What an earlier installation put in goes first, so that what is restored one day is what was there before any of it.
  const bare = text === undefined ? ok(undefined) : target.take(text);
  if (receiptOf(place) !== undefined || bare.value !== text) {
    const cleared = take(target);
    return cleared.ok ? put(target) : cleared;
  }
  const written = write(place, before.value, after.value);
  if (!written.ok) return written;
  keepReceipt(place, { id: written.value, stood: text === undefined ? {} : target.stood(text) });
  return ok({ path: file, done: 'written', notes });
}

function take(target: Target): Result<InstalledFile> {
  const { place } = target;
  const file = join(place.root, place.path);
  const receipt = receiptOf(place);
  if (receipt) {
    const back = undo(place.root, place.store, receipt.id);
    if (back.ok) {
      keepReceipt(place, undefined);
      return ok({ path: file, done: back.value.files[0]?.after === null ? 'removed' : 'restored', notes: [] });
    }
  }
  const before = read(place);
  if (!before.ok) return before;
  const text = before.value?.text;
  const after = text === undefined ? ok(undefined) : target.take(text, receipt?.stood);
  if (!after.ok) return ofFile(file, after.issues);
  if (after.value !== text) {
    const written = write(place, before.value, after.value);
    if (!written.ok) return written;
  }
  if (receipt) keepReceipt(place, undefined);
  const done = after.value === text ? 'unchanged' : after.value === undefined ? 'removed' : 'taken out';
  return ok({ path: file, done, notes: [] });
}

const ofFile = (path: string, issues: readonly Issue[]): Result<never> =>
  failed(...issues.map((issue): Issue => ({ ...issue, path: issue.path ?? path })));

function read({ root, path }: Place): Result<SourceText | undefined> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = readRegular(join(root, path), LIMITS.fileBytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return ok(undefined);
    return fail('hook/unreadable', `expected to read ${join(root, path)}, but it cannot be: ${code ?? String(error)}`);
  }
  if (bytes) return sourceText(path, bytes);
  return fail('hook/unreadable', `expected a regular file under ${LIMITS.fileBytes} bytes at ${join(root, path)}`);
}

/** One file through the journal. Gives the integration's id. */
function write(place: Place, before: SourceText | undefined, after: string | undefined): Result<string> {
  const { root, store, path, executable } = place;
  const change = after === undefined ? 'delete' : diffTexts(before?.text ?? '', after);
  const edits = [{ path, baseHash: before?.hash ?? null, change } as const];
  const done = integrate(root, store, { edits }, { executable });
  return done.ok ? ok(done.value.id) : done;
}

/** By which integration a file got its entries, which takes it back exactly, and what to leave where others wrote since. */
interface Receipt {
  readonly id: string;
  readonly stood: Stood;
}

const receipts = (store: string): string => join(store, 'hook', 'installed.json');

function receiptOf({ store, path }: Place): Receipt | undefined {
  const { id, stood } = (readReceipts(store)[path] ?? {}) as Partial<Receipt>;
  // What stands in a store is not written into settings unseen.
  const known = Object.entries(stood ?? {}).filter(([, text]) => typeof text === 'string' && HOLDS_NOTHING.test(text));
  return typeof id === 'string' ? { id, stood: Object.fromEntries(known) } : undefined;
}

function readReceipts(store: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(receipts(store), 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function keepReceipt({ store, path }: Place, receipt: Receipt | undefined): void {
  const { [path]: _old, ...rest } = readReceipts(store);
  mkdirSync(join(store, 'hook'), { recursive: true });
  writeFileSync(receipts(store), JSON.stringify(receipt === undefined ? rest : { ...rest, [path]: receipt }));
}
