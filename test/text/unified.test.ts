import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type RepoPath, random } from '../../src/base/index.ts';
import {
  applyPatch,
  type FilePatch,
  formatUnifiedDiff,
  parseUnifiedDiff,
  sourceFromText,
} from '../../src/text/index.ts';
import { randomText } from './laws.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'assay-diff-'));
  folders.push(made);
  return made;
}

function run(cwd: string, ...argv: string[]): string {
  const [program, ...rest] = argv as [string, ...string[]];
  const [name, email] = ['a', 'a@example.org'];
  const author = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  const env = { PATH: process.env.PATH, HOME: cwd, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C', ...author };
  try {
    return execFileSync(program, rest, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    // diff ends with 1 where files differ.
    const failed = error as { status?: number; stdout?: string };
    if (program === 'diff' && failed.status === 1) return failed.stdout ?? '';
    throw error;
  }
}

function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function repository(files: Readonly<Record<string, string>>): string {
  const root = folder();
  run(root, 'git', 'init', '-q');
  for (const [path, text] of Object.entries(files)) put(root, path, text);
  run(root, 'git', 'add', '-A');
  run(root, 'git', 'commit', '-q', '--allow-empty', '-m', 'base');
  return root;
}

function parsed(diff: string): readonly FilePatch[] {
  const read = parseUnifiedDiff(diff);
  expect(read.issues, diff).toEqual([]);
  return read.value!;
}

/** The files after every patch, from the files before. */
function patched(files: Readonly<Record<string, string>>, patches: readonly FilePatch[]): Record<string, string> {
  const after: Record<string, string> = { ...files };
  for (const patch of patches) if (patch.before !== undefined && !patch.copied) delete after[patch.before];
  for (const patch of patches) {
    const text = patch.before === undefined ? '' : files[patch.before]!;
    const change = applyPatch(patch, text);
    expect(change.issues, JSON.stringify(patch)).toEqual([]);
    if (patch.after !== undefined) after[patch.after] = change.value!.apply(text);
  }
  return after;
}

/** A text and an edited copy of it, line by line. */
function versions(rng: ReturnType<typeof random>): [string, string] {
  const end = rng.pick(['\n', '\r\n', '\n']);
  const line = (): string =>
    `${rng.pick(['a', 'b', 'const x = 1;', '', '  }', '-- x', '++ y', '@@ z', '\\ No', '中😀'])}${end}`;
  const before = Array.from({ length: rng.below(40) }, line);
  const after = before.flatMap((old) => {
    const roll = rng.below(12);
    return roll === 0 ? [] : roll === 1 ? [line()] : roll === 2 ? [old, line()] : [old];
  });
  const cut = (lines: string[]): string => (rng.below(3) === 0 ? lines.join('').trimEnd() : lines.join(''));
  return [cut(before), cut(after)];
}

const NAMES = [
  'a.ts',
  'src/b c.ts',
  'a/a.ts',
  'b/x',
  'ü/é.ts',
  'tab\there',
  'quote"d',
  'back\\slash',
  ' lead',
  'new\nline',
  'dir/ b/x',
];

describe('diffs made by git', () => {
  const flags: readonly string[][] = [
    [],
    ['-U0'],
    ['-U10'],
    ['--no-prefix'],
    ['--src-prefix=old/', '--dst-prefix=new/'],
    ['-M'],
    ['-C', '--find-copies-harder'],
    ['-c', 'core.quotePath=false'],
    ['-c', 'diff.mnemonicPrefix=true'],
    ['--binary', '--full-index'],
    ['--patience', '-p', '--stat'],
  ];
  it.each(flags)('give the files again: %s %s', (...given) => {
    const options = given.filter((flag): flag is string => typeof flag === 'string');
    const config = options[0] === '-c' ? options.splice(0, 2) : [];
    const rng = random(options.join().length + 31);
    for (let round = 0; round < 2; round++) {
      const before: Record<string, string> = {};
      const after: Record<string, string> = {};
      for (const name of NAMES) {
        const [old, fresh] = versions(rng);
        const roll = rng.below(10);
        if (roll > 0) before[name] = old;
        if (roll === 1) after[`moved/${name}`] = old;
        else if (roll > 2) after[name] = fresh;
        if (roll === 3) after[`copy/${name}`] = old;
        if (roll === 0) after[name] = rng.below(2) === 0 ? '' : fresh;
      }
      const root = repository(before);
      for (const name of NAMES) rmSync(join(root, name), { force: true });
      for (const [path, text] of Object.entries(after)) put(root, path, text);
      run(root, 'git', 'add', '-A');
      const diff = run(root, 'git', ...config, 'diff', '--cached', ...options);
      expect(patched(before, parsed(diff)), diff).toEqual(after);
    }
  });

  it('tell modes, renames, copies, binaries and empty files', () => {
    const root = repository({
      'run me.sh': 'echo\n',
      'old.ts': 'a\nb\nc\nd\n',
      'gone.bin': '\0\n',
      e: '',
      'k.ts': '1\n2\n3\n4\n',
    });
    chmodSync(join(root, 'run me.sh'), 0o755);
    renameSync(join(root, 'old.ts'), join(root, 'new.ts'));
    put(root, 'new.ts', 'a\nb\nc\nD\n');
    put(root, 'k copy.ts', '1\n2\n3\n4\n');
    put(root, 'pic.bin', '\0\x01\n');
    put(root, 'empty', '');
    rmSync(join(root, 'gone.bin'));
    rmSync(join(root, 'e'));
    run(root, 'git', 'add', '-A');
    const ID = expect.stringMatching(/^[0-9a-f]{7,40}$/);
    for (const binary of [[], ['--binary']]) {
      const diff = run(root, 'git', 'diff', '--cached', '-C', '--find-copies-harder', ...binary);
      const files = parsed(diff);
      expect(files.map(({ hunks, ...file }) => ({ ...file, hunks: hunks.length }))).toEqual(
        expect.arrayContaining([
          { before: 'run me.sh', after: 'run me.sh', oldMode: '100644', newMode: '100755', hunks: 0, binary: false },
          { before: 'old.ts', after: 'new.ts', oldMode: '100644', newMode: '100644', hunks: 1, binary: false },
          { before: 'k.ts', after: 'k copy.ts', copied: true, hunks: 0, binary: false },
          { after: 'pic.bin', newMode: '100644', newId: ID, hunks: 0, binary: true },
          { before: 'gone.bin', oldMode: '100644', oldId: ID, hunks: 0, binary: true },
        ]),
      );
      // The empty files may pair up as a rename, or stand alone.
      const empty = files.filter(({ before, after }) => before === 'e' || after === 'empty');
      expect(empty.every(({ hunks }) => hunks.length === 0)).toBe(true);
      expect(applyPatch(files.find(({ binary }) => binary)!, '').issues[0]).toMatchObject({ code: 'diff/binary' });
    }
  });

  it('may come as a mail with a message and a signature', () => {
    const root = repository({ 'a.ts': 'one\n- two\n' });
    put(root, 'a.ts', 'one\n');
    run(root, 'git', 'commit', '-q', '-a', '-m', 'Subject\n\nA body that says --- and @ signs.\n\ndiff of thoughts');
    const mail = run(root, 'git', 'format-patch', '-1', '--stdout');
    expect(patched({ 'a.ts': 'one\n- two\n' }, parsed(mail))).toEqual({ 'a.ts': 'one\n' });
    const shown = run(root, 'git', 'show');
    expect(patched({ 'a.ts': 'one\n- two\n' }, parsed(shown))).toEqual({ 'a.ts': 'one\n' });
  });
});

describe('diffs made by diff', () => {
  it.each([['-u'], ['-U0'], ['-ruN']])('give the files again: %s', (flag) => {
    const rng = random(41);
    for (let round = 0; round < 6; round++) {
      const root = folder();
      const before: Record<string, string> = {};
      const after: Record<string, string> = {};
      for (const name of ['x.ts', 'src/y z.ts', 'a/b.ts']) {
        const [old, fresh] = versions(rng);
        const roll = flag === '-ruN' ? rng.below(6) : 5;
        if (roll > 0 || old === '') before[name] = `keep\n${old}`;
        if (roll !== 1) after[name] = `keep\n${fresh}`;
      }
      for (const [path, text] of Object.entries(before)) put(root, `old/${path}`, text);
      for (const [path, text] of Object.entries(after)) put(root, `new/${path}`, text);
      mkdirSync(join(root, 'old'), { recursive: true });
      mkdirSync(join(root, 'new'), { recursive: true });
      const diff = run(root, 'diff', '-r', flag, 'old', 'new');
      expect(patched(before, parsed(diff)), diff).toEqual(after);
    }
  });
  it('mean a missing file by the time 0 only with an empty side', () => {
    const epoch = (hunk: string): string =>
      `--- old/x\t1970-01-01 01:00:00.000000000 +0100\n+++ new/x\t2024-05-01 10:00:00.000000000 +0100\n${hunk}`;
    expect(parsed(epoch('@@ -0,0 +1 @@\n+b\n'))[0]).toMatchObject({ after: 'x' });
    expect(parsed(epoch('@@ -0,0 +1 @@\n+b\n'))[0]!.before).toBeUndefined();
    expect(parsed(epoch('@@ -1 +1 @@\n-a\n+b\n'))[0]).toMatchObject({ before: 'x', after: 'x' });
  });
  it('are refused where they leave a file out', () => {
    const root = folder();
    put(root, 'old/a', '1\n');
    put(root, 'new/a', '1\n');
    put(root, 'new/b', '1\n');
    const read = parseUnifiedDiff(run(root, 'diff', '-ru', 'old', 'new'));
    expect(read.issues[0]!.message).toBe('line 1: expected every file with its content, found "Only in new: b"');
    put(root, 'old/b', '\0');
    const binary = parsed(run(root, 'diff', '-ru', 'old', 'new'));
    expect(binary).toEqual([{ before: 'b', after: 'b', hunks: [], binary: true }]);
  });
});

describe('formatUnifiedDiff', () => {
  it('is taken by git apply and by itself (seed 43)', () => {
    const rng = random(43);
    for (let round = 0; round < 8; round++) {
      const before: Record<string, string> = {};
      const after: Record<string, string> = {};
      const sides: Parameters<typeof formatUnifiedDiff>[0][number][] = [];
      for (const name of NAMES) {
        const [old, fresh] = rng.below(3) === 0 ? [randomText(rng, 30), randomText(rng, 30)] : versions(rng);
        const roll = rng.below(7);
        const to = roll === 2 ? `moved/${name}` : name;
        if (roll > 0) before[name] = old;
        if (roll !== 1) after[to] = fresh;
        sides.push({
          ...(roll > 0 ? { before: sourceFromText(name as RepoPath, old) } : {}),
          ...(roll !== 1 ? { after: sourceFromText(to as RepoPath, fresh) } : {}),
        });
      }
      const diff = formatUnifiedDiff(sides);
      expect(patched(before, parsed(diff)), diff).toEqual(after);
      if (diff === '') continue;
      const root = repository(before);
      const file = join(folder(), 'x.diff');
      writeFileSync(file, diff);
      run(root, 'git', 'apply', '--whitespace=nowarn', '--index', file);
      const found = run(root, 'git', 'ls-files', '-z').split('\0').filter(Boolean);
      const read = Object.fromEntries(found.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
      expect(read, diff).toEqual(after);
    }
  });
  it('looks as git writes it, but for what only git knows', () => {
    const names = ['a.ts', 'with blank.ts', 'ü.ts', 'quote"d', 'tab\there'];
    const [before, after] = ['1\n2\n3\n4\n5\n6\n7\n8\n9\nend', '1\n2\nx\n4\n5\n6\n7\n8\n9\nEND\n'];
    const root = repository({ ...Object.fromEntries(names.map((name) => [name, before])), 'gone.ts': 'x\n' });
    for (const name of names) put(root, name, after);
    rmSync(join(root, 'gone.ts'));
    put(root, 'new.ts', 'y');
    run(root, 'git', 'add', '-A');
    const git = run(root, 'git', '-c', 'core.quotePath=false', 'diff', '--cached');
    const side = (name: string, text: string) => sourceFromText(name as RepoPath, text);
    const ours = [
      ...names.map((name) => ({ before: side(name, before), after: side(name, after) })),
      { before: side('gone.ts', 'x\n') },
      { after: side('new.ts', 'y') },
    ].map((file) => formatUnifiedDiff([file]));
    const files = git.replace(/^index .*\n/gm, '').split(/^(?=diff --git )/m);
    expect(ours.sort()).toEqual(files.sort());
  });
  it('leaves equal files out', () => {
    const source = sourceFromText('a' as RepoPath, 'x\n');
    expect(formatUnifiedDiff([{ before: source, after: source }])).toBe('');
    expect(formatUnifiedDiff([])).toBe('');
  });
});

describe('parseUnifiedDiff refuses', () => {
  const head = '--- a/x\n+++ b/x\n';
  const cases: readonly [name: string, diff: string, message: string][] = [
    ['prose', 'hello\nworld\n', 'line 1: expected a unified diff (diff --git, or --- and +++), found "hello"'],
    [
      'a hunk without a file',
      '@@ -1 +1 @@\n-a\n+b\n',
      'line 1: expected a file header (--- and +++) before a hunk, found "@@ -1 +1 @@"',
    ],
    ['a header without hunks', head, 'line 3: expected a hunk header @@ -a,b +c,d @@, found the end of the diff'],
    [
      'a hunk that ends early',
      `${head}@@ -1,2 +1,2 @@\n a\n-b\n`,
      'line 6: expected 0 more old and 1 more new lines of the hunk at line 3, found the end of the diff',
    ],
    [
      'a hunk that ends at the next',
      `${head}@@ -1,2 +1 @@\n a\n@@ -9 +9 @@\n-b\n+c\n`,
      'line 5: expected 1 more old and 0 more new lines of the hunk at line 3, found "@@ -9 +9 @@"',
    ],
    [
      'more lines than counted',
      `${head}@@ -1 +1 @@\n-a\n+b\n+c\n`,
      'line 6: expected the next hunk or file, found "+c"',
    ],
    [
      'too many old lines',
      `${head}@@ -1 +1,2 @@\n-a\n-b\n+c\n+d\n`,
      'line 5: expected 0 more old and 2 more new lines of the hunk at line 3, found "-b"',
    ],
    [
      'a broken hunk header',
      `${head}@@ -1 +1\n-a\n+b\n`,
      'line 3: expected a hunk header @@ -a,b +c,d @@, found "@@ -1 +1"',
    ],
    [
      'a broken second header',
      `${head}@@ -1 +1 @@\n-a\n+b\n@@ x @@\n`,
      'line 6: expected a hunk header @@ -a,b +c,d @@, found "@@ x @@"',
    ],
    [
      'line 0',
      `${head}@@ -0,1 +1 @@\n-a\n+b\n`,
      'line 3: expected line numbers from 1 in a hunk with lines, found "@@ -0,1 +1 @@"',
    ],
    [
      'numbers past all files',
      `${head}@@ -99999999999999999999 +1 @@\n-a\n+b\n`,
      'line 3: expected line numbers that fit a file, found "@@ -99999999999999999999 +1 @@"',
    ],
    [
      'lines after the last',
      `${head}@@ -1,2 +1 @@\n-a\n\\ No newline at end of file\n-b\n+c\n`,
      'line 6: expected no more lines on a side that ended with "\\ No newline at end of file", found "-b"',
    ],
    [
      'the mark first',
      `${head}@@ -1 +1 @@\n\\ No newline at end of file\n-a\n+b\n`,
      'line 4: expected a line before "\\ No newline at end of file", found "\\\\ No newline at end of file"',
    ],
    [
      'the mark twice',
      `${head}@@ -1 +1 @@\n-a\n+b\n\\ No newline\n\\ No newline\n`,
      'line 7: expected a line before "\\ No newline at end of file", found "\\\\ No newline"',
    ],
    [
      'two files in one',
      '--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n',
      'line 1: expected names that stand for one file (a/<path> and b/<path>), or rename lines, found "--- a/x"',
    ],
    [
      'git names that disagree',
      'diff --git a/x b/x\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n',
      'line 1: expected names that stand for one file (a/<path> and b/<path>), or rename lines, found "diff --git a/x b/x"',
    ],
    [
      'a rename with one name',
      'diff --git a/x b/y\nrename from x\n',
      'line 1: expected both names of a rename or copy, found "diff --git a/x b/y"',
    ],
    [
      'no file on either side',
      '--- /dev/null\n+++ /dev/null\n@@ -0,0 +1 @@\n+b\n',
      'line 1: expected a file that exists on one side, found "--- /dev/null"',
    ],
    [
      'old lines of a new file',
      '--- /dev/null\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n',
      'line 1: expected only added lines in a new file, found "--- /dev/null"',
    ],
    [
      'new lines of a deleted file',
      '--- a/x\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n',
      'line 1: expected only removed lines in a deleted file, found "--- a/x"',
    ],
    [
      'a new file with an old name',
      'diff --git a/x b/x\nnew file mode 100644\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+b\n',
      'line 1: expected --- /dev/null for a new file, found "diff --git a/x b/x"',
    ],
    [
      'a mode that is none',
      'diff --git a/x b/x\nold mode 644\nnew mode 755\n',
      'line 2: expected a mode of six octal digits, found "old mode 644"',
    ],
    [
      'a --- line alone',
      'diff --git a/x b/x\n--- a/x\n@@ -1 +1 @@\n-a\n+b\n',
      'line 2: expected a +++ line after the --- line, found "--- a/x"',
    ],
    [
      'a hunk right after diff --git',
      'diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b\n',
      'line 2: expected a --- line before a hunk, found "@@ -1 +1 @@"',
    ],
    [
      'a combined diff',
      'diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1 -1 +1 @@@\n',
      'line 1: expected a diff of two versions, found "diff --cc x"',
    ],
    [
      'converted line ends',
      '--- a/x\r\n+++ b/x\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n',
      'line 1: expected a header line that ends in LF, found "--- a/x\\r"',
    ],
    [
      'broken quoting',
      '--- "a/x\n+++ "b/x\n@@ -1 +1 @@\n-a\n+b\n',
      'line 1: expected a name with whole C quoting, found "--- \\"a/x"',
    ],
    [
      'quoted bytes that are not UTF-8',
      '--- "a/\\377"\n+++ "b/\\377"\n@@ -1 +1 @@\n-a\n+b\n',
      'line 1: expected a name with whole C quoting, found "--- \\"a/\\\\377\\""',
    ],
  ];
  it.each(cases)('%s', (_name, diff, message) => {
    const read = parseUnifiedDiff(diff);
    expect(read.ok).toBe(false);
    expect(read.issues[0]).toMatchObject({ code: 'diff/malformed', message, severity: 'error' });
    expect(read.issues[0]!.at).toEqual({ line: Number(/line (\d+)/.exec(message)![1]), column: 1 });
  });

  const outside: readonly string[] = ['a/../../etc/x', '../x', 'a/..', '/etc/passwd', 'a/src/../../x'];
  it.each(outside)('the path %s', (path) => {
    const patches = [
      `--- ${path}\n+++ ${path}\n@@ -1 +1 @@\n-a\n+b\n`,
      `--- /dev/null\n+++ ${path}\n@@ -0,0 +1 @@\n+b\n`,
      `diff --git a/x b/x\nrename from x\nrename to ${path}\n`,
      `diff --git a/x b/x\nrename from ${path}\nrename to x\n`,
    ];
    for (const diff of patches) expect(parseUnifiedDiff(diff).issues[0], diff).toMatchObject({ code: 'diff/outside' });
  });

  it('what only git could read from outside, and a diff at the limit', () => {
    expect(parseUnifiedDiff('diff --git a/../x b/../x\nnew file mode 100644\n').issues[0]).toMatchObject({
      code: 'diff/outside',
    });
    expect(parseUnifiedDiff('x'.repeat(64 * 1024 * 1024)).issues[0]).toMatchObject({ code: 'diff/too-large' });
  });
});

describe('damaged diffs', () => {
  const damage = (rng: ReturnType<typeof random>, diff: string): string => {
    const lines = diff.split('\n');
    for (let i = 1 + rng.below(2); i > 0; i--) {
      const at = rng.below(lines.length);
      const line = lines[at]!;
      const roll = rng.below(6);
      if (roll === 0) lines.splice(at, 1);
      else if (roll === 1) lines.splice(at, 0, line);
      else if (roll === 2)
        lines.splice(at, 0, rng.pick(['', ' ', '+new', '-gone', '\\ No newline at end of file', '@@ -1 +1 @@']));
      else if (roll === 3) lines[at] = line.replace(/\d+/, (digits) => `${Number(digits) + rng.pick([-1, 1, 7])}`);
      else if (roll === 4) lines[at] = line.slice(0, rng.below(line.length + 1));
      else lines[at] = rng.pick([' ', '+', '-', '@', '\\', 'd']) + line.slice(1);
    }
    return lines.join('\n');
  };
  const ROUNDS = 48;
  it('are refused, or do what git does with them (seed 47)', () => {
    const outcomes = { refused: 0, same: 0, ours: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const rng = random(47 + round);
      const [before, after] = versions(rng);
      const name = 'x.ts' as RepoPath;
      const whole = formatUnifiedDiff([{ before: sourceFromText(name, before), after: sourceFromText(name, after) }]);
      if (whole === '') continue;
      const diff = damage(rng, whole);
      const read = parseUnifiedDiff(diff);
      const patch = read.value?.[0];
      const change = patch === undefined || patch.before !== name ? undefined : applyPatch(patch, before);
      if (!change?.ok || change.issues.length > 0 || read.value!.length > 1 || patch!.after !== name) {
        outcomes.refused++;
        continue;
      }
      const root = folder();
      put(root, name, before);
      put(root, 'd.diff', diff);
      try {
        run(root, 'git', 'apply', '--unidiff-zero', '--whitespace=nowarn', 'd.diff');
      } catch {
        outcomes.ours++;
        continue;
      }
      expect(change.value.apply(before), `seed ${47 + round}: ${diff}`).toBe(readFileSync(join(root, name), 'utf8'));
      outcomes.same++;
    }
    expect(outcomes.refused).toBeGreaterThan(ROUNDS / 6);
    expect(outcomes.same).toBeGreaterThan(ROUNDS / 12);
    // What git refuses and we take is harmless damage: a missing last line break, a wrong new line number.
    expect(outcomes.ours).toBeLessThan(ROUNDS / 6);
  });
});

describe('parseUnifiedDiff takes', () => {
  it('an empty diff', () => {
    expect(parsed('')).toEqual([]);
    expect(parsed('\n')).toEqual([]);
  });
  it('context lines whose blank a mailer took, and no last line break', () => {
    const [patch] = parsed('--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c');
    expect(applyPatch(patch!, 'a\n\nb\n').value!.apply('a\n\nb\n')).toBe('a\n\nc\n');
  });
  it('a new file as people write it', () => {
    const [patch] = parsed('--- /dev/null\n+++ b/src/x.ts\n@@ -0,0 +1,2 @@\n+a\n+b\n');
    expect(patch).toMatchObject({ after: 'src/x.ts' });
    expect(patch!.before).toBeUndefined();
    expect(applyPatch(patch!, '').value!.apply('')).toBe('a\nb\n');
    expect(applyPatch(patch!, 'there').issues[0]).toMatchObject({ code: 'diff/exists' });
  });
});

describe('applyPatch', () => {
  const at = (start: number, hunk: string): FilePatch => {
    const lines = hunk.split('\n');
    const old = lines.filter((line) => /^[ -]/.test(line)).length;
    const fresh = lines.filter((line) => /^[ +]/.test(line)).length;
    return parsed(`--- a/x\n+++ b/x\n@@ -${start},${old} +${start},${fresh} @@\n${hunk}\n`)[0]!;
  };
  const text = 'a\nb\nc\nd\nx\ny\nd\ne\n';
  const cases: readonly [name: string, patch: FilePatch, text: string, expected: string][] = [
    ['at its line', at(2, ' b\n-c\n+C'), text, 'a\nb\nC\nd\nx\ny\nd\ne\n'],
    [
      'with other blanks',
      at(2, ' b\n-c \n+C'),
      text,
      'diff/no-match hunk 1 (line 2): line 3: expected "c \\n", found "c\\n", and its lines stand nowhere else',
    ],
    [
      'with other line ends',
      at(2, ' b\n-c\n+C'),
      text.replaceAll('\n', '\r\n'),
      'diff/no-match hunk 1 (line 2): line 2: expected "b\\n", found "b\\r\\n", and its lines stand nowhere else',
    ],
    [
      'with curly quotes for straight ones',
      at(1, '-say "hi"\n+x'),
      'say “hi”\n',
      'diff/no-match hunk 1 (line 1): line 1: expected "say \\"hi\\"\\n", found "say “hi”\\n", and its lines stand nowhere else',
    ],
    [
      'with the same ends and another middle',
      at(1, '-function f() {\n-  return 1;\n-}\n+x'),
      'function f() {\n  keep();\n}\n',
      'diff/no-match hunk 1 (line 1): line 2: expected "  return 1;\\n", found "  keep();\\n", and its lines stand nowhere else',
    ],
    ['moved, once there', at(1, '-c\n+C'), text, 'moved a\nb\nC\nd\nx\ny\nd\ne\n'],
    [
      'moved, twice there',
      at(1, '-d\n+D'),
      text,
      'diff/ambiguous hunk 1 (line 1): expected one place with its lines, found 2 (lines 4, 7)',
    ],
    ['twice there, one at its line', at(7, '-d\n+D'), text, 'a\nb\nc\nd\nx\ny\nD\ne\n'],
    ['past the end', at(90, ' y\n-d\n+D'), text, 'moved a\nb\nc\nd\nx\ny\nD\ne\n'],
    [
      'a last line without break, in the middle',
      at(2, ' b\n-c\n+C\n\\ No newline at end of file'),
      text,
      'diff/no-match hunk 1 (line 2): expected its place at the end of the file, found 8 lines',
    ],
    ['that empties the file', at(1, '-a\n-b'), 'a\nb\n', ''],
    ['that adds the last line break', at(1, '-a\n\\ No newline at end of file\n+a'), 'a', 'a\n'],
    ['that takes the last line break', at(1, '-a\n+a\n\\ No newline at end of file'), 'a\n', 'a'],
    [
      'for a file without its last line break',
      at(1, '-a\n+b'),
      'a',
      'diff/no-match hunk 1 (line 1): line 1: expected "a\\n", found "a", and its lines stand nowhere else',
    ],
  ];
  it.each(cases)('%s', (_name, patch, before, expected) => {
    const change = applyPatch(patch, before);
    const moved = change.issues.some(({ code }) => code === 'diff/moved-hunk') ? 'moved ' : '';
    const found = change.ok
      ? moved + change.value.apply(before)
      : change.issues.map(({ code, message }) => `${code} ${message}`).join();
    expect(found).toBe(expected);
  });

  it('says by how far a hunk moved, and where it went', () => {
    const change = applyPatch(at(1, '-c\n+C'), text);
    expect(change.issues).toEqual([
      {
        code: 'diff/moved-hunk',
        severity: 'warning',
        path: 'x',
        span: { start: 4, end: 6 },
        message: 'hunk 1 (line 1) was found at line 3, 2 lines from where the diff says',
      },
    ]);
  });

  it('does not trust the line of a hunk after one that moved', () => {
    // Two lines were put on top: the second hunk's line now holds another `}`.
    const before = 'n1\nn2\nf\n}\nz\n}\nq\n}\n';
    const [patch] = parsed('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-f\n+F\n@@ -6 +6 @@\n-}\n+)\n');
    expect(applyPatch(patch!, before).issues[0]).toMatchObject({ code: 'diff/ambiguous' });
    const [bare] = parsed('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-f\n+F\n@@ -6,0 +7 @@\n+new\n');
    expect(applyPatch(bare!, before).issues[0]).toMatchObject({ code: 'diff/no-match' });
  });

  it('adds nothing after a last line without its break', () => {
    const [patch] = parsed('--- a/x\n+++ b/x\n@@ -1,0 +2 @@\n+b\n');
    expect(applyPatch(patch!, 'a\n').value!.apply('a\n')).toBe('a\nb\n');
    expect(applyPatch(patch!, 'a').issues[0]).toMatchObject({ code: 'diff/no-match' });
  });

  it('refuses hunks out of order', () => {
    const [patch] = parsed('--- a/x\n+++ b/x\n@@ -5 +5 @@\n-x\n+X\n@@ -1 +1 @@\n-a\n+A\n');
    expect(applyPatch(patch!, text).issues[0]!.message).toBe(
      'hunk 2 (line 1): expected it after the hunk before it, which ends at line 5',
    );
  });

  it('refuses a deletion that leaves something', () => {
    const [patch] = parsed('--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n');
    expect(applyPatch(patch!, 'a\nb\n').issues[0]).toMatchObject({ code: 'diff/not-whole' });
    expect(applyPatch(patch!, 'a\n').value!.apply('a\n')).toBe('');
  });

  it('gives up on a search past its limit', () => {
    const same = 'x\n'.repeat(20_000);
    const [patch] = parsed(`--- a/x\n+++ b/x\n@@ -1,10001 +1,10000 @@\n${' x\n'.repeat(10_000)}-y\n`);
    expect(applyPatch(patch!, same).issues[0]).toMatchObject({ code: 'diff/limit' });
  });
});
