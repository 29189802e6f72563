import type { Hash } from '../../base/index.ts';
import type { CorpusSplit } from '../shards.ts';

/**
 * A folder of prepared tokens. `train.bin` holds rows of `context + 1` ids, in the order they are trained on, epoch after
 * epoch; what is short is filled up with the padding token. `validation.bin` and `test.bin` hold documents one after the
 * other, each `<|path|> path <|file|> text <|end_of_text|>`. Every id is an unsigned 16-bit number, little-endian.
 * `data.json` holds this.
 */
export interface PretrainData {
  readonly schema: 'assay/pretrain-data/1';
  /** Seed of the order, the holes and what is dropped; the trainers draw their first weights from it too. */
  readonly seed: number;
  /** Tokens that a row predicts; it holds one more. */
  readonly context: number;
  readonly vocabulary: number;
  /** Of the encoding's bytes; see `tokenizerIdentity`. */
  readonly tokenizer: string;
  /** Of the list that the corpus was packed from. */
  readonly corpus: Hash;
  readonly epochs: number;
  /** Rows of each epoch. */
  readonly rows: readonly number[];
  readonly specials: Readonly<Record<'endOfText' | 'pad' | 'path' | 'file', number>>;
  readonly files: Readonly<Record<CorpusSplit, DataFile>>;
  /** Evaluation tasks that the training text was searched for: path → SHA-256. */
  readonly checkedAgainst: Readonly<Record<string, Hash>>;
}

export interface DataFile {
  readonly file: string;
  /** Ids in the file. */
  readonly tokens: number;
  /** UTF-8 bytes of the texts that stand in it. */
  readonly textBytes: number;
  readonly sha256: Hash;
}

/** Ids as the bytes of a file. */
export function idBytes(ids: readonly number[] | Uint16Array): Uint8Array {
  const bytes = new Uint8Array(2 * ids.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < ids.length; i++) view.setUint16(2 * i, ids[i]!, true);
  return bytes;
}
