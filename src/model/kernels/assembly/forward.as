// The steps of a pass. Each is cut into chunks that can be computed in any order by any thread.
import {
  ACTIVATE, ALL_ROWS, ATTEND, BATCH, BATCH_BYTES, EMBED, GATHER, HEAD_FIRST, HEAD_ROWS, MATRIX, NORM, PAGE, PICKED,
  PICKS, ROWS, SCRATCH, SCRATCH_BYTES, STEPS, STEP_BYTES, TILE, TURN,
} from './layout';
import { attend, keep, turnHeads } from './attention';
import { multiply } from './matrix';
import { unpack } from './pack';
import { activate, norm, place } from './rows';
import { thread } from './sync';

@inline
function word(at: usize, index: usize): u32 {
  return load<u32>(at + index * 4);
}

@inline
function ceil(count: u32, size: u32): u32 {
  return (count + size - 1) / size;
}

/** How many rows a step works on: those of ALL_ROWS, PICKED_ROWS or HEAD_ROWS. */
function rowsOf(which: u32): u32 {
  return load<u32>(ROWS + which * 4);
}

/** Into how many chunks a step falls; below 65,536. */
export function chunks(step: u32): u32 {
  const at = load<usize>(STEPS) + step * STEP_BYTES;
  const rows = rowsOf(word(at, 1));
  switch (word(at, 0)) {
    case MATRIX:
      return rows == 0 ? 0 : ceil(word(at, 9), word(at, 10));
    case NORM:
    case ACTIVATE:
      return ceil(rows, TILE);
    case ATTEND:
      return ceil(rows, TILE) * (word(at, 4) / word(at, 10));
    case GATHER:
      return 1;
    default:
      return rows;
  }
}

export function perform(step: u32, chunk: u32): void {
  const at = load<usize>(STEPS) + step * STEP_BYTES;
  switch (word(at, 0)) {
    case EMBED: // rows, kind, matrix, columns, out, stride
      unpack(word(at, 2), word(at, 3), word(at, 4), load<u32>(row(chunk)), word(at, 5) + chunk * word(at, 6));
      break;
    case NORM:
      normTile(at, chunk);
      break;
    case MATRIX: // rows, kind, weights, columns, activations, out, stride, start, groups, groups of a chunk
      multiply(
        word(at, 2), word(at, 3), word(at, 4), word(at, 5), word(at, 6), word(at, 7), word(at, 8), rowsOf(word(at, 1)),
        chunk * word(at, 10), min(word(at, 9), (chunk + 1) * word(at, 10)),
      );
      break;
    case TURN:
      turnRow(at, chunk);
      break;
    case ATTEND:
      attendTile(at, chunk);
      break;
    case ACTIVATE:
      activateTile(at, chunk);
      break;
    case GATHER:
      gather(at);
      break;
  }
}

/** Of row `index`: u32 token, u32 position, pointer to the pages of its sequence. */
@inline
function row(index: u32): usize {
  return load<usize>(BATCH) + index * BATCH_BYTES;
}

@inline
function scratch(): usize {
  return load<usize>(SCRATCH) + thread * load<u32>(SCRATCH_BYTES);
}

/** rows, kind, from, stride, weight (0: none), columns, to, epsilon */
function normTile(at: usize, tile: u32): void {
  const which = word(at, 1), columns = word(at, 6), weight = word(at, 5);
  const first = word(at, 3) + (which == HEAD_ROWS ? load<u32>(HEAD_FIRST) * word(at, 4) : 0);
  const last = min((tile + 1) * TILE, rowsOf(which));
  for (let index = tile * TILE; index < last; index++) {
    let from = first + index * word(at, 4);
    if (weight != 0) {
      norm(from, weight, scratch(), columns, load<f32>(at, 32));
      from = <u32>scratch();
    }
    place(word(at, 2), from, columns, word(at, 7), index);
  }
}

/** rows, kind, from, stride, bytes from gate to up, columns, to */
function activateTile(at: usize, tile: u32): void {
  const last = min((tile + 1) * TILE, rowsOf(word(at, 1)));
  for (let index = tile * TILE; index < last; index++) {
    const from = word(at, 3) + index * word(at, 4);
    activate(from, from + word(at, 5), scratch(), word(at, 6));
    place(word(at, 2), scratch(), word(at, 6), word(at, 7), index);
  }
}

/**
 * rows, from, stride, bytes to keys, bytes to values, heads, kvHeads, headSize, query norm, key norm, epsilon,
 * interleaved, turns, layer
 */
function turnRow(at: usize, index: u32): void {
  const position = load<u32>(row(index), 4);
  const page = load<usize>(load<usize>(row(index), 8) + (position / PAGE) * 4);
  const from = word(at, 2) + index * word(at, 3);
  const size = word(at, 8), epsilon = load<f32>(at, 44), interleaved = word(at, 12);
  const turns = word(at, 13) + position * size * 4;
  const keys = from + word(at, 4);
  turnHeads(from, word(at, 6), size, word(at, 9), epsilon, turns, interleaved);
  turnHeads(keys, word(at, 7), size, word(at, 10), epsilon, turns, interleaved);
  keep(keys, from + word(at, 5), word(at, 7), size, page + word(at, 14), position);
}

/**
 * rows, from, stride, heads, kvHeads, headSize, to, stride, layer, heads of a chunk (which share a key head). A chunk has
 * up to 4 rows; those that follow each other in one sequence read its keys together.
 */
function attendTile(at: usize, chunk: u32): void {
  const kvHeads = word(at, 5), size = word(at, 6), heads = word(at, 10), blocks = word(at, 4) / heads;
  const head = (chunk % blocks) * heads;
  const last = min((chunk / blocks + 1) * TILE, rowsOf(word(at, 1)));
  let index = (chunk / blocks) * TILE;
  while (index < last) {
    const first = source(at, index);
    const position = load<u32>(row(first), 4), pages = load<usize>(row(first), 8);
    let rows: u32 = 1;
    while (index + rows < last && follows(row(source(at, index + rows)), pages, position + rows)) rows++;
    attend(
      word(at, 2) + first * word(at, 3) + head * size * 4, word(at, 3),
      word(at, 7) + index * word(at, 8) + head * size * 4, word(at, 8),
      rows, heads, size, (head * kvHeads) / word(at, 4), kvHeads, pages, word(at, 9), position + rows, scratch(),
    );
    index += rows;
  }
}

@inline
function source(at: usize, index: u32): u32 {
  return word(at, 1) == ALL_ROWS ? index : pick(index);
}

/** Whether a row is at that position of that sequence. The rows of a sequence follow each other. */
@inline
function follows(at: usize, pages: usize, position: u32): bool {
  return load<usize>(at, 8) == pages && load<u32>(at, 4) == position;
}

/** rows, from, stride: the picked rows, to the front. */
function gather(at: usize): void {
  const stride = word(at, 3);
  for (let index: u32 = 0; index < load<u32>(PICKED); index++)
    if (pick(index) != index) memory.copy(word(at, 2) + index * stride, word(at, 2) + pick(index) * stride, stride);
}

@inline
function pick(index: u32): u32 {
  return word(load<usize>(PICKS), index);
}
