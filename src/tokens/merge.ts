import type { Ranks } from './ranks.ts';

/** Pieces of fewer bytes are merged by looking for the smallest rank each time; longer ones keep a queue. */
export const QUEUE_FROM = 96;

/**
 * Byte-pair merges of one piece: while neighbours merge, the pair of the smallest rank does, the leftmost of equals.
 * Appends the tokens of `bytes[start, end)` to `out`.
 */
export function mergePiece(
  bytes: Uint8Array,
  start: number,
  end: number,
  byteTokens: Int32Array,
  ranks: Ranks,
  out: number[],
): void {
  if (end - start >= QUEUE_FROM) mergeWithQueue(bytes, start, end, byteTokens, ranks, out);
  else mergeByScan(bytes, start, end, byteTokens, ranks, out);
}

const scanTokens = new Int32Array(QUEUE_FROM + 1);
const scanStarts = new Int32Array(QUEUE_FROM + 1);
const scanRanks = new Int32Array(QUEUE_FROM + 1);
const NONE = 0x7fffffff;

/** O(length × merges), no allocation. `scanRanks[i]` = rank of tokens i and i+1. */
export function mergeByScan(
  bytes: Uint8Array,
  start: number,
  end: number,
  byteTokens: Int32Array,
  ranks: Ranks,
  out: number[],
): void {
  let count = end - start;
  for (let i = 0; i < count; i++) {
    scanTokens[i] = byteTokens[bytes[start + i]!]!;
    scanStarts[i] = start + i;
  }
  scanStarts[count] = end;
  for (let i = 0; i + 1 < count; i++) scanRanks[i] = rankAt(i, bytes, ranks);
  for (;;) {
    let best = NONE;
    let at = -1;
    for (let i = 0; i + 1 < count; i++) {
      if (scanRanks[i]! < best) {
        best = scanRanks[i]!;
        at = i;
      }
    }
    if (at < 0) break;
    scanTokens[at] = ranks.made(best);
    count--;
    for (let i = at + 1; i < count; i++) {
      scanTokens[i] = scanTokens[i + 1]!;
      scanStarts[i] = scanStarts[i + 1]!;
      scanRanks[i] = scanRanks[i + 1]!;
    }
    scanStarts[count] = end;
    if (at + 1 < count) scanRanks[at] = rankAt(at, bytes, ranks);
    if (at > 0) scanRanks[at - 1] = rankAt(at - 1, bytes, ranks);
  }
  for (let i = 0; i < count; i++) out.push(scanTokens[i]!);
}

function rankAt(i: number, bytes: Uint8Array, ranks: Ranks): number {
  const rank = ranks.rank(scanTokens[i]!, scanTokens[i + 1]!, bytes, scanStarts[i]!, scanStarts[i + 2]!);
  return rank < 0 ? NONE : rank;
}

/**
 * O(length × log length). A linked list of tokens and a heap of (rank, position); an entry whose pair has changed since is
 * passed over when it surfaces.
 */
export function mergeWithQueue(
  bytes: Uint8Array,
  start: number,
  end: number,
  byteTokens: Int32Array,
  ranks: Ranks,
  out: number[],
): void {
  const length = end - start;
  const tokens = new Int32Array(length);
  const next = new Int32Array(length + 1);
  const previous = new Int32Array(length + 1);
  const pairRanks = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    tokens[i] = byteTokens[bytes[start + i]!]!;
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  const heapRanks: number[] = [];
  const heapPositions: number[] = [];
  const before = (a: number, b: number): boolean =>
    heapRanks[a]! < heapRanks[b]! || (heapRanks[a] === heapRanks[b] && heapPositions[a]! < heapPositions[b]!);
  const swap = (a: number, b: number): void => {
    [heapRanks[a], heapRanks[b]] = [heapRanks[b]!, heapRanks[a]!];
    [heapPositions[a], heapPositions[b]] = [heapPositions[b]!, heapPositions[a]!];
  };
  const queue = (i: number): void => {
    const j = next[i]!;
    pairRanks[i] = j >= length ? -1 : ranks.rank(tokens[i]!, tokens[j]!, bytes, start + i, start + next[j]!);
    if (pairRanks[i]! < 0) return;
    let at = heapRanks.push(pairRanks[i]!) - 1;
    heapPositions.push(i);
    for (let parent = (at - 1) >> 1; at > 0 && before(at, parent); at = parent, parent = (at - 1) >> 1)
      swap(at, parent);
  };
  for (let i = 0; i < length; i++) queue(i);
  while (heapRanks.length > 0) {
    const rank = heapRanks[0]!;
    const i = heapPositions[0]!;
    const last = heapRanks.length - 1;
    swap(0, last);
    heapRanks.pop();
    heapPositions.pop();
    for (let at = 0; ; ) {
      let child = at * 2 + 1;
      if (child >= last) break;
      if (child + 1 < last && before(child + 1, child)) child++;
      if (!before(child, at)) break;
      swap(at, child);
      at = child;
    }
    if (pairRanks[i] !== rank) continue;
    const j = next[i]!;
    const k = next[j]!;
    tokens[i] = ranks.made(rank);
    pairRanks[j] = -1;
    next[i] = k;
    previous[k] = i;
    queue(i);
    if (previous[i]! >= 0) queue(previous[i]!);
  }
  for (let i = 0; i < length; i = next[i]!) out.push(tokens[i]!);
}
