import { gunzipSync } from 'node:zlib';
import { fail, ok, type RepoPath, type Result, repoPath } from '../base/index.ts';

/** One regular file of an archive. `bytes` is a view into the unpacked archive. */
export interface TarFile {
  /** Path below the archive's first folder (`package/` in what npm packs). */
  readonly path: RepoPath;
  readonly bytes: Uint8Array;
}

export interface TarLimits {
  /** Bytes of the archive once unpacked. */
  readonly unpackedBytes: number;
  readonly files: number;
}

export const TAR_LIMITS: TarLimits = { unpackedBytes: 512 * 1024 * 1024, files: 50_000 };

const BLOCK = 512;

/**
 * The regular files of a gzipped tar archive (POSIX ustar with pax and GNU long names, which is what npm publishes).
 * Nothing is written anywhere; links, devices and paths that leave the archive are passed over. Errors: `tar/not-gzip`,
 * `tar/too-large`, `tar/damaged`.
 */
export function readTarball(gzipped: Uint8Array, limits: TarLimits = TAR_LIMITS): Result<TarFile[]> {
  let tar: Uint8Array;
  try {
    tar = gunzipSync(gzipped, { maxOutputLength: limits.unpackedBytes });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ERR_BUFFER_TOO_LARGE'
      ? fail('tar/too-large', `an archive unpacks to at most ${limits.unpackedBytes} bytes, this one to more`)
      : fail('tar/not-gzip', `expected a gzipped tar archive: ${(error as Error).message}`);
  }
  const files: TarFile[] = [];
  let longPath: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return ok(files);
    if (!checksumHolds(header)) return fail('tar/damaged', `the header at byte ${at} does not match its checksum`);
    const size = sizeField(header);
    const start = at + BLOCK;
    if (!(size >= 0 && start + size <= tar.length)) {
      return fail('tar/damaged', `the entry at byte ${at} claims ${size} bytes, ${tar.length - start} are left`);
    }
    const body = tar.subarray(start, start + size);
    const type = String.fromCharCode(header[156]!);
    if (type === 'x') longPath = paxPath(body) ?? longPath;
    else if (type === 'L') longPath = text(body);
    else if (type !== 'g' && type !== 'K') {
      const prefix = text(header.subarray(345, 500));
      const name = longPath ?? (prefix === '' ? '' : `${prefix}/`) + text(header.subarray(0, 100));
      longPath = undefined;
      const path = repoPath(name);
      const inside = path?.slice(path.indexOf('/') + 1);
      if ((type === '0' || type === '\0') && path?.includes('/') && inside) {
        if (files.length >= limits.files)
          return fail('tar/too-large', `an archive holds at most ${limits.files} files`);
        files.push({ path: inside as RepoPath, bytes: body });
      }
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return ok(files);
}

/** Bytes up to the first NUL, as UTF-8. */
function text(field: Uint8Array): string {
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8');
}

/** Octal digits, or big-endian base 256 where the first bit is set (GNU). */
function sizeField(header: Uint8Array): number {
  const field = header.subarray(124, 136);
  if (field[0]! & 0x80) return field.subarray(1).reduce((value, byte) => value * 256 + byte, field[0]! & 0x7f);
  return Number.parseInt(text(field).trim() || '0', 8);
}

/** The sum of all header bytes, the checksum field itself counted as spaces. */
function checksumHolds(header: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  return sum === Number.parseInt(text(header.subarray(148, 156)).trim(), 8);
}

/** Records are `length key=value\n`, the length counting the whole record. */
function paxPath(body: Uint8Array): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(32, at);
    const length = space < 0 ? Number.NaN : Number.parseInt(text(body.subarray(at, space)), 10);
    if (!(length > 0)) return path;
    const record = text(body.subarray(space + 1, at + length - 1));
    if (record.startsWith('path=')) path = record.slice(5);
    at += length;
  }
  return path;
}
