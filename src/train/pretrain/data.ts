import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import type { PretrainData } from './format.ts';

/** Rows to train on, read as they are asked for. */
export interface Rows {
  readonly data: PretrainData;
  readonly count: number;
  /** Ids of `count` rows from a position on, over and over. */
  read(first: number, count: number): Uint16Array;
  close(): void;
}

/** The rows of a folder that `preparePretraining` wrote. Error: `train/no-data`. */
export function openRows(folder: string): Result<Rows> {
  const refuse = (why: string): ReturnType<typeof fail> =>
    fail('train/no-data', `expected prepared tokens in ${folder}: ${why}`, {
      path: folder,
      suggestion: 'prepare them with assay train pretrain --prepare',
    });
  let data: PretrainData;
  try {
    data = JSON.parse(readFileSync(join(folder, 'data.json'), 'utf8')) as PretrainData;
    if (data.schema !== 'assay/pretrain-data/1') return refuse(`data.json is of schema ${String(data.schema)}`);
    const size = statSync(join(folder, data.files.train.file)).size;
    if (size !== 2 * data.files.train.tokens) {
      return refuse(`${data.files.train.file} has ${size} bytes, not ${2 * data.files.train.tokens}`);
    }
  } catch (error) {
    return refuse((error as Error).message);
  }
  const file = openSync(join(folder, data.files.train.file), 'r');
  const size = data.context + 1;
  const total = data.files.train.tokens / size;
  return ok({
    data,
    count: total,
    read(first, count) {
      const bytes = Buffer.alloc(2 * size * count);
      for (let done = 0; done < count; ) {
        const at = (first + done) % total;
        const here = Math.min(count - done, total - at);
        readSync(file, bytes, 2 * size * done, 2 * size * here, 2 * size * at);
        done += here;
      }
      const ids = new Uint16Array(size * count);
      for (let i = 0; i < ids.length; i++) ids[i] = bytes.readUInt16LE(2 * i);
      return ids;
    },
    close: () => closeSync(file),
  });
}
