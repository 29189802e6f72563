import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Hash } from '../base/index.ts';
import { SECRET_RULES } from './secrets.ts';

/** What a file's content was found to be. */
export interface Content {
  readonly hash: Hash;
  /** Why the content is a secret, if it is. */
  readonly secret?: string;
}

/**
 * Files whose content was hashed before, by name, size, inode, time of change and time of inode change. A file touched
 * within this time before it was looked at is hashed again next time: a second write in the same tick of the file
 * system's clock would leave no trace (git calls such an entry racy). The coarsest clock in use (FAT) ticks every 2 s.
 */
export const RACY_MS = 2_500;

const MAGIC = `assay-stat-1 ${SECRET_RULES}\n`;
const NUMBERS = 4;

interface Entry extends Content {
  /** mtime, ctime (milliseconds), size (bytes), inode. */
  readonly numbers: readonly [number, number, number, number];
}

/**
 * A cache file: magic, SHA-256 of the rest, count, then the numbers, hashes and (as text) names and reasons of secrets,
 * each as one block. Damaged or foreign files count as empty. Losing it costs time only.
 */
export class StatCache {
  readonly #file: string;
  readonly #known: Map<string, Entry>;
  readonly #next = new Map<string, Entry>();
  #changed = false;

  private constructor(file: string, known: Map<string, Entry>) {
    this.#file = file;
    this.#known = known;
  }

  static open(file: string): StatCache {
    let bytes: Buffer;
    try {
      bytes = readFileSync(file);
    } catch {
      return new StatCache(file, new Map());
    }
    return new StatCache(file, decode(bytes) ?? new Map());
  }

  /** What is known of a file that looks as `stats` does; undefined where it has to be read. */
  get(name: string, stats: Stats): Content | undefined {
    const entry = this.#known.get(name);
    if (entry?.numbers.some((number, index) => number !== numbersOf(stats)[index]) !== false) return undefined;
    this.#next.set(name, entry);
    return entry;
  }

  /** Keeps what was found, unless the file was touched too shortly before `now`. `stats` is from before the reading. */
  set(name: string, stats: Stats, content: Content, now: number): void {
    if (Math.max(stats.mtimeMs, stats.ctimeMs) >= now - RACY_MS) return;
    this.#next.set(name, { ...content, numbers: numbersOf(stats) });
    this.#changed = true;
  }

  /** Writes what was got and set; whoever reads meanwhile sees the old file or the new one. Failing is not an error. */
  save(): void {
    if (!this.#changed && this.#next.size === this.#known.size) return;
    const beside = `${this.#file}.${process.pid}`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(beside, encode(this.#next));
      renameSync(beside, this.#file);
    } catch {
      rmSync(beside, { force: true });
    }
  }
}

const numbersOf = (stats: Stats): readonly [number, number, number, number] => [
  stats.mtimeMs,
  stats.ctimeMs,
  stats.size,
  stats.ino,
];

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function encode(entries: ReadonlyMap<string, Entry>): Buffer {
  const count = entries.size;
  const numbers = new Float64Array(count * NUMBERS);
  const hashes = Buffer.alloc(count * 32);
  const texts: string[] = [];
  let index = 0;
  for (const [name, entry] of entries) {
    numbers.set(entry.numbers, index * NUMBERS);
    hashes.write(entry.hash, index * 32, 'hex');
    texts.push(name, entry.secret ?? '');
    index++;
  }
  const size = Buffer.alloc(8);
  size.writeUInt32LE(count);
  const rest = Buffer.concat([size, Buffer.from(numbers.buffer), hashes, Buffer.from(texts.join('\0'), 'latin1')]);
  return Buffer.concat([Buffer.from(MAGIC), digest(rest), rest]);
}

function decode(bytes: Buffer): Map<string, Entry> | undefined {
  const start = MAGIC.length + 32;
  if (bytes.length < start + 8 || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const rest = bytes.subarray(start);
  if (!digest(rest).equals(bytes.subarray(MAGIC.length, start))) return undefined;
  const count = rest.readUInt32LE(0);
  const hashesAt = 8 + count * NUMBERS * 8;
  // A copy, because the view must start at a multiple of 8.
  const numbers = new Float64Array(new Uint8Array(rest.subarray(8, hashesAt)).buffer);
  const hashes = rest.toString('hex', hashesAt, hashesAt + count * 32);
  const texts = rest.toString('latin1', hashesAt + count * 32).split('\0');
  const entries = new Map<string, Entry>();
  for (let index = 0; index < count; index++) {
    const secret = texts[index * 2 + 1];
    const at = index * NUMBERS;
    entries.set(texts[index * 2]!, {
      hash: hashes.slice(index * 64, index * 64 + 64) as Hash,
      ...(secret ? { secret } : {}),
      numbers: [numbers[at]!, numbers[at + 1]!, numbers[at + 2]!, numbers[at + 3]!],
    });
  }
  return entries;
}
