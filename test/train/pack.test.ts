import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AssayEvent, type Hash, sha256 } from '../../src/base/index.ts';
import { SHARE, splitOf } from '../../src/train/corpus.ts';
import {
  type CorpusDocument,
  type CorpusList,
  type CorpusManifest,
  packCorpus,
  readManifest,
  readShard,
  trainTokenizer,
} from '../../src/train/index.ts';
import { module, packageTarball, type Registry, registry, type TestPackage, temporaryFolder } from './packages.ts';

const prompt =
  '//Check if in given array of numbers, are any two numbers closer to each other than\n// given threshold.\n' +
  'function has_close_elements(numbers: number[], threshold: number): boolean {\n';

const one = (name: string, files: TestPackage['files'] = { 'src/a.ts': module(name) }): TestPackage => ({
  name,
  version: '1.0.0',
  files: {
    'README.md': `# ${name}\n\n${`What ${name} does is explained here at some length. `.repeat(4)}\n`,
    ...files,
  },
});

const listOf = (packages: readonly TestPackage[], seed = 1): CorpusList => ({
  seed,
  packages: packages.map(({ name, version, licence = 'MIT' }) => ({ package: name, version, licence })),
});

const documentsOf = (folder: string, manifest: CorpusManifest, kind = 'code'): CorpusDocument[] =>
  manifest.shards.filter((shard) => shard.kind === kind).flatMap((shard) => [...readShard(folder, shard)]);

const value = async (packed: ReturnType<typeof packCorpus>): Promise<CorpusManifest> => {
  const result = await packed;
  if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join('\n'));
  return result.value;
};

let root: string;
beforeAll(() => {
  root = temporaryFolder();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
/** A cache with these tarballs in it, and an empty folder to pack into. Nothing is fetched. */
function folder(packages: readonly TestPackage[]): { cacheFolder: string; outFolder: string } {
  const own = join(root, String(folders++));
  const cacheFolder = join(own, 'cache');
  mkdirSync(cacheFolder, { recursive: true });
  for (const one of packages) {
    writeFileSync(join(cacheFolder, `${one.name.replace('@', '').replace('/', '-')}-1.0.0.tgz`), packageTarball(one));
  }
  return { cacheFolder, outFolder: join(own, 'out') };
}

describe('fetching through the npm client', () => {
  const names = ['npm_config_registry', 'npm_config_cache', 'npm_config_fetch_retries'] as const;
  const saved = names.map((name) => process.env[name]);
  let server: Registry;
  beforeAll(async () => {
    server = await registry([one('alpha'), one('@scope/beta'), { ...one('gamma'), version: '2.0.0' }]);
    process.env.npm_config_registry = server.url;
    process.env.npm_config_cache = join(root, 'npm');
    process.env.npm_config_fetch_retries = '0';
  });
  afterAll(async () => {
    for (const [index, name] of names.entries()) {
      if (saved[index] === undefined) delete process.env[name];
      else process.env[name] = saved[index];
    }
    await server.close();
  });

  it('fetches each package once, goes on without those that are gone, and tells progress', async () => {
    const places = folder([]);
    const list = listOf([one('alpha'), one('vanished'), one('@scope/beta'), one('gamma')]);
    const events: AssayEvent[] = [];
    const first = await packCorpus(list, { ...places, events: (event) => events.push(event) });
    if (!first.ok) throw new Error(first.issues[0]!.message);
    // `gamma` exists, but not at 1.0.0.
    expect(first.issues.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning corpus/no-package',
      'warning corpus/no-package',
    ]);
    expect(first.issues.map(({ message }) => message).join('\n')).toMatch(/vanished@1\.0\.0[\s\S]*gamma@1\.0\.0/);
    expect(documentsOf(places.outFolder, first.value).map((document) => document.package)).toEqual([
      'alpha',
      '@scope/beta',
    ]);
    expect(readdirSync(places.cacheFolder).sort()).toEqual(['alpha-1.0.0.tgz', 'scope-beta-1.0.0.tgz']);

    const fetches = events.filter((event) => 'task' in event && event.task === 'fetch');
    expect(fetches.map(({ type }) => type)).toEqual([
      'progress-start',
      ...Array.from({ length: 4 }, () => 'progress-delta'),
      'progress-end',
    ]);
    expect(fetches[1]).toMatchObject({ done: 1, total: 4, note: expect.stringMatching(/^about \d+ s left$/) });

    const asked = server.asked.length;
    const again = await packCorpus(listOf([one('alpha'), one('@scope/beta')]), places);
    expect(again.issues).toEqual([]);
    expect(server.asked.length, 'what is in the cache is not asked for').toBe(asked);
  });

  it('puts a damaged download aside and fetches it anew the next time', async () => {
    const places = folder([]);
    mkdirSync(places.cacheFolder, { recursive: true });
    writeFileSync(join(places.cacheFolder, 'alpha-1.0.0.tgz'), packageTarball(one('alpha')).subarray(0, 100));
    writeFileSync(join(places.cacheFolder, 'scope-beta-1.0.0.tgz'), packageTarball(one('@scope/beta')));
    const list = listOf([one('alpha'), one('@scope/beta')]);
    expect((await packCorpus(list, places)).issues.map(({ code }) => code)).toEqual(['tar/not-gzip']);
    const second = await packCorpus(list, places);
    expect(second.issues).toEqual([]);
    expect(second.ok && second.value.packages.map(({ files }) => files)).toEqual([1, 1]);
  });
});

describe('packCorpus', () => {
  it('writes the same shards and manifest from the same tarballs', async () => {
    const packages = ['a', 'b', 'c'].map((name) =>
      one(name, { 'src/z.ts': module(`${name}z`), 'src/a.ts': module(`${name}a`) }),
    );
    const [x, y] = [folder(packages), folder(packages)];
    const list = listOf(packages);
    const manifest = await value(packCorpus(list, x));
    expect(await value(packCorpus(list, y))).toEqual(manifest);
    expect(readManifest(x.outFolder)).toEqual({ ok: true, value: manifest, issues: [] });
    for (const shard of manifest.shards) {
      const bytes = readFileSync(join(x.outFolder, shard.file));
      expect(sha256(bytes)).toBe(shard.sha256);
      expect(bytes).toEqual(readFileSync(join(y.outFolder, shard.file)));
    }
    const code = documentsOf(x.outFolder, manifest);
    expect(new Set(code.map((document) => `${document.package} ${document.path}`))).toEqual(
      new Set(['a src/a.ts', 'a src/z.ts', 'b src/a.ts', 'b src/z.ts', 'c src/a.ts', 'c src/z.ts']),
    );
    expect(code.find((document) => document.path === 'src/z.ts')).toEqual({
      package: 'a',
      path: 'src/z.ts',
      licence: 'MIT',
      text: module('az'),
    });
    const total = (kind: string): number =>
      documentsOf(x.outFolder, manifest, kind).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    for (const kind of ['code', 'prose']) {
      const shards = manifest.shards.filter((shard) => shard.kind === kind);
      expect(shards.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total(kind));
    }
    expect(manifest.licences).toEqual({ MIT: total('code') + total('prose') });
  });

  it('splits by family, fixed by the seed', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `family${index}-one`);
    const packages = [...names, ...names.map((name) => name.replace('one', 'two'))].map((name) =>
      one(name, { 'src/a.ts': module(name.replace('-', '')) }),
    );
    const places = folder(packages);
    const manifest = await value(packCorpus(listOf(packages), places));
    for (const shard of manifest.shards) {
      for (const document of readShard(places.outFolder, shard)) {
        expect(splitOf(1, document.package.split('-')[0]!), document.package).toBe(shard.split);
      }
    }
    const held = manifest.packages.filter(({ split }) => split !== 'train').length;
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(40);
    expect(new Set(names.map((name) => splitOf(2, name.split('-')[0]!)))).toEqual(
      new Set(['train', 'validation', 'test']),
    );
    expect(names.map((name) => splitOf(1, name))).not.toEqual(names.map((name) => splitOf(2, name)));
  });

  it('gives no package more than its share', async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`src/f${i}.ts`, module(`big${i}x`)]));
    const packages = [one('big', files), ...Array.from({ length: 20 }, (_, i) => one(`small${i}`))];
    const places = folder(packages);
    const manifest = await value(packCorpus(listOf(packages), places));
    const total = manifest.packages.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { package: name, bytes } of manifest.packages) {
      expect(bytes / total, name).toBeLessThanOrEqual(SHARE);
      expect(bytes, name).toBeGreaterThan(0);
    }
    expect(manifest.packages[0]!.excluded.share).toBeGreaterThan(30);
  });

  it('drops what repeats, across packages, and what the list excludes', async () => {
    const packages = [
      one('first', { 'src/a.ts': module('same') }),
      one('second', { 'lib/b.ts': `// copied\n${module('same')}` }),
    ];
    const manifest = await value(packCorpus(listOf(packages), folder(packages)));
    expect(manifest.packages.map(({ files, excluded }) => [files, excluded.duplicate ?? 0])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    const generated = [one('api', { 'src/resources/x.ts': module('x'), 'src/y.ts': module('y') })];
    const list = listOf(generated);
    const excluding = { ...list, packages: list.packages.map((entry) => ({ ...entry, exclude: ['src/resources/'] })) };
    const places = folder(generated);
    const kept = await value(packCorpus(excluding, places));
    expect(documentsOf(places.outFolder, kept).map(({ path }) => path)).toEqual(['src/y.ts']);
  });

  it('takes no package whose own package.json says another thing', async () => {
    const packages = [one('good'), { ...one('bad'), licence: 'GPL-3.0' }, { ...one('renamed') }];
    const places = folder([packages[0]!, packages[1]!, { ...one('other') }]);
    writeFileSync(join(places.cacheFolder, 'renamed-1.0.0.tgz'), packageTarball(one('other')));
    const list = listOf(packages.map((entry) => ({ ...entry, licence: 'MIT' })));
    const packed = await packCorpus(list, places);
    expect(packed.issues.map(({ code }) => code)).toEqual(['corpus/other-licence', 'corpus/other-name']);
    expect(packed.ok && packed.value.packages.map(({ files }) => files)).toEqual([1, 0, 0]);
  });

  it('fails where no package gives text', async () => {
    const packages = [one('only', { 'index.js': 'x' })];
    const packed = await packCorpus(listOf(packages), folder(packages));
    expect(packed.ok).toBe(false);
    expect(packed.issues[0]!.code).toBe('corpus/empty');
  });

  it('replaces an older corpus whole', async () => {
    const [before, after] = [[one('before')], [one('after')]];
    const places = folder([...before, ...after]);
    const first = await value(packCorpus(listOf(before), places));
    writeFileSync(join(places.outFolder, 'code-train-07.jsonl'), '');
    const second = await value(packCorpus(listOf(after), places));
    expect(first).not.toEqual(second);
    expect(readdirSync(places.outFolder).sort()).toEqual(
      ['manifest.json', ...second.shards.map(({ file }) => file)].sort(),
    );
  });

  // A small file system of one's own takes a mount namespace.
  const mounts = spawnSync('unshare', ['-rm', 'true']).status === 0;
  it.skipIf(!mounts)(`says so where the disk is full${mounts ? '' : ' (needs unshare)'}`, () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`src/f${i}.ts`, module(`alpha${i}`)]));
    const packages = [one('alpha', files)];
    const { cacheFolder } = folder(packages);
    const script = join(root, 'full.ts');
    const door = join(import.meta.dirname, '../../src/train/index.ts');
    writeFileSync(
      script,
      `import { packCorpus } from ${JSON.stringify(door)};\n` +
        `const result = await packCorpus(${JSON.stringify(listOf(packages))}, { cacheFolder: ${JSON.stringify(cacheFolder)}, outFolder: process.argv[2]! });\n` +
        'console.log(JSON.stringify(result));\n',
    );
    const small = join(root, 'small');
    mkdirSync(small);
    const run = spawnSync('unshare', [
      '-rm',
      'sh',
      '-c',
      'mount -t tmpfs -o size=32k tmpfs "$1" && exec "$2" "$3" "$1"',
      'sh',
      small,
      process.execPath,
      script,
    ]);
    expect(run.stderr.toString()).toBe('');
    const result = JSON.parse(run.stdout.toString());
    expect(result.ok).toBe(false);
    expect(result.issues).toMatchObject([{ code: 'corpus/disk-full', path: small }]);
  });
});

describe('evaluation tasks', () => {
  const evaluation = (): string => {
    const own = join(root, `evaluation${folders++}`);
    mkdirSync(own);
    writeFileSync(join(own, 'tasks.jsonl'), `${JSON.stringify({ name: 'HumanEval_0', prompt })}\n`);
    writeFileSync(join(own, 'README.md'), 'not a task');
    return own;
  };
  const pack = (text: string, path = 'src/a.ts'): ReturnType<typeof packCorpus> => {
    const packages = [one('clean'), one('suspect', { [path]: text })];
    return packCorpus(listOf(packages), { ...folder(packages), evaluationFolder: evaluation() });
  };

  it.each<[string, string, string?]>([
    ['the prompt', `${module('own')}\n${prompt}  return false;\n}\n`],
    [
      'its words in another comment',
      `${module('own')}\n/**\n * Check if, in given array of numbers, are any two numbers\n * closer to each other than given threshold!\n */\nexport const close = 1;\n`,
    ],
    [
      'its signature over several lines',
      `${module('own')}\nexport function has_close_elements(\n  numbers: number[],\n  threshold: number\n): boolean {\n  return 1 > 2;\n}\n`,
    ],
    ['the prompt in prose', `# Tasks\n\n${'Here is one of them. '.repeat(10)}\n${prompt}`, 'docs/tasks.md'],
  ])('fails on %s', async (_label, text, path) => {
    const packed = await pack(text, path);
    expect(packed.ok).toBe(false);
    expect(packed.issues.map(({ code }) => code)).toEqual(['corpus/contaminated']);
    expect(packed.issues[0]!.message).toContain(`suspect/${path ?? 'src/a.ts'}`);
    expect(packed.issues[0]!.message).toContain('tasks.jsonl:1');
  });

  it('passes what only resembles a task, and records what it was checked against', async () => {
    const manifest = await value(
      pack(
        `${module('own')}\n/** Are any two numbers in the array close? */\nfunction has_elements(numbers: number[]): boolean {\n  return true;\n}\n`,
      ),
    );
    expect(Object.keys(manifest.checkedAgainst)).toEqual(['tasks.jsonl']);
    expect(manifest.checkedAgainst['tasks.jsonl']).toBe(
      sha256(`${JSON.stringify({ name: 'HumanEval_0', prompt })}\n`) as Hash,
    );
  });

  it('refuses a folder without tasks: a check of nothing is none', async () => {
    const empty = join(root, 'nothing');
    mkdirSync(empty);
    const packages = [one('clean')];
    const packed = await packCorpus(listOf(packages), { ...folder(packages), evaluationFolder: empty });
    expect(packed.issues.map(({ code }) => code)).toEqual(['corpus/bad-evaluation']);
    const missing = await packCorpus(listOf(packages), { ...folder(packages), evaluationFolder: join(empty, 'x') });
    expect(missing.issues.map(({ code }) => code)).toEqual(['corpus/bad-evaluation']);
  });
});

describe('trainTokenizer', () => {
  it('trains on the training split alone, the same bytes each time', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `pack${index}`);
    const packages = names.map((name) => one(name));
    const places = folder(packages);
    const manifest = await value(packCorpus(listOf(packages), places));
    const held = manifest.packages.filter(({ split }) => split !== 'train');
    expect(held.length).toBeGreaterThan(0);
    const files = ['x.json', 'y.json'].map((name) => join(places.outFolder, name));
    for (const file of files) {
      const trained = trainTokenizer(places.outFolder, file, { vocabulary: 400 });
      if (!trained.ok) throw new Error(trained.issues[0]!.message);
      expect(trained.value.vocabulary).toBe(400);
      const text = module('pack1');
      expect(Buffer.from(trained.value.decode(trained.value.encode(text))).toString()).toBe(text);
      expect(trained.value.encode(text).length).toBeLessThan(text.length / 2);
    }
    expect(readFileSync(files[0]!)).toEqual(readFileSync(files[1]!));

    // Held-out text does not move it.
    const others = packages.map((entry) =>
      held.some(({ package: name }) => name === entry.name) ? one(entry.name, { 'src/q.ts': module('quite') }) : entry,
    );
    const again = folder(others);
    await value(packCorpus(listOf(others), again));
    const third = join(again.outFolder, 'z.json');
    expect(trainTokenizer(again.outFolder, third, { vocabulary: 400 }).ok).toBe(true);
    expect(readFileSync(third)).toEqual(readFileSync(files[0]!));
  });

  it('refuses what is no corpus', () => {
    expect(trainTokenizer(join(root, 'none'), join(root, 'x.json')).issues.map(({ code }) => code)).toEqual([
      'corpus/no-manifest',
    ]);
  });
});
