import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type RepoPath, random, sha256, span } from '../../src/base/index.ts';
import { type Draft, draft, type FileEdit } from '../../src/draft/index.ts';
import { ChangeSet } from '../../src/text/index.ts';
import { randomChanges, randomText } from '../text/laws.ts';

/** What the tests of `integrate/` and `bench/edits.ts` share. */

/** Texts by path; what a path does not name does not exist. */
export type Files = Readonly<Record<string, string>>;

export interface Place {
  readonly root: string;
  readonly store: string;
}

/** Memory where there is some: waiting for the disk is most of the time of a write. */
export const FAST = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export function makePlace(files: Files, under = tmpdir()): Place {
  const root = mkdtempSync(join(under, 'assay-tree-'));
  putFiles(root, files);
  return { root, store: join(root, '.assay') };
}

export function putFiles(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** The whole tree but the store: folders end in `/` and hold null, links show where they lead. */
export function readTree(root: string, under = ''): Record<string, string | null> {
  const found: Record<string, string | null> = {};
  for (const name of readdirSync(join(root, under)).sort()) {
    const path = under === '' ? name : `${under}/${name}`;
    if (path === '.assay') continue;
    const stat = lstatSync(join(root, path));
    if (stat.isDirectory()) Object.assign(found, { [`${path}/`]: null }, readTree(root, path));
    else
      found[path] = stat.isSymbolicLink()
        ? `-> ${readlinkSync(join(root, path))}`
        : readFileSync(join(root, path), 'utf8');
  }
  return found;
}

/** The tree that these files make. */
export function treeOf(files: Files): Record<string, string | null> {
  const tree: Record<string, string | null> = {};
  for (const path of Object.keys(files)) {
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) tree[`${path.slice(0, at)}/`] = null;
  }
  return Object.fromEntries(Object.entries({ ...tree, ...files }).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export const sameTree = (
  a: Readonly<Record<string, string | null>>,
  b: Readonly<Record<string, string | null>>,
): boolean => {
  const sorted = (tree: object): string => JSON.stringify(Object.entries(tree).sort(([x], [y]) => (x < y ? -1 : 1)));
  return sorted(a) === sorted(b);
};

export const modeOf = (path: string): number => lstatSync(path).mode & 0o7777;

/** Entries of the journal that are not done, as folders. */
function openEntries({ store }: Place): string[] {
  const folder = join(store, 'integrations');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => (name.endsWith('.open') ? [join(folder, name)] : []));
}

export const isOpen = (place: Place): boolean => openEntries(place).length > 0;

/** Whether an entry has all its contents on the disk and may have begun to rename. */
export const isCommitted = (place: Place): boolean =>
  openEntries(place).some((entry) => existsSync(join(entry, 'commit')));

/** Edits by path: from text to text, null where there is no file. */
export function draftOf(
  edits: Readonly<Record<string, readonly [before: string | null, after: string | null]>>,
): Draft {
  const made = draft(
    Object.entries(edits).map(([name, [before, after]]): FileEdit => {
      const path = name as RepoPath;
      const baseHash = before === null ? null : sha256(before);
      const length = before?.length ?? 0;
      const change = after === null ? 'delete' : ChangeSet.of(length, [{ span: span(0, length), insert: after }]);
      return { path, baseHash, change };
    }),
  );
  if (!made.ok) throw new Error(JSON.stringify(made.issues));
  return made.value;
}

export interface Scenario {
  readonly before: Files;
  readonly after: Files;
  readonly draft: Draft;
}

/** A tree and a draft over `count` of its files: edits, deletions, new files in new folders. The same for the same seed. */
export function scenario(seed: number, count: number): Scenario {
  const rng = random(seed);
  const before: Record<string, string> = { 'untouched.txt': 'as it was\r\n', 'src/untouched.ts': '\uFEFFx' };
  const after: Record<string, string> = { ...before };
  const edits: FileEdit[] = [];
  for (let i = 0; i < count; i++) {
    const roll = i === 0 ? 3 : i === 1 ? 0 : i === 2 ? 1 : rng.below(5);
    const folder = roll === 0 ? rng.pick(['', 'src', 'new', 'new/deep/er', 'src/sub']) : rng.pick(['', 'src', 'lib/a']);
    const name = `${folder}${folder === '' ? '' : '/'}file ${i}.ts` as RepoPath;
    const size = rng.below(6) === 0 ? 20_000 : 60;
    const text = randomText(rng, size);
    if (roll === 0) {
      after[name] = text;
      edits.push({ path: name, baseHash: null, change: ChangeSet.of(0, [{ span: span(0, 0), insert: text }]) });
      continue;
    }
    before[name] = text;
    if (roll === 1) edits.push({ path: name, baseHash: sha256(text), change: 'delete' });
    else {
      const change = ChangeSet.of(text.length, randomChanges(rng, text));
      after[name] = change.apply(text);
      edits.push({ path: name, baseHash: sha256(text), change });
    }
  }
  const made = draft(edits);
  if (!made.ok) throw new Error(JSON.stringify(made.issues));
  return { before, after, draft: made.value };
}

/** Trees with the scenario's files, the folders of deleted files still there. */
export function scenarioTrees({ before, after }: Scenario): Record<'before' | 'after', Record<string, string | null>> {
  const folders = Object.entries(treeOf(before)).filter(([, text]) => text === null);
  return { before: treeOf(before), after: { ...treeOf(after), ...Object.fromEntries(folders) } };
}

export function withMode<T>(path: string, mode: number, body: () => T): T {
  const old = modeOf(path);
  chmodSync(path, mode);
  try {
    return body();
  } finally {
    chmodSync(path, old);
  }
}
