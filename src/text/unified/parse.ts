import { fail, LIMITS, ok, type RepoPath, type Result } from '../../base/index.ts';
import type { FilePatch, Hunk } from '../types.ts';
import { commonName, diffPath, gitHeaderName, headerName, unquote } from './paths.ts';

/** What the lines before the hunks of one file said. */
interface Header {
  /** 1-based line of the first header line. */
  readonly line: number;
  readonly git: boolean;
  oldMode?: string;
  newMode?: string;
  created: boolean;
  deleted: boolean;
  copied: boolean;
  binary: boolean;
  oldId?: string;
  newId?: string;
  /** From `rename from`, `copy from`: without prefix. */
  from?: string;
  to?: string;
  /** The one path of the `diff --git` line, without prefix. */
  name?: string;
  /** From `---` and `+++`, prefix and all. `/dev/null` is absent and has no name. */
  before?: Side;
  after?: Side;
}

interface Side {
  readonly name?: string;
  readonly absent: boolean;
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
/** `\ No newline at end of file` in any language: git too goes by the form and the length. */
const NO_NEWLINE = /^\\ .{10,}/;
/** The time 0 in any time zone, as GNU diff -N gives it to a file that does not exist. */
const EPOCH = /^19(?:69-12-31|70-01-01)[ T]\d\d:\d\d:00(?:\.0+)?(?: ?[+-]\d{4})?$/;

/**
 * Reads a unified diff as git, GNU diff or a person writes it. Text before the first header is skipped (a mail, a commit
 * message); everything that belongs to a change is read or refused, never skipped. Refusals (`diff/malformed`,
 * `diff/outside`, `diff/too-large`) name the line, what was expected and what was found. An empty diff has no files.
 *
 * Not read: combined diffs of merges. Binary changes are reported as such, without their data.
 */
export function parseUnifiedDiff(diff: string): Result<readonly FilePatch[]> {
  if (diff.length >= LIMITS.diffBytes) {
    return fail('diff/too-large', `expected a diff under ${LIMITS.diffBytes} bytes, found ${diff.length} characters`);
  }
  const lines = diff.split('\n');
  // What follows the last LF is a line only where there is something.
  if (lines.at(-1) === '') lines.pop();
  return new Reader(lines).read();
}

class Reader {
  private readonly lines: readonly string[];
  private at = 0;

  constructor(lines: readonly string[]) {
    this.lines = lines;
  }

  read(): Result<readonly FilePatch[]> {
    const files: FilePatch[] = [];
    let sawGit = false;
    while (this.at < this.lines.length) {
      const line = this.lines[this.at]!;
      let file: Result<FilePatch> | undefined;
      if (line.startsWith('diff --git ')) {
        sawGit = true;
        file = this.gitFile();
      } else if (/^diff --(cc|combined) /.test(line)) {
        return this.refuse('a diff of two versions', 'git diff <base>..<head> gives one; combined diffs are not read.');
      } else if (this.plainHeader()) file = this.plainFile();
      else if (HUNK.test(line)) return this.refuse('a file header (--- and +++) before a hunk');
      else if (!sawGit && line.startsWith('Only in ')) {
        return this.refuse('every file with its content', 'Run diff with -N, so that new and deleted files are shown.');
      } else if (!sawGit && /^Binary files .* differ\r?$/.test(line)) file = this.plainBinary();
      else this.at++;
      if (file === undefined) continue;
      if (!file.ok) return file;
      files.push(file.value);
      const stray = this.strayLine();
      if (stray !== undefined) return stray;
    }
    const first = this.lines.findIndex((line) => line.trim() !== '');
    if (files.length === 0 && first >= 0) {
      this.at = first;
      return this.refuse('a unified diff (diff --git, or --- and +++)');
    }
    return ok(files);
  }

  private refuse(expected: string, suggestion?: string, at = this.at): ReturnType<typeof fail> {
    const found = this.lines[at];
    const what = found === undefined ? 'the end of the diff' : JSON.stringify(found.slice(0, 80));
    return fail('diff/malformed', `line ${at + 1}: expected ${expected}, found ${what}`, {
      at: { line: at + 1, column: 1 },
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }

  private plainHeader(): boolean {
    return this.lines[this.at]!.startsWith('--- ') && (this.lines[this.at + 1]?.startsWith('+++ ') ?? false);
  }

  /** After a hunk a line that looks like content was not counted by the hunk's header. */
  private strayLine(): ReturnType<typeof fail> | undefined {
    const line = this.lines[this.at];
    if (line === undefined || !/^[ +\-\\]/.test(line) || this.plainHeader()) return undefined;
    // The end of a mailed patch: two dashes, then git's version.
    if (/^-- ?$/.test(line) && /^(\d+\.\d.*)?$/.test(this.lines[this.at + 1] ?? '')) return undefined;
    return this.refuse('the next hunk or file', 'The line counts in the hunk header before it are too small.');
  }

  private gitFile(): Result<FilePatch> {
    const header: Header = {
      line: this.at + 1,
      git: true,
      created: false,
      deleted: false,
      copied: false,
      binary: false,
      ...optional('name', gitHeaderName(withoutCr(this.lines[this.at]!.slice('diff --git '.length)))),
    };
    this.at++;
    for (; this.at < this.lines.length; this.at++) {
      const line = withoutCr(this.lines[this.at]!);
      const [, key, rest] =
        /^(old mode|new mode|new file mode|deleted file mode|rename from|rename to|copy from|copy to|(?:dis)?similarity index|index) (.*)$/.exec(
          line,
        ) ?? [];
      if (key === undefined || rest === undefined) break;
      if (key.endsWith('mode') && !/^[0-7]{6}$/.test(rest)) return this.refuse('a mode of six octal digits');
      if (key === 'old mode') header.oldMode = rest;
      else if (key === 'new mode') header.newMode = rest;
      else if (key === 'new file mode') {
        header.created = true;
        header.newMode = rest;
      } else if (key === 'deleted file mode') {
        header.deleted = true;
        header.oldMode = rest;
      } else if (key === 'index') {
        const mode = / ([0-7]{6})$/.exec(rest)?.[1];
        if (mode !== undefined) header.oldMode = header.newMode = mode;
        const [, oldId, newId] = /^([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})\b/.exec(rest) ?? [];
        Object.assign(header, { oldId, newId });
      } else if (!key.endsWith('index')) {
        const name = rest.startsWith('"') ? unquote(rest)?.name : rest;
        if (name === undefined) return this.refuse('a name with whole C quoting');
        if (key.endsWith('from')) header.from = name;
        else header.to = name;
        header.copied = key.startsWith('copy');
      }
    }
    const line = this.lines[this.at] ?? '';
    if (/^Binary files .* differ\r?$/.test(line)) {
      header.binary = true;
      this.at++;
    } else if (withoutCr(line) === 'GIT binary patch') {
      header.binary = true;
      while (this.at < this.lines.length && !/^(diff --git |-- ?$)/.test(this.lines[this.at]!)) this.at++;
    } else if (this.at < this.lines.length && this.plainHeader()) {
      const wrong = this.names(header);
      if (wrong !== undefined) return wrong;
    } else if (line.startsWith('--- ') || HUNK.test(line)) {
      return this.refuse(HUNK.test(line) ? 'a --- line before a hunk' : 'a +++ line after the --- line');
    }
    return this.file(header);
  }

  private plainFile(): Result<FilePatch> {
    const header: Header = {
      line: this.at + 1,
      git: false,
      created: false,
      deleted: false,
      copied: false,
      binary: false,
    };
    const wrong = this.names(header);
    if (wrong !== undefined) return wrong;
    if (!HUNK.test(this.lines[this.at] ?? '')) return this.refuse('a hunk header @@ -a,b +c,d @@');
    return this.file(header);
  }

  private plainBinary(): Result<FilePatch> {
    const [, before, after] = /^Binary files (.*) and (.*) differ$/.exec(withoutCr(this.lines[this.at]!)) ?? [];
    const header: Header = {
      line: this.at + 1,
      git: false,
      created: false,
      deleted: false,
      copied: false,
      binary: true,
      before: before === '/dev/null' ? { absent: true } : { name: before!, absent: false },
      after: after === '/dev/null' ? { absent: true } : { name: after!, absent: false },
    };
    this.at++;
    return this.file(header);
  }

  /** The `---` and `+++` lines. */
  private names(header: Header): ReturnType<typeof fail> | undefined {
    for (const side of ['before', 'after'] as const) {
      const line = this.lines[this.at]!;
      if (line.endsWith('\r')) {
        return this.refuse(
          'a header line that ends in LF',
          'The line ends of the diff itself were converted to CR LF; save it as the tool wrote it.',
        );
      }
      const found = headerName(line.slice(4));
      if (found === undefined) return this.refuse('a name with whole C quoting');
      const [, oldStart, , newStart] = HUNK.exec(this.lines[this.at + (side === 'before' ? 2 : 1)] ?? '') ?? [];
      const none = (side === 'before' ? oldStart : newStart) === '0';
      header[side] =
        found.name === null
          ? { absent: true }
          : { name: found.name, absent: !header.git && none && EPOCH.test(found.time) };
      this.at++;
    }
    return undefined;
  }

  private file(header: Header): Result<FilePatch> {
    const paths = this.paths(header);
    if (!paths.ok) return paths;
    const hunks: Hunk[] = [];
    while (!header.binary && HUNK.test(this.lines[this.at] ?? '')) {
      const hunk = this.hunk();
      if (!hunk.ok) return hunk;
      hunks.push(hunk.value);
    }
    if (/^@@/.test(this.lines[this.at] ?? '')) return this.refuse('a hunk header @@ -a,b +c,d @@');
    const { before, after } = paths.value;
    const wrong = hunks.find(
      (h) => (before === undefined && h.oldLines > 0) || (after === undefined && h.newLines > 0),
    );
    if (wrong !== undefined) {
      const what = before === undefined ? 'only added lines in a new file' : 'only removed lines in a deleted file';
      return this.refuse(what, undefined, header.line - 1);
    }
    return ok({
      ...optional('before', before),
      ...optional('after', after),
      ...(header.copied ? { copied: true as const } : {}),
      ...optional('oldMode', header.oldMode),
      ...optional('newMode', header.newMode),
      ...(header.binary && before !== undefined ? optional('oldId', header.oldId) : {}),
      ...(header.binary && after !== undefined ? optional('newId', header.newId) : {}),
      hunks,
      binary: header.binary,
    });
  }

  /** Both paths, from rename lines where there are any, else from names that must agree. */
  private paths(header: Header): Result<{ readonly before?: RepoPath; readonly after?: RepoPath }> {
    const at = header.line - 1;
    const { before, after } = header;
    const created = header.created || (before?.absent ?? false);
    const deleted = header.deleted || (after?.absent ?? false);
    if (created && deleted) return this.refuse('a file that exists on one side', undefined, at);
    if (header.git && created && before?.absent === false) {
      return this.refuse('--- /dev/null for a new file', undefined, at);
    }
    if (header.git && deleted && after?.absent === false) {
      return this.refuse('+++ /dev/null for a deleted file', undefined, at);
    }
    if ((header.from === undefined) !== (header.to === undefined)) {
      return this.refuse('both names of a rename or copy', undefined, at);
    }
    const name = header.git ? gitName(header) : plainName(header);
    const from = header.from ?? name;
    const to = header.to ?? name;
    if (from === undefined || to === undefined) {
      return this.refuse('names that stand for one file (a/<path> and b/<path>), or rename lines', undefined, at);
    }
    const old = diffPath(from, header.line);
    if (!old.ok) return old;
    const fresh = diffPath(to, header.line);
    if (!fresh.ok) return fresh;
    return ok({ ...(created ? {} : { before: old.value }), ...(deleted ? {} : { after: fresh.value }) });
  }

  private hunk(): Result<Hunk> {
    const start = this.at;
    const [, a, b, c, d] = HUNK.exec(this.lines[start]!)!;
    const [oldStart, oldLines, newStart, newLines] = [a, b ?? '1', c, d ?? '1'].map(Number) as [
      number,
      number,
      number,
      number,
    ];
    if (![oldStart, oldLines, newStart, newLines].every(Number.isSafeInteger)) {
      return this.refuse('line numbers that fit a file');
    }
    if ((oldLines > 0 && oldStart === 0) || (newLines > 0 && newStart === 0)) {
      return this.refuse('line numbers from 1 in a hunk with lines');
    }
    const lines: { kind: 'context' | 'delete' | 'insert'; text: string }[] = [];
    let old = oldLines;
    let fresh = newLines;
    let oldEnded = false;
    let newEnded = false;
    this.at++;
    for (;;) {
      const line = this.lines[this.at];
      if (line !== undefined && NO_NEWLINE.test(line)) {
        const last = lines.at(-1);
        if (last === undefined || !last.text.endsWith('\n'))
          return this.refuse('a line before "\\ No newline at end of file"');
        last.text = last.text.slice(0, -1);
        if (last.kind !== 'insert') oldEnded = true;
        if (last.kind !== 'delete') newEnded = true;
        this.at++;
        continue;
      }
      if (old === 0 && fresh === 0) break;
      // Some mailers strip the blank that marks an empty context line.
      const mark = line === '' ? ' ' : line?.[0];
      const kind = mark === ' ' ? 'context' : mark === '-' ? 'delete' : mark === '+' ? 'insert' : undefined;
      const inOld = kind === 'context' || kind === 'delete' ? 1 : 0;
      const inNew = kind === 'context' || kind === 'insert' ? 1 : 0;
      if (line === undefined || kind === undefined || inOld > old || inNew > fresh) {
        return this.refuse(`${old} more old and ${fresh} more new lines of the hunk at line ${start + 1}`);
      }
      if ((inOld && oldEnded) || (inNew && newEnded)) {
        return this.refuse('no more lines on a side that ended with "\\ No newline at end of file"');
      }
      old -= inOld;
      fresh -= inNew;
      lines.push({ kind, text: `${line.slice(1)}\n` });
      this.at++;
    }
    return ok({ oldStart, oldLines, newStart, newLines, lines });
  }
}

/** The name on the `diff --git` line, which `---` and `+++` must bear out. */
function gitName({ name, before, after }: Header): string | undefined {
  if (name === undefined) return undefined;
  const agrees = (side: Side | undefined): boolean =>
    side?.name === undefined || side.name === name || side.name.endsWith(`/${name}`);
  return agrees(before) && agrees(after) ? name : undefined;
}

/**
 * The name that `---` and `+++` have in common. Where one is `/dev/null`, only git's own prefix for the other side is
 * taken off: any other first folder may be a real one.
 */
function plainName({ before, after }: Header): string | undefined {
  if (before?.name !== undefined && after?.name !== undefined) return commonName(before.name, after.name);
  const [name, prefix] = before?.name === undefined ? [after?.name, 'b/'] : [before.name, 'a/'];
  return name?.startsWith(prefix) ? name.slice(prefix.length) : name;
}

const withoutCr = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

/** `{[key]: value}`, or nothing where the value is undefined. */
function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}
