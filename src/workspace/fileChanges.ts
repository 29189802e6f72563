import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Issue, LIMITS, ok, type RepoPath, type Result, type Span, span } from '../base/index.ts';
import { changedSpans, diffTexts, parseUnifiedDiff, type SourceText, sourceText } from '../text/index.ts';
import { checkOut } from './checkOut.ts';
import type { Git } from './git.ts';
import { neverPart } from './list.ts';
import { diskPath, fromByteString, showName } from './names.ts';
import type { RawEntry } from './rawDiff.ts';
import { secretByName, secretReason } from './secrets.ts';
import { makeTemporary, removeTemporary } from './temporary.ts';
import type { FileChange } from './types.ts';

/** Text of one change that is held at once, UTF-16 units of both sides together. */
const CHANGE_UNITS = 256 * 1024 * 1024;

const NOTHING = '000000';

/** One side of a file: its text, or why there is none. */
export interface Side {
  readonly text?: SourceText;
  readonly binary?: true;
  readonly withheld?: string;
}

/** Reads one side from bytes. */
export function sideOf(path: RepoPath, bytes: Uint8Array): Side {
  const secret = secretReason(path, bytes);
  if (secret !== undefined) return { withheld: `secret: ${secret}` };
  const text = sourceText(path, bytes);
  if (text.ok) return { text: text.value };
  return { binary: true, withheld: text.issues[0]?.message ?? 'not text' };
}

/** Reads one side from disk: regular files only, nothing that a name tells to be secret. */
function sideOnDisk(root: string, name: string, path: RepoPath, mode: string): Side {
  if (neverPart(name)) return { withheld: 'among installed packages' };
  if (mode === '120000') return { withheld: 'symbolic link' };
  if (mode === '160000') return { withheld: 'another repository' };
  const secret = secretByName(path);
  if (secret !== undefined) return { withheld: `secret: ${secret}` };
  try {
    const disk = diskPath(root, name);
    const stats = lstatSync(disk);
    if (!stats.isFile()) return { withheld: 'not a regular file' };
    if (stats.size >= LIMITS.fileBytes) return { withheld: `too large: ${stats.size} bytes` };
    return sideOf(path, readFileSync(disk));
  } catch (error) {
    return { withheld: `unreadable: ${(error as NodeJS.ErrnoException).code ?? String(error)}` };
  }
}

/** Puts the two sides of a file together. A side that does not exist is undefined. */
export function fileChange(
  kind: FileChange['kind'],
  path: RepoPath,
  from: RepoPath,
  before: Side | undefined,
  after: Side | undefined,
  spans: readonly Span[] = after?.text ? changedSpans(diffTexts(before?.text?.text ?? '', after.text.text)) : [],
): FileChange {
  const withheld = after?.withheld ?? before?.withheld;
  return {
    kind,
    path,
    ...(from === path ? {} : { from }),
    ...(before?.text ? { before: before.text } : {}),
    ...(after?.text ? { after: after.text } : {}),
    binary: before?.binary === true || after?.binary === true,
    ...(withheld === undefined ? {} : { withheld }),
    spans,
  };
}

export interface Comparison {
  readonly git: Git;
  readonly gitFolder: string;
  /** Commit or tree. */
  readonly base: string;
  readonly entries: readonly RawEntry[];
  /** Folder that holds the files of the head. */
  readonly root: string;
  /** Git's own hunks of a file, where line endings on disk may not be those of a checkout. */
  readonly hunks?: (entry: RawEntry) => Promise<Result<string>>;
}

/**
 * The files that differ, with their texts: at the head as they are on disk, at the base as a checkout would write them,
 * so that line endings which git converts are the same on both sides.
 */
export async function fileChanges(
  compared: Comparison,
  limit: number = CHANGE_UNITS,
): Promise<Result<readonly FileChange[]>> {
  const { git, gitFolder, base, entries, root } = compared;
  const issues: Issue[] = [];
  const files: FileChange[] = [];
  const temporary = makeTemporary();
  try {
    const old = join(temporary, 'base');
    const wanted = entries.filter(({ fromMode }) => fromMode.startsWith('100')).map(({ from }) => from);
    if (wanted.length > 0) {
      const written = await checkOut(git, gitFolder, base, { into: old, index: join(temporary, 'index') }, wanted);
      // What could not be written (a filter of the user's that fails) is withheld below.
      if (!written.ok) issues.push(...written.issues.map((issue) => ({ ...issue, severity: 'warning' as const })));
    }
    let units = 0;
    for (const entry of entries) {
      const path = fromByteString(entry.name) as RepoPath | undefined;
      const from = fromByteString(entry.from) as RepoPath | undefined;
      if (path === undefined || from === undefined) {
        issues.push(unnamed(entry));
        continue;
      }
      const full: Side | undefined =
        units >= limit ? { withheld: `limit: the files before hold ${limit} characters or more` } : undefined;
      const before =
        entry.fromMode === NOTHING ? undefined : (full ?? sideOnDisk(old, entry.from, from, entry.fromMode));
      const after = entry.toMode === NOTHING ? undefined : (full ?? sideOnDisk(root, entry.name, path, entry.toMode));
      units += (before?.text?.text.length ?? 0) + (after?.text?.text.length ?? 0);
      const spans = await spansByGit(compared, entry, before, after);
      files.push(fileChange(entry.status, path, from, before, after, spans));
    }
  } finally {
    removeTemporary(temporary);
  }
  return ok(files, issues);
}

const unnamed = (entry: RawEntry): Issue => ({
  code: 'workspace/name',
  message: `expected file names in UTF-8, found ${showName(entry.name)}: it is ${entry.status}, but is not looked at`,
  severity: 'warning',
  path: showName(entry.name),
});

/** How the lines of a text end. */
const endings = (text: string): string => {
  const lf = /(?:^|[^\r])\n/.test(text);
  const crlf = text.includes('\r\n');
  return `${lf ? 'lf' : ''}${crlf ? 'crlf' : ''}`;
};

/**
 * Where the line endings of the two sides differ, only git knows (attributes, `core.autocrlf`) whether that is a change.
 * Its line numbers hold for the text on disk, since line endings do not change them.
 */
async function spansByGit(
  { hunks }: Comparison,
  entry: RawEntry,
  before: Side | undefined,
  after: Side | undefined,
): Promise<readonly Span[] | undefined> {
  if (!hunks || !before?.text || !after?.text) return undefined;
  if (endings(before.text.text) === endings(after.text.text)) return undefined;
  const diff = await hunks(entry);
  const patches = diff.ok ? parseUnifiedDiff(diff.value) : diff;
  const patch = patches.ok ? patches.value[0] : undefined;
  // Without git's word every line that differs counts as changed.
  if (!patches.ok || patch?.binary) return undefined;
  const starts = [0];
  const { text } = after.text;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (patch?.hunks ?? []).flatMap(({ newStart, newLines }) => {
    const start = starts[newStart - 1];
    return newLines === 0 || start === undefined ? [] : [span(start, starts[newStart - 1 + newLines] ?? text.length)];
  });
}
