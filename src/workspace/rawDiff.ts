import { copyFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../base/index.ts';
import { blobId, objectFormat } from './blobs.ts';
import type { Git } from './git.ts';
import { neverChanges, neverPart } from './list.ts';
import { nulFields } from './names.ts';
import { unlikeCheckout, unlikeIndex } from './onDisk.ts';
import type { OnDisk } from './snapshot.ts';
import { makeTemporary, removeTemporary } from './temporary.ts';

/** A file that differs, as git tells it. Names are byte strings. */
export interface RawEntry {
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed';
  /** Octal, as git writes it: `100644`, `100755`, `120000` a symbolic link, `160000` a submodule, `000000` nothing. */
  readonly fromMode: string;
  readonly toMode: string;
  /** Name at the base; that at the head where there is none. */
  readonly from: string;
  readonly name: string;
}

/** The same on every machine, whatever the user's configuration says. */
const DIFF = ['-M', '-l1000', '--no-color', '--no-ext-diff', '--no-textconv'];

const HUNKS = ['--patch', '-U0', '--inter-hunk-context=0', '--src-prefix=a/', '--dst-prefix=b/'];

/** What is ignored of submodules that stand at the right commit: all that is changed in them, or files that are new there. */
type Submodules = 'dirty' | 'untracked';

/** What differs between two trees or commits. */
export async function diffTrees(git: Git, base: string, head: string): Promise<Result<readonly RawEntry[]>> {
  const raw = await git.run(['diff-tree', '-r', '-z', '--raw', ...DIFF, '--ignore-submodules=dirty', base, head]);
  return raw.ok ? ok(parseRaw(raw.value.stdout)) : raw;
}

/** The working tree against a commit or tree, untracked files included. */
export interface WorkingTreeDiff {
  readonly entries: readonly RawEntry[];
  /** Git's own hunks of one file, without context: what changed once line endings are as git keeps them. */
  hunks(entry: RawEntry): Promise<Result<string>>;
  close(): void;
}

/**
 * Works on a copy of the index, for three reasons: `git diff` refreshes the index it works on, on disk, and the repository
 * is not to be written; git tells renames only among files its index knows, so untracked files are put into the copy,
 * as empty; and the index may say of a file that it is as it was, so those that are not are put in anew, with nothing noted
 * of them. What is compared is what is on disk; a file that only git's conversions make equal has changed.
 */
export async function diffWorkingTree(
  git: Git,
  gitFolder: string,
  base: string,
  disk: OnDisk,
  ignored: Submodules = 'dirty',
): Promise<Result<WorkingTreeDiff>> {
  const { listing } = disk;
  const options = [...DIFF, `--ignore-submodules=${ignored}`];
  const folder = makeTemporary();
  const close = (): void => removeTemporary(folder);
  const index = join(folder, 'index');
  const env = { GIT_INDEX_FILE: index };
  const own = statSync(join(gitFolder, 'index'), { throwIfNoEntry: false });
  if (own) {
    copyFileSync(join(gitFolder, 'index'), index);
    // Git compares the content of files that are not older than their index; a younger copy would hide what was written
    // just after. A whole second, rounded down, is never too young.
    const seconds = Math.floor(own.mtimeMs / 1000);
    utimesSync(index, seconds, seconds);
  }
  const unlike = unlikeIndex(git.cwd, disk);
  if (listing.untracked.size + unlike.length > 0) {
    const empty = blobId(objectFormat(base), Buffer.of());
    // What is new takes the place of a file that is gone where one is a folder of the other.
    const lines = [
      ...unlike.map((name) => `${listing.index.get(name)}\t${name}\0`),
      ...[...listing.untracked].map((name) => `${listing.links.has(name) ? '120000' : '100644'} ${empty}\t${name}\0`),
    ];
    const added = await git.run(['update-index', '-z', '--index-info'], {
      stdin: Buffer.from(lines.join(''), 'latin1'),
      env,
    });
    if (!added.ok) {
      close();
      return added;
    }
  }
  const raw = await git.run(['diff', '-z', '--raw', ...options, base], { env });
  if (!raw.ok) {
    close();
    return raw;
  }
  const entries = parseRaw(raw.value.stdout);
  const told = new Set(entries.map(({ name }) => name));
  const kept = unlike.filter((name) => !told.has(name) && !neverPart(name));
  const converted = new Map(
    (await unlikeCheckout(git, gitFolder, base, kept, folder)).map((name): [string, RawEntry] => {
      const mode = listing.index.get(name)!.slice(0, 6);
      return [name, { status: 'modified', fromMode: mode, toMode: mode, from: name, name }];
    }),
  );
  return ok({
    entries: [...entries, ...converted.values()],
    hunks: async (entry) => {
      if (converted.has(entry.name)) return fail('workspace/git', 'git takes both sides for the same');
      const paths = [...new Set([entry.from, entry.name])].map((name) => Buffer.from(name, 'latin1').toString('utf8'));
      const diff = await git.run(['--literal-pathspecs', 'diff', ...HUNKS, ...options, base, '--', ...paths], { env });
      return diff.ok ? ok(diff.value.stdout.toString('utf8')) : diff;
    },
    close,
  });
}

const STATUS: Readonly<Record<string, RawEntry['status']>> = { A: 'added', D: 'deleted', R: 'renamed' };

/** `:<mode> <mode> <id> <id> <status>[score] NUL <name> NUL [<name> NUL]`, repeated. */
function parseRaw(output: Buffer): RawEntry[] {
  const entries = new Map<string, RawEntry>();
  const fields = nulFields(output).values();
  for (const head of fields) {
    const [fromMode = '', toMode = '', , , status = ''] = head.slice(1).split(' ');
    const from = fields.next().value ?? '';
    const renamed = status.startsWith('R');
    const name = renamed ? (fields.next().value ?? '') : from;
    const entry: RawEntry = { status: STATUS[status[0] ?? ''] ?? 'modified', fromMode, toMode, from, name };
    // A file that came out of a folder that is no part of the repository is new.
    const sides: readonly RawEntry[] =
      neverPart(name) === neverPart(from)
        ? [entry]
        : [
            { ...entry, status: 'added', fromMode: '000000', from: name },
            { ...entry, status: 'deleted', toMode: '000000', name: from },
          ];
    for (const side of sides) {
      // An unmerged path may be told twice: once as such, once with what is on disk.
      if (!neverChanges(side.name) && (status !== 'U' || !entries.has(side.name))) entries.set(side.name, side);
    }
  }
  return [...entries.values()];
}
