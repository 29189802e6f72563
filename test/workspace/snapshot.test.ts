import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LIMITS, type Random, random, sha256 } from '../../src/base/index.ts';
import { openGit } from '../../src/workspace/git.ts';
import { listByWalking, listWithGit } from '../../src/workspace/list.ts';
import { takeSnapshot } from '../../src/workspace/snapshot.ts';
import { RACY_MS, StatCache } from '../../src/workspace/statCache.ts';
import { type Files, Project, value } from './repository.ts';

const snapshotOf = async (project: Project) => value(await (await project.open()).snapshot());
const treeHash = async (project: Project) => (await snapshotOf(project)).treeHash;

/** Rewinds the clocks of files, so that they do not count as just touched. */
const age = (project: Project, ...paths: string[]) => {
  for (const path of paths) utimesSync(join(project.root, path), 1_000_000_000, 1_000_000_000);
};

function randomFiles(next: Random): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>([['package.json', Buffer.from('{}')]]);
  const names = [
    'a',
    'b.ts',
    'é',
    '𝒳',
    '\ufb01',
    'with space',
    'new\nline',
    '"quote"',
    "it's",
    'tab\t',
    '-dash',
    '*',
    'Z',
    '.dot',
  ];
  for (let i = 2 + next.below(12); i > 0; i--) {
    const folders = Array.from({ length: next.below(3) }, () => `d${next.below(3)}`);
    const bytes = Uint8Array.from({ length: 1 + next.below(40) }, () => next.below(256));
    files.set([...folders, next.pick(names)].join('/'), bytes);
  }
  return files;
}

/** Writes files in a random order with random times. */
function project(files: ReadonlyMap<string, Uint8Array>, next: Random): Project {
  const made = new Project();
  const left = [...files];
  while (left.length > 0) {
    const [path, bytes] = left.splice(next.below(left.length), 1)[0]!;
    made.write({ [path]: bytes });
    const time = 1_000_000_000 + next.below(700_000_000);
    utimesSync(join(made.root, path), time, time);
  }
  return made;
}

describe('the tree hash', () => {
  it('is that of the documented records, independently computed', async () => {
    const made = new Project({ 'b.ts': 'b\n', 'a/c.ts': '', 'package.json': '{}', l: { link: 'b.ts' }, é: 'x' });
    const records = [
      `a/c.ts\0f${sha256('')}\n`,
      `b.ts\0f${sha256('b\n')}\n`,
      `l\0l${sha256('b.ts')}\n`,
      `package.json\0f${sha256('{}')}\n`,
      `é\0f${sha256('x')}\n`,
    ];
    expect(await treeHash(made)).toBe(sha256(records.join('')));
  });

  it('does not depend on git, the order files were made in, or times; and does on every byte', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const next = random(seed);
      const files = randomFiles(next);
      const plain = await project(files, next).open();
      const committed = await project(files, next).init().open();
      const untracked = await project(files, next).repository().open();
      const hash = value(await plain.snapshot()).treeHash;
      for (const [what, other] of Object.entries({ committed, untracked, again: await project(files, next).open() })) {
        expect(value(await other.snapshot()).treeHash, `seed ${seed}, ${what}`).toBe(hash);
      }
      const [path, bytes] = next.pick([...files]);
      const at = next.below(bytes.length);
      const changed = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ (1 << next.below(8)) : byte));
      for (const other of [plain, committed]) {
        writeFileSync(join(other.root, path), changed);
        const why = `seed ${seed}, byte ${at} of ${path}`;
        expect(value(await other.snapshot()).treeHash, why).not.toBe(hash);
        writeFileSync(join(other.root, path), bytes);
        expect(value(await other.snapshot()).treeHash, why).toBe(hash);
      }
    }
  });

  const BASE: Files = { 'package.json': '{}', 'a.ts': 'a', 'd/b.ts': 'b', '.env': 'KEY=1', l: { link: 'a.ts' } };
  const CHANGES: readonly { readonly why: string; readonly same: boolean; change(made: Project): unknown }[] = [
    { why: 'a new file', same: false, change: (made) => made.write({ 'c.ts': '' }) },
    { why: 'a file gone', same: false, change: (made) => made.remove('a.ts') },
    { why: 'a file renamed', same: false, change: (made) => made.remove('a.ts').write({ 'e.ts': 'a' }) },
    { why: 'a secret changed', same: false, change: (made) => made.write({ '.env': 'KEY=2' }) },
    { why: 'a link turned', same: false, change: (made) => made.remove('l').write({ l: { link: 'd/b.ts' } }) },
    {
      why: 'a link replaced by a file of its text',
      same: false,
      change: (made) => made.remove('l').write({ l: 'a.ts' }),
    },
    { why: 'a large file', same: false, change: (made) => made.write({ big: new Uint8Array(LIMITS.fileBytes) }) },
    { why: 'a mode', same: true, change: (made) => made.chmod('a.ts', 0o755) },
    { why: 'an empty folder', same: true, change: (made) => mkdirSync(join(made.root, 'empty')) },
    { why: 'an ignored file', same: false, change: (made) => made.write({ '.gitignore': 'x\n' }) },
    {
      why: 'installed packages',
      same: true,
      change: (made) => made.write({ 'node_modules/p/index.js': '', 'd/node_modules/q/i.js': '' }),
    },
    { why: "assay's own store", same: true, change: (made) => made.write({ '.assay/x': '' }) },
  ];
  for (const { why, same, change } of CHANGES) {
    it(`${same ? 'does not change' : 'changes'} with ${why}, under git or not`, async () => {
      const under = new Project(BASE).init();
      const without = new Project(BASE);
      const before = await treeHash(without);
      expect(await treeHash(under)).toBe(before);
      change(under);
      change(without);
      const after = await treeHash(without);
      expect(after === before).toBe(same);
      expect(await treeHash(under)).toBe(after);
    });
  }

  it('changes with the last byte of a large file', async () => {
    const bytes = new Uint8Array(50 * 1024 * 1024);
    const made = new Project({ 'package.json': '{}', big: bytes });
    const before = await snapshotOf(made);
    bytes[bytes.length - 1] = 1;
    made.write({ big: bytes });
    expect(await treeHash(made)).not.toBe(before.treeHash);
    expect([...before.files.keys()]).toEqual(['package.json']);
    expect(before.excluded).toEqual([{ path: 'big', reason: expect.stringContaining('too large: 52428800 bytes') }]);
  });
});

describe('a file of 2 GiB', () => {
  it('counts with its size, not its content, and says so', async () => {
    const made = new Project({ 'package.json': '{}', huge: '' });
    truncateSync(join(made.root, 'huge'), 2 ** 31);
    const { treeHash: before, files, excluded } = await snapshotOf(made);
    expect([...files.keys()]).toEqual(['package.json']);
    expect(excluded).toEqual([
      { path: 'huge', reason: expect.stringContaining('only the size is part of the tree hash') },
    ]);
    truncateSync(join(made.root, 'huge'), 2 ** 31 + 1);
    expect(await treeHash(made)).not.toBe(before);
  });
});

describe('what a snapshot holds', () => {
  it('every file with the hash and size of its bytes, in the order of the bytes of its name', async () => {
    const files: Files = {
      'a.ts': 'a',
      'B.ts': 'bb',
      'é.ts': '',
      'a/z': '1',
      𝒳: 'x',
      '\ufb01': 'fi',
      bin: Uint8Array.of(0, 255),
    };
    for (const made of [new Project(files).init(), new Project({ ...files })]) {
      const { files: found } = await snapshotOf(made);
      expect([...found.keys()]).toEqual(['B.ts', 'a.ts', 'a/z', 'bin', 'é.ts', '\ufb01', '𝒳']);
      expect(found.get('B.ts' as never)).toEqual({ path: 'B.ts', hash: sha256('bb'), bytes: 2 });
    }
  });

  it('tracked files that are ignored, not ignored ones, not deleted ones, untracked ones', async () => {
    const made = new Project({ 'dist/kept.js': '', 'gone.ts': '', 'a.ts': '' }).init();
    made.write({ '.gitignore': 'dist\n', 'dist/other.js': '', 'new.ts': '' }).remove('gone.ts');
    expect([...(await snapshotOf(made)).files.keys()]).toEqual(['.gitignore', 'a.ts', 'dist/kept.js', 'new.ts']);
  });

  it('nothing of other repositories, and says so', async () => {
    const module = new Project({ 'm.ts': '' }).init();
    const made = new Project({ 'a.ts': '' }).init();
    made.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', module.root, 'sub');
    new Project({ 'n.ts': '' }, join(made.root, 'nested')).init();
    const snapshot = await snapshotOf(made);
    expect([...snapshot.files.keys()]).toEqual(['.gitmodules', 'a.ts']);
    expect(snapshot.excluded.map(({ path }) => path).sort()).toEqual(['nested', 'sub']);
    const walked = await takeSnapshot(made.root, value(await listByWalking(made.root)));
    expect(walked).toEqual({ ...snapshot, excluded: expect.arrayContaining([...snapshot.excluded]) });
  });

  it('no links, wherever they lead, and nothing behind them', async () => {
    const outside = new Project({ secret: 'outside' });
    const files: Files = {
      'a.ts': 'a',
      inside: { link: 'a.ts' },
      absolute: { link: `${outside.root}/secret` },
      folder: { link: outside.root },
      up: { link: '..' },
      dangling: { link: 'nowhere' },
      circle: { link: 'circle' },
    };
    for (const made of [new Project(files).init(), new Project({ ...files, 'package.json': '' })]) {
      const { files: found, excluded } = await snapshotOf(made);
      expect([...found.keys()].filter((path) => path !== 'package.json')).toEqual(['a.ts']);
      expect(excluded.map(({ path }) => path)).toEqual(['absolute', 'circle', 'dangling', 'folder', 'inside', 'up']);
    }
  });

  it('a tracked folder that became a link is not followed', async () => {
    const outside = new Project({ 'b.ts': 'outside' });
    const made = new Project({ 'd/b.ts': 'inside', 'a.ts': '' }).init();
    rmSync(join(made.root, 'd'), { recursive: true });
    symlinkSync(outside.root, join(made.root, 'd'));
    const { files, excluded } = await snapshotOf(made);
    expect([...files.keys()]).toEqual(['a.ts']);
    expect(excluded).toEqual([{ path: 'd', reason: expect.stringContaining('link') }]);
  });

  it('names that are not UTF-8 count, under git or not', async () => {
    const write = (root: string, content: string) => {
      mkdirSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.of(0x64, 0xff)]), { recursive: true });
      writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.of(0x64, 0xff), Buffer.from('/a')]), content);
    };
    const made = new Project({ 'package.json': '', 'a.ts': '' });
    write(made.root, '1');
    const plain = await snapshotOf(made);
    expect(plain.excluded).toEqual([{ path: 'd\\xff/a', reason: 'name is not UTF-8' }]);
    expect([...plain.files.keys()]).toEqual(['a.ts', 'package.json']);
    made.init();
    expect(await snapshotOf(made)).toEqual(plain);
    write(made.root, '2');
    expect(await treeHash(made)).not.toBe(plain.treeHash);
  });

  const SECRETS: readonly (readonly [path: string, content: string, secret: boolean])[] = [
    ['.env', 'A=1', true],
    ['.env.local', 'A=1', true],
    ['.env.production', 'A=1', true],
    ['packages/x/.env.test', 'A=1', true],
    ['.envrc', 'export A=1', true],
    ['prod.env', 'A=1', true],
    ['.env.example', 'A=', false],
    ['.env.sample', 'A=', false],
    ['.env.template', 'A=', false],
    ['.env.d.ts', 'declare const A: string;', false],
    ['src/env.ts', '', false],
    ['src/environment.ts', '', false],
    ['id_rsa', 'x', true],
    ['id_ed25519', 'x', true],
    ['id_rsa.pub', 'ssh-rsa AAAA', false],
    ['cert/server.pem', 'x', true],
    ['server.key', 'x', true],
    ['store.jks', 'x', true],
    ['store.p12', 'x', true],
    ['.netrc', 'machine a password b', true],
    ['.git-credentials', 'https://a:b@c', true],
    ['.npmrc', 'save-exact=true\n', false],
    ['.npmrc', '//registry.npmjs.org/:_authToken=npm_abc\n', true],
    ['.npmrc', '//registry.npmjs.org/:_authToken = "abc"\n', true],
    ['.npmrc', `//registry.npmjs.org/:_authToken=\${NPM_TOKEN}\n`, false],
    ['.npmrc', '_auth=YTpi\nalways-auth=true\n', true],
    ['.npmrc', 'always-auth=true\n', false],
    ['.yarnrc.yml', 'npmAuthToken: abc\n', true],
    ['.yarnrc.yml', `npmAuthToken: "\${TOKEN-}"\nnodeLinker: node-modules\n`, false],
    ['credentials', '[default]', true],
    ['.aws/credentials', '[default]', true],
    ['credentials.json', '{}', true],
    ['client_secret.json', '{}', true],
    ['secrets.yaml', 'a: b', true],
    ['src/credentials.ts', 'export {}', false],
    ['src/secrets/index.ts', 'export {}', false],
    ['key.txt', '-----BEGIN OPENSSH PRIVATE KEY-----\nabc', true],
    ['key', '-----BEGIN RSA PRIVATE KEY-----\nabc', true],
    ['key.asc', '-----BEGIN PGP PRIVATE KEY BLOCK-----\nabc', true],
    ['certificate.crt', '-----BEGIN CERTIFICATE-----\nabc', false],
    ['docs.md', '-----BEGIN PRIVATE KEY-----', false],
    ['test/keys.ts', "const key = '-----BEGIN PRIVATE KEY-----';", false],
    ['robot-1a2b.json', '{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----"}', true],
    ['package.json', '{"name":"private_key"}', false],
    ['.docker/config.json', '{"auths":{"a":{"auth":"YTpi"}}}', true],
    ['config.json', '{"port":1}', false],
    ['.kube/config', 'users:\n- user:\n    token: abc\n', true],
    ['terraform.tfstate', '{}', true],
    ['README.md', '', false],
  ];

  it('no secrets, told by name or content, and each with its reason; read() refuses them too', async () => {
    for (const [path, content, secret] of SECRETS) {
      const made = new Project({ 'tsconfig.json': '{}', [path]: content });
      const workspace = await made.open();
      // The second time answers come from the cache.
      for (const time of ['first', 'second']) {
        age(made, path);
        const { files, excluded } = value(await workspace.snapshot());
        const why = `${path} ${JSON.stringify(content)} ${time}`;
        expect(files.has(path as never), why).toBe(!secret);
        expect(excluded, why).toEqual(secret ? [{ path, reason: expect.stringMatching(/^secret: /) }] : []);
      }
      expect(
        workspace.read(path as never).issues.map(({ code }) => code),
        path,
      ).toEqual(secret ? ['workspace/secret'] : []);
      expect(workspace.readBytes(path as never).ok, path).toBe(!secret);
    }
  });
});

describe('limits', () => {
  it('are kept by both ways to list files, and said', async () => {
    const made = new Project({ a: '', b: '', 'c/d': '', 'package.json': '' }).init();
    const git = value(await openGit(made.root));
    for (const list of [
      (limit: number) => listWithGit(git, limit),
      (limit: number) => listByWalking(made.root, limit),
    ]) {
      expect(value(await list(5)).names).toHaveLength(4);
      expect((await list(4)).issues).toEqual([
        expect.objectContaining({ code: 'workspace/too-many-files', message: expect.stringContaining('fewer than 4') }),
      ]);
    }
  });
});

describe('the cache', () => {
  const cachePath = (made: Project) => join(made.root, '.assay/cache/stat');

  it('answers only for a file that looks as it did, and was not touched shortly before', () => {
    const made = new Project({ a: 'a' });
    const file = join(made.root, 'cache/stat');
    const place = join(made.root, 'a');
    age(made, 'a');
    const stats = lstatSync(place);
    const hash = sha256('a');
    const touched = Math.max(stats.mtimeMs, stats.ctimeMs);
    for (const [why, now, kept] of [
      ['just touched', touched, false],
      ['touched within the margin', touched + RACY_MS, false],
      ['touched in the future', touched - 10_000, false],
      ['touched long ago', touched + RACY_MS + 1, true],
    ] as const) {
      rmSync(file, { force: true });
      const cache = StatCache.open(file);
      cache.set('a', stats, { hash, secret: 'é' }, now);
      cache.save();
      expect(StatCache.open(file).get('a', stats)?.hash, why).toBe(kept ? hash : undefined);
    }
    const cache = StatCache.open(file);
    expect(cache.get('a', stats)).toMatchObject({ hash, secret: 'é' });
    expect(cache.get('b', stats)).toBeUndefined();
    for (const field of ['mtimeMs', 'ctimeMs', 'size', 'ino'] as const) {
      const other = lstatSync(place);
      other[field] += 1;
      expect(cache.get('a', other), field).toBeUndefined();
    }
  });

  it('that is damaged, cut or of another kind counts as empty', async () => {
    const made = new Project({ a: 'a', b: 'b', 'package.json': '' });
    const file = join(made.root, 'cache');
    const cache = StatCache.open(file);
    const stats = lstatSync(join(made.root, 'a'));
    const later = Date.now() + 10 * RACY_MS;
    cache.set('a', stats, { hash: sha256('a') }, later);
    cache.set('b', stats, { hash: sha256('b') }, later);
    cache.save();
    const whole = readFileSync(file);
    expect(StatCache.open(file).get('b', stats)?.hash).toBe(sha256('b'));
    const next = random(7);
    for (let round = 0; round < 300; round++) {
      const at = next.below(whole.length);
      const damaged = next.below(2) === 0 ? whole.subarray(0, at) : Uint8Array.from(whole);
      if (damaged.length === whole.length) damaged[at]! ^= 1 << next.below(8);
      writeFileSync(file, damaged);
      expect(StatCache.open(file).get('b', stats), `seed 7, round ${round}, byte ${at}`).toBeUndefined();
    }
  });

  it('gives the snapshot that reading everything gives, through random edits', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const next = random(seed);
      const made = project(randomFiles(next), next);
      const workspace = await made.open();
      if (seed === 1) await sleep(RACY_MS + 100);
      for (let round = 0; round < 12; round++) {
        const { files } = value(await workspace.snapshot());
        const path = next.pick([...files.keys()]);
        const place = join(made.root, path);
        const before = readFileSync(place);
        const stats = lstatSync(place);
        // Same size, same time of change: only the inode change time and the margin tell.
        writeFileSync(
          place,
          before.map((byte) => byte ^ 1),
        );
        utimesSync(place, stats.atime, stats.mtime);
        const cached = value(await workspace.snapshot());
        const read = await takeSnapshot(made.root, value(await listByWalking(made.root)));
        expect(cached, `seed ${seed}, round ${round}, ${path}`).toEqual(read);
      }
    }
  });

  it('is used: a hash in it is believed for a file that looks the same', async () => {
    const made = new Project({ 'a.ts': 'a', 'package.json': '{}' });
    const workspace = await made.open();
    mkdirSync(dirname(cachePath(made)), { recursive: true });
    const cache = StatCache.open(cachePath(made));
    cache.set('a.ts', lstatSync(join(made.root, 'a.ts')), { hash: sha256('planted') }, Date.now() + 10 * RACY_MS);
    cache.save();
    const { files } = value(await workspace.snapshot());
    expect(files.get('a.ts' as never)?.hash).toBe(sha256('planted'));
    made.write({ 'a.ts': 'b' });
    expect(value(await workspace.snapshot()).files.get('a.ts' as never)?.hash).toBe(sha256('b'));
  });

  it('of another copy of the repository is not believed', async () => {
    const made = new Project({ 'a.ts': 'a', 'package.json': '{}' });
    const other = new Project({ 'a.ts': 'b', 'package.json': '{}' });
    const cache = StatCache.open(cachePath(made));
    cache.set('a.ts', lstatSync(join(made.root, 'a.ts')), { hash: sha256('a') }, Date.now() + 10 * RACY_MS);
    cache.save();
    mkdirSync(dirname(cachePath(other)), { recursive: true });
    copyFileSync(cachePath(made), cachePath(other));
    expect((await snapshotOf(other)).files.get('a.ts' as never)?.hash).toBe(sha256('b'));
  });
});
