import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readTarball } from '../../src/train/tar.ts';
import { tarball } from './packages.ts';

const read = (bytes: Uint8Array): Record<string, string> => {
  const found = readTarball(bytes);
  if (!found.ok) throw new Error(found.issues[0]!.message);
  return Object.fromEntries(found.value.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]));
};

/** One entry by hand, for what no honest program packs. */
function entry(name: string, body: string, type = '0', break_ = false): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${Buffer.byteLength(body).toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, break_ ? 1 : 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padded = Buffer.alloc(Math.ceil(Buffer.byteLength(body) / 512) * 512);
  padded.write(body);
  return Buffer.concat([header, padded]);
}

const END = Buffer.alloc(1024);

describe('readTarball', () => {
  const files = {
    'package.json': '{}',
    'src/a.ts': 'export {};\n',
    'empty.ts': '',
    'block.ts': 'x'.repeat(512),
    'ünïcode/日本.ts': 'y',
    [`${'long/'.repeat(30)}${'name'.repeat(20)}.ts`]: 'far down',
  };

  it.each([['gnu'], ['pax'], ['ustar']])('reads what tar packs in the %s format', (format) => {
    const { [Object.keys(files).at(-1)!]: _, ...short } = files;
    expect(read(tarball(format === 'ustar' ? short : files, `--format=${format}`))).toEqual(
      format === 'ustar' ? short : files,
    );
  });

  it('passes over links, folders and paths that leave the archive', () => {
    const tar = Buffer.concat([
      entry('package/ok.ts', 'ok'),
      entry('package/../../etc/passwd', 'no'),
      entry('/package/absolute.ts', 'no'),
      entry('package/link.ts', '', '2'),
      entry('package/hard.ts', '', '1'),
      entry('package/folder/', '', '5'),
      entry('lonely.ts', 'no'),
      END,
    ]);
    expect(read(gzipSync(tar))).toEqual({ 'ok.ts': 'ok' });
  });

  it.each<[string, Uint8Array, string]>([
    ['what is not gzip', Buffer.from('hello'), 'tar/not-gzip'],
    ['a cut download', tarball({ 'a.ts': 'x'.repeat(5000) }).subarray(0, 60), 'tar/not-gzip'],
    ['a wrong checksum', gzipSync(Buffer.concat([entry('package/a.ts', 'a', '0', true), END])), 'tar/damaged'],
    ['a size beyond the end', gzipSync(entry('package/a.ts', 'a'.repeat(600)).subarray(0, 512)), 'tar/damaged'],
  ])('refuses %s', (_label, bytes, code) => {
    expect(readTarball(bytes).issues.map((issue) => issue.code)).toEqual([code]);
  });

  it('stops at its limits', () => {
    const bomb = gzipSync(Buffer.concat([entry('package/a.ts', 'a'.repeat(100_000)), END]));
    const limits = { unpackedBytes: 10_000, files: 2 };
    expect(readTarball(bomb, limits).issues.map(({ code }) => code)).toEqual(['tar/too-large']);
    const many = (count: number): Buffer =>
      gzipSync(Buffer.concat([...Array.from({ length: count }, (_, i) => entry(`package/${i}.ts`, 'a')), END]));
    expect(readTarball(many(2), limits).ok).toBe(true);
    expect(readTarball(many(3), limits).issues.map(({ code }) => code)).toEqual(['tar/too-large']);
  });
});
