import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, fail, type Hash, LIMITS, ok, type Result, readRegular, sha256, utf8Of } from '../base/index.ts';
import { isRecordShaped } from './shape.ts';
import type { EvidenceRecord } from './types.ts';

/** The largest record that is read: it holds the diff that was judged, with line ends written out. */
const RECORD_BYTES = 4 * LIMITS.diffBytes;

/** Of a record without its hash. */
const hashOf = (body: unknown): Hash => sha256(canonicalJson(body));

/** Completes a record with its id (time, then what it is about) and its hash. */
export function seal(fields: Omit<EvidenceRecord, 'schema' | 'id' | 'hash'>): EvidenceRecord {
  const body = { schema: 'assay/record/1' as const, ...fields };
  const id = `${fields.createdAt.replaceAll(/[-:.]/g, '')}-${sha256(canonicalJson(body)).slice(0, 8)}`;
  const named = { ...body, id };
  return { ...named, hash: hashOf(named) };
}

/** Writes a record into the store's `records/` once and for all; an existing file is never replaced. Returns its path. */
export function writeRecord(store: string, record: EvidenceRecord): Result<string> {
  const folder = join(store, 'records');
  const path = join(folder, `${record.id}.json`);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, `${JSON.stringify(record, null, 2)}\n`, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary, { force: true });
    return fail(
      'evidence/not-written',
      `the verdict was ${record.verdict.status}, but its record could not be written to ${folder}: ${(error as Error).message}`,
      { suggestion: 'make the folder writable, or free some space' },
    );
  }
  return ok(path);
}

/** Reads a record back and holds it against its own hash. */
export function readRecord(path: string): Result<EvidenceRecord> {
  let record: Partial<EvidenceRecord> | null;
  let isWhole: boolean;
  try {
    const bytes = readRegular(path, RECORD_BYTES);
    if (!bytes)
      return fail(
        'evidence/unreadable',
        `expected the file of a record, found a folder or more than ${RECORD_BYTES} bytes at ${path}`,
      );
    record = JSON.parse(utf8Of(bytes)) as typeof record;
    const { hash, ...body } = record ?? {};
    isWhole = hashOf(body) === hash;
  } catch (error) {
    return fail(
      'evidence/unreadable',
      `expected an evidence record, but ${path} cannot be read: ${(error as Error).message}`,
    );
  }
  const schema: unknown = record?.schema;
  if (schema !== 'assay/record/1') {
    const found = typeof schema === 'string' ? schema.slice(0, 100) : 'none';
    return fail('evidence/schema', `expected an evidence record (schema assay/record/1) in ${path}, found ${found}`);
  }
  if (!isWhole) {
    return fail(
      'evidence/edited',
      `the record ${path} was changed after it was written: its content no longer has the hash it carries`,
    );
  }
  if (!isRecordShaped(record))
    return fail(
      'evidence/shape',
      `expected an evidence record in ${path}, found one that lacks a verdict or what is in it`,
    );
  return ok(record);
}
