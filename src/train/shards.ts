import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Hash, sha256 } from '../base/index.ts';

export type CorpusKind = 'code' | 'prose';
export type CorpusSplit = 'train' | 'validation' | 'test';

/** One line of a shard. */
export interface CorpusDocument {
  readonly package: string;
  /** Path inside the package; of what came from a source map, the path of the source. */
  readonly path: string;
  readonly licence: string;
  readonly text: string;
}

/**
 * One file `<kind>-<split>-<nn>.jsonl` of the packed corpus: a `CorpusDocument` as JSON on each line, UTF-8, packages in
 * the order of the list, paths in code-unit order inside a package.
 */
export interface CorpusShard {
  readonly file: string;
  readonly kind: CorpusKind;
  readonly split: CorpusSplit;
  readonly documents: number;
  /** UTF-8 bytes of the texts, not of the file. */
  readonly bytes: number;
  /** Of the file. */
  readonly sha256: Hash;
}

/** Text bytes of one shard, at most one document more. */
const SHARD_BYTES = 16 * 1024 * 1024;

/** Writes the documents of one kind and split; each shard appears under its name only when it is whole. */
export function writeShards(
  folder: string,
  kind: CorpusKind,
  split: CorpusSplit,
  documents: readonly CorpusDocument[],
): CorpusShard[] {
  mkdirSync(folder, { recursive: true });
  const shards: CorpusShard[] = [];
  for (let at = 0; at < documents.length; ) {
    const lines: string[] = [];
    let bytes = 0;
    for (; at < documents.length && bytes < SHARD_BYTES; at++) {
      const document = documents[at]!;
      bytes += Buffer.byteLength(document.text);
      lines.push(JSON.stringify(document), '\n');
    }
    const file = `${kind}-${split}-${String(shards.length).padStart(2, '0')}.jsonl`;
    const content = Buffer.from(lines.join(''));
    writeWhole(join(folder, file), content);
    shards.push({ file, kind, split, documents: lines.length / 2, bytes, sha256: sha256(content) });
  }
  return shards;
}

/** Writes beside the target and renames, so that a reader sees the old file or the new one. */
export function writeWhole(path: string, content: Uint8Array): void {
  const temporary = `${path}.part`;
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'w');
  try {
    for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

/** The documents of one shard, in order. Throws where the file is not what the manifest says. */
export function* readShard(folder: string, shard: CorpusShard): Generator<CorpusDocument> {
  const content = readFileSync(join(folder, shard.file));
  const found = sha256(content);
  if (found !== shard.sha256) throw new Error(`${shard.file}: the manifest says ${shard.sha256}, the file is ${found}`);
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(10, start);
    yield JSON.parse(content.toString('utf8', start, end)) as CorpusDocument;
    start = end + 1;
  }
}
