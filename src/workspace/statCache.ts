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
  /** Ids that git may give the content, see `gitIds`. Undefined where nobody asked for them. */
  readonly ids?: string;
}

/**
 * Files whose content was hashed before, by name, size, inode, time of change and time of inode change. A file touched
 * within this time before it was looked at is hashed again next time: a second write in the same tick of the file
 * system's clock would leave no trace (git calls such an entry racy). The coarsest clock in use (FAT) ticks every 2 s.
 */
export const RACY_MS = 2_500;

const MAGIC = `assay-stat-2 ${SECRET_RULES}\n`;
/** mtime, ctime (milliseconds), size (bytes), inode. */
const NUMBERS = 4;

/** Entries side by side: numbers and hashes in blocks, found by name. */
interface Table {
  readonly index: ReadonlyMap<string, number>;
  readonly numbers: Float64Array;
  /** 64 hexadecimal digits each. */
  readonly hashes: string;
  readonly secrets: readonly string[];
  readonly ids: readonly string[];
}

const EMPTY: Table = { index: new Map(), numbers: new Float64Array(0), hashes: '', secrets: [], ids: [] };

interface Entry extends Content {
  readonly name: string;
  readonly numbers: readonly number[];
}

/**
 * A cache file: magic, SHA-256 of the rest, count, then the numbers, hashes and (as text) names, reasons of secrets and git's
 * ids, each as one block. Damaged or foreign files count as empty. Losing it costs time only.
 */
export class StatCache {
  readonly #file: string;
  readonly #table: Table;
  /** Names that were got; the others are gone and not kept. */
  readonly #got: string[] = [];
  readonly #added: Entry[] = [];

  private constructor(file: string, table: Table) {
    this.#file = file;
    this.#table = table;
  }

  static open(file: string): StatCache {
    let bytes: Buffer;
    try {
      bytes = readFileSync(file);
    } catch {
      return new StatCache(file, EMPTY);
    }
    return new StatCache(file, decode(bytes) ?? EMPTY);
  }

  /** What is known of a file that looks as `stats` does; undefined where it has to be read. */
  get(name: string, stats: Stats): Content | undefined {
    const { index, numbers } = this.#table;
    const found = index.get(name);
    if (found === undefined) return undefined;
    const at = found * NUMBERS;
    if (
      numbers[at] !== stats.mtimeMs ||
      numbers[at + 1] !== stats.ctimeMs ||
      numbers[at + 2] !== stats.size ||
      numbers[at + 3] !== stats.ino
    )
      return undefined;
    this.#got.push(name);
    return contentAt(this.#table, found);
  }

  /** Keeps what was found, unless the file was touched too shortly before `now`. `stats` is from before the reading. */
  set(name: string, stats: Stats, content: Content, now: number): void {
    if (Math.max(stats.mtimeMs, stats.ctimeMs) >= now - RACY_MS) return;
    this.#added.push({ ...content, name, numbers: [stats.mtimeMs, stats.ctimeMs, stats.size, stats.ino] });
  }

  /** Writes what was got and set; whoever reads meanwhile sees the old file or the new one. Failing is not an error. */
  save(): void {
    if (this.#added.length === 0 && this.#got.length === this.#table.index.size) return;
    const got = this.#got.map((name): Entry => {
      const found = this.#table.index.get(name)!;
      const numbers = [...this.#table.numbers.subarray(found * NUMBERS, (found + 1) * NUMBERS)];
      return { ...contentAt(this.#table, found), name, numbers };
    });
    const beside = `${this.#file}.${process.pid}`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(beside, encode([...got, ...this.#added]));
      renameSync(beside, this.#file);
    } catch {
      rmSync(beside, { force: true });
    }
  }
}

function contentAt({ hashes, secrets, ids }: Table, found: number): Content {
  const hash = hashes.slice(found * 64, found * 64 + 64) as Hash;
  const secret = secrets[found];
  const known = ids[found];
  return { hash, ...(secret ? { secret } : {}), ...(known ? { ids: known } : {}) };
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function encode(entries: readonly Entry[]): Buffer {
  const numbers = new Float64Array(entries.length * NUMBERS);
  const hashes = Buffer.alloc(entries.length * 32);
  for (const [index, entry] of entries.entries()) {
    numbers.set(entry.numbers, index * NUMBERS);
    hashes.write(entry.hash, index * 32, 'hex');
  }
  const texts = [
    ...entries.map(({ name }) => name),
    ...entries.map(({ secret }) => secret ?? ''),
    ...entries.map(({ ids }) => ids ?? ''),
  ].join('\0');
  const count = Buffer.alloc(8);
  count.writeUInt32LE(entries.length);
  const rest = Buffer.concat([count, Buffer.from(numbers.buffer), hashes, Buffer.from(texts, 'latin1')]);
  return Buffer.concat([Buffer.from(MAGIC), digest(rest), rest]);
}

function decode(bytes: Buffer): Table | undefined {
  const start = MAGIC.length + 32;
  if (bytes.length < start + 8 || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const rest = bytes.subarray(start);
  if (!digest(rest).equals(bytes.subarray(MAGIC.length, start))) return undefined;
  const count = rest.readUInt32LE(0);
  const hashesAt = 8 + count * NUMBERS * 8;
  const texts = rest.toString('latin1', hashesAt + count * 32).split('\0');
  const index = new Map<string, number>();
  for (let at = 0; at < count; at++) index.set(texts[at]!, at);
  return {
    index,
    // A copy, because the view must start at a multiple of 8.
    numbers: new Float64Array(new Uint8Array(rest.subarray(8, hashesAt)).buffer),
    hashes: rest.toString('hex', hashesAt, hashesAt + count * 32),
    secrets: texts.slice(count, 2 * count),
    ids: texts.slice(2 * count),
  };
}
