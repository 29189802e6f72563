import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/base/index.ts';
import { openWorkspace } from '../../src/workspace/index.ts';
import { Project, temporaryFolder, value } from './repository.ts';

const codes = (result: { readonly issues: readonly { readonly code: string }[] }) =>
  result.issues.map(({ code }) => code);

describe('the root', () => {
  const ROOTS: readonly {
    readonly why: string;
    make(): Project;
    readonly start: string;
    readonly root: string;
    readonly git: boolean;
  }[] = [
    {
      why: 'top of the git repository, though a manifest is nearer',
      make: () => new Project({ 'packages/a/package.json': '{}', 'packages/a/src/i.ts': '' }).init(),
      start: 'packages/a/src',
      root: '',
      git: true,
    },
    {
      why: 'nearest manifest without git',
      make: () => new Project({ 'package.json': '{}', 'a/package.json': '{}', 'a/src/i.ts': '' }),
      start: 'a/src',
      root: 'a',
      git: false,
    },
    {
      why: 'nearest tsconfig without git',
      make: () => new Project({ 'package.json': '{}', 'a/tsconfig.json': '{}', 'a/src/i.ts': '' }),
      start: 'a/src',
      root: 'a',
      git: false,
    },
    {
      why: 'a project that the repository around it ignores',
      make: () =>
        new Project({ '.gitignore': 'scratch\n', 'scratch/p/package.json': '{}', 'scratch/p/src/i.ts': '' }).init(),
      start: 'scratch/p/src',
      root: 'scratch/p',
      git: false,
    },
    {
      why: 'the repository from an ignored folder that is no project',
      make: () => new Project({ '.gitignore': 'dist\n', 'dist/i.js': '', 'package.json': '' }).init(),
      start: 'dist',
      root: '',
      git: true,
    },
    {
      why: 'behind a link',
      make: () => new Project({ 'real/src/i.ts': '', 'real/package.json': '', link: { link: 'real' } }),
      start: 'link/src',
      root: 'real',
      git: false,
    },
    {
      why: 'a name with a line break and a quote',
      make: () => new Project({ 'a\n"b"/c.ts': '' }, join(temporaryFolder(), 'x\ny')).init(),
      start: 'a\n"b"',
      root: '',
      git: true,
    },
  ];
  for (const { why, make, start, root, git } of ROOTS) {
    it(`is the ${why}`, async () => {
      const made = make();
      const opened = await openWorkspace(join(made.root, start));
      expect(opened.issues).toEqual([]);
      expect(value(opened).root).toBe(join(made.root, root));
      expect(value(opened).git !== undefined).toBe(git);
    });
  }

  it('is the folder itself, with a warning, where nothing marks a project', async () => {
    const made = new Project({ 'a.py': '' });
    const opened = await openWorkspace(made.root);
    expect(value(opened).root).toBe(made.root);
    expect(opened.issues).toEqual([expect.objectContaining({ code: 'workspace/no-project', severity: 'warning' })]);
  });

  it('is refused for what is no folder, no project, or not openable, with the reason', async () => {
    const made = new Project({ 'a.ts': '' }).init();
    expect(codes(await openWorkspace(join(made.root, 'nowhere')))).toEqual(['workspace/missing']);
    expect(codes(await openWorkspace(join(made.root, 'a.ts')))).toEqual(['workspace/not-a-folder']);
    expect((await openWorkspace(join(made.root, 'a.ts'))).issues[0]?.suggestion).toContain(made.root);
    expect(codes(await openWorkspace(join(made.root, '.git')))).toEqual(['workspace/git-refused']);
    expect(codes(await openWorkspace('/'))).toEqual(['workspace/no-project']);
    expect((await openWorkspace(homedir())).ok).toBe(false);
  });

  it('is not the home folder for a stray manifest in it', async () => {
    const made = new Project({ 'package.json': '{}', 'x/y.py': '' });
    const home = process.env.HOME;
    process.env.HOME = made.root;
    try {
      expect(value(await openWorkspace(join(made.root, 'x'))).root).toBe(join(made.root, 'x'));
      expect(value(await openWorkspace(made.root)).root).toBe(made.root);
    } finally {
      process.env.HOME = home;
    }
  });
});

describe('what git says', () => {
  it('is told: head, branch, nothing before the first commit, a detached head', async () => {
    const made = new Project();
    made.git('init', '--quiet', '--initial-branch=trunk');
    expect((await made.open()).git).toEqual({ branch: 'trunk' });
    made.write({ 'a.ts': '' }).commit('one');
    const head = made.git('rev-parse', 'HEAD').trim();
    expect((await made.open()).git).toEqual({ head, branch: 'trunk' });
    made.git('checkout', '--quiet', '--detach');
    expect((await made.open()).git).toEqual({ head });
  });

  const conflict = (): Project => {
    const made = new Project({ 'a.ts': '0\n' }).init();
    made.git('checkout', '--quiet', '-b', 'other');
    made.write({ 'a.ts': '1\n' }).commit('other');
    made.git('checkout', '--quiet', 'main');
    return made.write({ 'a.ts': '2\n' }).commit('main');
  };
  const STATES = [
    ['merge', ['merge', 'other']],
    ['rebase', ['rebase', 'other']],
    ['rebase', ['rebase', '--apply', 'other']],
    ['cherry-pick', ['cherry-pick', 'other']],
    ['revert', ['revert', '--no-edit', 'HEAD~1']],
    ['bisect', ['bisect', 'start']],
  ] as const;
  for (const [state, command] of STATES) {
    it(`includes a ${state} in progress (git ${command.join(' ')})`, async () => {
      const made = conflict();
      made.gitWith({ fails: true }, ...command);
      expect((await made.open()).git?.inProgress).toBe(state);
      expect(value(await (await made.open()).snapshot()).files.size).toBe(1);
    });
  }

  it('is no folder elsewhere that the configuration names instead', async () => {
    const clean = new Project({ 'a.ts': '1\n', 'in/b.ts': '' });
    const made = new Project({ 'a.ts': '1\n', 'in/b.ts': '' }).init();
    made.git('config', 'core.worktree', clean.root);
    for (const folder of [made.root, join(made.root, 'in')])
      expect(codes(await openWorkspace(folder))).toEqual(['workspace/git-refused']);
    made.git('config', 'core.worktree', made.root);
    expect(codes(await openWorkspace(join(made.root, 'in')))).toEqual([]);
  });

  it('includes worktrees: each has its own head and state', async () => {
    const made = conflict();
    const place = join(temporaryFolder(), 'w');
    made.git('worktree', 'add', '--quiet', place, 'other');
    const workspace = value(await openWorkspace(place));
    expect(workspace.root).toBe(place);
    expect(workspace.git?.branch).toBe('other');
    writeFileSync(join(place, 'new.ts'), 'x\n');
    expect(value(await workspace.change({ kind: 'working-tree' })).files.map(({ path }) => path)).toEqual(['new.ts']);
  });
});

describe('resolve()', () => {
  const outside = new Project({ 'secret.txt': '' });
  const made = new Project({
    'package.json': '{}',
    'src/a.ts': '',
    'src/deep/b.ts': '',
    'link.ts': { link: 'src/a.ts' },
    folder: { link: 'src' },
    out: { link: outside.root },
    outFile: { link: `${outside.root}/secret.txt` },
    up: { link: '../..' },
    dangling: { link: 'nowhere' },
    danglingOut: { link: '/nowhere/at/all' },
    circle: { link: 'circle' },
    '.assay/x': '',
    '.git/config': '',
    'name\nline': '',
    '..a': '',
  });
  const workspace = made.open();
  const CASES: readonly (readonly [cwd: string, path: string, found: string])[] = [
    ['', 'src/a.ts', 'src/a.ts'],
    ['', './src//a.ts', 'src/a.ts'],
    ['src', 'a.ts', 'src/a.ts'],
    ['src', '../src/a.ts', 'src/a.ts'],
    ['src', '../package.json', 'package.json'],
    ['', 'src/deep/../a.ts', 'src/a.ts'],
    ['', join(made.root, 'src/a.ts'), 'src/a.ts'],
    ['', 'new.ts', 'new.ts'],
    ['', 'new/folder/a.ts', 'new/folder/a.ts'],
    ['', 'src', 'src'],
    ['', 'link.ts', 'src/a.ts'],
    ['', 'folder/a.ts', 'src/a.ts'],
    ['', 'folder/new.ts', 'src/new.ts'],
    ['folder', 'a.ts', 'src/a.ts'],
    ['', 'name\nline', 'name\nline'],
    ['', '..a', '..a'],
    ['', '...', '...'],
    ['', '../x', 'workspace/outside'],
    ['src', '../../x', 'workspace/outside'],
    ['', 'src/../../x', 'workspace/outside'],
    ['', '/etc/passwd', 'workspace/outside'],
    ['', `${made.root}x`, 'workspace/outside'],
    ['', join(outside.root, 'secret.txt'), 'workspace/outside'],
    ['', 'out', 'workspace/outside'],
    ['', 'out/secret.txt', 'workspace/outside'],
    ['', 'out/new.txt', 'workspace/outside'],
    ['', 'outFile', 'workspace/outside'],
    ['', 'up/x', 'workspace/outside'],
    ['', 'folder/../out/secret.txt', 'workspace/outside'],
    ['', 'dangling', 'workspace/link'],
    ['', 'danglingOut', 'workspace/link'],
    ['', 'danglingOut/x', 'workspace/link'],
    ['', 'circle', 'workspace/link'],
    ['', 'circle/x', 'workspace/link'],
    ['', 'src/a.ts/b', 'workspace/not-a-folder'],
    ['', '', 'workspace/path'],
    ['', '.', 'workspace/path'],
    ['src', '..', 'workspace/path'],
    ['', 'a\0b', 'workspace/path'],
    ['', '.git/config', 'workspace/private'],
    ['', '.GIT/config', 'workspace/private'],
    ['', '.assay/x', 'workspace/private'],
  ];
  for (const [cwd, path, found] of CASES) {
    it(`in "${cwd}" of ${JSON.stringify(path.replace(made.root, '<root>').replace(outside.root, '<outside>'))} is ${JSON.stringify(found)}`, async () => {
      const resolved = (await workspace).resolve(join(made.root, cwd), path);
      expect(resolved.ok ? resolved.value : resolved.issues[0]?.code).toBe(found);
    });
  }
});

describe('read() and readBytes()', () => {
  const outside = new Project({ 'a.ts': 'outside' });
  const made = new Project({
    'package.json': '{}',
    'a.ts': '\ufeffa\r\nb',
    'link.ts': { link: 'a.ts' },
    out: { link: outside.root },
    'nul.bin': Uint8Array.of(1, 0, 2),
    'latin.ts': Uint8Array.of(0x61, 0xe9, 0x62),
    'limit.ts': new Uint8Array(LIMITS.fileBytes).fill(0x61),
    'below.ts': new Uint8Array(LIMITS.fileBytes - 1).fill(0x61),
    'large.bin': new Uint8Array(50 * 1024 * 1024),
    'folder/b.ts': '',
    '.assay/x': '',
  });
  const workspace = made.open();
  const CASES: readonly (readonly [path: string, text: string | undefined, bytes: string | undefined])[] = [
    ['a.ts', undefined, undefined],
    ['link.ts', undefined, undefined],
    ['below.ts', undefined, undefined],
    ['nul.bin', 'text/binary', undefined],
    ['latin.ts', 'text/not-utf8', undefined],
    ['limit.ts', 'workspace/too-large', 'workspace/too-large'],
    ['large.bin', 'workspace/too-large', 'workspace/too-large'],
    ['folder', 'workspace/not-a-file', 'workspace/not-a-file'],
    ['nowhere.ts', 'workspace/missing', 'workspace/missing'],
    ['a.ts/b', 'workspace/not-a-folder', 'workspace/not-a-folder'],
    ['out/a.ts', 'workspace/outside', 'workspace/outside'],
    ['../a.ts', 'workspace/path', 'workspace/path'],
    [join(outside.root, 'a.ts'), 'workspace/path', 'workspace/path'],
    ['./a.ts', 'workspace/path', 'workspace/path'],
    ['.assay/x', 'workspace/private', 'workspace/private'],
    ['', 'workspace/path', 'workspace/path'],
  ];
  for (const [path, text, bytes] of CASES) {
    it(`of ${JSON.stringify(path.replace(outside.root, '<outside>'))}: ${text ?? 'text'}, ${bytes ?? 'bytes'}`, async () => {
      const read = (await workspace).read(path as never);
      const raw = (await workspace).readBytes(path as never);
      expect(read.issues[0]?.code).toBe(text);
      expect(raw.issues[0]?.code).toBe(bytes);
      const real = path === 'link.ts' ? 'a.ts' : path;
      if (raw.ok) expect(Buffer.compare(raw.value, readFileSync(join(made.root, real)))).toBe(0);
      if (read.ok) expect(read.value.text).toBe(readFileSync(join(made.root, real), 'utf8'));
    });
  }
});

describe('the store', () => {
  it('is made on first use and keeps itself out of git', async () => {
    const made = new Project({ 'a.ts': '' }).init();
    const workspace = await made.open();
    const store = value(workspace.store());
    expect(store).toBe(join(made.root, '.assay'));
    expect(value(workspace.store())).toBe(store);
    writeFileSync(join(store, 'x'), '');
    expect(made.git('status', '--porcelain', '--untracked-files=all')).toBe('');
  });

  it('is refused where it cannot be, with what to do; the snapshot goes on without', async () => {
    const inTheWay = new Project({ 'package.json': '{}', '.assay': 'a file' });
    const outside = new Project();
    const linked = new Project({ 'package.json': '{}', '.assay': { link: outside.root } });
    for (const made of [inTheWay, linked]) {
      const workspace = await made.open();
      expect(workspace.store().issues).toEqual([
        expect.objectContaining({ code: 'workspace/store', suggestion: expect.stringContaining('writable') }),
      ]);
      expect(value(await workspace.snapshot()).files.size).toBe(1);
    }
  });

  it('is refused in a folder that may only be read, and everything that reads goes on', async () => {
    const made = new Project({ 'package.json': '{}', 'a.ts': 'a' });
    const workspace = await made.open();
    await asNobody(made, async () => {
      expect(workspace.store().issues).toEqual([
        expect.objectContaining({ code: 'workspace/store', message: expect.stringContaining('EACCES') }),
      ]);
      expect(value(await workspace.snapshot()).files.size).toBe(2);
      expect(value(workspace.read('a.ts' as never)).text).toBe('a');
    });
  });

  it('made while it was writable is refused where it is not any more', () => {
    const made = new Project({ 'package.json': '{}', '.assay/.gitignore': '*\n' }).chmod('.assay', 0o555);
    const door = join(import.meta.dirname, '../../src/workspace/index.ts');
    const script = `const { openWorkspace } = await import(${JSON.stringify(door)});
      const opened = await openWorkspace(${JSON.stringify(made.root)});
      process.stdout.write(JSON.stringify(opened.value.store()));`;
    made.chmod('.', 0o755);
    // The right to write is that of the real user, which only a process of its own can change.
    const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      ...identity,
      encoding: 'utf8',
    });
    made.chmod('.assay', 0o755);
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toMatchObject({ ok: false, issues: [{ code: 'workspace/store' }] });
  });
});

describe('files that may not be read', () => {
  it('are named, count in the tree hash as unreadable, and are refused', async () => {
    const made = new Project({ 'package.json': '{}', 'a.ts': 'a', 'd/b.ts': 'b' });
    const workspace = await made.open();
    const whole = value(await workspace.snapshot());
    made.chmod('a.ts', 0o000).chmod('d', 0o000);
    await asNobody(made, async () => {
      const { treeHash, files, excluded } = value(await workspace.snapshot());
      expect(treeHash).not.toBe(whole.treeHash);
      expect([...files.keys()]).toEqual(['package.json']);
      expect(excluded).toEqual([
        { path: 'd', reason: 'unreadable folder (EACCES)' },
        { path: 'a.ts', reason: 'unreadable (EACCES)' },
      ]);
      expect(codes(workspace.read('a.ts' as never))).toEqual(['workspace/unreadable']);
      expect(codes(workspace.read('d/b.ts' as never))).toEqual(['workspace/unreadable']);
    });
    made.chmod('a.ts', 0o644).chmod('d', 0o755);
  });
});

/** Runs without the right to write below a project; as root that takes another user's identity. */
async function asNobody(made: Project, body: () => Promise<void>): Promise<void> {
  const root = process.geteuid?.() === 0;
  made.chmod('.', 0o555);
  if (root) process.seteuid?.(65_534);
  try {
    await body();
  } finally {
    if (root) process.seteuid?.(0);
    made.chmod('.', 0o755);
  }
}

describe('paths()', () => {
  it('names what is not ignored, links and secrets left out, sorted by bytes, under git or not', async () => {
    const made = new Project({
      '.gitignore': 'dist\n',
      'dist/x.js': '',
      'b.ts': '',
      'a/c.ts': '',
      'B.ts': '',
      '𝒳.ts': '',
      '\ufb01.ts': '',
      '.env': '',
      l: { link: 'b.ts' },
      'package.json': '',
      'node_modules/p/i.js': '',
      'new\nline "quoted".ts': '',
    });
    const expected = [
      '.gitignore',
      'B.ts',
      'a/c.ts',
      'b.ts',
      'new\nline "quoted".ts',
      'package.json',
      '\ufb01.ts',
      '𝒳.ts',
    ];
    expect(value(await (await made.open()).paths())).toEqual(expected);
    made.repository();
    expect(value(await (await made.open()).paths())).toEqual(expected);
    made.commit('x');
    expect(value(await (await made.open()).paths())).toEqual(expected);
  });
});

describe('recent()', () => {
  const at = (made: Project, seconds: number, message: string) => {
    made.git('add', '--all');
    process.env.GIT_COMMITTER_DATE = `${seconds} +0000`;
    made.git('commit', '--quiet', '--message', message);
    delete process.env.GIT_COMMITTER_DATE;
  };

  it('takes times from commits where files are as committed, from the disk otherwise', async () => {
    const made = new Project({
      'old.ts': '1',
      'mid.ts': '1',
      'edited.ts': '1',
      'bin.dat': Uint8Array.of(0, 1),
      '.env': 'A=1',
    });
    made.repository();
    at(made, 1_500_000_000, 'one');
    made.write({ 'mid.ts': '2', 'späť "x"\n.ts': '1' });
    at(made, 1_600_000_000, 'two');
    made.write({ 'edited.ts': '2', 'new.ts': '1' });
    utimesSync(join(made.root, 'edited.ts'), 1_650_000_000, 1_650_000_000);
    utimesSync(join(made.root, 'new.ts'), 1_640_000_000, 1_640_000_000);
    const workspace = await made.open();
    const all = [
      { path: 'edited.ts', changedAt: 1_650_000_000_000 },
      { path: 'new.ts', changedAt: 1_640_000_000_000 },
      { path: 'mid.ts', changedAt: 1_600_000_000_000 },
      { path: 'späť "x"\n.ts', changedAt: 1_600_000_000_000 },
      { path: 'old.ts', changedAt: 1_500_000_000_000 },
    ];
    expect(await workspace.recent(100)).toEqual(all);
    for (const limit of [0, 1, 3, 5]) expect(await workspace.recent(limit)).toEqual(all.slice(0, limit));
  });

  it('goes by the disk without git and before the first commit', async () => {
    const made = new Project({ 'a.ts': '', 'b.ts': '', 'package.json': '' });
    for (const [index, path] of ['b.ts', 'a.ts', 'package.json'].entries()) {
      utimesSync(join(made.root, path), 1_500_000_000 - index, 1_500_000_000 - index);
    }
    const paths = async () => (await (await made.open()).recent(9)).map(({ path }) => path);
    expect(await paths()).toEqual(['b.ts', 'a.ts', 'package.json']);
    made.repository();
    expect(await paths()).toEqual(['b.ts', 'a.ts', 'package.json']);
  });

  it('looks further back than the last 500 commits where that is needed', async () => {
    const made = new Project({ 'old.ts': '1' });
    made.repository();
    at(made, 1_400_000_000, 'old');
    const commits = Array.from({ length: 600 }, (_, index) => {
      const content = `${index}\n`;
      return [
        'commit refs/heads/main',
        `mark :${index + 2}`,
        `committer A <a@example.org> ${1_500_000_000 + index} +0000`,
        'data 1',
        'x',
        index === 0 ? `from ${made.git('rev-parse', 'HEAD').trim()}` : '',
        'M 100644 inline busy.ts',
        `data ${content.length}`,
        content,
      ]
        .filter(Boolean)
        .join('\n');
    });
    made.gitWith({ input: `${commits.join('\n')}\n` }, 'fast-import', '--quiet', '--force');
    made.git('checkout', '--quiet', '-f', 'main');
    const workspace = await made.open();
    expect(await workspace.recent(1)).toEqual([{ path: 'busy.ts', changedAt: 1_500_000_599_000 }]);
    expect((await workspace.recent(5))[1]).toEqual({ path: 'old.ts', changedAt: 1_400_000_000_000 });
  });
});

describe('without the program git', () => {
  it('a repository opens as a folder, with a warning', async () => {
    const made = new Project({ 'a.ts': 'a', '.gitignore': 'x\n', x: '' }).init();
    const hash = value(await (await made.open()).snapshot()).treeHash;
    const { PATH } = process.env;
    process.env.PATH = temporaryFolder();
    try {
      mkdirSync(join(made.root, 'src'));
      const opened = await openWorkspace(join(made.root, 'src'));
      expect(opened.issues).toEqual([
        expect.objectContaining({ code: 'workspace/no-git-program', severity: 'warning' }),
      ]);
      expect(value(opened).root).toBe(made.root);
      expect(value(await value(opened).snapshot()).treeHash).toBe(hash);
      expect(codes(await value(opened).change({ kind: 'working-tree' }))).toEqual(['workspace/no-git']);
    } finally {
      process.env.PATH = PATH;
    }
  });
});

describe('a link to the project', () => {
  it('opens the project', async () => {
    const made = new Project({ 'package.json': '{}' });
    const link = join(temporaryFolder(), 'link');
    symlinkSync(made.root, link);
    expect(value(await openWorkspace(link)).root).toBe(made.root);
  });
});
