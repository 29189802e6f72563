import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Issue, ok, type Result } from '../../base/index.ts';
import { readSafetensors, type Safetensors } from '../../model/index.ts';
import { writeWhole } from '../shards.ts';
import type { Network, NetworkConfig } from './network.ts';
import type { Optimizer } from './optimizer.ts';

/** Before the names of what the optimizer remembers. */
export const MEMORY = 'optimizer/';
const KEPT = 2;

/** What of a network a checkpoint holds. */
type Weights = Pick<Network, 'config' | 'parameters'>;

/** What a checkpoint says beside its tensors. */
export interface Progress {
  readonly steps: number;
  /** Rows read, counted over and over. */
  readonly rows: number;
  readonly tokens: number;
  /** SHA-256 of the rows trained on. */
  readonly data: string;
  /** As JSON: what the run was set to. */
  readonly settings: string;
}

/** The sizes as `trainedWeights` reads them. */
const configText = (config: NetworkConfig): string => JSON.stringify({ architecture: 'qwen3', ...config });

/** A safetensors file (github.com/huggingface/safetensors) of float32 tensors. */
export function writeSafetensors(
  metadata: Readonly<Record<string, string>>,
  tensors: Iterable<{ readonly name: string; readonly shape: readonly number[]; readonly values: Float32Array }>,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    // A copy: the values may lie in shared memory.
    const bytes = new Uint8Array(Float32Array.from(values).buffer);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes.length] };
    parts.push(bytes);
    offset += bytes.length;
  }
  const text = JSON.stringify(header);
  const head = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  return Buffer.concat([length, head, ...parts]);
}

/**
 * Writes `step-<n>.safetensors`, whole or not at all, and drops all but the last two. What cannot be written is an issue: the
 * run goes on and the last good one stands.
 */
export function saveCheckpoint(
  folder: string,
  own: Weights,
  optimizer: Optimizer,
  progress: Progress,
): Issue | undefined {
  const tensors = [...own.parameters.values()].map(({ name, rows, columns, values }) => ({
    name,
    shape: rows === 1 ? [columns] : [rows, columns],
    values,
  }));
  for (const [name, means] of optimizer.state.means) {
    for (const [i, values] of means.entries()) {
      tensors.push({ name: `${MEMORY}${name}/${i}`, shape: [values.length], values });
    }
  }
  const metadata = {
    schema: 'assay/weights/1',
    config: configText(own.config),
    step: String(progress.steps),
    tokens: String(progress.tokens),
    rows: String(progress.rows),
    data: progress.data,
    settings: progress.settings,
  };
  try {
    mkdirSync(folder, { recursive: true });
    writeWhole(join(folder, name(progress.steps)), writeSafetensors(metadata, tensors));
    for (const old of checkpoints(folder).slice(0, -KEPT)) rmSync(join(folder, old));
    return undefined;
  } catch (error) {
    rmSync(join(folder, `${name(progress.steps)}.part`), { force: true, recursive: true });
    return {
      code: 'train/no-checkpoint',
      message: `no checkpoint at step ${progress.steps}, the last one stands: ${(error as Error).message}`,
      severity: 'warning',
      path: folder,
    };
  }
}

const name = (step: number): string => `step-${String(step).padStart(8, '0')}.safetensors`;

/** By step, oldest first; none where there is no such folder. */
export function checkpoints(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /^step-\d{8,}\.safetensors$/.test(file))
      .sort();
  } catch {
    return [];
  }
}

export interface Checkpoint {
  readonly progress: Progress;
  readonly file: Safetensors;
}

/** The last checkpoint that can be read, with a warning for each that had to be passed over; undefined where there is none. */
export function latestCheckpoint(folder: string): Result<Checkpoint | undefined> {
  const issues: Issue[] = [];
  for (const file of checkpoints(folder).toReversed()) {
    const read = readSafetensors(readFileSync(join(folder, file)));
    if (!read.ok) {
      issues.push(...read.issues.map((issue): Issue => ({ ...issue, severity: 'warning', path: join(folder, file) })));
      continue;
    }
    const { step, tokens, rows, data = '', settings = '' } = read.value.metadata;
    const progress = { steps: Number(step), rows: Number(rows), tokens: Number(tokens), data, settings };
    return ok({ progress, file: read.value }, issues);
  }
  return ok(undefined, issues);
}

/** Puts a checkpoint's numbers in their places; says which tensor is missing or of another size. */
export function restore({ file, progress }: Checkpoint, own: Weights, optimizer: Optimizer): string | undefined {
  const places = [...own.parameters.values()].map(({ name, values }) => [name, values] as const);
  for (const [parameter, means] of optimizer.state.means) {
    for (const [i, values] of means.entries()) places.push([`${MEMORY}${parameter}/${i}`, values]);
  }
  for (const [tensor, values] of places) {
    const found = file.tensors.get(tensor);
    if (found?.bytes.length !== 4 * values.length) {
      return `expected ${values.length} numbers of ${tensor}, found ${(found?.bytes.length ?? 0) / 4}`;
    }
    values.set(new Float32Array(Uint8Array.from(found.bytes).buffer));
  }
  optimizer.state.steps = progress.steps;
  return undefined;
}
