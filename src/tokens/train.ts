import { fail, ok, type Result } from '../base/index.ts';
import { ByteMap } from './byteMap.ts';
import { PairMap } from './pairMap.ts';
import type { Splitter } from './types.ts';

export interface TrainOptions {
  /** Entries in all: 256 bytes, merges, special tokens. */
  readonly vocabulary: number;
  /** Special tokens; they take the last ids, in this order. */
  readonly specials: readonly string[];
  readonly splitter: Splitter;
  /** Longest token, bytes. Keeps ruler lines and banners out of the vocabulary. */
  readonly longest: number;
  /** Called while documents are read and while merges are made. */
  readonly progress?: (stage: 'read' | 'merge', done: number, total?: number) => void;
}

/** `merges[r]` = ids of the two tokens that make token 256 + r; bytes are tokens 0 to 255. */
export interface Bpe {
  readonly merges: readonly (readonly [left: number, right: number])[];
}

const BYTES = 256;
export const VOCABULARY_LIMIT = 65_536;

/**
 * Byte-level byte-pair encoding (Gage 1994; Sennrich, Haddow and Birch 2016, https://arxiv.org/abs/1508.07909). Each step
 * merges the pair of neighbouring tokens that occurs most often inside the pieces of the documents; of equally frequent
 * pairs the one with the smaller left id, then the smaller right id. The result depends on the documents alone, not on
 * their order. Stops early where no pair occurs twice; a training text too small for the vocabulary is an error
 * (`tokens/too-little-text`) because the ids of the special tokens would move.
 */
export function trainBpe(documents: Iterable<Uint8Array>, options: TrainOptions): Result<Bpe> {
  const { vocabulary, specials, longest, splitter, progress } = options;
  const wanted = vocabulary - BYTES - specials.length;
  if (!Number.isInteger(vocabulary) || wanted < 0 || vocabulary > VOCABULARY_LIMIT) {
    return fail(
      'tokens/bad-vocabulary',
      `a vocabulary is an integer from ${BYTES + specials.length} (bytes and special tokens) to ${VOCABULARY_LIMIT}, got ${vocabulary}`,
    );
  }
  const pieces = new ByteMap(1 << 16);
  const counts: number[] = [];
  let read = 0;
  for (const document of documents) {
    let start = 0;
    for (const end of splitter(document)) {
      const piece = pieces.put(document, start, end);
      counts[piece] = (counts[piece] ?? 0) + 1;
      start = end;
    }
    read += document.length;
    progress?.('read', read);
  }
  const merges = merge(pieces, counts, wanted, longest, (done) => progress?.('merge', done, wanted));
  if (merges.length < wanted) {
    return fail(
      'tokens/too-little-text',
      `a vocabulary of ${vocabulary} needs ${wanted} pairs that occur twice, the text has ${merges.length}`,
      { suggestion: 'train on more text or ask for a smaller vocabulary' },
    );
  }
  return ok({ merges });
}

/**
 * The merge loop. Pieces lie one after another in `symbols`, -1 between them; a merged pair leaves its right slot dead
 * (-2), and `next`/`previous` skip over dead slots. `pairs` counts each pair and lists the slots where it may stand; the
 * lists are not cleaned when a pair vanishes, so each slot is looked at again before it is merged.
 */
function merge(
  pieces: ByteMap,
  counts: readonly number[],
  wanted: number,
  longest: number,
  progress: (done: number) => void,
): [number, number][] {
  const slots = pieces.bytes + pieces.size + 1;
  const symbols = new Int32Array(slots).fill(-1);
  const weight = new Float64Array(slots);
  const next = new Int32Array(slots);
  const previous = new Int32Array(slots);
  let at = 1;
  for (const [piece, count] of counts.entries()) {
    for (const byte of pieces.at(piece)) {
      symbols[at] = byte;
      weight[at++] = count;
    }
    at++;
  }
  for (let i = 0; i < slots; i++) {
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  const pairs = new PairMap();
  for (let i = 1; i + 1 < slots; i++) {
    if (symbols[i]! >= 0 && symbols[i + 1]! >= 0) pairs.add(symbols[i]!, symbols[i + 1]!, weight[i]!, i);
  }
  const lengths = Array.from({ length: BYTES }, () => 1);
  const merges: [number, number][] = [];
  pairs.start();
  while (merges.length < wanted) {
    const best = pairs.takeBest();
    if (best === undefined || best.count < 2) break;
    const { left, right } = best;
    const length = lengths[left]! + lengths[right]!;
    if (length > longest) continue;
    const made = BYTES + merges.length;
    merges.push([left, right]);
    lengths.push(length);
    for (const i of best.slots.sort()) {
      if (symbols[i] !== left) continue;
      const j = next[i]!;
      if (symbols[j] !== right) continue;
      const k = next[j]!;
      const h = previous[i]!;
      const count = weight[i]!;
      if (symbols[h]! >= 0) {
        pairs.remove(symbols[h]!, left, count);
        pairs.add(symbols[h]!, made, count, h);
      }
      if (symbols[k]! >= 0) {
        pairs.remove(right, symbols[k]!, count);
        pairs.add(made, symbols[k]!, count, i);
      }
      symbols[i] = made;
      symbols[j] = -2;
      next[i] = k;
      previous[k] = i;
    }
    pairs.settle();
    if (merges.length % 256 === 0) progress(merges.length);
  }
  return merges;
}
