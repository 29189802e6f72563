import type { Tensor } from '../gguf/index.ts';
import type { LlamaLayer, LlamaModel } from '../llama/index.ts';
import type { Arena } from './arena.ts';
import type { Kernels, Kind } from './loader.ts';
import { kindOf, type Matrix, matrixBytes, packMatrix, padded, stageBytes, tileBytes } from './matrices.ts';
import { PAGE } from './pages.ts';

/** Tokens of one pass. */
export const MAX_ROWS = 128;
/** Rows of logits of one pass. */
export const MAX_HEAD_ROWS = 32;

// As in `assembly/layout.as`.
const STEP_BYTES = 64;
const SYNC_BYTES = 64;
const BATCH_BYTES = 12;
const OPERATION = { embed: 0, norm: 1, matrix: 2, turn: 3, attend: 4, activate: 5, gather: 6 } as const;
const ROWS = { all: 0, picked: 1, head: 2 } as const;
type Rows = (typeof ROWS)[keyof typeof ROWS];
const CONTROL = { steps: 1112, syncs: 1116, batch: 1120, picks: 1124, scratch: 1128, scratchBytes: 1132 } as const;
export const CONTROL_END = 4096;
/** Chunks of a matrix product for each thread: enough that a slow thread does not hold up the rest. */
const CHUNKS = 4;
/** Rows of a chunk of attention. */
const ATTEND_ROWS = 4;

/** A model laid out in memory with the steps that compute it. Pointers are bytes. */
export interface Program {
  /** Steps [0, body) take the tokens of a pass to the hidden rows of the picked ones, [body, end) those to logits. */
  readonly body: number;
  readonly end: number;
  /** [MAX_ROWS] of token, position, pointer to page pointers; all u32. */
  readonly batch: number;
  /** [MAX_ROWS] u32. */
  readonly picks: number;
  /** [MAX_ROWS, hiddenStride / 4]: the picked rows, in front, after the last layer. */
  readonly hidden: number;
  readonly hiddenStride: number;
  /** [MAX_HEAD_ROWS, logitsStride / 4]. */
  readonly logits: number;
  readonly logitsStride: number;
  /** [MAX_ROWS, tableLength] u32 page pointers. */
  readonly tables: number;
  readonly tableLength: number;
  /** [capacity, headSize / 2] of cosine and sine, to be filled in. */
  readonly turns: number;
  readonly pageBytes: number;
}

/** Thrown where the memory ends; does not leave the folder. */
export class OutOfMemory extends Error {}

/** Lays the model out and writes its steps. Throws OutOfMemory. */
export function layOut(
  kernels: Kernels,
  memory: Arena,
  { config, weights }: LlamaModel,
  capacity: number,
  threads: number,
): Program {
  const { width, heads, kvHeads, headSize, hidden, vocabulary, layers } = config;
  const room = (bytes: number): number => {
    const at = memory.allocate(bytes);
    if (at === undefined) throw new OutOfMemory();
    return at;
  };
  const queries = heads * headSize;
  const keys = kvHeads * headSize;
  const [queryRows, keyRows] = [padded(queries), padded(keys)];
  const stream = padded(width) * 4;
  const inner = Math.max(queryRows + 2 * keyRows, 2 * padded(hidden)) * 4;
  const widest = Math.max(width, queries, hidden);
  const kinds = weights.layers.flatMap((layer) => PRODUCTS.map((parts) => kindOf(kernels, parts(layer))));
  kinds.push(kindOf(kernels, [weights.head]));
  const tile = Math.max(...kinds.map((kind) => tileBytes(kind, widest)));

  const tableLength = Math.ceil(capacity / PAGE);
  const share = headsOfChunk(heads / kvHeads, kvHeads, threads);
  const scores = ATTEND_ROWS * share * tableLength * PAGE;
  const scratchBytes = Math.ceil((Math.max(widest, scores) * 4) / 64) * 64;
  const regions = {
    steps: room((layers * 10 + 4) * STEP_BYTES),
    syncs: room((layers * 10 + 4) * SYNC_BYTES),
    batch: room(MAX_ROWS * BATCH_BYTES),
    picks: room(MAX_ROWS * 4),
    scratch: room(scratchBytes * threads),
  };
  for (const [name, at] of Object.entries(regions)) {
    memory.u32[CONTROL[name as keyof typeof regions] / 4] = at;
  }
  memory.u32[CONTROL.scratchBytes / 4] = scratchBytes;
  const x = room(MAX_ROWS * stream);
  const y = room(MAX_ROWS * inner);
  const attended = room(MAX_ROWS * padded(queries) * 4);
  const activations = room((MAX_ROWS / 4) * tile);
  const logitsStride = padded(vocabulary) * 4;
  const logits = room(MAX_HEAD_ROWS * logitsStride);
  const turns = room(capacity * headSize * 4);
  const tables = room(MAX_ROWS * tableLength * 4);
  const stage = room(stageBytes(Math.max(widest, width)));

  const vector = (...tensors: readonly Tensor[]): number => {
    const at = room(tensors.reduce((sum, { shape }) => sum + padded(shape[0]!), 0) * 4);
    let to = at;
    for (const { shape, bytes } of tensors) {
      memory.u8.set(bytes, to);
      to += padded(shape[0]!) * 4;
    }
    return at;
  };
  const matrix = (...tensors: readonly Tensor[]): Matrix => {
    const at = room(matrixBytes(kernels, tensors));
    return packMatrix(kernels, memory, tensors, at, stage);
  };
  const epsilon = new Uint32Array(Float32Array.of(config.normEpsilon).buffer)[0]!;

  let steps = 0;
  const step = (operation: keyof typeof OPERATION, rows: Rows, ...words: number[]): void => {
    memory.u32.set([OPERATION[operation], rows, ...words], regions.steps / 4 + steps * (STEP_BYTES / 4));
    steps++;
  };
  const norm = (rows: Rows, from: number, stride: number, weight: number, columns: number, kind: Kind): void =>
    step('norm', rows, kind, from, stride, weight, columns, activations, epsilon);
  const product = (
    rows: Rows,
    { kind, at, columns, groups }: Matrix,
    to: number,
    stride: number,
    start: number,
  ): void =>
    step(
      'matrix',
      rows,
      kind,
      at,
      columns,
      activations,
      to,
      stride,
      start,
      groups,
      Math.ceil(groups / (CHUNKS * threads)),
    );
  const FROM_ZERO = 0;
  const ADDED = 1;

  const embedding = matrix(weights.embedding);
  step('embed', ROWS.all, embedding.kind, embedding.at, width, x, stream);
  const layerBytes = 2 * keys * PAGE * 4;
  for (const [index, layer] of weights.layers.entries()) {
    const [query, output, gate, down] = PRODUCTS.map((parts) => matrix(...parts(layer))) as [
      Matrix,
      Matrix,
      Matrix,
      Matrix,
    ];
    const { queryBias, keyBias, valueBias, queryNorm, keyNorm } = layer;
    const bias = queryBias && keyBias && valueBias ? vector(queryBias, keyBias, valueBias) : FROM_ZERO;
    const [, keyStart, valueStart] = query.starts as [number, number, number];
    norm(ROWS.all, x, stream, vector(layer.attentionNorm), width, query.kind);
    product(ROWS.all, query, y, inner, bias);
    step(
      'turn',
      ROWS.all,
      y,
      inner,
      keyStart * 4,
      valueStart * 4,
      heads,
      kvHeads,
      headSize,
      queryNorm ? vector(queryNorm) : 0,
      keyNorm ? vector(keyNorm) : 0,
      epsilon,
      config.rope === 'interleaved' ? 1 : 0,
      turns,
      index * layerBytes,
    );
    // After the last keys and values, only rows that something is asked about go on.
    const last = index === layers - 1;
    const rows = last ? ROWS.picked : ROWS.all;
    step('attend', rows, y, inner, heads, kvHeads, headSize, attended, queryRows * 4, index * layerBytes, share);
    if (last) step('gather', rows, x, stream);
    norm(rows, attended, queryRows * 4, 0, queries, output.kind);
    product(rows, output, x, stream, ADDED);
    norm(rows, x, stream, vector(layer.feedForwardNorm), width, gate.kind);
    product(rows, gate, y, inner, FROM_ZERO);
    step('activate', rows, down.kind, y, inner, gate.starts[1]! * 4, hidden, activations);
    product(rows, down, x, stream, ADDED);
  }
  const body = steps;
  const head = weights.head === weights.embedding ? embedding : matrix(weights.head);
  norm(ROWS.head, x, stream, vector(weights.outputNorm), width, head.kind);
  product(ROWS.head, head, logits, logitsStride, FROM_ZERO);
  return {
    body,
    end: steps,
    batch: regions.batch,
    picks: regions.picks,
    hidden: x,
    hiddenStride: stream,
    logits,
    logitsStride,
    tables,
    tableLength,
    turns,
    pageBytes: layers * layerBytes,
  };
}

/** Query heads that one thread takes together: all that share a key head, unless some threads would have nothing to do. */
function headsOfChunk(group: number, kvHeads: number, threads: number): number {
  let share = group;
  while (share > 1 && (kvHeads * group) / share < threads) {
    do share--;
    while (group % share !== 0);
  }
  return share;
}

/** The matrices of a layer, those with the same input together. */
const PRODUCTS: readonly ((layer: LlamaLayer) => readonly Tensor[])[] = [
  ({ query, key, value }) => [query, key, value],
  ({ output }) => [output],
  ({ gate, up }) => [gate, up],
  ({ down }) => [down],
];
